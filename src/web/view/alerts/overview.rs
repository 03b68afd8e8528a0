//! Not built yet.

use leptos::prelude::*;

/// The part.
pub(super) fn overview() -> AnyView {
    ().into_any()
}
