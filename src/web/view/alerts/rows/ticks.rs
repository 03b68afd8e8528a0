//! Rows that are ticked. A million of them are one word, not a million.

use leptos::ev;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Which rows of a list are ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ticks {
    /// Whether it is all but some, instead of only some.
    is_all: bool,
    /// Places in the table of alerts.
    some: BTreeSet<u32>,
}

impl Ticks {
    pub(super) fn has(&self, row: u32) -> bool {
        self.is_all != self.some.contains(&row)
    }

    /// How many of a list.
    pub(super) fn count(&self, of: usize) -> usize {
        if self.is_all { of.saturating_sub(self.some.len()) } else { self.some.len() }
    }

    /// Whether it is every row of a list.
    pub(super) fn is_every(&self) -> bool {
        self.is_all && self.some.is_empty()
    }

    pub(super) fn set(&mut self, row: u32, is_ticked: bool) {
        if is_ticked == self.is_all {
            self.some.remove(&row);
        } else {
            self.some.insert(row);
        }
    }

    fn set_all(&mut self, is_ticked: bool) {
        *self = Self { is_all: is_ticked, some: BTreeSet::new() };
    }
}

/// The box of one row.
pub(super) fn one(ticks: RwSignal<Ticks>, row: u32, label: String) -> AnyView {
    view! {
        <input
            type="checkbox"
            aria-label=label
            prop:checked=move || ticks.with(|ticks| ticks.has(row))
            on:change=move |event| {
                let is_ticked = event_target_checked(&event);
                ticks.update(|ticks| ticks.set(row, is_ticked));
            }
        />
    }
    .into_any()
}

/// The box at the head of the column.
pub(super) fn all(total: Memo<usize>, ticks: RwSignal<Ticks>) -> AnyView {
    let number = Memo::new(move |_| ticks.with(|ticks| ticks.count(total.get())));
    let is_all = move || total.get() > 0 && number.get() == total.get();
    let is_some = move || number.get() > 0 && !is_all();
    let change = move |event: ev::Event| {
        let is_ticked = event_target_checked(&event);
        ticks.update(|ticks| ticks.set_all(is_ticked));
    };
    view! {
        <input
            type="checkbox"
            data-action="tick-all"
            aria-label="Tick all alerts of this list"
            prop:checked=is_all
            prop:indeterminate=is_some
            on:change=change
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_and_all_but_some() {
        let mut ticks = Ticks::default();
        assert!(!ticks.has(7));
        ticks.set(7, true);
        ticks.set(8, true);
        ticks.set(8, false);
        assert_eq!((ticks.has(7), ticks.has(8), ticks.count(100)), (true, false, 1));
        ticks.set_all(true);
        assert!(ticks.has(8) && ticks.is_every());
        ticks.set(7, false);
        assert_eq!((ticks.has(7), ticks.has(8), ticks.count(100)), (false, true, 99));
        ticks.set(7, true);
        assert_eq!((ticks.count(100), ticks.is_every()), (100, true));
        ticks.set_all(false);
        assert_eq!(ticks, Ticks::default());
    }
}
