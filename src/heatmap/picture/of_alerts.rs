//! Alerts on the matrix, alone or beside the coverage of their rules.

use super::PictureOptions;
use super::of_coverage::share;
use super::subject::{Face, Head, Rows, Sample, Subject, one_line, release_and_platforms};
use crate::alerts::Alerts;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::detections::Detections;
use crate::coverage::{Coverage, Policy, Scope, Summary};
use crate::heatmap::alert_paint::{AlertLook, AlertPainter};
use crate::heatmap::alert_words::{filters_in_words, scale_in_words, short, window_in_words};
use crate::heatmap::sheet::MITRE_NOTICE;
use crate::heatmap::wording::{grouped, of, percent, plain};

/// How alerts are counted.
const COUNTING: &str = "An alert counts once on each technique that it names or, if it names none, its rule does. Below a tactic: its alerts, and its techniques with an alert on them or a sub-technique.";
/// What a cell of alerts alone shows.
const ALONE: &str = "A cell has the shade of the alerts on exactly its technique; those on sub-techniques are its lower edge and, where there are no others, stand in brackets.";
/// What a two-part cell shows.
const WITH_RULES: &str = "The colour of a cell is that of its rules, the band at its left that of the alerts on exactly its technique; the corner counts alerts, in brackets those on sub-techniques where there are no others.";

/// Alerts to be shown.
#[derive(Clone, Copy, Debug)]
pub struct AlertsShown<'a> {
    /// All of them.
    pub alerts: &'a Alerts,
    /// What was made of them.
    pub detections: &'a Detections,
    /// How.
    pub look: AlertLook,
}

pub(super) fn subject(
    catalogue: &Catalogue,
    coverage: &Coverage,
    (policy, scope): (&Policy, &Scope),
    shown: AlertsShown<'_>,
    options: &PictureOptions,
) -> Subject {
    let AlertsShown { alerts, detections, look } = shown;
    let volume = &detections.volume;
    let palette = (&options.palette, options.theme);
    let painter =
        AlertPainter::new(catalogue, coverage, detections, look, palette.0, options.theme);
    let in_scope = |index: TechniqueIndex| coverage.technique(index).in_scope;
    let rows = Rows {
        catalogue,
        in_scope: &in_scope,
        expansion: &options.sub_techniques,
        is_annotated: &|parent| {
            let covered = look.with_rules && coverage.technique(parent).subtechniques_covered > 0;
            covered || painter.facts(parent).subs_seen > 0
        },
        show_ids: options.show_ids,
    };
    let seen = |technique: &TechniqueIndex| volume.with_sub_techniques(*technique) > 0;
    let columns = rows.columns(
        |tactic| {
            let count = volume.tactics.get(tactic).copied().unwrap_or_default();
            let all = catalogue.column(tactic).into_iter().filter(|index| in_scope(*index));
            let all: Vec<TechniqueIndex> = all.collect();
            let with = all.iter().filter(|index| seen(index)).count();
            let text = format!("{} in {}", short(count), of(with, all.len()));
            Head { text, share: Some(share(with, all.len())), fill: None }
        },
        |index, _| {
            let corner = painter.corner(index).filter(|_| options.show_scores);
            Face { paint: painter.cell(catalogue, coverage, index), corner }
        },
    );
    let legend = painter.legend(catalogue, coverage, palette, rows.shown(&columns));
    let legend = legend.into_iter().map(|entry| {
        let corner = Some(entry.sign.to_owned()).filter(|sign| !sign.is_empty());
        let text = format!("{} · {}", entry.label, grouped(entry.count));
        (Sample::Cell(Face { paint: entry.sample, corner }), text)
    });
    let when = match (detections.selection.window, alerts.span()) {
        (Some(window), _) => window_in_words(window),
        (None, Some((first, last))) => {
            let days = (first.date(), last.date());
            if days.0 == days.1 { days.0.to_string() } else { format!("{} to {}", days.0, days.1) }
        }
        (None, None) => "no alerts".to_owned(),
    };
    let subtitle = format!("Alerts · {when} · {}", release_and_platforms(catalogue, scope));
    let cells = if look.with_rules { WITH_RULES } else { ALONE };
    let shades = scale_in_words(look.scale, painter.shading().highest());
    let mut sentences = vec![COUNTING.to_owned(), cells.to_owned(), shades];
    sentences.extend(filters_in_words(&detections.selection));
    if let Some(window) = detections.selection.window.filter(|_| look.compare) {
        let before = window_in_words(window.before());
        sentences.push(format!("▲, ▼ and = compare with the window before, {before}."));
    }
    if look.with_rules {
        sentences.extend([Summary::CONVENTION.to_owned(), policy.sentence()]);
    }
    sentences.extend(scope.remarks().into_iter().map(|(_, said)| plain(&said)));
    sentences.push(MITRE_NOTICE.to_owned());
    Subject {
        title: one_line(&options.title),
        subtitle: one_line(&subtitle),
        figures: figures(catalogue, coverage, detections),
        columns,
        legend: legend.collect(),
        sentences,
    }
}

fn figures(
    catalogue: &Catalogue,
    coverage: &Coverage,
    detections: &Detections,
) -> Vec<(String, String)> {
    let volume = &detections.volume;
    let alerts = match &detections.before {
        Some(before) => format!("alerts, {} in the window before", grouped(before.alerts as usize)),
        None => "alerts".to_owned(),
    };
    let mut figures = vec![(grouped(volume.alerts as usize), alerts)];
    let without = volume.alerts - volume.placed.min(volume.alerts);
    if without > 0 {
        figures.push((grouped(without as usize), "without a technique".to_owned()));
    }
    for (is_sub, what) in [(false, "techniques"), (true, "sub-techniques")] {
        let all = catalogue.indices().filter(|index| {
            coverage.technique(*index).in_scope
                && catalogue.technique(*index).parent.is_some() == is_sub
        });
        let all: Vec<TechniqueIndex> = all.collect();
        let seen = all.iter().filter(|index| volume.with_sub_techniques(**index) > 0).count();
        let text = format!("{what} with an alert, {}", percent(seen, all.len()));
        figures.push((of(seen, all.len()), text));
    }
    figures
}
