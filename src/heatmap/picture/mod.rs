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

use super::colour::Theme;
use super::paint::Painter;
use super::palette::Palette;
use super::scene::Scene;
use super::sheet::{MARGIN, Sheet};
use crate::attack::{Catalogue, TechniqueId};
use crate::coverage::{Coverage, Policy, Scope};
use crate::date::Date;
use serde::{Deserialize, Serialize};

/// The smallest text in cells, in pixels at scale 1. On a 3840 × 2160 picture it is 6 px.
const SMALLEST_TEXT: f64 = 3.0;

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
    let mut sheet = Sheet::new(*painter.tokens());
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
