//! Tactics as people write them: by short name, id or name.

use super::{Catalogue, Domain, TacticId};

/// Renamed and narrowed in Enterprise 19 (<https://attack.mitre.org/resources/updates/>, April
/// 2026): TA0005 is Stealth, and a part of it went to the new TA0112 Defense Impairment.
pub const RETIRED: &str = "defense-evasion";
/// What took its place.
pub const SUCCESSORS: [&str; 2] = ["stealth", "defense-impairment"];

impl Catalogue {
    /// The place in [`Catalogue::tactics`] of a tactic written as its short name
    /// (`lateral-movement`), its id (`TA0008`) or its name (`Lateral Movement`), in any case.
    pub fn tactic_named(&self, written: &str) -> Option<u8> {
        let written = written.trim();
        let id: Option<TacticId> = written.parse().ok();
        let at = self.tactics.iter().position(|tactic| {
            Some(tactic.id) == id
                || tactic.shortname.eq_ignore_ascii_case(written)
                || tactic.name.eq_ignore_ascii_case(written)
        })?;
        u8::try_from(at).ok()
    }

    /// The tactics of this release that took the place of `written`; none if it has not been
    /// split.
    pub fn tactic_successors(&self, written: &str) -> Vec<u8> {
        let written = written.trim().replace([' ', '_'], "-");
        if self.domain != Domain::Enterprise
            || !written.eq_ignore_ascii_case(RETIRED)
            || self.tactic_named(RETIRED).is_some()
        {
            return Vec::new();
        }
        SUCCESSORS.iter().filter_map(|name| self.tactic_named(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::bundled;
    use super::*;

    #[test]
    fn tactics_are_found_however_they_are_written() {
        let find = |domain, version| {
            bundled::find(domain, Some(version)).expect("whole").expect("built in")
        };
        let new = find(Domain::Enterprise, "19.2");
        let stealth = new.tactic_named("stealth");
        assert!(stealth.is_some());
        assert_eq!(new.tactic_named("TA0005"), stealth);
        assert_eq!(new.tactic_named(" Stealth "), stealth);
        assert_eq!(new.tactic_named("defense-evasion"), None);
        assert_eq!(new.tactic_successors("Defense Evasion").len(), 2);
        assert!(new.tactic_successors("execution").is_empty());
        let old = find(Domain::Enterprise, "18.1");
        assert!(old.tactic_successors("defense-evasion").is_empty());
        let mobile = find(Domain::Mobile, "19.0");
        assert!(mobile.tactic_successors("defense-evasion").is_empty());
    }
}
