//! The picture of a trend: one thick line for all techniques, and a small chart for each tactic
//! with that line behind it. Everything is labelled where it stands; no colour needs a key.

use super::colour::{Rgb, Theme};
use super::font::{self, Weight};
use super::scene::{Anchor, Mark, Scene};
use super::sheet::{MARGIN, MITRE_NOTICE, Sheet, Style};
use super::wording::{of, percent, plain_up_to};
use crate::attack::Catalogue;
use crate::coverage::Scope;
use crate::date::Date;
use crate::history::{Snapshot, Trend};
use crate::layer::Covered;

/// How large the picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrendSize {
    /// 1280 × 720.
    Wide1280,
    /// 1920 × 1080: the same picture at scale 1.5.
    #[default]
    Wide1920,
    /// 3840 × 2160: the same at scale 3.
    Wide3840,
}

/// What the picture says besides the trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendOptions {
    /// Light or dark.
    pub theme: Theme,
    /// How large.
    pub size: TrendSize,
    /// At the top; any text.
    pub title: String,
}

const WIDTH: f64 = 1280.0;
const HEIGHT: f64 = 720.0;
/// Where the charts begin.
const TOP: f64 = 104.0;
/// Left of the large chart, for the percentages.
const AXIS: f64 = 40.0;
/// Right of it, for the label of the last point.
const LABEL: f64 = 148.0;
/// Below it, for the dates.
const DATES: f64 = 24.0;
/// Of the large chart, all included.
const LARGE: f64 = 236.0;
/// Small charts side by side.
const COLUMNS: usize = 5;
const COLUMN_GAP: f64 = 28.0;
/// The name of a small chart.
const NAME: f64 = 22.0;
const FINE: f64 = 11.0;
const FINE_LINE: f64 = 14.0;
/// Up to so many snapshots, each has a disc.
const MOST_DISCS: usize = 24;
/// Longest title read, and longest list of names.
const LONGEST: usize = 300;

/// Draws a trend; `scope` is what its totals were counted with.
pub fn trend(catalogue: &Catalogue, trend: &Trend, scope: &Scope, options: &TrendOptions) -> Scene {
    let tokens = options.theme.tokens();
    let mut sheet = Sheet::new(tokens);
    let points = &trend.snapshots;
    let title = plain_up_to(&options.title, LONGEST);
    let subtitle = subtitle(catalogue, points, scope);
    let figures = figures(trend);

    let wide: f64 = figures.iter().map(|figure| figure_width(figure) + 28.0).sum();
    let room = WIDTH - 2.0 * MARGIN - wide;
    sheet.text((MARGIN, 44.0), room, Style::bold(28.0, tokens.ink), &title);
    sheet.text((MARGIN, 66.0), room, Style::regular(14.0, tokens.muted), &subtitle);
    let mut x = WIDTH - MARGIN - wide + 28.0;
    for figure in &figures {
        let room = WIDTH - MARGIN - x + 0.01;
        sheet.text((x, 42.0), room, Style::bold(22.0, tokens.ink), &figure.0);
        sheet.text((x, 62.0), room, Style::regular(13.0, tokens.muted), &figure.1);
        x += figure_width(figure) + 28.0;
    }

    let fine = fine_print(trend);
    let bottom = HEIGHT - MARGIN - fine.len() as f64 * FINE_LINE;
    for (line, at) in fine.iter().zip(0_u8..) {
        let y = bottom + 10.0 + f64::from(at) * FINE_LINE;
        let style = Style::regular(FINE, tokens.muted);
        sheet.text((MARGIN, y), WIDTH - 2.0 * MARGIN + 0.01, style, line);
    }

    let time = Time::of(points);
    let overall: Vec<Covered> = points.iter().map(|point| point.totals.overall).collect();
    if points.is_empty() {
        let style = Style::regular(15.0, tokens.muted).at(Anchor::Middle);
        let text = "Nothing here has a place in time.";
        sheet.text((WIDTH / 2.0, HEIGHT / 2.0), WIDTH - 2.0 * MARGIN, style, text);
    } else {
        let plot = Plot {
            x: MARGIN + AXIS,
            y: TOP,
            w: WIDTH - 2.0 * MARGIN - AXIS - LABEL,
            h: LARGE - DATES,
        };
        large(&mut sheet, &plot, &time, points, &overall);
        let tactics: Vec<(String, Vec<Covered>)> = catalogue
            .tactics
            .iter()
            .enumerate()
            .map(|(at, tactic)| {
                let course = points.iter().filter_map(|point| point.totals.tactics.get(at));
                (plain_up_to(&tactic.name, LONGEST), course.copied().collect::<Vec<_>>())
            })
            .filter(|(_, course)| course.iter().any(|covered| covered.total > 0))
            .collect();
        let area = Plot { x: MARGIN, y: TOP + LARGE + 20.0, w: WIDTH - 2.0 * MARGIN, h: 0.0 };
        let area = Plot { h: bottom - 14.0 - area.y, ..area };
        small(&mut sheet, &area, &time, &overall, &tactics);
    }

    let told: Vec<_> = figures.iter().map(|(number, label)| format!("{number} {label}")).collect();
    let scene = Scene {
        width: WIDTH,
        height: HEIGHT,
        background: tokens.ground,
        title,
        description: format!("{subtitle}. {}.", told.join("; ")),
        marks: sheet.marks,
        cells: Vec::new(),
        scale: 1.0,
    };
    match options.size {
        TrendSize::Wide1280 => scene,
        TrendSize::Wide1920 => scene.scaled(1.5),
        TrendSize::Wide3840 => scene.scaled(3.0),
    }
}

