//! The drawer: all there is to know about one technique, or the text of one rule.

mod alerts;
mod change;
mod context;
mod gap;
mod layer;
mod missing;
mod relatives;
mod rules;
mod standing;
mod text;
mod why;

pub(super) use context::entities;
pub(crate) use rules::{level_badge, status_badge};
pub(crate) use standing::state_label;

use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::coverage::Coverage;
use crate::web::address::{Address, RulePlace};
use crate::web::state::AppState;
use crate::web::view::gaps::advice;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A technique of a catalogue, as the parts of the drawer take it.
#[derive(Clone)]
struct Subject {
    catalogue: Arc<Catalogue>,
    index: TechniqueIndex,
}

impl Subject {
    fn technique(&self) -> &crate::attack::Technique {
        self.catalogue.technique(self.index)
    }

    /// What rules say of it; `None` where they are seen on another release.
    fn coverage(&self, state: &AppState) -> Option<Arc<Coverage>> {
        let own = state.catalogue.get()?;
        let coverage = state.coverage.get()?;
        Arc::ptr_eq(&own, &self.catalogue).then_some(coverage)
    }
}

/// The drawer; nothing while no technique is chosen.
#[component]
pub fn Drawer() -> impl IntoView {
    let state = AppState::get();
    let asked = Memo::new(move |_| state.address.with(Asked::of));
    let heading = NodeRef::<leptos::html::H2>::new();
    keep_focus(asked, heading);
    // What changes in a layer is no reason to make all anew: someone may be typing there.
    let catalogue = Memo::new_with_compare(
        move |_| state.drawer_catalogue(),
        |before: Option<&Option<Arc<Catalogue>>>, now: Option<&Option<Arc<Catalogue>>>| match (
            before, now,
        ) {
            (Some(Some(before)), Some(Some(now))) => !Arc::ptr_eq(before, now),
            _ => true,
        },
    );
    let is_layer = Memo::new(move |_| state.shown_layer.with(Option::is_some));
    let content = move || {
        let (asked, catalogue) = (asked.get()?, catalogue.get()?);
        let found = match &asked {
            Asked::Technique(id) => catalogue.find(*id),
            Asked::Rule(_) | Asked::Other(_) => None,
        };
        let inner = match (found, &asked) {
            (Some(index), _) => known(&Subject { catalogue, index }, is_layer.get(), heading),
            (None, Asked::Rule(place)) => text::text(place, heading),
            (None, _) => missing::missing(&catalogue, &asked, heading),
        };
        let is_text = matches!(asked, Asked::Rule(_));
        Some(view! {
            <aside
                class="drawer"
                class:drawer-wide=is_text
                data-panel=if is_text { "rule" } else { "technique" }
                aria-labelledby="drawer-title"
                on:keydown=move |event| {
                    if event.key() == "Escape" && !event.default_prevented() {
                        // Or it would go on to what is selected.
                        event.prevent_default();
                        state.close();
                    }
                }
            >
                <button
                    type="button"
                    class="button button-quiet button-icon drawer-close"
                    aria-label="Close"
                    title="Close (Esc)"
                    on:click=move |_| state.close()
                >
                    <span class="cross" aria-hidden="true"></span>
                </button>
                {inner}
            </aside>
        })
    };
    view! { {content} }
}

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    /// A technique, whether there is one of that id or not.
    Technique(TechniqueId),
    /// A rule's text.
    Rule(RulePlace),
    /// Something that is no id, as the hash has it.
    Other(String),
}

impl Asked {
    fn of(address: &Address) -> Option<Self> {
        let other = || address.no_technique.clone().map(Self::Other);
        let rule = address.rule.clone().map(Self::Rule);
        rule.or(address.technique.map(Self::Technique)).or_else(other)
    }
}

