//! Not built yet.

use leptos::prelude::*;

/// The part.
pub(super) fn rules() -> AnyView {
    ().into_any()
}
