//! Letting the browser draw and listen between two pieces of long work.

use super::intake::now_ms;
use crate::pace::Pace;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use wasm_bindgen::prelude::*;

/// A piece lasts about this long, so that with what else belongs to a frame it stays well below
/// the 50 ms from which a task counts as long.
const PIECE_MS: f64 = 12.0;

#[wasm_bindgen(module = "/src/web/next_task.js")]
extern "C" {
    /// Resolves in a task of its own.
    pub(super) async fn next_task();
    /// Resolves before the next frame is drawn; not while nobody sees the page.
    pub(super) async fn next_frame();
    /// Resolves when the browser has nothing else to do; not much later than half a second.
    pub(super) async fn idle();
    /// Resolves after so many milliseconds.
    pub(super) async fn after(ms: f64);
}

/// Pauses when a piece has lasted long enough.
pub(super) struct FramePace {
    since: Cell<f64>,
}

impl FramePace {
    /// The first piece begins now.
    pub(super) fn new() -> Self {
        Self { since: Cell::new(now_ms()) }
    }
}

impl Pace for FramePace {
    async fn pause(&self) {
        if now_ms() - self.since.get() > PIECE_MS {
            next_task().await;
            self.since.set(now_ms());
        }
    }
}

/// Does work that pauses now and then; `None` as soon as it is no longer wanted.
pub(super) async fn while_wanted<T>(
    work: impl Future<Output = T>,
    is_wanted: impl Fn() -> bool,
) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(
        |context| {
            if is_wanted() { work.as_mut().poll(context).map(Some) } else { Poll::Ready(None) }
        },
    )
    .await
}
