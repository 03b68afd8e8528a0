//! Colours as bytes, their contrast, and the tokens of the two themes.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An opaque colour, gamma-encoded sRGB. Written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rgb(
    /// Red.
    pub u8,
    /// Green.
    pub u8,
    /// Blue.
    pub u8,
);

/// The text is not `#` and six hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a colour such as #1b56d8")]
pub struct RgbError(String);

impl Rgb {
    /// `#000000`
    pub const BLACK: Self = Self(0, 0, 0);
    /// `#ffffff`
    pub const WHITE: Self = Self(0xff, 0xff, 0xff);
    /// The dark text colour, in the light theme and on light cells of both.
    pub const INK: Self = Self::hex(0x16181d);

    /// From the number form, `0x1b56d8`; bits above the lowest 24 are ignored.
    pub(crate) const fn hex(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self(red, green, blue)
    }

    /// A mixture in gamma-encoded sRGB: `share` percent of `other`, the rest of `self`.
    #[must_use]
    pub fn mix(self, other: Self, share: u8) -> Self {
        let share = u16::from(share.min(100));
        let channel = |a: u8, b: u8| {
            u8::try_from((u16::from(a) * (100 - share) + u16::from(b) * share + 50) / 100)
                .unwrap_or(u8::MAX)
        };
        Self(channel(self.0, other.0), channel(self.1, other.1), channel(self.2, other.2))
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2, <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>).
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The channels as linear light, 0 to 1.
    pub(crate) fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|byte| {
            let encoded = f64::from(byte) / 255.0;
            if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Contrast ratio, 1 to 21 (WCAG 2.2, <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// The least contrast of text on its ground (WCAG 2.2, success criterion 1.4.3).
pub const TEXT_CONTRAST: f64 = 4.5;

/// The text colour for a filled cell: ink or white, whichever contrasts more. Between the two
/// lies a band of mid-tones on which neither reaches [`TEXT_CONTRAST`] (at worst 4.2); there it
/// is black or white, one of which reaches 4.58 on any colour at all.
pub fn text_on(fill: Rgb) -> Rgb {
    let better = |a: Rgb, b: Rgb| if fill.contrast(a) >= fill.contrast(b) { a } else { b };
    let text = better(Rgb::INK, Rgb::WHITE);
    if fill.contrast(text) >= TEXT_CONTRAST { text } else { better(Rgb::BLACK, Rgb::WHITE) }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl FromStr for Rgb {
    type Err = RgbError;
    fn from_str(text: &str) -> Result<Self, RgbError> {
        text.strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Self::hex)
            .ok_or_else(|| RgbError(text.to_owned()))
    }
}

impl Serialize for Rgb {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Ink on paper.
    #[default]
    Light,
    /// Paper on ink.
    Dark,
}

/// The colours of a theme that are no cell's. Their contrasts were checked once
/// (text ≥ 4.5, strong line 3 : 1); the tests hold them to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Behind everything.
    pub ground: Rgb,
    /// Text.
    pub ink: Rgb,
    /// Text that steps back.
    pub muted: Rgb,
    /// Lines that only separate.
    pub hairline: Rgb,
    /// Lines that must be seen.
    pub strong_line: Rgb,
    /// Links, focus, selection.
    pub accent: Rgb,
}

impl Theme {
    /// Its colours.
    pub const fn tokens(self) -> Tokens {
        match self {
            Self::Light => Tokens {
                ground: Rgb::hex(0xfbfbfa),
                ink: Rgb::INK,
                muted: Rgb::hex(0x5b616e),
                hairline: Rgb::hex(0xe4e6ea),
                strong_line: Rgb::hex(0x8a919e),
                accent: Rgb::hex(0x1b56d8),
            },
            Self::Dark => Tokens {
                ground: Rgb::hex(0x101216),
                ink: Rgb::hex(0xe9ecf1),
                muted: Rgb::hex(0x9aa3b2),
                hairline: Rgb::hex(0x2a2f38),
                strong_line: Rgb::hex(0x6b7482),
                accent: Rgb::hex(0x8db0ff),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips_and_refuses_other_spellings() {
        let colour: Rgb = "#1B56d8".parse().expect("a colour");
        assert_eq!((colour, colour.to_string().as_str()), (Rgb(0x1b, 0x56, 0xd8), "#1b56d8"));
        assert_eq!(serde_json::to_string(&colour).ok().as_deref(), Some("\"#1b56d8\""));
        for text in ["", "#", "1b56d8", "#1b56d", "#1b56d8ff", "#+b56d8", "#é56d8", "red"] {
            assert!(text.parse::<Rgb>().is_err(), "{text}");
        }
    }

    #[test]
    fn contrast_at_its_ends() {
        assert!((Rgb::BLACK.contrast(Rgb::WHITE) - 21.0).abs() < 1e-9);
        assert!((Rgb::INK.contrast(Rgb::INK) - 1.0).abs() < 1e-9);
        // #767676 is the well-known lightest grey that passes on white, at 4.54.
        assert!((Rgb(0x76, 0x76, 0x76).contrast(Rgb::WHITE) - 4.54).abs() < 0.01);
    }

    /// Every colour there is, in steps of 5: custom palettes cannot make text unreadable.
    #[test]
    fn text_reads_on_any_fill() {
        for red in (0..=255_u8).step_by(5) {
            for green in (0..=255_u8).step_by(5) {
                for blue in (0..=255_u8).step_by(5) {
                    let fill = Rgb(red, green, blue);
                    assert!(fill.contrast(text_on(fill)) >= TEXT_CONTRAST, "{fill}");
                }
            }
        }
        assert_eq!(text_on(Rgb::hex(0xfbfbfa)), Rgb::INK);
        assert_eq!(text_on(Rgb::hex(0x0b3c6f)), Rgb::WHITE);
    }

    #[test]
    fn tokens_keep_their_contrasts() {
        for theme in [Theme::Light, Theme::Dark] {
            let tokens = theme.tokens();
            for text in [tokens.ink, tokens.muted, tokens.accent] {
                assert!(tokens.ground.contrast(text) >= TEXT_CONTRAST, "{text}");
            }
            assert!(tokens.ground.contrast(tokens.strong_line) >= 3.0);
        }
    }

    #[test]
    fn mixtures() {
        assert_eq!(Rgb::BLACK.mix(Rgb::WHITE, 0), Rgb::BLACK);
        assert_eq!(Rgb::BLACK.mix(Rgb::WHITE, 100), Rgb::WHITE);
        assert_eq!(Rgb::BLACK.mix(Rgb(200, 100, 3), 50), Rgb(100, 50, 2));
    }
}
