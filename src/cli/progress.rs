//! How far the reading is, on a terminal, for whoever waits longer than a moment.

use std::io::{IsTerminal as _, Write};
use std::sync::atomic::{AtomicBool, Ordering};
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
    files: usize,
    is_over: Mutex<bool>,
    woken: Condvar,
}

impl Progress {
    pub(super) fn of(files: usize) -> Self {
        Self { files, is_over: Mutex::new(!ALLOWED.load(Ordering::Relaxed)), woken: Condvar::new() }
    }

    /// Tells how many are begun, until it is over. The line is taken away again.
    pub(super) fn tell(&self, begun: impl Fn() -> usize, out: &mut impl Write) {
        let mut wait = SILENT;
        let mut shown = false;
        let mut is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_over {
            let woken = self.woken.wait_timeout(is_over, wait);
            let (guard, time) = woken.unwrap_or_else(PoisonError::into_inner);
            is_over = guard;
            if time.timed_out() && !*is_over {
                let _ = write!(out, "\r{}", line(begun(), self.files));
                (shown, wait) = (true, STEP);
            }
        }
        if shown {
            let blank = " ".repeat(line(self.files, self.files).len());
            let _ = write!(out, "\r{blank}\r");
        }
    }

    pub(super) fn stop(&self) {
        *self.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.woken.notify_all();
    }
}

/// Threads take one beyond the last to see that there is none.
fn line(begun: usize, files: usize) -> String {
    let begun = begun.min(files);
    format!("reading {begun:>width$} of {files} files", width = files.to_string().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_of_one_length() {
        assert_eq!(line(7, 4259), "reading    7 of 4259 files");
        assert_eq!(line(4261, 4259), "reading 4259 of 4259 files");
    }

    /// What is told of a reading that takes so long, where messages are wanted or not.
    fn told(is_wanted: bool, time: Duration) -> String {
        let progress =
            Progress { files: 9, is_over: Mutex::new(!is_wanted), woken: Condvar::new() };
        let mut out = Vec::new();
        std::thread::scope(|scope| {
            let told = scope.spawn(|| progress.tell(|| 4, &mut out));
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
