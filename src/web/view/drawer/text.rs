//! A rule's own text, its tags marked.

use crate::gaps::Shelf;
use crate::rule::{Claim, Rule, Tag};
use crate::source::excerpt::Excerpt;
use crate::web::address::RulePlace;
use crate::web::clipboard;
use crate::web::doctor::{Doctor, Examined};
use crate::web::intake::text_around;
use crate::web::next_task::next_task;
use crate::web::state::{AppState, Toast};
use crate::web::view::drawer::rules::{level_badge, status_badge};
use crate::web::view::numbers::count;
use crate::web::view::rows::place;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Lines made at once; with those before and after them that is what a tall window shows.
const BLOCK: usize = 40;

/// Bytes from which a line is broken: a rule of an export is one line, and its tags are far out.
const LONG: usize = 1_000;

/// Pixels left above the line that is brought into sight.
const ABOVE: i32 = 24;

/// Lines above the first rule of a file that leave it in sight.
const COMMENTS: u32 = 12;

/// What is known of the text.
#[derive(Clone)]
enum Text {
    Coming,
    Here(Arc<Excerpt>),
    Gone,
}

/// The rule's text, or why it is not there.
pub(super) fn text(wanted: &RulePlace, heading: NodeRef<leptos::html::H2>) -> AnyView {
    let state = AppState::get();
    let Some(rule) = state.rule_at(wanted) else { return missing(wanted, heading) };
    let doctor = expect_context::<Doctor>();
    if wanted.shelf == Shelf::Own {
        doctor.ask();
    }
    let examined = rule.clone();
    let said = move || doctor.get().and_then(|said| findings(&said, &examined));
    let shown = RwSignal::new(Text::Coming);
    let (shelf, path) = (wanted.shelf, rule.path.clone());
    // Tags may stand at the end of a long rule.
    let last = rule.tags.iter().map(|tag| tag.line).fold(rule.line, u32::max);
    let lines = (rule.line, last);
    spawn_local(async move {
        let text = text_around(shelf, path, lines).await;
        // Another rule may have been opened meanwhile.
        shown.try_set(text.map_or(Text::Gone, |text| Text::Here(Arc::new(text))));
    });
    let marked = rule.clone();
    let body = move || {
        match shown.get() {
        Text::Coming => view! { <p class="muted source-note">"Reading the file"</p> }.into_any(),
        Text::Gone => view! {
            <p class="source-note">"The file cannot be read any more: it was changed, moved or deleted since it was dropped. Drop it again to see its text."</p>
        }
        .into_any(),
        Text::Here(text) => source(&marked, &text),
    }
    };
    let copy = move |_| {
        let Text::Here(text) = shown.get_untracked() else { return };
        spawn_local(async move {
            let told = match clipboard::copy(&text.lines.join("\n")).await {
                true => "Text copied",
                false => "The browser does not allow copying here; select the text instead",
            };
            state.toast.set(Some(Toast { text: told.to_owned(), undo: false }));
        });
    };
    view! {
        <header class="drawer-head">
            <p class="drawer-ids muted">{rule.format.name()}{(wanted.shelf == Shelf::Library).then_some(", of the library")}</p>
            <h2 id="drawer-title" tabindex="-1" node_ref=heading><bdi>{rule.title.clone()}</bdi></h2>
            <p class="rule-facts">
                {level_badge(&rule)}
                {status_badge(&rule)}
                {(!rule.enabled).then(|| view! { <span class="badge">"switched off"</span> })}
                {rule.is_damaged.then(|| view! { <span class="badge">"damaged"</span> })}
                <bdi>{rule.log_source.to_string()}</bdi>
            </p>
            <p class="rule-place">{place(&format!("{}:{}", rule.path, rule.line))}</p>
            <p class="drawer-actions">
                <button type="button" class="button" on:click=copy>"Copy text"</button>
            </p>
        </header>
        <div class="drawer-body drawer-source" tabindex="0" role="group" aria-labelledby="drawer-title">
            {said}
            {body}
        </div>
    }
    .into_any()
}

/// What the doctor found about this rule.
fn findings(examined: &Examined, rule: &Arc<Rule>) -> Option<AnyView> {
    let at = examined.intake.rules.iter().position(|known| Arc::ptr_eq(known, rule))?;
    let found: Vec<_> = examined.of_rule(u32::try_from(at).ok()?).collect();
    if found.is_empty() {
        return None;
    }
    let rows = found.into_iter().map(|finding| {
        let diagnostic = &finding.diagnostic;
        let line = diagnostic.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        view! {
            <li data-code=diagnostic.code.as_str()>
                <span class="muted">{line}</span>
                <bdi>{diagnostic.message.clone()}</bdi>
                {(!diagnostic.hint.is_empty()).then(|| view! { <span class="remark"><bdi>{diagnostic.hint.clone()}</bdi></span> })}
            </li>
        }
    });
    Some(view! { <ul class="doctor-said" aria-label="What the tag doctor found">{rows.collect_view()}</ul> }.into_any())
}

fn missing(wanted: &RulePlace, heading: NodeRef<leptos::html::H2>) -> AnyView {
    view! {
        <header class="drawer-head">
            <h2 id="drawer-title" tabindex="-1" node_ref=heading>"No such rule"</h2>
        </header>
        <div class="drawer-body drawer-missing">
            <p>"Rules stay in this tab, so their addresses hold only while they are here. Drop the file again, and this address shows its text:"</p>
            <p class="rule-place">{place(&wanted.path)}</p>
        </div>
    }
    .into_any()
}

