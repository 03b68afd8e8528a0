//! The rows of a long table that are in sight. All rows have one height, so that a table of
//! 50,000 rules scrolls as smoothly as one of fifty: only what is seen, and a little around it,
//! is in the document.

use crate::web::app::by_id;
use crate::web::view::popover::window_size;
use leptos::ev;
use leptos::html::Tbody;
use leptos::prelude::*;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Rows kept above and below what is seen, so that a quick scroll does not meet a blank.
const MARGIN: usize = 16;
/// The window moves in steps of so many rows.
const STEP: usize = 8;
/// Before anything is measured.
const FIRST: Range<usize> = 0..24;

/// How far the page's main part is scrolled, in pixels; changes with every scroll.
#[derive(Clone, Copy, Default)]
pub struct MainScroll(pub RwSignal<i32>);

/// Which rows are in the document, and how high one is.
#[derive(Clone, Copy)]
pub struct RowWindow {
    rows: RwSignal<Range<usize>>,
    /// In pixels; 0 before a row was measured.
    height: RwSignal<i32>,
    /// The table's; its rows carry `data-row`.
    pub body: NodeRef<Tbody>,
}

impl RowWindow {
    /// Follows scrolling and the window's size until its owner goes.
    pub fn follow() -> Self {
        let window =
            Self { rows: RwSignal::new(FIRST), height: RwSignal::new(0), body: NodeRef::new() };
        let scroll = expect_context::<MainScroll>();
        Effect::new(move |_| {
            scroll.0.track();
            window.look();
        });
        let resized = window_event_listener(ev::resize, move |_| window.look());
        // On a narrow screen the document scrolls, not its main part.
        let scrolled = window_event_listener(ev::scroll, move |_| window.look());
        on_cleanup(move || {
            resized.remove();
            scrolled.remove();
        });
        window
    }

    /// The rows of a table of so many that belong into the document.
    pub fn of(&self, total: usize) -> Range<usize> {
        let rows = self.rows.get();
        rows.start.min(total)..rows.end.min(total)
    }

    /// The height of so many rows that are not in the document.
    pub fn blank(&self, rows: usize) -> String {
        format!("{}px", i64::from(self.height.get()) * rows as i64)
    }

    /// Measures, and moves the window if what is seen comes near its edge.
    pub fn look(&self) {
        let Some(body) = self.body.get_untracked() else { return };
        let Some(main) = by_id::<HtmlElement>("main") else { return };
        let row = body.query_selector("[data-row]").ok().flatten();
        let row = row.and_then(|row: Element| row.dyn_into::<HtmlElement>().ok());
        let height = row.map_or(0, |row| row.offset_height());
        if height <= 0 {
            return;
        }
        if height != self.height.get_untracked() {
            self.height.set(height);
        }
        let (main, top) = (main.get_bounding_client_rect(), body.get_bounding_client_rect().top());
        let bottom = window_size().map_or(main.bottom(), |(_, height)| height.min(main.bottom()));
        let rows_above = |y: f64| ((y - top).max(0.0) / f64::from(height)) as usize;
        let (first, count) = (rows_above(main.top().max(0.0)), rows_above(bottom) + 1);
        let count = count.saturating_sub(first);
        let start = (first / STEP * STEP).saturating_sub(MARGIN);
        let end = (first + count).div_ceil(STEP) * STEP + MARGIN;
        if self.rows.with_untracked(|rows| *rows != (start..end)) {
            self.rows.set(start..end);
        }
    }
}
