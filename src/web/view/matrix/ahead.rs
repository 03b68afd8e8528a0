//! Groups that are folded away are laid out before somebody unfolds them: it takes less time then.

use super::grid::{Grid, Inner};
use crate::web::intake::now_ms;
use crate::web::next_task::{after, idle};
use leptos::prelude::*;

/// So long nothing was drawn: who goes through palettes need not wait for this in between.
const CALM_MS: f64 = 1_000.0;

/// Has what is folded away laid out, a column at a time while there is nothing else to do. What is drawn
/// meanwhile comes here again.
pub(super) async fn lay_out(grid: Grid) {
    let left = || grid.read(|inner| inner.picture.since_ms) + CALM_MS - now_ms();
    while left() > 0.0 {
        after(left()).await;
    }
    loop {
        idle().await;
        let is_importing = grid.state.progress.with_untracked(Option::is_some);
        if is_importing || left() > 0.0 || !grid.is_complete() || !grid.next_column() {
            return;
        }
    }
}

impl Grid {
    /// The next column; false if all are laid out, or the grid is gone.
    fn next_column(&self) -> bool {
        let mut is_there = false;
        self.write(|inner: &mut Inner| {
            is_there = inner.nodes.get(inner.laid_out).map(|nodes| nodes.lay_out()).is_some();
            inner.laid_out += usize::from(is_there);
        });
        is_there
    }
}
