//! One import: what it has gathered, and what it shows meanwhile.

mod again;
mod end;

pub(super) use again::Later;
pub(super) use end::{finish_if_done, settled};

use super::beside::{Detected, is_within};
use super::sources;
use super::workspace::{self, Arrived};
use crate::alerts::{Gathering, TestResult};
use crate::attack::{Catalogue, stored};
use crate::diagnostic::Code;
use crate::gaps::{PartRead, Shelf};
use crate::limits::Limits;
use crate::rule::{Arriving, Intake};
use crate::source::{Bucket, FileOutcome};
use crate::web::marks::mark;
use crate::web::next_task::FramePace;
use crate::web::state::{AppState, Progress, Read};
use crate::worker::client::Pool;
use crate::worker::protocol::Response;
use end::in_order;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;
use web_sys::Blob;

/// Matrix and numbers are brought up to date while files still arrive, but not more often.
const PUBLISH_INTERVAL_MS: f64 = 400.0;
/// Counts are shown this often: what a frame costs, reading waits for.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(160);

/// Tells imports apart: what was asked for before a cancel may answer after it.
pub(super) type RunId = u32;

/// One running import. There is at most one; what is dropped meanwhile joins it, or waits for its
/// end if it goes onto another shelf.
pub(super) struct Run {
    pub(super) id: RunId,
    /// The same for all of its life, also when it is cancelled: what has arrived is shown then.
    serial: RunId,
    /// Where it goes.
    pub(super) shelf: Shelf,
    pub(super) state: AppState,
    pub(super) pool: Pool,
    /// What was there before on one's own shelf.
    pub(super) base: Read,
    /// What has arrived.
    pub(super) arrived: Arriving,
    /// Counts what arrives: a result of fewer arrivals is not the last.
    arrivals: u32,
    /// A result is being computed.
    publishing: bool,
    catalogues: Vec<Catalogue>,
    /// As they come from the workers.
    layers: Vec<Rc<Vec<u8>>>,
    /// What belongs to the profile.
    parts: Vec<PartRead>,
    /// How many of both are open already.
    opened: (usize, usize),
    /// Rows of alerts that have come since they were last settled.
    alerts: Gathering,
    /// Files whose alerts were settled already.
    settled: BTreeSet<String>,
    /// Results of tests.
    tests: Vec<TestResult>,
    /// Workspaces among the files.
    pub(super) workspaces: Vec<Arrived>,
    /// Files that a workspace brings back.
    pub(super) quiet: BTreeSet<String>,
    /// What stands in the report because of the workspace that was opened last.
    pub(super) brought: BTreeSet<String>,
    /// Paths of files that it only names.
    pub(super) named: Vec<String>,
    /// Paths of all files that have come.
    entered: BTreeSet<String>,
    /// Files under a path of those: they are read after this import, as if they had come then.
    later: Vec<Later>,
    /// Files that may be among those that are only named, and are looked at.
    pub(super) claims: u32,
    /// Files that were only named, and are there now; archives, of which what failed is read again.
    pub(super) came: BTreeSet<String>,
    /// Called once the workspace that was opened is shown, or has given way.
    pub(super) reopened: Option<Box<dyn FnOnce(bool)>>,
    /// Has its library read, after this import.
    pub(super) library: Option<Box<dyn FnOnce()>>,
    /// Files found and not yet sent.
    pub(super) batch: Vec<(String, Blob)>,
    pub(super) batch_bytes: u64,
    /// Walks and reads under way.
    pub(super) busy: u32,
    pub(super) progress: Progress,
    /// How much is read.
    pub(super) limits: Limits,
    /// It is about to be shown.
    progress_due: bool,
    published_ms: f64,
    published_rules: usize,
}

/// The workers, once they are there.
pub(super) fn pool() -> Option<Pool> {
    POOL.with_borrow(Clone::clone)
}

