//! Everything read so far: the rules, the import report and the diagnostics of all batches, put
//! in one order that does not depend on the order of arrival.

use super::Rule;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{FileOutcome, ImportReport};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The place of a rule in [`Intake::rules`]; only valid until the next [`Intake::add`].
pub type RuleIndex = u32;

/// What an import yields, for one batch or for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// After [`Self::settle`]: sorted by path and document, duplicates at their place.
    pub rules: Vec<Rule>,
    /// One outcome a file.
    pub report: ImportReport,
    /// What was noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// Rules whose id an earlier rule already has; they do not count. Indices into
    /// [`Self::rules`], sorted. Filled by [`Self::settle`].
    pub duplicates: Vec<RuleIndex>,
}

impl Intake {
    /// Takes over another batch. A file dropped again replaces nothing and adds nothing: its
    /// earlier reading stays (an unchanged path is the same file).
    pub fn add(&mut self, other: Self) {
        self.rules.extend(other.rules);
        self.report.outcomes.extend(other.report.outcomes);
        self.diagnostics.extend(other.diagnostics);
    }

    /// One file that never reached an importer, with its outcome.
    pub fn add_outcome(&mut self, outcome: FileOutcome) {
        self.report.outcomes.push(outcome);
    }

    /// Sorts everything and finds the duplicates: of several rules that carry the same id, the
    /// first by path counts. Ids inherited from one `action: global` document name several
    /// rules on purpose and are told apart by their place in the file.
    pub fn settle(&mut self) {
        self.report.sort();
        self.rules.sort_by(|a, b| (&a.path, a.document).cmp(&(&b.path, b.document)));
        self.diagnostics.retain(|d| d.code != Code::DuplicateId);
        self.duplicates.clear();
        let mut first: BTreeMap<(String, Option<u32>), usize> = BTreeMap::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let Some(id) = rule.id.as_deref().map(str::trim).filter(|id| !id.is_empty()) else {
                continue;
            };
            let key = (id.to_ascii_lowercase(), rule.id_is_shared.then_some(rule.document));
            let Some(original) = first.get(&key) else {
                first.insert(key, at);
                continue;
            };
            self.duplicates.push(u32::try_from(at).unwrap_or(u32::MAX));
            let original = &self.rules[*original];
            self.diagnostics.push(
                Diagnostic::new(
                    Severity::Warning,
                    Code::DuplicateId,
                    &rule.path,
                    format!("rule id '{id}' stands already in {}:{}", original.path, original.line),
                )
                .at(rule.line, None)
                .hint("it counts once; give the copy its own id, or remove it"),
            );
        }
        self.diagnostics.sort();
    }

    /// Whether a rule is a duplicate of an earlier one.
    pub fn is_duplicate(&self, rule: RuleIndex) -> bool {
        self.duplicates.binary_search(&rule).is_ok()
    }
}
