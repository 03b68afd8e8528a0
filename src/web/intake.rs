//! From a drop, a choice or a paste to a settled intake: walk, read in batches, send to the
//! workers, collect, publish.

use super::marks::mark;
use super::next_task::FramePace;
use super::state::{AppState, Progress};
use crate::attack::{Catalogue, stored};
use crate::diagnostic::Code;
use crate::limits;
use crate::rule::Intake;
use crate::source::{Bucket, FileOutcome};
use crate::worker::client::Pool;
use crate::worker::protocol::{FileHeader, Response};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileList};

/// A batch is read and sent at this many files …
const BATCH_FILES: usize = 256;
/// … or this many bytes.
const BATCH_BYTES: u64 = 1 << 20;
/// Archives above this are shared among the workers, entry by entry.
const SHARED_ARCHIVE_BYTES: u64 = 64 << 10;
/// Matrix and numbers are brought up to date while files still arrive, but not more often.
const PUBLISH_INTERVAL_MS: f64 = 400.0;

#[wasm_bindgen(module = "/src/web/drop.js")]
extern "C" {
    fn dropped_roots(transfer: &DataTransfer) -> Array;
    #[wasm_bindgen(catch)]
    async fn walk(
        roots: &Array,
        ignored_names: &Array,
        found: &Closure<dyn Fn(String, File)>,
        ignored: &Closure<dyn Fn(String)>,
        failed: &Closure<dyn Fn(String, String)>,
    ) -> Result<JsValue, JsValue>;
    fn read_together(files: &Array) -> js_sys::Promise;
}

/// Tells imports apart: what was asked for before a cancel may answer after it.
type RunId = u32;

/// One running import. There is at most one; what is dropped meanwhile joins it.
struct Run {
    id: RunId,
    state: AppState,
    pool: Pool,
    /// What was there before.
    base: Arc<Intake>,
    /// What has arrived, sorted.
    arrived: Intake,
    /// What has arrived since, not yet sorted in.
    pending: Intake,
    /// Counts what arrives: a result of fewer arrivals is not the last.
    arrivals: u32,
    /// A result is being computed.
    publishing: bool,
    catalogues: Vec<Catalogue>,
    /// Files found and not yet sent.
    batch: Vec<(String, File)>,
    batch_bytes: u64,
    /// Walks and reads under way.
    busy: u32,
    progress: Progress,
    published_ms: f64,
    published_rules: usize,
}

thread_local! {
    static POOL: RefCell<Option<Pool>> = const { RefCell::new(None) };
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
    static LAST_RUN: Cell<RunId> = const { Cell::new(0) };
    /// Drops that came before the workers were there.
    static EARLY: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Gives the page its workers; drops made before are taken now.
pub fn set_pool(pool: Pool) {
    pool.listen(hear);
    POOL.set(Some(pool));
    for take in EARLY.take() {
        take();
    }
}

/// Milliseconds since the page was opened.
pub(super) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |p| p.now())
}

/// Runs `take` within an import, starting one if none runs.
fn within_run(state: AppState, take: impl FnOnce(RunId) + 'static) {
    let Some(pool) = POOL.with_borrow(Clone::clone) else {
        EARLY.with_borrow_mut(|early| early.push(Box::new(move || within_run(state, take))));
        return;
    };
    let id = RUN.with_borrow_mut(|run| {
        let run = run.get_or_insert_with(|| {
            mark("coverlay:intake");
            state.begin_intake();
            let progress = Progress { listing: true, ..Progress::default() };
            state.progress.set(Some(progress.clone()));
            Run {
                id: next_run(),
                state,
                pool,
                base: state.everything_read(),
                arrived: Intake::default(),
                pending: Intake::default(),
                arrivals: 0,
                publishing: false,
                catalogues: Vec::new(),
                batch: Vec::new(),
                batch_bytes: 0,
                busy: 0,
                progress,
                published_ms: now_ms(),
                published_rules: 0,
            }
        });
        run.id
    });
    take(id);
}

/// The running import, whichever it is.
fn with_run<T>(f: impl FnOnce(&mut Run) -> T) -> Option<T> {
    RUN.with_borrow_mut(|run| run.as_mut().map(f))
}

/// The running import, if it is still this one.
fn with_this<T>(id: RunId, f: impl FnOnce(&mut Run) -> T) -> Option<T> {
    RUN.with_borrow_mut(|run| run.as_mut().filter(|run| run.id == id).map(f))
}

