//! A table of rules: `title,attack_id,level,status`, and whatever else its head names, in any
//! order; or a bare list of technique ids, one a line.
//!
//! Decisions:
//! - A table of rules has a column of techniques with ids in it, and a column with the rule's
//!   title, or nothing but columns that are known. A table with a time, a host, a user or
//!   a result in its head tells of alerts or tests, not of rules.
//! - Rows with the same id, or without ids the same title, are one rule.
//! - In a bare list each id is a rule of that name.
//! - In a column of techniques everything that is an id counts, whatever stands around it
//!   (`T1059.001: PowerShell`), also an address.

pub(super) mod counted;
mod head;
pub(super) mod measured;
mod rows;

use super::found::{Broken, Found, TextFormat, too_many_rules};
use super::mentions::Mentions;
use super::remarks::Remarks;
use crate::diagnostic::{Code, Severity};
use crate::limits::{Limit, Limits, MAX_BARE_LIST_BYTES, MAX_TABLE_TAGS};
use crate::lowercase::lowercase;
use crate::rule::{
    Claim, Format, Level, LogSource, Rule, Status, Tag, Written, mentions, parse_tag, platforms,
};
use head::{Column, Head};
use rows::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Its rung of the ladder.
pub(super) const TABLE: TextFormat = TextFormat { name: "CSV", recognises, import };

/// Rows and bytes behind the head that have to show that it is one.
const WINDOW_ROWS: usize = 50;
const WINDOW_BYTES: usize = 1 << 16;

const LEVELS: &[(&str, Level)] = &[
    ("informational", Level::Informational),
    ("information", Level::Informational),
    ("info", Level::Informational),
    ("low", Level::Low),
    ("medium", Level::Medium),
    ("moderate", Level::Medium),
    ("high", Level::High),
    ("critical", Level::Critical),
];

const STATUSES: &[(&str, Status)] = &[
    ("stable", Status::Stable),
    ("production", Status::Stable),
    ("test", Status::Test),
    ("testing", Status::Test),
    ("experimental", Status::Experimental),
    ("development", Status::Experimental),
    ("deprecated", Status::Deprecated),
    ("unsupported", Status::Unsupported),
];

/// Words of a column that says whether a rule is switched on, or of the status.
const OFF: [&str; 8] = ["false", "no", "n", "0", "off", "disabled", "inactive", "retired"];

fn recognises(text: &str) -> bool {
    // Quicker than looking for a head, and most texts that come this far have none.
    let is_id = |five: &[u8]| matches!(five, [b'T' | b't', digits @ ..] if digits.iter().all(u8::is_ascii_digit));
    if !text.as_bytes().windows(5).any(is_id) {
        return false;
    }
    if is_bare_list(text) {
        return true;
    }
    let Some((head, mut rows)) = Head::of(text) else { return false };
    let start = rows.consumed();
    let (mut with, mut without, mut names_one) = (0, 0, false);
    for _ in 0..WINDOW_ROWS {
        if rows.consumed() - start > WINDOW_BYTES {
            break;
        }
        let Some(row) = rows.next() else { break };
        for cell in head.all(&row, Column::Technique).filter(|cell| !cell.is_empty()) {
            let found = ids(cell);
            let is_technique = |tag: &Tag| matches!(tag.claims[..], [Claim::Technique(_), ..]);
            names_one |= found.iter().any(is_technique);
            if found.is_empty() { without += 1 } else { with += 1 }
        }
    }
    names_one && with > without
}

/// Whether every line is nothing but an id.
fn is_bare_list(text: &str) -> bool {
    if text.len() > MAX_BARE_LIST_BYTES {
        return false;
    }
    let mut lines = text.lines().map(bare).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            let is_short = line.len() <= 12 && line.starts_with(['T', 't']);
            is_short && matches!(Tag::technique(line, 1, 1).claims[..], [Claim::Technique(_)])
        })
}

fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | ';' | '\u{FEFF}'))
}

fn import(path: &str, text: &str, limits: &Limits) -> Result<Found, Broken> {
    let (head, mut rows) = match Head::of(text) {
        Some(found) if !is_bare_list(text) => found,
        _ => Head::of_bare_list(text),
    };
    let mut table = Table {
        path,
        remarks: Remarks::new(path),
        rules: Vec::new(),
        most: limits.count(Limit::FileRules),
        first_left_out: None,
        seen: Vec::new(),
        places: BTreeMap::new(),
        known: BTreeSet::new(),
    };
    while let Some(row) = rows.next() {
        if !table.row(&head, &row) {
            break;
        }
    }
    if let Some((line, column)) = rows.unclosed_quote() {
        let message = "a quote is not closed; it was read as a character".to_owned();
        let hint = "close it; a quote inside a cell is written twice";
        table.remarks.add(Severity::Warning, Code::Syntax, (line, column), message, hint);
    }
    for (rule, seen) in table.rules.iter_mut().zip(table.seen) {
        rule.mentions = seen.beside(&rule.tags);
    }
    let mut diagnostics = table.remarks.into_list();
    diagnostics.extend(table.first_left_out.map(|line| too_many_rules(path, line, limits)));
    Ok(Found { rules: table.rules, diagnostics, ..Found::default() })
}

