//! A Sigma rule to begin with: tags and log source from the catalogue, the rest `TODO`.
//!
//! Decisions:
//! - It carries no `id`: one made from the technique would be the same for everyone who starts
//!   here, and a second rule from the same beginning a duplicate. A comment asks for a new one.
//! - Its tags are the technique and all of its tactics, by the names of the release: what the tag
//!   doctor asks for.
//! - It is written as plain text. Names come from STIX and may be anything: where one is a value
//!   it is quoted, in a comment it is one line.

use super::Grounds;
use super::sigma_source::{product_of, sigma_source};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::rule::LogSource;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Characters of a name in a title or a tag; a title may have 256 in all.
const MOST_OF_A_NAME: usize = 120;
/// Characters of a line of comment.
const MOST_OF_A_COMMENT: usize = 300;

/// The fields that rules on a log source look at most: category or service, and the fields with
/// how they are compared (the fields of Sigma's taxonomy). What more rules of SigmaHQ look at
/// (August 2026) stands first, and goes first where the analytics name several as often.
const FIELDS: &[(&str, &[&str])] = &[
    ("process_creation", &["Image|endswith", "CommandLine|contains"]),
    ("file_event", &["TargetFilename|contains"]),
    ("registry_set", &["TargetObject|contains", "Details|contains"]),
    ("ps_script", &["ScriptBlockText|contains"]),
    ("security", &["EventID"]),
    ("image_load", &["ImageLoaded|endswith", "Image|endswith"]),
    ("system", &["Provider_Name", "EventID"]),
    ("network_connection", &["Image|endswith", "DestinationHostname|endswith"]),
    ("cloudtrail", &["eventSource", "eventName"]),
    ("auditd", &["type", "name"]),
    ("auditlogs", &["properties.message"]),
    ("activitylogs", &["operationName"]),
    ("application", &["Provider_Name", "EventID"]),
    ("process_access", &["TargetImage|endswith", "GrantedAccess"]),
    ("okta", &["eventType"]),
    ("signinlogs", &["ResultType"]),
    ("pipe_created", &["PipeName|contains"]),
    ("windefend", &["EventID"]),
    ("gcp.audit", &["gcp.audit.method_name"]),
    ("file_delete", &["TargetFilename|contains"]),
    ("file_access", &["FileName|contains", "Image|endswith"]),
    ("codeintegrity-operational", &["EventID"]),
    ("driver_load", &["ImageLoaded|endswith"]),
    ("registry_delete", &["TargetObject|contains"]),
    ("firewall-as", &["EventID"]),
    ("google_workspace.admin", &["eventName"]),
    ("taskscheduler", &["EventID"]),
    ("registry_add", &["TargetObject|contains"]),
    ("wmi_event", &["Destination|contains"]),
    ("applocker", &["EventID"]),
    ("conn", &["id.resp_h", "id.resp_p"]),
];

/// The beginning of a Sigma rule for a technique, with today's date. Valid as it stands; of the
/// log sources that the analytics name one that is there goes first, then the one named most, then
/// the one that most public rules look at.
pub fn skeleton(grounds: &Grounds<'_>, index: TechniqueIndex) -> String {
    let catalogue = grounds.catalogue;
    let technique = catalogue.technique(index);
    let (id, name) = (technique.id, technique.name.as_str());
    let source = source(grounds, index);
    let mut text = String::new();
    let mut line = |text_of_line: &str| {
        text.push_str(text_of_line);
        text.push('\n');
    };
    let short: String = name.chars().take(MOST_OF_A_NAME).collect();
    line(&format!("title: {}", quoted(&format!("TODO: {short}"))));
    line("# TODO: an id of its own, a new UUID (version 4)");
    line("status: experimental");
    line("description: \"TODO: what is detected, and what a match means\"");
    line("references:");
    line(&format!("    - {}", id.url()));
    line("author: TODO");
    line(&format!("date: {}", grounds.coverage.today));
    line("tags:");
    for tactic in technique.tactics.iter().filter_map(|at| catalogue.tactics.get(usize::from(*at)))
    {
        let name: String = tactic.shortname.chars().take(MOST_OF_A_NAME).collect();
        line(&format!("    - {}", scalar(&format!("attack.{name}"))));
    }
    line(&format!("    - attack.{}", id.to_string().to_ascii_lowercase()));
    for remark in remarks(catalogue, index) {
        line(&format!("# {}", comment(&remark)));
    }
    line("# TODO: a guess; check it against what you collect");
    line("logsource:");
    for (key, value) in
        [("product", &source.product), ("category", &source.category), ("service", &source.service)]
    {
        if !value.is_empty() {
            line(&format!("    {key}: {}", scalar(value)));
        }
    }
    line("detection:");
    line("    selection:");
    for field in fields(&source) {
        line(&format!("        {field}: TODO"));
    }
    line("    filter_main_expected:");
    line(&format!("        {}: TODO what is harmless", fields(&source).first().unwrap_or(&"TODO")));
    line("    condition: selection and not 1 of filter_main_*");
    line("falsepositives:");
    line("    - \"TODO: what else looks like this\"");
    line("level: medium");
    text
}

