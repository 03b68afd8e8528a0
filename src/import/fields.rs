//! The fields of a rule that is one YAML mapping. What is missing or of the wrong shape is told
//! and costs the field, not the rule.

use super::lines::Lines;
use super::mentions::Mentions;
use super::remarks::{Remarks, is_no, parts, shape};
use super::yaml::{Node, NodeKind};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::rule::{Tag, Written};

/// A rule's mapping, and what was noticed while reading it.
pub(super) struct Fields<'d, 'a> {
    /// The lines of the file.
    lines: &'d Lines<'d>,
    root: &'d Node<'a>,
    remarks: Remarks<'d>,
}

impl<'d, 'a> Fields<'d, 'a> {
    pub(super) fn new(path: &'d str, lines: &'d Lines<'d>, root: &'d Node<'a>) -> Self {
        Self { lines, root, remarks: Remarks::new(path) }
    }

    /// What was noticed.
    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        self.remarks.into_list()
    }

    /// Notes something about a value, or about the rule as a whole.
    pub(super) fn warn(&mut self, node: Option<&Node<'_>>, message: String, hint: &str) {
        self.remarks.field(node.unwrap_or(self.root), message, hint);
    }

    /// A value that is not null.
    pub(super) fn get(&self, key: &str) -> Option<&'d Node<'a>> {
        self.root.get(key).filter(|value| !value.is_null())
    }

    /// The text of a field and where it stands; a list or a mapping there is told.
    pub(super) fn text(&mut self, key: &str) -> Option<(&'d str, &'d Node<'a>)> {
        let node = self.root.get(key)?;
        self.remarks.text_in(key, node).map(|text| (text, node))
    }

    /// A field that has to be there.
    pub(super) fn needed(&mut self, key: &str, hint: &str) {
        self.remarks.needed(self.root, key, hint);
    }

    /// The title; the file's name if there is none.
    pub(super) fn title(&mut self, key: &str) -> String {
        self.remarks.title(self.root, key)
    }

    /// The text of a field, if it has any.
    pub(super) fn owned(&mut self, key: &str) -> Option<String> {
        self.remarks.text(self.root, key).map(str::to_owned)
    }

    /// A word of a format's own scale.
    pub(super) fn on_scale<T: Copy>(&mut self, key: &str, scale: &[(&str, T)]) -> Written<T> {
        self.remarks.on_scale(self.root, key, scale)
    }

    /// A date.
    pub(super) fn date(&mut self, key: &str) -> Option<Date> {
        self.remarks.date(self.root, key)
    }

    /// Whether a field says no.
    pub(super) fn is_off(&mut self, key: &str) -> bool {
        self.text(key).is_some_and(|(text, _)| is_no(text))
    }

    /// The texts of a list, with commas; also of one text in its place.
    pub(super) fn joined(&self, key: &str) -> String {
        joined(self.root, key)
    }

    /// The texts of a list, or of a text with commas in its place, each with its line and column.
    /// What is no text is told.
    pub(super) fn words(&mut self, node: &'d Node<'a>) -> Vec<(&'d str, u32, u32)> {
        let items = match &node.kind {
            NodeKind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut words = Vec::new();
        for item in items.iter().filter(|item| !item.is_null()) {
            match item.text() {
                Some(_) => words.extend(parts(item)),
                None => {
                    let message = format!("an entry is {}, not text", shape(item));
                    self.warn(Some(item), message, "write one value a line, such as '- T1059'");
                }
            }
        }
        words
    }

    /// The values of a field that names techniques.
    pub(super) fn techniques(&mut self, node: &'d Node<'a>) -> Vec<Tag> {
        let words = self.words(node).into_iter();
        words.map(|(word, line, column)| Tag::technique(word, line, column)).collect()
    }

    /// The technique ids in the prose of these fields, with their places in the file, but not
    /// those that the rule is tagged with. Only fields on lines of their own are looked through,
    /// and no copies by an alias: many rules could share one long line.
    pub(super) fn mentions(&self, keys: &[&str], tags: &[Tag]) -> Vec<Tag> {
        let NodeKind::Mapping(entries) = &self.root.kind else { return Vec::new() };
        let key_of = |key: &&str| entries.iter().find(|(name, _)| name.text() == Some(*key));
        let keys = keys.iter().filter_map(key_of).map(|(key, _)| key);
        let keys = keys.filter(|key| key.line >= self.root.line && begins_line(self.lines, key));
        let mut seen = Mentions::default();
        seen.see_lines(keys.flat_map(|key| part_of(self.lines, key)));
        seen.beside(tags)
    }
}

