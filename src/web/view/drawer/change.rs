//! What became of a technique, while two states are compared.

use super::Subject;
use crate::heatmap::wording;
use crate::web::changes::{Changes, Outcome};
use crate::web::state::AppState;
use leptos::prelude::*;
use std::sync::Arc;

/// One line a state; nothing while none are compared.
pub(super) fn change(subject: Subject) -> AnyView {
    let state = AppState::get();
    let changes = expect_context::<Changes>();
    let content = move || {
        state.compared_on.get()?;
        let compared = changes.outcome.with(Outcome::compared)?;
        if !Arc::ptr_eq(&compared.catalogue, &subject.catalogue) {
            return None;
        }
        let lines = compared.sides.iter().map(|side| {
            let standing = match side.standing.score(subject.index) {
                None => "not covered".to_owned(),
                Some(None) => "covered, no score".to_owned(),
                Some(Some(score)) => format!("score {}", wording::score(score)),
            };
            view! { <dt><bdi>{side.name.clone()}</bdi></dt> <dd>{standing}</dd> }
        });
        Some(view! {
            <section class="drawer-part" data-part="change">
                <h3>"Change"</h3>
                <dl class="facts">{lines.collect_view()}</dl>
            </section>
        })
    };
    view! { {content} }.into_any()
}
