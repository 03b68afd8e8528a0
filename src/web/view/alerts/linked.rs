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
    Effect::new(move |before: Option<Pairs>| {
        let now = state.address.get();
        let chosen = selection.get();
        let is_dragged = dragged.get();
        let before = before.unwrap_or_default();
        if now.view != View::Alerts || now.is_open() {
            return before;
        }
        let own: Pairs = now.filters.iter().filter(|(key, _)| is_own(key)).cloned().collect();
        if own != before
            && let Some(asked) = Selection::read(&own)
        {
            if asked != chosen {
                state.choose(|settings| settings.detections.selection = asked);
            }
            return own;
        }
        let written = chosen.written();
        if is_dragged || written == own {
            return own;
        }
        let mut next = now;
        next.filters.retain(|(key, _)| !is_own(key));
        next.filters.extend(written.iter().cloned());
        address::replace(&next);
        written
    });
}
