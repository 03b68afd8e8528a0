//! The report: a document with everything, to be read, printed and carried away, and slides.

mod files;
mod made;
mod matrix;
mod slides;
mod slides_deck;
mod slides_look;
mod tables;

use super::parts::Part;
use super::tactics::cells::{bar, live};
use crate::export::report::{Figure, Report};
use crate::heatmap::wording::{grouped, of, percent};
use crate::web::address::{Address, View};
use crate::web::app::by_id;
use crate::web::state::AppState;
use leptos::prelude::*;
use made::Made;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

type Shown = ReadSignal<Option<Arc<Made>>>;

/// In the address.
pub const SLIDES: &str = "slides";

/// The view.
#[component]
pub fn ReportView() -> impl IntoView {
    let state = AppState::get();
    let has_rules = Memo::new(move |_| state.intake.with(|intake| !intake.rules.is_empty()));
    let of_slides = Memo::new(move |_| state.address.with(|address| address.show == SLIDES));
    let body = move || {
        match (of_slides.get(), has_rules.get()) {
        (true, _) => slides::section(),
        (false, true) => document(),
        (false, false) => {
            view! { <p class="stats-notice">"There are no rules yet. Drop some anywhere; the report is made of them."</p> }
                .into_any()
        }
    }
    };
    let part = |is_slides: bool, name: &'static str, label: &'static str| {
        view! {
            <a
                class="chip"
                href=Address::showing(View::Report, name).to_string()
                data-part=label.to_ascii_lowercase()
                aria-current=move || (of_slides.get() == is_slides).then_some("page")
            >
                {label}
            </a>
        }
    };
    view! {
        <section class="doc" aria-label="Report" on:focusin=keep_in_sight>
            <nav class="stat-line doc-parts" aria-label="Parts of the report">
                {part(false, "", "Document")}
                {part(true, SLIDES, "Slides")}
            </nav>
            {body}
        </section>
    }
}

/// Tables that come into sight take another height than was guessed, and what was focused below
/// them may be gone then: it is fetched back.
fn keep_in_sight(event: FocusEvent) {
    let Some(focused) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let look = move || {
        let Some(main) = by_id::<Element>("main") else { return };
        let (here, sight) = (focused.get_bounding_client_rect(), main.get_bounding_client_rect());
        if here.top() >= sight.bottom() || here.bottom() <= sight.top() {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            focused.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    // They are laid out with the next frame.
    request_animation_frame(move || request_animation_frame(look));
}

fn document() -> AnyView {
    let made = made::follow();
    let text = move |of: fn(&Report) -> String| {
        move || made.with(|made| made.as_ref().map(|made| of(&made.report)))
    };
    let waits = Memo::new(move |_| made.with(Option::is_none));
    view! {
        <header class="doc-head">
            <h2>{text(|report| report.title.clone())}</h2>
            <p class="muted">{text(|report| format!("{} · Coverlay {}", report.date, env!("CARGO_PKG_VERSION")))}</p>
            <p role="status" class="muted" hidden=move || !waits.get()>"Preparing the report…"</p>
        </header>
        {files::actions(made)}
        {live(move || made.get().map(|made| figures(&made.report)))}
        {live(move || made.get().map(|made| counting(&made.report)))}
        {live(move || made.get().map(|made| contents(&made.report)))}
        {matrix::section(made)}
        {live(move || made.get().map(tables::sections))}
        <footer class="doc-notice muted">{text(|report| report.notice.clone())}</footer>
    }
    .into_any()
}

fn figures(report: &Report) -> AnyView {
    let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let figure = |figure: &Figure| {
        let part = number(figure.part);
        let (said, strong) = match figure.whole.map(number) {
            Some(whole) => (of(part, whole), percent(part, whole)),
            None => (String::new(), grouped(part)),
        };
        view! {
            <li>
                <h3>{figure.label.to_string()}</h3>
                <p class="denominator-number"><b>{said}</b>" "<em>{strong}</em></p>
                {figure.percent().map(bar)}
                <p class="muted">{figure.sentence.clone()}</p>
            </li>
        }
        .into_any()
    };
    let figures: Vec<AnyView> = report.figures.iter().map(figure).collect();
    view! { <ul class="denominators doc-figures">{figures}</ul> }.into_any()
}

/// Convention, policy, scope, sources, versions.
fn counting(report: &Report) -> AnyView {
    let line = |(what, text): (String, String)| {
        view! { <div><dt>{what}</dt><dd><bdi>{text}</bdi></dd></div> }.into_any()
    };
    let said: Vec<AnyView> =
        report.said.iter().map(|said| view! { <p>{said.clone()}</p> }.into_any()).collect();
    let lines: Vec<AnyView> = report.about().into_iter().map(line).collect();
    view! {
        <section class="doc-part" id="doc-counting">
            <h2>"How it was counted"</h2>
            {said}
            <dl class="doc-about">{lines}</dl>
        </section>
    }
    .into_any()
}

fn contents(report: &Report) -> AnyView {
    let link = |(name, label): Part, rows: Option<usize>| {
        let href = Address::showing(View::Report, name).to_string();
        view! {
            <a class="chip" href=href data-part=name>
                {label}
                {rows.map(|rows| view! { <span class="count">{grouped(rows)}</span> })}
            </a>
        }
        .into_any()
    };
    let sections = report
        .sections
        .iter()
        .map(|section| link((section.key.as_str(), section.key.heading()), Some(section.total)));
    let links: Vec<AnyView> =
        std::iter::once(link((matrix::NAME, "Matrix"), None)).chain(sections).collect();
    view! { <nav class="chips doc-contents" aria-label="Contents">{links}</nav> }.into_any()
}
