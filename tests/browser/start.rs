//! The built page starts: under its strict policy, below any path, without a word to anyone else.
use crate::Test;
use crate::hostile::{listed, rule};
use crate::rig::{MOUNT, Rig};
use crate::server::Server;
use crate::steps::{read, with_sample};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("start: no inline script, a policy, only relative addresses", document),
    ("start: only its own files are asked for", own_files),
    ("start: the worker starts from a blob without a further request", worker),
    ("start: the matrix is there before the worker, and a drop waits for it", before_the_worker),
    ("start: without the worker a drop fails in words", without_the_worker),
    ("start: what lies below a drop may go meanwhile", gone_below),
    (
        "start: before all code is there the page can be used, and a drop waits for it",
        before_the_rest,
    ),
    ("start: without the rest of the code the page says so, and asks again", without_the_rest),
    ("start: code that is on its way is not loaded twice", on_its_way),
    (
        "start: without the other views the matrix works, and they are asked for again",
        without_views,
    ),
];

fn document(rig: &Rig) {
    let html = fs::read_to_string(rig.dist.join("index.html")).expect("a built page");
    assert!(html.contains("default-src 'none'"), "no Content-Security-Policy");
    let page = rig.open();
    assert_eq!(
        page.evaluate("[...document.scripts].filter((s) => s.textContent.trim()).length"),
        json!(0)
    );
    assert_eq!(
        page.evaluate("[...document.querySelectorAll('[src],link[href]')].map((e) => e.getAttribute('src') ?? e.getAttribute('href')).filter((a) => /^(\\/|[a-z]+:)/.test(a) && !/^(blob|data):/.test(a))"),
        json!([])
    );
}

fn own_files(rig: &Rig) {
    let page = rig.open();
    let url = rig.server.url();
    let foreign: Vec<_> =
        page.requests().into_iter().filter(|each| !each.starts_with(&url)).collect();
    assert_eq!(foreign, Vec::<String>::new());
    // Each is a file that was built, and the only ones that come by their kind are these.
    page.wait_for_mark("coverlay:loaded");
    let mut kinds = BTreeSet::new();
    for request in page.requests() {
        let path = request.strip_prefix(&url).expect("own").split(['?', '#']).next().unwrap_or("");
        assert!(path.is_empty() || rig.dist.join(path).is_file(), "{request}");
        kinds.insert(path.rsplit_once('.').map_or(path, |(_, kind)| kind).to_owned());
        assert!(!path.ends_with(".json") || path == "coverlay.json", "{request}");
    }
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    assert_eq!(kinds, ["", "catalogue", "css", "js", "json", "wasm", "woff2"]);
}

fn worker(rig: &Rig) {
    // The worker's own files, as the page itself uses them; its first message says that it runs. Beside the
    // page: there nothing may be fetched any more.
    let page = rig.blank();
    page.go(&format!("{}coverlay.json", rig.server.url()));
    let answer = page.evaluate(
        "(async () => {
            const [script, wasm] = await Promise.all([
                fetch('./worker.js').then((answer) => answer.text()),
                fetch('./worker_bg.wasm').then((answer) => answer.arrayBuffer())]);
            const boot = '\\nself.onmessage = (event) => { self.onmessage = null; wasm_bindgen({module_or_path: event.data}); };';
            const worker = new Worker(URL.createObjectURL(new Blob([script, boot], {type: 'text/javascript'})));
            const first = new Promise((ok, no) => { worker.onmessage = ok; worker.onerror = (event) => no(new Error(event.message)); });
            worker.postMessage(await WebAssembly.compile(wasm));
            await first;
            return 'runs';
        })()",
    );
    assert_eq!(answer, json!("runs"));
    page.take_errors(); // the browser looks for an icon beside a bare file
}

