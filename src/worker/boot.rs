//! A worker's script and wasm. Workers then start from a Blob and a compiled module, as
//! often as need be, without a request of their own.

use super::files::LoadError;
use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Worker;

#[wasm_bindgen(module = "/src/worker/boot.js")]
extern "C" {
    fn load_worker(script: &str, wasm: &str) -> Promise;
}

/// A program that was asked for and is on its way.
pub struct Asked(Promise);

impl Asked {
    /// Once it is there.
    ///
    /// # Errors
    /// Offline, gone from the server, or of another build.
    pub async fn loaded(self) -> Result<Program, LoadError> {
        let loaded = JsFuture::from(self.0).await.map_err(LoadError::of)?;
        let field = |name: &str| Reflect::get(&loaded, &name.into()).map_err(LoadError::of);
        let url = field("url")?.as_string().unwrap_or_default();
        Ok(Program { url, module: field("module")? })
    }
}

/// What a worker starts from.
#[derive(Clone)]
pub struct Program {
    url: String,
    module: JsValue,
}

impl Program {
    /// Asks for `NAME.js` and `NAME_bg.wasm`, of this build, at once.
    pub fn ask(name: &str) -> Asked {
        Asked(load_worker(&format!("{name}.js"), &format!("{name}_bg.wasm")))
    }

    /// A new worker, listened to before it can say anything; `None` if the browser refuses.
    pub fn start(&self, listen: impl FnOnce(&Worker)) -> Option<Worker> {
        let worker = Worker::new(&self.url).ok()?;
        listen(&worker);
        // Fails only if the module cannot be cloned, which all browsers with workers can.
        let _ = worker.post_message(&self.module);
        Some(worker)
    }
}
