//! All of one's work: as a file and back, kept in the browser if asked for, and forgotten. What is
//! saved before and after is compared as a whole.
use crate::Test;
use crate::hostile::rule;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{
    cell, click_text, copy_of_the_sample, drop_on, open_menu, read, texts, with_sample,
};
use base64::Engine;
use coverlay::attack::Domain;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

pub(crate) const TESTS: &[Test] = &[
    ("workspace: saved, loaded again and dropped, everything is as it was", round_trip),
    ("workspace: opening one can be undone and done again", undone),
    ("workspace: files that are only named are found again where they are dropped", named),
    ("workspace: a large one, with alerts, in pieces", large),
    ("workspace: one of 40 MB is not copied into the page's memory", heavy),
    ("workspace: one that is gone before it is read, or too large, is told", unread),
    ("workspace: of a later version, with what nobody knows, and hostile", odd),
    ("workspace: kept if asked for, and open again after a reload", kept),
    ("workspace: open again after a crash", crashed),
    ("workspace: two tabs keep whole states, and say so", two_tabs),
    ("workspace: refused and full storage is told", refused),
    ("workspace: forget everything leaves nothing", forgotten),
    ("workspace: accessible in light", |rig| accessible(rig, "light")),
    ("workspace: accessible in dark", |rig| accessible(rig, "dark")),
];

const NOTICE: &str = "[data-panel=workspace-notice]";
const RESTORED: &str = "document.querySelector('[data-panel=workspace-notice]')?.innerText.includes('Restored what was open')";

/// The workspace as it would be saved now: name and bytes.
#[track_caller]
pub(crate) fn saved(page: &Page, named: bool) -> (String, Vec<u8>) {
    let choice = if named { "workspace-named" } else { "workspace-embedded" };
    page.wait_until("document.querySelector('[data-action=save-workspace]')");
    page.evaluate(&format!(
        "document.querySelector('[data-action={choice}]').click(); document.querySelector('[data-action=save-workspace]').click()"
    ));
    let file = page.download();
    (file.name, file.bytes)
}

/// The same as a value, without the time.
#[track_caller]
fn document(bytes: &[u8]) -> Value {
    let mut value: Value = serde_json::from_slice(bytes).expect("JSON");
    value["saved"] = Value::Null;
    value
}

/// Loads the page again, without an address.
#[track_caller]
fn afresh(rig: &Rig, page: &Page) {
    page.go("about:blank");
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
}

/// What the headline says, and the tabs.
const FIGURES: &str =
            "[Object.fromEntries([...document.querySelectorAll('[data-figure]')].map((each) => [each.dataset.figure, each.dataset.value])),
          [...document.querySelectorAll('[data-layer-tab]')].map((each) => [each.innerText, each.getAttribute('aria-selected')])]";

#[track_caller]
fn figures(page: &Page) -> Value {
    page.evaluate(FIGURES)
}

/// The sample, a layer that was edited, a copy of it, a snapshot, a peer, a profile, choices.
#[track_caller]
fn full(rig: &Rig) -> Page {
    let layer = json!({
        "name": "Edit <me>", "domain": "enterprise-attack",
        "versions": {"attack": "19", "navigator": "5.3.2", "layer": "4.5"},
        "x-own": {"kept": [1, 2.5]},
        "techniques": [{"techniqueID": "T1059", "tactic": "execution", "score": 40}],
    });
    let folder = rig.folder(&[
        ("in/edit-me.json", &layer.to_string()),
        (
            "in/profile.json",
            r#"{"platforms": ["Windows", "Linux"], "groups": ["APT29"], "accepted": []}"#,
        ),
        ("in/README.md", "# nothing to read\n"),
        ("in/bytes.bin", "\u{1}\0\0\u{2}"),
    ]);
    let page = with_sample(rig);
    page.evaluate("location.hash = '#/changes'");
    page.wait_until("document.querySelector('[data-action=keep-snapshot]')");
    page.click("[data-action=keep-snapshot]");
    page.evaluate("location.hash = '#/matrix'");
    drop_on(&page, &[&folder.join("in")]);
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length > 1");
    page.evaluate("[...document.querySelectorAll('[data-layer-tab]')].at(-1).click()");
    let shell = cell("T1059", "execution");
    page.wait_until("document.querySelector('[role=grid][aria-multiselectable=true]')");
    page.wait_until(&format!("document.querySelector({})", json!(shell)));
    page.click(&shell);
    page.wait_until("document.querySelector('[data-panel=layer-edit] .edit-score')");
    page.evaluate("(() => { const field = document.querySelector('[data-panel=layer-edit] .edit-score'); field.focus(); field.select(); })()");
    page.type_text("75");
    page.key("Tab");
    page.wait_until(&format!("document.querySelector({})?.dataset.score === '75'", json!(shell)));
    page.key("Escape");
    page.evaluate("document.querySelector('[data-layer-tab=rules]').click()");
    page.evaluate("location.hash = '#/tactics?show=depth'");
    page.wait_until("document.querySelector('section.tactics, section.stats, main h1')");
    page
}

