//! YARA-L 2.0 of Google SecOps
//! (<https://cloud.google.com/chronicle/docs/detection/yara-l-2-0-syntax>).
//!
//! Decisions:
//! - Plain YARA rules for files have no `events:` section and are no detections.
//! - The language has no field for ATT&CK; what `meta` keys named for it hold counts, also an
//!   address under such a key (`mitre_attack_url`), and ids that the outcome gives to
//!   `$mitre_attack_technique_id`. Ids in the rule's name or under `reference` are mentions.
//! - Techniques that are only named ("Valid Accounts: Cloud Accounts") say nothing where an id
//!   stands beside them, and are unreadable tags where none does.

mod lexer;
mod meta;

use super::body::fingerprint;
use super::found::{Broken, Found, TextFormat, too_many_rules};
use super::mentions::Mentions;
use super::places::Places;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{Limit, Limits, MAX_RULE_TAGS};
use crate::rule::{Claim, Format, Level, LogSource, Rule, RuleKind, Tag, Written, platforms};
use lexer::{Kind, Lexer, Token};
use meta::Carrier;

/// Its rung of the ladder.
pub(super) const TEXT: TextFormat = TextFormat { name: "YARA-L", recognises, import };

/// Severities of Google's own rules
/// (<https://github.com/chronicle/detection-rules>, `STYLE_GUIDE.md`).
const LEVELS: &[(&str, Level)] = &[
    ("Info", Level::Informational),
    ("Informational", Level::Informational),
    ("Low", Level::Low),
    ("Medium", Level::Medium),
    ("High", Level::High),
    ("Critical", Level::Critical),
];

/// Sections of a rule.
const SECTIONS: [&str; 6] = ["meta", "events", "match", "outcome", "condition", "options"];

/// A rule first, and an `events` section somewhere.
fn recognises(text: &str) -> bool {
    if !text.contains("events") || !text.contains("rule") {
        return false;
    }
    let mut tokens = Lexer::new(text);
    let mut next = || tokens.next();
    let begins = next().is_some_and(|token| token.is_word("rule"))
        && next().is_some_and(|token| token.kind == Kind::Word)
        && next().is_some_and(|token| token.is_sign('{'));
    begins && {
        let mut before = false;
        tokens.any(|token| {
            let found = before && token.is_sign(':');
            before = token.is_word("events");
            found
        })
    }
}

fn import(path: &str, text: &str, limits: &Limits) -> Result<Found, Broken> {
    let mut reader = Reader { path, text, places: Places::new(text), found: Found::default() };
    let most = limits.count(Limit::FileRules);
    let mut header = Header::None;
    let mut open: Option<Open<'_>> = None;
    for token in Lexer::new(text) {
        header = match header {
            _ if token.is_word("rule") => Header::Rule(token.at),
            Header::Rule(at) if token.kind == Kind::Word => Header::Named(at, token),
            Header::Named(at, _) if token.is_sign('{') && reader.found.rules.len() >= most => {
                let line = reader.places.of(at).0;
                reader.found.diagnostics.push(too_many_rules(path, line, limits));
                break;
            }
            Header::Named(at, name) if token.is_sign('{') => {
                if let Some(open) = open.take() {
                    reader.finish(open, at, false);
                }
                open = Some(Open::new(at, name));
                Header::None
            }
            _ => Header::None,
        };
        if let Some(mut rule) = open.take() {
            if rule.take(token) {
                reader.finish(rule, token.at + 1, true);
            } else {
                open = Some(rule);
            }
        }
    }
    if let Some(open) = open {
        reader.finish(open, text.len(), false);
    }
    Ok(reader.found)
}

/// How much of `rule NAME {` was seen.
enum Header<'t> {
    None,
    Rule(usize),
    Named(usize, Token<'t>),
}

/// A rule that is being read.
struct Open<'t> {
    at: usize,
    name: Token<'t>,
    depth: u32,
    parentheses: u32,
    section: &'t str,
    /// The word before this token, if it was one.
    before: Option<Token<'t>>,
    /// The key in `meta`, or the variable in `outcome`, whose value comes.
    key: Option<Token<'t>>,
    /// Keys and values of `meta`, and the ids of `outcome`, in order.
    entries: Vec<(Token<'t>, Token<'t>)>,
    /// What is detected, word by word.
    body: Vec<&'t str>,
    has_events: bool,
}

impl<'t> Open<'t> {
    fn new(at: usize, name: Token<'t>) -> Self {
        Self {
            at,
            name,
            depth: 0,
            parentheses: 0,
            section: "",
            before: None,
            key: None,
            entries: Vec::new(),
            body: Vec::new(),
            has_events: false,
        }
    }

    /// Takes the next token; true if the rule ends with it.
    fn take(&mut self, token: Token<'t>) -> bool {
        let before = self.before.take();
        match token.kind {
            Kind::Sign if token.is_sign('{') => {
                self.depth += 1;
                return false;
            }
            Kind::Sign if token.is_sign('}') => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            Kind::Sign if token.is_sign(':') => {
                if let Some(section) = before.filter(|word| SECTIONS.contains(&word.text)) {
                    self.begin(section.text);
                    return false;
                }
            }
            Kind::Word => self.before = Some(token),
            _ => {}
        }
        match self.section {
            "meta" => self.take_meta(token, before),
            "outcome" => self.take_outcome(token, before),
            "" | "options" => {}
            _ => self.body.push(token.text),
        }
        false
    }

