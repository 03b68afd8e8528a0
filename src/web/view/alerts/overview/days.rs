//! The days of the alerts, as bars and as a table.

use crate::alerts::{Day, Moment, Window};
use crate::date::Date;
use std::fmt::Write as _;

/// Bars at most; of more days several share one.
const BARS: usize = 366;
/// Labels at most.
const LABELS: i32 = 8;
/// A label further right than this, in per cent, would stand out.
const FURTHEST: f64 = 94.0;

/// Some days, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::web::view::alerts) struct Days {
    /// The first, as days since 1970.
    pub(super) first: i32,
    /// How many.
    pub(super) number: i32,
    /// Days of a bar.
    pub(super) per: usize,
    /// Alerts of each bar.
    pub(super) bars: Vec<u32>,
}

impl Days {
    pub(in crate::web::view::alerts) fn of(days: &[Day]) -> Self {
        let per = days.len().div_ceil(BARS).max(1);
        Self {
            first: days.first().map_or(0, |day| day.date.unix_days()),
            number: i32::try_from(days.len()).unwrap_or(i32::MAX),
            per,
            bars: days.chunks(per).map(|some| some.iter().map(|day| day.alerts).sum()).collect(),
        }
    }

    /// The date of a day by its place.
    pub(super) fn date(&self, at: i32) -> Date {
        Date::from_unix_days(u32::try_from(self.first.saturating_add(at)).unwrap_or_default())
    }

    /// The last place.
    pub(super) fn last(&self) -> i32 {
        (self.number - 1).max(0)
    }

    /// The first and the last place of a window.
    pub(super) fn range(&self, window: Option<Window>) -> (i32, i32) {
        let Some(window) = window else { return (0, self.last()) };
        let at = |moment: Moment| moment.day().saturating_sub(self.first).clamp(0, self.last());
        (at(window.since), at(Moment(window.until.0.saturating_sub(1))))
    }

    /// From a place to another, that included; `None` is all.
    pub(super) fn window(&self, (from, to): (i32, i32)) -> Option<Window> {
        let is_all = from <= 0 && to >= self.last();
        (!is_all).then(|| Window::of_days(self.date(from), self.date(to)))
    }

    /// How far a place is from the left, in per cent.
    pub(super) fn percent(&self, at: i32) -> f64 {
        f64::from(at) * 100.0 / f64::from(self.number.max(1))
    }

    pub(super) fn highest(&self) -> u32 {
        self.bars.iter().copied().max().unwrap_or_default()
    }

    /// All bars in a box one wide for each and 1000 high. What is not nothing can be seen.
    pub(super) fn path(&self) -> String {
        let highest = u64::from(self.highest()).max(1);
        let mut path = String::with_capacity(self.bars.len() * 24);
        for (x, alerts) in self.bars.iter().enumerate().filter(|(_, alerts)| **alerts > 0) {
            let top = 1000 - (u64::from(*alerts) * 1000 / highest).max(16);
            // A string takes everything.
            let _ = write!(path, "M{x}.1 1000V{top}h.8V1000z");
        }
        path
    }

    /// Labels below the bars, each with how far it is from the left, in per cent.
    pub(super) fn labels(&self) -> Vec<(f64, String)> {
        let step = [1, 2, 7, 14].into_iter().find(|step| self.number <= step * LABELS);
        if let Some(step) = step {
            let at = (0..self.number).step_by(usize::try_from(step).unwrap_or(1));
            let labels = at.map(|at| (self.percent(at), self.date(at).to_string()));
            return labels.filter(|(left, _)| *left <= FURTHEST).collect();
        }
        let months = self.number / 30;
        let step = [1, 2, 3, 6, 12, 24, 60, 120].into_iter().find(|step| months <= step * LABELS);
        let step = u16::try_from(step.unwrap_or(240)).unwrap_or(240);
        let mut labels = Vec::new();
        let (mut date, end) = (self.date(0), self.date(self.last()));
        while date <= end {
            let at = date.unix_days().saturating_sub(self.first);
            let month = date.year() * 12 + u16::from(date.month()) - 1;
            if date.parts().2 == 1 && month.is_multiple_of(step) && self.percent(at) <= FURTHEST {
                let name = match step {
                    12.. => date.year().to_string(),
                    _ => format!("{}-{:02}", date.year(), date.month()),
                };
                labels.push((self.percent(at), name));
            }
            let next = date.next_month();
            let Some(next) = Date::new(next.year(), next.month(), 1) else { break };
            if next <= date {
                break;
            }
            date = next;
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(first: &str, counts: &[u32]) -> Days {
        let first = Date::parse(first).expect("a day").unix_days();
        let day = |(at, alerts): (i32, &u32)| Day {
            date: Date::from_unix_days(u32::try_from(first + at).expect("later")),
            alerts: *alerts,
        };
        Days::of(&(0..).zip(counts).map(day).collect::<Vec<_>>())
    }

    #[test]
    fn windows_are_places_and_back() {
        let ten = days("2026-01-01", &[1; 10]);
        assert_eq!(ten.range(None), (0, 9));
        assert_eq!(ten.window((0, 9)), None);
        let some = ten.window((2, 4)).expect("not all");
        assert_eq!(some.days().map(|(a, b)| (a.to_string(), b.to_string())), {
            Some(("2026-01-03".to_owned(), "2026-01-05".to_owned()))
        });
        assert_eq!(ten.range(Some(some)), (2, 4));
        let far = Window { since: Moment::FIRST, until: Moment::END };
        assert_eq!(ten.range(Some(far)), (0, 9));
        assert_eq!(Days::default().range(Some(far)), (0, 0));
    }

    #[test]
    fn bars_by_hand() {
        assert_eq!(
            days("2026-01-01", &[4, 0, 1]).path(),
            "M0.1 1000V0h.8V1000zM2.1 1000V750h.8V1000z"
        );
        assert_eq!(days("2026-01-01", &[0, 0]).path(), "");
        let years = days("2020-01-01", &[1; 800]);
        assert_eq!((years.per, years.bars.len(), years.bars[0]), (3, 267, 3));
        assert_eq!(years.bars.iter().sum::<u32>(), 800);
    }

    #[test]
    fn labels_are_few() {
        let texts = |first, number: usize| {
            let labels = days(first, &vec![1; number]).labels();
            labels.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
        };
        assert_eq!(texts("2026-01-30", 3), ["2026-01-30", "2026-01-31", "2026-02-01"]);
        assert_eq!(texts("2026-01-01", 90).len(), 7);
        assert_eq!(texts("2026-01-15", 200)[0], "2026-02");
        assert_eq!(texts("2016-06-15", 3650)[0], "2018");
        for number in [1, 8, 16, 57, 113, 250, 366, 1000, 5000, 40_000] {
            let labels = texts("1990-01-01", number).len();
            assert!((1..=13).contains(&labels), "{number}: {labels}");
        }
    }
}