fn subtitle(catalogue: &Catalogue, points: &[Snapshot], scope: &Scope) -> String {
    let span = match points {
        [] => String::new(),
        [only] => format!("{} · ", only.at),
        [first, .., last] => format!("{} to {} · ", first.at, last.at),
    };
    let platforms = if scope.platforms.is_empty() {
        "all platforms".to_owned()
    } else {
        scope.platforms.join(", ")
    };
    let (domain, version) = (catalogue.domain.name(), &catalogue.version);
    plain_up_to(&format!("{span}{domain} ATT&CK {version} · {platforms}"), LONGEST)
}

/// Number and what it counts: the last point, and its difference to the quarter before.
fn figures(trend: &Trend) -> Vec<(String, String)> {
    let Some(last) = trend.snapshots.last() else { return Vec::new() };
    let Covered { covered, total } = last.totals.overall;
    let share = percent(covered, total);
    let mut figures = vec![(of(covered, total), format!("techniques covered, {share}"))];
    if let Some(change) = trend.quarters().pop().and_then(|quarter| quarter.change) {
        let (year, quarter) = change.since;
        figures.push((points(change.overall), format!("points since Q{quarter} {year}")));
    }
    figures
}

/// `▲ 1.3`, `▼ 0.5` or `0.0`.
fn points(difference: f64) -> String {
    let rounded = (difference * 10.0).round() / 10.0;
    let sign = match rounded {
        more if more > 0.0 => "▲ ",
        less if less < 0.0 => "▼ ",
        _ => "",
    };
    format!("{sign}{:.1}", rounded.abs())
}

fn figure_width((number, label): &(String, String)) -> f64 {
    let number = font::width(number, 22.0, Weight::Semibold);
    number.max(font::width(label, 13.0, Weight::Regular))
}

fn fine_print(trend: &Trend) -> Vec<String> {
    let mut sentences = trend.remarks.clone();
    if !trend.undated.is_empty() {
        let names: Vec<_> =
            trend.undated.iter().map(|undated| plain_up_to(&undated.name, 60)).collect();
        sentences.push(plain_up_to(&format!("Without a date: {}.", names.join(", ")), LONGEST));
    }
    sentences.push(format!(
        "Thin line in each small chart: all techniques. All axes from 0 to 100 %. {MITRE_NOTICE}"
    ));
    let room = WIDTH - 2.0 * MARGIN;
    let lines =
        sentences.iter().flat_map(|sentence| font::wrap(sentence, room, FINE, Weight::Regular, 3));
    lines.collect()
}