/// The worker's wasm is held back by the server.
fn before_the_worker(rig: &Rig) {
    let server = Server::start(&rig.dist, MOUNT, 0).expect("a free port");
    server.hold("worker_bg.wasm");
    let page = rig.blank();
    page.go(&format!("{}#/technique/T1059", server.url()));
    let ready = page.wait_for_mark("coverlay:ready");
    // The whole matrix, and something of it on the screen.
    page.wait_until("document.querySelectorAll('[data-technique]').length > 600");
    page.wait_until(
        "document.querySelector('[data-technique=\"T1059\"]').getBoundingClientRect().height > 20",
    );
    let arrived =
        "performance.getEntriesByType('resource').filter((e) => e.name.includes('worker_bg.wasm'))
        .map((e) => e.responseEnd)";
    assert_eq!(page.evaluate(arrived), json!([]), "the worker was to be held back");

    let folder = rig.folder(&[("early.yml", &rule("Early", "t1059"))]);
    page.drop_files(&[&folder.join("early.yml")], 640.0, 500.0);
    page.wait_for_mark("coverlay:intake");
    page.wait_until("document.querySelector('.progress:not([hidden])')");
    assert_eq!(page.evaluate("performance.getEntriesByName('coverlay:painted').length"), json!(0));
    server.release();
    page.wait_for_mark("coverlay:painted");
    assert_eq!(page.figure("rules"), 1.0);
    let arrived = page.evaluate(arrived)[0].as_f64().expect("a time");
    assert!(arrived > ready, "the worker came at {arrived} ms, ready was at {ready} ms");
}

