//! The workbook for Excel: what is in it, and when the part that writes it is fetched.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::server::Server;
use crate::steps::{files_below, open_menu, read, with_sample};
use crate::truth::{coverlay, data, newest};
use coverlay::source::archive::Archive;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("workbook: its cells have the texts and colours of the screen", as_on_screen),
    ("workbook: it is that of the command", as_of_the_command),
    ("workbook: what writes it is fetched once, last of all", fetched_before),
    ("workbook: while it is made the page says so", says_so),
    ("workbook: a failed fetch is told, and the button works again", fetch_fails),
];

/// The text of the line below the button.
const NOTE: &str = "document.querySelector('[data-note=xlsx]').innerText";

#[track_caller]
fn ask(page: &Page) {
    open_menu(page, "export");
    page.click("[data-action=export-xlsx]");
}

#[track_caller]
fn export(page: &Page) -> Vec<u8> {
    ask(page);
    let download = page.download();
    assert!(
        download.name.starts_with("coverage_Q") && download.name.ends_with(".xlsx"),
        "{}",
        download.name
    );
    download.bytes
}

/// The files in a workbook.
#[track_caller]
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let archive = Archive::open("", bytes).expect("a zip");
    let parts: BTreeMap<String, String> = archive
        .unpack_some(|_| true)
        .map(|file| {
            let text = String::from_utf8(file.bytes).expect("UTF-8");
            (file.path.trim_start_matches('/').to_owned(), text)
        })
        .collect();
    assert!(parts.contains_key("xl/worksheets/sheet1.xml"), "{:?}", parts.keys());
    parts
}

/// What stands between two words, each time.
fn between<'a>(text: &'a str, from: &'a str, to: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(from).skip(1).map(move |rest| rest.split(to).next().unwrap_or(rest))
}

/// Text and fill of the cells of the first sheet, read from its XML.
fn cells(parts: &BTreeMap<String, String>) -> BTreeMap<String, Option<String>> {
    let strings: Vec<String> = between(&parts["xl/sharedStrings.xml"], "<si>", "</si>")
        .map(|item| {
            let text = item.split_once('>').map_or("", |(_, text)| text).trim_end_matches("</t>");
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        })
        .collect();
    let styles = &parts["xl/styles.xml"];
    let fills: Vec<Option<String>> = between(styles, "<fill>", "</fill>")
        .map(|fill| {
            let colour = between(fill, "<fgColor rgb=\"FF", "\"").next();
            colour.map(|colour| format!("#{}", colour.to_ascii_lowercase()))
        })
        .collect();
    let formats = styles.split("<cellXfs").nth(1).expect("formats");
    let formats: Vec<&Option<String>> = between(formats, "<xf ", ">")
        .map(|format| {
            let fill = between(format, "fillId=\"", "\"").next().expect("a fill");
            &fills[fill.parse::<usize>().expect("a number")]
        })
        .collect();
    let number = |text: &str| text.parse::<usize>().expect("a number");
    between(&parts["xl/worksheets/sheet1.xml"], "<c r=", "</c>")
        .flat_map(|cell| cell.split("<c r=").last())
        .filter(|cell| cell.contains("t=\"s\""))
        .map(|cell| {
            let format = between(cell, " s=\"", "\"").next().map(number).expect("a format");
            let text = between(cell, "<v>", "</v>").next().map(number).expect("a text");
            (strings[text].clone(), formats[format].clone())
        })
        .collect()
}

fn as_on_screen(rig: &Rig) {
    let page = with_sample(rig);
    page.click("[data-action=expand-annotated]");
    page.wait_until(
        "document.querySelector('[data-technique*=\".\"][data-score]')?.checkVisibility()",
    );
    let shown = page.evaluate(
        "[...document.querySelectorAll('[data-technique]')].filter((each) => each.checkVisibility()).map((each) => {
            const colour = getComputedStyle(each).backgroundColor.match(/\\d+/g);
            const hex = colour.length === 3 ? '#' + colour.map((c) => Number(c).toString(16).padStart(2, '0')).join('') : null;
            return [each.dataset.technique, each.dataset.score ?? null, hex];
        })",
    );
    let shown: Vec<(String, Option<String>, Option<String>)> =
        serde_json::from_value(shown).expect("cells");
    let written = cells(&parts(&export(&page)));
    let (mut coloured, mut subs) = (0, 0);
    for (id, score, colour) in &shown {
        let index = newest().find(id.parse().expect("an id")).expect("known");
        let name = &newest().technique(index).name;
        let (text, fill) = match score {
            Some(score) => (format!("{name} · {score}"), colour.as_ref()),
            // On screen it has the colour of the ground.
            None => (name.clone(), None),
        };
        let found = written.get(&text).unwrap_or_else(|| panic!("no cell '{text}'"));
        assert_eq!(found.as_ref(), fill, "{id} {text}");
        coloured += usize::from(score.is_some());
        subs += usize::from(id.contains('.'));
    }
    assert!(coloured > 40 && subs > 100, "{coloured} {subs}");
}

