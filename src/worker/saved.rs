//! A workspace, taken apart for the page: the contents of its files in pieces, then the rest. The
//! page has no parser for it, and reads the files as if they had been dropped.

use super::post::post;
use super::protocol::{Response, WorkspaceHead, WorkspacePiece};
use crate::gaps::Shelf;
use crate::layer::stored::{self, LayerFile};
use crate::rule::Intake;
use crate::source::decode::decode;
use crate::source::{Bucket, FileOutcome, SourceFile};
use crate::workspace::{Entry, FileOf, read};

/// Bytes that go out at once; the page takes them over in some milliseconds.
const PIECE: usize = 1 << 20;

/// Sends what is in a workspace; an outcome only if it cannot be opened.
pub(super) fn open(job: u32, file: &SourceFile) -> Intake {
    let mut intake = Intake::default();
    let mut refuse = |bucket: Bucket| {
        let (path, bytes) = (file.path.clone(), file.bytes.len() as u64);
        intake.add_outcome(FileOutcome { path, bytes, bucket });
    };
    match decode(&file.bytes) {
        Err(error) => refuse(error.bucket()),
        Ok(text) => match read(&text) {
            Err(error) => refuse(error.bucket()),
            Ok(opened) => {
                let send = |piece| {
                    post(&Response::Workspace { job, path: file.path.clone(), piece });
                };
                let mut head = WorkspaceHead::default();
                for FileOf { shelf, entry, remark } in opened.files() {
                    head.remarks.extend(remark);
                    match entry {
                        Entry::File(inner) => content(shelf, &inner, &send),
                        Entry::Reference(named) => head.references.push((shelf, named)),
                        Entry::Refused(outcome) => head.refused.push((shelf, outcome)),
                    }
                }
                head.remarks.extend(opened.remarks);
                let layers: Vec<LayerFile> = opened
                    .workspace
                    .tabs
                    .iter()
                    .map(|tab| LayerFile {
                        path: tab.path.clone(),
                        layers: vec![(*tab.layer).clone()],
                    })
                    .collect();
                head.layers = stored::write(&layers);
                head.workspace = opened.workspace;
                send(WorkspacePiece::Head(Box::new(head)));
            }
        },
    }
    intake
}

fn content(shelf: Shelf, file: &SourceFile, send: &impl Fn(WorkspacePiece)) {
    let piece = |offset: usize, bytes: &[u8]| {
        let (path, offset) = (file.path.clone(), offset as u64);
        send(WorkspacePiece::Content { shelf, path, offset, bytes: bytes.to_vec() });
    };
    if file.bytes.is_empty() {
        piece(0, &[]);
    }
    for (at, bytes) in file.bytes.chunks(PIECE).enumerate() {
        piece(at * PIECE, bytes);
    }
}
