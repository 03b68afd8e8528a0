//! The colours that all frames share.

use super::Run;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Colours that a GIF can have besides the transparent one.
const MOST: usize = 255;
/// Pixels of one colour side by side that make it an area, not the edge of a letter. Of areas
/// so many colours are kept, the largest first: rows between two rows of pixels give hundreds of
/// blends.
const AREA: u32 = 8;
const AREAS: usize = 112;
/// Tones kept because nothing but areas is more frequent.
const FREQUENT: usize = 64;
/// Tones at least so far apart (see [`apart`]) are taken first, so that rare ones have something
/// near them.
const FAR: u32 = 9 * 300;

/// Which colours there are, and which of them stands for which.
pub(super) struct Palette {
    colours: Vec<u32>,
    places: BTreeMap<u32, u8>,
}

/// Pixels of a colour: in areas, and all.
#[derive(Clone, Copy, Default)]
struct Count {
    area: u64,
    all: u64,
}

impl Palette {
    /// The place of no colour, behind all colours.
    pub(super) const TRANSPARENT: u8 = 255;

    /// Of the runs of all frames.
    pub(super) fn of<'a>(frames: impl Iterator<Item = &'a [Run]>) -> Self {
        let mut counts: BTreeMap<u32, Count> = BTreeMap::new();
        for runs in frames {
            for (colour, pixels) in runs {
                let count = counts.entry(*colour).or_default();
                count.all += u64::from(*pixels);
                if *pixels >= AREA {
                    count.area += u64::from(*pixels);
                }
            }
        }
        let colours = chosen(&counts);
        let nearest = |colour: u32| {
            let at = (0..).zip(&colours).min_by_key(|(_, chosen)| apart(colour, **chosen));
            at.map_or(0, |(at, _)| at)
        };
        let places = counts.keys().map(|colour| (*colour, nearest(*colour))).collect();
        Self { colours, places }
    }

    /// As bytes, red, green and blue of each; all places are there.
    pub(super) fn table(&self) -> Vec<u8> {
        let mut table = Vec::with_capacity((MOST + 1) * 3);
        for colour in &self.colours {
            let [_, rgb @ ..] = colour.to_be_bytes();
            table.extend(rgb);
        }
        table.resize((MOST + 1) * 3, 0);
        table
    }

    /// Where the colour stands, or the one for it.
    pub(super) fn place(&self, colour: u32) -> u8 {
        self.places.get(&colour).copied().unwrap_or(0)
    }
}

/// The largest areas first, then the most frequent tones (text in one colour has few others as
/// frequent), then tones far from all that are there, then what is most frequent of the rest.
fn chosen(counts: &BTreeMap<u32, Count>) -> Vec<u32> {
    if counts.len() <= MOST {
        return counts.keys().copied().collect();
    }
    let mut colours: Vec<u32> = Vec::with_capacity(MOST);
    let by = |key: fn(&Count) -> u64| {
        let mut all: Vec<(Reverse<u64>, u32)> =
            counts.iter().map(|(colour, count)| (Reverse(key(count)), *colour)).collect();
        crate::sorted::sort(&mut all);
        all
    };
    let areas = by(|count| count.area);
    colours.extend(areas.iter().filter(|(area, _)| area.0 > 0).take(AREAS).map(|(_, c)| c));
    let frequent = by(|count| count.all);
    let mut rest: Vec<u32> = frequent.into_iter().map(|(_, colour)| colour).collect();
    let known = crate::sorted::set(colours.iter().copied());
    rest.retain(|colour| !known.contains(colour));
    let tones = rest.split_off(rest.len().min(FREQUENT));
    colours.extend(rest);
    let mut near = Vec::new();
    for tone in tones {
        let is_far = colours.iter().all(|chosen| apart(tone, *chosen) >= FAR);
        if is_far && colours.len() < MOST { colours.push(tone) } else { near.push(tone) }
    }
    let room = MOST.saturating_sub(colours.len());
    colours.extend(near.into_iter().take(room));
    colours
}

/// How different two colours look: squares of the differences, green counting most, as the eye
/// has it (2 : 4 : 3).
fn apart(a: u32, b: u32) -> u32 {
    let [_, red, green, blue] = a.to_be_bytes();
    let [_, other_red, other_green, other_blue] = b.to_be_bytes();
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    2 * square(red, other_red) + 4 * square(green, other_green) + 3 * square(blue, other_blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_exact() {
        let runs: Vec<Run> = (0..255).map(|at| (at * 65_793, 1)).collect();
        let palette = Palette::of([runs.as_slice()].into_iter());
        for (colour, _) in runs {
            let at = usize::from(palette.place(colour));
            let [_, rgb @ ..] = colour.to_be_bytes();
            assert_eq!(palette.table()[at * 3..at * 3 + 3], rgb);
        }
        assert_eq!(palette.table().len(), 768);
    }

    /// A small area among more tones than there is room for.
    #[test]
    fn areas_are_exact_whatever_else_there_is() {
        let tones = (0..40_000_u32).map(|at| (0x0010_0000 + at * 13, 3));
        let runs: Vec<Run> = tones.chain([(0x00c8_721c, 8)]).collect();
        let palette = Palette::of([runs.as_slice()].into_iter());
        let at = usize::from(palette.place(0x00c8_721c));
        assert_eq!(palette.table()[at * 3..at * 3 + 3], [0xc8, 0x72, 0x1c]);
        assert_eq!(palette.colours.len(), MOST);
        assert!(runs.iter().all(|(colour, _)| palette.place(*colour) != Palette::TRANSPARENT));
    }
}
