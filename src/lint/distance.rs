//! How far two words are apart.

/// How many letters have to be changed, added, left out or swapped with their neighbour to make
/// one word of the other; `None` if more than `most` (optimal string alignment). Longer than any
/// tactic's name costs nothing.
pub(crate) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, y) in b.iter().enumerate() {
            let mut least = (last[column] + usize::from(x != y))
                .min(last[column + 1] + 1)
                .min(next[column] + 1);
            if row > 0 && column > 0 && *x == b[column - 1] && a[row - 1] == *y {
                least = least.min(before[column - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().filter(|far| *far <= most)
}

/// The known name that is nearest to a word nobody knows, if one is near enough to have been meant.
pub(crate) fn meant<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let near = |name: &'k str| Some((distance(word, name, 1 + word.len() / 3)?, name));
    known.into_iter().filter_map(near).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("impact", "impact", 0), Some(0));
        assert_eq!(distance("impcat", "impact", 3), Some(1), "swapped");
        assert_eq!(distance("mpact", "impact", 3), Some(1));
        assert_eq!(distance("imppact", "impact", 3), Some(1));
        assert_eq!(distance("inpakt", "impact", 3), Some(2));
        assert_eq!(distance("inpakt", "impact", 1), None);
        assert_eq!(distance("", "abc", 3), Some(3));
    }

    #[test]
    fn what_may_have_been_meant() {
        assert_eq!(meant("polciy", ["platforms", "policy", "peers"]), Some("policy"));
        assert_eq!(meant("peer", ["policy", "peers"]), Some("peers"));
        assert_eq!(meant("something", ["policy", "peers"]), None);
    }
}
