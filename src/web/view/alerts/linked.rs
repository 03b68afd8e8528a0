//! What narrows alerts stands in the address as well, so that it can be linked: the address is
//! taken when one comes to it, and follows every choice.

use crate::alerts::Selection;
use crate::web::address::{self, Address, View};
use crate::web::state::AppState;
use leptos::prelude::*;

type Pairs = Vec<(String, String)>;

/// A brush is being dragged: the address follows when it rests.
#[derive(Clone, Copy)]
pub(super) struct Dragged(pub(super) RwSignal<bool>);

/// What is chosen now.
pub(super) fn selection() -> Memo<Selection> {
    let state = AppState::get();
    Memo::new(move |_| state.settings().with(|all| all.detections.selection.clone()))
}

/// Chooses other alerts; can be undone.
pub(super) fn select(change: impl FnOnce(&mut Selection)) {
    AppState::get().choose(|settings| change(&mut settings.detections.selection));
}

/// A place of the view; what narrows alerts is added when one is there.
pub(super) fn place(show: &str, filters: &[(&str, &str)]) -> String {
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let filters = filters.iter().map(pair).collect();
    Address { filters, ..Address::showing(View::Alerts, show) }.to_string()
}

/// The list of alerts, narrowed.
pub(super) fn rows(key: &str, value: &str) -> String {
    place("rows", &[(key, value)])
}

/// The list of the alerts of a rule, by all of its name.
pub(super) fn rows_of_rule(name: &str) -> String {
    rows("rule", &format!("={name}"))
}

/// Keeps address and choice together while the view is open.
pub(super) fn keep() {
    let state = AppState::get();
    let dragged = RwSignal::new(false);
    provide_context(Dragged(dragged));
    let selection = selection();
    let is_own = |key: &str| Selection::KEYS.contains(&key);
    // What the address had, and what was written into it last: the address follows a moment later,
    // and until then what it has is not news.
    Effect::new(move |before: Option<(Pairs, Pairs)>| {
        let now = state.address.get();
        let chosen = selection.get();
        let is_dragged = dragged.get();
        let (had, last) = before.unwrap_or_default();
        if now.view != View::Alerts || now.is_open() {
            return (had, last);
        }
        let own: Pairs = now.filters.iter().filter(|(key, _)| is_own(key)).cloned().collect();
        if own != had
            && own != last
            && let Some(asked) = Selection::read(&own)
        {
            if asked != chosen {
                state.choose(|settings| settings.detections.selection = asked);
            }
            return (own.clone(), own);
        }
        let written = chosen.written();
        if is_dragged {
            return (own, last);
        }
        // Not where it is there, or on its way already.
        let is_there = written == own && last == own;
        if !is_there && (written != last || own != had) {
            let mut next = now;
            next.filters.retain(|(key, _)| !is_own(key));
            next.filters.extend(written.iter().cloned());
            address::replace(&next);
        }
        (own, written)
    });
}
