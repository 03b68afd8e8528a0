//! What is deployed already.
//!
//! Decisions:
//! - A rule is deployed if a rule with its id was read (blanks around it and case do not matter),
//!   whether that one counts or not: switching it on is another matter than getting it. Ids are
//!   those of one format, as numbers of two formats name two rules; but one that is a UUID names
//!   one rule in the world, also where it was converted into another format.
//! - A rule is deployed, too, if one that detects the same on the same log source was read, under
//!   whatever name.

use crate::rule::{IdKey, Intake, Rule};
use crate::sorted;
use std::collections::BTreeSet;

/// By what deployed rules are known again.
pub(super) struct Deployed<'a> {
    ids: BTreeSet<IdKey<'a>>,
    uuids: BTreeSet<String>,
    bodies: BTreeSet<u64>,
}

impl<'a> Deployed<'a> {
    pub(super) fn of(intake: &'a Intake) -> Self {
        let rules = || intake.rules.iter().map(|rule| &**rule);
        Self {
            ids: sorted::set(rules().filter_map(IdKey::of)),
            uuids: sorted::set(rules().filter_map(uuid)),
            bodies: sorted::set(rules().map(|rule| rule.body).filter(|body| *body != 0)),
        }
    }

    /// Whether a rule of a library is one of them.
    pub(super) fn has(&self, rule: &Rule) -> bool {
        IdKey::of(rule).is_some_and(|key| self.ids.contains(&key))
            || uuid(rule).is_some_and(|uuid| self.uuids.contains(&uuid))
            || self.bodies.contains(&rule.body)
    }
}

/// The id of a rule if it is its own and a UUID (RFC 9562), in lower case.
fn uuid(rule: &Rule) -> Option<String> {
    let id = rule.id.as_deref().filter(|_| !rule.id_is_shared)?.trim();
    let is_hyphen = |at| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| {
        if is_hyphen(at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    (id.len() == 36 && id.bytes().enumerate().all(fits)).then(|| id.to_ascii_lowercase())
}