/// The lines, numbered; where the rule begins in the middle of a file, that is in sight.
fn source(rule: &Arc<Rule>, text: &Arc<Excerpt>) -> AnyView {
    let begin = NodeRef::<leptos::html::Div>::new();
    // The first document of a file begins below its comments; those are worth seeing, unless they
    // fill the panel.
    if rule.document > 0 || rule.line.saturating_sub(text.first_line) > COMMENTS {
        Effect::new(move |_| {
            if let Some(line) = begin.get() {
                // Only the panel: `scrollIntoView` would move the page as well.
                let panel = line.closest(".drawer-body").ok().flatten();
                let line: &HtmlElement = line.unchecked_ref();
                if let Some(panel) = panel {
                    let below = line.get_bounding_client_rect().top()
                        - panel.get_bounding_client_rect().top();
                    panel.set_scroll_top(panel.scroll_top() + below as i32 - ABOVE);
                }
            }
        });
    }
    let blocks = text.lines.len().div_ceil(BLOCK);
    let begins = rule.line.saturating_sub(text.first_line) as usize / BLOCK;
    // What is looked at first is there at once, and the rest has its place until it comes.
    let there = StoredValue::new(Vec::new());
    let is_near = move |block: usize| block.abs_diff(begins) <= 1;
    there.set_value((0..blocks).map(|block| RwSignal::new(is_near(block))).collect::<Vec<_>>());
    spawn_local(async move {
        for block in (0..blocks).filter(|block| !is_near(*block)) {
            next_task().await;
            // Gone with the panel.
            let Some(is_there) = there.try_with_value(|there| there.get(block).copied()) else {
                return;
            };
            is_there.inspect(|is_there| is_there.set(true));
        }
    });
    let lines = {
        let (rule, text) = (rule.clone(), text.clone());
        move |block: usize| lines(&rule, &text, block, begin)
    };
    let rows = (0..blocks).map(|block| {
        let height = format!("{}em", 1.5 * (text.lines.len() - block * BLOCK).min(BLOCK) as f32);
        let is_there = there.with_value(|there| there.get(block).copied());
        let lines = lines.clone();
        move || match is_there.is_none_or(|is_there| is_there.get()) {
            true => view! { <div>{lines(block)}</div> }.into_any(),
            false => view! { <div style:height=height.clone()></div> }.into_any(),
        }
    });
    let rows = rows.collect::<Vec<_>>();
    let last = text.first_line as usize + text.lines.len();
    let rest = (text.total as usize + 1).saturating_sub(last);
    view! {
        {(text.first_line > 1).then(|| view! {
            <p class="muted source-note">{format!("{} lines above", count(text.first_line as usize - 1))}</p>
        })}
        <div class="source">{rows}</div>
        {(rest > 0).then(|| view! {
            <p class="muted source-note">{format!("{} more lines below", count(rest))}</p>
        })}
    }
    .into_any()
}

/// A block of lines.
fn lines(
    rule: &Rule,
    text: &Excerpt,
    block: usize,
    begin: NodeRef<leptos::html::Div>,
) -> Vec<AnyView> {
    let from = block * BLOCK;
    let lines = text.lines.iter().enumerate().skip(from).take(BLOCK);
    let line = |(at, content): (usize, &String)| {
        let number = text.first_line.saturating_add(at as u32);
        let tags: Vec<&Tag> = rule.tags.iter().filter(|tag| tag.line == number).collect();
        let parts = marked(content, &tags);
        let is_long = content.len() > LONG;
        let row = view! { <span class="source-number" aria-hidden="true">{number}</span><code>{parts}</code> };
        match number == rule.line {
            true => view! {
                <div class="source-line" class:source-long=is_long data-begin="" node_ref=begin>{row}</div>
            }
            .into_any(),
            false => view! { <div class="source-line" class:source-long=is_long>{row}</div> }.into_any(),
        }
    };
    lines.map(line).collect()
}

/// A line in pieces, those that are tags marked; what names a technique says so.
fn marked(content: &str, tags: &[&Tag]) -> Vec<AnyView> {
    let mut places: Vec<(usize, usize, &Tag)> = Vec::new();
    for tag in tags {
        let at = tag.column.saturating_sub(1) as usize;
        let from = content.char_indices().nth(at).map_or(content.len(), |(at, _)| at);
        // Quotes and the like stand before some.
        let Some(found) = content.get(from..).and_then(|rest| rest.find(&tag.written)) else {
            continue;
        };
        let start = from + found;
        places.push((start, start + tag.written.len(), tag));
    }
    crate::sorted::sort_by(&mut places, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut parts = Vec::new();
    let mut done = 0;
    for (start, end, tag) in places {
        if start < done {
            continue;
        }
        parts.push(content[done..start].to_owned().into_any());
        let names = tag.claims.iter().any(|claim| matches!(claim, Claim::Technique(_)));
        let kind = if names { "technique" } else { "other" };
        parts
            .push(view! { <mark data-tag=kind>{content[start..end].to_owned()}</mark> }.into_any());
        done = end;
    }
    parts.push(content[done..].to_owned().into_any());
    parts
}
