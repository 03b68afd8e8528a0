//! The gaps as JSON. Its keys are stable; scripts read them.

use super::gaps_advice::{AdviceOf, AskedReport};
use super::gaps_recommended::{GuidanceReport, LibraryReport, NextRuleReport, RecommendedReport};
use crate::attack::{Catalogue, Entity, Technique};
use crate::coverage::{Coverage, Policy};
use crate::gaps::{
    Enrichment, Gap, GapCount, GapList, GapState, Profile, Provenance, Relevance, Sum, Unlock,
    by_platform, by_tactic, component_names,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Display;

/// What an export of gaps is about.
#[derive(Clone, Copy)]
pub struct GapsOf<'r> {
    /// Of the coverage.
    pub catalogue: &'r Catalogue,
    /// The rules' coverage.
    pub coverage: &'r Coverage,
    /// How rules became scores.
    pub scoring: &'r Policy,
    /// Who one is.
    pub profile: &'r Profile,
    /// What others measured, if that was at hand.
    pub enrichment: Option<&'r Enrichment>,
    /// The gaps.
    pub list: &'r GapList,
    /// The gaps that are written, in their order: all, the first ones, or those chosen.
    pub gaps: &'r [Gap],
    /// What to collect next.
    pub unlock: &'r [Unlock],
    /// What to do about them, if that was asked for.
    pub advice: Option<&'r AdviceOf<'r>>,
}

#[derive(Serialize)]
struct Report<'a, B: Serialize> {
    coverlay: &'static str,
    attack: Attack<'a>,
    policy: PolicyReport,
    /// How rules became scores.
    scoring: Scoring,
    threshold: u8,
    profile: &'a Profile,
    frequency: Frequency,
    /// Whose numbers are in it.
    sources: Vec<SourceReport>,
    remarks: Vec<String>,
    summary: Summary,
    gaps: Vec<GapReport<'a>>,
    tactics: Vec<CountReport>,
    platforms: Vec<CountReport>,
    unlock: Vec<UnlockReport>,
    /// What is not covered well and does not matter here, with the reasons.
    left_out: Vec<LeftOut<'a>>,
    /// Empty where no library was given, or nothing of it would buy anything.
    next_rules: Vec<NextRuleReport<'a>>,
    /// `null` where no library was given.
    next_rules_asked: Option<AskedReport<'a>>,
    /// `null` where no library was given.
    library: Option<LibraryReport>,
    #[serde(flatten)]
    beside: B,
}

#[derive(Serialize)]
struct Attack<'a> {
    domain: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct PolicyReport {
    name: &'static str,
    formula: &'static str,
    sentence: String,
    /// All of them, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    weights: BTreeMap<&'static str, f64>,
}

#[derive(Serialize)]
struct Scoring {
    name: &'static str,
    sentence: String,
    /// What a score of 100 is here.
    top: u32,
}

#[derive(Serialize)]
struct Frequency {
    sentence: String,
    groups: Vec<String>,
    campaigns: Vec<String>,
    software: Vec<String>,
    /// Of so many frequency is a share.
    of: u64,
}

#[derive(Serialize)]
struct SourceReport {
    what: &'static str,
    #[serde(flatten)]
    from: Provenance,
}

#[derive(Serialize)]
struct Summary {
    /// Techniques and sub-techniques that matter.
    relevant: usize,
    gaps: usize,
    #[serde(flatten)]
    states: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct GapReport<'a> {
    rank: usize,
    id: String,
    name: &'a str,
    tactics: Vec<&'a str>,
    state: &'static str,
    /// It rests on a single rule, or on a single log source.
    single_rule: bool,
    single_log_source: bool,
    /// Its last test failed, and the day, if the test says.
    test_failed: bool,
    test_failed_on: Option<String>,
    /// What is wrong with its cover, in a sentence.
    shortfall: String,
    priority: f64,
    terms: TermsReport<'a>,
    arithmetic: String,
    why: Vec<WhyReport>,
    /// Of those that count, the groups, the campaigns and the software that use it.
    groups: Vec<String>,
    campaigns: Vec<String>,
    software: Vec<String>,
    /// The data components that ATT&CK's analytics for it need, and those not at hand.
    log_sources: Vec<String>,
    log_sources_missing: Vec<String>,
    sight: &'static str,
    /// Rules of the library, best first; empty where none was given.
    recommended: Vec<RecommendedReport<'a>>,
    /// `null` where it was not asked for.
    guidance: Option<GuidanceReport<'a>>,
}

