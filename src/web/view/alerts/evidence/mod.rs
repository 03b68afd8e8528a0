//! Not built yet.

use leptos::prelude::*;

/// The part.
pub(super) fn evidence() -> AnyView {
    ().into_any()
}