/// Into the drawer when it opens or changes, back to where it was when it closes.
fn keep_focus(asked: Memo<Option<Asked>>, heading: NodeRef<leptos::html::H2>) {
    let origin = StoredValue::new_local(None::<HtmlElement>);
    Effect::new(move |before: Option<Option<Asked>>| {
        let now = asked.get();
        let was_open = before.flatten().is_some();
        if now.is_some() && !was_open {
            origin.set_value(focused());
        }
        if let (Some(heading), true) = (heading.get(), now.is_some()) {
            // What was shown before may have been scrolled; its element serves again.
            let body = heading.closest(".drawer").ok().flatten();
            let body = body.and_then(|drawer| drawer.query_selector(".drawer-body").ok().flatten());
            if let Some(body) = body {
                body.set_scroll_top(0);
            }
            focus(&heading);
        }
        if now.is_none() && was_open {
            let from = origin.get_value();
            let back = from.clone().filter(|element| element.is_connected()).filter(is_seen);
            let again = || from.as_ref().and_then(same_link);
            if let Some(element) = back.or_else(again).or_else(grid_cell).or_else(first_row) {
                focus(&element);
            }
            origin.set_value(None);
        }
        now
    });
}

fn focused() -> Option<HtmlElement> {
    let active = web_sys::window()?.document()?.active_element()?;
    active.dyn_into::<HtmlElement>().ok().filter(|element| element.tag_name() != "BODY")
}

fn is_seen(element: &HtmlElement) -> bool {
    element.offset_parent().is_some()
}

/// The link to the same place: rows that were scrolled away and come back are others.
fn same_link(gone: &HtmlElement) -> Option<HtmlElement> {
    let href = gone.get_attribute("href")?;
    let links =
        web_sys::window()?.document()?.query_selector_all("main a[href^='#/rule/']").ok()?;
    (0..links.length())
        .filter_map(|at| links.item(at)?.dyn_into::<HtmlElement>().ok())
        .find(|link| link.get_attribute("href").as_ref() == Some(&href))
}

/// Where the list of rules begins, of those in the document.
fn first_row() -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.query_selector("main tr[data-row] a.rule-link").ok()??.dyn_into().ok()
}

/// The matrix's tab stop.
fn grid_cell() -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.query_selector("[role=gridcell][tabindex='0']").ok()??.dyn_into().ok()
}

fn focus(element: &HtmlElement) {
    // Fails only for elements that cannot take it; then it stays where it is.
    let _ = element.focus();
}

fn known(subject: &Subject, in_layer: bool, heading: NodeRef<leptos::html::H2>) -> AnyView {
    let technique = subject.technique();
    let id = technique.id;
    let parent = relatives::parent(subject);
    view! {
        <header class="drawer-head">
            <p class="drawer-ids">
                <a href=id.url() target="_blank" rel="noopener noreferrer">
                    {id.to_string()}
                    <span class="visually-hidden">" on attack.mitre.org (opens a new tab)"</span>
                    <svg class="icon outward" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 12 12 4M6 4h6v6" /></svg>
                </a>
                {parent}
            </p>
            <h2 id="drawer-title" tabindex="-1" node_ref=heading>
                <bdi>{technique.name.clone()}</bdi>
            </h2>
        </header>
        <div class="drawer-body" tabindex="0" role="group" aria-labelledby="drawer-title">
            {change::change(subject.clone())}
            {match in_layer {
                true => view! { {layer::of_layer(subject)}{of_rules(subject)} }.into_any(),
                false => view! {
                    {standing::standing(subject.clone())}
                    {gap::gap(subject.clone())}
                    {alerts::alerts(subject.clone())}
                    {relatives::sub_techniques(subject.clone())}
                    {rules::rules(subject.clone())}
                }
                .into_any(),
            }}
            {advice::fold(id)}
            {context::context(subject)}
        </div>
    }
    .into_any()
}

/// Beside what a layer says, what the rules that were read say; on the release that they count on,
/// if that has the technique.
fn of_rules(subject: &Subject) -> AnyView {
    let state = AppState::get();
    let id = subject.technique().id;
    let any = Memo::new(move |_| state.intake.with(|intake| !intake.rules.is_empty()));
    let content = move || {
        let catalogue = state.catalogue.get().filter(|_| any.get())?;
        let subject = Subject { index: catalogue.find(id)?, catalogue };
        Some(view! {
            <section class="drawer-part">
                <h3>"By the rules"</h3>
                {standing::standing(subject.clone())}
            </section>
            {rules::rules(subject)}
        })
    };
    view! { {content} }.into_any()
}

/// The link to a technique's drawer.
pub(crate) fn technique_href(id: TechniqueId) -> String {
    Address { technique: Some(id), ..Address::default() }.to_string()
}
