//! Gaps by tactic, platform and log source.

use leptos::prelude::*;

/// The part.
pub(super) fn spread() -> AnyView {
    ().into_any()
}
