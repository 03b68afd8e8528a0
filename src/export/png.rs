//! A scene as PNG, drawn by resvg from our SVG with our fonts and no others, so that every
//! machine draws the same pixels.

use super::png_logo::{self, LogoPixels};
use super::svg;
use crate::heatmap::Scene;
use crate::heatmap::font::FAMILY;
use resvg::{tiny_skia, usvg};
use std::sync::Arc;

const REGULAR: &[u8] = include_bytes!("../../data/font/CoverlaySans-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../../data/font/CoverlaySans-Semibold.ttf");

/// The largest picture drawn: 100 million pixels take 400 MB. All of Enterprise 19.2 with all
/// sub-techniques at natural size has about 12 million.
const MOST_PIXELS: f64 = 100e6;

/// Why there is no PNG.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// More pixels than [`MOST_PIXELS`].
    #[error("a picture of {width} × {height} pixels is too large; choose a 16 : 9 size")]
    TooLarge {
        /// In pixels.
        width: f64,
        /// In pixels.
        height: f64,
    },
    /// resvg does not take our SVG.
    #[error("the picture cannot be drawn: {0}")]
    Drawing(#[from] usvg::Error),
    /// A logo cannot be drawn.
    #[error(transparent)]
    Logo(#[from] LogoPixels),
    /// The pixels cannot be packed.
    #[error("the picture cannot be written: {0}")]
    Encoding(String),
}

/// Draws scenes; has the fonts ready.
pub struct Rasteriser {
    options: usvg::Options<'static>,
}

impl Default for Rasteriser {
    fn default() -> Self {
        let mut fonts = usvg::fontdb::Database::new();
        for bytes in [REGULAR, SEMIBOLD] {
            fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(bytes)));
        }
        let options = usvg::Options {
            fontdb: Arc::new(fonts),
            font_family: FAMILY.to_owned(),
            ..usvg::Options::default()
        };
        Self { options }
    }
}

impl Rasteriser {
    /// The pixels of a scene, one a unit: width, height, and RGBA from left to right and top to
    /// bottom. Scenes are opaque.
    ///
    /// # Errors
    /// If it is too large to draw, or the pixels of a logo are none. The others would be ours.
    pub fn pixels(&self, scene: &Scene) -> Result<(u32, u32, Vec<u8>), PngError> {
        let pixels = self.draw(scene)?;
        Ok((pixels.width(), pixels.height(), pixels.take()))
    }

    fn draw(&self, scene: &Scene) -> Result<tiny_skia::Pixmap, PngError> {
        let (width, height) = (scene.width.ceil(), scene.height.ceil());
        let drawable = width * height <= MOST_PIXELS;
        if !drawable {
            return Err(PngError::TooLarge { width, height });
        }
        let tree = usvg::Tree::from_str(&svg::write(scene, None), &self.options)?;
        let mut pixels = tiny_skia::Pixmap::new(width as u32, height as u32)
            .ok_or(PngError::TooLarge { width, height })?;
        resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
        png_logo::draw(scene, &mut pixels)?;
        Ok(pixels)
    }
}

/// Draws a scene, one pixel a unit.
///
/// # Errors
/// If it is too large to draw, or the pixels of a logo are none. The others would be ours.
pub fn render(scene: &Scene) -> Result<Vec<u8>, PngError> {
    let pixels = Rasteriser::default().draw(scene)?;
    pixels.encode_png().map_err(|error| PngError::Encoding(error.to_string()))
}
