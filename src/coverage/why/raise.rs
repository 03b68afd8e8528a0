//! What would raise a score, each tried.

use super::qualities::{Basis, Explained, Rated};
use crate::coverage::policy::depth::Facts;
use crate::coverage::policy::marks::score_of;
use crate::coverage::{DepthWeights, LevelTable, PrecisionWeights, Score};
use crate::rule::{Level, Measured, RuleIndex, Share, Status};
use serde::Serialize;

/// How many are told.
const MOST: usize = 5;
/// How many of one kind: five rules to be updated would hide that a log source is missing.
const MOST_OF_A_KIND: usize = 2;

/// Something that would raise a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Raise {
    /// What is done.
    pub change: Change,
    /// How much the score would rise; where there is none yet, to what.
    pub gain: u32,
    /// In words, with the gain: `A second log source with a rule like the best one: +31`.
    pub sentence: String,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A rule like the best one on a log source that none of the rules has.
    AnotherLogSource,
    /// A rule that is all a rule can be, on a log source that none of the rules has.
    GoodRule,
    /// One of its rules becomes stable.
    MakeStable(RuleIndex),
    /// One of its rules is looked after: changed today.
    Update(RuleIndex),
    /// One of its rules claims this technique alone.
    Focus(RuleIndex),
    /// Half of the false alerts of one of its rules go.
    Tune(RuleIndex),
    /// A rule of this level.
    RuleOfLevel(Level),
    /// Any rule.
    OneMoreRule,
}

impl Change {
    /// Changes of a kind have the same.
    fn kind(self) -> u8 {
        match self {
            Self::AnotherLogSource => 0,
            Self::GoodRule => 1,
            Self::MakeStable(_) => 2,
            Self::Update(_) => 3,
            Self::Focus(_) => 4,
            Self::Tune(_) => 5,
            Self::RuleOfLevel(_) => 6,
            Self::OneMoreRule => 7,
        }
    }
}

impl Raise {
    pub(super) fn new(change: Change, gain: u32, what: &str) -> Self {
        let mut letters = what.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let sentence =
            format!("{}{}: +{gain}", first.into_iter().collect::<String>(), letters.as_str());
        Self { change, gain, sentence }
    }
}

/// Most first; of equals in the order of [`Change`].
fn few(mut raises: Vec<Raise>) -> Vec<Raise> {
    raises.retain(|raise| raise.gain > 0);
    crate::sorted::sort_by(&mut raises, |a, b| b.gain.cmp(&a.gain).then(a.change.cmp(&b.change)));
    let mut told: Vec<Raise> = Vec::new();
    for raise in raises {
        let kind = raise.change.kind();
        let same = told.iter().filter(|told| told.change.kind() == kind).count();
        if told.len() < MOST && same < MOST_OF_A_KIND {
            told.push(raise);
        }
    }
    told
}

/// By level: the least severe level for each score above the present one.
pub(super) fn under_level(score: Option<Score>, table: &LevelTable) -> Vec<Raise> {
    let now = score.map_or(0, Score::get);
    let mut known = Vec::new();
    let mut raises = Vec::new();
    for level in Level::ALL {
        let then = u32::from(table.score(Some(level)).get());
        if then > now && !known.contains(&then) {
            known.push(then);
            let what = format!("a rule of level {}", level.as_str());
            raises.push(Raise::new(Change::RuleOfLevel(level), then - now, &what));
        }
    }
    few(raises)
}

impl Explained<'_, '_> {
    fn gain(&self, product: f64) -> u32 {
        score_of(product).get().saturating_sub(self.score.map_or(0, Score::get))
    }

    /// With a rule of this quality on a log source of its own.
    fn gain_beside(&self, quality: f64) -> u32 {
        self.gain(self.product * (1.0 - quality))
    }

