//! The table of gaps, more of it as one nears its end.

use super::head::Of;
use super::{Rows, Shown, row};
use crate::attack::TechniqueId;
use crate::gaps::Gap;
use crate::web::view::numbers::{count, counted};
use crate::web::view::rows::{Chunk, MoreRows};
use crate::web::view::window::MainScroll;
use leptos::prelude::*;

/// Rows at first, and with every step: they have nine cells each, and all of them are made anew
/// with every turn of a weight.
const STEP: usize = 50;

/// Pixels from the top of the page up to which nobody looks at later rows.
const TOP: i32 = 400;

const COLUMNS: [(&str, &str); row::COLUMNS] = [
    ("Rank", "number"),
    ("Technique", ""),
    ("Tactics", ""),
    ("State", ""),
    ("Priority", "number"),
    ("Score", "number"),
    ("Frequency", "number"),
    ("Log sources", "number"),
    ("Why it matters", ""),
];

pub(super) fn table(shown: Shown) -> AnyView {
    let open = RwSignal::new(Vec::<TechniqueId>::new());
    let wanted = RwSignal::new(STEP);
    let rows = shown.rows;
    let scroll = expect_context::<MainScroll>();
    let last = StoredValue::new(0_u32);
    // Of a new list only the first rows, unless someone looks at others.
    let chunks = move || {
        rows.with(|rows| {
            if last.get_value() != rows.generation() {
                last.set_value(rows.generation());
                if scroll.0.get_untracked() < TOP && wanted.get_untracked() != STEP {
                    wanted.set(STEP);
                }
            }
            rows.chunks_of(wanted.get(), STEP)
        })
    };
    let caption = move || {
        rows.with(|rows| {
            let all = rows.source().as_ref().map_or(0, |found| found.list.gaps.len());
            let of = if rows.len() == all { String::new() } else { format!(" of {}", count(all)) };
            format!(
                "{}{of}. Score: by “{}”, of 100. Frequency: who uses it, of all who count. Log sources: data components at hand, of those that show it.",
                counted(rows.len(), "gap", "gaps"),
                rows.source().as_ref().map_or("", |found| found.asked.scoring.label()),
            )
        })
    };
    let heads: Vec<AnyView> = COLUMNS
        .iter()
        .map(|(label, class)| view! { <th scope="col" class=*class>{*label}</th> }.into_any())
        .collect();
    let none = move || {
        rows.with(Rows::is_empty).then(|| {
            let says = "No gap of this list. Clear the filters, or see below what is out and why.";
            view! { <p class="list-none muted">{says}</p> }
        })
    };
    view! {
        <table class="table stat-table gaps-table">
            <caption>{caption}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>
                <For
                    each=chunks
                    key=Chunk::key
                    children=move |chunk| lines(chunk, open)
                />
            </tbody>
        </table>
        {none}
        <MoreRows total=Signal::derive(move || rows.with(Rows::len)) shown=wanted step=STEP />
    }
    .into_any()
}

fn lines(chunk: Chunk<Option<Of>, Gap>, open: RwSignal<Vec<TechniqueId>>) -> AnyView {
    let Some(found) = chunk.source else { return ().into_any() };
    chunk.rows.iter().map(|gap| row::row(&found, gap, open)).collect::<Vec<_>>().into_any()
}