/// Takes the files of an input or of a plain drop.
pub fn take_files(state: AppState, files: &FileList) {
    let roots = Array::new();
    for at in 0..files.length() {
        if let Some(file) = files.get(at) {
            let root = js_sys::Object::new();
            // Setting a property of a fresh object cannot fail.
            let _ = js_sys::Reflect::set(&root, &"file".into(), &file);
            roots.push(&root);
        }
    }
    take_roots(state, roots);
}

/// Takes a drop: files, folders, archives. Must be called within the event.
pub fn take_data_transfer(state: AppState, transfer: &DataTransfer) {
    take_roots(state, dropped_roots(transfer));
}

/// Takes a paste: files if there are any, else its text as one file. Must be called within the
/// event. Says whether there was anything to take.
pub fn take_paste(state: AppState, transfer: &DataTransfer) -> bool {
    if transfer.files().is_some_and(|files| files.length() > 0) {
        take_data_transfer(state, transfer);
        return true;
    }
    let text = transfer.get_data("text/plain").unwrap_or_default();
    if text.trim().is_empty() {
        return false;
    }
    let number = state.next_paste();
    take_bytes(state, vec![(format!("pasted-{number}.yml"), text.into_bytes())]);
    true
}

/// Takes the built-in sample.
pub fn take_sample(state: AppState) {
    let files = crate::sample::FILES;
    take_bytes(
        state,
        files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect(),
    );
}

/// Stops the running import; what has arrived stays.
pub fn cancel(_state: AppState) {
    let pool = with_run(|run| {
        // What is still under way answers to another import, that is to none.
        run.id = next_run();
        run.busy = 0;
        run.batch.clear();
        run.pool.clone()
    });
    if let Some(pool) = pool {
        pool.cancel();
        finish_if_done();
    }
}

fn next_run() -> RunId {
    LAST_RUN.set(LAST_RUN.get().wrapping_add(1));
    LAST_RUN.get()
}

fn take_bytes(state: AppState, files: Vec<(String, Vec<u8>)>) {
    within_run(state, move |id| {
        let headers: Vec<_> = files
            .iter()
            .map(|(path, bytes)| FileHeader {
                path: path.clone(),
                len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            })
            .collect();
        let all: Vec<u8> = files.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let buffer = Uint8Array::from(all.as_slice()).buffer();
        with_this(id, |run| {
            run.progress.files_total += u32::try_from(headers.len()).unwrap_or(u32::MAX);
            run.progress.listing = run.busy > 0;
            run.pool.send_files(headers, buffer);
            run.show_progress();
        });
    });
}

fn take_roots(state: AppState, roots: Array) {
    if roots.length() == 0 {
        return;
    }
    within_run(state, move |id| {
        with_this(id, |run| run.busy += 1);
        spawn_local(async move {
            let ignored_names: Array =
                limits::IGNORED_FOLDERS.iter().copied().map(JsValue::from).collect();
            let found = Closure::<dyn Fn(String, File)>::new(move |path, file| {
                found(id, path, file);
            });
            let ignored = Closure::<dyn Fn(String)>::new(move |path| {
                with_this(id, |run| run.outcome(ignored_folder(path)));
            });
            let failed = Closure::<dyn Fn(String, String)>::new(move |path, reason: String| {
                with_this(id, |run| run.outcome(unreadable(path, 0, &reason)));
            });
            // Whatever fails is told file by file; the promise itself never rejects.
            let _ = walk(&roots, &ignored_names, &found, &ignored, &failed).await;
            send_batch(id);
            with_this(id, |run| {
                run.busy -= 1;
                run.progress.listing = run.busy > 0;
            });
            finish_if_done();
        });
    });
}

fn ignored_folder(path: String) -> FileOutcome {
    let bucket = Bucket::Skipped {
        code: Code::IgnoredFolder,
        reason: "a folder of tools, not of rules; not opened".to_owned(),
    };
    FileOutcome { path, bytes: 0, bucket }
}

fn unreadable(path: String, bytes: u64, reason: &str) -> FileOutcome {
    let bucket = Bucket::Failed {
        code: Code::Unreadable,
        line: None,
        column: None,
        reason: format!("the browser could not read it: {reason}"),
        remedy: "check that the file still exists and may be read, then drop it again".to_owned(),
    };
    FileOutcome { path, bytes, bucket }
}

fn too_large(path: String, bytes: u64, limit: u64) -> FileOutcome {
    let bucket = Bucket::Failed {
        code: Code::TooLarge,
        line: None,
        column: None,
        reason: format!(
            "{} MiB; the limit for this kind of file is {} MiB",
            bytes >> 20,
            limit >> 20
        ),
        remedy: "split the file, or read it with the command `coverlay`".to_owned(),
    };
    FileOutcome { path, bytes, bucket }
}

