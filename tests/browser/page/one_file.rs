//! `coverlay.html`, opened from disk: the whole page, and nothing is asked for.
use crate::Test;
use crate::hostile::listed;
use crate::page::{Page, Picture};
use crate::rig::Rig;
use crate::steps::{choose, copy_of_the_sample, drop_on, open_menu, read};
use crate::truth::{agree, report, sample_report};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("one file: from disk it reads a drop in workers and is right", from_disk),
    ("one file: pictures, workbook and every other export", exports),
    ("one file: its policy names its own script and style, and no address", policy),
    ("one file: it has at most 3.5 MB", size),
    ("one file: a folder that the browser refuses is told", refused_folder),
    ("one file: where there are no handles, dropped files are read", no_handles),
    ("one file: storage that is refused is told, views have addresses", refused),
];

/// What it may have, in bytes.
const MOST: u64 = 3_500_000;

/// Alone in a folder, open in a page; `script` runs before its own.
#[track_caller]
fn open(rig: &Rig, script: &str) -> (Page, String) {
    let file = rig.folder(&[]).join("coverlay.html");
    fs::copy(rig.dist.join("coverlay.html"), &file).expect("it is built");
    let page = rig.blank();
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
    let url = format!("file://{}", file.display());
    page.go(&url);
    page.wait_for_mark("coverlay:whole");
    page.wait_for_mark("coverlay:loaded");
    (page, url)
}

/// Counts messages to workers, and what they carry.
const COUNTED: &str = "{
    window.posted = 0;
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...all) { window.posted++; return post.apply(this, all); };
}";

/// From disk there is no other way to it.
fn refused_folder(rig: &Rig) {
    let script = "DataTransferItem.prototype.getAsFileSystemHandle =
        async () => { throw new DOMException('not these', 'AbortError'); }";
    let (page, _) = open(rig, script);
    drop_on(&page, &[&copy_of_the_sample(rig).join("sample")]);
    assert_eq!(listed(&page, "failed"), ["sample"]);
    let told = page.text("section[aria-label=\"Import report\"]");
    assert!(told.contains("not these"), "{told}");
}

/// As in Firefox and Safari. Files of a folder Chromium reads by handles alone, and says so.
fn no_handles(rig: &Rig) {
    let script = "delete DataTransferItem.prototype.getAsFileSystemHandle";
    let (page, _) = open(rig, script);
    let folder = rig.folder(&[("a.yml", &crate::hostile::rule("A", "t1003"))]);
    drop_on(&page, &[&folder.join("a.yml")]);
    assert_eq!(page.figure("rules"), 1.0);
    drop_on(&page, &[&copy_of_the_sample(rig).join("sample")]);
    assert_eq!(listed(&page, "failed"), ["sample"]);
}

fn from_disk(rig: &Rig) {
    let (page, url) = open(rig, COUNTED);
    assert!(url.starts_with("file:///"));
    read(&page, || page.click("[data-action=try-sample]"));
    agree(&page, &sample_report(&[]));
    page.click("[data-action=clear]");
    page.wait_until("document.querySelector('[data-action=try-sample]')");
    let before = page.evaluate("window.posted").as_u64().expect("a number");
    let folder = copy_of_the_sample(rig);
    drop_on(&page, &[&folder.join("sample")]);
    agree(&page, &report(&folder, &["sample"]));
    assert!(page.evaluate("window.posted").as_u64() > Some(before), "no worker was asked");
    // All releases are there.
    assert_eq!(page.evaluate("document.querySelectorAll('header select option').length"), json!(6));
    choose(&page, "header select", "ICS 19.0");
    page.wait_until("document.querySelector('[data-technique=T0800]')");
    choose(&page, "header select", "Enterprise 18.1");
    page.wait_until("document.querySelector('[data-technique=T1059]')");
    assert_eq!(page.requests(), [url]);
    assert_eq!(page.evaluate("performance.getEntriesByType('resource').filter((each) => !/^(blob|data):/.test(each.name)).length"), json!(0));
    page.evaluate("document.querySelector('[popovertarget=requests]').click()");
    assert_eq!(page.text("[data-said=loading]"), "One file: nothing was fetched.");
    assert!(page.text("[data-said=since]").ends_with(": nothing."));
}

