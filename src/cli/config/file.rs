//! The file itself: keys with their lines.

use crate::cli::exit::Failure;
use crate::lint::meant;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// More than any list of options needs.
const MAX_BYTES: u64 = 1 << 20;

/// One key with what it says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The table it stands in, which is a command's name.
    pub(super) command: Option<String>,
    pub(super) key: String,
    /// From 1.
    pub(super) line: usize,
    /// As they would be typed.
    pub(super) values: Vec<String>,
    /// It was a table of weights or levels.
    pub(super) is_table: bool,
}

/// A file that could be read.
#[derive(Debug)]
pub(super) struct Settings {
    path: PathBuf,
    pub(super) entries: Vec<Entry>,
}

impl Settings {
    /// # Errors
    /// If it is not there, or not TOML, or a value is of a kind no option has.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let usage = |reason: String| Failure::Usage(format!("{}{reason}", path.display()));
        let size = path.metadata().map_err(|error| usage(format!(": {error}")))?.len();
        if size > MAX_BYTES {
            return Err(usage(": more than 1 MiB".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| usage(format!(": {error}")))?;
        let entries =
            entries(&text).map_err(|(line, reason)| usage(format!(":{line}: {reason}")))?;
        Ok(Self { path: path.to_owned(), entries })
    }

    /// What holds for a command: its own table before what holds for all.
    pub(super) fn find(&self, command: &str, key: &str) -> Option<&Entry> {
        let of = |wanted: Option<&str>| {
            self.entries.iter().find(|e| e.key == key && e.command.as_deref() == wanted)
        };
        of(Some(command)).or_else(|| of(None))
    }

    /// At its line.
    pub(super) fn wrong(&self, entry: &Entry, reason: &str) -> Failure {
        Failure::Usage(format!("{}:{}: {reason}", self.path.display(), entry.line))
    }

    /// Each key by itself is right.
    pub(super) fn wrong_together(&self, reason: &str) -> Failure {
        Failure::Usage(format!("with the keys of {}: {reason}", self.path.display()))
    }

    /// A word that is not among the known ones.
    pub(super) fn unknown(&self, entry: &Entry, word: &str, known: &[&str]) -> Failure {
        let meant = meant(word, known.iter().copied());
        let place = match &entry.command {
            Some(command) if command != word => format!(" below [{command}]"),
            _ => String::new(),
        };
        let reason = match meant {
            Some(name) => format!("unknown key '{word}'{place}; did you mean '{name}'?"),
            None => format!("unknown key '{word}'{place}; a key is the long name of an option"),
        };
        self.wrong(entry, &reason)
    }

    /// A value as an argument; a path is seen from the file.
    pub(super) fn path_of(
        &self,
        value: &str,
        is_path: bool,
        key: &str,
        working: &Path,
    ) -> OsString {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let folder = if folder == working { Path::new("") } else { folder };
        let there = folder.join(value);
        // A release of ATT&CK by its number, or a file.
        let is_path = (is_path && value != "-") || (key == "attack" && there.is_file());
        if is_path { there.into_os_string() } else { value.into() }
    }
}

type Wrong = (usize, String);

fn entries(text: &str) -> Result<Vec<Entry>, Wrong> {
    let line = |at: usize| 1 + text.get(..at).map_or(0, |before| before.matches('\n').count());
    let table = DeTable::parse(text).map_err(|error| {
        (line(error.span().map_or(0, |span| span.start)), error.message().to_owned())
    })?;
    let mut entries = Vec::new();
    for (key, value) in table.into_inner() {
        let at = line(key.span().start);
        let name = key.into_inner().into_owned();
        match value.into_inner() {
            DeValue::Table(inner) if !is_table_of_pairs(&name) => {
                // Its name is looked at, at its line, whatever is in it.
                let (command, key) = (Some(name.clone()), String::new());
                entries.push(Entry { command, key, line: at, values: vec![], is_table: true });
                for (key, value) in inner {
                    let at = line(key.span().start);
                    let key = key.into_inner().into_owned();
                    entries.push(entry(Some(name.clone()), key, at, value.into_inner())?);
                }
            }
            value => entries.push(entry(None, name, at, value)?),
        }
    }
    entries.sort_by_key(|entry| entry.line);
    Ok(entries)
}

/// `[weight]`, `[levels]`, `[priority-weight]`, `[limit]` at the top are no commands.
fn is_table_of_pairs(name: &str) -> bool {
    matches!(name, "weight" | "levels" | "priority-weight" | "limit")
}

fn entry(
    command: Option<String>,
    key: String,
    line: usize,
    value: DeValue<'_>,
) -> Result<Entry, Wrong> {
    let mut values = Vec::new();
    let is_table = matches!(value, DeValue::Table(_));
    match value {
        DeValue::Table(table) => pairs(table, "", &mut values),
        DeValue::Array(items) => items.into_iter().try_for_each(|item| {
            values.push(scalar(item.into_inner())?);
            Some(())
        }),
        value => scalar(value).map(|value| values.push(value)),
    }
    .ok_or_else(|| {
        (line, format!("'{key}': a value is text, a number, true or false, or a list of them"))
    })?;
    Ok(Entry { command, key, line, values, is_table })
}

/// `KEY=VALUE`, keys of tables within tables joined by dots.
fn pairs(table: DeTable<'_>, above: &str, values: &mut Vec<String>) -> Option<()> {
    for (key, value) in table {
        let key: Spanned<_> = key;
        let name = format!("{above}{}", key.into_inner());
        match value.into_inner() {
            DeValue::Table(inner) => pairs(inner, &format!("{name}."), values)?,
            value => values.push(format!("{name}={}", scalar(value)?)),
        }
    }
    Some(())
}

fn scalar(value: DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.into_owned()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut entries = entries(text).expect("readable");
        entries.retain(|entry| !entry.key.is_empty());
        let told =
            |e: &Entry| format!("{} {:?} {} {}", e.line, e.command, e.key, e.values.join("|"));
        entries.iter().map(told).collect()
    }

