//! Coverage over time: one line, and where it stands now.

use super::changes::signed;
use super::frame::{Area, Frame, Words, of_what, scope_notes};
use super::{NoSlide, SMALLEST, SlideKind, SlideOptions};
use crate::attack::Catalogue;
use crate::coverage::{Scope, Summary};
use crate::heatmap::font::{self, Weight};
use crate::heatmap::scene::{Anchor, Scene};
use crate::heatmap::sheet::Style;
use crate::heatmap::trend::{Plot, Time, course, ticks};
use crate::heatmap::wording::{of, percent};
use crate::history::Trend;
use crate::layer::Covered;

/// The totals at the left.
const TOTALS: f64 = 440.0;
/// Left of the chart, for the percentages.
const AXIS: f64 = 84.0;
/// Below it, for the dates, and above it for the highest label.
const DATES: f64 = 48.0;
const ABOVE: f64 = 40.0;

/// A course and what it is seen on.
#[derive(Clone, Copy)]
pub struct Course<'a> {
    /// The release.
    pub catalogue: &'a Catalogue,
    /// What counts.
    pub scope: &'a Scope,
    /// The moments.
    pub trend: &'a Trend,
}

pub(super) fn slide(shown: &Course<'_>, options: &SlideOptions) -> Result<Scene, NoSlide> {
    let Course { catalogue, scope, trend } = *shown;
    let points = &trend.snapshots;
    let [first, .., last] = points.as_slice() else { return Err(NoSlide::NoDates) };
    let (then, now) = (first.totals.overall, last.totals.overall);
    if now.total == 0 {
        return Err(NoSlide::NothingInScope);
    }
    let share = |covered: Covered| percent(covered.covered, covered.total);
    let told = points.iter().map(|point| format!("{} {}", point.at, share(point.totals.overall)));
    // What rules count is said above.
    let remarks = trend.remarks.iter().filter(|remark| *remark != Summary::CONVENTION).cloned();
    let undated = match trend.undated.len() {
        0 => None,
        1 => Some("1 state without a date is left out.".to_owned()),
        states => Some(format!("{states} states without a date are left out.")),
    };
    let words = Words {
        of: of_what(catalogue, &scope.platforms, &format!("{} to {}", first.at, last.at)),
        counted:
            "Techniques covered, themselves or by a sub-technique, in percent of those in scope."
                .to_owned(),
        notes: remarks.chain(undated).chain(scope_notes(scope)).collect(),
        description: told.collect::<Vec<_>>().join("; "),
    };
    let mut frame = Frame::new(SlideKind::Trend, options, &words);
    let Area { x, y, w, h } = frame.area;

    let room = TOTALS - 60.0;
    let covered = of(now.covered, now.total);
    let mut next =
        frame.figure((x, y + 20.0), room, 132.0, [&share(now), &covered, "techniques covered now"]);
    let change = trend.quarters().pop().and_then(|quarter| quarter.change);
    if let Some(change) = change {
        let (year, quarter) = change.since;
        let what = format!("points since Q{quarter} {year}");
        let number = signed(change.overall);
        next = frame.figure((x, next + 40.0), room, 60.0, [&number, "", &what]);
    }
    let all = signed(now.percent() - then.percent());
    let what = format!("points since {}", first.at);
    frame.figure((x, next + 40.0), room, 60.0, [&all, "", &what]);

    let left = x + TOTALS + AXIS;
    let plot = Plot { x: left, y: y + ABOVE, w: x + w - left - 40.0, h: h - ABOVE - DATES };
    chart(&mut frame, plot, &Time::of(points), points.iter().map(|p| p.totals.overall).collect());
    Ok(frame.scene())
}

fn chart(frame: &mut Frame, plot: Plot, time: &Time, course_of: Vec<Covered>) {
    let tokens = frame.sheet.tokens;
    let small = Style::regular(SMALLEST, tokens.muted);
    for share in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let y = plot.height_of(share);
        let colour = if share == 0.0 { tokens.strong_line } else { tokens.hairline };
        frame.sheet.line((plot.x, y), (plot.x + plot.w, y), colour, 2.0);
        frame.text_to((plot.x - 16.0, y + 8.0), AXIS, small, &format!("{share}\u{2009}%"));
    }
    ticks(&mut frame.sheet, &plot, time, SMALLEST);
    course(&mut frame.sheet, &plot, time, &course_of, tokens.accent, 6.0);
    // From the end, so that the last is labelled: as many as have room.
    let mut free = f64::INFINITY;
    let mut next = 0.0;
    for (at, covered) in time.places.iter().zip(&course_of).rev() {
        let (x, y) = (plot.x + at * plot.w, plot.height_of(covered.percent()));
        let is_last = free == f64::INFINITY;
        let (size, ink) = if is_last { (32.0, tokens.ink) } else { (SMALLEST, tokens.ink) };
        let text = percent(covered.covered, covered.total);
        let half = font::width(&text, size, Weight::Semibold) / 2.0;
        if is_last || course_of.len() <= MOST_DISCS {
            frame.sheet.disc((x, y), if is_last { 10.0 } else { 7.0 }, tokens.accent);
        }
        // Where the line rises behind it, beside the line.
        let x = if !is_last && next > covered.percent() { x - half } else { x };
        next = covered.percent();
        let fits = x - half >= plot.x && x + half + 24.0 <= free;
        if fits {
            let style = Style::bold(size, ink).at(Anchor::Middle);
            frame.sheet.text((x, y - 22.0), 200.0, style, &text);
            free = x - half;
        }
    }
}

/// Up to so many moments, each has a disc.
const MOST_DISCS: usize = 24;
