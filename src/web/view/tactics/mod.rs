//! The rules in numbers: how much of what is covered, by tactic, by platform, how deep, what it
//! hangs on, and why another tool says something else.

mod by_platform;
mod by_tactic;
pub(super) mod cells;
mod depth;
mod fragile;
mod grid;
pub(super) mod listed;
pub(super) mod of_what;
mod other_tool;
mod other_tool_lines;
pub(super) mod profile;

use crate::attack::Catalogue;
use crate::coverage::{Coverage, Panel, PanelAsked, Policy};
use crate::rule::Intake;
use crate::web::address::{self, Address};
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use crate::web::view::numbers::counted;
use leptos::prelude::*;
use leptos::task::spawn_local;
use listed::Lists;
use std::sync::Arc;

/// What the numbers are of: one state, as a whole.
#[derive(Clone)]
struct Source {
    catalogue: Arc<Catalogue>,
    intake: Arc<Intake>,
    coverage: Arc<Coverage>,
    policy: Policy,
}

/// The same, not another that is alike.
impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.coverage, &other.coverage)
            && Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.intake, &other.intake)
    }
}

type Sourced = Memo<Option<Source>>;

/// A value, and the state it was computed from.
struct Found<T> {
    source: Source,
    value: T,
}

type Later<T> = ReadSignal<Option<Arc<Found<T>>>>;
type PanelMemo = Memo<Option<Arc<Found<Panel>>>>;

/// The view.
#[component]
pub fn TacticsView() -> impl IntoView {
    let state = AppState::get();
    let source = Memo::new(move |_| {
        let policy = state.settings().with_untracked(|settings| settings.policy);
        Some(Source {
            catalogue: state.catalogue.get()?,
            intake: state.intake.get(),
            coverage: state.coverage.get()?,
            policy,
        })
    });
    let layer = Memo::new(move |_| {
        state.tabs().with(|tabs| tabs.active().map(|open| open.layer.name.clone()))
    });
    let has_rules =
        Memo::new(move |_| source.with(|all| Some(!all.as_ref()?.intake.rules.is_empty())));
    let body = move || match (layer.get(), has_rules.get()) {
        (Some(name), _) => of_layer(name),
        (None, Some(true)) => sections(source),
        (None, Some(false)) => {
            view! { <p class="stats-notice">"There are no rules yet. Drop some anywhere."</p> }
                .into_any()
        }
        (None, None) => {
            view! { <p class="stats-notice" role="status">"Reading ATT&CK…"</p> }.into_any()
        }
    };
    view! { <section class="stats" aria-label="Tactics">{body}</section> }
}

/// Layers hold no rules.
fn of_layer(name: String) -> AnyView {
    let state = AppState::get();
    view! {
        <div class="stats-notice">
            <p>
                "These numbers are of rules. “"<bdi>{name}</bdi>"” is a layer, and a layer has none."
            </p>
            <button
                type="button"
                class="button"
                data-action="show-rules"
                on:click=move |_| state.turn_tabs(|tabs| tabs.active = None)
            >
                "Show the rules"
            </button>
        </div>
    }
    .into_any()
}

fn sections(source: Sourced) -> AnyView {
    let lists = Lists::new();
    let panel = panel(source);
    let silent = move || {
        let rules = source.with(|all| {
            let summary = &all.as_ref()?.coverage.summary;
            summary.says_nothing().then_some(summary.rules)
        })?;
        let says = format!(
            "{}: no ATT&CK mapping in this format. Nothing is covered, and nothing is known to be uncovered.",
            counted(rules, "rule", "rules")
        );
        Some(view! { <p class="stats-notice" role="status">{says}</p> }.into_any())
    };
    view! {
        {cells::live(silent)}
        {of_what::section(panel, lists)}
        {by_tactic::section(source)}
        {by_platform::section(source, lists)}
        {depth::section(panel, lists)}
        {fragile::concentration(panel)}
        {fragile::section(source, lists)}
        {other_tool::section(source)}
    }
    .into_any()
}

/// A few milliseconds at most.
fn panel(source: Sourced) -> PanelMemo {
    let settings = AppState::get().settings();
    let asked = Memo::new(move |_| {
        settings.with(|s| (s.scope.platforms.clone(), s.profile.actors(), s.score_threshold))
    });
    Memo::new_with_compare(
        move |_| {
            let source = source.get()?;
            let (platforms, names, threshold) = asked.get();
            let profile = (!names.is_empty()).then(|| profile::used(&source.catalogue, &names));
            let asked = PanelAsked { platforms: &platforms, profile: profile.as_ref(), threshold };
            let value = Panel::of(&source.catalogue, &source.coverage, &asked);
            Some(Arc::new(Found { source, value }))
        },
        |_, _| true,
    )
}

/// Computed in a task of its own, so that no frame waits for it. What was there before stays until
/// then.
fn later<T: Send + Sync + 'static>(
    source: Sourced,
    compute: impl Fn(&Source) -> T + Copy + 'static,
) -> Later<T> {
    let found = RwSignal::new(None);
    Effect::new(move |_| {
        let Some(of) = source.get() else { return found.set(None) };
        spawn_local(async move {
            next_task().await;
            // Gone, or followed by another.
            if source.try_get_untracked().flatten().as_ref() == Some(&of) {
                let value = compute(&of);
                // To show it is as much work again.
                next_task().await;
                found.try_set(Some(Arc::new(Found { source: of, value })));
            }
        });
    });
    found.read_only()
}

/// A part of the page under its heading.
pub(super) fn part(
    name: &'static str,
    heading: &'static str,
    about: &'static str,
    body: AnyView,
) -> AnyView {
    let id = format!("stat-{name}");
    view! {
        <section class="stat" data-stat=name aria-labelledby=id.clone()>
            <header class="stat-head">
                <h2 id=id.clone()>{heading}</h2>
                <p class="muted">{about}</p>
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// A choice that the address holds; empty where it holds none.
pub(super) fn chosen(key: &'static str) -> Memo<String> {
    let state = AppState::get();
    Memo::new(move |_| {
        state.address.with(|address| {
            let value = address.filters.iter().find(|(name, _)| name == key);
            value.map(|(_, value)| value.clone()).unwrap_or_default()
        })
    })
}

/// The same place with one choice changed.
pub(super) fn choosing(now: &Address, key: &str, value: &str) -> Address {
    let mut filters = now.filters.clone();
    filters.retain(|(name, _)| name != key);
    if !value.is_empty() {
        filters.push((key.to_owned(), value.to_owned()));
    }
    Address { view: now.view, show: now.show.clone(), filters, ..Address::default() }
}

/// Goes there.
pub(super) fn choose(key: &str, value: &str) {
    let state = AppState::get();
    address::go(&state.address.with_untracked(|now| choosing(now, key, value)));
}
