//! Why a technique has its score, and what would raise it: plain values with their sentences.
//!
//! Nothing here is a guess: a gain is the score computed anew with one thing changed, less the
//! score there is.

mod qualities;
mod raise;

pub use raise::{Change, Raise};

use super::convention::Convention;
use super::policy::depth::Facts;
use super::policy::marks::together;
use super::{Coverage, DepthWeights, LevelTable, Policy, Score, TechniqueCoverage};
use crate::attack::TechniqueIndex;
use crate::date::Date;
use crate::rule::{Intake, Rule, RuleIndex};
use serde::Serialize;

/// Why a technique has the score it has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Why {
    /// By the policy; `None` without a rule that names exactly this technique.
    pub score: Option<Score>,
    /// How the score comes about, in one sentence.
    pub sentence: String,
    /// Π (1 − best q) over the distinct log sources, 0 to 1, under a policy that multiplies.
    pub product: Option<f64>,
    /// Distinct log sources of its rules.
    pub log_sources: u32,
    /// Its rules, those that decide first, then by what they are worth.
    pub rules: Vec<RuleWhy>,
    /// What would raise the score most, most first; a few.
    pub raises: Vec<Raise>,
}

/// What one rule adds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleWhy {
    /// Which.
    pub rule: RuleIndex,
    /// What the policy looks at, in the order it is multiplied.
    pub factors: Vec<Factor>,
    /// The product of the factors, 0 to 1 (for precision the lowest of them), under a policy
    /// that has qualities.
    pub quality: Option<f64>,
    /// Where its events come from, `not stated` if it does not say.
    pub log_source: String,
    /// Whether the score rests on it: the best on its log source; by level, of the level that
    /// decides; by count, every rule.
    pub decides: bool,
    /// The same in one sentence, without the rule's title.
    pub sentence: String,
}

/// One thing a policy looks at in a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Factor {
    /// For example `freshness`.
    pub name: &'static str,
    /// 0 to 1; by level the level's score, 0 to 100.
    pub value: f64,
    /// What it was made from, for example `last changed 2024-05-01`.
    pub because: String,
}

/// What is asked about: a technique of a coverage that comes from this intake.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    intake: &'a Intake,
    coverage: &'a Coverage,
    technique: &'a TechniqueCoverage,
    today: Date,
}

impl Asked<'_> {
    fn rule(&self, rule: RuleIndex) -> &Rule {
        &self.intake.rules[rule as usize]
    }

    fn facts(&self, rule: RuleIndex) -> Facts {
        let techniques = self.coverage.claims.techniques.get(rule as usize).map_or(1, Vec::len);
        let proof = self.coverage.claims.proof(rule);
        Facts { proof, ..Facts::of(self.rule(rule), techniques, self.today) }
    }

    /// A number for its log source.
    fn source(&self, rule: RuleIndex) -> u32 {
        self.coverage.claims.sources.get(rule as usize).copied().unwrap_or_default()
    }
}

/// Explains the score of a technique. `coverage` must come from `intake`, `policy` and `today`.
pub fn why(
    intake: &Intake,
    coverage: &Coverage,
    policy: &Policy,
    today: Date,
    technique: TechniqueIndex,
) -> Why {
    let asked = Asked { intake, coverage, technique: coverage.technique(technique), today };
    match policy {
        Policy::Level { table } => by_level(&asked, table),
        Policy::Count => by_count(&asked),
        Policy::Depth { weights } => {
            let quality = qualities::depth(&asked, weights);
            quality.explain(&asked, |explained| raise::under_depth(explained, weights))
        }
        Policy::Precision { weights } => {
            let quality = qualities::precision(&asked, weights);
            quality.explain(&asked, |explained| raise::under_precision(explained, weights))
        }
        Policy::Peer { convention } => by_peer(&asked, *convention),
    }
}

/// The score a technique has under [`Policy::Depth`] with these weights, whatever policy the
/// coverage was computed with: looks at the rules of this technique only.
pub fn depth_of(
    intake: &Intake,
    coverage: &Coverage,
    weights: &DepthWeights,
    today: Date,
    technique: TechniqueIndex,
) -> Option<Score> {
    let asked = Asked { intake, coverage, technique: coverage.technique(technique), today };
    let of = |rule: RuleIndex| (asked.source(rule), weights.quality(&asked.facts(rule)));
    let best = qualities::best(asked.technique.rules.iter().map(|rule| of(*rule)));
    together(best.into_values())
}

