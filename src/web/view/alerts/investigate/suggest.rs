//! What someone may mean who types: names of the alerts, techniques, or several ids at once.

use crate::alerts::Alerts;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::investigate::Pick;
use crate::lowercase::lowercase;
use crate::pace::Pace;
use crate::sorted;
use crate::web::investigating::{Kind, ids};

/// Names of a kind, and techniques, that are offered.
const EACH: usize = 5;
/// Names that are looked at more closely; of more the rest is passed over.
const CLOSER: usize = 400;
/// Names between two questions whether to pause.
const NAMES_BETWEEN: usize = 1024;

/// What is picked when it is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Suggestion {
    /// A name.
    Name(Kind, String),
    /// One technique, or several: all ids that were typed.
    Techniques(Vec<TechniqueId>),
}

impl Suggestion {
    /// Adds it to a pick; false if that has it already.
    pub(super) fn add(&self, pick: &mut Pick) -> bool {
        match self {
            Self::Name(kind, name) => {
                let names = kind.of_mut(pick);
                let is_new = !names.contains(name);
                if is_new {
                    names.push(name.clone());
                }
                is_new
            }
            Self::Techniques(ids) => {
                let before = pick.techniques.len();
                for id in ids {
                    if !pick.techniques.contains(id) {
                        pick.techniques.push(*id);
                    }
                }
                pick.techniques.len() > before
            }
        }
    }

    /// What it is, and how it is called.
    pub(super) fn told(&self, catalogue: &Catalogue) -> (&'static str, String) {
        match self {
            Self::Name(kind, name) => (kind.label(), name.clone()),
            Self::Techniques(ids) if ids.len() == 1 => {
                let name = |id: &TechniqueId| match catalogue.find(*id) {
                    Some(index) => format!("{id} {}", full_name(catalogue, index)),
                    None => format!("{id}, not in this release"),
                };
                ("Technique", ids.iter().map(name).collect())
            }
            Self::Techniques(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                ("Techniques", ids.join(", "))
            }
        }
    }
}

fn full_name(catalogue: &Catalogue, index: TechniqueIndex) -> String {
    let technique = catalogue.technique(index);
    match technique.parent {
        Some(parent) => format!("{}: {}", catalogue.technique(parent).name, technique.name),
        None => technique.name.clone(),
    }
}

/// The best first. Ids that are typed come before everything, then names, then techniques.
pub(super) async fn suggest(
    alerts: Option<&Alerts>,
    catalogue: &Catalogue,
    query: &str,
    pace: &impl Pace,
) -> Vec<Suggestion> {
    let mut found = Vec::new();
    let parts: Vec<&str> = ids(query).collect();
    let mut typed: Vec<TechniqueId> = Vec::new();
    for id in parts.iter().map_while(|part| part.parse().ok()) {
        if !typed.contains(&id) {
            typed.push(id);
        }
    }
    let is_all = parts.iter().all(|part| part.parse::<TechniqueId>().is_ok());
    if is_all && typed.len() > 1 {
        found.push(Suggestion::Techniques(typed.clone()));
    }
    let word = lowercase(query.trim());
    if let Some(alerts) = alerts.filter(|_| !word.is_empty() && typed.is_empty()) {
        for kind in Kind::ALL {
            let names = names(alerts, kind, &word, pace).await;
            found.extend(names.into_iter().map(|name| Suggestion::Name(kind, name)));
        }
    }
    // Behind whole ids, of which the last is still being typed, that one is searched for.
    let last = match parts.split_last() {
        Some((last, before)) if !is_all && before.len() == typed.len() => *last,
        _ if typed.len() == 1 || !is_all => query,
        _ => "",
    };
    let before = if is_all { Vec::new() } else { typed.clone() };
    for index in catalogue.search(last, EACH) {
        let mut ids = before.clone();
        let id = catalogue.technique(index).id;
        if !ids.contains(&id) {
            ids.push(id);
        }
        found.push(Suggestion::Techniques(ids));
    }
    // Also one that this release does not have: it is told what became of it.
    if is_all && typed.len() == 1 && !found.contains(&Suggestion::Techniques(typed.clone())) {
        found.push(Suggestion::Techniques(typed));
    }
    found
}