    #[test]
    fn keys_with_their_lines_and_values() {
        let text = "# ours\ndomain = 'ics-attack'\nplatform = [\n \"A\", \"B\" ]\nfail-under = 40.5\n\n[weight]\nlevel.high = 0.9\n\"a.b\" = 1\n[report]\nsince = 2026-01-01\nscan-text = true\n[gaps.priority-weight]\nthreat = 20\n";
        assert_eq!(
            told(text),
            [
                "2 None domain ics-attack",
                "3 None platform A|B",
                "5 None fail-under 40.5",
                "7 None weight a.b=1|level.high=0.9",
                "11 Some(\"report\") since 2026-01-01",
                "12 Some(\"report\") scan-text true",
                "13 Some(\"gaps\") priority-weight threat=20",
            ]
        );
    }

    #[test]
    fn what_is_no_option_has_its_line() {
        assert_eq!(entries("a = 1\na = 2\n").expect_err("twice").0, 2);
        assert_eq!(entries("a = 1\n\nb = \n").expect_err("no value").0, 3);
        assert_eq!(entries("\nweight = [[1]]").expect_err("a list of lists").0, 2);
        assert_eq!(entries("[report]\nx = [{a = 1}]").expect_err("a list of tables").0, 2);
    }

    #[test]
    fn paths_are_seen_from_the_file() {
        let settings = Settings { path: PathBuf::from("/a/coverlay.toml"), entries: Vec::new() };
        let of = |value, is_path, working: &str| {
            settings.path_of(value, is_path, "x", Path::new(working)).into_string()
        };
        assert_eq!(of("b.json", true, "/a/c").as_deref(), Ok("/a/b.json"));
        assert_eq!(of("b.json", true, "/a").as_deref(), Ok("b.json"));
        assert_eq!(of("/b.json", true, "/a/c").as_deref(), Ok("/b.json"));
        assert_eq!(of("-", true, "/a/c").as_deref(), Ok("-"));
        assert_eq!(of("b.json", false, "/a/c").as_deref(), Ok("b.json"));
    }
}
