//! The rig itself, against pages of a few lines: what it reports must be so, or no other test
//! here says anything.
use crate::Test;
use crate::page::Picture;
use crate::rig::Rig;
use crate::server::Server;
use serde_json::json;
use std::path::Path;

pub(crate) const TESTS: &[Test] = &[
    ("rig: a dropped folder arrives with all its entries", dropped_folder),
    ("rig: files and folders can be chosen in an input", chosen_files),
    ("rig: a download is caught with its name and bytes", downloads),
    ("rig: requests of page and worker are counted", requests),
    ("rig: errors of page and worker are seen", errors),
    ("rig: clicks and keys arrive as trusted events", clicks_and_keys),
    ("rig: a covered element cannot be clicked", covered),
    ("rig: marks are awaited, also later ones", marks),
    ("rig: a screenshot has the page's colours", screenshots),
    ("rig: axe-core finds what is wrong", accessibility),
    ("rig: storage is not shared between pages", storage),
    ("rig: the server keeps to its folder and its mount", served_files),
];

/// A served folder with one page; keep the server for as long as the page is used.
fn page_with(rig: &Rig, body: &str) -> (Server, crate::page::Page) {
    let document = format!(
        "<!doctype html><html lang=en><title>t</title><link rel=icon href=data:,><body><main>{body}</main>"
    );
    let folder =
        rig.folder(&[("index.html", &document), ("other.txt", "other"), ("icon.svg", "<svg/>")]);
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = rig.blank();
    page.go(&server.url());
    (server, page)
}

fn dropped_folder(rig: &Rig) {
    let folder =
        rig.folder(&[("a/one.yml", "1"), ("a/deep/er/two.yml", "22"), ("a/deep/three.yml", "333")]);
    let (_server, page) = page_with(rig, "");
    page.evaluate(
        "globalThis.found = null;
        addEventListener('dragover', (event) => event.preventDefault());
        addEventListener('drop', async (event) => {
            event.preventDefault();
            const waiting = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry());
            const list = [];
            while (waiting.length) {
                const entry = waiting.pop();
                if (entry.isDirectory) {
                    waiting.push(...await new Promise((ok, no) => entry.createReader().readEntries(ok, no)));
                } else {
                    const file = await new Promise((ok, no) => entry.file(ok, no));
                    list.push(entry.fullPath + '=' + await file.text());
                }
            }
            globalThis.found = list.sort();
        }); 0",
    );
    page.drop_files(&[&folder.join("a")], 200.0, 200.0);
    let found = page.wait_until("globalThis.found");
    assert_eq!(found, json!(["/a/deep/er/two.yml=22", "/a/deep/three.yml=333", "/a/one.yml=1"]));
}

fn chosen_files(rig: &Rig) {
    let folder = rig.folder(&[("b/x.yml", "1"), ("b/c/y.yml", "2")]);
    let (_server, page) = page_with(
        rig,
        "<input type=file id=files multiple hidden><input type=file id=folder webkitdirectory>",
    );
    page.set_file_input("#files", &[&folder.join("b/x.yml"), &folder.join("b/c/y.yml")]);
    page.set_file_input("#folder", &[&folder.join("b")]);
    assert_eq!(
        page.evaluate("[...files.files].map((f) => f.name).sort()"),
        json!(["x.yml", "y.yml"])
    );
    assert_eq!(
        page.evaluate("[...folder.files].map((f) => f.webkitRelativePath).sort()"),
        json!(["b/c/y.yml", "b/x.yml"])
    );
}

fn downloads(rig: &Rig) {
    let (_server, page) = page_with(rig, "");
    for content in ["first", "second"] {
        page.evaluate(&format!(
            "(() => {{ const link = document.createElement('a');
            link.href = URL.createObjectURL(new Blob(['{content}'])); link.download = 'same.txt'; link.click(); }})()"
        ));
        let download = page.download();
        assert_eq!(
            (download.name.as_str(), download.bytes.as_slice()),
            ("same.txt", content.as_bytes())
        );
    }
}

fn requests(rig: &Rig) {
    let (server, page) = page_with(rig, "");
    let before = page.requests().len();
    page.evaluate("fetch('other.txt').then((answer) => answer.text())");
    page.evaluate(
        "new Promise((ok) => {
            const script = `fetch('${location.href}icon.svg').then(() => postMessage(0))`;
            new Worker(URL.createObjectURL(new Blob([script]))).onmessage = ok;
        }).then(() => 0)",
    );
    let seen = page.requests().split_off(before);
    assert_eq!(seen, [format!("{}other.txt", server.url()), format!("{}icon.svg", server.url())]);
    // The server's own log is the second witness: it cannot miss what a worker asks for.
    assert!(server.requests().ends_with(&["/other.txt".to_owned(), "/icon.svg".to_owned()]));
}

