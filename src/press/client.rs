//! The page's side: makes the press ready when it is first needed (its files came with the page), and
//! starts one for each file. The memory that one took goes with it.

use super::protocol::{Request, Response};
use crate::limits::{Limits, MAX_WORKER_SILENCE_SECONDS};
use crate::worker::boot::Program;
use crate::worker::files::LoadError;
use crate::worker::protocol::BUILD;
use js_sys::{Array, ArrayBuffer, Function, Promise, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Blob, Event, EventTarget, MessageEvent, Worker};

/// Why there is no file. Each says what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PressError {
    /// Offline, or the file is gone from the server.
    #[error(
        "the part of Coverlay that this needs could not be fetched ({0}); check the connection and try again, or reload the page if Coverlay was updated meanwhile"
    )]
    Load(#[from] LoadError),
    /// What was fetched is of another build.
    #[error("Coverlay was updated since this page was opened; reload the page and try again")]
    OtherBuild,
    /// It could not be started, died, or does not end.
    #[error(
        "writing it failed ({0}); try again, with fewer sub-techniques shown if it fails again"
    )]
    Died(String),
    /// It says why it cannot be done.
    #[error("{0}")]
    Refused(String),
}

thread_local! {
    // Once per page. A failed try is forgotten, so that there can be another.
    static LOADING: RefCell<Option<Promise>> = const { RefCell::new(None) };
    static LOADED: RefCell<Option<Result<Program, LoadError>>> = const { RefCell::new(None) };
}

/// The press, made ready once however often and however simultaneously it is asked for.
async fn program() -> Result<Program, LoadError> {
    let loading = LOADING.with_borrow_mut(|loading| {
        let start = || {
            future_to_promise(async {
                let loaded = Program::ask("press").loaded().await;
                LOADED.set(Some(loaded));
                Ok(JsValue::UNDEFINED)
            })
        };
        loading.get_or_insert_with(start).clone()
    });
    // Never rejected.
    let _ = JsFuture::from(loading).await;
    let loaded = LOADED.with_borrow(Clone::clone);
    match loaded {
        Some(Ok(program)) => Ok(program),
        Some(Err(error)) => {
            forget();
            Err(error)
        }
        None => Err(LoadError::default()),
    }
}

/// What comes of a request, said once; whoever waits for it is woken.
struct Outcome {
    said: RefCell<Option<Result<Array, PressError>>>,
    wake: Option<Function>,
}

impl Outcome {
    /// The first word counts.
    fn say(&self, result: Result<Array, PressError>) {
        self.said.borrow_mut().get_or_insert(result);
        if let Some(wake) = &self.wake {
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
    }
}

/// What is sent once the press is ready.
struct Order {
    message: Array,
    buffers: Array,
}

/// Makes a file. `buffers` are what the request counts on beside it, and are given away.
///
/// # Errors
/// There is no file.
pub async fn make(request: &Request, buffers: &[ArrayBuffer]) -> Result<Uint8Array, PressError> {
    let buffers: Array = buffers.iter().collect();
    Ok(ask(request, &buffers, buffers.clone()).await?.get(0).unchecked_into())
}

/// Has a workspace taken apart, which the press reads itself: the postcard bytes and the one file
/// that [`Request::Workspace`] speaks of. The page holds handles only.
///
/// # Errors
/// The press did not come to it.
pub async fn take_apart(
    workspace: &Blob,
    limits: Limits,
) -> Result<(Uint8Array, Blob), PressError> {
    let made = ask(&Request::Workspace { limits }, &Array::of1(workspace), Array::new()).await?;
    Ok((made.get(0).unchecked_into(), made.get(1).unchecked_into()))
}

/// What a request brings; `given` of what goes with it is given away.
async fn ask(request: &Request, beside: &Array, given: Array) -> Result<Array, PressError> {
    let program = program().await?;
    let order = Order::new(request, beside, given)?;
    let mut wake = None;
    let said = Promise::new(&mut |resolve, _| wake = Some(resolve));
    let outcome = Rc::new(Outcome { said: RefCell::default(), wake });

    let (hearing, mourning) = (on_message(order, &outcome), on_error(&outcome));
    let worker = program.start(|worker| {
        worker.set_onmessage(Some(hearing.as_ref().unchecked_ref()));
        worker.set_onerror(Some(mourning.as_ref().unchecked_ref()));
    });
    let Some(worker) = worker else {
        return Err(PressError::Died("this browser starts no more workers".to_owned()));
    };
    let hung = {
        let outcome = outcome.clone();
        Closure::<dyn Fn()>::new(move || {
            outcome.say(Err(PressError::Died("it took too long".to_owned())));
        })
    };
    let window = web_sys::window();
    let timer = window.as_ref().and_then(|window| {
        let wait = i32::try_from(MAX_WORKER_SILENCE_SECONDS * 1000).unwrap_or(i32::MAX);
        let hung = hung.as_ref().unchecked_ref();
        window.set_timeout_with_callback_and_timeout_and_arguments_0(hung, wait).ok()
    });
    // Never rejected.
    let _ = JsFuture::from(said).await;
    if let (Some(window), Some(timer)) = (window, timer) {
        window.clear_timeout_with_handle(timer);
    }
    worker.terminate();
    let said = outcome.said.take();
    said.unwrap_or_else(|| Err(PressError::Died("it said nothing".to_owned())))
}

impl Order {
    fn new(request: &Request, beside: &Array, buffers: Array) -> Result<Self, PressError> {
        let header =
            postcard::to_stdvec(request).map_err(|error| PressError::Died(error.to_string()))?;
        let message = Array::of1(&Uint8Array::from(header.as_slice())).concat(beside);
        Ok(Self { message, buffers })
    }

    fn send(&self, press: Option<EventTarget>) -> Result<(), PressError> {
        let press: Option<Worker> = press.and_then(|press| press.dyn_into().ok());
        let sent =
            press.map(|press| press.post_message_with_transfer(&self.message, &self.buffers));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(PressError::Died("it could not be told what to do".to_owned())),
        }
    }
}

fn on_message(order: Order, outcome: &Rc<Outcome>) -> Closure<dyn Fn(MessageEvent)> {
    let outcome = outcome.clone();
    Closure::new(move |event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let header = Uint8Array::new(&parts.get(0)).to_vec();
        match postcard::from_bytes(&header) {
            Ok(Response::Ready { build }) if build == BUILD => {
                if let Err(error) = order.send(event.target()) {
                    outcome.say(Err(error));
                }
            }
            Ok(Response::Made) => outcome.say(Ok(parts.slice(1, parts.length()))),
            Ok(Response::Failed { reason }) => outcome.say(Err(PressError::Refused(reason))),
            // Another build may also say it in words that cannot be read.
            Ok(Response::Ready { .. }) | Err(_) => {
                forget();
                outcome.say(Err(PressError::OtherBuild));
            }
        }
    })
}

fn on_error(outcome: &Rc<Outcome>) -> Closure<dyn Fn(Event)> {
    let outcome = outcome.clone();
    Closure::new(move |event: Event| {
        // It is dealt with here; the page itself has not failed.
        event.prevent_default();
        let message = Reflect::get(&event, &"message".into()).ok();
        let message = message.and_then(|message| message.as_string());
        // What was fetched may be broken.
        forget();
        outcome.say(Err(PressError::Died(message.unwrap_or_else(|| "it ended".to_owned()))));
    })
}

/// The next try fetches it again.
fn forget() {
    LOADING.set(None);
    LOADED.set(None);
}
