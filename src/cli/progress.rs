//! How far the reading is, on a terminal, for whoever waits longer than a moment.

use std::io::{IsTerminal as _, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Nobody notices less.
const SILENT: Duration = Duration::from_millis(200);
/// Between two lines.
const STEP: Duration = Duration::from_millis(100);

static ALLOWED: AtomicBool = AtomicBool::new(false);

/// Whether messages are wanted; they are only shown where standard error is a terminal.
pub(super) fn allow(wanted: bool) {
    ALLOWED.store(wanted && std::io::stderr().is_terminal(), Ordering::Relaxed);
}

/// The reading of so many files.
pub(super) struct Progress {
    files: AtomicUsize,
    done: AtomicUsize,
    is_over: Mutex<bool>,
    woken: Condvar,
}

impl Progress {
    pub(super) fn of(files: usize) -> Self {
        Self::wanted(files, ALLOWED.load(Ordering::Relaxed))
    }

    fn wanted(files: usize, is_wanted: bool) -> Self {
        Self {
            files: AtomicUsize::new(files),
            done: AtomicUsize::new(0),
            is_over: Mutex::new(!is_wanted),
            woken: Condvar::new(),
        }
    }

    /// A file turned out to hold more of them.
    pub(super) fn found_more(&self, files: usize) {
        self.files.fetch_add(files, Ordering::Relaxed);
    }

    /// One of them is read.
    pub(super) fn did_one(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    fn line(&self) -> String {
        let files = self.files.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed).min(files);
        format!("reading {done:>width$} of {files} files", width = files.to_string().len())
    }

    /// Tells how many are read, until it is over. The line is taken away again.
    pub(super) fn tell(&self, out: &mut impl Write) {
        let mut wait = SILENT;
        let mut shown = 0;
        let mut is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_over {
            let woken = self.woken.wait_timeout(is_over, wait);
            let (guard, time) = woken.unwrap_or_else(PoisonError::into_inner);
            is_over = guard;
            if time.timed_out() && !*is_over {
                let line = self.line();
                let _ = write!(out, "\r{line}");
                (shown, wait) = (line.len(), STEP);
            }
        }
        if shown > 0 {
            let _ = write!(out, "\r{}\r", " ".repeat(shown));
        }
    }

    pub(super) fn stop(&self) {
        *self.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.woken.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(files: usize, done: usize) -> Progress {
        let progress = Progress::wanted(files, true);
        (0..done).for_each(|_| progress.did_one());
        progress
    }

    #[test]
    fn lines_of_as_many_files_are_of_one_length() {
        assert_eq!(after(4259, 7).line(), "reading    7 of 4259 files");
        assert_eq!(after(4259, 4259).line(), "reading 4259 of 4259 files");
    }

    #[test]
    fn entries_of_a_zip_are_files() {
        let progress = after(1, 3);
        progress.found_more(9);
        assert_eq!(progress.line(), "reading  3 of 10 files");
    }

    /// What is told of a reading that takes so long, where messages are wanted or not.
    fn told(is_wanted: bool, time: Duration) -> String {
        let progress = Progress::wanted(9, is_wanted);
        (0..4).for_each(|_| progress.did_one());
        let mut out = Vec::new();
        std::thread::scope(|scope| {
            let told = scope.spawn(|| progress.tell(&mut out));
            let until = std::time::Instant::now() + time;
            while std::time::Instant::now() < until && !told.is_finished() {
                std::thread::sleep(Duration::from_millis(5));
            }
            progress.stop();
        });
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn what_takes_long_is_told_and_taken_away_again() {
        let text = told(true, Duration::from_secs(1));
        assert!(text.starts_with("\rreading 4 of 9 files"), "{text:?}");
        let end = format!("\r{}\r", " ".repeat("reading 4 of 9 files".len()));
        assert!(text.ends_with(&end), "{text:?}");
        assert_eq!(told(true, Duration::from_millis(1)), "", "a moment");
        assert_eq!(told(false, Duration::from_secs(1)), "", "nobody wants it");
    }
}
