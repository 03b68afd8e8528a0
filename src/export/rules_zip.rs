//! Rule files as a zip: stored, as a few rules are a few kilobytes, and with the date that zips
//! begin at, so that the same files give the same bytes.
//!
//! Paths come from archives that anyone may have made. What is written is relative, goes nowhere
//! but down, and can be unpacked on every system; two files never share a name.

use crate::lowercase::lowercase;
use crate::source::crc::crc32;
use std::collections::BTreeSet;

/// Why there is no zip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// More files than a zip without extensions holds.
    #[error("more than {MOST_FILES} files")]
    TooManyFiles,
    /// Larger than a zip without extensions can be.
    #[error("the files are larger than 4 GB together")]
    TooLarge,
}

/// Entries that the end of the directory can count.
const MOST_FILES: usize = 65_534;
/// Bytes of a part of a path; file systems allow 255.
const MOST_OF_A_PART: usize = 200;
/// Bytes of a path; beyond it only the file's own name is kept.
const MOST_OF_A_PATH: usize = 1000;
/// 1 January 1980, the first day that a zip knows.
const FIRST_DAY: u16 = 0x0021;
/// The version of the format that folders and UTF-8 need (2.0).
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;

/// The zip of some files, by path.
///
/// # Errors
/// If they are too many or too large.
pub fn write(files: Vec<(String, Vec<u8>)>) -> Result<Vec<u8>, ZipError> {
    if files.len() > MOST_FILES {
        return Err(ZipError::TooManyFiles);
    }
    let mut files = files;
    crate::sorted::sort(&mut files);
    let names = names(files.iter().map(|(path, _)| path.as_str()));
    let mut zip = Vec::new();
    let mut directory = Vec::new();
    let count = number16(files.len())?;
    for ((_, bytes), name) in files.into_iter().zip(names) {
        let offset = number(zip.len())?;
        let size = number(bytes.len())?;
        let mut header = Vec::new();
        // Flags, method (stored), time, day.
        for field in [VERSION, UTF_8, 0, 0, FIRST_DAY] {
            header.extend(field.to_le_bytes());
        }
        for field in [crc32(&bytes), size, size] {
            header.extend(field.to_le_bytes());
        }
        // No extra field.
        header.extend(number16(name.len())?.to_le_bytes());
        header.extend([0, 0]);
        zip.extend(b"PK\x03\x04");
        zip.extend(&header);
        zip.extend(name.as_bytes());
        zip.extend(bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(header);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size) = (number(zip.len())?, number(directory.len())?);
    zip.extend(directory);
    number(zip.len())?;
    zip.extend(b"PK\x05\x06");
    zip.extend([0; 4]);
    zip.extend(count.to_le_bytes());
    zip.extend(count.to_le_bytes());
    zip.extend(size.to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0; 2]);
    Ok(zip)
}

fn number(length: usize) -> Result<u32, ZipError> {
    // All ones stand for "see the extension".
    u32::try_from(length).ok().filter(|length| *length < u32::MAX).ok_or(ZipError::TooLarge)
}

fn number16(length: usize) -> Result<u16, ZipError> {
    u16::try_from(length).map_err(|_| ZipError::TooLarge)
}

/// A name for each path: safe, and unlike all others in any case. No file has the name of a
/// folder that another stands in.
fn names<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<String> {
    let safe: Vec<String> = paths.map(safe).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for name in &safe {
        for (end, _) in name.match_indices('/') {
            taken.insert(lowercase(&name[..end]));
        }
    }
    let mut names = Vec::with_capacity(safe.len());
    for name in safe {
        let mut free = name.clone();
        let mut number = 2;
        while !taken.insert(lowercase(&free)) {
            free = numbered(&name, number);
            number += 1;
        }
        names.push(free);
    }
    names
}

/// `a/b.yml` → `a/b (2).yml`
fn numbered(name: &str, number: u32) -> String {
    let file = name.rfind('/').map_or(0, |at| at + 1);
    // A name may begin with its only dot.
    let dot = name[file..].rfind('.').filter(|at| *at > 0).map_or(name.len(), |at| file + at);
    format!("{} ({number}){}", &name[..dot], &name[dot..])
}

