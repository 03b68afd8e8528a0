//! What is picked, piece by piece; each can be taken out.

use super::found::Finds;
use super::linked::pick;
use super::pieces::NONE;
use crate::alerts::Window;
use crate::attack::TechniqueId;
use crate::investigate::Pick;
use crate::web::investigating::{Kind, written};
use crate::web::state::{AppState, Toast};
use crate::web::view::alerts::time_in_words;
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;
use std::sync::Arc;

/// Names of a kind that are shown before one asks for all.
const FIRST: usize = 12;

/// Something of the pick.
#[derive(Clone)]
enum Piece {
    Name(Kind, String),
    Window(Window),
    Technique(TechniqueId),
}

impl Piece {
    fn remove(self) {
        pick(|pick| match self {
            Self::Name(kind, name) => kind.of_mut(pick).retain(|other| *other != name),
            Self::Window(_) => pick.window = None,
            Self::Technique(id) => pick.techniques.retain(|other| *other != id),
        });
    }

    fn all(pick: &Pick) -> Vec<(&'static str, Vec<Self>)> {
        let mut groups = Vec::new();
        for kind in Kind::ALL {
            let names = kind.of(pick).iter().map(|name| Self::Name(kind, name.clone()));
            groups.push((kind.label(), names.collect()));
        }
        groups.push(("Time", pick.window.map(Self::Window).into_iter().collect()));
        let ids = pick.techniques.iter().copied().map(Self::Technique);
        groups.push(("Typed", ids.collect()));
        groups.retain(|(_, pieces): &(_, Vec<Self>)| !pieces.is_empty());
        groups
    }

    fn text(&self) -> String {
        match self {
            Self::Name(_, name) if name.is_empty() => NONE.to_owned(),
            Self::Name(_, name) => name.clone(),
            Self::Window(window) => window_in_words(*window),
            Self::Technique(id) => id.to_string(),
        }
    }
}

/// `2026-10-01 09:13:22 to 2026-10-02 10:01:00`, or its days.
fn window_in_words(window: Window) -> String {
    match window.days() {
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => format!("{first} to {last}"),
        None => {
            let last = crate::alerts::Moment(window.until.0.saturating_sub(1));
            format!("{} to {}", time_in_words(window.since), time_in_words(last))
        }
    }
}

pub(super) fn chips(picked: Memo<Arc<Pick>>, finds: Finds) -> AnyView {
    let all = RwSignal::new(Vec::<&'static str>::new());
    let body = move || {
        let now = picked.get();
        if now.is_empty() {
            return None;
        }
        let groups: Vec<AnyView> =
            Piece::all(&now).into_iter().map(|(label, pieces)| group(label, pieces, all)).collect();
        let cannot_be_linked = written(&now).is_empty().then_some(
            "So many names do not fit into an address: a link to this page would not have them.",
        );
        Some(
            view! {
                <div class="pick-chips" role="group" aria-label="What is picked">
                    {groups}
                    <button type="button" class="button button-quiet" data-action="clear-pick" on:click=move |_| clear()>
                        "Clear"
                    </button>
                </div>
                {cannot_be_linked.map(|says| view! { <p class="stat-sentence muted">{says}</p> })}
            }
            .into_any(),
        )
    };
    // Its kinds restrict one another, which may leave nothing.
    let nothing = move || {
        let is_nothing = finds.with(|found| {
            found
                .as_ref()
                .is_some_and(|all| all.found.rows.is_empty() && all.of.pick.picks_alerts())
        });
        is_nothing.then(|| {
            let says = if AppState::get().all_detections.with(Option::is_none) {
                "No alerts were read, so only the typed techniques count."
            } else {
                "No alert has all of this: names of one kind are alternatives, kinds and time restrict one another."
            };
            view! { <p class="stat-sentence" role="status" data-figure="no-alerts">{says}</p> }.into_any()
        })
    };
    view! { {live(body)}{live(nothing)} }.into_any()
}

fn clear() {
    pick(|pick| *pick = Pick::default());
    let text = "Nothing is picked any more".to_owned();
    AppState::get().toast.set(Some(Toast { text, undo: true }));
}

fn group(label: &'static str, pieces: Vec<Piece>, all: RwSignal<Vec<&'static str>>) -> AnyView {
    let number = pieces.len();
    let shows_all = all.with(|all| all.contains(&label));
    let shown = if shows_all { number } else { number.min(FIRST) };
    let chips: Vec<AnyView> =
        pieces.into_iter().take(shown).map(|each| chip(label, each)).collect();
    let more = (shown < number).then(|| {
        view! {
            <button type="button" class="link" on:click=move |_| all.update(|all| all.push(label))>
                {format!("and {} more", count(number - shown))}
            </button>
        }
    });
    view! {
        <div class="pick-group">
            <span class="muted">{label}</span>
            <ul class="profile-chosen">{chips}</ul>
            {more}
        </div>
    }
    .into_any()
}

fn chip(label: &'static str, piece: Piece) -> AnyView {
    let text = piece.text();
    let name = match &piece {
        Piece::Technique(id) => AppState::get().catalogue.with(|catalogue| {
            let catalogue = catalogue.as_ref()?;
            Some(catalogue.technique(catalogue.find(*id)?).name.clone())
        }),
        _ => None,
    };
    let says = match &name {
        Some(name) => format!("{label} {text} {name}: remove from the pick"),
        None => format!("{label} {text}: remove from the pick"),
    };
    let shown = text.clone();
    view! {
        <li>
            <button
                type="button"
                class="chip chip-removes"
                aria-label=says
                data-removes=shown
                on:click=move |_| {
                    piece.clone().remove();
                    back_to_the_field();
                }
            >
                <bdi>{text}</bdi>
                {name.map(|name| view! { " "<span class="count"><bdi>{name}</bdi></span> })}
                <span aria-hidden="true">"×"</span>
            </button>
        </li>
    }
    .into_any()
}

/// The button goes, and would take the focus with it.
fn back_to_the_field() {
    if let Some(field) = crate::web::app::by_id::<web_sys::HtmlElement>("pick-search") {
        // Fails only for elements that cannot have the focus.
        let _ = field.focus();
    }
}
