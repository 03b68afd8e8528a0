//! How many rules to choose, and which may be chosen.

use crate::gaps::NextAsked;
use crate::rule::{Level, Status};
use crate::web::library::PageLibrary;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// So many can be asked for; more is a migration, not a next step.
const MOST: usize = 200;

pub(super) fn options(library: PageLibrary) -> AnyView {
    let asked = library.next;
    let most = Memo::new(move |_| asked.with(|asked| asked.most));
    let available = Memo::new(move |_| asked.with(|asked| asked.available_only));
    let levels = Level::ALL.into_iter().rev().map(Some).chain([None]).map(|level| {
        let name = level.map_or("no level", |level| level.as_str());
        let is_on = move |asked: &NextAsked| asked.levels.contains(&level);
        chip(library, "level", name, is_on, move |asked| turn(&mut asked.levels, level))
    });
    const STATUSES: [Status; 4] =
        [Status::Stable, Status::Test, Status::Experimental, Status::Unspecified];
    let statuses = STATUSES.map(|status| {
        let name = if status == Status::Unspecified { "no status" } else { status.as_str() };
        let is_on = move |asked: &NextAsked| asked.statuses.contains(&status);
        chip(library, "status", name, is_on, move |asked| turn(&mut asked.statuses, status))
    });
    view! {
        <div class="stat-line next-options">
            <label>
                "Rules to choose "
                <input
                    class="field"
                    type="number"
                    min="1"
                    max=MOST.to_string()
                    step="1"
                    data-action="next-most"
                    prop:value=move || most.get().to_string()
                    on:change=move |event| {
                        let number = event_target_value(&event).trim().parse::<usize>().ok();
                        match number.filter(|number| (1..=MOST).contains(number)) {
                            Some(number) => asked.update(|asked| asked.most = number),
                            None => {
                                let field = event_target::<web_sys::HtmlInputElement>(&event);
                                field.set_value(&most.get_untracked().to_string());
                            }
                        }
                    }
                />
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    data-action="next-available"
                    prop:checked=move || available.get()
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        asked.update(|asked| asked.available_only = on);
                    }
                />
                "Only rules whose log source is there"
            </label>
            <span class="chips" role="group" aria-label="Levels that may be chosen; none pressed means all">
                <span class="chips-label">"Levels:"</span>
                {levels.collect::<Vec<_>>()}
            </span>
            <span class="chips" role="group" aria-label="Statuses that may be chosen; none pressed means all">
                <span class="chips-label">"Statuses:"</span>
                {Vec::from(statuses)}
            </span>
        </div>
    }
    .into_any()
}

fn turn<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

fn chip(
    library: PageLibrary,
    kind: &'static str,
    name: &'static str,
    is_on: impl Fn(&NextAsked) -> bool + Send + Sync + 'static,
    press: impl Fn(&mut NextAsked) + Send + Sync + 'static,
) -> AnyView {
    fn boxed(
        library: PageLibrary,
        (kind, name): (&'static str, &'static str),
        is_on: Signal<bool>,
        press: Box<dyn Fn(&mut NextAsked)>,
    ) -> AnyView {
        view! {
            <button
                type="button"
                class="chip"
                data-choice=kind
                data-value=name
                aria-pressed=move || is_on.get().to_string()
                on:click=move |_| library.next.update(|asked| press(asked))
            >
                {name}
            </button>
        }
        .into_any()
    }
    let is_on = Signal::derive(move || library.next.with(&is_on));
    boxed(library, (kind, name), is_on, Box::new(press))
}
