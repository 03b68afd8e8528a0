//! The comparison as text, to copy or to save.

use super::Shown;
use crate::export::change_workbook::of_change;
use crate::export::diff;
use crate::export::workbook::MEDIA_TYPE;
use crate::heatmap::{Expansion, Palette, PictureOptions, Scene, Theme, change_picture};
use crate::press::client;
use crate::press::protocol::Request;
use crate::web::changes::{Compared, frames};
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::export_menu::picture::{save_png, save_svg};
use crate::web::view::popover::Popover;
use crate::web::{clipboard, download, film};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A form of the comparison.
#[derive(Clone, Copy)]
struct Form {
    name: &'static str,
    /// In `data-action`.
    code: &'static str,
    ending: &'static str,
    mime: &'static str,
    write: fn(&Compared) -> String,
}

const FORMS: [Form; 4] = [
    Form {
        name: "Text",
        code: "text",
        ending: "txt",
        mime: "text/plain",
        write: |all| diff::text(&all.comparison, &all.catalogue),
    },
    Form {
        name: "Markdown",
        code: "markdown",
        ending: "md",
        mime: "text/markdown",
        write: |all| diff::markdown(&all.comparison, &all.catalogue),
    },
    Form {
        name: "JSON",
        code: "json",
        ending: "json",
        mime: "application/json",
        write: |all| text(diff::json(&all.comparison)),
    },
    Form {
        name: "Slack",
        code: "slack",
        ending: "slack.json",
        mime: "application/json",
        write: |all| text(diff::slack(&all.comparison, &all.catalogue)),
    },
];

/// JSON is UTF-8.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Copies a text and says so.
pub(in crate::web::view) fn copy(state: AppState, text: String, what: &'static str) {
    spawn_local(async move {
        let told = match clipboard::copy(&text).await {
            true => format!("{what} copied"),
            false => "The browser does not allow copying here; save the file instead".to_owned(),
        };
        state.toast.set(Some(Toast { text: told, undo: false }));
    });
}

/// What pictures look like: as the page.
pub(super) fn look(state: &AppState) -> (Palette, Theme) {
    let theme = state.theme.get_untracked();
    (state.settings().with_untracked(|settings| settings.palette_in(theme)), theme)
}

/// A button that saves scenes as a moving picture.
pub(super) fn gif_button(
    action: &'static str,
    label: &'static str,
    scenes: impl Fn(&AppState) -> Option<(Vec<Scene>, String)> + Send + Sync + 'static,
) -> AnyView {
    let state = AppState::get();
    let busy = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="button"
            data-action=action
            aria-disabled=move || busy.get().then_some("true")
            on:click=move |_| {
                if let Some((scenes, file_name)) = scenes(&state) {
                    film::save(state, scenes, file_name, busy);
                }
            }
        >
            {label}
        </button>
    }
    .into_any()
}

/// The matrix of what changed, as large as other pictures; sub-techniques where one changed.
fn scene(state: &AppState, compared: &Compared) -> Scene {
    let (palette, theme) = look(state);
    let options = PictureOptions {
        theme: state.settings().with_untracked(|s| s.picture_theme).unwrap_or(theme),
        palette,
        size: state.settings().with_untracked(|settings| settings.picture_size),
        sub_techniques: Expansion::None,
        title: String::new(),
        date: today(),
        show_scores: true,
        show_ids: false,
    };
    change_picture(&compared.catalogue, &compared.comparison, &compared.scope, &options)
}

/// The matrix of what changed as picture and workbook.
fn matrix_row(compared: Shown) -> impl IntoView {
    let state = AppState::get();
    let busy = RwSignal::new(false);
    let name = |ending: &str| format!("changes_{}.{ending}", today());
    let scene_now = move || compared.get_untracked().map(|compared| scene(&state, &compared));
    let workbook = move |_| {
        let Some(compared) = compared.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        state.toast.set(Some(Toast { text: "Preparing the workbook…".to_owned(), undo: false }));
        spawn_local(async move {
            let Compared { catalogue, comparison, scope, .. } = &*compared;
            let workbook = of_change(catalogue, comparison, scope, today());
            let made = client::make(&Request::Xlsx(workbook), &[]).await;
            busy.set(false);
            let text = match made {
                Ok(file) => {
                    download::save_array(&name("xlsx"), MEDIA_TYPE, &file);
                    format!("Saved {}", name("xlsx"))
                }
                Err(error) => format!("Not saved: {error}"),
            };
            state.toast.set(Some(Toast { text, undo: false }));
        });
    };
    view! {
        <li>
            <span>"Matrix"</span>
            <button type="button" class="button" data-action="export-changes-png" on:click=move |_| save_png(state, name("png"), scene_now)>"PNG"</button>
            <button type="button" class="button" data-action="export-changes-svg" on:click=move |_| save_svg(state, name("svg"), scene_now)>"SVG"</button>
            <button
                type="button"
                class="button"
                data-action="export-changes-xlsx"
                aria-disabled=move || busy.get().then_some("true")
                on:click=workbook
            >
                "Excel"
            </button>
        </li>
    }
}

pub(super) fn menu(compared: Shown) -> AnyView {
    let row = move |form: Form| {
        let state = AppState::get();
        let Form { name, code, ending, mime, write } = form;
        let copy_it = move |_| {
            if let Some(compared) = compared.get_untracked() {
                copy(state, write(&compared), name);
            }
        };
        let save = move |_| {
            let Some(compared) = compared.get_untracked() else { return };
            let file_name = format!("changes_{}.{ending}", today());
            download::save(&file_name, mime, write(&compared).as_bytes());
            let text = format!("Saved {file_name}");
            state.toast.set(Some(Toast { text, undo: false }));
        };
        view! {
            <li>
                <span>{name}</span>
                <button type="button" class="button" data-action=format!("copy-changes-{code}") aria-label=format!("Copy {name}") on:click=copy_it>"Copy"</button>
                <button type="button" class="button" data-action=format!("save-changes-{code}") aria-label=format!("Save {name}") on:click=save>"Save"</button>
            </li>
        }
    };
    let list = move || {
        view! {
            <Popover id="changes-share" title="Copy or save" class="changes-share-button" button="Copy or save".into_any()>
                <ul class="changes-forms">
                    {FORMS.map(row)}
                    {matrix_row(compared)}
                    <li>
                        <span>"Moving picture"</span>
                        {gif_button("export-gif", "Save GIF", move |state| {
                            let compared = compared.get_untracked()?;
                            let (palette, theme) = look(state);
                            Some((frames(&compared, palette, theme), format!("changes_{}.gif", today())))
                        })}
                    </li>
                </ul>
            </Popover>
        }
    };
    let any = Memo::new(move |_| compared.with(Option::is_some));
    view! { {move || any.get().then(list)} }.into_any()
}