/// Waits until the headline and the tabs are these.
#[track_caller]
fn shows(page: &Page, expected: &Value) {
    for _ in 0..150 {
        if figures(page) == *expected {
            return;
        }
        page.evaluate("new Promise((ok) => setTimeout(ok, 100))");
    }
    assert_eq!(&figures(page), expected);
}

/// Everything is as in another page.
#[track_caller]
fn is_as(page: &Page, before: &Value, then: &Value, hash: &str) {
    page.wait_until(&format!("location.hash === {}", json!(hash)));
    shows(page, before);
    assert_eq!(&document(&saved(page, false).1), then);
}

fn round_trip(rig: &Rig) {
    let page = full(rig);
    let hash = page.evaluate("location.hash");
    let hash = hash.as_str().expect("text");
    let before = figures(&page);
    open_menu(&page, "export");
    let told = page.text("[data-note=workspace-size]");
    page.key("Escape");
    let (name, bytes) = saved(&page, false);
    assert!(name.ends_with(".coverlay.json"), "{name}");
    let then = document(&bytes);
    // What was told before is about what came.
    let files = then["inputs"].as_array().expect("a list").len();
    assert!(told.starts_with(&format!("{files} files, about ")), "{told}");
    assert!(files > 60);
    assert_eq!(then["snapshots"][0]["domain"], json!(Domain::Enterprise));
    let layer = &then["tabs"][0]["layer"];
    assert_eq!(
        (&layer["techniques"][0]["score"], &layer["x-own"]["kept"][1]),
        (&json!(75), &json!(2.5))
    );
    assert_eq!(then["settings"]["own_profile"]["groups"], json!(["APT29"]));
    let all = then["inputs"].as_array().expect("a list");
    let of = |end: &str| {
        all.iter()
            .find(|file| file["path"].as_str().is_some_and(|path| path.ends_with(end)))
            .expect("it is there")
    };
    assert_eq!(of("README.md")["text"], "# nothing to read\n");
    assert_eq!(of("bytes.bin")["size"], 4);
    let folder = rig.folder(&[]);
    let path = folder.join("renamed.txt");
    fs::write(&path, &bytes).expect("writable");
    // Settings are of this browser; the file must bring its own.
    page.evaluate("localStorage.clear()");
    afresh(rig, &page);
    page.evaluate("localStorage.clear()");
    drop_on(&page, &[&path]);
    is_as(&page, &before, &then, hash);
    // By the name that was suggested, and through the input for files.
    let path = folder.join(&name);
    fs::write(&path, &bytes).expect("writable");
    afresh(rig, &page);
    read(&page, || page.set_file_input("#open-files", &[&path]));
    is_as(&page, &before, &then, hash);
    // A file's text is there.
    page.evaluate("location.hash = '#/rules'");
    page.wait_until("document.querySelector('.rules-table th a, table th a')");
    page.evaluate("document.querySelector('.rules-table th a, table th a').click()");
    page.wait_until(
        "document.querySelector('aside[data-panel=rule] .source')?.innerText.includes('title')",
    );
}

fn undone(rig: &Rig) {
    let page = full(rig);
    let (_, bytes) = saved(&page, false);
    let folder = rig.folder(&[("other/one.yml", &rule("One", "t1057"))]);
    let path = folder.join("a.coverlay.json");
    fs::write(&path, &bytes).expect("writable");
    afresh(rig, &page);
    drop_on(&page, &[&folder.join("other")]);
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value === '1'");
    drop_on(&page, &[&path]);
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length === 2");
    assert!(page.figure("rules") > 50.0);
    page.wait_until("document.querySelector('.toast')?.innerText.includes('opened: ')");
    page.click("[data-action=undo]");
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value === '1'");
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length < 2");
    page.key("Control+y");
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length === 2");
    page.wait_until("+document.querySelector('[data-figure=rules]')?.dataset.value > 50");
}

