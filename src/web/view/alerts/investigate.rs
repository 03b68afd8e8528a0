//! Not built yet.

use leptos::prelude::*;

/// The part.
pub(super) fn investigate() -> AnyView {
    ().into_any()
}
