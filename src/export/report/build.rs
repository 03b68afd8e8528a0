//! From what was counted to the document.

use super::{Cell, Column, Figure, Kind, Report, Section, SectionKey};
use super::{coverage, detections, gaps, import, matrix, rules};
use crate::attack::TechniqueIndex;
use crate::coverage::{DenominatorKind, Panel, Summary};
use crate::export::gaps_json::GapsOf;
use crate::export::layer_json::weights;
use crate::export::report_json::ReportOf;
use crate::heatmap::MITRE_NOTICE;
use crate::heatmap::wording::plain;
use crate::lint::Lint;
use crate::pace::{Pace, Unpaced, at_once};

/// What a report is made of.
#[derive(Clone, Copy)]
pub struct ReportAsked<'r> {
    /// Coverage, and alerts if there are any.
    pub of: ReportOf<'r>,
    /// The gaps; without them there is no such section.
    pub gaps: Option<GapsOf<'r>>,
    /// What the tag doctor found; without it there is no such section.
    pub lint: Option<&'r Lint>,
    /// Whether all rows of long tables are wanted, for workbook and CSV, or only those that are
    /// shown to people ([`SectionKey::most_shown`]).
    pub all_rows: bool,
}

/// The report. Linear in rules, findings and files.
pub fn report(asked: &ReportAsked<'_>) -> Report {
    at_once(report_paced(asked, &Unpaced))
}

/// [`report`] in pieces.
pub async fn report_paced(asked: &ReportAsked<'_>, pace: &impl Pace) -> Report {
    let of = &asked.of;
    let panel = Panel::of(of.catalogue, of.coverage, &of.asked);
    pace.pause().await;
    let sources = import::sources(of.intake);
    let mut sections = vec![
        summary(of),
        coverage::denominators(&panel),
        coverage::states(of),
        coverage::depth(of, &panel),
        coverage::concentration(of, &panel),
    ];
    pace.pause().await;
    sections.push(coverage::weakest(of, asked.all_rows, pace).await);
    pace.pause().await;
    sections.push(matrix::tactics(of));
    pace.pause().await;
    sections.extend(matrix::platforms(of, pace).await);
    pace.pause().await;
    if let Some(gaps) = &asked.gaps {
        sections.push(gaps::gaps(gaps, asked.all_rows));
        pace.pause().await;
    }
    sections.push(matrix::techniques(of, pace).await);
    pace.pause().await;
    sections.extend(detections::sections(of, asked.all_rows));
    pace.pause().await;
    sections.push(rules::rules(of, asked.all_rows, pace).await);
    if let Some(lint) = asked.lint {
        sections.push(rules::diagnostics(of, lint, asked.all_rows, pace).await);
    }
    sections.push(import::left_out(of.intake, asked.all_rows, pace).await);
    sections.push(import::kinds(&sources));
    let release = plain(&format!("{} {}", of.catalogue.domain.name(), of.catalogue.version));
    Report {
        title: format!("Coverage of ATT&CK {release}"),
        date: of.coverage.today,
        convention: Summary::CONVENTION.to_owned(),
        policy: of.policy.sentence(),
        scope: scope(of),
        versions: versions(of, &release),
        release,
        said: said(&of.coverage.summary),
        figures: figures(of, &panel, asked.gaps.as_ref()),
        sources,
        sections,
        notice: MITRE_NOTICE.to_owned(),
    }
}

fn said(s: &Summary) -> Vec<String> {
    let copies = if s.duplicates == 1 { "copy" } else { "copies" };
    let mut said = vec![format!(
        "{} rules read: {} mapped, {} unmapped, {} left out for their status, {} disabled, {} {copies}.",
        s.rules_read,
        s.rules_mapped,
        s.rules_unmapped,
        s.rules_excluded,
        s.rules_disabled,
        s.duplicates
    )];
    if s.says_nothing() {
        said.push("No ATT&CK mapping in this format.".to_owned());
    }
    said
}

fn scope(of: &ReportOf<'_>) -> Vec<String> {
    let mut scope = Vec::new();
    if !of.scope.platforms.is_empty() {
        let platforms = of.scope.platforms.join(", ");
        scope.push(format!("Only techniques on {platforms} are counted."));
    }
    scope.extend(of.scope.remarks().into_iter().map(|(_, said)| said));
    scope
}

