//! The gaps in order.

use leptos::prelude::*;

/// The part.
pub(super) fn order() -> AnyView {
    ().into_any()
}
