//! Suricata and Snort signatures
//! (<https://docs.suricata.io/en/latest/rules/intro.html>,
//! <https://docs.snort.org/rules/>).
//!
//! Decisions:
//! - A signature behind `#` is one that is switched off, as rule sets ship them; it is read.
//! - Neither engine defines keys for ATT&CK. `mitre_technique_id` and its like in `metadata` are
//!   what rule sets use (<https://docs.suricata.io/en/latest/rules/meta.html#metadata>); names
//!   beside the ids repeat them. An address in `reference` is a mention.
//! - The only format that is read also where it is not UTF-8: signatures of real sets hold
//!   Latin-1 in their `content`.

mod lines;

use super::body::fingerprint;
use super::found::{Broken, Found, TextFormat, too_many_rules};
use super::mentions::Mentions;
use super::places::Places;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{Limit, Limits, MAX_RULE_TAGS};
use crate::rule::{Format, Level, LogSource, Rule, Tag, Written, platforms};
use lines::{Piece, Pieces, Signature, options, unquoted};

/// Its rung of the ladder.
pub(super) const TEXT: TextFormat =
    TextFormat { name: "Suricata / Snort", recognises: lines::recognises, import };

/// Emerging Threats' own meaning of their severities
/// (<https://community.emergingthreats.net/t/rules-severities/337>): "minor" is reconnaissance,
/// "major" an attempt at compromise, "critical" a likely one.
const SEVERITIES: &[(&str, Level)] = &[
    ("Informational", Level::Informational),
    ("Minor", Level::Low),
    ("Major", Level::High),
    ("Critical", Level::Critical),
];

/// Priorities, where a signature has no severity
/// (<https://docs.snort.org/rules/options/general/priority>): 1 is the highest. The four that
/// Snort's `classification.config` uses.
const PRIORITIES: &[(&str, Level)] =
    &[("1", Level::High), ("2", Level::Medium), ("3", Level::Low), ("4", Level::Informational)];

/// Options that name a signature rather than say what it looks for.
const NAMING: [&str; 8] =
    ["msg", "sid", "rev", "gid", "metadata", "reference", "classtype", "priority"];

fn import(path: &str, text: &str, limits: &Limits) -> Result<Found, Broken> {
    let mut reader = Reader { path, text, places: Places::new(text), found: Found::default() };
    let most = limits.count(Limit::FileRules);
    let mut pieces = Pieces::new(text);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Signature(signature) => reader.signature(&signature),
            Piece::Other(at) => {
                let place = reader.places.of(at);
                let message = "the line is no signature; not read";
                reader.note(place, Code::Syntax, message, "correct it, or put '#' before it");
            }
        }
        if reader.found.rules.len() >= most {
            if pieces.next().is_some() {
                let line = reader.found.rules.last().map_or(1, |rule| rule.line);
                reader.found.diagnostics.push(too_many_rules(path, line, limits));
            }
            break;
        }
    }
    Ok(reader.found)
}

struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    places: Places<'t>,
    found: Found,
}

/// What the options of one signature say.
#[derive(Default)]
struct Said<'t> {
    title: String,
    sid: &'t str,
    gid: &'t str,
    class: &'t str,
    priority: &'t str,
    severity: &'t str,
    created: Option<Date>,
    updated: Option<Date>,
    products: Vec<&'t str>,
    tags: Vec<Tag>,
    body: Vec<&'t str>,
}

impl<'t> Reader<'t> {
    fn note(&mut self, place: (u32, u32), code: Code, message: &str, hint: &str) {
        self.found.note(
            Diagnostic::new(Severity::Warning, code, self.path, message)
                .at(place.0, Some(place.1))
                .hint(hint),
        );
    }

