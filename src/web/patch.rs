//! Corrected tags as a file for `git apply`.

use super::doctor::Examined;
use super::intake::patches;
use crate::lint::Fix;
use crate::lint::patch::FilePatch;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A patch, and what there is to say about it.
pub struct Patch {
    /// The diffs of all files, by path, below a few words on how to apply them.
    pub text: String,
    /// Corrections in it.
    pub placed: usize,
    /// Corrections the doctor would make.
    pub all: usize,
    /// Files in it.
    pub files: usize,
}

/// Reads the files again and makes the diffs.
pub async fn make(examined: &Examined) -> Patch {
    let mut fixes: BTreeMap<String, Vec<Fix>> = BTreeMap::new();
    for (path, of_file) in examined.lint.fixes() {
        fixes.insert(path.to_owned(), of_file.into_iter().cloned().collect());
    }
    let all = fixes.values().map(Vec::len).sum();
    let made = patches(fixes).await;
    let with_changes = made.values().filter(|patch| !patch.diff.is_empty());
    let (files, placed) = with_changes
        .clone()
        .fold((0, 0), |(files, placed), patch| (files + 1, placed + patch.placed));
    let mut text = String::new();
    // Words before the first diff are nothing to git.
    let _ = writeln!(
        text,
        "Tags corrected by Coverlay {}: {placed} of {all} in {files} files. Paths are those of the\n\
         drop: apply it with `git apply` in the folder that holds what was dropped, with\n\
         `git apply -p2` inside a folder that was dropped itself.\n",
        env!("CARGO_PKG_VERSION")
    );
    text.extend(with_changes.map(|FilePatch { diff, .. }| diff.as_str()));
    Patch { text, placed, all, files }
}
