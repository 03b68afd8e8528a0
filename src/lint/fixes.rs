//! What the tags of a rule should read, where that is beyond doubt.

use super::tactics::{Meant, Standing, TacticIndex, Tactics};
use crate::attack::{Catalogue, Resolution, TechniqueId};
use crate::rule::{Claim, Format, Rule, Tag};
use std::collections::BTreeSet;

/// What decides about the tags of one rule.
pub(super) struct Rewriter<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) tactics: &'a Tactics<'a>,
    /// The tactics of the rule's techniques; `None` if it has no technique.
    pub(super) of_techniques: Option<&'a [TacticIndex]>,
}

impl Rewriter<'_> {
    /// For each tag what should stand in its place, or `None` if it may stay as it is. What two
    /// tags would say becomes one of them.
    pub(super) fn plan(&self, rule: &Rule) -> Vec<Option<Vec<String>>> {
        let mut plan: Vec<Option<Vec<String>>> = rule
            .tags
            .iter()
            .map(|tag| match rule.format {
                Format::Sigma => self.sigma(tag),
                _ => self.elsewhere(rule.format, tag).map(|text| vec![text]),
            })
            .zip(&rule.tags)
            .map(|(texts, tag)| texts.filter(|texts| *texts != [tag.written.as_str()]))
            .collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (texts, tag) in plan.iter().zip(&rule.tags) {
            if texts.is_none() {
                taken.insert(tag.written.clone());
            }
        }
        for texts in plan.iter_mut().flatten() {
            texts.retain(|text| taken.insert(text.clone()));
        }
        plan
    }

    /// A tag of the Sigma kind as the specification spells it
    /// (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-tags.html>), one
    /// entry for each thing it says; `None` if one of them is not understood.
    fn sigma(&self, tag: &Tag) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for claim in &tag.claims {
            match claim {
                Claim::Technique(id) => texts.push(sigma_id(self.live(*id).unwrap_or(*id))),
                Claim::Group(id) => texts.push(sigma_id(id)),
                Claim::Software(id) => texts.push(sigma_id(id)),
                Claim::TacticId(id) => match self.tactics.of(claim)? {
                    Standing::Known(_) => texts.push(sigma_id(id)),
                    _ => return None,
                },
                Claim::Tactic(_) | Claim::Malformed(_) => {
                    let meant = self.meant(self.tactics.of(claim)?)?;
                    let names = meant.into_iter().map(|tactic| self.tactics.shortname(tactic));
                    texts.extend(names.map(sigma_id));
                }
                Claim::Car(_) | Claim::Cve(_) | Claim::Other => return None,
            }
        }
        Some(texts)
    }

    /// The tactics that a tactic as written stands for here; `None` if that is not known.
    pub(super) fn meant(&self, standing: Standing) -> Option<Vec<TacticIndex>> {
        match standing {
            Standing::Known(tactic) | Standing::Misspelt(Meant::Known(tactic)) => {
                Some(vec![tactic])
            }
            Standing::Retired | Standing::Misspelt(Meant::Retired) => {
                let of_techniques = self.of_techniques?;
                let successors = self.tactics.successors.iter().copied();
                Some(successors.filter(|tactic| of_techniques.contains(tactic)).collect())
            }
            Standing::Newer | Standing::Foreign(_) | Standing::Unknown => None,
        }
    }

    /// The live technique an id leads to.
    fn live(&self, id: TechniqueId) -> Option<TechniqueId> {
        match self.catalogue.resolve(id) {
            Resolution::Live(index) | Resolution::Revoked(index) => {
                Some(self.catalogue.technique(index).id)
            }
            Resolution::Deprecated | Resolution::Unknown => None,
        }
    }

    /// A tag of another format: only ids are put right. Tactic names are not: Sentinel, Kibana
    /// and others check them against lists of their own.
    fn elsewhere(&self, format: Format, tag: &Tag) -> Option<String> {
        let mut text = tag.written.clone();
        for claim in &tag.claims {
            let Claim::Technique(id) = claim else { continue };
            let live = self.live(*id)?;
            let (start, end) = find_id(&text, *id)?;
            if live != *id {
                if !may_move(format, *id, live) {
                    return None;
                }
                text.replace_range(start..end, &spelt_like(&text[start..end], live));
            } else if start == 0 && end == text.len() && has_one_spelling(format) {
                text = id.to_string();
            }
        }
        Some(text)
    }
}

