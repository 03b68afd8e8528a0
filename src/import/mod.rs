//! One file to rules: the recognition ladder. Content decides; a name only says what a file
//! was meant to be, and with that whether trouble with it is a failure.

mod body;
mod csv;
mod cursor;
mod elastic;
mod found;
mod json;
mod ladder;
mod remarks;
mod salvage;
mod sentinel;
mod sigma;
mod toml;
pub mod yaml;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{
    MAX_FILE_DIAGNOSTICS, MAX_RULE_FILE_BYTES, MAX_RULE_LIST_BYTES, MAX_STIX_BYTES,
};
use crate::rule::Intake;
use crate::source::decode::decode;
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use found::{TextFormat, skipped, syntax_failure, syntax_remedy, too_large};
use ladder::{Candidates, TEXT_FORMATS, YAML_FORMATS, YamlFormat, YamlText};
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
    let mut candidates = Candidates::of(bytes);
    if size > MAX_RULE_LIST_BYTES {
        return Some(too_large(MAX_RULE_LIST_BYTES));
    }
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) if meant_as_rule || candidates.any() => return Some(error.bucket()),
        Err(error) => return Some(skipped(Code::NotText, error.to_string())),
    };
    // Most files are YAML with the keys of a rule; nothing else needs to be asked then.
    if !candidates.any()
        && let Some(format) = text_format(&text)
    {
        return Some(import_text(format, &file.path, &text, intake));
    }
    if !meant_as_rule && kind == Kind::Json {
        return Some(skipped(Code::NotARule, json_kind(bytes)));
    }
    if !candidates.any() {
        // UTF-16, or no rule at all.
        candidates = Candidates::of(text.as_bytes());
    }
    if !meant_as_rule && !candidates.any() {
        return Some(skipped(Code::NotARule, "text, but no rule in a format that is read"));
    }
    if size > MAX_RULE_FILE_BYTES {
        return Some(too_large(MAX_RULE_FILE_BYTES));
    }
    let bucket = import_yaml(&file.path, &text, candidates, meant_as_rule, intake);
    if let Bucket::Read { .. } = bucket {
        return Some(bucket);
    }
    // A text of another format can hold a line that looks like a key.
    Some(match text_format(&text) {
        Some(format) => import_text(format, &file.path, &text, intake),
        None => bucket,
    })
}

fn text_format(text: &str) -> Option<&'static TextFormat> {
    TEXT_FORMATS.iter().find(|format| (format.recognises)(text))
}

fn import_text(format: &TextFormat, path: &str, text: &str, intake: &mut Intake) -> Bucket {
    match (format.import)(path, text) {
        Ok(found) => found.settle_into(format.name, intake),
        Err(broken) => broken.bucket(),
    }
}

/// Loads YAML, mends what can be mended, and asks the formats whose keys are in it.
fn import_yaml(
    path: &str,
    text: &str,
    candidates: Candidates,
    meant_as_rule: bool,
    intake: &mut Intake,
) -> Bucket {
    let is_read = |key: &str| candidates.is_read(key);
    let strict = yaml::load(text, &is_read);
    let repaired = strict.error.as_ref().and_then(|error| Repaired::new(text, error));
    let loaded = match &repaired {
        Some(repaired) => repaired.load(&is_read),
        None => strict,
    };
    let mut found = taken(path, text, &loaded, candidates);
    let error = loaded.error.clone();
    // Of one rule a file, what stands above and below the fault can be saved.
    let saved = match &error {
        Some(error) if found.is_none() && repaired.is_none() && error.code == Code::YamlSyntax => {
            salvage::salvage(text, error, |text| yaml::load(text, &is_read).error)
        }
        _ => None,
    };
    if let (Some(saved), Some(error)) = (&saved, &error) {
        found = taken(path, saved, &yaml::load(saved, &is_read), candidates)
            .filter(|(_, found)| !found.rules.is_empty());
        if let Some((_, found)) = &mut found {
            for rule in &mut found.rules {
                rule.is_damaged = true;
            }
            // What stands in the place of the broken part is of the wrong shape, of course.
            let cut = salvage::cut_lines(saved);
            found.diagnostics.retain(|d| d.line.is_none_or(|line| !cut.contains(&line)));
            found.diagnostics.push(damage(path, text, error));
        }
    }
    let rules = found.as_ref().map_or(0, |(_, found)| found.rules.len());
    if let Some((_, found)) = &mut found
        && rules > 0
    {
        // In other YAML they are nobody's business here.
        found.diagnostics.extend(duplicate_keys(path, &loaded));
        if let Some(repaired) = &repaired {
            let message = "lines in brackets or quotes stand left of their parent";
            found.diagnostics.push(
                Diagnostic::new(Severity::Warning, Code::YamlSyntax, path, message)
                    .at(repaired.line(), None)
                    .hint("indent them; some tools refuse the file as it is"),
            );
        }
    }
    let bucket = found.map(|(format, found)| found.settle_into(format.name, intake));
    match (error, bucket) {
        (Some(_), Some(bucket)) if saved.is_some() => bucket,
        // Prose that shows rules, such as Markdown.
        (Some(_), _)
            if !meant_as_rule && rules == 0 && text.lines().any(|l| l.starts_with("```")) =>
        {
            skipped(Code::NotARule, "text with pieces of rules in it, not a rule")
        }
        (Some(error), _) => syntax_failure(&error, text, rules),
        (None, Some(bucket)) => bucket,
        (None, None) if loaded.documents.iter().all(|document| document.root.is_null()) => {
            skipped(Code::Empty, "nothing but comments and empty documents")
        }
        (None, None) => skipped(Code::NotARule, yaml_kind(&loaded)),
    }
}

/// What the first format that knows one of the documents makes of the file.
fn taken<'t>(
    path: &'t str,
    text: &'t str,
    loaded: &'t Loaded<'t>,
    candidates: Candidates,
) -> Option<(&'static YamlFormat, found::Found)> {
    let format = YAML_FORMATS.iter().zip(0..).find_map(|(format, at)| {
        let roots = || loaded.documents.iter().map(|document| &document.root);
        (candidates.has(at) && roots().any(|root| (format.recognises)(root))).then_some(format)
    })?;
    Some((format, (format.import)(&YamlText { path, text, loaded })))
}

fn damage(path: &str, text: &str, error: &LoadError) -> Diagnostic {
    let message = format!("{}; the rule was read without this part", error.reason);
    Diagnostic::new(Severity::Error, error.code, path, message)
        .at(error.line, Some(error.column))
        .hint(syntax_remedy(error, text))
}

fn duplicate_keys<'l>(
    path: &'l str,
    loaded: &'l Loaded<'_>,
) -> impl Iterator<Item = Diagnostic> + 'l {
    loaded.duplicate_keys.iter().map(move |found| {
        let message = format!("the key '{}' stands here again", found.key);
        Diagnostic::new(Severity::Warning, Code::YamlDuplicateKey, path, message)
            .at(found.line, Some(found.column))
            .hint("the last one is used; remove or rename one of them")
    })
}

/// Whether a name says YAML, in any case.
fn is_yaml_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("yml") || extension.eq_ignore_ascii_case("yaml")
    })
}

/// What JSON is, where that helps; by its keys, unparsed.
fn json_kind(bytes: &[u8]) -> &'static str {
    let has = |key: &str| bytes.windows(key.len()).any(|found| found == key.as_bytes());
    if has("\"techniques\"") && (has("\"domain\"") || has("\"versions\"")) {
        "an ATT&CK Navigator layer, not rules"
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
