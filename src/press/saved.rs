//! A workspace, taken apart for the page, which reads its files as if they had been dropped.

use super::protocol::WorkspaceParts;
use crate::layer::stored::{self, LayerFile};
use crate::limits::Limits;
use crate::source::Bucket;
use crate::source::decode::decode;
use crate::workspace::{Entry, FileOf, read_within};

/// What is in a workspace; `keep` gets the contents of its files one by one, in their order, so that
/// they are never in memory all at once.
///
/// # Errors
/// What becomes of the file if it cannot be opened.
pub fn open(
    bytes: &[u8],
    limits: &Limits,
    mut keep: impl FnMut(&[u8]),
) -> Result<WorkspaceParts, Bucket> {
    let text = decode(bytes).map_err(|error| error.bucket())?;
    let opened = read_within(&text, limits).map_err(|error| error.bucket())?;
    let mut parts = WorkspaceParts::default();
    let WorkspaceParts { head, files } = &mut parts;
    for FileOf { shelf, entry, remark } in opened.files() {
        head.remarks.extend(remark);
        match entry {
            Entry::File(inner) => {
                keep(&inner.bytes);
                files.push((shelf, inner.path, inner.bytes.len() as u64));
            }
            Entry::Reference(named) => head.references.push((shelf, named)),
            Entry::Refused(outcome) => head.refused.push((shelf, outcome)),
        }
    }
    head.remarks.extend(opened.remarks);
    head.layers = layers(&opened.workspace);
    head.workspace = opened.workspace;
    Ok(parts)
}

fn layers(workspace: &crate::workspace::Workspace) -> Vec<u8> {
    let file = |tab: &crate::workspace::Tab| LayerFile {
        path: tab.path.clone(),
        layers: vec![(*tab.layer).clone()],
    };
    stored::write(&workspace.tabs.iter().map(file).collect::<Vec<_>>())
}
