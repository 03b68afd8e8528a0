//! The rules as a table: one row for each technique a rule counts on, one with an empty
//! `attack_id` for a rule that names none. RFC 4180 with `\n` line ends, UTF-8 without BOM.

use crate::attack::Catalogue;
use crate::coverage::Coverage;
use crate::heatmap::wording::plain;
use crate::rule::{Intake, Rule, RuleIndex, Written};
use std::borrow::Cow;

/// The columns. The first four come first for good; more may follow at the end.
pub const COLUMNS: [&str; 12] = [
    "title",
    "attack_id",
    "level",
    "status",
    "id",
    "log_source",
    "date",
    "modified",
    "path",
    "counted",
    "format",
    "enabled",
];

/// Writes the table, rules in the order of the intake (by path), techniques by id.
///
/// - `attack_id`: the id counted on, after revoked ids are followed.
/// - `level`, `status`: the specification's spelling, or as written where it is none of those.
/// - `counted`: `yes`, `duplicate`, `status deprecated` (or another status left out), or `not
///   picked` where only other rules count.
///
/// What a spreadsheet would take for a formula gets a leading apostrophe
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
pub fn rules(catalogue: &Catalogue, coverage: &Coverage, intake: &Intake) -> String {
    let rows: Vec<RuleIndex> = (0..).take(intake.rules.len()).collect();
    listed(catalogue, coverage, intake, &rows)
}

/// [`rules`] of some rules only, in the order given.
pub fn listed(
    catalogue: &Catalogue,
    coverage: &Coverage,
    intake: &Intake,
    rows: &[RuleIndex],
) -> String {
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    for at in rows.iter().copied() {
        let place = at as usize;
        let (Some(rule), Some(claims)) =
            (intake.rules.get(place), coverage.claims.techniques.get(place))
        else {
            continue;
        };
        let counted = counted(coverage, intake, at);
        let ids = claims.iter().map(|index| catalogue.technique(*index).id.to_string());
        let ids: Vec<_> = if claims.is_empty() { vec![String::new()] } else { ids.collect() };
        for id in ids {
            push_row(&mut csv, rule, &id, &counted);
        }
    }
    csv
}

/// `yes`, or why a rule does not count, see [`rules`].
pub(super) fn counted(coverage: &Coverage, intake: &Intake, at: RuleIndex) -> Cow<'static, str> {
    let is_in = |list: &[RuleIndex]| list.binary_search(&at).is_ok();
    if intake.is_duplicate(at) {
        Cow::Borrowed("duplicate")
    } else if is_in(&coverage.excluded) {
        let status = intake.rules.get(at as usize).map(|rule| rule.status.known().as_str());
        Cow::Owned(format!("status {}", status.unwrap_or_default()))
    } else if is_in(&coverage.disabled) {
        Cow::Borrowed("disabled")
    } else if is_in(&coverage.switched_off) {
        Cow::Borrowed("switched off")
    } else if is_in(&coverage.mapped) || is_in(&coverage.unmapped) {
        Cow::Borrowed("yes")
    } else {
        Cow::Borrowed("not picked")
    }
}

fn push_row(csv: &mut String, rule: &Rule, attack_id: &str, counted: &str) {
    let date = |date: Option<crate::date::Date>| date.map(|d| d.to_string()).unwrap_or_default();
    let log_source =
        if rule.log_source.is_empty() { String::new() } else { rule.log_source.to_string() };
    let cells = [
        rule.title.as_str(),
        attack_id,
        spelling(&rule.level, rule.level.value.map(|level| level.as_str())),
        spelling(&rule.status, rule.status.value.map(|status| status.as_str())),
        rule.id.as_deref().unwrap_or_default(),
        &log_source,
        &date(rule.date),
        &date(rule.modified),
        &rule.path,
        counted,
        rule.format.as_str(),
        if rule.enabled { "yes" } else { "no" },
    ];
    for (at, text) in cells.into_iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        push_cell(csv, text);
    }
    csv.push('\n');
}

pub(super) fn spelling<'a, T>(written: &'a Written<T>, known: Option<&'static str>) -> &'a str {
    known.unwrap_or(&written.text)
}

/// The text of a cell wherever a spreadsheet reads it: plain, and no formula.
pub fn no_formula(text: &str) -> String {
    let mut text = plain(text);
    // Also the full-width forms, which spreadsheets of East Asian locales take for the same.
    if text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        text.insert(0, '\'');
    }
    text
}

/// One cell: plain, no formula, quoted where it must be.
pub(super) fn push_cell(csv: &mut String, text: &str) {
    let text = no_formula(text);
    let quoted = text.contains([',', '"']);
    if quoted {
        csv.push('"');
    }
    csv.push_str(&text.replace('"', "\"\""));
    if quoted {
        csv.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut csv = String::new();
        push_cell(&mut csv, text);
        csv
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u{200b}=1"] {
            assert!(cell(text).starts_with('\''), "{text:?}: {}", cell(text));
        }
        assert_eq!(cell("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
        assert_eq!(cell("a=b"), "a=b");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(cell("a, b"), "\"a, b\"");
        assert_eq!(cell("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(cell("two\nlines;\ttab"), "two lines; tab");
    }
}
