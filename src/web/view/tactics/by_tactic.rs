//! The tactics one by one.

use super::cells::{about, bar_cell, cell, foreign, live, number, row, table};
use super::listed::links;
use super::{Source, Sourced, later, part};
use crate::attack::Tactic;
use crate::coverage::{TacticView, tactic_views};
use crate::web::address::{Address, View};
use crate::web::detections::Detecting;
use crate::web::view::numbers::{count, percent};
use leptos::prelude::*;

/// Where the column of alerts stands.
const AT_ALERTS: usize = 5;

/// Techniques named as best, and as worst.
const NAMED: usize = 3;

const COLUMNS: [(&str, &str); 8] = [
    ("Tactic", ""),
    ("Covered", "number"),
    ("Share", "number"),
    ("Bar", "bar-column"),
    ("Rules", "number"),
    ("Median log sources", "number"),
    ("Best", ""),
    ("Worst covered", ""),
];

/// The same where there are alerts.
const WITH_ALERTS: [(&str, &str); 9] = [
    ("Tactic", ""),
    ("Covered", "number"),
    ("Share", "number"),
    ("Bar", "bar-column"),
    ("Rules", "number"),
    ("Alerts", "number"),
    ("Median log sources", "number"),
    ("Best", ""),
    ("Worst covered", ""),
];

pub(super) fn section(source: Sourced) -> AnyView {
    let views = later(source, |of| tactic_views(&of.catalogue, &of.coverage));
    let Detecting { has_alerts, seen, .. } = Detecting::get();
    // Those in the window, of the severities and verdicts that count.
    let counts = Memo::new(move |_| match has_alerts.get() {
        true => seen.with(|seen| Some(seen.as_ref()?.detections.volume.tactics.clone())),
        false => None,
    });
    let rows = move || {
        let found = views.get()?;
        let (counts, is_there) = (counts.get(), has_alerts.get());
        let tactics = found.source.catalogue.tactics.iter().zip(&found.value).enumerate();
        let line = |(at, (tactic, view)): (usize, (&Tactic, &TacticView))| {
            let alerts = is_there.then(|| counts.as_ref().and_then(|all| all.get(at)).copied());
            line(&found.source, tactic, view, alerts)
        };
        Some(tactics.map(line).collect::<Vec<_>>())
    };
    let body = move || {
        let columns: &[_] = if has_alerts.get() { &WITH_ALERTS } else { &COLUMNS };
        Some(table("table stat-table", columns, rows))
    };
    part(
        "by-tactic",
        "By tactic",
        "Techniques in scope, sub-techniques not among them. The best are those that most log sources see, the worst those that fewest see.",
        live(body),
    )
}

/// `alerts` is missing where there are none at all, and nothing while they are counted.
fn line(
    source: &Source,
    tactic: &Tactic,
    view: &TacticView,
    alerts: Option<Option<u32>>,
) -> AnyView {
    let name = &tactic.name;
    let (covered, total) = (view.covered.len(), view.total());
    let catalogue = &source.catalogue;
    let depth = view.median_log_sources.map_or_else(|| "–".to_owned(), |depth| depth.to_string());
    let mut cells = vec![
        about(foreign(name.clone())),
        number("Covered", format!("{} of {}", count(covered), count(total))),
        number("Share", percent(covered, total)),
        bar_cell(view.percent()),
        number("Rules", count(view.rules)),
        number("Median log sources", depth),
        cell("technique-links", "Best", links(catalogue, &view.best(NAMED).collect::<Vec<_>>())),
        cell(
            "technique-links",
            "Worst covered",
            links(catalogue, &view.worst(NAMED).collect::<Vec<_>>()),
        ),
    ];
    if let Some(alerts) = alerts {
        let filters = vec![("tactic".to_owned(), tactic.shortname.clone())];
        let href = Address { filters, ..Address::showing(View::Alerts, "rows") }.to_string();
        let number = match alerts {
            None => "–".into_any(),
            Some(0) => "0".into_any(),
            Some(alerts) => {
                view! { <a class="opener" href=href>{count(alerts as usize)}</a> }.into_any()
            }
        };
        cells.insert(AT_ALERTS, cell("number", "Alerts", number));
    }
    row(name.clone(), format!("{covered} {total}"), cells)
}
