//! Depth and precision: the quality of each rule, and which is the best on its log source.

use super::{Asked, Factor, RuleWhy, Why, counted, no_rule};
use crate::coverage::policy::depth::{FACTORS, Facts, Proof};
use crate::coverage::policy::marks::{product, score_of};
use crate::coverage::{DepthWeights, PrecisionWeights, Score, changed};
use crate::rule::{Level, Measured, Rule, RuleIndex};
use std::collections::BTreeMap;

/// One rule as a policy with qualities sees it.
pub(super) struct Rated<'a> {
    pub(super) rule: RuleIndex,
    pub(super) title: &'a str,
    pub(super) source: u32,
    pub(super) quality: f64,
    /// The best on its log source; of equals the first.
    pub(super) is_best: bool,
    /// What it was rated by, for other ratings of the same rule.
    pub(super) basis: Basis<'a>,
}

/// What a rule was rated by.
#[derive(Clone, Copy)]
pub(super) enum Basis<'a> {
    Facts(Facts),
    Record(Option<&'a Measured>),
}

/// All rules of a technique, rated.
pub(super) struct Quality<'a> {
    rated: Vec<Rated<'a>>,
    factors: Vec<Vec<Factor>>,
}

/// What changes are tried on.
pub(super) struct Explained<'q, 'a> {
    pub(super) rated: &'q [Rated<'a>],
    /// The best quality of each log source.
    pub(super) best: &'q BTreeMap<u32, f64>,
    /// Π (1 − best q).
    pub(super) product: f64,
    /// None without a rule.
    pub(super) score: Option<Score>,
}

/// The best quality on each log source.
pub(super) fn best(rated: impl Iterator<Item = (u32, f64)>) -> BTreeMap<u32, f64> {
    let mut best = BTreeMap::new();
    for (source, quality) in rated {
        let known = best.entry(source).or_insert(quality);
        if quality > *known {
            *known = quality;
        }
    }
    best
}

pub(super) fn depth<'a>(asked: &Asked<'a>, weights: &DepthWeights) -> Quality<'a> {
    Quality::of(asked, |index, rule| {
        let facts = asked.facts(index);
        let values = weights.factors(&facts).into_iter().zip(because(rule, &facts));
        let factors: Vec<Factor> = FACTORS
            .into_iter()
            .zip(values)
            .map(|(name, (value, because))| Factor { name, value, because })
            // Where nothing is known it is no factor.
            .filter(|factor| facts.proof.is_some() || factor.name != "evidence")
            .collect();
        (weights.quality(&facts), factors, Basis::Facts(facts))
    })
}

/// What the factors of depth were made from.
fn because(rule: &Rule, facts: &Facts) -> [String; 5] {
    let freshness = match (changed(rule), facts.age_years) {
        (Some(day), Some(age)) if age >= 1.0 => format!("last changed {day}, {age:.1} years ago"),
        (Some(day), _) => format!("last changed {day}"),
        (None, _) => "no date".to_owned(),
    };
    [
        facts.status.as_str().to_owned(),
        facts.level.map_or("none stated", Level::as_str).to_owned(),
        freshness,
        match facts.techniques {
            0 | 1 => "claims this technique alone".to_owned(),
            some => format!("claims {some} techniques"),
        },
        facts.proof.map_or("", Proof::because).to_owned(),
    ]
}

pub(super) fn precision<'a>(asked: &Asked<'a>, weights: &PrecisionWeights) -> Quality<'a> {
    Quality::of(asked, |index, _| {
        let record = asked.coverage.claims.record(asked.intake, index);
        let quality = weights.quality(record);
        let measured = record.map(|record| {
            let place = format!("{}:{}", record.path, record.line);
            let names = ["precision", "false positives"];
            let told = [record.precision, record.false_positives];
            let parts = weights.parts(record).into_iter().zip(names).zip(told);
            parts
                .filter_map(|((value, name), share)| {
                    let percent = (share?.get() * 10_000.0).round() / 100.0;
                    let because = format!("{percent} % by {place}");
                    Some(Factor { name, value: value?, because })
                })
                .collect()
        });
        let factors = measured.unwrap_or_else(|| {
            vec![Factor {
                name: "no record",
                value: quality,
                because: "nothing was measured of it".to_owned(),
            }]
        });
        (quality, factors, Basis::Record(record))
    })
}

