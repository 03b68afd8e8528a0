//! Who owes what: the jobs, how far each is, and what the death of a worker means for its job.
//! Knows no browser.
//!
//! A worker that panics still says which file it was at. One that runs out of stack or memory, or
//! hangs, says nothing, and may not have answered for the files just before; its job is done
//! again from the last answer, *carefully*: the worker then names every file before it reads it
//! and answers for each alone. Whoever dies on a file so named was killed by it.

use super::protocol::{Order, Request, Response};
use crate::alerts::KnownMapping;
use crate::limits::Limits;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

struct Job {
    request: Request,
    /// Files answered for; counted as the worker does.
    done: u32,
    /// The worker names what it reads.
    careful: bool,
    /// What it named last and has not answered for.
    reading: Option<String>,
    /// It has said how many files lie ahead.
    listed: bool,
}

/// The jobs that are not finished.
#[derive(Default)]
pub(super) struct Ledger {
    jobs: BTreeMap<u32, Job>,
    queue: VecDeque<u32>,
    next: u32,
    /// Whether texts that are no rules are searched for ids from now on.
    pub(super) scan_text: bool,
    /// Columns of alerts that were chosen by hand before.
    pub(super) tables: Vec<KnownMapping>,
    /// How much is read.
    pub(super) limits: Limits,
    /// Archives given up or refused, so that several parts of one report it once.
    lost_archives: BTreeSet<String>,
}

/// What a worker said as it died.
pub(super) struct LastWords {
    /// The file it was at.
    pub(super) path: String,
    /// Files of the job done before it.
    pub(super) done: u32,
}

/// What follows from a death.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The file to book as failed, if it is known which it was.
    pub(super) culprit: Option<String>,
    /// Bytes at the head of the job's buffer that are not needed any more.
    pub(super) bytes_gone: u32,
    /// Whether the job goes on; it is at the head of the queue then.
    pub(super) goes_on: bool,
}

impl Ledger {
    /// Takes a job in and queues it; returns its number.
    pub(super) fn add(&mut self, request: impl FnOnce(u32) -> Request) -> u32 {
        if self.jobs.is_empty() {
            self.lost_archives.clear();
        }
        let number = self.next;
        self.next += 1;
        let job =
            Job { request: request(number), done: 0, careful: false, reading: None, listed: false };
        self.jobs.insert(number, job);
        self.queue.push_back(number);
        number
    }

    /// Jobs queued or running.
    pub(super) fn open(&self) -> usize {
        self.jobs.len()
    }

    /// Jobs that no worker has.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// The next job for a worker, and what to ask of it. (The page does not offer to scan text
    /// yet.)
    pub(super) fn take(&mut self) -> Option<(u32, Order<&Request>)> {
        let number = self.queue.pop_front()?;
        let job = self.jobs.get_mut(&number)?;
        job.reading = None;
        let (scan_text, tables) = (self.scan_text, self.tables.clone());
        let (careful, limits) = (job.careful, self.limits);
        Some((number, Order { careful, scan_text, tables, limits, request: &job.request }))
    }

    /// Forgets every job.
    pub(super) fn clear(&mut self) {
        self.jobs.clear();
        self.queue.clear();
        self.lost_archives.clear();
    }

    /// Notes what a worker says; whether it is news for the page.
    pub(super) fn hear(&mut self, response: &Response) -> bool {
        match response {
            Response::Ready { .. } | Response::Panicked { .. } => true,
            Response::Listed { job, .. } => self
                .jobs
                .get_mut(job)
                // A job that goes on in another worker is listed again.
                .is_some_and(|job| !std::mem::replace(&mut job.listed, true)),
            Response::Reading { job, path } => {
                if let Some(job) = self.jobs.get_mut(job) {
                    job.reading = Some(path.clone());
                }
                false
            }
            Response::Alive { .. } => false,
            Response::Refused { job, outcome } => {
                self.jobs.contains_key(job) && self.lost_archives.insert(outcome.path.clone())
            }
            Response::Batch { job, done, .. } => match self.jobs.get_mut(job) {
                Some(job) => {
                    job.done = *done;
                    job.reading = None;
                    true
                }
                None => false,
            },
            Response::Text { job, .. }
            | Response::Peers { job, .. }
            | Response::Profile { job, .. }
            | Response::Unpacked { job, .. }
            | Response::Rows { job, .. }
            | Response::Workspace { job, .. }
            | Response::Looked { job, .. } => self.jobs.contains_key(job),
            Response::Done { job } => self.jobs.remove(job).is_some(),
        }
    }

