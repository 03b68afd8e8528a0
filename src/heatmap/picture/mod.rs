//! The picture of a coverage: the matrix with all that is needed to read it alone — title,
//! date, ATT&CK version, scope, totals, legend and conventions.
//!
//! In the 16 : 9 sizes everything always fits: cells and their text shrink with the tallest
//! column. Names at 1920 × 1080 (twice that at 3840 × 2160): 8.1 px on two lines with the 34
//! techniques of Discovery in Enterprise 19.2, up to 11.5 px where columns are shorter; with all
//! sub-techniques of that release 4.2 px on one line, so choose 3840 × 2160 or the whole size
//! then. Below [`SMALLEST_TEXT`] cells carry no text. All text around the cells is 11 px or more.

mod cell;
mod frame;
mod matrix;

pub(crate) use matrix::{Column, columns};

use super::colour::{Rgb, Theme, Tokens};
use super::font::{self, Weight};
use super::paint::Painter;
use super::palette::Palette;
use super::scene::{Anchor, Mark, Scene};
use crate::attack::{Catalogue, TechniqueId};
use crate::coverage::{Coverage, Policy, Scope};
use crate::date::Date;
use serde::{Deserialize, Serialize};

/// The notice ATT&CK's terms of use ask for (<https://attack.mitre.org/resources/legal-and-branding/terms-of-use/>).
pub const MITRE_NOTICE: &str = "© 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.";

/// The smallest text in cells, in pixels at scale 1. On a 3840 × 2160 picture it is 6 px.
const SMALLEST_TEXT: f64 = 3.0;
/// Around everything.
const MARGIN: f64 = 24.0;

/// How large a picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// 1920 × 1080, a slide.
    #[default]
    Wide1920,
    /// 3840 × 2160: the same picture at scale 2.
    Wide3840,
    /// As large as the matrix with cells of 34 px.
    Whole,
}

/// Which sub-techniques are shown, below their technique.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expansion {
    /// None.
    #[default]
    None,
    /// All of each technique of which at least one has a rule, as the Navigator's "annotated".
    Annotated,
    /// All.
    All,
    /// All of these techniques.
    Some(Vec<TechniqueId>),
}

/// What a picture shows and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureOptions {
    /// Light or dark.
    pub theme: Theme,
    /// Colours of scores; for blue the variant of the theme ([`Palette::new`]).
    pub palette: Palette,
    /// How large.
    pub size: Size,
    /// Which sub-techniques.
    pub sub_techniques: Expansion,
    /// At the top; any text.
    pub title: String,
    /// Of the rules, usually today.
    pub date: Date,
    /// Whether cells print their score.
    pub show_scores: bool,
    /// Whether cells print their id before their name.
    pub show_ids: bool,
}

/// Lays a picture out. `coverage` must come from `catalogue`, `policy` and `scope`.
pub fn picture(
    catalogue: &Catalogue,
    coverage: &Coverage,
    policy: &Policy,
    scope: &Scope,
    options: &PictureOptions,
) -> Scene {
    let painter = Painter::new(&options.palette, options.theme);
    let columns = matrix::columns(catalogue, coverage, &options.sub_techniques);
    let natural = matrix::natural_size(&columns);
    let width = match options.size {
        Size::Wide1920 | Size::Wide3840 => 1920.0,
        Size::Whole => (natural.0 + 2.0 * MARGIN).max(frame::NARROWEST),
    };
    let content =
        frame::Content::new(catalogue, coverage, policy, scope, options, &columns, &painter);
    let footer = content.footer_height(width);
    let mut sheet = Sheet { marks: Vec::new(), tokens: *painter.tokens() };
    let top = content.draw_header(&mut sheet, width);
    let height = match options.size {
        Size::Wide1920 | Size::Wide3840 => 1080.0,
        Size::Whole => top + natural.1 + footer + MARGIN,
    };
    let area = matrix::Area {
        x: MARGIN,
        y: top,
        w: width - 2.0 * MARGIN,
        h: (height - top - footer - MARGIN).max(0.0),
    };
    let cells = matrix::draw(&mut sheet, catalogue, coverage, &painter, options, &columns, &area);
    content.draw_footer(&mut sheet, width, height - footer - MARGIN);

    let scene = Scene {
        width,
        height,
        background: painter.tokens().ground,
        title: content.title.clone(),
        description: content.description(),
        marks: sheet.marks,
        cells,
        scale: 1.0,
    };
    if options.size == Size::Wide3840 { scene.scaled(2.0) } else { scene }
}

/// Marks as they are put down.
struct Sheet {
    marks: Vec<Mark>,
    tokens: Tokens,
}

impl Sheet {
    /// A line of text, cut to `room`; nothing if nothing fits.
    fn text(&mut self, (x, y): (f64, f64), room: f64, style: Style, text: &str) {
        let weight = if style.bold { Weight::Semibold } else { Weight::Regular };
        let text = font::fit(text, room, style.size, weight);
        if !text.is_empty() {
            let Style { size, bold, fill, anchor } = style;
            self.marks.push(Mark::Text { x, y, size, bold, anchor, fill, text });
        }
    }

    /// A filled rectangle with square corners.
    fn block(&mut self, x: f64, y: f64, w: f64, h: f64, fill: Rgb) {
        self.marks.push(Mark::Rect {
            x,
            y,
            w,
            h,
            fill: Some(fill),
            stroke: None,
            radius: 0.0,
            dashed: false,
        });
    }
}

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    size: f64,
    bold: bool,
    fill: Rgb,
    anchor: Anchor,
}

impl Style {
    fn regular(size: f64, fill: Rgb) -> Self {
        Self { size, bold: false, fill, anchor: Anchor::Start }
    }

    fn bold(size: f64, fill: Rgb) -> Self {
        Self { size, bold: true, fill, anchor: Anchor::Start }
    }

    fn weight(self) -> Weight {
        if self.bold { Weight::Semibold } else { Weight::Regular }
    }
}
