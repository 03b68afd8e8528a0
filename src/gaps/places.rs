//! Platforms as people name them, in a catalogue: ATT&CK's names, those of earlier and later
//! releases, and the group of the cloud.

use crate::attack::Catalogue;
use crate::lowercase::lowercase;
use std::collections::BTreeSet;

/// Names that stand for one another across releases, each family with its newest names first
/// (<https://attack.mitre.org/resources/updates/>: 16.0 made Identity Provider of Azure AD and
/// Office Suite of Office 365 and Google Workspace, 17.0 Network Devices of Network; 9.0 made IaaS
/// of AWS, GCP and Azure).
const FAMILIES: [&[&str]; 4] = [
    &["Identity Provider", "Azure AD"],
    &["Office Suite", "Office 365", "Google Workspace"],
    &["Network Devices", "Network"],
    &["IaaS", "AWS", "GCP", "Azure"],
];

/// Words by which a system is a Linux.
const LINUXES: [&str; 15] = [
    "linux",
    "ubuntu",
    "debian",
    "rhel",
    "redhat",
    "centos",
    "fedora",
    "suse",
    "sles",
    "opensuse",
    "alma",
    "almalinux",
    "rocky",
    "alpine",
    "oraclelinux",
];

/// What MITRE's own Cloud matrix holds.
const CLOUD: [&str; 4] = ["IaaS", "Identity Provider", "Office Suite", "SaaS"];

/// Other ways to write them.
const SPELLINGS: [(&str, &str); 9] = [
    ("mac", "macOS"),
    ("mac os", "macOS"),
    ("os x", "macOS"),
    ("darwin", "macOS"),
    ("win", "Windows"),
    ("entra id", "Identity Provider"),
    ("microsoft 365", "Office Suite"),
    ("container", "Containers"),
    ("vmware esxi", "ESXi"),
];

/// The platforms of a catalogue that a name stands for, as places in
/// [`Catalogue::platforms`]; none if it is unknown.
pub(super) fn platforms_named(catalogue: &Catalogue, name: &str) -> Vec<u8> {
    let name = lowercase(name.trim());
    let is_it = |known: &str| lowercase(known) == name;
    let find = |wanted: &str| {
        let at = catalogue.platforms.iter().position(|known| known == wanted)?;
        u8::try_from(at).ok()
    };
    if let Some(own) = catalogue.platforms.iter().find(|own| is_it(own)) {
        return find(own).into_iter().collect();
    }
    if name == "cloud" {
        return crate::sorted::set(CLOUD.iter().flat_map(|name| of_family(name, &find)))
            .into_iter()
            .collect();
    }
    let spelt = SPELLINGS.iter().find(|(written, _)| *written == name).map(|(_, name)| *name);
    let old = || FAMILIES.iter().copied().flatten().copied().find(|known| is_it(known));
    if let Some(known) = spelt.or_else(old) {
        return of_family(known, &find);
    }
    // An inventory writes systems with their versions: `Windows Server 2022`, `Ubuntu 24.04`.
    if name.split([' ', '-', '/']).any(|word| LINUXES.contains(&word)) {
        return of_family("Linux", &find);
    }
    let implied = crate::rule::platforms_of_names([name.as_str()]);
    implied.iter().flat_map(|known| of_family(known, &find)).collect()
}

/// A name, or else those of its family that the catalogue has.
fn of_family(name: &str, find: &dyn Fn(&str) -> Option<u8>) -> Vec<u8> {
    if let Some(own) = find(name) {
        return vec![own];
    }
    let family = FAMILIES.iter().find(|family| family.contains(&name));
    family.into_iter().copied().flatten().filter_map(|name| find(name)).collect()
}

/// The platforms a profile restricts techniques to, and the names that mean nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// Places in [`Catalogue::platforms`]; empty: all.
    pub(super) chosen: BTreeSet<u8>,
    /// As written, in their order.
    pub(super) unknown: Vec<String>,
}

impl Places {
    /// Whether something on these platforms is on one that was chosen; what says nothing of
    /// platforms is.
    pub(super) fn include(&self, platforms: &[u8]) -> bool {
        self.chosen.is_empty()
            || platforms.is_empty()
            || platforms.iter().any(|at| self.chosen.contains(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};

    fn named(catalogue: &Catalogue, name: &str) -> Vec<String> {
        let places = platforms_named(catalogue, name);
        places.into_iter().map(|at| catalogue.platforms[usize::from(at)].clone()).collect()
    }

    #[test]
    fn names_of_other_releases_are_known() {
        let mut new =
            bundled::find(Domain::Enterprise, None).expect("whole").expect("built in").clone();
        for (name, expected) in [
            ("windows", &["Windows"][..]),
            ("Azure AD", &["Identity Provider"]),
            ("Google Workspace", &["Office Suite"]),
            ("Network", &["Network Devices"]),
            ("aws", &["IaaS"]),
            ("Entra ID", &["Identity Provider"]),
            ("Cloud", &["IaaS", "Identity Provider", "Office Suite", "SaaS"]),
            ("Windows Server 2022", &["Windows"]),
            ("Ubuntu 24.04 LTS", &["Linux"]),
            ("Red Hat Enterprise Linux 9", &["Linux"]),
            ("macOS 15.1", &["macOS"]),
            ("Solaris", &[]),
            ("", &[]),
        ] {
            assert_eq!(named(&new, name), expected, "{name}");
        }
        new.platforms =
            ["Azure AD", "Google Workspace", "Network", "Office 365"].map(str::to_owned).into();
        assert_eq!(named(&new, "Office Suite"), ["Office 365", "Google Workspace"]);
        assert_eq!(named(&new, "Network Devices"), ["Network"]);
        assert_eq!(named(&new, "Cloud"), ["Azure AD", "Google Workspace", "Office 365"]);
    }
}
