//! Fetching a worker's script and wasm. Workers then start from a Blob and a compiled module, as
//! often as need be, without another request.

use super::protocol::BUILD;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::Worker;

/// Why a worker's files are not there.
#[derive(Clone, Debug, Default, thiserror::Error)]
#[error("{0}")]
pub struct LoadError(String);

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
    /// Fetches `NAME.js` and `NAME_bg.wasm` beside the page, of this build.
    pub async fn load(name: &str) -> Result<Self, LoadError> {
        let failed = |error: JsValue| match error.dyn_ref::<js_sys::Error>() {
            Some(error) => LoadError(error.message().into()),
            None => LoadError(format!("{error:?}")),
        };
        let (script, wasm) =
            (format!("./{name}.js?v={BUILD}"), format!("./{name}_bg.wasm?v={BUILD}"));
        let loaded = load_worker(&script, &wasm).await.map_err(failed)?;
        let field = |name: &str| Reflect::get(&loaded, &name.into()).map_err(failed);
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
