//! A picture as a list of marks: the one thing that SVG, PNG and later GIF draw.

use super::colour::Rgb;
use super::font::{self, Weight};
use super::logo::Logo;
use crate::attack::TechniqueId;
use std::sync::Arc;

/// Where a text's `x` lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its left end.
    Start,
    /// In its middle.
    Middle,
    /// At its right end.
    End,
}

/// Something drawn. Lengths in pixels of the scene, from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A rectangle, also a disc.
    Rect {
        /// Left.
        x: f64,
        /// Top.
        y: f64,
        /// Width.
        w: f64,
        /// Height.
        h: f64,
        /// Inside.
        fill: Option<Rgb>,
        /// Outline, one pixel at scale 1, inside the rectangle.
        stroke: Option<Rgb>,
        /// Of the corners; half of the width makes a disc.
        radius: f64,
        /// Whether the outline is dashed.
        dashed: bool,
    },
    /// One line of text in [`font::FAMILY`].
    Text {
        /// Where `anchor` says.
        x: f64,
        /// Base line.
        y: f64,
        /// Text size.
        size: f64,
        /// Semibold instead of regular.
        bold: bool,
        /// What `x` is.
        anchor: Anchor,
        /// Its colour.
        fill: Rgb,
        /// Plain text ([`super::wording::plain`]).
        text: String,
    },
    /// A straight line.
    Line {
        /// From.
        x1: f64,
        /// From.
        y1: f64,
        /// To.
        x2: f64,
        /// To.
        y2: f64,
        /// Its colour.
        stroke: Rgb,
        /// Its width.
        width: f64,
    },
    /// A polygon, or with a stroke only an open line.
    Path {
        /// Its corners.
        points: Vec<(f64, f64)>,
        /// Inside; `None` leaves the line open.
        fill: Option<Rgb>,
        /// Line and its width.
        stroke: Option<(Rgb, f64)>,
    },
    /// Somebody's own picture, stretched over a rectangle.
    Image {
        /// Left.
        x: f64,
        /// Top.
        y: f64,
        /// Width.
        w: f64,
        /// Height.
        h: f64,
        /// What is drawn.
        image: Arc<Logo>,
    },
}

/// Where the cell of a technique stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SceneCell {
    /// Which.
    pub technique: TechniqueId,
    /// Index into the catalogue's tactics; a technique of several tactics has several cells.
    pub tactic: usize,
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// Behind everything.
    pub background: Rgb,
    /// What it shows, in a few words; for those who do not see it.
    pub title: String,
    /// What it says, in a sentence or two; for those who do not see it.
    pub description: String,
    /// In drawing order.
    pub marks: Vec<Mark>,
    /// The cells, column by column from top to bottom: for tests, and for readers that want to
    /// know what lies where.
    pub cells: Vec<SceneCell>,
    /// Factor to the size the scene was laid out in, for outlines; 1 or 2.
    pub scale: f64,
}

impl Scene {
    /// The same picture `by` times as large.
    #[must_use]
    pub fn scaled(mut self, by: f64) -> Self {
        self.width *= by;
        self.height *= by;
        self.scale *= by;
        for mark in &mut self.marks {
            mark.scale(by);
        }
        for cell in &mut self.cells {
            for length in [&mut cell.x, &mut cell.y, &mut cell.w, &mut cell.h] {
                *length *= by;
            }
        }
        self
    }
}

impl Mark {
    fn scale(&mut self, by: f64) {
        let lengths = match self {
            Self::Rect { x, y, w, h, radius, .. } => vec![x, y, w, h, radius],
            Self::Image { x, y, w, h, .. } => vec![x, y, w, h],
            Self::Text { x, y, size, .. } => vec![x, y, size],
            Self::Line { x1, y1, x2, y2, width, .. } => vec![x1, y1, x2, y2, width],
            Self::Path { points, stroke, .. } => {
                let mut lengths: Vec<_> = points.iter_mut().flat_map(|(x, y)| [x, y]).collect();
                lengths.extend(stroke.as_mut().map(|(_, width)| width));
                lengths
            }
        };
        for length in lengths {
            *length *= by;
        }
    }

    /// The rectangle it stays in: left, top, right, bottom. A text's height is that of capitals
    /// and descenders.
    pub fn bounds(&self) -> (f64, f64, f64, f64) {
        match self {
            Self::Rect { x, y, w, h, .. } | Self::Image { x, y, w, h, .. } => {
                (*x, *y, x + w, y + h)
            }
            Self::Text { x, y, size, bold, anchor, text, .. } => {
                let weight = if *bold { Weight::Semibold } else { Weight::Regular };
                let width = font::width(text, *size, weight);
                let left = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - width / 2.0,
                    Anchor::End => x - width,
                };
                (left, y - font::CAP_HEIGHT * size, left + width, y + font::DESCENT * size)
            }
            Self::Line { x1, y1, x2, y2, width, .. } => {
                let half = width / 2.0;
                (x1.min(*x2) - half, y1.min(*y2) - half, x1.max(*x2) + half, y1.max(*y2) + half)
            }
            Self::Path { points, stroke, .. } => {
                let half = stroke.map_or(0.0, |(_, width)| width / 2.0);
                points.iter().fold(
                    (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY),
                    |(left, top, right, bottom), (x, y)| {
                        (
                            left.min(x - half),
                            top.min(y - half),
                            right.max(x + half),
                            bottom.max(y + half),
                        )
                    },
                )
            }
        }
    }
}