    /// The worker at a job is dead.
    pub(super) fn bury(&mut self, number: u32, words: Option<LastWords>) -> Verdict {
        let Some(job) = self.jobs.get_mut(&number) else { return Verdict::default() };
        if job.is_question() {
            // Nothing is lost that was not there before; whoever asked hears that it is done.
            return self.give_up(number);
        }
        let (culprit, skip) = match (words, &job.request) {
            // The archive itself kills: it would do so again at every entry.
            (Some(words), Request::Zip { path, .. }) if words.path == *path => {
                return self.give_up(number);
            }
            // One file, and its rows so far are worth nothing without the others.
            (_, Request::Large { .. } | Request::Table { .. }) => return self.give_up(number),
            (Some(words), _) => (Some(words.path), words.done + 1),
            (None, _) if !job.careful => (None, job.done),
            (None, Request::Files { files, .. }) => {
                let at = files.get(job.done as usize);
                (at.map(|file| file.path.clone()), job.done + 1)
            }
            (
                None,
                Request::Zip { .. }
                | Request::Text { .. }
                | Request::Look { .. }
                | Request::Peers { .. }
                | Request::Profile { .. }
                | Request::Unpack { .. },
            ) => match job.reading.take() {
                Some(path) => (Some(path), job.done + 1),
                None => return self.give_up(number),
            },
        };
        job.careful = true;
        let bytes_gone = job.skip(skip);
        if job.is_finished() {
            self.jobs.remove(&number);
            return Verdict { culprit, bytes_gone, goes_on: false };
        }
        self.queue.push_front(number);
        Verdict { culprit, bytes_gone, goes_on: true }
    }

    fn give_up(&mut self, number: u32) -> Verdict {
        let path = match self.jobs.remove(&number).map(|job| job.request) {
            Some(
                Request::Zip { path, .. }
                | Request::Large { path, .. }
                | Request::Table { path, .. },
            ) => path,
            _ => return Verdict::default(),
        };
        let is_news = self.lost_archives.insert(path.clone());
        Verdict { culprit: is_news.then_some(path), ..Verdict::default() }
    }

    /// Gives up all that no worker has; the files that are lost by it, with their jobs.
    pub(super) fn give_up_waiting(&mut self) -> Vec<(u32, String)> {
        let mut lost = Vec::new();
        for number in std::mem::take(&mut self.queue) {
            match self.jobs.get(&number).map(|job| &job.request) {
                Some(Request::Files { files, .. }) => {
                    lost.extend(files.iter().map(|file| (number, file.path.clone())));
                    self.jobs.remove(&number);
                }
                Some(Request::Zip { .. } | Request::Large { .. } | Request::Table { .. }) => {
                    lost.extend(self.give_up(number).culprit.map(|path| (number, path)));
                }
                Some(_) => {
                    self.jobs.remove(&number);
                }
                None => {}
            }
        }
        lost
    }
}

impl Job {
    /// Passes over so many files of the job as it was asked; the bytes that takes.
    fn skip(&mut self, files_done: u32) -> u32 {
        match &mut self.request {
            Request::Files { files, .. } => {
                let gone = (files_done as usize).min(files.len());
                self.done = 0;
                files.drain(..gone).map(|file| file.len).sum()
            }
            Request::Zip { done, .. } => {
                self.done = files_done;
                *done = files_done;
                0
            }
            _ => 0,
        }
    }

    /// Whether it asks about files that were read before.
    fn is_question(&self) -> bool {
        !matches!(
            self.request,
            Request::Files { .. }
                | Request::Zip { .. }
                | Request::Large { .. }
                | Request::Table { .. }
        )
    }