#[derive(Serialize)]
struct TermsReport<'a> {
    impact_weight: f64,
    tactic_criticality: f64,
    threat_weight: f64,
    adversary_frequency: f64,
    coverage_score: u8,
    /// The tactic the first two are of.
    tactic: &'a str,
    /// Of a policy other than the formula: what it multiplies.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    factors: BTreeMap<&'static str, Option<f64>>,
}

#[derive(Serialize)]
struct WhyReport {
    question: &'static str,
    leaves_out: bool,
    sentence: String,
}

#[derive(Serialize)]
struct CountReport {
    name: String,
    relevant: usize,
    gaps: usize,
    #[serde(flatten)]
    states: BTreeMap<&'static str, usize>,
    priority: f64,
}

#[derive(Serialize)]
struct UnlockReport {
    rank: usize,
    id: String,
    name: String,
    gain: f64,
    log_sources: Vec<String>,
    platforms: Vec<String>,
    techniques: Vec<String>,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    id: String,
    name: &'a str,
    state: &'static str,
    why: Vec<WhyReport>,
}

/// The gaps as indented JSON with a final newline.
pub fn write(of: &GapsOf<'_>) -> Vec<u8> {
    /// As where nobody asked for them.
    #[derive(Serialize)]
    struct Nothing {
        peers: Option<()>,
        actors: Option<()>,
    }
    write_with(of, Nothing { peers: None, actors: None })
}

/// [`write`] with further keys at the end: those of `beside`.
pub fn write_with(of: &GapsOf<'_>, beside: impl Serialize) -> Vec<u8> {
    let GapsOf { catalogue, list, .. } = *of;
    let policy = &list.policy;
    let library = of.advice.filter(|advice| advice.has_library());
    let report = Report {
        coverlay: env!("CARGO_PKG_VERSION"),
        attack: Attack { domain: catalogue.domain.as_str(), version: &catalogue.version },
        policy: PolicyReport {
            name: policy.name(),
            formula: policy.formula(),
            sentence: policy.sentence(),
            weights: policy.weights().into_iter().map(|(w, value)| (w.key, value)).collect(),
        },
        scoring: Scoring {
            name: of.scoring.name(),
            sentence: of.scoring.sentence(),
            top: of.coverage.scale.top,
        },
        threshold: list.threshold,
        profile: of.profile,
        frequency: frequency(of),
        sources: sources(of),
        remarks: list.remarks.iter().map(crate::gaps::Remark::sentence).collect(),
        summary: Summary {
            relevant: list.assessments.iter().filter(|one| one.relevance.is_in()).count(),
            gaps: list.gaps.len(),
            states: states(
                GapState::ALL
                    .map(|state| list.gaps.iter().filter(|gap| gap.state == state).count()),
            ),
        },
        gaps: of.gaps.iter().map(|gap| of.gap(gap)).collect(),
        tactics: by_tactic(catalogue, list).into_iter().map(counted).collect(),
        platforms: by_platform(catalogue, list).into_iter().map(counted).collect(),
        unlock: of.unlock.iter().map(|one| of.unlocked(one)).collect(),
        left_out: of.left_out(),
        next_rules: of.advice.map(AdviceOf::next_rules).unwrap_or_default(),
        next_rules_asked: library.map(AdviceOf::next_asked),
        library: library.and_then(AdviceOf::library),
        beside,
    };
    let mut bytes = serde_json::to_vec_pretty(&report).expect("plain structs always serialise");
    bytes.push(b'\n');
    bytes
}

