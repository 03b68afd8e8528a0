//! What all slides have around what they show: title, what is counted, logo, footer and notice.

use super::{SMALLEST, SlideKind, SlideOptions};
use crate::attack::Catalogue;
use crate::coverage::Scope;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::scene::{Anchor, Mark, Scene};
use crate::heatmap::sheet::{MITRE_NOTICE, Sheet, Style};
use crate::heatmap::wording::{plain, plain_up_to};

pub(super) const WIDTH: f64 = 1920.0;
pub(super) const HEIGHT: f64 = 1080.0;
/// Around everything.
pub(super) const MARGIN: f64 = 60.0;
/// The room for a logo.
const LOGO: (f64, f64) = (260.0, 84.0);
const TITLE: f64 = 50.0;
/// Base line to base line of the smallest text.
pub(super) const LINE: f64 = 32.0;
/// Where what is shown may begin.
const TOP: f64 = 196.0;
/// The last base line.
const FOOT: f64 = HEIGHT - 28.0;
/// Longest text read.
const LONGEST: usize = 300;
/// Lines of notes; what is longer ends with "…".
const MOST_NOTES: usize = 5;

/// A rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

/// What a slide says beside what it shows.
pub(super) struct Words {
    /// Release, platforms, day.
    pub(super) of: String,
    /// How it is counted, on one line.
    pub(super) counted: String,
    /// What else one must know, above the foot.
    pub(super) notes: Vec<String>,
    /// The slide in words, for those who do not see it.
    pub(super) description: String,
}

/// A slide that is being drawn.
pub(super) struct Frame {
    pub(super) sheet: Sheet,
    /// Where it may be drawn.
    pub(super) area: Area,
    title: String,
    description: String,
}

/// A part of a description, ended once.
fn sentence(text: &str) -> String {
    format!("{}.", plain(text).trim_end_matches('.'))
}

impl Frame {
    pub(super) fn new(kind: SlideKind, options: &SlideOptions, words: &Words) -> Self {
        let tokens = options.theme.tokens();
        let mut sheet = Sheet::new(tokens);
        let mut right = WIDTH - MARGIN;
        if let Some(logo) = &options.logo {
            let (w, h) = logo.fit(LOGO);
            let (x, y) = (right - w, 36.0 + (LOGO.1 - h) / 2.0);
            sheet.marks.push(Mark::Image { x, y, w, h, image: logo.clone() });
            right = x - 40.0;
        }
        let own = plain_up_to(&options.title, LONGEST);
        let title = match own.as_str() {
            "" => kind.label().to_owned(),
            own => format!("{own} · {}", kind.label()),
        };
        // One's own part is cut before the slide's.
        let room = right - MARGIN;
        let fits = |text: &str| font::width(text, TITLE, Weight::Semibold) <= room;
        let shown = match own.as_str() {
            "" => title.clone(),
            _ if fits(&title) => title.clone(),
            own => {
                let rest = format!(" · {}", kind.label());
                let taken = font::width(&rest, TITLE, Weight::Semibold);
                font::fit(own, room - taken, TITLE, Weight::Semibold) + &rest
            }
        };
        sheet.text((MARGIN, 92.0), room, Style::bold(TITLE, tokens.ink), &shown);
        let small = Style::regular(SMALLEST, tokens.muted);
        let wide = WIDTH - 2.0 * MARGIN;
        let lines = [(136.0, right - MARGIN, &words.of), (136.0 + LINE, wide, &words.counted)];
        for (y, room, text) in lines {
            sheet.text((MARGIN, y), room, small, &plain(text));
        }

        let footer = plain_up_to(&options.footer, LONGEST);
        let notes = plain(&words.notes.join(" "));
        let lines: Vec<(String, Style)> =
            font::wrap(&notes, wide, SMALLEST, Weight::Regular, MOST_NOTES)
                .into_iter()
                .map(|line| (line, small))
                .chain(
                    Some((footer, Style { fill: tokens.ink, ..small }))
                        .filter(|(text, _)| !text.is_empty()),
                )
                .chain([(MITRE_NOTICE.to_owned(), small)])
                .collect();
        let first = FOOT - LINE * (lines.len() - 1) as f64;
        for ((line, style), at) in lines.iter().zip(0_u8..) {
            let y = first + LINE * f64::from(at);
            sheet.text((MARGIN, y), wide + 0.01, *style, line);
        }
        let rule = first - LINE;
        sheet.line((MARGIN, rule), (WIDTH - MARGIN, rule), tokens.hairline, 2.0);
        let area = Area { x: MARGIN, y: TOP, w: wide, h: rule - 18.0 - TOP };
        let description =
            [&words.of, &words.counted, &words.description].map(|text| sentence(text)).join(" ");
        Self { sheet, area, title, description }
    }

