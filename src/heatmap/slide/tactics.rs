//! How much of each tactic is covered.

use super::frame::{Area, Frame, Words, middle, size_for};
use super::{Counted, NoSlide, SlideKind, SlideOptions};
use crate::heatmap::scene::Scene;
use crate::heatmap::sheet::Style;
use crate::heatmap::wording::{grouped, of, percent, plain};

/// The totals at the left.
const TOTALS: f64 = 440.0;
/// The name of a tactic, and its numbers.
const NAME: f64 = 350.0;
const NUMBERS: f64 = 250.0;

pub(super) fn slide(counted: &Counted<'_>, options: &SlideOptions) -> Result<Scene, NoSlide> {
    let Counted { catalogue, coverage, .. } = counted;
    let s = &coverage.summary;
    let tactics: Vec<(String, usize, usize)> = catalogue
        .tactics
        .iter()
        .zip(&coverage.tactics)
        .map(|(tactic, c)| (plain(&tactic.name), c.techniques_covered, c.techniques_total))
        .filter(|(_, _, total)| *total > 0)
        .collect();
    counted.says_something()?;
    let told = tactics.iter().map(|(name, covered, total)| {
        format!("{name} {}, {}", of(*covered, *total), percent(*covered, *total))
    });
    let words = Words {
        of: counted.of_what(options),
        counted: "Covered: a rule names the technique or one of its sub-techniques. A technique of several tactics counts in each.".to_owned(),
        notes: counted.notes(),
        description: told.collect::<Vec<_>>().join("; "),
    };
    let mut frame = Frame::new(SlideKind::Tactics, options, &words);
    let tokens = frame.sheet.tokens;
    let Area { x, y, w, h } = frame.area;

    let room = TOTALS - 60.0;
    let next = frame.figure(
        (x, y + 20.0),
        room,
        132.0,
        [
            &percent(s.techniques_covered, s.techniques_total),
            &of(s.techniques_covered, s.techniques_total),
            "techniques covered",
        ],
    );
    let next = frame.figure(
        (x, next + 40.0),
        room,
        60.0,
        [
            &percent(s.subtechniques_covered, s.subtechniques_total),
            &of(s.subtechniques_covered, s.subtechniques_total),
            "sub-techniques covered",
        ],
    );
    let of_rules = of(s.rules_mapped, s.rules);
    frame.figure((x, next + 40.0), room, 60.0, [&of_rules, "", "counted rules name a technique"]);

    let left = x + TOTALS;
    let row = (h / tactics.len().max(1) as f64).min(64.0);
    let size = size_for(row, 30.0);
    let bar =
        Area { x: left + NAME, y: 0.0, w: w - TOTALS - NAME - NUMBERS, h: (row * 0.6).min(34.0) };
    for ((name, covered, total), at) in tactics.iter().zip(0_u8..) {
        let top = y + row * f64::from(at);
        let base = top + middle(row, size);
        frame.sheet.text((left, base), NAME - 20.0, Style::regular(size, tokens.ink), name);
        let share = *covered as f64 / *total as f64;
        frame.bar(Area { y: top + (row - bar.h) / 2.0, ..bar }, &[(share, tokens.accent)]);
        let numbers = format!("{} of {}", grouped(*covered), grouped(*total));
        let muted = Style::regular(size.min(28.0), tokens.muted);
        frame.text_to((x + w - 92.0, base), NUMBERS - 112.0, muted, &numbers);
        let bold = Style::bold(size, tokens.ink);
        frame.text_to((x + w, base), 90.0, bold, &percent(*covered, *total));
    }
    Ok(frame.scene())
}
