//! The page's side: a small pool of workers that share the jobs. A worker that dies is replaced
//! and its job goes on behind the file that killed it ([`super::ledger`]).

use super::boot::{Asked, Program};
use super::content::{Content, post};
use super::files::LoadError;
use super::ledger::{LastWords, Ledger};
use super::protocol::{BUILD, Request, Response};
use crate::alerts::KnownMapping;
use crate::limits::{Limits, MAX_WORKER_SILENCE_SECONDS};
use js_sys::{Reflect, Uint8Array};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Event, EventTarget, MessageEvent, Worker};

/// More workers than this only wait for the files.
const MAX_WORKERS: u32 = 4;
/// A worker's last words and the news of its death come by different ways; so long after the
/// news the words have arrived, if there are any.
const LAST_WORDS_MS: i32 = 100;
/// How often is looked whether a worker hangs. Silence is counted in looks, not by the clock: a
/// machine that slept has not looked.
const LOOK_MS: i32 = 1000;
/// So many workers in a row that do not even start, and no more are started.
const MAX_FAILED_STARTS: u32 = 3;

/// Why there are no workers.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The worker's files could not be loaded.
    #[error("the worker could not be loaded: {0}")]
    Load(#[from] LoadError),
}

struct Member {
    worker: Worker,
    ready: bool,
    job: Option<u32>,
    /// Looks since it was last heard of.
    silence: u32,
}

impl Member {
    /// Whether something is to be heard of it.
    fn is_awaited(&self) -> bool {
        !self.ready || self.job.is_some()
    }
}

type Listener = Rc<dyn Fn(Response)>;

/// What workers start from.
#[derive(Default)]
enum Start {
    /// It is being loaded; jobs wait.
    #[default]
    Loading,
    /// It is there.
    From(Program),
    /// It could not be loaded: no job will ever be done.
    Never(String),
}

#[derive(Default)]
struct State {
    start: Start,
    /// One is wanted before there is something to do.
    first_wanted: bool,
    members: Vec<Option<Member>>,
    ledger: Ledger,
    /// What goes along with each open job; kept until it is done, to be sent again if its worker
    /// dies.
    bytes: BTreeMap<u32, Content>,
    failed_starts: u32,
    listener: Option<Listener>,
    /// The interval that looks after the members, while there is something to look after.
    watch: Option<i32>,
    ears: Option<Ears>,
}

impl State {
    /// Where a worker is, if it is one of the members.
    fn slot_of(&self, worker: &EventTarget) -> Option<usize> {
        let worker: &JsValue = worker.as_ref();
        let is_it = |member: &Member| AsRef::<JsValue>::as_ref(&member.worker) == worker;
        self.members.iter().position(|member| member.as_ref().is_some_and(is_it))
    }
}

/// What the browser calls. One for all workers and for as long as the page lives: a worker may
/// still be heard of when it is stopped.
struct Ears {
    message: Closure<dyn Fn(MessageEvent)>,
    error: Closure<dyn Fn(Event)>,
    look: Closure<dyn Fn()>,
}

/// The pool; clones share it.
#[derive(Clone)]
pub struct Pool {
    state: Rc<RefCell<State>>,
    size: usize,
}

impl Default for Pool {
    fn default() -> Self {
        Self::new()
    }
}

impl Pool {
    /// A pool that takes jobs at once; they wait until [`Self::load`] has ended.
    pub fn new() -> Self {
        // One core is left to the page: on two cores two workers are no quicker than one, and the
        // page's frames wait for them.
        let cores = web_sys::window()
            .map_or(1.0, |window| window.navigator().hardware_concurrency() - 1.0)
            .clamp(1.0, f64::from(MAX_WORKERS));
        let pool = Self { state: Rc::default(), size: cores as usize };
        let ears = pool.ears();
        let mut state = pool.state.borrow_mut();
        state.members = (0..pool.size).map(|_| None).collect();
        state.ears = Some(ears);
        drop(state);
        pool
    }

