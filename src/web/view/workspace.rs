//! What of one's work is kept where: the menu in the header, and the lines above the view.

use super::numbers::counted;
use super::popover::Popover;
use super::views::other;
use crate::heatmap::wording::plain_up_to;
use crate::web::address::{Address, View};
use crate::web::intake::is_reference;
use crate::web::library::{Memory, PageLibrary};
use crate::web::state::AppState;
use crate::web::workspace::{Notice, Offer, PageWorkspace};
use leptos::prelude::*;

/// The menu.
pub fn workspace_menu() -> AnyView {
    view! {
        <Popover id="workspace" title="Workspace" button="Workspace".into_any()>
            {other(|views| views.workspace_panel)}
        </Popover>
    }
    .into_any()
}

/// What is in the menu.
pub fn workspace_panel() -> AnyView {
    let (page, library) = (PageWorkspace::get(), PageLibrary::get());
    let said = move || match page.memory.get() {
        Memory::Silent => String::new(),
        Memory::Busy(text) => text.to_owned(),
        Memory::Said(text) => text,
    };
    view! {
        <div class="workspace-menu">
            <label class="check">
                <input
                    type="checkbox"
                    data-action="keep-workspace"
                    prop:checked=move || page.is_kept.get()
                    on:change=move |event| page.keep(event_target_checked(&event))
                />
                "Keep this workspace in this browser"
            </label>
            <p class="muted">
                "Files, alerts, layers, snapshots and settings are then stored here (IndexedDB), and open again after a reload or a crash. Nobody but users of this browser profile can read them; nothing is sent."
            </p>
            <p class="muted" role="status" data-note="keep">{said}</p>
            <p class="muted">
                "Without it only settings are stored (local storage), and a library if you ticked that in Gaps. To carry all of your work elsewhere, save it as a file: Export › Workspace. Drop that file here to open it."
            </p>
            <button
                type="button"
                class="button"
                data-action="forget-everything"
                on:click=move |_| page.forget_everything(library)
            >
                "Forget everything"
            </button>
            <p class="muted">
                "Removes the workspace, the library and all settings from this browser, and empties the page. Undo brings back what was open until the page is closed."
            </p>
        </div>
    }
    .into_any()
}

/// Files that are only named, shown by name.
const SHOWN: usize = 3;

/// What is to be said of the workspace.
pub fn workspace_bar() -> AnyView {
    let (state, page) = (AppState::get(), PageWorkspace::get());
    let notice = move || page.notice.get().map(|notice| told(state, page, notice));
    let missing = Memo::new(move |_| {
        let of = |intake: &crate::rule::Intake| {
            let outcomes = intake.report.outcomes.iter();
            let named = outcomes.filter(|outcome| is_reference(&outcome.bucket));
            named.map(|outcome| outcome.path.clone()).collect::<Vec<_>>()
        };
        (state.intake.with(|intake| of(intake)), state.library().with(|library| of(library)))
    });
    let missing = move || {
        let (own, library) = missing.get();
        let own = (!own.is_empty()).then(|| {
            named(&own, "the workspace", "Drop their folder again, or choose it above.", "missing")
        });
        let library = (!library.is_empty()).then(|| {
            let how = "Drop its folder on the library in Gaps again.";
            named(&library, "the library of the workspace", how, "missing-library")
        });
        (own, library)
    };
    view! { {notice}{missing} }.into_any()
}

fn told(state: AppState, page: PageWorkspace, notice: Notice) -> AnyView {
    let close = move |_| page.notice.set(None);
    let act = match notice.offer {
        Offer::Nothing => None,
        Offer::StartEmpty => Some(("start-empty", "Start empty")),
        Offer::Restore => Some(("restore", "Open it")),
    };
    let act = act.map(|(action, label)| {
        let offer = notice.offer;
        let press = move |_| {
            page.notice.set(None);
            match offer {
                Offer::Restore => page.restore(),
                _ => state.start_empty(),
            }
        };
        view! {
            <button type="button" class="button" data-action=action on:click=press>{label}</button>
        }
    });
    view! {
        <div class="picked-bar workspace-bar" data-panel="workspace-notice">
            <span role="status"><bdi>{notice.text}</bdi></span>
            {act}
            <button
                type="button"
                class="button button-quiet"
                data-action="close-notice"
                on:click=close
            >
                "Close"
            </button>
        </div>
    }
    .into_any()
}

fn named(paths: &[String], what: &str, how: &'static str, panel: &'static str) -> AnyView {
    let first: Vec<String> =
        paths.iter().take(SHOWN).map(|path| plain_up_to(path, 60).to_string()).collect();
    let more = match paths.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let text = format!(
        "{} of {what} {} only named and not here: {}{more}. {how} ",
        counted(paths.len(), "file", "files"),
        if paths.len() == 1 { "is" } else { "are" },
        first.join(", ")
    );
    let report = Address::showing(View::Import, "skipped").to_string();
    view! {
        <div class="picked-bar workspace-bar" role="status" data-panel=panel>
            <span><bdi>{text}</bdi><a href=report>"All of them"</a></span>
        </div>
    }
    .into_any()
}
