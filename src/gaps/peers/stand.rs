//! Where one is ahead of one's peers on a technique, or behind.

/// What it is decided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// Whether it is covered.
    Coverage,
    /// How well: one's score against the peers' median.
    Score,
}

impl By {
    /// As in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coverage => "coverage",
            Self::Score => "score",
        }
    }
}

/// One's place among peers on one technique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lead {
    /// More than half of the peers cover it and you do not; or you and at least half of them do, and
    /// your score is below their median.
    Behind(By),
    /// Neither.
    Even,
    /// You cover it and fewer than half of the peers do; or at least half do, too, and your score is
    /// above their median.
    Ahead(By),
}

impl Lead {
    /// `covering` of `peers` cover it; scores in per cent of each one's scale, where there are
    /// any.
    pub(super) fn of(
        covered: bool,
        score: Option<f64>,
        covering: usize,
        peers: usize,
        median: Option<f64>,
    ) -> Self {
        if peers == 0 {
            return Self::Even;
        }
        if !covered {
            return if covering * 2 > peers { Self::Behind(By::Coverage) } else { Self::Even };
        }
        if covering * 2 < peers {
            return Self::Ahead(By::Coverage);
        }
        match (score, median) {
            (Some(score), Some(median)) if score < median => Self::Behind(By::Score),
            (Some(score), Some(median)) if score > median => Self::Ahead(By::Score),
            _ => Self::Even,
        }
    }

    /// As in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Behind(_) => "behind",
            Self::Even => "even",
            Self::Ahead(_) => "ahead",
        }
    }

    /// What it is decided by; nothing decides that one is even.
    pub fn by(self) -> Option<By> {
        match self {
            Self::Behind(by) | Self::Ahead(by) => Some(by),
            Self::Even => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_decides_before_scores() {
        let of = |covered, covering| Lead::of(covered, Some(10.0), covering, 4, Some(90.0));
        assert_eq!(of(false, 3), Lead::Behind(By::Coverage));
        assert_eq!(of(false, 2), Lead::Even, "half is no majority");
        assert_eq!(of(true, 1), Lead::Ahead(By::Coverage), "whatever the score of that one");
        assert_eq!(of(true, 2), Lead::Behind(By::Score));
        assert_eq!(of(true, 4), Lead::Behind(By::Score));
    }

    #[test]
    fn scores_decide_where_both_are_known() {
        let of = |score, median| Lead::of(true, score, 3, 3, median);
        assert_eq!(of(Some(80.0), Some(50.0)), Lead::Ahead(By::Score));
        assert_eq!(of(Some(50.0), Some(50.0)), Lead::Even);
        assert_eq!((of(None, Some(50.0)), of(Some(50.0), None)), (Lead::Even, Lead::Even));
        assert_eq!(Lead::of(true, None, 0, 0, None), Lead::Even, "nobody to be ahead of");
    }
}
