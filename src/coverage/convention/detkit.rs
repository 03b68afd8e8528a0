//! detkit-cli 0.1.6, `detkit navigator` and `detkit docs` (`docs.py`).
//!
//! Knows techniques only: a sub-technique counts on the one above it. Its list of 207 is ATT&CK
//! 19's without those that stand in Defense Impairment alone, because its tactics are the
//! fourteen of before. 100 is a technique with a rule that has a `.test.yml` beside it, 50 one
//! without.

use super::reading::{Habits, Id, Reading, Strangers, YAML, after_attack, is_strict};
use super::{Convention, Covers, How, Mark, Ratio, Tally, place};
use crate::attack::{Catalogue, Technique, TechniqueId};
use crate::rule::Format;
use crate::sorted;
use std::collections::BTreeSet;

const HABITS: Habits = Habits { formats: &[(Format::Sigma, YAML)], single_document: true };

/// The tactic that its table does not have.
const MISSING: &str = "defense-impairment";

/// With the prefix or without it.
fn technique(written: &str) -> Option<&str> {
    Some(after_attack(written).unwrap_or(written)).filter(|id| is_strict(id))
}

/// Whether its list has a technique.
fn is_listed(catalogue: &Catalogue, technique: &Technique) -> bool {
    let tactics = technique.tactics.iter().filter_map(|at| catalogue.tactics.get(usize::from(*at)));
    technique.parent.is_none() && tactics.into_iter().any(|tactic| tactic.shortname != MISSING)
}

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let catalogue = reading.catalogue;
    let mut tally = Tally::new(Convention::Detkit, catalogue);
    let mut strangers = Strangers::default();
    let listed: Vec<bool> = catalogue.techniques.iter().map(|t| is_listed(catalogue, t)).collect();
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        for tag in reading.own_tags(at, rule) {
            for id in reading.ids(rule, tag, technique) {
                let (index, how) = match &id {
                    Id::Live(index) => match catalogue.technique(*index).parent {
                        Some(parent) => (Some(parent), How::Folded),
                        None => (Some(*index), How::Tag),
                    },
                    // It folds before it looks: `T1059.999` counts on T1059.
                    Id::Stranger(name) => {
                        let parent = name.parse().ok().and_then(TechniqueId::parent);
                        (parent.and_then(|id| reading.find(id)), How::Folded)
                    }
                };
                match index.filter(|index| listed[place(*index)]) {
                    Some(index) => tally.count(index, at, how),
                    None => strangers.add(technique(&tag.written).unwrap_or(&tag.written)),
                }
            }
        }
    }
    tally.beside = strangers.named();
    let outcomes = reading.intake.report.outcomes.iter();
    let tested: BTreeSet<&str> = sorted::set(outcomes.filter_map(|outcome| {
        let path = outcome.path.as_str();
        path.strip_suffix(".test.yml").or_else(|| path.strip_suffix(".test.yaml"))
    }));
    let is_tested = |mark: &Mark| {
        if tested.is_empty() {
            return false;
        }
        let mut rules =
            mark.counts.iter().filter_map(|count| reading.intake.rules.get(count.rule as usize));
        rules.any(|rule| rule.path.rsplit_once('.').is_some_and(|(base, _)| tested.contains(base)))
    };
    tally.judge(|mark| {
        if is_tested(mark) {
            (100, "tested", Covers::Fully)
        } else {
            (50, "covered, no test", Covers::Fully)
        }
    });
    tally.ratio = Some(Ratio {
        covered: tally.covered(),
        total: listed.iter().filter(|is_listed| **is_listed).count(),
    });
    tally.add_tactics(catalogue, |at| listed[at]);
    tally.tactics.retain(|row| row.shortname != MISSING);
    let lost = super::wording::files(&tally, reading.intake) + reading.broken_files();
    super::wording::stops(&mut tally.notes, "detkit", lost);
    tally
}
