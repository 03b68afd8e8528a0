//! One file to rules: the recognition ladder. Content decides; a name only says what a file
//! was meant to be, and with that whether trouble with it is a failure.

pub mod alerts;
mod aside;
mod atomic;
mod body;
mod car;
mod csv;
mod cursor;
mod dettect;
mod elastic;
mod falco;
mod fields;
mod found;
mod json;
mod ladder;
mod lines;
mod mentions;
mod panther;
mod places;
mod prose;
mod remarks;
mod salvage;
mod sentinel;
mod sigma;
mod splunk;
mod sublime;
mod suricata;
pub mod test_results;
mod toml;
mod wazuh;
pub mod yaml;
mod yara_l;

pub use csv::counted::{Table, TableError, incidents, inventory};

use crate::alerts::Zone;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{Limit, Limits, MAX_FILE_DIAGNOSTICS};
use crate::rule::Intake;
use crate::source::decode::{DecodeError, decode, decode_lossy};
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use found::{TextFormat, skipped, syntax_failure, syntax_remedy, too_large};
use ladder::{Candidates, JSON_FORMATS, TEXT_FORMATS, YAML_FORMATS, YamlFormat, YamlText};
use lines::Lines;
use salvage::Cut;
use yaml::{Loaded, Node, Repaired};

/// What a file is to an importer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// Everything about the file: exactly one outcome, its rules and diagnostics. Not settled.
    Rules(Intake),
    /// A STIX bundle within its cap, for the ATT&CK importer. No outcome yet.
    StixBundle,
    /// A Navigator layer: another step reads it.
    Layer,
    /// A table of alerts, of any size: another step reads it, in pieces.
    Alerts,
    /// Results of tests: another step reads them.
    TestResults,
}

/// What to look for beside rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether texts that are no rules are searched for technique ids
    /// ([`crate::rule::Sighting`]); their bucket stays what it is.
    pub scan_text: bool,
    /// Whether a file that belongs to a profile (incidents, an inventory, an enrichment, a profile
    /// itself) is read as that; else it is skipped, with where to give it.
    pub profile: bool,
    /// The zone of times in alerts and results of tests that state none.
    pub zone: Zone,
    /// How much is read.
    pub limits: Limits,
}

/// Reads one file that is not a zip archive to be unpacked (a zip gives the outcome of an
/// archive inside an archive).
pub fn import_file(file: &SourceFile) -> Recognised {
    import_file_with(file, Options::default())
}

/// [`import_file`] with options.
pub fn import_file_with(file: &SourceFile, options: Options) -> Recognised {
    let mut intake = Intake::default();
    let mut bucket = match recognise(file, &options.limits, &mut intake) {
        Ok(bucket) => bucket,
        Err(Elsewhere::StixBundle) => return Recognised::StixBundle,
        Err(Elsewhere::Layer) => return Recognised::Layer,
        Err(Elsewhere::Alerts) => return Recognised::Alerts,
        Err(Elsewhere::TestResults) => return Recognised::TestResults,
    };
    if options.scan_text
        && let Bucket::Skipped { code: Code::NotARule, reason } = &mut bucket
        && [PLAIN_TEXT, TEXT_WITH_RULES].contains(&reason.as_str())
        && let Ok(text) = decode(&file.bytes)
    {
        intake.sightings = prose::sightings(&file.path, &text);
        if !intake.sightings.is_empty() {
            let ids = prose::distinct(&intake.sightings);
            let ids = if ids == 1 { "1 ATT&CK id".to_owned() } else { format!("{ids} ATT&CK ids") };
            *reason = format!("text, not a rule; {ids} seen in it");
        }
    }
    intake.add_outcome(FileOutcome {
        path: file.path.clone(),
        bytes: file.bytes.len() as u64,
        bucket,
    });
    cap_diagnostics(&file.path, &mut intake.diagnostics);
    Recognised::Rules(intake)
}

/// Why a text is skipped in which ids may be searched for.
const PLAIN_TEXT: &str = "text, but no rule in a format that is read";
/// The same of one that shows rules, such as Markdown.
const TEXT_WITH_RULES: &str = "text with pieces of rules in it, not a rule";

/// What another step reads.
enum Elsewhere {
    StixBundle,
    Layer,
    Alerts,
    TestResults,
}

