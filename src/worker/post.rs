//! What the worker says.

use super::protocol::Response;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

pub(super) fn post(response: &Response) {
    // A response that does not serialise, or a page that is gone: nobody is left to tell.
    let Ok(bytes) = postcard::to_stdvec(response) else { return };
    let message = Uint8Array::from(bytes.as_slice());
    let _ = scope().post_message_with_transfer(&message, &Array::of1(&message.buffer()));
}
