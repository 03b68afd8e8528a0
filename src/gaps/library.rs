//! A library: rules one could deploy, and what of them is worth recommending.
//!
//! Decisions:
//! - What the scope leaves out (a status, a format in a what-if) is not recommended: it would
//!   change nothing. That only picked rules count does not matter here, see
//!   [`preview_scope`](super::preview_scope).
//! - Of rules of the library that detect the same the best is recommended.

use super::deployed::Deployed;
use super::{Availability, Telemetry};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Claims, Coverage, Policy, Scope, WhatIf};
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::rule::{Intake, LogSource, RuleIndex, Status};
use crate::sorted;
use serde::Serialize;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What recommendations rest on.
#[derive(Clone, Copy)]
pub struct Grounds<'a> {
    /// The release.
    pub catalogue: &'a Catalogue,
    /// What is deployed, settled.
    pub intake: &'a Intake,
    /// Of what is deployed, by the same policy and scope.
    pub coverage: &'a Coverage,
    /// How scores are made.
    pub policy: &'a Policy,
    /// What counts.
    pub scope: &'a Scope,
    /// Which log sources there are.
    pub telemetry: &'a dyn Telemetry,
    /// The rules of the library, settled; without rules where there is none.
    pub library: &'a Intake,
}

/// Why a rule of the library is not recommended; the first that holds is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// A copy of another rule of the library under the same id.
    Duplicate,
    /// It is deployed.
    Deployed,
    /// Its status is deprecated or unsupported.
    Retired,
    /// It names no technique of the catalogue.
    Unmapped,
    /// Its text is broken below its tags.
    Damaged,
    /// Rules of its status do not count.
    Status,
    /// It says itself that it is switched off, and such rules do not count.
    Disabled,
    /// A what-if leaves such rules out.
    SwitchedOff,
    /// It detects what a better rule of the library detects.
    Copy,
}

impl LeftOut {
    /// All, in the order they are asked.
    pub const ALL: [Self; 9] = [
        Self::Duplicate,
        Self::Deployed,
        Self::Retired,
        Self::Unmapped,
        Self::Damaged,
        Self::Status,
        Self::Disabled,
        Self::SwitchedOff,
        Self::Copy,
    ];

    /// As in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Deployed => "deployed",
            Self::Retired => "retired",
            Self::Unmapped => "unmapped",
            Self::Damaged => "damaged",
            Self::Status => "status",
            Self::Disabled => "disabled",
            Self::SwitchedOff => "switched_off",
            Self::Copy => "copy",
        }
    }

    /// As people read it, behind a number of rules.
    pub fn label(self) -> &'static str {
        match self {
            Self::Duplicate => "copies of an id",
            Self::Deployed => "already deployed",
            Self::Retired => "deprecated or unsupported",
            Self::Unmapped => "without a technique of this release",
            Self::Damaged => "with a broken text",
            Self::Status => "of a status that does not count",
            Self::Disabled => "switched off themselves",
            Self::SwitchedOff => "left out by the what-if",
            Self::Copy => "detect what a better one detects",
        }
    }
}

/// What of a library can be recommended. Every rule of it is either usable or left out once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// Best first: by status (stable, test, experimental, not stated), by level (critical first),
    /// by whether their log source is there, then by title and place.
    pub usable: Vec<RuleIndex>,
    /// How many are left out, by reason; reasons without a rule are absent.
    pub left_out: BTreeMap<LeftOut, usize>,
    /// What its rules say.
    pub claims: Arc<Claims>,
    /// Of every rule of the library.
    availability: Vec<Availability>,
    /// The usable rules that name exactly a technique, best first; at the catalogue's index.
    of_technique: Vec<Vec<RuleIndex>>,
}

impl Library {
    /// Looks through a library. Linear in the rules of both sides, but for sorting.
    pub fn new(grounds: &Grounds<'_>) -> Self {
        at_once(Self::new_paced(grounds, &Unpaced))
    }

