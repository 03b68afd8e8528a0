//! The logo of slides: kept for the visit, as a picture says more of its owner than settings should.

use super::canvas;
use crate::heatmap::Logo;
use crate::limits::MAX_LOGO_BYTES;
use js_sys::Uint8Array;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The logo, if one was chosen.
#[derive(Clone, Copy)]
pub struct SlideLogo(pub RwSignal<Option<Arc<Logo>>>);

impl Default for SlideLogo {
    fn default() -> Self {
        Self(RwSignal::new(None))
    }
}

impl SlideLogo {
    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// Takes a file.
    ///
    /// # Errors
    /// If it is no logo, in words that name it; the one before stays.
    pub async fn take(self, file: File) -> Result<(), String> {
        let name = file.name();
        let bytes = beginning(&file).await;
        let bytes = bytes.ok_or_else(|| format!("{name}: the browser cannot read it any more"))?;
        let logo = Arc::new(Logo::read(&name, &bytes).map_err(|error| error.to_string())?);
        if !canvas::take_logo(&logo).await {
            // The one before is no longer decoded.
            self.0.set(None);
            let reason = "the browser cannot draw it; save it anew as PNG and choose that file";
            return Err(format!("{name}: {reason}"));
        }
        self.0.set(Some(logo));
        Ok(())
    }
}

/// As much of a file as tells whether it is too large.
async fn beginning(file: &File) -> Option<Vec<u8>> {
    let most = file.slice_with_f64_and_f64(0.0, MAX_LOGO_BYTES as f64 + 1.0).ok()?;
    let buffer = JsFuture::from(most.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
