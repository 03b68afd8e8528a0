//! Scenes onto a canvas, and from there to PNG. A logo is decoded once, when it is chosen.

use crate::heatmap::font::FAMILY;
use crate::heatmap::{Anchor, Logo, Mark, Scene};
use js_sys::{Array, ArrayBuffer, Promise, Reflect, Uint8Array};
use std::cell::RefCell;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

thread_local! {
    /// The one logo there is, decoded.
    static LOGO: RefCell<Option<(Arc<Logo>, ImageBitmap)>> = const { RefCell::new(None) };
}

/// Browsers draw nothing on a longer canvas, without saying so (Chrome and Firefox: 32 767,
/// Safari: 16 384 a side).
const LONGEST_SIDE: f64 = 16_384.0;

/// Why there is no PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanvasError {
    /// A side is longer than browsers draw.
    #[error("the picture is too large for the browser; export it as SVG or fold sub-techniques")]
    TooLarge,
    /// The browser gave no canvas, or could not encode it.
    #[error("the browser could not draw the picture; export it as SVG")]
    Refused,
}

/// Decodes a logo, so that scenes with it can be drawn; the one before can no longer. False if the
/// browser cannot.
pub async fn take_logo(logo: &Arc<Logo>) -> bool {
    let bitmap = decode(logo).await;
    let is_there = bitmap.is_some();
    LOGO.set(bitmap.map(|bitmap| (logo.clone(), bitmap)));
    is_there
}

async fn decode(logo: &Logo) -> Option<ImageBitmap> {
    let options = BlobPropertyBag::new();
    options.set_type(logo.kind().media_type());
    let parts = Array::of1(&Uint8Array::from(logo.bytes()));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let decoding = web_sys::window()?.create_image_bitmap_with_blob(&blob).ok()?;
    JsFuture::from(decoding).await.ok()?.dyn_into().ok()
}

