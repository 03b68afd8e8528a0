//! A table of measurements: a column of rules, by id or title, beside one of precision or of
//! false-positive rates, and no column of techniques (that would be a table of rules).
//!
//! A share is written `0.93`, `93%` or `93`. A bare number up to 1 is a fraction, one above is a
//! percentage; only a bare `1` in a column that has numbers above 1 is one percent. Of several
//! rows of one rule the first counts.

use super::head::separators;
use super::rows::{Cell, Rows};
use crate::diagnostic::{Code, Severity};
use crate::float::float;
use crate::import::found::{Broken, Found, TextFormat, too_many_rules};
use crate::import::remarks::Remarks;
use crate::limits::{Limit, Limits};
use crate::lowercase::lowercase;
use crate::rule::{Measured, Share};
use std::collections::BTreeSet;

/// Its rung of the ladder.
pub(in crate::import) const TABLE: TextFormat =
    TextFormat { name: "CSV of precision", recognises, import };

/// The longest head that is looked at.
const LONGEST: usize = 4096;

/// Heads without case, blanks and punctuation.
const RULES: [&str; 14] = [
    "ruleid",
    "ruleuuid",
    "ruleguid",
    "detectionid",
    "id",
    "uuid",
    "guid",
    "rule",
    "rulename",
    "ruletitle",
    "title",
    "name",
    "detection",
    "detectionname",
];
/// Not "true positive rate", which some mean by it: to others that is recall.
const PRECISION: [&str; 5] =
    ["precision", "precisionrate", "precisionpercent", "ppv", "positivepredictivevalue"];
/// Not "fp" alone, which is as often their number.
const FALSE_POSITIVES: [&str; 9] = [
    "fprate",
    "fpr",
    "fppercent",
    "fpratio",
    "falsepositiverate",
    "falsepositiveratio",
    "falsepositivespercent",
    "falsepositivepercent",
    "falsealertrate",
];

/// Which columns hold what.
#[derive(Clone, Copy)]
struct Head {
    /// Its id before its title.
    rule: usize,
    precision: Option<usize>,
    false_positives: Option<usize>,
}

impl Head {
    /// The head and the rows below it; `None` for any other text.
    fn of(text: &str) -> Option<(Self, Rows<'_>)> {
        let mut lines = text.trim_start_matches(['\u{FEFF}', '\n', '\r', ' ']).lines();
        let first = lines.next().unwrap_or_default();
        // Excel writes its separator before the head.
        let line = if first.starts_with("sep=") { lines.next().unwrap_or_default() } else { first };
        // Quicker than looking for cells, and most texts have none of these.
        if line.len() > LONGEST || !has_word(line) {
            return None;
        }
        let (separators, is_stated) = separators(first);
        separators.into_iter().find_map(|separator| {
            let mut rows = Rows::new(text, separator);
            if is_stated {
                rows.skip_line();
            }
            let names: Vec<String> = rows.next()?.iter().map(|cell| plain(&cell.text())).collect();
            let find = |known: &[&str]| {
                known.iter().find_map(|name| names.iter().position(|own| own == name))
            };
            let has_techniques = names.iter().any(|name| {
                ["technique", "mitre", "attack", "ttp"].iter().any(|word| name.contains(word))
            });
            let head = Self {
                rule: find(&RULES)?,
                precision: find(&PRECISION),
                false_positives: find(&FALSE_POSITIVES),
            };
            let measures = head.precision.or(head.false_positives).is_some();
            (measures && !has_techniques).then_some((head, rows))
        })
    }
}

/// Whether a line may be a head: some column of shares has one of these in its name.
fn has_word(line: &str) -> bool {
    let line = lowercase(line);
    ["precision", "ppv", "positive", "fp", "false"].iter().any(|word| line.contains(word))
}

