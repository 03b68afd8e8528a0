//! The technique above and the sub-techniques below.

use super::{Subject, standing::state_label, technique_href};
use crate::attack::TechniqueIndex;
use crate::coverage::Coverage;
use crate::web::state::AppState;
use crate::web::view::numbers::counted;
use leptos::prelude::*;

/// The link to the parent; nothing for a technique.
pub(super) fn parent(subject: &Subject) -> Option<AnyView> {
    let parent = subject.catalogue.technique(subject.technique().parent?);
    let view = view! {
        <span class="muted">" sub-technique of "</span>
        <a href=technique_href(parent.id)>
            {parent.id.to_string()} " " <bdi>{parent.name.clone()}</bdi>
        </a>
    };
    Some(view.into_any())
}

/// The sub-techniques with what covers each; nothing where there are none.
pub(super) fn sub_techniques(subject: Subject) -> Option<AnyView> {
    let state = AppState::get();
    let subs: Vec<TechniqueIndex> = subject.catalogue.sub_techniques(subject.index).collect();
    if subs.is_empty() {
        return None;
    }
    let heading = {
        let subject = subject.clone();
        move || {
            let coverage = subject.coverage(&state)?;
            let technique = coverage.technique(subject.index);
            Some(format!(
                "{} of {} covered",
                technique.subtechniques_covered, technique.subtechniques_total
            ))
        }
    };
    let rows = move || {
        let coverage = subject.coverage(&state)?;
        Some(subs.iter().map(|sub| row(&subject, *sub, &coverage)).collect_view())
    };
    let view = view! {
        <section class="drawer-part">
            <h3>"Sub-techniques"<span class="count">{heading}</span></h3>
            <ul class="subs">{rows}</ul>
        </section>
    };
    Some(view.into_any())
}

fn row(subject: &Subject, sub: TechniqueIndex, coverage: &Coverage) -> AnyView {
    let technique = subject.catalogue.technique(sub);
    let covered = coverage.technique(sub);
    let score = covered.score.map_or_else(|| "–".to_owned(), |score| score.to_string());
    let rules = match covered.rules.len() {
        0 => state_label(covered.state).to_owned(),
        count => counted(count, "rule", "rules"),
    };
    view! {
        <li data-state=covered.state.as_str()>
            <a href=technique_href(technique.id)>
                <span class="sub-id">{technique.id.to_string()}</span>
                <bdi>{technique.name.clone()}</bdi>
            </a>
            <span class="sub-rules">{rules}</span>
            <span class="sub-score">{score}</span>
        </li>
    }
    .into_any()
}
