//! Alerts by technique as a table, one row a technique or sub-technique in scope, by id. RFC 4180
//! with `\n` line ends, UTF-8 without BOM, no cell a formula.

use super::alerts_layer::AlertsOf;
use super::csv::push_cell;
use crate::coverage::detections::Blank;

/// The columns. More may follow at the end.
pub const COLUMNS: [&str; 10] = [
    "id",
    "name",
    "tactics",
    "alerts",
    "alerts_with_sub_techniques",
    "alerts_before",
    "alerts_before_with_sub_techniques",
    "rules",
    "blank",
    "observable",
];

/// Writes it.
///
/// - `alerts`: on exactly this id; `alerts_with_sub_techniques`: each alert once.
/// - `alerts_before`: in the window of the same length before; empty without a window.
/// - `rules`: rules that cover it, itself or through sub-techniques where none names it.
/// - `blank`: why there is no alert, `no_rule` or `no_match`; empty where there is one.
pub fn write(of: &AlertsOf<'_>) -> String {
    let AlertsOf { catalogue, coverage, .. } = *of;
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    for index in catalogue.indices().filter(|index| coverage.technique(*index).in_scope) {
        let technique = catalogue.technique(index);
        let cell = of.cell(index);
        let tactics = technique.tactics.iter();
        let tactics = tactics.filter_map(|at| catalogue.tactics.get(usize::from(*at)));
        let tactics: Vec<&str> = tactics.map(|tactic| tactic.shortname.as_str()).collect();
        let before = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
        let row = [
            technique.id.to_string(),
            technique.name.clone(),
            tactics.join(" "),
            cell.count.own.to_string(),
            cell.count.with_subs.to_string(),
            before(cell.before.map(|before| before.own)),
            before(cell.before.map(|before| before.with_subs)),
            coverage.technique(index).covering().len().to_string(),
            cell.blank.map_or("", Blank::as_str).to_owned(),
            if cell.observable { "yes" } else { "no" }.to_owned(),
        ];
        for (at, text) in row.iter().enumerate() {
            if at > 0 {
                csv.push(',');
            }
            push_cell(&mut csv, text);
        }
        csv.push('\n');
    }
    csv
}
