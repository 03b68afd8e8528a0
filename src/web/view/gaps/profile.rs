//! Who one is.

use leptos::prelude::*;

/// The part.
pub(super) fn profile() -> AnyView {
    ().into_any()
}
