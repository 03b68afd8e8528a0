//! Alerts in words: cells, windows, filters.

use super::wording::grouped;
use crate::alerts::{Moment, Selection, Severity, ShadingScale, Window};
use crate::coverage::detections::CellAlerts;
use crate::coverage::{TechniqueCoverage, TechniqueState};

/// A count for the corner of a cell: `999`, `1.2k`, `12k`, `3.4M`. Rounded, halves up.
pub fn short(count: u32) -> String {
    let with = |unit: u64, sign: char| {
        let tenths = (u64::from(count) * 10 + unit / 2) / unit;
        match (tenths / 10, tenths % 10) {
            (whole, tenth) if whole < 10 && tenth > 0 => format!("{whole}.{tenth}{sign}"),
            (whole, _) if whole < 10 => format!("{whole}{sign}"),
            _ => format!("{}{sign}", (u64::from(count) + unit / 2) / unit),
        }
    };
    match count {
        0..=999 => count.to_string(),
        // From here on it would round to a thousand thousands.
        1_000..=999_499 => with(1_000, 'k'),
        999_500.. => with(1_000_000, 'M'),
    }
}

/// `▲3`, `▼1.2k`, `=`
pub(super) fn difference(by: i64) -> String {
    let size = short(u32::try_from(by.unsigned_abs()).unwrap_or(u32::MAX));
    match by {
        1.. => format!("▲{size}"),
        0 => "=".to_owned(),
        _ => format!("▼{size}"),
    }
}

fn alerts(count: u32) -> String {
    match count {
        0 => "no alert".to_owned(),
        1 => "1 alert".to_owned(),
        _ => format!("{} alerts", grouped(count as usize)),
    }
}

/// The alerts of a technique: `12 alerts in the window, 3 more than before`.
pub fn alert_sentence(cell: &CellAlerts) -> String {
    let within = if cell.before.is_some() { " in the window" } else { "" };
    let number = |count: u64| grouped(usize::try_from(count).unwrap_or(usize::MAX));
    let than_before = cell.difference().map(|by| match by {
        0 if cell.shown() == 0 => ", nor before".to_owned(),
        0 => ", as many as before".to_owned(),
        1.. => format!(", {} more than before", number(by.unsigned_abs())),
        _ => format!(", {} fewer than before", number(by.unsigned_abs())),
    });
    let than_before = than_before.unwrap_or_default();
    if cell.is_via_subs() {
        let subs = number(u64::from(cell.count.with_subs));
        return format!("no alert on itself, {subs} on its sub-techniques{within}{than_before}");
    }
    // An alert on both is in the first number.
    let subs = match cell.count.with_subs - cell.count.own.min(cell.count.with_subs) {
        0 => String::new(),
        subs => format!(", and {} on its sub-techniques alone", number(u64::from(subs))),
    };
    format!("{}{within}{than_before}{subs}", alerts(cell.count.own))
}

/// The whole cell in words: `12 alerts in the window, 3 more than before; 2 rules, covered
/// directly`. `technique` must be the coverage of the same.
pub fn alert_label(cell: &CellAlerts, technique: &TechniqueCoverage) -> String {
    let rules = match technique.covering().len() {
        0 => "no rule".to_owned(),
        1 => "1 rule".to_owned(),
        rules => format!("{} rules", grouped(rules)),
    };
    let how = match technique.state {
        TechniqueState::None => "",
        TechniqueState::ViaSubtechnique => ", covered via sub-techniques",
        TechniqueState::Direct => ", covered directly",
    };
    let unseen = if cell.observable { "" } else { "; not observable" };
    format!("{}; {rules}{how}{unseen}", alert_sentence(cell))
}

