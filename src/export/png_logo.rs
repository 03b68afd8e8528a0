//! Logos in PNG pictures: decoded here, as resvg is built without its readers of pictures.

use crate::heatmap::{Logo, LogoKind, Mark, Scene};
use resvg::tiny_skia::{
    FilterQuality, IntSize, Pixmap, PixmapPaint, PremultipliedColorU8, Transform,
};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// A logo was looked through ([`Logo::read`]), but its pixels are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pixels of the logo cannot be read ({0}); save it anew as PNG")]
pub struct LogoPixels(String);

/// Draws the pictures of a scene over all else; nothing of ours stands on them.
///
/// # Errors
/// If one cannot be decoded.
pub(super) fn draw(scene: &Scene, pixels: &mut Pixmap) -> Result<(), LogoPixels> {
    for mark in &scene.marks {
        let Mark::Image { x, y, w, h, image } = mark else { continue };
        let mut logo = decode(image)?;
        // Bilinear drawing looks at four pixels only: what is far too large is halved before.
        while f64::from(logo.width()) >= 2.0 * w && f64::from(logo.height()) >= 2.0 * h {
            let Some(half) = halved(&logo) else { break };
            logo = half;
        }
        let scale = (w / f64::from(logo.width()), h / f64::from(logo.height()));
        let place =
            Transform::from_row(scale.0 as f32, 0.0, 0.0, scale.1 as f32, *x as f32, *y as f32);
        let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
        pixels.draw_pixmap(0, 0, logo.as_ref(), &paint, place, None);
    }
    Ok(())
}

/// Its pixels.
///
/// # Errors
/// If they are none.
fn decode(logo: &Logo) -> Result<Pixmap, LogoPixels> {
    match logo.kind() {
        LogoKind::Png => {
            Pixmap::decode_png(logo.bytes()).map_err(|error| LogoPixels(error.to_string()))
        }
        LogoKind::Jpeg => {
            let (width, height) = logo.size();
            let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
            let mut decoder = JpegDecoder::new_with_options(
                ZCursor::new(logo.bytes()),
                options.set_strict_mode(true),
            );
            let pixels = decoder.decode().map_err(|error| LogoPixels(error.to_string()))?;
            IntSize::from_wh(width, height)
                .and_then(|size| Pixmap::from_vec(pixels, size))
                .ok_or_else(|| LogoPixels("they are too few".to_owned()))
        }
    }
}

/// Half as large, each pixel the mean of four.
fn halved(pixels: &Pixmap) -> Option<Pixmap> {
    let (width, height) = (pixels.width() / 2, pixels.height() / 2);
    let mut half = Pixmap::new(width, height)?;
    for y in 0..height {
        for x in 0..width {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)]
                .map(|(right, down)| pixels.pixel(2 * x + right, 2 * y + down));
            let mean = |channel: fn(PremultipliedColorU8) -> u8| {
                let sum: u16 = four.iter().flatten().map(|pixel| u16::from(channel(*pixel))).sum();
                u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX)
            };
            let alpha = mean(PremultipliedColorU8::alpha);
            let channels = [
                PremultipliedColorU8::red as fn(PremultipliedColorU8) -> u8,
                PremultipliedColorU8::green,
                PremultipliedColorU8::blue,
            ]
            // Rounding must not make a colour brighter than its alpha.
            .map(|channel| mean(channel).min(alpha));
            let [red, green, blue] = channels;
            if let Some(pixel) = PremultipliedColorU8::from_rgba(red, green, blue, alpha) {
                half.pixels_mut()[(y * width + x) as usize] = pixel;
            }
        }
    }
    Some(half)
}
