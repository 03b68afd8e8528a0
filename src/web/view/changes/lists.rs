//! The techniques that changed, by how they changed, the worst first.

use super::{Shown, share};
use crate::attack::TechniqueId;
use crate::export::diff;
use crate::layer::Change;
use crate::web::changes::Compared;
use crate::web::state::AppState;
use crate::web::view::drawer::technique_href;
use crate::web::view::numbers::count;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows at first; a long list is opened on request.
const FIRST: usize = 60;

pub(super) fn lists(compared: Shown) -> AnyView {
    let all = move || {
        let compared = compared.get()?;
        let comparison = &compared.comparison;
        let ids = |changes: &[Change]| changes.iter().map(|change| change.id).collect::<Vec<_>>();
        let list = |name, sign, heading: String, about, ids| {
            list(&compared, name, sign, heading, about, ids)
        };
        let below = format!("Dropped below {}", comparison.below_threshold.threshold);
        Some(view! {
            {dropped(&compared)}
            <div class="change-lists">
                {list("below", "▼", below, "At this score or above before, below it or not covered now.", comparison.below_threshold.ids.clone())}
                {list("lost", "−", "Lost".to_owned(), "New gaps introduced: covered before, not now.", comparison.lost.clone())}
                {list("lowered", "▼", "Lowered".to_owned(), "Covered before and now, with a lower score.", ids(&comparison.lowered))}
                {list("gained", "+", "Gained".to_owned(), "Covered now, not before.", comparison.gained.clone())}
                {list("raised", "▲", "Raised".to_owned(), "Covered before and now, with a higher score.", ids(&comparison.raised))}
            </div>
        })
    };
    view! { {all} }.into_any()
}

/// `5 techniques dropped below 50 since …`, to be sent to somebody.
fn dropped(compared: &Arc<Compared>) -> AnyView {
    let state = AppState::get();
    let sentence = diff::dropped_sentence(&compared.comparison);
    let compared = compared.clone();
    view! {
        <p class="changes-sentence">
            <bdi data-figure="changes-sentence">{sentence}</bdi>
            <button
                type="button"
                class="button"
                data-action="copy-dropped"
                title="Copies the sentence and the list"
                on:click=move |_| {
                    let text = diff::dropped(&compared.comparison, &compared.catalogue);
                    share::copy(state, text, "Sentence and list");
                }
            >
                "Copy"
            </button>
        </p>
    }
    .into_any()
}

fn list(
    compared: &Arc<Compared>,
    name: &'static str,
    sign: &'static str,
    heading: String,
    about: &'static str,
    ids: Vec<TechniqueId>,
) -> AnyView {
    let number = ids.len();
    let id = format!("changes-{name}");
    let all = RwSignal::new(false);
    let of = compared.clone();
    let rows = move || {
        let shown = if all.get() { number } else { number.min(FIRST) };
        ids[..shown].iter().map(|id| row(&of, *id)).collect_view()
    };
    view! {
        <section class="change-list" data-list=name aria-labelledby=id.clone()>
            <h2 id=id.clone()>
                <span class="change-sign" aria-hidden="true">{sign}</span>
                {heading}
                " "
                <span class="count">{count(number)}</span>
            </h2>
            <p class="muted">{about}</p>
            <ul>{rows}</ul>
            {(number > FIRST).then(|| view! {
                <button type="button" class="button" hidden=move || all.get() on:click=move |_| all.set(true)>
                    {format!("Show all {}", count(number))}
                </button>
            })}
        </section>
    }
    .into_any()
}

fn row(compared: &Compared, id: TechniqueId) -> AnyView {
    let Compared { catalogue, comparison, sides, .. } = compared;
    let index = catalogue.find(id);
    let technique = index.map(|index| catalogue.technique(index));
    let parent = technique.and_then(|technique| technique.parent).map(|parent| {
        view! { <span class="muted">{catalogue.technique(parent).name.clone()}": "</span> }
    });
    let name = technique.map(|technique| technique.name.clone());
    let scores = comparison.scores.get(&id);
    let side = |at: usize, score: Option<&serde_json::Number>| match score {
        Some(score) => score.to_string(),
        None if index.is_some_and(|index| sides[at].standing.score(index).is_some()) => {
            "no score".to_owned()
        }
        None => "none".to_owned(),
    };
    let from = side(0, scores.and_then(|scores| scores.from.as_ref()));
    let to = side(1, scores.and_then(|scores| scores.to.as_ref()));
    view! {
        <li>
            <a href=technique_href(id)>{id.to_string()}</a>
            <span>{parent}<bdi>{name}</bdi></span>
            <span class="number">{from}" → "{to}</span>
        </li>
    }
    .into_any()
}
