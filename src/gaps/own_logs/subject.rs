//! What a data component is about, so that a hundred of them can be found in a list. ATT&CK had
//! data sources for this until release 17; since 18 the components stand alone.

/// What records are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// What runs, and by which command.
    Processes,
    /// What is written to disks.
    Files,
    /// The operating system itself, and what it starts.
    System,
    /// Who signs in, and with which rights.
    Accounts,
    /// What goes over the wire.
    Network,
    /// What programs log themselves.
    Applications,
    /// A provider's own records.
    Cloud,
    /// Containers and what orchestrates them.
    Containers,
    /// Plants and their devices.
    Industrial,
    /// Not of one's own systems.
    Outside,
    /// Anything else.
    Other,
}

/// What names of components begin with; the first that fits decides.
const BEGINNINGS: [(Subject, &[&str]); 10] = [
    (Subject::Industrial, &["Process History", "Process/Event", "Device Alarm", "Asset Inventory"]),
    (
        Subject::Processes,
        &["Process", "Command", "Script", "Module", "OS API", "API Calls", "WMI", "Named Pipe"],
    ),
    (Subject::Files, &["File", "Windows Registry", "Drive "]),
    (
        Subject::System,
        &[
            "Service",
            "Scheduled Job",
            "Driver",
            "Kernel",
            "Firmware",
            "Host",
            "Software",
            "System",
            "Protected Configuration",
            "Permissions",
        ],
    ),
    (
        Subject::Accounts,
        &["User Account", "Logon Session", "Group", "Active Directory", "Web Credential"],
    ),
    (Subject::Network, &["Network", "Firewall"]),
    (Subject::Applications, &["Application"]),
    (Subject::Cloud, &["Cloud", "Instance", "Image", "Snapshot", "Volume"]),
    (Subject::Containers, &["Container", "Pod", "Cluster"]),
    (
        Subject::Outside,
        &[
            "Malware",
            "Social Media",
            "Certificate",
            "Domain Registration",
            "Passive DNS",
            "Active DNS",
            "Response",
        ],
    ),
];

impl Subject {
    /// All, what most have first.
    pub const ALL: [Self; 11] = [
        Self::Processes,
        Self::Files,
        Self::System,
        Self::Accounts,
        Self::Network,
        Self::Applications,
        Self::Cloud,
        Self::Containers,
        Self::Industrial,
        Self::Outside,
        Self::Other,
    ];

    /// By the name of a data component.
    pub fn of(name: &str) -> Self {
        let begins = |(_, all): &&(Self, &[&str])| all.iter().any(|one| name.starts_with(one));
        BEGINNINGS.iter().find(begins).map_or(Self::Other, |(subject, _)| *subject)
    }

    /// As a heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Processes => "Processes, commands, scripts",
            Self::Files => "Files, registry, drives",
            Self::System => "Operating system, services, jobs",
            Self::Accounts => "Accounts and sign-ins",
            Self::Network => "Network",
            Self::Applications => "Application logs",
            Self::Cloud => "Cloud",
            Self::Containers => "Containers",
            Self::Industrial => "Industrial control",
            Self::Outside => "Outside one’s own systems",
            Self::Other => "Other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::bundled;

    /// One that is new to a release must be given a place, not lost among others.
    #[test]
    fn every_component_has_its_subject() {
        let mut seen = std::collections::BTreeSet::new();
        for catalogue in bundled::all().expect("whole") {
            for component in &catalogue.data_components {
                let subject = Subject::of(&component.name);
                let (id, name) = (component.id, &component.name);
                assert_ne!((subject, name.is_empty()), (Subject::Other, false), "{id} {name}");
                seen.insert(subject);
            }
        }
        assert_eq!(seen.len(), Subject::ALL.len() - 1);
    }

    #[test]
    fn the_narrower_beginning_decides() {
        assert_eq!(Subject::of("Process/Event Alarm"), Subject::Industrial);
        assert_eq!(Subject::of("Process Creation"), Subject::Processes);
        assert_eq!(Subject::of("Drive Access"), Subject::Files);
        assert_eq!(Subject::of("Driver Load"), Subject::System);
        assert_eq!(Subject::of(""), Subject::Other);
    }
}
