//! countermap 0.2.2, `countermap rules-coverage` (`cli.py`, `query.py`, `rule_coverage`).
//!
//! Covered is an id that a tag names, revoked ones followed; partial is a sub-technique whose
//! technique is named, or a technique of which a sub-technique is; the rest is uncovered. Its
//! layer writes 2, 1 and 0. Status, level and number of rules do not matter.

use super::reading::{Habits, Id, Reading, Strangers, strict};
use super::{Convention, Covers, How, Mark, Ratio, Tally};
use crate::attack::Resolution;
use crate::rule::Format;

const HABITS: Habits = Habits {
    // It compares in lower case; files that mix cases are rare enough.
    formats: &[(Format::Sigma, &["yml", "yaml", "YML", "YAML"])],
    single_document: false,
};

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let catalogue = reading.catalogue;
    let mut tally = Tally::new(Convention::Countermap, catalogue);
    let mut strangers = Strangers::default();
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        for tag in reading.own_tags(at, rule) {
            for id in reading.ids(rule, tag, strict) {
                let index = match &id {
                    Id::Live(index) => Some(*index),
                    Id::Stranger(name) => match name.parse().map(|id| catalogue.resolve(id)) {
                        Ok(Resolution::Live(index) | Resolution::Revoked(index)) => Some(index),
                        _ => None,
                    },
                };
                match (index, id) {
                    (Some(index), _) => tally.count(index, at, How::Tag),
                    (None, Id::Stranger(name)) => strangers.add(name),
                    (None, Id::Live(_)) => {}
                }
            }
        }
    }
    tally.beside = strangers.named();
    super::tally::spread(&mut tally, catalogue);
    tally.judge(|mark| match mark.counts.first().map(|count| count.how) {
        Some(How::Tag) => (2, "covered", Covers::Fully),
        Some(_) => (1, "partial", Covers::Partly),
        None => (0, "uncovered", Covers::Not),
    });
    tally.marks.iter_mut().for_each(|mark| {
        mark.get_or_insert_with(|| Mark { state: "uncovered", ..Mark::default() });
    });
    tally.ratio = Some(Ratio { covered: tally.covered(), total: catalogue.techniques.len() });
    tally.add_tactics(catalogue, |_| true);
    super::wording::skips(&mut tally.notes, "countermap", reading.broken_files());
    tally
}