/// `2026-01-01 to 2026-01-31` where a window is of whole days of UTC, else to the second.
pub fn window_in_words(window: Window) -> String {
    let Window { since, until } = window;
    let is_day = |moment: Moment| moment.0.rem_euclid(Moment::DAY) == 0;
    if !is_day(since) || !is_day(until) || until <= since {
        return format!("from {since}, before {until}");
    }
    let (first, last) = (since.date(), Moment(until.0 - 1).date());
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// What a selection leaves out beside its window, a sentence each.
pub fn filters_in_words(selection: &Selection) -> Vec<String> {
    let mut said = Vec::new();
    if !selection.severities.is_empty() {
        let names = selection.severities.iter();
        let names = names.map(|severity| severity.map_or("none", Severity::as_str));
        said.push(format!("Only alerts of severity {}.", names.collect::<Vec<_>>().join(", ")));
    }
    if !selection.verdicts.is_empty() {
        let names: Vec<_> = selection.verdicts.iter().map(|verdict| verdict.label()).collect();
        said.push(format!("Only alerts found to be: {}.", names.join(", ")));
    }
    said
}

/// How counts became shades.
pub fn scale_in_words(scale: ShadingScale, highest: u32) -> String {
    let highest = grouped(highest as usize);
    match scale {
        ShadingScale::Linear => {
            format!("Shades are in proportion to the highest count, {highest}.")
        }
        ShadingScale::Log => {
            format!(
                "Shades are logarithmic up to {highest}: ten times as many is one step further."
            )
        }
        ShadingScale::Quantile => {
            format!("Shades are by rank among the techniques with alerts, up to {highest}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Verdict;
    use crate::coverage::detections::AlertCount;
    use crate::date::Date;

    #[test]
    fn counts_fit_a_corner() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1k"),
            (1_049, "1k"),
            (1_050, "1.1k"),
            (1_234, "1.2k"),
            (9_949, "9.9k"),
            (9_950, "10k"),
            (12_499, "12k"),
            (999_499, "999k"),
            (999_500, "1M"),
            (1_250_000, "1.3M"),
            (u32::MAX, "4295M"),
        ] {
            assert_eq!(short(count), text, "{count}");
        }
        assert_eq!([3, -1_234, 0].map(difference), ["▲3", "▼1.2k", "="]);
    }

    #[test]
    fn cells_in_words() {
        let count = |(own, with_subs)| AlertCount { own, with_subs };
        let said = |now, before: Option<(u32, u32)>| {
            alert_sentence(&CellAlerts {
                count: count(now),
                before: before.map(count),
                ..CellAlerts::default()
            })
        };
        assert_eq!(said((12, 12), Some((9, 9))), "12 alerts in the window, 3 more than before");
        assert_eq!(said((1, 1), None), "1 alert");
        assert_eq!(
            said((2, 7), Some((4, 4))),
            "2 alerts in the window, 2 fewer than before, and 5 on its sub-techniques alone"
        );
        assert_eq!(
            said((0, 1_234), Some((0, 1_234))),
            "no alert on itself, 1\u{2009}234 on its sub-techniques in the window, as many as before"
        );
        assert_eq!(said((0, 0), Some((3, 4))), "no alert in the window, 4 fewer than before");
        assert_eq!(said((0, 0), None), "no alert");
    }

    #[test]
    fn windows_and_filters_in_words() {
        let day = |day| Moment::start_of(Date::new(2026, 1, day).expect("a day"));
        let window = |since, until| window_in_words(Window { since, until });
        assert_eq!(window(day(1), day(31)), "2026-01-01 to 2026-01-30");
        assert_eq!(window(day(1), day(2)), "2026-01-01");
        let noon = Moment(day(2).0 + Moment::DAY / 2);
        let said = window(day(1), noon);
        assert_eq!(said, "from 2026-01-01T00:00:00Z, before 2026-01-02T12:00:00Z");
        assert_eq!(
            window(day(1), day(1)),
            "from 2026-01-01T00:00:00Z, before 2026-01-01T00:00:00Z"
        );
        let selection = Selection {
            severities: vec![Some(Severity::High), None],
            verdicts: vec![Verdict::TruePositive],
            ..Selection::default()
        };
        let said =
            ["Only alerts of severity high, none.", "Only alerts found to be: true positive."];
        assert_eq!(filters_in_words(&selection), said);
        assert!(filters_in_words(&Selection::default()).is_empty());
    }
}