    /// With another quality of one of the rules; never lower than before.
    fn gain_instead(&self, rated: &Rated<'_>, quality: f64) -> u32 {
        let best = self.best.get(&rated.source).copied().unwrap_or_default();
        // Of a perfect rule nothing can be bettered.
        if quality <= best || best >= 1.0 {
            return 0;
        }
        self.gain(self.product / (1.0 - best) * (1.0 - quality))
    }

    fn best_quality(&self) -> Option<f64> {
        self.best.values().copied().reduce(f64::max)
    }

    /// A rule like the best one on another log source.
    fn another(&self) -> Option<Raise> {
        let best = self.best_quality()?;
        let which =
            if self.best.len() == 1 { "a second log source" } else { "one more log source" };
        let what = format!("{which} with a rule like the best one");
        Some(Raise::new(Change::AnotherLogSource, self.gain_beside(best), &what))
    }
}

/// By depth.
pub(super) fn under_depth(explained: &Explained<'_, '_>, weights: &DepthWeights) -> Vec<Raise> {
    let mut raises: Vec<Raise> = explained.another().into_iter().collect();
    let good = Facts {
        status: Status::Stable,
        level: Some(Level::High),
        age_years: Some(0.0),
        techniques: 1,
        proof: None,
    };
    let quality = weights.quality(&good);
    if explained.best_quality().is_none_or(|best| quality > best) {
        let place = if explained.best.is_empty() { "" } else { ", on another log source" };
        let what = format!("a stable, current rule of level high for this technique alone{place}");
        raises.push(Raise::new(Change::GoodRule, explained.gain_beside(quality), &what));
    }
    for rated in explained.rated {
        let Basis::Facts(facts) = rated.basis else { continue };
        let mut with = |change: Change, facts: Facts| {
            let gain = explained.gain_instead(rated, weights.quality(&facts));
            if gain > 0 {
                raises.push(Raise::new(change, gain, &at_rule(change, rated.title)));
            }
        };
        with(Change::MakeStable(rated.rule), Facts { status: Status::Stable, ..facts });
        with(Change::Update(rated.rule), Facts { age_years: Some(0.0), ..facts });
        with(Change::Focus(rated.rule), Facts { techniques: 1, ..facts });
    }
    few(raises)
}

/// What is done to a rule.
fn at_rule(change: Change, title: &str) -> String {
    match change {
        Change::MakeStable(_) => format!("make “{title}” stable"),
        Change::Update(_) => format!("update “{title}”"),
        Change::Focus(_) => format!("let “{title}” claim this technique alone"),
        Change::Tune(_) => format!("halve the false alerts of “{title}”"),
        _ => title.to_owned(),
    }
}

/// By precision.
pub(super) fn under_precision(
    explained: &Explained<'_, '_>,
    weights: &PrecisionWeights,
) -> Vec<Raise> {
    let mut raises: Vec<Raise> = explained.another().into_iter().collect();
    if explained.best.is_empty() {
        let gain = explained.gain_beside(weights.quality(None));
        raises.push(Raise::new(Change::OneMoreRule, gain, "a first rule, before it is measured"));
    }
    for rated in explained.rated {
        let Basis::Record(Some(record)) = rated.basis else { continue };
        let gain = explained.gain_instead(rated, weights.quality(Some(&tuned(record))));
        if gain > 0 {
            let change = Change::Tune(rated.rule);
            raises.push(Raise::new(change, gain, &at_rule(change, rated.title)));
        }
    }
    few(raises)
}

/// With half of what was false. (Precision p means 1 − p false alerts for p true ones; half of
/// them leaves p ÷ (p + (1 − p) ÷ 2). The rate as the share of alerts that were false likewise.)
fn tuned(record: &Measured) -> Measured {
    let precision = record.precision.map(Share::get).map(|precision| match precision {
        0.0 => 0.0,
        precision => precision / (precision + (1.0 - precision) / 2.0),
    });
    let rate = record.false_positives.map(Share::get).map(|rate| rate / (2.0 - rate));
    Measured {
        precision: precision.and_then(Share::new),
        false_positives: rate.and_then(Share::new),
        ..record.clone()
    }
}
