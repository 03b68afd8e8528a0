//! What the list of alerts is asked, as the address has it.

use crate::alerts::Alerts;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::coverage::detections::{AlertFilter, AlertKind, NameFilter};
use crate::lowercase::lowercase;
use crate::pace::Pace;
use crate::web::address::Address;

/// What can be asked: the key in the address, and what its field says.
pub(super) const KEYS: [(&str, &str); 9] = [
    ("tactic", "Tactic"),
    ("technique", "Technique"),
    ("host", "Host"),
    ("user", "User"),
    ("rule", "Rule"),
    ("incident", "Incident"),
    ("words", "Words"),
    ("kind", "Only"),
    ("file", "File"),
];

/// Before a name that is meant as a whole; without it a part of the name is enough.
const WHOLE: char = '=';
/// Rows between two questions whether to pause.
const ROWS_BETWEEN: usize = 4096;

/// Every key that is asked, and its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowsAsked {
    pairs: Vec<(String, String)>,
}

/// A name as a filter means it as a whole.
pub(in crate::web) fn whole(name: &str) -> String {
    format!("{WHOLE}{name}")
}

impl RowsAsked {
    pub(super) fn of(address: &Address) -> Self {
        let is_known = |pair: &&(String, String)| KEYS.iter().any(|(key, _)| *key == pair.0);
        Self { pairs: address.filters.iter().filter(is_known).cloned().collect() }
    }

    /// What is asked of a key; the last counts.
    pub(super) fn get(&self, key: &str) -> &str {
        let found = self.pairs.iter().rev().find(|(known, _)| known == key);
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        !self.get(key).is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn name(&self, key: &str) -> NameFilter {
        match self.get(key) {
            "" => NameFilter::Any,
            text => match text.strip_prefix(WHOLE) {
                Some(name) => NameFilter::Is(name.to_owned()),
                None => NameFilter::Has(text.to_owned()),
            },
        }
    }

    /// The technique that is asked for; a sub-technique's alerts are its parent's as well.
    pub(super) fn technique(&self, catalogue: &Catalogue) -> Option<TechniqueIndex> {
        let id: TechniqueId = self.get("technique").trim().parse().ok()?;
        catalogue.find(id)
    }

    /// What cannot be read of it, in words.
    pub(super) fn unknown(&self, catalogue: &Catalogue) -> Option<String> {
        let technique = self.get("technique");
        if !technique.is_empty() && self.technique(catalogue).is_none() {
            return Some(format!("{technique} is no technique of this release"));
        }
        let tactic = self.get("tactic");
        (!tactic.is_empty() && self.tactic(catalogue).is_none())
            .then(|| format!("{tactic} is no tactic of this domain"))
    }

    fn tactic(&self, catalogue: &Catalogue) -> Option<u8> {
        let wanted = self.get("tactic");
        let at = catalogue.tactics.iter().position(|tactic| tactic.shortname == wanted)?;
        u8::try_from(at).ok()
    }

    pub(super) fn filter(&self, catalogue: &Catalogue) -> AlertFilter {
        AlertFilter {
            technique: self.technique(catalogue).map(|index| (index, true)),
            tactic: self.tactic(catalogue),
            host: self.name("host"),
            user: self.name("user"),
            rule: self.name("rule"),
            incident: self.name("incident"),
            kind: AlertKind::ALL.into_iter().find(|kind| kind.as_str() == self.get("kind")),
        }
    }

    /// Of these rows those that are in the file and hold all words that are asked for in a name:
    /// rule, host, user, incident, tactic or technique.
    pub(super) async fn narrowed(
        &self,
        alerts: &Alerts,
        rows: Vec<u32>,
        pace: &impl Pace,
    ) -> Vec<u32> {
        let mut holding = Vec::new();
        for word in lowercase(self.get("words")).split_whitespace() {
            holding.push(Holding::of(alerts, word, pace).await);
        }
        let file = self.has("file").then(|| {
            let wanted = self.get("file");
            alerts.readings.iter().position(|reading| reading.path == wanted)
        });
        if holding.is_empty() && file.is_none() {
            return rows;
        }
        let mut left = Vec::new();
        for piece in rows.chunks(ROWS_BETWEEN) {
            pace.pause().await;
            let is_in = |row: &u32| {
                let row = *row as usize;
                let of_file = file.is_none_or(|at| at == Some(usize::from(alerts.file_of(row))));
                of_file && holding.iter().all(|word| word.is_in(alerts, row))
            };
            left.extend(piece.iter().copied().filter(is_in));
        }
        left
    }
}

/// For every number of a list of names whether it holds a word.
struct Holding {
    rules: Vec<bool>,
    sets: Vec<bool>,
    tactics: Vec<bool>,
    hosts: Vec<bool>,
    users: Vec<bool>,
    incidents: Vec<bool>,
}

impl Holding {
    async fn of(alerts: &Alerts, word: &str, pace: &impl Pace) -> Self {
        let has = |text: &str| lowercase(text).contains(word);
        let names = |names: &crate::alerts::Names, number: u32| has(names.get(number));
        let set = |number: u32| alerts.set(number).iter().any(|id| has(&id.to_string()));
        let rule = |number: u32| {
            let rule = alerts.rule(number);
            has(rule.id) || has(rule.name)
        };
        Self {
            rules: each(alerts.rules(), &rule, pace).await,
            sets: each(alerts.sets(), &set, pace).await,
            tactics: each(alerts.tactics().len(), &|n| names(alerts.tactics(), n), pace).await,
            hosts: each(alerts.hosts().len(), &|n| names(alerts.hosts(), n), pace).await,
            users: each(alerts.users().len(), &|n| names(alerts.users(), n), pace).await,
            incidents: each(alerts.incidents().len(), &|n| names(alerts.incidents(), n), pace)
                .await,
        }
    }

