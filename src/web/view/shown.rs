//! Numbers, controls and tabs above the view, and the view itself.

use super::alerts::AlertsView;
use super::changes::ChangesView;
use super::gaps::GapsView;
use super::headline::Headline;
use super::import_report::ImportView;
use super::layer::headline::LayerHeadline;
use super::layer::migration::migration_bar;
use super::layer::tabs::LayerTabs;
use super::layer::toolbar::LayerToolbar;
use super::matrix::MatrixView;
use super::report::ReportView;
use super::rules::{RulesView, picked_bar};
use super::table::TableView;
use super::tabs::Tabs;
use super::tactics::TacticsView;
use super::toolbar::{Toolbar, what_if_bar};
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
        <LayerTabs />
        {move || match is_layer.get() {
            true => view! { <LayerHeadline /> }.into_any(),
            false => view! { <Headline /> }.into_any(),
        }}
        // What a layer looks like says nothing of what changed in it.
        {move || (!is_layer.get() || !of_changes.get()).then(|| view! {
            <section class="toolbar-place" aria-label="What is shown">
                {move || has_toolbar.get().then(|| match is_layer.get() {
                    true => view! { <LayerToolbar /> }.into_any(),
                    false => view! { <Toolbar /> }.into_any(),
                })}
            </section>
        })}
        {picked_bar()}
        {what_if_bar()}
        {migration_bar()}
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
        View::Table => view! { <TableView /> }.into_any(),
        View::Tactics => view! { <TacticsView /> }.into_any(),
        View::Gaps => view! { <GapsView /> }.into_any(),
        View::Changes => view! { <ChangesView /> }.into_any(),
        View::Rules => view! { <RulesView /> }.into_any(),
        View::Alerts => view! { <AlertsView /> }.into_any(),
        View::Report => view! { <ReportView /> }.into_any(),
        View::Import => view! { <ImportView /> }.into_any(),
    };
    view! {
        <h1 class="visually-hidden">{move || view.get().label()}</h1>
        {show}
    }
    .into_any()
}
