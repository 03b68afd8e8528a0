//! Whether one's logs could show a technique: the data components that ATT&CK's analytics for it
//! need, against those that are there.

use super::own_logs::OwnLogs;
use super::places::Places;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::is_observable;
use std::collections::BTreeSet;

/// How much of a technique one's logs could show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Its only platform is PRE: nothing of one's own shows it.
    Never,
    /// The catalogue names no data component for it on the platforms that count.
    Unknown,
    /// None of the data components it needs is there.
    Blind,
    /// Some are, but for no analytic all.
    Partly,
    /// For at least one analytic all are.
    Full,
}

impl Sight {
    /// As in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Unknown => "unknown",
            Self::Blind => "blind",
            Self::Partly => "partly",
            Self::Full => "full",
        }
    }
}

/// What a technique needs to be seen, and what of it is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Observability {
    /// In a word.
    pub sight: Sight,
    /// Of the data components of the analytic that most is there for, the share that is there;
    /// `None` where nothing is known.
    pub share: Option<f64>,
    /// The data components of all its analytics on the platforms that count, as places in
    /// [`Catalogue::data_components`], sorted.
    pub needed: Vec<u16>,
    /// Those of them that are there for none of its analytics, sorted.
    pub missing: Vec<u16>,
}

/// Looks at one technique.
pub(super) fn observe(
    catalogue: &Catalogue,
    logs: &OwnLogs,
    places: &Places,
    index: TechniqueIndex,
) -> Observability {
    let technique = catalogue.technique(index);
    let (mut needed, mut there) = (BTreeSet::new(), BTreeSet::new());
    let mut best: Option<f64> = None;
    let strategies = technique.strategies.iter();
    let strategies = strategies.filter_map(|at| catalogue.strategies.get(usize::from(*at)));
    for at in strategies.flat_map(|strategy| &strategy.analytics) {
        let Some(analytic) = catalogue.analytics.get(usize::from(*at)) else { continue };
        if !places.include(&analytic.platforms) {
            continue;
        }
        let on: Vec<u8> = match places.chosen.is_empty() {
            true => analytic.platforms.clone(),
            false => {
                let all = analytic.platforms.iter().copied();
                all.filter(|platform| places.chosen.contains(platform)).collect()
            }
        };
        let components = crate::sorted::set(analytic.log_sources.iter().map(|(of, _)| *of));
        let mut available = 0_usize;
        for component in &components {
            needed.insert(*component);
            if logs.component(*component).is_some_and(|one| one.is_available_on(&on)) {
                available += 1;
                there.insert(*component);
            }
        }
        if !components.is_empty() {
            let share = available as f64 / components.len() as f64;
            best = Some(best.map_or(share, |best| best.max(share)));
        }
    }
    let sight = match best {
        _ if !is_observable(catalogue, technique) => Sight::Never,
        None => Sight::Unknown,
        Some(share) if share >= 1.0 => Sight::Full,
        Some(share) if share > 0.0 => Sight::Partly,
        Some(_) => Sight::Blind,
    };
    let missing = needed.difference(&there).copied().collect();
    Observability { sight, share: best, needed: needed.into_iter().collect(), missing }
}
