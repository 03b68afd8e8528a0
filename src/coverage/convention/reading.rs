//! What all conventions do alike: which rules a tool gets to see, and what a tag says to it.

use super::{Reason, Tally};
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::rule::{Claim, Format, Intake, Rule, RuleIndex, RuleKind, Tag};
use crate::source::Bucket;
use std::collections::BTreeMap;

/// The rules, and whether rules of other formats than the tool's are read, too.
pub(super) struct Reading<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) intake: &'a Intake,
    all_formats: bool,
    /// The catalogue's ids alone, in its order: looked up for every tag, they stay at hand.
    ids: Vec<TechniqueId>,
}

/// What a tool reads.
pub(super) struct Habits {
    /// Formats, each with the endings of its files.
    pub(super) formats: &'static [(Format, &'static [&'static str])],
    /// Whether a file of several YAML documents is lost to it.
    pub(super) single_document: bool,
}

/// Both endings of YAML.
pub(super) const YAML: &[&str] = &["yml", "yaml"];

/// What a tag names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Id<'t> {
    /// A live technique of the catalogue.
    Live(TechniqueIndex),
    /// Anything else of that shape, as written.
    Stranger(&'t str),
}

/// How often what the catalogue does not have was named, as written.
#[derive(Default)]
pub(super) struct Strangers<'t>(BTreeMap<&'t str, u32>);

impl<'t> Strangers<'t> {
    pub(super) fn add(&mut self, name: &'t str) {
        *self.0.entry(name).or_default() += 1;
    }

    /// In upper case, as the tools write them.
    pub(super) fn named(self) -> BTreeMap<String, u32> {
        let mut named = BTreeMap::new();
        for (name, count) in self.0 {
            *named.entry(name.to_ascii_uppercase()).or_default() += count;
        }
        named
    }
}

impl<'a> Reading<'a> {
    pub(super) fn as_the_tool(catalogue: &'a Catalogue, intake: &'a Intake) -> Self {
        Self::new(catalogue, intake, false)
    }

    pub(super) fn of_all_formats(catalogue: &'a Catalogue, intake: &'a Intake) -> Self {
        Self::new(catalogue, intake, true)
    }

    fn new(catalogue: &'a Catalogue, intake: &'a Intake, all_formats: bool) -> Self {
        let ids = catalogue.techniques.iter().map(|technique| technique.id).collect();
        Self { catalogue, intake, all_formats, ids }
    }

    /// The rules that the tool sees; the others are left out in the tally.
    pub(super) fn rules(
        &self,
        habits: &Habits,
        tally: &mut Tally,
    ) -> impl Iterator<Item = (RuleIndex, &'a Rule)> + use<'a> {
        let intake = self.intake;
        let mut seen = Vec::new();
        for (at, rule) in (0..).zip(&intake.rules) {
            match self.refused(habits, at, rule) {
                Some(reason) => tally.leave_out(at, reason),
                None => seen.push((at, &**rule)),
            }
        }
        seen.into_iter()
    }

    fn refused(&self, habits: &Habits, at: RuleIndex, rule: &Rule) -> Option<Reason> {
        let Some((_, endings)) = habits.formats.iter().find(|(format, _)| *format == rule.format)
        else {
            return (!self.all_formats).then_some(Reason::FormatNotRead);
        };
        let ending = rule.path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if !endings.contains(&ending) {
            return Some(Reason::FileExtension);
        }
        if rule.is_damaged {
            return Some(Reason::MalformedFile);
        }
        let is_multi = || rule.document > 0 || self.neighbours(at, &rule.path).next().is_some();
        (habits.single_document && rule.format == Format::Sigma && is_multi())
            .then_some(Reason::MultiDocument)
    }

    /// The rules of the same file before and after this one, as far as they are next to it.
    fn neighbours(&self, at: RuleIndex, path: &str) -> impl Iterator<Item = &'a Rule> {
        let at = at as usize;
        let places = [at.checked_sub(1), at.checked_add(1)];
        let rules = places.into_iter().flatten().filter_map(|at| self.intake.rules.get(at));
        rules.map(|rule| &**rule).filter(move |rule| rule.path == path)
    }