fn frequency(of: &GapsOf<'_>) -> Frequency {
    let threat = &of.list.threat;
    let [groups, campaigns, software] = match threat.is_chosen() {
        true => of.actors(&threat.groups, &threat.campaigns, &threat.software),
        // All of the catalogue; there is no need to list them.
        false => [const { Vec::new() }; 3],
    };
    Frequency { sentence: threat.sentence(), groups, campaigns, software, of: threat.total() }
}

/// Whose numbers are in the file.
fn sources(of: &GapsOf<'_>) -> Vec<SourceReport> {
    of.sources().into_iter().map(|(what, from)| SourceReport { what, from }).collect()
}

fn states(counts: [usize; 4]) -> BTreeMap<&'static str, usize> {
    GapState::ALL.iter().map(|state| state.as_str()).zip(counts).collect()
}

fn counted(count: GapCount) -> CountReport {
    CountReport {
        name: count.name,
        relevant: count.relevant,
        gaps: count.gaps.len(),
        states: states(count.states),
        priority: count.priority,
    }
}

impl<'r> GapsOf<'r> {
    /// What each number from outside is, and where it is from.
    pub fn sources(&self) -> Vec<(&'static str, Provenance)> {
        let attack = Provenance {
            source: format!("MITRE ATT&CK {}", self.catalogue.domain.name()),
            licence: "ATT&CK Terms of Use".to_owned(),
            version: self.catalogue.version.clone(),
            date: String::new(),
        };
        let mut sources = vec![("use by groups, campaigns and software", attack)];
        let file = |key: &str| self.profile.sources.get(key).cloned().unwrap_or_default();
        let own = |source: String| Provenance { source, ..Provenance::default() };
        for (what, is_there, key) in [
            ("threat layer", !self.profile.threat.is_empty(), "threat"),
            ("incidents", !self.profile.incidents.is_empty(), "incidents"),
            ("inventory", !self.profile.assets.is_empty(), "assets"),
        ] {
            if is_there {
                sources.push((what, own(file(key))));
            }
        }
        if let Some(enrichment) = self.enrichment {
            for (what, is_empty, from) in [
                ("targets of groups", enrichment.targets.is_empty(), &enrichment.targets_from),
                ("choke points", enrichment.scores.is_empty(), &enrichment.scores_from),
                ("known exploitation", enrichment.exploited.is_empty(), &enrichment.exploited_from),
            ] {
                if !is_empty {
                    sources.push((what, from.clone()));
                }
            }
        }
        sources
    }

    /// Ids of groups, of campaigns and of software.
    pub(super) fn actors(
        &self,
        groups: &[u16],
        campaigns: &[u16],
        software: &[u16],
    ) -> [Vec<String>; 3] {
        fn ids<Id: Display>(all: &[Entity<Id>], places: &[u16]) -> Vec<String> {
            let found = places.iter().filter_map(|at| all.get(usize::from(*at)));
            found.map(|entity| entity.id.to_string()).collect()
        }
        let of = self.catalogue;
        [ids(&of.groups, groups), ids(&of.campaigns, campaigns), ids(&of.software, software)]
    }

