//! Scores that grow rule by rule, unrounded: what one more rule would bring.
//!
//! Two laws hold, and rounding would break both: a rule never takes anything away, and the more
//! rules there are, the less another one brings. Only names of exactly a technique count for its
//! score, as in [`Coverage`]: a rule on a sub-technique brings the technique above it nothing,
//! but for peers that say so.
//!
//! A count ends at the top of its policy's scale: the twenty-first rule of a technique brings
//! nothing, as its colour does not change. Peers: `peers.rs`.

mod peers;

use super::policy::depth::Facts;
use super::policy::marks::product;
use super::policy::precision::Records;
use super::{Claims, Coverage, Policy, Scale};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::pace::{PAUSE_EVERY, Pace};
use crate::rule::{Intake, LogSource, Rule, RuleIndex};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rules of elsewhere, and which of them are asked about.
#[derive(Clone, Copy)]
pub struct Offer<'a> {
    /// Settled.
    pub intake: &'a Intake,
    /// Of these rules, by the same catalogue.
    pub claims: &'a Claims,
    /// Those asked about.
    pub rules: &'a [RuleIndex],
}

impl<'a> Offer<'a> {
    fn rule(&self, at: usize) -> Option<&'a Arc<Rule>> {
        self.intake.rules.get(*self.rules.get(at)? as usize)
    }
}

/// What a rule brings one technique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brings {
    /// Which.
    pub technique: TechniqueIndex,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// On the policy's own scale.
    Points(u32),
    /// 0 to 1, and the number of its log source.
    Quality { source: u32, quality: f64 },
}

/// How what rules bring comes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Together {
    /// The best rule's points.
    Best,
    /// All rules' points, up to the top of the scale.
    Sum,
    /// The chance that not all log sources miss.
    Sources,
}

/// Where a technique stands.
#[derive(Clone, Debug, Default, PartialEq)]
struct Stand {
    points: u32,
    /// The best quality on each log source.
    best: Vec<(u32, f64)>,
}

/// Where all techniques stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    together: Together,
    scale: Scale,
    stands: Vec<Stand>,
}

impl Growth {
    /// Where the techniques stand by the counted rules of a coverage, and for each rule of the
    /// offer, in its order, what it would bring. `coverage` must come from `intake`.
    pub async fn of(
        catalogue: &Catalogue,
        intake: &Intake,
        coverage: &Coverage,
        policy: &Policy,
        offer: &Offer<'_>,
        pace: &impl Pace,
    ) -> (Self, Vec<Vec<Brings>>) {
        let together = match policy {
            Policy::Level { .. } => Together::Best,
            Policy::Count => Together::Sum,
            Policy::Depth { .. } | Policy::Precision { .. } => Together::Sources,
            Policy::Peer { convention } => peers::peers_way(*convention),
        };
        let stands = vec![Stand::default(); catalogue.techniques.len()];
        let mut growth = Self { together, scale: policy.scale(), stands };
        if let Policy::Peer { convention } = policy {
            for (stand, score) in growth.stands.iter_mut().zip(convention.scores(catalogue, intake))
            {
                stand.points = score.unwrap_or_default();
            }
            pace.pause().await;
            let brought = peers::of_peer(*convention, catalogue, offer, pace).await;
            return (growth, brought);
        }
        let mut parts = Parts::new(policy, intake, coverage);
        let owned = &coverage.claims.techniques;
        for (at, index) in coverage.mapped.iter().enumerate() {
            if at.is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let place = *index as usize;
            let (Some(rule), Some(techniques)) = (intake.rules.get(place), owned.get(place)) else {
                continue;
            };
            let part = parts.of(rule, techniques.len());
            techniques
                .iter()
                .for_each(|technique| growth.add(&Brings { technique: *technique, part }));
        }
        let mut brought = Vec::with_capacity(offer.rules.len());
        for (at, index) in offer.rules.iter().enumerate() {
            if at.is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let place = *index as usize;
            let claims = offer.claims.techniques.get(place).map_or(&[][..], Vec::as_slice);
            let brings = offer.intake.rules.get(place).map(|rule| {
                let part = parts.of(rule, claims.len());
                claims.iter().map(|technique| Brings { technique: *technique, part }).collect()
            });
            brought.push(brings.unwrap_or_default());
        }
        (growth, brought)
    }