    fn is_in(&self, alerts: &Alerts, row: usize) -> bool {
        let Some(alert) = alerts.get(row) else { return false };
        let at = |list: &[bool], number: u32| list.get(number as usize) == Some(&true);
        at(&self.rules, alert.rule)
            || at(&self.hosts, alert.host)
            || at(&self.users, alert.user)
            || at(&self.incidents, alert.incident)
            || at(&self.sets, alerts.set_of(row))
            || at(&self.tactics, alerts.tactic_of(row))
    }
}

/// 0 is none.
async fn each(count: usize, has: &dyn Fn(u32) -> bool, pace: &impl Pace) -> Vec<bool> {
    let mut all = vec![false];
    for number in 1..=u32::try_from(count).unwrap_or(u32::MAX) {
        if (number as usize).is_multiple_of(ROWS_BETWEEN / 4) {
            pace.pause().await;
        }
        all.push(has(number));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::NewAlert;
    use crate::pace::{Unpaced, at_once};

    fn asked(pairs: &[(&str, &str)]) -> RowsAsked {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        RowsAsked::of(&Address { filters: pairs.collect(), ..Address::default() })
    }

    #[test]
    fn names_are_parts_or_wholes() {
        let all = asked(&[("host", "ws"), ("user", "=ann"), ("other", "x"), ("host", "srv")]);
        assert_eq!(all.name("host"), NameFilter::Has("srv".to_owned()), "the last counts");
        assert_eq!(all.name("user"), NameFilter::Is("ann".to_owned()));
        assert_eq!(all.name("rule"), NameFilter::Any);
        assert_eq!(asked(&[("host", "=")]).name("host"), NameFilter::Is(String::new()));
        assert!(asked(&[("other", "x")]).is_empty() && !all.has("other"));
    }

    #[test]
    fn every_word_is_in_a_name_of_the_row() {
        let mut alerts = Alerts::default();
        for (host, user, rule) in
            [("WS-1", "ann", "Odd Logon"), ("WS-2", "", "Odd task"), ("", "bob", "Logon")]
        {
            alerts.push(&NewAlert { host, user, rule_name: rule, ..NewAlert::default() });
        }
        let rows = |words: &str| {
            let asked = asked(&[("words", words)]);
            at_once(asked.narrowed(&alerts, vec![2, 1, 0], &Unpaced))
        };
        assert_eq!(rows("odd"), [1, 0]);
        assert_eq!(rows("  odd   LOGON "), [0]);
        assert_eq!(rows("ws-2 odd"), [1]);
        assert!(rows("ann bob").is_empty());
        assert_eq!(rows(" "), [2, 1, 0]);
    }
}