/// One file of a walk. Kinds are told by content in the worker; names decide only how much is
/// read at all and whether the workers share the file.
fn found(id: RunId, path: String, file: File) {
    let size = file.size() as u64;
    let lower = path.to_ascii_lowercase();
    let archive = lower.ends_with(".zip");
    let limit = match () {
        () if archive => limits::MAX_ARCHIVE_BYTES,
        () if lower.ends_with(".json") => limits::MAX_STIX_BYTES,
        () => limits::MAX_RULE_FILE_BYTES,
    };
    let full = with_this(id, |run| {
        run.progress.files_total += 1;
        if run.progress.files_total as usize > limits::MAX_FILES {
            run.book(FileOutcome { path, bytes: size, bucket: too_many() });
            return false;
        }
        if size > limit {
            run.book(too_large(path, size, limit));
            return false;
        }
        if archive && size > SHARED_ARCHIVE_BYTES {
            run.busy += 1;
            spawn_local(send_archive(id, path, file));
            return false;
        }
        run.batch_bytes += size;
        run.batch.push((path, file));
        run.batch.len() >= BATCH_FILES || run.batch_bytes >= BATCH_BYTES
    });
    if full == Some(true) {
        send_batch(id);
    }
}

fn too_many() -> Bucket {
    Bucket::Failed {
        code: Code::TooMany,
        line: None,
        column: None,
        reason: format!("more than {} files in one drop", limits::MAX_FILES),
        remedy: "drop fewer folders at once, or a zip of the rules".to_owned(),
    }
}

/// Reads the files gathered so far and sends them; several batches may be under way.
fn send_batch(id: RunId) {
    let Some(batch) = with_this(id, |run| {
        run.batch_bytes = 0;
        let batch = std::mem::take(&mut run.batch);
        run.busy += u32::from(!batch.is_empty());
        batch
    }) else {
        return;
    };
    if batch.is_empty() {
        return;
    }
    spawn_local(async move {
        let files: Array = batch.iter().map(|(_, file)| file).collect();
        let size: f64 = batch.iter().map(|(_, file)| file.size()).sum();
        match JsFuture::from(read_together(&files)).await {
            Ok(buffer) if f64::from(ArrayBuffer::byte_length(buffer.unchecked_ref())) == size => {
                let headers = batch.into_iter().map(|(path, file)| header(path, &file)).collect();
                with_this(id, |run| run.pool.send_files(headers, buffer.unchecked_into()));
            }
            // One of them cannot be read, or changed meanwhile: each for itself.
            _ => send_singly(id, batch).await,
        }
        with_this(id, |run| run.busy -= 1);
        finish_if_done();
    });
}

fn header(path: String, file: &File) -> FileHeader {
    FileHeader { path, len: file.size() as u32 }
}

async fn send_singly(id: RunId, batch: Vec<(String, File)>) {
    for (path, file) in batch {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => {
                let buffer: ArrayBuffer = buffer.unchecked_into();
                let headers = vec![FileHeader { path, len: buffer.byte_length() }];
                with_this(id, |run| run.pool.send_files(headers, buffer));
            }
            Err(error) => {
                let reason = error
                    .dyn_ref::<js_sys::Error>()
                    .map_or_else(|| "unknown reason".to_owned(), |error| error.message().into());
                with_this(id, |run| run.book(unreadable(path, file.size() as u64, &reason)));
            }
        }
    }
}

async fn send_archive(id: RunId, path: String, file: File) {
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => {
            let buffer: ArrayBuffer = buffer.unchecked_into();
            with_this(id, |run| {
                // The archive itself is no file of the report; its entries are.
                run.progress.files_total -= 1;
                let parts = run.pool.size() as u32;
                for part in 0..parts {
                    run.pool.send_zip_part(path.clone(), part, parts, buffer.clone());
                }
            });
        }
        Err(_) => {
            with_this(id, |run| {
                run.book(unreadable(path, file.size() as u64, "reading the archive failed"));
            });
        }
    }
    with_this(id, |run| run.busy -= 1);
    finish_if_done();
}

impl Run {
    /// Books a file that was counted in `files_total` and never reaches a worker.
    fn book(&mut self, outcome: FileOutcome) {
        self.progress.files_done += 1;
        self.outcome_only(outcome);
        self.show_progress();
    }

    /// Books something that was not counted as a file before.
    fn outcome(&mut self, outcome: FileOutcome) {
        self.progress.files_total += 1;
        self.book(outcome);
    }

    fn outcome_only(&mut self, outcome: FileOutcome) {
        self.progress.problems += u32::from(matches!(outcome.bucket, Bucket::Failed { .. }));
        self.arrivals += 1;
        self.pending.add_outcome(outcome);
    }

