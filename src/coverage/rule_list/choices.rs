//! What each filter of a list of rules offers, with the number of rules it would show.

use super::Facet;
use super::query::source_value;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;
use crate::diagnostic::Code;
use crate::rule::{Format, Intake, Level, LogSource, Rule, Status};

/// A choice and how many rules it would show if everything else that is asked stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As [`super::RuleQuery::read`] takes it.
    pub value: String,
    /// For people.
    pub label: String,
    /// How many rules.
    pub rules: usize,
}

/// A filter and what may be chosen there: only what has a rule, in the order of its scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Which filter.
    pub facet: Facet,
    /// What it offers.
    pub choices: Vec<Choice>,
}

/// What is counted for [`Choices`], by dense numbers: the places of a scale, indices of the
/// catalogue, numbers of log sources.
pub(super) struct Counter {
    counts: [Vec<usize>; Facet::ALL.len()],
}

impl Counter {
    pub(super) fn new(catalogue: &Catalogue, intake: &Intake) -> Self {
        let size = |facet| match facet {
            Facet::Format => Format::ALL.len(),
            // The last is for rules that state none.
            Facet::Level => Level::ALL.len() + 1,
            Facet::Status => Status::ALL.len(),
            Facet::LogSource => intake.rules.len(),
            Facet::Tactic => catalogue.tactics.len(),
            Facet::Technique => catalogue.techniques.len(),
            Facet::Code => Code::ALL.len(),
        };
        Self { counts: Facet::ALL.map(|facet| vec![0; size(facet)]) }
    }

    /// Counts a rule for every filter, or only for the one it misses: chosen otherwise, that
    /// filter would show it.
    pub(super) fn count(
        &mut self,
        rule: &Rule,
        source: Option<u32>,
        tactics: u32,
        techniques: &[TechniqueIndex],
        codes: &[Code],
        miss: Option<Facet>,
    ) {
        let mut add = |facet: Facet, at: usize| {
            if miss.is_none_or(|miss| miss == facet)
                && let Some(rules) = self.counts[facet as usize].get_mut(at)
            {
                *rules += 1;
            }
        };
        add(Facet::Format, rule.format as usize);
        add(Facet::Level, rule.level.value.map_or(Level::ALL.len(), |level| level as usize));
        add(Facet::Status, rule.status.known() as usize);
        add(Facet::LogSource, source.map_or(usize::MAX, |source| source as usize));
        for at in (0..32).filter(|at| tactics & (1 << at) != 0) {
            add(Facet::Tactic, at);
        }
        for at in techniques {
            add(Facet::Technique, usize::from(at.0));
        }
        for code in codes {
            add(Facet::Code, *code as usize);
        }
    }

    /// What was counted, as choices.
    pub(super) fn choices(
        self,
        catalogue: &Catalogue,
        intake: &Intake,
        coverage: &Coverage,
    ) -> Vec<Choices> {
        // Looking for a rule of each log source anew would take quadratic time.
        let mut of_source = vec![None; intake.rules.len()];
        for (source, rule) in coverage.claims.sources.iter().zip(&intake.rules) {
            if let Some(known) = of_source.get_mut(*source as usize)
                && known.is_none()
            {
                *known = Some(&rule.log_source);
            }
        }
        let offers = |facet: Facet, counts: Vec<usize>| {
            let some = counts.into_iter().enumerate().filter(|(_, rules)| *rules > 0);
            let mut choices: Vec<Choice> = some
                .filter_map(|(at, rules)| {
                    let (value, label) = named(facet, at, catalogue, &of_source)?;
                    Some(Choice { value, label, rules })
                })
                .collect();
            match facet {
                // The most severe first, those without a level last.
                Facet::Level => {
                    let stated = choices.iter().filter(|choice| choice.value != "none").count();
                    choices[..stated].reverse();
                }
                Facet::LogSource => {
                    crate::sorted::sort_by(&mut choices, |a, b| a.label.cmp(&b.label));
                }
                _ => {}
            }
            Choices { facet, choices }
        };
        Facet::ALL
            .into_iter()
            .zip(self.counts)
            .map(|(facet, counts)| offers(facet, counts))
            .collect()
    }
}

/// Value and label of a number.
fn named(
    facet: Facet,
    at: usize,
    catalogue: &Catalogue,
    of_source: &[Option<&LogSource>],
) -> Option<(String, String)> {
    let same = |text: &str| (text.to_owned(), text.to_owned());
    Some(match facet {
        Facet::Format => {
            let format = Format::ALL.get(at)?;
            (format.as_str().to_owned(), format.name().to_owned())
        }
        Facet::Level => match Level::ALL.get(at) {
            Some(level) => same(level.as_str()),
            None => ("none".to_owned(), "not stated".to_owned()),
        },
        Facet::Status => same(Status::ALL.get(at)?.as_str()),
        Facet::LogSource => {
            let source = (*of_source.get(at)?)?;
            (source_value(source), source.to_string())
        }
        Facet::Tactic => {
            let tactic = catalogue.tactics.get(at)?;
            (tactic.id.to_string(), tactic.name.clone())
        }
        Facet::Technique => {
            let technique = catalogue.techniques.get(at)?;
            (technique.id.to_string(), format!("{} {}", technique.id, technique.name))
        }
        Facet::Code => {
            let code = Code::ALL.get(at)?;
            (code.as_str(), code.heading().to_owned())
        }
    })
}
