//! What alerts say of one technique, whatever the colours.

use super::{Blank, Detections, blank};
use crate::alerts::Volume;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;

/// Alerts of a technique: on exactly it, and with its sub-techniques.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertCount {
    /// On exactly this technique.
    pub own: u32,
    /// Those and the ones on its sub-techniques, each alert once.
    pub with_subs: u32,
}

impl AlertCount {
    fn of(volume: &Volume, index: TechniqueIndex) -> Self {
        Self { own: volume.on(index), with_subs: volume.with_sub_techniques(index) }
    }
}

/// What alerts say of a technique.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellAlerts {
    /// What the selection has.
    pub count: AlertCount,
    /// The same in the window before; `None` without a window.
    pub before: Option<AlertCount>,
    /// Sub-techniques in scope with an alert.
    pub subs_seen: u32,
    /// Sub-techniques in scope.
    pub subs: u32,
    /// Why there is no alert on it nor on a sub-technique; `None` if there is one.
    pub blank: Option<Blank>,
    /// Whether anything of one's own could show it.
    pub observable: bool,
}

impl CellAlerts {
    /// Looks it up; all must belong together.
    pub fn of(
        catalogue: &Catalogue,
        coverage: &Coverage,
        detections: &Detections,
        index: TechniqueIndex,
    ) -> Self {
        let volume = &detections.volume;
        let subs = || catalogue.sub_techniques(index).filter(|s| coverage.technique(*s).in_scope);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            count: AlertCount::of(volume, index),
            before: detections.before.as_ref().map(|before| AlertCount::of(before, index)),
            subs_seen: number(subs().filter(|sub| volume.on(*sub) > 0).count()),
            subs: number(subs().count()),
            blank: blank(coverage, volume, index),
            observable: crate::coverage::is_observable(catalogue, catalogue.technique(index)),
        }
    }

    /// Only sub-techniques have alerts.
    pub fn is_via_subs(&self) -> bool {
        self.count.own == 0 && self.count.with_subs > 0
    }

    /// The number a cell shows: alerts on exactly this technique or, without any, those of its
    /// sub-techniques.
    pub fn shown(&self) -> u32 {
        if self.count.own > 0 { self.count.own } else { self.count.with_subs }
    }

    /// How many more that is than in the window before, negative for fewer; `None` without a
    /// window.
    pub fn difference(&self) -> Option<i64> {
        let before = self.before?;
        let before = if self.count.own > 0 { before.own } else { before.with_subs };
        Some(i64::from(self.shown()) - i64::from(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_compared_with_its_like() {
        let cell = |(own, with_subs), before: Option<(u32, u32)>| {
            let count = |(own, with_subs)| AlertCount { own, with_subs };
            let cell = CellAlerts {
                count: count((own, with_subs)),
                before: before.map(count),
                ..CellAlerts::default()
            };
            (cell.shown(), cell.is_via_subs(), cell.difference())
        };
        assert_eq!(cell((12, 20), Some((9, 90))), (12, false, Some(3)));
        assert_eq!(cell((0, 20), Some((9, 90))), (20, true, Some(-70)));
        assert_eq!(cell((0, 0), Some((4, 4))), (0, false, Some(-4)), "gone");
        assert_eq!(cell((1, 1), None), (1, false, None));
    }
}
