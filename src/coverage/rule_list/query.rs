//! What can be asked of a list of rules, and how an address writes it.

use super::Facet;
use crate::attack::{Catalogue, TacticId, TechniqueId, TechniqueIndex};
use crate::coverage::{Coverage, Summary};
use crate::diagnostic::Code;
use crate::rule::{Format, Intake, Level, LogSource, Rule, RuleIndex, Status};

/// Which rules a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleFilter {
    /// All that were read.
    #[default]
    All,
    /// Those that count: mapped and unmapped.
    Counted,
    /// Those that name a technique of the catalogue.
    Mapped,
    /// Those that name none.
    Unmapped,
    /// Those left out for their status.
    Excluded,
    /// Those left out because they are switched off themselves.
    Disabled,
    /// Those left out by a what-if.
    SwitchedOff,
    /// Copies of a rule id already read.
    Duplicates,
}

impl RuleFilter {
    /// All, in the order they are offered.
    pub const ALL: [Self; 8] = [
        Self::All,
        Self::Counted,
        Self::Mapped,
        Self::Unmapped,
        Self::Excluded,
        Self::Disabled,
        Self::SwitchedOff,
        Self::Duplicates,
    ];

    /// As in an address, `?show=unmapped`; empty for all.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Counted => "counted",
            Self::Mapped => "mapped",
            Self::Unmapped => "unmapped",
            Self::Excluded => "excluded",
            Self::Disabled => "disabled",
            Self::SwitchedOff => "switched-off",
            Self::Duplicates => "duplicates",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All read",
            Self::Counted => "Counted",
            Self::Mapped => "Mapped",
            Self::Unmapped => "Unmapped",
            Self::Excluded => "Excluded by status",
            Self::Disabled => "Disabled",
            Self::SwitchedOff => "Switched off in a what-if",
            Self::Duplicates => "Duplicates",
        }
    }

    /// Reads [`Self::as_str`]; anything else is all.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text).unwrap_or_default()
    }

    /// How many rules it shows.
    pub fn count(self, summary: &Summary) -> usize {
        match self {
            Self::All => summary.rules_read,
            Self::Counted => summary.rules,
            Self::Mapped => summary.rules_mapped,
            Self::Unmapped => summary.rules_unmapped,
            Self::Excluded => summary.rules_excluded,
            Self::Disabled => summary.rules_disabled,
            Self::SwitchedOff => summary.rules_switched_off,
            Self::Duplicates => summary.duplicates,
        }
    }

    pub(super) fn select(self, intake: &Intake, coverage: &Coverage) -> Vec<RuleIndex> {
        match self {
            Self::All => (0..).take(intake.rules.len()).collect(),
            Self::Counted => coverage.counted(),
            Self::Mapped => coverage.mapped.clone(),
            Self::Unmapped => coverage.unmapped.clone(),
            Self::Excluded => coverage.excluded.clone(),
            Self::Disabled => coverage.disabled.clone(),
            Self::SwitchedOff => coverage.switched_off.clone(),
            Self::Duplicates => intake.duplicates.clone(),
        }
    }
}

/// What is asked of a list of rules; everything must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleQuery {
    /// What became of them in the count.
    pub show: RuleFilter,
    /// What they were read as.
    pub format: Option<Format>,
    /// Their level; `Some(None)` for those that state none of the scale.
    pub level: Option<Option<Level>>,
    /// Their status.
    pub status: Option<Status>,
    /// Exactly this log source.
    pub log_source: Option<LogSource>,
    /// They count on a technique of this tactic.
    pub tactic: Option<TacticId>,
    /// They count on this technique or a sub-technique of it.
    pub technique: Option<TechniqueId>,
    /// The doctor found this about them.
    pub code: Option<Code>,
}

/// Between the parts of a log source in an address; no log source seen has it.
const PARTS: char = '|';

/// A log source as an address has it.
pub(super) fn source_value(source: &LogSource) -> String {
    format!("{}{PARTS}{}{PARTS}{}", source.product, source.category, source.service)
}

impl RuleQuery {
    /// Reads what an address holds; what cannot be read narrows nothing.
    pub fn read(show: &str, pairs: &[(String, String)]) -> Self {
        let mut query = Self { show: RuleFilter::parse(show), ..Self::default() };
        for (key, value) in pairs {
            match key.as_str() {
                "format" => query.format = Format::ALL.into_iter().find(|f| f.as_str() == value),
                "level" if value == "none" => query.level = Some(None),
                "level" => {
                    query.level = Level::ALL.into_iter().find(|l| l.as_str() == value).map(Some);
                }
                "status" => query.status = Status::ALL.into_iter().find(|s| s.as_str() == value),
                "source" => {
                    let mut parts = value.splitn(3, PARTS);
                    let mut part = || parts.next().unwrap_or_default();
                    query.log_source = Some(LogSource::new(part(), part(), part()));
                }
                "tactic" => query.tactic = value.parse().ok(),
                "technique" => query.technique = value.parse().ok(),
                "code" => query.code = value.parse().ok(),
                _ => {}
            }
        }
        query
    }

    /// Whether a filter narrows the list.
    pub fn has(&self, facet: Facet) -> bool {
        match facet {
            Facet::Format => self.format.is_some(),
            Facet::Level => self.level.is_some(),
            Facet::Status => self.status.is_some(),
            Facet::LogSource => self.log_source.is_some(),
            Facet::Tactic => self.tactic.is_some(),
            Facet::Technique => self.technique.is_some(),
            Facet::Code => self.code.is_some(),
        }
    }

    /// Whether anything but [`Self::show`] narrows the list.
    pub fn is_narrowed(&self) -> bool {
        Facet::ALL.into_iter().any(|facet| self.has(facet))
    }
}

/// A query in the numbers of its catalogue.
pub(super) struct Wanted<'q> {
    query: &'q RuleQuery,
    /// A set of one; empty if the catalogue lacks it.
    tactic: u32,
    technique: Option<TechniqueIndex>,
}

impl<'q> Wanted<'q> {
    pub(super) fn new(query: &'q RuleQuery, catalogue: &Catalogue) -> Self {
        let tactic = query.tactic.and_then(|id| catalogue.tactics.iter().position(|t| t.id == id));
        let set = |at: usize| 1_u32.checked_shl(at as u32).unwrap_or(0);
        let technique = query.technique.and_then(|id| catalogue.find(id));
        Self { query, tactic: tactic.map_or(0, set), technique }
    }

    /// The filters a rule does not answer.
    pub(super) fn misses(
        &self,
        rule: &Rule,
        tactics: u32,
        techniques: &[TechniqueIndex],
        codes: &[Code],
    ) -> Vec<Facet> {
        let query = self.query;
        let is_technique =
            || self.technique.is_some_and(|wanted| techniques.binary_search(&wanted).is_ok());
        let answers = [
            (Facet::Format, query.format.is_none_or(|format| rule.format == format)),
            (Facet::Level, query.level.is_none_or(|level| rule.level.value == level)),
            (Facet::Status, query.status.is_none_or(|status| rule.status.known() == status)),
            (Facet::LogSource, query.log_source.as_ref().is_none_or(|s| rule.log_source == *s)),
            (Facet::Tactic, query.tactic.is_none() || tactics & self.tactic != 0),
            (Facet::Technique, query.technique.is_none() || is_technique()),
            (Facet::Code, query.code.is_none_or(|code| codes.contains(&code))),
        ];
        let missed = answers.into_iter().filter(|(_, answered)| !answered);
        missed.map(|(facet, _)| facet).collect()
    }
}
