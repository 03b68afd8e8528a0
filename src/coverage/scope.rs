//! What counts: platforms, statuses, and what is switched off.

use super::WhatIf;
use crate::attack::{Catalogue, Technique};
use crate::rule::{Intake, Rule, RuleIndex, Status};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The statuses that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusSet(Vec<Status>);

impl Default for StatusSet {
    /// All but deprecated and unsupported.
    fn default() -> Self {
        Self(vec![Status::Stable, Status::Test, Status::Experimental, Status::Unspecified])
    }
}

impl StatusSet {
    /// Whether rules of this status count.
    pub fn contains(&self, status: Status) -> bool {
        self.0.contains(&status)
    }

    /// Switches one status on or off.
    pub fn set(&mut self, status: Status, counts: bool) {
        self.0.retain(|s| *s != status);
        if counts {
            self.0.push(status);
            crate::sorted::sort(&mut self.0);
        }
    }

    /// Those that count, from most to least mature.
    pub fn iter(&self) -> impl Iterator<Item = Status> + '_ {
        self.0.iter().copied()
    }
}

/// Rules picked from a list: only they count. In the order of the intake they were picked from.
#[derive(Clone, Debug)]
pub struct Picked(Arc<Vec<Arc<Rule>>>);

/// The same pick, not another of the same rules.
impl PartialEq for Picked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Picked {}

impl Picked {
    /// These rules of an intake; the rows may be in any order.
    pub fn new(intake: &Intake, rows: &[RuleIndex]) -> Self {
        let mut rows = rows.to_vec();
        crate::sorted::sort(&mut rows);
        let rules = rows.into_iter().filter_map(|row| intake.rules.get(row as usize).cloned());
        Self(Arc::new(rules.collect()))
    }

    /// These and some more rules, in any order.
    #[must_use]
    pub fn with(&self, more: &[Arc<Rule>]) -> Self {
        let mut rules = [self.0.as_slice(), more].concat();
        crate::sorted::sort_by(&mut rules, |a, b| {
            (&a.path, a.document).cmp(&(&b.path, b.document))
        });
        Self(Arc::new(rules))
    }

    /// Those that were picked, whether they are still there or not.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.0
    }

    /// How many were picked, whether they are still there or not.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks of each rule of an intake, in its order, whether it was picked. A file that was
    /// read again holds the same rules as before.
    pub(super) fn asked_in_order(&self) -> impl FnMut(&Rule) -> bool + use<'_> {
        let mut rest = self.0.iter().peekable();
        move |rule| {
            let is_before = |picked: &&Arc<Rule>| {
                (picked.path.as_str(), picked.document) < (rule.path.as_str(), rule.document)
            };
            while rest.next_if(is_before).is_some() {}
            rest.peek()
                .is_some_and(|picked| picked.path == rule.path && picked.document == rule.document)
        }
    }
}

/// The one platform of what happens before an attacker is anywhere near: no log of one's own
/// shows it (<https://attack.mitre.org/matrices/enterprise/pre/>).
const UNSEEN_PLATFORM: &str = "PRE";

/// Whether anything of one's own could show a technique. Only those whose one platform is PRE
/// cannot be observed; a technique that states no platform can.
pub fn is_observable(catalogue: &Catalogue, technique: &Technique) -> bool {
    let mut names = catalogue.platform_names(technique).peekable();
    names.peek().is_none() || names.any(|name| name != UNSEEN_PLATFORM)
}

/// Which techniques and which rules count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// Platform names; a technique counts if it has one of them. Empty means all techniques.
    pub platforms: Vec<String>,
    /// Techniques that cannot be observed (see [`is_observable`]) are left out. Off by default:
    /// the totals are then those of the matrix.
    pub observable_only: bool,
    /// Statuses of rules that count.
    pub statuses: StatusSet,
    /// Rules that say themselves that they are switched off count too. Off by default: such a
    /// rule raises no alert.
    pub count_disabled: bool,
    /// What is switched off, or on, to see what would be.
    pub what_if: WhatIf,
    /// If rules were picked, only they count. Not kept beyond the visit.
    #[serde(skip)]
    pub picked: Option<Picked>,
}

impl Scope {
    /// What is unusual about it beside platforms and statuses, each with its name in tables and in
    /// one sentence. Log sources stand in it as rules write them: whoever shows it makes them plain.
    pub fn remarks(&self) -> Vec<(&'static str, String)> {
        let picked = self.picked.as_ref().map(|picked| match picked.len() {
            1 => "Only 1 picked rule is counted.".to_owned(),
            rules => format!("Only {rules} picked rules are counted."),
        });
        let observable = self
            .observable_only
            .then(|| "Techniques whose only platform is PRE are left out.".to_owned());
        let disabled = self
            .count_disabled
            .then(|| "Rules that are switched off themselves are counted.".to_owned());
        let remarks = [
            ("picked", picked),
            ("observable", observable),
            ("disabled", disabled),
            ("what if", self.what_if.sentence()),
        ];
        remarks.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }

    /// The same without what-ifs.
    pub fn really(&self) -> Self {
        Self { what_if: WhatIf::default(), ..self.clone() }
    }

    /// Whether a technique counts.
    pub fn includes(&self, catalogue: &Catalogue, technique: &Technique) -> bool {
        let on_platform = self.platforms.is_empty()
            || catalogue
                .platform_names(technique)
                .any(|name| self.platforms.iter().any(|wanted| wanted == name));
        on_platform && (!self.observable_only || is_observable(catalogue, technique))
    }
}
