//! A logo for slides: a PNG or JPEG that somebody gives, looked through before anything draws it.
//!
//! What is kept is only what draws the picture. Comments, profiles, places and hidden pictures are
//! left out, so that they do not go on with a slide, and nobody's decoder has to unpack them. SVG
//! is refused: it may hold scripts and references, and is a language of its own.

mod jpeg;
mod png;

use crate::limits::{MAX_LOGO_BYTES, MAX_LOGO_PIXELS};
use std::fmt;

/// A picture that decoders can take.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    kind: LogoKind,
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

/// The two formats there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// Lossless, may be transparent.
    Png,
    /// For photographs.
    Jpeg,
}

impl LogoKind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// What to do instead, for all that is not to be mended here.
const REMEDY: &str = "save it anew as PNG and choose that file";

/// Why a file cannot be the logo. Says which file, what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// Larger than [`MAX_LOGO_BYTES`].
    #[error("{file}: a logo has at most {} kB; make the picture smaller", MAX_LOGO_BYTES >> 10)]
    TooLarge {
        /// Its name.
        file: String,
    },
    /// More pixels than [`MAX_LOGO_PIXELS`], or none.
    #[error(
        "{file}: {width} × {height} pixels; a logo has 1 to {MAX_LOGO_PIXELS} in all, 1000 × 300 are plenty"
    )]
    Pixels {
        /// Its name.
        file: String,
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Something else than PNG and JPEG.
    #[error("{file}: a logo is a PNG or a JPEG, this is neither; {REMEDY}")]
    NoPicture {
        /// Its name.
        file: String,
    },
    /// It ends too early, or says what cannot be.
    #[error("{file}: the picture is damaged ({reason}); {REMEDY}")]
    Damaged {
        /// Its name.
        file: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// Sound, but of a kind that programs draw differently.
    #[error("{file}: {reason}; {REMEDY}")]
    Unusual {
        /// Its name.
        file: String,
        /// What it is.
        reason: &'static str,
    },
}

/// What a reader of one of the formats found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Damaged(&'static str),
    Unusual(&'static str),
    Pixels(u32, u32),
}

/// What a reader found.
struct Found {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

impl Logo {
    /// Looks through a file. The time it takes is linear in its bytes and in its pixels.
    ///
    /// # Errors
    /// If it is no sound PNG or JPEG, or too large.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, LogoError> {
        let name = || super::wording::plain_up_to(file, 120);
        if bytes.len() > MAX_LOGO_BYTES {
            return Err(LogoError::TooLarge { file: name() });
        }
        let (kind, found) = if bytes.starts_with(png::SIGNATURE) {
            (LogoKind::Png, png::read(bytes))
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            (LogoKind::Jpeg, jpeg::read(bytes))
        } else {
            return Err(LogoError::NoPicture { file: name() });
        };
        match found {
            Ok(Found { bytes, width, height }) => Ok(Self { kind, bytes, width, height }),
            Err(Fault::Damaged(reason)) => Err(LogoError::Damaged { file: name(), reason }),
            Err(Fault::Unusual(reason)) => Err(LogoError::Unusual { file: name(), reason }),
            Err(Fault::Pixels(width, height)) => {
                Err(LogoError::Pixels { file: name(), width, height })
            }
        }
    }

    /// Its format.
    pub fn kind(&self) -> LogoKind {
        self.kind
    }

    /// The file as decoders get it: without what draws nothing.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The largest width and height in its proportions that fit a room; it is not enlarged.
    pub fn fit(&self, (width, height): (f64, f64)) -> (f64, f64) {
        let (own_width, own_height) = (f64::from(self.width), f64::from(self.height));
        let scale = (width / own_width).min(height / own_height).min(1.0);
        (own_width * scale, own_height * scale)
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, bytes, width, height } = self;
        write!(f, "{kind:?} {width}×{height}, {} bytes", bytes.len())
    }
}

/// The size, if it is one that is drawn.
fn pixels(width: u32, height: u32) -> Result<(u32, u32), Fault> {
    let all = u64::from(width) * u64::from(height);
    if all == 0 || all > MAX_LOGO_PIXELS {
        return Err(Fault::Pixels(width, height));
    }
    Ok((width, height))
}

/// A number of two bytes, the high one first.
fn number16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