/// Where a chart stands, without its labels.
#[derive(Clone, Copy)]
pub(super) struct Plot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Plot {
    pub(super) fn height_of(&self, percent: f64) -> f64 {
        self.y + self.h * (1.0 - percent.clamp(0.0, 100.0) / 100.0)
    }
}

/// Where snapshots stand from left (0) to right (1).
pub(super) struct Time {
    pub(super) places: Vec<f64>,
    /// Marks below the line.
    ticks: Vec<(f64, String)>,
}

impl Time {
    /// By their days or, where one of them has none or all have the same, evenly.
    pub(super) fn of(points: &[Snapshot]) -> Self {
        let days: Option<Vec<i32>> =
            points.iter().map(|point| point.at.date().map(Date::unix_days)).collect();
        if let Some(days) = days
            && let (Some(first), Some(last)) = (days.first(), days.last())
            && last > first
        {
            let share = |day: i32| f64::from(day - first) / f64::from(last - first);
            let mut dates = points.iter().filter_map(|point| point.at.date());
            let quarters = quarter_ends(dates.clone()).into_iter().map(|date| {
                let name = format!("Q{} {}", date.quarter(), date.year());
                (share(date.unix_days()), name)
            });
            let last = dates.next_back().filter(|date| *date != date.end_of_quarter());
            return Self {
                places: days.iter().copied().map(share).collect(),
                ticks: quarters.chain(last.map(|date| (1.0, date.to_string()))).collect(),
            };
        }
        let count = points.len();
        let share = |at: usize| if count < 2 { 0.5 } else { at as f64 / (count - 1) as f64 };
        Self {
            places: (0..count).map(share).collect(),
            ticks: points.iter().enumerate().map(|(at, p)| (share(at), p.at.to_string())).collect(),
        }
    }
}

/// Quarter ends between the first and the last date, both included.
fn quarter_ends(mut dates: impl DoubleEndedIterator<Item = Date>) -> Vec<Date> {
    let Some(first) = dates.next() else { return Vec::new() };
    let last = dates.next_back().unwrap_or(first);
    let mut ends = Vec::new();
    let mut end = first.end_of_quarter();
    while end <= last && ends.last() != Some(&end) {
        ends.push(end);
        end = end.next_month().end_of_quarter();
    }
    ends
}

fn large(sheet: &mut Sheet, plot: &Plot, time: &Time, points: &[Snapshot], overall: &[Covered]) {
    let tokens = sheet.tokens;
    for share in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let y = plot.height_of(share);
        let colour = if share == 0.0 { tokens.strong_line } else { tokens.hairline };
        sheet.line((plot.x, y), (plot.x + plot.w, y), colour, 1.0);
        let style = Style::regular(FINE, tokens.muted).at(Anchor::End);
        sheet.text((plot.x - 8.0, y + 4.0), AXIS, style, &format!("{share}\u{2009}%"));
    }
    ticks(sheet, plot, time, FINE);
    course(sheet, plot, time, overall, tokens.accent, 2.75);
    if points.len() <= MOST_DISCS {
        for (at, covered) in time.places.iter().zip(overall) {
            let place = (plot.x + at * plot.w, plot.height_of(covered.percent()));
            sheet.disc(place, 3.5, tokens.accent);
        }
    }
    let (Some(last), Some(at)) = (overall.last(), time.places.last()) else { return };
    let (x, y) = (plot.x + at * plot.w, plot.height_of(last.percent()));
    sheet.disc((x, y), 4.5, tokens.accent);
    // Not so high or low that the label would leave the chart.
    let y = y.clamp(plot.y + 12.0, plot.y + plot.h - 14.0);
    let x = x + 12.0;
    let room = WIDTH - MARGIN - x;
    sheet.text(
        (x, y - 2.0),
        room,
        Style::bold(15.0, tokens.ink),
        &percent(last.covered, last.total),
    );
    let text = format!("{} techniques", of(last.covered, last.total));
    sheet.text((x, y + 14.0), room, Style::regular(12.0, tokens.muted), &text);
}

