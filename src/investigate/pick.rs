//! What is investigated: alerts picked by what they name, and techniques that were typed.

use super::ROWS_BETWEEN;
use crate::alerts::{Alerts, Names, Selection, Window};
use crate::attack::TechniqueId;
use crate::pace::{Pace, Unpaced, at_once};
use serde::{Deserialize, Serialize};

/// Which alerts are picked, all by name so that a pick outlives the table, and which techniques
/// were typed. Names of one kind are alternatives; kinds restrict one another. An empty name
/// stands for alerts without one. Where no kind and no window is given no alert is picked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pick {
    /// Hosts, as the alerts write them.
    pub hosts: Vec<String>,
    /// Users.
    pub users: Vec<String>,
    /// Incidents or cases.
    pub incidents: Vec<String>,
    /// Rules of alerts, by name or id.
    pub rules: Vec<String>,
    /// A stretch of time.
    pub window: Option<Window>,
    /// Typed techniques; they count beside those of the alerts.
    pub techniques: Vec<TechniqueId>,
}

/// A name of a pick that no alert has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// `host`, `user`, `incident` or `rule`.
    pub kind: &'static str,
    /// As picked.
    pub name: String,
}

/// For every number of a kind whether it was picked; `None` where the kind restricts nothing.
type Chosen = Option<Vec<bool>>;

impl Pick {
    /// Whether it picks alerts at all.
    pub fn picks_alerts(&self) -> bool {
        let lists = [&self.hosts, &self.users, &self.incidents, &self.rules];
        self.window.is_some() || lists.iter().any(|list| !list.is_empty())
    }

    /// Whether there is nothing to investigate.
    pub fn is_empty(&self) -> bool {
        !self.picks_alerts() && self.techniques.is_empty()
    }

    /// The rows it picks, in order. Of the selection severities and verdicts count; its window
    /// does not, a pick has its own.
    pub fn rows(&self, alerts: &Alerts, selection: &Selection) -> Vec<usize> {
        at_once(self.rows_paced(alerts, selection, &Unpaced))
    }

    /// [`Self::rows`] in pieces, in one walk.
    pub async fn rows_paced(
        &self,
        alerts: &Alerts,
        selection: &Selection,
        pace: &impl Pace,
    ) -> Vec<usize> {
        if !self.picks_alerts() {
            return Vec::new();
        }
        let hosts = chosen(alerts.hosts(), &self.hosts);
        let users = chosen(alerts.users(), &self.users);
        let incidents = chosen(alerts.incidents(), &self.incidents);
        let rules = self.chosen_rules(alerts);
        let selection = Selection { window: self.window, ..selection.clone() };
        let has = |chosen: &Chosen, number: u32| {
            let Some(chosen) = chosen else { return true };
            chosen.get(number as usize).copied().unwrap_or_default()
        };
        let mut rows = Vec::new();
        for alert in alerts.iter() {
            if alert.at.is_multiple_of(ROWS_BETWEEN) {
                pace.pause().await;
            }
            if has(&hosts, alert.host)
                && has(&users, alert.user)
                && has(&incidents, alert.incident)
                && has(&rules, alert.rule)
                && selection.has(&alert)
            {
                rows.push(alert.at);
            }
        }
        rows
    }

    fn chosen_rules(&self, alerts: &Alerts) -> Chosen {
        if self.rules.is_empty() {
            return None;
        }
        let names = crate::sorted::set(self.rules.iter().map(String::as_str));
        let numbers = 0..=u32::try_from(alerts.rules()).unwrap_or(u32::MAX);
        let is_chosen = |number: u32| {
            let rule = alerts.rule(number);
            names.contains(rule.label()) || (!rule.id.is_empty() && names.contains(rule.id))
        };
        Some(numbers.map(is_chosen).collect())
    }