    /// [`Self::new`] in pieces.
    pub async fn new_paced(grounds: &Grounds<'_>, pace: &impl Pace) -> Self {
        let Grounds { catalogue, library, .. } = *grounds;
        let claims = Arc::new(Claims::of(catalogue, library, pace).await);
        // What would count if it were deployed; the policy does not matter for that.
        let scope = without_picks(grounds.scope);
        let (of, today) = (Arc::clone(&claims), grounds.coverage.today);
        let counted =
            Coverage::compute_paced(catalogue, library, of, &Policy::Count, &scope, today, pace)
                .await;
        let deployed = Deployed::of(grounds.intake);
        pace.pause().await;
        let is_in = |list: &[RuleIndex], at: RuleIndex| list.binary_search(&at).is_ok();
        let mut left_out = BTreeMap::new();
        let mut leave_out = |reason| *left_out.entry(reason).or_default() += 1;
        let mut usable = Vec::new();
        for (at, rule) in (0..).zip(&library.rules) {
            if (at as usize).is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let is_unmapped = claims.techniques.get(at as usize).is_none_or(Vec::is_empty);
            let reason = if library.is_duplicate(at) {
                LeftOut::Duplicate
            } else if deployed.has(rule) {
                LeftOut::Deployed
            } else if matches!(rule.status.known(), Status::Deprecated | Status::Unsupported) {
                LeftOut::Retired
            } else if is_unmapped {
                LeftOut::Unmapped
            } else if rule.is_damaged {
                LeftOut::Damaged
            } else if is_in(&counted.excluded, at) {
                LeftOut::Status
            } else if is_in(&counted.disabled, at) {
                LeftOut::Disabled
            } else if is_in(&counted.switched_off, at) {
                LeftOut::SwitchedOff
            } else {
                usable.push(at);
                continue;
            };
            leave_out(reason);
        }
        let availability = availability(library, grounds.telemetry);
        let mut ranked = Self { claims, availability, ..Self::default() };
        pace.pause().await;
        sorted::sort_by(&mut usable, |a, b| ranked.compare(library, *a, *b));
        pace.pause().await;
        let mut bodies = BTreeSet::new();
        let is_new = |at: &RuleIndex| {
            let body = library.rules.get(*at as usize).map_or(0, |rule| rule.body);
            let is_new = body == 0 || bodies.insert(body);
            if !is_new {
                leave_out(LeftOut::Copy);
            }
            is_new
        };
        ranked.usable = usable.into_iter().filter(is_new).collect();
        ranked.left_out = left_out;
        ranked.of_technique = vec![Vec::new(); catalogue.techniques.len()];
        for at in &ranked.usable {
            for technique in ranked.claims.techniques.get(*at as usize).into_iter().flatten() {
                if let Some(rules) = ranked.of_technique.get_mut(usize::from(technique.0)) {
                    rules.push(*at);
                }
            }
        }
        ranked
    }

    /// The usable rules that name exactly a technique, best first.
    pub fn of_technique(&self, technique: TechniqueIndex) -> &[RuleIndex] {
        self.of_technique.get(usize::from(technique.0)).map_or(&[], Vec::as_slice)
    }

    /// Whether the events of a rule of the library are there.
    pub fn availability(&self, rule: RuleIndex) -> Availability {
        self.availability.get(rule as usize).copied().unwrap_or(Availability::Unknown)
    }

    /// Rules that cannot be recommended.
    pub fn left_out_in_all(&self) -> usize {
        self.left_out.values().sum()
    }

    /// The better one first, by all but title and place.
    pub(super) fn compare_worth(&self, rules: &Intake, a: RuleIndex, b: RuleIndex) -> Ordering {
        let worth = |at: RuleIndex| {
            let rule = rules.rules.get(at as usize)?;
            Some((rule.status.known(), Reverse(rule.level.value), self.availability(at)))
        };
        worth(a).cmp(&worth(b))
    }

    /// The better one first; equal only to itself.
    fn compare(&self, rules: &Intake, a: RuleIndex, b: RuleIndex) -> Ordering {
        self.compare_worth(rules, a, b).then_with(|| compare_names(rules, a, b))
    }
}

/// By title, path, place in the file and id.
pub(super) fn compare_names(rules: &Intake, a: RuleIndex, b: RuleIndex) -> Ordering {
    let name = |at: RuleIndex| {
        let rule = rules.rules.get(at as usize)?;
        Some((&rule.title, &rule.path, rule.document, &rule.id))
    };
    name(a).cmp(&name(b)).then(a.cmp(&b))
}

/// Single rules that were picked or switched off are rules of the intake, not of a library.
fn without_picks(scope: &Scope) -> Scope {
    let what_if = WhatIf { rules: None, ..scope.what_if.clone() };
    Scope { picked: None, what_if, ..scope.clone() }
}

/// Many rules share a log source; each is asked about once.
fn availability(library: &Intake, telemetry: &dyn Telemetry) -> Vec<Availability> {
    let mut known: BTreeMap<&LogSource, Availability> = BTreeMap::new();
    let rules = library.rules.iter();
    rules
        .map(|rule| {
            let source = &rule.log_source;
            *known.entry(source).or_insert_with(|| telemetry.of_rule(source))
        })
        .collect()
}