/// A scene as PNG.
///
/// # Errors
/// If it is too large, or the browser cannot draw it.
pub async fn png(scene: &Scene) -> Result<Blob, CanvasError> {
    let canvas = drawn(scene)?;
    let encoded = Promise::new(&mut |resolve, reject| {
        if canvas.to_blob(&resolve).is_err() {
            // Fails only if the page itself is going away.
            let _ = reject.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(encoded)
        .await
        .ok()
        .and_then(|blob| blob.dyn_into().ok())
        .ok_or(CanvasError::Refused)
}

/// A scene as width, height and pixels, RGBA from left to right and top to bottom.
///
/// # Errors
/// As [`png`].
pub fn pixels(scene: &Scene) -> Result<(u32, u32, ArrayBuffer), CanvasError> {
    let canvas = drawn(scene)?;
    let (width, height) = (canvas.width(), canvas.height());
    let image = context(&canvas)?
        .get_image_data(0.0, 0.0, f64::from(width), f64::from(height))
        .map_err(|_| CanvasError::Refused)?;
    Ok((width, height, Uint8Array::from(image.data().0.as_slice()).buffer()))
}

fn drawn(scene: &Scene) -> Result<HtmlCanvasElement, CanvasError> {
    let document = web_sys::window().and_then(|window| window.document());
    let canvas: HtmlCanvasElement = document
        .and_then(|document| document.create_element("canvas").ok())
        .and_then(|element| element.dyn_into().ok())
        .ok_or(CanvasError::Refused)?;
    draw(&canvas, scene, 1.0)?;
    Ok(canvas)
}

fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, CanvasError> {
    let context = canvas.get_context("2d").ok().flatten();
    context.and_then(|context| context.dyn_into().ok()).ok_or(CanvasError::Refused)
}

/// Draws a scene on a canvas, `scale` times as large; the canvas takes its size.
///
/// # Errors
/// As [`png`].
pub fn draw(canvas: &HtmlCanvasElement, scene: &Scene, scale: f64) -> Result<(), CanvasError> {
    let (width, height) = ((scene.width * scale).ceil(), (scene.height * scale).ceil());
    if width > LONGEST_SIDE || height > LONGEST_SIDE {
        return Err(CanvasError::TooLarge);
    }
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = context(canvas)?;
    context.set_fill_style_str(&scene.background.to_string());
    context.fill_rect(0.0, 0.0, width, height);
    context.scale(scale, scale).map_err(|_| CanvasError::Refused)?;
    let mut pen = Pen { context: &context, unit: scene.scale, font: (0.0, false) };
    for mark in &scene.marks {
        pen.draw(mark).map_err(|_| CanvasError::Refused)?;
    }
    Ok(())
}

struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    /// Width of outlines.
    unit: f64,
    /// Size and weight set last; setting a font is the dearest call of all.
    font: (f64, bool),
}

impl Pen<'_> {
    /// One mark, as `export::svg` writes it.
    fn draw(&mut self, mark: &Mark) -> Result<(), JsValue> {
        let context = self.context;
        match mark {
            Mark::Rect { x, y, w, h, fill, stroke, radius, dashed } => {
                let inset = match stroke {
                    Some(_) => (self.unit / 2.0).min(w / 2.0).min(h / 2.0),
                    None => 0.0,
                };
                context.begin_path();
                context.round_rect_with_f64(
                    x + inset,
                    y + inset,
                    w - 2.0 * inset,
                    h - 2.0 * inset,
                    (radius - inset).max(0.0),
                )?;
                if let Some(fill) = fill {
                    context.set_fill_style_str(&fill.to_string());
                    context.fill();
                }
                if let Some(stroke) = stroke {
                    let dash = 3.0 * self.unit;
                    if *dashed {
                        context.set_line_dash(&Array::of2(&dash.into(), &dash.into()))?;
                    }
                    context.set_line_width(2.0 * inset);
                    context.set_stroke_style_str(&stroke.to_string());
                    context.stroke();
                    if *dashed {
                        context.set_line_dash(&Array::new())?;
                    }
                }
            }
            Mark::Text { x, y, size, bold, anchor, fill, text } => {
                if self.font != (*size, *bold) {
                    self.font = (*size, *bold);
                    let weight = if *bold { "600 " } else { "" };
                    context.set_font(&format!("{weight}{size}px \"{FAMILY}\", sans-serif"));
                }
                context.set_text_align(match anchor {
                    Anchor::Start => "left",
                    Anchor::Middle => "center",
                    Anchor::End => "right",
                });
                context.set_fill_style_str(&fill.to_string());
                context.fill_text(text, *x, *y)?;
            }
            Mark::Image { x, y, w, h, image } => LOGO.with_borrow(|logo| match logo {
                Some((known, bitmap)) if Arc::ptr_eq(known, image) => {
                    // Not every browser has it, and then it is drawn all the same.
                    let _ = Reflect::set(context, &"imageSmoothingQuality".into(), &"high".into());
                    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, *x, *y, *w, *h)
                }
                _ => Err(JsValue::NULL),
            })?,
            Mark::Line { x1, y1, x2, y2, stroke, width } => {
                context.begin_path();
                context.move_to(*x1, *y1);
                context.line_to(*x2, *y2);
                context.set_line_width(*width);
                context.set_stroke_style_str(&stroke.to_string());
                context.stroke();
            }
            Mark::Path { points, fill, stroke } => {
                context.begin_path();
                for (at, (x, y)) in points.iter().enumerate() {
                    match at {
                        0 => context.move_to(*x, *y),
                        _ => context.line_to(*x, *y),
                    }
                }
                if let Some(fill) = fill {
                    context.close_path();
                    context.set_fill_style_str(&fill.to_string());
                    context.fill();
                }
                if let Some((stroke, width)) = stroke {
                    context.set_line_width(*width);
                    context.set_stroke_style_str(&stroke.to_string());
                    context.stroke();
                }
            }
        }
        Ok(())
    }
}
