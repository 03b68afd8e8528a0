//! The fields of a rule as most formats have them, and the remarks on those that are missing or
//! of the wrong shape. A field of the wrong shape costs the field, not the rule.

use super::yaml::{Node, NodeKind};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::{MAX_FILE_DIAGNOSTICS, MAX_RULE_TAGS};
use crate::rule::{Claim, Rule, Tag, Written, mentions};

/// What was noticed in one file.
pub(super) struct Remarks<'p> {
    path: &'p str,
    list: Vec<Diagnostic>,
}

impl<'p> Remarks<'p> {
    pub(super) fn new(path: &'p str) -> Self {
        Self { path, list: Vec::new() }
    }

    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }

    /// Anything.
    pub(super) fn add(
        &mut self,
        severity: Severity,
        code: Code,
        place: (u32, u32),
        message: String,
        hint: &str,
    ) {
        // Far more than are ever listed; hostile text must not fill the memory with them.
        if self.list.len() < 100 * MAX_FILE_DIAGNOSTICS {
            let found = Diagnostic::new(severity, code, self.path, message);
            self.list.push(found.at(place.0, Some(place.1)).hint(hint));
        }
    }

    /// A field of a rule that is not as it should be.
    pub(super) fn field(&mut self, node: &Node<'_>, message: String, hint: &str) {
        let place = (node.line, node.column);
        self.add(Severity::Warning, Code::RuleField, place, message, hint);
    }

    /// The text of a field; a list or a table there is told and read as nothing.
    pub(super) fn text<'n>(&mut self, root: &'n Node<'_>, key: &str) -> Option<&'n str> {
        if let Some(node) = root.get(key)
            && node.text().is_none()
        {
            self.field(node, format!("'{key}' is not text"), "write it as one value");
        }
        root.text_of(key)
    }

    /// The title; the file's name stands in for a missing one.
    pub(super) fn title(&mut self, root: &Node<'_>, key: &str) -> String {
        if let Some(title) = self.text(root, key) {
            return title.to_owned();
        }
        let hint = "add one; the file name stands in for it";
        self.field(root, format!("the rule has no '{key}'"), hint);
        self.path.rsplit('/').next().unwrap_or(self.path).to_owned()
    }

    /// A word of a scale; one that is not on it is told.
    pub(super) fn on_scale<T: Copy>(
        &mut self,
        root: &Node<'_>,
        key: &str,
        scale: &[(&str, T)],
    ) -> Written<T> {
        let Some(text) = self.text(root, key) else { return Written::default() };
        let written = Written::on_scale(text, scale);
        if written.value.is_none() {
            let words: Vec<&str> = scale.iter().map(|(word, _)| *word).collect();
            let node = root.get(key).unwrap_or(root);
            let hint = format!("use one of: {}", words.join(", "));
            self.field(node, format!("'{key}: {text}' is not known in this format"), &hint);
        }
        written
    }

    /// A date; one that cannot be read is told.
    pub(super) fn date(&mut self, root: &Node<'_>, key: &str) -> Option<Date> {
        let text = self.text(root, key)?;
        let date = Date::read(text);
        if date.is_none() {
            let node = root.get(key).unwrap_or(root);
            let message = format!("'{key}: {text}' cannot be read as a date");
            self.field(node, message, "write YYYY-MM-DD");
        }
        date
    }
}

/// Whether a field is there and says no.
pub(super) fn says_no(root: &Node<'_>, key: &str) -> bool {
    root.text_of(key).is_some_and(|text| text.eq_ignore_ascii_case("false"))
}

/// A declared technique.
pub(super) fn technique(node: &Node<'_>) -> Option<Tag> {
    let text = node.text().map(str::trim).filter(|text| !text.is_empty() && !node.is_null())?;
    let (line, column) = node.text_place();
    Some(Tag::technique(text, line, column))
}

/// A declared tactic.
pub(super) fn tactic(node: &Node<'_>) -> Option<Tag> {
    let text = node.text().map(str::trim).filter(|text| !text.is_empty() && !node.is_null())?;
    let (line, column) = node.text_place();
    Some(Tag::tactic(text, line, column))
}

