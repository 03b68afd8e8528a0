//! What goes along with a job, and how it is sent.

use super::protocol::{Order, Request};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use web_sys::{Blob, Worker};

/// What goes along with a job.
pub(super) enum Content {
    /// What was read of files already.
    Bytes(ArrayBuffer),
    /// A file that the worker reads itself.
    Handle(Blob),
}

impl Content {
    /// A part of it as a file of its own. It is the browser's: nothing of it comes into the page's own
    /// memory, which never shrinks.
    pub(super) fn part(&self, from: u64, size: u64) -> Option<Blob> {
        match self {
            Self::Handle(file) if from == 0 && file.size() == size as f64 => Some(file.clone()),
            Self::Handle(file) => {
                file.slice_with_f64_and_f64(from as f64, (from + size) as f64).ok()
            }
            Self::Bytes(bytes) => {
                let (from, size) = (u32::try_from(from).ok()?, u32::try_from(size).ok()?);
                let part = Uint8Array::new_with_byte_offset_and_length(bytes, from, size);
                Blob::new_with_u8_array_sequence(&Array::of1(&part)).ok()
            }
        }
    }
}

/// Sends an order. The bytes are copied, not transferred: the page keeps them until the job is
/// done, because a worker that dies takes its copy along.
pub(super) fn post(worker: &Worker, order: &Order<&Request>, content: &Content) {
    let Ok(header) = postcard::to_stdvec(order) else { return };
    let header = Uint8Array::from(header.as_slice());
    let (message, transfer) = match content {
        Content::Bytes(bytes) => {
            let bytes = bytes.slice(0);
            (Array::of2(&header, &bytes), Array::of2(&header.buffer(), &bytes))
        }
        Content::Handle(file) => (Array::of2(&header, file), Array::of1(&header.buffer())),
    };
    let _ = worker.post_message_with_transfer(&message, &transfer);
}
