//! Wazuh and OSSEC rules
//! (<https://documentation.wazuh.com/current/user-manual/ruleset/ruleset-xml-syntax/rules.html>).
//!
//! Decisions:
//! - The files are XML to Wazuh's own lenient reader only: many roots, raw `<` and `&` in
//!   patterns, end tags that do not match. So is [`tags`], which knows the few elements of
//!   interest by name and takes all else for text.
//! - A rule of level 0 is "ignored, no action taken" and one with `noalert="1"` raises no alert:
//!   both are read as switched off.
//! - `<id>` means ATT&CK only inside `<mitre>`; elsewhere it is an id in the log.
//! - Decoders take events apart and detect nothing.

mod tags;

use super::body::fingerprint;
use super::found::{Broken, Found, TextFormat, too_many_rules};
use super::mentions::Mentions;
use super::places::Places;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{Limit, Limits, MAX_RULE_TAGS};
use crate::rule::{Format, Level, LogSource, Rule, Tag, Written, platforms};
use tags::{Element, Tags, attribute, unescaped};

/// Its rung of the ladder.
pub(super) const TEXT: TextFormat = TextFormat { name: "Wazuh", recognises, import };

/// Wazuh's classes (<https://documentation.wazuh.com/current/user-manual/ruleset/rules/rules-classification.html>):
/// up to 3 notices and successes, 4 to 6 errors and attacks of "low relevance", 7 to 11 bad words,
/// repeated errors and integrity, 12 to 14 "high importance", 15 and up severe attacks.
/// Level 16 is the last that can be written.
const LEVELS: [Level; 17] = {
    use Level::{Critical, High, Informational, Low, Medium};
    [
        Informational,
        Informational,
        Informational,
        Informational,
        Low,
        Low,
        Low,
        Medium,
        Medium,
        Medium,
        Medium,
        Medium,
        High,
        High,
        High,
        Critical,
        Critical,
    ]
};

/// A rule with a level, or a decoder, as the first element or below a group or comments.
fn recognises(text: &str) -> bool {
    text.trim_start().starts_with('<')
        && Tags::new(text).any(|tag| match tag.element {
            Element::Rule => {
                !tag.is_end && attribute(tag.text, "id").is_some() && has_level(tag.text)
            }
            Element::Decoder => !tag.is_end && attribute(tag.text, "name").is_some(),
            _ => false,
        })
}

fn has_level(tag: &str) -> bool {
    attribute(tag, "level").is_some_and(|level| level.trim().parse::<u8>().is_ok())
}

fn import(path: &str, text: &str, limits: &Limits) -> Result<Found, Broken> {
    let mut reader = Reader {
        path,
        text,
        places: Places::new(text),
        found: Found::default(),
        group: "",
        open: None,
    };
    let most = limits.count(Limit::FileRules);
    let mut has_decoders = false;
    for tag in Tags::new(text) {
        has_decoders |= tag.element == Element::Decoder;
        if reader.found.rules.len() >= most && tag.element == Element::Rule {
            let line = reader.found.rules.last().map_or(1, |rule| rule.line);
            reader.found.diagnostics.push(too_many_rules(path, line, limits));
            break;
        }
        reader.take(&tag);
    }
    if let Some(open) = reader.open.take() {
        reader.finish(open, text.len(), false);
    }
    if has_decoders {
        let reason = "Wazuh decoders: they take events apart and detect nothing";
        reader.found.aside = Some((Code::NotARule, reason));
    }
    Ok(reader.found)
}

/// A rule that is being read.
struct Open<'t> {
    /// Its begin tag.
    tag: tags::Tag<'t>,
    /// Where the content of the element that is open begins, if its text is of interest.
    inside: Option<(Element, usize)>,
    in_mitre: bool,
    title: String,
    groups: &'t str,
    /// ATT&CK ids with their offsets.
    ids: Vec<(usize, &'t str)>,
}

struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    places: Places<'t>,
    found: Found,
    /// Names of the group the rules stand in.
    group: &'t str,
    open: Option<Open<'t>>,
}

impl<'t> Reader<'t> {
    fn take(&mut self, tag: &tags::Tag<'t>) {
        match (tag.element, tag.is_end) {
            (Element::Rule, false) => {
                // One that was not closed.
                if let Some(open) = self.open.take() {
                    self.finish(open, tag.at, false);
                }
                let open = Open {
                    tag: *tag,
                    inside: None,
                    in_mitre: false,
                    title: String::new(),
                    groups: "",
                    ids: Vec::new(),
                };
                if tag.text.ends_with("/>") {
                    self.finish(open, tag.end(), true);
                } else {
                    self.open = Some(open);
                }
            }
            (Element::Rule, true) => {
                if let Some(open) = self.open.take() {
                    self.finish(open, tag.end(), true);
                }
            }
            _ => match &mut self.open {
                Some(open) => open.take(tag, self.text),
                None if tag.element == Element::Group && !tag.is_end => {
                    self.group = attribute(tag.text, "name").unwrap_or_default();
                }
                None => {}
            },
        }
    }

