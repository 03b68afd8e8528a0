//! The few pieces that the sections are made of.

use super::found::Found;
use crate::alerts::Moment;
use crate::attack::{Actor, TechniqueIndex};
use crate::investigate::{Outlook, Seen};
use crate::web::address::{Address, View};
use crate::web::investigating::Kind;
use crate::web::view::alerts::{rows_href, time_in_words, whole};
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::{cell, foreign, live};
use crate::web::view::tactics::listed::{link, name};
use leptos::prelude::*;

/// What stands for alerts that name none.
pub(super) const NONE: &str = "(none)";

/// What is unfolded.
pub(super) type Open = RwSignal<Vec<String>>;

/// A name, or that there is none.
pub(super) fn named(name: String) -> AnyView {
    match name.is_empty() {
        true => view! { <span class="muted">{NONE}</span> }.into_any(),
        false => foreign(name),
    }
}

/// The list of alerts with these, narrowed further by what the pick has one of.
pub(super) fn list(found: &Found, filters: &[(&'static str, String)]) -> String {
    let mut all: Vec<(&str, String)> = filters.to_vec();
    for kind in Kind::ALL {
        let key = kind.as_str();
        if let [only] = kind.of(&found.of.pick)
            && !filters.iter().any(|(other, _)| *other == key)
        {
            all.push((key, whole(only)));
        }
    }
    rows_href(&all)
}

/// `2026-11-28 14:03`, in UTC; the seconds are told on hover.
pub(super) fn moment(label: &'static str, time: Option<Moment>) -> AnyView {
    let Some(time) = time else { return cell("nowrap", label, ().into_any()) };
    let whole = time_in_words(time);
    let short = whole.get(..16).unwrap_or(&whole).to_owned();
    cell("nowrap", label, view! { <span title=whole>{short}</span> }.into_any())
}

/// First and last.
pub(super) fn times(seen: Option<Seen>) -> [AnyView; 2] {
    [
        moment("First seen", seen.map(|seen| seen.first)),
        moment("Last seen", seen.map(|seen| seen.last)),
    ]
}

/// Id and name of a technique; the id opens it.
pub(super) fn technique(found: &Found, index: TechniqueIndex) -> AnyView {
    let catalogue = found.catalogue();
    view! { {link(catalogue, index)}" "{name(catalogue, index)} }.into_any()
}

/// Name and id of a group or campaign.
pub(super) fn actor(found: &Found, actor: Actor) -> AnyView {
    let (id, name) = found.actor(actor);
    view! { <bdi>{name}</bdi>" "<span class="muted nowrap">{id}</span> }.into_any()
}

/// Would one see it? The answer, the score, and the way to its gap.
pub(super) fn outlook(found: &Found, index: TechniqueIndex, of: &Outlook) -> AnyView {
    let rules = match of.rules.len() {
        0 => String::new(),
        1 => ": 1 rule".to_owned(),
        rules => format!(": {} rules", count(rules)),
    };
    let score = of.score.map(|score| format!(", score {score}"));
    let gap = of.gap.map(|gap| match of.is_relevant {
        true => {
            let filters = vec![("words".to_owned(), found.id(index))];
            let href = Address { filters, ..Address::view(View::Gaps) }.to_string();
            let says = format!("Gap: {}, priority {:.2}", gap.as_str(), of.priority);
            view! { <a class="remark-link" data-action="to-gap" href=href>{says}</a> }.into_any()
        }
        false => {
            let says = format!("{}, but not relevant by the profile", gap.as_str());
            view! { <span class="muted">{says}</span> }.into_any()
        }
    });
    view! {
        <span class="state" data-coverage=of.state.as_str()>{of.answer()}{rules}{score}</span>
        <span class="outlook-gap">{gap}</span>
    }
    .into_any()
}

/// What unfolds a row, and folds it again; `says` is for those who do not see where it stands.
pub(super) fn unfolds(key: String, label: AnyView, says: String, open: Open) -> AnyView {
    let (asked, of) = (key.clone(), key.clone());
    let is_open = Signal::derive(move || open.with(|open| open.contains(&asked)));
    let turn = move |_| {
        open.update(|open| match open.iter().position(|other| *other == key) {
            Some(at) => drop(open.remove(at)),
            None => open.push(key.clone()),
        });
    };
    view! {
        <button
            type="button"
            class="button button-quiet unfold"
            data-unfolds=of
            aria-expanded=move || is_open.get().to_string()
            on:click=turn
        >
            {label}
            <span class="caret" aria-hidden="true"></span>
            <span class="visually-hidden">{says}</span>
        </button>
    }
    .into_any()
}

/// A row below another one, over all columns.
pub(super) fn below(
    key: &str,
    columns: usize,
    open: Open,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let key = key.to_owned();
    live(move || {
        open.with(|open| open.contains(&key)).then(|| {
            view! {
                <tr class="gap-open" data-opened=key.clone()>
                    <td colspan=columns>{content()}</td>
                </tr>
            }
            .into_any()
        })
    })
}

/// How many rows of a table are shown.
#[derive(Clone, Copy)]
pub(super) struct Most {
    shown: RwSignal<usize>,
    step: usize,
}

impl Most {
    pub(super) fn new(step: usize) -> Self {
        Self { shown: RwSignal::new(step), step }
    }

    pub(super) fn get(self) -> usize {
        self.shown.get()
    }

    /// Shows more; nothing where all are shown.
    pub(super) fn more(
        self,
        name: &'static str,
        number: impl Fn() -> usize + Send + Sync + 'static,
    ) -> AnyView {
        let Self { shown, step } = self;
        live(move || {
            let (all, now) = (number(), shown.get());
            (all > now).then(|| {
                let says = format!("Show {} more of {}", count((all - now).min(step)), count(all));
                view! {
                    <p class="stat-sentence">
                        <button
                            type="button"
                            class="button"
                            data-more=name
                            on:click=move |_| shown.update(|shown| *shown += step)
                        >
                            {says}
                        </button>
                    </p>
                }
                .into_any()
            })
        })
    }
}

/// A sentence how it is counted.
pub(super) fn convention(text: &'static str) -> AnyView {
    view! { <p class="stat-sentence muted stat-convention">{text}</p> }.into_any()
}
