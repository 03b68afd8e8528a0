//! The table of rules, more of it as one nears the end.

use super::super::proved::Proved;
use super::sorting::Column;
use super::{Rows, Shown, row};
use crate::coverage::detections::RuleHealth;
use crate::web::view::numbers::{count, counted};
use crate::web::view::rows::{Chunk, MoreRows, sort_head_here};
use leptos::prelude::*;
use std::sync::Arc;

/// Rows at first, and with every step: they have eleven cells each.
const STEP: usize = 50;

pub(super) fn table(shown: Shown) -> AnyView {
    let wanted = RwSignal::new(STEP);
    let rows = shown.rows;
    let caption = move || {
        rows.with(|rows| {
            let all = rows.source().as_ref().map_or(0, |proved| proved.health.len());
            let of = if rows.len() == all { String::new() } else { format!(" of {}", count(all)) };
            format!(
                "{}{of}. Share: false positives of all alerts with a verdict. Last: when it last fired or passed a test. Alone: techniques that no other rule covers.",
                counted(rows.len(), "rule", "rules"),
            )
        })
    };
    let head = move |column, label, class| sort_head_here(shown.order, column, label, class);
    let none = move || {
        rows.with(Rows::is_empty).then(|| {
            view! { <p class="list-none muted">"No rule of this kind."</p> }
        })
    };
    view! {
        <table class="table stat-table health-table">
            <caption>{caption}</caption>
            <thead>
                <tr>
                    {head(Column::Title, "Rule", "")}
                    {head(Column::Alerts, "Alerts", "number")}
                    {head(Column::Right, "True", "number")}
                    {head(Column::Benign, "Benign", "number")}
                    {head(Column::Wrong, "False", "number")}
                    {head(Column::WrongShare, "Share", "number")}
                    {head(Column::Median, "Median", "number")}
                    {head(Column::P90, "90 %", "number")}
                    {head(Column::Last, "Last", "nowrap")}
                    {head(Column::Step, "Evidence", "")}
                    {head(Column::Alone, "Alone", "")}
                </tr>
            </thead>
            <tbody>
                <For
                    each=move || rows.with(|rows| rows.chunks_of(wanted.get(), STEP))
                    key=Chunk::key
                    children=lines
                />
            </tbody>
        </table>
        {none}
        <MoreRows total=Signal::derive(move || rows.with(Rows::len)) shown=wanted step=STEP />
    }
    .into_any()
}

fn lines(chunk: Chunk<Option<Arc<Proved>>, RuleHealth>) -> AnyView {
    let Some(proved) = chunk.source else { return ().into_any() };
    chunk.rows.iter().map(|health| row::row(&proved, health)).collect::<Vec<_>>().into_any()
}