fn versions(of: &ReportOf<'_>, release: &str) -> Vec<(String, String)> {
    let mut versions = vec![
        ("Coverlay".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("ATT&CK".to_owned(), release.to_owned()),
        ("scoring policy".to_owned(), of.policy.name().to_owned()),
    ];
    versions.extend(weights(of.policy).map(|values| ("its weights".to_owned(), values)));
    versions
}

fn figures(of: &ReportOf<'_>, panel: &Panel, gaps: Option<&GapsOf<'_>>) -> Vec<Figure> {
    let s = &of.coverage.summary;
    let figure = |key: &'static str, label: &'static str, part: usize, whole, sentence: &str| {
        let whole: Option<usize> = whole;
        Figure {
            key: key.into(),
            label: label.into(),
            part: part as u64,
            whole: whole.map(|whole| whole as u64),
            sentence: sentence.to_owned(),
        }
    };
    let mut figures = Vec::new();
    // Of formats that cannot name a technique, a share of 0 would say what nobody knows.
    if !s.says_nothing() {
        for one in &panel.denominators {
            let (covered, total) = (one.covered.len(), Some(one.total()));
            figures.push(figure(
                one.kind.as_str(),
                one.kind.label(),
                covered,
                total,
                &one.sentence,
            ));
            if one.kind == DenominatorKind::Techniques {
                figures.push(figure(
                    "subtechniques",
                    "Sub-techniques",
                    s.subtechniques_covered,
                    Some(s.subtechniques_total),
                    "Sub-techniques in scope; one counts only if a rule names exactly it.",
                ));
            }
        }
        let least = &panel.at_least;
        figures.push(figure(
            "score",
            "Score reached",
            least.techniques.len(),
            Some(least.total),
            &format!("Techniques in scope with a score of {} or more.", least.threshold),
        ));
    }
    figures.push(figure(
        "rules-mapped",
        "Rules with a technique",
        s.rules_mapped,
        Some(s.rules),
        "Counted rules that name a technique of this release, of all that count.",
    ));
    if let Some(gaps) = gaps {
        let relevant = gaps.list.assessments.iter().filter(|one| one.relevance.is_in()).count();
        figures.push(figure(
            "gaps",
            "Gaps",
            gaps.list.gaps.len(),
            Some(relevant),
            "Techniques and sub-techniques that are uncovered, partial, weak or fragile, of those that matter.",
        ));
    }
    if let Some(found) = of.detections.filter(|found| !found.alerts.readings.is_empty()) {
        let volume = &found.detections.volume;
        figures.push(figure(
            "alerts",
            "Alerts with a technique",
            volume.placed as usize,
            Some(volume.alerts as usize),
            "Alerts whose technique is known, of all that were counted.",
        ));
    }
    figures
}

/// Every count, also those that are no headline.
fn summary(of: &ReportOf<'_>) -> Section {
    let s = &of.coverage.summary;
    let count = |what: &'static str, number, sentence: &'static str| {
        vec![Cell::text(what), Cell::count(number), Cell::Empty, Cell::text(sentence)]
    };
    let share = |what: &'static str, part, whole, sentence: &'static str| {
        // 0 of 222 would be said of what nobody knows.
        let share = if s.says_nothing() { Cell::Empty } else { Cell::share(part, whole) };
        vec![Cell::text(what), Cell::Empty, share, Cell::text(sentence)]
    };
    let rows = [
        share(
            "Techniques covered",
            s.techniques_covered,
            s.techniques_total,
            "In scope; named by a rule, or a sub-technique of theirs is.",
        ),
        share(
            "Techniques named",
            s.techniques_direct,
            s.techniques_total,
            "In scope; named by a rule themselves.",
        ),
        share(
            "Techniques only via sub-techniques",
            s.techniques_via_subtechnique,
            s.techniques_total,
            "In scope; no rule names them, one names a sub-technique of theirs.",
        ),
        share(
            "Sub-techniques covered",
            s.subtechniques_covered,
            s.subtechniques_total,
            "In scope; named by a rule.",
        ),
        share(
            "Techniques with a score of 80 or more",
            s.techniques_at_least_80,
            s.techniques_total,
            "In scope; production quality.",
        ),
        count("Rules read", s.rules_read, "All, copies and those that do not count included."),
        count("Rules counted", s.rules, "Mapped and unmapped."),
        count("Rules mapped", s.rules_mapped, "They count and name a technique of this release."),
        count("Rules unmapped", s.rules_unmapped, "They count and name none."),
        count(
            "Rules that cannot be mapped",
            s.rules_unmappable,
            "Of the unmapped; their format knows no techniques.",
        ),
        count("Rules left out for their status", s.rules_excluded, "Deprecated or unsupported."),
        count("Rules disabled", s.rules_disabled, "They say themselves that they are off."),
        count("Rules switched off", s.rules_switched_off, "By a what-if."),
        count("Copies", s.duplicates, "Of a rule id that was read already."),
        count("Tests of techniques", of.intake.tests.len(), "Atomic tests; they cover nothing."),
    ];
    let columns = [
        Column::of("What", Kind::Text),
        Column::of("Count", Kind::Integer),
        Column::of("Covered", Kind::Share),
        Column::of("What is counted", Kind::Text),
    ];
    Section::new(SectionKey::Summary, "", &columns).with(rows)
}

/// Ids of techniques, as a cell.
pub(super) fn ids(of: &ReportOf<'_>, techniques: impl IntoIterator<Item = TechniqueIndex>) -> Cell {
    let id = |index| of.catalogue.technique(index).id.to_string().into();
    Cell::list(techniques.into_iter().map(id))
}

/// An id, as a cell.
pub(super) fn id(of: &ReportOf<'_>, index: TechniqueIndex) -> Cell {
    Cell::text(of.catalogue.technique(index).id.to_string())
}

/// So many of a list that will be cut, or all of it.
pub(super) fn most(key: SectionKey, all_rows: bool) -> usize {
    if all_rows { usize::MAX } else { key.most_shown() }
}
