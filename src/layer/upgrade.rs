//! From any version of the format, 1.0 to 4.4, to what 4.5 calls the same (reference 2.7). Works
//! on the plain object, before it is read; what no version knows is left alone.

use super::model::FORMAT;
use crate::sorted;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Names of platforms of format 2.1 and before, then those that ATT&CK put together as `IaaS`
/// (Navigator 4.3, ATT&CK 9).
const PLATFORMS: [(&str, &str); 8] = [
    ("windows", "Windows"),
    ("linux", "Linux"),
    ("mac", "macOS"),
    ("android", "Android"),
    ("ios", "iOS"),
    ("AWS", "IaaS"),
    ("GCP", "IaaS"),
    ("Azure", "IaaS"),
];

/// Upgrades a layer in place; gives back the version it was of, empty if it does not say.
pub(super) fn upgrade(layer: &mut Map<String, Value>) -> String {
    let version = version(layer);
    view(layer);
    domain(layer);
    filters(layer);
    // Not in any specification, but written by tools that were wrong by a letter.
    if let Some(flag) = layer.remove("hideDisable") {
        layer.entry("hideDisabled").or_insert(flag);
    }
    version
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `version` (before 4.0) wins over `versions.layer`, as in the Navigator. What is written is
/// always the newest.
fn version(layer: &mut Map<String, Value>) -> String {
    let old = layer.remove("version").as_ref().and_then(text_of);
    // A text in place of the object can only mean the format.
    if let Some(text) = layer.get("versions").and_then(text_of) {
        layer.insert("versions".to_owned(), json!({ "layer": text }));
    }
    let new = layer.get("versions").and_then(|versions| text_of(versions.get("layer")?));
    old.or(new).unwrap_or_default()
}

/// `viewFullTable` (1.0), then `viewMode` (1.1 to 2.2), then `layout`.
fn view(layer: &mut Map<String, Value>) {
    let full = layer.remove("viewFullTable").and_then(|full| full.as_bool());
    let mode = layer.remove("viewMode").and_then(|mode| mode.as_u64());
    if layer.get("layout").is_some_and(Value::is_object) {
        return;
    }
    let mode = mode.or(full.map(|full| u64::from(!full)));
    let layout = match mode {
        Some(0) => json!({ "layout": "side", "showID": false, "showName": true }),
        Some(1) => json!({ "layout": "side", "showID": true, "showName": false }),
        Some(2) => json!({ "layout": "mini", "showID": false, "showName": false }),
        _ => return,
    };
    layer.insert("layout".to_owned(), layout);
}

fn domain(layer: &mut Map<String, Value>) {
    let Some(Value::String(domain)) = layer.get_mut("domain") else { return };
    let known = match domain.trim().to_ascii_lowercase().as_str() {
        "mitre-enterprise" | "enterprise-attack" | "enterprise" => "enterprise-attack",
        "mitre-mobile" | "mobile-attack" | "mobile" => "mobile-attack",
        "mitre-ics" | "ics-attack" | "ics" => "ics-attack",
        _ => return,
    };
    known.clone_into(domain);
}

fn filters(layer: &mut Map<String, Value>) {
    let Some(Value::Object(filters)) = layer.get_mut("filters") else { return };
    filters.remove("stages");
    let Some(Value::Array(platforms)) = filters.get_mut("platforms") else { return };
    for platform in platforms.iter_mut() {
        let renamed = PLATFORMS.iter().find(|(old, _)| platform.as_str() == Some(old));
        if let Some((_, new)) = renamed {
            *platform = (*new).into();
        }
    }
    let mut seen: BTreeSet<String> = sorted::set([]);
    platforms.retain(|platform| seen.insert(platform.to_string()));
}

/// Whether a version is one that this module was written for.
pub(super) fn is_known(version: &str) -> bool {
    const KNOWN: [&str; 15] = [
        "1.0", "1.1", "1.2", "1.3", "2.0", "2.1", "2.2", "3.0", "4.0", "4.1", "4.2", "4.3", "4.4",
        FORMAT, "",
    ];
    // `versions.layer` as a number loses nothing: no version has a zero but 1.0 to 4.0.
    KNOWN.contains(&version) || ["1", "2", "3", "4"].contains(&version)
}