impl<'a> Quality<'a> {
    fn of(
        asked: &Asked<'a>,
        mut rate: impl FnMut(RuleIndex, &'a Rule) -> (f64, Vec<Factor>, Basis<'a>),
    ) -> Self {
        let (mut rated, mut factors) = (Vec::new(), Vec::new());
        for index in &asked.technique.rules {
            let rule: &'a Rule = &asked.intake.rules[*index as usize];
            let (quality, own, basis) = rate(*index, rule);
            factors.push(own);
            rated.push(Rated {
                rule: *index,
                title: &rule.title,
                source: asked.source(*index),
                quality,
                is_best: false,
                basis,
            });
        }
        Self { rated, factors }
    }

    /// Puts it together; `raises` tries changes on it.
    pub(super) fn explain(
        mut self,
        asked: &Asked<'_>,
        raises: impl FnOnce(&Explained<'_, 'a>) -> Vec<super::Raise>,
    ) -> Why {
        let best = best(self.rated.iter().map(|rated| (rated.source, rated.quality)));
        let mut open = best.clone();
        for rated in &mut self.rated {
            if open.get(&rated.source) == Some(&rated.quality) {
                open.remove(&rated.source);
                rated.is_best = true;
            }
        }
        let product = product(best.values().map(|quality| 1.0 - quality).collect());
        let score = (!best.is_empty()).then(|| score_of(product));
        let raises = raises(&Explained { rated: &self.rated, best: &best, product, score });
        let Some(score) = score else { return no_rule(raises) };
        let mut rules: Vec<RuleWhy> = self
            .rated
            .iter()
            .zip(self.factors)
            .map(|(rated, factors)| RuleWhy {
                rule: rated.rule,
                sentence: sentence(rated, &factors),
                factors,
                quality: Some(rated.quality),
                log_source: asked.rule(rated.rule).log_source.to_string(),
                decides: rated.is_best,
            })
            .collect();
        crate::sorted::sort_by(&mut rules, |a, b| {
            let worth = |rule: &RuleWhy| rule.quality.unwrap_or_default();
            b.decides.cmp(&a.decides).then(worth(b).total_cmp(&worth(a)))
        });
        Why {
            score: Some(score),
            sentence: total(score, &rules, best.len(), product),
            product: Some(product),
            log_sources: asked.technique.log_sources,
            rules,
            raises,
        }
    }
}

/// `q = 0.27 = status 0.9 (test) × …; the best on its log source.`
fn sentence(rated: &Rated<'_>, factors: &[Factor]) -> String {
    let parts: Vec<String> = factors
        .iter()
        .map(|factor| format!("{} {:.2} ({})", factor.name, factor.value, factor.because))
        .collect();
    let parts = match rated.basis {
        Basis::Facts(_) => parts.join(" × "),
        Basis::Record(_) if parts.len() > 1 => format!("the lower of {}", parts.join(" and ")),
        Basis::Record(_) => parts.join(""),
    };
    let place = match rated.is_best {
        true => "the best on its log source",
        false => "adds nothing, as its log source has one as good or better",
    };
    format!("q = {:.2} = {parts}; {place}.", rated.quality)
}

/// How the score follows from the best rules; `rules` has them first.
fn total(score: Score, rules: &[RuleWhy], sources: usize, product: f64) -> String {
    /// Factors that are written out; more would not be read.
    const MOST: usize = 4;
    let on = counted(sources, "log source", "log sources");
    let best: Vec<f64> =
        rules.iter().filter(|r| r.decides).filter_map(|r| r.quality).take(MOST).collect();
    match best[..] {
        [only] if sources == 1 => {
            format!("Score {score} is the best q on its one log source, {only:.2}, × 100.")
        }
        _ => {
            let misses: Vec<String> =
                best.iter().map(|quality| format!("(1 − {quality:.2})")).collect();
            let more = if sources > MOST { " × …" } else { "" };
            format!(
                "Score {score} is 100 × (1 − {product:.3}) over {on}: {product:.3} = {}{more}.",
                misses.join(" × ")
            )
        }
    }
}
