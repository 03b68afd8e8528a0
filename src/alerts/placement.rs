//! The cells of every alert: techniques of a catalogue, and tactics.

use super::{AlertRule, Alerts};
use crate::attack::{Catalogue, Resolution, TechniqueId, TechniqueIndex};
use crate::pace::{PAUSE_EVERY, PAUSE_EVERY_ROWS, Pace, Unpaced, at_once};
use crate::sorted;
use std::collections::BTreeMap;

/// Where the alerts of a table stand in a catalogue. An alert stands where its own techniques are;
/// if it names none that the catalogue knows, where those of its rule are. Only valid with both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// At the number of a set of techniques; the first is that of none.
    sets: Vec<Cells>,
    /// At the number of a rule.
    rules: Vec<Cells>,
    /// At the number of a text of tactics.
    tactics: Vec<u64>,
    /// What alerts name and the catalogue does not have, by id.
    pub unknown: Vec<UnknownTechniques>,
    /// Texts of tactics in which the catalogue knows none, and alerts with them.
    pub unknown_tactics: Vec<(String, u32)>,
}

/// Techniques that alerts name and that are not live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTechniques {
    /// As written.
    pub id: TechniqueId,
    /// Whether it was retired without a successor; else no release at hand knows it.
    pub is_deprecated: bool,
    /// Alerts that name it.
    pub alerts: u32,
}

/// Some techniques, each with all that follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cells {
    techniques: Vec<TechniqueIndex>,
    /// Those and the techniques above sub-techniques.
    with_parents: Vec<TechniqueIndex>,
    /// A bit for each tactic of the catalogue.
    tactics: u64,
}

impl Cells {
    fn of(catalogue: &Catalogue, mut techniques: Vec<TechniqueIndex>) -> Self {
        sorted::sort(&mut techniques);
        techniques.dedup();
        let mut with_parents = techniques.clone();
        let mut tactics = 0;
        for index in &techniques {
            let technique = catalogue.technique(*index);
            with_parents.extend(technique.parent);
            tactics |= technique.tactics.iter().fold(0, |bits, tactic| bits | bit(*tactic));
        }
        sorted::sort(&mut with_parents);
        with_parents.dedup();
        Self { techniques, with_parents, tactics }
    }
}

fn bit(tactic: u8) -> u64 {
    1_u64.checked_shl(u32::from(tactic)).unwrap_or_default()
}

