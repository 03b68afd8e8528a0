//! Warming up: a browser translates code well only once it has seen it run often. A worker that waits
//! for its first files reads a rule again and again, in pieces between which it listens, and forgets
//! what it read. The first drop is then read as quickly as a second one.

use super::post::scope;
use crate::pipeline::{self, Options};
use crate::source::SourceFile;
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use wasm_bindgen::prelude::*;

/// What is read: one of the sample's, with lists, quoted texts and a block.
const RULE: &[u8] = include_bytes!("../../data/sample/windows/lsass_dump_file_written.yml");
/// So many pieces; together a tenth of a second of a slow core, after which little is gained …
const PIECES: u32 = 60;
/// … and so many readings in each, two milliseconds in which a message has to wait.
const READINGS: u32 = 6;

thread_local! {
    static LEFT: Cell<u32> = const { Cell::new(PIECES) };
    static PIECE: RefCell<Option<Closure<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Begins, if nothing was to be done so far.
pub(super) fn begin() {
    PIECE.set(Some(Closure::new(piece)));
    go_on();
}

/// There is real work.
pub(super) fn end() {
    LEFT.set(0);
}

fn go_on() {
    PIECE.with_borrow(|piece| {
        if let Some(piece) = piece {
            // A worker that cannot wait is as cold as before.
            let _ = scope().set_timeout_with_callback(piece.as_ref().unchecked_ref());
        }
    });
}

fn piece() {
    let Some(left) = LEFT.get().checked_sub(1) else { return };
    LEFT.set(left);
    for _ in 0..READINGS {
        let file = SourceFile { path: "warm.yml".to_owned(), bytes: RULE.to_vec() };
        let (intake, _) = pipeline::import_one(&file, Options::default());
        black_box(postcard::to_stdvec(&intake).is_ok());
    }
    go_on();
}
