//! What comes beside rules: layers, what belongs to the profile, alerts and tests. Of files that a
//! workspace brings back the layers and the profile are there already, with what was done to them.

use crate::alerts::{Alerts, Gathering, TestResult};
use crate::gaps::{PartKind, PartRead};
use crate::layer;
use crate::web::next_task::FramePace;
use crate::web::state::{AppState, Read, Toast};
use leptos::prelude::Set;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// Whether a path is one of these, or stands in an archive that is.
pub(super) fn is_within(path: &str, quiet: &BTreeSet<String>) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
    !quiet.is_empty() && ends.chain([path]).any(|end| quiet.contains(end))
}

/// What came beside rules, to be settled.
pub(super) struct Detected {
    pub(super) base: Read,
    pub(super) came: Gathering,
    /// Files that were read again; sorted.
    pub(super) again: Vec<String>,
    pub(super) tests: Vec<TestResult>,
}

impl Detected {
    pub(super) async fn settled(self) -> (Arc<Alerts>, Arc<Vec<TestResult>>) {
        let Self { base, came, again, mut tests } = self;
        let is_again = |path: &str| again.binary_search_by(|own| own.as_str().cmp(path)).is_ok();
        let alerts = came.settle(&base.alerts, is_again, &FramePace::new()).await;
        let is_unchanged = tests.is_empty() && !base.tests.iter().any(|test| is_again(&test.path));
        if is_unchanged {
            return (alerts, base.tests);
        }
        tests.extend(base.tests.iter().filter(|test| !is_again(&test.path)).cloned());
        crate::sorted::sort(&mut tests);
        (alerts, Arc::new(tests))
    }
}

/// Opens the layers that came, each in a tab; the first is shown unless rules came with them.
pub(super) async fn open_layers(
    state: AppState,
    layers: Vec<Rc<Vec<u8>>>,
    with_rules: bool,
    quiet: &BTreeSet<String>,
) {
    if layers.is_empty() {
        return;
    }
    let pace = FramePace::new();
    let mut files = Vec::new();
    for bytes in layers {
        files.extend(layer::stored::read_paced(&bytes, &pace).await);
    }
    files.retain(|file| !is_within(&file.path, quiet));
    if files.is_empty() {
        return;
    }
    crate::sorted::sort_by(&mut files, |a, b| a.path.cmp(&b.path));
    state.turn_tabs(|tabs| {
        let shown = tabs.active;
        tabs.take(files);
        if with_rules {
            tabs.active = shown;
        }
    });
}

/// Gives the profile what came for it. Undone with the import.
pub(super) fn take_parts(state: AppState, mut parts: Vec<PartRead>, quiet: &BTreeSet<String>) {
    parts.retain(|part| !is_within(&part.path, quiet));
    // However the work was shared: a whole profile first, as it replaces all there is; of two files
    // for one thing the later name counts.
    let order = |part: &PartRead| part.kind() != PartKind::Whole;
    crate::sorted::sort_by(&mut parts, |a, b| {
        order(a).cmp(&order(b)).then_with(|| a.path.cmp(&b.path))
    });
    let mut taken = Vec::new();
    for part in parts {
        let said = format!("{} ({})", part.name(), part.kind().label());
        if state.take_part(part).is_ok() {
            taken.push(said);
        }
    }
    if !taken.is_empty() {
        let text = format!("Taken into the profile: {}", taken.join(", "));
        state.toast.set(Some(Toast { text, undo: true }));
    }
}
