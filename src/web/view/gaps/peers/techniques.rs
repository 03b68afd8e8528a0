//! Each technique: how many peers cover it and how well, and whether one is ahead.

use super::super::actors::covered;
use super::{Beside, Found, score};
use crate::coverage::Order;
use crate::export::peers;
use crate::gaps::peers::{By, Lead, PeerColumn, PeerFilter, PeerTechnique, list_peer_techniques};
use crate::web::download;
use crate::web::view::numbers::{count, counted};
use crate::web::view::rows::{Chunk, Listing, MoreRows, STEP, sort_head_here};
use crate::web::view::tactics::cells::{about, button, cell, number, row};
use crate::web::view::tactics::listed::{link, name};
use leptos::prelude::*;
use std::sync::Arc;

type Rows = Listing<Option<Arc<Found>>, usize>;

pub(super) fn table(found: Beside) -> AnyView {
    let (text, filter) = (RwSignal::new(String::new()), RwSignal::new(PeerFilter::default()));
    let order = RwSignal::new(Order { column: PeerColumn::Peers, descending: true });
    let shown = RwSignal::new(STEP);
    let rows = Memo::new(move |previous: Option<&Rows>| {
        let Some(found) = found.get() else { return Rows::after(previous, None, Vec::new()) };
        let (catalogue, view) = (&found.both.catalogue, &found.view);
        let rows = text
            .with(|text| list_peer_techniques(catalogue, view, filter.get(), text, order.get()));
        Rows::after(previous, Some(found), rows)
    });
    let save = move || {
        if let Some(found) = found.get_untracked() {
            let csv = peers::csv_of(&found.both.catalogue, &found.view);
            download::save("peers.csv", "text/csv", csv.as_bytes());
        }
    };
    let head = move |column, label, class| sort_head_here(order, column, label, class);
    let caption = move || rows.with(|rows| counted(rows.len(), "technique", "techniques"));
    let chips: Vec<AnyView> =
        PeerFilter::ALL.into_iter().map(|each| chip(found, filter, shown, each)).collect();
    view! {
        <h3 class="stat-sentence">"Technique by technique"</h3>
        <div class="list-bar">
            <div class="chips" role="group" aria-label="Which techniques">{chips}</div>
            <input
                class="field list-text"
                type="search"
                placeholder="Filter by words"
                aria-label="Show only techniques whose id or name holds these words"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || text.get()
                on:input=move |event| {
                    shown.set(STEP);
                    text.set(event_target_value(&event));
                }
            />
        </div>
        <table class="table stat-table peers-techniques">
            <caption>{caption}</caption>
            <thead>
                <tr>
                    {head(PeerColumn::Id, "Technique", "")}
                    {head(PeerColumn::Peers, "Peers", "number")}
                    {head(PeerColumn::Median, "Their median score", "number")}
                    {head(PeerColumn::Yours, "You", "")}
                    <th scope="col" class="number">"Your score"</th>
                    {head(PeerColumn::Lead, "Beside them", "")}
                </tr>
            </thead>
            <tbody>
                <For
                    each=move || rows.with(|rows| rows.chunks(shown.get()))
                    key=Chunk::key
                    children=technique_rows
                />
            </tbody>
        </table>
        {move || rows.with(Rows::is_empty).then(|| view! {
            <p class="list-none muted">"No technique of this list holds these words."</p>
        })}
        <MoreRows total=Signal::derive(move || rows.with(Rows::len)) shown />
        {button("export-peers", false.into(), Signal::stored("Save as CSV".to_owned()), save)}
    }
    .into_any()
}

fn chip(
    found: Beside,
    filter: RwSignal<PeerFilter>,
    shown: RwSignal<usize>,
    each: PeerFilter,
) -> AnyView {
    let number = move || found.with(|found| Some(count(each.count(&found.as_ref()?.view))));
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || (filter.get() == each).to_string()
            on:click=move |_| {
                shown.set(STEP);
                filter.set(each);
            }
        >
            {each.label()}
            <span class="count">{number}</span>
        </button>
    }
    .into_any()
}

fn technique_rows(chunk: Chunk<Option<Arc<Found>>, usize>) -> AnyView {
    let Some(found) = chunk.source else { return ().into_any() };
    let rows = chunk.rows.into_iter().filter_map(|at| found.view.techniques.get(at));
    rows.map(|each| line(&found, each)).collect::<Vec<_>>().into_any()
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
        cell("nowrap", "You", covered(each.state)),
        number("Your score", score(each.score)),
        cell("nowrap", "Beside them", lead(each.lead)),
    ];
    row(catalogue.technique(each.technique).id.to_string(), each.lead.as_str().to_owned(), cells)
}

/// In words, with a sign for who looks for it.
fn lead(lead: Lead) -> AnyView {
    let words = match lead {
        Lead::Ahead(By::Coverage) => "▲ ahead",
        Lead::Ahead(By::Score) => "▲ ahead by score",
        Lead::Behind(By::Coverage) => "▼ behind",
        Lead::Behind(By::Score) => "▼ behind by score",
        Lead::Even => "even",
    };
    view! { <span data-lead=lead.as_str()>{words}</span> }.into_any()
}
