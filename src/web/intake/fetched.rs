//! Files that come from the page's own host.

use super::run::{Run, finish_if_done, pool, wait, with_this, within_run};
use super::{found, send_batch};
use crate::gaps::Shelf;
use crate::web::state::AppState;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Takes files that were fetched, each with its path.
pub fn take_fetched(state: AppState, shelf: Shelf, files: Vec<(String, File)>) {
    if files.is_empty() {
        return;
    }
    within_run(state, shelf, move |id| {
        with_this(id, |run| run.busy += 1);
        for (path, file) in files {
            found(id, path, file.into());
        }
        send_batch(id);
        with_this(id, Run::less_busy);
        finish_if_done();
    });
}

/// Returns when the workers can be asked.
pub async fn workers() {
    if pool().is_some() {
        return;
    }
    let told = js_sys::Promise::new(&mut |done, _| {
        wait(move || {
            // A promise's own function.
            let _ = done.call0(&JsValue::NULL);
        });
    });
    // Never rejects.
    let _ = JsFuture::from(told).await;
}
