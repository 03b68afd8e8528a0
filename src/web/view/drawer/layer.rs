//! What a layer says of a technique, and the form to change it.

use super::{Subject, technique_href};
use crate::attack::TechniqueIndex;
use crate::layer::{Item, Link, Metadata, Said, Selection, TechniqueEntry, told};
use crate::web::layers::ShownLayer;
use crate::web::state::AppState;
use crate::web::view::edit::form::{Form, Room, fields};
use crate::web::view::numbers::count;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn of_layer(subject: &Subject) -> AnyView {
    let state = AppState::get();
    let index = subject.index;
    let cells = Arc::new(cells_of(subject, index));
    let number = cells.len();
    let form = Form::new(Room::Drawer, Memo::new(move |_| cells.clone()));
    let said = move || {
        state.shown_layer.with(|shown| {
            let shown = shown.as_ref()?;
            let told = told(&shown.open.layer, &shown.matrix.placement, index);
            if told.is_empty() {
                return Some(
                    view! { <p class="muted">"The layer says nothing of it."</p> }.into_any(),
                );
            }
            let is_split = told.len() > 1 || told.iter().any(|(tactics, _)| tactics.len() < number);
            let one = |(tactics, entry): (Vec<u8>, &TechniqueEntry)| {
                let tactics = is_split.then(|| names(shown, &tactics));
                entry_view(entry, tactics)
            };
            Some(told.into_iter().map(one).collect_view().into_any())
        })
    };
    view! {
        <section class="drawer-part layer-said">
            <h3>"In this layer"</h3>
            {said}
        </section>
        <section class="drawer-part edit-form" aria-label="Edit this technique in the layer">
            <h3>"Edit"<span class="count">{match number {
                1 => String::new(),
                _ => format!("in all its {} tactics", count(number)),
            }}</span></h3>
            {fields(form)}
        </section>
        {sub_techniques(subject)}
    }
    .into_any()
}

fn cells_of(subject: &Subject, index: TechniqueIndex) -> Selection {
    let technique = subject.catalogue.technique(index);
    crate::sorted::set(technique.tactics.iter().map(|tactic| (index, *tactic)))
}

fn names(shown: &ShownLayer, tactics: &[u8]) -> String {
    let tactic = |at: &u8| Some(shown.catalogue.tactics.get(usize::from(*at))?.name.as_str());
    tactics.iter().filter_map(tactic).collect::<Vec<_>>().join(", ")
}

/// What one entry says.
fn entry_view(entry: &TechniqueEntry, tactics: Option<String>) -> AnyView {
    let score = entry.score.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let fact = |item: &Item<Metadata>| match item {
        Item::Of(pair) => view! {
            <dt><bdi>{pair.name.clone()}</bdi></dt>
            <dd><bdi>{pair.value.clone()}</bdi></dd>
        }
        .into_any(),
        Item::Divider { .. } => ().into_any(),
    };
    // Addresses that no link may have are none when a layer is read.
    let link = |item: &Item<Link>| match item {
        Item::Of(link) => view! {
            <li>
                <a href=link.url.clone() target="_blank" rel="noopener noreferrer">
                    <bdi>{link.label.clone()}</bdi>
                    <span class="visually-hidden">" (opens a new tab)"</span>
                </a>
            </li>
        }
        .into_any(),
        Item::Divider { .. } => view! { <li><hr /></li> }.into_any(),
    };
    view! {
        <div class="layer-entry">
            {tactics.map(|tactics| view! { <h4>{tactics}</h4> })}
            <p class="standing-score">
                <span class="standing-number">{score}</span>
                {entry.color.clone().map(|colour| view! {
                    <span class="swatch" aria-hidden="true" style:background-color=colour.clone()></span>
                    <code>{colour}</code>
                })}
                {(!entry.enabled).then(|| view! { <span class="standing-label">"disabled"</span> })}
            </p>
            {(!entry.comment.is_empty()).then(|| view! { <p class="layer-comment"><bdi>{entry.comment.clone()}</bdi></p> })}
            {(!entry.metadata.is_empty()).then(|| view! { <dl class="facts">{entry.metadata.iter().map(fact).collect_view()}</dl> })}
            {(!entry.links.is_empty()).then(|| view! { <ul class="layer-links">{entry.links.iter().map(link).collect_view()}</ul> })}
        </div>
    }
    .into_any()
}

/// The sub-techniques with the scores they have; nothing where there are none.
fn sub_techniques(subject: &Subject) -> Option<AnyView> {
    let state = AppState::get();
    let subs: Vec<TechniqueIndex> = subject.catalogue.sub_techniques(subject.index).collect();
    if subs.is_empty() {
        return None;
    }
    let row = |sub: &TechniqueIndex| {
        let technique = subject.catalogue.technique(*sub);
        let cells = cells_of(subject, *sub);
        let score = move || {
            state.shown_layer.with(|shown| {
                let shown = shown.as_ref()?;
                let said = Said::of(&shown.open.layer, &shown.matrix.placement, &cells);
                Some(match said.score {
                    None => "(various)".to_owned(),
                    Some(None) => "–".to_owned(),
                    Some(Some(score)) => score.to_string(),
                })
            })
        };
        view! {
            <li>
                <a href=technique_href(technique.id)>
                    <span class="sub-id">{technique.id.to_string()}</span>
                    <bdi>{technique.name.clone()}</bdi>
                </a>
                <span class="sub-score">{score}</span>
            </li>
        }
    };
    let view = view! {
        <section class="drawer-part">
            <h3>"Sub-techniques"<span class="count">{count(subs.len())}</span></h3>
            <ul class="subs subs-of-layer">{subs.iter().map(row).collect_view()}</ul>
        </section>
    };
    Some(view.into_any())
}
