//! Long work in short pieces. What costs time for every rule asks now and then whether it should
//! pause; the page then lets the browser draw, everything else goes on at once.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Work between two questions whether to pause: about a fifth of a millisecond in wasm.
pub(crate) const PAUSE_EVERY: usize = 128;

/// The same of rows of a table, which cost some fifty nanoseconds each and come in millions.
pub(crate) const PAUSE_EVERY_ROWS: usize = 4096;

/// Decides when work pauses.
pub trait Pace {
    /// Returns at once, or after others had their turn.
    fn pause(&self) -> impl Future<Output = ()>;
}

/// Never pauses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpaced;

impl Pace for Unpaced {
    async fn pause(&self) {}
}

/// Runs work that never waits, such as all that is [`Unpaced`].
pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = work.as_mut().poll(&mut context) {
            return value;
        }
    }
}
