//! Tags as written and what they claim.

use crate::attack::{GroupId, SoftwareId, TacticId, TechniqueId};
use crate::limits::MAX_RULE_TAGS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a tag says about the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claim {
    /// `attack.t1059.001`
    Technique(TechniqueId),
    /// `attack.execution`, `attack.defense_evasion`: lower case, hyphens. Which tactics a
    /// release has is the catalogue's business; a rule's place follows from its techniques.
    Tactic(String),
    /// `attack.ta0002`
    TacticId(TacticId),
    /// `attack.g0016`
    Group(GroupId),
    /// `attack.s0154`
    Software(SoftwareId),
    /// `car.2013-05-004`
    Car(String),
    /// `cve.2021-44228`
    Cve(String),
    /// In the `attack` namespace, and unreadable.
    Malformed(String),
    /// Any other namespace or none.
    Other,
}

/// One entry of a rule's `tags`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// As written, without the blanks around it.
    pub written: String,
    /// 1-based line in the file.
    pub line: u32,
    /// 1-based column in the file.
    pub column: u32,
    /// What it says; more than one for `attack.execution.t1059.003`.
    pub claims: Vec<Claim>,
}

/// Reads one tag of the Sigma kind, `namespace.name`
/// (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-tags.html>).
///
/// Read: any case; `t1059`, `t1059.001`, also `T1059/001`, `T1059-001` and a blank after the
/// namespace; tactics with `-` or `_`; tactic ids, groups and software; tactic and technique in
/// one tag (`attack.execution.t1059.003`); several ids in one tag. Only the `attack` namespace
/// can claim a technique: an id in another namespace (`AML.T0051` of ATLAS) or none at all is
/// no claim.
pub fn parse_tag(written: &str) -> Vec<Claim> {
    let lower = written.trim().to_ascii_lowercase();
    let Some((namespace, name)) = lower.split_once('.') else { return vec![Claim::Other] };
    let name = name.trim();
    match namespace.trim() {
        "car" => vec![Claim::Car(name.to_owned())],
        "cve" => vec![Claim::Cve(name.to_owned())],
        "attack" => attack_claims(name),
        _ => vec![Claim::Other],
    }
}

fn attack_claims(name: &str) -> Vec<Claim> {
    let mut claims = Vec::new();
    for word in name.split_ascii_whitespace() {
        let word = word.trim_start_matches('-');
        if let Some(claim) = single_claim(word) {
            claims.push(claim);
            continue;
        }
        // `execution.t1059.003`: a tactic, then an id.
        match word.split_once('.').map(|(tactic, rest)| (tactic_claim(tactic), single_claim(rest)))
        {
            Some((Some(tactic), Some(rest @ Claim::Technique(_)))) => claims.extend([tactic, rest]),
            _ => claims.push(Claim::Malformed(word.to_owned())),
        }
    }
    if claims.is_empty() {
        claims.push(Claim::Malformed(name.to_owned()));
    }
    claims
}

fn single_claim(word: &str) -> Option<Claim> {
    if let Some(id) = technique_claim(word) {
        return Some(Claim::Technique(id));
    }
    if let Ok(id) = word.parse() {
        return Some(Claim::TacticId(id));
    }
    if let Ok(id) = word.parse() {
        return Some(Claim::Group(id));
    }
    if let Ok(id) = word.parse() {
        return Some(Claim::Software(id));
    }
    if looks_like_an_id(word) {
        return None;
    }
    tactic_claim(word)
}

/// `t1059.001` and the separators seen in private rule sets: `t1059/001`, `t1059-001`.
fn technique_claim(word: &str) -> Option<TechniqueId> {
    word.parse().ok().or_else(|| {
        let (number, sub) = word.split_once(['/', '-', '_'])?;
        format!("{number}.{sub}").parse().ok()
    })
}

/// A letter or two and then only digits and separators: meant as an id, so never a tactic.
fn looks_like_an_id(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
    word.len() - rest.len() <= 2 && !rest.is_empty()
}

/// A tactic's name in any of its spellings: letters, hyphens and underscores.
fn tactic_claim(word: &str) -> Option<Claim> {
    let plain = !word.is_empty()
        && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')
        && word.bytes().any(|b| b.is_ascii_lowercase());
    plain.then(|| Claim::Tactic(word.replace('_', "-")))
}

impl Tag {
    /// A value that is declared to be a technique id, as other formats than Sigma have it:
    /// `T1059.001` in any case, also `T1059/001`, `T1059-001`, `T1059_001`. Anything else is
    /// [`Claim::Malformed`]; an id of ATLAS (`AML.T0051`) is [`Claim::Other`].
    pub fn technique(written: &str, line: u32, column: u32) -> Self {
        let word = written.trim().to_ascii_lowercase();
        let claim = match technique_claim(&word) {
            Some(id) => Claim::Technique(id),
            None if word.starts_with("aml.") => Claim::Other,
            None => Claim::Malformed(word),
        };
        Self { written: written.trim().to_owned(), line, column, claims: vec![claim] }
    }

