//! What is picked to be investigated: how one comes to it, and how the address has it.

use super::address::{self, Address, View};
use super::state::AppState;
use crate::alerts::{Alerts, Selection, Window};
use crate::attack::TechniqueId;
use crate::investigate::Pick;
use crate::pace::Pace;
use crate::sorted;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where it is shown, among the parts of the view Alerts.
pub const PART: &str = "investigate";

/// Investigates this now; can be undone.
pub fn begin(state: AppState, pick: Pick) {
    let filters = written(&pick);
    state.choose(|settings| settings.detections.pick = Arc::new(pick));
    address::go(&Address { filters, ..Address::showing(View::Alerts, PART) });
}

/// What names of alerts can be picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Incidents or cases.
    Incident,
    /// Hosts.
    Host,
    /// Users.
    User,
    /// Rules of alerts.
    Rule,
}

impl Kind {
    /// All, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Incident, Self::Host, Self::User, Self::Rule];

    /// As in the address, where rows of alerts are narrowed by the same keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Host => "host",
            Self::User => "user",
            Self::Rule => "rule",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Incident => "Incident",
            Self::Host => "Host",
            Self::User => "User",
            Self::Rule => "Rule",
        }
    }

    /// Those of this kind that are picked.
    pub fn of(self, pick: &Pick) -> &[String] {
        match self {
            Self::Incident => &pick.incidents,
            Self::Host => &pick.hosts,
            Self::User => &pick.users,
            Self::Rule => &pick.rules,
        }
    }

    /// The same, to be changed.
    pub fn of_mut(self, pick: &mut Pick) -> &mut Vec<String> {
        match self {
            Self::Incident => &mut pick.incidents,
            Self::Host => &mut pick.hosts,
            Self::User => &mut pick.users,
            Self::Rule => &mut pick.rules,
        }
    }
}

/// Begin and end of the time, as [`Selection`] and as the address has them: the selection has its
/// own window there.
const TIMES: [(&str, &str); 2] = [("since", "from"), ("until", "to")];
/// Key of typed techniques.
const TECHNIQUES: &str = "techniques";
/// Names and ids in an address at most; a longer pick cannot be linked.
const LINKED: usize = 60;
/// Letters of them at most.
const LINKED_LETTERS: usize = 1500;

/// A key of [`written`].
pub fn is_key(key: &str) -> bool {
    key == TECHNIQUES
        || Kind::ALL.iter().any(|kind| kind.as_str() == key)
        || TIMES.iter().any(|(_, own)| *own == key)
}

/// A pick as keys and values of an address; none if it is empty, or too long for one.
pub fn written(pick: &Pick) -> Vec<(String, String)> {
    let names = || Kind::ALL.into_iter().flat_map(|kind| kind.of(pick));
    let letters: usize = names().map(String::len).sum();
    if names().count() + pick.techniques.len() > LINKED || letters > LINKED_LETTERS {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    for kind in Kind::ALL {
        pairs.extend(kind.of(pick).iter().map(|name| (kind.as_str().to_owned(), name.clone())));
    }
    for (key, value) in (Selection { window: pick.window, ..Selection::default() }).written() {
        let own = TIMES.iter().find(|(known, _)| *known == key).map_or("", |(_, own)| own);
        pairs.push((own.to_owned(), value));
    }
    if !pick.techniques.is_empty() {
        let ids: Vec<String> = pick.techniques.iter().map(ToString::to_string).collect();
        pairs.push((TECHNIQUES.to_owned(), ids.join(",")));
    }
    pairs
}

/// What [`written`] gives; `None` if none of its keys is there. What cannot be read is passed over.
pub fn read(pairs: &[(String, String)]) -> Option<Pick> {
    if !pairs.iter().any(|(key, _)| is_key(key)) {
        return None;
    }
    let mut pick = Pick::default();
    let mut times = Vec::new();
    for (key, value) in pairs {
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.as_str() == key) {
            let names = kind.of_mut(&mut pick);
            if !names.contains(value) {
                names.push(value.clone());
            }
        } else if key == TECHNIQUES {
            for id in ids(value).filter_map(|id| id.parse().ok()) {
                if !pick.techniques.contains(&id) {
                    pick.techniques.push(id);
                }
            }
        } else if let Some((known, _)) = TIMES.iter().find(|(_, own)| own == key) {
            times.push(((*known).to_owned(), value.clone()));
        }
    }
    pick.window = Selection::read(&times).and_then(|selection| selection.window);
    Some(pick)
}

/// The pieces of a text that may be ids, however they are set apart.
pub fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '+' | '|'))
        .filter(|part| !part.is_empty())
}

/// Which names of some rows a pick is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Their hosts.
    pub hosts: bool,
    /// Their users.
    pub users: bool,
    /// Their incidents.
    pub incidents: bool,
    /// Their rules.
    pub rules: bool,
}

