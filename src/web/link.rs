//! The link of what is shown: place and settings, never what was read.

use super::clipboard;
use super::settings::Shared;
use super::state::AppState;
use crate::link;
use leptos::prelude::*;

/// The address that opens this place with these settings. `None` without a window.
pub fn address(state: AppState) -> Option<String> {
    let location = web_sys::window()?.location();
    // Without its query, which is not the page's.
    let page = format!("{}{}", location.origin().ok()?, location.pathname().ok()?);
    let place = state.address.with_untracked(|address| address.shareable().to_string());
    let json = state.settings().with_untracked(|settings| Shared::of(settings).to_json());
    let hash = if json == "{}" { place } else { link::join(&place, &link::write(&json)) };
    Some(format!("{page}{hash}"))
}

/// Copies it; gives it back where the browser does not let it be copied.
pub async fn copy(state: AppState) -> Option<String> {
    let address = address(state)?;
    (!clipboard::copy(&address).await).then_some(address)
}
