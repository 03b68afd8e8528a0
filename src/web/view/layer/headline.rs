//! What a layer is, in numbers: the strip above its matrix.

use super::tabs::close;
use crate::heatmap::{LayerCounts, layer_legend};
use crate::layer::migrate;
use crate::web::catalogues::version_order;
use crate::web::layers::major;
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::count;
use crate::web::view::popover::Popover;
use leptos::prelude::*;
use std::sync::Arc;

/// The strip.
#[component]
pub fn LayerHeadline() -> impl IntoView {
    let state = AppState::get();
    let tabs = state.tabs();
    let layer = Memo::new(move |_| tabs.with(|tabs| tabs.active().cloned()));
    let name = move || layer.with(|open| open.as_ref().map(|open| open.layer.name.clone()));
    let description =
        move || layer.with(|open| open.as_ref().map(|open| open.layer.description.clone()));
    let key = move || layer.with_untracked(|open| open.as_ref().map(|open| open.key));
    let counts = Memo::new(move |_| {
        state.shown_layer.with(|shown| {
            let Some(shown) = shown else { return (LayerCounts::default(), 0, 0) };
            let cells = shown.matrix.cells().filter(|cell| cell.visible);
            let (_, counts) = layer_legend(&[], cells.map(|cell| (cell, shown.entry(cell))));
            let unplaced = shown.open.layer.techniques.unplaced.len();
            (
                counts,
                shown.open.layer.techniques.entries.len() + unplaced,
                shown.matrix.placement.nowhere.len() + unplaced,
            )
        })
    });
    let number = move |of: fn(&LayerCounts) -> usize| move || count(of(&counts.get().0));
    view! {
        <section class="headline layer-headline" aria-label="The layer in numbers">
            <label class="headline-item layer-name">
                <input
                    id="layer-name"
                    class="field"
                    type="text"
                    maxlength="300"
                    prop:value=name
                    on:change=move |event| {
                        let name = event_target_value(&event);
                        state.edit_layer(|layer| layer.name = name);
                    }
                />
                <span>"layer’s name"</span>
            </label>
            <div class="headline-item">
                <b data-figure="layer-entries" data-value=move || counts.get().1.to_string()>{move || count(counts.get().1)}</b>
                <span>"entries"</span>
            </div>
            <div class="headline-item" title="Visible cells, one a technique and tactic">
                <b data-figure="layer-scored" data-value=move || counts.get().0.scored.to_string()>{number(|c| c.scored)}</b>
                <span>"cells scored"</span>
            </div>
            <div class="headline-item" title="Visible cells with a colour chosen by hand">
                <b>{number(|c| c.by_hand)}</b>
                <span>"coloured by hand"</span>
            </div>
            <div class="headline-item" title="Visible cells that are switched off">
                <b>{number(|c| c.disabled)}</b>
                <span>"disabled"</span>
            </div>
            {move || (counts.get().2 > 0).then(|| unplaced(state, counts.get().2))}
            <Release />
            <div class="layer-actions">
                <Popover id="layer-about" title="About the layer" button="About".into_any()>
                    <label class="export-field">
                        <span>"Description"</span>
                        <textarea
                            class="field"
                            rows="4"
                            maxlength="5000"
                            prop:value=description
                            on:change=move |event| {
                                let text = event_target_value(&event);
                                state.edit_layer(|layer| layer.description = text);
                            }
                        ></textarea>
                    </label>
                    <dl class="facts">
                        <dt>"File"</dt>
                        <dd><bdi>{move || layer.with(|open| open.as_ref().map(|open| if open.path.is_empty() { "made here".to_owned() } else { open.path.clone() }))}</bdi></dd>
                        <dt>"Domain"</dt>
                        <dd><bdi>{move || layer.with(|open| open.as_ref().map(|open| open.layer.domain.clone()))}</bdi></dd>
                        {move || layer.with(|open| open.as_ref().map(|open| pairs(&open.layer.metadata)))}
                    </dl>
                </Popover>
                <button
                    type="button"
                    class="button button-quiet"
                    data-action="duplicate-layer"
                    on:click=move |_| if let Some(key) = key() { state.edit_tabs(|tabs| tabs.duplicate(key)) }
                >
                    "Duplicate"
                </button>
                <button
                    type="button"
                    class="button button-quiet"
                    data-action="close-layer"
                    on:click=move |_| if let Some(key) = key() { close(state, key) }
                >
                    "Close"
                </button>
            </div>
        </section>
    }
}

