//! The import report: every file in exactly one of read, skipped and failed.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{Limit, Limits};
use crate::sorted;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a file ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Bucket {
    /// Read as `format`, for example `Sigma`; holds this many rules (0 for a catalogue).
    Read {
        /// What it was read as.
        format: String,
        /// How many rules it gave.
        rules: u32,
    },
    /// Understood well enough to know that it is not for us.
    Skipped {
        /// The kind of reason.
        code: Code,
        /// Why, in words.
        reason: String,
    },
    /// Should have been read and could not.
    Failed {
        /// The kind of reason.
        code: Code,
        /// 1-based.
        line: Option<u32>,
        /// 1-based, in characters.
        column: Option<u32>,
        /// Why, in words.
        reason: String,
        /// What to do about it.
        remedy: String,
    },
}

/// One file and where it ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileOutcome {
    /// As dropped or given.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its one bucket.
    pub bucket: Bucket,
}

impl Bucket {
    /// A file whose content the browser does not give: it is gone, was changed since it was dropped,
    /// or may not be read. `reason` is the browser's.
    pub fn not_given(reason: &str) -> Self {
        Self::Failed {
            code: Code::Unreadable,
            line: None,
            column: None,
            reason: format!("the browser could not read it: {reason}"),
            remedy: "check that the file still exists and may be read, then drop it again"
                .to_owned(),
        }
    }
}

impl FileOutcome {
    /// A file of so many bytes, larger than its kind may be.
    pub fn too_large(path: String, bytes: u64, limit: Limit, limits: &Limits) -> Self {
        let bucket = Bucket::Failed {
            code: Code::TooLarge,
            line: None,
            column: None,
            reason: format!(
                "{} MiB; the limit for this kind of file is {}",
                bytes >> 20,
                limit.written(limits.of(limit))
            ),
            remedy: format!("split the file, {}", limit.remedy()),
        };
        Self { path, bytes, bucket }
    }

    /// The outcome as a diagnostic: an error for a failed file, a note for a skipped one. (The
    /// importers do not repeat outcomes among their diagnostics.)
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        match &self.bucket {
            Bucket::Read { .. } => None,
            Bucket::Skipped { code, reason } => {
                Some(Diagnostic::new(Severity::Note, *code, &self.path, reason))
            }
            Bucket::Failed { code, line, column, reason, remedy } => {
                let found = Diagnostic::new(Severity::Error, *code, &self.path, reason);
                let found = found.hint(remedy);
                Some(match line {
                    Some(line) => found.at(*line, *column),
                    None => found,
                })
            }
        }
    }
}

/// How many files ended where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCounts {
    /// All; always the sum of the other three.
    pub files: usize,
    /// Read.
    pub read: usize,
    /// Skipped.
    pub skipped: usize,
    /// Failed.
    pub failed: usize,
}

/// All files of an analysis.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// One entry a file, in any order until [`Self::sort`]. Shared, so that the page can keep
    /// earlier states for little.
    pub outcomes: Vec<Arc<FileOutcome>>,
}

impl ImportReport {
    /// How many files ended where.
    pub fn counts(&self) -> ReportCounts {
        let mut counts = ReportCounts { files: self.outcomes.len(), ..ReportCounts::default() };
        for outcome in &self.outcomes {
            match outcome.bucket {
                Bucket::Read { .. } => counts.read += 1,
                Bucket::Skipped { .. } => counts.skipped += 1,
                Bucket::Failed { .. } => counts.failed += 1,
            }
        }
        counts
    }

    /// By path, so that the same files give the same report whatever order they came in.
    pub fn sort(&mut self) {
        sorted::sort(&mut self.outcomes);
    }
}
