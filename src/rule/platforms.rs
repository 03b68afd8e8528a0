//! The platforms a rule's log source implies, by ATT&CK's names
//! (<https://attack.mitre.org/matrices/enterprise/>, release 19).

/// Words of log sources, each with the platforms it stands for. `ESXi` before `linux`-like words
/// does not matter: a word is compared whole.
const WORDS: &[(&[&str], &[&str])] = &[
    (
        &["windows", "win", "sysmon", "wineventlog", "powershell", "msexchange", "ntlm"],
        &["Windows"],
    ),
    (&["linux", "auditd", "unix", "syscall", "sysmon for linux"], &["Linux"]),
    (&["macos", "mac", "osx", "darwin"], &["macOS"]),
    (&["esxi", "vmware", "vsphere"], &["ESXi"]),
    (
        &[
            "aws",
            "amazon",
            "cloudtrail",
            "azure",
            "gcp",
            "google_cloud_platform",
            "gcp_audit",
            "alibaba",
            "iaas",
            "guardduty",
            "google cloud platform",
        ],
        &["IaaS"],
    ),
    (
        &[
            "containers",
            "container",
            "kubernetes",
            "k8s",
            "docker",
            "k8s_audit",
            "gke",
            "eks",
            "amazon eks",
            "aws eks",
            "gcp gke",
            "azure aks",
            "gcp kubernetes",
        ],
        &["Containers"],
    ),
    (
        &[
            "okta",
            "entra",
            "entra_id",
            "azure_ad",
            "azuread",
            "onelogin",
            "duo",
            "auth0",
            "identity provider",
            "cisco_duo",
            "azure active directory",
            "pingid",
            // Logs of Entra ID, which Sigma files under the product `azure`.
            "signinlogs",
            "auditlogs",
            "riskdetection",
            "pim",
        ],
        &["Identity Provider"],
    ),
    (
        &[
            "m365",
            "o365",
            "office365",
            "office 365",
            "microsoft365",
            "google_workspace",
            "gsuite",
            "gworkspace",
            "office suite",
            "google workspace",
            "g suite",
            "gdrive",
        ],
        &["Office Suite"],
    ),
    (
        &[
            "saas",
            "circleci",
            "zendesk",
            "github",
            "gitlab",
            "bitbucket",
            "slack",
            "zoom",
            "salesforce",
            "snowflake",
            "dropbox",
            "box",
            "atlassian",
            "notion",
            "asana",
            "1password",
        ],
        &["SaaS"],
    ),
    (
        &[
            "network devices",
            "network",
            "cisco",
            "fortinet",
            "fortigate",
            "paloalto",
            "palo alto",
            "juniper",
            "huawei",
            "firewall",
        ],
        &["Network Devices"],
    ),
    // Data connectors of Microsoft Sentinel, integrations and data sources of Elastic.
    (&["securityevents", "windowssecurityevents", "windowsforwardedevents"], &["Windows"]),
    (&["auditd_manager"], &["Linux"]),
    (&["awss3", "amazon web services", "azureactivity", "google cloud platform"], &["IaaS"]),
    (&["azurekubernetes", "cloud_defend"], &["Containers"]),
    (&["azureactivedirectory", "oktasso", "microsoft entra id"], &["Identity Provider"]),
    (&["microsoft 365", "google workspace"], &["Office Suite"]),
    (&["slackauditapi", "boxdataconnector"], &["SaaS"]),
];

/// What names of log sources imply whose first words say where they come from: `Sysmon EventID 1`,
/// `Sysmon for Linux EventID 1`, `AWS.CloudTrail`. The longest known beginning of up to three
/// words decides.
pub fn platforms_of_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        let words: Vec<&str> =
            name.split([' ', '.', '_']).filter(|word| !word.is_empty()).take(3).collect();
        let beginnings = (1..=words.len()).rev().filter_map(|count| words.get(..count));
        let known = beginnings.map(|words| platforms([words.join(" ").as_str()]));
        for platform in known.into_iter().find(|known| !known.is_empty()).unwrap_or_default() {
            if !found.contains(&platform) {
                found.push(platform);
            }
        }
    }
    crate::sorted::sort(&mut found);
    found
}

/// What these words (a product, a service, a tag such as `Linux`) imply; sorted, each once. A
/// word that implies nothing is passed over.
pub fn platforms<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in words {
        let word = word.trim();
        let known =
            WORDS.iter().filter(|(words, _)| words.iter().any(|w| w.eq_ignore_ascii_case(word)));
        for name in known.flat_map(|(_, names)| names.iter().copied()) {
            if !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
            }
        }
    }
    crate::sorted::sort(&mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};

    #[test]
    fn words_imply_platforms() {
        assert_eq!(platforms(["Windows", "sysmon"]), ["Windows"]);
        assert_eq!(platforms(["macOS", "linux"]), ["Linux", "macOS"]);
        assert_eq!(platforms(["proxy", ""]), [""; 0]);
        assert_eq!(platforms(["azure", "signinlogs"]), ["IaaS", "Identity Provider"]);
    }

    #[test]
    fn the_longest_known_beginning_of_a_name_decides() {
        let of = |name| platforms_of_names([name]);
        assert_eq!(of("Sysmon EventID 1"), ["Windows"]);
        assert_eq!(of("Sysmon for Linux EventID 1"), ["Linux"]);
        assert_eq!(of("Azure Active Directory Update user"), ["Identity Provider"]);
        assert_eq!(of("Azure Monitor Activity"), ["IaaS"]);
        assert_eq!(of("AWS.CloudTrail"), ["IaaS"]);
        assert_eq!(of("Amazon.EKS.Audit"), ["Containers"]);
        assert_eq!(of("Suricata"), [""; 0]);
        assert_eq!(platforms_of_names(["Okta", "AWS", "Okta.SystemLog"]).len(), 2);
    }

    /// A platform nobody has would never match.
    #[test]
    fn all_names_are_attacks_own() {
        let catalogue =
            bundled::find(Domain::Enterprise, None).expect("readable").expect("built in");
        for (_, names) in WORDS {
            for name in *names {
                assert!(catalogue.platforms.iter().any(|known| known == name), "{name}");
            }
        }
    }
}