impl Placement {
    /// Places them; `of_rule` says what the rules that were read make of a rule's name (an index
    /// that is not of the catalogue is passed over).
    pub fn of(
        catalogue: &Catalogue,
        alerts: &Alerts,
        mut of_rule: impl FnMut(AlertRule<'_>) -> Vec<TechniqueIndex>,
    ) -> Self {
        let of_number = |number| of_rule(alerts.rule(number));
        at_once(Self::of_paced(catalogue, alerts, of_number, &Unpaced))
    }

    /// [`Self::of`] in pieces; `of_rule` is told the number of a rule, which is never 0.
    pub async fn of_paced(
        catalogue: &Catalogue,
        alerts: &Alerts,
        mut of_rule: impl FnMut(u32) -> Vec<TechniqueIndex>,
        pace: &impl Pace,
    ) -> Self {
        let mut unknown: BTreeMap<TechniqueId, (bool, u32)> = BTreeMap::new();
        let (mut rows_of_set, mut rows_of_tactic) =
            (vec![0_u32; alerts.sets() + 1], vec![0_u32; alerts.tactics().len() + 1]);
        for row in 0..alerts.len() {
            if row.is_multiple_of(PAUSE_EVERY_ROWS) {
                pace.pause().await;
            }
            if alerts.is_copy(row) {
                continue;
            }
            let count = |counts: &mut Vec<u32>, number: u32| {
                if let Some(count) = counts.get_mut(number as usize) {
                    *count = count.saturating_add(1);
                }
            };
            count(&mut rows_of_set, alerts.set_of(row));
            count(&mut rows_of_tactic, alerts.tactic_of(row));
        }
        let mut placed = Self::default();
        for (number, rows) in (0..).zip(rows_of_set) {
            if (number as usize).is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let mut techniques = Vec::new();
            for id in alerts.set(number) {
                let is_deprecated = match catalogue.resolve(*id) {
                    Resolution::Live(index) | Resolution::Revoked(index) => {
                        techniques.push(index);
                        continue;
                    }
                    Resolution::Deprecated => true,
                    Resolution::Unknown => false,
                };
                let known = unknown.entry(*id).or_insert((is_deprecated, 0));
                known.1 = known.1.saturating_add(rows);
            }
            placed.sets.push(Cells::of(catalogue, techniques));
        }
        for number in 0..=u32::try_from(alerts.rules()).unwrap_or(u32::MAX) {
            if (number as usize).is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let mut techniques = if number == 0 { Vec::new() } else { of_rule(number) };
            techniques.retain(|index| usize::from(index.0) < catalogue.techniques.len());
            placed.rules.push(Cells::of(catalogue, techniques));
        }
        for (number, rows) in (0..).zip(rows_of_tactic) {
            if (number as usize).is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let text = alerts.tactics().get(number);
            let bits = tactics_of(catalogue, text);
            if bits == 0 && !text.is_empty() {
                placed.unknown_tactics.push((text.to_owned(), rows));
            }
            placed.tactics.push(bits);
        }
        placed.unknown = unknown
            .into_iter()
            .map(|(id, (is_deprecated, alerts))| UnknownTechniques { id, is_deprecated, alerts })
            .collect();
        placed
    }

    fn cells(&self, set: u32, rule: u32) -> Option<&Cells> {
        let own = self.sets.get(set as usize).filter(|cells| !cells.techniques.is_empty());
        own.or_else(|| self.rules.get(rule as usize))
    }

    /// The techniques of a row, sorted, each once.
    pub fn techniques(&self, alerts: &Alerts, row: usize) -> &[TechniqueIndex] {
        let cells = self.cells(alerts.set_of(row), alerts.rule_of(row));
        cells.map(|cells| cells.techniques.as_slice()).unwrap_or_default()
    }

    /// Those and the techniques above sub-techniques.
    pub fn with_parents(&self, alerts: &Alerts, row: usize) -> &[TechniqueIndex] {
        let cells = self.cells(alerts.set_of(row), alerts.rule_of(row));
        cells.map(|cells| cells.with_parents.as_slice()).unwrap_or_default()
    }

    /// The tactics of a row as places in [`Catalogue::tactics`]: all those of its techniques; what
    /// it states itself where it has no technique.
    pub fn tactics(&self, alerts: &Alerts, row: usize) -> impl Iterator<Item = u8> + use<> {
        let bits = self.tactic_bits(alerts, row);
        (0..64_u8).filter(move |tactic| bits & bit(*tactic) != 0)
    }

    /// What a rule of alerts stands for in the catalogue by the rules that were read.
    pub fn of_rule(&self, rule: u32) -> &[TechniqueIndex] {
        self.rules.get(rule as usize).map(|cells| cells.techniques.as_slice()).unwrap_or_default()
    }

    pub(super) fn tactic_bits(&self, alerts: &Alerts, row: usize) -> u64 {
        let cells = self.cells(alerts.set_of(row), alerts.rule_of(row));
        match cells.map(|cells| cells.tactics).unwrap_or_default() {
            0 => self.tactics.get(alerts.tactic_of(row) as usize).copied().unwrap_or_default(),
            bits => bits,
        }
    }
}

/// A bit for each tactic of a text: one, or several between commas, semicolons, bars or lines.
fn tactics_of(catalogue: &Catalogue, text: &str) -> u64 {
    let parts = text.split([',', ';', '|', '\n']).map(|part| {
        part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '[' | ']'))
    });
    let mut bits = 0;
    for part in parts.filter(|part| !part.is_empty()) {
        let dashed = dashed(part);
        let found = catalogue.tactic_named(part).or_else(|| catalogue.tactic_named(&dashed));
        match found {
            Some(tactic) => bits |= bit(tactic),
            None => {
                for tactic in catalogue.tactic_successors(&dashed) {
                    bits |= bit(tactic);
                }
            }
        }
    }
    bits
}