    /// Names that no alert has.
    pub fn missing(&self, alerts: &Alerts) -> Vec<Missing> {
        let mut missing = Vec::new();
        let kinds = [
            ("host", alerts.hosts(), &self.hosts),
            ("user", alerts.users(), &self.users),
            ("incident", alerts.incidents(), &self.incidents),
        ];
        for (kind, names, picked) in kinds {
            let unknown = picked.iter().filter(|n| !n.is_empty() && names.find(n).is_none());
            missing.extend(unknown.map(|name| Missing { kind, name: name.clone() }));
        }
        let mut known = crate::sorted::set([""]);
        if !self.rules.is_empty() {
            for number in 1..=u32::try_from(alerts.rules()).unwrap_or(u32::MAX) {
                let rule = alerts.rule(number);
                known.extend([rule.label(), rule.id]);
            }
        }
        let unknown = self.rules.iter().filter(|name| !known.contains(name.as_str()));
        missing.extend(unknown.map(|name| Missing { kind: "rule", name: name.clone() }));
        missing
    }

    /// What is picked, in one line.
    pub fn sentence(&self) -> String {
        let mut said = Vec::new();
        for (kind, names) in [
            ("host", &self.hosts),
            ("user", &self.users),
            ("incident", &self.incidents),
            ("rule", &self.rules),
        ] {
            if !names.is_empty() {
                let named = |name: &String| match name.is_empty() {
                    true => "(none)".to_owned(),
                    false => name.clone(),
                };
                let names: Vec<String> = names.iter().map(named).collect();
                said.push(format!("{kind} {}", names.join(" or ")));
            }
        }
        if let Some(Window { since, until }) = self.window {
            said.push(format!("from {since} to before {until}"));
        }
        let ids: Vec<String> = self.techniques.iter().map(ToString::to_string).collect();
        let alerts = match said.is_empty() {
            true => "no alerts".to_owned(),
            false => format!("alerts with {}", said.join(", and ")),
        };
        match ids.is_empty() {
            true => format!("Picked: {alerts}."),
            false => format!("Picked: {alerts}; typed: {}.", ids.join(", ")),
        }
    }
}

