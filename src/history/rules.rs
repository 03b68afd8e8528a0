//! The past of one rule set, from the dates of its rules.

use super::snapshot::Snapshot;
use super::when::When;
use crate::attack::Catalogue;
use crate::coverage::{Coverage, Picked, Policy, Scope};
use crate::date::Date;
use crate::limits::MAX_TREND_POINTS;
use crate::pace::{Pace, Unpaced, at_once};
use crate::rule::{Intake, RuleIndex};

/// How far points lie apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Ends of calendar quarters.
    #[default]
    Quarter,
    /// Ends of months.
    Month,
}

impl Step {
    fn end(self, date: Date) -> Date {
        match self {
            Self::Quarter => date.end_of_quarter(),
            Self::Month => date.end_of_month(),
        }
    }

    fn name(self, date: Date) -> String {
        match self {
            Self::Quarter => format!("Q{} {}", date.quarter(), date.year()),
            Self::Month => format!("{:04}-{:02}", date.year(), date.month()),
        }
    }
}

/// What a rule set covered, as far as its rules tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleHistory {
    /// From the first dated rule to today, the last point being today; empty if no rule is dated,
    /// or if no rule could name a technique. At most [`MAX_TREND_POINTS`].
    pub snapshots: Vec<Snapshot>,
    /// Counted rules with a date.
    pub dated: usize,
    /// Counted rules without one. Nobody knows since when they are there, so they are in no
    /// point.
    pub undated: usize,
}

impl RuleHistory {
    /// What the points are made of and what they leave out, in one or two sentences.
    pub fn sentence(&self) -> String {
        let left_out = match self.undated {
            0 => String::new(),
            1 => " 1 rule without a date is left out.".to_owned(),
            rules => format!(" {rules} rules without a date are left out."),
        };
        format!(
            "Each point counts the rules of today's set that were written by then; deleted rules are unknown.{left_out}"
        )
    }
}

/// The past of the rules that count in `today`'s coverage, which must come from `catalogue`,
/// `intake`, `policy` and `scope`. A rule dated later than today counts today: it is there.
pub fn of_rules(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    (policy, scope): (&Policy, &Scope),
    today: Date,
    step: Step,
) -> RuleHistory {
    let counted = (policy, scope);
    at_once(of_rules_paced(catalogue, intake, coverage, counted, today, step, &Unpaced))
}

/// [`of_rules`] in pieces.
pub async fn of_rules_paced(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    (policy, scope): (&Policy, &Scope),
    today: Date,
    step: Step,
    pace: &impl Pace,
) -> RuleHistory {
    let mut history = RuleHistory::default();
    let mut rows: Vec<(Date, RuleIndex)> = Vec::new();
    for row in coverage.mapped.iter().chain(&coverage.unmapped) {
        match intake.rules.get(*row as usize).and_then(|rule| rule.date) {
            Some(date) => rows.push((date.min(today), *row)),
            None => history.undated += 1,
        }
    }
    crate::sorted::sort(&mut rows);
    history.dated = rows.len();
    if coverage.summary.says_nothing() {
        return history;
    }
    let Some((first, _)) = rows.first() else { return history };
    for end in ends(*first, today, step) {
        let there = rows.partition_point(|(date, _)| *date <= end);
        let picked: Vec<RuleIndex> = rows[..there].iter().map(|(_, row)| *row).collect();
        let scope = Scope { picked: Some(Picked::new(intake, &picked)), ..scope.clone() };
        let claims = coverage.claims.clone();
        let then =
            Coverage::compute_paced(catalogue, intake, claims, policy, &scope, end, pace).await;
        let name = if end == today { today.to_string() } else { step.name(end) };
        history.snapshots.push(Snapshot::of_coverage(When::Day(end), name, &then, catalogue));
        pace.pause().await;
    }
    history
}

/// Ends of quarters or months from that of `first` to today, in order; the latest if they are
/// too many.
fn ends(first: Date, today: Date, step: Step) -> Vec<Date> {
    let mut ends = std::collections::VecDeque::new();
    let mut end = step.end(first);
    while end < today {
        if ends.len() + 1 == MAX_TREND_POINTS {
            ends.pop_front();
        }
        ends.push_back(end);
        let next = step.end(end.next_month());
        if next <= end {
            break;
        }
        end = next;
    }
    ends.push_back(today);
    ends.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a day")
    }

    #[test]
    fn points_end_with_today() {
        let ends = |first, today, step| {
            let ends = ends(day(first), day(today), step);
            ends.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            ends("2026-01-31", "2026-11-22", Step::Quarter),
            "2026-03-31 2026-06-30 2026-09-30 2026-11-22"
        );
        assert_eq!(ends("2026-09-30", "2026-10-01", Step::Month), "2026-09-30 2026-10-01");
        assert_eq!(ends("2026-06-30", "2026-06-30", Step::Quarter), "2026-06-30");
        assert_eq!(ends("2026-06-30", "2026-06-01", Step::Quarter), "2026-06-01");
    }

    #[test]
    fn a_rule_of_the_year_one_costs_no_more_than_others() {
        let points = ends(day("0001-01-01"), day("2026-11-22"), Step::Month);
        assert_eq!(points.len(), MAX_TREND_POINTS);
        assert_eq!(points.last(), Some(&day("2026-11-22")));
        assert_eq!(points.first(), Some(&day("2016-12-31")));
    }
}