fn errors(rig: &Rig) {
    let (_server, page) = page_with(rig, "");
    assert_eq!(page.take_errors(), Vec::<String>::new());
    page.evaluate("console.log('a note'); console.error('said', 3); setTimeout(() => { throw new Error('thrown') }); 0");
    page.evaluate("globalThis.w = new Worker(URL.createObjectURL(new Blob(['setTimeout(() => nowhere(), 50)']))); 0");
    page.evaluate("new Promise((ok) => w.onerror = () => ok(0))");
    let errors = page.take_errors().join("\n");
    for part in ["said 3", "Error: thrown", "nowhere is not defined"] {
        assert!(errors.contains(part), "{part} is not in {errors}");
    }
    assert!(!errors.contains("a note"));
    assert_eq!(page.console(), ["a note"]);
    let refused = page.try_evaluate("Promise.reject(new Error('no'))");
    assert!(refused.expect_err("it rejects").contains("Error: no"));
}

fn clicks_and_keys(rig: &Rig) {
    let (_server, page) = page_with(
        rig,
        "<button id=b>press</button><input id=i aria-label=i><button id=c>c</button>",
    );
    page.evaluate(
        "globalThis.log = [];
        b.onclick = (event) => log.push('click ' + event.isTrusted);
        addEventListener('keydown', (event) => log.push(
            (event.ctrlKey ? 'Control+' : '') + (event.shiftKey ? 'Shift+' : '') + event.key + '/' + event.code)); 0",
    );
    page.click("#b");
    page.key("Tab");
    page.key("a");
    page.type_text("ß7");
    page.key("Control+b");
    page.key("Shift+Tab");
    assert_eq!(
        page.evaluate("log"),
        json!(["click true", "Tab/Tab", "a/KeyA", "Control+b/KeyB", "Shift+Tab/Tab"])
    );
    assert_eq!(page.evaluate("i.value"), json!("aß7"));
    assert_eq!(page.evaluate("document.activeElement.id"), json!("b"));
}

fn covered(rig: &Rig) {
    let (_server, page) = page_with(
        rig,
        "<button id=b>press</button><div style='position:fixed;inset:0'>above</div>",
    );
    let click = std::panic::AssertUnwindSafe(|| page.click("#b"));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(click);
    std::panic::set_hook(hook);
    assert!(outcome.is_err(), "the click went through");
}

fn marks(rig: &Rig) {
    let (_server, page) = page_with(rig, "");
    page.evaluate("setTimeout(() => performance.mark('m'), 100); 0");
    let first = page.wait_for_mark("m");
    let now = page.now();
    page.evaluate("setTimeout(() => performance.mark('m'), 100); 0");
    let second = page.wait_for_mark_after("m", now);
    assert!(first < now && now < second, "{first} {now} {second}");
}

fn screenshots(rig: &Rig) {
    let (_server, page) = page_with(
        rig,
        "<style>body{background:#123456}@media(prefers-color-scheme:dark){body{background:#abcdef}}</style>",
    );
    page.set_viewport(200, 100, 2.0);
    let shot = Picture::decode(&page.screenshot());
    assert_eq!((shot.width, shot.height), (400, 200));
    assert_eq!(shot.pixel(399, 199), [0x12, 0x34, 0x56, 0xff]);
    assert_eq!(shot.colours(), 1);
    page.set_media(&[("prefers-color-scheme", "dark")]);
    assert_eq!(Picture::decode(&page.screenshot()).pixel(0, 0), [0xab, 0xcd, 0xef, 0xff]);
}

fn accessibility(rig: &Rig) {
    let (_server, page) = page_with(rig, "<h1>t</h1><img src=icon.svg>");
    if let Some(violations) = page.axe() {
        let rules: Vec<_> = violations.iter().map(|violation| violation.rule.as_str()).collect();
        assert_eq!(rules, ["image-alt"], "{violations:?}");
        assert_eq!(violations[0].impact, "critical");
        assert!(violations[0].places[0].starts_with("img"), "{violations:?}");
    }
}

fn storage(rig: &Rig) {
    let (server, page) = page_with(rig, "");
    page.evaluate("localStorage.setItem('a', 'b')");
    let other = rig.blank();
    other.go(&server.url());
    assert_eq!(other.evaluate("localStorage.length"), json!(0));
    page.reload();
    assert_eq!(page.evaluate("localStorage.getItem('a')"), json!("b"));
}

fn served_files(rig: &Rig) {
    let folder =
        rig.folder(&[("in/index.html", "here"), ("in/a.wasm", ""), ("secret.txt", "secret")]);
    let server = Server::start(&folder.join("in"), "/m/", 0).expect("a free port");
    let page = rig.blank();
    page.go(&server.url());
    let status =
        |path: &str| page.evaluate(&format!("fetch('{path}').then((answer) => answer.status)"));
    assert_eq!(status("/m/"), json!(200));
    for outside in [
        "/",
        "/index.html",
        "/m/..%2fsecret.txt",
        "/m/%2e%2e/secret.txt",
        "/m/none",
        "/m//etc/passwd",
    ] {
        assert_eq!(status(outside), json!(404), "{outside}");
    }
    let kind =
        page.evaluate("fetch('a.wasm').then((answer) => answer.headers.get('content-type'))");
    assert_eq!(kind, json!("application/wasm"));
    server.stop();
    assert!(page.try_evaluate("fetch('/m/')").is_err(), "it still answers");
    assert!(Path::new(&folder).is_dir());
    page.take_errors(); // the refused addresses, meant to be
}
