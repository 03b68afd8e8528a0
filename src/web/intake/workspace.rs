//! A workspace that was dropped: its files go the way of all files, all else to the page at once.
//! And files that a workspace only names, when they come.

use super::run::{RunId, finish_if_done, going_on, pool, with_run, with_this, within_run};
use super::{enter, enter_all, send_batch, sources};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::gaps::Shelf;
use crate::heatmap::wording::plain_up_to;
use crate::layer::stored;
use crate::limits::Limits;
use crate::pace::Pace;
use crate::press::client::{self, PressError};
use crate::press::protocol::{WorkspaceHead, WorkspaceParts};
use crate::source::{Bucket, FileOutcome};
use crate::web::next_task::{FramePace, next_task};
use crate::web::state::{AppState, Read, Toast};
use crate::web::view::numbers::counted;
use crate::web::workspace::when;
use crate::workspace::{ENDING, Look, Reference, within};
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use web_sys::Blob;

/// Files by shelf and path.
pub type Contents = BTreeMap<(Shelf, String), Blob>;

/// A workspace that is there as a whole.
pub(super) struct Arrived {
    path: String,
    head: WorkspaceHead,
    contents: Contents,
    /// It was kept in the browser …
    is_kept: bool,
    /// … and is being opened; who asked for it says so.
    ended: Option<Ended>,
}

thread_local! {
    /// What workspaces named; for the visit, so that undo leads back to it.
    static NAMED: RefCell<BTreeMap<(Shelf, String), Reference>> =
        const { RefCell::new(BTreeMap::new()) };
}

/// A file is a workspace: has it taken apart by the press, while the import waits. It may be as large
/// as an archive; the page knows its handle, and the press reads it.
pub(super) fn take_apart(path: String, size: u64, file: Option<Blob>) {
    take(path, size, file, false);
}

fn take(path: String, size: u64, file: Option<Blob>, is_kept: bool) {
    let run = with_run(|run| {
        run.busy += 1;
        (run.id, run.limits)
    });
    let Some((id, limits)) = run else { return };
    spawn_local(async move {
        let arrived = match &file {
            Some(file) => apart(&path, file, limits, is_kept).await,
            None => Err(Bucket::not_given("it is no longer there")),
        };
        with_this(id, |run| {
            run.less_busy();
            match arrived {
                // It came with the workspace that is being opened.
                Ok(_) if run.quiet.contains(&path) => {
                    run.book(FileOutcome { path, bytes: 0, bucket: within() });
                }
                Ok(arrived) => {
                    // It is in no bucket: what is in it is.
                    run.progress.files_total = run.progress.files_total.saturating_sub(1);
                    run.workspaces.push(arrived);
                }
                Err(bucket) => run.book(FileOutcome { path, bytes: size, bucket }),
            }
        });
        finish_if_done();
    });
}

/// What the press makes of it. Its files are parts of one, which are handles again.
async fn apart(path: &str, file: &Blob, limits: Limits, is_kept: bool) -> Result<Arrived, Bucket> {
    let made = client::take_apart(file, limits).await;
    let (head, pack) = made.map_err(|error| unread(&error))?;
    // Both sides are of one build, so this is a fault of ours.
    let parts = postcard::from_bytes::<Result<WorkspaceParts, Bucket>>(&head.to_vec());
    let parts = parts.map_err(|error| unread(&PressError::Died(error.to_string())))??;
    let (pace, mut contents, mut end) = (FramePace::new(), Contents::new(), 0);
    for (shelf, path, size) in parts.files {
        let from = end;
        end += size;
        if let Ok(content) = pack.slice_with_f64_and_f64(from as f64, end as f64) {
            contents.insert((shelf, path), content);
        }
        pace.pause().await;
    }
    Ok(Arrived { path: path.to_owned(), head: parts.head, contents, is_kept, ended: None })
}

/// It could not be taken apart.
fn unread(error: &PressError) -> Bucket {
    let reason = match error {
        PressError::Died(reason) => format!("taking it apart failed: {reason}"),
        other => other.to_string(),
    };
    let remedy = "reload the page and drop it again; if that fails, use an earlier copy of it";
    Bucket::Failed {
        code: Code::Workspace,
        line: None,
        column: None,
        reason,
        remedy: remedy.to_owned(),
    }
}

