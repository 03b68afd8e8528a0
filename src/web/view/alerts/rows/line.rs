//! One alert as a row.

use super::asked::whole;
use super::ticks::{self, Ticks};
use crate::alerts::{Moment, Severity, Verdict};
use crate::web::address::{Address, RulePlace};
use crate::web::detections::Seen;
use crate::web::state::AppState;
use crate::web::view::numbers::duration;
use crate::web::view::rows::short_place;
use crate::web::view::tactics::cells::foreign;
use crate::web::view::tactics::choosing;
use crate::web::view::tactics::listed::link;
use leptos::prelude::*;

/// Techniques named in a row; the rest is a number.
const TECHNIQUES: usize = 2;

/// What a cell with a name leads to.
struct CellLink {
    /// Key of the filter.
    key: &'static str,
    /// The name.
    name: String,
}

impl CellLink {
    /// The name, as a link to the same list with this name alone.
    fn view(self) -> AnyView {
        if self.name.is_empty() {
            return ().into_any();
        }
        let state = AppState::get();
        let value = whole(&self.name);
        let key = self.key;
        let href = move || state.address.with(|now| choosing(now, key, &value)).to_string();
        view! { <a class="narrows" href=href title=self.name.clone()><bdi>{self.name.clone()}</bdi></a> }
            .into_any()
    }
}

/// `2026-11-28 14:03:22`, in UTC.
pub(in crate::web) fn time_in_words(time: Moment) -> String {
    let text = time.to_string();
    text.trim_end_matches('Z').replacen('T', " ", 1)
}

/// A duration; negative where detection comes before what it detects.
fn latency(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "−" } else { "" };
    format!("{sign}{}", duration(milliseconds.unsigned_abs() as f64 / 1000.0))
}

/// How severe, as a badge.
pub(in crate::web) fn severity(severity: Option<Severity>) -> AnyView {
    let text = severity.map(Severity::as_str);
    view! { <span class="badge" data-level=text>{text.unwrap_or("none")}</span> }.into_any()
}

/// The rule of an alert: a link to its text where it is among the rules that were read.
pub(in crate::web) fn rule(seen: &Seen, number: u32) -> AnyView {
    let rule = seen.asked.read.alerts.rule(number);
    let label = rule.label().to_owned();
    let title = match rule.id {
        "" => label.clone(),
        id => format!("{label} ({id})"),
    };
    let found = seen.detections.joined.rules_of(number).first();
    let found = found.and_then(|at| seen.asked.read.intake.rules.get(*at as usize));
    match found {
        Some(rule) => {
            let href = RulePlace::of(rule).href();
            view! { <a class="rule-link" href=href title=title><bdi>{label}</bdi></a> }.into_any()
        }
        None => view! { <bdi title=format!("{title}: not among the rules that were read")>{label}</bdi> }
            .into_any(),
    }
}

/// The row at a place (from 0) of the list.
pub(super) fn line(seen: &Seen, row: u32, at: usize, ticks: RwSignal<Ticks>) -> Option<AnyView> {
    let alerts = &seen.asked.read.alerts;
    let alert = alerts.get(row as usize)?;
    let catalogue = &seen.asked.catalogue;
    let ids = seen.detections.joined.placement.techniques(alerts, row as usize);
    let links: Vec<AnyView> =
        ids.iter().take(TECHNIQUES).map(|index| link(catalogue, *index)).collect();
    let more = ids.get(TECHNIQUES..).filter(|rest| !rest.is_empty()).map(|rest| {
        let names: Vec<String> =
            rest.iter().map(|index| catalogue.technique(*index).id.to_string()).collect();
        view! { <span class="muted" title=names.join(", ")>{format!("+{}", rest.len())}</span> }
            .into_any()
    });
    let name = |key: &'static str, name: &str| CellLink { key, name: name.to_owned() }.view();
    let time = time_in_words(alert.time);
    let verdict = match alert.verdict {
        Verdict::None => "",
        verdict => verdict.label(),
    };
    let latency = alert.latency().map(latency);
    let label = format!("Tick the alert of {time}, {}", alerts.rule(alert.rule).label());
    let place = format!("{}:{}", alerts.path(alert.file), alert.row);
    let cell = |class: &'static str, label: &'static str, content: AnyView| {
        view! { <td class=format!("at-{class}") data-label=label>{content}</td> }.into_any()
    };
    let cells = vec![
        cell("techniques", "Techniques", vec![links.into_any(), more.into_any()].into_any()),
        cell("severity", "Severity", severity(alert.severity)),
        cell("verdict", "Verdict", verdict.into_any()),
        cell("host", "Host", name("host", alerts.hosts().get(alert.host))),
        cell("user", "User", name("user", alerts.users().get(alert.user))),
        cell("incident", "Incident", name("incident", alerts.incidents().get(alert.incident))),
        cell("latency", "Latency", latency.into_any()),
        cell("file", "File", short_place(place)),
    ];
    let view = view! {
        <tr data-row="" data-alert=row.to_string() aria-rowindex=(at + 2).to_string()>
            <td class="pick">{ticks::one(ticks, row, label)}</td>
            <td class="at-time" data-label="Time (UTC)">{foreign(time)}</td>
            <th scope="row" class="at-rule">{rule(seen, alert.rule)}</th>
            {cells}
        </tr>
    };
    Some(view.into_any())
}

/// The list of alerts, narrowed.
pub(in crate::web) fn rows_href(filters: &[(&str, String)]) -> String {
    let filters = filters.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let address = Address {
        show: "rows".to_owned(),
        filters,
        ..Address::view(crate::web::address::View::Alerts)
    };
    address.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        assert_eq!(latency(-5_000), "−5\u{202f}s");
        assert_eq!(latency(0), "0\u{202f}s");
        assert_eq!(time_in_words(Moment(1_710_037_800_120)), "2024-03-10 02:30:00.120");
    }
}
