//! One sort for everything. The standard library's is compiled anew for every type and
//! comparison, 3 to 8 kB of wasm each time; with thirty of them that was an eighth of the page.

use std::cmp::Ordering;
use std::collections::BTreeSet;

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
    places.sort_by(|a, b| compare(*a, *b));
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
    }
}
