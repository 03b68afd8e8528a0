//! What is done with rows: investigate them, save them as a table.

use super::Listed;
use super::asked::RowsAsked;
use super::ticks::Ticks;
use crate::export::alerts_csv;
use crate::export::alerts_layer::AlertsOf;
use crate::export::file_stem;
use crate::web::detections::Seen;
use crate::web::download;
use crate::web::investigating::{self, Kinds, pick_of};
use crate::web::next_task::FramePace;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::numbers::{count, counted};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How many there are, and what can be done with them.
pub(super) fn actions(
    asked: Memo<RowsAsked>,
    listed: ReadSignal<Listed>,
    ticks: RwSignal<Ticks>,
) -> AnyView {
    let state = AppState::get();
    let numbers = Memo::new(move |_| {
        listed.with(|listed| {
            let all = listed.seen.as_ref().map_or(0, |seen| seen.detections.volume.alerts);
            (listed.rows.len(), all as usize)
        })
    });
    let number = move || {
        let (shown, all) = numbers.get();
        let of = format!("{} of {} that count", count(shown), counted(all, "alert", "alerts"));
        match ticks.with(|ticks| ticks.count(shown)) {
            0 => of,
            ticked => format!("{} ticked · {of}", count(ticked)),
        }
    };
    let is_none = move || numbers.get().0 == 0;
    let has_ticks = move || ticks.with(|ticks| ticks.count(numbers.get().0) > 0);
    let save = move |_| {
        let listed = listed.get_untracked();
        let Some(seen) = listed.seen else { return };
        spawn_local(async move {
            let Seen { asked, detections, .. } = &*seen;
            let of = AlertsOf {
                catalogue: &asked.catalogue,
                coverage: &asked.coverage,
                intake: &asked.read.intake,
                alerts: &asked.read.alerts,
                detections,
            };
            let text = alerts_csv::write_paced(&of, &listed.rows, &FramePace::new()).await;
            let name = format!("{}-alerts.csv", file_stem(today()));
            download::save(&name, "text/csv", text.as_bytes());
            state.toast.set(Some(Toast { text: format!("Saved {name}"), undo: false }));
        });
    };
    let investigate = move |_| {
        let (listed, ticks) = (listed.get_untracked(), ticks.get_untracked());
        let asked = asked.get_untracked();
        let Some(seen) = listed.seen else { return };
        spawn_local(async move {
            let alerts = &seen.asked.read.alerts;
            let is_all = ticks.is_every() || ticks.count(listed.rows.len()) == 0;
            let kinds = if is_all { kinds_of(&asked) } else { Kinds::ALL };
            let rows = listed.rows.iter().copied().filter(|row| is_all || ticks.has(*row));
            let pick = pick_of(alerts, rows, kinds, Vec::new(), &FramePace::new()).await;
            investigating::begin(state, pick);
        });
    };
    let says = move || if has_ticks() { "Investigate the ticked" } else { "Investigate these" };
    view! {
        <div class="list-actions-bar">
            <span class="list-number" role="status">{number}</span>
            <button
                class="button"
                type="button"
                data-action="investigate-rows"
                disabled=is_none
                title="By their hosts, users, rules, incidents and time; other alerts with the same may come along"
                on:click=investigate
            >
                {says}
            </button>
            <button class="button" type="button" data-action="export-alert-rows" disabled=is_none on:click=save>
                "CSV"
            </button>
        </div>
    }
    .into_any()
}

/// What all of a list have in common is what it was asked for.
fn kinds_of(asked: &RowsAsked) -> Kinds {
    let by_rule = ["rule", "technique", "tactic", "words", "kind", "file"];
    Kinds {
        hosts: asked.has("host"),
        users: asked.has("user"),
        incidents: asked.has("incident"),
        rules: by_rule.into_iter().any(|key| asked.has(key)),
    }
}
