//! Geometry and colour, no DOM: coverage in, colours of cells and marks of pictures out.
//!
//! [`Palette`] turns a score into a colour, [`Painter`] a technique into the look of its cell,
//! [`legend`] all looks into words, and [`picture`] the whole coverage into a [`Scene`], which
//! `export` writes as SVG or PNG.

mod colour;
pub mod font;
mod legend;
mod paint;
mod palette;
mod picture;
mod scene;
pub mod wording;

pub use colour::{Rgb, RgbError, TEXT_CONTRAST, Theme, Tokens, text_on};
pub use legend::{LegendEntry, LegendKind, legend};
pub use paint::{CellPaint, LowerEdge, Painter};
pub use palette::{Palette, PaletteError, PaletteName, Shades};
pub(crate) use picture::{Column, columns};
pub use picture::{Expansion, MITRE_NOTICE, PictureOptions, Size, picture};
pub use scene::{Anchor, Mark, Scene, SceneCell};
