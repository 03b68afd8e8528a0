//! The press's side: makes the file it is asked for.

use super::protocol::{Request, Response};
use super::{fixes, saved};
use crate::export::gif::{Animation, GifError, delay};
use crate::export::report::html::{self, Pictures};
use crate::export::report::{Report, ReportFile, csv_set, markdown, parts};
use crate::export::xlsx;
use crate::limits::Limits;
use crate::source::Bucket;
use crate::worker::pieces::read;
use crate::worker::protocol::BUILD;
use crate::workspace::WorkspaceError;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

fn post(response: &Response, beside: Option<&[u8]>) {
    post_with(response, beside, None);
}

fn post_with(response: &Response, beside: Option<&[u8]>, file: Option<&Blob>) {
    // A response that does not serialise, or a page that is gone: nobody is left to tell.
    let Ok(header) = postcard::to_stdvec(response) else { return };
    let message = Array::of1(&Uint8Array::from(header.as_slice()));
    let buffers = Array::new();
    if let Some(bytes) = beside {
        let file = Uint8Array::from(bytes);
        buffers.push(&file.buffer());
        message.push(&file);
    }
    if let Some(file) = file {
        message.push(file);
    }
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let _ = scope.post_message_with_transfer(&message, &buffers);
}

fn gif(width: u32, height: u32, frames: &[Uint8Array]) -> Result<Vec<u8>, GifError> {
    let mut animation = Animation::new(width, height)?;
    for (at, frame) in frames.iter().enumerate() {
        animation.add(&frame.to_vec(), delay(at, frames.len()))?;
    }
    animation.write()
}

fn report(
    report: &mut Report,
    file: ReportFile,
    pictures: Option<&Pictures>,
    rows: &[Uint8Array],
) -> Result<Vec<u8>, String> {
    let rows: Vec<Vec<u8>> = rows.iter().map(Uint8Array::to_vec).collect();
    parts::join(report, rows.iter().map(Vec::as_slice)).map_err(|error| error.to_string())?;
    match file {
        ReportFile::Html => Ok(html::write(report, pictures).into_bytes()),
        ReportFile::Markdown => Ok(markdown::write(report).into_bytes()),
        ReportFile::CsvSet => csv_set::write(report).map_err(|error| error.to_string()),
        ReportFile::Xlsx => xlsx::report::write(report).map_err(|error| error.to_string()),
    }
}

/// The only buffer of a request.
fn first(beside: &[Uint8Array]) -> Vec<u8> {
    beside.first().map(Uint8Array::to_vec).unwrap_or_default()
}

/// What is sent back as values.
fn packed<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    postcard::to_stdvec(value).map_err(|error| error.to_string())
}

/// Bytes of a workspace that are read, and of its files that are given back to the browser, at once.
const PIECE: u64 = 8 << 20;

/// Files one behind the other. What is full is the browser's, which may keep it on disk.
#[derive(Default)]
struct Pack {
    open: Vec<u8>,
    full: Array,
    refused: Option<JsValue>,
}

impl Pack {
    fn add(&mut self, bytes: &[u8]) {
        self.open.extend_from_slice(bytes);
        if self.open.len() as u64 >= PIECE {
            self.close();
        }
    }

    fn close(&mut self) {
        let bytes = Array::of1(&Uint8Array::from(self.open.as_slice()));
        self.open.clear();
        match Blob::new_with_u8_array_sequence(&bytes) {
            Ok(piece) => drop(self.full.push(&piece)),
            Err(error) => self.refused = Some(error),
        }
    }

    fn finish(mut self) -> Result<Blob, JsValue> {
        self.close();
        match self.refused {
            Some(error) => Err(error),
            None => Blob::new_with_blob_sequence(&self.full),
        }
    }
}

/// What is in a workspace as postcard, and its files.
fn workspace(file: &Blob, limits: &Limits) -> Result<(Vec<u8>, Blob), String> {
    let mut pack = Pack::default();
    let parts = whole(file, limits)
        .and_then(|bytes| saved::open(&bytes, limits, |content| pack.add(content)));
    let head = packed(&parts)?;
    let pack = pack.finish().map_err(|_| "the browser takes no more files".to_owned())?;
    Ok((head, pack))
}

/// All of a file that may be one.
fn whole(file: &Blob, limits: &Limits) -> Result<Vec<u8>, Bucket> {
    let size = file.size() as u64;
    // Before it is read.
    WorkspaceError::of_size(size, limits).map_err(|error| error.bucket())?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    while (bytes.len() as u64) < size {
        let from = bytes.len() as u64;
        let piece = read(file, from, size.min(from + PIECE));
        let piece = piece.map_err(|reason| Bucket::not_given(&reason))?;
        if piece.is_empty() {
            return Err(Bucket::not_given("it ended before its end"));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn answer(request: Request, parts: &Array) {
    let beside = || parts.iter().skip(1).map(|part| Uint8Array::new(&part)).collect::<Vec<_>>();
    let made = match request {
        Request::Workspace { limits } => {
            match workspace(parts.get(1).unchecked_ref(), &limits) {
                Ok((head, pack)) => post_with(&Response::Made, Some(head.as_slice()), Some(&pack)),
                Err(reason) => post(&Response::Failed { reason }, None),
            }
            return;
        }
        Request::Fix { archive, files } => {
            packed(&fixes::make(archive.as_deref(), &files, &first(&beside())))
        }
        Request::Gif { width, height } => {
            gif(width, height, &beside()).map_err(|error| error.to_string())
        }
        Request::Report { report: mut head, file, pictures } => {
            report(&mut head, file, pictures.as_ref(), &beside())
        }
        Request::Xlsx(workbook) => xlsx::write(&workbook).map_err(|error| error.to_string()),
    };
    match made {
        Ok(file) => post(&Response::Made, Some(file.as_slice())),
        Err(reason) => post(&Response::Failed { reason }, None),
    }
}

/// Starts the press: says it is ready, then answers. Should it panic, it dies, and
/// the page hears of that.
pub fn start() {
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let header = Uint8Array::new(&parts.get(0)).to_vec();
        match postcard::from_bytes(&header) {
            Ok(request) => answer(request, &parts),
            // Both sides are of one build, so this is a fault of ours: better a crash than silence.
            Err(error) => wasm_bindgen::throw_str(&error.to_string()),
        }
    });
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The handler lives as long as the worker.
    on_message.forget();
    post(&Response::Ready { build: BUILD.to_owned() }, None);
}
