//! What would be with chosen rules of a library, and the files they stand in.

use crate::coverage::Scope;
use crate::pace::{Pace, Unpaced, at_once};
use crate::rule::{Intake, Rule, RuleIndex};
use crate::sorted;
use std::sync::Arc;

/// What is deployed, and these rules of the library with it; settled.
pub fn preview(intake: &Intake, library: &Intake, chosen: &[RuleIndex]) -> Intake {
    at_once(preview_paced(intake, library, chosen, &Unpaced))
}

/// [`preview`] in pieces.
pub async fn preview_paced(
    intake: &Intake,
    library: &Intake,
    chosen: &[RuleIndex],
    pace: &impl Pace,
) -> Intake {
    let mut all = intake.clone();
    all.rules.extend(shared(library, chosen));
    all.settle_paced(pace).await;
    all
}

/// The scope of a preview: where only picked rules count, so do the chosen ones.
pub fn preview_scope(scope: &Scope, library: &Intake, chosen: &[RuleIndex]) -> Scope {
    let chosen: Vec<Arc<Rule>> = shared(library, chosen).collect();
    let picked = scope.picked.as_ref().map(|picked| picked.with(&chosen));
    Scope { picked, ..scope.clone() }
}

fn shared<'a>(
    library: &'a Intake,
    chosen: &'a [RuleIndex],
) -> impl Iterator<Item = Arc<Rule>> + 'a {
    chosen.iter().filter_map(|at| library.rules.get(*at as usize).cloned())
}

/// A file that holds chosen rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryFile<'a> {
    /// As it was read, to be found again.
    pub path: &'a str,
    /// The same without the folders that all rules of the library stand in.
    pub within: &'a str,
}

/// The files that hold these rules, by path, each once. (A file of several rules is one file:
/// who takes it gets all of them.)
pub fn files<'a>(library: &'a Intake, chosen: &[RuleIndex]) -> Vec<LibraryFile<'a>> {
    let paths = || library.rules.iter().map(|rule| rule.path.as_str());
    // Sorted: what the first and the last share, all do.
    let (first, last) =
        (paths().next().unwrap_or_default(), paths().next_back().unwrap_or_default());
    let same = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    let root = first.bytes().take(same).rposition(|byte| byte == b'/').map_or(0, |at| at + 1);
    let chosen = chosen.iter().filter_map(|at| library.rules.get(*at as usize));
    sorted::set(chosen.map(|rule| rule.path.as_str()))
        .into_iter()
        .map(|path| LibraryFile { path, within: path.get(root..).unwrap_or(path) })
        .collect()
}
