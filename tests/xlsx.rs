//! Workbooks, read again by others: calamine always, Python's openpyxl and LibreOffice where they
//! are there (`COVERLAY_OPENPYXL` names a Python that has it; scripts/test sees to it).

#![allow(clippy::print_stdout, reason = "skipped tests say why")]

mod toy;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook_from_rs};
use coverlay::coverage::{Policy, Scope};
use coverlay::date::Date;
use coverlay::export::workbook::{
    Sheet, SheetCell, SheetColumn, TechniqueRow, Workbook, WorkbookOptions, of_coverage,
};
use coverlay::export::xlsx;
use coverlay::heatmap::{Expansion, MITRE_NOTICE, Painter, Palette, PaletteName, Rgb, Theme};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

fn palette() -> Palette {
    Palette::new(PaletteName::Blue, Theme::Light)
}

fn toy_workbook(sub_techniques: Expansion) -> Workbook {
    let catalogue = toy::three_tactics();
    let intake = toy::rules();
    let coverage = toy::covered(&catalogue, &intake);
    let options = WorkbookOptions {
        title: "Toy & <co>".to_owned(),
        palette: palette(),
        sub_techniques,
        date: toy::date(),
        show_scores: true,
        show_ids: false,
    };
    of_coverage(&catalogue, &coverage, &intake, &Policy::default(), &Scope::default(), &options)
}

fn write(workbook: &Workbook) -> Vec<u8> {
    xlsx::write(workbook).expect("it fits")
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("writable");
    let path = folder.join("workbook.xlsx");
    std::fs::write(&path, bytes).expect("writable");
    path
}

