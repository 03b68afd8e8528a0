//! What changed between two states.

use super::frame::{Area, Frame, LINE, Words, of_what, scope_notes};
use super::gaps::name;
use super::{NoSlide, SMALLEST, SlideKind, SlideOptions};
use crate::attack::{Catalogue, TechniqueId};
use crate::coverage::Scope;
use crate::date::Date;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::scene::Scene;
use crate::heatmap::sheet::Style;
use crate::heatmap::wording::{grouped, of, percent, plain, plain_up_to, score};
use crate::history::Trend;
use crate::layer::{Comparison, compare};

/// The totals at the left.
const TOTALS: f64 = 560.0;
const APART: f64 = 60.0;
/// A quarter that ended less than this ago says little.
const LEAST_DAYS: i32 = 30;
/// See [`Comparison::below_threshold`], which no slide shows.
const THRESHOLD: f64 = 50.0;

/// Two states and what changed between them.
#[derive(Clone, Copy)]
pub struct Changed<'a> {
    /// The release both are seen on.
    pub catalogue: &'a Catalogue,
    /// What counts.
    pub scope: &'a Scope,
    /// What changed.
    pub comparison: &'a Comparison,
    /// What one should know of how the states are seen, in sentences.
    pub remarks: &'a [String],
}

/// The last moment of a course against the end of the quarter before it, or of the one before that
/// where it ended less than thirty days ago. `None` where there is none.
pub fn since_last_quarter(
    trend: &Trend,
    catalogue: &Catalogue,
    scope: &Scope,
) -> Option<Comparison> {
    let (now, before) = trend.snapshots.split_last()?;
    let day = |date: Option<Date>| date.map(Date::unix_days);
    let today = day(now.at.date())?;
    let is_old = |at| day(at).is_some_and(|at| today - at >= LEAST_DAYS);
    let then = before.iter().rev().find(|snapshot| is_old(snapshot.at.date()))?;
    let names = [then, now].map(|snapshot| snapshot.at.to_string());
    let in_scope = |index| scope.includes(catalogue, catalogue.technique(index));
    Some(compare(&then.standing, &now.standing, names, THRESHOLD, catalogue, &in_scope))
}

/// One of the four lists.
struct List {
    sign: char,
    what: &'static str,
    count: usize,
    /// The biggest first: which, and its scores.
    rows: Vec<(TechniqueId, String)>,
}

pub(super) fn slide(changed: &Changed<'_>, options: &SlideOptions) -> Result<Scene, NoSlide> {
    let Changed { catalogue, scope, comparison, remarks } = *changed;
    let counts = comparison.techniques;
    if counts.total == 0 {
        return Err(NoSlide::NothingInScope);
    }
    let state = |name: &str| plain_up_to(name, 40);
    let (from, to) = (state(&comparison.from), state(&comparison.to));
    let lists = lists(comparison);
    let today = options.date.to_string();
    let when = format!("{from} → {to}");
    let when = if to == today { when } else { format!("{when} · {today}") };
    let told = lists.iter().map(|list| format!("{} {}", grouped(list.count), list.what));
    let percents =
        [percent(counts.from, counts.total), percent(counts.to, counts.total)].join(" → ");
    let words = Words {
        of: of_what(catalogue, &scope.platforms, &when),
        counted: "Percent: techniques, themselves or by a sub-technique. Lists: techniques and sub-techniques, each for itself.".to_owned(),
        notes: remarks.iter().cloned().chain(scope_notes(scope)).collect(),
        description: format!("{percents}; {}", told.collect::<Vec<_>>().join("; ")),
    };
    let mut frame = Frame::new(SlideKind::Changes, options, &words);
    let tokens = frame.sheet.tokens;
    let Area { x, y, w, h } = frame.area;
    let covered = format!("{} → {}", grouped(counts.from), of(counts.to, counts.total));
    let room = TOTALS - APART;
    let next = frame.figure((x, y + 20.0), room, 84.0, [&percents, &covered, "techniques covered"]);
    let points = counts.percent();
    let points = signed(points.to - points.from);
    frame.figure((x, next + 36.0), room, 84.0, [&points, "", "percentage points"]);

    let left = x + TOTALS;
    let (wide, high) = ((w - TOTALS - APART) / 2.0, h / 2.0);
    for (list, at) in lists.iter().zip(0_u8..) {
        let place = Area {
            x: left + f64::from(at % 2) * (wide + APART),
            y: y + f64::from(at / 2) * high,
            w: wide,
            h: high - 16.0,
        };
        draw(&mut frame, catalogue, list, place);
    }
    let middle = left + wide + APART / 2.0;
    frame.sheet.line((middle, y + 8.0), (middle, y + h), tokens.hairline, 2.0);
    Ok(frame.scene())
}

