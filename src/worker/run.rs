//! The worker's side: takes requests, imports, answers in batches. Runs in its own wasm, which
//! holds the parsers and no page.

use super::pieces::read_all;
use super::post::{post, scope};
use super::protocol::{BUILD, FileHeader, Order, Request, Response};
use super::{tables, warm};
use crate::alerts::{Alerts, KnownMapping, Reading};
use crate::attack::stored;
use crate::layer;
use crate::limits::Limits;
use crate::pipeline::{self, Beside, Options};
use crate::rule::Intake;
use crate::source::archive::Archive;
use crate::source::excerpt::excerpt;
use crate::source::{Bucket, FileOutcome, SourceFile};
use crate::workspace::is_workspace;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent};

/// An answer goes out after so many files, so that the page sees progress …
const BATCH_FILES: u32 = 64;
/// … or after so many bytes.
const BATCH_BYTES: usize = 256 << 10;

thread_local! {
    // Global, so that the panic hook can still send what was done before.
    static OUTBOX: RefCell<Outbox> = RefCell::default();
}

/// Collects the results of some files and sends them together.
#[derive(Default)]
struct Outbox {
    job: u32,
    /// See [`Order`].
    careful: bool,
    /// What is being read.
    path: String,
    done: u32,
    pending_files: u32,
    pending_bytes: usize,
    intake: Intake,
    beside: Beside,
    readings: Vec<Arc<Reading>>,
}

impl Outbox {
    fn add(&mut self, bytes: usize, (intake, beside): (Intake, Beside)) {
        self.done += 1;
        self.pending_files += 1;
        self.pending_bytes += bytes;
        self.intake.add(intake);
        // Rows go out before the file is answered for, in pieces that a page takes over quickly.
        let has_rows = !beside.alerts.is_empty();
        for (at, reading) in (0..).zip(&beside.alerts.readings) {
            for rows in beside.alerts.pieces(at) {
                let (path, rows) = (reading.path.clone(), Box::new(rows));
                post(&Response::Rows { job: self.job, path, rows, read: (0, 0) });
            }
        }
        self.readings.extend(beside.alerts.readings.iter().cloned());
        self.beside.add(Beside { alerts: Alerts::default(), ..beside });
        // Should the worker die, they are not to come again.
        if self.careful
            || has_rows
            || self.pending_files >= BATCH_FILES
            || self.pending_bytes >= BATCH_BYTES
        {
            self.send();
        }
    }

    fn send(&mut self) {
        if self.pending_files == 0 {
            return;
        }
        self.pending_files = 0;
        self.pending_bytes = 0;
        let beside = std::mem::take(&mut self.beside);
        post(&Response::Batch {
            job: self.job,
            done: self.done,
            intake: std::mem::take(&mut self.intake),
            catalogues: match beside.catalogues.is_empty() {
                true => Vec::new(),
                false => stored::write_plain(&beside.catalogues),
            },
            layers: match beside.layers.is_empty() {
                true => Vec::new(),
                false => layer::stored::write(&beside.layers),
            },
            parts: beside.parts,
            readings: std::mem::take(&mut self.readings),
            tests: beside.test_results,
        });
    }
}

fn begin(job: u32, done: u32, careful: bool) {
    OUTBOX.set(Outbox { job, done, careful, ..Outbox::default() });
}

fn reading(path: &str) {
    OUTBOX.with_borrow_mut(|outbox| {
        path.clone_into(&mut outbox.path);
        if outbox.careful {
            post(&Response::Reading { job: outbox.job, path: path.to_owned() });
        }
    });
}

fn add(bytes: usize, result: (Intake, Beside)) {
    OUTBOX.with_borrow_mut(|outbox| outbox.add(bytes, result));
}

fn answer_files(
    job: u32,
    files: Vec<FileHeader>,
    options: Options,
    known: &[KnownMapping],
    buffer: &ArrayBuffer,
) {
    let mut start = 0;
    for file in files {
        reading(&file.path);
        let from = start;
        let bytes = Uint8Array::new_with_byte_offset_and_length(buffer, from, file.len).to_vec();
        start += file.len;
        let size = bytes.len();
        let file = SourceFile { path: file.path, bytes };
        if is_workspace(&file.bytes) {
            let (from, size) = (from.into(), size as u64);
            post(&Response::Workspace { job, path: file.path, from, size });
            add(0, Default::default());
            // Should the worker die at a later one, it is not to come again.
            OUTBOX.with_borrow_mut(Outbox::send);
            continue;
        }
        let result = tables::known(&file, known, options.limits);
        add(size, result.unwrap_or_else(|| pipeline::import_files_with([file], options)));
    }
}

/// A part of a zip.
struct ZipPart {
    job: u32,
    part: u32,
    parts: u32,
    done: u32,
}