    /// A value that is declared to be a tactic: an id (`TA0002`) or a name in any spelling
    /// (`CommandAndControl`, `Command and Control`, `command_and_control`).
    pub fn tactic(written: &str, line: u32, column: u32) -> Self {
        let claim = match written.trim().parse() {
            Ok(id) => Claim::TacticId(id),
            Err(_) => match tactic_claim(&hyphenated(written)) {
                // `CommandandControl`: every tenth of Sentinel's.
                Some(Claim::Tactic(name)) if name.replace('-', "") == "commandandcontrol" => {
                    Claim::Tactic("command-and-control".to_owned())
                }
                Some(claim) => claim,
                None => Claim::Malformed(written.trim().to_ascii_lowercase()),
            },
        };
        Self { written: written.trim().to_owned(), line, column, claims: vec![claim] }
    }
}

/// `CommandAndControl`, `Command and control`, `command_and_control` → `command-and-control`.
fn hyphenated(name: &str) -> String {
    let mut hyphenated = String::new();
    let mut before = ' ';
    for c in name.trim().chars() {
        let is_break = c == ' ' || c == '_' || c == '-';
        let is_new_word = is_break || (c.is_ascii_uppercase() && before.is_ascii_lowercase());
        if is_new_word && !hyphenated.ends_with('-') && !hyphenated.is_empty() {
            hyphenated.push('-');
        }
        if !is_break {
            hyphenated.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    hyphenated
}

/// Technique ids in prose or in an address (`…/techniques/T1003/002/`), each once, with their
/// places; `line` is that of the text's first line. Nothing here may ever be counted.
pub fn mentions(text: &str, line: u32) -> Vec<Tag> {
    let mut found: Vec<Tag> = Vec::new();
    let mut known = BTreeSet::new();
    sight(text, line, &mut |tag, id, _| {
        if known.insert(id) {
            found.push(tag);
        }
        found.len() < MAX_RULE_TAGS
    });
    found
}

/// Every place of every id in a text, with the rest of its line, until `see` has enough. Ids of
/// ATLAS (`AML.T0051`) and ids inside longer words are none.
pub(crate) fn sight(text: &str, line: u32, see: &mut dyn FnMut(Tag, TechniqueId, &str) -> bool) {
    for (content, line) in text.lines().zip(line..) {
        let bytes = content.as_bytes();
        let mut at = 0;
        // The column of the last id, so that a long line is not counted from its start each time.
        let (mut counted, mut column) = (0, 1);
        // A letter T is common, and a digit behind it is not.
        let begins = |pair: &[u8]| matches!(pair, [b'T' | b't', b'0'..=b'9']);
        while let Some(step) = bytes[at..].windows(2).position(begins) {
            at += step;
            let Some((written, id)) = id_at(content, at) else {
                at += 1;
                continue;
            };
            let passed = u32::try_from(content[counted..at].chars().count()).unwrap_or(u32::MAX);
            (counted, column) = (at, passed.saturating_add(column));
            let claims = vec![Claim::Technique(id)];
            let tag = Tag { written: written.to_owned(), line, column, claims };
            at += written.len();
            if !see(tag, id, &content[at..]) {
                return;
            }
        }
    }
}

/// The id that begins at this byte, and how it is written.
fn id_at(text: &str, at: usize) -> Option<(&str, TechniqueId)> {
    let before = &text[..at];
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if before.chars().next_back().is_some_and(is_word)
        || before.len() >= 4
            && before.is_char_boundary(before.len() - 4)
            && before[before.len() - 4..].eq_ignore_ascii_case("aml.")
    {
        return None;
    }
    let digits = |from: usize, count: usize| {
        let part = text.as_bytes().get(from..from + count)?;
        part.iter().all(u8::is_ascii_digit).then_some(from + count)
    };
    let ends = |end: usize| !text[end..].chars().next().is_some_and(is_word);
    let end = digits(at + 1, 4)?;
    let sub = text
        .as_bytes()
        .get(end)
        .filter(|byte| matches!(byte, b'.' | b'/'))
        .and_then(|_| digits(end + 1, 3))
        .filter(|end| ends(*end));
    let goes_on = |end: usize| matches!(text.as_bytes().get(end..end + 2), Some([b'.' | b'/', next]) if next.is_ascii_digit());
    let end = match sub {
        Some(end) => end,
        None if ends(end) && !goes_on(end) => end,
        None => return None,
    };
    let written = &text[at..end];
    Some((written, technique_claim(&written.to_ascii_lowercase())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn technique(text: &str) -> Claim {
        Claim::Technique(text.parse().expect("an id"))
    }

    fn tactic(text: &str) -> Claim {
        Claim::Tactic(text.to_owned())
    }

    /// Spellings counted in real rule sets (reference: rule formats, 2.1).
    #[test]
    fn spellings() {
        let cases: &[(&str, &[Claim])] = &[
            ("attack.t1059", &[technique("T1059")]),
            ("attack.t1059.001", &[technique("T1059.001")]),
            ("attack.T1059.001", &[technique("T1059.001")]),
            ("  attack.t1059.001  ", &[technique("T1059.001")]),
            ("attack. T1052", &[technique("T1052")]),
            ("attack.T1587/001", &[technique("T1587.001")]),
            ("attack.T1059-003", &[technique("T1059.003")]),
            ("attack.execution.t1059.003", &[tactic("execution"), technique("T1059.003")]),
            ("attack.T1548 T1562", &[technique("T1548"), technique("T1562")]),
            ("attack.T1212 -T1003.001", &[technique("T1212"), technique("T1003.001")]),
            ("attack.defense-impairment", &[tactic("defense-impairment")]),
            ("attack.defense_evasion", &[tactic("defense-evasion")]),
            ("attack.Execution", &[tactic("execution")]),
            ("attack.TA0002", &[Claim::TacticId("TA0002".parse().expect("an id"))]),
            ("attack.g0016", &[Claim::Group("G0016".parse().expect("an id"))]),
            ("attack.s0154", &[Claim::Software("S0154".parse().expect("an id"))]),
            ("car.2013-05-004", &[Claim::Car("2013-05-004".to_owned())]),
            ("cve.2021-44228", &[Claim::Cve("2021-44228".to_owned())]),
            ("detection.emerging-threats", &[Claim::Other]),
            ("sysmon", &[Claim::Other]),
            ("T1059.001", &[Claim::Other]),
            ("AML.T0051", &[Claim::Other]),
        ];
        for (written, claims) in cases {
            assert_eq!(parse_tag(written), *claims, "{written}");
        }
    }

    #[test]
    fn what_is_meant_as_an_id_is_never_a_tactic() {
        for written in [
            "attack.t10591",
            "attack.t1027..009",
            "attack.ta00010",
            "attack.ta0005?",
            "attack.1562.001",
            "attack.",
            "attack.x",
        ] {
            let claims = parse_tag(written);
            let readable = claims.iter().any(|c| matches!(c, Claim::Technique(_)));
            assert!(!readable, "{written}: {claims:?}");
        }
        assert!(matches!(parse_tag("attack.t10591")[..], [Claim::Malformed(_)]));
        assert!(matches!(parse_tag("attack.")[..], [Claim::Malformed(_)]));
    }

    #[test]
    fn declared_techniques_and_tactics() {
        let technique_of = |text: &str| Tag::technique(text, 1, 1).claims;
        for text in ["T1059.001", " t1059.001 ", "T1059/001", "T1059-001", "T1059_001"] {
            assert_eq!(technique_of(text), [technique("T1059.001")], "{text}");
        }
        assert_eq!(technique_of("AML.T0051"), [Claim::Other]);
        assert_eq!(technique_of("T107.004"), [Claim::Malformed("t107.004".to_owned())]);
        let tactic_of = |text: &str| Tag::tactic(text, 1, 1).claims;
        for text in [
            "CommandAndControl",
            "CommandandControl",
            "commandandcontrol",
            "Command and control",
            "command_and_control",
            "Command And Control",
        ] {
            assert_eq!(tactic_of(text), [tactic("command-and-control")], "{text}");
        }
        assert_eq!(tactic_of("TA0002"), [Claim::TacticId("TA0002".parse().expect("an id"))]);
        assert!(matches!(tactic_of("4 things")[..], [Claim::Malformed(_)]));
    }

    #[test]
    fn mentions_in_prose() {
        let found = |text: &str| -> Vec<(String, u32, u32)> {
            mentions(text, 3).into_iter().map(|t| (t.written, t.line, t.column)).collect()
        };
        let at = |text: &str, line, column| (text.to_owned(), line, column);
        assert_eq!(
            found("see T1003.\nä (T1059.001), t1059.001 again"),
            [at("T1003", 3, 5), at("T1059.001", 4, 4)]
        );
        assert_eq!(found("https://x/techniques/T1078/004/"), [at("T1078/004", 3, 22)]);
        assert_eq!(found("AML.T0051 XT1003 T10031 T1003x T100 _T1003 T1003_1"), []);
        assert_eq!(found("T1003.0011"), [], "neither a sub-technique nor a full stop");
    }
}
