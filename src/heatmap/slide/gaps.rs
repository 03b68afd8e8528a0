//! The ten gaps that matter most, each with its reason and the sum of its priority.

use super::frame::{Area, Frame, Words};
use super::{Counted, NoSlide, SMALLEST, SlideKind, SlideOptions};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::gaps::GapList;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::scene::Scene;
use crate::heatmap::sheet::Style;
use crate::heatmap::wording::{grouped, plain, score};

/// How many are shown.
const MOST: usize = 10;

pub(super) fn slide(
    counted: &Counted<'_>,
    list: &GapList,
    options: &SlideOptions,
) -> Result<Scene, NoSlide> {
    counted.says_something()?;
    let Counted { catalogue, coverage, .. } = counted;
    let top = list.top(MOST);
    if top.is_empty() {
        return Err(NoSlide::NoGaps);
    }
    let relevant = list.assessments.iter().filter(|one| one.relevance.is_in()).count();
    let told = top.iter().map(|gap| {
        let id = catalogue.technique(gap.technique).id;
        format!("{} {id} {}", gap.rank, name(catalogue, gap.technique))
    });
    let words = Words {
        of: counted.of_what(options),
        counted: format!(
            "{} of {} gaps, among {} techniques and sub-techniques that matter. Each id counts for itself.",
            top.len(),
            grouped(list.gaps.len()),
            grouped(relevant)
        ),
        notes: [
            format!("Priority = {}.", list.policy.formula().replace('_', " ")),
            list.threat.sentence(),
        ]
        .into_iter()
        .chain(counted.notes())
        .collect(),
        description: told.collect::<Vec<_>>().join("; "),
    };
    let mut frame = Frame::new(SlideKind::Gaps, options, &words);
    let tokens = frame.sheet.tokens;
    let Area { x, y, w, h } = frame.area;
    let row = (h / top.len() as f64).min(80.0);
    let (left, right) = (x + 190.0, x + w);
    for (gap, at) in top.iter().zip(0_u8..) {
        let top = y + row * f64::from(at);
        if at > 0 {
            frame.sheet.line((x, top), (right, top), tokens.hairline, 2.0);
        }
        let (first, second) = (top + row / 2.0 - 7.0, top + row / 2.0 + 25.0);
        let one = list.assessment(gap.technique);
        let priority = format!("{:.2}", gap.priority).replace('-', "−");
        let rank = format!("{}.", gap.rank);
        frame.text_to((x + 40.0, first), 44.0, Style::regular(28.0, tokens.muted), &rank);
        frame.text_to((x + 150.0, first), 100.0, Style::bold(32.0, tokens.ink), &priority);
        let technique = catalogue.technique(gap.technique);
        let title = format!("{} {}", technique.id, name(catalogue, gap.technique));
        let state = gap.state.label();
        let taken = font::width(state, 28.0, Weight::Semibold) + 30.0;
        let bold = Style::bold(28.0, tokens.ink);
        frame.sheet.text((left, first), right - left - taken, bold, &title);
        frame.text_to((right, first), taken, bold, state);
        let arithmetic = one.terms.arithmetic();
        let small = Style::regular(SMALLEST, tokens.muted);
        let taken = font::width(&arithmetic, SMALLEST, Weight::Regular) + 30.0;
        let reason = reason(list, coverage, gap.technique);
        frame.sheet.text((left, second), right - left - taken, small, &reason);
        frame.text_to((right, second), taken, small, &arithmetic);
    }
    Ok(frame.scene())
}

/// Its own, and that of the technique it belongs to.
pub(super) fn name(catalogue: &Catalogue, index: TechniqueIndex) -> String {
    let technique = catalogue.technique(index);
    match technique.parent {
        Some(parent) => {
            format!("{}: {}", plain(&catalogue.technique(parent).name), plain(&technique.name))
        }
        None => plain(&technique.name),
    }
}

/// Why it is a gap, and why it matters, in a line.
fn reason(list: &GapList, coverage: &crate::coverage::Coverage, index: TechniqueIndex) -> String {
    let threat = &list.threat;
    let mut told = list.shortfall(coverage, index).unwrap_or_default();
    told += &format!(" Used by {} of {}.", score(threat.users(index)), threat.total());
    let whys = list.assessment(index).relevance.why.iter().filter_map(|why| why.in_short());
    let whys: Vec<&str> = whys.collect();
    if !whys.is_empty() {
        told += &format!(" Here: {}.", whys.join(", "));
    }
    told
}
