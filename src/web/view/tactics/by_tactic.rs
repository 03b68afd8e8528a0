//! The tactics one by one.

use super::listed::links;
use super::{Source, Sourced, bar, later, part};
use crate::coverage::{TacticView, tactic_views};
use crate::web::view::numbers::{count, percent};
use leptos::prelude::*;

/// Techniques named as best, and as worst.
const NAMED: usize = 3;

pub(super) fn section(source: Sourced) -> AnyView {
    let views = later(source, |of| tactic_views(&of.catalogue, &of.coverage));
    let rows = move || {
        let found = views.get()?;
        let tactics = found.source.catalogue.tactics.iter().zip(&found.value);
        Some(tactics.map(|(tactic, view)| row(&found.source, &tactic.name, view)).collect_view())
    };
    let body = view! {
        <table class="table stat-table">
            <thead>
                <tr>
                    <th scope="col">"Tactic"</th>
                    <th scope="col" class="number">"Covered"</th>
                    <th scope="col" class="number">"Share"</th>
                    <th scope="col" class="bar-column"><span class="visually-hidden">"Bar"</span></th>
                    <th scope="col" class="number">"Rules"</th>
                    <th scope="col" class="number">"Median log sources"</th>
                    <th scope="col">"Best"</th>
                    <th scope="col">"Worst covered"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    part(
        "by-tactic",
        "By tactic",
        "Techniques in scope, sub-techniques not among them. The best are those that most log sources see, the worst those that fewest see.",
        body.into_any(),
    )
}

fn row(source: &Source, name: &str, view: &TacticView) -> AnyView {
    let (covered, total) = (view.covered.len(), view.total());
    let catalogue = &source.catalogue;
    let depth = view.median_log_sources.map_or_else(|| "–".to_owned(), |depth| depth.to_string());
    view! {
        <tr>
            <th scope="row"><bdi>{name.to_owned()}</bdi></th>
            <td class="number" data-label="Covered">{count(covered)}" of "{count(total)}</td>
            <td class="number" data-label="Share">{percent(covered, total)}</td>
            <td class="bar-column">{bar(view.percent())}</td>
            <td class="number" data-label="Rules">{count(view.rules)}</td>
            <td class="number" data-label="Median log sources">{depth}</td>
            <td class="technique-links" data-label="Best">{links(catalogue, view.best(NAMED))}</td>
            <td class="technique-links" data-label="Worst covered">{links(catalogue, view.worst(NAMED))}</td>
        </tr>
    }
    .into_any()
}
