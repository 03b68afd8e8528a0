//! Numbers, controls and tabs above the view, and the view itself.

use super::headline::Headline;
use super::matrix::MatrixView;
use super::tabs::Tabs;
use super::views::{other, other_view};
use crate::web::address::View;
use crate::web::app::Blank;
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What stands above the view, where the page is not blank.
pub fn above() -> AnyView {
    let state = AppState::get();
    let Blank(blank) = expect_context();
    let has_toolbar = follows(blank);
    let is_layer = Memo::new(move |_| state.tabs().with(|tabs| tabs.active().is_some()));
    let of_changes = Memo::new(move |_| state.address.with(|at| at.view == View::Changes));
    view! {
        {other(|views| views.layer_tabs)}
        {move || match is_layer.get() {
            true => other_view(|views| views.layer_headline),
            false => view! { <Headline /> }.into_any(),
        }}
        // What a layer looks like says nothing of what changed in it.
        {move || (!is_layer.get() || !of_changes.get()).then(|| view! {
            <section class="toolbar-place" aria-label="What is shown">
                {move || has_toolbar.get().then(|| match is_layer.get() {
                    true => other_view(|views| views.layer_toolbar),
                    false => other_view(|views| views.toolbar),
                })}
            </section>
        })}
        {other(|views| views.bars)}
        <Tabs />
    }
    .into_any()
}

/// Turns true a task after the page is no longer blank. The toolbar's menus are half of what a
/// first drop has to make, and nobody opens one in the same moment.
fn follows(blank: Memo<bool>) -> RwSignal<bool> {
    let there = RwSignal::new(false);
    Effect::new(move |_| {
        if blank.get() {
            there.set(false);
            return;
        }
        spawn_local(async move {
            next_task().await;
            there.set(!blank.get_untracked());
        });
    });
    there
}

/// The view that is open.
pub fn view_of() -> AnyView {
    let state = AppState::get();
    let view = Memo::new(move |_| state.address.with(|address| address.view));
    let show = move || match view.get() {
        View::Matrix => view! { <MatrixView /> }.into_any(),
        View::Table => other_view(|views| views.table),
        View::Tactics => other_view(|views| views.tactics),
        View::Gaps => other_view(|views| views.gaps),
        View::Changes => other_view(|views| views.changes),
        View::Rules => other_view(|views| views.rules),
        View::Alerts => other_view(|views| views.alerts),
        View::Report => other_view(|views| views.report),
        View::Import => other_view(|views| views.import),
    };
    view! {
        <h1 class="visually-hidden">{move || view.get().label()}</h1>
        {show}
    }
    .into_any()
}
