//! Which severities and verdicts count, what is compared, and what the matrix shows of it.

use super::super::linked::select;
use super::Shows;
use crate::alerts::{Facets, Selection, Severity, ShadingScale, Verdict};
use crate::web::detections::{CellsShow, Detecting};
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use leptos::prelude::*;

pub(super) fn filters(shown: Shows, selection: Memo<Selection>) -> AnyView {
    view! {
        <div class="overview-filters">
            {severities(shown, selection)}
            {verdicts(shown, selection)}
            {compare(selection)}
            {cells()}
        </div>
    }
    .into_any()
}

/// A value that can be chosen beside others; none chosen is all of them.
fn chip(
    (key, value): (&'static str, &'static str),
    label: &'static str,
    is_on: Signal<bool>,
    number: Signal<u32>,
    press: impl Fn() + 'static,
) -> AnyView {
    let press: Box<dyn Fn()> = Box::new(press);
    // What there is none of is not offered, unless it is chosen.
    let hidden = move || !is_on.get() && number.get() == 0;
    view! {
        <button
            type="button"
            class="chip"
            data-filter=key
            data-is=value
            data-value=move || number.get().to_string()
            aria-pressed=move || is_on.get().to_string()
            hidden=hidden
            on:click=move |_| press()
        >
            {label}<span class="count">{move || count(number.get() as usize)}</span>
        </button>
    }
    .into_any()
}

/// All of them.
fn any(key: &'static str, is_on: Signal<bool>, press: impl Fn() + 'static) -> AnyView {
    let press: Box<dyn Fn()> = Box::new(press);
    view! {
        <button
            type="button"
            class="chip"
            data-filter=key
            data-is="any"
            aria-pressed=move || is_on.get().to_string()
            on:click=move |_| press()
        >
            "Any"
        </button>
    }
    .into_any()
}

fn group(label: &'static str, chips: Vec<AnyView>) -> AnyView {
    view! {
        <div class="chips" role="group" aria-label=label>
            <span class="chips-label" aria-hidden="true">{label}</span>
            {chips}
        </div>
    }
    .into_any()
}

fn turn<T: PartialEq>(all: &mut Vec<T>, one: T) {
    match all.iter().position(|each| *each == one) {
        Some(at) => drop(all.remove(at)),
        None => all.push(one),
    }
}

fn severities(shown: Shows, selection: Memo<Selection>) -> AnyView {
    let none = Signal::derive(move || selection.with(|all| all.severities.is_empty()));
    let mut chips = vec![any("severity", none, || select(|all| all.severities.clear()))];
    for (at, severity) in Facets::SEVERITIES.into_iter().enumerate() {
        let is_on =
            Signal::derive(move || selection.with(|all| all.severities.contains(&severity)));
        let number = Signal::derive(move || {
            shown.with(|shown| shown.as_ref().map_or(0, |all| all.facets.severities[at]))
        });
        let label = match severity {
            Some(Severity::Critical) => "Critical",
            Some(Severity::High) => "High",
            Some(Severity::Medium) => "Medium",
            Some(Severity::Low) => "Low",
            Some(Severity::Informational) => "Informational",
            None => "Not stated",
        };
        let name = severity.map_or("none", Severity::as_str);
        chips.push(chip(("severity", name), label, is_on, number, move || {
            select(|all| turn(&mut all.severities, severity));
        }));
    }
    group("Severity", chips)
}

fn verdicts(shown: Shows, selection: Memo<Selection>) -> AnyView {
    let none = Signal::derive(move || selection.with(|all| all.verdicts.is_empty()));
    let mut chips = vec![any("verdict", none, || select(|all| all.verdicts.clear()))];
    for (at, verdict) in Verdict::ALL.into_iter().enumerate() {
        let is_on = Signal::derive(move || selection.with(|all| all.verdicts.contains(&verdict)));
        let number = Signal::derive(move || {
            shown.with(|shown| shown.as_ref().map_or(0, |all| all.facets.verdicts[at]))
        });
        let label = match verdict {
            Verdict::TruePositive => "True positive",
            Verdict::Benign => "Benign",
            Verdict::FalsePositive => "False positive",
            Verdict::None => "No verdict",
        };
        chips.push(chip(("verdict", verdict.as_str()), label, is_on, number, move || {
            select(|all| turn(&mut all.verdicts, verdict));
        }));
    }
    // Those with a verdict first.
    let without = chips.remove(1);
    chips.push(without);
    group("Verdict", chips)
}

fn compare(selection: Memo<Selection>) -> AnyView {
    let state = AppState::get();
    let is_on = move || state.settings().with(|all| all.detections.compare);
    let before = Memo::new(move |_| selection.with(|all| all.window.map(|w| w.before())));
    let says = move || match before.get() {
        Some(before) => match before.days() {
            Some((first, last)) => format!("({first} to {last})"),
            None => String::new(),
        },
        None => "– choose a window first".to_owned(),
    };
    view! {
        <label class="check" class:muted=move || before.get().is_none()>
            <input
                type="checkbox"
                data-action="compare-windows"
                disabled=move || before.get().is_none()
                prop:checked=is_on
                on:change=move |event| {
                    let is_on = event_target_checked(&event);
                    state.choose(|settings| settings.detections.compare = is_on);
                }
            />
            <span>"Compare with the window before "<span class="muted nowrap">{says}</span></span>
        </label>
    }
    .into_any()
}

/// One of a few.
fn option(
    (key, value): (&'static str, &'static str),
    label: &'static str,
    is_on: impl Fn() -> bool + Send + Sync + 'static,
    press: impl Fn() + 'static,
) -> AnyView {
    let is_on = Signal::derive(move || is_on().to_string());
    let press: Box<dyn Fn()> = Box::new(press);
    view! {
        <button type="button" class="chip" data-choice=key data-is=value aria-pressed=is_on on:click=move |_| press()>
            {label}
        </button>
    }
    .into_any()
}

fn cells() -> AnyView {
    let state = AppState::get();
    let Detecting { cells: now, has_rules, .. } = Detecting::get();
    let shows = CellsShow::ALL.map(|cells| {
        let is_on = move || now.get() == cells;
        option(("cells", cells.as_str()), cells.label(), is_on, move || {
            state.choose(|settings| settings.detections.cells = cells);
        })
    });
    let scales = ShadingScale::ALL.map(|scale| {
        let is_on = move || state.settings().with(|all| all.detections.scale == scale);
        let label = match scale {
            ShadingScale::Linear => "Linear",
            ShadingScale::Log => "Logarithmic",
            ShadingScale::Quantile => "By rank",
        };
        option(("scale", scale.as_str()), label, is_on, move || {
            state.choose(|settings| settings.detections.scale = scale);
        })
    });
    view! {
        <div class="alert-cells">
            <a class="opener" href="#/matrix">"In the matrix"</a>
            <div hidden=move || !has_rules.get()>{group("Cells show", shows.into_iter().collect())}</div>
            {group("Shades of counts", scales.into_iter().collect())}
        </div>
    }
    .into_any()
}
