//! One sort for everything. The standard library's is compiled anew for every type and
//! comparison, 3 to 8 kB of wasm each time; with thirty of them that was an eighth of the page.

use crate::pace::Pace;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Places sorted between two questions whether to pause: a few thousand comparisons.
const RUN: usize = 512;

/// Sorts, equals keeping their order.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    // Each cycle of the permutation is walked once; `places[at]` is what belongs at `at`.
    for start in 0..items.len() {
        let mut at = start;
        while places[at] != start {
            let next = places[at];
            items.swap(at, next);
            places[at] = at;
            at = next;
        }
        places[at] = at;
    }
}

/// Sorts by the natural order.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// The places in sorted order; compiled once.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    sort_places(&mut places, compare);
    places
}

fn sort_places(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|a, b| compare(*a, *b));
}

/// The places of so many items in sorted order, equals keeping theirs; in pieces.
pub(crate) async fn order_paced(
    count: usize,
    compare: &dyn Fn(usize, usize) -> Ordering,
    pace: &impl Pace,
) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    for run in places.chunks_mut(RUN) {
        sort_places(run, compare);
        pace.pause().await;
    }
    let mut merged = Vec::with_capacity(count);
    let mut width = RUN;
    while width < count {
        merged.clear();
        for pair in places.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([a, more_left @ ..], [b, more_right @ ..]) = (left, right) {
                // Of equals the left one came first.
                if compare(*b, *a) == Ordering::Less {
                    merged.push(*b);
                    right = more_right;
                } else {
                    merged.push(*a);
                    left = more_left;
                }
                if merged.len() % RUN == 0 {
                    pace.pause().await;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut places, &mut merged);
        width *= 2;
    }
    places
}

/// A set, element by element (`collect` sorts first, see above).
pub(crate) fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pace::{Unpaced, at_once};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(items in prop::collection::vec((0_u8..20, any::<u16>()), 0..60)) {
            let mut ours = items.clone();
            sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            let mut std = items.clone();
            std.sort_by_key(|item| item.0);
            prop_assert_eq!(&ours, &std, "stable");
            let mut whole = items;
            sort(&mut whole);
            std.sort();
            prop_assert_eq!(whole, std);
        }

        #[test]
        fn sorts_the_same_in_pieces(items in prop::collection::vec(0_u8..50, 0..3 * RUN)) {
            let compare = |a: usize, b: usize| items[a].cmp(&items[b]);
            let paced = at_once(order_paced(items.len(), &compare, &Unpaced));
            prop_assert_eq!(paced, order(items.len(), &compare));
        }
    }
}
