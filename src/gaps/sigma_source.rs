//! ATT&CK's log sources in Sigma's words.
//!
//! ATT&CK names a data component (`DC0032`, Process Creation) and, in free text, where it is seen
//! (`WinEventLog:Sysmon`). Sigma has a taxonomy of products, categories and services
//! (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-taxonomy.html>). The
//! names below are those of the detection strategies of ATT&CK 18.1; what they mean in Sigma is
//! our reading, and a guess to whoever writes a rule.

use crate::lowercase::lowercase;
use crate::rule::LogSource;

/// How a name begins, in lower case, with the product and the service it stands for. The first
/// that fits decides.
const NAMES: &[(&str, &str, &str)] = &[
    ("wineventlog:sysmon", "windows", "sysmon"),
    ("wineventlog:security", "windows", "security"),
    ("wineventlog:powershell", "windows", "powershell"),
    ("wineventlog:system", "windows", "system"),
    ("wineventlog:application", "windows", "application"),
    ("wineventlog:taskscheduler", "windows", "taskscheduler"),
    ("wineventlog:wmi", "windows", "wmi"),
    ("wineventlog:applocker", "windows", "applocker"),
    ("wineventlog:codeintegrity", "windows", "codeintegrity-operational"),
    ("wineventlog:microsoft-windows-codeintegrity", "windows", "codeintegrity-operational"),
    ("wineventlog:windows defender", "windows", "windefend"),
    ("wineventlog:microsoft-windows-windows defender", "windows", "windefend"),
    ("wineventlog:microsoft-windows-windows firewall", "windows", "firewall-as"),
    ("wineventlog:", "windows", ""),
    ("etw", "windows", ""),
    ("windows", "windows", ""),
    ("auditd:", "linux", "auditd"),
    ("linux:sysmon", "linux", "sysmon"),
    ("linux:syslog", "linux", "syslog"),
    ("linux:cron", "linux", "cron"),
    ("linux:auth", "linux", "auth"),
    ("linux", "linux", ""),
    ("journald:", "linux", ""),
    ("systemd:", "linux", ""),
    ("ebpf:", "linux", ""),
    ("iptables:", "linux", ""),
    ("macos:", "macos", ""),
    ("openbsm:", "macos", ""),
    ("apple ", "macos", ""),
    ("fs:fsusage", "macos", ""),
    ("fs:fsevents", "macos", ""),
    ("fs:plist", "macos", ""),
    ("fs:launchdaemons", "macos", ""),
    ("fs:quarantine", "macos", ""),
    ("aws:cloudtrail", "aws", "cloudtrail"),
    ("cloudtrail:", "aws", "cloudtrail"),
    ("aws:", "aws", ""),
    ("azure:signinlogs", "azure", "signinlogs"),
    ("m365:signinlogs", "azure", "signinlogs"),
    ("azure:audit", "azure", "auditlogs"),
    ("azure:ad", "azure", "auditlogs"),
    ("microsoft entra id audit", "azure", "auditlogs"),
    ("azure:activity", "azure", "activitylogs"),
    ("azure:", "azure", ""),
    ("m365:exchange", "m365", "exchange"),
    ("m365:", "m365", "audit"),
    ("gcp:workspaceaudit", "gcp", "google_workspace.admin"),
    ("saas:googleworkspace", "gcp", "google_workspace.admin"),
    ("google admin audit", "gcp", "google_workspace.admin"),
    ("gcp:", "gcp", "gcp.audit"),
    ("kubernetes:", "kubernetes", "audit"),
    ("saas:okta", "okta", "okta"),
    ("okta:", "okta", "okta"),
    ("saas:github", "github", "audit"),
    ("esxi", "esxi", ""),
    ("esxcli:", "esxi", ""),
    ("vpxd", "esxi", ""),
    ("docker:", "docker", ""),
    ("containerd:", "containerd", ""),
    ("nsm:", "zeek", ""),
    ("network traffic", "zeek", ""),
];

/// Systems whose events have categories in Sigma.
const HOSTS: &[&str] = &["windows", "linux", "macos"];

/// Only there.
const WINDOWS: &[&str] = &["windows"];

/// Services whose events Sigma files under categories; none where a name tells no service.
const RECORDERS: &[&str] = &["", "sysmon", "auditd"];
/// The starts of processes stand in one more.
const PROCESSES: &[&str] = &["", "sysmon", "auditd", "security"];
/// Scripts stand here alone.
const POWERSHELL: &[&str] = &["powershell"];