/// Called once what is restored is open, or it is certain that it will not be.
type Ended = Box<dyn FnOnce(bool)>;

thread_local! {
    /// The files of what is being restored.
    static RESTORED: RefCell<Option<(Contents, Ended)>> = const { RefCell::new(None) };
}

/// Opens what was kept in the browser: a workspace without contents, and the files.
pub fn restore(state: AppState, document: Blob, contents: Contents, ended: Ended) {
    within_run(state, Shelf::Own, move |id| {
        RESTORED.set(Some((contents, ended)));
        with_this(id, |run| {
            run.progress.files_total += 1;
            run.progress.listing = run.busy > 0;
        });
        // What it is need not be found out.
        take(format!("kept{ENDING}"), document.size() as u64, Some(document), true);
    });
}

/// An import has ended: what it did not open is not opened.
pub(super) fn end_restoring() {
    if let Some((_, ended)) = RESTORED.take() {
        ended(false);
    }
}

/// Opens the workspace that came with a run, if one did: instead of what was open, and together
/// with what else came. Of several the first by name is opened; one that was kept gives way to any.
pub(super) async fn reopen_if_any(id: RunId) -> bool {
    let Some(Some((state, shelf, mut all))) = with_this(id, |run| {
        (!run.workspaces.is_empty())
            .then(|| (run.state, run.shelf, std::mem::take(&mut run.workspaces)))
    }) else {
        return false;
    };
    crate::sorted::sort_by(&mut all, |a, b| (a.is_kept, &a.path).cmp(&(b.is_kept, &b.path)));
    let others = all.drain(1..).filter(|other| !other.is_kept);
    let others: Vec<String> = others.map(|other| other.path).collect();
    let Some(mut first) = all.pop() else { return false };
    if first.is_kept && with_this(id, |run| !run.brought.is_empty()) == Some(true) {
        // It came after one that was dropped.
        end_restoring();
        return false;
    }
    if first.is_kept
        && let Some((contents, ended)) = RESTORED.take()
    {
        first.contents = contents;
        first.ended = Some(ended);
    }
    if shelf == Shelf::Library {
        // It waits for the end of this import.
        within_run(state, Shelf::Own, move |id| {
            reopen(id, state, first, others, Read::default());
            with_this(id, |run| run.progress.listing = false);
            finish_if_done();
        });
        return false;
    }
    // Of what is shown already some came with it, or with the one before, or comes once more.
    let mut more: BTreeSet<String> = first.contents.keys().map(|(_, path)| path.clone()).collect();
    let own = with_this(id, |run| {
        more.extend(run.give_way());
        more.extend(run.come_again(|all| called_as(all, &first.head.references)));
        (run.own_detections(&more), run.reopened.take())
    });
    let Some((own, before)) = own else { return false };
    before.into_iter().for_each(|before| before(false));
    let (alerts, tests) = own.settled().await;
    let base = Read { alerts, tests, ..Read::default() };
    // It may have been cancelled meanwhile: what has arrived is opened all the same.
    let Some(id) = with_run(|run| run.id) else { return false };
    reopen(id, state, first, others, base);
    true
}

