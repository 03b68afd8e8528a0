//! Finding a technique by what someone typed.

use super::catalogue::{Catalogue, Technique, TechniqueIndex};
use super::id::TechniqueId;
use crate::lowercase::lowercase;

/// How well a technique fits; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    ExactId,
    IdStart,
    NameStart,
    WordStart,
    Within,
}

impl Catalogue {
    /// Techniques whose id or name fits `query`, best first, at most `limit`: the very id, ids
    /// that start so, names that start so, names with a word that starts so, names that hold
    /// every word typed; techniques before sub-techniques. A tag as rules write it
    /// (`attack.t1059.001`) finds its technique. An empty query finds nothing.
    pub fn search(&self, query: &str, limit: usize) -> Vec<TechniqueIndex> {
        let query = lowercase(query.trim());
        let query = query.strip_prefix("attack.").unwrap_or(&query);
        if query.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(Fit, bool, TechniqueIndex)> = self
            .indices()
            .filter_map(|index| {
                let technique = self.technique(index);
                Some((fit(technique, query)?, technique.parent.is_some(), index))
            })
            .collect();
        crate::sorted::sort(&mut found);
        found.into_iter().take(limit).map(|(_, _, index)| index).collect()
    }
}

impl Catalogue {
    /// Techniques whose id someone may have meant who wrote `id`, at most `limit`: the technique
    /// of a sub-technique, then ids with one digit different or two neighbours swapped, by how far
    /// away they are.
    pub fn near(&self, id: TechniqueId, limit: usize) -> Vec<TechniqueIndex> {
        let asked = digits(id);
        let parent = id.parent();
        let mut near: Vec<(u32, TechniqueIndex)> = self
            .indices()
            .filter_map(|index| {
                let other = self.technique(index).id;
                if Some(other) == parent {
                    return Some((0, index));
                }
                let far = other.code().abs_diff(id.code());
                let same_kind = other.is_sub_technique() == id.is_sub_technique();
                (same_kind && is_slip(asked, digits(other))).then_some((far, index))
            })
            .collect();
        crate::sorted::sort(&mut near);
        near.into_iter().take(limit).map(|(_, index)| index).collect()
    }
}

/// The four digits of a technique and the three of a sub-technique. A rule set may name
/// thousands of unknown ids, and each is compared with all known ones.
fn digits(id: TechniqueId) -> [u8; 7] {
    let mut rest = id.code();
    let mut digits = [0; 7];
    for digit in digits.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    digits
}

/// Whether one is the other but for one digit, or for two neighbours swapped.
fn is_slip(a: [u8; 7], b: [u8; 7]) -> bool {
    let mut differing = (0..a.len()).filter(|at| a[*at] != b[*at]);
    match (differing.next(), differing.next(), differing.next()) {
        (Some(_), None, _) => true,
        (Some(first), Some(second), None) => {
            second == first + 1 && a[first] == b[second] && a[second] == b[first]
        }
        _ => false,
    }
}

fn fit(technique: &Technique, query: &str) -> Option<Fit> {
    let id = technique.id.to_string().to_ascii_lowercase();
    if id == query {
        return Some(Fit::ExactId);
    }
    // `1059` is typed for `T1059` as often as not.
    if id.starts_with(query) || id.strip_prefix('t').is_some_and(|id| id.starts_with(query)) {
        return Some(Fit::IdStart);
    }
    let name = lowercase(&technique.name);
    if name.starts_with(query) {
        return Some(Fit::NameStart);
    }
    if name.split(parts_words).any(|word| word.starts_with(query)) {
        return Some(Fit::WordStart);
    }
    query.split_whitespace().all(|word| name.contains(word)).then_some(Fit::Within)
}

/// Whether a character stands between words. Beyond ASCII these are blanks and what Unicode calls
/// general punctuation; a table of all letters would be larger than everything else here.
fn parts_words(c: char) -> bool {
    match c {
        '\u{2000}'..='\u{206f}' => true,
        _ if c.is_ascii() => !c.is_ascii_alphanumeric(),
        _ => c.is_whitespace(),
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use crate::attack::{Domain, bundled};

    fn found(query: &str) -> Vec<String> {
        let catalogue =
            bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in");
        let found = catalogue.search(query, 4);
        found.into_iter().map(|index| catalogue.technique(index).id.to_string()).collect()
    }

    #[test]
    fn ids_and_tags_are_found_however_they_are_typed() {
        for query in ["T1059.001", "t1059.001", " 1059.001 ", "attack.t1059.001"] {
            assert_eq!(found(query).first().map(String::as_str), Some("T1059.001"), "{query}");
        }
        assert_eq!(found("t1059"), ["T1059", "T1059.001", "T1059.002", "T1059.003"]);
    }

    #[test]
    fn names_that_start_so_come_before_names_that_only_hold_it() {
        assert_eq!(found("power").first().map(String::as_str), Some("T1653"));
        assert_eq!(found("powershell").first().map(String::as_str), Some("T1059.001"));
        assert_eq!(found("injection process").first().map(String::as_str), Some("T1055"));
    }

    #[test]
    fn slips_of_the_finger_are_near() {
        let catalogue =
            bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in");
        let near = |text: &str| {
            let near = catalogue.near(text.parse().expect("an id"), usize::MAX);
            near.into_iter()
                .map(|index| catalogue.technique(index).id.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(near("T1058").first().map(String::as_str), Some("T1057"));
        assert!(near("T1095").contains(&"T1059".to_owned()), "two digits swapped");
        assert!(!near("T1095").contains(&"T1095".to_owned()), "itself is no slip");
        assert_eq!(near("T1059.099").first().map(String::as_str), Some("T1059"));
        assert!(near("T9999").is_empty());
    }

    #[test]
    fn nothing_typed_finds_nothing() {
        assert!(found("  ").is_empty());
        assert!(found("no such technique").is_empty());
    }
}