thread_local! {
    static POOL: RefCell<Option<Pool>> = const { RefCell::new(None) };
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
    static LAST_RUN: Cell<RunId> = const { Cell::new(0) };
    /// Drops that came before the catalogues were there, or while an import for another shelf ran.
    static WAITING: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Gives the page its workers; drops made before are taken now.
pub fn set_pool(pool: Pool) {
    pool.listen(hear);
    POOL.set(Some(pool));
    take_waiting();
}

/// Has something done when the workers are there, or the import that runs now is over.
pub(super) fn wait(done: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(done)));
}

fn take_waiting() {
    for take in WAITING.take() {
        take();
    }
}

/// Milliseconds since the page was opened.
pub(in crate::web) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |p| p.now())
}

/// Runs `take` within an import for a shelf, starting one if none runs.
pub(super) fn within_run(state: AppState, shelf: Shelf, take: impl FnOnce(RunId) + 'static) {
    within(state, shelf, true, take);
}

/// The same as a part of the change before: no step of its own to be undone.
pub(super) fn going_on(state: AppState, shelf: Shelf, take: impl FnOnce(RunId) + 'static) {
    within(state, shelf, false, take);
}

fn within(state: AppState, shelf: Shelf, is_step: bool, take: impl FnOnce(RunId) + 'static) {
    // One that is cancelled only shows what has arrived.
    let is_other = |run: &mut Run| run.shelf != shelf || run.id != run.serial;
    let is_other = with_run(is_other).unwrap_or(false);
    let Some(pool) = pool().filter(|_| !is_other) else {
        wait(move || within(state, shelf, is_step, take));
        return;
    };
    let id = RUN.with_borrow_mut(|run| {
        let run = run.get_or_insert_with(|| {
            mark("coverlay:intake");
            state.settings().with_untracked(|settings| {
                pool.read_as(
                    settings.scan_texts,
                    settings.alert_tables.clone(),
                    settings.limits.get(),
                );
            });
            if is_step {
                state.begin_intake();
            }
            let progress = Progress { listing: true, shelf, ..Progress::default() };
            state.progress.set(Some(progress.clone()));
            let id = next_run();
            Run {
                id,
                serial: id,
                shelf,
                state,
                pool,
                base: state.everything_read(),
                arrived: Arriving::default(),
                arrivals: 0,
                publishing: false,
                catalogues: Vec::new(),
                layers: Vec::new(),
                parts: Vec::new(),
                opened: (0, 0),
                alerts: Gathering::default(),
                settled: BTreeSet::new(),
                tests: Vec::new(),
                workspaces: Vec::new(),
                quiet: BTreeSet::new(),
                brought: BTreeSet::new(),
                named: Vec::new(),
                entered: BTreeSet::new(),
                later: Vec::new(),
                claims: 0,
                came: BTreeSet::new(),
                reopened: None,
                library: None,
                batch: Vec::new(),
                limits: state.settings().with_untracked(|settings| settings.limits.get()),
                batch_bytes: 0,
                busy: 0,
                progress,
                progress_due: false,
                published_ms: now_ms(),
                published_rules: 0,
            }
        });
        run.id
    });
    take(id);
}

/// The running import, whichever it is.
pub(super) fn with_run<T>(f: impl FnOnce(&mut Run) -> T) -> Option<T> {
    RUN.with_borrow_mut(|run| run.as_mut().map(f))
}

/// The running import, if it is still this one.
pub(super) fn with_this<T>(id: RunId, f: impl FnOnce(&mut Run) -> T) -> Option<T> {
    RUN.with_borrow_mut(|run| run.as_mut().filter(|run| run.id == id).map(f))
}

/// The running import, if it is this one, cancelled or not.
fn with_serial<T>(serial: RunId, f: impl FnOnce(&mut Run) -> T) -> Option<T> {
    RUN.with_borrow_mut(|run| run.as_mut().filter(|run| run.serial == serial).map(f))
}

/// Stops the running import; what has arrived stays.
pub fn cancel(_state: AppState) {
    let pool = with_run(|run| {
        if !run.is_quiet() {
            // Of what did not come to its end, what was said before still holds.
            run.came.clear();
        }
        // What is still under way answers to another import, that is to none.
        run.id = next_run();
        run.busy = 0;
        run.claims = 0;
        run.batch.clear();
        run.later.retain(|file| file.has_come);
        run.pool.clone()
    });
    if let Some(pool) = pool {
        pool.cancel();
        sources::tell_all();
        finish_if_done();
    }
}