fn exports(rig: &Rig) {
    let (page, url) = open(rig, "");
    read(&page, || page.click("[data-action=try-sample]"));
    // As the page of a server writes them; only the pictures have a font of its own in them.
    let served = rig.open();
    served.wait_for_mark("coverlay:loaded");
    read(&served, || served.click("[data-action=try-sample]"));
    let export = |page: &Page, action: &str| {
        open_menu(page, "export");
        page.click(&format!("[data-action={action}]"));
        page.download()
    };
    for action in ["export-xlsx", "export-svg", "export-csv", "export-layer"] {
        let (here, there) = (export(&page, action), export(&served, action));
        assert_eq!(here.name, there.name, "{action}");
        assert!(here.bytes.len() > 1000 && here.bytes == there.bytes, "{action} differs");
    }
    let picture = Picture::decode(&export(&page, "export-png").bytes);
    assert!(picture.colours() > 8);
    assert!(page.evaluate("document.fonts.size").as_u64() >= Some(2));
    page.key("Escape");
    page.click("[data-view=report]");
    page.wait_until("document.querySelector('[data-section=sources]')");
    page.click("[data-action=export-report]");
    let report = page.download().bytes;
    assert!(report.to_ascii_lowercase().starts_with(b"<!doctype html>") && report.len() > 100_000);
    assert_eq!(page.requests(), [url]);
}

fn policy(rig: &Rig) {
    let html = fs::read_to_string(rig.dist.join("coverlay.html")).expect("it is built");
    let between = |from: &str, to: &str| {
        let start = html.rfind(from).expect("there") + from.len();
        html[start..start + html[start..].find(to).expect("an end")].to_owned()
    };
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let (page, _) = open(rig, "");
    let policy =
        page.attribute("meta[http-equiv=Content-Security-Policy]", "content").expect("a policy");
    let (script, style) =
        (between("<script type=\"module\">", "</script>"), between("<style>", "</style>"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src {} 'wasm-unsafe-eval'; worker-src blob:; style-src {}; img-src blob: data:; base-uri 'none'; form-action 'none'",
            hash(&script),
            hash(&style)
        )
    );
    for name in ["manifest", "sw.js", "src=", "integrity="] {
        let head = &html[..html.find("<style>").expect("a style")];
        assert!(!head.contains(name), "{name} in the head");
    }
    assert_eq!(
        page.evaluate("fetch(location.href).then(() => 'answered', () => 'refused')"),
        json!("refused")
    );
    page.wait_until("document.querySelector('[data-requests]').dataset.requests === '1'");
    page.take_errors(); // the refusal, meant to be
}

fn size(rig: &Rig) {
    let bytes = fs::metadata(rig.dist.join("coverlay.html")).expect("it is built").len();
    println!("    coverlay.html has {bytes} bytes");
    assert!((1_000_000..=MOST).contains(&bytes), "{bytes}");
}

fn refused(rig: &Rig) {
    // As browsers do that give documents of the disk no storage.
    let (page, _) = open(
        rig,
        "for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
            Object.defineProperty(window, name, { get() { throw new DOMException('Not for files.', 'SecurityError'); } });
        }",
    );
    read(&page, || page.click("[data-action=try-sample]"));
    agree(&page, &sample_report(&[]));
    open_menu(&page, "workspace");
    page.click("[data-action=keep-workspace]");
    page.wait_until(
        "document.querySelector('[data-note=keep]')?.textContent.includes('switched off')",
    );
    page.key("Escape");
    // Views and back.
    page.click("[data-view=table]");
    page.wait_until("location.hash === '#/table'");
    page.click("[data-view=rules]");
    page.wait_until("location.hash === '#/rules'");
    page.evaluate("history.back()");
    page.wait_until(
        "location.hash === '#/table' && document.querySelector('[data-view=table]').ariaCurrent",
    );
    let place: Value = page.evaluate("location.protocol");
    assert_eq!(place, json!("file:"));
}