fn draw(frame: &mut Frame, catalogue: &Catalogue, list: &List, place: Area) {
    let tokens = frame.sheet.tokens;
    let Area { x, y, w, h } = place;
    let sign = Some(list.sign).filter(|_| list.count > 0).map(String::from).unwrap_or_default();
    let head = format!("{sign}{} {}", grouped(list.count), list.what);
    frame.sheet.text((x, y + 34.0), w, Style::bold(34.0, tokens.ink), &head);
    let first = y + 34.0 + LINE + 12.0;
    let room = ((y + h - first) / LINE).floor().max(0.0) as usize + 1;
    let shown = if list.rows.len() > room { room - 1 } else { list.rows.len() };
    let mut base = first;
    if list.rows.is_empty() {
        frame.sheet.text((x, base), w, Style::regular(SMALLEST, tokens.muted), "None");
    }
    for (id, scores) in list.rows.iter().take(shown) {
        let taken = font::width(scores, SMALLEST, Weight::Semibold) + 24.0;
        let style = Style::regular(SMALLEST, tokens.ink);
        let text = called(catalogue, *id, w - taken);
        frame.sheet.text((x, base), w - taken, style, &text);
        frame.text_to((x + w, base), taken, Style::bold(SMALLEST, tokens.ink), scores);
        base += LINE;
    }
    if shown < list.rows.len() {
        let more = format!("… and {} more", grouped(list.rows.len() - shown));
        frame.sheet.text((x, base), w, Style::regular(SMALLEST, tokens.muted), &more);
    }
}

/// Id and name; of a sub-technique without that of its technique where there is no room for both.
fn called(catalogue: &Catalogue, id: TechniqueId, room: f64) -> String {
    let Some(index) = catalogue.find(id) else { return id.to_string() };
    let whole = format!("{id} {}", name(catalogue, index));
    if font::width(&whole, SMALLEST, Weight::Regular) <= room {
        return whole;
    }
    format!("{id} {}", plain(&catalogue.technique(index).name))
}

fn lists(comparison: &Comparison) -> [List; 4] {
    let Comparison { gained, lost, raised, lowered, scores: all, .. } = comparison;
    let told = |ids: &[TechniqueId], of_now: bool| {
        let scored = ids.iter().map(|id| {
            let scores = all.get(id);
            let number = scores.and_then(|s| if of_now { s.to.as_ref() } else { s.from.as_ref() });
            (*id, number.and_then(serde_json::Number::as_f64))
        });
        let mut scored: Vec<(TechniqueId, Option<f64>)> = scored.collect();
        crate::sorted::sort_by(&mut scored, |a, b| {
            let of = |one: &(_, Option<f64>)| one.1.unwrap_or(f64::NEG_INFINITY);
            of(b).total_cmp(&of(a)).then(a.0.cmp(&b.0))
        });
        let row = |(id, number): (_, Option<f64>)| (id, number.map(score).unwrap_or_default());
        scored.into_iter().map(row).collect()
    };
    let moved = |changes: &[crate::layer::Change]| {
        let number = |number: &serde_json::Number| number.as_f64().unwrap_or_default();
        let mut moved: Vec<(TechniqueId, f64, f64)> =
            changes.iter().map(|c| (c.id, number(&c.from), number(&c.to))).collect();
        crate::sorted::sort_by(&mut moved, |a, b| {
            let by = |one: &(_, f64, f64)| (one.2 - one.1).abs();
            by(b).total_cmp(&by(a)).then(a.0.cmp(&b.0))
        });
        let row = |(id, from, to)| (id, format!("{} → {}", score(from), score(to)));
        moved.into_iter().map(row).collect()
    };
    let list = |sign, what, rows: Vec<_>| List { sign, what, count: rows.len(), rows };
    [
        list('+', "gained", told(gained, true)),
        list('−', "lost", told(lost, false)),
        list('▲', "score higher", moved(raised)),
        list('▼', "score lower", moved(lowered)),
    ]
}

/// `+1.3`, `−0.5` or `0.0`.
pub(super) fn signed(difference: f64) -> String {
    let rounded = (difference * 10.0).round() / 10.0;
    let sign = match rounded {
        more if more > 0.0 => "+",
        less if less < 0.0 => "−",
        _ => "",
    };
    format!("{sign}{:.1}", rounded.abs())
}