fn fields(source: &LogSource) -> &'static [&'static str] {
    FIELDS.get(place(source)).map_or(&["TODO_field"], |(_, fields)| fields)
}

/// Where a log source stands in the table; beyond it if it does not.
fn place(source: &LogSource) -> usize {
    let is_of = |(of, _): &(&str, _)| *of == source.category || *of == source.service;
    FIELDS.iter().position(is_of).unwrap_or(FIELDS.len())
}

/// Where to look.
fn source(grounds: &Grounds<'_>, index: TechniqueIndex) -> LogSource {
    let catalogue = grounds.catalogue;
    let technique = catalogue.technique(index);
    // How often each is named, and when first.
    let mut named: BTreeMap<LogSource, (usize, usize)> = BTreeMap::new();
    let mut order = 0;
    for (component, name, platforms) in looked_at(catalogue, index) {
        let Some(component) = catalogue.data_components.get(usize::from(component)) else {
            continue;
        };
        let names = platforms.iter().filter_map(|at| catalogue.platforms.get(usize::from(*at)));
        let id = component.id.to_string();
        let source = sigma_source(&id, name, names.map(String::as_str));
        if !source.is_empty() {
            named.entry(source).or_insert((0, order)).0 += 1;
            order += 1;
        }
    }
    let ranked = named.into_iter().map(|(source, (times, first))| {
        let there = grounds.telemetry.of_rule(&source);
        ((there, Reverse(times), place(&source), first), source)
    });
    let best = ranked.reduce(|best, next| if next.0 < best.0 { next } else { best });
    if let Some((_, source)) = best {
        return source;
    }
    let products = catalogue.platform_names(technique).map(product_of);
    let product = products.into_iter().find(|product| !product.is_empty());
    match product {
        Some(product) => LogSource::new(product, "", ""),
        // Sigma wants one of the three.
        None => LogSource::new("", "todo", ""),
    }
}

/// What the analytics of a technique look at: data component, name of the log source, platforms.
fn looked_at(
    catalogue: &Catalogue,
    index: TechniqueIndex,
) -> impl Iterator<Item = (u16, &str, &[u8])> {
    let strategies = catalogue.technique(index).strategies.iter();
    let strategies = strategies.filter_map(|at| catalogue.strategies.get(usize::from(*at)));
    let analytics = strategies.flat_map(|strategy| &strategy.analytics);
    let analytics = analytics.filter_map(|at| catalogue.analytics.get(usize::from(*at)));
    analytics.flat_map(|analytic| {
        analytic.log_sources.iter().filter_map(|(component, source)| {
            let name = catalogue.log_sources.get(usize::from(*source))?;
            Some((*component, name.as_str(), analytic.platforms.as_slice()))
        })
    })
}

/// What stands beside the log source: the technique, its analytics, what they look at.
fn remarks(catalogue: &Catalogue, index: TechniqueIndex) -> Vec<String> {
    let technique = catalogue.technique(index);
    let mut remarks = vec![format!(
        "ATT&CK {} {}: {} {}",
        catalogue.domain.name(),
        catalogue.version,
        technique.id,
        technique.name
    )];
    let strategies = technique.strategies.iter();
    for strategy in strategies.filter_map(|at| catalogue.strategies.get(usize::from(*at))) {
        let analytics = strategy.analytics.iter();
        let analytics = analytics.filter_map(|at| catalogue.analytics.get(usize::from(*at)));
        let ids: Vec<String> = analytics.map(|analytic| analytic.id.to_string()).collect();
        remarks.push(format!("Detection strategy {}: {}", strategy.id, ids.join(", ")));
    }
    let mut seen: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for (component, name, _) in looked_at(catalogue, index) {
        let names = seen.entry(component).or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for (component, names) in seen {
        if let Some(component) = catalogue.data_components.get(usize::from(component)) {
            let names = names.join(", ");
            remarks.push(format!("Collect {} {}: {names}", component.id, component.name));
        }
    }
    remarks
}

/// A value as YAML: as it is where nothing in it can mean anything else, else in quotes.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && !matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// In double quotes (YAML 1.2.2, 7.3.1): whatever is no printable character of one line is
/// escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if is_odd(c) => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// One line of comment, not too long.
fn comment(text: &str) -> String {
    let mut line: String =
        text.chars().take(MOST_OF_A_COMMENT).map(|c| if is_odd(c) { ' ' } else { c }).collect();
    if text.chars().nth(MOST_OF_A_COMMENT).is_some() {
        line.push_str(" …");
    }
    line
}

/// Ends a line, is no printable character of YAML, or turns the direction of what follows.
fn is_odd(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
}
