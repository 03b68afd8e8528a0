//! DeTT&CT 2.2 (`generic.py`, `calculate_score`; `technique_mapping.py`) and Dettectinator 1.4.4,
//! its importer (`TechniqueSigmaRules`, `_add_rules`).
//!
//! Decisions:
//! - A technique's score is the mean of its detections' newest scores, those below 0 left out,
//!   rounded to the even neighbour as Python does; without any it is -1 and not in the layer: no
//!   score here.
//! - A DeTT&CT file among the inputs gives its detections. The rules give one more, however many
//!   they are: Dettectinator lists them under one detection and gives it 1, "TODO: check score".
//! - Score 0 (forensics, context) is in the layer and so counts as covered.

use super::reading::{Habits, Id, Reading, Strangers, YAML};
use super::{Convention, Covers, How, Tally, place};
use crate::attack::TechniqueId;
use crate::rule::Format;
use std::collections::BTreeMap;

const HABITS: Habits = Habits { formats: &[(Format::Sigma, YAML)], single_document: true };

/// What Dettectinator gives a detection that it adds.
const ADDED: i8 = 1;

/// Lower case only.
fn technique(written: &str) -> Option<&str> {
    written.strip_prefix("attack.").filter(|name| name.starts_with('t'))
}

/// The mean of what is not below 0, half to even; -1 of nothing.
fn mean(scores: &[i8]) -> i32 {
    let scores: Vec<i32> = scores.iter().map(|s| i32::from(*s)).filter(|s| *s >= 0).collect();
    let Ok(count) = i32::try_from(scores.len()) else { return -1 };
    if count == 0 {
        return -1;
    }
    let sum = scores.iter().sum::<i32>();
    let (whole, rest) = (sum / count, sum % count * 2);
    let up = rest > count || rest == count && whole % 2 == 1;
    whole + i32::from(up)
}

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let mut tally = Tally::new(Convention::Dettect, reading.catalogue);
    let mut strangers = Strangers::default();
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        for tag in reading.own_tags(at, rule) {
            for id in reading.ids(rule, tag, technique) {
                match id {
                    Id::Live(index) => tally.count(index, at, How::Tag),
                    Id::Stranger(name) => strangers.add(name),
                }
            }
        }
    }
    tally.beside = strangers.named();
    tally.marks.iter_mut().flatten().for_each(|mark| mark.value = i32::from(ADDED));
    let mut stated: BTreeMap<TechniqueId, Vec<i8>> = BTreeMap::new();
    for said in &reading.intake.administered {
        stated.entry(said.technique).or_default().extend(&said.detections);
    }
    for (id, mut scores) in stated {
        match reading.catalogue.find(id) {
            Some(index) => {
                let mark = tally.marks[place(index)].get_or_insert_default();
                if !mark.counts.is_empty() {
                    scores.push(ADDED);
                }
                mark.value = mean(&scores);
            }
            None => *tally.beside.entry(id.to_string()).or_default() += 1,
        }
    }
    tally.judge(|mark| {
        let covers = if mark.value < 0 { Covers::Not } else { Covers::Fully };
        (mark.value, word(mark.value), covers)
    });
    let lost = reading.broken_files() + super::wording::files(&tally, reading.intake);
    super::wording::stops(&mut tally.notes, "Dettectinator", lost);
    tally
}

/// The wiki's names of the scores.
fn word(score: i32) -> &'static str {
    match score {
        0 => "forensics/context",
        1 => "basic",
        2 => "fair",
        3 => "good",
        4 => "very good",
        5 => "excellent",
        _ => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python: `int(round(sum / number, 0))`.
    #[test]
    fn the_mean_is_rounded_to_even_and_leaves_out_none() {
        let cases: [(&[i8], i32); 9] = [
            (&[], -1),
            (&[-1, -1], -1),
            (&[0], 0),
            (&[-1, 3], 3),
            (&[5, 0], 2),
            (&[1, 2], 2),
            (&[0, 1], 0),
            (&[1, 1, 2], 1),
            (&[5, 5, 3], 4),
        ];
        for (scores, expected) in cases {
            assert_eq!(mean(scores), expected, "{scores:?}");
        }
    }
}
