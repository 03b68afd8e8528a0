//! `savedsearches.conf` of Splunk Enterprise Security and of the ESCU app
//! (<https://docs.splunk.com/Documentation/Splunk/latest/Admin/Savedsearchesconf>).
//!
//! Decisions:
//! - A saved search is a rule if it searches and is a correlation search, or raises a notable or
//!   risk. Reports, baselines (`support`) and investigations of ESCU are none; nor is a stanza
//!   without `search`, which changes the search of another file.
//! - Its id is that of the detection in its metadata, else the stanza's name, which is unique in
//!   Splunk.
//! - ESCU ships everything with `disabled = true`: read as it stands.

use super::conf::{Setting, Stanza, stanza_name, stanzas, walk_json};
use super::{kind_of, level_of_score, number};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::import::body::fingerprint;
use crate::import::found::{Broken, Found, TextFormat};
use crate::import::mentions::Mentions;
use crate::import::remarks::is_no;
use crate::limits::Limits;
use crate::rule::{
    Format, Level, LogSource, Rule, RuleKind, Status, Tag, Written, platforms_of_names,
};

/// Its rung of the ladder.
pub(in crate::import) const SAVED_SEARCHES: TextFormat =
    TextFormat { name: "Splunk saved searches", recognises, import };

/// Stanzas, a search, and settings that only saved searches have.
fn recognises(text: &str) -> bool {
    let (mut stanza, mut search, mut own) = (false, false, false);
    for line in text.lines() {
        stanza |= line.starts_with('[') && stanza_name(line.trim()).is_some();
        if let Some((key, _)) = line.split_once('=') {
            let key = key.trim_end();
            search |= key == "search" || key.starts_with("action.correlationsearch");
            own |= ["action.", "alert.", "dispatch."].iter().any(|own| key.starts_with(own))
                || matches!(key, "cron_schedule" | "enableSched");
        }
        if stanza && search && own {
            return true;
        }
    }
    false
}

fn import(path: &str, text: &str, _limits: &Limits) -> Result<Found, Broken> {
    let lines: Vec<&str> = text.lines().collect();
    let (stanzas, odd) = stanzas(text);
    let reason = "Splunk saved searches, but none is a correlation search or raises a finding";
    let mut found = Found { aside: Some((Code::NotARule, reason)), ..Found::default() };
    for line in odd {
        let message = "neither a stanza nor a setting";
        found.diagnostics.push(
            Diagnostic::new(Severity::Warning, Code::Syntax, path, message)
                .at(line, None)
                .hint("if it belongs to the value above, end that line with a backslash"),
        );
    }
    // What stands before all stanzas and in `[default]` holds where a stanza does not say.
    let general = stanzas.iter().filter(|stanza| matches!(stanza.name, "" | "default"));
    let general = general.filter_map(|stanza| stanza.get("disabled")).next_back();
    let is_off = general.is_some_and(|setting| is_yes(&setting.value));
    for stanza in &stanzas {
        if is_rule(stanza) {
            let document = u32::try_from(found.rules.len()).unwrap_or(u32::MAX);
            let mut reader = Reader { path, lines: &lines, stanza, diagnostics: Vec::new() };
            let rule = reader.rule(is_off, document);
            found.rules.push(rule);
            found.diagnostics.extend(reader.diagnostics);
        }
    }
    Ok(found)
}

fn is_yes(text: &str) -> bool {
    ["1", "true", "t", "yes", "y"].iter().any(|yes| text.trim().eq_ignore_ascii_case(yes))
}

fn is_rule(stanza: &Stanza<'_>) -> bool {
    let value = |key: &str| stanza.get(key).map(|setting| setting.value.trim());
    let is_set = |key: &str| value(key).is_some_and(is_yes);
    let correlates =
        stanza.settings.iter().any(|setting| setting.key.starts_with("action.correlationsearch"));
    !matches!(stanza.name, "" | "default")
        && value("search").is_some_and(|search| !search.is_empty())
        && !matches!(value("action.escu.search_type"), Some("investigative" | "support"))
        && (correlates || is_set("action.notable") || is_set("action.risk"))
}

struct Reader<'s, 't> {
    path: &'s str,
    lines: &'s [&'s str],
    stanza: &'s Stanza<'t>,
    diagnostics: Vec<Diagnostic>,
}

/// What the metadata say.
#[derive(Default)]
struct Metadata {
    id: Option<String>,
    kind: Option<RuleKind>,
    is_deprecated: bool,
}

