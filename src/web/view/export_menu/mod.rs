//! Carrying it away: layer, pictures, table and workbook.

mod files;
mod layer;
mod picture;
mod xlsx;

use super::popover::Popover;
use leptos::prelude::*;

/// The button and the panel with all exports. The panel is always in the document, so that a
/// script can press its buttons without opening it.
#[component]
pub fn ExportMenu() -> impl IntoView {
    let open = RwSignal::new(false);
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
                {layer::section()}
                {files::table_section()}
                {xlsx::section(open.read_only())}
            </div>
        </Popover>
    }
}
