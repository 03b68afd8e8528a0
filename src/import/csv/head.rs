//! The head of a table: which column is what, and which separator it takes to see it.

use super::rows::{Cell, Rows};
use crate::lowercase::lowercase;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Title,
    Id,
    Technique,
    Tactic,
    Level,
    Status,
    Enabled,
    Date,
    Modified,
    LogSource,
    Product,
    Category,
    Service,
    Platforms,
    /// May mention techniques.
    Prose,
    /// Nobody knows.
    Other,
}

/// Heads without case, blanks and punctuation.
const NAMES: &[(Column, &[&str])] = &[
    (
        Column::Title,
        &[
            "title",
            "name",
            "rule",
            "rulename",
            "ruletitle",
            "detection",
            "detectionname",
            "detectionrule",
            "displayname",
            "usecase",
            "usecasename",
            "analytic",
            "analyticname",
            "alertname",
            "alerttitle",
        ],
    ),
    (
        Column::Id,
        &[
            "id",
            "ruleid",
            "uuid",
            "guid",
            "identifier",
            "ruleuuid",
            "ruleguid",
            "detectionid",
            "usecaseid",
        ],
    ),
    (Column::Level, &["level", "severity", "criticality", "priority", "rulelevel", "ruleseverity"]),
    (Column::Status, &["status", "state", "maturity", "rulestatus"]),
    (Column::Enabled, &["enabled", "isenabled", "active", "isactive", "ruleenabled"]),
    (
        Column::Date,
        &[
            "date",
            "created",
            "createdat",
            "createdon",
            "creationdate",
            "datecreated",
            "createddate",
            "creationtime",
            "createdtime",
        ],
    ),
    (
        Column::Modified,
        &[
            "modified",
            "modifiedat",
            "lastmodified",
            "datemodified",
            "modifieddate",
            "lastmodifieddate",
            "updated",
            "updatedat",
            "lastupdated",
            "updateddate",
            "lastchange",
            "lastmodifiedtime",
            "lastupdatedtime",
            "updatetime",
        ],
    ),
    (
        Column::LogSource,
        &["logsource", "logsources", "datasource", "datasources", "source", "sourcetype"],
    ),
    (Column::Product, &["product", "logsourceproduct"]),
    (Column::Category, &["category", "logsourcecategory"]),
    (Column::Service, &["service", "logsourceservice"]),
    (Column::Platforms, &["platform", "platforms", "os", "operatingsystem"]),
    (
        Column::Prose,
        &[
            "description",
            "comment",
            "comments",
            "note",
            "notes",
            "reference",
            "references",
            "link",
            "url",
            "author",
        ],
    ),
];

/// Last words of heads of tables that tell of events, alerts or tests.
const FOREIGN: [&str; 30] = [
    "time",
    "timestamp",
    "datetime",
    "eventtime",
    "alerttime",
    "firstseen",
    "lastseen",
    "seen",
    "host",
    "hostname",
    "computer",
    "computername",
    "device",
    "devicename",
    "machine",
    "endpoint",
    "user",
    "username",
    "account",
    "accountname",
    "ip",
    "srcip",
    "destip",
    "test",
    "testname",
    "result",
    "outcome",
    "executor",
    "incident",
    "analyst",
];

/// Of a head that is a technique's, or with `tactic` a tactic's, these words and no others.
const ATTACK: [&str; 14] = [
    "mitre",
    "attack",
    "attck",
    "enterprise",
    "subtechniques",
    "subtechnique",
    "techniques",
    "technique",
    "ttps",
    "ttp",
    "tactics",
    "tactic",
    "ids",
    "id",
];

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Head {
    columns: Vec<Column>,
}

