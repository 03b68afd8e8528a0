//! What if: log sources, formats, statuses and levels switched off, planned rules on, and what
//! that would change.

use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Difference, Switch, Switchboard, WhatIf, difference};
use crate::rule::{Format, Level, LogSource, Status};
use crate::web::state::AppState;
use crate::web::view::edit::start::RulesAsLayer;
use crate::web::view::numbers::{count, counted};
use crate::web::view::popover::Popover;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Log sources listed at most; more are for the search.
const MOST_SOURCES: usize = 40;
/// Techniques named at most in a list of what changes.
const MOST_NAMED: usize = 60;

/// Something that can be switched off.
#[derive(Clone, PartialEq)]
enum Key {
    Source(LogSource),
    Format(Format),
    Level(Option<Level>),
    Status(Status),
}

fn has<T: Ord>(set: &BTreeSet<T>, key: &T) -> bool {
    set.contains(key)
}

fn put<T: Ord + Clone>(set: &mut BTreeSet<T>, key: &T, is_in: bool) {
    match is_in {
        true => set.insert(key.clone()),
        false => set.remove(key),
    };
}

impl Key {
    fn is_off(&self, what_if: &WhatIf) -> bool {
        match self {
            Self::Source(key) => has(&what_if.log_sources, key),
            Self::Format(key) => has(&what_if.formats, key),
            Self::Level(key) => has(&what_if.levels, key),
            Self::Status(key) => has(&what_if.statuses, key),
        }
    }

    fn switch(&self, what_if: &mut WhatIf, off: bool) {
        match self {
            Self::Source(key) => put(&mut what_if.log_sources, key, off),
            Self::Format(key) => put(&mut what_if.formats, key, off),
            Self::Level(key) => put(&mut what_if.levels, key, off),
            Self::Status(key) => put(&mut what_if.statuses, key, off),
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Source(key) => key.to_string(),
            Self::Format(key) => key.name().to_owned(),
            Self::Level(key) => key.map_or("none stated", |level| level.as_str()).to_owned(),
            Self::Status(key) => key.as_str().to_owned(),
        }
    }
}

/// A row of a list.
#[derive(Clone, PartialEq)]
struct Row {
    key: Key,
    rules: usize,
    /// Techniques that would go with it.
    alone: usize,
}

fn rows<K: Clone>(switches: &[Switch<K>], key: fn(K) -> Key) -> Vec<Row> {
    let row = |switch: &Switch<K>| Row {
        key: key(switch.key.clone()),
        rules: switch.rules,
        alone: switch.techniques_alone,
    };
    switches.iter().map(row).collect()
}

/// The button and its panel.
pub(super) fn what_if_menu() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let what_if = Memo::new(move |_| settings.with(|settings| settings.scope.what_if.clone()));
    let is_open = RwSignal::new(false);
    let query = RwSignal::new(String::new());
    // Nothing is counted before someone asks.
    let board = Memo::new(move |_| {
        if !is_open.get() {
            return Switchboard::default();
        }
        match (state.catalogue.get(), state.real.get()) {
            (Some(catalogue), Some(real))
                if real.techniques.len() == catalogue.techniques.len() =>
            {
                Switchboard::of(&catalogue, &state.intake.get(), &real)
            }
            _ => Switchboard::default(),
        }
    });
    let sources = Memo::new(move |_| {
        let query = query.with(|query| crate::lowercase::lowercase(query.trim()));
        let mut rows = board.with(|board| rows(&board.log_sources, Key::Source));
        rows.retain(|row| row.key.label().contains(&query));
        rows
    });
    let planned = Memo::new(move |_| {
        state
            .real
            .with(|real| real.as_ref().map_or(0, |real| real.excluded.len() + real.disabled.len()))
    });
    let button = view! {
        <span class="toolbar-label">"What if"</span>
        {move || if what_if.with(WhatIf::is_real) { "as it is" } else { "changed" }}
    };
    let list = move |rows: Vec<Row>| rows.into_iter().map(|row| line(row, what_if)).collect_view();
    let all_sources = move || {
        let mut rows = sources.get();
        let more = rows.len().saturating_sub(MOST_SOURCES);
        rows.truncate(MOST_SOURCES);
        view! {
            <ul class="choices what-if-list">{list(rows)}</ul>
            {(more > 0).then(|| view! {
                <p class="muted" role="status">{format!("{} more: type to narrow", count(more))}</p>
            })}
        }
    };
    view! {
        <Popover
            id="what-if"
            title="What if"
            button=button.into_any()
            on_toggle=Callback::new(move |open| is_open.set(open))
        >
            <h3>"What if this were gone?"</h3>
            <p class="muted">
                "Untick what you might lose: the matrix and all numbers follow. Right of each, its rules and the techniques that only it covers."
            </p>
            <h4>"Log sources"</h4>
            <input
                class="field"
                type="search"
                aria-label="Part of a log source’s name"
                placeholder="windows, proxy, okta…"
                maxlength="100"
                prop:value=move || query.get()
                on:input=move |event| query.set(event_target_value(&event))
            />
            {all_sources}
            <div class="what-if-columns">
                <div><h4>"Formats"</h4><ul class="choices">{move || list(board.with(|board| rows(&board.formats, Key::Format)))}</ul></div>
                <div><h4>"Statuses"</h4><ul class="choices">{move || list(board.with(|board| rows(&board.statuses, Key::Status)))}</ul></div>
                <div><h4>"Levels"</h4><ul class="choices">{move || list(board.with(|board| rows(&board.levels, Key::Level)))}</ul></div>
            </div>
            <label class="check" data-check="planned">
                <input
                    type="checkbox"
                    prop:checked=move || what_if.with(|what_if| what_if.planned)
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        state.choose(|settings| settings.scope.what_if.planned = on);
                    }
                />
                <span>"Count planned rules, too: those left out for their status or switched off"</span>
                <span class="count">{move || count(planned.get())}</span>
            </label>
            <button
                type="button"
                class="button"
                disabled=move || what_if.with(WhatIf::is_real)
                on:click=move |_| reset(state)
            >
                "As it is"
            </button>
        </Popover>
    }
    .into_any()
}

