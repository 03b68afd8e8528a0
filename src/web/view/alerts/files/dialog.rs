//! The dialog that asks which column of a table is what.

use super::preview::preview;
use crate::alerts::{DayOrder, Field, SampledColumn, SampledTable};
use crate::web::app::by_id;
use crate::web::columns::{ColumnChoice, Looked, what_for, why_needed};
use crate::web::state::AppState;
use crate::web::view::numbers::counted;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::HtmlDialogElement;

const ID: &str = "columns";
/// Zones that are offered; any other can be typed.
const ZONES: [&str; 22] = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Warsaw",
    "Europe/Athens",
    "Europe/Kyiv",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "+02:00",
];
/// Values of a column that are shown.
const SAMPLES: usize = 3;
/// Of long lists only the chosen option is there until someone comes to it.
const SHORT: usize = 40;
/// Stands for several columns, as they were guessed.
const AS_GUESSED: &str = "\u{1}";

/// The dialog; it opens wherever its question is asked.
pub(in crate::web) fn columns_dialog() -> AnyView {
    let choice = ColumnChoice::get();
    Effect::new(move |_| {
        let is_asked = choice.path.with(Option::is_some);
        let Some(dialog) = by_id::<HtmlDialogElement>(ID) else { return };
        match (is_asked, dialog.open()) {
            // Fails only for a dialog that is open or not in the document.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let path = move || choice.path.get().unwrap_or_default();
    let body = move || {
        choice.path.with(Option::is_some).then(|| match choice.looked.get() {
            Looked::Looking => told("Looking at the file…"),
            Looked::NoTable => told(
                "This is no table: neither CSV, TSV, JSON nor NDJSON, or the file is no longer there. Drop it again, or export it as one of these.",
            ),
            Looked::Table(table) => form(&table),
        })
    };
    view! {
        <dialog id=ID class="columns" aria-labelledby="columns-title" on:close=move |_| choice.closed()>
            <div class="help-content">
                <header class="help-head">
                    <h2 id="columns-title" tabindex="-1" autofocus>"Columns of "<bdi>{path}</bdi></h2>
                    <button
                        class="button button-quiet"
                        type="button"
                        data-action="close-columns"
                        on:click=move |_| choice.close()
                    >
                        "Close"
                    </button>
                </header>
                {body}
            </div>
        </dialog>
    }
    .into_any()
}

fn told(text: &'static str) -> AnyView {
    view! { <p role="status">{text}</p> }.into_any()
}

fn form(table: &Arc<SampledTable>) -> AnyView {
    let (state, choice) = (AppState::get(), ColumnChoice::get());
    let fields: Vec<AnyView> = Field::ALL.into_iter().map(|field| line(table, field)).collect();
    let missing = Memo::new(move |_| choice.mapping.with(|mapping| mapping.check().err()));
    let fault = move || {
        missing.get().map(|error| why_needed(error).to_owned()).or_else(|| choice.zone_fault())
    };
    let is_bad = move || fault().is_some();
    view! {
        <p class="muted">{origin(table)}</p>
        <div class="columns-fields">{fields}</div>
        {times()}
        {preview()}
        <p class="columns-fault" role="status" data-figure="columns-fault">{fault}</p>
        <p class="columns-actions">
            <button
                type="button"
                class="button button-primary"
                data-action="read-alerts"
                disabled=is_bad
                on:click=move |_| choice.read(state)
            >
                "Read with these columns"
            </button>
            <button type="button" class="button" on:click=move |_| choice.close()>"Cancel"</button>
            <span class="muted">"Remembered for tables with the same columns."</span>
        </p>
    }
    .into_any()
}

fn origin(table: &SampledTable) -> String {
    let columns = counted(table.columns.len(), "column", "columns");
    let how = match (table.is_known, table.product) {
        (true, _) => "chosen before for such a table".to_owned(),
        (false, Some(product)) => format!("guessed: looks like an export of {}", product.name()),
        (false, None) => "guessed from names and values".to_owned(),
    };
    format!("{} with {columns}; {how}.", table.format.name())
}

/// A field, the column it is taken from, and what stands there.
fn line(table: &Arc<SampledTable>, field: Field) -> AnyView {
    let (state, choice) = (AppState::get(), ColumnChoice::get());
    let guessed: Vec<String> = table.mapping.of(field).to_vec();
    let several = (guessed.len() > 1).then(|| guessed.join(", "));
    // The chosen column; several are one choice of its own.
    let value = Memo::new(move |_| {
        choice.mapping.with(|mapping| match mapping.of(field) {
            [] => String::new(),
            [only] => only.clone(),
            _ => AS_GUESSED.to_owned(),
        })
    });
    let is_open = RwSignal::new(table.columns.len() <= SHORT);
    let option = |value: &str, text: String, is_chosen: bool| {
        view! { <option value=value.to_owned() prop:selected=is_chosen>{text}</option> }.into_any()
    };
    let of_table = table.clone();
    let options = move || {
        let (now, all) = (value.get(), is_open.get());
        let mut options = vec![option("", "—".to_owned(), now.is_empty())];
        if let Some(names) = &several {
            options.push(option(AS_GUESSED, names.clone(), now == AS_GUESSED));
        }
        for SampledColumn { name, .. } in &of_table.columns {
            if all || *name == now {
                options.push(option(name, name.clone(), *name == now));
            }
        }
        // Of records also what the beginning does not show.
        let is_there = of_table.columns.iter().any(|column| column.name == now);
        if !now.is_empty() && now != AS_GUESSED && !is_there {
            options.push(option(&now, now.clone(), true));
        }
        options
    };
    let choose = move |event| {
        let chosen: String = event_target_value(&event);
        let guessed = guessed.clone();
        choice.choose(state, |mapping| {
            if chosen == AS_GUESSED {
                mapping.columns.insert(field, guessed);
            } else {
                mapping.set(field, &chosen);
            }
        });
    };
    let of_table = table.clone();
    let sample = move || {
        let names = choice.mapping.with(|mapping| mapping.of(field).to_vec());
        let column = of_table.columns.iter().find(|column| names.first() == Some(&column.name));
        match column {
            Some(column) => {
                let values = column.values.iter().take(SAMPLES);
                let short = values.map(|text| crate::heatmap::wording::plain_up_to(text, 40));
                short.collect::<Vec<_>>().join(" · ")
            }
            None => what_for(field).to_owned(),
        }
    };
    let id = format!("column-{}", field.label().replace(' ', "-"));
    let is_none = move || value.with(String::is_empty);
    view! {
        <label for=id.clone()>{capital(field.label())}</label>
        <select
            id=id
            class="field"
            data-column=field.label()
            on:pointerdown=move |_| is_open.set(true)
            on:focus=move |_| is_open.set(true)
            on:change=choose
        >
            {options}
        </select>
        <bdi class="columns-sample" class:muted=is_none>{sample}</bdi>
    }
    .into_any()
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The zone of times without one, and the order of day and month.
fn times() -> AnyView {
    let (state, choice) = (AppState::get(), ColumnChoice::get());
    let day_first = move || choice.mapping.with(|mapping| mapping.day_order == DayOrder::DayFirst);
    let is_bad = move || choice.zone_fault().is_some().to_string();
    let zone = |name: &'static str| view! { <option value=name></option> }.into_any();
    let zones: Vec<AnyView> = ZONES.into_iter().map(zone).collect();
    let order = move |event| {
        let order = match event_target_value(&event).as_str() {
            "day" => DayOrder::DayFirst,
            _ => DayOrder::MonthFirst,
        };
        choice.choose(state, |mapping| mapping.day_order = order);
    };
    view! {
        <p class="columns-times">
            <label>
                "Times that state no zone are in "
                <input
                    class="field"
                    list="columns-zones"
                    data-action="zone"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=is_bad
                    title="An offset (+02:00), a name (Europe/Berlin), or a rule of POSIX"
                    prop:value=move || choice.zone.get()
                    on:input=move |event| choice.choose_zone(state, event_target_value(&event))
                />
            </label>
            <datalist id="columns-zones">{zones}</datalist>
            <label>
                "03/04/2024 is "
                <select class="field" data-action="day-order" on:change=order>
                    <option value="month" prop:selected=move || !day_first()>"4 March"</option>
                    <option value="day" prop:selected=day_first>"3 April"</option>
                </select>
            </label>
        </p>
    }
    .into_any()
}
