//! A workspace among files: what is embedded in it counts as files, as in a zip. What was made on
//! the page (settings, tabs, snapshots) belongs to the page.

use super::{Beside, Options, import_archive, import_one, only};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::gaps::Shelf;
use crate::rule::Intake;
use crate::source::decode::decode;
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use crate::workspace::{Entry, Opened, read_within};

/// The files of a workspace that is one of the inputs.
pub(super) fn import(file: &SourceFile, options: Options, imported: &mut (Intake, Beside)) {
    let text = match decode(&file.bytes) {
        Ok(text) => text,
        Err(error) => return imported.0.add(only(file, error.bucket())),
    };
    let opened = match read_within(&text, &options.limits) {
        Ok(opened) => opened,
        Err(error) => return imported.0.add(only(file, error.bucket())),
    };
    let bucket = Bucket::Read { format: "Coverlay workspace".to_owned(), rules: 0 };
    imported.0.add(only(file, bucket));
    let mut remarks: Vec<String> = opened.remarks.clone();
    let below = |path: &str| format!("{}/{path}", file.path);
    for found in opened.files().filter(|found| found.shelf == Shelf::Own) {
        remarks.extend(found.remark);
        match found.entry {
            Entry::File(inner) => {
                let inner = SourceFile { path: below(&inner.path), ..inner };
                if sniff(&inner.bytes) == Kind::Zip {
                    import_archive(&inner, options, imported);
                } else {
                    super::add(imported, import_one(&inner, options));
                }
            }
            Entry::Reference(named) => imported.0.add_outcome(named.outcome(below(&named.path))),
            Entry::Refused(outcome) => {
                let path = below(&outcome.path);
                imported.0.add_outcome(FileOutcome { path, ..outcome });
            }
        }
    }
    let remark =
        |message| Diagnostic::new(Severity::Warning, Code::WorkspacePart, &file.path, message);
    imported.0.diagnostics.extend(remarks.into_iter().map(remark));
    if let Some(message) = not_used(&opened) {
        let hint = "`--profile` takes a workspace, too; tabs can be saved as layers on the page";
        let note = Diagnostic::new(Severity::Note, Code::WorkspacePart, &file.path, message);
        imported.0.diagnostics.push(note.hint(hint));
    }
}

/// What only the page uses, if there is any.
fn not_used(opened: &Opened<'_>) -> Option<String> {
    let work = &opened.workspace;
    let library = opened.count(Shelf::Library);
    let count = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let parts = [
        (!work.settings.is_empty()).then(|| "its settings".to_owned()),
        count(work.tabs.len(), "open layer"),
        count(work.snapshots.len(), "snapshot"),
        count(work.peers.len(), "peer"),
        count(library, "file of its library"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty())
        .then(|| format!("of this workspace only the files are read, not {}", parts.join(", ")))
}
