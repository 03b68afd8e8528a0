//! The workbook of a change says what the comparison says, in the colours of the screen.
#![cfg(feature = "cli")]

mod toy;

use coverlay::coverage::Scope;
use coverlay::export::change_workbook::of_change;
use coverlay::export::layer_workbook::of_layers;
use coverlay::export::workbook::{SheetCell, Workbook};
use coverlay::export::xlsx;
use coverlay::heatmap::{ChangePainter, Theme};
use coverlay::layer::{self, Layer, Standing};

fn layer(name: &str, techniques: &str) -> Layer {
    let text = format!(
        "{{\"name\": \"{name}\", \"domain\": \"enterprise-attack\", \"techniques\": [{techniques}]}}"
    );
    layer::read("x", &text).expect("a layer").value.remove(0)
}

fn cell<'a>(book: &'a Workbook, column: usize, id: &str) -> &'a SheetCell {
    let cells = book.sheets[0].columns[column].cells.iter();
    let mut all = cells.flat_map(|cell| std::iter::once(cell).chain(&cell.subs));
    all.find(|cell| cell.id == id).expect("a cell")
}

#[test]
fn gained_lost_raised_lowered() {
    let catalogue = toy::catalogue(
        &[("first", "First"), ("second", "Second")],
        &[
            ("T1001", "Alpha", &[0, 1]),
            ("T1001.001", "Below", &[0]),
            ("T1002", "Beta", &[0]),
            ("T1003", "Gamma", &[1]),
            ("T1004", "Delta", &[1]),
        ],
    );
    let old = layer(
        "old",
        r#"{"techniqueID": "T1001", "score": 20}, {"techniqueID": "T1002", "score": 80}"#,
    );
    let new = layer(
        "new",
        r#"{"techniqueID": "T1001", "score": 50}, {"techniqueID": "T1001.001", "score": 5}"#,
    );
    let standing = |layer: &Layer| Standing::of_layers(std::slice::from_ref(layer), &catalogue);
    let comparison = layer::compare(
        &standing(&old),
        &standing(&new),
        ["old".to_owned(), "=new".to_owned()],
        50.0,
        &catalogue,
        &|_| true,
    );
    let book = of_change(&catalogue, &comparison, &Scope::default(), toy::date());
    let painter = ChangePainter::new(&comparison, Theme::Light);
    for (column, id) in [(0, "T1001"), (1, "T1001"), (0, "T1001.001"), (0, "T1002"), (1, "T1003")] {
        let painted = painter.cell(painter.change(toy::id(id)), None);
        assert_eq!(cell(&book, column, id).fill, painted.fill, "{id}");
    }
    assert_eq!(cell(&book, 0, "T1001").comment, "▲30: 20 → 50");
    assert_eq!(cell(&book, 0, "T1002").comment, "lost: 80 → none");
    assert_eq!(cell(&book, 0, "T1001.001").comment, "gained: none → 5");
    assert_eq!(cell(&book, 1, "T1003").comment, "");
    let states: Vec<(&str, &str)> =
        book.techniques.iter().map(|row| (row.id.as_str(), row.state.as_str())).collect();
    assert_eq!(states, [("T1001", "raised"), ("T1001.001", "gained"), ("T1002", "lost")]);
    let about = |what: &str| {
        let found = book.about.iter().find(|(key, _)| key == what);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {what}"))
    };
    assert_eq!(
        (about("gained"), about("lost"), about("raised"), about("lowered")),
        ("1", "1", "1", "0")
    );
    assert_eq!(about("dropped below 50"), "1");
    assert!(about("techniques covered before").starts_with("2 of 4"));
    assert!(about("techniques covered now").starts_with("1 of 4"));
    assert!(xlsx::write(&book).expect("a workbook").starts_with(b"PK"));
}

#[test]
fn of_layers_each_has_a_sheet() {
    let catalogue = toy::catalogue(
        &[("first", "First")],
        &[("T1001", "Alpha", &[0]), ("T1001.001", "Below", &[0]), ("T1002", "Beta", &[0])],
    );
    let mut first = layer(
        "one",
        r##"{"techniqueID": "T1001", "score": 100, "comment": "=1+1"},
        {"techniqueID": "T1001.001", "color": "#123456"},
        {"techniqueID": "T1002", "score": 50, "enabled": false}"##,
    );
    first.layout.expanded_subtechniques = "all";
    let book = of_layers(&catalogue, &[first, layer("two", "")], toy::date(), true);
    let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    let fill = |id: &str| cell(&book, 0, id).fill.map(|fill| fill.to_string());
    assert_eq!(fill("T1001").as_deref(), Some("#8ec843"));
    assert_eq!(fill("T1001.001").as_deref(), Some("#123456"));
    assert_eq!((fill("T1002"), cell(&book, 0, "T1002").is_disabled), (None, true));
    let states: Vec<&str> = book.techniques.iter().map(|row| row.state.as_str()).collect();
    assert_eq!(states, ["scored", "coloured by hand", "disabled"]);
    assert!(xlsx::write(&book).expect("a workbook").starts_with(b"PK"));
}
