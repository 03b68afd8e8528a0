//! Not built yet.

use leptos::prelude::*;

/// The part.
pub(super) fn files() -> AnyView {
    ().into_any()
}
