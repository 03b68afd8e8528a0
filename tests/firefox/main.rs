//! The main job in Firefox: `scripts/test page firefox`.
//!
//! Needs `COVERLAY_DIST` (the built page) and `COVERLAY_FIREFOX`; `COVERLAY_SHARED` is used where it
//! is set. Pictures of what was shown are left in `target/firefox/`.
#![allow(clippy::print_stdout, reason = "a test runner reports by printing")]

mod bidi;
#[path = "../browser/server.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod server;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;

use base64::Engine as _;
use bidi::Firefox;
use serde_json::{Value, json};
use server::Server;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;
use support::{Entry, zip};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

fn main() -> ExitCode {
    let setting = |name| std::env::var_os(name).map(PathBuf::from);
    let (Some(dist), Some(program)) = (setting("COVERLAY_DIST"), setting("COVERLAY_FIREFOX"))
    else {
        println!(
            "Firefox not tested: COVERLAY_DIST or COVERLAY_FIREFOX is not set (scripts/test sets them)"
        );
        return ExitCode::SUCCESS;
    };
    let begun = Instant::now();
    let server = Server::start(&dist, "/some/sub-path/", 0)
        .unwrap_or_else(|error| panic!("{}: {error}", dist.display()));
    let folder = std::env::temp_dir().join(format!("coverlay-firefox-{}", std::process::id()));
    let mut firefox = Firefox::launch(&program, &folder);

    firefox.go(&server.url());
    ready(&mut firefox);
    picture(&mut firefox, "empty");
    sample(&mut firefox);
    drawer(&mut firefox);
    layer(&mut firefox);
    by_keyboard(&mut firefox);
    views(&mut firefox);

    // Afresh, with files that a person chooses: a zip, as it is downloaded.
    firefox.go("about:blank");
    firefox.go(&server.url());
    ready(&mut firefox);
    files(&mut firefox, &folder);
    dropped(&mut firefox, &folder);

    let asked = server.requests();
    assert!(asked.iter().all(|path| !path.contains("://")), "{asked:?}");
    assert!(firefox.errors.is_empty(), "errors in the console:\n{}", firefox.errors.join("\n"));
    println!("Firefox does the main job, in {:.1} s", begun.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

fn ready(firefox: &mut Firefox) {
    firefox.wait_until("performance.getEntriesByName('coverlay:whole', 'mark').length > 0");
}

/// Saves what is shown, and asks that it is more than one colour.
fn picture(firefox: &mut Firefox, name: &str) {
    let bytes = base64::engine::general_purpose::STANDARD.decode(firefox.screenshot());
    let bytes = bytes.expect("base64");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/firefox");
    fs::create_dir_all(&folder).expect("writable");
    fs::write(folder.join(format!("{name}.png")), &bytes).expect("writable");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size that fits")];
    reader.next_frame(&mut pixels).expect("a whole PNG");
    let colours: std::collections::BTreeSet<_> = pixels.chunks(4).collect();
    assert!(colours.len() > 20, "{name}: {} colours", colours.len());
}

/// What the command writes, run in a folder.
fn coverlay(folder: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_coverlay"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "coverlay {}: {said}", arguments.join(" "));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Waits until every cell has the score and the rules that the command counts.
fn agrees(firefox: &mut Firefox, folder: &Path, inputs: &[&str]) {
    let report = coverlay(folder, &[&["report", "--format", "json"], inputs].concat());
    let mut wanted = BTreeMap::new();
    for each in report["techniques"].as_array().expect("a list") {
        let score = each["score"].as_u64().map(|score| score.to_string());
        let id = each["id"].as_str().expect("an id").to_owned();
        wanted.insert(id, json!([score, each["rules"].to_string()]));
    }
    assert!(wanted.len() > 600, "{}", wanted.len());
    let rules = &report["summary"]["rules"];
    firefox.wait_until(&format!(
        "document.querySelector('[data-figure=rules]')?.dataset.value === '{rules}' && document.querySelector('.progress').hidden"
    ));
    // Cells follow column by column.
    let mut shown = Value::Null;
    for _ in 0..50 {
        shown = firefox.evaluate(
            "new Promise((ok) => setTimeout(() => ok(Object.fromEntries([...document.querySelectorAll('[data-technique]')]
                .map((cell) => [cell.dataset.technique, [cell.dataset.score ?? null, cell.dataset.rules]]))), 100))",
        );
        if shown == json!(wanted) {
            println!(
                "    {} cells are the command's, of {rules} rules in {inputs:?}",
                wanted.len()
            );
            return;
        }
    }
    let differs = wanted.iter().filter(|(id, told)| shown[id.as_str()] != **told);
    let first: Vec<_> = differs
        .map(|(id, told)| format!("{id}: {} not {told}", shown[id.as_str()]))
        .take(5)
        .collect();
    panic!("{inputs:?}: {} cells shown, {first:?}", shown.as_object().map_or(0, |all| all.len()));
}

fn sample(firefox: &mut Firefox) {
    firefox.click("[data-action=try-sample]");
    agrees(firefox, Path::new(DATA), &["sample"]);
    picture(firefox, "matrix");
}

fn drawer(firefox: &mut Firefox) {
    firefox.click("[data-technique=\"T1003\"][data-tactic=credential-access]");
    firefox.wait_until(
        "document.querySelector('aside[data-panel=technique]')?.innerText.includes('T1003')",
    );
    firefox.wait_until("document.querySelector('aside[data-panel=technique] [data-rule]')");
    picture(firefox, "drawer");
    firefox.key("\u{E00C}");
    firefox.wait_until("!document.querySelector('aside[data-panel=technique]')");
}

