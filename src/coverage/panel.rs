//! How much is covered, of what: five denominators side by side, and how deep and how evenly.
//! Every number is the length of a list that stands beside it.

use super::summary::percent;
use super::{Coverage, TechniqueState, is_observable};
use crate::attack::{Catalogue, TechniqueIndex};
use std::collections::BTreeSet;

/// Production quality in the source text's reading of scores, "% of techniques with score ≥ 80".
pub const DEFAULT_THRESHOLD: u32 = super::summary::PRODUCTION;

/// Of what the covered techniques are a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenominatorKind {
    /// The techniques of the matrix.
    Techniques,
    /// Techniques and sub-techniques of the matrix.
    WithSubtechniques,
    /// Techniques that something of one's own could show.
    Observable,
    /// Techniques of the platforms chosen.
    Platforms,
    /// Techniques and sub-techniques of a threat profile.
    Profile,
}

impl DenominatorKind {
    /// All, in the order they are shown in.
    pub const ALL: [Self; 5] = [
        Self::Techniques,
        Self::WithSubtechniques,
        Self::Observable,
        Self::Platforms,
        Self::Profile,
    ];

    /// As in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Techniques => "techniques",
            Self::WithSubtechniques => "with_subtechniques",
            Self::Observable => "observable",
            Self::Platforms => "platforms",
            Self::Profile => "profile",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Techniques => "Techniques",
            Self::WithSubtechniques => "With sub-techniques",
            Self::Observable => "Observable",
            Self::Platforms => "My platforms",
            Self::Profile => "My threat profile",
        }
    }
}

/// One share of the five.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denominator {
    /// Which.
    pub kind: DenominatorKind,
    /// What is counted, in one sentence.
    pub sentence: String,
    /// What it counts as covered, by id.
    pub covered: Vec<TechniqueIndex>,
    /// What it counts as not covered, by id.
    pub uncovered: Vec<TechniqueIndex>,
}

impl Denominator {
    /// Covered and uncovered.
    pub fn total(&self) -> usize {
        self.covered.len() + self.uncovered.len()
    }

    /// Covered of total in percent; 0 of 0 is 0.
    pub fn percent(&self) -> f64 {
        percent(self.covered.len(), self.total())
    }
}

/// Techniques by how many rules cover them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The fewest rules of this bar.
    pub least: usize,
    /// The most; `None` for no limit.
    pub most: Option<usize>,
    /// Techniques (not sub-techniques) in scope, by the rules that cover them, those of their
    /// sub-techniques included.
    pub techniques: Vec<TechniqueIndex>,
    /// Techniques and sub-techniques in scope, by the rules that name exactly them.
    pub exact: Vec<TechniqueIndex>,
}

impl Bar {
    /// `0`, `2–3`, `10+`
    pub fn label(&self) -> String {
        match self.most {
            None => format!("{}+", self.least),
            Some(most) if most == self.least => most.to_string(),
            Some(most) => format!("{}–{most}", self.least),
        }
    }
}

/// From how many rules on each bar begins. Kibana's bands begin at 1, 3, 7 and 10; here one rule
/// stands alone, as it is a different thing from two.
const BARS: [usize; 6] = [0, 1, 2, 4, 7, 10];

/// Techniques (not sub-techniques) in scope by their score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtLeast {
    /// The score asked for.
    pub threshold: u32,
    /// Those that reach it, by id.
    pub techniques: Vec<TechniqueIndex>,
    /// How many there are in all.
    pub total: usize,
}

impl AtLeast {
    /// Those of all in percent.
    pub fn percent(&self) -> f64 {
        percent(self.techniques.len(), self.total)
    }
}

/// How many of the pairs of rule and technique the most-mapped ids hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concentration {
    /// The ten techniques and sub-techniques in scope that most rules name, with the number of
    /// rules; ties by id. Fewer where fewer have a rule.
    pub top: Vec<(TechniqueIndex, usize)>,
    /// Pairs of a counted rule and a technique or sub-technique in scope that it names.
    pub mappings: usize,
    /// Techniques and sub-techniques in scope that a rule names.
    pub ids: usize,
}

impl Concentration {
    /// How many ids are taken for the top.
    pub const TOP: usize = 10;

    /// Pairs that the top holds.
    pub fn held(&self) -> usize {
        self.top.iter().map(|(_, rules)| rules).sum()
    }

    /// Those of all pairs in percent.
    pub fn percent(&self) -> f64 {
        percent(self.held(), self.mappings)
    }
}

/// What the panel is asked.
#[derive(Clone, Copy, Debug)]
pub struct PanelAsked<'a> {
    /// The platforms chosen; none, and there is no such share.
    pub platforms: &'a [String],
    /// The threat profile (see [`super::used_by`]), once one is chosen.
    pub profile: Option<&'a BTreeSet<TechniqueIndex>>,
    /// The score techniques are asked to reach.
    pub threshold: u32,
}

impl Default for PanelAsked<'_> {
    fn default() -> Self {
        Self { platforms: &[], profile: None, threshold: DEFAULT_THRESHOLD }
    }
}

/// The panel's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// In the order of [`DenominatorKind::ALL`]; those of platforms and of a profile only once
    /// chosen. They are of the whole matrix, whatever the scope leaves out.
    pub denominators: Vec<Denominator>,
    /// From no rule to ten and more.
    pub bars: Vec<Bar>,
    /// By score.
    pub at_least: AtLeast,
    /// The share of the top ten.
    pub concentration: Concentration,
}

