//! Which platforms count, and who says so: the profile itself, its services, its inventory.

use super::places::{Places, platforms_named};
use super::profile::Profile;
use super::services::Service;
use crate::attack::Catalogue;

/// Who says of one platform that it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformStanding {
    /// How [`Profile::platforms`] writes it.
    pub named: Vec<String>,
    /// Tags of services that run on it, as written, those of the inventory too.
    pub services: Vec<String>,
    /// How the inventory writes it.
    pub assets: Vec<String>,
}

impl PlatformStanding {
    /// Whether anybody does.
    pub fn counts(&self) -> bool {
        !(self.named.is_empty() && self.services.is_empty() && self.assets.is_empty())
    }

    /// Whether it counts without being named by the profile itself.
    pub fn follows(&self) -> bool {
        !(self.services.is_empty() && self.assets.is_empty())
    }
}

/// The platforms one has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPlatforms {
    /// One a platform of the catalogue, at its place there. Where none counts, all do.
    pub platforms: Vec<PlatformStanding>,
    /// Names that mean nothing in the catalogue, as written, in their order.
    pub unknown: Vec<String>,
}

impl OwnPlatforms {
    /// What a profile says.
    pub fn of(catalogue: &Catalogue, profile: &Profile) -> Self {
        let platforms = vec![PlatformStanding::default(); catalogue.platforms.len()];
        let mut own = Self { platforms, unknown: Vec::new() };
        for name in &profile.platforms {
            own.note(catalogue, name, name, true, |standing| &mut standing.named);
        }
        for name in profile.assets.platforms() {
            own.note(catalogue, name, name, true, |standing| &mut standing.assets);
        }
        let tags = profile.services.iter().map(String::as_str).chain(profile.assets.services());
        for tag in tags {
            // Of a service of ours another release may lack the platform, which is nobody's fault.
            for platform in Service::tagged(tag).into_iter().flat_map(|service| service.platforms) {
                own.note(catalogue, platform, tag, false, |standing| &mut standing.services);
            }
        }
        own
    }

    fn note(
        &mut self,
        catalogue: &Catalogue,
        name: &str,
        said: &str,
        may_be_unknown: bool,
        list: fn(&mut PlatformStanding) -> &mut Vec<String>,
    ) {
        let add = |list: &mut Vec<String>| {
            if !list.iter().any(|known| known == said) {
                list.push(said.to_owned());
            }
        };
        let found = platforms_named(catalogue, name);
        if found.is_empty() && may_be_unknown {
            add(&mut self.unknown);
        }
        for at in found {
            if let Some(standing) = self.platforms.get_mut(usize::from(at)) {
                add(list(standing));
            }
        }
    }

    /// The places that count.
    pub(super) fn places(self) -> Places {
        let counting = (0_u8..).zip(&self.platforms).filter(|(_, standing)| standing.counts());
        Places { chosen: counting.map(|(at, _)| at).collect(), unknown: self.unknown }
    }
}

impl Profile {
    /// Names a platform of a catalogue, by its place there, or takes it out under whatever name
    /// it has; what else such a name stands for stays. (What follows from services and the
    /// inventory still counts.)
    pub fn turn_platform(&mut self, catalogue: &Catalogue, at: u8, is_in: bool) {
        let name = |at: u8| catalogue.platforms.get(usize::from(at)).cloned();
        let mut kept: Vec<String> = Vec::new();
        let mut is_named = false;
        for written in std::mem::take(&mut self.platforms) {
            let stands_for = platforms_named(catalogue, &written);
            if !stands_for.contains(&at) {
                kept.push(written);
            } else if is_in {
                is_named = true;
                kept.push(written);
            } else {
                kept.extend(stands_for.into_iter().filter(|other| *other != at).filter_map(name));
            }
        }
        if is_in && !is_named {
            kept.extend(name(at));
        }
        for name in kept {
            if !self.platforms.contains(&name) {
                self.platforms.push(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use crate::gaps::Assets;

    fn catalogue() -> &'static Catalogue {
        bundled::find(Domain::Enterprise, None).expect("whole").expect("built in")
    }

    fn place(name: &str) -> u8 {
        let at = catalogue().platforms.iter().position(|known| known == name).expect("known");
        u8::try_from(at).expect("few")
    }

    #[test]
    fn each_source_is_told() {
        let strings = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        let profile = Profile {
            platforms: strings(&["Azure AD", "Amiga"]),
            services: strings(&["Okta", "nothing known"]),
            assets: Assets::count([("Windows 11", "AD"), ("BeOS", "")]),
            ..Profile::default()
        };
        let own = OwnPlatforms::of(catalogue(), &profile);
        let of = |name: &str| own.platforms[usize::from(place(name))].clone();
        let identity = of("Identity Provider");
        assert_eq!(
            (identity.named, identity.services),
            (vec!["Azure AD".into()], vec!["Okta".into()])
        );
        let windows = of("Windows");
        assert_eq!(
            (windows.assets, windows.services),
            (vec!["Windows 11".into()], vec!["AD".into()])
        );
        assert!(windows.named.is_empty());
        assert!(!of("Linux").counts());
        assert_eq!(own.unknown, ["Amiga", "BeOS"]);
    }

    #[test]
    fn a_platform_goes_under_whatever_name_it_has() {
        let mut profile = Profile {
            platforms: vec!["Cloud".to_owned(), "Amiga".to_owned(), "azure ad".to_owned()],
            ..Profile::default()
        };
        profile.turn_platform(catalogue(), place("SaaS"), true);
        assert_eq!(profile.platforms, ["Cloud", "Amiga", "azure ad"], "it is there");
        profile.turn_platform(catalogue(), place("Identity Provider"), false);
        assert_eq!(profile.platforms, ["IaaS", "Office Suite", "SaaS", "Amiga"]);
        profile.turn_platform(catalogue(), place("Linux"), true);
        profile.turn_platform(catalogue(), place("IaaS"), false);
        assert_eq!(profile.platforms, ["Office Suite", "SaaS", "Amiga", "Linux"]);
    }
}
