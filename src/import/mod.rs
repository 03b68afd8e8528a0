//! One file to rules: the recognition ladder. Content decides; a name only says what a file
//! was meant to be, and with that whether trouble with it is a failure.

mod sigma;
pub mod yaml;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{MAX_FILE_DIAGNOSTICS, MAX_RULE_FILE_BYTES, MAX_STIX_BYTES};
use crate::rule::{Format, Intake};
use crate::source::decode::decode;
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use std::sync::Arc;
use yaml::{LoadError, Loaded, Repaired};

/// What a file is to an importer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// Everything about the file: exactly one outcome, its rules and diagnostics. Not settled.
    Rules(Intake),
    /// A STIX bundle within its cap, for the ATT&CK importer. No outcome yet.
    StixBundle,
}

/// Reads one file that is not a zip archive to be unpacked (a zip gives the outcome of an
/// archive inside an archive).
pub fn import_file(file: &SourceFile) -> Recognised {
    let mut intake = Intake::default();
    let Some(bucket) = recognise(file, &mut intake) else { return Recognised::StixBundle };
    intake.add_outcome(FileOutcome {
        path: file.path.clone(),
        bytes: file.bytes.len() as u64,
        bucket,
    });
    cap_diagnostics(&file.path, &mut intake.diagnostics);
    Recognised::Rules(intake)
}

/// The ladder; `None` for a STIX bundle.
fn recognise(file: &SourceFile, intake: &mut Intake) -> Option<Bucket> {
    let bytes = file.bytes.as_slice();
    let size = bytes.len() as u64;
    let meant_as_rule = is_yaml_name(&file.path);
    if bytes.is_empty() {
        return Some(skipped(Code::Empty, "the file is empty"));
    }
    let kind = sniff(bytes);
    match kind {
        Kind::Stix if size > MAX_STIX_BYTES => return Some(too_large(MAX_STIX_BYTES)),
        Kind::Stix => return None,
        Kind::Zip => {
            let reason = "an archive inside an archive; unpack it and drop what is in it";
            return Some(skipped(Code::ZipUnsupported, reason));
        }
        Kind::Packed(what) => {
            let reason = format!("a {what} archive; unpack it and drop what is in it");
            return Some(skipped(Code::ZipUnsupported, reason));
        }
        Kind::Binary(what) if !meant_as_rule => {
            return Some(skipped(Code::NotText, format!("{what}, not text")));
        }
        Kind::Binary(_) | Kind::Json | Kind::Text => {}
    }
    if size > MAX_RULE_FILE_BYTES && (meant_as_rule || has_sigma_key(bytes)) {
        return Some(too_large(MAX_RULE_FILE_BYTES));
    }
    if !meant_as_rule && kind == Kind::Json {
        return Some(skipped(Code::NotARule, json_kind(bytes)));
    }
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) if meant_as_rule || has_sigma_key(bytes) => return Some(error.bucket()),
        Err(error) => return Some(skipped(Code::NotText, error.to_string())),
    };
    if !meant_as_rule && !has_sigma_key(text.as_bytes()) {
        return Some(skipped(Code::NotARule, "text, but no rule in a format that is read"));
    }
    let strict = yaml::load(&text, &sigma::is_read);
    let repaired = strict.error.as_ref().and_then(|error| Repaired::new(&text, error));
    let loaded = repaired.as_ref().map_or(strict, |repaired| repaired.load(&sigma::is_read));
    let bucket = sigma_bucket(&file.path, &text, &loaded, meant_as_rule, intake);
    if let Some(repaired) = repaired.filter(|_| !intake.rules.is_empty()) {
        let message = "lines in brackets or quotes stand left of their parent";
        intake.diagnostics.push(
            Diagnostic::new(Severity::Warning, Code::YamlSyntax, &file.path, message)
                .at(repaired.line(), None)
                .hint("indent them; some tools refuse the file as it is"),
        );
    }
    Some(bucket)
}

/// Takes the rules over and says what became of the file.
fn sigma_bucket(
    path: &str,
    text: &str,
    loaded: &Loaded<'_>,
    meant_as_rule: bool,
    intake: &mut Intake,
) -> Bucket {
    let found = sigma::import(path, loaded);
    let rules = found.rules.len();
    intake.rules = found.rules.into_iter().map(Arc::new).collect();
    intake.diagnostics = found.diagnostics;
    if rules > 0 {
        // In other YAML they are nobody's business here.
        intake.diagnostics.extend(loaded.duplicate_keys.iter().map(|found| {
            let message = format!("the key '{}' stands here again", found.key);
            Diagnostic::new(Severity::Warning, Code::YamlDuplicateKey, path, message)
                .at(found.line, Some(found.column))
                .hint("the last one is used; remove or rename one of them")
        }));
    }
    match &loaded.error {
        // Prose that shows rules, such as Markdown.
        Some(_) if !meant_as_rule && rules == 0 && text.lines().any(|l| l.starts_with("```")) => {
            skipped(Code::NotARule, "text with pieces of rules in it, not a rule")
        }
        Some(error) => syntax_failure(error, text, rules),
        None if rules > 0 => Bucket::Read {
            format: Format::Sigma.name().to_owned(),
            rules: u32::try_from(rules).unwrap_or(u32::MAX),
        },
        None if found.filters > 0 => {
            let reason = "a Sigma filter: it changes other rules and detects nothing by itself";
            skipped(Code::SigmaFilter, reason)
        }
        None if found.globals > 0 => {
            skipped(Code::NotARule, "only the global part of a Sigma collection, no rule")
        }
        None if loaded.documents.iter().all(|document| document.root.is_null()) => {
            skipped(Code::Empty, "nothing but comments and empty documents")
        }
        None => skipped(Code::NotARule, yaml_kind(loaded)),
    }
}