fn next_run() -> RunId {
    LAST_RUN.set(LAST_RUN.get().wrapping_add(1));
    LAST_RUN.get()
}
impl Run {
    /// Books a file that was counted in `files_total` and never reaches a worker.
    pub(super) fn book(&mut self, outcome: FileOutcome) {
        self.progress.files_done += 1;
        self.outcome_only(outcome);
        self.show_progress();
    }

    /// Books something that was not counted as a file before.
    pub(super) fn outcome(&mut self, outcome: FileOutcome) {
        self.progress.files_total += 1;
        self.book(outcome);
    }

    /// The same, unless something came under its path.
    pub(super) fn outcome_once(&mut self, outcome: FileOutcome) {
        if self.entered.insert(outcome.path.clone()) {
            self.outcome(outcome);
        }
    }

    fn outcome_only(&mut self, outcome: FileOutcome) {
        self.progress.problems += u32::from(matches!(outcome.bucket, Bucket::Failed { .. }));
        self.arrivals += 1;
        self.arrived.loose().add_outcome(outcome);
    }

    /// Soon: each showing draws anew, and answers come faster than anyone reads.
    pub(super) fn show_progress(&mut self) {
        if std::mem::replace(&mut self.progress_due, true) {
            return;
        }
        let serial = self.serial;
        let show = move || {
            with_serial(serial, |run| {
                run.progress_due = false;
                run.state.progress.set(Some(run.progress.clone()));
            });
        };
        set_timeout(show, PROGRESS_INTERVAL);
    }

    /// Whether a file that comes again failed before.
    pub(super) fn has_failed(&self, path: &str) -> bool {
        let library = (self.shelf == Shelf::Library).then(|| self.state.library().get_untracked());
        let outcomes = &library.as_ref().unwrap_or(&self.base.intake).report.outcomes;
        let at = outcomes.partition_point(|outcome| outcome.path.as_str() < path);
        let same = outcomes[at..].iter().take_while(|outcome| outcome.path == path);
        same.into_iter().any(|outcome| matches!(outcome.bucket, Bucket::Failed { .. }))
    }

    /// A walk or a read has ended.
    pub(super) fn less_busy(&mut self) {
        self.busy -= 1;
        // While folders are walked the total only grows.
        self.progress.listing &= self.busy > 0;
        self.show_progress();
    }

    /// Whether nothing is on its way.
    fn is_quiet(&self) -> bool {
        self.busy == 0 && self.batch.is_empty() && self.pool.open_jobs() == 0
    }

    fn take(&mut self, batch: Intake) {
        self.arrivals += 1;
        self.arrived.add(batch);
    }

    /// All there is now: what was there before, less the files that came again, and what came and is
    /// [`in_order`]. Not settled. The rules themselves are shared.
    fn merged(&self) -> Intake {
        let nothing = Intake::default();
        let arrived = self.arrived.ordered().unwrap_or(&nothing);
        let mut all = match self.shelf {
            Shelf::Own => (*self.base.intake).clone(),
            // One that was remembered may have come meanwhile.
            Shelf::Library => (*self.state.library().get_untracked()).clone(),
        };
        all.forget(&arrived.report);
        all.forget_paths(|| self.came.iter().map(String::as_str));
        all.add(arrived.clone());
        all
    }

    /// Shows what has arrived so far, if that is due: cells light up as rules arrive. Each time
    /// costs as much as there is, hence only when it has doubled, and not shortly before the end.
    fn publish_if_due(&mut self) {
        let rules = self.arrived.rules();
        let Progress { files_done, files_total, listing, .. } = self.progress;
        let is_nearly_done = !listing && files_done > files_total / 3 * 2;
        if self.shelf == Shelf::Own
            && !self.publishing
            && !is_nearly_done
            && now_ms() - self.published_ms > PUBLISH_INTERVAL_MS
            && rules >= 2 * self.published_rules.max(50)
        {
            self.publishing = true;
            self.published_rules = rules;
            let (serial, state) = (self.serial, self.state);
            let before = self.base.clone();
            spawn_local(async move {
                let pace = FramePace::new();
                in_order(serial, &pace).await;
                if let Some(all) = with_serial(serial, |run| run.merged()) {
                    // Alerts follow at the end.
                    state.show(Read { intake: settled(all, &pace).await, ..before }).await;
                }
                with_serial(serial, |run| {
                    run.publishing = false;
                    run.published_ms = now_ms();
                });
                finish_if_done();
            });
        }
    }
}

