//! The report: what it says, how it prints, and the files it becomes.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{drop_on, with_sample};
use crate::truth::{coverlay, data};
use ::coverlay::source::archive::Archive;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) const TESTS: &[Test] = &[
    ("report: it says what the command says", as_of_the_command),
    ("report: it is a page, tables and a workbook", files),
    ("report: on paper there is nothing else", on_paper),
    ("report: a link leads to a part of it", parts),
    ("report: without rules it says what to do", nothing),
];

/// To the view, with all its rows there.
#[track_caller]
fn open(page: &Page) {
    page.click("[data-view=report]");
    all_there(page);
}

#[track_caller]
fn all_there(page: &Page) {
    page.wait_until(
        "(() => {
            const tables = [...document.querySelectorAll('.doc-table')];
            const has_rows = (table) => table.tBodies.length && table.tBodies[table.tBodies.length - 1].rows.length;
            return document.querySelector('[data-section=sources]') && tables.every(has_rows);
        })()",
    );
}

#[track_caller]
fn save(page: &Page, action: &str) -> (String, Vec<u8>) {
    page.click(&format!("[data-action={action}]"));
    let download = page.download();
    (download.name, download.bytes)
}

/// What the command makes of the sample's rules.
fn commanded(format: &str) -> Vec<u8> {
    coverlay(data(), &["report", "sample", "--format", format])
}

fn as_of_the_command(rig: &Rig) {
    let page = rig.open();
    drop_on(&page, &[&data().join("sample")]);
    open(&page);
    let said: Value = serde_json::from_slice(&commanded("json")).expect("JSON");
    // Cell by cell: numbers as the page shows them against those that scripts read.
    let rows = page.evaluate(
        "[...document.querySelectorAll('[data-section=techniques] tbody tr')].map((row) =>
            [...row.cells].map((cell) => cell.textContent.trim()))",
    );
    let heads = page.evaluate(
        "[...document.querySelectorAll('[data-section=techniques] thead th')].map((head) => head.textContent.trim())",
    );
    let at = |name: &str| {
        let heads = heads.as_array().expect("heads");
        heads.iter().position(|head| head == name).unwrap_or_else(|| panic!("{name} in {heads:?}"))
    };
    let (id, name, rules, sources) = (at("Id"), at("Name"), at("Rules"), at("Log sources"));
    let shown: Vec<Value> = rows
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| json!([row[id], row[name], row[rules], row[sources]]))
        .collect();
    let told: Vec<Value> = said["techniques"]
        .as_array()
        .expect("techniques")
        .iter()
        .map(|one| {
            let number = |key: &str| json!(one[key].to_string());
            json!([one["id"], one["name"], number("rules"), number("log_sources")])
        })
        .collect();
    assert!(shown.len() > 600, "{}", shown.len());
    assert_eq!(shown, told);
    // The same document, but for where the files lay.
    let (file_name, markdown) = save(&page, "export-report-md");
    assert!(file_name.starts_with("report_Q") && file_name.ends_with(".md"), "{file_name}");
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
    };
    assert_eq!(lines(&markdown), lines(&commanded("md")));
}

fn files(rig: &Rig) {
    let page = with_sample(rig);
    open(&page);
    let (name, html) = save(&page, "export-report");
    assert!(name.ends_with(".html"), "{name}");
    let html = String::from_utf8(html).expect("UTF-8");
    assert!(html.starts_with("<!DOCTYPE html>") && html.trim_end().ends_with("</html>"));
    assert!(!html.to_ascii_lowercase().contains("<script"));
    assert_eq!(html.matches("<svg xmlns").count(), 2, "the matrix, light and dark");
    let (name, workbook) = save(&page, "export-report-xlsx");
    assert!(name.ends_with(".xlsx"), "{name}");
    let (zip_name, zip) = save(&page, "export-report-csv");
    assert!(zip_name.ends_with(".zip"), "{zip_name}");
    for (bytes, wanted) in [(&workbook, "xl/workbook.xml"), (&zip, "techniques.csv")] {
        let archive = Archive::open("", bytes).expect("a zip");
        let names: Vec<String> = archive.unpack_some(|_| true).map(|file| file.path).collect();
        assert!(names.iter().any(|name| Path::new(name).ends_with(wanted)), "{names:?}");
    }
    page.evaluate("window.printed = 0; window.print = () => { window.printed += 1; }");
    page.click("[data-action=print-report]");
    assert_eq!(page.evaluate("window.printed"), 1);
}

fn on_paper(rig: &Rig) {
    let page = with_sample(rig);
    page.evaluate("document.querySelector('[data-view=report]').click()");
    all_there(&page);
    page.wait_until("document.querySelector('.doc-picture.on-paper')?.complete");
    page.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    let seen = page.evaluate(
        "Object.fromEntries([
            ['header', '.header'], ['tabs', '.tabs'], ['headline', '.headline'],
            ['actions', '.doc-actions'], ['screen', '.on-screen'],
            ['paper', '.on-paper'], ['table', '.doc-table'],
        ].map(([name, selector]) => [name, Boolean(document.querySelector(selector)?.getClientRects().length)]))",
    );
    let expected = json!({
        "header": false, "tabs": false, "headline": false, "actions": false, "screen": false,
        "paper": true, "table": true,
    });
    assert_eq!(seen, expected);
    for (width, height) in [(8.27, 11.69), (8.5, 11.0)] {
        let printed = page.call(
            "Page.printToPDF",
            json!({
                "paperWidth": width, "paperHeight": height, "printBackground": true,
                "preferCSSPageSize": false,
            }),
        );
        let bytes = printed["data"].as_str().expect("data").len();
        assert!(bytes > 100_000, "{width} x {height}: {bytes}");
    }
}

fn parts(rig: &Rig) {
    let page = with_sample(rig);
    open(&page);
    let top = "document.querySelector('[data-section=platforms]').getBoundingClientRect().top \
               - document.getElementById('main').getBoundingClientRect().top";
    assert!(page.evaluate(top).as_f64() > Some(300.0));
    page.click(".doc-contents [data-part=platforms]");
    page.wait_until(&format!("Math.abs({top}) < 8"));
    assert_eq!(page.evaluate("location.hash"), "#/report?show=platforms");
}

fn nothing(rig: &Rig) {
    let page = rig.open_at("#/report");
    page.wait_until("document.querySelector('[aria-label=Report] .stats-notice')");
    assert!(page.text("[aria-label=Report]").contains("Drop some anywhere"));
    assert_eq!(page.count("[data-action=export-report]"), 0);
}
