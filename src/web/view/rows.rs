//! Long tables: rows come in chunks, more of them as one nears the end, so that a table of
//! 50,000 rules opens as fast as one of fifty.

use super::numbers::count;
use crate::coverage::Order;
use crate::heatmap::wording::visible;
use crate::web::app::scroll_to_top;
use leptos::html::Button;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Rows at first, and with every step.
pub const STEP: usize = 200;

/// The rows of a table, and what they point into.
#[derive(Clone)]
pub struct Listing<Source, Row> {
    generation: u32,
    source: Source,
    rows: Arc<[Row]>,
}

/// Every listing is another; comparing rows would cost more than showing them.
impl<Source, Row> PartialEq for Listing<Source, Row> {
    fn eq(&self, other: &Self) -> bool {
        self.generation == other.generation
    }
}

/// Some of the rows.
#[derive(Clone)]
pub struct Chunk<Source, Row> {
    generation: u32,
    start: usize,
    /// What the rows point into.
    pub source: Source,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

impl<Source: Clone, Row: Clone> Listing<Source, Row> {
    /// The listing that replaces `previous`.
    pub fn after(previous: Option<&Self>, source: Source, rows: Vec<Row>) -> Self {
        let generation = previous.map_or(0, |previous| previous.generation.wrapping_add(1));
        Self { generation, source, rows: rows.into() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What the rows point into.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Tells listings apart.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The first `shown` rows in steps.
    pub fn chunks(&self, shown: usize) -> Vec<Chunk<Source, Row>> {
        self.chunks_of(shown, STEP)
    }

    /// The first `shown` rows in steps of one's own; `shown` grows by whole steps.
    pub fn chunks_of(&self, shown: usize, step: usize) -> Vec<Chunk<Source, Row>> {
        let end = shown.min(self.rows.len());
        let chunk = |start: usize| Chunk {
            generation: self.generation,
            start,
            source: self.source.clone(),
            rows: self.rows[start..end.min(start + step)].to_vec(),
        };
        (0..end).step_by(step).map(chunk).collect()
    }
}

impl<Source, Row> Chunk<Source, Row> {
    /// Tells chunks apart: those of a new listing are all new.
    pub fn key(&self) -> (u32, usize) {
        (self.generation, self.start)
    }
}

/// What ends a table that goes on: a button, pressed by itself when it comes into sight.
#[component]
pub fn MoreRows(
    /// Rows in all.
    #[prop(into)]
    total: Signal<usize>,
    /// Rows shown; grows by `step`.
    shown: RwSignal<usize>,
    /// By so many.
    #[prop(default = STEP)]
    step: usize,
) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let more = move || shown.update(|shown| *shown += step);
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let in_sight = |entry: JsValue| {
            entry.unchecked_into::<web_sys::IntersectionObserverEntry>().is_intersecting()
        };
        if entries.iter().any(in_sight) {
            more();
        }
    });
    // Freed by the browser together with the observer.
    let observer = web_sys::IntersectionObserver::new(seen.into_js_value().unchecked_ref()).ok();
    let observer = StoredValue::new_local(observer);
    Effect::new(move |_| {
        if let Some(button) = button.get() {
            observer.with_value(|observer| {
                if let Some(observer) = observer {
                    observer.observe(&button);
                }
            });
        }
    });
    on_cleanup(move || {
        observer.with_value(|observer| {
            if let Some(observer) = observer {
                observer.disconnect();
            }
        });
    });
    let rest = move || total.get().saturating_sub(shown.get());
    view! {
        <p class="more-rows" hidden=move || rest() == 0>
            <button class="button" type="button" node_ref=button on:click=move |_| more()>
                {move || format!("Show {} more of {}", count(rest().min(step)), count(total.get()))}
            </button>
        </p>
    }
}

/// The head of a column one can sort by; the page goes to the top of its table.
pub fn sort_head<Column: Copy + PartialEq + Send + Sync + 'static>(
    order: RwSignal<Order<Column>>,
    shown: RwSignal<usize>,
    column: Column,
    label: &'static str,
    class: &'static str,
) -> AnyView {
    let choose = move || {
        shown.set(STEP);
        scroll_to_top();
        order.update(|order| order.choose(column));
    };
    head(order, column, label, class, Box::new(choose))
}

/// The same in a table among others: the page stays where it is.
pub fn sort_head_here<Column: Copy + PartialEq + Send + Sync + 'static>(
    order: RwSignal<Order<Column>>,
    column: Column,
    label: &'static str,
    class: &'static str,
) -> AnyView {
    head(order, column, label, class, Box::new(move || order.update(|order| order.choose(column))))
}

fn head<Column: Copy + PartialEq + Send + Sync + 'static>(
    order: RwSignal<Order<Column>>,
    column: Column,
    label: &'static str,
    class: &'static str,
    choose: Box<dyn Fn()>,
) -> AnyView {
    let direction = move || {
        let order = order.get();
        match (order.column == column, order.descending) {
            (false, _) => None,
            (true, false) => Some("ascending"),
            (true, true) => Some("descending"),
        }
    };
    view! {
        <th scope="col" class=class aria-sort=direction>
            <button
                class="sort"
                type="button"
                on:click=move |_| choose()
            >
                {label}
                <span class="sort-mark" aria-hidden="true"></span>
            </button>
        </th>
    }
    .into_any()
}

/// One of several lists to choose from, with the number of its rows.
pub fn chip(
    href: String,
    label: &'static str,
    is_current: Signal<bool>,
    number: Signal<Option<usize>>,
) -> AnyView {
    view! {
        <a class="chip" href=href aria-current=move || is_current.get().then_some("true")>
            {label}
            {move || number.get().map(|number| view! { <span class="count">{count(number)}</span> })}
        </a>
    }
    .into_any()
}

/// A path that may break behind its slashes.
pub fn place(text: &str) -> AnyView {
    let text = visible(text);
    let parts = text.split_inclusive('/').map(|part| view! { {part.to_owned()}<wbr /> });
    view! { <bdi>{parts.collect_view()}</bdi> }.into_any()
}

/// A path in one line: where there is no room for all of it, the folders give way.
pub fn short_place(text: String) -> AnyView {
    let text = visible(&text);
    let name_at = text.rfind('/').map_or(0, |slash| slash + 1);
    let (folders, name) = text.split_at(name_at);
    view! {
        <bdi class="short-place" title=text.clone()>
            <span class="short-place-folders">{folders.to_owned()}</span>
            <span class="short-place-name">{name.to_owned()}</span>
        </bdi>
    }
    .into_any()
}
