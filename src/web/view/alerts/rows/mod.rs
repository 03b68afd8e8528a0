//! Not built yet.

use leptos::prelude::*;

/// The part.
pub(super) fn rows() -> AnyView {
    ().into_any()
}
