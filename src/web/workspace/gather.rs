//! The files of a workspace: those whose outcomes are on the page, as they were dropped.

use crate::diagnostic::Code;
use crate::gaps::Shelf;
use crate::pace::Pace;
use crate::source::Bucket;
use crate::web::intake;
use crate::web::state::AppState;
use crate::workspace::Reference;
use leptos::prelude::*;
use std::collections::BTreeMap;
use web_sys::Blob;

/// A file of the page.
pub struct PageFile {
    /// Whose it is.
    pub shelf: Shelf,
    /// As dropped.
    pub path: String,
    /// Its bytes, if they are at hand.
    pub blob: Option<Blob>,
    /// What is known of it otherwise.
    pub named: Reference,
}

/// Outcomes between two questions whether to pause.
const OUTCOMES: usize = 512;

/// All files, one's own first, each shelf by path. An archive stands for its entries.
pub async fn files(state: AppState, pace: &impl Pace) -> Vec<PageFile> {
    let mut all = Vec::new();
    let own = state.everything_read().intake;
    for (shelf, intake) in [(Shelf::Own, own), (Shelf::Library, state.library().get_untracked())] {
        let mut found = BTreeMap::new();
        for (at, outcome) in intake.report.outcomes.iter().enumerate() {
            if at.is_multiple_of(OUTCOMES) {
                pace.pause().await;
            }
            if is_no_file(&outcome.bucket) {
                continue;
            }
            let (path, blob) = match intake::find(shelf, &outcome.path) {
                Some((blob, archive)) => {
                    (archive.unwrap_or_else(|| outcome.path.clone()), Some(blob))
                }
                None => (outcome.path.clone(), None),
            };
            let size = blob.as_ref().map_or(outcome.bytes, |blob| blob.size() as u64);
            let known = intake::reference(shelf, &path).filter(|_| blob.is_none());
            let named = known.unwrap_or(Reference { path: path.clone(), size, sha256: None });
            found.entry(path.clone()).or_insert(PageFile { shelf, path, blob, named });
        }
        all.extend(found.into_values());
    }
    all
}

/// Folders that are not opened are no files, nor are entries that were refused, and a workspace
/// that was dropped beside another would be opened in its place.
fn is_no_file(bucket: &Bucket) -> bool {
    let (Bucket::Skipped { code, .. } | Bucket::Failed { code, .. }) = bucket else {
        return false;
    };
    matches!(code, Code::IgnoredFolder | Code::WorkspaceFile | Code::WorkspacePart)
}
