//! What the browser's own storage answers where it does not do what it is asked for.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/stored.js")]
extern "C" {
    /// Removes a database of ours with all that is in it. It is also what brings the script along,
    /// which those of the stores import.
    #[wasm_bindgen(catch)]
    pub(in crate::web) async fn drop_database(name: &str) -> Result<JsValue, JsValue>;
}

/// Why the browser does not keep something, or does not give it back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A database of a later version lies there.
    #[error(
        "a later version of Coverlay has stored it in this browser; it is left as it is, for that version"
    )]
    Newer,
    /// Another tab is in the way, for now.
    #[error("{0}")]
    Blocked(String),
    /// Storage is refused, full or broken.
    #[error("{0}")]
    Refused(String),
}

impl StoreError {
    /// Whether what lies there is whole, and only not to be had here or now.
    pub fn leaves_it_there(&self) -> bool {
        matches!(self, Self::Newer | Self::Blocked(_))
    }
}

impl From<JsValue> for StoreError {
    fn from(error: JsValue) -> Self {
        let told = |key: &str| {
            // Of `DOMException`, too.
            let text = js_sys::Reflect::get(&error, &key.into()).ok()?.as_string()?;
            (!text.is_empty()).then_some(text)
        };
        let message = told("message").or_else(|| told("name"));
        let message = message.unwrap_or_else(|| "unknown reason".to_owned());
        match told("name").as_deref() {
            Some("QuotaExceededError") => {
                Self::Refused("the browser has no more room for this page".to_owned())
            }
            Some("VersionError") => Self::Newer,
            // As the stores' scripts say it.
            Some("BlockedError") => Self::Blocked(message),
            _ => Self::Refused(message),
        }
    }
}
