//! Whether a technique is in or out, and why: each reason a value that has its sentence.

use super::observability::{Observability, Sight};
use super::places::Places;
use super::profile::{Accepted, Demands};
use super::threat::{Basis, Threat, Usage};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::date::Date;

/// One reason.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Against: what the coverage is of leaves it out (its platforms).
    OutOfScope,
    /// For: it is on these platforms of the profile.
    OnPlatforms(Vec<u8>),
    /// For: no platforms were chosen, or it names none.
    AnyPlatform,
    /// Against: it is on these platforms only, which the profile does not name.
    NotOnPlatforms(Vec<u8>),
    /// Against: its only platform is PRE.
    NeverObservable,
    /// For: the logs at hand can show it, all or a part of it; with the data components missing.
    Observable {
        /// Whether for at least one analytic everything is there.
        fully: bool,
        /// As places in [`Catalogue::data_components`].
        missing: Vec<u16>,
    },
    /// For: the catalogue does not say what it takes to see it.
    SightUnknown,
    /// None of the logs that could show it is there.
    NoLogSource {
        /// As places in [`Catalogue::data_components`].
        missing: Vec<u16>,
        /// Whether the profile leaves such techniques out.
        leaves_out: bool,
    },
    /// For: somebody who counts uses it.
    Used(Usage),
    /// For: nobody was chosen, so everybody may come.
    AnyThreat,
    /// Nobody who counts uses it.
    Unused {
        /// Whether the profile leaves such techniques out.
        leaves_out: bool,
    },
    /// Against: it was accepted, itself or its technique.
    Accepted(Accepted),
    /// For: it was accepted, but not for so long.
    Expired(Accepted),
}

impl Why {
    /// Whether it speaks against: one such reason leaves a technique out.
    pub fn leaves_out(&self) -> bool {
        match self {
            Self::OutOfScope
            | Self::NotOnPlatforms(_)
            | Self::NeverObservable
            | Self::Accepted(_) => true,
            Self::NoLogSource { leaves_out, .. } | Self::Unused { leaves_out } => *leaves_out,
            Self::OnPlatforms(_)
            | Self::AnyPlatform
            | Self::Observable { .. }
            | Self::SightUnknown
            | Self::Used(_)
            | Self::AnyThreat
            | Self::Expired(_) => false,
        }
    }

    /// Which of the questions it answers, as in exports.
    pub fn question(&self) -> &'static str {
        match self {
            Self::OutOfScope => "scope",
            Self::OnPlatforms(_) | Self::AnyPlatform | Self::NotOnPlatforms(_) => "platform",
            Self::NeverObservable
            | Self::Observable { .. }
            | Self::SightUnknown
            | Self::NoLogSource { .. } => "observability",
            Self::Used(_) | Self::AnyThreat | Self::Unused { .. } => "threat",
            Self::Accepted(_) | Self::Expired(_) => "accepted",
        }
    }

    /// In two or three words, for tables; `None` where it says nothing of this technique alone.
    pub fn in_short(&self) -> Option<&'static str> {
        match self {
            Self::AnyPlatform | Self::AnyThreat | Self::SightUnknown => None,
            Self::OutOfScope => Some("not counted here"),
            Self::OnPlatforms(_) => Some("on own platforms"),
            Self::NotOnPlatforms(_) => Some("on other platforms"),
            Self::NeverObservable => Some("nothing shows it"),
            Self::Observable { fully: true, .. } => Some("logs at hand"),
            Self::Observable { .. } => Some("logs at hand in part"),
            Self::NoLogSource { .. } => Some("needs a log source"),
            Self::Used(_) => Some("used by the chosen"),
            Self::Unused { .. } => Some("nobody chosen uses it"),
            Self::Accepted(_) => Some("accepted"),
            Self::Expired(_) => Some("acceptance is over"),
        }
    }

    /// In one sentence.
    pub fn sentence(&self, catalogue: &Catalogue, threat: &Threat) -> String {
        let platforms = |places: &[u8]| {
            let names = places.iter().filter_map(|at| catalogue.platforms.get(usize::from(*at)));
            names.cloned().collect::<Vec<_>>().join(", ")
        };
        let components = |places: &[u16]| component_names(catalogue, places).join(", ");
        match self {
            Self::OutOfScope => "Out: not on the platforms that are counted.".to_owned(),
            Self::OnPlatforms(on) => format!("In: on {}.", platforms(on)),
            Self::AnyPlatform => "In: no platform leaves it out.".to_owned(),
            Self::NotOnPlatforms(on) => {
                format!("Out: only on {}, which the profile does not name.", platforms(on))
            }
            Self::NeverObservable => {
                "Out: its only platform is PRE; nothing of one's own shows it.".to_owned()
            }
            Self::Observable { fully: true, .. } => "In: the logs at hand can show it.".to_owned(),
            Self::Observable { missing, .. } => {
                format!("In: the logs at hand show a part of it; missing: {}.", components(missing))
            }
            Self::SightUnknown => {
                "In: this release of ATT&CK does not say which logs show it.".to_owned()
            }
            Self::NoLogSource { missing, leaves_out } => {
                let verdict = if *leaves_out { "Out" } else { "In, but first needs a log source" };
                format!("{verdict}: no log at hand shows it; one of: {}.", components(missing))
            }
            Self::Used(usage) => format!("In: {}.", used(usage, threat)),
            Self::AnyThreat => "In: no group, campaign, software or layer was chosen.".to_owned(),
            Self::Unused { leaves_out } => {
                let verdict = if *leaves_out { "Out" } else { "In" };
                format!("{verdict}: nobody who was chosen uses it.")
            }
            Self::Accepted(Accepted { reason, until: Some(until), .. }) => {
                format!("Out: accepted until {until}: {reason}.")
            }
            Self::Accepted(Accepted { reason, .. }) => format!("Out: accepted: {reason}."),
            Self::Expired(Accepted { reason, until, .. }) => {
                let until = until.map(|until| until.to_string()).unwrap_or_default();
                format!("In: it was accepted until {until} ({reason}), which is over.")
            }
        }
    }
}

