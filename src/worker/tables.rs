//! Tables of alerts, which may be larger than memory should be: read from the file in pieces, and
//! sent on in pieces.

use super::pieces::read;
use super::post::post;
use super::protocol::Response;
use crate::alerts::{Alerts, KnownMapping, Mapping, PIECE_ROWS, SampledTable};
use crate::limits::{ALERT_HEAD_BYTES, Limit, Limits};
use crate::pipeline::{
    self, AlertOptions, AlertReader, Beside, Options, is_alerts, is_known, sample,
};
use crate::rule::Intake;
use crate::source::archive::Archive;
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use crate::workspace::is_workspace;
use web_sys::Blob;

/// Bytes that are read at once: some 5,000 rows.
const PIECE: u64 = 1 << 20;
/// Rows that are shown before a table is read.
const PREVIEW_ROWS: usize = 5;

type Imported = (Intake, Beside);

fn only(path: String, bytes: u64, bucket: Bucket) -> Imported {
    let mut intake = Intake::default();
    intake.add_outcome(FileOutcome { path, bytes, bucket });
    (intake, Beside::default())
}

fn unreadable(path: String, bytes: u64, reason: &str) -> Imported {
    only(path, bytes, Bucket::not_given(reason))
}

fn is_table_name(path: &str) -> bool {
    let end = path.rsplit('.').next().unwrap_or_default();
    ["csv", "tsv", "txt", "log", "json", "jsonl", "ndjson"]
        .iter()
        .any(|known| end.eq_ignore_ascii_case(known))
}

/// A file whose columns were chosen by hand before, as alerts; `None` if it is another.
pub(super) fn known(file: &SourceFile, known: &[KnownMapping], limits: Limits) -> Option<Imported> {
    let is_it = !known.is_empty() && is_table_name(&file.path) && is_known(&file.bytes, known);
    is_it.then(|| {
        let options = AlertOptions { known: known.to_vec(), limits, ..AlertOptions::default() };
        pipeline::import_table(file, options)
    })
}

/// A large file: alerts in pieces, anything else as a whole, if it is within its limit.
pub(super) fn large(
    job: u32,
    path: String,
    limit: u8,
    (options, known): (Options, Vec<KnownMapping>),
    file: &Blob,
) -> Imported {
    let size = file.size() as u64;
    let head = match read(file, 0, size.min(ALERT_HEAD_BYTES as u64)) {
        Ok(head) => head,
        Err(reason) => return unreadable(path, size, &reason),
    };
    if is_workspace(&head) {
        // The page has the handle, and gives it to the press.
        post(&Response::Workspace { job, path, from: 0, size });
        return Imported::default();
    }
    let is_table = sniff(&head) != Kind::Zip && (is_known(&head, &known) || is_alerts(&head));
    drop(head);
    if is_table {
        let Options { zone, limits, .. } = options;
        return in_pieces(job, path, AlertOptions { mapping: None, known, zone, limits }, file);
    }
    let limit = Limit::ALL.get(usize::from(limit)).copied().unwrap_or(Limit::RuleListBytes);
    if size > options.limits.of(limit) {
        let mut intake = Intake::default();
        intake.add_outcome(FileOutcome::too_large(path, size, limit, &options.limits));
        return (intake, Beside::default());
    }
    match read(file, 0, size) {
        Ok(bytes) => pipeline::import_files_with([SourceFile { path, bytes }], options),
        Err(reason) => unreadable(path, size, &reason),
    }
}

/// A file that somebody said is a table of alerts.
pub(super) fn chosen(
    job: u32,
    path: String,
    archive: Option<&str>,
    (mapping, limits): (Mapping, &Limits),
    file: &Blob,
) -> Imported {
    let (mapping, limits_of) = (Some(mapping), *limits);
    let options = AlertOptions { mapping, limits: limits_of, ..AlertOptions::default() };
    match archive {
        None => in_pieces(job, path, options, file),
        Some(archive) => match entry(&path, archive, limits, file) {
            Ok(file) => pipeline::import_table(&file, options),
            Err(reason) => unreadable(path, 0, &reason),
        },
    }
}

/// The beginning of a table, for choosing its columns, and its first rows as a mapping reads them.
pub(super) fn look(
    path: &str,
    archive: Option<&str>,
    (known, limits): (&[KnownMapping], &Limits),
    mapping: Option<Mapping>,
    file: &Blob,
) -> Option<(SampledTable, Option<Box<Alerts>>)> {
    let (mut head, size) = match archive {
        None => {
            let size = file.size() as u64;
            (read(file, 0, size.min(ALERT_HEAD_BYTES as u64)).ok()?, size)
        }
        Some(archive) => {
            let bytes = entry(path, archive, limits, file).ok()?.bytes;
            let size = bytes.len() as u64;
            (bytes, size)
        }
    };
    head.truncate(ALERT_HEAD_BYTES);
    let table = sample(path, &head, known)?;
    // The last line is whole only at the end of the file.
    if (head.len() as u64) < size
        && let Some(end) = head.iter().rposition(|byte| *byte == b'\n')
    {
        head.truncate(end + 1);
    }
    let mapping = mapping.unwrap_or_else(|| table.mapping.clone());
    let options = AlertOptions { mapping: Some(mapping), ..AlertOptions::default() };
    let mut reader = AlertReader::new(path, options);
    reader.push(&head);
    let first = reader.finish().ok().map(|all| Box::new(all.first(PREVIEW_ROWS)));
    Some((table, first))
}

fn entry(path: &str, archive: &str, limits: &Limits, file: &Blob) -> Result<SourceFile, String> {
    let bytes = read(file, 0, file.size() as u64)?;
    let archive = Archive::open_within(archive, &bytes, limits);
    let archive = archive.map_err(|_| "no such archive".to_owned())?;
    let found = archive.unpack_some(|entry| entry == path).last();
    found.ok_or_else(|| "it is not in the archive".to_owned())
}

fn in_pieces(job: u32, path: String, options: AlertOptions, file: &Blob) -> Imported {
    let size = file.size() as u64;
    let mut reader = AlertReader::new(&path, options);
    let mut done = 0;
    while done < size {
        let end = size.min(done + PIECE);
        match read(file, done, end) {
            Ok(bytes) => reader.push(&bytes),
            Err(reason) => return unreadable(path, size, &reason),
        }
        done = end;
        let rows = reader.drain();
        // Also where there is none: it shows how far it is.
        let of = |rows| {
            let rows = Box::new(rows);
            Response::Rows { job, path: path.clone(), rows, read: (done, size) }
        };
        if rows.len() <= PIECE_ROWS {
            post(&of(rows));
        } else {
            rows.pieces(0).into_iter().for_each(|rows| post(&of(rows)));
        }
    }
    pipeline::alerts_read(&path, size, reader)
}