fn named(rig: &Rig) {
    let folder = copy_of_the_sample(rig);
    let page = rig.open();
    drop_on(&page, &[&folder.join("sample")]);
    let before = figures(&page);
    let then = document(&saved(&page, false).1);
    let (_, bytes) = saved(&page, true);
    let value = document(&bytes);
    let files = value["inputs"].as_array().expect("a list");
    assert!(files.iter().all(|file| file.get("text").is_none()
        && file["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));
    let path = folder.join("w.coverlay.json");
    fs::write(&path, &bytes).expect("writable");
    afresh(rig, &page);
    drop_on(&page, &[&path]);
    page.wait_until("document.querySelector('[data-panel=missing]')");
    let told = page.text("[data-panel=missing]");
    assert!(told.contains(&format!("{} files of", files.len())), "{told}");
    assert_eq!(page.figure("rules"), 0.0);
    // From another level, one of them changed.
    let changed = &files
        .iter()
        .find(|file| file["path"].as_str().is_some_and(|path| path.ends_with(".yml")))
        .expect("a rule")["path"];
    let changed = changed.as_str().expect("text").to_owned();
    let outer = rig.folder(&[]);
    let copy = outer.join("elsewhere/again");
    fs::create_dir_all(&copy).expect("writable");
    let moved = copy.join("sample");
    copy_folder(&folder.join("sample"), &moved);
    let text = fs::read_to_string(copy.join(&changed)).expect("a rule");
    fs::write(copy.join(&changed), text.replace("title: ", "title: Changed ")).expect("writable");
    drop_on(&page, &[&outer.join("elsewhere")]);
    page.wait_until("!document.querySelector('[data-panel=missing]')");
    // One remark more: that it was changed.
    let remarks = |figures: &Value| {
        let number =
            figures[0]["diagnostics"].as_str().map_or(0, |text| text.parse().expect("a number"));
        let mut rest = figures.clone();
        rest[0]["diagnostics"] = Value::Null;
        (number, rest)
    };
    let ((number, rest), (earlier, expected)): ((u32, _), (u32, _)) =
        (remarks(&figures(&page)), remarks(&before));
    assert_eq!((number, rest), (earlier + 1, expected));
    let now = document(&saved(&page, false).1);
    let without = |mut value: Value| {
        let files = value["inputs"].as_array_mut().expect("a list");
        files.retain(|file| file["path"] != changed.as_str());
        value
    };
    assert_eq!(without(now), without(then));
    page.evaluate("location.hash = '#/import'");
    page.wait_until("document.querySelector('section.report')?.innerText.includes('Damaged file in a workspace') || document.querySelector('section.report')?.innerText.includes('another than when the workspace was saved')");
}

pub(crate) fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    for (path, content) in crate::steps::files_below(from) {
        let copy: PathBuf = to.join(path.strip_prefix(from).expect("below it"));
        fs::create_dir_all(copy.parent().expect("below")).expect("writable");
        fs::write(copy, content).expect("writable");
    }
}

fn large(rig: &Rig) {
    let mut rows = "time,rule,technique,host\n".to_owned();
    for row in 0..90_000 {
        rows.push_str(&format!(
            "2026-11-{:02}T01:30:00Z,Rule {},T1059,h{row}\n",
            1 + row % 28,
            row % 50
        ));
    }
    let folder = rig.folder(&[("in/alerts.csv", &rows), ("in/a.yml", &rule("Rule 1", "t1059"))]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("in")]);
    page.evaluate("location.hash = '#/alerts'");
    page.wait_until(
        "document.querySelector('main')?.innerText.replace(/\\D/g, '').includes('9000090000')",
    );
    watch(&page);
    let (_, bytes) = saved(&page, false);
    assert!(bytes.len() > 3 << 20, "the way of large files");
    assert!(longest(&page) < 400.0, "a task while it was written");
    let path = folder.join("w.json");
    fs::write(&path, &bytes).expect("writable");
    let then = document(&bytes);
    afresh(rig, &page);
    watch(&page);
    drop_on(&page, &[&path]);
    page.wait_until(
        "document.querySelector('main')?.innerText.replace(/\\D/g, '').includes('9000090000')",
    );
    assert!(longest(&page) < 400.0, "a task while it was opened");
    assert_eq!(document(&saved(&page, false).1), then);
}

/// Text of so many bytes, no two lines of it the same.
fn prose(name: &str, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 100);
    for line in 0.. {
        text.push_str(&format!("{name} {line}: “nothing” to read in here\n"));
        if text.len() >= bytes {
            break;
        }
    }
    text
}

