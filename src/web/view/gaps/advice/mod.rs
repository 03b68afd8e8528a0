//! What to do about one technique: rules of the library, and what one who writes a rule goes by.

mod guide;
mod recommended;
mod skeleton;

use crate::attack::{TechniqueId, TechniqueIndex};
use crate::gaps::{Guidance, Recommended, guidance, recommended, skeleton as begun};
use crate::web::library::{Ground, PageLibrary};
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What there is to say, and what it rests on.
struct Found {
    ground: Arc<Ground>,
    rules: Vec<Recommended>,
    guidance: Guidance,
    skeleton: String,
}

/// What to do about a technique of the release that the rules count on.
pub fn advice(technique: TechniqueIndex) -> AnyView {
    let catalogue = AppState::get().catalogue.get_untracked();
    let id = catalogue.and_then(|catalogue| {
        catalogue.techniques.get(usize::from(technique.0)).map(|technique| technique.id)
    });
    id.map_or_else(|| ().into_any(), of)
}

/// The same by its id.
fn of(id: TechniqueId) -> AnyView {
    let library = PageLibrary::get();
    library.look();
    let (found, set_found) = signal(None::<Option<Arc<Found>>>);
    Effect::new(move |_| {
        let Some(ground) = library.ground.get() else { return };
        spawn_local(async move {
            next_task().await;
            let newest = library.ground.get_untracked();
            if !newest.is_some_and(|newest| Arc::ptr_eq(&newest, &ground)) {
                return;
            }
            let Some(technique) = ground.of.catalogue.find(id) else {
                set_found.try_set(Some(None));
                return;
            };
            let grounds = ground.grounds();
            let rules = recommended(&grounds, &ground.library, technique);
            let guidance = guidance(&grounds, &ground.library, technique);
            let skeleton = begun(&grounds, technique);
            let ground = ground.clone();
            let all = Found { ground, rules, guidance, skeleton };
            set_found.try_set(Some(Some(Arc::new(all))));
        });
    });
    let shown = move || {
        let says = match found.get() {
            Some(Some(found)) => return Some(all(id, &found)),
            Some(None) => "The ATT&CK release that the rules count on does not have it.",
            None => "Looking up what to do…",
        };
        Some(view! { <p class="muted" role="status">{says}</p> }.into_any())
    };
    view! { <div class="advice" data-advice=id.to_string()>{live(shown)}</div> }.into_any()
}

fn all(id: TechniqueId, found: &Arc<Found>) -> AnyView {
    let mut parts = vec![recommended::rules(found)];
    parts.extend(guide::guide(found));
    parts.push(skeleton::skeleton(id, found.skeleton.clone()));
    parts.into_any()
}

/// The same, folded away until somebody asks for it.
pub(in crate::web::view) fn fold(id: TechniqueId) -> AnyView {
    // Stays open from one technique to the next.
    let open = PageLibrary::get().advice_open;
    let unfold = move |event: web_sys::Event| {
        let folded: web_sys::Element = event_target(&event);
        open.set(folded.has_attribute("open"));
    };
    view! {
        <section class="drawer-part">
            <details class="advice-fold" data-fold="advice" prop:open=move || open.get() on:toggle=unfold>
                <summary>"What to write next"</summary>
                {live(move || open.get().then(|| of(id)))}
            </details>
        </section>
    }
    .into_any()
}

/// A part of the advice: its heading, how many there are, and a list.
fn listed(
    name: &'static str,
    heading: &'static str,
    number: String,
    none: &'static str,
    items: Vec<AnyView>,
) -> AnyView {
    let body = match items.is_empty() {
        true => view! { <p class="muted">{none}</p> }.into_any(),
        false => view! { <ul>{items}</ul> }.into_any(),
    };
    view! {
        <section data-guide=name>
            <h3>{heading}<span class="count">{number}</span></h3>
            {body}
        </section>
    }
    .into_any()
}
