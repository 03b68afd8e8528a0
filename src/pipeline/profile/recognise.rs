//! Whether a file that came among others belongs to a profile: by its head or its keys, told
//! before anything else is asked, as a table of incidents could be one of rules as well.

use crate::gaps::{PartKind, Profile};
use crate::limits::{Limit, Limits};
use crate::source::SourceFile;
use crate::source::decode::decode;
use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The heads of tables, their columns in alphabetical order. Only these: under other names they
/// are given where they belong.
const HEADS: [(PartKind, &[&str]); 2] = [
    (PartKind::Incidents, &["count", "technique"]),
    (PartKind::Assets, &["host", "platform", "service"]),
];

/// The longest head.
const LONGEST: usize = 64;

/// What a file gives a profile; `None` for any other. Of nearly all files the first line says so.
pub(in crate::pipeline) fn recognise(file: &SourceFile, limits: &Limits) -> Option<PartKind> {
    let bytes = file.bytes.as_slice();
    match bytes {
        // UTF-16.
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]
            if bytes.len() as u64 <= limits.of(Limit::ProfileBytes) =>
        {
            of_text(&file.path, &decode(bytes).ok()?)
        }
        _ => of_bytes(&file.path, bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)),
    }
}

fn of_text(path: &str, text: &str) -> Option<PartKind> {
    of_bytes(path, text.trim_start_matches('\u{FEFF}').as_bytes())
}

fn of_bytes(path: &str, bytes: &[u8]) -> Option<PartKind> {
    let bytes = bytes.trim_ascii_start();
    if bytes.first() == Some(&b'{') {
        let mut seen = None;
        // It ends early wherever enough is seen, which is an error to the reader.
        let text = std::str::from_utf8(bytes).ok()?;
        let _ = serde_json::Deserializer::from_str(text).deserialize_map(Keys(&mut seen));
        return of_keys(path, &seen?);
    }
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    if line.len() > LONGEST {
        return None;
    }
    let line = std::str::from_utf8(line).ok()?;
    of_head(line).or_else(|| of_keys(path, &yaml_keys(bytes)?))
}

fn of_head(line: &str) -> Option<PartKind> {
    let names = line.split([',', ';', '\t']);
    let mut names: Vec<String> =
        names.map(|name| name.trim().trim_matches('"').to_ascii_lowercase()).collect();
    crate::sorted::sort(&mut names);
    HEADS.iter().find(|(_, head)| names == *head).map(|(kind, _)| *kind)
}

/// Two keys of a profile make one; a single one, which other files have as well, does if the file
/// is called so.
fn of_keys(path: &str, keys: &Seen) -> Option<PartKind> {
    match keys {
        Seen::Enrichment => Some(PartKind::Enrichment),
        Seen::OfProfile(number) => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_called_so = name.to_ascii_lowercase().contains("profile");
            let enough = if is_called_so { 1 } else { 2 };
            (*number >= enough).then_some(PartKind::Whole)
        }
    }
}

/// What keys there are; another one ends the look.
enum Seen {
    Enrichment,
    /// So many, and no others.
    OfProfile(usize),
}

/// Looks at the keys of an object; here is what it saw.
struct Keys<'s>(&'s mut Option<Seen>);

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys of a profile or an enrichment")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match &*key {
                "group_sectors" | "top_attack_techniques" | "kev" => {
                    // What follows may be broken: the one who reads it will say.
                    *self.0 = Some(Seen::Enrichment);
                    return Err(A::Error::custom("enough"));
                }
                "note" => {}
                key if Profile::keys().contains(&key) => number += 1,
                _ => return Err(A::Error::custom("another key")),
            }
            map.next_value::<IgnoredAny>()?;
        }
        *self.0 = Some(Seen::OfProfile(number));
        Ok(())
    }
}

