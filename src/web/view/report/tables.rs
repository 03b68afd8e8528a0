//! The tables of the report. Their rows come a few at a time, so that no frame waits for them.

use super::made::Made;
use crate::export::report::{Cell, Column, Kind, Section, part_words, words};
use crate::heatmap::wording::{grouped, percent};
use crate::web::app::by_id;
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use crate::web::view::tactics::cells::{bar, live};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Rows that are made in one task.
const STEP: usize = 60;

/// All sections, one below the other.
pub(super) fn sections(made: Arc<Made>) -> AnyView {
    let state = AppState::get();
    let (mut views, mut steps) = (Vec::new(), 0);
    let done = RwSignal::new(0);
    for at in 0..made.report.sections.len() {
        views.push(section(&made, at, &mut steps, done.read_only()));
    }
    spawn_local(async move {
        for step in 1..=steps {
            next_task().await;
            // Gone, or followed by another report.
            if done.try_set(step).is_some() {
                return;
            }
        }
        go_there(state);
    });
    let place = Memo::new(move |_| state.address.with(|address| address.show.clone()));
    Effect::new(move |before: Option<()>| {
        if !place.get().is_empty() && before.is_some() {
            go_there(state);
        }
    });
    views.into_any()
}

/// Id of a section's element.
pub(super) fn id_of(name: &str) -> String {
    format!("doc-{name}")
}

/// To the section that the address names, if it names one.
fn go_there(state: AppState) {
    let name = state.address.with_untracked(|address| address.show.clone());
    if name.is_empty() {
        return;
    }
    if let Some(section) = by_id::<Element>(&id_of(&name)) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Start);
        section.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn section(made: &Arc<Made>, at: usize, steps: &mut usize, done: ReadSignal<usize>) -> AnyView {
    let section = &made.report.sections[at];
    let rows = section.shown().len();
    let heading = section.key.heading();
    let note = |note: &String| view! { <p>{note.clone()}</p> }.into_any();
    let notes: Vec<AnyView> = section.notes.iter().map(note).collect();
    let table = match rows {
        0 => view! { <p class="muted">"None."</p> }.into_any(),
        _ => {
            let count = match section.total - rows {
                0 => grouped(rows),
                _ => format!("the first {} of {}", grouped(rows), grouped(section.total)),
            };
            let heads: Vec<AnyView> = shown(section).map(|(_, column)| head(column)).collect();
            let mut bodies = Vec::new();
            for from in (0..rows).step_by(STEP) {
                *steps += 1;
                let (made, mine) = (made.clone(), *steps);
                let is_there = Memo::new(move |_| done.get() >= mine);
                bodies.push(live(move || {
                    let section = &made.report.sections[at];
                    is_there.get().then(|| body(section, from, rows.min(from + STEP)))
                }));
            }
            view! {
                <div
                    class="doc-wide"
                    tabindex="0"
                    role="group"
                    aria-label=format!("Table: {heading}")
                    // How high it will be, as long as it is out of sight.
                    style:--rows=rows.to_string()
                    style:--columns=shown(section).count().to_string()
                >
                    <table class="table doc-table">
                        <caption>{format!("{heading}: {count}")}</caption>
                        <thead><tr>{heads}</tr></thead>
                        {bodies}
                    </table>
                </div>
            }
            .into_any()
        }
    };
    let more = section.more().map(|more| view! { <p class="muted">{more}</p> });
    view! {
        <section class="doc-part" class:doc-broad=section.key.is_broad() id=id_of(section.key.as_str()) data-section=section.key.as_str()>
            <h2>{heading}</h2>
            {notes}
            {table}
            {more}
        </section>
    }
    .into_any()
}

fn shown(section: &Section) -> impl Iterator<Item = (usize, &Column)> {
    section.columns.iter().enumerate().filter(|(_, column)| !column.is_detail)
}

fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Word => "id",
        Kind::Path => "path",
        Kind::Share => "number share",
        kind if kind.is_number() => "number",
        _ => "",
    }
}

fn head(column: &Column) -> AnyView {
    view! { <th scope="col" class=class_of(column.kind)>{column.name.to_string()}</th> }.into_any()
}

fn body(section: &Section, from: usize, to: usize) -> AnyView {
    let row = |row: &Vec<Cell>| {
        let cells = shown(section).enumerate().map(|(place, (at, column))| {
            let value = row.get(at).unwrap_or(&Cell::Empty);
            let content = content(value, column.kind);
            let class = class_of(column.kind);
            match place {
                0 => view! { <th scope="row" class=class>{content}</th> }.into_any(),
                // Where a row is a card, each of its numbers says what it is.
                _ => {
                    let label = column.name.to_string();
                    view! { <td class=class data-label=label><span>{content}</span></td> }
                        .into_any()
                }
            }
        });
        let cells: Vec<AnyView> = cells.collect();
        view! { <tr>{cells}</tr> }.into_any()
    };
    let rows: Vec<AnyView> = section.shown()[from..to].iter().map(row).collect();
    view! { <tbody>{rows}</tbody> }.into_any()
}

fn content(value: &Cell, kind: Kind) -> AnyView {
    match (value, kind) {
        (Cell::Share(part, whole), Kind::Share) => {
            let (few, all) = (*part as usize, *whole as usize);
            let share = if all == 0 { 0.0 } else { few as f64 * 100.0 / all as f64 };
            view! {
                {part_words(*part, *whole)}" "<b>{percent(few, all)}</b>
                {bar(share)}
            }
            .into_any()
        }
        (Cell::Empty, _) => ().into_any(),
        _ => view! { <bdi>{words(value, kind)}</bdi> }.into_any(),
    }
}
