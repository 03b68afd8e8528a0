//! What `meta` keys say about ATT&CK. There is no standard; these are the ways of public rules
//! (reference: rule formats, 2.8).

use crate::rule::{Claim, Tag, mentions, parse_tag};

/// How a key carries ATT&CK objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    /// An address of attack.mitre.org.
    Address,
    /// Technique ids, or names.
    Technique,
    /// Tactic ids or names.
    Tactic,
    /// Tactics and ids in one list: `defense_evasion, t1036`.
    Mixed,
}

impl Carrier {
    /// By the key, also of a variable in `outcome`.
    pub(super) fn of(key: &str) -> Option<Self> {
        let key = key.trim_start_matches('$').to_ascii_lowercase();
        let has = |word| key.contains(word);
        let is_attack = has("mitre") || has("technique") || key.starts_with("attack_");
        if is_attack && (has("url") || has("link") || has("reference")) {
            Some(Self::Address)
        } else if has("version") {
            None
        } else if has("technique") {
            Some(Self::Technique)
        } else if matches!(&*key, "tactic" | "tactics" | "tactic_id") || is_attack && has("tactic")
        {
            Some(Self::Tactic)
        } else {
            (key == "mitre" || key.starts_with("mitre_")).then_some(Self::Mixed)
        }
    }

    /// What of the value is one object each, with its byte offset in the value.
    pub(super) fn parts(self, value: &str) -> Vec<(usize, &str)> {
        let mut parts = Vec::new();
        if self == Self::Address {
            // Columns are in characters, and ascend.
            let mut places = value.char_indices().zip(1..);
            for found in mentions(value, 1) {
                let Some(((at, _), _)) = places.find(|(_, column)| *column == found.column) else {
                    continue;
                };
                parts.extend(value.get(at..at + found.written.len()).map(|id| (at, id)));
            }
            return parts;
        }
        let mut start = 0;
        for part in value.split([',', ';', '|']) {
            let content = part.trim_start();
            let at = start + part.len() - content.len();
            let content = content.trim_end();
            // `T1078.004 - Cloud Accounts`
            let word = content.split([' ', ':']).next().unwrap_or_default();
            let is_id = self != Self::Mixed && is_technique(word);
            if !content.is_empty() {
                parts.push((at, if is_id { word } else { content }));
            }
            start += part.len() + 1;
        }
        parts
    }

    /// One of the parts as a tag.
    pub(super) fn tag(self, written: &str, line: u32, column: u32) -> Tag {
        let has_digit = written.bytes().any(|byte| byte.is_ascii_digit());
        match self {
            Self::Address | Self::Technique => Tag::technique(written, line, column),
            Self::Mixed if has_digit => {
                let name = without_namespace(written);
                let tag = match name.get(..4) {
                    Some(namespace) if namespace.eq_ignore_ascii_case("car.") => name.to_owned(),
                    _ => format!("attack.{name}"),
                };
                Tag { written: written.to_owned(), line, column, claims: parse_tag(&tag) }
            }
            Self::Tactic | Self::Mixed => Tag {
                written: written.to_owned(),
                ..Tag::tactic(without_namespace(written), line, column)
            },
        }
    }
}

/// `attack.t1036`, as in Sigma, also misspelt.
fn without_namespace(written: &str) -> &str {
    ["attack.", "attck."]
        .into_iter()
        .find_map(|namespace| {
            let found = written.get(..namespace.len())?.eq_ignore_ascii_case(namespace);
            found.then_some(&written[namespace.len()..])
        })
        .unwrap_or(written)
}

fn is_technique(word: &str) -> bool {
    matches!(Tag::technique(word, 1, 1).claims[..], [Claim::Technique(_)])
}

/// A technique's name rather than an id that is misspelt.
pub(super) fn is_name(written: &str) -> bool {
    !written.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(carrier: Carrier, value: &str) -> Vec<(usize, &str)> {
        carrier.parts(value)
    }

    #[test]
    fn keys() {
        for (key, carrier) in [
            ("mitre", Some(Carrier::Mixed)),
            ("MITRE_TTP", Some(Carrier::Mixed)),
            ("technique", Some(Carrier::Technique)),
            ("mitre_attack_technique", Some(Carrier::Technique)),
            ("$mitre_attack_technique_id", Some(Carrier::Technique)),
            ("mitre_attack_tactic", Some(Carrier::Tactic)),
            ("tactic", Some(Carrier::Tactic)),
            ("mitre_attack_url", Some(Carrier::Address)),
            ("mitre_attack_version", None),
            ("reference", None),
            ("description", None),
            ("tactical_note", None),
        ] {
            assert_eq!(Carrier::of(key), carrier, "{key}");
        }
    }

    #[test]
    fn parts_of_values() {
        let url = "https://attack.mitre.org/techniques/T1078/004/";
        assert_eq!(written(Carrier::Address, url), [(36, "T1078/004")]);
        assert_eq!(written(Carrier::Mixed, "a,  t1036 ,"), [(0, "a"), (4, "t1036")]);
        assert_eq!(written(Carrier::Technique, "T1078.004 - Cloud"), [(0, "T1078.004")]);
        assert_eq!(written(Carrier::Technique, "Brute Force"), [(0, "Brute Force")]);
    }

    #[test]
    fn mixed_objects() {
        let claims = |text: &str| Carrier::Mixed.tag(text, 1, 1).claims;
        assert_eq!(claims("Defense Evasion"), [Claim::Tactic("defense-evasion".to_owned())]);
        assert!(matches!(claims("t1036")[..], [Claim::Technique(_)]));
        assert!(matches!(claims("attck.t1031")[..], [Claim::Technique(_)]));
        assert_eq!(claims("attck.impact"), [Claim::Tactic("impact".to_owned())]);
        assert!(matches!(claims("S0106")[..], [Claim::Software(_)]));
        assert!(matches!(claims("car.2013-05-009")[..], [Claim::Car(_)]));
        for odd in ["ta0011.001", "attackt1496", "1043", "FIN7"] {
            assert!(matches!(claims(odd)[..], [Claim::Malformed(_)]), "{odd}");
        }
    }
}