fn answer_zip(path: &str, zip: &ZipPart, options: Options, known: &[KnownMapping], file: &Blob) {
    let ZipPart { job, part, parts, done } = *zip;
    // Not `reading`: whoever dies now does so of the archive, not of an entry.
    OUTBOX.with_borrow_mut(|outbox| path.clone_into(&mut outbox.path));
    let size = file.size() as u64;
    let refused = |outcome| post(&Response::Refused { job, outcome });
    let bytes = match read_all(file, || post(&Response::Alive { job })) {
        Ok(bytes) => bytes,
        Err(reason) => {
            let bucket = Bucket::not_given(&reason);
            return refused(FileOutcome { path: path.to_owned(), bytes: size, bucket });
        }
    };
    match Archive::open_within(path, &bytes, &options.limits) {
        Err(outcome) => refused(outcome),
        Ok(archive) => {
            let (part, parts) = (part as usize, parts as usize);
            let files = u32::try_from(archive.part_len(part, parts)).unwrap_or(u32::MAX);
            post(&Response::Listed { job, files });
            let mut entries = archive.part(part, parts, done as usize);
            for path in archive.part_paths(part, parts, done as usize) {
                // Before it is unpacked, which may kill as well.
                reading(path);
                let Some(entry) = entries.next() else { break };
                match entry {
                    Ok(file) => {
                        let result = tables::known(&file, known, options.limits);
                        let result = result.unwrap_or_else(|| pipeline::import_one(&file, options));
                        add(file.bytes.len(), result);
                    }
                    Err(outcome) => {
                        let mut intake = Intake::default();
                        intake.add_outcome(outcome);
                        add(0, (intake, Beside::default()));
                    }
                }
            }
        }
    }
}

/// The text of a file, or of an entry of an archive.
fn answer_text(
    job: u32,
    path: &str,
    archive: Option<&str>,
    (line, last): (u32, u32),
    limits: &Limits,
    buffer: &ArrayBuffer,
) {
    let bytes = Uint8Array::new(buffer).to_vec();
    let excerpt = match archive {
        None => Some(excerpt(&bytes, line, last)),
        Some(archive) => Archive::open_within(archive, &bytes, limits)
            .ok()
            .and_then(|archive| archive.unpack_some(|entry| entry == path).last())
            .map(|file| excerpt(&file.bytes, line, last)),
    };
    post(&Response::Text { job, excerpt });
}

fn answer(order: Order<Request>, content: &JsValue) {
    let Order { careful, scan_text, tables: known, limits, request } = order;
    // Which of both it is depends on the request.
    let (buffer, handle): (&ArrayBuffer, &Blob) =
        (content.unchecked_ref(), content.unchecked_ref());
    let options = Options { scan_text, profile: true, limits, ..Options::default() };
    let job = match request {
        Request::Files { job, files } => {
            begin(job, 0, careful);
            answer_files(job, files, options, &known, buffer);
            job
        }
        Request::Zip { job, path, part, parts, done } => {
            begin(job, done, careful);
            answer_zip(&path, &ZipPart { job, part, parts, done }, options, &known, handle);
            job
        }
        Request::Large { job, path, limit } => {
            begin(job, 0, false);
            reading(&path);
            add(0, tables::large(job, path, limit, (options, known), handle));
            job
        }
        Request::Table { job, path, archive, mapping } => {
            begin(job, 0, false);
            reading(&path);
            add(0, tables::chosen(job, path, archive.as_deref(), (mapping, &limits), handle));
            job
        }
        Request::Look { job, path, archive, mapping } => {
            begin(job, 0, false);
            let looked =
                tables::look(&path, archive.as_deref(), (&known, &limits), mapping, handle);
            let (table, preview) = looked.unzip();
            post(&Response::Looked { job, table, preview: preview.flatten() });
            job
        }
        Request::Text { job, path, archive, line, last } => {
            begin(job, 0, false);
            answer_text(job, &path, archive.as_deref(), (line, last), &limits, buffer);
            job
        }
        Request::Peers { job, path } => {
            begin(job, 0, false);
            let bytes = Uint8Array::new(buffer).to_vec();
            let read = pipeline::read_peers_within([SourceFile { path, bytes }], &limits);
            post(&Response::Peers { job, read });
            job
        }
        Request::Profile { job, path, kind } => {
            begin(job, 0, false);
            let bytes = Uint8Array::new(buffer).to_vec();
            let read = pipeline::profile::read_part(kind, &SourceFile { path, bytes }, &limits);
            post(&Response::Profile { job, read });
            job
        }
        Request::Unpack { job, archive, paths } => {
            begin(job, 0, false);
            let bytes = Uint8Array::new(buffer).to_vec();
            let wanted: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
            let opened = Archive::open_within(&archive, &bytes, &limits);
            let entries = opened.iter().flat_map(|a| a.unpack_some(|path| wanted.contains(path)));
            let files = entries.map(|file| (file.path, file.bytes)).collect();
            post(&Response::Unpacked { job, files });
            job
        }
    };
    OUTBOX.with_borrow_mut(Outbox::send);
    post(&Response::Done { job });
}

/// Starts the worker: says it is ready, then answers every message.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        OUTBOX.with(|outbox| {
            // Where it is borrowed, what it holds cannot be trusted; the page sees the worker die
            // and finds out.
            let Ok(mut outbox) = outbox.try_borrow_mut() else { return };
            outbox.send();
            let Outbox { job, done, .. } = *outbox;
            let path = outbox.path.clone();
            post(&Response::Panicked { job, path, done, message: info.to_string() });
        });
    }));
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        warm::end();
        let parts: Array = event.data().unchecked_into();
        let header = Uint8Array::new(&parts.get(0)).to_vec();
        let content = parts.get(1);
        if let Ok(order) = postcard::from_bytes(&header) {
            answer(order, &content);
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The handler lives as long as the worker.
    on_message.forget();
    post(&Response::Ready { build: BUILD.to_owned() });
    warm::begin();
}