/// The keys at the beginnings of lines; `None` if there is another one, or no key where one
/// should be.
fn yaml_keys(bytes: &[u8]) -> Option<Seen> {
    let mut number = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        if matches!(line.first(), None | Some(b' ' | b'-' | b'#' | b'\r' | b'\t' | b']' | b'}')) {
            continue;
        }
        let (key, _) = std::str::from_utf8(line).ok()?.split_once(':')?;
        if !Profile::keys().contains(&key.trim_matches(['"', '\''])) {
            return None;
        }
        number += 1;
    }
    Some(Seen::OfProfile(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(path: &str, text: &str) -> Option<PartKind> {
        recognise(
            &SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() },
            &Limits::default(),
        )
    }

    #[test]
    fn tables_are_told_by_their_head_and_nothing_else() {
        for (text, kind) in [
            ("technique,count\nT1003,2\n", Some(PartKind::Incidents)),
            ("\u{FEFF}\"Count\";\"Technique\"\r\n2;T1003\r\n", Some(PartKind::Incidents)),
            ("Host\tPlatform\tService\na\tb\tc\n", Some(PartKind::Assets)),
            ("service,host,platform", Some(PartKind::Assets)),
            ("technique,count,title\nT1003,2,x\n", None),
            ("title,attack_id,level,status\n", None),
            ("platform,service\n", None),
            ("", None),
        ] {
            assert_eq!(of("x.csv", text), kind, "{text:?}");
        }
        let wide: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("technique,count\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let file = SourceFile { path: "x.csv".to_owned(), bytes: wide };
        assert_eq!(recognise(&file, &Limits::default()), Some(PartKind::Incidents));
    }

    #[test]
    fn json_and_yaml_are_told_by_their_keys() {
        let (whole, enrichment) = (Some(PartKind::Whole), Some(PartKind::Enrichment));
        for (path, text, kind) in [
            ("a.json", r#"{"platforms": ["Windows"], "accepted": []}"#, whole),
            ("a.json", r#"{"platforms": ["Windows"]}"#, None),
            ("x/My-Profile.json", r#"{"platforms": ["Windows"]}"#, whole),
            ("profile.json", "{}", None),
            ("a.json", r#"{"platforms": ["Windows"], "accepted": [], "name": "x"}"#, None),
            ("a.json", r#"{"note": "n", "group_sectors": {"groups": {}}}"#, enrichment),
            ("a.json", r#"{"group_sectors": {"groups": "#, enrichment),
            ("a.json", r#"{"kev": {"techniques": {"T1190": 1}}}"#, enrichment),
            ("a.json", r#"{"rules": 1, "kev": {}}"#, None),
            ("a.json", r#"{"rule": {}, "group_sectors": {}}"#, None),
            ("p.yml", "# mine\nplatforms: [Windows]\nthreat:\n- T1003\n  \naccepted: []\n", whole),
            ("p.yml", "platforms: [Windows]\n", None),
            ("profile.yml", "\"platforms\":\n  - Windows\n", whole),
            ("p.yml", "title: a rule\nplatforms: []\ngroups: []\n", None),
            ("p.yml", "platforms: []\ngroups: []\ntitle: a rule\n", None),
        ] {
            assert_eq!(of(path, text), kind, "{path}: {text}");
        }
    }

    /// What the page saves under its own name comes back.
    #[test]
    fn a_saved_profile_is_one() {
        let profile = Profile { services: vec!["aws".to_owned()], ..Profile::default() };
        assert_eq!(of("coverlay_profile.json", &profile.to_json()), Some(PartKind::Whole));
    }

    proptest! {
        #[test]
        fn any_bytes_are_told_apart(bytes in proptest::collection::vec(any::<u8>(), 0..80), head in "[\\[{\"a-z:,]{0,20}") {
            let bytes = [head.into_bytes(), bytes].concat();
            let _ = recognise(&SourceFile { path: "profile".to_owned(), bytes }, &Limits::default());
        }
    }
}