/// `used by 2 of 5 groups and 1 of 2 campaigns`
fn used(usage: &Usage, threat: &Threat) -> String {
    let mut said = Vec::new();
    if !threat.groups.is_empty() && !usage.groups.is_empty() {
        said.push(format!("{} of {} groups", usage.groups.len(), threat.groups.len()));
    }
    if !threat.campaigns.is_empty() && !usage.campaigns.is_empty() {
        said.push(format!("{} of {} campaigns", usage.campaigns.len(), threat.campaigns.len()));
    }
    if !usage.software.is_empty() {
        said.push(format!("{} of {} software", usage.software.len(), threat.software.len()));
    }
    if usage.layer.is_some() {
        said.push("the threat layer".to_owned());
    }
    if usage.incidents > 0 {
        said.push(format!("{} of {} incidents", usage.incidents, threat.incidents));
    }
    format!("used by {}", said.join(", "))
}

/// The names of data components, their ids where they have none.
pub fn component_names(catalogue: &Catalogue, places: &[u16]) -> Vec<String> {
    let components = places.iter().filter_map(|at| catalogue.data_components.get(usize::from(*at)));
    let name = |component: &crate::attack::DataComponent| match component.name.is_empty() {
        true => component.id.to_string(),
        false => component.name.clone(),
    };
    components.map(name).collect()
}

/// Whether a technique matters, and all reasons: of scope, platform, observability, threat and
/// acceptance, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relevance {
    /// The reasons.
    pub why: Vec<Why>,
}

impl Relevance {
    /// Whether none of the reasons leaves it out.
    pub fn is_in(&self) -> bool {
        !self.why.iter().any(Why::leaves_out)
    }

    /// The reasons that leave it out.
    pub fn against(&self) -> impl Iterator<Item = &Why> {
        self.why.iter().filter(|why| why.leaves_out())
    }
}

/// What relevance is asked of.
pub(super) struct Asked<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) places: &'a Places,
    pub(super) threat: &'a Threat,
    pub(super) demands: Demands,
    /// What was accepted, by the technique's index; sub-techniques not repeated.
    pub(super) accepted: &'a [(TechniqueIndex, &'a Accepted)],
    pub(super) today: Date,
}

impl Asked<'_> {
    pub(super) fn relevance(
        &self,
        index: TechniqueIndex,
        in_scope: bool,
        seen: &Observability,
    ) -> Relevance {
        let technique = self.catalogue.technique(index);
        let mut why = Vec::new();
        if !in_scope {
            why.push(Why::OutOfScope);
        }
        let on = technique.platforms.iter().copied();
        let on: Vec<u8> = on.filter(|at| self.places.chosen.contains(at)).collect();
        why.push(if self.places.chosen.is_empty() || technique.platforms.is_empty() {
            Why::AnyPlatform
        } else if on.is_empty() {
            Why::NotOnPlatforms(technique.platforms.clone())
        } else {
            Why::OnPlatforms(on)
        });
        let missing = || seen.missing.clone();
        why.push(match seen.sight {
            Sight::Never => Why::NeverObservable,
            Sight::Unknown => Why::SightUnknown,
            Sight::Blind => Why::NoLogSource {
                missing: missing(),
                leaves_out: self.demands.available_log_sources,
            },
            Sight::Partly => Why::Observable { fully: false, missing: missing() },
            Sight::Full => Why::Observable { fully: true, missing: missing() },
        });
        let usage = &self.threat.usage[usize::from(index.0)];
        why.push(match (self.threat.basis, usage.is_used()) {
            (Basis::Everyone, _) => Why::AnyThreat,
            (_, true) => Why::Used(usage.clone()),
            (_, false) => Why::Unused { leaves_out: self.demands.threat },
        });
        // A technique and its parent may both be accepted; what holds longest decides.
        let of = |at: &TechniqueIndex| *at == index || Some(*at) == technique.parent;
        let all = || self.accepted.iter().filter(|(at, _)| of(at)).map(|(_, accepted)| *accepted);
        let in_force = all().find(|accepted| !accepted.is_expired(self.today));
        if let Some(accepted) = in_force {
            why.push(Why::Accepted(accepted.clone()));
        } else if let Some(expired) = all().next() {
            why.push(Why::Expired(expired.clone()));
        }
        Relevance { why }
    }
}