    fn begin(&mut self, section: &'t str) {
        // The section's name was taken for a word of the one before.
        if self.body.last() == Some(&section) {
            self.body.pop();
        }
        self.section = section;
        self.has_events |= section == "events";
        self.key = None;
        self.parentheses = 0;
    }

    fn take_meta(&mut self, token: Token<'t>, before: Option<Token<'t>>) {
        if token.is_sign('=') {
            self.key = before;
        } else if let Some(key) = self.key.take() {
            self.entries.push((key, token));
        }
    }

    fn take_outcome(&mut self, token: Token<'t>, before: Option<Token<'t>>) {
        if token.is_sign('(') {
            self.parentheses += 1;
        } else if token.is_sign(')') {
            self.parentheses = self.parentheses.saturating_sub(1);
        } else if token.is_sign('=') && self.parentheses == 0 {
            self.key = before;
        } else if token.kind == Kind::Text
            && let Some(key) = self.key
            && key.text.to_ascii_lowercase().contains("technique_id")
        {
            self.entries.push((key, token));
        }
    }
}

struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    places: Places<'t>,
    found: Found,
}

impl<'t> Reader<'t> {
    fn note(&mut self, place: (u32, u32), severity: Severity, message: String, hint: &str) {
        let code = if severity == Severity::Error { Code::Syntax } else { Code::RuleField };
        self.found.note(
            Diagnostic::new(severity, code, self.path, message)
                .at(place.0, Some(place.1))
                .hint(hint),
        );
    }

    /// The rule that stands before this offset.
    fn finish(&mut self, open: Open<'t>, end: usize, is_closed: bool) {
        let place = self.places.of(open.at);
        let name = open.name.text;
        if !open.has_events {
            let message = format!("the rule '{name}' has no 'events' section; not read");
            let hint = "a YARA rule for files does not belong among YARA-L rules";
            return self.note(place, Severity::Warning, message, hint);
        }
        if !is_closed {
            let message = format!("the rule '{name}' is not closed");
            self.note(place, Severity::Error, message, "add the '}' at its end");
        }
        let value = |key: &str| {
            let mut entries = open.entries.iter();
            let found = entries.find(|(known, _)| known.text.eq_ignore_ascii_case(key));
            found.map(|(_, value)| value.text.trim()).filter(|text| !text.is_empty())
        };
        let level = Written::on_scale(value("severity").unwrap_or_default(), LEVELS);
        if level.value.is_none() && !level.text.is_empty() {
            let message = format!("the severity '{}' is none of Google's own", level.text);
            self.note(place, Severity::Warning, message, "use Low, Medium, High or Critical");
        }
        let sources: Vec<&str> = ["platform", "product", "data_source", "service"]
            .into_iter()
            .filter_map(value)
            .collect();
        let log_source = LogSource::new(
            value("product").or(value("platform")).unwrap_or_default(),
            value("category").unwrap_or_default(),
            value("data_source").or(value("service")).unwrap_or_default(),
        );
        let date = |keys: [&str; 4]| keys.into_iter().find_map(value).and_then(Date::read);
        let is_hunt = value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("hunt"));
        let mut body = open.body;
        // The same conditions on another log source are another rule.
        let source = log_source.to_string();
        if !body.is_empty() {
            body.push(&source);
        }
        let mut rule = Rule {
            kind: if is_hunt { RuleKind::Hunt } else { RuleKind::Detection },
            id: Some(value("rule_id").unwrap_or(name).to_owned()),
            title: value("rule_name").unwrap_or(name).to_owned(),
            level,
            platforms: platforms(sources.iter().flat_map(|text| text.split(','))),
            body: fingerprint(body),
            log_source,
            date: date(["created", "created_at", "creation_date", "date"]),
            modified: date(["modified", "last_modified", "updated", "updated_at"]),
            line: place.0,
            document: u32::try_from(self.found.rules.len()).unwrap_or(u32::MAX),
            ..Rule::new(Format::YaraL, self.path)
        };
        let piece = self.text.get(open.at..end).unwrap_or_default();
        let mut seen = Mentions::default();
        seen.see(&name.replace('_', "."), self.places.of(open.name.at));
        for mention in &mut seen.found {
            mention.written = mention.written.replace('.', "_");
        }
        seen.see(piece, place);
        rule.tags = self.tags(&open.entries);
        rule.mentions = seen.beside(&rule.tags);
        self.found.rules.push(rule);
    }

    fn tags(&mut self, entries: &[(Token<'t>, Token<'t>)]) -> Vec<Tag> {
        let mut tags = Vec::new();
        for (key, value) in entries {
            let Some(carrier) = Carrier::of(key.text) else { continue };
            for (at, written) in carrier.parts(value.text) {
                if tags.len() >= MAX_RULE_TAGS {
                    return tags;
                }
                let (line, column) = self.places.of(value.text_at() + at);
                tags.push(carrier.tag(written, line, column));
            }
        }
        let has_id = tags
            .iter()
            .any(|tag| tag.claims.iter().any(|claim| matches!(claim, Claim::Technique(_))));
        for tag in tags.iter_mut().filter(|tag| has_id && meta::is_name(&tag.written)) {
            if matches!(tag.claims[..], [Claim::Malformed(_)]) {
                tag.claims = vec![Claim::Other];
            }
        }
        tags
    }
}
