//! Puts a mark that would run, if it were ever taken for markup, into every string of a file,
//! whatever its format: what makes the file one of its format and names its techniques stays.
#![allow(dead_code, reason = "each test uses its part")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Would call `window.__fired` as an element, as a script and as an attribute that ends early.
pub(crate) const MARK: &str = "\"'><img src=x onerror=\"window.__fired=1\"><svg onload=\"window.__fired=1\"></title></style></script><script>window.__fired=1</script><a href=\"javascript:window.__fired=1\">";
/// An address that would run.
pub(crate) const LINK: &str = "javascript:window.__fired=1//";

/// Every fixture of every format of rules, marked: path and content.
pub(crate) fn rules() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in std::fs::read_dir(root).expect("fixtures").flatten() {
        paths.extend(
            std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|f| f.path()),
        );
    }
    paths.sort();
    let marked = paths.iter().map(|path| {
        let text = std::fs::read_to_string(path).expect("fixtures are UTF-8");
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let folder = path.parent().and_then(Path::file_name).expect("in a folder");
        (format!("{}/{name}", folder.to_string_lossy()), mark(&name, &text))
    });
    marked.collect()
}

/// A text with the mark in each of its strings.
pub(crate) fn mark(name: &str, text: &str) -> String {
    let end = name.rsplit('.').next().unwrap_or_default();
    match end {
        "json" => match serde_json::from_str::<Value>(text) {
            Ok(mut value) => {
                mark_value(&mut value);
                value.to_string()
            }
            Err(_) => text.to_owned(),
        },
        "ndjson" => text.lines().map(|line| mark("line.json", line) + "\n").collect(),
        "yml" | "yaml" | "" => lines(text, mark_yaml),
        "toml" => lines(text, |line| mark_quoted(line, "\\\"")),
        "conf" => lines(text, |line| match line.split_once(" = ") {
            Some((key, value)) if !is_kept(value) => format!("{key} = {value} {MARK}"),
            _ => line.to_owned(),
        }),
        "xml" => mark_xml(text),
        "rules" => text.replace("msg:\"", &format!("msg:\"{} ", MARK.replace(['"', ';'], ""))),
        "yaral" | "yar" => lines(text, |line| mark_quoted(line, "\\\"")),
        "csv" | "tsv" => mark_table(text, if end == "tsv" { '\t' } else { ',' }),
        _ => format!("{text}\n{MARK}\n"),
    }
}

fn lines(text: &str, mark: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| mark(line) + "\n").collect()
}

/// Words that say what a file is, techniques, numbers and days.
fn is_kept(word: &str) -> bool {
    let word = word.trim().trim_matches(['"', '\'']);
    let lower = word.to_ascii_lowercase();
    let lower = lower.trim_start_matches("attack.");
    word.is_empty()
        || word.starts_with(['[', '{', '|', '>', '&', '*', '$'])
        || word.chars().all(|c| c.is_ascii_digit() || "-./: TZ".contains(c))
        || ["true", "false", "scheduled", "rule", "query", "ttp", "production", "null"]
            .contains(&lower)
        || ["enterprise-attack", "technique-administration", "global", "eql"].contains(&lower)
        || (lower.starts_with(['t', 's', 'g', 'm'])
            && lower.chars().skip(1).take(4).filter(char::is_ascii_digit).count() == 4)
}

/// `key: value` and `- value` that stand on one line.
fn mark_yaml(line: &str) -> String {
    let value = line.trim_start().trim_start_matches("- ");
    let head = &line[..line.len() - value.len()];
    let (key, value) = match value.split_once(": ") {
        Some((key, value)) if !key.contains(['\'', '"', ' ']) => (format!("{key}: "), value),
        _ if head.contains("- ") && !value.contains(": ") && !value.ends_with(':') => {
            (String::new(), value)
        }
        _ => return line.to_owned(),
    };
    let plain = value.trim_matches(['"', '\'']);
    if is_kept(value) || value.starts_with(['!', '@', '%']) || value.contains(" #") {
        return line.to_owned();
    }
    let address = if plain.starts_with("http") { LINK } else { "" };
    format!(
        "{head}{key}'{}{}'",
        format!("{address}{plain}").replace('\'', "''"),
        MARK.replace('\'', "''")
    )
}

/// Texts in double quotes that do not follow a bracket of a key.
fn mark_quoted(line: &str, quote: &str) -> String {
    let parts: Vec<&str> = line.split('"').collect();
    if parts.len() != 3 || is_kept(parts[1]) || line.contains("\"\"\"") {
        return line.to_owned();
    }
    format!("{}\"{}{}\"{}", parts[0], parts[1], MARK.replace('"', quote), parts[2])
}

fn mark_xml(text: &str) -> String {
    let escaped = MARK.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    ["description", "field", "group", "info"].iter().fold(text.to_owned(), |text, tag| {
        text.replace(&format!("</{tag}>"), &format!("{escaped}</{tag}>"))
    })
}

fn mark_table(text: &str, separator: char) -> String {
    let mut rows = text.lines();
    let head = rows.next().unwrap_or_default().to_owned() + "\n";
    let cell = |cell: &str| match is_kept(cell) || cell.contains('"') {
        true => cell.to_owned(),
        false => format!("\"{cell}{}\"", MARK.replace('"', "\"\"")),
    };
    let rows = rows.map(|row| {
        let cells: Vec<String> = row.split(separator).map(cell).collect();
        cells.join(&separator.to_string()) + "\n"
    });
    head + &rows.collect::<String>()
}