impl Head {
    /// The head of a table of rules and the rows below it; `None` for any other text.
    pub(super) fn of(text: &str) -> Option<(Self, Rows<'_>)> {
        /// The longest head that is looked at.
        const LONGEST: usize = 4096;
        let text_line = text.trim_start_matches(['\u{FEFF}', '\n', '\r', ' ']);
        let first = text_line.lines().next().unwrap_or_default();
        // Markdown, and what is no table at all.
        if first.starts_with('|') || first.len() > LONGEST {
            return None;
        }
        let (separators, is_stated) = separators(first);
        let mut best: Option<(Self, Rows<'_>)> = None;
        for separator in separators {
            let mut rows = Rows::new(text, separator);
            if is_stated {
                rows.skip_line();
            }
            let Some(cells) = rows.next() else { continue };
            if cells.iter().map(|cell| cell.raw.len()).sum::<usize>() > LONGEST {
                continue;
            }
            let columns: Vec<Column> = cells.iter().map(|cell| column(&cell.text())).collect();
            let known = best.as_ref().map_or(0, |(head, _)| head.columns.len());
            let is_table = cells.iter().all(|cell| !is_foreign(&cell.text()));
            // One column needs no separator, and its ids may be separated by any.
            let is_better =
                columns.len() > known && (columns.len() > 1 || separator.is_none() || is_stated);
            let head = Self { columns };
            if is_better && is_table && head.is_of_rules() {
                best = Some((head, rows));
            }
        }
        best
    }

    /// One column of techniques and no head.
    pub(super) fn of_bare_list(text: &str) -> (Self, Rows<'_>) {
        (Self { columns: vec![Column::Technique] }, Rows::new(text, None))
    }

    fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }

    /// Whether a row can name its rule.
    pub(super) fn names_rules(&self) -> bool {
        self.has(Column::Title) || self.has(Column::Id)
    }

    fn is_of_rules(&self) -> bool {
        self.has(Column::Technique) && (self.has(Column::Title) || !self.has(Column::Other))
    }

    /// The cells of all columns of this kind.
    pub(super) fn all<'r, 't>(
        &'r self,
        row: &'r [Cell<'t>],
        column: Column,
    ) -> impl Iterator<Item = &'r Cell<'t>> {
        self.columns.iter().zip(row).filter(move |(own, _)| **own == column).map(|(_, cell)| cell)
    }
}

/// The separators a table may have, by its first line, and whether that line only states one, as
/// Excel writes it before the head.
pub(super) fn separators(first: &str) -> (Vec<Option<char>>, bool) {
    match first.strip_prefix("sep=") {
        Some(rest) => (vec![rest.trim().chars().next()], true),
        None => (vec![Some(','), Some(';'), Some('\t'), Some('|'), None], false),
    }
}

/// What a head names.
fn column(head: &str) -> Column {
    let plain: String = lowercase(head).chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let found = NAMES.iter().find(|(_, names)| names.contains(&plain.as_str()));
    found.map(|(column, _)| *column).or_else(|| attack_column(&plain)).unwrap_or(Column::Other)
}

/// `mitreattacktechniqueids`, taken apart.
fn attack_column(plain: &str) -> Option<Column> {
    let mut rest = plain;
    let mut words = Vec::new();
    while !rest.is_empty() {
        let word = ATTACK.iter().find(|word| rest.starts_with(**word))?;
        words.push(*word);
        rest = &rest[word.len()..];
    }
    if words.iter().any(|word| word.starts_with("tactic")) {
        return Some(Column::Tactic);
    }
    words.iter().any(|word| !word.starts_with("id")).then_some(Column::Technique)
}

/// Whether a head belongs to events, alerts or tests: `src_ip`, `Event Time`, `host.name`.
fn is_foreign(head: &str) -> bool {
    if column(head) != Column::Other {
        return false;
    }
    let lower = lowercase(head);
    let mut words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && matches!(words.last(), Some(&("name" | "id" | "address"))) {
        words.pop();
    }
    words.last().is_some_and(|last| FOREIGN.contains(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let cases = [
            ("title", Column::Title),
            ("Rule Name", Column::Title),
            ("rule_id", Column::Id),
            ("attack_id", Column::Technique),
            ("MITRE ATT&CK Technique ID(s)", Column::Technique),
            ("Sub-technique", Column::Technique),
            ("mitre", Column::Technique),
            ("Technique #", Column::Technique),
            ("TTPs", Column::Technique),
            ("MITRE Tactics", Column::Tactic),
            ("Tactic ID", Column::Tactic),
            ("Technique Name", Column::Other),
            ("IDs", Column::Other),
            ("Severity", Column::Level),
            ("log source", Column::LogSource),
            ("Last-Modified", Column::Modified),
            ("", Column::Other),
        ];
        for (head, expected) in cases {
            assert_eq!(column(head), expected, "{head}");
        }
    }

    #[test]
    fn foreign_heads() {
        for head in [
            "@timestamp",
            "_time",
            "Event Time",
            "host.name",
            "User ID",
            "source IP address",
            "Test #",
        ] {
            assert!(is_foreign(head), "{head}");
        }
        for head in ["time window", "update time", "risk score", "author", "user story", "rule_id"]
        {
            assert!(!is_foreign(head), "{head}");
        }
    }
}
