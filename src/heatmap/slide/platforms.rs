//! How much of each platform is covered, as the rules can see it.

use super::frame::{Area, Frame, Words, middle};
use super::{Counted, NoSlide, SMALLEST, SlideKind, SlideOptions};
use crate::coverage::{GridCell, PlatformView};
use crate::heatmap::scene::Scene;
use crate::heatmap::sheet::Style;
use crate::heatmap::wording::{of, percent, plain};

/// Platforms that have room; others are told in a note.
pub const MOST_PLATFORMS: usize = 10;

const NAME: f64 = 280.0;
const NUMBERS: f64 = 450.0;

pub(super) fn slide(
    counted: &Counted<'_>,
    views: &[PlatformView],
    options: &SlideOptions,
) -> Result<Scene, NoSlide> {
    counted.says_something()?;
    let all: Vec<(String, GridCell)> =
        views.iter().map(|view| (plain(&view.name), view.all())).collect();
    if all.is_empty() {
        return Err(NoSlide::NoPlatforms);
    }
    let rows = &all[..all.len().min(MOST_PLATFORMS)];
    let numbers = |part: usize, total: usize| {
        (part as f64 / total.max(1) as f64, of(part, total), percent(part, total))
    };
    let told = rows.iter().map(|(name, cell)| {
        let (_, seen, seen_percent) = numbers(cell.visible, cell.total);
        let (_, any, any_percent) = numbers(cell.covered, cell.total);
        format!("{name} {seen} seen, {seen_percent}, and {any} by any rule, {any_percent}")
    });
    let mut notes = counted.notes();
    if all.len() > rows.len() {
        let rest = all[rows.len()..].iter().map(|(name, cell)| {
            let (_, seen, seen_percent) = numbers(cell.visible, cell.total);
            format!("{name} {seen}, {seen_percent}")
        });
        notes.push(format!("Also seen: {}.", rest.collect::<Vec<_>>().join("; ")));
    }
    let words = Words {
        of: counted.of_what(options),
        counted: "Techniques and sub-techniques of a platform: seen by a rule whose logs are of it, and covered by a rule of any logs.".to_owned(),
        notes,
        description: told.collect::<Vec<_>>().join("; "),
    };
    let mut frame = Frame::new(SlideKind::Platforms, options, &words);
    let tokens = frame.sheet.tokens;
    let light = tokens.ground.mix(tokens.accent, 45);
    let Area { x, y, w, h } = frame.area;

    // What the two parts of a bar are.
    let key = y + 26.0;
    for (left, fill, text) in [
        (x + NAME, tokens.accent, "seen: a rule with logs of the platform"),
        (x + NAME + 560.0, light, "covered by any rule"),
    ] {
        frame.sheet.block(left, key - 22.0, 44.0, 24.0, fill);
        let style = Style::regular(SMALLEST, tokens.ink);
        frame.sheet.text((left + 58.0, key), 490.0, style, text);
    }
    let (top, h) = (y + 56.0, h - 56.0);
    let row = (h / rows.len() as f64).min(110.0);
    let bar = Area { x: x + NAME, y: 0.0, w: w - NAME - NUMBERS, h: (row * 0.5).min(46.0) };
    for ((name, cell), at) in rows.iter().zip(0_u8..) {
        let top = top + row * f64::from(at);
        let (seen, seen_of, seen_percent) = numbers(cell.visible, cell.total);
        let (any, any_of, any_percent) = numbers(cell.covered, cell.total);
        let style = Style::bold(30.0, tokens.ink);
        frame.sheet.text((x, top + middle(row, 30.0)), NAME - 20.0, style, name);
        let place = Area { y: top + (row - bar.h) / 2.0, ..bar };
        frame.bar(place, &[(any, light), (seen, tokens.accent)]);
        let left = x + w - NUMBERS + 28.0;
        let lines = [
            (top + row / 2.0 - 8.0, Style::bold(28.0, tokens.ink), seen_percent, seen_of, "seen"),
            (
                top + row / 2.0 + 26.0,
                Style::regular(SMALLEST, tokens.muted),
                any_percent,
                any_of,
                "by any rule",
            ),
        ];
        for (base, style, percent, of, what) in lines {
            frame.text_to((left + 84.0, base), 84.0, style, &percent);
            frame.sheet.text((left + 104.0, base), NUMBERS - 132.0, style, &format!("{of} {what}"));
        }
    }
    Ok(frame.scene())
}
