//! What a policy makes of every rule, worked out once for a computation, and of them together.

use super::depth::Facts;
use super::{LevelTable, Policy, Scale, Score};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Claims;
use crate::coverage::convention::{Convention, Top};
use crate::date::Date;
use crate::pace::{PAUSE_EVERY, Pace};
use crate::rule::{Intake, RuleIndex};

/// Scores techniques from the rules that name them.
pub(in crate::coverage) enum Marks<'a> {
    /// The best rule's.
    Level(&'a LevelTable),
    /// How many.
    Count,
    /// By qualities, log source by log source.
    Quality(Qualities<'a>),
    /// By a peer, whose scores do not follow from the rules that count here: technique by
    /// technique.
    Peer(Convention, Vec<Option<u32>>),
}

impl<'a> Marks<'a> {
    /// Looks at every rule once.
    pub(in crate::coverage) async fn of(
        policy: &'a Policy,
        catalogue: &Catalogue,
        intake: &Intake,
        claims: &'a Claims,
        today: Date,
        pace: &impl Pace,
    ) -> Self {
        let mut qualities = Vec::new();
        match policy {
            Policy::Level { table } => return Self::Level(table),
            Policy::Count => return Self::Count,
            Policy::Depth { weights } => {
                qualities.reserve(intake.rules.len());
                for (at, (rule, techniques)) in
                    intake.rules.iter().zip(&claims.techniques).enumerate()
                {
                    if at.is_multiple_of(PAUSE_EVERY) {
                        pace.pause().await;
                    }
                    let proof = claims.proof(u32::try_from(at).unwrap_or(u32::MAX));
                    let facts = Facts { proof, ..Facts::of(rule, techniques.len(), today) };
                    qualities.push(weights.quality(&facts));
                }
            }
            Policy::Precision { weights } => {
                let rules = 0..u32::try_from(intake.rules.len()).unwrap_or(u32::MAX);
                qualities.extend(rules.map(|rule| weights.quality(claims.record(intake, rule))));
            }
            Policy::Peer { convention } => {
                pace.pause().await;
                return Self::Peer(*convention, convention.scores(catalogue, intake));
            }
        }
        let best = Best::new(claims.sources.len());
        Self::Quality(Qualities { qualities, sources: &claims.sources, best })
    }

    /// What the scores are read on, where the policy leaves that to the scores.
    pub(in crate::coverage) fn scale(&self, policy: &Policy) -> Scale {
        match self {
            Self::Peer(convention, scores) if convention.top() == Top::Largest => {
                Scale { top: scores.iter().copied().flatten().max().unwrap_or_default().max(1) }
            }
            _ => policy.scale(),
        }
    }

    /// The score of a technique by these of its rules; under our policies none without rules. A
    /// peer's is the same whatever the rules.
    pub(in crate::coverage) fn score(
        &mut self,
        intake: &Intake,
        technique: TechniqueIndex,
        rules: &[RuleIndex],
    ) -> Option<Score> {
        match self {
            Self::Level(table) => rules
                .iter()
                .map(|rule| table.score(intake.rules[*rule as usize].level.value).into())
                .max(),
            Self::Count => {
                let count = u32::try_from(rules.len()).unwrap_or(u32::MAX);
                (count > 0).then_some(Score::new(count))
            }
            Self::Quality(qualities) => qualities.score(rules),
            Self::Peer(_, scores) => {
                scores.get(usize::from(technique.0)).copied().flatten().map(Score::new)
            }
        }
    }
}

/// The quality of every rule and its log source.
pub(in crate::coverage) struct Qualities<'a> {
    qualities: Vec<f64>,
    sources: &'a [u32],
    best: Best,
}

impl Qualities<'_> {
    fn score(&mut self, rules: &[RuleIndex]) -> Option<Score> {
        self.best.clear();
        for rule in rules {
            let at = *rule as usize;
            self.best.see(self.sources[at] as usize, self.qualities[at]);
        }
        together(self.best.all())
    }
}

/// The best quality in each log source of a technique; cleared in no time.
struct Best {
    /// By log source; stale where it is not in `seen`.
    best: Vec<f64>,
    stamps: Vec<u32>,
    now: u32,
    seen: Vec<usize>,
}

impl Best {
    fn new(count: usize) -> Self {
        Self { best: vec![0.0; count], stamps: vec![0; count], now: 0, seen: Vec::new() }
    }

    fn clear(&mut self) {
        self.now += 1;
        self.seen.clear();
    }

    fn see(&mut self, source: usize, quality: f64) {
        let (Some(best), Some(stamp)) = (self.best.get_mut(source), self.stamps.get_mut(source))
        else {
            return;
        };
        if *stamp != self.now {
            *stamp = self.now;
            *best = quality;
            self.seen.push(source);
        } else if quality > *best {
            *best = quality;
        }
    }

    fn all(&self) -> impl Iterator<Item = f64> + '_ {
        self.seen.iter().map(|source| self.best[*source])
    }
}

/// The score of the best qualities of distinct log sources; none without any.
pub(in crate::coverage) fn together(best: impl Iterator<Item = f64>) -> Option<Score> {
    let misses: Vec<f64> = best.map(|quality| 1.0 - quality).collect();
    (!misses.is_empty()).then(|| score_of(product(misses)))
}

/// Multiplied in order of size, so that the order of the rules does not matter to the last bit.
pub(in crate::coverage) fn product(mut misses: Vec<f64>) -> f64 {
    crate::sorted::sort_by(&mut misses, f64::total_cmp);
    misses.into_iter().product()
}

/// The chance that not all of them miss, in hundredths. Halves go up, also those that a last bit
/// makes a little less than a half.
pub(in crate::coverage) fn score_of(product: f64) -> Score {
    const LAST_BITS: f64 = 1e-9;
    Score::new((100.0 * (1.0 - product) + 0.5 + LAST_BITS) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sources_by_hand() {
        let score = |best: &[f64]| together(best.iter().copied()).map(Score::get);
        assert_eq!(score(&[]), None);
        assert_eq!(score(&[0.0]), Some(0), "a worthless rule is not no rule");
        assert_eq!(score(&[0.5, 0.5]), Some(75));
        // 1 − 0.2 · 0.7 · 0.9 = 0.874
        assert_eq!(score(&[0.8, 0.3, 0.1]), Some(87));
        assert_eq!(score(&[0.005]), Some(1), "half a point");
        assert_eq!(score(&[1.0, 0.3]), Some(100));
        assert_eq!(score(&[0.8; 50]), Some(100));
    }
}
