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
use web_sys::{Element, FocusOptions, HtmlElement};

/// Rows kept above and below what is seen, so that a quick scroll does not meet a blank.
const MARGIN: usize = 12;
/// What is seen is taken in steps of so many rows.
const STEP: usize = 4;
/// Rows added in one frame beside those that are seen: a row takes about a millisecond, and a
/// frame that takes long is felt.
const GROWTH: usize = 6;
/// Before anything is measured.
const FIRST: Range<usize> = 0..16;

/// How far the page's main part is scrolled, in pixels; changes with every scroll.
#[derive(Clone, Copy, Default)]
pub struct MainScroll(pub RwSignal<i32>);

/// Which rows are in the document, and how high one is.
#[derive(Clone, Copy)]
pub struct RowWindow {
    rows: RwSignal<Range<usize>>,
    /// In pixels; 0 before a row was measured.
    height: RwSignal<i32>,
    /// It will grow, a little a frame.
    grows: StoredValue<bool>,
    /// There was a scroll since the last frame.
    moved: StoredValue<bool>,
    /// The row that had the focus before the rows changed, and what finds its control there.
    focus: StoredValue<Option<(usize, &'static str)>>,
    /// The table's; its rows carry `data-row`.
    pub body: NodeRef<Tbody>,
}

impl RowWindow {
    /// Follows scrolling and the window's size until its owner goes.
    pub fn follow() -> Self {
        let window = Self {
            rows: RwSignal::new(FIRST),
            height: RwSignal::new(0),
            grows: StoredValue::new(false),
            moved: StoredValue::new(false),
            focus: StoredValue::new(None),
            body: NodeRef::new(),
        };
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
        // A frame asked for before the view was left comes after it.
        if self.moved.try_set_value(true).is_none() {
            self.settle(false);
        }
    }

    /// Every scroll asks for what comes into sight; what is only near it has time until nothing
    /// moves.
    fn settle(&self, grows: bool) {
        let Some((seen, height)) = self.seen() else { return };
        if height != self.height.get_untracked() {
            self.height.set(height);
        }
        let now = self.rows.get_untracked();
        let next = next(&now, &seen, if grows { GROWTH } else { 0 });
        if grows && next == now {
            return;
        }
        if next != now {
            if let Some(focus) = self.focused() {
                self.focus.set_value(Some(focus));
            }
            self.rows.set(next);
        }
        if self.grows.get_value() {
            return;
        }
        self.grows.set_value(true);
        let window = *self;
        request_animation_frame(move || window.rest());
    }

    fn rest(self) {
        match self.moved.try_get_value() {
            // Its owner is gone.
            None => return,
            Some(true) => {
                self.moved.set_value(false);
                request_animation_frame(move || self.rest());
                return;
            }
            Some(false) => {}
        }
        self.grows.set_value(false);
        self.keep_focus();
        self.settle(true);
    }

    /// Before other rows come: they are made for what is seen, the rest follows frame by frame.
    pub fn begin(&self) {
        if let Some((seen, _)) = self.seen() {
            self.rows.set(seen);
        }
    }

    /// The rows in sight, and the height of one.
    fn seen(&self) -> Option<(Range<usize>, i32)> {
        let body = self.body.get_untracked()?;
        let main = by_id::<HtmlElement>("main")?;
        let row = body.query_selector("[data-row]").ok().flatten();
        let row = row.and_then(|row: Element| row.dyn_into::<HtmlElement>().ok());
        let height = row.map_or(0, |row| row.offset_height());
        if height <= 0 {
            return None;
        }
        let (main, top) = (main.get_bounding_client_rect(), body.get_bounding_client_rect().top());
        let bottom = window_size().map_or(main.bottom(), |(_, height)| height.min(main.bottom()));
        let rows_above = |y: f64| ((y - top).max(0.0) / f64::from(height)) as usize;
        let (first, last) = (rows_above(main.top().max(0.0)), rows_above(bottom) + 1);
        Some((first / STEP * STEP..last.max(first + 1).div_ceil(STEP) * STEP, height))
    }

    /// The row the keyboard is in, and what finds its control there.
    fn focused(&self) -> Option<(usize, &'static str)> {
        let body = self.body.get_untracked()?;
        let active = document().active_element().filter(|active| body.contains(Some(active)))?;
        let row = active.closest("[data-row]").ok().flatten()?;
        let number: usize = row.get_attribute("aria-rowindex")?.parse().ok()?;
        Some((number.checked_sub(2)?, if active.tag_name() == "INPUT" { "input" } else { "a" }))
    }

    /// A focused row that is scrolled away leaves the document; where the focus were lost with
    /// it, the next Page Down would scroll nothing. It goes on to a row in sight.
    fn keep_focus(&self) {
        let Some((row, selector)) = self.focus.get_value() else { return };
        self.focus.set_value(None);
        let Some((seen, _)) = self.seen() else { return };
        // Not into those that are only partly there.
        let row = if self.rows.with_untracked(|rows| rows.contains(&row)) {
            // Some rows are taken out and put back when others come before them.
            row
        } else if row < seen.start {
            seen.start + STEP
        } else {
            seen.end.saturating_sub(STEP + 2).max(seen.start)
        };
        let nobody = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        let Some(body) = self.body.get_untracked().filter(|_| nobody) else { return };
        let found = body.query_selector(&format!("[aria-rowindex='{}'] {selector}", row + 2));
        let found = found.ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok());
        if let Some(control) = found {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            // Fails only for elements that cannot take it; then it stays where it is.
            let _ = control.focus_with_options(&options);
        }
    }
}

/// The rows to have next, of those there are now: what is seen at once, what is near it a little
/// a frame.
fn next(now: &Range<usize>, seen: &Range<usize>, growth: usize) -> Range<usize> {
    let near = seen.start.saturating_sub(MARGIN)..seen.end + MARGIN;
    if now.end <= seen.start || seen.end <= now.start {
        return seen.clone();
    }
    let start = now.start.clamp(near.start, seen.start);
    let end = now.end.clamp(seen.end, near.end);
    // Where it goes, there is more to come.
    if start < now.start {
        return start.saturating_sub(STEP)..end;
    }
    if end > now.end {
        return start..end + STEP;
    }
    match near.end - end {
        // One by one: rows behind several new ones are taken out and put back.
        0 => start - (start - near.start).min(growth.min(1))..end,
        below => start..end + below.min(growth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_comes_to_rest_around_what_is_seen() {
        for (mut now, seen) in
            [(0..16, 0..20), (0..40, 500..520), (480..530, 500..520), (0..60, 30..50)]
        {
            let mut steps: usize = 0;
            loop {
                let then = next(&now, &seen, GROWTH);
                assert!(then.start <= seen.start && seen.end <= then.end, "{then:?} has {seen:?}");
                if then == now {
                    break;
                }
                now = then;
                steps += 1;
                assert!(steps < 20, "it ends");
            }
            assert_eq!(now, seen.start.saturating_sub(MARGIN)..seen.end + MARGIN);
        }
    }
}
