//! What a tool makes of a set of rules.

use super::{Convention, Reason, place};
use crate::attack::{Catalogue, Tactic, TechniqueIndex};
use crate::coverage::summary::percent;
use crate::rule::RuleIndex;
use std::collections::BTreeMap;

/// How a rule came to count on an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A tag names it.
    Tag,
    /// Its prose or an address names it.
    Prose,
    /// A tag names a sub-technique; the tool lights the technique above it, too.
    Inherited,
    /// A tag names a sub-technique; the tool knows techniques only.
    Folded,
    /// A tag names the technique above it.
    FromParent,
    /// A tag names a sub-technique of it; not enough for full coverage.
    FromSub,
}

/// One occurrence that a tool counts. The same rule may stand in a mark twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// Which rule.
    pub rule: RuleIndex,
    /// By what.
    pub how: How,
}

/// Whether a tool calls an id covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covers {
    /// It does not.
    #[default]
    Not,
    /// It calls it `partial` or `shallow`.
    Partly,
    /// It does.
    Fully,
}

/// What a tool says of one id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The tool's own value, on its own scale.
    pub value: i32,
    /// The tool's word for it; empty where it has none.
    pub state: &'static str,
    /// Whether that is covered.
    pub covers: Covers,
    /// What it counted, by rule; empty where no rule is behind the value.
    pub counts: Vec<Count>,
}

/// A tool's own fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Its numerator.
    pub covered: usize,
    /// Its denominator.
    pub total: usize,
}

impl Ratio {
    /// In percent, 0 to 100; 0 of 0 is 0.
    pub fn percent(self) -> f64 {
        percent(self.covered, self.total)
    }
}

/// A tool's row for a tactic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TacticTally {
    /// Its short name.
    pub shortname: String,
    /// Ids of it that are covered.
    pub covered: usize,
    /// Ids of it that are covered in part, where the tool has such a state.
    pub partly: usize,
    /// Ids of it; `None` where the tool knows only the ids that the rules name.
    pub total: Option<usize>,
}

/// What a tool counts in a set of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Whose way of counting.
    pub convention: Convention,
    /// One entry a technique of the catalogue; `None` where the tool says nothing.
    pub marks: Vec<Option<Mark>>,
    /// Ids that the catalogue does not have as live, where the tool keeps them as covered.
    pub strangers: BTreeMap<String, Mark>,
    /// What else it lists beside techniques, with its value: the tactics and unknown ids in
    /// sigma-cli's table, the unknown ids of others with the number of their rules.
    pub beside: BTreeMap<String, u32>,
    /// Its numerator and denominator, where it prints them.
    pub ratio: Option<Ratio>,
    /// Its rows for tactics, where it has them.
    pub tactics: Vec<TacticTally>,
    /// The top of the colour scale of the layer it writes, where it writes one that depends on
    /// the rules.
    pub gradient_top: Option<u32>,
    /// Rules that it leaves out, by reason, sorted.
    pub left_out: BTreeMap<Reason, Vec<RuleIndex>>,
    /// What it does besides counting, in sentences: where it stops, what it leaves out.
    pub notes: Vec<String>,
}

impl TacticTally {
    /// A row a tactic, with nothing in it yet.
    pub(super) fn of_all(catalogue: &Catalogue) -> Vec<Self> {
        let row = |tactic: &Tactic| Self {
            shortname: tactic.shortname.clone(),
            covered: 0,
            partly: 0,
            total: Some(0),
        };
        catalogue.tactics.iter().map(row).collect()
    }
}

impl Tally {
    pub(super) fn new(convention: Convention, catalogue: &Catalogue) -> Self {
        Self {
            convention,
            marks: vec![None; catalogue.techniques.len()],
            strangers: BTreeMap::new(),
            beside: BTreeMap::new(),
            ratio: None,
            tactics: Vec::new(),
            gradient_top: None,
            left_out: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    /// What it says of a technique.
    pub fn mark(&self, index: TechniqueIndex) -> Option<&Mark> {
        self.marks.get(place(index)).and_then(Option::as_ref)
    }

    /// How many ids it calls covered, those the catalogue does not know included.
    pub fn covered(&self) -> usize {
        let marks = self.marks.iter().flatten().chain(self.strangers.values());
        marks.filter(|mark| mark.covers == Covers::Fully).count()
    }

    /// How many ids it calls covered in part.
    pub fn partly(&self) -> usize {
        self.marks.iter().flatten().filter(|mark| mark.covers == Covers::Partly).count()
    }

    pub(super) fn leave_out(&mut self, rule: RuleIndex, reason: Reason) {
        self.left_out.entry(reason).or_default().push(rule);
    }

    /// Notes a count on a technique; its value is set later.
    pub(super) fn count(&mut self, index: TechniqueIndex, rule: RuleIndex, how: How) {
        if let Some(mark) = self.marks.get_mut(place(index)) {
            mark.get_or_insert_default().counts.push(Count { rule, how });
        }
    }

    /// Whether something was counted on a technique by a tag of its own.
    pub(super) fn is_tagged(&self, index: TechniqueIndex) -> bool {
        self.mark(index).is_some_and(|mark| mark.counts.iter().any(|c| c.how == How::Tag))
    }

    /// Gives every mark a value, a word and a verdict.
    pub(super) fn judge(&mut self, judge: impl Fn(&Mark) -> (i32, &'static str, Covers)) {
        for mark in self.marks.iter_mut().flatten().chain(self.strangers.values_mut()) {
            (mark.value, mark.state, mark.covers) = judge(mark);
        }
    }

    /// The rows of all tactics, of the techniques that `is_row` takes.
    pub(super) fn add_tactics(&mut self, catalogue: &Catalogue, is_row: impl Fn(usize) -> bool) {
        let mut rows = TacticTally::of_all(catalogue);
        for (at, technique) in catalogue.techniques.iter().enumerate().filter(|(at, _)| is_row(*at))
        {
            let covers = self.marks[at].as_ref().map_or(Covers::Not, |mark| mark.covers);
            for tactic in &technique.tactics {
                let Some(row) = rows.get_mut(usize::from(*tactic)) else { continue };
                row.covered += usize::from(covers == Covers::Fully);
                row.partly += usize::from(covers == Covers::Partly);
                row.total = row.total.map(|total| total + 1);
            }
        }
        self.tactics = rows;
    }
}

/// From every id that a tag names to the technique above it and the sub-techniques below it.
/// Only what none of their own tags names takes it; what comes from above goes first.
pub(super) fn spread(tally: &mut Tally, catalogue: &Catalogue) {
    let tagged: Vec<bool> = catalogue.indices().map(|index| tally.is_tagged(index)).collect();
    let lent = |tally: &Tally, from: TechniqueIndex, how: How| -> Vec<Count> {
        let counts = tally.mark(from).into_iter().flat_map(|mark| &mark.counts);
        counts.filter(|count| count.how == How::Tag).map(|count| Count { how, ..*count }).collect()
    };
    for index in catalogue.indices() {
        let Some(parent) = catalogue.technique(index).parent else { continue };
        if tagged[place(parent)] && !tagged[place(index)] {
            let counts = lent(tally, parent, How::FromParent);
            tally.marks[place(index)] = Some(Mark { counts, ..Mark::default() });
        }
        if tagged[place(index)] && !tagged[place(parent)] {
            let counts = lent(tally, index, How::FromSub);
            tally.marks[place(parent)].get_or_insert_default().counts.extend(counts);
        }
    }
}