/// Its bytes are the browser's: on disk, in the press, in files of what is in it. Memory of the
/// page's own, which never shrinks, has a part of it at no time.
fn heavy(rig: &Rig) {
    let bytes: Vec<u8> =
        (0..9_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
    let inputs = json!([
        {"path": "in/a.md", "text": prose("a", 13 << 20)},
        {"path": "in/a.yml", "text": rule("Rule 1", "t1059")},
        {"path": "in/b.bin", "base64": bytes},
        {"path": "in/c.md", "text": prose("c", 12 << 20)},
        {"path": "in/d.yml", "text": rule("Rule 2", "t1003")},
    ]);
    let work =
        json!({"format": "coverlay-workspace", "version": 1, "min_reader": 1, "inputs": inputs});
    let path = rig.folder(&[("w.coverlay.json", &work.to_string())]).join("w.coverlay.json");
    let size = fs::metadata(&path).expect("written").len();
    assert!(size > 36 << 20, "{size}");
    let page = rig.open();
    let before = page.wasm_memory();
    watch(&page);
    drop_on(&page, &[&path]);
    page.wait_until("document.querySelector('.toast')?.innerText.includes('opened: 5 files')");
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value === '2'");
    let grown = page.wasm_memory().saturating_sub(before);
    longest(&page);
    println!("    a workspace of {size} bytes: the page's memory grows by {grown}");
    assert!(grown < size / 3, "{grown} of {size}");
    // And all of it is there, at its place.
    let again: Value = serde_json::from_slice(&saved(&page, false).1).expect("JSON");
    let again = again["inputs"].as_array().expect("a list");
    assert_eq!(again.len(), 5);
    for (now, then) in again.iter().zip(work["inputs"].as_array().expect("a list")) {
        for key in ["path", "text", "base64"] {
            // Not the whole text where they differ.
            assert!(now[key] == then[key], "{} of {}", key, then["path"]);
        }
    }
}

fn unread(rig: &Rig) {
    let text = json!({"format": "coverlay-workspace", "version": 1, "inputs": [
        {"path": "in/a.md", "text": prose("a", 3 << 20)},
        {"path": "in/a.yml", "text": rule("Rule 1", "t1059")},
    ]});
    let folder =
        rig.folder(&[("w.coverlay.json", &text.to_string()), ("a.yml", &rule("Good", "t1059"))]);
    let path = folder.join("w.coverlay.json");
    let page = rig.open();
    drop_on(&page, &[&folder.join("a.yml")]);
    let told = |part: &str| {
        page.evaluate("location.hash = '#/import'");
        page.wait_until("document.querySelector('section.report')");
        page.evaluate(
            "document.querySelectorAll('section.report details').forEach((each) => (each.open = true))",
        );
        page.wait_until(&format!(
            "document.querySelector('section.report').innerText.includes({})",
            json!(part)
        ));
    };
    // The first who gets its handle finds out what it is; the second, the press, comes too late.
    page.evaluate(
        "(() => {
            const post = Worker.prototype.postMessage;
            let handles = 0;
            Worker.prototype.postMessage = function (...all) {
                if (!(all[0]?.[1] instanceof Blob) || (handles += 1) !== 2) return post.apply(this, all);
                window.read_now = () => post.apply(this, all);
            };
        })()",
    );
    read(&page, || {
        page.drop_files(&[&path], 640.0, 400.0);
        page.wait_until("Boolean(window.read_now)");
        fs::remove_file(&path).expect("it was there");
        page.evaluate("window.read_now()");
    });
    told("w.coverlay.json");
    told("the browser could not read it: ");
    assert_eq!(page.figure("rules"), 1.0);
    // Beyond the limit of the day it is not read at all.
    page.evaluate(
        "(() => { const at = document.querySelector('[data-limit=workspace-bytes]'); at.value = '1 MiB'; at.dispatchEvent(new Event('change', { bubbles: true })); })()",
    );
    fs::write(&path, text.to_string()).expect("writable");
    drop_on(&page, &[&path]);
    told("longer than the 1 MiB allowed for a workspace");
    told("raise the limit 'workspace-bytes'");
    assert_eq!(page.figure("rules"), 1.0);
}

