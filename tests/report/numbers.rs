//! The numbers of the document, as its CSV files say them, are those of the JSON report.

use crate::subject::{Made, everything, folder, newest};
use coverlay::export::report::csv_set;
use coverlay::source::SourceFile;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A table by the names of its columns.
pub(crate) type Table = Vec<BTreeMap<String, String>>;

/// Reads RFC 4180.
pub(crate) fn parse(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        let row = rows.last_mut().expect("a row");
        let cell = row.last_mut().expect("a cell");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            other => cell.push(other),
        }
    }
    assert_eq!(rows.pop(), Some(vec![String::new()]), "the last line has its end");
    rows
}

pub(crate) fn tables(made: &Made) -> BTreeMap<String, Table> {
    let read = |(name, bytes): (String, Vec<u8>)| {
        let mut rows = parse(&String::from_utf8(bytes).expect("UTF-8")).into_iter();
        let head = rows.next().expect("a head");
        let table = rows.map(|row| {
            assert_eq!(row.len(), head.len(), "{name}: {row:?}");
            head.iter().cloned().zip(row).collect()
        });
        let table: Table = table.collect();
        (name, table)
    };
    csv_set::files(&made.report(true)).into_iter().map(read).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("'{text}' is no number"))
}

/// Each row of a table against each of a list, column by column.
#[track_caller]
fn same(table: &Table, list: &Value, columns: &[(&str, &str)]) {
    let list = list.as_array().expect("a list");
    assert_eq!(table.len(), list.len());
    for (row, one) in table.iter().zip(list) {
        for (column, key) in columns {
            let (cell, value) = (&row[*column], &one[*key]);
            let equal = match value {
                Value::Null => cell.is_empty(),
                Value::Number(_) => {
                    (number(cell) - value.as_f64().expect("a number")).abs() < 0.005
                }
                Value::Array(all) => {
                    let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
                    *cell == all.join("; ")
                }
                other => Some(cell.as_str()) == other.as_str(),
            };
            assert!(equal, "{column}: {cell} is not {key}: {value}");
        }
    }
}