/// As many dates as have room.
pub(super) fn ticks(sheet: &mut Sheet, plot: &Plot, time: &Time, size: f64) {
    let tokens = sheet.tokens;
    let (bottom, scale) = (plot.y + plot.h, size / FINE);
    let widest = time
        .ticks
        .iter()
        .map(|(_, name)| font::width(name, size, Weight::Regular))
        .fold(0.0, f64::max);
    let apart = plot.w / time.ticks.len().max(1) as f64;
    // Quarters in ones and twos, then in whole years.
    let every = [1, 2, 4, 8, 16, 32, 64, 128]
        .into_iter()
        .find(|every| apart * f64::from(*every) >= widest + 16.0 * scale)
        .unwrap_or(256);
    let mut free = f64::NEG_INFINITY;
    // From the end, so that the last date always has its mark.
    for ((at, name), from_end) in time.ticks.iter().rev().zip(0_u32..) {
        let x = plot.x + at * plot.w;
        let named = from_end.is_multiple_of(every);
        let long = scale * if named { 6.0 } else { 3.0 };
        if named || apart >= 6.0 {
            sheet.line((x, bottom), (x, bottom + long), tokens.strong_line, scale);
        }
        let width = font::width(name, size, Weight::Regular);
        let left = (x - width / 2.0).max(MARGIN);
        // Sprints and uneven quarters may still be too close.
        if named && (free == f64::NEG_INFINITY || left + width + 8.0 * scale <= free) {
            let style = Style::regular(size, tokens.muted);
            sheet.text((left, bottom + 9.0 + size), width + 0.01, style, name);
            free = left;
        }
    }
}

fn small(
    sheet: &mut Sheet,
    area: &Plot,
    time: &Time,
    overall: &[Covered],
    tactics: &[(String, Vec<Covered>)],
) {
    let tokens = sheet.tokens;
    let rows = tactics.len().div_ceil(COLUMNS).max(1) as f64;
    let w = (area.w - COLUMN_GAP * (COLUMNS - 1) as f64) / COLUMNS as f64;
    let row = area.h / rows;
    for (at, (name, tactic)) in tactics.iter().enumerate() {
        let x = area.x + (at % COLUMNS) as f64 * (w + COLUMN_GAP);
        let top = area.y + (at / COLUMNS) as f64 * row;
        let plot = Plot { x, y: top + NAME, w, h: (row - NAME - 16.0).max(8.0) };
        for share in [0.0, 50.0, 100.0] {
            let y = plot.height_of(share);
            let colour = if share == 0.0 { tokens.strong_line } else { tokens.hairline };
            sheet.line((x, y), (x + w, y), colour, 1.0);
        }
        course(sheet, &plot, time, overall, tokens.strong_line, 1.0);
        course(sheet, &plot, time, tactic, tokens.ink, 1.75);
        let Some(last) = tactic.last() else { continue };
        let end = time.places.last().copied().unwrap_or(1.0);
        sheet.disc((x + end * w, plot.height_of(last.percent())), 3.0, tokens.ink);
        let text =
            format!("{} · {}", of(last.covered, last.total), percent(last.covered, last.total));
        let taken = font::width(&text, 12.0, Weight::Regular);
        let style = Style::regular(12.0, tokens.muted).at(Anchor::End);
        sheet.text((x + w, top + 13.0), w, style, &text);
        sheet.text((x, top + 13.0), w - taken - 8.0, Style::bold(12.5, tokens.ink), name);
    }
}

/// A line from point to point.
pub(super) fn course(
    sheet: &mut Sheet,
    plot: &Plot,
    time: &Time,
    values: &[Covered],
    colour: Rgb,
    width: f64,
) {
    let points: Vec<_> = time
        .places
        .iter()
        .zip(values)
        .map(|(at, covered)| (plot.x + at * plot.w, plot.height_of(covered.percent())))
        .collect();
    if points.len() > 1 {
        sheet.marks.push(Mark::Path { points, fill: None, stroke: Some((colour, width)) });
    }
}
