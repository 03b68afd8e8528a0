//! The library itself: where it comes from, how it was read, whether it is remembered.

use crate::gaps::Shelf;
use crate::source::ReportCounts;
use crate::web::arrivals;
use crate::web::findings::{Group, Part, groups};
use crate::web::library::{Memory, PageLibrary};
use crate::web::state::AppState;
use crate::web::view::import_report::GroupView;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{live, press};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::HtmlInputElement;

/// Public sets of rules, and where they live.
const KNOWN: [(&str, &str); 5] = [
    ("SigmaHQ", "https://github.com/SigmaHQ/sigma"),
    ("Elastic detection-rules", "https://github.com/elastic/detection-rules"),
    ("Splunk security_content", "https://github.com/splunk/security_content"),
    ("Microsoft Sentinel", "https://github.com/Azure/Azure-Sentinel"),
    ("Chronicle detection-rules", "https://github.com/chronicle/detection-rules"),
];

/// Whether a library was read, be it without a rule.
pub(super) fn has_one() -> Memo<bool> {
    let library = AppState::get().library();
    Memo::new(move |_| library.with(|library| !library.report.outcomes.is_empty()))
}

pub(super) fn section(library: PageLibrary) -> AnyView {
    let has_one = has_one();
    let teaching = move || (!has_one.get()).then(teach);
    let read = move || has_one.get().then(summary);
    let body = vec![bar(has_one), live(read), live(teaching), memory(library, has_one)];
    part(
        "library",
        "Library",
        "Rules that are not yours yet, to choose from. They are read in this tab like your own, and count for nothing; layers, alerts, results of tests and ATT&CK bundles among them are not opened.",
        body.into_any(),
    )
}

/// Names of public libraries, as links.
pub(in crate::web::view::gaps) fn known() -> Vec<AnyView> {
    let link = |(at, (name, href)): (usize, (&'static str, &'static str))| {
        let before = if at == 0 { "" } else { ", " };
        view! { {before}<a href=href target="_blank" rel="noopener noreferrer">{name}</a> }
            .into_any()
    };
    KNOWN.into_iter().enumerate().map(link).collect()
}

fn teach() -> AnyView {
    view! {
        <div class="stats-notice">
            <p>
                "A library is any set of rules that others wrote: download one as a zip, or clone it, and drop it above. For example "
                {known()}" (each opens a new tab)."
            </p>
            <p>
                "Then the rules that would buy you most are listed here, in the order to deploy them, and every gap names those that would close it. What you have already, by id or by what it detects, is left out."
            </p>
        </div>
    }
    .into_any()
}

/// Where files come in.
fn bar(has_one: Memo<bool>) -> AnyView {
    let state = AppState::get();
    let remove = move || state.remove_library();
    let none = Signal::derive(move || !has_one.get());
    view! {
        <div class="library-drop" data-drop="library">
            <p class="library-drop-text">"Drop a folder, a zip or files here to use them as a library"</p>
            <span class="file-inputs">
                {input("library-files", "Library: files…", false)}
                {input("library-folder", "Library: folder…", true)}
            </span>
            {press("remove-library", none, Signal::stored("Remove the library".to_owned()), Box::new(remove))}
        </div>
    }
    .into_any()
}

fn input(id: &'static str, text: &'static str, is_folder: bool) -> AnyView {
    let state = AppState::get();
    let take = move |event: leptos::ev::Event| {
        if let Some(files) = event_target::<HtmlInputElement>(&event).files() {
            arrivals::take_files(state, Shelf::Library, &files);
        }
    };
    // So that the same can be chosen again.
    let forget = |event: leptos::ev::MouseEvent| {
        event_target::<HtmlInputElement>(&event).set_value("");
    };
    view! {
        <input
            id=id
            class="visually-hidden"
            type="file"
            multiple
            prop:webkitdirectory=is_folder
            on:click=forget
            on:change=take
        />
        <label class="button" for=id data-action=id>{text}</label>
    }
    .into_any()
}

/// How the reading went: nothing is lost silently.
fn summary() -> AnyView {
    let state = AppState::get();
    let library = state.library().get();
    let ReportCounts { files, read, skipped, failed } = library.report.counts();
    let rules = library.rules.len();
    let text = format!(
        "{} in {}: {} read, {} skipped, {} failed.",
        counted(rules, "rule", "rules"),
        counted(files, "file", "files"),
        count(read),
        count(skipped),
        count(failed),
    );
    let open = RwSignal::new(false);
    let unfold = move |event: web_sys::Event| {
        let folded: web_sys::Element = event_target(&event);
        open.set(folded.has_attribute("open"));
    };
    // Long lists are made when somebody asks.
    let listed = move || {
        open.get().then(|| {
            let library = state.library().get();
            let of = |part| groups(&library.report, &library.diagnostics, &[], part);
            let all =
                [Part::Failed, Part::Notes, Part::Skipped, Part::Read].into_iter().flat_map(of);
            let show = |group: Group| view! { <GroupView group=Arc::new(group) /> }.into_any();
            all.map(show).collect::<Vec<_>>().into_any()
        })
    };
    view! {
        <p class="stat-sentence" role="status" data-figure="library" data-value=format!("{rules} {files} {read} {skipped} {failed}")>
            {text}
        </p>
        <details class="library-report" prop:open=move || open.get() on:toggle=unfold>
            <summary>"Every file of it, by what became of it"</summary>
            {live(listed)}
        </details>
    }
    .into_any()
}

/// The tick, and how it went.
fn memory(library: PageLibrary, has_one: Memo<bool>) -> AnyView {
    let is_on = library.is_remembered;
    let said = move || match library.memory.get() {
        Memory::Silent => String::new(),
        Memory::Busy(text) => text.to_owned(),
        Memory::Said(text) => text,
    };
    let is_hidden = move || !has_one.get() && !is_on.get();
    view! {
        <p class="stat-line">
            <label class="check" hidden=is_hidden>
                <input
                    type="checkbox"
                    data-action="remember-library"
                    prop:checked=move || is_on.get()
                    on:change=move |event| library.remember(event_target_checked(&event))
                />
                "Remember this library on this device"
            </label>
            <span class="muted" role="status">{said}</span>
        </p>
    }
    .into_any()
}