/// The host does not give it: what is dropped is told as failed, with the reason, and nothing waits.
fn without_the_worker(rig: &Rig) {
    let page = rig.blank();
    page.call("Network.enable", json!({}));
    page.call("Network.setBlockedURLs", json!({"urls": ["*worker_bg.wasm*"]}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:ready");
    let folder = rig.folder(&[("a.yml", &rule("A", "t1059")), ("b.yml", &rule("B", "t1003"))]);
    for name in ["a.yml", "b.yml"] {
        page.evaluate("performance.clearMarks('coverlay:painted')");
        page.drop_files(&[&folder.join(name)], 640.0, 500.0);
        page.wait_for_mark("coverlay:painted");
    }
    assert_eq!(listed(&page, "failed"), ["a.yml", "b.yml"]);
    let told = page.text("section[aria-label=\"Import report\"]");
    assert!(told.contains("the worker could not be loaded"), "{told}");
    page.take_errors();
}

/// The server holds back what comes after the first picture.
fn before_the_rest(rig: &Rig) {
    let server = Server::start(&rig.dist, MOUNT, 0).expect("a free port");
    server.hold("later.wasm");
    let page = rig.blank();
    page.go(&server.url());
    page.wait_for_mark("coverlay:ready");
    assert_eq!(page.text("header .release option"), "Loading ATT&CK…");
    assert_eq!(page.attribute("header input[type=search]", "disabled"), Some(String::new()));
    // A choice made now is one's own, and stays.
    page.click("header [aria-label^=\"Colours\"]");
    page.wait_until("document.documentElement.dataset.theme === 'light'");
    page.click("header [aria-label^=\"Colours\"]");
    page.wait_until("document.documentElement.dataset.theme === 'dark'");
    let folder = rig.folder(&[("early.yml", &rule("Early", "t1059"))]);
    page.drop_files(&[&folder.join("early.yml")], 640.0, 500.0);
    page.wait_until("document.querySelector('.progress:not([hidden])')");
    page.wait_until("document.querySelector('main [role=status]')?.textContent === 'Loading…'");
    assert_eq!(page.evaluate("performance.getEntriesByName('coverlay:whole').length"), json!(0));
    server.release();
    page.wait_for_mark("coverlay:painted");
    assert_eq!(page.figure("rules"), 1.0);
    assert_eq!(page.count("main [data-technique=T1059][data-rules='1']"), 1);
    assert_eq!(page.evaluate("document.documentElement.dataset.theme"), json!("dark"));
    page.wait_until("JSON.parse(localStorage.getItem('coverlay.settings.1'))?.theme === 'dark'");
    // What was waited for can be stopped, too; and what is stored is there with the first picture.
    server.hold("later.wasm");
    page.reload();
    page.wait_for_mark("coverlay:ready");
    assert_eq!(page.evaluate("document.documentElement.dataset.theme"), json!("dark"));
    page.click("[data-action=try-sample]");
    page.wait_until("document.querySelector('.progress:not([hidden])')");
    page.click(".progress button");
    page.wait_until("document.querySelector('.progress').hidden");
    server.release();
    page.wait_for_mark("coverlay:loaded");
    assert_eq!(page.count("[data-action=try-sample]"), 1, "nothing was read");
    page.evaluate("localStorage.clear()");
}

/// The host does not give it.
fn without_the_rest(rig: &Rig) {
    let page = rig.blank();
    page.call("Network.enable", json!({}));
    page.call("Network.setBlockedURLs", json!({"urls": ["*later.wasm*"]}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:ready");
    page.wait_until("document.querySelector('[data-requests]').dataset.state === 'incomplete'");
    // The page is as it was; what needs the rest asks for it again, and says what cannot be had.
    assert_eq!(page.count("[data-action=try-sample]"), 1);
    let folder = rig.folder(&[("a.yml", &rule("A", "t1059"))]);
    let told =
        "document.querySelector('main [role=alert]')?.textContent.includes('could not be loaded')";
    page.drop_files(&[&folder.join("a.yml")], 640.0, 500.0);
    page.wait_until(told);
    assert_eq!(page.count(".progress:not([hidden])"), 0);
    assert_eq!(page.count("main [role=alert]"), 1);
    assert_eq!(page.evaluate("performance.getEntriesByName('coverlay:loaded').length"), json!(0));
    page.call("Network.setBlockedURLs", json!({"urls": []}));
    page.click("main [role=alert] button");
    page.wait_for_mark("coverlay:painted");
    assert_eq!(page.figure("rules"), 1.0);
    assert_eq!(page.count("main [data-technique=T1059][data-rules='1']"), 1);
    assert_eq!(page.count("main [role=alert]"), 0);
    page.click("[data-view=gaps]");
    page.wait_until("document.querySelector('main [data-part]')");
    page.take_errors();
}

/// One file fails while another one that belongs to it is still on its way: asking again waits for that.
fn on_its_way(rig: &Rig) {
    let server = Server::start(&rig.dist, MOUNT, 0).expect("a free port");
    server.hold("shared.wasm");
    let page = rig.blank();
    page.call("Network.enable", json!({}));
    page.call("Network.setBlockedURLs", json!({"urls": ["*later.wasm*"]}));
    page.go(&server.url());
    page.wait_for_mark("coverlay:ready");
    // Told by the script that loads it; the page itself is as it was.
    page.wait_until(
        "performance.getEntriesByType('resource').some((each) => each.name.includes('later.wasm'))",
    );
    page.call("Network.setBlockedURLs", json!({"urls": []}));
    let folder = rig.folder(&[("a.yml", &rule("A", "t1059"))]);
    page.drop_files(&[&folder.join("a.yml")], 640.0, 500.0);
    page.wait_until(
        "performance.getEntriesByType('resource').filter((each) => each.name.includes('later.wasm')).length === 2",
    );
    server.release();
    page.wait_for_mark("coverlay:painted");
    assert_eq!(page.figure("rules"), 1.0);
    let asked = server.requests();
    let shared = asked.iter().filter(|path| path.contains("shared.wasm")).count();
    assert_eq!(shared, 1, "{asked:?}");
    page.take_errors();
}

/// The host does not give what comes after the matrix.
fn without_views(rig: &Rig) {
    let page = rig.blank();
    page.call("Network.enable", json!({}));
    page.call("Network.setBlockedURLs", json!({"urls": ["*views.wasm*"]}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:ready");
    let folder = rig.folder(&[("a.yml", &rule("A", "t1059"))]);
    read(&page, || page.drop_files(&[&folder.join("a.yml")], 640.0, 500.0));
    assert_eq!(page.figure("rules"), 1.0);
    assert_eq!(page.count("main [data-technique=T1059][data-rules='1']"), 1);
    page.click("[data-view=gaps]");
    page.wait_until(
        "document.querySelector('main [role=alert]')?.textContent.includes('could not be loaded')",
    );
    assert_eq!(page.evaluate("performance.getEntriesByName('coverlay:loaded').length"), json!(0));
    page.call("Network.setBlockedURLs", json!({"urls": []}));
    page.click("main [role=alert] button");
    page.wait_until("document.querySelector('main [data-part]')");
    assert_eq!(page.count("main [role=alert]"), 0);
    page.take_errors();
}

/// A browser tells a drop to what was below it at the last move. If that is no longer in the page, as it
/// shows another view by then, nobody hears of it, and the browser opens the file in the page's stead: with all
/// that was read.
fn gone_below(rig: &Rig) {
    let page = with_sample(rig);
    page.wait_for_mark("coverlay:loaded");
    let rules = page.figure("rules");
    // The first move is followed by another one before the drop.
    page.evaluate(
        "let moves = 0;
        addEventListener('dragover', (event) => {
            const main = event.target.closest('main');
            if (main && ++moves === 2) queueMicrotask(() => main.replaceChildren());
        }); 0",
    );
    let folder = rig.folder(&[("more.yml", &rule("More", "t1057"))]);
    read(&page, || page.drop_files(&[&folder.join("more.yml")], 640.0, 400.0));
    assert_eq!(page.figure("rules"), rules + 1.0);
}