struct Table<'p> {
    path: &'p str,
    remarks: Remarks<'p>,
    rules: Vec<Rule>,
    /// So many rules at most …
    most: usize,
    /// … and where the next one stands.
    first_left_out: Option<u32>,
    /// The prose of each rule; later rows may tag what earlier ones mention.
    seen: Vec<Mentions>,
    /// Rules by id or title.
    places: BTreeMap<String, usize>,
    /// Tags of rules: rows of one rule repeat its tactics.
    known: BTreeSet<(usize, String)>,
}

impl Table<'_> {
    /// Whether there is room for more.
    fn row(&mut self, head: &Head, row: &[Cell<'_>]) -> bool {
        let text = |column| head.all(row, column).map(Cell::text).find(|text| !text.is_empty());
        let mut tags: Vec<Tag> = head
            .all(row, Column::Tactic)
            .flat_map(|cell| cell.words(&[',', ';', '|', '\n']))
            .map(|(word, line, column)| Tag::tactic(word, line, column))
            .collect();
        let techniques: Vec<Tag> = head.all(row, Column::Technique).flat_map(ids).collect();
        let (id, mut title) = (text(Column::Id), text(Column::Title));
        let Some(first) = row.first() else { return true };
        if title.is_none() && id.is_none() {
            title = techniques.first().map(|tag| tag.written.clone());
            if title.is_none() {
                // Blank, or a rule off below a table.
                return true;
            }
            if head.names_rules() {
                let message =
                    "the row names no rule; its technique stands in for a title".to_owned();
                let place = (first.line, first.column);
                self.remarks.add(
                    Severity::Warning,
                    Code::RuleField,
                    place,
                    message,
                    "add a title or an id",
                );
            }
        }
        tags.extend(techniques);
        let name = id.clone().or_else(|| title.clone()).unwrap_or_default();
        let place = match self.places.get(&lowercase(&name)) {
            Some(place) => *place,
            None if self.rules.len() >= self.most => {
                self.first_left_out = Some(first.line);
                return false;
            }
            None => {
                let place = self.rules.len();
                self.places.insert(lowercase(&name), place);
                self.seen.push(Mentions::default());
                let rule = self.rule(head, row, id, title.unwrap_or(name));
                self.rules.push(Rule {
                    line: first.line,
                    document: u32::try_from(place).unwrap_or(u32::MAX),
                    ..rule
                });
                place
            }
        };
        if let Some(rule) = self.rules.get_mut(place) {
            tags.retain(|tag| self.known.insert((place, lowercase(&tag.written))));
            let room = MAX_TABLE_TAGS - rule.tags.len();
            if let Some(tag) = tags.get(room) {
                let message = format!("more than {MAX_TABLE_TAGS} tags; the rest was not read");
                let hint = "give each rule its own rows";
                let place = (tag.line, tag.column);
                self.remarks.add(Severity::Warning, Code::RuleField, place, message, hint);
            }
            tags.truncate(room);
            rule.tags.extend(tags);
        }
        if let Some(seen) = self.seen.get_mut(place) {
            for cell in head.all(row, Column::Prose) {
                seen.see(cell.raw, (cell.line, cell.column));
            }
        }
        true
    }

    fn rule(&mut self, head: &Head, row: &[Cell<'_>], id: Option<String>, title: String) -> Rule {
        let cell = |column| head.all(row, column).find(|cell| !cell.is_empty());
        let text = |column| cell(column).map(Cell::text).unwrap_or_default();
        let level = Written::on_scale(&text(Column::Level), LEVELS);
        if let Some(cell) = cell(Column::Level).filter(|_| level.value.is_none()) {
            let hint = "use informational, low, medium, high or critical";
            self.odd(cell, &format!("the level '{}' is not known", cell.text()), hint);
        }
        let status = Written::on_scale(&text(Column::Status), STATUSES);
        let is_off = |text: &str| OFF.iter().any(|word| word.eq_ignore_ascii_case(text));
        let mut date = |column| {
            let cell = cell(column)?;
            let date = crate::date::Date::read(&cell.text());
            if date.is_none() {
                let message = format!("'{}' cannot be read as a date", cell.text());
                self.odd(cell, &message, "write YYYY-MM-DD");
            }
            date
        };
        let (written, modified) = (date(Column::Date), date(Column::Modified));
        let log_source = log_source(&text(Column::LogSource), text);
        let listed = text(Column::Platforms);
        let words = listed.split([',', ';', '|', '\n']);
        Rule {
            id,
            title: title
                .strip_prefix('\'')
                .filter(|t| t.starts_with(['=', '+', '-', '@']))
                .unwrap_or(&title)
                .to_owned(),
            level,
            enabled: !is_off(&text(Column::Enabled)) && !is_off(&status.text),
            status,
            date: written,
            modified,
            platforms: platforms(words.chain([log_source.product.as_str(), &log_source.service])),
            log_source,
            ..Rule::new(Format::Csv, self.path)
        }
    }

    fn odd(&mut self, cell: &Cell<'_>, message: &str, hint: &str) {
        let place = (cell.line, cell.column);
        self.remarks.add(Severity::Warning, Code::RuleField, place, message.to_owned(), hint);
    }
}

/// Columns of its own, or one column with the parts between slashes, as Coverlay writes it.
fn log_source(whole: &str, text: impl Fn(Column) -> String) -> LogSource {
    let own =
        LogSource::new(&text(Column::Product), &text(Column::Category), &text(Column::Service));
    if !own.is_empty() {
        return own;
    }
    let parts: Vec<&str> = whole.split(" / ").collect();
    match parts[..] {
        [product, category, service] => LogSource::new(product, category, service),
        [product, category] => LogSource::new(product, category, ""),
        _ => LogSource::new("", "", whole),
    }
}

/// The ids in a cell of a technique column.
fn ids(cell: &Cell<'_>) -> Vec<Tag> {
    const BETWEEN: [char; 14] =
        [',', ';', '|', ' ', '\n', '\r', '\t', '+', '&', ':', '(', ')', '[', ']'];
    let mut tags = Vec::new();
    for (word, line, column) in cell.words(&BETWEEN) {
        let lower = word.to_ascii_lowercase();
        let digits = |prefix: &str| {
            lower
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        if digits("t") || digits("aml.t") {
            tags.push(Tag::technique(word, line, column));
        } else if digits("ta") {
            tags.push(Tag::tactic(word, line, column));
        } else if lower.starts_with("attack.") && lower.is_ascii() && !lower.contains('/') {
            tags.push(Tag { written: word.to_owned(), line, column, claims: parse_tag(word) });
        }
    }
    if tags.is_empty() {
        tags = mentions(cell.raw, cell.line);
        for tag in tags.iter_mut().filter(|tag| tag.line == cell.line) {
            tag.column += cell.column - 1;
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(String, Vec<String>)> {
        let found = import("x", text, &Limits::default()).expect("a table");
        let written = |rule: Rule| rule.tags.into_iter().map(|tag| tag.written).collect();
        found.rules.into_iter().map(|rule| (rule.title.clone(), written(rule))).collect()
    }

    fn pair(title: &str, tags: &[&str]) -> (String, Vec<String>) {
        (title.to_owned(), tags.iter().map(|tag| (*tag).to_owned()).collect())
    }

    #[test]
    fn tables_of_rules() {
        for text in [
            "title,attack_id,level,status\nA,T1059,high,stable\n",
            "Rule Name;MITRE ATT&CK Technique ID;Severity\nA;T1059.001;High\n",
            "name\ttechnique\nA\tT1059: Command and Scripting Interpreter\n",
            "Technique|Title\nT1059|A\n",
            "sep=;\nTitle;Technique\nA;T1059\n",
            "technique\nT1059\n",
            "Tactic,Technique\nExecution,T1059\n",
            "rule,mitre\n\"A, b\",\"T1059, T1003\"\n",
            "use case,ttps\nA,https://attack.mitre.org/techniques/T1059/001/\n",
            "T1059\nT1003.001\n",
            "\"T1059\",\n\nT1003;\n",
        ] {
            assert!(recognises(text), "{text}");
        }
    }

    #[test]
    fn other_tables_are_left_alone() {
        for text in [
            "",
            "\n",
            "title,level\nA,high\n",
            "title,technique\nA,PowerShell\nB,Phishing\n",
            "timestamp,host,rule,technique\n2024-05-01T10:00:00Z,pc1,A,T1059\n",
            "Event Time,Rule Name,Technique\n10:00,A,T1059\n",
            "rule,technique,User Name\nA,T1059,x\n",
            "rule,technique,src_ip\nA,T1059,10.0.0.1\n",
            "Tactic,Technique #,Technique Name,Test #,Test Name\nExecution,T1059,x,1,y\n",
            "technique,test_name,result\nT1059,x,blocked\n",
            "technique_id,technique_name\nT1059,Command and Scripting Interpreter\n",
            "ID,name,description\nT1059,x,y\n",
            "| Title | Technique |\n|---|---|\n| A | T1059 |\n",
            "We looked at technique\nT1059 and others\n",
            "T1059 PowerShell\nT1003\n",
            "T1059\nand more\n",
            "title: x\ntags:\n  - attack.t1059\n",
        ] {
            assert!(!recognises(text), "{text}");
        }
    }

    #[test]
    fn rows_of_one_rule_are_one_rule() {
        let text =
            "title,tactic,technique\nA,Execution,T1059\nB,,T1003\na,Execution,T1059.001\nC,,\n";
        let expected = [
            pair("A", &["Execution", "T1059", "T1059.001"]),
            pair("B", &["T1003"]),
            pair("C", &[]),
        ];
        assert_eq!(read(text), expected);
        let by_id = "id,title,technique\n1,A,T1059\n2,A,T1003\n1,A2,T1027\n";
        assert_eq!(read(by_id), [pair("A", &["T1059", "T1027"]), pair("A", &["T1003"])]);
        assert_eq!(
            read("T1059\nT1003\nT1059\n"),
            [pair("T1059", &["T1059"]), pair("T1003", &["T1003"])]
        );
    }

    #[test]
    fn cells_hold_several_ids_in_many_spellings() {
        let text = "title,technique\nA,\"T1059.001 (PowerShell); t1003/001\nattack.t1027 T10591, TA0002, AML.T0051\"\n";
        let found = import("x", text, &Limits::default()).expect("a table");
        let tags: Vec<_> =
            found.rules[0].tags.iter().map(|t| (t.written.as_str(), t.line, t.column)).collect();
        let expected = [
            ("T1059.001", 2, 4),
            ("t1003/001", 2, 28),
            ("attack.t1027", 3, 1),
            ("T10591", 3, 14),
            ("TA0002", 3, 22),
            ("AML.T0051", 3, 30),
        ];
        assert_eq!(tags, expected);
        let malformed = |tag: &&Tag| matches!(tag.claims[..], [Claim::Malformed(_)]);
        assert_eq!(found.rules[0].tags.iter().filter(malformed).count(), 1);
    }

    #[test]
    fn all_columns_of_our_own_table() {
        let text = "title,attack_id,level,status,id,log_source,date,modified,path,counted\n\
                    \"'=A, \"\"b\"\"\",T1059,high,experimental,7,windows / process_creation / sysmon,2024-05-01,,a.yml,yes\n";
        let rule = import("x", text, &Limits::default()).expect("a table").rules.remove(0);
        assert_eq!(rule.title, "=A, \"b\"");
        assert_eq!(
            (rule.level.value, rule.status.value),
            (Some(Level::High), Some(Status::Experimental))
        );
        assert_eq!(
            (rule.id.as_deref(), rule.date.map(|d| d.to_string()).as_deref()),
            (Some("7"), Some("2024-05-01"))
        );
        assert_eq!(rule.log_source.to_string(), "windows / process_creation / sysmon");
        assert_eq!(rule.platforms, ["Windows"]);
    }

    #[test]
    fn limits() {
        let ids: String =
            (0..20_000).map(|n| format!("T{:04}.{:03} ", n / 1000, n % 1000)).collect();
        let text = format!("title,technique\nA,{ids}\nA,{ids}\nA,T9999{}\n", ",".repeat(1 << 16));
        let found = import("x", &text, &Limits::default()).expect("a table");
        assert_eq!(found.rules[0].tags.len(), MAX_TABLE_TAGS);
        assert_eq!(found.diagnostics.len(), 1, "the last row has one tag too many");
        assert!(!recognises(&"T1059\n".repeat(MAX_BARE_LIST_BYTES / 6 + 1)));
    }

    proptest! {
        #[test]
        fn never_panics_and_always_says_the_same(
            text in prop_oneof![
                any::<String>(),
                "(title|technique|name|,|;|T1059|\"|\n|\t|ä| ){0,40}",
                "title,technique\n(T1059|,|;|\"|\n|\r|ä| ){0,40}",
            ]
        ) {
            prop_assert_eq!(recognises(&text), recognises(&text));
            let (one, other) = (import("x", &text, &Limits::default()), import("x", &text, &Limits::default()));
            let rules = |found: &Result<Found, Broken>| found.as_ref().map(|f| f.rules.clone()).ok();
            prop_assert_eq!(rules(&one), rules(&other));
        }
    }
}