fn reset(state: AppState) {
    state.choose(|settings| settings.scope.what_if = WhatIf::default());
}

fn line(row: Row, what_if: Memo<WhatIf>) -> impl IntoView {
    let state = AppState::get();
    let label = row.key.label();
    let alone = match row.alone {
        0 => count(row.rules),
        alone => format!("{} · alone {}", count(row.rules), count(alone)),
    };
    let title = format!(
        "{}, {} that nothing else covers",
        counted(row.rules, "rule", "rules"),
        counted(row.alone, "technique", "techniques")
    );
    let (read, written) = (row.key.clone(), row.key);
    let name = label.clone();
    view! {
        <li title=title data-switch=name>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || !what_if.with(|what_if| read.is_off(what_if))
                    on:change=move |event| {
                        let off = !event_target_checked(&event);
                        state.choose(|settings| written.switch(&mut settings.scope.what_if, off));
                    }
                />
                <span><bdi>{label}</bdi></span>
                <span class="count">{alone}</span>
            </label>
        </li>
    }
}

/// `171 → 162 (−9)`
fn change((from, to): (usize, usize)) -> String {
    let sign = if to < from { '−' } else { '+' };
    match from.abs_diff(to) {
        0 => count(from),
        by => format!("{} → {} ({sign}{})", count(from), count(to), count(by)),
    }
}

/// Says that what is shown is not what is, what differs, and takes it back.
pub fn what_if_bar() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let sentence = Memo::new(move |_| settings.with(|settings| settings.scope.what_if.sentence()));
    let found = Memo::new(move |_| {
        sentence.with(Option::is_some).then(|| {
            let (real, coverage) = (state.real.get()?, state.coverage.get()?);
            (real.techniques.len() == coverage.techniques.len())
                .then(|| Arc::new(difference(&real, &coverage)))
        })?
    });
    let numbers = move || {
        found.with(|found| {
            let found = found.as_ref()?;
            let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            Some(format!(
                "Techniques {} · sub-techniques {} · rules {} · sum of scores {}",
                change(found.techniques),
                change(found.subtechniques),
                change(found.rules),
                change((number(found.points.0), number(found.points.1))),
            ))
        })
    };
    let lists = move || {
        let (Some(found), Some(catalogue)) = (found.get(), state.catalogue.get()) else {
            return Vec::new();
        };
        vec![
            named("Covered no more", &lost(&found, &catalogue), &catalogue),
            named("Covered then", &gained(&found, &catalogue), &catalogue),
            named("Another score, rules or state", &others(&found), &catalogue),
        ]
    };
    let bar = move || {
        view! {
            <div class="picked-bar" role="status" data-panel="what-if">
                <span><bdi>{move || sentence.get()}</bdi>" "{numbers}</span>
                <Popover id="what-if-changes" title="What changes" button="What changes".into_any()>
                    {lists}
                </Popover>
                <RulesAsLayer class="button" />
                <button class="button" type="button" data-action="what-if-reset" on:click=move |_| reset(state)>
                    "As it is"
                </button>
            </div>
        }
    };
    // A layer is what it is.
    let is_on = Memo::new(move |_| {
        sentence.with(Option::is_some) && state.tabs().with(|tabs| tabs.active().is_none())
    });
    view! { {move || is_on.get().then(bar)} }.into_any()
}

fn lost(found: &Difference, catalogue: &Catalogue) -> Vec<TechniqueIndex> {
    [found.lost(catalogue, false), found.lost(catalogue, true)].concat()
}

fn gained(found: &Difference, catalogue: &Catalogue) -> Vec<TechniqueIndex> {
    [found.gained(catalogue, false), found.gained(catalogue, true)].concat()
}

fn others(found: &Difference) -> Vec<TechniqueIndex> {
    let others = found.changes.iter().filter(|change| !change.is_lost() && !change.is_gained());
    others.map(|change| change.technique).collect()
}

/// Techniques under a heading, each a link; nothing where there are none.
fn named(
    heading: &'static str,
    techniques: &[TechniqueIndex],
    catalogue: &Catalogue,
) -> Option<AnyView> {
    if techniques.is_empty() {
        return None;
    }
    let link = |index: &TechniqueIndex| {
        let technique = catalogue.technique(*index);
        let id = technique.id.to_string();
        let (href, name) = (format!("#/technique/{id}"), id.clone());
        view! {
            <li><a href=href data-changed=name>{id}" "<bdi>{technique.name.clone()}</bdi></a></li>
        }
    };
    let more = techniques.len().saturating_sub(MOST_NAMED);
    Some(
        view! {
            <h3>{format!("{heading}: {}", count(techniques.len()))}</h3>
            <ul class="what-if-list">{techniques.iter().take(MOST_NAMED).map(link).collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="muted">{format!("… and {} more", count(more))}</p> })}
        }
        .into_any(),
    )
}
