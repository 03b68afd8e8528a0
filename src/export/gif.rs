//! Pictures one after the other as an animated GIF that goes on for ever.
//!
//! Whoever has the pixels hands them in, frame by frame: the command draws with resvg, the page
//! on a canvas. All frames share one palette of the exact colours of what is drawn; of the many
//! tones at the edges of letters the most frequent are kept and the rest take the nearest. After
//! the first frame only the rectangle that changed is written, and in it only what changed.

mod palette;

use crate::limits::MAX_GIF_FRAMES;
use gif::{DisposalMethod, Encoder, Frame, Repeat};
use palette::Palette;
use std::borrow::Cow;

/// How long a frame stands, in hundredths of a second.
pub const DELAY: u16 = 150;

/// All frames of a series together, in hundredths of a second; a series of a hundred quarters
/// would go on for minutes.
const SERIES: usize = 3000;
/// A frame that stands for less cannot be read.
const SHORTEST: u16 = 40;

/// How long a frame of so many stands, in hundredths of a second. The last of several stands twice
/// as long as others usually: it is what one looks for.
pub fn delay(at: usize, frames: usize) -> u16 {
    if frames > 1 && at + 1 == frames {
        return 2 * DELAY;
    }
    let fair = u16::try_from(SERIES / frames.max(1)).unwrap_or(DELAY);
    fair.clamp(SHORTEST, DELAY)
}

/// Why there is no GIF.
#[derive(Debug, thiserror::Error)]
pub enum GifError {
    /// The format knows sizes up to 65535, and so many bytes must be there.
    #[error("a frame of {bytes} bytes is not one of {width} × {height} pixels")]
    Size {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// Handed in.
        bytes: usize,
    },
    /// Nothing to show, or more than anybody would look at.
    #[error("a moving picture has 1 to {MAX_GIF_FRAMES} frames, not {0}")]
    Frames(usize),
    /// The encoder refuses.
    #[error("the moving picture cannot be written: {0}")]
    Encoding(#[from] gif::EncodingError),
}

/// A row of pixels of one colour: the colour, and how many.
type Run = (u32, u32);

/// A moving picture in the making.
#[derive(Debug)]
pub struct Animation {
    width: u16,
    height: u16,
    /// Each with the time it stands, as runs from left to right and top to bottom: thirty times
    /// smaller than pixels.
    frames: Vec<(u16, Vec<Run>)>,
}

impl Animation {
    /// Of so many pixels.
    ///
    /// # Errors
    /// If a side is 0 or too long for the format.
    pub fn new(width: u32, height: u32) -> Result<Self, GifError> {
        let side = |side: u32| u16::try_from(side).ok().filter(|side| *side > 0);
        match (side(width), side(height)) {
            (Some(width), Some(height)) => Ok(Self { width, height, frames: Vec::new() }),
            _ => Err(GifError::Size { width, height, bytes: 0 }),
        }
    }

    fn pixels(&self) -> usize {
        usize::from(self.width) * usize::from(self.height)
    }

    /// Adds a frame, as RGBA from left to right and top to bottom; all of it counts as opaque. It
    /// stands for `delay` hundredths of a second.
    ///
    /// # Errors
    /// If its size is another, or there are too many.
    pub fn add(&mut self, rgba: &[u8], delay: u16) -> Result<(), GifError> {
        if rgba.len() != self.pixels() * 4 {
            let (width, height) = (u32::from(self.width), u32::from(self.height));
            return Err(GifError::Size { width, height, bytes: rgba.len() });
        }
        if self.frames.len() >= MAX_GIF_FRAMES {
            return Err(GifError::Frames(self.frames.len() + 1));
        }
        let mut runs: Vec<Run> = Vec::new();
        for pixel in rgba.chunks_exact(4) {
            let colour = pixel[..3].iter().fold(0, |colour, byte| colour << 8 | u32::from(*byte));
            match runs.last_mut() {
                Some((last, count)) if *last == colour => *count += 1,
                _ => runs.push((colour, 1)),
            }
        }
        self.frames.push((delay, runs));
        Ok(())
    }

    /// The file.
    ///
    /// # Errors
    /// Without a frame. The encoder's error would be ours.
    pub fn write(&self) -> Result<Vec<u8>, GifError> {
        if self.frames.is_empty() {
            return Err(GifError::Frames(0));
        }
        let palette = Palette::of(self.frames.iter().map(|(_, runs)| runs.as_slice()));
        let mut encoder = Encoder::new(Vec::new(), self.width, self.height, &palette.table())?;
        encoder.set_repeat(Repeat::Infinite)?;
        let mut before: Option<Vec<u8>> = None;
        for (delay, runs) in &self.frames {
            let mut now = Vec::with_capacity(self.pixels());
            for (colour, count) in runs {
                now.resize(now.len() + *count as usize, palette.place(*colour));
            }
            let part = match &before {
                None => Part { left: 0, top: 0, width: self.width, height: self.height },
                Some(before) => self.changed(before, &now),
            };
            let pixels = self.cut(part, before.as_deref(), &now);
            encoder.write_frame(&Frame {
                delay: *delay,
                dispose: DisposalMethod::Keep,
                transparent: Some(Palette::TRANSPARENT),
                left: part.left,
                top: part.top,
                width: part.width,
                height: part.height,
                buffer: Cow::Owned(pixels),
                ..Frame::default()
            })?;
            before = Some(now);
        }
        Ok(encoder.into_inner()?)
    }

    /// The least rectangle that holds all changes; one pixel if there is none.
    fn changed(&self, before: &[u8], now: &[u8]) -> Part {
        let width = usize::from(self.width);
        let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
        let rows = before.chunks_exact(width).zip(now.chunks_exact(width));
        for (y, (old, new)) in rows.enumerate().filter(|(_, (old, new))| old != new) {
            let mut differ = old.iter().zip(new).enumerate().filter(|(_, (a, b))| a != b);
            let first = differ.next().map_or(0, |(x, _)| x);
            let last = differ.next_back().map_or(first, |(x, _)| x);
            (left, right) = (left.min(first), right.max(last));
            (top, bottom) = (top.min(y), y);
        }
        if top == usize::MAX {
            return Part { left: 0, top: 0, width: 1, height: 1 };
        }
        // All are within the picture, whose sides fit.
        let side = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
        Part {
            left: side(left),
            top: side(top),
            width: side(right - left + 1),
            height: side(bottom - top + 1),
        }
    }

    /// The pixels of a part; those that are as before are left out.
    fn cut(&self, part: Part, before: Option<&[u8]>, now: &[u8]) -> Vec<u8> {
        let (left, width) = (usize::from(part.left), usize::from(part.width));
        let first = usize::from(part.top);
        let mut pixels = Vec::with_capacity(width * usize::from(part.height));
        for y in first..first + usize::from(part.height) {
            let start = y * usize::from(self.width) + left;
            let row = |all: &'_ [u8]| all.get(start..start + width).unwrap_or_default().to_vec();
            match before {
                None => pixels.extend(row(now)),
                Some(before) => {
                    let same = |(old, new)| if old == new { Palette::TRANSPARENT } else { new };
                    pixels.extend(row(before).into_iter().zip(row(now)).map(same));
                }
            }
        }
        pixels
    }
}

/// A rectangle of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    left: u16,
    top: u16,
    width: u16,
    height: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_series_go_faster_and_end_slowly() {
        assert_eq!([1, 3, 20, 30, 120].map(|frames| delay(0, frames)), [150, 150, 150, 100, 40]);
        assert_eq!((delay(2, 3), delay(119, 120)), (300, 300));
    }
}