fn syntax_failure(error: &LoadError, text: &str, rules: usize) -> Bucket {
    let kept = match rules {
        0 => String::new(),
        1 => "; the rule before it is kept".to_owned(),
        n => format!("; the {n} rules before it are kept"),
    };
    let remedy = match error.code {
        Code::YamlLimit => "split the file into smaller ones",
        _ => syntax_remedy(text, error.line),
    };
    Bucket::Failed {
        code: error.code,
        line: Some(error.line),
        column: Some(error.column),
        reason: format!("{}{kept}", error.reason),
        remedy: remedy.to_owned(),
    }
}

/// The mistakes seen in public rule sets (reference: rule formats, section 4) have a remedy of
/// their own. The parser may notice them a line late.
fn syntax_remedy(text: &str, line: u32) -> &'static str {
    let line = usize::try_from(line).unwrap_or(usize::MAX);
    let suspects = text.lines().skip(line.saturating_sub(2)).take(2);
    for suspect in suspects {
        let content = suspect.trim_start();
        if suspect[..suspect.len() - content.len()].contains('\t') {
            return "indent with spaces; YAML allows no tabs there";
        }
        let value = content.trim_start_matches("- ");
        let value = value.split_once(": ").map_or(value, |(_, value)| value.trim_start());
        if value.starts_with(['*', '@', '`', '%', '!']) {
            return "put the value in quotes";
        }
    }
    "correct the YAML at this place; a missing quote or indentation is the usual cause"
}

fn skipped(code: Code, reason: impl Into<String>) -> Bucket {
    Bucket::Skipped { code, reason: reason.into() }
}

fn too_large(limit: u64) -> Bucket {
    Bucket::Failed {
        code: Code::TooLarge,
        line: None,
        column: None,
        reason: format!("larger than {} MiB", limit >> 20),
        remedy: "split the file".to_owned(),
    }
}

/// Whether a name says YAML, in any case.
fn is_yaml_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("yml") || extension.eq_ignore_ascii_case("yaml")
    })
}

/// Whether some line begins with a key that only a Sigma document has there. Cheap enough for
/// every file of a folder.
fn has_sigma_key(bytes: &[u8]) -> bool {
    const KEYS: [&[u8]; 5] =
        [b"detection:", b"correlation:", b"filter:", b"action: global", b"action: correlation"];
    let begins = |rest: &[u8]| KEYS.iter().any(|key| rest.starts_with(key));
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    begins(bytes)
        || bytes
            .iter()
            .enumerate()
            .any(|(at, byte)| matches!(byte, b'\n' | b'\r') && begins(&bytes[at + 1..]))
}

/// What JSON is, where that helps; by its keys, unparsed.
fn json_kind(bytes: &[u8]) -> &'static str {
    let has = |key: &str| bytes.windows(key.len()).any(|found| found == key.as_bytes());
    if has("\"techniques\"") && (has("\"domain\"") || has("\"versions\"")) {
        "an ATT&CK Navigator layer, not rules"
    } else if has("\"rule_id\"") && has("\"risk_score\"") && !has("\"$schema\"") {
        "Elastic rules in JSON; only Sigma is read so far"
    } else {
        "JSON, but no rules in a format that is read"
    }
}

/// What YAML without a rule is.
fn yaml_kind(loaded: &Loaded<'_>) -> &'static str {
    let any = |keys: &[&str]| {
        loaded
            .documents
            .iter()
            .any(|document| keys.iter().all(|key| document.root.get(key).is_some()))
    };
    if any(&["uuid", "rule", "alert_severity"]) {
        "a SEKOIA rule; only Sigma is read so far"
    } else if any(&["attack_technique", "atomic_tests"]) {
        "Atomic Red Team tests, not rules"
    } else if loaded.documents.iter().all(|document| !document.root.is_mapping()) {
        "YAML, but not a Sigma rule: no mapping with keys"
    } else {
        "YAML, but not a Sigma rule: no `detection`, `correlation` or `filter`"
    }
}

/// Sorts, drops repetitions (a bad field of a global part is met once a rule), and counts what
/// goes beyond the cap.
fn cap_diagnostics(path: &str, diagnostics: &mut Vec<Diagnostic>) {
    crate::sorted::sort_by(diagnostics, |a, b| (a.line, a.column, a).cmp(&(b.line, b.column, b)));
    diagnostics.dedup();
    let Some(last) = diagnostics.get(MAX_FILE_DIAGNOSTICS) else { return };
    let message = format!(
        "{} more remarks on this file are not listed",
        diagnostics.len() - MAX_FILE_DIAGNOSTICS
    );
    let rest = Diagnostic::new(Severity::Note, last.code, path, message);
    diagnostics.truncate(MAX_FILE_DIAGNOSTICS);
    diagnostics.push(rest);
}