fn reopen(id: RunId, state: AppState, arrived: Arrived, others: Vec<String>, base: Read) {
    let Arrived { path, head, mut contents, ended, .. } = arrived;
    let WorkspaceHead { workspace, layers, mut references, refused, remarks } = head;
    // Kept in the browser, files are named, and stand beside.
    references.retain(|(shelf, named)| !contents.contains_key(&(*shelf, named.path.clone())));
    let layers = stored::read(&layers).into_iter().filter_map(|mut file| file.layers.pop());
    let picked = workspace.picked.clone();
    let said = {
        let files = counted(contents.len(), "file", "files");
        let named = match references.len() {
            0 => String::new(),
            named => format!(", {} only named", counted(named, "is", "are")),
        };
        let saved = when(&workspace.saved);
        format!("Workspace {} of {saved} opened: {files}{named}", plain_up_to(&path, 60))
    };
    // After a reload one is where one was.
    let is_to_go = ended.is_none() || !has_address();
    let unread = state.take_workspace(workspace, layers.map(Arc::new).collect(), is_to_go);
    let unread = unread.into_iter().map(|key| {
        format!("the setting “{}” cannot be read and is at its default", plain_up_to(&key, 60))
    });
    let remarks: Vec<String> = remarks.into_iter().chain(unread).collect();
    store_references(&references);
    let library = contents.split_off(&(Shelf::Library, String::new()));
    let (own_named, library_named): (Vec<_>, Vec<_>) =
        references.into_iter().partition(|(shelf, _)| *shelf == Shelf::Own);
    if let Some(pool) = pool() {
        state.settings().with_untracked(|settings| {
            pool.read_as(settings.scan_texts, settings.alert_tables.clone(), settings.limits.get());
        });
    }
    let is_read = with_this(id, |run| {
        run.base_on(base);
        run.quiet.extend(contents.keys().map(|(_, path)| path.clone()));
        // What is open of them was changed since they were read.
        run.quiet.extend(own_named.iter().map(|(_, named)| named.path.clone()));
        run.brought.insert(path.clone());
        let own = contents.keys().map(|(_, path)| path).filter(|path| !run.has_entered(path));
        let own: Vec<String> = own.cloned().collect();
        run.brought.extend(own);
        run.named = own_named.iter().map(|(_, named)| named.path.clone()).collect();
        let missing = own_named.into_iter().map(|(_, named)| named.outcome(named.path.clone()));
        for outcome in missing.chain(refused.into_iter().map(|(_, outcome)| outcome)) {
            if !run.has_entered(&outcome.path) {
                run.brought.insert(outcome.path.clone());
                run.outcome(outcome);
            }
        }
        for other in others {
            let reason = "another workspace of the same drop was opened".to_owned();
            let bucket = Bucket::Skipped { code: Code::WorkspacePart, reason };
            run.outcome(FileOutcome { path: other, bytes: 0, bucket });
        }
        let remarks = remarks
            .into_iter()
            .map(|message| Diagnostic::new(Severity::Warning, Code::WorkspacePart, &path, message));
        run.arrived.loose().diagnostics.extend(remarks);
        run.reopened = Some(Box::new(move |is_shown| {
            if is_shown {
                state.pick_again(&picked);
            }
            match ended {
                Some(ended) => ended(is_shown),
                None if is_shown => state.toast.set(Some(Toast { text: said, undo: true })),
                None => {}
            }
        }));
    });
    if is_read.is_none() {
        return;
    }
    for ((shelf, path), blob) in contents {
        enter(id, shelf, path, blob, true);
    }
    send_batch(id);
    if library.is_empty() && library_named.is_empty() {
        // A library is what one could deploy: without one in the workspace it stays.
        return;
    }
    state.shelve(Arc::default());
    let read = move |id| {
        with_this(id, |run| {
            for (_, named) in library_named {
                run.outcome(named.outcome(named.path.clone()));
            }
        });
        let files = library.into_iter().map(|((_, path), blob)| (path, blob));
        enter_all(id, Shelf::Library, files);
    };
    with_this(id, |run| {
        run.library = Some(Box::new(move || going_on(state, Shelf::Library, read)));
    });
}

fn has_address() -> bool {
    web_sys::window()
        .and_then(|window| window.location().hash().ok())
        .is_some_and(|hash| hash.len() > 1)
}

/// Remembers what a workspace said of files it only names.
fn store_references(references: &[(Shelf, Reference)]) {
    NAMED.with_borrow_mut(|all| {
        for (shelf, named) in references {
            all.insert((*shelf, named.path.clone()), named.clone());
        }
    });
}

/// What a workspace said of a file that it only names.
pub fn reference(shelf: Shelf, path: &str) -> Option<Reference> {
    NAMED.with_borrow(|all| all.get(&(shelf, path.to_owned())).cloned())
}

/// Whether a file is only named.
pub fn is_reference(bucket: &Bucket) -> bool {
    matches!(bucket, Bucket::Skipped { code: Code::WorkspaceReference, .. })
}

/// A file that is only named, and how much of its path a file that came has.
pub(super) struct Candidate {
    named: Reference,
    is_whole: bool,
}

