//! A library of rules, and which of them to deploy next.

use leptos::prelude::*;

/// The part.
pub(super) fn next() -> AnyView {
    ().into_any()
}
