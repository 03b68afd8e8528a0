//! A worker's script and wasm. Workers then start from a Blob and a compiled module, as
//! often as need be, without a request of their own.

use super::files::LoadError;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::Worker;

#[wasm_bindgen(module = "/src/worker/boot.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load_worker(script: &str, wasm: &str) -> Result<JsValue, JsValue>;
}

/// What a worker starts from.
#[derive(Clone)]
pub struct Program {
    url: String,
    module: JsValue,
}

impl Program {
    /// Takes `NAME.js` and `NAME_bg.wasm`, of this build.
    ///
    /// # Errors
    /// Offline, gone from the server, or of another build.
    pub async fn load(name: &str) -> Result<Self, LoadError> {
        let (script, wasm) = (format!("{name}.js"), format!("{name}_bg.wasm"));
        let loaded = load_worker(&script, &wasm).await.map_err(LoadError::of)?;
        let field = |name: &str| Reflect::get(&loaded, &name.into()).map_err(LoadError::of);
        Ok(Self { url: field("url")?.as_string().unwrap_or_default(), module: field("module")? })
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
