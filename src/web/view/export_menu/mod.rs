//! Carrying it away: layer, pictures, table, workbook and the whole workspace.

mod alerts;
pub(in crate::web::view) mod files;
mod layer;
mod layer_file;
mod link;
pub(super) mod picture;
mod workspace;
pub(super) mod xlsx;

use super::popover::Popover;
use crate::web::state::AppState;
use leptos::prelude::*;

/// The button and the panel with all exports. The panel is always in the document, so that a
/// script can press its buttons without opening it.
#[component]
pub fn ExportMenu() -> impl IntoView {
    let open = RwSignal::new(false);
    let state = AppState::get();
    let is_layer = Memo::new(move |_| state.tabs().with(|tabs| tabs.active().is_some()));
    view! {
        <Popover
            id="export"
            title="Export"
            button="Export".into_any()
            class="export-button"
            on_toggle=Callback::new(move |is_open| open.set(is_open))
        >
            <div class="export">
                {picture::section(open.read_only())}
                {move || match is_layer.get() {
                    true => layer_file::section(open.read_only()),
                    false => view! { {layer::section()} {alerts::section()} {files::table_section()} }
                        .into_any(),
                }}
                {xlsx::section(open.read_only())}
                {link::section()}
                {workspace::section(open.read_only())}
            </div>
        </Popover>
    }
}