impl Run {
    /// Alerts and tests that have come since this was last asked. They become a part of what was
    /// there before, so that what still comes is added to them.
    fn detections(&mut self) -> Detected {
        // Where there are neither, nobody asks which files they are of.
        let has_any =
            self.base.has_detections() || !self.alerts.is_empty() || !self.tests.is_empty();
        let arrived = self.arrived.ordered().filter(|_| has_any);
        let outcomes = arrived.into_iter().flat_map(|arrived| &arrived.report.outcomes);
        let paths = outcomes.map(|outcome| outcome.path.clone());
        let again: Vec<String> = paths.filter(|path| !self.settled.contains(path)).collect();
        self.settled.extend(again.iter().cloned());
        Detected {
            base: self.base.clone(),
            came: std::mem::take(&mut self.alerts),
            again,
            tests: std::mem::take(&mut self.tests),
        }
    }

    /// Of what was there before and has become a part of it, the alerts and tests that came with this
    /// import, but for those of files that come once more.
    pub(super) fn own_detections(&self, more: &BTreeSet<String>) -> Detected {
        let readings = self.base.alerts.readings.iter().map(|reading| &reading.path);
        let paths = readings.chain(self.base.tests.iter().map(|test| &test.path));
        let is_other = |path: &&String| !self.settled.contains(*path) || is_within(path, more);
        let others: BTreeSet<String> = paths.filter(is_other).cloned().collect();
        Detected {
            base: self.base.clone(),
            came: Gathering::default(),
            again: others.into_iter().collect(),
            tests: Vec::new(),
        }
    }

    /// Puts something else in the place of what was there before. What came with this import and was
    /// opened is opened again.
    pub(super) fn base_on(&mut self, base: Read) {
        self.base = base;
        self.opened = (0, 0);
    }

    /// Layers and parts of the profile that have come and are not open yet.
    fn unopened(&mut self) -> (Vec<Rc<Vec<u8>>>, Vec<PartRead>) {
        let to = (self.layers.len(), self.parts.len());
        let from = std::mem::replace(&mut self.opened, to);
        (self.layers[from.0..].to_vec(), self.parts[from.1..].to_vec())
    }
}

fn hear(response: Response) {
    match response {
        Response::Listed { files, .. } => {
            with_run(|run| run.progress.files_total += files);
        }
        Response::Rows { path, rows, read, .. } => {
            with_run(|run| {
                run.progress.alerts += u32::try_from(rows.len()).unwrap_or(u32::MAX);
                run.progress.of_file = (read.0 < read.1).then_some(read);
                run.alerts.add(&path, &rows);
                run.show_progress();
            });
        }
        Response::Batch { intake, catalogues, layers, parts, readings, tests, .. } => {
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
                if !layers.is_empty() {
                    run.layers.push(Rc::new(layers));
                }
                run.parts.extend(parts);
                readings.into_iter().for_each(|reading| run.alerts.finish(reading));
                run.tests.extend(tests);
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
        }
        Response::Text { job, .. }
        | Response::Peers { job, .. }
        | Response::Profile { job, .. }
        | Response::Unpacked { job, .. }
        | Response::Looked { job, .. } => {
            sources::tell(job, Some(response));
        }
        Response::Workspace { job, path, from, size } => {
            let file = with_run(|run| run.pool.part_of(job, from, size)).flatten();
            workspace::take_apart(path, size, file);
        }
        Response::Done { job } => {
            sources::tell(job, None);
            finish_if_done();
        }
        Response::Refused { outcome, .. } => {
            with_run(|run| run.outcome(outcome));
        }
        Response::Ready { .. } | Response::Reading { .. } | Response::Alive { .. } => {}
    }
}
