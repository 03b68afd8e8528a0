//! What the drawer says where there is no technique to show: an id that was revoked, deprecated,
//! of another domain or of none, or something that is no id at all. Each with what to do next.

use super::{Asked, technique_href};
use crate::attack::{Catalogue, Domain, Resolution, TechniqueId, TechniqueIndex};
use crate::heatmap::wording::plain_up_to;
use crate::web::address::{Address, View};
use crate::web::catalogues;
use crate::web::catalogues::version_order;
use crate::web::state::AppState;
use leptos::prelude::*;

/// As many as one reads at a glance.
const SUGGESTIONS: usize = 4;
/// Longer than any technique's name.
const LONGEST_TEXT: usize = 60;

pub(super) fn missing(
    catalogue: &Catalogue,
    asked: &Asked,
    heading: NodeRef<leptos::html::H2>,
) -> AnyView {
    let release = name(catalogue.domain, &catalogue.version);
    let (title, answer) = match asked {
        Asked::Technique(id) => (id.to_string(), of_id(catalogue, *id, &release)),
        // Its text has a place of its own.
        Asked::Rule(place) => (place.path.clone(), Answer::default()),
        Asked::Other(text) => {
            let text = decoded(text);
            (text.clone(), of_text(catalogue, &text))
        }
    };
    let state = AppState::get();
    let Answer { text, heads, techniques, elsewhere, notes } = answer;
    view! {
        <header class="drawer-head">
            <h2 id="drawer-title" tabindex="-1" node_ref=heading><bdi>{title}</bdi></h2>
        </header>
        <div class="drawer-body drawer-missing">
            <p>{text}</p>
            {(!techniques.is_empty()).then(|| view! {
                <h3>{heads}</h3>
                <ul class="subs">{techniques.into_iter().map(|at| link(catalogue, at)).collect_view()}</ul>
            })}
            {notes.then(|| view! {
                <p><a href=Address::showing(View::Import, "notes").to_string()>"Notes of the import report"</a></p>
            })}
            <p class="drawer-actions">
                {elsewhere.map(|(domain, version)| {
                    let label = format!("Show {}", name(domain, &version));
                    let show = move |_| catalogues::show(state, domain, &version);
                    view! { <button type="button" class="button" on:click=show>{label}</button> }
                })}
                <button type="button" class="button" on:click=move |_| state.close()>"Close"</button>
            </p>
        </div>
    }
    .into_any()
}

/// Why there is nothing to show, and what to do.
#[derive(Default)]
struct Answer {
    text: String,
    /// What the techniques are to the one asked for.
    heads: &'static str,
    techniques: Vec<TechniqueIndex>,
    /// A release at hand that has it.
    elsewhere: Option<(Domain, String)>,
    /// Whether the notes of the import report say more.
    notes: bool,
}

fn of_id(catalogue: &Catalogue, id: TechniqueId, release: &str) -> Answer {
    let state = AppState::get();
    let elsewhere = state.catalogues.with(|all| {
        // They come in any order.
        let has = all.iter().filter(|other| other.find(id).is_some());
        let home = has.max_by_key(|other| version_order(&other.version));
        home.map(|home| (home.domain, home.version.clone()))
    });
    let has = elsewhere.as_ref().map(|(domain, version)| name(*domain, version));
    match (catalogue.resolve(id), has) {
        (Resolution::Live(index) | Resolution::Revoked(index), _) => Answer {
            text: format!(
                "ATT&CK revoked {id}. Rules that name it count on its successor in {release}."
            ),
            heads: "Successor",
            techniques: vec![index],
            elsewhere,
            notes: false,
        },
        (Resolution::Deprecated, _) => Answer {
            text: format!(
                "ATT&CK deprecated {id} without naming a successor, so {release} has no place for it. Rules that name it are among the notes."
            ),
            elsewhere,
            notes: true,
            ..Answer::default()
        },
        (Resolution::Unknown, Some(home)) => Answer {
            text: format!("{release} has no {id}, but {home} has."),
            elsewhere,
            ..Answer::default()
        },
        (Resolution::Unknown, None) => Answer {
            text: format!(
                "{release} has no {id}, nor has any other release at hand. Check the spelling, or drop the STIX bundle of the release that has it."
            ),
            heads: "Nearest ids",
            techniques: catalogue.near(id, SUGGESTIONS),
            ..Answer::default()
        },
    }
}

fn of_text(catalogue: &Catalogue, text: &str) -> Answer {
    Answer {
        text: "This is no id of an ATT&CK technique. Those look like T1059, or T1059.001 for a sub-technique.".to_owned(),
        heads: "What fits it best",
        techniques: catalogue.search(text, SUGGESTIONS),
        ..Answer::default()
    }
}

fn name(domain: Domain, version: &str) -> String {
    format!("{} {version}", domain.name())
}

/// What someone typed, from how the hash writes it.
fn decoded(text: &str) -> String {
    let text = js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from);
    plain_up_to(&text, LONGEST_TEXT)
}

fn link(catalogue: &Catalogue, index: TechniqueIndex) -> AnyView {
    let technique = catalogue.technique(index);
    view! {
        <li>
            <a href=technique_href(technique.id)>
                <span class="sub-id">{technique.id.to_string()}</span>
                <bdi>{technique.name.clone()}</bdi>
            </a>
        </li>
    }
    .into_any()
}