    /// The tags that stand in the rule's own document: Coverlay lends a correlation without tags
    /// those of the rules it names, no other tool does.
    pub(super) fn own_tags(&self, at: RuleIndex, rule: &'a Rule) -> &'a [Tag] {
        let is_lent = rule.format == Format::Sigma && rule.kind == RuleKind::Correlation && {
            let next = self.intake.rules.get(at as usize + 1);
            let next =
                next.filter(|next| next.path == rule.path).map_or(u32::MAX, |next| next.line);
            !rule.tags.iter().all(|tag| (rule.line..next).contains(&tag.line))
        };
        if is_lent { &[] } else { &rule.tags }
    }

    /// Where a live id stands.
    pub(super) fn find(&self, id: TechniqueId) -> Option<TechniqueIndex> {
        self.ids.binary_search(&id).ok().and_then(|at| u16::try_from(at).ok()).map(TechniqueIndex)
    }

    fn id<'t>(&self, text: &'t str) -> Id<'t> {
        // A tactic is not worth the error that reading it as an id would make.
        let id = if is_strict(text) { text.parse().ok() } else { None };
        id.and_then(|id| self.find(id)).map_or(Id::Stranger(text), Id::Live)
    }

    /// The ids that a tag names to a tool which reads `written` of Sigma's tags, and ids as such
    /// of other formats.
    pub(super) fn ids<'t>(
        &'t self,
        rule: &Rule,
        tag: &'t Tag,
        written: fn(&str) -> Option<&str>,
    ) -> impl Iterator<Item = Id<'t>> {
        let is_sigma = rule.format == Format::Sigma;
        let written = is_sigma.then(|| written(&tag.written)).flatten();
        let claims = if is_sigma { &[] } else { tag.claims.as_slice() };
        let others = claims.iter().filter_map(|claim| match claim {
            Claim::Technique(id) => {
                Some(self.find(*id).map_or(Id::Stranger(&tag.written), Id::Live))
            }
            _ => None,
        });
        written.map(|text| self.id(text)).into_iter().chain(others)
    }

    /// Files with such an ending that hold no rule, as far as Coverlay can tell.
    pub(super) fn other_files(&self, endings: &[&str]) -> usize {
        let outcomes = self.intake.report.outcomes.iter();
        let other = outcomes.filter(|outcome| matches!(outcome.bucket, Bucket::Skipped { .. }));
        let endings_of = other.filter_map(|outcome| outcome.path.rsplit_once('.'));
        endings_of.filter(|(_, ending)| endings.contains(ending)).count()
    }

    /// Files that should have been read and could not, or whose tail is broken.
    pub(super) fn broken_files(&self) -> usize {
        let failed = |bucket: &Bucket| matches!(bucket, Bucket::Failed { .. });
        let failed = self.intake.report.outcomes.iter().filter(|o| failed(&o.bucket)).count();
        failed + self.intake.rules.iter().filter(|rule| rule.is_damaged).count()
    }
}

/// What follows `attack.`, the prefix in any case.
pub(super) fn after_attack(written: &str) -> Option<&str> {
    let (prefix, rest) = written.split_at_checked("attack.".len())?;
    prefix.eq_ignore_ascii_case("attack.").then_some(rest)
}

/// `T1059` or `T1059.001`, in any case, and nothing else.
pub(super) fn is_strict(id: &str) -> bool {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let Some(rest) = id.strip_prefix(['T', 't']) else { return false };
    match rest.split_once('.') {
        None => digits(rest, 4),
        Some((number, sub)) => digits(number, 4) && digits(sub, 3),
    }
}

/// `attack.t1059.001` in any case and nothing else, as countermap and Detect-Forge want it.
pub(super) fn strict(written: &str) -> Option<&str> {
    after_attack(written.trim()).filter(|id| is_strict(id))
}