/// Whether a path is the end of another one, or the whole of it.
pub(super) fn ends(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// Of files that came before the workspace that only names them, those that may be it.
fn called_as(came: &BTreeSet<String>, references: &[(Shelf, Reference)]) -> BTreeSet<String> {
    fn name(path: &str) -> &str {
        path.rsplit('/').next().unwrap_or(path)
    }
    let mut by_name: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for path in came.iter().filter(|_| !references.is_empty()) {
        by_name.entry(name(path)).or_default().push(path);
    }
    let own = references.iter().filter(|(shelf, _)| *shelf == Shelf::Own).map(|(_, named)| named);
    let found = own.flat_map(|named| {
        let alike = by_name.get(name(&named.path)).into_iter().flatten();
        let size = |path: &str| Some(sources::find(Shelf::Own, path)?.0.size() as u64);
        alike.filter(move |path| {
            ends(path, &named.path) || ends(&named.path, path) && size(path) == Some(named.size)
        })
    });
    found.map(|path| (*path).clone()).collect()
}

/// Files that are named, not there, and called as this one: its path, or the end of it, or the
/// other way round. `None` for nearly every file.
pub(super) fn named(
    state: AppState,
    shelf: Shelf,
    path: &str,
    file: &Blob,
) -> Option<Vec<Candidate>> {
    let size = file.size() as u64;
    let is_missing = |named: &&Reference| {
        let intake = match shelf {
            Shelf::Own => state.everything_read().intake,
            Shelf::Library => state.library().get_untracked(),
        };
        let is_it = |outcome: &Arc<FileOutcome>| {
            outcome.path == named.path && is_reference(&outcome.bucket)
        };
        intake.report.outcomes.iter().any(is_it)
    };
    NAMED.with_borrow(|all| {
        if all.is_empty() {
            return None;
        }
        let of_shelf = all.iter().filter(|((of, _), _)| *of == shelf).map(|(_, named)| named);
        let found: Vec<Candidate> = of_shelf
            .filter(|named| ends(path, &named.path) || ends(&named.path, path))
            .filter(is_missing)
            .map(|named| Candidate { named: named.clone(), is_whole: ends(path, &named.path) })
            .filter(|one| one.is_whole || one.named.size == size)
            .collect();
        (!found.is_empty()).then_some(found)
    })
}

/// Bytes that are hashed between two pauses, some milliseconds' work.
const PIECE: f64 = (1 << 20) as f64;

/// The path under which a file takes the place of one that is named; its own where it is another.
pub(super) async fn settled_path(
    id: RunId,
    candidates: Vec<Candidate>,
    mut path: String,
    file: &Blob,
) -> String {
    let size = file.size() as u64;
    let needs_hash = candidates.iter().any(|one| one.named.size == size);
    let hash = if needs_hash { hash_of(file).await } else { None };
    let is_same = |one: &&Candidate| {
        one.named.size == size
            && one.named.sha256.as_ref().is_none_or(|own| Some(own) == hash.as_ref())
    };
    let longest = |one: &&Candidate| one.named.path.len();
    let same = candidates.iter().filter(is_same).max_by_key(longest);
    let whole = || candidates.iter().filter(|one| one.is_whole).max_by_key(longest);
    let Some(found) = same.or_else(whole) else { return path };
    let is_changed = same.is_none();
    let own = std::mem::replace(&mut path, found.named.path.clone());
    let is_taken = with_this(id, |run| {
        if path != own && run.has_entered(&path) {
            // It is another one that ends like it.
            return true;
        }
        run.quiet.insert(path.clone());
        run.came.insert(path.clone());
        if is_changed {
            let message =
                "the file is another than when the workspace was saved; it is taken as it is now";
            let remark = Diagnostic::new(Severity::Warning, Code::WorkspaceFile, &path, message);
            run.arrived.loose().diagnostics.push(remark);
        }
        false
    });
    if is_taken == Some(true) { own } else { path }
}

/// In pieces; `None` if it cannot be read.
async fn hash_of(file: &Blob) -> Option<String> {
    let mut look = Look::default();
    let mut from = 0.0;
    while from < file.size() {
        let piece = file.slice_with_f64_and_f64(from, from + PIECE).ok()?;
        look.update(&Uint8Array::new(&sources::bytes_of(&piece).await?.into()).to_vec());
        from += PIECE;
        if from < file.size() {
            next_task().await;
        }
    }
    Some(look.finish().sha256)
}
