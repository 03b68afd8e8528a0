//! The findings of the tag doctor as SARIF 2.1.0
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), for code scanning.

use crate::diagnostic::{Code, Severity};
use crate::lint::Lint;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    /// Columns count characters, not UTF-16 units.
    column_kind: &'static str,
    results: Vec<ResultReport<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Kind>,
}

/// What SARIF calls a rule: a code.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    id: String,
    short_description: Text<'static>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultReport<'a> {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Text<'a>,
    locations: [Location; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Place,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
}

/// The findings as one run, as indented JSON with a final newline.
pub fn write(lint: &Lint) -> Vec<u8> {
    // The most that a code was found to matter.
    let mut levels: BTreeMap<Code, Severity> = BTreeMap::new();
    for finding in &lint.findings {
        let level = levels.entry(finding.diagnostic.code).or_insert(Severity::Note);
        *level = (*level).max(finding.diagnostic.severity);
    }
    let index: BTreeMap<Code, usize> = levels.keys().copied().zip(0..).collect();
    let results = lint.findings.iter().map(|finding| {
        let d = &finding.diagnostic;
        let text = match d.hint.as_str() {
            "" => d.message.clone(),
            hint => format!("{}; {hint}", d.message),
        };
        ResultReport {
            rule_id: d.code.as_str(),
            rule_index: index.get(&d.code).copied().unwrap_or_default(),
            level: super::severity(d.severity),
            message: Text { text: text.into() },
            locations: [Location {
                physical_location: Place {
                    artifact_location: Artifact { uri: uri(&d.path) },
                    region: d.line.filter(|line| *line > 0).map(|start_line| Region {
                        start_line,
                        start_column: d.column.filter(|column| *column > 0),
                    }),
                },
            }],
        }
    });
    let kinds = levels.iter().map(|(code, severity)| Kind {
        id: code.as_str(),
        short_description: Text { text: code.heading().into() },
        default_configuration: Configuration { level: super::severity(*severity) },
    });
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "Coverlay",
                    version: env!("CARGO_PKG_VERSION"),
                    rules: kinds.collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    };
    let mut bytes = serde_json::to_vec_pretty(&log).expect("plain structs always serialise");
    bytes.push(b'\n');
    bytes
}

/// A path as a reference (RFC 3986): what is not unreserved is percent-encoded. An absolute path
/// gets the scheme `file`.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_as_references() {
        assert_eq!(uri("rules/a b#1?.yml"), "rules/a%20b%231%3F.yml");
        assert_eq!(uri("c:x/ü.yml"), "c%3Ax/%C3%BC.yml");
        assert_eq!(uri("/tmp/x.yml"), "file:///tmp/x.yml");
    }
}
