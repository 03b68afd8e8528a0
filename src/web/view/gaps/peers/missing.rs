//! What most peers cover and one does not.

use super::{Beside, Found, score};
use crate::gaps::peers::{PeerTechnique, Threshold};
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::{about, button, number, row, table};
use crate::web::view::tactics::listed::{link, name};
use leptos::prelude::*;

/// Rows at first; the rest comes on request.
const FIRST: usize = 40;

const COLUMNS: [(&str, &str); 3] =
    [("Technique", ""), ("Peers", "number"), ("Their median score", "number")];

pub(super) fn missing(found: Beside, threshold: RwSignal<Threshold>) -> AnyView {
    let all = RwSignal::new(false);
    let number =
        Memo::new(move |_| found.with(|f| f.as_ref().map_or(0, |found| found.view.missing.len())));
    let rows = move || {
        let found = found.get()?;
        let shown = if all.get() { usize::MAX } else { FIRST };
        let of = found.view.missing.iter().filter_map(|at| found.view.techniques.get(*at));
        Some(of.take(shown).map(|row| line(&found, row)).collect())
    };
    let is_all = Signal::derive(move || all.get() || number.get() <= FIRST);
    let more = Signal::derive(move || format!("Show all {}", count(number.get())));
    let heading = move || {
        format!(
            "Covered by ≥ {} % of peers, not by you: {}",
            threshold.get().percent(),
            count(number.get())
        )
    };
    let typed = move |event: leptos::ev::Event| {
        // What is no number, or out of range, changes nothing.
        let percent = event_target_value(&event).trim().parse().ok();
        if let Some(percent) = percent.and_then(Threshold::new) {
            threshold.set(percent);
        }
    };
    let head = view! {
        <h3 class="stat-sentence" data-figure="peers-missing" data-value=number>{heading}</h3>
        <div class="stat-line">
            <label>
                "From what share of peers, in per cent "
                <input
                    class="field"
                    type="number"
                    min="1"
                    max="100"
                    step="1"
                    data-action="peers-threshold"
                    prop:value=move || threshold.get().percent().to_string()
                    on:input=typed
                />
            </label>
        </div>
    };
    vec![
        head.into_any(),
        table("table stat-table stat-narrow peers-missing", &COLUMNS, rows),
        button("all-missing", is_all, more, move || all.set(true)),
    ]
    .into_any()
}

fn line(found: &Found, each: &PeerTechnique) -> AnyView {
    let catalogue = &found.both.catalogue;
    let technique = view! {
        {link(catalogue, each.technique)}" "{name(catalogue, each.technique)}
    };
    let cells = vec![
        about(technique.into_any()),
        number("Peers", found.share(each)),
        number("Their median score", score(each.median)),
    ];
    row(catalogue.technique(each.technique).id.to_string(), each.covering.to_string(), cells)
}
