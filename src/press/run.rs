//! The press's side: makes the file it is asked for.

use super::protocol::{Request, Response};
use super::{fixes, saved};
use crate::export::gif::{Animation, GifError, delay};
use crate::export::report::html::{self, Pictures};
use crate::export::report::{Report, ReportFile, csv_set, markdown, parts};
use crate::export::xlsx;
use crate::worker::protocol::BUILD;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn post<'b>(response: &Response, beside: impl IntoIterator<Item = &'b [u8]>) {
    // A response that does not serialise, or a page that is gone: nobody is left to tell.
    let Ok(header) = postcard::to_stdvec(response) else { return };
    let message = Array::of1(&Uint8Array::from(header.as_slice()));
    let buffers = Array::new();
    for file in beside {
        let file = Uint8Array::from(file);
        buffers.push(&file.buffer());
        message.push(&file);
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

/// A workspace, and then the contents of its files.
fn workspace(beside: &[Uint8Array]) -> Result<Vec<Vec<u8>>, String> {
    let (parts, contents) = match saved::open(&first(beside)) {
        Ok((parts, contents)) => (Ok(parts), contents),
        Err(bucket) => (Err(bucket), Vec::new()),
    };
    let head = packed(&parts)?;
    Ok(std::iter::once(head).chain(contents).collect())
}

fn answer(request: Request, beside: &[Uint8Array]) {
    let made = match request {
        Request::Workspace => {
            match workspace(beside) {
                Ok(parts) => post(&Response::Made, parts.iter().map(Vec::as_slice)),
                Err(reason) => post(&Response::Failed { reason }, None),
            }
            return;
        }
        Request::Fix { archive, files } => {
            packed(&fixes::make(archive.as_deref(), &files, &first(beside)))
        }
        Request::Gif { width, height } => {
            gif(width, height, beside).map_err(|error| error.to_string())
        }
        Request::Report { report: mut head, file, pictures } => {
            report(&mut head, file, pictures.as_ref(), beside)
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
            Ok(request) => {
                let beside: Vec<_> = parts.iter().skip(1).map(|b| Uint8Array::new(&b)).collect();
                answer(request, &beside);
            }
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
