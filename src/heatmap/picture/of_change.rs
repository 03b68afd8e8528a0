//! What changed between two states.

use super::PictureOptions;
use super::of_coverage::share;
use super::subject::{Face, Head, Rows, Sample, Subject, one_line, release_and_platforms};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Scope;
use crate::heatmap::change_paint::ChangePainter;
use crate::heatmap::sheet::MITRE_NOTICE;
use crate::heatmap::wording::{grouped, of, percent};
use crate::layer::Comparison;

/// How a change is counted, in one sentence.
const CONVENTION: &str = "Gained, lost, higher and lower count techniques and sub-techniques each for itself; the percentage counts techniques that are covered themselves or through a sub-technique.";

pub(super) fn subject(
    catalogue: &Catalogue,
    comparison: &Comparison,
    scope: &Scope,
    options: &PictureOptions,
) -> Subject {
    let painter = ChangePainter::new(comparison, options.theme);
    let in_scope = |index: TechniqueIndex| scope.includes(catalogue, catalogue.technique(index));
    let subs = |index| painter.subs(catalogue, index, &in_scope);
    let rows = Rows {
        catalogue,
        in_scope: &in_scope,
        expansion: &options.sub_techniques,
        is_annotated: &|parent| subs(parent).changed() > 0,
        show_ids: options.show_ids,
    };
    let change = |index| painter.change(catalogue.technique(index).id);
    let columns = rows.columns(
        |tactic| {
            let Some(counts) = comparison.tactics.get(tactic).map(|tactic| tactic.techniques)
            else {
                return Head::default();
            };
            let text = if counts.from == counts.to {
                format!("{} · {}", of(counts.to, counts.total), percent(counts.to, counts.total))
            } else {
                format!("{} → {}", grouped(counts.from), of(counts.to, counts.total))
            };
            Head { text, share: Some(share(counts.to, counts.total)), fill: None }
        },
        |index, is_folded| {
            let folded = is_folded.then(|| subs(index));
            let label = painter.label(change(index), folded);
            let corner = Some(label).filter(|label| options.show_scores && !label.is_empty());
            Face { paint: painter.cell(change(index), folded), corner }
        },
    );
    let open: std::collections::BTreeSet<_> = columns
        .iter()
        .flat_map(|column| &column.rows)
        .filter(|row| row.is_sub)
        .filter_map(|row| row.technique.parent())
        .collect();
    let shown = rows.shown(&columns).into_iter().map(|index| {
        let is_folded = !open.contains(&catalogue.technique(index).id);
        (change(index), is_folded.then(|| subs(index)))
    });
    let legend = painter.legend(shown).into_iter().map(|entry| {
        let corner = Some(entry.sign.to_owned()).filter(|sign| !sign.is_empty());
        let text = format!("{} · {}", entry.label, grouped(entry.count));
        (Sample::Cell(Face { paint: entry.sample, corner }), text)
    });

    let Comparison { techniques, gained, lost, raised, lowered, .. } = comparison;
    let percents = format!(
        "techniques covered, {} → {}",
        percent(techniques.from, techniques.total),
        percent(techniques.to, techniques.total)
    );
    let covered = format!("{} → {}", grouped(techniques.from), of(techniques.to, techniques.total));
    let title = if options.title.is_empty() {
        // Each is cut for itself, so that the new one is never lost.
        let name = |text| crate::heatmap::wording::plain_up_to(text, 60);
        format!("{} → {}", name(&comparison.from), name(&comparison.to))
    } else {
        options.title.clone()
    };
    let subtitle =
        format!("Change · {} · {}", options.date, release_and_platforms(catalogue, scope));
    Subject {
        title: one_line(&title),
        subtitle: one_line(&subtitle),
        figures: vec![
            (covered, percents),
            (format!("+{}", grouped(gained.len())), "gained".to_owned()),
            (format!("−{}", grouped(lost.len())), "lost".to_owned()),
            (format!("▲{}", grouped(raised.len())), "score higher".to_owned()),
            (format!("▼{}", grouped(lowered.len())), "score lower".to_owned()),
        ],
        columns,
        legend: legend.collect(),
        sentences: vec![CONVENTION.to_owned(), MITRE_NOTICE.to_owned()],
    }
}
