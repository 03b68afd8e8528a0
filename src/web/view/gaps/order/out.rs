//! What would be a gap but is left out, with why; what was accepted can count again.

use super::Shown;
use super::head::Of;
use crate::attack::TechniqueIndex;
use crate::gaps::Why;
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{about, button, cell, live, row, table};
use crate::web::view::tactics::listed::{link, name};
use crate::web::view::tactics::{choose, chosen};
use leptos::prelude::*;

/// Rows at first; the rest comes on request.
const FIRST: usize = 60;

const COLUMNS: [(&str, &str); 4] =
    [("Technique", ""), ("State", ""), ("Why it is out", ""), ("Accepted", "")];

type Out = Memo<Option<(Of, Vec<TechniqueIndex>)>>;

pub(super) fn out(shown: Shown) -> AnyView {
    let asked = chosen("out");
    let is_on = Memo::new(move |_| asked.with(|asked| !asked.is_empty()));
    let all = RwSignal::new(false);
    let rows: Out = Memo::new_with_compare(
        move |_| {
            let found = shown.found.get()?;
            let out =
                shown.filter.with(|filter| filter.left_out(&found.asked.catalogue, &found.list));
            Some((found, out))
        },
        |_, _| true,
    );
    let number =
        Memo::new(move |_| rows.with(|rows| rows.as_ref().map_or(0, |(_, rows)| rows.len())));
    let lines = move || {
        let (found, rows) = rows.get()?;
        let shown = if all.get() { usize::MAX } else { FIRST };
        Some(rows.iter().take(shown).map(|index| line(&found, *index)).collect())
    };
    let text = move || {
        let what =
            counted(number.get(), "technique that would be a gap", "techniques that would be gaps");
        format!("Show what is out, with why: {what}")
    };
    let no_more = Signal::derive(move || all.get() || number.get() <= FIRST);
    let more = Signal::derive(move || format!("Show all {}", count(number.get())));
    let result = move || {
        is_on.get().then(|| {
            vec![
                table("table stat-table out-table", &COLUMNS, lines),
                button("all-out", no_more, more, move || all.set(true)),
            ]
            .into_any()
        })
    };
    view! {
        <div class="stat-line" data-figure="left-out" data-value=move || number.get()>
            <label class="check">
                <input
                    type="checkbox"
                    data-action="show-out"
                    prop:checked=move || is_on.get()
                    on:change=move |event| {
                        choose("out", if event_target_checked(&event) { "1" } else { "" });
                    }
                />
                {text}
            </label>
        </div>
        {live(result)}
    }
    .into_any()
}

fn line(found: &Of, index: TechniqueIndex) -> AnyView {
    let catalogue = &found.asked.catalogue;
    let one = found.list.assessment(index);
    let why = one.relevance.against();
    let reason = |why: &Why| {
        let text = why.sentence(catalogue, &found.list.threat);
        view! { <p><bdi>{text}</bdi></p> }.into_any()
    };
    let reasons: Vec<AnyView> = why.map(reason).collect();
    let is_accepted = one.relevance.against().any(|why| matches!(why, Why::Accepted(_)));
    let again = match is_accepted {
        true => count_again(found, index),
        false => ().into_any(),
    };
    let state = one.state.map_or("", crate::gaps::GapState::as_str);
    let technique = view! { {link(catalogue, index)}" "{name(catalogue, index)} };
    let cells = vec![
        about(technique.into_any()),
        cell("", "State", state.into_any()),
        cell("", "Why it is out", reasons.into_any()),
        cell("", "Accepted", again),
    ];
    row(catalogue.technique(index).id.to_string(), state.to_owned(), cells)
}

fn count_again(found: &Of, index: TechniqueIndex) -> AnyView {
    let state = AppState::get();
    let catalogue = found.asked.catalogue.clone();
    let id = catalogue.technique(index).id;
    let take_back = move |_| {
        state.choose(|settings| settings.profile.count_again(&catalogue, index));
        let text = format!("{id} counts again");
        state.toast.set(Some(Toast { text, undo: true }));
    };
    view! {
        <button type="button" class="link" data-action="count-again" on:click=take_back>
            "Count again"
            <span class="visually-hidden">{format!(": {id}")}</span>
        </button>
    }
    .into_any()
}