impl Kinds {
    /// All of them: the narrowest pick that has the rows.
    pub const ALL: Self = Self { hosts: true, users: true, incidents: true, rules: true };
}

/// Rows between two questions whether to pause.
const ROWS_BETWEEN: usize = 4096;

/// The narrowest pick by these kinds and the time that has all of these rows. It may have more: a
/// pick names hosts and rules, not rows.
pub async fn pick_of(
    alerts: &Alerts,
    rows: impl Iterator<Item = u32>,
    kinds: Kinds,
    techniques: Vec<TechniqueId>,
    pace: &impl Pace,
) -> Pick {
    let mut numbers = [const { BTreeSet::<u32>::new() }; 4];
    let mut span: Option<(crate::alerts::Moment, crate::alerts::Moment)> = None;
    let wanted = [kinds.hosts, kinds.users, kinds.incidents, kinds.rules];
    for (at, row) in rows.enumerate() {
        if at.is_multiple_of(ROWS_BETWEEN) {
            pace.pause().await;
        }
        let Some(alert) = alerts.get(row as usize) else { continue };
        let (first, last) = span.unwrap_or((alert.time, alert.time));
        span = Some((first.min(alert.time), last.max(alert.time)));
        let own = [alert.host, alert.user, alert.incident, alert.rule];
        for ((set, number), is_wanted) in numbers.iter_mut().zip(own).zip(wanted) {
            if is_wanted {
                set.insert(number);
            }
        }
    }
    let [hosts, users, incidents, rules] = numbers;
    let names = |set: BTreeSet<u32>, name: &dyn Fn(u32) -> String| {
        let mut names: Vec<String> = set.into_iter().map(name).collect();
        sorted::sort(&mut names);
        names.dedup();
        names
    };
    Pick {
        hosts: names(hosts, &|number| alerts.hosts().get(number).to_owned()),
        users: names(users, &|number| alerts.users().get(number).to_owned()),
        incidents: names(incidents, &|number| alerts.incidents().get(number).to_owned()),
        rules: names(rules, &|number| alerts.rule(number).label().to_owned()),
        window: span.map(Window::of_span),
        techniques,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{Moment, NewAlert};
    use crate::pace::{Unpaced, at_once};

    #[test]
    fn a_pick_comes_back_from_an_address() {
        let window = Window { since: Moment(86_400_000), until: Moment(172_800_001) };
        let pick = Pick {
            hosts: vec!["a".into(), "<b>&=".into(), String::new()],
            rules: vec!["R, S".into()],
            window: Some(window),
            techniques: vec!["T1059".parse().expect("an id"), "T1003.001".parse().expect("one")],
            ..Pick::default()
        };
        let pairs = written(&pick);
        assert_eq!(read(&pairs), Some(pick.clone()));
        assert!(pairs.iter().all(|(key, _)| is_key(key) && !Selection::KEYS.contains(&&**key)));
        let days = Window { since: Moment(0), until: Moment(86_400_000) };
        let day = Pick { window: Some(days), ..Pick::default() };
        assert_eq!(read(&written(&day)), Some(day));
        // A selection beside it is none of it.
        assert_eq!(read(&[("since".into(), "2026-01-01".into())]), None);
        assert_eq!(read(&[]), None);
        let typed = [("techniques".to_owned(), "T1059 T1003.001;T1059,nothing".to_owned())];
        assert_eq!(read(&typed).map(|read| read.techniques), Some(pick.techniques));
        let many = Pick { hosts: (0..61).map(|n| n.to_string()).collect(), ..Pick::default() };
        assert!(written(&many).is_empty());
    }

    #[test]
    fn a_pick_has_the_rows_it_was_made_of() {
        let mut alerts = Alerts::default();
        for (host, rule, time) in [("a", "R", 10), ("b", "S", 20), ("", "R", 30), ("a", "T", 40)] {
            let time = Moment(time);
            alerts.push(&NewAlert { host, rule_name: rule, time, ..NewAlert::default() });
        }
        let of = |rows: &[u32], kinds| {
            at_once(pick_of(&alerts, rows.iter().copied(), kinds, Vec::new(), &Unpaced))
        };
        let pick = of(&[0, 2], Kinds::ALL);
        assert_eq!(
            (&pick.hosts[..], &pick.rules[..]),
            (&["".into(), "a".into()][..], &["R".into()][..])
        );
        assert_eq!(pick.rows(&alerts, &Selection::default()), [0, 2]);
        let hosts = Kinds { hosts: true, ..Kinds::default() };
        let pick = of(&[0, 3], hosts);
        assert_eq!(pick.rows(&alerts, &Selection::default()), [0, 3]);
        let pick = of(&[1], Kinds::default());
        assert_eq!(pick.rows(&alerts, &Selection::default()), [1], "by time alone");
    }
}