    /// The score of a technique, 0 to 100 on the policy's scale; 0 where it has none.
    pub fn score(&self, technique: TechniqueIndex) -> f64 {
        let stand = self.stands.get(usize::from(technique.0));
        stand.map_or(0.0, |stand| self.score_of(stand))
    }

    /// By how much the score would rise, never below 0.
    pub fn rise(&self, brings: &Brings) -> f64 {
        let Some(stand) = self.stands.get(usize::from(brings.technique.0)) else { return 0.0 };
        let mut after = stand.clone();
        self.put(&mut after, brings.part);
        // The last bits of two products may differ the wrong way round.
        (self.score_of(&after) - self.score_of(stand)).max(0.0)
    }

    /// Adds it.
    pub fn add(&mut self, brings: &Brings) {
        let place = usize::from(brings.technique.0);
        let Some(stand) = self.stands.get_mut(place) else { return };
        let mut taken = std::mem::take(stand);
        self.put(&mut taken, brings.part);
        self.stands[place] = taken;
    }

    fn put(&self, stand: &mut Stand, part: Part) {
        match part {
            Part::Points(points) => {
                stand.points = match self.together {
                    Together::Sum => stand.points.saturating_add(points),
                    Together::Best | Together::Sources => stand.points.max(points),
                };
            }
            Part::Quality { source, quality } => {
                match stand.best.iter_mut().find(|(known, _)| *known == source) {
                    Some((_, best)) => *best = best.max(quality),
                    None => stand.best.push((source, quality)),
                }
            }
        }
    }

    fn score_of(&self, stand: &Stand) -> f64 {
        match self.together {
            Together::Best | Together::Sum => {
                let top = self.scale.top.max(1);
                f64::from(stand.points.min(top)) * 100.0 / f64::from(top)
            }
            Together::Sources => {
                let misses = stand.best.iter().map(|(_, quality)| 1.0 - quality).collect();
                100.0 * (1.0 - product(misses))
            }
        }
    }
}

/// What our own policies make of a rule, whoever's it is.
struct Parts<'a> {
    policy: &'a Policy,
    intake: &'a Intake,
    today: crate::date::Date,
    /// The measurements at hand are the user's; they may be of rules that are not deployed yet.
    records: Records,
    sources: BTreeMap<&'a LogSource, u32>,
    unknown: BTreeMap<LogSource, u32>,
}

impl<'a> Parts<'a> {
    fn new(policy: &'a Policy, intake: &'a Intake, coverage: &Coverage) -> Self {
        let mut sources = BTreeMap::new();
        let mut known = vec![false; coverage.claims.sources.len()];
        if matches!(policy, Policy::Depth { .. } | Policy::Precision { .. }) {
            for (rule, number) in intake.rules.iter().zip(&coverage.claims.sources) {
                if let Some(known) = known.get_mut(*number as usize).filter(|known| !**known) {
                    *known = true;
                    sources.insert(&rule.log_source, *number);
                }
            }
        }
        let records = Records::of(&intake.measured);
        Self { policy, intake, today: coverage.today, records, sources, unknown: BTreeMap::new() }
    }

    fn of(&mut self, rule: &Rule, techniques: usize) -> Part {
        let quality = match self.policy {
            Policy::Level { table } => {
                return Part::Points(table.score(rule.level.value).get().into());
            }
            Policy::Count | Policy::Peer { .. } => return Part::Points(1),
            Policy::Depth { weights } => weights.quality(&Facts::of(rule, techniques, self.today)),
            Policy::Precision { weights } => {
                let place = self.records.find(rule);
                weights.quality(place.and_then(|at| self.intake.measured.get(at as usize)))
            }
        };
        Part::Quality { source: self.source(&rule.log_source), quality }
    }

    fn source(&mut self, source: &LogSource) -> u32 {
        if let Some(number) = self.sources.get(source).or_else(|| self.unknown.get(source)) {
            return *number;
        }
        // Those of the intake are below its number of rules.
        let next = self.intake.rules.len() + self.unknown.len();
        let next = u32::try_from(next).unwrap_or(u32::MAX);
        self.unknown.insert(source.clone(), next);
        next
    }
}
