//! The gaps in order, and of every technique why it is one or not.
//!
//! Techniques and sub-techniques both are rows, as in the report: a rule names one of them, and
//! what is done about one is done about that id.

use super::enrichment::Enrichment;
use super::observability::{Observability, observe};
use super::own_logs::OwnLogs;
use super::own_platforms::OwnPlatforms;
use super::priority::PriorityPolicy;
use super::profile::{Accepted, Profile};
use super::relevance::{Asked, Relevance};
use super::remarks::{Remark, said};
use super::summing::Summing;
use super::terms::Terms;
use super::threat::{Threat, live};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, TechniqueState};
use crate::date::Date;
use crate::rule::Intake;
use crate::sorted;

/// What is wrong with the cover of a technique. The first that holds is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapState {
    /// No counted rule names it or a sub-technique of it.
    Uncovered,
    /// No counted rule names it, and of its sub-techniques in scope some have a rule and some
    /// have none. (Where all have one, or a rule names it, each sub-technique speaks for itself.)
    Partial,
    /// It is covered, but its score is below the threshold, or its last test failed: what covers
    /// it does not do what it is for.
    Weak,
    /// Its score is good enough, but it rests on a single rule or a single log source.
    Fragile,
}

impl GapState {
    /// All, the worst first.
    pub const ALL: [Self; 4] = [Self::Uncovered, Self::Partial, Self::Weak, Self::Fragile];

    /// The state that goes by a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// As on a chip.
    pub fn label(self) -> &'static str {
        match self {
            Self::Uncovered => "Uncovered",
            Self::Partial => "Partial",
            Self::Weak => "Weak",
            Self::Fragile => "Fragile",
        }
    }

    /// As in exports and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uncovered => "uncovered",
            Self::Partial => "partial",
            Self::Weak => "weak",
            Self::Fragile => "fragile",
        }
    }
}

/// Everything known of one technique.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Whether it matters, and why.
    pub relevance: Relevance,
    /// What is wrong with its cover, whether it matters or not; `None` if nothing is.
    pub state: Option<GapState>,
    /// It rests on a single rule (so on a single log source, too).
    pub single_rule: bool,
    /// It rests on a single log source.
    pub single_log_source: bool,
    /// The last test of it failed, or those of all its rules. Then it is [`GapState::Weak`] at
    /// best, whatever its score.
    pub test_failed: bool,
    /// The day that was, in UTC; `None` where no test says.
    pub test_failed_on: Option<Date>,
    /// What it takes to see it.
    pub observability: Observability,
    /// Its priority in parts.
    pub terms: Terms,
}

impl Assessment {
    /// Whether it is a gap that matters.
    pub fn is_gap(&self) -> bool {
        self.state.is_some() && self.relevance.is_in()
    }
}

/// A gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// From 1.
    pub rank: usize,
    /// Which.
    pub technique: TechniqueIndex,
    /// What is wrong with its cover.
    pub state: GapState,
    /// By the policy; may be below 0 where the score takes away more than the rest gives.
    pub priority: f64,
}

/// What a gap list is asked of.
#[derive(Clone, Copy, Debug)]
pub struct GapsAsked<'a> {
    /// Of the coverage.
    pub catalogue: &'a Catalogue,
    /// The rules.
    pub intake: &'a Intake,
    /// What they cover; its day is today.
    pub coverage: &'a Coverage,
    /// Who one is.
    pub profile: &'a Profile,
    /// What others measured, if that is at hand.
    pub enrichment: Option<&'a Enrichment>,
    /// What comes first.
    pub policy: PriorityPolicy,
    /// The score below which a technique is weak, 0 to 100, whatever the scale of the coverage's
    /// policy.
    pub threshold: u8,
}

/// The gaps, and what they were made from.
#[derive(Clone, Debug, PartialEq)]
pub struct GapList {
    /// What comes first.
    pub policy: PriorityPolicy,
    /// The score below which a technique is weak.
    pub threshold: u8,
    /// By priority, the highest first; of equals the lower id.
    pub gaps: Vec<Gap>,
    /// One a technique, at the catalogue's index.
    pub assessments: Vec<Assessment>,
    /// Who counts.
    pub threat: Threat,
    /// Which logs are there.
    pub logs: OwnLogs,
    /// The platforms that count, as places in [`Catalogue::platforms`], sorted; empty: all.
    pub platforms: Vec<u8>,
    /// What is to be said.
    pub remarks: Vec<Remark>,
}

