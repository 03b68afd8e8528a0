//! What is picked stands in the address as well, so that it can be linked: the address is taken
//! when one comes to it, and follows every change.

use super::super::linked::Dragged;
use crate::investigate::Pick;
use crate::web::address::{self, View};
use crate::web::investigating::{self, PART, is_key, written};
use crate::web::state::AppState;
use leptos::prelude::*;
use std::sync::Arc;

type Pairs = Vec<(String, String)>;

/// What is picked.
pub(super) fn picked() -> Memo<Arc<Pick>> {
    let state = AppState::get();
    Memo::new(move |_| state.settings().with(|settings| settings.detections.pick.clone()))
}

/// Picks something else; can be undone.
pub(super) fn pick(change: impl FnOnce(&mut Pick)) {
    let state = AppState::get();
    let now = state.settings().with_untracked(|settings| settings.detections.pick.clone());
    let mut next = Pick::clone(&now);
    change(&mut next);
    if next != *now {
        state.choose(|settings| settings.detections.pick = Arc::new(next));
    }
}

/// Keeps address and pick together while the part is open.
pub(super) fn keep(picked: Memo<Arc<Pick>>) {
    let state = AppState::get();
    let dragged = expect_context::<Dragged>().0;
    // What the address had, and what was written into it last: the address follows a moment later,
    // and until then what it has is not news.
    Effect::new(move |before: Option<(Pairs, Pairs)>| {
        let now = state.address.get();
        let chosen = picked.get();
        let is_dragged = dragged.get();
        let (had, last) = before.unwrap_or_default();
        if now.view != View::Alerts || now.show != PART || now.is_open() {
            return (had, last);
        }
        let own: Pairs = now.filters.iter().filter(|(key, _)| is_key(key)).cloned().collect();
        // An address that says nothing of it leaves it as it is.
        if own != had
            && own != last
            && let Some(asked) = investigating::read(&own)
        {
            if asked != *chosen {
                state.choose(|settings| settings.detections.pick = Arc::new(asked));
            }
            return (own.clone(), own);
        }
        let written = written(&chosen);
        if is_dragged {
            return (own, last);
        }
        // Not where it is there, or on its way already.
        let is_there = written == own && last == own;
        if !is_there && (written != last || own != had) {
            let mut next = now;
            next.filters.retain(|(key, _)| !is_key(key));
            next.filters.extend(written.iter().cloned());
            address::replace(&next);
        }
        (own, written)
    });
}
