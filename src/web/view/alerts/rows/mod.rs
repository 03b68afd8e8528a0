//! The alerts that count, row by row, the newest first.

mod actions;
mod asked;
mod filters;
mod line;
mod ticks;

pub(in crate::web) use asked::whole;
pub(in crate::web) use line::{rows_href, rule, time_in_words};

use crate::coverage::detections::AlertList;
use crate::web::detections::{Detecting, Seen};
use crate::web::next_task::{FramePace, next_task, while_wanted};
use crate::web::state::AppState;
use crate::web::view::numbers::{count, counted};
use crate::web::view::rules::open_by_click;
use crate::web::view::tactics::cells::live;
use crate::web::view::window::RowWindow;
use asked::RowsAsked;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use ticks::Ticks;

/// Browsers lay out no more rows than this in one table.
const MOST: usize = 1_000_000;

/// The columns: what they say, and their class.
const HEADS: [(&str, &str); 11] = [
    ("Time (UTC)", "time"),
    ("Rule", "rule"),
    ("Techniques", "techniques"),
    ("Severity", "severity"),
    ("Verdict", "verdict"),
    ("Host", "host"),
    ("User", "user"),
    ("Incident", "incident"),
    ("Latency", "latency"),
    ("File", "file"),
    ("", "more"),
];

/// One list.
#[derive(Clone, Default)]
struct Listed {
    /// Tells rows apart: those of a new listing are all new.
    generation: u32,
    /// `None` before anything was listed.
    seen: Option<Arc<Seen>>,
    asked: RowsAsked,
    rows: Arc<[u32]>,
}

/// The part.
pub(super) fn rows() -> AnyView {
    let state = AppState::get();
    let asked = Memo::new(move |_| state.address.with(RowsAsked::of));
    let window = RowWindow::follow();
    let listed = list(asked, window);
    let ticks = RwSignal::new(Ticks::default());
    // Other rows are other ticks.
    Effect::watch(
        move || listed.with(|listed| listed.generation),
        move |_, _, _| ticks.set(Ticks::default()),
        false,
    );
    // After the rows of a new listing are there.
    Effect::new(move |_| {
        listed.track();
        request_animation_frame(move || window.look());
    });
    let total = Memo::new(move |_| listed.with(|listed| listed.rows.len()));
    let rows = move || {
        let listed = listed.get();
        let range = window.of(listed.rows.len().min(MOST));
        let generation = listed.generation;
        range.map(|at| (generation, at)).collect::<Vec<_>>()
    };
    let row = move |(_, at): (u32, usize)| {
        let found = listed
            .with_untracked(|listed| Some((listed.seen.clone()?, listed.rows.get(at).copied()?)));
        found.and_then(|(seen, row)| line::line(&seen, row, at, ticks))
    };
    let shown = move || total.get().min(MOST);
    let above = move || window.blank(window.of(shown()).start);
    let below = move || window.blank(shown() - window.of(shown()).end);
    let head = |(label, class): (&'static str, &'static str)| {
        view! { <th scope="col" class=format!("at-{class}")>{label}</th> }.into_any()
    };
    let heads: Vec<AnyView> = HEADS.into_iter().take(10).map(head).collect();
    let caption = move || format!("Alerts: {}", counted(total.get(), "row", "rows"));
    let over = move || {
        let rest = total.get().checked_sub(MOST).filter(|rest| *rest > 0)?;
        let text = format!(
            "The newest {} are listed; {} more are counted everywhere and in the CSV. Narrow the list to see them.",
            count(MOST),
            count(rest)
        );
        Some(view! { <p class="list-none muted">{text}</p> }.into_any())
    };
    view! {
        <div class="alert-list">
        <div class="alert-rows-bars">
            {filters::filters(asked, listed)}
            {actions::actions(asked, listed, ticks)}
        </div>
        {live(over)}
        <table
            class="table alert-rows"
            aria-rowcount=move || (total.get() + 1).to_string()
            on:click=open_by_click
        >
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col" class="pick">{ticks::all(total, ticks)}</th>
                    {heads}
                </tr>
            </thead>
            <tbody node_ref=window.body>
                <tr class="blank" aria-hidden="true" style:height=above></tr>
                <For each=rows key=|row| *row children=row />
                <tr class="blank" aria-hidden="true" style:height=below></tr>
            </tbody>
        </table>
        {live(move || nothing(asked, listed))}
        </div>
    }
    .into_any()
}

/// The list, made anew in pieces whenever what it depends on changes; until it is ready, the one
/// before stays.
fn list(asked: Memo<RowsAsked>, window: RowWindow) -> ReadSignal<Listed> {
    let seen = Detecting::get().seen;
    let (listed, set_listed) = signal(Listed::default());
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let (Some(seen), asked) = (seen.get(), asked.get()) else { return };
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        spawn_local(async move {
            next_task().await;
            let pace = FramePace::new();
            // Also unwanted: one whose view is gone.
            let is_wanted = || turn.try_get_value() == Some(mine);
            let made = async {
                let alerts = &seen.asked.read.alerts;
                let filter = asked.filter(&seen.asked.catalogue);
                if asked.unknown(&seen.asked.catalogue).is_some() {
                    return Vec::new();
                }
                let list = AlertList::of_paced(alerts, &seen.detections, &filter, &pace).await;
                asked.narrowed(alerts, list.rows, &pace).await
            };
            let Some(rows) = while_wanted(made, is_wanted).await else { return };
            let rows: Arc<[u32]> = rows.into();
            window.begin();
            set_listed.set(Listed { generation: mine, seen: Some(seen), asked, rows });
        });
    });
    listed
}

fn nothing(asked: Memo<RowsAsked>, listed: ReadSignal<Listed>) -> Option<AnyView> {
    let text = listed.with(|listed| {
        let seen = listed.seen.as_ref()?;
        if !listed.rows.is_empty() {
            return None;
        }
        if let Some(unknown) = listed.asked.unknown(&seen.asked.catalogue) {
            return Some(format!("{unknown}."));
        }
        Some(match asked.with(RowsAsked::is_empty) {
            true => "No alert counts: look at the window, the severities and the verdicts that are chosen in the overview.".to_owned(),
            false => "No alert that counts fits these filters.".to_owned(),
        })
    })?;
    Some(view! { <p class="list-none muted">{text}</p> }.into_any())
}
