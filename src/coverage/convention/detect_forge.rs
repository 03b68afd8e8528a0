//! Detect-Forge (`coverage/analyzer.py`, `coverage/reporter.py`, main of 2026; its predecessor
//! 0.1 gave a technique nothing for its sub-techniques).
//!
//! Full is an id that a tag names; shallow is a sub-technique whose technique is named, or a
//! technique of which a sub-technique is; the rest is a gap. Its layer writes 100, 50 and 0.
//! Revoked and deprecated ids are listed for migration and count for nothing.

use super::reading::{Habits, Id, Reading, Strangers, YAML, strict};
use super::{Convention, Covers, How, Mark, Ratio, Tally};
use crate::rule::Format;

const HABITS: Habits = Habits {
    formats: &[(Format::Sigma, YAML), (Format::Elastic, &["toml"])],
    single_document: true,
};

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let catalogue = reading.catalogue;
    let mut tally = Tally::new(Convention::DetectForge, catalogue);
    let mut strangers = Strangers::default();
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        for tag in reading.own_tags(at, rule) {
            for id in reading.ids(rule, tag, strict) {
                match id {
                    Id::Live(index) => tally.count(index, at, How::Tag),
                    Id::Stranger(name) => strangers.add(name),
                }
            }
        }
    }
    tally.beside = strangers.named();
    super::tally::spread(&mut tally, catalogue);
    tally.judge(|mark| match mark.counts.first().map(|count| count.how) {
        Some(How::Tag) => (100, "full", Covers::Fully),
        Some(_) => (50, "shallow", Covers::Partly),
        None => (0, "gap", Covers::Not),
    });
    tally.marks.iter_mut().for_each(|mark| {
        mark.get_or_insert_with(|| Mark { state: "gap", ..Mark::default() });
    });
    tally.ratio = Some(Ratio { covered: tally.covered(), total: catalogue.techniques.len() });
    tally.add_tactics(catalogue, |_| true);
    super::wording::skips(&mut tally.notes, "Detect-Forge", reading.broken_files());
    tally
}