/// `CredentialAccess`, `credential_access`: `credential-access`.
fn dashed(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    let mut was_lower = false;
    for c in name.chars() {
        if matches!(c, ' ' | '_' | '-') {
            out.push('-');
            was_lower = false;
            continue;
        }
        if c.is_ascii_uppercase() && was_lower {
            out.push('-');
        }
        was_lower = c.is_ascii_lowercase();
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::NewAlert;
    use crate::attack::{Domain, bundled};

    fn catalogue() -> &'static Catalogue {
        bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in")
    }

    #[test]
    fn tactics_however_they_are_written() {
        let names = |text: &str| {
            let bits = tactics_of(catalogue(), text);
            let tactics = catalogue().tactics.iter().zip(0_u8..);
            let held = tactics.filter(|(_, at)| bits & bit(*at) != 0);
            held.map(|(tactic, _)| tactic.shortname.as_str()).collect::<Vec<_>>()
        };
        let cc = ["command-and-control"];
        for text in ["Command and Control", "CommandAndControl", "command_and_control", "TA0011"] {
            assert_eq!(names(text), cc, "{text}");
        }
        assert_eq!(
            names("[\"Execution\", \"LateralMovement\"]"),
            ["execution", "lateral-movement"]
        );
        assert_eq!(names("DefenseEvasion"), ["stealth", "defense-impairment"], "split in 19");
        assert!(names("Mischief").is_empty() && names("").is_empty());
    }

    #[test]
    fn an_alerts_own_techniques_go_before_those_of_its_rule() {
        let mut alerts = Alerts::default();
        let ids = |text: &str| text.split(' ').filter_map(|id| id.parse().ok()).collect::<Vec<_>>();
        for (techniques, tactic) in
            [("", ""), ("T1003.001", "execution"), ("T9999", ""), ("T1003.001 T1003.002", "")]
        {
            let rule_name = if tactic.is_empty() { "A" } else { "B" };
            let techniques = ids(techniques).into();
            alerts.push(&NewAlert { rule_name, techniques, tactic, ..NewAlert::default() });
        }
        alerts.push(&NewAlert { rule_name: "C", tactic: "execution", ..NewAlert::default() });
        let rule = catalogue().find("T1021".parse().expect("an id")).expect("live");
        let found = Placement::of(catalogue(), &alerts, |rule_of| {
            if rule_of.name == "A" { vec![rule, rule] } else { Vec::new() }
        });
        let told = |row: usize| {
            let id = |index: &TechniqueIndex| catalogue().technique(*index).id.to_string();
            let own: Vec<String> = found.techniques(&alerts, row).iter().map(id).collect();
            let all = found.with_parents(&alerts, row).len();
            format!("{} ({all}) in {}", own.join(" "), found.tactics(&alerts, row).count())
        };
        assert_eq!(told(0), "T1021 (1) in 1");
        assert_eq!(told(1), "T1003.001 (2) in 1", "its technique says where, not its tactic");
        assert_eq!(told(2), "T1021 (1) in 1", "an unknown one is none");
        assert_eq!(told(3), "T1003.001 T1003.002 (3) in 1", "the parent once");
        assert_eq!(told(4), " (0) in 1");
        let unknown: Vec<_> = found.unknown.iter().map(|u| (u.id.to_string(), u.alerts)).collect();
        assert_eq!(unknown, [("T9999".to_owned(), 1)]);
    }
}
