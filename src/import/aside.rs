//! YAML that no format takes: what it is, so that nobody wonders why it gives no rule.

use super::yaml::{Loaded, Node};

/// Top-level keys that stand together, and what has them. The first row that fits decides.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &["uuid", "rule", "alert_severity"],
        "a SEKOIA rule: its dialect of Sigma, with `rule` and `attack` for `title` and `tags`, is not read",
    ),
    (
        &["policy", "checks"],
        "a Wazuh SCA policy: checks of a configuration are no detections, whatever ids they carry",
    ),
    (&["technique_id", "logic_format"], "an Anvilogic rule: its format is not read"),
    (
        &["KnownVulnerableSamples", "MitreID"],
        "a LOLDrivers entry: knowledge about a driver, no detection of it",
    ),
    (&["attack_mappings"], "an entry of the Threat Hunter Playbook: a hunt for people, no rule"),
    (&["sensor_name", "mappings"], "a CAR sensor: what it sees, not what is detected"),
    (&["actions", "fields", "name"], "a CAR data model, no analytic"),
    (&["definition", "description", "name"], "a Splunk macro, no detection"),
    (&["narrative", "tags"], "a Splunk analytic story: it groups detections and is none"),
    (&["playbook", "app_list"], "a Splunk SOAR playbook, no detection"),
    (&["sourcetype", "supported_TA"], "a Splunk data source, no detection"),
];

/// Why these documents give no rule.
pub(super) fn reason(loaded: &Loaded<'_>) -> &'static str {
    let roots = || loaded.documents.iter().map(|document| &document.root);
    let has_all =
        |keys: &[&str]| roots().any(|root| keys.iter().all(|key| root.get(key).is_some()));
    match KNOWN.iter().find(|(keys, _)| has_all(keys)) {
        Some((_, reason)) => reason,
        None if !roots().any(Node::is_mapping) => {
            "YAML, but no rule in a format that is read: no keys at the top level"
        }
        None => "YAML, but no rule in a format that is read",
    }
}
