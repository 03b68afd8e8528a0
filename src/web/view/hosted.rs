//! The quiet strip below the header: what the page's host says, what is wrong with that, and whose
//! settings are in use when they came by a link.

use super::numbers::{count, counted};
use crate::hosted::{FILE, Problem};
use crate::web::app::by_id;
use crate::web::hosted::{Fetching, Hosting};
use crate::web::state::AppState;
use leptos::prelude::*;
use web_sys::HtmlElement;

/// The line of a link's settings.
pub fn link_strip() -> AnyView {
    let state = AppState::get();
    let is_used = Memo::new(move |_| state.uses_link());
    let lost = move || {
        let lost = state.linked().with(|all| all.as_ref().map_or(0, |linked| linked.lost.len()));
        (lost > 0).then(|| {
            let settings = counted(lost, "setting", "settings");
            format!(" {settings} of it cannot be read by this version of Coverlay.")
        })
    };
    let leave = move |_| {
        state.leave_link();
        focus_main();
    };
    let keep = move |_| {
        state.keep_link();
        focus_main();
    };
    view! {
        <div class="strip-place" role="status">
            {move || is_used.get().then(|| view! {
                <div class="strip" data-strip="link">
                    <p>
                        "Settings of this link are used for this visit; those you change are yours and kept."
                        {lost}
                    </p>
                    <span class="strip-actions">
                        <button class="button button-quiet" type="button" data-action="keep-link" on:click=keep>
                            "Keep all"
                        </button>
                        <button class="button button-quiet" type="button" data-action="leave-link" on:click=leave>
                            "Undo"
                        </button>
                    </span>
                </div>
            })}
        </div>
    }
    .into_any()
}

/// The host's banner, what it still gives, and what is wrong with it.
pub fn host_strip() -> AnyView {
    let hosting = Hosting::get();
    let banner = Memo::new(move |_| hosting.said.with(|said| said.as_ref()?.banner.clone()));
    let problems = hosting.problems;
    let is_shown = Memo::new(move |_| {
        let has_any = banner.with(Option::is_some)
            || problems.with(|all| !all.is_empty())
            || hosting.left.get() > 0
            || hosting.fetching.with(Option::is_some);
        has_any && !hosting.is_closed.get()
    });
    let close = move |_| {
        hosting.is_closed.set(true);
        focus_main();
    };
    let show = move || {
        is_shown.get().then(|| {
            view! {
                <section class="strip" data-strip="host" aria-label="From the host of this page">
                    <div class="strip-said">
                        {move || banner.get().map(|text| view! { <p data-banner><bdi>{text}</bdi></p> })}
                        <p class="muted" role="status" hidden=move || hosting.fetching.with(Option::is_none)>
                            {move || hosting.fetching.get().map(in_words)}
                        </p>
                        {move || (hosting.left.get() > 0).then(|| left_in_words(hosting.left.get()))}
                        <div role="status">{move || problems.with(|all| (!all.is_empty()).then(|| list(all)))}</div>
                    </div>
                    <span class="strip-actions">
                        <button
                            class="button button-quiet"
                            type="button"
                            title="Close it for this visit"
                            data-action="close-strip"
                            on:click=close
                        >
                            "Close"
                        </button>
                    </span>
                </section>
            }
        })
    };
    view! { <div class="strip-place">{show}</div> }.into_any()
}

/// What had the focus goes away.
fn focus_main() {
    if let Some(main) = by_id::<HtmlElement>("main") {
        // Fails only for elements that cannot have the focus.
        let _ = main.focus();
    }
}

fn in_words(Fetching { done, all, bytes }: Fetching) -> String {
    let kilobytes = count(bytes.div_ceil(1000) as usize);
    format!(
        "Fetching what this page’s host provides: {done} of {}, {kilobytes} kB",
        counted(all, "file", "files")
    )
}

fn left_in_words(files: usize) -> AnyView {
    let text = format!(
        "This browser keeps your own work and shows that; {} of the host stayed there.",
        counted(files, "file", "files")
    );
    view! { <p class="muted" data-left=files>{text}</p> }.into_any()
}

fn list(all: &[Problem]) -> AnyView {
    let line = |problem: &Problem| {
        let Problem { key, line, reason, remedy } = problem;
        let place = line.map(|line| format!(", line {line}")).unwrap_or_default();
        let remedy = (!remedy.is_empty()).then(|| format!(" What to do: {remedy}."));
        view! { <li><code><bdi>{key.clone()}</bdi></code>{place}": "<bdi>{reason.clone()}</bdi>"."{remedy}</li> }
            .into_any()
    };
    let lines: Vec<AnyView> = all.iter().map(line).collect();
    let number = counted(all.len(), "problem", "problems");
    view! {
        <details data-problems=all.len()>
            <summary>{number}" in "{FILE}</summary>
            <ul class="stat-notes">{lines}</ul>
        </details>
    }
    .into_any()
}

/// The title that the host gives the page, in the header.
pub fn title() -> AnyView {
    let hosting = Hosting::get();
    let title = move || {
        hosting.title().map(|title| {
            view! { <bdi class="header-title" title=title.clone()>{title.clone()}</bdi> }
        })
    };
    view! { {title} }.into_any()
}
