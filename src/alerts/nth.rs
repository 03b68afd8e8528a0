//! One value by its place in sorted order, without sorting, and in pieces.

use crate::pace::{PAUSE_EVERY_ROWS, Pace};

/// So few are sorted at once.
const FEW: usize = 8192;
/// Buckets in which the others are counted, as a power of two: with 2^10 a million are few enough
/// after one pass, mostly.
const BITS: u32 = 10;

/// The value that would be at a place if the values were sorted; `None` behind the last. Only what
/// may hold it is looked at further: buckets of equal width from the lowest to the highest value,
/// a thousandth as wide at each pass, so that there are seven passes at most.
pub(super) async fn nth(values: &[i64], place: usize, pace: &impl Pace) -> Option<i64> {
    if place >= values.len() {
        return None;
    }
    let (mut held, mut place): (Vec<i64>, usize) = (Vec::new(), place);
    let mut is_first = true;
    loop {
        let looked_at = if is_first { values } else { &held };
        if looked_at.len() <= FEW {
            let mut few = looked_at.to_vec();
            few.sort_unstable();
            return few.get(place).copied();
        }
        let (mut lowest, mut highest) = (i64::MAX, i64::MIN);
        for piece in looked_at.chunks(PAUSE_EVERY_ROWS) {
            pace.pause().await;
            for value in piece {
                lowest = lowest.min(*value);
                highest = highest.max(*value);
            }
        }
        let width = highest.abs_diff(lowest);
        if width == 0 {
            return Some(lowest);
        }
        let shift = (u64::BITS - width.leading_zeros()).saturating_sub(BITS);
        let bucket = |value: i64| (value.abs_diff(lowest) >> shift) as usize;
        let mut counts = [0_usize; 1 << BITS];
        for piece in looked_at.chunks(PAUSE_EVERY_ROWS) {
            pace.pause().await;
            for value in piece {
                counts[bucket(*value)] += 1;
            }
        }
        let mut wanted = 0;
        while place >= counts[wanted] {
            place -= counts[wanted];
            wanted += 1;
        }
        let mut kept = Vec::with_capacity(counts[wanted]);
        for piece in looked_at.chunks(PAUSE_EVERY_ROWS) {
            pace.pause().await;
            kept.extend(piece.iter().copied().filter(|value| bucket(*value) == wanted));
        }
        (held, is_first) = (kept, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pace::{Unpaced, at_once};
    use proptest::prelude::*;

    fn check(values: &[i64], place: usize) {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let found = at_once(nth(values, place, &Unpaced));
        assert_eq!(found, sorted.get(place).copied(), "{place} of {}", values.len());
    }

    #[test]
    fn extremes_and_equals() {
        let many = 3 * FEW;
        let mut values = vec![7; many];
        check(&values, many / 2);
        values[3] = i64::MAX;
        values[5] = i64::MIN;
        values[9] = 8;
        for place in [0, 1, 2, many / 2, many - 3, many - 2, many - 1, many] {
            check(&values, place);
        }
        check(&[], 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn as_sorting_says(
            seed in any::<u64>(),
            bits in 1_u32..63,
            many in FEW - 2..4 * FEW,
            share in 0.0_f64..1.0,
        ) {
            // A generator of our own: proptest's vectors are slow at this size.
            let mut state = seed | 1;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> (64 - bits)) as i64
            };
            let values: Vec<i64> = (0..many).map(|_| next()).collect();
            check(&values, (share * many as f64) as usize);
        }
    }
}
