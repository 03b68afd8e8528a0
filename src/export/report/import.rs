//! What was read, and what was not and why: no file is lost silently.

use super::build::most;
use super::rules::in_pieces;
use super::{Cell, Column, Kind, Section, SectionKey, SourceKind, Sources};
use crate::pace::Pace;
use crate::rule::Intake;
use crate::source::{Bucket, FileOutcome};
use std::collections::BTreeMap;

/// Files that are named one by one.
const FEW: usize = 12;

pub(super) fn sources(intake: &Intake) -> Sources {
    let counts = intake.report.counts();
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut names = Vec::new();
    for outcome in &intake.report.outcomes {
        if let Bucket::Read { format, rules } = &outcome.bucket {
            let kind = kinds.entry(format).or_default();
            kind.0 += 1;
            kind.1 += *rules as usize;
            if names.len() <= FEW {
                names.push(outcome.path.clone());
            }
        }
    }
    if names.len() > FEW {
        names.clear();
    }
    let kind = |(name, (files, rules)): (&str, (usize, usize))| SourceKind {
        name: name.to_owned(),
        files,
        rules,
    };
    Sources {
        files: counts.files,
        read: counts.read,
        skipped: counts.skipped,
        failed: counts.failed,
        kinds: kinds.into_iter().map(kind).collect(),
        names,
    }
}

pub(super) fn kinds(sources: &Sources) -> Section {
    let columns = [
        Column::of("Kind", Kind::Text),
        Column::of("Files", Kind::Integer),
        Column::of("Rules", Kind::Integer),
    ];
    let row = |kind: &SourceKind| {
        vec![Cell::text(kind.name.clone()), Cell::count(kind.files), Cell::count(kind.rules)]
    };
    Section::new(SectionKey::Sources, "", &columns).with(sources.kinds.iter().map(row))
}

/// The files that were not read: failed ones first, then skipped ones, each with its reason.
pub(super) async fn left_out(intake: &Intake, all_rows: bool, pace: &impl Pace) -> Section {
    let columns = [
        Column::of("File", Kind::Path),
        Column::of("What", Kind::Word),
        Column::of("Why", Kind::Text),
        Column::of("What to do", Kind::Text),
        Column::of("Line", Kind::Integer),
        Column::detail("Column", Kind::Integer),
        Column::detail("Code", Kind::Word),
        Column::detail("Bytes", Kind::Integer),
    ];
    let number = |number: Option<u32>| number.map_or(Cell::Empty, |n| Cell::Integer(n.into()));
    let row = |outcome: &FileOutcome| {
        let (what, code, line, column, reason, remedy) = match &outcome.bucket {
            Bucket::Failed { code, line, column, reason, remedy } => {
                ("failed", code.as_str(), *line, *column, reason.clone(), remedy.clone())
            }
            Bucket::Skipped { code, reason } => {
                ("skipped", code.as_str(), None, None, reason.clone(), String::new())
            }
            Bucket::Read { format, .. } => {
                ("read", String::new(), None, None, format.clone(), String::new())
            }
        };
        vec![
            Cell::text(outcome.path.clone()),
            Cell::text(what),
            Cell::text(reason),
            Cell::text(remedy),
            number(line),
            number(line.and(column)),
            Cell::text(code),
            Cell::Integer(i64::try_from(outcome.bytes).unwrap_or(i64::MAX)),
        ]
    };
    let outcomes = || intake.report.outcomes.iter().map(|outcome| &**outcome);
    let failed = outcomes().filter(|one| matches!(one.bucket, Bucket::Failed { .. }));
    let skipped = outcomes().filter(|one| matches!(one.bucket, Bucket::Skipped { .. }));
    let counts = intake.report.counts();
    let note = format!(
        "{} files: {} read, {} skipped, {} failed.",
        counts.files, counts.read, counts.skipped, counts.failed
    );
    let rows = failed.chain(skipped).take(most(SectionKey::Import, all_rows));
    let section = Section::new(SectionKey::Import, note, &columns);
    let rows = in_pieces(rows, row, pace).await;
    Section { rows, total: counts.skipped + counts.failed, ..section }
}
