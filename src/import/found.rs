//! What a reader got out of one file, and how that ends in a bucket.

use super::yaml::LoadError;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{Limit, Limits, MAX_FILE_DIAGNOSTICS};
use crate::rule::{Administered, Intake, Measured, Rule, Test};
use crate::source::Bucket;
use std::sync::Arc;

/// What a reader got out of one file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In the order of the file.
    pub(crate) rules: Vec<Rule>,
    /// In any order.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Tests of techniques.
    pub(crate) tests: Vec<Test>,
    /// Statements about techniques.
    pub(crate) administered: Vec<Administered>,
    /// Measurements of rules.
    pub(crate) measured: Vec<Measured>,
    /// If it holds no rule: why it does not, for example because it is a filter.
    pub(crate) aside: Option<(Code, &'static str)>,
}

impl Found {
    /// Keeps a diagnostic, as long as there are not far more than will be shown.
    pub(crate) fn note(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < 4 * MAX_FILE_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Moves everything into the intake; returns the bucket of a file that could be read whole.
    pub(super) fn settle_into(self, name: &str, intake: &mut Intake) -> Bucket {
        let rules = self.rules.len();
        let beside = self.tests.len() + self.administered.len() + self.measured.len();
        let is_empty = rules == 0 && beside == 0;
        let bucket = match self.aside {
            Some((code, reason)) if is_empty => skipped(code, reason),
            None if is_empty => {
                skipped(Code::NotARule, format!("{name}, but without a rule in it"))
            }
            _ => Bucket::Read {
                format: name.to_owned(),
                rules: u32::try_from(rules).unwrap_or(u32::MAX),
            },
        };
        intake.rules.extend(self.rules.into_iter().map(Arc::new));
        intake.diagnostics.extend(self.diagnostics);
        intake.tests.extend(self.tests);
        intake.administered.extend(self.administered);
        intake.measured.extend(self.measured);
        bucket
    }
}

/// Why a text cannot be read as the format it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The kind of reason.
    pub(crate) code: Code,
    /// 1-based.
    pub(crate) line: Option<u32>,
    /// 1-based, in characters.
    pub(crate) column: Option<u32>,
    /// Why, in words.
    pub(crate) reason: String,
    /// What to do about it.
    pub(crate) remedy: String,
}

impl Broken {
    pub(super) fn bucket(self) -> Bucket {
        let Self { code, line, column, reason, remedy } = self;
        Bucket::Failed { code, line, column, reason, remedy }
    }
}

/// A format whose files are not YAML.
pub(super) struct TextFormat {
    /// What a file of it is called in the import report.
    pub(super) name: &'static str,
    /// By content, cheaply, and never true for another format's file.
    pub(super) recognises: fn(&str) -> bool,
    /// Reads path and text. One bad rule of many is a diagnostic; only a text of which nothing
    /// can be read is [`Broken`].
    pub(super) import: fn(&str, &str, &Limits) -> Result<Found, Broken>,
}

pub(super) fn skipped(code: Code, reason: impl Into<String>) -> Bucket {
    Bucket::Skipped { code, reason: reason.into() }
}

pub(super) fn too_large(limit: Limit, limits: &Limits) -> Bucket {
    Bucket::Failed {
        code: Code::TooLarge,
        line: None,
        column: None,
        reason: format!("larger than {}", limit.written(limits.of(limit))),
        remedy: split_or_raise(limit),
    }
}

pub(super) fn split_or_raise(limit: Limit) -> String {
    format!("split the file, {}", limit.remedy())
}

/// What is told where a file has more rules than are read; `line` is that of the first left out.
pub(super) fn too_many_rules(path: &str, line: u32, limits: &Limits) -> Diagnostic {
    let limit = Limit::FileRules;
    let message = format!("more than {} rules; the rest was not read", limits.of(limit));
    Diagnostic::new(Severity::Error, Code::TooLarge, path, message)
        .at(line, None)
        .hint(split_or_raise(limit))
}

/// YAML that ends early; `rules` before the place are kept.
pub(super) fn syntax_failure(error: &LoadError, text: &str, rules: usize) -> Bucket {
    let kept = match rules {
        0 => String::new(),
        1 => "; the rule before it is kept".to_owned(),
        n => format!("; the {n} rules before it are kept"),
    };
    Bucket::Failed {
        code: error.code,
        line: Some(error.line),
        column: Some(error.column),
        reason: format!("{}{kept}", error.reason),
        remedy: syntax_remedy(error, text),
    }
}

/// The mistakes seen in public rule sets (reference: rule formats, section 4) have a remedy of
/// their own. The parser may notice them a line late.
pub(super) fn syntax_remedy(error: &LoadError, text: &str) -> String {
    match error.limit {
        Some(limit) => split_or_raise(limit),
        None if error.code == Code::YamlLimit => "split the file into smaller ones".to_owned(),
        None => usual_remedy(error, text).to_owned(),
    }
}

fn usual_remedy(error: &LoadError, text: &str) -> &'static str {
    let line = usize::try_from(error.line).unwrap_or(usize::MAX);
    let suspects = text.lines().skip(line.saturating_sub(2)).take(2);
    for suspect in suspects {
        let content = suspect.trim_start();
        if suspect[..suspect.len() - content.len()].contains('\t') {
            return "indent with spaces; YAML allows no tabs there";
        }
        let value = content.trim_start_matches("- ");
        let value = value.split_once(": ").map_or(value, |(_, value)| value.trim_start());
        if value.starts_with(['*', '@', '`', '%', '!']) {
            return "put the value in quotes";
        }
    }
    "correct the YAML at this place; a missing quote or indentation is the usual cause"
}