fn layer(firefox: &mut Firefox) {
    firefox.click("[popovertarget=export]");
    firefox.wait_until("document.getElementById('export').matches(':popover-open')");
    firefox.click("[data-action=export-layer]");
    let mut saved: Value = serde_json::from_slice(&firefox.download(".json")).expect("JSON");
    let mut written = coverlay(Path::new(DATA), &["layer", "sample"]);
    assert!(saved["techniques"].as_array().expect("a list").len() > 40);
    // The page says in words where the layer comes from.
    for each in [&mut saved, &mut written] {
        each.as_object_mut().expect("an object").remove("description");
    }
    assert!(saved == written, "the layer is not that of the command");
    firefox.evaluate("document.getElementById('export').hidePopover()");
}

/// The matrix is walked with arrows, and undo takes the sample back and brings it again.
fn by_keyboard(firefox: &mut Firefox) {
    firefox.evaluate("document.querySelector('[role=grid] [tabindex=\"0\"]').focus()");
    let here = "document.activeElement.dataset.technique ?? ''";
    let first = firefox.evaluate(here);
    firefox.key("\u{E015}");
    let second = firefox.evaluate(here);
    assert!(first != second && second != "", "{first} {second}");
    firefox.key("\u{E007}");
    firefox.wait_until(&format!(
        "document.querySelector('aside[data-panel=technique]')?.innerText.includes({second})"
    ));
    firefox.key("\u{E00C}");
    firefox.wait_until("!document.querySelector('aside[data-panel=technique]')");
    assert_eq!(firefox.evaluate(here), second, "the focus returns");
}

/// Every view comes up with something in it.
fn views(firefox: &mut Firefox) {
    for (place, is_there) in [
        ("tactics", "document.querySelector('main [data-stat]')"),
        ("gaps", "document.querySelector('.gaps-table [data-gap]')"),
        ("rules", "document.querySelector('.rules-table tr[data-row]')"),
        ("alerts", "document.querySelector('.alert-tactics tbody tr')"),
        ("report", "document.querySelector('main [aria-label=Report] tbody tr')"),
        ("table", "document.querySelector('.techniques-table tbody tr')"),
        ("import", "document.querySelector('main [aria-label=\"Import report\"] tbody tr')"),
        ("matrix", "document.querySelector('[data-technique][data-score]')"),
    ] {
        firefox.evaluate(&format!("location.hash = '#/{place}'"));
        firefox.wait_until(is_there);
        picture(firefox, place);
    }
}

/// Files of one's own, chosen; SigmaHQ where it is at hand.
fn files(firefox: &mut Firefox, folder: &Path) {
    let rule = |at: usize, id: &str| {
        format!(
            "title: Rule {at}\nid: 6f0fa3b4-0000-4000-8000-{at:012}\nstatus: test\nlevel: high\ntags: [attack.{id}]\nlogsource:\n  product: windows\ndetection:\n  a:\n    b: c\n  condition: a\n"
        )
    };
    let ids = ["t1059.001", "t1003", "t1003.001", "t1566", "t1021.002", "t1047"];
    let all: Vec<Entry> = (0..120)
        .map(|at| {
            Entry::new(
                &format!("own/rule-{at}.yml"),
                rule(at, ids[at % ids.len()]).as_bytes(),
                true,
            )
        })
        .collect();
    fs::write(folder.join("own.zip"), zip(&all)).expect("writable");
    firefox.set_files("input#open-files", &[&folder.join("own.zip")]);
    agrees(firefox, folder, &["own.zip"]);

    let shared =
        std::env::var_os("COVERLAY_SHARED").map(|shared| Path::new(&shared).join("corpora"));
    match shared.filter(|folder| folder.join("sigmahq.zip").is_file()) {
        Some(corpora) => {
            firefox.evaluate("document.querySelector('[data-action=clear]').click()");
            firefox.wait_until("document.querySelector('[data-action=try-sample]')");
            firefox.set_files("input#open-files", &[&corpora.join("sigmahq.zip")]);
            agrees(firefox, &corpora, &["sigmahq.zip"]);
            picture(firefox, "sigmahq");
        }
        None => println!("    without sigmahq.zip: COVERLAY_SHARED does not lead to it"),
    }
}

/// Files that are dropped, as far as a script can drop them.
fn dropped(firefox: &mut Firefox, folder: &Path) {
    let text = "title: Dropped\nid: 6f0fa3b4-0000-4000-8000-0000000000ff\nstatus: test\nlevel: low\ntags: [attack.t1057]\nlogsource:\n  product: windows\ndetection:\n  a:\n    b: c\n  condition: a\n";
    fs::write(folder.join("dropped.yml"), text).expect("writable");
    firefox.evaluate("document.querySelector('[data-action=clear]').click()");
    firefox.wait_until("document.querySelector('[data-action=try-sample]')");
    firefox.evaluate(&format!(
        "(() => {{
            const data = new DataTransfer();
            data.items.add(new File([{}], 'dropped.yml'));
            const at = {{bubbles: true, cancelable: true, dataTransfer: data, clientX: 600, clientY: 400}};
            for (const kind of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(kind, at));
            return 0;
        }})()",
        json!(text)
    ));
    agrees(firefox, folder, &["dropped.yml"]);
}
