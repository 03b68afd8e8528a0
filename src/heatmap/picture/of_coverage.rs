//! The coverage of rules, with all that is known of it.

use super::subject::{Face, Head, Rows, Sample, Subject, one_line, release_and_platforms};
use super::{Expansion, PictureOptions};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, Policy, Scope, Summary};
use crate::heatmap::legend::legend;
use crate::heatmap::paint::Painter;
use crate::heatmap::sheet::MITRE_NOTICE;
use crate::heatmap::wording::{grouped, of, percent, plain};

pub(super) fn subject(
    catalogue: &Catalogue,
    coverage: &Coverage,
    policy: &Policy,
    scope: &Scope,
    options: &PictureOptions,
) -> Subject {
    let painter = Painter::new(&options.palette, options.theme);
    let rows = Rows {
        catalogue,
        in_scope: &|index| coverage.technique(index).in_scope,
        expansion: &options.sub_techniques,
        is_annotated: &|parent| coverage.technique(parent).subtechniques_covered > 0,
        show_ids: options.show_ids,
    };
    let summary = &coverage.summary;
    let columns = rows.columns(
        |tactic| {
            let Some(totals) = coverage.tactics.get(tactic) else { return Head::default() };
            let (covered, total) = (totals.techniques_covered, totals.techniques_total);
            if summary.says_nothing() {
                return Head { text: format!("– of {}", grouped(total)), ..Head::default() };
            }
            let text = format!("{} · {}", of(covered, total), percent(covered, total));
            Head { text, share: Some(share(covered, total)), fill: None }
        },
        |index, _| {
            let paint = painter.cell(catalogue, coverage, index);
            let score = paint.score.filter(|_| options.show_scores);
            Face { paint, corner: score.map(|score| score.to_string()) }
        },
    );
    let shown = rows.shown(&columns);
    let legend = legend(catalogue, coverage, &options.palette, options.theme, shown);
    let legend = legend.into_iter().map(|entry| {
        let text = format!("{} · {}", entry.label, grouped(entry.count));
        (Sample::Cell(Face::bare(entry.sample)), text)
    });
    let sentences = [Some(Summary::CONVENTION.to_owned()), Some(policy.sentence())]
        .into_iter()
        .chain(scope.remarks().into_iter().map(|(_, said)| Some(plain(&said))))
        .chain([Some(MITRE_NOTICE.to_owned())]);
    let subtitle = format!("{} · {}", options.date, release_and_platforms(catalogue, scope));
    Subject {
        title: one_line(&options.title),
        subtitle: one_line(&subtitle),
        figures: figures(summary),
        columns,
        legend: legend.collect(),
        sentences: sentences.flatten().collect(),
    }
}

/// The techniques that a picture of a coverage shows, tactic by tactic; a tactic with nothing in
/// scope is left out.
pub(crate) fn shown_techniques(
    catalogue: &Catalogue,
    coverage: &Coverage,
    expansion: &Expansion,
) -> Vec<(usize, Vec<TechniqueIndex>)> {
    let rows = Rows {
        catalogue,
        in_scope: &|index| coverage.technique(index).in_scope,
        expansion,
        is_annotated: &|parent| coverage.technique(parent).subtechniques_covered > 0,
        show_ids: false,
    };
    let column = |tactic| {
        (tactic, rows.techniques(tactic).into_iter().map(|(index, _)| index).collect::<Vec<_>>())
    };
    (0..catalogue.tactics.len()).map(column).filter(|(_, rows)| !rows.is_empty()).collect()
}

/// 0 to 1; 0 of 0 is 0.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    part.min(whole) as f64 / whole.max(1) as f64
}

fn figures(summary: &Summary) -> Vec<(String, String)> {
    let says_nothing = summary.says_nothing();
    let share = |part, whole, what: &str| match says_nothing {
        // 0 % would say more than anybody knows.
        true => (format!("– of {}", grouped(whole)), format!("{what}: no mapping in this format")),
        false => (of(part, whole), format!("{what} covered, {}", percent(part, whole))),
    };
    let mut figures = vec![
        share(summary.techniques_covered, summary.techniques_total, "techniques"),
        share(summary.subtechniques_covered, summary.subtechniques_total, "sub-techniques"),
        (grouped(summary.rules_read), "rules read".to_owned()),
        (grouped(summary.rules_mapped), "rules mapped".to_owned()),
        (grouped(summary.rules_unmapped), "rules unmapped".to_owned()),
    ];
    let left_out = summary.duplicates + summary.rules_excluded + summary.rules_disabled;
    if left_out > 0 {
        let disabled = if summary.rules_disabled > 0 { ", disabled" } else { "" };
        figures.push((grouped(left_out), format!("not counted: copies, status{disabled}")));
    }
    figures
}
