//! Which of the rules that were read raised an alert: by the rule's id, else by its name.

use crate::alerts::{AlertRule, Alerts, Placement};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Claims;
use crate::lowercase::lowercase;
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::rule::{Intake, RuleIndex};
use crate::sorted;
use std::collections::BTreeMap;

/// Alerts joined with rules and a catalogue. Only valid with all three.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Where the alerts stand.
    pub placement: Placement,
    /// At the number of a rule of the alerts.
    rules: Vec<Vec<RuleIndex>>,
}

/// Rules by what alerts may call them.
pub(super) struct Known {
    ids: BTreeMap<String, Vec<RuleIndex>>,
    titles: BTreeMap<String, Vec<RuleIndex>>,
}

impl Known {
    /// Copies of a rule are no rules of their own.
    pub(super) async fn of(intake: &Intake, pace: &impl Pace) -> Self {
        let mut known = Self { ids: BTreeMap::new(), titles: BTreeMap::new() };
        for (at, rule) in (0..).zip(&intake.rules) {
            if (at as usize).is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            if intake.is_duplicate(at) {
                continue;
            }
            if let Some(id) = rule.id.as_deref().filter(|_| !rule.id_is_shared) {
                known.ids.entry(plain(id)).or_default().push(at);
            }
            known.titles.entry(plain(&rule.title)).or_default().push(at);
        }
        known
    }

    /// By id, else by name; a product may write either in the place of the other. Of a name that
    /// several rules have all are meant.
    pub(super) fn find(&self, id: &str, name: &str) -> &[RuleIndex] {
        let (id, name) = (plain(id), plain(name));
        let core = core(&name);
        // Kibana and Sentinel may write a rule's id behind one of their own.
        let last = id.rsplit(['_', '/']).next().unwrap_or_default();
        let tries = [
            (&self.ids, id.as_str()),
            (&self.ids, last),
            (&self.titles, name.as_str()),
            (&self.titles, core),
            (&self.titles, id.as_str()),
            (&self.ids, name.as_str()),
        ];
        let found = tries.into_iter().filter(|(_, name)| !name.is_empty());
        found.filter_map(|(map, name)| map.get(name)).map(Vec::as_slice).next().unwrap_or_default()
    }
}

fn plain(text: &str) -> String {
    lowercase(text.trim())
}

/// Splunk puts a name between a kind and a word: `ESCU - Name - Rule`, `Threat - Name - Rule`.
fn core(name: &str) -> &str {
    let inner = name.strip_suffix(" - rule").unwrap_or(name);
    match inner.split_once(" - ") {
        Some((_, core)) if inner.len() < name.len() => core,
        _ => inner,
    }
}

impl Joined {
    /// Joins them; `claims` must come from the catalogue and the rules.
    pub fn of(catalogue: &Catalogue, intake: &Intake, claims: &Claims, alerts: &Alerts) -> Self {
        at_once(Self::of_paced(catalogue, intake, claims, alerts, &Unpaced))
    }

    /// [`Self::of`] in pieces.
    pub async fn of_paced(
        catalogue: &Catalogue,
        intake: &Intake,
        claims: &Claims,
        alerts: &Alerts,
        pace: &impl Pace,
    ) -> Self {
        let known = Known::of(intake, pace).await;
        let mut rules = vec![Vec::new()];
        for number in 1..=u32::try_from(alerts.rules()).unwrap_or(u32::MAX) {
            if (number as usize).is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let AlertRule { id, name } = alerts.rule(number);
            rules.push(known.find(id, name).to_vec());
        }
        let techniques = |number: u32| -> Vec<TechniqueIndex> {
            let rules = rules.get(number as usize).into_iter().flatten();
            let techniques = rules.filter_map(|rule| claims.techniques.get(*rule as usize));
            techniques.flatten().copied().collect()
        };
        Self { placement: Placement::of_paced(catalogue, alerts, techniques, pace).await, rules }
    }

    /// The rules that were read that a rule of the alerts is, sorted; none if it is not among
    /// them.
    pub fn rules_of(&self, number: u32) -> &[RuleIndex] {
        self.rules.get(number as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// Numbers of the rules of the alerts that are not among those that were read.
    pub fn unmatched(&self) -> Vec<u32> {
        let all = (1..).zip(self.rules.iter().skip(1));
        all.filter(|(_, rules)| rules.is_empty()).map(|(number, _)| number).collect()
    }

    /// For each rule that was read the numbers of the rules of the alerts that are it.
    pub fn by_rule(&self, rules: usize) -> Vec<Vec<u32>> {
        let mut by_rule = vec![Vec::new(); rules];
        for (number, found) in (0..).zip(&self.rules) {
            for rule in found {
                if let Some(numbers) = by_rule.get_mut(*rule as usize) {
                    numbers.push(number);
                }
            }
        }
        by_rule.iter_mut().for_each(|numbers| sorted::sort(numbers));
        by_rule
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Format, Rule};

    fn rule(id: &str, title: &str) -> Rule {
        let id = (!id.is_empty()).then(|| id.to_owned());
        Rule { id, title: title.to_owned(), ..Rule::new(Format::Sigma, &format!("{title}.yml")) }
    }

    #[test]
    fn rules_are_found_by_id_then_by_name() {
        let intake: Intake =
            [rule("AB-1", "One"), rule("ab-2", "Two - a"), rule("", "two - a"), rule("", "3")]
                .into_iter()
                .collect();
        let known = at_once(Known::of(&intake, &Unpaced));
        for (id, name, expected) in [
            ("ab-1", "", &[0][..]),
            (" AB-1 ", "Two - a", &[0]),
            ("other", "one", &[0]),
            ("", "AB-2", &[1]),
            ("one", "", &[0]),
            ("workspace_ab-2", "", &[1]),
            ("", "TWO - A", &[1, 2]),
            ("", "ESCU - One - Rule", &[0]),
            ("", "Threat - Two - a - Rule", &[1, 2]),
            ("", "x - One", &[]),
            ("", "", &[]),
            ("nothing", "of it", &[]),
        ] {
            assert_eq!(known.find(id, name), expected, "{id} {name}");
        }
    }
}