/// A data component, its category, the systems that have it, and the services that show it.
type Row = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// What a data component is in Sigma.
const CATEGORIES: &[Row] = &[
    ("DC0032", "process_creation", HOSTS, PROCESSES),
    ("DC0064", "process_creation", HOSTS, RECORDERS),
    ("DC0064", "ps_script", WINDOWS, POWERSHELL),
    ("DC0029", "ps_script", WINDOWS, POWERSHELL),
    ("DC0039", "file_event", HOSTS, RECORDERS),
    ("DC0061", "file_event", HOSTS, RECORDERS),
    ("DC0040", "file_delete", WINDOWS, RECORDERS),
    ("DC0055", "file_access", WINDOWS, RECORDERS),
    ("DC0016", "image_load", WINDOWS, RECORDERS),
    ("DC0079", "driver_load", WINDOWS, RECORDERS),
    ("DC0035", "process_access", WINDOWS, RECORDERS),
    ("DC0063", "registry_set", WINDOWS, RECORDERS),
    ("DC0056", "registry_add", WINDOWS, RECORDERS),
    ("DC0045", "registry_delete", WINDOWS, RECORDERS),
    ("DC0082", "network_connection", HOSTS, RECORDERS),
    ("DC0048", "pipe_created", WINDOWS, RECORDERS),
    ("DC0008", "wmi_event", WINDOWS, RECORDERS),
];

/// What a data component seen at a log source is in Sigma's words; `component` is an id such as
/// `DC0032`, `name` as ATT&CK writes it, `platforms` its names of those an analytic is for. Empty
/// if nothing is known.
pub fn sigma_source<'p>(
    component: &str,
    name: &str,
    platforms: impl IntoIterator<Item = &'p str>,
) -> LogSource {
    let name = lowercase(name.trim());
    let known = NAMES.iter().find(|(begins, ..)| name.starts_with(begins));
    let mut platforms = platforms.into_iter();
    let (product, service) = match known {
        Some((_, product, service)) => (*product, *service),
        // What is seen on several systems is left to its category.
        None => match (platforms.next(), platforms.next()) {
            (Some(only), None) => (product_of(only), ""),
            _ => ("", ""),
        },
    };
    let row = CATEGORIES.iter().find(|(id, _, systems, services)| {
        *id == component
            && (product.is_empty() || systems.contains(&product))
            && services.contains(&service)
    });
    match (row, product, component) {
        (Some((_, category, ..)), product, _) => LogSource::new(product, category, ""),
        (None, "zeek", "DC0078" | "DC0082") => LogSource::new("zeek", "", "conn"),
        (None, product, _) => LogSource::new(product, "", service),
    }
}

/// What a platform is as a product; empty where it could be several or none.
pub(super) fn product_of(platform: &str) -> &'static str {
    match platform {
        "Windows" => "windows",
        "Linux" => "linux",
        "macOS" => "macos",
        "ESXi" => "esxi",
        "Android" => "android",
        "iOS" => "ios",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_components_by_hand() {
        let of = |component, name, platforms: &[&str]| {
            let found = sigma_source(component, name, platforms.iter().copied());
            [found.product, found.category, found.service].join("/")
        };
        for (component, name, platforms, expected) in [
            ("DC0032", "WinEventLog:Sysmon", &["Windows"][..], "windows/process_creation/"),
            ("DC0032", "WinEventLog:Security", &["Windows"], "windows/process_creation/"),
            ("DC0067", "WinEventLog:Security", &["Windows"], "windows//security"),
            // Security has no event of Sysmon's categories.
            ("DC0063", "WinEventLog:Security", &["Windows"], "windows//security"),
            ("DC0063", "WinEventLog:Sysmon", &["Windows"], "windows/registry_set/"),
            ("DC0064", "WinEventLog:PowerShell", &["Windows"], "windows/ps_script/"),
            ("DC0064", "WinEventLog:Sysmon", &["Windows"], "windows/process_creation/"),
            ("DC0064", "auditd:SYSCALL", &["Linux"], "linux/process_creation/"),
            ("DC0016", "auditd:SYSCALL", &["Linux"], "linux//auditd"),
            ("DC0039", "macos:unifiedlog", &["macOS"], "macos/file_event/"),
            ("DC0055", "macos:unifiedlog", &["macOS"], "macos//"),
            ("DC0025", "AWS:CloudTrail", &["IaaS"], "aws//cloudtrail"),
            ("DC0002", "azure:signinlogs", &["Identity Provider"], "azure//signinlogs"),
            ("DC0078", "NSM:Flow", &["Linux"], "zeek//conn"),
            // ICS: no platforms, names of their own.
            ("DC0032", "Process", &[], "/process_creation/"),
            ("DC0112", "Application Vetting", &["Android"], "android//"),
            ("DC0112", "Application Vetting", &["Android", "iOS"], "//"),
            ("DC0038", "something else", &["SaaS"], "//"),
        ] {
            assert_eq!(of(component, name, platforms), expected, "{component} {name}");
        }
    }
}
