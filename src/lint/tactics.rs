//! What a tactic as written means in a release: there, gone, foreign, or misspelt.

use super::distance::distance;
use crate::attack::tactic::{RETIRED, SUCCESSORS};
use crate::attack::{Catalogue, Domain, TacticId};
use crate::rule::Claim;

/// The place of a tactic in [`Catalogue::tactics`].
pub(super) type TacticIndex = u8;

/// What a tactic as written means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The release has it.
    Known(TacticIndex),
    /// Gone; the technique decides which of [`Tactics::successors`] takes its place.
    Retired,
    /// A later release has it.
    Newer,
    /// Another domain has it.
    Foreign(Domain),
    /// Nobody has it, and one name is nearer than all others.
    Misspelt(Meant),
    /// Nobody has it.
    Unknown,
}

/// What someone meant who misspelt a tactic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// One that the release has.
    Known(TacticIndex),
    /// The one that is gone.
    Retired,
}

/// The tactics of a release and, to tell foreign ones, of other domains.
pub(super) struct Tactics<'a> {
    catalogue: &'a Catalogue,
    others: &'a [&'a Catalogue],
    /// Those that took the place of the retired one; none before Enterprise 19.
    pub(super) successors: Vec<TacticIndex>,
}

impl<'a> Tactics<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, others: &'a [&'a Catalogue]) -> Self {
        let mut tactics = Self { catalogue, others, successors: Vec::new() };
        if catalogue.domain == Domain::Enterprise && tactics.find(RETIRED).is_none() {
            tactics.successors = SUCCESSORS.iter().filter_map(|name| tactics.find(name)).collect();
        }
        tactics
    }

    /// What `attack.` tags call it.
    pub(super) fn shortname(&self, tactic: TacticIndex) -> &'a str {
        let tactic = self.catalogue.tactics.get(usize::from(tactic));
        tactic.map_or("", |tactic| tactic.shortname.as_str())
    }

    /// What a claim means, if it is a tactic, or something unreadable that is nearly one.
    pub(super) fn of(&self, claim: &Claim) -> Option<Standing> {
        match claim {
            Claim::Tactic(name) => Some(self.of_name(name)),
            Claim::TacticId(id) => Some(self.of_id(*id)),
            // `attack.defense.evasion`; with digits in it an id was meant.
            Claim::Malformed(text) if !text.bytes().any(|byte| byte.is_ascii_digit()) => {
                match self.of_name(&text.replace(['.', '_', '/'], "-")) {
                    Standing::Known(tactic) => Some(Standing::Misspelt(Meant::Known(tactic))),
                    Standing::Retired => Some(Standing::Misspelt(Meant::Retired)),
                    found @ Standing::Misspelt(_) => Some(found),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn find(&self, name: &str) -> Option<TacticIndex> {
        let at = self.catalogue.tactics.iter().position(|tactic| tactic.shortname == name)?;
        TacticIndex::try_from(at).ok()
    }

    fn of_id(&self, id: TacticId) -> Standing {
        let at = self.catalogue.tactics.iter().position(|tactic| tactic.id == id);
        if let Some(at) = at.and_then(|at| TacticIndex::try_from(at).ok()) {
            return Standing::Known(at);
        }
        let has = |other: &&&Catalogue| other.tactics.iter().any(|tactic| tactic.id == id);
        match self.others.iter().find(has) {
            Some(home) => Standing::Foreign(home.domain),
            None if self.is_old_enterprise() && "TA0112".parse() == Ok(id) => Standing::Newer,
            None => Standing::Unknown,
        }
    }

    fn of_name(&self, name: &str) -> Standing {
        if let Some(at) = self.find(name) {
            return Standing::Known(at);
        }
        if name == RETIRED && !self.successors.is_empty() {
            return Standing::Retired;
        }
        if self.is_old_enterprise() && SUCCESSORS.contains(&name) {
            return Standing::Newer;
        }
        let has = |other: &&&Catalogue| other.tactics.iter().any(|tactic| tactic.shortname == name);
        match self.others.iter().find(has) {
            Some(home) => Standing::Foreign(home.domain),
            None => self.nearest(name).map_or(Standing::Unknown, Standing::Misspelt),
        }
    }

    fn is_old_enterprise(&self) -> bool {
        self.catalogue.domain == Domain::Enterprise && self.find(RETIRED).is_some()
    }

    /// The one name that is nearer than all others, and near enough: a letter in four may be
    /// wrong, three at most.
    fn nearest(&self, name: &str) -> Option<Meant> {
        let most = (name.len() / 4).min(3);
        let retired = (!self.successors.is_empty()).then_some((RETIRED, Meant::Retired));
        let known = (0..self.catalogue.tactics.len()).filter_map(|at| {
            let at = TacticIndex::try_from(at).ok()?;
            Some((self.shortname(at), Meant::Known(at)))
        });
        let mut best: Option<(usize, Meant)> = None;
        let mut is_only = true;
        for (candidate, meant) in known.chain(retired) {
            let Some(far) = distance(name, candidate, most) else { continue };
            match best {
                Some((least, _)) if far > least => {}
                Some((least, _)) if far == least => is_only = false,
                _ => {
                    best = Some((far, meant));
                    is_only = true;
                }
            }
        }
        best.filter(|_| is_only).map(|(_, meant)| meant)
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::attack::bundled;

    fn catalogue(domain: Domain, version: &str) -> &'static Catalogue {
        bundled::find(domain, Some(version)).expect("whole").expect("built in")
    }

    fn standing(version: &str, name: &str) -> Standing {
        let others = [catalogue(Domain::Mobile, "19.0"), catalogue(Domain::Ics, "19.0")];
        let tactics = Tactics::new(catalogue(Domain::Enterprise, version), &others);
        match name.parse() {
            Ok(id) => tactics.of_id(id),
            Err(_) => tactics.of_name(name),
        }
    }

    #[test]
    fn the_retired_tactic_is_not_taken_for_that_of_mobile() {
        assert_eq!(standing("19.2", "defense-evasion"), Standing::Retired);
        assert!(matches!(standing("18.1", "defense-evasion"), Standing::Known(_)));
        assert_eq!(standing("18.1", "stealth"), Standing::Newer);
        assert_eq!(standing("18.1", "TA0112"), Standing::Newer);
        assert_eq!(standing("19.2", "TA0005"), standing("19.2", "stealth"));
        assert_eq!(standing("19.2", "inhibit-response-function"), Standing::Foreign(Domain::Ics));
        assert_eq!(standing("19.2", "TA0030"), Standing::Foreign(Domain::Mobile));
        assert_eq!(standing("19.2", "TA0999"), Standing::Unknown);
    }

    /// Misspellings of public rule sets (reference: rule formats, 2.1 and 2.6).
    #[test]
    fn misspellings() {
        let known = |name: &str| match standing("19.2", name) {
            Standing::Known(tactic) => tactic,
            other => panic!("{name}: {other:?}"),
        };
        for (wrong, right) in [
            ("commandandcontrol", "command-and-control"),
            ("comman-and-control", "command-and-control"),
            ("credentialaccess", "credential-access"),
            ("initial-acces", "initial-access"),
            ("excution", "execution"),
            ("stealht", "stealth"),
        ] {
            let meant = Meant::Known(known(right));
            assert_eq!(standing("19.2", wrong), Standing::Misspelt(meant), "{wrong}");
        }
        for wrong in ["defense-evesion", "defense-evansion"] {
            assert_eq!(standing("19.2", wrong), Standing::Misspelt(Meant::Retired), "{wrong}");
        }
        for wrong in ["ransomware", "credential-dumping", "privilege-execution", "exploit", "im"] {
            assert_eq!(standing("19.2", wrong), Standing::Unknown, "{wrong}");
        }
    }
}
