//! What is picked to be investigated; lasts while other views are open.

use super::address::{self, Address, View};
use crate::alerts::{Alerts, Window};
use crate::attack::TechniqueId;
use crate::investigate::Pick;
use crate::pace::Pace;
use crate::sorted;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The pick of the page.
#[derive(Clone, Copy, Default)]
pub struct ToInvestigate {
    /// Which alerts, and which techniques were typed.
    pub pick: RwSignal<Pick>,
}

impl ToInvestigate {
    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// Investigates this now.
    pub fn begin(self, pick: Pick) {
        self.pick.set(pick);
        address::go(&Address::showing(View::Alerts, "investigate"));
    }
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
    use crate::alerts::{Moment, NewAlert, Selection};
    use crate::pace::{Unpaced, at_once};

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