/// The ladder; an error is what is read elsewhere.
fn recognise(file: &SourceFile, limits: &Limits, intake: &mut Intake) -> Result<Bucket, Elsewhere> {
    let of = |limit| limits.of(limit);
    let bytes = file.bytes.as_slice();
    let size = bytes.len() as u64;
    let meant_as_rule = is_yaml_name(&file.path);
    if bytes.is_empty() {
        return Ok(skipped(Code::Empty, "the file is empty"));
    }
    let kind = sniff(bytes);
    match kind {
        Kind::Stix if size > of(Limit::StixBytes) => {
            return Ok(too_large(Limit::StixBytes, limits));
        }
        Kind::Stix => return Err(Elsewhere::StixBundle),
        Kind::Zip => {
            let reason = "an archive inside an archive; unpack it and drop what is in it";
            return Ok(skipped(Code::ZipUnsupported, reason));
        }
        Kind::Packed(what) => {
            let reason = format!("a {what} archive; unpack it and drop what is in it");
            return Ok(skipped(Code::ZipUnsupported, reason));
        }
        Kind::Binary(what) if !meant_as_rule => {
            return Ok(skipped(Code::NotText, format!("{what}, not text")));
        }
        Kind::Binary(_) | Kind::Json | Kind::Text => {}
    }
    if size > of(Limit::RuleListBytes) {
        // Of layers even more is read; their own reader says where it ends.
        return match kind == Kind::Json && is_layer(bytes) {
            true => Err(Elsewhere::Layer),
            false if alerts::is_alerts(bytes) => Err(Elsewhere::Alerts),
            false => Ok(too_large(Limit::RuleListBytes, limits)),
        };
    }
    let text = match decode(bytes) {
        Ok(text) => text,
        // Other encodings cost cells, not the table.
        Err(DecodeError::Utf8 { .. }) if alerts::is_alerts(bytes) => return Err(Elsewhere::Alerts),
        Err(error) => {
            let candidates = || Candidates::of(bytes, &lines::starts(bytes));
            let meant_as_rule = meant_as_rule || candidates().any();
            return Ok(import_undecoded(file, error, (meant_as_rule, limits), intake));
        }
    };
    let lines = Lines::of(&text);
    let candidates = Candidates::of(text.as_bytes(), lines.starts());
    // Of what is no rule; looked at once for all who ask.
    let may_be_table = !meant_as_rule && !candidates.any();
    let head = may_be_table.then(|| alerts::look(text.as_bytes())).flatten();
    // A table of rules with a column `passed` is one of results.
    if may_be_table && test_results::are_results(text.as_bytes(), head.as_ref()) {
        return Err(Elsewhere::TestResults);
    }
    // Most files are YAML with the keys of a rule; nothing else needs to be asked then.
    if !candidates.any()
        && let Some(format) = text_format(&text)
    {
        return Ok(import_text(format, &file.path, (&text, limits), intake));
    }
    // A layer that was pasted has the name of a rule; one in UTF-16 is JSON only now.
    let is_json = kind == Kind::Json || text.trim_start().starts_with(['{', '[']);
    if is_json && !candidates.any() && is_layer(text.as_bytes()) {
        return Err(Elsewhere::Layer);
    }
    if head.is_some_and(|head| head.is_of_alerts()) {
        return Err(Elsewhere::Alerts);
    }
    if !meant_as_rule && kind == Kind::Json {
        return Ok(skipped(Code::NotARule, "JSON, but no rules in a format that is read"));
    }
    if !meant_as_rule && !candidates.any() {
        return Ok(skipped(Code::NotARule, text_kind(&text)));
    }
    if size > of(Limit::RuleFileBytes) {
        return Ok(too_large(Limit::RuleFileBytes, limits));
    }
    let bucket = import_yaml(&file.path, (&lines, limits), candidates, meant_as_rule, intake);
    if let Bucket::Read { .. } = bucket {
        return Ok(bucket);
    }
    // A text of another format can hold a line that looks like a key. Rules before a fault in
    // the YAML show that it is none.
    Ok(match text_format(&text).filter(|_| intake.rules.is_empty()) {
        Some(format) => {
            *intake = Intake::default();
            import_text(format, &file.path, (&text, limits), intake)
        }
        None => bucket,
    })
}

/// A file that is neither UTF-8 nor UTF-16. Signatures are read all the same: their `content` may
/// be in Latin-1, while ids and numbers are ASCII.
fn import_undecoded(
    file: &SourceFile,
    error: DecodeError,
    (meant_as_rule, limits): (bool, &Limits),
    intake: &mut Intake,
) -> Bucket {
    if let DecodeError::Utf8 { line, column, .. } = error
        && let Some(text) = decode_lossy(&file.bytes)
        && (suricata::TEXT.recognises)(&text)
    {
        let message = format!("{error}; such bytes were replaced");
        intake.diagnostics.push(
            Diagnostic::new(Severity::Warning, Code::Encoding, &file.path, message)
                .at(line, Some(column))
                .hint("save the file as UTF-8, or write bytes as |E9|"),
        );
        return import_text(&suricata::TEXT, &file.path, (&text, limits), intake);
    }
    if meant_as_rule { error.bucket() } else { skipped(Code::NotText, error.to_string()) }
}

