//! The page's side: a small pool of workers that share the jobs. A worker that dies is replaced
//! and its job goes on behind the file that killed it.

use super::protocol::{BUILD, FileHeader, Request, Response};
use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

/// More workers than this only wait for the files.
const MAX_WORKERS: u32 = 4;

/// Why there are no workers.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The worker's files could not be loaded.
    #[error("the worker could not be loaded: {0}")]
    Load(String),
}

#[wasm_bindgen(module = "/src/worker/boot.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load_worker(script: &str, wasm: &str) -> Result<JsValue, JsValue>;
}

/// A request with the bytes that go along; kept until it is done, to be sent again if its
/// worker dies.
struct Job {
    request: Request,
    bytes: ArrayBuffer,
}

struct Member {
    worker: Worker,
    ready: bool,
    job: Option<u32>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

type Listener = Rc<dyn Fn(Response)>;

#[derive(Default)]
struct State {
    members: Vec<Option<Member>>,
    queue: VecDeque<u32>,
    jobs: BTreeMap<u32, Job>,
    next_job: u32,
    listener: Option<Listener>,
}

/// The pool; clones share it.
#[derive(Clone)]
pub struct Pool {
    state: Rc<RefCell<State>>,
    url: String,
    module: JsValue,
    size: usize,
}

impl Pool {
    /// Loads the worker's script and wasm (the only requests there ever are) and starts the
    /// first worker.
    pub async fn load() -> Result<Self, ClientError> {
        let versioned = |name: &str| format!("./{name}?v={BUILD}");
        let loaded = load_worker(&versioned("worker.js"), &versioned("worker_bg.wasm"))
            .await
            .map_err(|error| ClientError::Load(format!("{error:?}")))?;
        let field = |name: &str| {
            Reflect::get(&loaded, &name.into())
                .map_err(|error| ClientError::Load(format!("{error:?}")))
        };
        let cores = web_sys::window()
            .map_or(1.0, |window| window.navigator().hardware_concurrency())
            .clamp(1.0, f64::from(MAX_WORKERS));
        let pool = Self {
            state: Rc::default(),
            url: field("url")?.as_string().unwrap_or_default(),
            module: field("module")?,
            size: cores as usize,
        };
        pool.state.borrow_mut().members = (0..pool.size).map(|_| None).collect();
        pool.start(0);
        Ok(pool)
    }

    /// How many workers share a zip.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Who hears the responses.
    pub fn listen(&self, listener: impl Fn(Response) + 'static) {
        self.state.borrow_mut().listener = Some(Rc::new(listener));
    }

    /// Queues files, contents one after another in `bytes`; returns the job.
    pub fn send_files(&self, files: Vec<FileHeader>, bytes: ArrayBuffer) -> u32 {
        self.queue(|job| Request::Files { job, files }, bytes)
    }

    /// Queues one part of a zip; returns the job.
    pub fn send_zip_part(&self, path: String, part: u32, parts: u32, bytes: ArrayBuffer) -> u32 {
        self.queue(|job| Request::Zip { job, path, part, parts, done: 0 }, bytes)
    }

    /// Jobs queued or running.
    pub fn open_jobs(&self) -> usize {
        self.state.borrow().jobs.len()
    }

    /// Drops all jobs and stops the workers that are at one.
    pub fn cancel(&self) {
        let mut state = self.state.borrow_mut();
        state.queue.clear();
        state.jobs.clear();
        for member in &mut state.members {
            if member.as_ref().is_some_and(|member| member.job.is_some())
                && let Some(member) = member.take()
            {
                member.worker.terminate();
            }
        }
    }

    fn queue(&self, request: impl FnOnce(u32) -> Request, bytes: ArrayBuffer) -> u32 {
        let job = {
            let mut state = self.state.borrow_mut();
            let job = state.next_job;
            state.next_job += 1;
            state.jobs.insert(job, Job { request: request(job), bytes });
            state.queue.push_back(job);
            job
        };
        self.dispatch();
        job
    }

