//! Technique ids that stand only in a rule's prose or in an address: suggestions, never counted.

use super::yaml::Node;
use crate::attack::TechniqueId;
use crate::limits::MAX_RULE_TAGS;
use crate::rule::{Claim, Tag, sight};
use crate::sorted;
use std::collections::BTreeSet;

/// Those of one rule, each once.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    known: BTreeSet<TechniqueId>,
    /// In the order they were seen.
    pub(super) found: Vec<Tag>,
}

impl Mentions {
    /// Looks through a piece of the file that begins at this line and column.
    pub(super) fn see(&mut self, piece: &str, (line, column): (u32, u32)) {
        self.look(piece, &mut |tag| {
            if tag.line == 0 {
                tag.column = tag.column.saturating_add(column.saturating_sub(1));
            }
            tag.line = tag.line.saturating_add(line);
        });
    }

    /// Looks through whole lines with their numbers.
    pub(super) fn see_lines<'t>(&mut self, lines: impl Iterator<Item = (u32, &'t str)>) {
        lines.for_each(|(number, line)| self.see(line, (number, 1)));
    }

    /// Looks through the texts of some fields of JSON, which writes each on one line: the place is
    /// that of the id if no escape stands before it on this line, else that of the text.
    pub(super) fn see_values(&mut self, root: &Node<'_>, keys: &[&str]) {
        for node in keys.iter().flat_map(|key| root.scalars_of(key)) {
            let (line, column) = node.text_place();
            self.look(node.text().unwrap_or_default(), &mut |tag| {
                let before = if tag.line == 0 { tag.column.saturating_sub(1) } else { 0 };
                (tag.line, tag.column) = (line, column.saturating_add(before));
            });
        }
    }

    /// `place` gets a tag with its place in the text, lines from 0, and makes it that in the file.
    fn look(&mut self, text: &str, place: &mut dyn FnMut(&mut Tag)) {
        if self.found.len() >= MAX_RULE_TAGS {
            return;
        }
        let Self { known, found } = self;
        sight(text, 0, &mut |mut tag, id, _| {
            if known.insert(id) {
                place(&mut tag);
                found.push(tag);
            }
            found.len() < MAX_RULE_TAGS
        });
    }

    /// What no tag of the rule names.
    pub(super) fn beside(mut self, tags: &[Tag]) -> Vec<Tag> {
        if !self.found.is_empty() {
            let tagged = sorted::set(tags.iter().flat_map(techniques_of));
            self.found.retain(|mention| !techniques_of(mention).all(|id| tagged.contains(&id)));
        }
        self.found
    }
}

fn techniques_of(tag: &Tag) -> impl Iterator<Item = TechniqueId> {
    tag.claims.iter().filter_map(|claim| match claim {
        Claim::Technique(id) => Some(*id),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::json;

    fn places(found: &[Tag]) -> Vec<(&str, u32, u32)> {
        found.iter().map(|tag| (tag.written.as_str(), tag.line, tag.column)).collect()
    }

    #[test]
    fn places_in_pieces_and_lines() {
        let mut seen = Mentions::default();
        seen.see("T1003 T1059\nT1005 T1059", (7, 5));
        seen.see_lines([(9, "like T1005 or T1027")].into_iter());
        let tags = [Tag::technique("T1003", 1, 1)];
        assert_eq!(
            places(&seen.beside(&tags)),
            [("T1059", 7, 11), ("T1005", 8, 1), ("T1027", 9, 15)]
        );
    }

    #[test]
    fn places_in_values() {
        let text = "{\"note\": \"see T1003, T1059\\nand T1003, T1027\", \"id\": \"T1059\"}";
        let root = json::documents(text, &crate::limits::Limits::default())
            .next()
            .expect("a document")
            .expect("valid");
        let mut seen = Mentions::default();
        seen.see_values(&root, &["note", "id", "absent"]);
        let tags = [Tag::technique("T1059", 1, 1)];
        assert_eq!(places(&seen.beside(&tags)), [("T1003", 1, 15), ("T1027", 1, 11)]);
    }

    #[test]
    fn a_list_of_everything_is_cut() {
        let mut seen = Mentions::default();
        seen.see(&(0..9_999).map(|n| format!("T{n:04} T{n:04}.001\n")).collect::<String>(), (1, 1));
        assert_eq!(seen.found.len(), MAX_RULE_TAGS);
    }
}