    pub(super) fn scene(self) -> Scene {
        Scene {
            width: WIDTH,
            height: HEIGHT,
            background: self.sheet.tokens.ground,
            title: self.title,
            description: self.description,
            marks: self.sheet.marks,
            cells: Vec::new(),
            scale: 1.0,
        }
    }

    /// A large number and below it what it is of and what it counts; where the next may begin.
    pub(super) fn figure(
        &mut self,
        (x, y): (f64, f64),
        room: f64,
        size: f64,
        [number, of, what]: [&str; 3],
    ) -> f64 {
        let tokens = self.sheet.tokens;
        // Numbers are never cut.
        let wide = font::width(number, size, Weight::Semibold);
        let size = (size * (room / wide).min(1.0)).max(SMALLEST);
        let mut base = y + size * font::CAP_HEIGHT;
        self.sheet.text((x, base), room, Style::bold(size, tokens.ink), number);
        for (text, style) in [
            (of, Style::bold((size * 0.36).max(28.0), tokens.ink)),
            (what, Style::regular((size * 0.26).max(SMALLEST), tokens.muted)),
        ] {
            if !text.is_empty() {
                base += style.size * 1.4;
                self.sheet.text((x, base), room, style, text);
            }
        }
        base + SMALLEST
    }

    /// A bar in a track: `parts` are shares of it, 0 to 1, the widest first.
    pub(super) fn bar(&mut self, area: Area, parts: &[(f64, crate::heatmap::Rgb)]) {
        let Area { x, y, w, h } = area;
        let tokens = self.sheet.tokens;
        self.sheet.block(x, y, w, h, tokens.hairline);
        for (share, fill) in parts.iter().filter(|(share, _)| *share > 0.0) {
            // What is not nothing is seen.
            self.sheet.block(x, y, (w * share).clamp(3.0, w), h, *fill);
        }
        // The end of the track must be seen, too.
        self.sheet.line((x + w, y), (x + w, y + h), tokens.strong_line, 2.0);
    }

    /// A line of text that ends where `x` is.
    pub(super) fn text_to(&mut self, (x, y): (f64, f64), room: f64, style: Style, text: &str) {
        self.sheet.text((x, y), room, style.at(Anchor::End), text);
    }
}

/// `Enterprise ATT&CK 19.2 · Windows, Linux · 2026-11-29`; of many platforms their number.
pub(super) fn of_what(catalogue: &Catalogue, platforms: &[String], when: &str) -> String {
    let platforms = match platforms {
        [] => "all platforms".to_owned(),
        few if few.len() <= 4 => few.join(", "),
        many => format!("{} of {} platforms", many.len(), catalogue.platforms.len()),
    };
    format!("{} ATT&CK {} · {platforms} · {when}", catalogue.domain.name(), catalogue.version)
}

/// What of the scope one must know beside its platforms.
pub(super) fn scope_notes(scope: &Scope) -> impl Iterator<Item = String> {
    let many = (scope.platforms.len() > 4)
        .then(|| format!("Only techniques of {} count.", scope.platforms.join(", ")));
    many.into_iter().chain(scope.remarks().into_iter().map(|(_, said)| said))
}

/// A text size for rows of this height.
pub(super) fn size_for(row: f64, largest: f64) -> f64 {
    (row * 0.56).clamp(SMALLEST, largest)
}

/// How far below a row's top text of this size stands in its middle.
pub(super) fn middle(row: f64, size: f64) -> f64 {
    (row + font::CAP_HEIGHT * size) / 2.0
}