fn agree(made: &Made) {
    let (tables, json) = (tables(made), made.json());
    let table = |name: &str| &tables[name];
    let summary = &json["summary"];
    let counts: BTreeMap<&str, &BTreeMap<String, String>> =
        table("summary.csv").iter().map(|row| (row["What"].as_str(), row)).collect();
    for (what, pointer) in [
        ("Rules read", "/rules_read"),
        ("Rules counted", "/rules"),
        ("Rules mapped", "/rules_mapped"),
        ("Rules unmapped", "/rules_unmapped"),
        ("Rules that cannot be mapped", "/rules_unmappable"),
        ("Rules left out for their status", "/rules_excluded"),
        ("Rules disabled", "/rules_disabled"),
        ("Rules switched off", "/rules_switched_off"),
        ("Copies", "/duplicates"),
        ("Tests of techniques", "/tests"),
    ] {
        let told = summary.pointer(pointer).and_then(Value::as_f64);
        assert_eq!(Some(number(&counts[what]["Count"])), told, "{what}");
    }
    for (what, part, whole) in [
        ("Techniques covered", "/techniques/covered", "/techniques/total"),
        ("Techniques named", "/techniques/direct", "/techniques/total"),
        ("Techniques only via sub-techniques", "/techniques/via_subtechnique", "/techniques/total"),
        ("Sub-techniques covered", "/subtechniques/covered", "/subtechniques/total"),
        (
            "Techniques with a score of 80 or more",
            "/score_at_least_80/techniques",
            "/techniques/total",
        ),
    ] {
        let told = |pointer: &str| summary.pointer(pointer).and_then(Value::as_f64);
        assert_eq!(Some(number(&counts[what]["Covered"])), told(part), "{what}");
        assert_eq!(Some(number(&counts[what]["Covered, of"])), told(whole), "{what}");
    }
    same(
        table("covered-of-what.csv"),
        &json["panel"]["denominators"],
        &[
            ("Covered", "covered"),
            ("Covered, of", "total"),
            ("Covered, percent", "percent"),
            ("What is counted", "sentence"),
        ],
    );
    same(
        table("states.csv"),
        &summary["states"],
        &[("Techniques", "techniques"), ("Sub-techniques", "subtechniques")],
    );
    same(
        table("rules-per-technique.csv"),
        &json["panel"]["rules_per_technique"],
        &[
            ("Rules", "rules"),
            ("Techniques", "techniques"),
            ("Exact ids", "exact"),
            ("Which techniques", "ids"),
        ],
    );
    same(
        table("concentration.csv"),
        &json["panel"]["concentration"]["top"],
        &[("Id", "id"), ("Rules", "rules")],
    );
    let weakest: Table = table("weakest.csv").iter().take(20).cloned().collect();
    same(
        &weakest,
        &json["panel"]["weakest"],
        &[
            ("Log source", "log_source"),
            ("Rules", "rules"),
            ("Techniques", "techniques"),
            ("Sub-techniques", "subtechniques"),
            ("Score points", "score_points"),
        ],
    );
    same(
        table("tactics.csv"),
        &json["tactics"],
        &[
            ("Tactic", "name"),
            ("Id", "id"),
            ("Techniques", "techniques_covered"),
            ("Techniques, of", "techniques_total"),
            ("Techniques, percent", "percent"),
            ("Rules", "rules"),
            ("Depth", "median_log_sources"),
            ("Not covered", "uncovered"),
        ],
    );
    same(
        table("platforms.csv"),
        &json["platform_families"],
        &[
            ("Platform", "name"),
            ("Seen", "covered_visible"),
            ("Seen, of", "total"),
            ("Seen, percent", "percent_visible"),
            ("Perhaps", "covered_platform_not_stated"),
            ("By any rule", "covered"),
            ("By any rule, percent", "percent"),
            ("Platforms", "platforms"),
            ("Covered by no rule", "uncovered"),
            ("Not seen", "blind_spots"),
        ],
    );
    for (row, family) in table("platforms-by-tactic.csv")
        .iter()
        .zip(json["platform_families"].as_array().expect("a list"))
    {
        let tactics = family["tactics"].as_array().expect("a list");
        for (tactic, name) in tactics.iter().zip(json["tactics"].as_array().expect("a list")) {
            let name = name["name"].as_str().expect("a name");
            let told = |key: &str| tactic[key].as_f64().expect("a number");
            if told("total") > 0.0 {
                assert_eq!(number(&row[name]), told("covered_visible"));
                assert_eq!(number(&row[&format!("{name}, of")]), told("total"));
            } else {
                assert_eq!(row[name], "");
            }
        }
    }
    same(
        table("techniques.csv"),
        &json["techniques"],
        &[
            ("Id", "id"),
            ("Name", "name"),
            ("Score", "score"),
            ("Rules", "rules"),
            ("With sub-techniques", "rules_rollup"),
            ("Log sources", "log_sources"),
            ("Rules disabled", "rules_disabled"),
        ],
    );
    for (row, one) in
        table("techniques.csv").iter().zip(json["techniques"].as_array().expect("a list"))
    {
        let listed = row["Which log sources"].split("; ").filter(|name| !name.is_empty()).count();
        assert_eq!(Some(listed as u64), one["log_sources"].as_u64(), "{row:?}");
        let states = row["States"].split("; ").filter(|state| !state.is_empty()).count();
        assert_eq!(Some(states), one["states"].as_array().map(Vec::len));
        if let Some(alerts) = one["alerts"].as_u64() {
            assert_eq!(number(&row["Alerts"]), alerts as f64);
        }
    }
    let import = &json["import"];
    let what = |word: &str| table("import.csv").iter().filter(|row| row["What"] == word).count();
    assert_eq!(Some(what("failed") as u64), import["failed"].as_u64());
    assert_eq!(Some(what("skipped") as u64), import["skipped"].as_u64());
    same(
        table("sources.csv"),
        &import["formats"],
        &[("Kind", "name"), ("Files", "files"), ("Rules", "rules")],
    );
    assert_eq!(table("rules.csv").len(), made.intake.rules.len());
    let counted =
        |word: &str| table("rules.csv").iter().filter(|row| row["Counted"] == word).count();
    assert_eq!(Some(counted("yes") as u64), summary["rules"].as_u64());
    assert_eq!(Some(counted("duplicate") as u64), summary["duplicates"].as_u64());
    assert_eq!(table("diagnostics.csv").len(), made.findings());
    let gaps = &made.gaps().gaps;
    assert_eq!(table("gaps.csv").len(), gaps.len());
    for (row, gap) in table("gaps.csv").iter().zip(gaps) {
        assert_eq!(row["Technique"], made.catalogue.technique(gap.technique).id.to_string());
        assert!((number(&row["Priority"]) - gap.priority).abs() < 0.0001, "{row:?}");
        assert_eq!(row["State"], gap.state.as_str());
    }
    if json["detections"].is_object() {
        let alerts = table("alerts-by-technique.csv").iter().map(|row| number(&row["Alerts"]));
        let on: f64 = json["techniques"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["alerts"].as_f64())
            .sum();
        assert!((alerts.sum::<f64>() - on).abs() < 0.5);
        let files = json["detections"]["files"].as_array().map_or(0, Vec::len);
        assert_eq!(table("alert-files.csv").len(), files);
    }
}

#[test]
fn of_everything() {
    agree(&everything());
}

#[test]
fn of_the_sample_with_its_alerts() {
    let mut files = folder("data/sample");
    let last = coverlay::date::Date::new(2026, 11, 1).expect("a day");
    let alerts = coverlay::sample::alerts(last);
    files.push(SourceFile { path: "alerts.csv".to_owned(), bytes: alerts.into() });
    agree(&Made::of(newest(), files));
}

/// Every format, and every trap.
#[test]
fn of_the_fixtures() {
    agree(&Made::of(newest(), folder("tests/fixtures")));
}

#[test]
fn of_nothing() {
    agree(&Made::of(newest(), Vec::new()));
}

#[test]
fn of_sigmahq() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let shared = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let path = shared.join("corpora/sigmahq.zip");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there (set COVERLAY_SHARED)", path.display());
        return;
    };
    let files = vec![SourceFile { path: "sigmahq.zip".to_owned(), bytes }];
    agree(&Made::of(newest(), files));
}
