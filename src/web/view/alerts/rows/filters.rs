//! Fields that narrow the list; the address holds what is asked.

use super::Listed;
use super::asked::{KEYS, RowsAsked};
use crate::coverage::detections::AlertKind;
use crate::web::address;
use crate::web::detections::Detecting;
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::choose;
use leptos::prelude::*;

/// The fields in a line.
pub(super) fn filters(asked: Memo<RowsAsked>, listed: ReadSignal<Listed>) -> AnyView {
    let fields: Vec<AnyView> = KEYS
        .into_iter()
        .map(|(key, label)| match key {
            "tactic" => tactic(asked),
            "file" => file(asked, listed),
            "kind" => kind(asked),
            _ => field(asked, key, label),
        })
        .collect();
    let clear = move || {
        asked.with(|asked| !asked.is_empty()).then(|| {
            let forget = |_| {
                let mut now = AppState::get().address.get_untracked();
                now.filters.retain(|(key, _)| KEYS.iter().all(|(known, _)| known != key));
                address::go(&now);
            };
            view! {
                <button class="button button-quiet" type="button" data-action="clear-filters" on:click=forget>
                    "Clear filters"
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="row-filters" role="group" aria-label="Filters">
            {fields}
            {live(clear)}
        </div>
    }
    .into_any()
}

/// A text; `=` before it means the whole name.
fn field(asked: Memo<RowsAsked>, key: &'static str, label: &'static str) -> AnyView {
    let value = Memo::new(move |_| asked.with(|asked| asked.get(key).to_owned()));
    let title = match key {
        "technique" => "An id such as T1059 or T1059.001; with its sub-techniques",
        "words" => "Words in rule, host, user, incident, tactic or technique, all of them",
        _ => "A part of the name; with = before it the whole name",
    };
    view! {
        <label class="row-filter">
            <span>{label}</span>
            <input
                class="field"
                class:list-select-on=move || value.with(|value| !value.is_empty())
                type="search"
                data-filter=key
                title=title
                autocomplete="off"
                spellcheck="false"
                prop:value=move || value.get()
                on:change=move |event| choose(key, event_target_value(&event).trim())
            />
        </label>
    }
    .into_any()
}

fn tactic(asked: Memo<RowsAsked>) -> AnyView {
    let seen = Detecting::get().seen;
    let choices = Signal::derive(move || {
        let Some(seen) = seen.get() else { return Vec::new() };
        let counts = &seen.detections.volume.tactics;
        let tactics = seen.asked.catalogue.tactics.iter().enumerate();
        let choice = tactics.map(|(at, tactic)| {
            let alerts = counts.get(at).copied().unwrap_or_default();
            (tactic.shortname.clone(), format!("{} ({})", tactic.name, count(alerts as usize)))
        });
        choice.collect()
    });
    select(asked, "tactic", "Tactic", choices, Signal::stored(false))
}

/// Alerts that the overview counts apart.
fn kind(asked: Memo<RowsAsked>) -> AnyView {
    let choices = AlertKind::ALL.map(|kind| (kind.as_str().to_owned(), kind.label().to_owned()));
    select(asked, "kind", "Only", Signal::stored(choices.to_vec()), Signal::stored(false))
}

/// Only where there are several.
fn file(asked: Memo<RowsAsked>, listed: ReadSignal<Listed>) -> AnyView {
    let paths = Signal::derive(move || {
        listed.with(|listed| {
            let readings = listed.seen.as_ref().map(|seen| &seen.asked.read.alerts.readings);
            let paths = readings.into_iter().flatten().map(|reading| reading.path.clone());
            paths.map(|path| (path.clone(), path)).collect::<Vec<_>>()
        })
    });
    let is_hidden = Signal::derive(move || {
        paths.with(|paths| paths.len() < 2) && asked.with(|asked| !asked.has("file"))
    });
    select(asked, "file", "File", paths, is_hidden)
}

/// One of some values; what is asked is offered also where there is none such.
fn select(
    asked: Memo<RowsAsked>,
    key: &'static str,
    label: &'static str,
    choices: Signal<Vec<(String, String)>>,
    is_hidden: Signal<bool>,
) -> AnyView {
    let value = Memo::new(move |_| asked.with(|asked| asked.get(key).to_owned()));
    let option = |value: &str, text: &str, is_chosen: bool| {
        view! {
            <option value=value.to_owned() prop:selected=is_chosen>{text.to_owned()}</option>
        }
        .into_any()
    };
    let options = move || {
        let (now, choices) = (value.get(), choices.get());
        let mut options = vec![option("", "Any", now.is_empty())];
        if !now.is_empty() && choices.iter().all(|(value, _)| *value != now) {
            options.push(option(&now, &now, true));
        }
        options.extend(choices.iter().map(|(value, text)| option(value, text, *value == now)));
        options
    };
    view! {
        <label class="row-filter" hidden=is_hidden>
            <span>{label}</span>
            <select
                class="field"
                class:list-select-on=move || value.with(|value| !value.is_empty())
                data-filter=key
                on:change=move |event| choose(key, &event_target_value(&event))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}