/// Whether nothing but blanks and the dash of a list stands before a key.
fn begins_line(lines: &Lines<'_>, key: &Node<'_>) -> bool {
    let column = usize::try_from(key.column).unwrap_or(usize::MAX).saturating_sub(1);
    let before = lines.from(key.line).next().and_then(|(_, line)| line.get(..column));
    before.is_some_and(|before| before.bytes().all(|byte| matches!(byte, b' ' | b'-')))
}

/// The lines of a part, from that of its key on, with their numbers: what is indented more, or
/// is an entry of its list; without whole-line comments.
fn part_of<'t>(lines: &Lines<'t>, key: &Node<'_>) -> impl Iterator<Item = (u32, &'t str)> {
    let (first, indent) = (key.line, key.column.saturating_sub(1) as usize);
    let is_inside = move |(at, line): &(u32, &str)| {
        let content = line.trim_start_matches(' ');
        let blanks = line.len() - content.len();
        *at == first
            || content.is_empty()
            || content.starts_with('#')
            || blanks > indent
            || blanks == indent && content.starts_with("- ")
    };
    let lines = lines.from(first).take_while(is_inside);
    lines.filter(|(_, line)| !line.trim_ascii_start().starts_with('#'))
}

/// The texts of a list, with commas; also of one text in its place.
pub(super) fn joined(node: &Node<'_>, key: &str) -> String {
    let texts: Vec<&str> = node.scalars_of(key).filter_map(Node::text).map(str::trim).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml::load;

    #[test]
    fn places_of_ids_in_lists_and_texts() {
        let text = "a: [T1059, \"T1003\"]\nb: T1059 ,  T1003\nc: 'T1059,T1003'\nd:\n- {}\n- ~\n";
        let loaded = load(text, &|_| true);
        let root = &loaded.documents[0].root;
        let lines = Lines::of(text);
        let mut fields = Fields::new("x", &lines, root);
        let mut places = |key: &str| -> Vec<(u32, u32)> {
            let node = root.get(key).expect("it is there");
            fields.techniques(node).iter().map(|tag| (tag.line, tag.column)).collect()
        };
        assert_eq!(places("a"), [(1, 5), (1, 13)]);
        assert_eq!(places("b"), [(2, 4), (2, 13)]);
        assert_eq!(places("c"), [(3, 5), (3, 11)]);
        assert_eq!(places("d"), []);
        assert_eq!(fields.into_list().len(), 1, "the mapping is told, the null is not");
    }

    #[test]
    fn mentions_have_their_place_in_the_file_whatever_the_style() {
        let text = "a: >-\n  like\n  T1059\n# T1001\nb:\n- see T1003 and T1110\nc: T1055\n";
        let loaded = load(text, &|_| true);
        let lines = Lines::of(text);
        let fields = Fields::new("x", &lines, &loaded.documents[0].root);
        let tags = [Tag::technique("T1110", 1, 1)];
        let found: Vec<_> = fields
            .mentions(&["a", "b"], &tags)
            .into_iter()
            .map(|tag| (tag.written, tag.line, tag.column))
            .collect();
        assert_eq!(found, [("T1059".to_owned(), 3, 3), ("T1003".to_owned(), 6, 7)]);
    }

    #[test]
    fn what_many_rules_may_share_is_not_looked_through() {
        let found = |text: &str| {
            let loaded = load(text, &|_| true);
            let lines = Lines::of(text);
            let items = loaded.documents[0].root.items();
            let of = |item| Fields::new("x", &lines, item).mentions(&["d"], &[]).len();
            items.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(found("- d: T1059\n- d: T1003\n"), [1, 1]);
        assert_eq!(found("[{d: T1059}, {d: T1003}]\n"), [0, 0]);
        assert_eq!(found("- &x\n  d: T1059\n- *x\n"), [1, 0]);
    }
}
