//! The help dialog: all keys, how the numbers are counted, what stays in the tab.

use super::privacy::Privacy;
use crate::coverage::Summary;
use crate::web::app::by_id;
use crate::web::state::AppState;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlDialogElement;

const ID: &str = "help";

/// Opens the dialog.
pub fn open() {
    if let Some(dialog) = by_id::<HtmlDialogElement>(ID)
        && !dialog.open()
    {
        // Fails only for a dialog that is open or not in the document.
        let _ = dialog.show_modal();
    }
}

fn close() {
    if let Some(dialog) = by_id::<HtmlDialogElement>(ID) {
        dialog.close();
    }
}

/// Keys, several of the same effect in one entry, and what they do.
type Keys = &'static [(&'static [&'static str], &'static str)];

const ANYWHERE: Keys = &[
    (&["/"], "Find a technique"),
    (&["?"], "This help"),
    (&["Ctrl Z", "⌘ Z"], "Undo the last change or removal"),
    (&["Ctrl Y", "⇧ ⌘ Z"], "Do again what was undone"),
    (&["Ctrl V", "⌘ V"], "Paste a rule or files"),
    (&["Esc"], "Close what is open"),
];

const IN_THE_MATRIX: Keys = &[
    (&["↑", "↓"], "Cell by cell"),
    (&["←", "→"], "Column by column"),
    (&["Home", "End"], "First and last cell of the column"),
    (&["Page Up", "Page Down"], "Tactic by tactic"),
    (&["Enter"], "Open the technique"),
    (&["."], "Show or hide its sub-techniques"),
];

const IN_A_LAYER: Keys = &[
    (&["x", "Ctrl click"], "Select a cell, or no longer"),
    (&["Shift click"], "Select from the last one to this one in the column"),
    (&["Shift ↑", "Shift ↓"], "Select up to the next cell, or no longer"),
    (&["Click on a tactic"], "Select all of it; with Ctrl besides what is selected"),
    (&["Ctrl A", "⌘ A"], "Select all cells that are shown"),
    (&["e"], "Edit what is selected"),
    (&["Esc"], "Select nothing; then close the technique"),
];

fn table(title: &'static str, keys: Keys) -> impl IntoView {
    let line = |(keys, effect): &'static (&[&str], &str)| {
        view! {
            <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd>" " }).collect_view()}</dt>
            <dd>{*effect}</dd>
        }
    };
    view! {
        <section>
            <h3>{title}</h3>
            <dl class="keys">{keys.iter().map(line).collect_view()}</dl>
        </section>
    }
}

/// The dialog, closed until [`open`].
#[component]
pub fn Help() -> impl IntoView {
    let state = AppState::get();
    // The dialog's content covers it; a click on the dialog itself is one beside it.
    let beside = |event: leptos::ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
        if target.is_some() {
            close();
        }
    };
    view! {
        <dialog id=ID class="help" aria-labelledby="help-title" on:click=beside>
            <div class="help-content">
                <header class="help-head">
                    <h2 id="help-title">"Help"</h2>
                    <button class="button button-quiet" type="button" on:click=|_| close()>"Close"</button>
                </header>
                <div class="help-keys">
                    {table("Anywhere", ANYWHERE)}
                    {table("In the matrix", IN_THE_MATRIX)}
                    {table("In the matrix of a layer", IN_A_LAYER)}
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || state.settings().with(|settings| settings.single_keys)
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            state.adjust(|settings| settings.single_keys = on);
                        }
                    />
                    <span>"Single keys "<kbd>"/"</kbd>" and "<kbd>"?"</kbd>" work anywhere"</span>
                </label>
                <h3>"How the numbers are counted"</h3>
                <p>{Summary::CONVENTION}</p>
                <h3>"Nothing leaves this tab"</h3>
                <Privacy />
            </div>
        </dialog>
    }
}