fn text_format(text: &str) -> Option<&'static TextFormat> {
    let is_of = |format: &&'static TextFormat| (format.recognises)(text);
    let json = JSON_FORMATS.iter().find(is_of);
    // No other format begins with a brace; large JSON need not be looked through for them.
    match json {
        None if !text.trim_start().starts_with('{') => TEXT_FORMATS.iter().find(is_of),
        json => json,
    }
}

fn import_text(
    format: &TextFormat,
    path: &str,
    (text, limits): (&str, &Limits),
    intake: &mut Intake,
) -> Bucket {
    match (format.import)(path, text, limits) {
        Ok(found) => found.settle_into(format.name, intake),
        Err(broken) => broken.bucket(),
    }
}

/// Loads YAML, mends what can be mended, and asks the formats whose keys are in it.
fn import_yaml(
    path: &str,
    (lines, limits): (&Lines<'_>, &Limits),
    candidates: Candidates,
    meant_as_rule: bool,
    intake: &mut Intake,
) -> Bucket {
    let text = lines.text();
    let is_read = |key: &str| candidates.is_read(key);
    let strict = yaml::load_within(text, &is_read, limits);
    let repaired = strict.error.as_ref().and_then(|error| Repaired::new(text, error));
    let loaded = match &repaired {
        Some(repaired) => repaired.load(&is_read, limits),
        None => strict,
    };
    let mut found = taken(path, lines, &loaded, candidates);
    let error = loaded.error.clone();
    let saved = match &error {
        Some(error) if repaired.is_none() && error.code == Code::YamlSyntax => {
            salvage::salvage(text, error, |text| yaml::load_within(text, &is_read, limits).error)
        }
        _ => None,
    };
    // Only if there is more in it than before the fault.
    let saved = saved.filter(|saved| {
        let whole = yaml::load_within(&saved.text, &is_read, limits);
        let rules =
            |found: &Option<(_, found::Found)>| found.as_ref().map_or(0, |f| f.1.rules.len());
        let (before, more) =
            (rules(&found), taken(path, &Lines::of(&saved.text), &whole, candidates));
        let is_more = rules(&more) > before;
        if is_more {
            found = more;
        }
        is_more
    });
    if let (Some(saved), Some((_, found))) = (&saved, &mut found) {
        for at in 0..found.rules.len() {
            found.rules[at].is_damaged = saved.is_damaged(&found.rules[at], &found.rules);
        }
        found.rules.iter_mut().for_each(|rule| salvage::forget(rule, path));
        // What stands in the place of the broken part is of the wrong shape, of course.
        let is_cut = |line| saved.cuts.iter().any(|cut| cut.line == line);
        found.diagnostics.retain(|d| d.line.is_none_or(|line| !is_cut(line)));
        found.diagnostics.extend(saved.cuts.iter().map(|cut| damage(path, text, cut)));
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
            skipped(Code::NotARule, TEXT_WITH_RULES)
        }
        (Some(error), _) => syntax_failure(&error, text, rules),
        (None, Some(bucket)) => bucket,
        (None, None) if loaded.documents.iter().all(|document| document.root.is_null()) => {
            skipped(Code::Empty, "nothing but comments and empty documents")
        }
        (None, None) => skipped(Code::NotARule, aside::reason(&loaded)),
    }
}

/// What the first format that knows one of the documents makes of the file.
fn taken<'t>(
    path: &'t str,
    lines: &'t Lines<'t>,
    loaded: &'t Loaded<'t>,
    candidates: Candidates,
) -> Option<(&'static YamlFormat, found::Found)> {
    let format = YAML_FORMATS.iter().zip(0..).find_map(|(format, at)| {
        let roots = || loaded.documents.iter().map(|document| &document.root);
        // Of a list everything is built, and its entries need not begin with a known key.
        let may_be = |root: &Node<'_>| candidates.has(at) || !root.is_mapping();
        roots().any(|root| may_be(root) && (format.recognises)(root)).then_some(format)
    })?;
    Some((format, (format.import)(&YamlText { path, lines, loaded })))
}

fn damage(path: &str, text: &str, cut: &Cut) -> Diagnostic {
    let rest = match cut.is_entry {
        true => "this entry of the list was left out",
        false => "the rule was read without this part",
    };
    let error = &cut.error;
    let message = format!("{}; {rest}", error.reason);
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

/// Whether JSON is a layer; by its keys, unparsed.
fn is_layer(bytes: &[u8]) -> bool {
    // The second byte tells nearly all apart, for less.
    let has = |key: &str| {
        let is_it = |found: &[u8]| found.get(1) == key.as_bytes().get(1) && found == key.as_bytes();
        bytes.windows(key.len()).any(is_it)
    };
    has("\"techniques\"") && (has("\"domain\"") || has("\"versions\"") || has("\"techniqueID\""))
}

/// What a text without a rule is.
fn text_kind(text: &str) -> &'static str {
    if text.trim_start().starts_with("<?xml") {
        "XML, but no rules in a format that is read"
    } else {
        PLAIN_TEXT
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
