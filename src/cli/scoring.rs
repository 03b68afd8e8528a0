//! How rules become scores, from the command line.

use super::exit::Failure;
use crate::coverage::{LevelScore, LevelTable, Policy};
use crate::rule::Level;
use clap::Args;
use clap::builder::PossibleValuesParser;

#[derive(Clone, Debug, Args)]
pub(super) struct ScoringArgs {
    /// How rules become scores: ours first, then as other tools count.
    #[arg(long, value_name = "POLICY", default_value = "level", value_parser = names())]
    score: String,
    /// Scores by level, for example `low=30,medium=50,high=80`; levels not named keep theirs.
    /// (`none` is for rules that state no level.) For `--score level`.
    #[arg(long, value_name = "LEVEL=SCORE", value_delimiter = ',', value_parser = level_score)]
    levels: Vec<(Option<Level>, LevelScore)>,
    /// A weight of the policy, for example `weight.freshness=0`; may be repeated. A report names
    /// all with their values. For `--score depth` and `--score precision`.
    #[arg(long, value_name = "KEY=VALUE", value_parser = weight)]
    weight: Vec<(String, f64)>,
}

impl ScoringArgs {
    /// The policy asked for.
    ///
    /// # Errors
    /// If it has no such weight, or the value is out of range, or levels are given to a policy
    /// that does not look them up.
    pub(super) fn policy(&self) -> Result<Policy, Failure> {
        let named = Policy::named(&self.score);
        let mut policy =
            named.ok_or_else(|| Failure::Usage(format!("no policy '{}'", self.score)))?;
        match &mut policy {
            Policy::Level { table } => self.fill(table),
            _ if self.levels.is_empty() => {}
            other => {
                let name = other.name();
                let reason = format!("--levels goes with --score level, not with {name}");
                return Err(Failure::Usage(reason));
            }
        }
        for (key, value) in &self.weight {
            let set = policy.set_weight(key, *value);
            set.map_err(|error| Failure::Usage(format!("--weight {key}={value}: {error}")))?;
        }
        Ok(policy)
    }

    fn fill(&self, table: &mut LevelTable) {
        for (level, score) in &self.levels {
            table.set(*level, *score);
        }
    }
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(Policy::all().iter().map(Policy::name))
}

fn level_score(text: &str) -> Result<(Option<Level>, LevelScore), String> {
    let (level, score) =
        text.split_once('=').ok_or_else(|| format!("'{text}' is not LEVEL=SCORE"))?;
    let level = match level.trim() {
        "none" => None,
        name => {
            Some(Level::ALL.into_iter().find(|level| level.as_str() == name).ok_or_else(|| {
                format!("'{name}' is not one of informational, low, medium, high, critical, none")
            })?)
        }
    };
    let score = score.trim().parse().ok().and_then(LevelScore::new);
    Ok((level, score.ok_or_else(|| format!("'{text}': a score is a whole number from 0 to 100"))?))
}

pub(super) fn weight(text: &str) -> Result<(String, f64), String> {
    let parsed = text.split_once('=').and_then(|(key, value)| {
        let value = value.trim().parse().ok()?;
        Some((key.trim().to_owned(), value))
    });
    parsed.ok_or_else(|| format!("'{text}' is not KEY=VALUE with a number as value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_scores() {
        assert!(level_score("low=30").is_ok() && level_score("none=0").is_ok());
        for text in ["low", "low=101", "low=-1", "severe=3", "low=3.5"] {
            assert!(level_score(text).is_err(), "{text}");
        }
    }

    fn policy(score: &str, levels: &[&str], weights: &[&str]) -> Result<Policy, String> {
        let args = ScoringArgs {
            score: score.to_owned(),
            levels: levels.iter().map(|text| level_score(text).expect("a level")).collect(),
            weight: weights.iter().map(|text| weight(text).expect("a weight")).collect(),
        };
        args.policy().map_err(|failure| failure.to_string())
    }

    #[test]
    fn weights_and_levels_go_to_their_policies() {
        let depth = policy("depth", &[], &["level.high=0.9", "weight.freshness=0"]);
        let weights = depth.expect("a policy").weights();
        let of = |key: &str| weights.iter().find(|(weight, _)| weight.key == key).map(|w| w.1);
        assert_eq!((of("level.high"), of("weight.freshness")), (Some(0.9), Some(0.0)));
        let error = policy("depth", &[], &["freshness=1"]).expect_err("no such weight");
        assert!(error.contains("freshness.half_life, "), "{error}");
        assert!(policy("level", &[], &["level.high=1"]).is_err());
        assert!(policy("count", &["high=90"], &[]).is_err());
        assert!(policy("level", &["high=90"], &[]).is_ok());
        assert!(weight("level.high").is_err() && weight("a=b").is_err());
    }
}