/// On a quiet machine no task is over 50 ms; this one may be shared with other work.
fn watch(page: &Page) {
    page.evaluate(
        "window.long = []; new PerformanceObserver((list) => window.long.push(...list.getEntries().map((each) => Math.round(each.duration)))).observe({type: 'longtask'}); 0",
    );
}

fn longest(page: &Page) -> f64 {
    let longest =
        page.evaluate("Math.max(0, ...window.long.splice(0))").as_f64().expect("a number");
    println!("    longest task: {longest} ms");
    longest
}

fn odd(rig: &Rig) {
    let page = with_sample(rig);
    let mut value = document(&saved(&page, false).1);
    value["saved"] = json!("<img src=x onerror=alert(1)>");
    value["version"] = json!(7);
    value["news"] = json!({"a": 1});
    value["settings"]["theme"] = json!("sepia");
    value["settings"]["show_ids"] = json!(true);
    let files = value["inputs"].as_array_mut().expect("a list");
    let all = files.len();
    files.push(json!({"path": "../../etc/passwd", "text": "x"}));
    files.push(json!({"path": "<b>x</b>.yml", "text": rule("<i>One</i>", "t1057")}));
    files.push(json!({"path": "inner.json", "text": "{\"format\": \"coverlay-workspace\", \"version\": 1}"}));
    let folder = rig.folder(&[("w.json", &value.to_string())]);
    afresh(rig, &page);
    drop_on(&page, &[&folder.join("w.json")]);
    page.wait_until("document.querySelector('.toast')?.innerText.includes('opened: ')");
    page.evaluate("location.hash = '#/import'");
    page.wait_until("document.querySelector('section.report')");
    page.evaluate(
        "document.querySelectorAll('section.report details').forEach((each) => (each.open = true))",
    );
    page.wait_until("document.querySelector('section.report')?.innerText.includes('version 7')");
    let told = page.text("section.report");
    for part in ["“news”", "“theme”", "leaves its folder", "another workspace is not opened"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(page.count("main img, .toast img, section.report b b, section.report i"), 0);
    // The rest is there: one rule more than in the sample, and the good settings.
    let again = document(&saved(&page, false).1);
    assert_eq!(again["news"], json!({"a": 1}));
    assert_eq!(
        (&again["settings"]["show_ids"], &again["settings"]["theme"]),
        (&json!(true), &json!("system"))
    );
    assert_eq!(again["inputs"].as_array().expect("a list").len(), all + 2);
    // One that needs another reader changes nothing.
    let before = figures(&page);
    let folder = rig.folder(&[(
        "z.json",
        r#"{"format": "coverlay-workspace", "version": 9, "min_reader": 9}"#,
    )]);
    drop_on(&page, &[&folder.join("z.json")]);
    page.wait_until(
        "document.querySelector('section.report')?.innerText.includes('needs reader 9')",
    );
    assert_eq!(figures(&page)[0]["rules"], before[0]["rules"]);
}

/// Ticks that it is to be kept, and waits until it is.
#[track_caller]
pub(crate) fn keep(page: &Page) {
    open_menu(page, "workspace");
    page.click("[data-action=keep-workspace]");
    is_kept(page);
    page.key("Escape");
}

#[track_caller]
fn is_kept(page: &Page) {
    page.wait_until(
        "document.querySelector('[data-note=keep]')?.textContent.startsWith('Kept at')",
    );
}

/// What of ours is in the browser's storage.
#[track_caller]
fn stored(page: &Page) -> Value {
    page.evaluate("(async () => [(await indexedDB.databases()).map((each) => each.name).sort(), Object.keys(localStorage).sort(), sessionStorage.length])()")
}

fn kept(rig: &Rig) {
    let page = full(rig);
    assert_eq!(stored(&page)[0], json!([]), "nothing unasked");
    keep(&page);
    assert_eq!(stored(&page)[0], json!(["coverlay.workspace"]));
    // What changes afterwards is kept as well, also shortly before the page is left.
    page.evaluate("document.querySelector('[data-note=keep]').textContent = ''");
    let folder = rig.folder(&[("more.yml", &rule("One more", "t1057"))]);
    drop_on(&page, &[&folder.join("more.yml")]);
    page.evaluate("document.querySelectorAll('[data-layer-tab]')[1].click()");
    page.wait_until("document.querySelector('[data-layer-tab][aria-selected=true]')?.dataset.layerTab !== 'rules'");
    page.evaluate("new Promise((ok) => setTimeout(ok, 1500))");
    let before = figures(&page);
    let hash = page.evaluate("location.hash");
    let then = document(&saved(&page, false).1);
    page.reload();
    page.wait_for_mark("coverlay:whole");
    page.wait_until(RESTORED);
    is_as(&page, &before, &then, hash.as_str().expect("text"));
    // Files do not depend on where they were.
    fs::remove_dir_all(&folder).expect("it was there");
    page.reload();
    page.wait_until(RESTORED);
    is_as(&page, &before, &then, hash.as_str().expect("text"));
    // To start empty can be undone.
    page.click("[data-action=start-empty]");
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length < 2");
    page.wait_until(&format!("!document.querySelector('{NOTICE}')"));
    click_text(&page, ".toast button", "Undo");
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length > 1");
    shows(&page, &before);
    // Unticked, it is gone.
    open_menu(&page, "workspace");
    page.click("[data-action=keep-workspace]");
    page.wait_until("(async () => (await indexedDB.databases()).length === 0)()");
    assert_eq!(stored(&page)[1], json!(["coverlay.settings.1"]));
    page.reload();
    page.wait_for_mark("coverlay:whole");
    assert_eq!(page.count(NOTICE), 0);
}

fn crashed(rig: &Rig) {
    let page = full(rig);
    keep(&page);
    let before = figures(&page);
    page.crash();
    let page = page.beside();
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    page.wait_until(RESTORED);
    shows(&page, &before);
    // Who is gone keeps nothing any more.
    page.evaluate("new Promise((ok) => setTimeout(ok, 2000))");
    assert!(!page.text(NOTICE).contains("Another tab"));
    page.close();
}

fn two_tabs(rig: &Rig) {
    let one = with_sample(rig);
    keep(&one);
    let two = one.beside();
    two.go(&rig.server.url());
    two.wait_for_mark("coverlay:whole");
    two.wait_until(RESTORED);
    two.wait_until(&format!(
        "document.querySelector('{NOTICE}')?.innerText.includes('Another tab')"
    ));
    let folder = rig.folder(&[("a.yml", &rule("One", "t1057")), ("b.yml", &rule("Two", "t1082"))]);
    two.click("[data-action=clear]");
    drop_on(&two, &[&folder.join("a.yml")]);
    // The other hears of it, also unseen.
    one.wait_until(&format!(
        "document.querySelector('{NOTICE}')?.innerText.includes('Another tab')"
    ));
    two.evaluate("new Promise((ok) => setTimeout(ok, 1500))");
    // And keeps its own again, whole.
    one.call("Page.bringToFront", json!({}));
    drop_on(&one, &[&folder.join("b.yml")]);
    one.evaluate("new Promise((ok) => setTimeout(ok, 1500))");
    let then = document(&saved(&one, false).1);
    let three = one.beside();
    three.go(&rig.server.url());
    three.wait_for_mark("coverlay:whole");
    three.wait_until(RESTORED);
    three.wait_until("+document.querySelector('[data-figure=rules]')?.dataset.value > 50");
    assert_eq!(document(&saved(&three, false).1), then);
}

fn refused(rig: &Rig) {
    for (script, reason) in [
        (
            "IDBObjectStore.prototype.put = () => { throw new DOMException('no', 'QuotaExceededError'); }",
            "no more room",
        ),
        (
            "IDBFactory.prototype.open = () => { throw new DOMException('The user denied it.', 'SecurityError'); }",
            "The user denied it.",
        ),
        (
            "Storage.prototype.setItem = () => { throw new DOMException('Storage is off.', 'SecurityError'); }",
            "Storage is off.",
        ),
    ] {
        let page = rig.blank();
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
        page.go(&rig.server.url());
        page.wait_for_mark("coverlay:whole");
        read(&page, || page.click("[data-action=try-sample]"));
        open_menu(&page, "workspace");
        page.click("[data-action=keep-workspace]");
        page.wait_until(
            "document.querySelector('[data-note=keep]')?.textContent.includes('switched off')",
        );
        let told = page.text("[data-note=keep]");
        assert!(told.contains(reason), "{told}");
        page.wait_until("!document.querySelector('[data-action=keep-workspace]').checked");
        assert!(page.text(NOTICE).contains(reason));
        page.wait_until("(async () => (await indexedDB.databases()).length === 0)()");
        // The work goes on.
        assert!(page.figure("rules") > 50.0);
    }
}

fn forgotten(rig: &Rig) {
    let page = full(rig);
    keep(&page);
    let folder = rig.folder(&[("lib/a.yml", &rule("Shelf", "t1135"))]);
    page.evaluate("location.hash = '#/gaps?show=next'");
    page.wait_until("document.querySelector('#library-folder')");
    read(&page, || page.set_file_input("#library-folder", &[&folder.join("lib")]));
    page.click("[data-action=remember-library]");
    page.wait_until("document.querySelector('[data-stat=library]').innerText.includes('Remembered with its files')");
    page.evaluate("new Promise((ok) => setTimeout(ok, 1500))");
    assert_eq!(stored(&page)[0], json!(["coverlay.library", "coverlay.workspace"]));
    assert!(stored(&page)[1].as_array().is_some_and(|keys| keys.len() >= 3));
    let before = page.figure("rules");
    open_menu(&page, "workspace");
    page.click("[data-action=forget-everything]");
    page.wait_until(
        "document.querySelector('.toast')?.innerText.includes('Everything is forgotten')",
    );
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length < 2");
    // Nothing comes later either.
    page.evaluate("new Promise((ok) => setTimeout(ok, 1500))");
    assert_eq!(stored(&page), json!([[], [], 0]));
    assert_eq!(page.count("[data-figure=library]"), 0);
    // In memory it is there until the page is left.
    page.key("Escape");
    page.click("[data-action=undo]");
    page.wait_until(&format!(
        "+document.querySelector('[data-figure=rules]')?.dataset.value === {before}"
    ));
    assert_eq!(stored(&page)[0], json!([]), "undo stores no files");
    open_menu(&page, "workspace");
    page.click("[data-action=forget-everything]");
    page.wait_until(
        "document.querySelector('.toast')?.innerText.includes('Everything is forgotten')",
    );
    page.evaluate("new Promise((ok) => setTimeout(ok, 600))");
    page.reload();
    page.wait_for_mark("coverlay:whole");
    assert_eq!(stored(&page), json!([[], [], 0]));
    assert!(texts(&page, NOTICE).is_empty());
    page.wait_until("document.querySelector('[data-action=try-sample]')");
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    let (_, bytes) = saved(&page, true);
    let path = rig.folder(&[]).join("w.coverlay.json");
    fs::write(&path, &bytes).expect("writable");
    keep(&page);
    page.reload();
    page.wait_until(RESTORED);
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        picture(&page, &format!("{theme}-{state}"));
        let Some(found) = page.axe() else { return };
        for each in found {
            let place = each.places.first();
            wrong.push(format!("{state}: {} ({}) {place:?}", each.rule, each.impact));
        }
    };
    check("restored");
    open_menu(&page, "workspace");
    check("menu");
    page.key("Escape");
    open_menu(&page, "export");
    page.evaluate(
        "document.querySelector('[data-action=save-workspace]').scrollIntoView({block: 'center'})",
    );
    check("export");
    page.key("Escape");
    afresh(rig, &page);
    page.wait_until(RESTORED);
    drop_on(&page, &[&path]);
    page.wait_until("document.querySelector('[data-panel=missing]')");
    check("missing");
    for (width, height) in [(390, 844), (1920, 1080)] {
        page.set_viewport(width, height, 1.0);
        page.evaluate(
            "new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))",
        );
        check(&format!("missing-{width}"));
        open_menu(&page, "workspace");
        check(&format!("menu-{width}"));
        page.key("Escape");
        assert_eq!(
            page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"),
            json!(true),
            "nothing is wider than {width}"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// For whoever wants to look: where `COVERLAY_PICTURES` leads.
fn picture(page: &Page, name: &str) {
    if let Some(folder) = std::env::var_os("COVERLAY_PICTURES") {
        let path = PathBuf::from(folder).join(format!("workspace-{name}.png"));
        fs::write(path, page.screenshot()).expect("writable");
    }
}