/// Whether an id can simply be written over another one. Elastic rules and CAR analytics nest
/// sub-techniques below their technique and Elastic writes names and addresses beside ids, all of
/// which would have to follow; Sentinel's exports keep sub-techniques in a list of their own.
fn may_move(format: Format, from: TechniqueId, to: TechniqueId) -> bool {
    match format {
        Format::Elastic | Format::Car => false,
        Format::Sentinel => from.is_sub_technique() == to.is_sub_technique(),
        _ => true,
    }
}

/// Whether rules of a format write technique ids as ATT&CK does, and in no other way.
fn has_one_spelling(format: Format) -> bool {
    matches!(
        format,
        Format::Elastic
            | Format::Splunk
            | Format::Sentinel
            | Format::Falco
            | Format::Wazuh
            | Format::Car
    )
}

fn sigma_id(name: impl std::fmt::Display) -> String {
    format!("attack.{name}").to_ascii_lowercase()
}

/// Where in a text an id is spelt, in any case and with any of the separators that are read.
fn find_id(text: &str, id: TechniqueId) -> Option<(usize, usize)> {
    let plain = text.to_ascii_lowercase().replace(['/', '-', '_'], ".");
    let wanted = id.to_string().to_ascii_lowercase();
    plain.match_indices(&wanted).map(|(start, found)| (start, start + found.len())).find(
        |(start, end)| {
            let before = plain[..*start].bytes().next_back();
            let mut after = plain[*end..].bytes();
            let (next, next_but_one) = (after.next(), after.next());
            let goes_on = next == Some(b'.') && next_but_one.is_some_and(|b| b.is_ascii_digit());
            !before.is_some_and(|byte| byte.is_ascii_alphanumeric())
                && !next.is_some_and(|byte| byte.is_ascii_alphanumeric())
                && !goes_on
        },
    )
}

/// An id with the letter and the separator of another one as written.
fn spelt_like(written: &str, id: TechniqueId) -> String {
    let separator = written.bytes().find(|byte| matches!(byte, b'/' | b'-' | b'_'));
    let mut text = id.to_string();
    if let Some(separator) = separator {
        text = text.replace('.', char::from(separator).encode_utf8(&mut [0; 4]));
    }
    if written.starts_with('t') { text.to_ascii_lowercase() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> TechniqueId {
        text.parse().expect("an id")
    }

    #[test]
    fn ids_are_found_whole() {
        assert_eq!(find_id("TA0005:T1562.001", id("T1562.001")), Some((7, 16)));
        assert_eq!(find_id("TA0005:T1562.001", id("T1562")), None);
        assert_eq!(find_id("t1562_001 T1562", id("T1562")), Some((10, 15)));
        assert_eq!(find_id("T1562/001", id("T1562.001")), Some((0, 9)));
        assert_eq!(find_id("xT1562", id("T1562")), None);
        assert_eq!(find_id("T1562.", id("T1562")), Some((0, 5)));
        assert_eq!(find_id("Ünï T1562", id("T1562")), Some((6, 11)), "bytes, not characters");
    }

    #[test]
    fn spelling_is_kept() {
        assert_eq!(spelt_like("t1562_002", id("T1685.001")), "t1685_001");
        assert_eq!(spelt_like("T1562.001", id("T1685")), "T1685");
        assert_eq!(spelt_like("T1562", id("T1685.001")), "T1685.001");
    }
}