fn as_of_the_command(rig: &Rig) {
    let exported = parts(&export(&with_sample(rig)));
    let path = rig.folder(&[]).join("workbook.xlsx").to_str().expect("plain").to_owned();
    coverlay(data(), &["render", "sample", "-o", &path, "--title", "ATT&CK Enterprise coverage"]);
    let written = parts(&fs::read(&path).expect("written"));
    assert_eq!(exported.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>());
    for (name, text) in &exported {
        let differs = text.split('<').zip(written[name].split('<')).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{name}");
        assert_eq!(text.len(), written[name].len(), "{name}");
    }
}

fn fetched_before(rig: &Rig) {
    let page = rig.open();
    page.wait_for_mark("coverlay:loaded");
    let before = page.requests();
    let origin = rig.server.url();
    let of_press = before.iter().filter_map(|url| url.strip_prefix(&origin));
    let mut files: Vec<_> = of_press
        .map(|file| file.split('?').next().unwrap_or(file))
        .filter(|file| file.contains("press"))
        .collect();
    files.sort_unstable();
    assert_eq!(files, ["press.js", "press_bg.wasm"]);
    // Not before the page itself could be used.
    let order = page.evaluate(
        "(() => { const [ready] = performance.getEntriesByName('coverlay:ready');
            return performance.getEntriesByType('resource').filter((each) => each.name.includes('press')).map((each) => each.startTime >= ready.startTime); })()",
    );
    assert_eq!(order, json!([true, true]));
    read(&page, || page.click("[data-action=try-sample]"));
    let first = export(&page);
    let second = export(&page);
    assert_eq!(page.requests().len(), before.len(), "asked for again");
    assert_eq!(first, second);
}

fn says_so(rig: &Rig) {
    let page = rig.open();
    page.wait_for_mark("coverlay:loaded");
    read(&page, || page.click("[data-action=try-sample]"));
    open_menu(&page, "export");
    // A browser that takes its time to compile.
    page.evaluate(
        "{ const compile = WebAssembly.compileStreaming;
           WebAssembly.compileStreaming = (answer) => new Promise((ok) => setTimeout(ok, 1500)).then(() => compile(answer)); }",
    );
    page.click("[data-action=export-xlsx]");
    let waiting = page.now();
    page.wait_until(&format!("{NOTE} === 'Preparing the workbook…'"));
    assert!(page.now() - waiting < 1200.0, "said late");
    assert_eq!(page.attribute("[data-action=export-xlsx]", "aria-disabled"), Some("true".into()));
    // A second click meanwhile asks for nothing.
    page.click("[data-action=export-xlsx]");
    assert!(!page.download().bytes.is_empty());
    page.wait_until(&format!("{NOTE} === ''"));
    assert_eq!(page.attribute("[data-action=export-xlsx]", "aria-disabled"), None);
}

fn fetch_fails(rig: &Rig) {
    // A server that has lost the wasm, and gets it back.
    let folder = rig.folder(&[]);
    for (path, content) in files_below(&rig.dist) {
        let copy = folder.join(path.strip_prefix(&rig.dist).expect("below it"));
        fs::create_dir_all(copy.parent().expect("below the folder")).expect("writable");
        fs::write(copy, content).expect("writable");
    }
    let (wasm, aside) = (folder.join("press_bg.wasm"), folder.join("aside"));
    fs::rename(&wasm, &aside).expect("it is there");
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = rig.blank();
    page.go(&server.url());
    let is_told = "document.querySelector('[data-requests]')?.dataset.state === 'incomplete'";
    page.wait_until(is_told);
    read(&page, || page.click("[data-action=try-sample]"));

    ask(&page);
    let told = page.wait_until(&format!("{NOTE}.startsWith('Not saved') && {NOTE}"));
    let told = told.as_str().expect("text");
    for part in
        ["press_bg.wasm: no network, or not the file of this build", "try again", "reload the page"]
    {
        assert!(told.contains(part), "no '{part}' in: {told}");
    }
    fs::rename(&aside, &wasm).expect("it is there");
    page.click("[data-action=export-xlsx]");
    let (first, at_ease) = (page.download().bytes, page.evaluate(NOTE));
    assert!(first.starts_with(b"PK"));
    assert_eq!(at_ease, Value::from(""));

    // Without any server the kept one goes on.
    server.stop();
    page.click("[data-action=export-xlsx]");
    assert_eq!(page.download().bytes, first);
    page.take_errors(); // the browser's own, of the file that was not found

    let (server, page) = (Server::start(&folder, "/", 0).expect("a free port"), rig.blank());
    fs::rename(&wasm, &aside).expect("it is there");
    page.go(&server.url());
    page.wait_until(is_told);
    read(&page, || page.click("[data-action=try-sample]"));
    server.stop();
    ask(&page);
    page.wait_until(&format!("{NOTE}.includes('check the connection')"));
    page.take_errors();
}