/// Said of a technique without a score.
const NO_RULE: &str = "Only rules that name exactly this id give it a score, and there is none.";

fn no_rule(raises: Vec<Raise>) -> Why {
    let sentence = NO_RULE.to_owned();
    Why { score: None, sentence, product: None, log_sources: 0, rules: Vec::new(), raises }
}

/// `1 rule`, `2 rules`
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn by_level(asked: &Asked<'_>, table: &LevelTable) -> Why {
    let technique = asked.technique;
    let raises = raise::under_level(technique.score, table);
    let Some(score) = technique.score else { return no_rule(raises) };
    let mut rules: Vec<RuleWhy> = Vec::with_capacity(technique.rules.len());
    let mut levels: Vec<&str> = Vec::new();
    for index in &technique.rules {
        let rule = asked.rule(*index);
        let level = rule.level.value.map_or("none stated", |level| level.as_str());
        let own = Score::from(table.score(rule.level.value));
        let decides = own == score;
        if decides && !levels.contains(&level) {
            levels.push(level);
        }
        rules.push(RuleWhy {
            rule: *index,
            factors: vec![Factor {
                name: "level",
                value: f64::from(own.get()),
                because: level.to_owned(),
            }],
            quality: None,
            log_source: rule.log_source.to_string(),
            decides,
            sentence: format!("Level {level} gives {own}."),
        });
    }
    crate::sorted::sort(&mut levels);
    let decisive = rules.iter().filter(|rule| rule.decides).count();
    crate::sorted::sort_by(&mut rules, |a, b| {
        let worth = |rule: &RuleWhy| rule.factors.first().map_or(0.0, |factor| factor.value);
        worth(b).total_cmp(&worth(a))
    });
    let levels = levels.join(" or ");
    let sentence = match (decisive, rules.len()) {
        (1, 1) => format!("Score {score} comes from its one rule, of level {levels}."),
        (1, all) => format!("Score {score} comes from one of its {all} rules, of level {levels}."),
        (some, all) if some == all => {
            format!("Score {score} comes from its {all} rules, all of level {levels}.")
        }
        (some, all) => {
            format!("Score {score} comes from {some} of its {all} rules, those of level {levels}.")
        }
    };
    let log_sources = technique.log_sources;
    Why { score: Some(score), sentence, product: None, log_sources, rules, raises }
}

/// What it says, and what stands behind it here. No gain is told: what a tool would make of other
/// rules is not asked.
fn by_peer(asked: &Asked<'_>, convention: Convention) -> Why {
    let technique = asked.technique;
    let given = match technique.score {
        Some(score) => format!("{} gives score {score}.", convention.short()),
        None => format!("{} gives no score.", convention.short()),
    };
    let rules = technique.rules.iter().map(|index| RuleWhy {
        rule: *index,
        factors: Vec::new(),
        quality: None,
        log_source: asked.rule(*index).log_source.to_string(),
        decides: false,
        sentence: "Names it; the tool may count it otherwise.".to_owned(),
    });
    let named = match technique.rules.len() {
        0 => "no rule names exactly this id".to_owned(),
        1 => "1 rule names exactly this id".to_owned(),
        some => format!("{some} rules name exactly this id"),
    };
    Why {
        score: technique.score,
        sentence: format!("{given} {} By our count {named}.", convention.sentence()),
        product: None,
        log_sources: technique.log_sources,
        rules: rules.collect(),
        raises: Vec::new(),
    }
}

fn by_count(asked: &Asked<'_>) -> Why {
    let technique = asked.technique;
    let raises = vec![Raise::new(Change::OneMoreRule, 1, "one more rule")];
    let Some(score) = technique.score else { return no_rule(raises) };
    let rules = technique.rules.iter().map(|index| RuleWhy {
        rule: *index,
        factors: Vec::new(),
        quality: None,
        log_source: asked.rule(*index).log_source.to_string(),
        decides: true,
        sentence: "Counts 1.".to_owned(),
    });
    Why {
        score: Some(score),
        sentence: format!(
            "Score {score} is the number of its rules; they stand on {}.",
            counted(technique.log_sources as usize, "log source", "log sources")
        ),
        product: None,
        log_sources: technique.log_sources,
        rules: rules.collect(),
        raises,
    }
}