/// Every string of a JSON value, keys of free maps too; addresses become ones that would run.
pub(crate) fn mark_value(value: &mut Value) {
    match value {
        Value::String(text) if is_kept(text) => {}
        Value::String(text) if text.starts_with("http") && !text.contains("schema") => {
            *text = format!("{LINK}{MARK}");
        }
        Value::String(text) => text.push_str(MARK),
        Value::Array(items) => items.iter_mut().for_each(mark_value),
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                // What the format is told by.
                let is_fixed =
                    ["type", "kind", "$schema", "domain", "id", "ref", "aggregateFunction"];
                if !is_fixed.contains(&key.as_str()) || !value.is_string() {
                    mark_value(value);
                }
            }
        }
        _ => {}
    }
}

/// A layer with a mark in each of its strings, links that would run, and colours that end early.
pub(crate) fn layer() -> String {
    let link = json!([{"label": format!("label{MARK}"), "url": LINK}, {"label": "d", "url": "data:text/html,<script>window.__fired=1</script>"}]);
    let metadata = json!([{"name": format!("name{MARK}"), "value": format!("value{MARK}")}]);
    json!({
        "name": format!("layer{MARK}"), "domain": "enterprise-attack", "description": format!("d{MARK}"),
        "versions": {"attack": format!("19{MARK}"), "layer": "4.5", "navigator": "5"},
        "techniques": [
            {"techniqueID": "T1059", "score": 50, "comment": format!("comment{MARK}"), "color": format!("#fff\"{MARK}"), "links": link, "metadata": metadata},
            {"techniqueID": "T1003", "tactic": format!("credential-access{MARK}"), "score": 1, "comment": MARK},
            {"techniqueID": format!("T1{MARK}"), "score": 1},
        ],
        "gradient": {"colors": ["#ffffff", "#000000", format!("red{MARK}")], "minValue": 0, "maxValue": 100},
        "legendItems": [{"label": format!("legend{MARK}"), "color": format!("#123456{MARK}")}],
        "links": link, "metadata": metadata,
    })
    .to_string()
}

/// Alerts with a mark in each cell, as a table.
pub(crate) fn alerts() -> String {
    let cell = |name: &str| format!("\"{name}{}\"", MARK.replace('"', "\"\""));
    let row = ["rule", "host", "user", "severity"].map(cell).join(",");
    let head = "time,rule_name,host,user,severity,technique\n";
    let rows = (1..9).map(|day| format!("2026-01-0{day}T10:00:00Z,{row},T1059.001\n"));
    head.to_owned() + &rows.collect::<String>()
}

/// Results of tests with marks.
pub(crate) fn tests() -> String {
    let escaped = MARK.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(
        "<testsuites><testsuite name=\"T1059 {escaped}\"><testcase name=\"T1059.001 {escaped}\" classname=\"rule{escaped}\"><failure message=\"{escaped}\">{escaped}</failure></testcase></testsuite></testsuites>"
    )
}

/// A profile with marks.
pub(crate) fn profile() -> String {
    let mark = MARK.replace('\'', "''");
    format!(
        "platforms: [Windows, 'P{mark}']\ngroups: [APT29, 'G{mark}']\nsoftware: [Mimikatz, 'S{mark}']\naccepted:\n  - technique: T1059\n    reason: 'because{mark}'\n"
    )
}

/// What a host lays beside the page, with marks.
pub(crate) fn hosted() -> String {
    json!({
        "title": format!("t{MARK}"), "banner": format!("b{MARK}"), "attack": format!("19{MARK}"),
        "platforms": [format!("Windows{MARK}")], "layers": [LINK, format!("a{MARK}.json"), "data:text/html,x", "hostile.json"],
        "rules": [format!("r{MARK}.zip")], "policy": {"score": format!("level{MARK}"), format!("k{MARK}"): 1},
        format!("key{MARK}"): 1, "profile": {"groups": [format!("APT29{MARK}")]},
    })
    .to_string()
}

/// A bundle whose names, descriptions and links are marks.
pub(crate) fn bundle() -> String {
    let m = |text: &str| format!("{text}{MARK}");
    let reference = |id: &str| {
        json!([{"source_name": "mitre-attack", "external_id": id, "url": LINK, "description": m("d")},
               {"source_name": m("other"), "url": "data:text/html,<script>window.__fired=1</script>"}])
    };
    json!({"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "name": m("c"), "x_mitre_version": "99.1", "description": m("d")},
        {"type": "x-mitre-matrix", "id": "x-mitre-matrix--1", "name": m("m"), "tactic_refs": ["x-mitre-tactic--1"], "external_references": [{"source_name": "mitre-attack", "external_id": "enterprise-attack"}]},
        {"type": "x-mitre-tactic", "id": "x-mitre-tactic--1", "x_mitre_shortname": "execution", "name": m("Execution"), "description": m("d"), "external_references": reference("TA0002")},
        {"type": "attack-pattern", "id": "attack-pattern--1", "name": m("Interpreter"), "description": m("d"), "x_mitre_platforms": [m("Windows"), "Windows"], "x_mitre_data_sources": [m("s")], "x_mitre_detection": m("x"),
         "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "execution"}], "external_references": reference("T1059")},
        {"type": "attack-pattern", "id": "attack-pattern--2", "name": m("Shell"), "description": m("d"), "x_mitre_is_subtechnique": true, "x_mitre_platforms": ["Windows"],
         "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "execution"}], "external_references": reference("T1059.001")},
        {"type": "relationship", "id": "relationship--1", "relationship_type": "subtechnique-of", "source_ref": "attack-pattern--2", "target_ref": "attack-pattern--1"},
        {"type": "intrusion-set", "id": "intrusion-set--1", "name": m("Group"), "aliases": [m("Alias")], "description": m("d"), "external_references": reference("G0001")},
        {"type": "relationship", "id": "relationship--2", "relationship_type": "uses", "source_ref": "intrusion-set--1", "target_ref": "attack-pattern--1", "description": m("d")},
    ]})
    .to_string()
}
