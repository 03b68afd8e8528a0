//! attack-mapper 0.4.1 (`sigma_parser.py`, `coverage.py`).
//!
//! Takes ids from tags, from addresses of MITRE's site and from the description, wherever a word
//! looks like one. A technique without a rule of its own inherits those of a sub-technique and
//! then counts like any other. Every technique counts in each of its tactics.

use super::reading::{Habits, Id, Reading, Strangers, YAML};
use super::{Convention, Count, Covers, How, Mark, Ratio, Tally, place};
use crate::rule::{Claim, Format, MentionedIn, Rule};
use crate::sorted;

const HABITS: Habits = Habits { formats: &[(Format::Sigma, YAML)], single_document: true };

/// The first word of the shape `T1059` or `T1059.1` to `T1059.001`: Python's
/// `\bT\d{4}(?:\.\d{1,3})?\b` in any case.
fn first_id(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let ends = |at: usize| !text[at..].chars().next().is_some_and(is_word);
    let digits = |from: usize| {
        bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    for (at, c) in text.char_indices() {
        let begins = !text[..at].chars().next_back().is_some_and(is_word);
        if !matches!(c, 'T' | 't') || !begins || digits(at + 1) < 4 {
            continue;
        }
        let number = at + 5;
        let sub = if bytes.get(number) == Some(&b'.') { digits(number + 1) } else { 0 };
        if (1..=3).contains(&sub) && ends(number + 1 + sub) {
            return Some(&text[at..number + 1 + sub]);
        }
        if ends(number) {
            return Some(&text[at..number]);
        }
    }
    None
}

/// What it reads of a tag: behind `attack.`, in whatever stands there; else anywhere.
fn technique(written: &str) -> Option<&str> {
    first_id(super::reading::after_attack(written).unwrap_or(written))
}

/// The ids of a rule, each once, and by what.
fn ids_of<'a>(reading: &'a Reading<'a>, at: u32, rule: &'a Rule) -> Vec<(Id<'a>, How)> {
    let tags = reading.own_tags(at, rule).iter();
    let mut ids: Vec<(Id<'_>, How)> =
        tags.flat_map(|tag| reading.ids(rule, tag, technique)).map(|id| (id, How::Tag)).collect();
    for (mention, place) in rule.mentions.iter().zip(&rule.mentioned_in) {
        if let (Some(Claim::Technique(id)), MentionedIn::Description | MentionedIn::Address) =
            (mention.claims.first(), place)
        {
            let live = reading.find(*id).map_or(Id::Stranger(&mention.written), Id::Live);
            ids.push((live, How::Prose));
        }
    }
    sorted::sort(&mut ids);
    ids.dedup_by(|later, earlier| later.0 == earlier.0);
    ids
}

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let catalogue = reading.catalogue;
    let mut tally = Tally::new(Convention::AttackMapper, catalogue);
    let mut strangers = Strangers::default();
    let (mut files, mut unmapped) = (0, 0);
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        files += 1;
        let ids = ids_of(reading, at, rule);
        unmapped += usize::from(ids.is_empty());
        for (id, how) in ids {
            match id {
                Id::Live(index) => tally.count(index, at, how),
                Id::Stranger(name) => strangers.add(name),
            }
        }
    }
    tally.beside = strangers.named();
    inherit(&mut tally, reading);
    let rules = |mark: &Mark| i32::try_from(mark.counts.len()).unwrap_or(i32::MAX);
    tally.judge(|mark| (rules(mark).min(1), "covered", Covers::Fully));
    tally.ratio = Some(Ratio { covered: tally.covered(), total: catalogue.techniques.len() });
    tally.add_tactics(catalogue, |_| true);
    let lost = super::wording::files(&tally, reading.intake) + reading.broken_files();
    let silent = lost + reading.other_files(YAML);
    tally.notes.push(format!(
        "attack-mapper lists {} of {} files as unmapped",
        unmapped + silent,
        files + silent
    ));
    super::wording::drops(&mut tally.notes, "attack-mapper", lost);
    tally
}

/// A technique that nothing names takes over the rules of the first of its sub-techniques.
fn inherit(tally: &mut Tally, reading: &Reading<'_>) {
    for (at, technique) in reading.catalogue.techniques.iter().enumerate() {
        let Some(parent) = technique.parent else { continue };
        let Some(sub) = tally.marks[at].as_ref() else { continue };
        if tally.marks[place(parent)].is_some() {
            continue;
        }
        let lent = sub.counts.iter().map(|count| Count { how: How::Inherited, ..*count }).collect();
        tally.marks[place(parent)] = Some(Mark { counts: lent, ..Mark::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each as `re.search` of Python 3.11 finds it.
    #[test]
    fn the_first_word_that_looks_like_an_id() {
        let cases = [
            ("t1059.001", Some("t1059.001")),
            ("T1587/001", Some("T1587")),
            ("execution.t1059.003", Some("t1059.003")),
            ("T1548 T1562", Some("T1548")),
            ("t10591", None),
            ("xt1059", None),
            ("T1059.1", Some("T1059.1")),
            ("T1003.0011", Some("T1003")),
            ("T1003_1", None),
            ("äT1003", None),
            ("g0016", None),
        ];
        for (text, id) in cases {
            assert_eq!(first_id(text), id, "{text}");
        }
    }
}
