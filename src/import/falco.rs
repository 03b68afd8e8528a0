//! Falco rules (<https://falco.org/docs/reference/rules/rule-fields/>): a list of rules, macros
//! and lists.
//!
//! Decisions:
//! - An entry that only changes a rule (`append`, `override`, or no `condition`) is no rule.
//! - There are no ids; a rule is told by its file and its place among the file's rules.
//! - Of the tags, `T1059` is a technique, `mitre_execution` and `TA0002` are tactics, and the
//!   maturity (`maturity_stable`) is the status
//!   (<https://github.com/falcosecurity/rules/blob/main/CONTRIBUTING.md#rules-maturity-framework>).

use super::body::fingerprint;
use super::fields::Fields;
use super::found::Found;
use super::ladder::{YamlFormat, YamlText};
use super::lines::Lines;
use super::yaml::Node;
use crate::diagnostic::Code;
use crate::rule::{Claim, Format, Level, LogSource, Rule, Status, Tag, Written, platforms};

/// Its rung of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "Falco",
    keys: &["- rule:"],
    // What is in a list is always built.
    is_read: |_| false,
    recognises,
    import,
};

/// Falco's eight priorities, those of syslog.
const LEVELS: &[(&str, Level)] = &[
    ("emergency", Level::Critical),
    ("alert", Level::Critical),
    ("critical", Level::Critical),
    ("error", Level::High),
    ("warning", Level::Medium),
    ("notice", Level::Low),
    ("informational", Level::Informational),
    ("info", Level::Informational),
    ("debug", Level::Informational),
];

const MATURITIES: &[(&str, Status)] = &[
    ("stable", Status::Stable),
    ("incubating", Status::Test),
    ("sandbox", Status::Experimental),
    ("deprecated", Status::Deprecated),
];

/// A list in which something of Falco's stands.
fn recognises(root: &Node<'_>) -> bool {
    root.items().iter().any(|item| {
        let has = |key: &str| item.get(key).is_some();
        let is_rule = has("condition") || has("append") || has("override") || has("enabled");
        item.text_of("rule").is_some() && is_rule
            || item.text_of("macro").is_some() && has("condition")
            || item.text_of("list").is_some() && has("items")
            || has("required_engine_version")
            || has("required_plugin_versions")
    })
}

fn import(file: &YamlText<'_>) -> Found {
    let reason = "Falco macros, lists or changes of rules, but no rule";
    let mut found = Found { aside: Some((Code::NotARule, reason)), ..Found::default() };
    let documents = file.loaded.documents.iter().filter(|document| recognises(&document.root));
    for item in documents.flat_map(|document| document.root.items()) {
        if is_rule(item) {
            read(file.path, file.lines, item, &mut found);
        }
    }
    found
}

/// A rule that stands for itself.
fn is_rule(item: &Node<'_>) -> bool {
    item.text_of("rule").is_some()
        && item.text_of("condition").is_some()
        && item.get("override").is_none()
        && !item.text_of("append").is_some_and(|append| append.eq_ignore_ascii_case("true"))
}

fn read(path: &str, lines: &Lines<'_>, item: &Node<'_>, found: &mut Found) {
    let mut fields = Fields::new(path, lines, item);
    let tags: Vec<Tag> = match fields.get("tags") {
        Some(node) => {
            let words = fields.words(node).into_iter();
            words.map(|(word, line, column)| tag(word, line, column)).collect()
        }
        None => Vec::new(),
    };
    let maturity = tags.iter().find_map(|tag| tag.written.strip_prefix("maturity_"));
    let status = maturity.map_or_else(Written::default, |word| Written::on_scale(word, MATURITIES));
    let source = fields.owned("source").unwrap_or_else(|| "syscall".to_owned());
    let log_source = LogSource::new("", "", &source);
    // `network` is what the rule looks at, not where it runs.
    let words = tags.iter().map(|tag| tag.written.as_str()).filter(|word| *word != "network");
    let needed = "Falco refuses the rule without it";
    fields.needed("priority", needed);
    fields.needed("output", needed);
    let condition = item.text_of("condition").unwrap_or_default();
    found.rules.push(Rule {
        title: fields.title("rule"),
        level: fields.on_scale("priority", LEVELS),
        status,
        enabled: !fields.is_off("enabled"),
        platforms: platforms(words.chain([source.as_str()])),
        mentions: fields.mentions(&["desc", "output"], &tags),
        body: fingerprint([source.as_str(), condition]),
        log_source,
        tags,
        line: item.line,
        document: u32::try_from(found.rules.len()).unwrap_or(u32::MAX),
        ..Rule::new(Format::Falco, path)
    });
    found.diagnostics.extend(fields.into_list());
}

fn tag(written: &str, line: u32, column: u32) -> Tag {
    let lower = written.to_ascii_lowercase();
    let rest = lower.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let is_id = rest.starts_with(|c: char| c.is_ascii_digit());
    let claims = match lower.strip_prefix("mitre_") {
        Some(name) if name.starts_with("t1") => Tag::technique(name, line, column).claims,
        Some(name) => Tag::tactic(name, line, column).claims,
        None if is_id && lower.starts_with("ta") => Tag::tactic(&lower, line, column).claims,
        None if is_id && lower.len() - rest.len() == 1 && lower.starts_with('t') => {
            Tag::technique(&lower, line, column).claims
        }
        None => vec![Claim::Other],
    };
    Tag { written: written.to_owned(), line, column, claims }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_the_public_rules() {
        let claims = |text: &str| tag(text, 1, 1).claims;
        let technique = |id: &str| [Claim::Technique(id.parse().expect("an id"))];
        assert_eq!(claims("T1059.004"), technique("T1059.004"));
        assert_eq!(claims("mitre_t1059"), technique("T1059"));
        assert_eq!(
            claims("mitre_command_and_control"),
            [Claim::Tactic("command-and-control".to_owned())]
        );
        assert_eq!(claims("TA0011"), [Claim::TacticId("TA0011".parse().expect("an id"))]);
        assert!(matches!(claims("T10591")[..], [Claim::Malformed(_)]));
        for other in
            ["maturity_stable", "PCI_DSS_10.2.5", "NIST_800-53_AC-6", "host", "tcp2", "k8s"]
        {
            assert_eq!(claims(other), [Claim::Other], "{other}");
        }
    }
}
