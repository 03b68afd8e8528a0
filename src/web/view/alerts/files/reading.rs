//! What became of one file of alerts.

use crate::alerts::{DayOrder, Fault, Faulty, Field, Mapping, Reading};
use crate::web::address::{Address, View};
use crate::web::columns::ColumnChoice;
use crate::web::intake;
use crate::web::state::AppState;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{about, cell, foreign, number, row, table};
use leptos::prelude::*;
use std::sync::Arc;

const FAULTS: [(&str, &str); 4] =
    [("What", ""), ("Rows", "number"), ("What to do", ""), ("The first ones", "wide")];
/// Rows at fault that are listed of each kind at once.
const LISTED: usize = 5;

/// The file as a card.
pub(super) fn card(reading: &Arc<Reading>, copies: u32) -> AnyView {
    let id = format!(
        "file-{}",
        reading.path.bytes().fold(7_u32, |n, b| n.wrapping_mul(31) ^ u32::from(b))
    );
    let heading = id.clone();
    let product = reading.product.map(|product| format!(" · {}", product.name()));
    let kind = format!(
        "{}{} · {}",
        reading.format.name(),
        product.unwrap_or_default(),
        counted(reading.columns.len(), "column", "columns"),
    );
    let left_out = reading.faults.rows_left_out();
    let numbers = format!(
        "{} of {} read, {} left out",
        count(reading.read as usize),
        counted(reading.rows as usize, "row", "rows"),
        count(left_out as usize),
    );
    let rows = Address {
        show: "rows".to_owned(),
        filters: vec![("file".to_owned(), reading.path.clone())],
        ..Address::view(View::Alerts)
    };
    let copies = (copies > 0).then(|| {
        let text = format!(
            "{} of them are in another file as well and count there.",
            count(copies as usize)
        );
        view! { <p class="alert-file-line" data-figure="copies">{text}</p> }.into_any()
    });
    let unclosed = reading.unclosed.map(|line| {
        let text = format!(
            "A quote or bracket that opens in line {} is never closed; what is behind it may be missing.",
            count(line as usize)
        );
        view! { <p class="alert-file-line"><b>{text}</b></p> }.into_any()
    });
    view! {
        <article
            class="alert-file"
            data-file=reading.path.clone()
            data-value=format!("{} {} {left_out}", reading.read, reading.rows)
            aria-labelledby=id
        >
            <header class="alert-file-head">
                <h3 id=heading><bdi>{reading.path.clone()}</bdi></h3>
                <span class="muted">{kind}</span>
                <span class="alert-file-actions">
                    <a class="button" href=rows.to_string()>"Show its alerts"</a>
                    {actions(&reading.path)}
                </span>
            </header>
            <p class="alert-file-line">{numbers}</p>
            {copies}
            {unclosed}
            <p class="alert-file-line muted">{times(&reading.mapping)}</p>
            {columns(&reading.mapping)}
            {faults(reading)}
        </article>
    }
    .into_any()
}

/// "Columns…" where the file is still at hand, and "Remove".
fn actions(path: &str) -> AnyView {
    let (state, choice) = (AppState::get(), ColumnChoice::get());
    let (asked, removed) = (path.to_owned(), path.to_owned());
    let is_there = intake::can_be_read_again(path);
    view! {
        <button
            type="button"
            class="button"
            data-action="columns"
            disabled=!is_there
            title=if is_there { "" } else { "Drop the file again to read it by other columns" }
            on:click=move |_| choice.open(state, asked.clone())
        >
            "Columns…"
        </button>
        {remove(removed)}
    }
    .into_any()
}

pub(super) fn remove(path: String) -> AnyView {
    let state = AppState::get();
    view! {
        <button
            type="button"
            class="button button-quiet"
            data-action="remove-file"
            disabled=move || state.progress.with(Option::is_some)
            on:click=move |_| intake::remove_table(state, path.clone())
        >
            "Remove"
        </button>
    }
    .into_any()
}

/// How its times were understood.
fn times(mapping: &Mapping) -> String {
    let order = match mapping.day_order {
        DayOrder::MonthFirst => "4 March",
        DayOrder::DayFirst => "3 April",
    };
    format!(
        "Times that state no zone were taken as {}; 03/04/2024 as {order}. Numbers are seconds to nanoseconds since 1970, by their size.",
        mapping.zone
    )
}

/// Which column is what.
fn columns(mapping: &Mapping) -> AnyView {
    let one = |field: Field| {
        let names = mapping.of(field);
        (!names.is_empty()).then(|| {
            view! { <div><dt>{field.label()}</dt><dd><bdi>{names.join(", ")}</bdi></dd></div> }
                .into_any()
        })
    };
    let known: Vec<AnyView> = Field::ALL.into_iter().filter_map(one).collect();
    let unknown: Vec<&str> = Field::ALL
        .into_iter()
        .filter(|field| mapping.of(*field).is_empty())
        .map(Field::label)
        .collect();
    let rest = (!unknown.is_empty()).then(|| format!("No column for: {}.", unknown.join(", ")));
    view! {
        <dl class="alert-file-columns">{known}</dl>
        <p class="alert-file-line muted">{rest}</p>
    }
    .into_any()
}

/// What was wrong, by kind.
fn faults(reading: &Arc<Reading>) -> AnyView {
    if reading.faults.all().next().is_none() {
        return ().into_any();
    }
    let of = reading.clone();
    let rows = move || {
        let line = |(fault, number_of): (Fault, u32)| kind(&of, fault, number_of);
        Some(of.faults.all().map(line).collect())
    };
    table("table stat-table alert-faults", &FAULTS, rows)
}

fn kind(reading: &Reading, fault: Fault, number_of: u32) -> AnyView {
    let cost = if fault.costs_the_row() { "left out" } else { "read, but" };
    let what =
        view! { <span class="badge">{cost}</span>" "{reading.faults.reason(fault).into_owned()} };
    let mut first = reading.faults.listed.iter().filter(|faulty| faulty.fault == fault);
    let shown: Vec<AnyView> = first.by_ref().take(LISTED).map(place).collect();
    let more: Vec<AnyView> = first.map(place).collect();
    let more = (!more.is_empty()).then(|| {
        let text = format!("{} more", count(more.len()));
        view! { <details><summary>{text}</summary><ul>{more}</ul></details> }.into_any()
    });
    let places = view! { <ul>{shown}</ul>{more} }.into_any();
    let cells = vec![
        about(what.into_any()),
        number("Rows", count(number_of as usize)),
        cell("", "What to do", fault.remedy().into_any()),
        cell("wide", "The first ones", places),
    ];
    row(format!("{fault:?}"), number_of.to_string(), cells)
}

fn place(faulty: &Faulty) -> AnyView {
    let place = format!("row {}, line {}", count(faulty.row as usize), count(faulty.line as usize));
    let text = (!faulty.text.is_empty()).then(|| view! { ": "{foreign(faulty.text.clone())} });
    view! { <li>{place}{text}</li> }.into_any()
}