fn pairs(metadata: &[crate::layer::Item<crate::layer::Metadata>]) -> impl IntoView + use<> {
    let pair = |item: &crate::layer::Item<crate::layer::Metadata>| match item {
        crate::layer::Item::Of(pair) => Some(view! {
            <dt><bdi>{pair.name.clone()}</bdi></dt>
            <dd><bdi>{pair.value.clone()}</bdi></dd>
        }),
        crate::layer::Item::Divider { .. } => None,
    };
    metadata.iter().filter_map(pair).collect_view()
}

/// The entries without a cell, each with its reason.
fn unplaced(state: AppState, number: usize) -> impl IntoView {
    const MOST: usize = 200;
    let rows = move || {
        state.shown_layer.with(|shown| {
            let Some(shown) = shown else { return Vec::new() };
            let told = shown
                .matrix
                .placement
                .nowhere
                .iter()
                .map(|(at, reason)| format!("techniques[{at}]: {reason}"));
            let strange = shown.open.layer.techniques.unplaced.iter();
            let strange = strange.map(|_| "an entry without a technique’s id".to_owned());
            told.chain(strange).take(MOST).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="headline-item">
            <Popover
                id="layer-unplaced"
                title="Entries without a cell"
                class="link-button"
                button=view! {
                    <b data-figure="layer-unplaced" data-value=number.to_string()>{count(number)}</b>
                }.into_any()
            >
                <p class="muted">"They are kept in the file and shown nowhere."</p>
                <ul class="plain-list">
                    {move || rows().into_iter().map(|row| view! { <li><bdi>{row}</bdi></li> }).collect_view()}
                </ul>
                {(number > MOST).then(|| format!("and {} more", count(number - MOST)))}
            </Popover>
            <span>"without a cell"</span>
        </div>
    }
}

/// The release a layer was made for, and the way to the newest one.
#[component]
fn Release() -> impl IntoView {
    let state = AppState::get();
    let text = move || {
        state.shown_layer.with(|shown| {
            let shown = shown.as_ref()?;
            let release = format!("{} {}", shown.catalogue.domain.name(), shown.catalogue.version);
            Some(match shown.open.layer.versions.attack.as_str() {
                "" => format!("says no release; shown on {release}"),
                made_for if shown.is_of_other_release() => {
                    format!("made for ATT&CK {made_for}; shown on {release}")
                }
                _ => format!("ATT&CK {release}"),
            })
        })
    };
    let newest = Memo::new(move |_| {
        let domain = state.shown_layer.with(|shown| Some(shown.as_ref()?.catalogue.domain))?;
        state.catalogues.with(|all| {
            let of_domain = all.iter().filter(|catalogue| catalogue.domain == domain);
            of_domain.max_by_key(|catalogue| version_order(&catalogue.version)).cloned()
        })
    });
    let to = move || {
        let newest = newest.get()?;
        let made_for = state
            .shown_layer
            .with(|shown| Some(shown.as_ref()?.open.layer.versions.attack.clone()))?;
        (major(&made_for) != major(&newest.version)).then_some(newest)
    };
    view! {
        <div class="headline-item layer-release">
            <span>{text}</span>
            {move || to().map(|newest| {
                let label = format!("Migrate to {}", newest.version);
                view! {
                    <button
                        type="button"
                        class="link"
                        data-action="migrate-layer"
                        on:click=move |_| migrate_to(state, &newest)
                    >
                        {label}
                    </button>
                }
            })}
        </div>
    }
}

fn migrate_to(state: AppState, newest: &Arc<crate::attack::Catalogue>) {
    let Some(shown) = state.shown_layer.get_untracked() else { return };
    // New techniques and new names are known only against the release it was made for.
    let from = (!shown.is_of_other_release()).then_some(&*shown.catalogue);
    let (layer, report) = migrate((*shown.open.layer).clone(), from, newest);
    let text = format!("Migrated to {}", newest.version);
    let key = shown.open.key;
    state.edit_tabs(|tabs| tabs.replace(key, Arc::new(layer)));
    state.migrations.update(|all| {
        all.retain(|(of, _)| *of != key);
        all.push((key, Arc::new(report)));
    });
    state.toast.set(Some(Toast { text, undo: true }));
}
