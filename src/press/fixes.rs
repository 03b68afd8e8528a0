//! Diffs of corrected tags.

use super::protocol::{Patches, ToFix};
use crate::lint::{Fix, patch};

/// The diffs of some files that lie one after another in `bytes`. Those of an archive are called as
/// in it.
pub fn make(archive: Option<&str>, files: &[ToFix], bytes: &[u8]) -> Patches {
    let mut start = 0;
    let patch = |file: &ToFix| {
        let end = start + file.len as usize;
        let content = bytes.get(start..end).unwrap_or_default();
        start = end;
        let within = archive.and_then(|archive| file.path.strip_prefix(archive));
        let name = within.map_or(file.path.as_str(), |name| name.trim_start_matches('/'));
        let fixes: Vec<&Fix> = file.fixes.iter().collect();
        (file.path.clone(), patch::file(name, content, &fixes))
    };
    files.iter().map(patch).collect()
}