fn plain(head: &str) -> String {
    let spelt = lowercase(head).replace('%', "percent");
    spelt.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn recognises(text: &str) -> bool {
    Head::of(text).is_some()
}

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Written {
    /// With a percent sign.
    Percent(f64),
    Bare(f64),
}

impl Written {
    /// Also with a decimal comma and a blank before the sign.
    fn of(text: &str) -> Option<Self> {
        let (number, has_sign) = match text.trim().strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (text.trim(), false),
        };
        let is_plain = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
        if !number.chars().all(is_plain) {
            return None;
        }
        let number = float(&number.replace(',', "."))?;
        Some(if has_sign { Self::Percent(number) } else { Self::Bare(number) })
    }

    fn share(self, in_percent: bool) -> Option<Share> {
        match self {
            Self::Percent(number) => Share::new(number / 100.0),
            Self::Bare(number) if number > 1.0 || (in_percent && number == 1.0) => {
                Share::new(number / 100.0)
            }
            Self::Bare(number) => Share::new(number),
        }
    }
}

fn import(path: &str, text: &str, limits: &Limits) -> Result<Found, Broken> {
    let Some((head, rows)) = Head::of(text) else {
        return Err(Broken {
            code: Code::Syntax,
            line: Some(1),
            column: None,
            reason: "the head names no rule and no precision".to_owned(),
            remedy: "write a head such as rule_id,precision,fp_rate".to_owned(),
        });
    };
    let columns = [head.precision, head.false_positives];
    let in_percent = columns.map(|column| column.is_some_and(|at| is_in_percent(text, at)));
    let mut table = Table { path, columns, in_percent, remarks: Remarks::new(path) };
    let (mut measured, mut rows, mut known) = (Vec::new(), rows, BTreeSet::new());
    let mut too_many = None;
    while let Some(row) = rows.next() {
        let Some(record) = table.row(head.rule, &row) else { continue };
        let Some(cell) = row.get(head.rule) else { continue };
        if !known.insert(lowercase(&record.rule)) {
            let message = format!("'{}' has a row above; this one is not read", record.rule);
            table.odd(Severity::Warning, cell, message, "keep one row a rule");
            continue;
        }
        if measured.len() >= limits.count(Limit::FileRules) {
            too_many = Some(too_many_rules(path, cell.line, limits));
            break;
        }
        measured.push(record);
    }
    if let Some(place) = rows.unclosed_quote() {
        let message = "a quote is not closed; it was read as a character".to_owned();
        let hint = "close it; a quote inside a cell is written twice";
        table.remarks.add(Severity::Warning, Code::Syntax, place, message, hint);
    }
    let mut diagnostics = table.remarks.into_list();
    diagnostics.extend(too_many);
    Ok(Found { measured, diagnostics, ..Found::default() })
}

/// Whether a column has a bare number that can only be a percentage.
fn is_in_percent(text: &str, column: usize) -> bool {
    let Some((_, mut rows)) = Head::of(text) else { return false };
    while let Some(row) = rows.next() {
        let written = row.get(column).and_then(|cell| Written::of(&cell.text()));
        if matches!(written, Some(Written::Bare(number)) if number > 1.0 && number <= 100.0) {
            return true;
        }
    }
    false
}

struct Table<'p> {
    path: &'p str,
    /// Precision and false-positive rate.
    columns: [Option<usize>; 2],
    in_percent: [bool; 2],
    remarks: Remarks<'p>,
}

