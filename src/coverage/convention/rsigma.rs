//! rsigma 0.23.0, `rsigma rule coverage` (`commands/coverage/mod.rs`, `rule_meta.rs`).
//!
//! Knows no ATT&CK: every id of the shape counts, revoked and made-up ones included. A rule is
//! its id, or its title where it has none; copies count once. A technique's tactics are those its
//! rules name, of the fourteen before ATT&CK 19.

use super::reading::{Habits, Id, Reading, YAML, after_attack};
use super::{Convention, Count, Covers, How, Mark, TacticTally, Tally};
use crate::rule::{Format, Rule};
use crate::sorted;
use std::collections::{BTreeMap, BTreeSet};

const HABITS: Habits = Habits { formats: &[(Format::Sigma, YAML)], single_document: false };

/// Its table of tactics.
const TACTICS: [&str; 14] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];

/// A `t`, four digits or more, and perhaps a dot and digits.
fn technique(written: &str) -> Option<&str> {
    let name = after_attack(written)?.trim();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let body = name.strip_prefix(['t', 'T'])?;
    let (number, sub) = body.split_once('.').map_or((body, "0"), |(number, sub)| (number, sub));
    (number.len() >= 4 && digits(number) && !sub.is_empty() && digits(sub)).then_some(name)
}

fn tactic(written: &str) -> Option<&'static str> {
    let name = after_attack(written)?.to_ascii_lowercase().replace('_', "-");
    TACTICS.into_iter().find(|tactic| *tactic == name)
}

/// What makes a rule one rule.
pub(super) fn identity(rule: &Rule) -> &str {
    rule.id.as_deref().unwrap_or(&rule.title)
}

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let mut tally = Tally::new(Convention::Rsigma, reading.catalogue);
    let mut tactics: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
    // Equal identities have the same number.
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut number_of = vec![0; reading.intake.rules.len()];
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        let next = numbers.len();
        number_of[at as usize] = *numbers.entry(identity(rule)).or_insert(next);
        let tags = reading.own_tags(at, rule);
        let ids: Vec<Id> = tags.iter().flat_map(|tag| reading.ids(rule, tag, technique)).collect();
        for name in sorted::set(tags.iter().filter_map(|tag| tactic(&tag.written))) {
            tactics.entry(name).or_default().extend(ids.iter().cloned());
        }
        for id in ids {
            match id {
                Id::Live(index) => tally.count(index, at, How::Tag),
                Id::Stranger(name) => {
                    let mark = tally.strangers.entry(name).or_default();
                    mark.counts.push(Count { rule: at, how: How::Tag });
                }
            }
        }
    }
    let marks = tally.marks.iter_mut().flatten().chain(tally.strangers.values_mut());
    marks.for_each(|mark| {
        // Of copies the one that Coverlay counts, so that the ledger has nothing to explain.
        let key = |count: &Count| {
            let number = number_of.get(count.rule as usize);
            (number.copied(), reading.intake.is_duplicate(count.rule), count.rule)
        };
        sorted::sort_by(&mut mark.counts, |a, b| key(a).cmp(&key(b)));
        mark.counts.dedup_by_key(|count| key(count).0);
        sorted::sort(&mut mark.counts);
    });
    let rules = |mark: &Mark| i32::try_from(mark.counts.len()).unwrap_or(i32::MAX);
    tally.judge(|mark| (rules(mark), "", Covers::Fully));
    let values = tally.marks.iter().flatten().chain(tally.strangers.values());
    let top = values.map(|mark| mark.value).max().unwrap_or(1);
    tally.gradient_top = u32::try_from(top).ok();
    tally.tactics = TACTICS
        .iter()
        .filter_map(|name| {
            let covered = tactics.get(name)?.len();
            Some(TacticTally { shortname: (*name).to_owned(), covered, partly: 0, total: None })
        })
        .collect();
    super::wording::skips(&mut tally.notes, "rsigma", reading.broken_files());
    tally
}
