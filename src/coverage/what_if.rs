//! What would be counted if: log sources, formats, levels, statuses or single rules switched
//! off, planned ones on.

use super::{Claims, Picked};
use crate::rule::{Format, Level, LogSource, Rule, RuleIndex, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Things named in a sentence; the rest of them is counted. A picture has room for no more.
const MOST_NAMED: usize = 8;

/// What is switched. Nothing is, by default: then the answer is the real one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WhatIf {
    /// Log sources that are gone. The empty one stands for all rules that state none.
    pub log_sources: BTreeSet<LogSource>,
    /// Formats whose rules do not count.
    pub formats: BTreeSet<Format>,
    /// Levels that do not count; `None` for rules that state none of the scale.
    pub levels: BTreeSet<Option<Level>>,
    /// Statuses that do not count. (Those of [`super::Scope::statuses`] are the real choice.)
    pub statuses: BTreeSet<Status>,
    /// Planned rules count: those left out for their status, and those that are switched off
    /// themselves.
    pub planned: bool,
    /// Single rules that do not count. Not kept beyond the visit.
    #[serde(skip)]
    pub rules: Option<Picked>,
}

impl WhatIf {
    /// Whether nothing is switched.
    pub fn is_real(&self) -> bool {
        let single = self.rules.as_ref().is_none_or(Picked::is_empty);
        single && !self.planned && !self.has_kinds()
    }

    fn has_kinds(&self) -> bool {
        !(self.log_sources.is_empty()
            && self.formats.is_empty()
            && self.levels.is_empty()
            && self.statuses.is_empty())
    }

    /// What is switched, in one sentence; `None` if nothing is. Of many things the first are
    /// named. Log sources stand in it as rules write them: whoever shows it makes them plain.
    pub fn sentence(&self) -> Option<String> {
        let mut off: Vec<String> = self.log_sources.iter().map(LogSource::to_string).collect();
        off.extend(self.formats.iter().map(|format| format.name().to_owned()));
        off.extend(self.levels.iter().map(|level| match level {
            Some(level) => format!("level {}", level.as_str()),
            None => "no level".to_owned(),
        }));
        off.extend(self.statuses.iter().map(|status| format!("status {}", status.as_str())));
        match self.rules.as_ref().map_or(0, Picked::len) {
            0 => {}
            1 => off.push("1 rule".to_owned()),
            rules => off.push(format!("{rules} rules")),
        }
        if let Some(more @ 1..) = off.len().checked_sub(MOST_NAMED) {
            off.truncate(MOST_NAMED);
            off.push(format!("{more} more"));
        }
        let planned = "Planned rules are counted";
        match (off.is_empty(), self.planned) {
            (true, false) => None,
            (true, true) => Some(format!("What if: {planned}.")),
            (false, false) => Some(format!("What if: without {}.", off.join(", "))),
            (false, true) => Some(format!("What if: without {}. {planned}.", off.join(", "))),
        }
    }

    /// Asks of each rule of an intake, in its order, whether it is switched off. Each log source
    /// is looked up once, however many rules share it.
    pub(super) fn asked_in_order<'w>(
        &'w self,
        claims: &'w Claims,
    ) -> impl FnMut(RuleIndex, &Rule) -> bool + use<'w> {
        let has_kinds = self.has_kinds();
        let has_sources = !self.log_sources.is_empty();
        let mut known: Vec<Option<bool>> =
            if has_sources { vec![None; claims.sources.len()] } else { Vec::new() };
        let mut is_single = self.rules.as_ref().map(Picked::asked_in_order);
        move |at, rule| {
            let is_single = is_single.as_mut().is_some_and(|is_single| is_single(rule));
            if is_single || !has_kinds {
                return is_single;
            }
            let number = claims.sources.get(at as usize).map_or(usize::MAX, |n| *n as usize);
            let by_source = has_sources
                && match known.get_mut(number) {
                    Some(known) => {
                        *known.get_or_insert_with(|| self.log_sources.contains(&rule.log_source))
                    }
                    None => self.log_sources.contains(&rule.log_source),
                };
            by_source
                || self.formats.contains(&rule.format)
                || self.levels.contains(&rule.level.value)
                || self.statuses.contains(&rule.status.known())
        }
    }
}
