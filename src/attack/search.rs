//! Finding a technique by what someone typed.

use super::catalogue::{Catalogue, Technique, TechniqueIndex};

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
        let query = query.trim().to_lowercase();
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
        found.sort_unstable();
        found.into_iter().take(limit).map(|(_, _, index)| index).collect()
    }
}

fn fit(technique: &Technique, query: &str) -> Option<Fit> {
    let id = technique.id.to_string().to_lowercase();
    if id == query {
        return Some(Fit::ExactId);
    }
    // `1059` is typed for `T1059` as often as not.
    if id.starts_with(query) || id.strip_prefix('t').is_some_and(|id| id.starts_with(query)) {
        return Some(Fit::IdStart);
    }
    let name = technique.name.to_lowercase();
    if name.starts_with(query) {
        return Some(Fit::NameStart);
    }
    if name.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(query)) {
        return Some(Fit::WordStart);
    }
    query.split_whitespace().all(|word| name.contains(word)).then_some(Fit::Within)
}
