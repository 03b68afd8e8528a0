//! Slides: 16 : 9 pictures for a screen that others sit far from. Each has a title, what it counts,
//! of what, and when, and no text below [`SMALLEST`].
//!
//! The size is that of the rule of eight heights: whoever sits eight picture heights away reads text
//! of a fiftieth of the height (<http://www.pptfaq.com/FAQ01263-What-if-you-gave-a-presentation-but-nobody-watched.htm>,
//! and after Swinford 2006 <https://www.bookshep.com/scientific/how-big-should-my-text-be.html>); ours
//! is a forty-fifth. In minutes of arc, the capitals of the smallest text (0.66 of its size) have 16,
//! the least of ISO 9241-3, at 3.1 heights, and 10, the least that is usable at good contrast
//! (<http://www.pc.ibm.com/ww/healthycomputing/vdc-crf.html>), at 5. Tests hold all slides to it.

mod changes;
mod frame;
mod gaps;
mod matrix;
mod platforms;
mod tactics;
mod trend;

pub use changes::{Changed, since_last_quarter};
pub use matrix::Counted;
pub use platforms::MOST_PLATFORMS;
pub use trend::Course;

use super::colour::Theme;
use super::logo::Logo;
use super::palette::Palette;
use super::scene::Scene;
use crate::coverage::PlatformView;
use crate::date::Date;
use crate::gaps::GapList;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The smallest text on a slide, in pixels of 1920 × 1080; twice that at 3840 × 2160.
pub const SMALLEST: f64 = 24.0;

/// What a slide shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlideKind {
    /// The heatmap.
    Matrix,
    /// How much of each tactic is covered.
    Tactics,
    /// How much of each platform is.
    Platforms,
    /// The ten gaps that matter most.
    Gaps,
    /// What changed between two states.
    Changes,
    /// Coverage over time.
    Trend,
}

impl SlideKind {
    /// All, in the order they are shown in.
    pub const ALL: [Self; 6] =
        [Self::Matrix, Self::Tactics, Self::Platforms, Self::Gaps, Self::Changes, Self::Trend];

    /// As on the command line and in names of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Tactics => "tactics",
            Self::Platforms => "platforms",
            Self::Gaps => "gaps",
            Self::Changes => "changes",
            Self::Trend => "trend",
        }
    }

    /// As a heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Matrix => "Coverage matrix",
            Self::Tactics => "Coverage by tactic",
            Self::Platforms => "Coverage by platform",
            Self::Gaps => "Top ten gaps",
            Self::Changes => "What changed",
            Self::Trend => "Coverage over time",
        }
    }

    /// What its file is called, without an extension: `slide-4-gaps`.
    pub fn file_stem(self) -> String {
        let number = Self::ALL.iter().position(|kind| *kind == self).unwrap_or_default() + 1;
        format!("slide-{number}-{}", self.as_str())
    }
}

/// How large slides are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SlideSize {
    /// 1920 × 1080.
    #[default]
    #[serde(rename = "1920")]
    Wide1920,
    /// 3840 × 2160: the same at scale 2.
    #[serde(rename = "3840")]
    Wide3840,
}

impl SlideSize {
    /// In pixels.
    pub fn width(self) -> u32 {
        match self {
            Self::Wide1920 => 1920,
            Self::Wide3840 => 3840,
        }
    }
}

/// How slides look, and what one's own they carry.
#[derive(Clone, Debug, PartialEq)]
pub struct SlideOptions {
    /// Light or dark.
    pub theme: Theme,
    /// Of scores, in the matrix.
    pub palette: Palette,
    /// How large.
    pub size: SlideSize,
    /// One's own title, before that of each slide; any text, empty for none.
    pub title: String,
    /// One's own line at the foot; any text, empty for none.
    pub footer: String,
    /// In the upper right corner.
    pub logo: Option<Arc<Logo>>,
    /// Of the rules, usually today.
    pub date: Date,
}

/// Why there is no slide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSlide {
    /// No counted rule can name techniques.
    #[error("none of the rules can name techniques, so nothing is known to be covered or not")]
    SaysNothing,
    /// Nothing is in scope.
    #[error("no technique is in scope")]
    NothingInScope,
    /// As ATT&CK for ICS since release 19.
    #[error("this release of ATT&CK names no platforms")]
    NoPlatforms,
    /// Nothing is missing.
    #[error("there are no gaps that matter")]
    NoGaps,
    /// There is one state only.
    #[error("there is no second state to compare with")]
    NoSecondState,
    /// Nothing has a date.
    #[error("nothing has a date, or all have the same; a course needs two moments")]
    NoDates,
}

/// All that slides are made of.
#[derive(Clone, Copy)]
pub struct Deck<'a> {
    /// What is counted now.
    pub counted: Counted<'a>,
    /// By [`crate::coverage::Grouping::Families`], of the same.
    pub platforms: &'a [PlatformView],
    /// Of the same coverage.
    pub gaps: &'a GapList,
    /// Two states, if there are.
    pub changed: Option<Changed<'a>>,
    /// Several moments, if there are.
    pub course: Option<Course<'a>>,
}

impl Deck<'_> {
    /// One slide.
    ///
    /// # Errors
    /// If it would be empty.
    pub fn slide(&self, kind: SlideKind, options: &SlideOptions) -> Result<Scene, NoSlide> {
        let Self { counted, .. } = self;
        let scene = match kind {
            SlideKind::Matrix => matrix::slide(counted, options)?,
            SlideKind::Tactics => tactics::slide(counted, options)?,
            SlideKind::Platforms => platforms::slide(counted, self.platforms, options)?,
            SlideKind::Gaps => gaps::slide(counted, self.gaps, options)?,
            SlideKind::Changes => {
                changes::slide(self.changed.as_ref().ok_or(NoSlide::NoSecondState)?, options)?
            }
            SlideKind::Trend => {
                trend::slide(self.course.as_ref().ok_or(NoSlide::NoDates)?, options)?
            }
        };
        Ok(match options.size {
            SlideSize::Wide1920 => scene,
            SlideSize::Wide3840 => scene.scaled(2.0),
        })
    }
}