/// Names of a kind that hold a word; those that begin with it first.
async fn names(alerts: &Alerts, kind: Kind, word: &str, pace: &impl Pace) -> Vec<String> {
    let mut found: Vec<(bool, String)> = Vec::new();
    let count = match kind {
        Kind::Incident => alerts.incidents().len(),
        Kind::Host => alerts.hosts().len(),
        Kind::User => alerts.users().len(),
        Kind::Rule => alerts.rules(),
    };
    for number in 1..=u32::try_from(count).unwrap_or(u32::MAX) {
        if (number as usize).is_multiple_of(NAMES_BETWEEN) {
            pace.pause().await;
        }
        let name = match kind {
            Kind::Incident => alerts.incidents().get(number),
            Kind::Host => alerts.hosts().get(number),
            Kind::User => alerts.users().get(number),
            Kind::Rule => alerts.rule(number).label(),
        };
        let small = lowercase(name);
        if small.contains(word) {
            found.push((!small.starts_with(word), name.to_owned()));
            if found.len() == CLOSER {
                break;
            }
        }
    }
    sorted::sort(&mut found);
    // Two rules may have one name.
    found.dedup();
    found.into_iter().take(EACH).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::NewAlert;
    use crate::attack::{Domain, bundled};
    use crate::pace::{Unpaced, at_once};

    fn told(query: &str) -> Vec<String> {
        let mut alerts = Alerts::default();
        for (host, user, rule) in
            [("WS-10", "ann", "Odd logon"), ("DC-WS", "ws", "Odd logon"), ("ws-2", "bob", "Odd")]
        {
            let rule_id = host;
            alerts.push(&NewAlert { host, user, rule_id, rule_name: rule, ..NewAlert::default() });
        }
        let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
        let found = at_once(suggest(Some(&alerts), catalogue, query, &Unpaced));
        let told = |each: &Suggestion| {
            let (kind, name) = each.told(catalogue);
            format!("{kind} {name}")
        };
        found.iter().map(told).collect()
    }

    #[test]
    fn names_of_all_kinds_are_found() {
        let found = told("ws");
        assert_eq!(found[..4], ["Host WS-10", "Host ws-2", "Host DC-WS", "User ws"]);
        assert_eq!(told("odd l")[..1], ["Rule Odd logon"], "once, though two rules have it");
        assert!(told("").is_empty() && told("  ").is_empty() && told("no such thing").is_empty());
    }

    #[test]
    fn ids_are_taken_as_they_are_typed() {
        let both = "Techniques T1003.001, T1021.002";
        assert_eq!(told("T1003.001 T1021.002"), [both]);
        assert_eq!(told(" t1003.001,T1021.002; T1003.001 "), [both]);
        assert!(told("T1003.001 T1021.00").contains(&both.to_owned()), "the last half typed");
        assert_eq!(told("T1003.001")[0], "Technique T1003.001 OS Credential Dumping: LSASS Memory");
        assert_eq!(told("T9999"), ["Technique T9999, not in this release"]);
        assert!(told("lsass").iter().any(|name| name.contains("T1003.001")));
    }

    #[test]
    fn what_is_chosen_is_added_once() {
        let mut pick = Pick::default();
        let host = Suggestion::Name(Kind::Host, "a".to_owned());
        assert!(host.add(&mut pick) && !host.add(&mut pick));
        let ids: Vec<TechniqueId> =
            ["T1003", "T1059"].iter().map(|id| id.parse().expect("an id")).collect();
        assert!(Suggestion::Techniques(ids[..1].to_vec()).add(&mut pick));
        assert!(Suggestion::Techniques(ids.clone()).add(&mut pick));
        assert_eq!((pick.hosts.len(), pick.techniques), (1, ids));
    }
}