impl GapList {
    /// Makes it.
    pub fn of(asked: &GapsAsked<'_>) -> Self {
        let GapsAsked { catalogue, intake, coverage, profile, enrichment, policy, .. } = *asked;
        let threat = Threat::of(catalogue, profile, enrichment);
        let logs = OwnLogs::of(catalogue, intake, coverage, profile);
        let places = OwnPlatforms::of(catalogue, profile).places();
        let mut accepted = Vec::new();
        let mut remarks = Vec::new();
        for one in &profile.accepted {
            match live(catalogue, one.technique) {
                Some(index) => accepted.push((index, one)),
                None => remarks.push(Remark::UnknownAccepted(one.clone())),
            }
            if one.is_expired(coverage.today) {
                remarks.push(Remark::Expired(one.clone()));
            }
        }
        // What holds longest comes first.
        sorted::sort_by(&mut accepted, |a, b| {
            let until = |one: &Accepted| (one.until.is_some(), std::cmp::Reverse(one.until));
            until(a.1).cmp(&until(b.1)).then_with(|| a.1.reason.cmp(&b.1.reason))
        });
        let relevance = Asked {
            catalogue,
            places: &places,
            threat: &threat,
            demands: profile.demands,
            accepted: &accepted,
            today: coverage.today,
        };
        let known = enrichment.map(|enrichment| enrichment.of_techniques(catalogue));
        let summing = Summing::new(catalogue, coverage, &threat, policy);
        let assessments: Vec<Assessment> = catalogue
            .indices()
            .map(|index| {
                let observability = observe(catalogue, &logs, &places, index);
                let cover = coverage.technique(index);
                let known = known.as_ref().and_then(|all| all.get(usize::from(index.0)));
                let terms =
                    summing.terms(index, known.copied().unwrap_or_default(), &observability);
                Assessment {
                    relevance: relevance.relevance(index, cover.in_scope, &observability),
                    state: state(asked, index, terms.coverage_score),
                    single_rule: cover.upkeep.single_rule,
                    single_log_source: cover.upkeep.single_log_source,
                    test_failed: cover.upkeep.test_failed,
                    test_failed_on: cover.upkeep.test_failed_on,
                    observability,
                    terms,
                }
            })
            .collect();
        remarks.extend(said(asked, &threat, &logs, &places, &assessments));
        Self {
            policy,
            threshold: asked.threshold,
            gaps: ranked(catalogue, &assessments),
            assessments,
            threat,
            logs,
            platforms: places.chosen.into_iter().collect(),
            remarks,
        }
    }

    /// What is known of a technique.
    pub fn assessment(&self, index: TechniqueIndex) -> &Assessment {
        &self.assessments[usize::from(index.0)]
    }

    /// What each technique would weigh with a score of 0, at the catalogue's index: what can be
    /// won by covering it. 0 for what does not matter; never below 0.
    pub fn stakes(&self) -> Vec<f64> {
        let stake = |one: &Assessment| match one.relevance.is_in() {
            true => one.terms.uncovered().max(0.0),
            false => 0.0,
        };
        self.assessments.iter().map(stake).collect()
    }

    /// The priority of each gap as a share of the highest, 0 to 100 and rounded, at the
    /// catalogue's index, for colours; `None` for what is no gap.
    pub fn heat(&self) -> Vec<Option<u8>> {
        let highest = self.gaps.first().map_or(0.0, |gap| gap.priority);
        let mut heat = vec![None; self.assessments.len()];
        for gap in &self.gaps {
            let share = if highest > 0.0 { (gap.priority / highest).max(0.0) } else { 0.0 };
            heat[usize::from(gap.technique.0)] = Some((share * 100.0).round() as u8);
        }
        heat
    }

    /// The first gaps.
    pub fn top(&self, count: usize) -> &[Gap] {
        &self.gaps[..count.min(self.gaps.len())]
    }
}

fn state(asked: &GapsAsked<'_>, index: TechniqueIndex, score: u8) -> Option<GapState> {
    let cover = asked.coverage.technique(index);
    match cover.state {
        TechniqueState::None => Some(GapState::Uncovered),
        TechniqueState::ViaSubtechnique => {
            match cover.subtechniques_covered < cover.subtechniques_total {
                true => Some(GapState::Partial),
                false => cover.upkeep.test_failed.then_some(GapState::Weak),
            }
        }
        TechniqueState::Direct if cover.upkeep.test_failed => Some(GapState::Weak),
        TechniqueState::Direct if score < asked.threshold => Some(GapState::Weak),
        TechniqueState::Direct => {
            let upkeep = cover.upkeep;
            (upkeep.single_rule || upkeep.single_log_source).then_some(GapState::Fragile)
        }
    }
}

fn ranked(catalogue: &Catalogue, assessments: &[Assessment]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = catalogue
        .indices()
        .zip(assessments)
        .filter(|(_, one)| one.relevance.is_in())
        .filter_map(|(technique, one)| {
            let priority = one.terms.priority();
            Some(Gap { rank: 0, technique, state: one.state?, priority })
        })
        .collect();
    // Indices are in the order of ids, and the sort keeps it among equals.
    sorted::sort_by(&mut gaps, |a, b| b.priority.total_cmp(&a.priority));
    for (gap, rank) in gaps.iter_mut().zip(1..) {
        gap.rank = rank;
    }
    gaps
}
