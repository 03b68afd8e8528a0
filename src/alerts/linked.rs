//! A selection as keys and values, so that it can be linked.

use super::{Moment, Selection, Severity, Verdict, Window};
use crate::date::Date;

/// What alerts without a severity are called.
const NONE: &str = "none";

impl Selection {
    /// The keys it is written with.
    pub const KEYS: [&'static str; 4] = ["since", "until", "severity", "verdict"];

    /// As keys and values; none for what filters nothing. Windows of whole days (in UTC) are
    /// written as their first and last day, others in milliseconds since 1970.
    pub fn written(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut add = |key: &str, value: String| pairs.push((key.to_owned(), value));
        if let Some(window) = self.window {
            match window.days() {
                Some((first, last)) => {
                    add("since", first.to_string());
                    add("until", last.to_string());
                }
                None => {
                    add("since", window.since.0.to_string());
                    add("until", window.until.0.to_string());
                }
            }
        }
        if !self.severities.is_empty() {
            let names: Vec<&str> =
                self.severities.iter().map(|each| each.map_or(NONE, Severity::as_str)).collect();
            add("severity", names.join(","));
        }
        if !self.verdicts.is_empty() {
            let names: Vec<&str> = self.verdicts.iter().map(|each| each.as_str()).collect();
            add("verdict", names.join(","));
        }
        pairs
    }

    /// Reads what [`Self::written`] gives; `None` if none of the keys is there. What is unknown is
    /// passed over, and so is a window that is none.
    pub fn read(pairs: &[(String, String)]) -> Option<Self> {
        let of = |wanted: &str| {
            let pair = pairs.iter().find(|(key, _)| key == wanted);
            pair.map(|(_, value)| value.as_str())
        };
        if Self::KEYS.iter().all(|key| of(key).is_none()) {
            return None;
        }
        let since = of("since").and_then(|text| moment(text, false));
        let until = of("until").and_then(|text| moment(text, true));
        let window = match (since, until) {
            (None, None) => None,
            (since, until) => Some(Window {
                since: since.unwrap_or(Moment::FIRST),
                until: until.unwrap_or(Moment::END),
            }),
        };
        let mut selection =
            Self { window: window.filter(|window| window.since < window.until), ..Self::default() };
        for name in of("severity").unwrap_or_default().split(',') {
            let known = Severity::ALL.into_iter().find(|each| each.as_str() == name);
            if (known.is_some() || name == NONE) && !selection.severities.contains(&known) {
                selection.severities.push(known);
            }
        }
        for name in of("verdict").unwrap_or_default().split(',') {
            if let Some(known) = Verdict::ALL.into_iter().find(|each| each.as_str() == name)
                && !selection.verdicts.contains(&known)
            {
                selection.verdicts.push(known);
            }
        }
        Some(selection)
    }
}

impl Window {
    /// From the beginning of a day to the end of another, in UTC.
    pub fn of_days(first: Date, last: Date) -> Self {
        let until = Moment(Moment::start_of(last).0 + Moment::DAY);
        Self { since: Moment::start_of(first), until }
    }

    /// Its first and its last day, in UTC; `None` if it begins or ends within a day, or has none.
    pub fn days(self) -> Option<(Date, Date)> {
        let is_whole = |moment: Moment| moment.0.rem_euclid(Moment::DAY) == 0;
        let is_one = is_whole(self.since) && is_whole(self.until) && self.since < self.until;
        is_one.then(|| (self.since.date(), Moment(self.until.0 - 1).date()))
    }
}

/// A day, from its beginning or to its end, or milliseconds.
fn moment(text: &str, is_end: bool) -> Option<Moment> {
    let moment = match Date::parse(text) {
        Some(day) => Moment(Moment::start_of(day).0 + if is_end { Moment::DAY } else { 0 }),
        None => Moment(text.parse().ok()?),
    };
    (Moment::FIRST..=Moment::END).contains(&moment).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn by_hand() {
        let day = |text| Date::parse(text).expect("a day");
        let selection = Selection {
            window: Some(Window::of_days(day("2026-09-01"), day("2026-09-02"))),
            severities: vec![Some(Severity::High), None],
            verdicts: vec![Verdict::TruePositive],
        };
        let written = pairs(&[
            ("since", "2026-09-01"),
            ("until", "2026-09-02"),
            ("severity", "high,none"),
            ("verdict", "true_positive"),
        ]);
        assert_eq!(selection.written(), written);
        assert_eq!(Selection::read(&written), Some(selection));
        assert_eq!(Selection::default().written(), []);
        assert_eq!(Selection::read(&pairs(&[("tactic", "impact")])), None);
        // An open end, and what nobody can mean.
        let open = Selection::read(&pairs(&[("since", "2026-09-01")])).expect("a key");
        assert_eq!(open.window.map(|window| window.until), Some(Moment::END));
        for wrong in [
            pairs(&[("since", "2026-09-02"), ("until", "2026-09-01")]),
            pairs(&[("since", "-9223372036854775808"), ("until", "yesterday")]),
            pairs(&[("severity", "highest,,"), ("verdict", "%")]),
        ] {
            assert_eq!(Selection::read(&wrong), Some(Selection::default()), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn read_is_what_was_written(
            since in Moment::FIRST.0..Moment::END.0,
            length in 1_i64..1_000_000_000_000,
            severities in prop::sample::subsequence(vec![None, Some(Severity::Low), Some(Severity::Critical)], 0..=3),
            verdicts in prop::sample::subsequence(Verdict::ALL.to_vec(), 0..=4),
        ) {
            let until = Moment((since + length).min(Moment::END.0));
            let window = Some(Window { since: Moment(since), until });
            let selection = Selection { window, severities, verdicts };
            prop_assert_eq!(Selection::read(&selection.written()), Some(selection));
        }
    }
}
