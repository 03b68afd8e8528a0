//! Working without the server: the browser keeps the program's files, and says when there is a newer
//! version of them.

use crate::worker::files;
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/offline/keep.js")]
extern "C" {
    #[wasm_bindgen(js_name = keep)]
    async fn keep_files(found: &Closure<dyn Fn(Function)>) -> JsValue;
}

/// Whether the page opens without its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Not known yet.
    Unknown,
    /// It does.
    Whole,
    /// It does not.
    Not {
        /// Why.
        reason: String,
    },
    /// It has no server: everything is in one file.
    OneFile,
}

/// What the browser keeps; copyable into every closure.
#[derive(Clone, Copy)]
pub struct Offline {
    /// Whether the page opens without its server.
    pub kept: RwSignal<Kept>,
    /// Opens the newer version, where there is one.
    newer: RwSignal<Option<Function>, LocalStorage>,
}

/// Before anything was kept.
impl Default for Offline {
    fn default() -> Self {
        Self { kept: RwSignal::new(Kept::Unknown), newer: RwSignal::new_local(None) }
    }
}

impl Offline {
    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// Has the browser keep the files; ends when it has fetched them, or has refused.
    pub async fn keep(self) {
        if files::is_one_file() {
            self.kept.set(Kept::OneFile);
            return;
        }
        let found = Closure::new(move |reload| self.newer.set(Some(reload)));
        let reason = keep_files(&found).await.as_string().unwrap_or_default();
        self.kept.set(match reason.is_empty() {
            true => Kept::Whole,
            false => Kept::Not { reason },
        });
    }

    /// Whether a newer version of the page is ready.
    pub fn has_newer(self) -> bool {
        self.newer.with(Option::is_some)
    }

    /// Opens the newer version.
    pub fn reload(self) {
        if let Some(reload) = self.newer.get_untracked() {
            // Never throws.
            let _ = reload.call0(&JsValue::UNDEFINED);
        }
    }
}