    /// Whether nothing is left. Only the worker knows how long an archive is.
    fn is_finished(&self) -> bool {
        matches!(&self.request, Request::Files { files, .. } if files.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::FileHeader;
    use super::*;
    use crate::rule::Intake;
    use crate::source::{Bucket, FileOutcome};

    fn files(names: &[&str]) -> impl FnOnce(u32) -> Request {
        let files: Vec<_> =
            names.iter().map(|name| FileHeader { path: (*name).to_owned(), len: 10 }).collect();
        move |job| Request::Files { job, files }
    }

    fn zip(part: u32) -> impl FnOnce(u32) -> Request {
        move |job| Request::Zip { job, path: "a.zip".to_owned(), part, parts: 2, done: 0 }
    }

    fn batch(job: u32, done: u32) -> Response {
        Response::Batch {
            job,
            done,
            intake: Intake::default(),
            catalogues: Vec::new(),
            layers: Vec::new(),
            parts: Vec::new(),
            readings: Vec::new(),
            tests: Vec::new(),
        }
    }

    fn reading(job: u32, path: &str) -> Response {
        Response::Reading { job, path: path.to_owned() }
    }

    fn left(ledger: &mut Ledger) -> (Vec<String>, bool) {
        let Some((_, Order { careful, request, .. })) = ledger.take() else {
            return Default::default();
        };
        let left = match request {
            Request::Files { files, .. } => files.iter().map(|file| file.path.clone()).collect(),
            Request::Zip { done, .. } => vec![done.to_string()],
            Request::Text { path, .. }
            | Request::Peers { path, .. }
            | Request::Large { path, .. }
            | Request::Table { path, .. }
            | Request::Look { path, .. }
            | Request::Profile { path, .. } => vec![path.clone()],
            Request::Unpack { .. } => Vec::new(),
        };
        (left, careful)
    }

    #[test]
    fn a_panic_names_its_file_and_the_job_goes_on_behind_it() {
        let mut ledger = Ledger::default();
        let job = ledger.add(files(&["a", "b", "c", "d"]));
        ledger.take();
        let words = LastWords { path: "b".to_owned(), done: 1 };
        let verdict = ledger.bury(job, Some(words));
        let expected = Verdict { culprit: Some("b".to_owned()), bytes_gone: 20, goes_on: true };
        assert_eq!(verdict, expected);
        assert_eq!(left(&mut ledger).0, ["c", "d"]);
        let last = ledger.bury(job, Some(LastWords { path: "d".to_owned(), done: 1 }));
        assert_eq!((last.culprit.as_deref(), last.goes_on), (Some("d"), false));
        assert_eq!((ledger.open(), ledger.waiting()), (0, 0));
    }

    #[test]
    fn a_large_file_that_kills_is_lost_with_its_rows() {
        for words in [None, Some(LastWords { path: "a.csv".to_owned(), done: 0 })] {
            let mut ledger = Ledger::default();
            let path = "a.csv".to_owned();
            let job = ledger.add(|job| Request::Large { job, path, limit: 1 });
            ledger.take();
            let rows = Response::Rows {
                job,
                path: "a.csv".to_owned(),
                rows: Box::default(),
                read: (1, 2),
            };
            assert!(ledger.hear(&rows));
            let verdict = ledger.bury(job, words);
            let expected =
                Verdict { culprit: Some("a.csv".to_owned()), bytes_gone: 0, goes_on: false };
            assert_eq!(verdict, expected);
            assert!(!ledger.hear(&rows), "what comes late is not taken");
            assert_eq!(ledger.open(), 0);
        }
    }

    #[test]
    fn a_silent_death_is_looked_into_and_only_its_file_is_lost() {
        let mut ledger = Ledger::default();
        let job = ledger.add(files(&["a", "b", "c", "d"]));
        assert!(!left(&mut ledger).1, "at first nobody is careful");
        assert!(ledger.hear(&batch(job, 1)));
        // "b" was read and not answered for, "c" kills.
        let verdict = ledger.bury(job, None);
        assert_eq!(verdict, Verdict { culprit: None, bytes_gone: 10, goes_on: true });
        assert_eq!(left(&mut ledger), (vec!["b".into(), "c".into(), "d".into()], true));
        assert!(!ledger.hear(&reading(job, "b")), "nothing for the page");
        ledger.hear(&batch(job, 1));
        ledger.hear(&reading(job, "c"));
        let verdict = ledger.bury(job, None);
        let expected = Verdict { culprit: Some("c".to_owned()), bytes_gone: 20, goes_on: true };
        assert_eq!(verdict, expected);
        assert_eq!(left(&mut ledger), (vec!["d".into()], true));
        ledger.hear(&batch(job, 1));
        assert!(ledger.hear(&Response::Done { job }));
        assert_eq!(ledger.open(), 0);
    }

    #[test]
    fn one_that_died_after_its_last_file_has_lost_none() {
        let mut ledger = Ledger::default();
        let job = ledger.add(files(&["a", "b"]));
        ledger.take();
        ledger.hear(&batch(job, 2));
        assert_eq!(ledger.bury(job, None), Verdict { bytes_gone: 20, ..Verdict::default() });
        assert_eq!(ledger.open(), 0);
    }

    /// Whichever of its parts finds it gone.
    #[test]
    fn an_archive_that_is_refused_is_told_once_a_drop() {
        let mut ledger = Ledger::default();
        for _ in 0..2 {
            let [first, second] = [0, 1].map(|part| ledger.add(zip(part)));
            let refused = |job| {
                let path = "a.zip".to_owned();
                let outcome = FileOutcome { path, bytes: 9, bucket: Bucket::not_given("gone") };
                Response::Refused { job, outcome }
            };
            assert!(ledger.hear(&refused(second)));
            assert!(ledger.hear(&Response::Done { job: second }));
            assert!(!ledger.hear(&Response::Alive { job: first }), "nothing for the page");
            assert!(!ledger.hear(&refused(first)));
            assert!(ledger.hear(&Response::Done { job: first }));
        }
    }

    #[test]
    fn an_archive_goes_on_behind_the_entry_that_kills() {
        let mut ledger = Ledger::default();
        let job = ledger.add(zip(0));
        ledger.take();
        assert!(ledger.hear(&Response::Listed { job, files: 9 }));
        ledger.hear(&batch(job, 3));
        assert_eq!(ledger.bury(job, None), Verdict { goes_on: true, ..Verdict::default() });
        assert_eq!(left(&mut ledger), (vec!["3".into()], true));
        assert!(!ledger.hear(&Response::Listed { job, files: 9 }), "the page knows");
        ledger.hear(&reading(job, "a.zip/x"));
        ledger.hear(&batch(job, 4));
        ledger.hear(&reading(job, "a.zip/y"));
        let verdict = ledger.bury(job, None);
        assert_eq!((verdict.culprit.as_deref(), verdict.goes_on), (Some("a.zip/y"), true));
        assert_eq!(left(&mut ledger), (vec!["5".into()], true));
    }

    #[test]
    fn an_archive_that_kills_as_it_is_opened_is_given_up_and_told_once() {
        let mut ledger = Ledger::default();
        let (first, second) = (ledger.add(zip(0)), ledger.add(zip(1)));
        for job in [first, second] {
            ledger.take();
            assert!(ledger.bury(job, None).goes_on);
        }
        ledger.take();
        ledger.take();
        let told: Vec<_> = [first, second].map(|job| ledger.bury(job, None)).into_iter().collect();
        assert_eq!(told[0].culprit.as_deref(), Some("a.zip"));
        assert_eq!(told[1], Verdict::default());
        let panicking = ledger.add(zip(0));
        ledger.take();
        let words = LastWords { path: "a.zip".to_owned(), done: 0 };
        assert!(!ledger.bury(panicking, Some(words)).goes_on);
        assert_eq!(ledger.open(), 0);
    }

    #[test]
    fn without_workers_everything_that_waits_is_given_up() {
        let mut ledger = Ledger::default();
        let running = ledger.add(files(&["a"]));
        ledger.take();
        ledger.add(files(&["b", "c"]));
        ledger.add(zip(0));
        ledger.add(zip(1));
        let lost = ledger.give_up_waiting();
        let paths: Vec<_> = lost.iter().map(|(_, path)| path.as_str()).collect();
        assert_eq!(paths, ["b", "c", "a.zip"]);
        assert_eq!((ledger.open(), ledger.waiting()), (1, 0));
        assert!(ledger.hear(&Response::Done { job: running }));
    }

    #[test]
    fn a_text_that_kills_is_only_not_there() {
        let mut ledger = Ledger::default();
        let text =
            |job| Request::Text { job, path: "a".to_owned(), archive: None, line: 1, last: 1 };
        let unpack = |job| Request::Unpack { job, archive: "a".to_owned(), paths: Vec::new() };
        for job in [ledger.add(text), ledger.add(unpack)] {
            ledger.take();
            assert_eq!(ledger.bury(job, None), Verdict::default());
        }
        ledger.add(unpack);
        ledger.add(text);
        assert_eq!(ledger.give_up_waiting(), []);
        assert_eq!(ledger.open(), 0);
    }

    #[test]
    fn a_job_that_was_dropped_is_no_news() {
        let mut ledger = Ledger::default();
        let job = ledger.add(files(&["a"]));
        ledger.clear();
        assert!(!ledger.hear(&batch(job, 1)) && !ledger.hear(&Response::Done { job }));
        assert_eq!(ledger.bury(job, None), Verdict::default());
    }
}
