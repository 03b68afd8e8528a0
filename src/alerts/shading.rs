//! How dark a count is: 0 to 100 for colours.
//!
//! In whole numbers, so that the page and the command agree to the last step.

use serde::{Deserialize, Serialize};

/// How counts become shades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShadingScale {
    /// In proportion to the highest count.
    Linear,
    /// By the logarithm of one more than the count: ten times as many is one step further.
    #[default]
    Log,
    /// By rank: the share of the counts above 0 that are not higher.
    Quantile,
}

impl ShadingScale {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Linear, Self::Log, Self::Quantile];

    /// As in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
            Self::Quantile => "quantile",
        }
    }
}

/// Shades for counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shading {
    scale: ShadingScale,
    /// Those above 0, sorted.
    counts: Vec<u32>,
}

impl Shading {
    /// For counts that are shown together.
    pub fn new(scale: ShadingScale, counts: impl IntoIterator<Item = u32>) -> Self {
        let mut counts: Vec<u32> = counts.into_iter().filter(|count| *count > 0).collect();
        crate::sorted::sort(&mut counts);
        Self { scale, counts }
    }

    /// The highest count; 0 if there is none.
    pub fn highest(&self) -> u32 {
        self.counts.last().copied().unwrap_or_default()
    }

    /// 0 for no alert, else 1 to 100.
    pub fn shade(&self, count: u32) -> u8 {
        let highest = u64::from(self.highest());
        if count == 0 || highest == 0 {
            return 0;
        }
        let (part, whole) = match self.scale {
            ShadingScale::Linear => (u64::from(count), highest),
            ShadingScale::Log => (log2(u64::from(count) + 1), log2(highest + 1)),
            ShadingScale::Quantile => {
                let not_higher = self.counts.partition_point(|other| *other <= count);
                (not_higher as u64, self.counts.len() as u64)
            }
        };
        let rounded = (200 * part + whole) / (2 * whole);
        u8::try_from(rounded.clamp(1, 100)).unwrap_or(100)
    }
}

/// The binary logarithm of a number from 1, times 2^16, a little below the true one.
fn log2(number: u64) -> u64 {
    const FRACTION: u32 = 16;
    let whole = 63 - number.max(1).leading_zeros();
    // 1 to 2 with 31 bits behind the point; squaring gives one bit of the logarithm at a time.
    let mut rest = if whole >= 31 { number >> (whole - 31) } else { number << (31 - whole) };
    let mut bits = u64::from(whole);
    for _ in 0..FRACTION {
        rest = (rest * rest) >> 31;
        bits <<= 1;
        if rest >= 1 << 32 {
            rest >>= 1;
            bits |= 1;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shades_by_hand() {
        let counts = [0, 1, 9, 9, 99, 999];
        let shades = |scale| counts.map(|count| Shading::new(scale, counts).shade(count)).to_vec();
        assert_eq!(shades(ShadingScale::Linear), [0, 1, 1, 1, 10, 100]);
        // log 2 ÷ log 1000 = 0.1003; then a third, two thirds, all.
        assert_eq!(shades(ShadingScale::Log), [0, 10, 33, 33, 67, 100]);
        assert_eq!(shades(ShadingScale::Quantile), [0, 20, 60, 60, 80, 100]);
        assert_eq!(Shading::new(ShadingScale::Log, []).shade(7), 0);
        assert_eq!(Shading::new(ShadingScale::Log, [1]).shade(1), 100);
        assert_eq!(Shading::new(ShadingScale::Linear, [1, u32::MAX]).shade(u32::MAX), 100);
    }

    proptest! {
        #[test]
        fn more_is_never_lighter(counts in prop::collection::vec(0_u32..100_000, 1..40)) {
            for scale in ShadingScale::ALL {
                let shading = Shading::new(scale, counts.iter().copied());
                let mut sorted = counts.clone();
                sorted.sort();
                let shades: Vec<u8> = sorted.iter().map(|count| shading.shade(*count)).collect();
                prop_assert!(shades.is_sorted(), "{scale:?} {shades:?}");
                for (count, shade) in sorted.iter().zip(&shades) {
                    prop_assert_eq!(*count == 0, *shade == 0);
                }
                let highest = *sorted.last().unwrap_or(&0);
                prop_assert_eq!(shading.shade(highest), if highest == 0 { 0 } else { 100 });
            }
        }

        #[test]
        fn logarithms_are_near_the_true_ones(number in 1_u64..u64::from(u32::MAX)) {
            let off = (number as f64).log2() * 65_536.0 - log2(number) as f64;
            prop_assert!((-0.01..1.1).contains(&off), "{off}");
        }
    }
}