    /// Short names of a technique's tactics.
    pub(super) fn tactics(&self, technique: &Technique) -> Vec<&'r str> {
        let tactics = technique.tactics.iter();
        let tactics = tactics.filter_map(|at| self.catalogue.tactics.get(usize::from(*at)));
        tactics.map(|tactic| tactic.shortname.as_str()).collect()
    }

    fn gap(&self, gap: &Gap) -> GapReport<'r> {
        let Self { catalogue, list, .. } = *self;
        let technique = catalogue.technique(gap.technique);
        let one = list.assessment(gap.technique);
        let usage = &list.threat.usage[usize::from(gap.technique.0)];
        let [groups, campaigns, software] =
            self.actors(&usage.groups, &usage.campaigns, &usage.software);
        let terms = &one.terms;
        let tactic = catalogue.tactics.get(usize::from(terms.tactic));
        GapReport {
            rank: gap.rank,
            id: technique.id.to_string(),
            name: &technique.name,
            tactics: self.tactics(technique),
            state: gap.state.as_str(),
            single_rule: one.single_rule,
            single_log_source: one.single_log_source,
            test_failed: one.test_failed,
            test_failed_on: one.test_failed_on.map(|day| day.to_string()),
            shortfall: list.shortfall(self.coverage, gap.technique).unwrap_or_default(),
            priority: gap.priority,
            terms: TermsReport {
                impact_weight: terms.impact_weight,
                tactic_criticality: terms.tactic_criticality,
                threat_weight: terms.threat_weight,
                adversary_frequency: terms.adversary_frequency,
                coverage_score: terms.coverage_score,
                tactic: tactic.map_or("", |tactic| tactic.shortname.as_str()),
                factors: factors(&terms.sum),
            },
            arithmetic: terms.arithmetic(),
            why: self.why(&one.relevance),
            groups,
            campaigns,
            software,
            log_sources: component_names(catalogue, &one.observability.needed),
            log_sources_missing: component_names(catalogue, &one.observability.missing),
            sight: one.observability.sight.as_str(),
            recommended: self.advice.map(|all| all.recommended(gap.technique)).unwrap_or_default(),
            guidance: self.advice.and_then(|all| all.guidance(gap.technique)),
        }
    }

    fn why(&self, relevance: &Relevance) -> Vec<WhyReport> {
        let said = relevance.why.iter().map(|why| WhyReport {
            question: why.question(),
            leaves_out: why.leaves_out(),
            sentence: why.sentence(self.catalogue, &self.list.threat),
        });
        said.collect()
    }

    fn unlocked(&self, one: &Unlock) -> UnlockReport {
        let catalogue = self.catalogue;
        let component = catalogue.data_components.get(usize::from(one.component));
        let names = one.log_sources.iter();
        let names = names.filter_map(|at| catalogue.log_sources.get(usize::from(*at)));
        let platforms = one.platforms.iter();
        let platforms = platforms.filter_map(|at| catalogue.platforms.get(usize::from(*at)));
        let ids = one.techniques.iter().map(|index| catalogue.technique(*index).id.to_string());
        UnlockReport {
            rank: one.rank,
            id: component.map(|component| component.id.to_string()).unwrap_or_default(),
            name: component.map(|component| component.name.clone()).unwrap_or_default(),
            gain: one.gain,
            log_sources: names.cloned().collect(),
            platforms: platforms.cloned().collect(),
            techniques: ids.collect(),
        }
    }

    fn left_out(&self) -> Vec<LeftOut<'r>> {
        let rows = self.catalogue.techniques.iter().zip(&self.list.assessments);
        rows.filter(|(_, one)| !one.relevance.is_in())
            .filter_map(|(technique, one)| {
                let why = self.why(&one.relevance).into_iter().filter(|why| why.leaves_out);
                Some(LeftOut {
                    id: technique.id.to_string(),
                    name: &technique.name,
                    state: one.state?.as_str(),
                    why: why.collect(),
                })
            })
            .collect()
    }
}

/// What a policy multiplies; `None` where nothing is known.
fn factors(sum: &Sum) -> BTreeMap<&'static str, Option<f64>> {
    match sum {
        Sum::Formula => BTreeMap::new(),
        Sum::Groups { users, of } => {
            [("groups", Some(*users as f64)), ("of", Some(*of as f64))].into()
        }
        Sum::Exposure { frequency, choke_point, exploited, feasibility } => [
            ("frequency", Some(*frequency)),
            ("choke_point", *choke_point),
            ("known_exploited", *exploited),
            ("feasibility", *feasibility),
        ]
        .into(),
    }
}