/// What openpyxl reads; `None`, and said so, where it is not there.
fn openpyxl(name: &str, bytes: &[u8]) -> Option<Value> {
    let python = std::env::var("COVERLAY_OPENPYXL").unwrap_or_else(|_| "python3".to_owned());
    let imports = Command::new(&python).args(["-c", "import openpyxl"]).output();
    if !imports.is_ok_and(|output| output.status.success()) {
        println!("skipped: {python} has no openpyxl (COVERLAY_OPENPYXL)");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/workbook.py");
    let output = Command::new(&python).arg(script).arg(file(name, bytes)).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

fn calamine(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    open_workbook_from_rs(Cursor::new(bytes.to_vec())).expect("a workbook")
}

/// The texts of a sheet, by row and column from 0.
fn texts(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> BTreeMap<(u32, u32), String> {
    let range = book.worksheet_range(sheet).expect("a sheet");
    range
        .used_cells()
        .map(|(row, column, data)| {
            let (top, left) = range.start().expect("cells");
            ((top + row as u32, left + column as u32), data.to_string())
        })
        .collect()
}

fn cell(id: &str, name: &str) -> SheetCell {
    SheetCell {
        id: id.to_owned(),
        name: name.to_owned(),
        fill: None,
        text: Rgb::INK,
        edge: None,
        comment: String::new(),
        score: None,
        is_disabled: false,
        subs: Vec::new(),
    }
}

/// A workbook of one cell a sheet.
fn of_cells(cells: Vec<(&str, SheetCell)>) -> Workbook {
    let sheet = |(name, cell): (&str, SheetCell)| Sheet {
        name: name.to_owned(),
        show_ids: false,
        show_scores: true,
        columns: vec![SheetColumn {
            head: "Execution".to_owned(),
            note: String::new(),
            cells: vec![cell],
        }],
    };
    Workbook {
        title: String::new(),
        date: toy::date(),
        sheets: cells.into_iter().map(sheet).collect(),
        about: Vec::new(),
        legend: Vec::new(),
        techniques: Vec::new(),
    }
}

#[test]
fn the_matrix_stands_as_on_screen() {
    let bytes = write(&toy_workbook(Expansion::Annotated));
    let mut book = calamine(&bytes);
    assert_eq!(book.sheet_names(), ["Enterprise 19.2", "About", "Techniques"]);
    let cells = texts(&mut book, "Enterprise 19.2");
    let row = |row| -> Vec<&str> {
        (0..5).map(|column| cells.get(&(row, column)).map_or("", String::as_str)).collect()
    };
    // Two columns where sub-techniques are shown, one where none are.
    assert_eq!(row(0), ["Execution", "", "Credential Access", "", "Command and Control"]);
    assert_eq!(row(1)[0], "3 of 3 · 100 %");
    assert_eq!(
        row(2),
        [
            "Command and Scripting Interpreter · 80",
            "PowerShell · 80",
            "Brute Force",
            "",
            "Application Layer Protocol"
        ]
    );
    assert_eq!(
        row(3)[1..4],
        ["Unix Shell & <Friends>", "OS Credential Dumping", "LSASS Memory · 80"]
    );
    assert_eq!(row(4)[1..4], ["Windows Command Shell", "", "Security Account Manager"]);
    assert_eq!(row(5)[..2], ["Scheduled Task/Job · 30", ""]);
    let merged = book.merge_cells_by_sheet_name("Enterprise 19.2").expect("read");
    let merged: Vec<_> = merged.iter().map(|range| (range.start, range.end)).collect();
    for range in
        [((0, 0), (0, 1)), ((0, 2), (0, 3)), ((1, 0), (1, 1)), ((2, 0), (4, 0)), ((3, 2), (4, 2))]
    {
        assert!(merged.contains(&range), "{range:?} is not one of {merged:?}");
    }
    assert_eq!(merged.len(), 6);
}

#[test]
fn colours_notes_and_print_setup_are_read_by_openpyxl() {
    let Some(read) = openpyxl("toy", &write(&toy_workbook(Expansion::Annotated))) else { return };
    assert_eq!(read["title"], "Toy & <co>");
    assert_eq!(read["made"], "2026-11-22T00:00:00");
    let matrix = &read["sheets"][0];
    let found = |name: &str| {
        let cells = matrix["cells"].as_object().expect("cells").values();
        let mut named = cells.filter(|cell| {
            let text = cell["value"].as_str().unwrap_or_default();
            text.split(" · ").next() == Some(name)
        });
        named.next().unwrap_or_else(|| panic!("no cell {name}")).clone()
    };
    let catalogue = toy::three_tactics();
    let coverage = toy::covered(&catalogue, &toy::rules());
    let painter = Painter::new(&palette(), Theme::Light);
    let hex = |colour: Rgb| colour.to_string().trim_start_matches('#').to_owned();
    for (id, name) in [
        ("T1047", "Windows Management Instrumentation"),
        ("T1053", "Scheduled Task/Job"),
        ("T1059", "Command and Scripting Interpreter"),
        ("T1059.001", "PowerShell"),
        ("T1059.004", "Unix Shell & <Friends>"),
        ("T1003", "OS Credential Dumping"),
        ("T1110", "Brute Force"),
    ] {
        let paint = painter.cell(&catalogue, &coverage, toy::index(&catalogue, id));
        let cell = found(name);
        assert_eq!(cell["fill"], json!(paint.fill.map(hex)), "{id}");
        assert_eq!(cell["text"], json!(hex(paint.text)), "{id}");
        let through = paint.lower_edge.filter(|_| paint.via_subtechnique);
        assert_eq!(cell["edge"], json!(through.map(|edge| hex(edge.colour))), "{id}");
    }
    assert_eq!(
        found("Windows Management Instrumentation")["note"],
        "no rule changed in 2 years\nb wmi"
    );
    assert_eq!(
        found("Command and Scripting Interpreter")["note"],
        "1 of 3 sub-techniques\ne shell\nf shell elsewhere"
    );
    assert_eq!(
        found("OS Credential Dumping")["note"],
        "experimental rules only\nonly via 1 of 2 sub-techniques"
    );
    assert_eq!(found("Brute Force")["note"], Value::Null);

    assert_eq!(matrix["freeze"], "A3");
    assert_eq!(matrix["heads"], "$1:$2");
    assert_eq!((&matrix["landscape"], &matrix["fit"]), (&json!(true), &json!([true, 1, 0])));
    assert!(matrix["footer"].as_str().expect("a footer").contains(MITRE_NOTICE));
    for width in matrix["widths"].as_object().expect("widths").values() {
        assert!((20.0..40.0).contains(&width.as_f64().expect("a number")), "{width}");
    }
    let table = &read["sheets"][2];
    assert_eq!((&table["filter"], &table["freeze"]), (&json!("A1:G13"), &json!("A2")));
}

#[test]
fn the_tables_say_what_the_numbers_mean() {
    let workbook = toy_workbook(Expansion::None);
    let mut book = calamine(&write(&workbook));
    let about = texts(&mut book, "About");
    let value = |what: &str| {
        let row = about.iter().find(|((_, column), text)| *column == 0 && *text == what);
        row.and_then(|((row, _), _)| about.get(&(*row, 1))).map(String::as_str)
    };
    assert_eq!(value("techniques covered"), Some("4 of 7 (57 %)"));
    assert_eq!(value("date"), Some("2026-11-22"));
    assert_eq!(value("ATT&CK"), Some("Enterprise 19.2"));
    assert_eq!(value("notice"), Some(MITRE_NOTICE));
    assert_eq!(value("platforms"), Some("all"));
    assert!(about.values().any(|text| text == "score 80 (1)"), "no legend: {about:?}");

    let range = book.worksheet_range("Techniques").expect("a sheet");
    let row = |id: &str| {
        range.rows().find(|row| row[0] == Data::String(id.to_owned())).expect("a row").to_vec()
    };
    assert_eq!(range.height(), 13);
    let shell = row("T1059.001");
    assert_eq!(shell[1], Data::String("Command and Scripting Interpreter: PowerShell".to_owned()));
    // Numbers, not texts: they are to be sorted and added up.
    assert_eq!((&shell[3], &shell[5]), (&Data::Float(80.0), &Data::Float(1.0)));
    let task = row("T1053");
    assert_eq!(task[2], Data::String("Execution, Command and Control".to_owned()));
    assert_eq!(task[6], Data::String("c task; d task again".to_owned()));
    assert_eq!(row("T1003")[4], Data::String("only via sub-techniques".to_owned()));
    assert_eq!((&row("T1110")[3], &row("T1110")[5]), (&Data::Empty, &Data::Float(0.0)));
}

#[test]
fn nothing_in_it_is_a_formula() {
    let wicked =
        ["=1+1", "+1", "-1", "@SUM(A1)", "\t=HYPERLINK(\"http://x\",\"y\")", "＝1", "{=1}"];
    for text in wicked {
        let mut workbook =
            of_cells(vec![(text, SheetCell { comment: text.to_owned(), ..cell("T1", text) })]);
        workbook.sheets[0].columns[0].head = text.to_owned();
        workbook.about = vec![(text.to_owned(), text.to_owned())];
        let all = || text.to_owned();
        workbook.techniques = vec![TechniqueRow {
            id: all(),
            name: all(),
            tactics: all(),
            score: Some(f64::NAN),
            state: all(),
            rules: None,
            remark: all(),
        }];
        let bytes = write(&workbook);
        let mut book = calamine(&bytes);
        for sheet in book.sheet_names() {
            assert!(book.worksheet_formula(&sheet).expect("read").is_empty(), "{text} in {sheet}");
            let range = book.worksheet_range(&sheet).expect("a sheet");
            assert!(
                range
                    .used_cells()
                    .any(|(_, _, data)| data.as_string().as_deref() == Some(text.trim()))
            );
        }
        let Some(read) = openpyxl("wicked", &bytes) else { continue };
        for sheet in read["sheets"].as_array().expect("sheets") {
            let own = sheet["cells"].as_object().expect("cells").values();
            for found in own.filter(|cell| cell["value"] == text.trim()) {
                // Excel would make a formula of it when somebody edits the cell, were it not marked.
                assert_eq!(found["quoted"], json!(!text.starts_with('{')), "{text}: {found}");
            }
        }
    }
}

#[test]
fn texts_of_any_kind_stay_what_they_are() {
    let long = "ß🦀".repeat(20_000);
    let control = "a\u{0}\u{1b}[31m\u{ffff}b\r\nc_x0041_d]]><![CDATA[&amp;\u{202e}e";
    let workbook = of_cells(vec![
        ("one", SheetCell { comment: long.clone(), ..cell("T1", &long) }),
        ("two", SheetCell { comment: control.to_owned(), ..cell("T2", control) }),
    ]);
    let bytes = write(&workbook);
    let mut book = calamine(&bytes);
    let one = texts(&mut book, "one")[&(1, 0)].clone();
    assert_eq!(one.encode_utf16().count(), 32_767);
    assert!(one.ends_with('…') && long.starts_with(one.trim_end_matches('…')));
    let Some(read) = openpyxl("texts", &bytes) else { return };
    let note = read["sheets"][0]["cells"]["A2"]["note"].as_str().expect("a note");
    assert!(note.ends_with('…') && note.encode_utf16().count() <= 32_767);
    let two = &read["sheets"][1]["cells"]["A2"];
    assert_eq!(two["note"], "a[31mb\nc_x0041_d]]><![CDATA[&amp;e");
}

#[test]
fn layers_have_disabled_cells_fractions_and_equal_names() {
    let red = Rgb(0xff, 0, 0);
    let grey = SheetCell { is_disabled: true, fill: Some(red), ..cell("T1", "Off") };
    let half = SheetCell { score: Some(0.5), fill: Some(red), ..cell("T2", "Half") };
    let bytes = write(&of_cells(vec![("layer", grey), ("Layer", half)]));
    let mut book = calamine(&bytes);
    assert_eq!(book.sheet_names(), ["layer", "Layer (2)", "About", "Techniques"]);
    assert_eq!(texts(&mut book, "Layer (2)")[&(1, 0)], "Half · 0.5");
    let Some(read) = openpyxl("layers", &bytes) else { return };
    let tokens = Theme::Light.tokens();
    let hex = |colour: Rgb| colour.to_string().trim_start_matches('#').to_owned();
    let off = &read["sheets"][0]["cells"]["A2"];
    assert_eq!(
        (&off["fill"], &off["text"]),
        (&json!(hex(tokens.hairline)), &json!(hex(tokens.muted)))
    );
    assert_eq!(read["sheets"][1]["cells"]["A2"]["fill"], "ff0000");
    // Without notes at the heads they are one row.
    assert_eq!(read["sheets"][0]["freeze"], "A2");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let workbook = toy_workbook(Expansion::All);
    let bytes = write(&workbook);
    assert_eq!(bytes, write(&workbook.clone()));
    let other = Workbook { date: Date::new(2026, 11, 23).expect("a day"), ..workbook };
    assert_ne!(bytes, write(&other));
}

#[test]
fn too_much_for_a_sheet_is_an_error() {
    let mut workbook = of_cells(vec![("wide", cell("T1", "x"))]);
    let column = workbook.sheets[0].columns[0].clone();
    workbook.sheets[0].columns = vec![column; 17_000];
    assert!(xlsx::write(&workbook).is_err());
}

/// The command's workbook of the sample says what its report says.
#[test]
fn the_workbook_agrees_with_the_report() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample");
    let path = file("command", &[]);
    let coverlay = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_coverlay")).args(arguments).output();
        let output = output.expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    coverlay(&["render", data, "-o", path.to_str().expect("UTF-8"), "--subtechniques", "all"]);
    let report: Value = serde_json::from_slice(&coverlay(&["report", data])).expect("JSON");
    let mut book = calamine(&std::fs::read(&path).expect("written"));

    let techniques = book.worksheet_range("Techniques").expect("a sheet");
    let listed: BTreeMap<String, (Option<f64>, String)> = techniques
        .rows()
        .skip(1)
        .map(|row| {
            let score = if let Data::Float(score) = row[3] { Some(score) } else { None };
            (row[0].to_string(), (score, row[4].to_string()))
        })
        .collect();
    let summary = &report["summary"];
    let count = |sub: bool, state: &[&str]| {
        let of_kind = listed.iter().filter(|(id, _)| id.contains('.') == sub);
        of_kind.filter(|(_, (_, found))| state.contains(&found.as_str())).count()
    };
    let states = ["covered", "only via sub-techniques", "no rule"];
    assert_eq!(json!(count(false, &states)), summary["techniques"]["total"]);
    assert_eq!(json!(count(false, &states[..2])), summary["techniques"]["covered"]);
    assert_eq!(json!(count(true, &states)), summary["subtechniques"]["total"]);
    assert_eq!(json!(count(true, &states[..1])), summary["subtechniques"]["covered"]);
    assert!(count(false, &states[..1]) > 10);

    // Every technique stands in every tactic of its, every sub-technique as well.
    let names = book.sheet_names();
    let matrix = book.worksheet_range(&names[0]).expect("a sheet");
    let cells = matrix.used_cells().filter(|(row, _, _)| *row >= 2).count();
    let places: usize =
        techniques.rows().skip(1).map(|row| row[2].to_string().split(", ").count()).sum();
    assert_eq!(cells, places);
}

/// Opened by LibreOffice: every sheet as CSV, and all of it as PDF.
#[test]
fn libreoffice_opens_it() {
    if Command::new("soffice").arg("--version").output().is_err() {
        println!("skipped: there is no soffice");
        return;
    }
    let path = file("office", &write(&toy_workbook(Expansion::All)));
    let folder = path.parent().expect("a folder");
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let convert = |to: &str| {
        let output = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", to, "--outdir"])
            .args([folder, path.as_path()])
            .output()
            .expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    // 44 comma, 34 quote, 76 UTF-8, -1 every sheet into a file of its own.
    convert("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1");
    let csv = |sheet: &str| {
        let path = folder.join(format!("workbook-{sheet}.csv"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    assert!(csv("Enterprise 19.2").contains("Command and Scripting Interpreter · 80"));
    assert!(csv("About").contains("Enterprise 19.2"));
    assert_eq!(csv("Techniques").lines().count(), 13);
    convert("pdf");
    let pdf = std::fs::read(folder.join("workbook.pdf")).expect("written");
    assert!(pdf.starts_with(b"%PDF"));
}