    /// Takes the worker's script and wasm: the only requests there ever are. Workers start when
    /// there is something to do, or by [`Self::start_first`].
    ///
    /// # Errors
    /// If they cannot be loaded. Jobs then end as if no worker had started.
    pub async fn load(&self, asked: Asked) -> Result<(), ClientError> {
        let loaded = asked.loaded().await;
        let result = loaded.as_ref().map(|_| ()).map_err(|error| error.clone().into());
        self.state.borrow_mut().start = match loaded {
            Ok(program) => Start::From(program),
            Err(error) => Start::Never(ClientError::from(error).to_string()),
        };
        self.dispatch();
        if self.state.borrow().first_wanted {
            self.start_first();
        }
        result
    }

    /// Starts a worker before there is something to do, so that it is up by then; as soon as it is
    /// loaded.
    pub fn start_first(&self) {
        self.state.borrow_mut().first_wanted = true;
        let has_none = self.state.borrow().members.iter().all(Option::is_none);
        if has_none && self.start(0) {
            self.keep_watch();
        }
    }

    fn ears(&self) -> Ears {
        let (hearing, mourning, looking) = (self.clone(), self.clone(), self.clone());
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = Uint8Array::new(&event.data()).to_vec();
            // Both sides are of one build, so this is a fault of ours: better told than lost.
            match (event.target(), postcard::from_bytes::<Response>(&bytes)) {
                (Some(worker), Ok(response)) => hearing.hear(&worker, response),
                (_, Err(error)) => web_sys::console::error_1(&format!("worker: {error}").into()),
                (None, Ok(_)) => {}
            }
        });
        let error = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            // It is dealt with here; the page itself has not failed.
            event.prevent_default();
            let message = Reflect::get(&event, &"message".into()).ok();
            let message = message.and_then(|message| message.as_string());
            if let Some(worker) = event.target() {
                mourning.mourn_later(worker, message.unwrap_or_else(|| "it ended".to_owned()));
            }
        });
        Ears { message, error, look: Closure::new(move || looking.look()) }
    }

    /// How many workers share a zip.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Who hears the responses.
    pub fn listen(&self, listener: impl Fn(Response) + 'static) {
        self.state.borrow_mut().listener = Some(Rc::new(listener));
    }

    /// How all is read from now on: whether texts that are no rules are searched for ids, columns of
    /// alerts that were chosen by hand, and how much of a file.
    pub fn read_as(&self, scan_text: bool, tables: Vec<KnownMapping>, limits: Limits) {
        let ledger = &mut self.state.borrow_mut().ledger;
        (ledger.scan_text, ledger.tables, ledger.limits) = (scan_text, tables, limits);
    }

    /// Jobs queued or running.
    pub fn open_jobs(&self) -> usize {
        self.state.borrow().ledger.open()
    }

    /// A part of what went with a job that is not done yet, as a file of its own.
    pub fn part_of(&self, job: u32, from: u64, size: u64) -> Option<Blob> {
        self.state.borrow().bytes.get(&job)?.part(from, size)
    }

    /// Drops all jobs and stops the workers that are at one.
    pub fn cancel(&self) {
        let mut state = self.state.borrow_mut();
        state.ledger.clear();
        state.bytes.clear();
        for member in &mut state.members {
            if member.as_ref().is_some_and(|member| member.job.is_some())
                && let Some(member) = member.take()
            {
                member.worker.terminate();
            }
        }
    }

    pub(super) fn queue(&self, request: impl FnOnce(u32) -> Request, content: Content) -> u32 {
        let job = {
            let mut state = self.state.borrow_mut();
            if state.ledger.open() == 0 {
                // Another drop is another try.
                state.failed_starts = 0;
            }
            let job = state.ledger.add(request);
            state.bytes.insert(job, content);
            job
        };
        let is_lost = matches!(self.state.borrow().start, Start::Never(_));
        match is_lost {
            true => self.dispatch_later(),
            false => self.dispatch(),
        }
        job
    }

    /// Gives waiting jobs to idle workers; starts workers while jobs wait.
    fn dispatch(&self) {
        let mut to_start = Vec::new();
        let (mut lost, mut ended) = (Vec::new(), Vec::new());
        let mut reason = "no worker starts in this browser".to_owned();
        {
            let mut state = self.state.borrow_mut();
            let State { start, members, ledger, bytes, failed_starts, .. } = &mut *state;
            let may_start = match start {
                Start::Loading => return,
                Start::From(_) => *failed_starts < MAX_FAILED_STARTS,
                Start::Never(why) => {
                    reason.clone_from(why);
                    false
                }
            };
            let mut starting = 0;
            for (slot, member) in members.iter_mut().enumerate() {
                match member {
                    Some(member) if !member.ready => starting += 1,
                    Some(member) if member.job.is_none() => {
                        let Some((job, order)) = ledger.take() else { continue };
                        let Some(bytes) = bytes.get(&job) else { continue };
                        post(&member.worker, &order, bytes);
                        member.job = Some(job);
                        member.silence = 0;
                    }
                    Some(_) => {}
                    None if may_start && ledger.waiting() > starting => {
                        starting += 1;
                        to_start.push(slot);
                    }
                    None => {}
                }
            }
            if !may_start && members.iter().all(Option::is_none) {
                lost = ledger.give_up_waiting();
                ended.extend(std::mem::take(bytes).into_keys());
            }
        }
        let mut all_started = true;
        for slot in to_start {
            all_started &= self.start(slot);
        }
        if !all_started {
            // Ends, because failed starts are counted.
            return self.dispatch();
        }
        self.keep_watch();
        for (_, path) in lost {
            self.tell_failed(path, reason.clone());
        }
        for job in ended {
            self.tell(Response::Done { job });
        }
    }

    /// [`Self::dispatch`] in a task of its own: it may tell at once that a job has failed, and
    /// whoever queues one is not ready to hear that.
    fn dispatch_later(&self) {
        let pool = self.clone();
        let later = Closure::once_into_js(move || pool.dispatch());
        if let Some(window) = web_sys::window() {
            // Fails for no argument of these types.
            let _ = window.set_timeout_with_callback(later.unchecked_ref());
        }
    }

    /// Starts a worker; whether the browser allowed it.
    fn start(&self, slot: usize) -> bool {
        let mut state = self.state.borrow_mut();
        let Start::From(program) = &state.start else { return false };
        let started = program.start(|worker| {
            if let Some(ears) = &state.ears {
                worker.set_onmessage(Some(ears.message.as_ref().unchecked_ref()));
                worker.set_onerror(Some(ears.error.as_ref().unchecked_ref()));
            }
        });
        let Some(worker) = started else {
            state.failed_starts += 1;
            return false;
        };
        state.members[slot] = Some(Member { worker, ready: false, job: None, silence: 0 });
        true
    }

    fn hear(&self, worker: &EventTarget, response: Response) {
        let (slot, is_news) = {
            let mut state = self.state.borrow_mut();
            // One that was stopped may have said something before it heard of it.
            let Some(slot) = state.slot_of(worker) else { return };
            let State { members, ledger, bytes, failed_starts, .. } = &mut *state;
            let Some(member) = &mut members[slot] else { return };
            member.silence = 0;
            match &response {
                Response::Ready { build } if build == BUILD => {
                    member.ready = true;
                    *failed_starts = 0;
                }
                Response::Done { job } => {
                    member.job = None;
                    bytes.remove(job);
                }
                _ => {}
            }
            (slot, ledger.hear(&response))
        };
        match response {
            // A worker of another build (a stale cache) speaks another protocol.
            Response::Ready { build } if build != BUILD => {
                self.mourn(worker, "it is of another build; reload the page".to_owned());
            }
            Response::Panicked { path, done, message, .. } => {
                self.bury(slot, Some(LastWords { path, done }), message);
            }
            response => {
                self.dispatch();
                if is_news {
                    self.tell(response);
                }
            }
        }
    }

    /// Waits for last words, then takes a worker for dead, unless it has been replaced meanwhile.
    fn mourn_later(&self, worker: EventTarget, message: String) {
        let pool = self.clone();
        let later = Closure::once_into_js(move || pool.mourn(&worker, message));
        if let Some(window) = web_sys::window() {
            // Fails for no argument of these types.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(
                later.unchecked_ref(),
                LAST_WORDS_MS,
            );
        }
    }

    /// A worker is dead and has not said of what.
    fn mourn(&self, worker: &EventTarget, message: String) {
        let slot = {
            let mut state = self.state.borrow_mut();
            let Some(slot) = state.slot_of(worker) else { return };
            let was_ready = state.members[slot].as_ref().is_some_and(|member| member.ready);
            state.failed_starts += u32::from(!was_ready);
            slot
        };
        self.bury(slot, None, message);
    }

    /// Stops a worker, puts what is left of its job back at the head of the queue, and tells of
    /// the file that killed it, if it is known.
    fn bury(&self, slot: usize, words: Option<LastWords>, message: String) {
        let (job, verdict) = {
            let mut state = self.state.borrow_mut();
            let Some(member) = state.members.get_mut(slot).and_then(Option::take) else { return };
            member.worker.terminate();
            let job = member.job;
            let State { ledger, bytes, .. } = &mut *state;
            let verdict = job.map(|job| ledger.bury(job, words)).unwrap_or_default();
            if let Some(job) = job {
                match bytes.get_mut(&job) {
                    Some(Content::Bytes(bytes)) if verdict.goes_on => {
                        *bytes = bytes.slice_with_end(verdict.bytes_gone, bytes.byte_length());
                    }
                    // Sent again as it is: what is done of it is skipped.
                    Some(Content::Handle(_)) if verdict.goes_on => {}
                    _ => drop(bytes.remove(&job)),
                }
            }
            (job, verdict)
        };
        self.dispatch();
        if let Some(path) = verdict.culprit {
            self.tell_failed(path, message);
        }
        if let Some(job) = job.filter(|_| !verdict.goes_on) {
            self.tell(Response::Done { job });
        }
    }

    fn tell_failed(&self, path: String, message: String) {
        self.tell(Response::Panicked { job: u32::MAX, path, done: 0, message });
    }

    fn tell(&self, response: Response) {
        let listener = self.state.borrow().listener.clone();
        if let Some(listener) = listener {
            listener(response);
        }
    }

    /// Looks after the members while there is one to hear from, and only then.
    fn keep_watch(&self) {
        let mut state = self.state.borrow_mut();
        let State { members, watch, ears, .. } = &mut *state;
        let Some(window) = web_sys::window() else { return };
        let wanted = members.iter().flatten().any(Member::is_awaited);
        match (*watch, ears) {
            (None, Some(ears)) if wanted => {
                *watch = window
                    .set_interval_with_callback_and_timeout_and_arguments_0(
                        ears.look.as_ref().unchecked_ref(),
                        LOOK_MS,
                    )
                    .ok();
            }
            (Some(id), _) if !wanted => {
                window.clear_interval_with_handle(id);
                *watch = None;
            }
            _ => {}
        }
    }

    fn look(&self) {
        let mut hanging = Vec::new();
        for member in self.state.borrow_mut().members.iter_mut().flatten() {
            if member.is_awaited() {
                member.silence += 1;
                if member.silence > MAX_WORKER_SILENCE_SECONDS {
                    hanging.push(member.worker.clone());
                }
            }
        }
        self.keep_watch();
        for worker in hanging {
            let seconds = MAX_WORKER_SILENCE_SECONDS;
            self.mourn(&worker, format!("it said nothing for {seconds} seconds"));
        }
    }
}