/// The parts of a path that lead down, each a name that every system takes.
fn safe(path: &str) -> String {
    let parts: Vec<String> =
        path.split(['/', '\\']).map(safe_part).filter(|part| !part.is_empty()).collect();
    let whole = parts.join("/");
    match parts.last() {
        None => "rule".to_owned(),
        Some(last) if whole.len() > MOST_OF_A_PATH => last.clone(),
        Some(_) => whole,
    }
}

/// One part; empty if it leads nowhere (`.`, `..`, blanks).
fn safe_part(part: &str) -> String {
    /// Names of devices on Windows, with any ending.
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let is_refused = |c: char| {
        c.is_control()
            || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let part: String = part.chars().map(|c| if is_refused(c) { '_' } else { c }).collect();
    let part = part.trim().trim_end_matches(['.', ' ']);
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let is_port = |name: &str| {
        stem.strip_prefix(name).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    };
    let before =
        if DEVICES.contains(&stem.as_str()) || is_port("com") || is_port("lpt") { "_" } else { "" };
    let ending = part.rfind('.').map_or("", |at| &part[at..]);
    let ending = if ending.len() > 20 { "" } else { ending };
    let body = &part[..part.len() - ending.len()];
    let most = MOST_OF_A_PART - ending.len();
    let end = (0..=body.len().min(most)).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0);
    if part.is_empty() {
        return String::new();
    }
    [before, &body[..end], ending].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(paths: &[&str]) -> Vec<String> {
        names(paths.iter().copied())
    }

    #[test]
    fn paths_only_lead_down() {
        let cases = [
            ("rules/a.yml", "rules/a.yml"),
            ("/etc/passwd", "etc/passwd"),
            ("../../a.yml", "a.yml"),
            ("a/./b/../c.yml", "a/b/c.yml"),
            ("C:\\rules\\a.yml", "C_/rules/a.yml"),
            ("a//b", "a/b"),
            (". ./.. /a. ", "a"),
            ("nul/Com1.yml/con.txt", "_nul/_Com1.yml/_con.txt"),
            ("a?b*\n\u{202E}c.yml", "a_b___c.yml"),
            ("..", "rule"),
            ("", "rule"),
            (".hidden", ".hidden"),
        ];
        for (path, expected) in cases {
            assert_eq!(safe(path), expected, "{path:?}");
        }
        let long = safe(&format!("{}.yml", "é".repeat(400)));
        assert!(long.len() <= MOST_OF_A_PART && long.ends_with("é.yml"), "{long}");
        let deep = safe(&format!("{}a.yml", "folder/".repeat(300)));
        assert_eq!(deep, "a.yml");
    }

    #[test]
    fn no_two_files_share_a_name() {
        let names = named(&["a.yml", "A.yml", "a.yml", "x", "x/y.yml", "b/a.yml", "a (2).yml"]);
        let expected =
            ["a.yml", "A (2).yml", "a (3).yml", "x (2)", "x/y.yml", "b/a.yml", "a (2) (2).yml"];
        assert_eq!(names, expected);
        assert_eq!(named(&[".a", ".A"]), [".a", ".A (2)"]);
    }

    proptest! {
        #[test]
        fn whatever_the_paths_names_are_safe_and_unlike(
            paths in prop::collection::vec("[a-cA-C./\\\\: \u{0}é]{0,12}", 0..12),
        ) {
            let names = names(paths.iter().map(String::as_str));
            prop_assert_eq!(names.len(), paths.len());
            let lower: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
            prop_assert_eq!(lower.len(), names.len());
            for name in &names {
                prop_assert!(!name.contains(['\\', ':', '\0']));
                for part in name.split('/') {
                    prop_assert!(!part.is_empty() && part != "." && part != "..", "{}", name);
                }
                let folder = format!("{}/", name.to_lowercase());
                prop_assert!(!lower.iter().any(|other| other.starts_with(&folder)), "{}", name);
            }
        }
    }
}