    /// The rule that stands before this offset.
    fn finish(&mut self, open: Open<'t>, end: usize, is_closed: bool) {
        let place = self.places.of(open.tag.at);
        let own = |name: &str| attribute(open.tag.text, name).map(str::trim);
        let mut note = |severity, code, message: &str, hint: &str| {
            self.found.note(
                Diagnostic::new(severity, code, self.path, message)
                    .at(place.0, Some(place.1))
                    .hint(hint),
            );
        };
        let level = level(own("level").unwrap_or_default());
        if level.value.is_none() {
            let message = format!("the rule has the level '{}'", level.text);
            note(Severity::Warning, Code::RuleField, &message, "levels go from 0 to 16");
        }
        let id = own("id").filter(|id| !id.is_empty());
        if id.is_none() {
            note(Severity::Warning, Code::RuleField, "the rule has no 'id'", "give it a number");
        }
        if open.title.is_empty() {
            let hint = "describe it; its id stands in for the title";
            note(Severity::Warning, Code::RuleField, "the rule has no 'description'", hint);
        }
        if !is_closed {
            let message = "the rule is not closed; it was read up to the next one";
            note(Severity::Error, Code::Syntax, message, "add </rule> at its end");
        }
        let groups = || self.group.split(',').map(str::trim).filter(|group| !group.is_empty());
        let mut names = groups();
        let log_source = LogSource::new(
            names.next().unwrap_or_default(),
            "",
            &names.collect::<Vec<_>>().join(","),
        );
        let piece = self.text.get(open.tag.at..end).unwrap_or_default();
        // Its number and level are not what it detects.
        let content = piece.get(open.tag.text.len()..).unwrap_or_default();
        let tags: Vec<Tag> = (open.ids.iter())
            .map(|(at, id)| {
                let (line, column) = self.places.of(*at);
                Tag::technique(id, line, column)
            })
            .collect();
        let mut seen = Mentions::default();
        seen.see(piece, place);
        let rule = Rule {
            id: id.map(str::to_owned),
            title: match id {
                Some(id) if open.title.is_empty() => id.to_owned(),
                _ if open.title.is_empty() => Rule::new(Format::Wazuh, self.path).title,
                _ => open.title,
            },
            enabled: level.text != "0" && own("noalert") != Some("1"),
            level,
            platforms: platforms(groups().chain(open.groups.split(','))),
            body: fingerprint(std::iter::once(self.group).chain(detecting_lines(content))),
            mentions: seen.beside(&tags),
            tags,
            log_source,
            line: place.0,
            document: u32::try_from(self.found.rules.len()).unwrap_or(u32::MAX),
            ..Rule::new(Format::Wazuh, self.path)
        };
        self.found.rules.push(rule);
    }
}

impl<'t> Open<'t> {
    fn take(&mut self, tag: &tags::Tag<'t>, text: &'t str) {
        if let Some((element, from)) = self.inside.take() {
            let content = text.get(from..tag.at).unwrap_or_default();
            let start = from + content.len() - content.trim_start().len();
            match element {
                Element::Description if self.title.is_empty() => {
                    let words: Vec<&str> = content.split_whitespace().collect();
                    self.title = unescaped(&words.join(" "));
                }
                Element::Group => self.groups = content,
                Element::Id if self.ids.len() < MAX_RULE_TAGS && !content.trim().is_empty() => {
                    self.ids.push((start, content.trim()));
                }
                _ => {}
            }
        }
        match tag.element {
            Element::Mitre => self.in_mitre = !tag.is_end,
            Element::Id if !self.in_mitre => {}
            Element::Id | Element::Description | Element::Group if !tag.is_end => {
                self.inside = Some((tag.element, tag.end()));
            }
            _ => {}
        }
    }
}

fn level(text: &str) -> Written<Level> {
    let value = text.parse().ok().and_then(|level: usize| LEVELS.get(level)).copied();
    Written { value, text: text.to_owned() }
}

/// The lines of a rule that say what it looks for; rules differ by conditions, not by names.
fn detecting_lines(content: &str) -> impl Iterator<Item = &str> {
    const OTHERS: [&str; 5] = ["<description", "<group", "<info", "<options", "</rule"];
    let (before, mapping) = content.split_once("<mitre").unwrap_or((content, ""));
    let after = mapping.split_once("</mitre>").map_or("", |(_, after)| after);
    let lines = before.lines().chain(after.lines());
    lines.filter(|line| !OTHERS.iter().any(|other| line.trim_start().starts_with(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        let of = |text: &str| level(text).value;
        assert_eq!(of("0"), Some(Level::Informational));
        assert_eq!(of("5"), Some(Level::Low));
        assert_eq!(of("10"), Some(Level::Medium));
        assert_eq!(of("12"), Some(Level::High));
        assert_eq!(of("15"), Some(Level::Critical));
        assert_eq!((of("17"), of(""), of("-1")), (None, None, None));
    }

    #[test]
    fn other_xml_is_not_recognised() {
        for text in [
            "",
            "rule",
            "<rule id=\"1\">",
            "<rule level=\"high\" id=\"1\">",
            "<!-- <rule id=\"1\" level=\"3\"> -->",
            "text <rule id=\"1\" level=\"3\">",
            "<ruleset id=\"1\" level=\"3\">",
        ] {
            assert!(!recognises(text), "{text}");
        }
        assert!(recognises("<!-- x -->\n<var name=\"A\">a</var><rule level='3' id='1'/>"));
    }
}