impl Table<'_> {
    /// A row with a rule and at least one share.
    fn row(&mut self, rule: usize, row: &[Cell<'_>]) -> Option<Measured> {
        let first = row.first()?;
        let name = row.get(rule).filter(|cell| !cell.is_empty());
        let mut shares = [None; 2];
        let mut has_any = false;
        for ((share, column), in_percent) in
            shares.iter_mut().zip(self.columns).zip(self.in_percent)
        {
            let Some(cell) = column.and_then(|at| row.get(at)).filter(|cell| !cell.is_empty())
            else {
                continue;
            };
            has_any = true;
            let text = cell.text();
            let written = Written::of(&text);
            *share = written.and_then(|written| written.share(in_percent));
            if share.is_none() {
                let message = format!("'{text}' is not a share from 0 to 1, or 0 % to 100 %");
                self.odd(Severity::Error, cell, message, "write 0.93, 93% or 93");
            } else if in_percent && matches!(written, Some(Written::Bare(n)) if n > 0.0 && n < 1.0)
            {
                let message = format!("'{text}' is read as a fraction, in a column of percents");
                self.odd(Severity::Warning, cell, message, "write a percent sign to make it clear");
            }
        }
        let Some(name) = name else {
            if has_any {
                let message = "the row names no rule; it is not read".to_owned();
                self.odd(Severity::Error, first, message, "add the rule's id or title");
            }
            return None;
        };
        let [precision, false_positives] = shares;
        (precision.is_some() || false_positives.is_some()).then(|| Measured {
            path: self.path.to_owned(),
            line: first.line,
            rule: name.text(),
            precision,
            false_positives,
        })
    }

    fn odd(&mut self, severity: Severity, cell: &Cell<'_>, message: String, hint: &str) {
        self.remarks.add(severity, Code::RuleField, (cell.line, cell.column), message, hint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(text: &str) -> Vec<(String, Option<f64>, Option<f64>)> {
        let found = import("m.csv", text, &Limits::default()).expect("a table");
        let get = |share: Option<Share>| share.map(Share::get);
        let row = |m: Measured| (m.rule, get(m.precision), get(m.false_positives));
        found.measured.into_iter().map(row).collect()
    }

    fn told(text: &str) -> Vec<(Option<u32>, Option<u32>)> {
        let found = import("m.csv", text, &Limits::default()).expect("a table");
        found.diagnostics.into_iter().map(|d| (d.line, d.column)).collect()
    }

    #[test]
    fn heads_of_measurements() {
        for text in [
            "rule_id,precision,fp_rate\n",
            "Rule Name;Precision (%);False Positive Rate\na;93;7\n",
            "title\tFP %\na\t7\n",
            "sep=;\nid;precision\n1;0.5\n",
            "\u{FEFF}id|precision\n1|0.5\n",
        ] {
            assert!(recognises(text), "{text}");
        }
        for text in [
            "",
            "precision\n0.9\n",
            "rule,technique,precision\na,T1059,0.9\n",
            "attack_id,rule,precision\nT1059,a,0.9\n",
            "host,precision\na,0.9\n",
            "title: precision\nfp_rate: 3\n",
            "rule,level\nprecision,high\n",
        ] {
            assert!(!recognises(text), "{text}");
        }
    }

    #[test]
    fn shares_in_all_spellings() {
        let text = "rule,precision,fp_rate\na,0.93,\nb,93%,7 %\n\"c, d\",1,0\n";
        let expected = [
            ("a".to_owned(), Some(0.93), None),
            ("b".to_owned(), Some(0.93), Some(0.07)),
            ("c, d".to_owned(), Some(1.0), Some(0.0)),
        ];
        assert_eq!(shares(text), expected);
        let percents = "id;precision;fp rate\na;93;1\nb;1;12,5\n";
        let expected =
            [("a".to_owned(), Some(0.93), Some(0.01)), ("b".to_owned(), Some(0.01), Some(0.125))];
        assert_eq!(shares(percents), expected, "a 1 among percents is one of them");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let text = "rule,precision,fp_rate\na,101,x\n,0.5,\nb,-1,0.5\nc,,\nB,0.2,\n";
        assert_eq!(shares(text), [("b".to_owned(), None, Some(0.5))]);
        let places = [(2, 3), (2, 7), (3, 1), (4, 3), (6, 1)];
        assert_eq!(told(text), places.map(|(line, column)| (Some(line), Some(column))));
        let mixed = "rule,precision\na,93\nb,0.5\n";
        assert_eq!(shares(mixed)[1].1, Some(0.5));
        assert_eq!(told(mixed), [(Some(3), Some(3))], "0.5 % may be meant");
    }

    proptest! {
        #[test]
        fn never_panics(
            text in prop_oneof![
                any::<String>(),
                "rule,precision,fp(a|,|;|%|1|0|\\.|\"|\n|ä| ){0,40}",
            ]
        ) {
            prop_assert_eq!(recognises(&text), import("x", &text, &Limits::default()).is_ok());
        }
    }
}