    fn show_progress(&self) {
        self.state.progress.set(Some(self.progress.clone()));
    }

    /// Takes a batch over. Sorting in costs as much as there is, hence only when enough has come.
    fn take(&mut self, batch: Intake) {
        const AT_LEAST: usize = 512;
        self.arrivals += 1;
        self.pending.add(batch);
        let files = self.pending.report.outcomes.len();
        if files >= AT_LEAST.max(self.arrived.report.outcomes.len() / 4) {
            self.sort_in();
        }
    }

    fn sort_in(&mut self) {
        self.arrived.add(std::mem::take(&mut self.pending));
        self.arrived.sort();
    }

    /// All there is now: what was there before, less the files that came again, and what came.
    /// Not settled. The rules themselves are shared.
    fn merged(&mut self) -> Intake {
        self.sort_in();
        let mut all = (*self.base).clone();
        all.forget(&self.arrived.report);
        all.add(self.arrived.clone());
        all
    }

    /// Shows what has arrived so far, if that is due: cells light up as rules arrive. Each time
    /// costs as much as there is, hence only when it has doubled.
    fn publish_if_due(&mut self) {
        let rules = self.arrived.rules.len() + self.pending.rules.len();
        if !self.publishing
            && now_ms() - self.published_ms > PUBLISH_INTERVAL_MS
            && rules >= 2 * self.published_rules.max(50)
        {
            self.publishing = true;
            self.published_rules = rules;
            let (id, state, all) = (self.id, self.state, self.merged());
            spawn_local(async move {
                state.show(settled(all).await).await;
                with_this(id, |run| {
                    run.publishing = false;
                    run.published_ms = now_ms();
                });
                finish_if_done();
            });
        }
    }
}

async fn settled(mut all: Intake) -> Arc<Intake> {
    all.settle_paced(&FramePace::new()).await;
    Arc::new(all)
}

fn hear(response: Response) {
    match response {
        Response::Listed { files, .. } => {
            with_run(|run| run.progress.files_total += files);
        }
        Response::Batch { intake, catalogues, .. } => {
            with_run(|run| {
                let counts = intake.report.counts();
                run.progress.files_done += u32::try_from(counts.files).unwrap_or(u32::MAX);
                run.progress.files_total = run.progress.files_total.max(run.progress.files_done);
                run.progress.rules += u32::try_from(intake.rules.len()).unwrap_or(u32::MAX);
                run.progress.problems += u32::try_from(counts.failed).unwrap_or(u32::MAX);
                run.take(intake);
                if !catalogues.is_empty() {
                    // Written by the same build a moment ago: always readable.
                    run.catalogues.extend(stored::read_plain(&catalogues).unwrap_or_default());
                }
                run.show_progress();
                run.publish_if_due();
            });
        }
        Response::Panicked { path, message, .. } => {
            with_run(|run| {
                let bucket = Bucket::Failed {
                    code: Code::Crashed,
                    line: None,
                    column: None,
                    reason: format!("the reader stopped at this file: {message}"),
                    remedy: "the other files were read; please report this file's shape".to_owned(),
                };
                run.book(FileOutcome { path, bytes: 0, bucket });
            });
            finish_if_done();
        }
        Response::Done { .. } => finish_if_done(),
        Response::Ready { .. } => {}
    }
}

fn finish_if_done() {
    let due = with_run(|run| {
        let due = run.busy == 0
            && run.batch.is_empty()
            && run.pool.open_jobs() == 0
            && !std::mem::replace(&mut run.publishing, true);
        due.then_some(run.id)
    });
    if let Some(Some(id)) = due {
        spawn_local(finish(id));
    }
}

/// Publishes the result and marks the first frame that shows it. What comes meanwhile belongs to
/// the same import, which then ends later.
async fn finish(id: RunId) {
    let begun = with_this(id, |run| {
        (run.state, run.arrivals, std::mem::take(&mut run.catalogues), run.merged())
    });
    let Some((state, arrivals, catalogues, all)) = begun else { return };
    mark("coverlay:parsed");
    super::catalogues::add(state, catalogues);
    let all = settled(all).await;
    state.show(all).await;
    let ended = with_this(id, |run| {
        run.publishing = false;
        run.busy == 0
            && run.batch.is_empty()
            && run.arrivals == arrivals
            && run.pool.open_jobs() == 0
    });
    if ended != Some(true) {
        finish_if_done();
        return;
    }
    RUN.take();
    state.progress.set(None);
    request_animation_frame(|| {
        // The frame is drawn after this callback; a task behind it finds it on the screen.
        set_timeout(|| mark("coverlay:painted"), std::time::Duration::ZERO);
    });
}