impl<'s> Reader<'s, '_> {
    fn rule(&mut self, is_off: bool, document: u32) -> Rule {
        let metadata = self.metadata();
        let tags = self.tags();
        let name = self.stanza.name;
        let technologies = self.json_texts("action.escu.providing_technologies");
        let domain = self.value("action.notable.param.security_domain").unwrap_or_default();
        let log_source = LogSource::new("", domain, &technologies.join(", "));
        let search = self.value("search").unwrap_or_default();
        let off = self.value("disabled").map_or(is_off, is_yes)
            || self.value("action.correlationsearch.enabled").is_some_and(is_no);
        Rule {
            kind: metadata.kind.unwrap_or(RuleKind::Detection),
            id: metadata.id.or_else(|| Some(name.to_owned())),
            title: self.value("action.correlationsearch.label").unwrap_or(name).to_owned(),
            level: self.level(),
            status: match metadata.is_deprecated {
                true => Written { value: Some(Status::Deprecated), text: "deprecated".to_owned() },
                false => Written::default(),
            },
            enabled: !off,
            platforms: platforms_of_names(technologies.iter().map(String::as_str)),
            date: self.date("action.escu.creation_date"),
            modified: self.date("action.escu.modification_date"),
            mentions: self.mentions(&tags),
            tags,
            body: fingerprint([&log_source.to_string(), search]),
            log_source,
            line: self.stanza.line,
            document,
            ..Rule::new(Format::Splunk, self.path)
        }
    }

    fn value(&self, key: &str) -> Option<&'s str> {
        self.stanza.get(key).map(|setting| setting.value.trim()).filter(|value| !value.is_empty())
    }

    fn date(&self, key: &str) -> Option<Date> {
        self.value(key).and_then(Date::read)
    }

    /// Walks a setting that is JSON; tells if it is none.
    fn json(&mut self, setting: &'s Setting<'_>, mut each: impl FnMut(&str, &str, usize)) {
        if !walk_json(&setting.value, &mut each) {
            let message = format!("'{}' is no valid JSON", setting.key);
            let (line, column) = (setting.line, setting.column);
            self.diagnostics.push(
                Diagnostic::new(Severity::Warning, Code::RuleField, self.path, message)
                    .at(line, Some(column))
                    .hint("close its quotes and brackets; only what is before the fault counts"),
            );
        }
    }

    fn json_texts(&mut self, key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        if let Some(setting) = self.stanza.get(key) {
            self.json(setting, |_, text, _| {
                if text != "null" {
                    texts.push(text.to_owned());
                }
            });
        }
        texts
    }

    fn metadata(&mut self) -> Metadata {
        let mut metadata = Metadata::default();
        if let Some(setting) = self.stanza.get("action.correlationsearch.metadata") {
            self.json(setting, |key, text, _| match key {
                "detection_id" => metadata.id = Some(text.to_owned()),
                "detection_type" => metadata.kind = kind_of(text),
                "deprecated" => metadata.is_deprecated = is_yes(text),
                _ => {}
            });
        }
        metadata
    }

    /// The ids of the annotations; ESCU's mappings hold the same ones.
    fn tags(&mut self) -> Vec<Tag> {
        let mut tags = Vec::new();
        let annotations = self.stanza.get("action.correlationsearch.annotations");
        if let Some(setting) = annotations.or_else(|| self.stanza.get("action.escu.mappings")) {
            let mut places = Vec::new();
            self.json(setting, |key, text, at| {
                if key == "mitre_attack" && !text.trim().is_empty() {
                    places.push((text.to_owned(), at));
                }
            });
            // From place to place, so that a long list is walked once.
            let (mut line, mut column) = (setting.line, setting.column);
            let mut last = 0;
            for (text, at) in places {
                for c in setting.value.get(last..at).unwrap_or_default().chars() {
                    (line, column) = match c {
                        '\n' => (line.saturating_add(1), 1),
                        _ => (line, column.saturating_add(1)),
                    };
                }
                last = at;
                tags.push(Tag::technique(&text, line, column));
            }
        }
        tags
    }

    /// The severity of the notable; where none is raised, the highest risk score.
    fn level(&mut self) -> Written<Level> {
        if let Some(severity) = self.value("action.notable.param.severity") {
            return Written::level(severity);
        }
        let mut highest: Option<String> = None;
        if let Some(setting) = self.stanza.get("action.risk.param._risk") {
            self.json(setting, |key, text, _| {
                let is_higher = highest.as_deref().and_then(number) <= number(text);
                if key == "risk_score" && is_higher {
                    highest = Some(text.to_owned());
                }
            });
        }
        // ESCU writes 0 where the scores stand in the list.
        let single = self.value("action.risk.param._risk_score").filter(|score| *score != "0");
        match highest.as_deref().or(single) {
            Some(score) => level_of_score(score),
            None => Written::default(),
        }
    }

    fn mentions(&self, tags: &[Tag]) -> Vec<Tag> {
        let prose = ["description", "action.escu.known_false_positives"];
        let settings = prose.iter().filter_map(|key| self.stanza.get(key));
        let lines = settings.flat_map(|setting| {
            let first = usize::try_from(setting.line).unwrap_or(usize::MAX).saturating_sub(1);
            let lines = self.lines.get(first..).unwrap_or_default();
            let lines = lines.iter().copied().take(setting.value.lines().count());
            (setting.line..).zip(lines)
        });
        let mut seen = Mentions::default();
        seen.see_lines(lines);
        seen.beside(tags)
    }
}