impl Panel {
    /// Of a state of coverage. Linear in techniques.
    pub fn of(catalogue: &Catalogue, coverage: &Coverage, asked: &PanelAsked<'_>) -> Self {
        Self {
            denominators: denominators(catalogue, coverage, asked),
            bars: bars(catalogue, coverage),
            at_least: at_least(catalogue, coverage, asked.threshold),
            concentration: concentration(catalogue, coverage),
        }
    }
}

/// How a technique and its sub-techniques count together, for each sentence.
const VIA: &str = "one counts if a rule names it or a sub-technique of it";

fn denominators(
    catalogue: &Catalogue,
    coverage: &Coverage,
    asked: &PanelAsked<'_>,
) -> Vec<Denominator> {
    let is_top = |index| catalogue.technique(index).parent.is_none();
    let observable = |index| is_observable(catalogue, catalogue.technique(index));
    let on_platform = |index| {
        let mut names = catalogue.platform_names(catalogue.technique(index));
        names.any(|name| asked.platforms.iter().any(|wanted| wanted == name))
    };
    let release = format!("{} {}", catalogue.domain.name(), catalogue.version);
    let count = |kind, sentence, counts: &dyn Fn(TechniqueIndex) -> bool, lends| {
        let (covered, uncovered) = catalogue
            .indices()
            .filter(|index| counts(*index))
            .partition(|index| is_covered(catalogue, coverage, *index, lends));
        Denominator { kind, sentence, covered, uncovered }
    };
    let all: &dyn Fn(TechniqueIndex) -> bool = &|_| true;
    let mut found = vec![
        count(
            DenominatorKind::Techniques,
            format!("Techniques of {release}, sub-techniques not among them; {VIA}."),
            &is_top,
            all,
        ),
        count(
            DenominatorKind::WithSubtechniques,
            format!(
                "Techniques and sub-techniques of {release}, each counted; a technique also if a rule names a sub-technique of it, a sub-technique only if a rule names exactly it."
            ),
            all,
            all,
        ),
        count(
            DenominatorKind::Observable,
            format!(
                "Techniques of {release} without those whose only platform is PRE, which nothing of one's own can show; {VIA}."
            ),
            &|index| is_top(index) && observable(index),
            &observable,
        ),
    ];
    if !asked.platforms.is_empty() {
        found.push(count(
            DenominatorKind::Platforms,
            format!(
                "Techniques of {release} on {}; one counts if a rule names it or a sub-technique of it on these platforms.",
                asked.platforms.join(", ")
            ),
            &|index| is_top(index) && on_platform(index),
            &on_platform,
        ));
    }
    if let Some(profile) = asked.profile {
        found.push(count(
            DenominatorKind::Profile,
            format!(
                "Techniques and sub-techniques of {release} that the chosen groups, campaigns and software use; a technique also counts if a rule names any sub-technique of it."
            ),
            &|index| profile.contains(&index),
            all,
        ));
    }
    found
}

/// Whether a rule names it, or a sub-technique of it that lends.
fn is_covered(
    catalogue: &Catalogue,
    coverage: &Coverage,
    index: TechniqueIndex,
    lends: &dyn Fn(TechniqueIndex) -> bool,
) -> bool {
    let has_rule = |index| coverage.technique(index).state == TechniqueState::Direct;
    has_rule(index) || catalogue.sub_techniques(index).any(|sub| has_rule(sub) && lends(sub))
}

fn bars(catalogue: &Catalogue, coverage: &Coverage) -> Vec<Bar> {
    let ends = BARS.iter().skip(1).map(|next| Some(next - 1)).chain([None]);
    let bar = |(least, most): (&usize, Option<usize>)| Bar {
        least: *least,
        most,
        techniques: Vec::new(),
        exact: Vec::new(),
    };
    let mut bars: Vec<Bar> = BARS.iter().zip(ends).map(bar).collect();
    let place = |rules: usize| BARS.partition_point(|least| *least <= rules) - 1;
    for (index, cover) in in_scope(catalogue, coverage) {
        if let Some(bar) = bars.get_mut(place(cover.rules.len())) {
            bar.exact.push(index);
        }
        if catalogue.technique(index).parent.is_none()
            && let Some(bar) = bars.get_mut(place(cover.rules_rollup.len()))
        {
            bar.techniques.push(index);
        }
    }
    bars
}

fn in_scope<'c>(
    catalogue: &Catalogue,
    coverage: &'c Coverage,
) -> impl Iterator<Item = (TechniqueIndex, &'c super::TechniqueCoverage)> + use<'c> {
    catalogue.indices().zip(&coverage.techniques).filter(|(_, cover)| cover.in_scope)
}

fn at_least(catalogue: &Catalogue, coverage: &Coverage, threshold: u32) -> AtLeast {
    let mut found = AtLeast { threshold, techniques: Vec::new(), total: 0 };
    for (index, cover) in in_scope(catalogue, coverage) {
        if catalogue.technique(index).parent.is_some() {
            continue;
        }
        found.total += 1;
        if cover.score.is_some_and(|score| u64::from(score.get()) >= u64::from(threshold)) {
            found.techniques.push(index);
        }
    }
    found
}

fn concentration(catalogue: &Catalogue, coverage: &Coverage) -> Concentration {
    let mut ids: Vec<(TechniqueIndex, usize)> = in_scope(catalogue, coverage)
        .map(|(index, cover)| (index, cover.rules.len()))
        .filter(|(_, rules)| *rules > 0)
        .collect();
    let mappings = ids.iter().map(|(_, rules)| rules).sum();
    let count = ids.len();
    crate::sorted::sort_by(&mut ids, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ids.truncate(Concentration::TOP);
    Concentration { top: ids, mappings, ids: count }
}
