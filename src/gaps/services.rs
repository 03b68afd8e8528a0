//! Services and technologies as people tag them, with the platforms they belong to and the data
//! components their usual logs hold.
//!
//! The table is ours. Platforms are by MITRE's description of each platform
//! (<https://attack.mitre.org/matrices/enterprise/>); data components are those for which the
//! analytics of ATT&CK 18 name the service's log (`AWS:CloudTrail`, `saas:okta`, `m365:unified`
//! …), the ones most often named.

use crate::lowercase::lowercase;

/// What a tag stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The tag as we write it.
    pub name: &'static str,
    /// Other ways to write it, in lower case; `name` in lower case is among them.
    pub tags: &'static [&'static str],
    /// By ATT&CK's names.
    pub platforms: &'static [&'static str],
    /// Ids of data components.
    pub components: &'static [&'static str],
}

impl Service {
    /// The service a tag stands for, in any case; `None` for a tag we do not know.
    pub fn tagged(tag: &str) -> Option<&'static Self> {
        let tag = lowercase(tag.trim());
        TABLE.iter().find(|service| service.tags.contains(&tag.as_str()))
    }
}

/// All we know, by name.
pub fn services() -> &'static [Service] {
    TABLE
}

const IDENTITY: &[&str] = &["DC0002", "DC0010", "DC0013", "DC0014", "DC0067"];
const APPLICATION: &[&str] = &["DC0038", "DC0067"];
const CLOUD: &[&str] = &[
    "DC0002", "DC0010", "DC0013", "DC0014", "DC0025", "DC0067", "DC0069", "DC0070", "DC0076",
    "DC0083",
];
const CONTAINERS: &[&str] = &["DC0019", "DC0037", "DC0064", "DC0072", "DC0077"];

const TABLE: &[Service] = &[
    Service {
        name: "Active Directory",
        tags: &["active directory", "ad", "ad ds", "domain controller"],
        platforms: &["Windows"],
        components: &["DC0066", "DC0071", "DC0084", "DC0067", "DC0002"],
    },
    Service {
        name: "AWS",
        tags: &["aws", "amazon", "amazon web services", "cloudtrail", "ec2"],
        platforms: &["IaaS"],
        components: CLOUD,
    },
    Service {
        name: "Azure",
        tags: &["azure", "microsoft azure"],
        platforms: &["IaaS"],
        components: CLOUD,
    },
    Service {
        name: "Docker",
        tags: &["docker", "containerd", "podman", "containers"],
        platforms: &["Containers"],
        components: &["DC0015", "DC0072", "DC0077", "DC0091"],
    },
    Service {
        name: "Duo",
        tags: &["duo", "cisco duo"],
        platforms: &["Identity Provider"],
        components: IDENTITY,
    },
    Service {
        name: "Entra ID",
        tags: &["entra id", "entra", "azure ad", "azure active directory", "azuread", "aad"],
        platforms: &["Identity Provider"],
        components: IDENTITY,
    },
    Service {
        name: "Exchange",
        tags: &["exchange", "exchange server"],
        platforms: &["Windows"],
        components: APPLICATION,
    },
    Service {
        name: "Firewall",
        tags: &["firewall", "palo alto", "fortigate", "fortinet", "cisco asa", "checkpoint"],
        platforms: &["Network Devices"],
        components: &["DC0051", "DC0078", "DC0082"],
    },
    Service {
        name: "GitHub",
        tags: &["github", "github enterprise"],
        platforms: &["SaaS"],
        components: &["DC0025", "DC0038", "DC0069", "DC0070"],
    },
    Service { name: "GitLab", tags: &["gitlab"], platforms: &["SaaS"], components: APPLICATION },
    Service {
        name: "Google Cloud",
        tags: &["google cloud", "gcp", "google cloud platform"],
        platforms: &["IaaS"],
        components: CLOUD,
    },
    Service {
        name: "Google Workspace",
        tags: &["google workspace", "gsuite", "g suite", "workspace"],
        platforms: &["Office Suite"],
        components: &["DC0002", "DC0013", "DC0038", "DC0067"],
    },
    Service {
        name: "Kubernetes",
        tags: &["kubernetes", "k8s", "eks", "aks", "gke", "openshift"],
        platforms: &["Containers"],
        components: CONTAINERS,
    },
    Service {
        name: "Microsoft 365",
        tags: &["microsoft 365", "m365", "office 365", "o365", "office365", "exchange online"],
        platforms: &["Office Suite"],
        components: &["DC0002", "DC0010", "DC0025", "DC0038", "DC0067", "DC0069"],
    },
    Service {
        name: "Okta",
        tags: &["okta"],
        platforms: &["Identity Provider"],
        components: IDENTITY,
    },
    Service {
        name: "Routers and switches",
        tags: &["routers and switches", "router", "switch", "cisco", "cisco ios", "juniper"],
        platforms: &["Network Devices"],
        components: &["DC0002", "DC0064"],
    },
    Service {
        name: "Salesforce",
        tags: &["salesforce"],
        platforms: &["SaaS"],
        components: APPLICATION,
    },
    Service { name: "Slack", tags: &["slack"], platforms: &["SaaS"], components: APPLICATION },
    Service {
        name: "VMware",
        tags: &["vmware", "esxi", "vsphere", "vcenter", "vmware esxi"],
        platforms: &["ESXi"],
        components: &["DC0038", "DC0055", "DC0064"],
    },
    Service {
        name: "Web server",
        tags: &["web server", "webserver", "apache", "nginx", "iis"],
        platforms: &[],
        components: &["DC0038"],
    },
    Service {
        name: "Zeek",
        tags: &["zeek", "bro", "suricata", "snort", "network monitoring", "nsm"],
        platforms: &[],
        components: &["DC0078", "DC0082", "DC0085"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use std::collections::BTreeSet;

    /// A name nobody has would never match.
    #[test]
    fn the_table_speaks_attacks_own_names() {
        let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
        let mut tags = BTreeSet::new();
        for service in TABLE {
            for platform in service.platforms {
                assert!(catalogue.platforms.iter().any(|known| known == platform), "{platform}");
            }
            for id in service.components {
                let is_it = |c: &crate::attack::DataComponent| c.id.to_string() == *id;
                assert!(catalogue.data_components.iter().any(is_it), "{id}");
            }
            for tag in service.tags {
                assert_eq!(*tag, lowercase(tag));
                assert!(tags.insert(*tag), "{tag} stands twice");
            }
            assert!(service.tags.contains(&lowercase(service.name).as_str()), "{}", service.name);
        }
        assert!(TABLE.windows(2).all(|two| lowercase(two[0].name) < lowercase(two[1].name)));
    }

    #[test]
    fn tags_are_found_in_any_case() {
        assert_eq!(Service::tagged(" Azure AD ").map(|s| s.name), Some("Entra ID"));
        assert_eq!(Service::tagged("K8S").map(|s| s.platforms), Some(&["Containers"][..]));
        assert_eq!(Service::tagged("mainframe"), None);
    }
}
