//! Inputs from the file system: walked, read and imported on all cores. The result does not
//! depend on how the work was shared.

use super::exit::Failure;
use super::progress::Progress;
use crate::diagnostic::Code;
use crate::limits::{self, Limit, Limits};
use crate::pipeline::{self, AlertOptions, AlertReader, Beside, Options, is_alerts};
use crate::rule::Intake;
use crate::source::archive::Archive;
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator as _, IntoParallelRefIterator as _,
    ParallelIterator as _,
};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use walkdir::WalkDir;

static LIMITS: OnceLock<Limits> = OnceLock::new();

/// How much is read from now on; what is said first holds.
pub(super) fn keep_within(limits: Limits) {
    let _ = LIMITS.set(limits);
}

/// How much is read.
pub(super) fn limits() -> Limits {
    LIMITS.get().copied().unwrap_or_default()
}

/// Everything the inputs hold, settled, and what else than rules is among them.
pub(super) fn read_inputs(
    inputs: &[PathBuf],
    options: Options,
) -> Result<(Intake, Beside), Failure> {
    let options = Options { limits: limits(), ..options };
    let mut intake = Intake::default();
    let mut files = Vec::new();
    let mut beside = Beside::default();
    for input in inputs {
        if input.as_os_str() == "-" {
            let (read, found) = import_file(stdin()?, options, &Progress::of(1));
            intake.add(read);
            beside.add(found);
        } else if input.exists() {
            walk(input, &mut files, &mut intake);
        } else {
            return Err(Failure::NothingReadable(format!(
                "{}: no such file or folder",
                input.display()
            )));
        }
    }
    let (read, found) = import_all(&files, options);
    intake.add(read);
    beside.add(found);
    intake.settle();
    // However the work was shared.
    crate::sorted::sort_by(&mut beside.layers, |a, b| a.path.cmp(&b.path));
    crate::sorted::sort(&mut beside.test_results);
    beside.alerts = std::mem::take(&mut beside.alerts).settle();
    Ok((intake, beside))
}

/// Standard input as a file; what it is, its content says. It can be asked for again.
///
/// # Errors
/// If it cannot be read.
pub(super) fn stdin() -> Result<SourceFile, Failure> {
    static BYTES: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let read = BYTES.get_or_init(|| {
        let mut bytes = Vec::new();
        let stdin = std::io::stdin().take(most_bytes() + 1);
        let reading = { stdin }.read_to_end(&mut bytes);
        reading.map_err(|error| error.to_string())?;
        // Not its beginning as if it were all.
        if bytes.len() as u64 > most_bytes() {
            let limit = Limit::ArchiveBytes;
            return Err(format!("larger than {}; {}", limit.written(most_bytes()), limit.remedy()));
        }
        Ok(bytes)
    });
    match read {
        Ok(bytes) => Ok(SourceFile { path: "stdin".to_owned(), bytes: bytes.clone() }),
        Err(reason) => Err(Failure::NothingReadable(format!("standard input: {reason}"))),
    }
}

/// What a file may have at most, whatever it is.
fn most_bytes() -> u64 {
    let limits = limits();
    let all = [Limit::ArchiveBytes, Limit::WorkspaceBytes, Limit::largest_file(&limits)];
    all.map(|limit| limits.of(limit)).into_iter().max().unwrap_or_default()
}

/// A file that an option names, `-` for standard input; at most one byte more than `limit`, for its
/// reader to see.
pub(super) fn file(path: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        let stdin = stdin().map_err(|failure| std::io::Error::other(failure.to_string()))?;
        return Ok(stdin.bytes);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn outcome(path: &Path, bucket: Bucket) -> FileOutcome {
    let bytes = path.metadata().map_or(0, |metadata| metadata.len());
    FileOutcome { path: shown(path), bytes, bucket }
}

/// A path with `/` on every system.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

fn walk(input: &Path, files: &mut Vec<PathBuf>, intake: &mut Intake) {
    let mut walk = WalkDir::new(input).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(input).to_owned();
                intake.add_outcome(outcome(&path, unreadable(&error.to_string())));
                continue;
            }
        };
        let name = entry.file_name().to_string_lossy();
        let kind = entry.file_type();
        if kind.is_dir() && entry.depth() > 0 && limits::IGNORED_FOLDERS.contains(&name.as_ref()) {
            let reason = "a folder of tools, not of rules; not opened".to_owned();
            let bucket = Bucket::Skipped { code: Code::IgnoredFolder, reason };
            intake.add_outcome(FileOutcome { path: shown(entry.path()), bytes: 0, bucket });
            walk.skip_current_dir();
        } else if kind.is_symlink() && entry.depth() > 0 {
            let reason = "a symbolic link; not followed".to_owned();
            let bucket = Bucket::Skipped { code: Code::SymbolicLink, reason };
            intake.add_outcome(FileOutcome { path: shown(entry.path()), bytes: 0, bucket });
        } else if !kind.is_dir() {
            files.push(entry.into_path());
        }
    }
}

fn unreadable(reason: &str) -> Bucket {
    Bucket::Failed {
        code: Code::Unreadable,
        line: None,
        column: None,
        reason: format!("cannot be read: {reason}"),
        remedy: "check that it exists and may be read".to_owned(),
    }
}

/// All files on all cores, entry by entry in zips; what they hold is in the order of the files.
fn import_all(files: &[PathBuf], options: Options) -> (Intake, Beside) {
    let progress = Progress::of(files.len());
    let each = |path: &PathBuf| {
        let read = import_path(path, options, &progress);
        progress.did_one();
        read
    };
    std::thread::scope(|scope| {
        scope.spawn(|| progress.tell(&mut std::io::stderr()));
        let read = in_order(files.par_iter().map(each));
        progress.stop();
        read
    })
}

