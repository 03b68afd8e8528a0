//! All views but the matrix, and menus, drawer and dialogs: their code is a third wasm file, which
//! `scripts/split` takes out of the page's and which comes after the one the matrix is in.
//!
//! Only [`views`](border::views) is called across the two files; all else goes through the functions it
//! gives.

use super::alerts::{AlertsView, columns_dialog};
use super::changes::ChangesView;
use super::code_file::CodeFile;
use super::drawer::Drawer;
use super::edit::edit_bar;
use super::gaps::GapsView;
use super::help::Help;
use super::hosted::{host_strip, link_strip};
use super::import_report::ImportView;
use super::layer::headline::LayerHeadline;
use super::layer::migration::migration_bar;
use super::layer::tabs::LayerTabs;
use super::layer::toolbar::LayerToolbar;
use super::report::ReportView;
use super::rules::{RulesView, picked_bar};
use super::table::TableView;
use super::tactics::TacticsView;
use super::toolbar::{Toolbar, what_if_bar};
use super::workspace::{workspace_bar, workspace_panel};
use crate::worker::files::LoadError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// The functions of that file.
pub struct Views {
    /// The views.
    pub tactics: fn() -> AnyView,
    /// All techniques as a table.
    pub table: fn() -> AnyView,
    /// Gaps.
    pub gaps: fn() -> AnyView,
    /// Changes.
    pub changes: fn() -> AnyView,
    /// Rules.
    pub rules: fn() -> AnyView,
    /// Alerts.
    pub alerts: fn() -> AnyView,
    /// The report and the slides.
    pub report: fn() -> AnyView,
    /// What became of every file.
    pub import: fn() -> AnyView,
    /// The toolbar of the rules' matrix.
    pub toolbar: fn() -> AnyView,
    /// The toolbar of a layer's matrix.
    pub layer_toolbar: fn() -> AnyView,
    /// The numbers of a layer.
    pub layer_headline: fn() -> AnyView,
    /// The tabs of open layers.
    pub layer_tabs: fn() -> AnyView,
    /// The lines above the view: rules picked, what if, another release.
    pub bars: fn() -> AnyView,
    /// What the page's host and a link have set.
    pub strips: fn() -> AnyView,
    /// What is to be said of the workspace.
    pub workspace_bar: fn() -> AnyView,
    /// The panel of the menu Workspace.
    pub workspace_panel: fn() -> AnyView,
    /// All there is to know about a technique or a rule.
    pub drawer: fn() -> AnyView,
    /// The bar below a layer that is edited.
    pub edit_bar: fn() -> AnyView,
    /// The dialogs: keys and help, columns of alerts.
    pub dialogs: fn() -> AnyView,
}

static VIEWS: Views = Views {
    tactics: || view! { <TacticsView /> }.into_any(),
    table: || view! { <TableView /> }.into_any(),
    gaps: || view! { <GapsView /> }.into_any(),
    changes: || view! { <ChangesView /> }.into_any(),
    rules: || view! { <RulesView /> }.into_any(),
    alerts: || view! { <AlertsView /> }.into_any(),
    report: || view! { <ReportView /> }.into_any(),
    import: || view! { <ImportView /> }.into_any(),
    toolbar: || view! { <Toolbar /> }.into_any(),
    layer_toolbar: || view! { <LayerToolbar /> }.into_any(),
    layer_headline: || view! { <LayerHeadline /> }.into_any(),
    layer_tabs: || view! { <LayerTabs /> }.into_any(),
    bars: || view! { {picked_bar()} {what_if_bar()} {migration_bar()} }.into_any(),
    strips: || view! { {host_strip()} {link_strip()} }.into_any(),
    workspace_bar,
    workspace_panel,
    drawer: || view! { <Drawer /> }.into_any(),
    edit_bar: || edit_bar().into_any(),
    dialogs: || view! { <Help /> {columns_dialog()} }.into_any(),
};

// The macro declares what the two files take from each other, which the compiler calls unsafe.
#[allow(unsafe_code, reason = "the import and export between two wasm files")]
mod border {
    use super::{SplitLoaderError, VIEWS, Views, wasm_split};

    /// Fetches the file if it is not there, and gives its functions.
    #[wasm_split(views, wasm_split_path = ::leptos::wasm_split, fallible)]
    pub(super) fn views() -> Result<&'static Views, SplitLoaderError> {
        Ok(&VIEWS)
    }
}

/// The other views; in the page's context. Nothing is there at first.
#[derive(Clone, Copy, Default)]
pub struct OtherViews(CodeFile<Views>);

impl OtherViews {
    fn get() -> Self {
        expect_context()
    }

    /// Fetches them; once more where that has failed.
    ///
    /// # Errors
    /// They could not be had; where one is needed the page says so.
    pub async fn fetch(self) -> Result<(), LoadError> {
        self.0.set_awaited();
        match border::views().await {
            Ok(views) => {
                self.0.set_there(views);
                Ok(())
            }
            Err(error) => {
                self.0.set_failed();
                Err(LoadError::said(&error))
            }
        }
    }
}

/// What a part shows, or nothing until it is there.
pub fn other(part: fn(&'static Views) -> fn() -> AnyView) -> AnyView {
    let OtherViews(file) = OtherViews::get();
    view! { {file.show(part)} }.into_any()
}

/// The same where one waits for it: says so, and what can be done if it cannot be had.
pub fn other_view(part: fn(&'static Views) -> fn() -> AnyView) -> AnyView {
    let views = OtherViews::get();
    views.0.show_view(part, move || {
        spawn_local(async move {
            // Shown where it is needed, if it fails again.
            let _ = views.fetch().await;
        });
    })
}
