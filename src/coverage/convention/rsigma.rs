//! rsigma 0.23.0, `rsigma rule coverage` (`commands/coverage/mod.rs`, `rule_meta.rs`).
//!
//! Knows no ATT&CK: every id of the shape counts, revoked and made-up ones included. A rule is
//! its id, or its title where it has none; copies count once. A technique's tactics are those its
//! rules name, of the fourteen before ATT&CK 19.

use super::reading::{Habits, Id, Reading, YAML, after_attack};
use super::{Convention, Count, Covers, How, Mark, TacticTally, Tally};
use crate::rule::{Format, Intake, Rule};
use crate::sorted;
use std::collections::BTreeMap;

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

/// Its place in the table; `_` is as good as `-`.
fn tactic(written: &str) -> Option<usize> {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    let name = after_attack(written)?;
    TACTICS.iter().position(|tactic| name.bytes().map(plain).eq(tactic.bytes()))
}

/// What makes a rule one rule.
pub(super) fn identity(rule: &Rule) -> &str {
    rule.id.as_deref().unwrap_or(&rule.title)
}

/// A number for each rule's identity; equal ones have the same.
fn numbers(intake: &Intake) -> Vec<u32> {
    // FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>): comparing the names themselves, all
    // with all, would take most of the time.
    let hash = |name: &str| {
        name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let name = |at: u32| intake.rules.get(at as usize).map_or("", |rule| identity(rule));
    let mut keys: Vec<(u64, u32)> =
        (0..).zip(&intake.rules).map(|(at, rule)| (hash(identity(rule)), at)).collect();
    // The names decide where two have one hash.
    sorted::sort_by(&mut keys, |a, b| a.0.cmp(&b.0).then_with(|| name(a.1).cmp(name(b.1))));
    let mut numbers = vec![0; keys.len()];
    let (mut number, mut before) = (0, None);
    for (hash, at) in keys {
        let is_same = before
            .replace((hash, at))
            .is_some_and(|(other, place)| other == hash && name(place) == name(at));
        number += u32::from(!is_same);
        numbers[at as usize] = number;
    }
    numbers
}

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let mut tally = Tally::new(Convention::Rsigma, reading.catalogue);
    let mut strangers: BTreeMap<&str, Vec<Count>> = BTreeMap::new();
    // Per rule: the tactics it names, one bit each.
    let mut named = vec![0_u16; reading.intake.rules.len()];
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        for tag in reading.own_tags(at, rule) {
            if let Some(tactic) = tactic(&tag.written) {
                named[at as usize] |= 1 << tactic;
            }
            for id in reading.ids(rule, tag, technique) {
                match id {
                    Id::Live(index) => tally.count(index, at, How::Tag),
                    Id::Stranger(name) => {
                        strangers.entry(name).or_default().push(Count { rule: at, how: How::Tag });
                    }
                }
            }
        }
    }
    for (name, counts) in strangers {
        let mark = tally.strangers.entry(name.to_ascii_uppercase()).or_default();
        mark.counts.extend(counts);
    }
    let mut covered = [0; TACTICS.len()];
    let numbers = numbers(reading.intake);
    let has_copies = numbers.iter().max().is_some_and(|most| (*most as usize) < numbers.len());
    for mark in tally.marks.iter_mut().flatten().chain(tally.strangers.values_mut()) {
        let all = mark.counts.iter().fold(0, |all, count| all | named[count.rule as usize]);
        for (at, covered) in covered.iter_mut().enumerate() {
            *covered += usize::from(all >> at & 1 == 1);
        }
        mark.counts.dedup();
        if !has_copies {
            continue;
        }
        // Of copies the one that Coverlay counts, so that the ledger has nothing to explain.
        let key = |count: &Count| {
            let number = numbers[count.rule as usize];
            (number, reading.intake.is_duplicate(count.rule), count.rule)
        };
        sorted::sort_by(&mut mark.counts, |a, b| key(a).cmp(&key(b)));
        mark.counts.dedup_by_key(|count| key(count).0);
        sorted::sort(&mut mark.counts);
    }
    let rules = |mark: &Mark| i32::try_from(mark.counts.len()).unwrap_or(i32::MAX);
    tally.judge(|mark| (rules(mark), "", Covers::Fully));
    let values = tally.marks.iter().flatten().chain(tally.strangers.values());
    let top = values.map(|mark| mark.value).max().unwrap_or(1);
    tally.gradient_top = u32::try_from(top).ok();
    let seen = named.into_iter().fold(0, |all, tactics| all | tactics);
    let rows = TACTICS.iter().zip(covered).enumerate().filter(|(at, _)| seen >> at & 1 == 1);
    tally.tactics = rows
        .map(|(_, (name, covered))| TacticTally {
            shortname: (*name).to_owned(),
            covered,
            partly: 0,
            total: None,
        })
        .collect();
    super::wording::skips(&mut tally.notes, "rsigma", reading.broken_files());
    tally
}
