//! A workspace, taken apart for the page, which reads its files as if they had been dropped.

use super::protocol::WorkspaceParts;
use crate::layer::stored::{self, LayerFile};
use crate::source::Bucket;
use crate::source::decode::decode;
use crate::workspace::{Entry, FileOf, read};

/// What is in a workspace, and the contents of its files, in their order.
///
/// # Errors
/// What becomes of the file if it cannot be opened.
pub fn open(bytes: &[u8]) -> Result<(WorkspaceParts, Vec<Vec<u8>>), Bucket> {
    let text = decode(bytes).map_err(|error| error.bucket())?;
    let opened = read(&text).map_err(|error| error.bucket())?;
    let (mut parts, mut contents) = (WorkspaceParts::default(), Vec::new());
    let WorkspaceParts { head, files } = &mut parts;
    for FileOf { shelf, entry, remark } in opened.files() {
        head.remarks.extend(remark);
        match entry {
            Entry::File(inner) => {
                files.push((shelf, inner.path));
                contents.push(inner.bytes);
            }
            Entry::Reference(named) => head.references.push((shelf, named)),
            Entry::Refused(outcome) => head.refused.push((shelf, outcome)),
        }
    }
    head.remarks.extend(opened.remarks);
    head.layers = layers(&opened.workspace);
    head.workspace = opened.workspace;
    Ok((parts, contents))
}

fn layers(workspace: &crate::workspace::Workspace) -> Vec<u8> {
    let file = |tab: &crate::workspace::Tab| LayerFile {
        path: tab.path.clone(),
        layers: vec![(*tab.layer).clone()],
    };
    stored::write(&workspace.tabs.iter().map(file).collect::<Vec<_>>())
}
