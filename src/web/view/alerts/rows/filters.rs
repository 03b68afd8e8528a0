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
        <div class="alert-filters" role="group" aria-label="Filters">
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
        <label class="alert-filter">
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
    let value = Memo::new(move |_| asked.with(|asked| asked.get("tactic").to_owned()));
    let option = |value: &str, text: String, is_chosen: bool| {
        view! { <option value=value.to_owned() prop:selected=is_chosen>{text}</option> }.into_any()
    };
    let options = move || {
        let now = value.get();
        let mut options = vec![option("", "Any".to_owned(), now.is_empty())];
        if let Some(seen) = seen.get() {
            for (at, tactic) in seen.asked.catalogue.tactics.iter().enumerate() {
                let alerts = seen.detections.volume.tactics.get(at).copied().unwrap_or_default();
                let text = format!("{} ({})", tactic.name, count(alerts as usize));
                options.push(option(&tactic.shortname, text, tactic.shortname == now));
            }
        }
        options
    };
    view! {
        <label class="alert-filter">
            <span>"Tactic"</span>
            <select
                class="field"
                class:list-select-on=move || value.with(|value| !value.is_empty())
                data-filter="tactic"
                on:change=move |event| choose("tactic", &event_target_value(&event))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// Alerts that the overview counts apart.
fn kind(asked: Memo<RowsAsked>) -> AnyView {
    let value = Memo::new(move |_| asked.with(|asked| asked.get("kind").to_owned()));
    let options = move || {
        let now = value.get();
        let option = |value: &'static str, text: &'static str| {
            view! { <option value=value prop:selected=value == now>{text}</option> }.into_any()
        };
        let mut options = vec![option("", "Any")];
        options.extend(AlertKind::ALL.map(|kind| option(kind.as_str(), kind.label())));
        options
    };
    view! {
        <label class="alert-filter">
            <span>"Only"</span>
            <select
                class="field"
                class:list-select-on=move || value.with(|value| !value.is_empty())
                data-filter="kind"
                on:change=move |event| choose("kind", &event_target_value(&event))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// Only where there are several.
fn file(asked: Memo<RowsAsked>, listed: ReadSignal<Listed>) -> AnyView {
    let value = Memo::new(move |_| asked.with(|asked| asked.get("file").to_owned()));
    let paths = Memo::new(move |_| {
        listed.with(|listed| {
            let seen = listed.seen.as_ref()?;
            let paths = seen.asked.read.alerts.readings.iter();
            Some(paths.map(|reading| reading.path.clone()).collect::<Vec<_>>())
        })
    });
    let is_hidden = move || {
        let few = paths.with(|paths| paths.as_ref().is_none_or(|paths| paths.len() < 2));
        few && value.with(String::is_empty)
    };
    let options = move || {
        let now = value.get();
        let option = |value: &str, text: &str| {
            let is_chosen = value == now;
            view! { <option value=value.to_owned() prop:selected=is_chosen>{text.to_owned()}</option> }
                .into_any()
        };
        let mut options = vec![option("", "Any")];
        let known = paths.get().unwrap_or_default();
        if !now.is_empty() && !known.contains(&now) {
            options.push(option(&now, &now));
        }
        options.extend(known.iter().map(|path| option(path, path)));
        options
    };
    view! {
        <label class="alert-filter" hidden=is_hidden>
            <span>"File"</span>
            <select
                class="field"
                class:list-select-on=move || value.with(|value| !value.is_empty())
                data-filter="file"
                on:change=move |event| choose("file", &event_target_value(&event))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}