/// The words of a scalar with commas (`Persistence, Impact`), each with its line and column.
pub(super) fn parts<'n>(node: &'n Node<'_>) -> impl Iterator<Item = (&'n str, u32, u32)> {
    let (line, start) = node.text_place();
    let text = node.text().unwrap_or_default();
    let mut column = start;
    text.split(',').filter_map(move |part| {
        let word = part.trim();
        let blanks = part.len() - part.trim_start().len();
        let at = column.saturating_add(u32::try_from(blanks).unwrap_or(0));
        let width = u32::try_from(part.chars().count() + 1).unwrap_or(0);
        column = column.saturating_add(width);
        (!word.is_empty()).then_some((word, line, at))
    })
}

/// All texts of a value, whatever its shape, in order.
pub(super) fn texts<'n>(node: &'n Node<'_>, into: &mut Vec<&'n str>) {
    match &node.kind {
        NodeKind::Scalar(text, _) => into.push(text),
        NodeKind::Sequence(items) => items.iter().for_each(|item| texts(item, into)),
        NodeKind::Mapping(entries) => entries.iter().for_each(|(key, value)| {
            texts(key, into);
            texts(value, into);
        }),
        NodeKind::SkippedSequence | NodeKind::SkippedMapping => {}
    }
}

/// Gives a rule the ids that stand in some of its texts and in none of its tags. JSON writes a
/// text on one line: the place is that of the id if no escape stands before it on this line, else
/// that of the text.
pub(super) fn mention_all(rule: &mut Rule, root: &Node<'_>, keys: &[&str]) {
    for node in keys.iter().flat_map(|key| root.scalars_of(key)) {
        let (line, column) = node.text_place();
        let text = node.text().unwrap_or_default();
        let found = mentions(text, 0).into_iter().map(|tag| {
            let is_on_first = tag.line == 0;
            let column = if is_on_first { column + tag.column - 1 } else { column };
            Tag { line, column, ..tag }
        });
        add_mentions(rule, found);
    }
}

/// Adds mentions of what is neither tagged nor mentioned yet.
pub(super) fn add_mentions(rule: &mut Rule, found: impl IntoIterator<Item = Tag>) {
    let known = rule.technique_ids();
    for tag in found {
        let is_new = |known: &Tag| known.claims != tag.claims;
        let is_tagged = matches!(tag.claims[..], [Claim::Technique(id)] if known.contains(&id));
        if !is_tagged && rule.mentions.len() < MAX_RULE_TAGS && rule.mentions.iter().all(is_new) {
            rule.mentions.push(tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::json;
    use crate::rule::Format;

    fn read(text: &str) -> Node<'_> {
        json::documents(text).next().expect("a document").expect("valid")
    }

    #[test]
    fn words_with_commas_have_their_own_places() {
        let root = read("[\"Persistence,  T1059,,\"]");
        let found: Vec<_> = parts(&root.items()[0]).collect();
        assert_eq!(found, [("Persistence", 1, 3), ("T1059", 1, 17)]);
    }

    #[test]
    fn mentions_are_what_no_tag_says() {
        let root = read("{\"note\": \"see T1003, T1059\\nand T1003, T1027\", \"id\": \"T1059\"}");
        let mut rule = Rule::new(Format::Elastic, "x");
        rule.tags.extend(root.get("id").and_then(technique));
        mention_all(&mut rule, &root, &["note", "id", "absent"]);
        let found: Vec<_> = rule.mentions.iter().map(|t| (t.written.as_str(), t.column)).collect();
        assert_eq!(found, [("T1003", 15), ("T1027", 11)]);
    }

    #[test]
    fn odd_fields_are_told_and_cost_nothing_else() {
        let root = read("{\"name\": [1], \"level\": \"Hight\", \"day\": \"soon\"}");
        let mut remarks = Remarks::new("a/b.json");
        assert_eq!(remarks.title(&root, "name"), "b.json");
        let level = remarks.on_scale(&root, "level", &[("High", 1)]);
        assert_eq!((level.value, level.text.as_str()), (None, "Hight"));
        assert_eq!(remarks.date(&root, "day"), None);
        assert_eq!(remarks.date(&root, "other"), None);
        let columns: Vec<_> = remarks.into_list().iter().map(|d| d.column).collect();
        assert_eq!(columns, [Some(10), Some(1), Some(24), Some(40)]);
    }
}