    /// Gives waiting jobs to idle workers; starts workers while jobs wait.
    fn dispatch(&self) {
        let mut to_start = Vec::new();
        {
            let mut state = self.state.borrow_mut();
            let State { members, queue, jobs, .. } = &mut *state;
            let mut starting = 0;
            for (slot, member) in members.iter_mut().enumerate() {
                match member {
                    Some(member) if !member.ready => starting += 1,
                    Some(member) if member.job.is_none() => {
                        let Some(next) = queue.pop_front() else { continue };
                        let Some(job) = jobs.get(&next) else { continue };
                        post(&member.worker, job);
                        member.job = Some(next);
                    }
                    Some(_) => {}
                    None if queue.len() > starting => {
                        starting += 1;
                        to_start.push(slot);
                    }
                    None => {}
                }
            }
        }
        for slot in to_start {
            self.start(slot);
        }
    }

    fn start(&self, slot: usize) {
        let Ok(worker) = Worker::new(&self.url) else { return };
        let pool = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = Uint8Array::new(&event.data()).to_vec();
            // Both sides are of one build, so this is a fault of ours: better told than lost.
            match postcard::from_bytes::<Response>(&bytes) {
                Ok(response) => pool.hear(slot, response),
                Err(error) => web_sys::console::error_1(&format!("worker: {error}").into()),
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // Fails only if the module cannot be cloned, which all browsers with workers can.
        let _ = worker.post_message(&self.module);
        let member = Member { worker, ready: false, job: None, _on_message: on_message };
        self.state.borrow_mut().members[slot] = Some(member);
    }

    fn hear(&self, slot: usize, response: Response) {
        match &response {
            Response::Ready { build } if build == BUILD => self.set_idle(slot, true),
            // A worker of another build (a stale cache) speaks another protocol.
            Response::Ready { .. } => self.stop(slot),
            Response::Done { job } => {
                self.state.borrow_mut().jobs.remove(job);
                self.set_idle(slot, true);
            }
            Response::Panicked { job, done, .. } => {
                self.stop(slot);
                self.resume(*job, *done + 1);
            }
            Response::Listed { .. } | Response::Batch { .. } => {}
        }
        let listener = self.state.borrow().listener.clone();
        if let Some(listener) = listener {
            listener(response);
        }
        self.dispatch();
    }

    fn set_idle(&self, slot: usize, ready: bool) {
        if let Some(Some(member)) = self.state.borrow_mut().members.get_mut(slot) {
            member.ready = ready;
            member.job = None;
        }
    }

    fn stop(&self, slot: usize) {
        let member = self.state.borrow_mut().members.get_mut(slot).and_then(Option::take);
        if let Some(member) = member {
            member.worker.terminate();
            // The closure that is running now belongs to this member; it must outlive the call.
            wasm_bindgen_futures::spawn_local(async move { drop(member) });
        }
    }

    /// Puts what is left of a job back at the head of the queue.
    fn resume(&self, job: u32, skip: u32) {
        let mut state = self.state.borrow_mut();
        let Some(open) = state.jobs.get_mut(&job) else { return };
        let left = match &mut open.request {
            Request::Files { files, .. } => {
                let skip = (skip as usize).min(files.len());
                let gone: u32 = files.drain(..skip).map(|file| file.len).sum();
                open.bytes = open.bytes.slice_with_end(gone, open.bytes.byte_length());
                !files.is_empty()
            }
            Request::Zip { done, .. } => {
                *done = skip;
                true
            }
        };
        if left {
            state.queue.push_front(job);
        } else {
            state.jobs.remove(&job);
        }
    }
}

/// Sends a job. The bytes are copied, not transferred: the page keeps them until the job is
/// done, because a worker that dies takes its copy along.
fn post(worker: &Worker, job: &Job) {
    let Ok(header) = postcard::to_stdvec(&job.request) else { return };
    let header = Uint8Array::from(header.as_slice());
    let bytes = job.bytes.slice(0);
    let message = Array::of2(&header, &bytes);
    let transfer = Array::of2(&header.buffer(), &bytes);
    let _ = worker.post_message_with_transfer(&message, &transfer);
}
