//! Geometry and colour, no DOM: coverage in, colours of cells and marks of pictures out.
//!
//! [`Palette`] turns a score into a colour, [`Painter`] a technique into the look of its cell,
//! [`legend`] all looks into words, and [`picture`] the whole coverage into a [`Scene`], which
//! `export` writes as SVG, PNG or GIF; alerts, layers, changes, trends and [`slide`]s become scenes
//! in the same way.

mod alert_legend;
mod alert_paint;
mod alert_words;
mod change_paint;
mod colour;
pub mod font;
mod layer_paint;
mod legend;
mod logo;
mod paint;
mod palette;
mod pattern;
mod picture;
mod scene;
mod shared_gradient;
mod sheet;
mod sight;
pub mod slide;
mod trend;
pub mod wording;

pub use alert_legend::AlertLegendEntry;
pub use alert_paint::{AlertLook, AlertPainter, alert_corner};
pub use alert_words::{
    alert_label, alert_sentence, filters_in_words, scale_in_words, short, window_in_words,
};
pub use change_paint::{CellChange, ChangeLegendEntry, ChangePainter, SubChanges};
pub use colour::{Rgb, RgbError, TEXT_CONTRAST, Theme, Tokens, text_on};
pub use layer_paint::{GradientShades, LayerCounts, LayerLegendEntry, LayerPainter, layer_legend};
pub use legend::{LegendEntry, LegendKind, legend};
pub use logo::{Logo, LogoError, LogoKind};
pub use paint::{CellPaint, Hatch, HatchPattern, LowerEdge, Painter};
pub use palette::{Palette, PaletteError, PaletteName, Shades};
pub use pattern::{Pattern, Step};
pub(crate) use picture::shown_techniques;
pub use picture::{
    AlertsShown, Expansion, PictureOptions, Shot, Size, State, alert_picture, change_picture, film,
    layer_picture, picture, state_picture,
};
pub use scene::{Anchor, Mark, Scene, SceneCell};
pub use shared_gradient::shared_gradient;
pub use sheet::MITRE_NOTICE;
pub use sight::{Mistaken, Sight, TOLD_APART, most_mistaken};
pub use trend::{TrendOptions, TrendSize, trend};
