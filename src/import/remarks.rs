//! The fields of a rule as most formats have them, and the remarks on those that are missing or
//! of the wrong shape. A field of the wrong shape costs the field, not the rule.

use super::yaml::{Node, NodeKind};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::MAX_FILE_DIAGNOSTICS;
use crate::rule::{Tag, Written};

/// What was noticed in one file.
pub(super) struct Remarks<'p> {
    path: &'p str,
    /// The kind of those on fields.
    code: Code,
    list: Vec<Diagnostic>,
}

impl<'p> Remarks<'p> {
    pub(super) fn new(path: &'p str) -> Self {
        Self::coded(path, Code::RuleField)
    }

    /// For a format whose fields have a code of their own.
    pub(super) fn coded(path: &'p str, code: Code) -> Self {
        Self { path, code, list: Vec::new() }
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
        self.add(Severity::Warning, self.code, place, message, hint);
    }

    /// The text of a value; a list or a mapping there is told and read as nothing.
    pub(super) fn text_in<'n>(&mut self, key: &str, node: &'n Node<'_>) -> Option<&'n str> {
        if node.is_null() {
            return None;
        }
        let Some(text) = node.text() else {
            let message = format!("'{key}' is {}, not text", shape(node));
            self.field(node, message, "write it as one value");
            return None;
        };
        Some(text.trim()).filter(|text| !text.is_empty())
    }

    /// The same of a field.
    pub(super) fn text<'n>(&mut self, root: &'n Node<'_>, key: &str) -> Option<&'n str> {
        root.get(key).and_then(|node| self.text_in(key, node))
    }

    /// A field that has to be there.
    pub(super) fn needed<'n>(
        &mut self,
        root: &'n Node<'_>,
        key: &str,
        hint: &str,
    ) -> Option<&'n str> {
        let known = self.list.len();
        let found = self.text(root, key);
        if found.is_none() && self.list.len() == known {
            self.field(root, format!("the rule has no '{key}'"), hint);
        }
        found
    }

    /// The title; the file's name stands in for a missing one.
    pub(super) fn title(&mut self, root: &Node<'_>, key: &str) -> String {
        let found = self.needed(root, key, "add one; the file name stands in for it");
        found.unwrap_or_else(|| self.path.rsplit('/').next().unwrap_or(self.path)).to_owned()
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
            let hint = format!("use one of {}", words.join(", "));
            self.field(node, format!("'{key}: {text}' is not on the format's scale"), &hint);
        }
        written
    }

    /// A date; one that cannot be read is told.
    pub(super) fn date(&mut self, root: &Node<'_>, key: &str) -> Option<Date> {
        root.get(key).and_then(|node| self.date_in(key, node))
    }

    /// The same of a value.
    pub(super) fn date_in(&mut self, key: &str, node: &Node<'_>) -> Option<Date> {
        let text = self.text_in(key, node)?;
        let date = Date::read(text);
        if date.is_none() {
            let message = format!("'{key}: {text}' cannot be read as a date");
            self.field(node, message, "write YYYY-MM-DD");
        }
        date
    }
}

/// Whether a field is there and says no.
pub(super) fn says_no(root: &Node<'_>, key: &str) -> bool {
    root.text_of(key).is_some_and(is_no)
}

/// YAML's ways to say no; they all stay text here.
pub(super) fn is_no(text: &str) -> bool {
    ["false", "no", "off", "0"].iter().any(|no| text.eq_ignore_ascii_case(no))
}

/// In words, for messages.
pub(super) fn shape(node: &Node<'_>) -> &'static str {
    match &node.kind {
        NodeKind::Scalar(..) => "text",
        NodeKind::Sequence(_) | NodeKind::SkippedSequence => "a list",
        NodeKind::Mapping(_) | NodeKind::SkippedMapping => "a mapping",
    }
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
        let blanks = part.chars().take_while(|c| c.is_whitespace()).count();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::json;

    fn read(text: &str) -> Node<'_> {
        json::documents(text, &crate::limits::Limits::default())
            .next()
            .expect("a document")
            .expect("valid")
    }

    #[test]
    fn words_with_commas_have_their_own_places() {
        let root = read("[\"Persistence,  T1059,,\"]");
        let found: Vec<_> = parts(&root.items()[0]).collect();
        assert_eq!(found, [("Persistence", 1, 3), ("T1059", 1, 17)]);
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
        assert_eq!(columns, [Some(10), Some(24), Some(40)]);
    }
}
