//! Outcomes of what never reaches a worker.

use crate::diagnostic::Code;
use crate::limits::{Limit, Limits};
use crate::source::{Bucket, FileOutcome};

pub(super) fn ignored_folder(path: String) -> FileOutcome {
    let bucket = Bucket::Skipped {
        code: Code::IgnoredFolder,
        reason: "a folder of tools, not of rules; not opened".to_owned(),
    };
    FileOutcome { path, bytes: 0, bucket }
}

pub(super) fn unreadable(path: String, bytes: u64, reason: &str) -> FileOutcome {
    FileOutcome { path, bytes, bucket: Bucket::not_given(reason) }
}

pub(super) fn too_many(limits: &Limits) -> Bucket {
    Bucket::Failed {
        code: Code::TooMany,
        line: None,
        column: None,
        reason: format!("more than {} files in one drop", limits.of(Limit::Files)),
        remedy: format!("drop fewer folders at once, {}", Limit::Files.remedy()),
    }
}