fn in_order(parts: impl IndexedParallelIterator<Item = (Intake, Beside)>) -> (Intake, Beside) {
    let mut all = (Intake::default(), Beside::default());
    for (intake, beside) in parts.collect::<Vec<_>>() {
        all.0.add(intake);
        all.1.add(beside);
    }
    all
}

/// Goes through the files of the inputs again, those in zips included, with what a patch calls
/// them: the path from the working directory or, where an input is elsewhere, from the input; in
/// a zip the path there. Standard input cannot be read again.
pub(super) fn again(inputs: &[PathBuf], mut each: impl FnMut(&SourceFile, &str)) {
    let here = std::env::current_dir().unwrap_or_default();
    for input in inputs.iter().filter(|input| input.as_os_str() != "-") {
        let mut files = Vec::new();
        walk(input, &mut files, &mut Intake::default());
        for path in files {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let file = SourceFile { path: shown(&path), bytes };
            if sniff(&file.bytes) != Kind::Zip {
                each(&file, &shown(&called(&path, input, &here)));
                continue;
            }
            let opened = Archive::open_within(&file.path, &file.bytes, &limits());
            let Ok(archive) = opened else { continue };
            for entry in archive.part(0, 1, 0).flatten() {
                let inner = entry.path.strip_prefix(&file.path).unwrap_or(&entry.path);
                each(&entry, inner.trim_start_matches('/'));
            }
        }
    }
}

fn called(path: &Path, input: &Path, here: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let climbs = full.components().any(|part| part == std::path::Component::ParentDir);
    if let (Ok(below), false) = (full.strip_prefix(here), climbs) {
        return below.to_owned();
    }
    match path.strip_prefix(input) {
        Ok(below) if below.as_os_str().is_empty() => path.file_name().unwrap_or_default().into(),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    }
}

/// Bytes of alerts that are read at once.
const PIECE: usize = 1 << 20;

/// Alerts larger than any file of rules, piece by piece; `None` if it is another file, or small.
fn import_large_alerts(path: &Path, options: Options) -> Option<(Intake, Beside)> {
    let mut file = std::fs::File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    if size <= options.limits.of(Limit::RuleListBytes) {
        return None;
    }
    let mut head = Vec::new();
    file.by_ref().take(limits::ALERT_HEAD_BYTES as u64).read_to_end(&mut head).ok()?;
    if sniff(&head) == Kind::Zip || !is_alerts(&head) {
        return None;
    }
    let path = shown(path);
    let Options { zone, limits, .. } = options;
    let options = AlertOptions { zone, limits, ..AlertOptions::default() };
    let mut reader = AlertReader::new(&path, options);
    reader.push(&head);
    drop(head);
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Some(pipeline::alerts_read(&path, size, reader)),
            Ok(count) => reader.push(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                let mut intake = Intake::default();
                let bucket = unreadable(&error.to_string());
                intake.add_outcome(FileOutcome { path, bytes: size, bucket });
                return Some((intake, Beside::default()));
            }
        }
    }
}

fn import_path(path: &Path, options: Options, progress: &Progress) -> (Intake, Beside) {
    if let Some(alerts) = import_large_alerts(path, options) {
        return alerts;
    }
    // Refused by its size, and not read in vain.
    let size = std::fs::metadata(path).map_or(0, |found| found.len());
    if size > most_bytes() {
        let limits = options.limits;
        let largest = Limit::largest_file(&limits);
        let name = shown(path).to_ascii_lowercase();
        let limit = match () {
            () if name.ends_with(".zip") => Limit::ArchiveBytes,
            () if name.ends_with(".coverlay.json") => Limit::WorkspaceBytes,
            () => largest,
        };
        let mut intake = Intake::default();
        intake.add_outcome(FileOutcome::too_large(shown(path), size, limit, &limits));
        return (intake, Beside::default());
    }
    let mut bytes = Vec::new();
    let reading = std::fs::File::open(path)
        .and_then(|file| file.take(most_bytes() + 1).read_to_end(&mut bytes));
    if let Err(error) = reading {
        let mut intake = Intake::default();
        intake.add_outcome(outcome(path, unreadable(&error.to_string())));
        return (intake, Beside::default());
    }
    import_file(SourceFile { path: shown(path), bytes }, options, progress)
}

fn import_file(file: SourceFile, options: Options, progress: &Progress) -> (Intake, Beside) {
    match sniff(&file.bytes) {
        Kind::Zip => import_archive(&file, options, progress),
        _ => pipeline::import_files_with([file], options),
    }
}

/// The entries of a zip, each a file of its own.
fn import_archive(file: &SourceFile, options: Options, progress: &Progress) -> (Intake, Beside) {
    let only = |outcome| {
        let mut intake = Intake::default();
        intake.add_outcome(outcome);
        (intake, Beside::default())
    };
    let archive = match Archive::open_within(&file.path, &file.bytes, &options.limits) {
        Ok(archive) => archive,
        Err(outcome) => return only(outcome),
    };
    let entries = archive.len();
    progress.found_more(entries);
    let each = |at: usize| {
        let entry = archive.part(at, entries, 0).next();
        let read = entry.map(|entry| match entry {
            Ok(file) => pipeline::import_one(&file, options),
            Err(outcome) => only(outcome),
        });
        progress.did_one();
        read.unwrap_or_default()
    };
    in_order((0..entries).into_par_iter().map(each))
}