    fn signature(&mut self, signature: &Signature<'t>) {
        let place = self.places.of(signature.at);
        let said = self.said(signature);
        if !signature.is_closed {
            self.note(place, Code::Syntax, "the signature has no ')' at its end", "add it");
        }
        if said.sid.is_empty() {
            let hint = "give it a number of its own";
            self.note(place, Code::RuleField, "the signature has no 'sid'", hint);
        }
        if said.title.is_empty() {
            let hint = "say what it detects; its id stands in for the title";
            self.note(place, Code::RuleField, "the signature has no 'msg'", hint);
        }
        // Numbers of preprocessors and of signatures overlap.
        let id = match said.gid {
            "" | "1" => said.sid.to_owned(),
            gid => format!("{gid}:{}", said.sid),
        };
        let mut words = signature.header.split_ascii_whitespace().skip(1);
        let protocol = words.next().unwrap_or_default();
        let log_source = LogSource::new("ids", said.class, protocol);
        let level = match said.severity {
            "" => Written::on_scale(said.priority, PRIORITIES),
            severity => Written::on_scale(severity, SEVERITIES),
        };
        let piece = self.text.get(signature.at..signature.end).unwrap_or_default();
        let mut seen = Mentions::default();
        seen.see(piece, place);
        let rule = Rule {
            title: match said.title.as_str() {
                "" if !id.is_empty() => id.clone(),
                "" => Rule::new(Format::Suricata, self.path).title,
                _ => said.title,
            },
            id: (!said.sid.is_empty()).then_some(id),
            level,
            enabled: !signature.is_disabled,
            platforms: platforms(said.products),
            body: fingerprint([signature.header].into_iter().chain(said.body)),
            date: said.created,
            modified: said.updated,
            mentions: seen.beside(&said.tags),
            tags: said.tags,
            log_source,
            line: place.0,
            document: u32::try_from(self.found.rules.len()).unwrap_or(u32::MAX),
            ..Rule::new(Format::Suricata, self.path)
        };
        self.found.rules.push(rule);
    }

    fn said(&mut self, signature: &Signature<'t>) -> Said<'t> {
        let mut said = Said::default();
        for (at, option) in options(signature.options, signature.is_disabled) {
            let (key, value) = option.split_once(':').unwrap_or((option, ""));
            let key = key.trim();
            let value_at = signature.options_at + at + option.len() - value.len();
            match key {
                "msg" => said.title = unquoted(value),
                "sid" => said.sid = value.trim(),
                "gid" => said.gid = value.trim(),
                "classtype" => said.class = value.trim(),
                "priority" => said.priority = value.trim(),
                "metadata" => self.metadata(value_at, value, &mut said),
                _ if !NAMING.contains(&key) => said.body.push(option),
                _ => {}
            }
        }
        said
    }

    /// `key value, key value`.
    fn metadata(&mut self, at: usize, metadata: &'t str, said: &mut Said<'t>) {
        let mut start = at;
        for entry in metadata.split(',') {
            let entry_at = start + entry.len() - lines::trimmed(entry).len();
            start += entry.len() + 1;
            let entry = lines::trimmed(entry);
            let (key, value) = entry.split_once([' ', '\t', ':']).unwrap_or((entry, ""));
            let value_at = entry_at + entry.len() - value.len();
            let date = || Date::read(&value.trim().replace('_', "-"));
            match key {
                "signature_severity" => said.severity = value.trim(),
                "created_at" => said.created = date(),
                "updated_at" => said.updated = date(),
                "affected_product" => said.products.extend(value.trim().split('_').next()),
                _ if key.starts_with("mitre") && key.ends_with("technique_id") => {
                    self.tags(value_at, value, Tag::technique, &mut said.tags);
                }
                _ if key.starts_with("mitre") && key.ends_with("tactic_id") => {
                    self.tags(value_at, value, Tag::tactic, &mut said.tags);
                }
                _ => {}
            }
        }
    }

    /// Ids with blanks between them.
    fn tags(&mut self, at: usize, ids: &str, tag: fn(&str, u32, u32) -> Tag, tags: &mut Vec<Tag>) {
        let mut start = at;
        let between = |c: char| c.is_whitespace() || c == '\\';
        for piece in ids.split_inclusive(between) {
            let part = piece.trim_end_matches(between);
            if !part.is_empty() && tags.len() < MAX_RULE_TAGS {
                let (line, column) = self.places.of(start);
                tags.push(tag(part, line, column));
            }
            start += piece.len();
        }
    }
}