fn chosen(names: &Names, picked: &[String]) -> Chosen {
    if picked.is_empty() {
        return None;
    }
    let mut chosen = vec![false; names.len() + 1];
    for name in picked {
        let number = if name.is_empty() { Some(0) } else { names.find(name) };
        if let Some(place) = number.and_then(|number| chosen.get_mut(number as usize)) {
            *place = true;
        }
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{Moment, NewAlert, Verdict};
    use proptest::prelude::*;

    fn table(rows: &[(&str, &str, &str, i64)]) -> Alerts {
        let mut alerts = Alerts::default();
        for (host, user, rule, time) in rows {
            let (rule_id, rule_name) = rule.split_once('/').unwrap_or(("", rule));
            alerts.push(&NewAlert {
                host,
                user,
                rule_id,
                rule_name,
                time: Moment(*time),
                verdict: if *time > 100 { Verdict::TruePositive } else { Verdict::default() },
                ..NewAlert::default()
            });
        }
        alerts
    }

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn kinds_restrict_one_another_and_names_of_a_kind_are_alternatives() {
        let alerts = table(&[
            ("a", "x", "1/R", 10),
            ("b", "x", "2/R", 20),
            ("a", "y", "S", 30),
            ("", "x", "S", 40),
            ("c", "", "", 500),
        ]);
        let rows = |pick: &Pick| pick.rows(&alerts, &Selection::default());
        let of = |hosts: &[&str], users: &[&str], rules: &[&str]| {
            let pick = Pick {
                hosts: names(hosts),
                users: names(users),
                rules: names(rules),
                ..Pick::default()
            };
            rows(&pick)
        };
        assert_eq!(of(&["a"], &[], &[]), [0, 2]);
        assert_eq!(of(&["a", "b", "nobody"], &["x"], &[]), [0, 1]);
        assert_eq!(of(&[], &["x"], &["R"]), [0, 1], "a name that two ids have");
        assert_eq!(of(&[], &[], &["2"]), [1], "by id");
        assert_eq!(of(&[""], &[], &[]), [3], "without a host");
        assert_eq!(of(&[], &[], &[""]), [4], "without a rule");
        assert!(of(&["nobody"], &[], &[]).is_empty() && rows(&Pick::default()).is_empty());
        let window = Some(Window { since: Moment(20), until: Moment(500) });
        let pick = Pick { window, ..Pick::default() };
        assert_eq!(rows(&pick), [1, 2, 3], "a brush alone");
        let verdicts = vec![Verdict::TruePositive];
        let only = Selection { verdicts, window, ..Selection::default() };
        let all = Pick { hosts: names(&["a", "c"]), ..Pick::default() };
        assert_eq!(all.rows(&alerts, &only), [4], "verdicts count, the selection's window not");
        let typed = Pick { techniques: vec!["T1059".parse().expect("an id")], ..Pick::default() };
        assert!(rows(&typed).is_empty() && !typed.is_empty());
    }

    #[test]
    fn names_that_no_alert_has_are_told() {
        let alerts = table(&[("a", "x", "1/R", 10)]);
        let pick = Pick {
            hosts: names(&["a", "A", ""]),
            rules: names(&["R", "1", "Q"]),
            ..Pick::default()
        };
        let told: Vec<_> =
            pick.missing(&alerts).into_iter().map(|missing| (missing.kind, missing.name)).collect();
        assert_eq!(told, [("host", "A".to_owned()), ("rule", "Q".to_owned())]);
        assert_eq!(
            pick.sentence(),
            "Picked: alerts with host a or A or (none), and rule R or 1 or Q."
        );
    }

    #[test]
    fn survives_storage() {
        let pick = Pick {
            hosts: names(&["a"]),
            window: Some(Window { since: Moment(1), until: Moment(2) }),
            techniques: vec!["T1059.001".parse().expect("an id")],
            ..Pick::default()
        };
        let text = serde_json::to_string(&pick).expect("JSON");
        assert_eq!(serde_json::from_str::<Pick>(&text).expect("it reads"), pick);
        assert_eq!(serde_json::from_str::<Pick>("{}").expect("it reads"), Pick::default());
        let bytes = postcard::to_stdvec(&pick).expect("bytes");
        assert_eq!(postcard::from_bytes::<Pick>(&bytes).expect("it reads"), pick);
    }

    proptest! {
        /// One more name of a kind never loses a row; one more kind never wins one.
        #[test]
        fn alternatives_add_and_kinds_take_away(
            rows in prop::collection::vec((0_usize..3, 0_usize..3, 0_i64..9), 0..40),
            first in 0_usize..3, second in 0_usize..3, user in 0_usize..3,
        ) {
            const NAMES: [&str; 3] = ["", "a", "b"];
            let rows: Vec<_> =
                rows.into_iter().map(|(h, u, t)| (NAMES[h], NAMES[u], "R", t)).collect();
            let alerts = table(&rows);
            let of = |hosts: &[&str], users: &[&str]| {
                let pick = Pick { hosts: names(hosts), users: names(users), ..Pick::default() };
                pick.rows(&alerts, &Selection::default())
            };
            let one = of(&[NAMES[first]], &[]);
            let both = of(&[NAMES[first], NAMES[second]], &[]);
            let less = of(&[NAMES[first]], &[NAMES[user]]);
            prop_assert!(one.iter().all(|row| both.contains(row)));
            prop_assert!(less.iter().all(|row| one.contains(row)));
            let by_hand: Vec<usize> = (0..rows.len())
                .filter(|at| rows[*at].0 == NAMES[first] && rows[*at].1 == NAMES[user])
                .collect();
            prop_assert_eq!(less, by_hand);
        }
    }
}
