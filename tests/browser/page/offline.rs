//! Without the server: what the browser keeps, that it opens from there, and how a newer version comes.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::server::Server;
use crate::steps::{copy_of_the_sample, drop_on, files_below, open_menu};
use crate::truth::{agree, report};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha384};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const TESTS: &[Test] = &[
    ("offline: with the server gone it opens again, reads a drop, writes files", reopened),
    ("offline: only the program's own files are kept", only_listed),
    ("offline: a newer version is offered, and opened when one asks", newer),
    ("offline: coverlay.json is the host's newest word, or else its last", hosted),
    ("offline: where nothing can be kept the page says why", refused),
    ("offline: a file that is not of the build is refused", damaged),
    ("offline: the browser offers to install it", installable),
];

/// A copy of the built page that a test may change.
fn copy_of_the_page(rig: &Rig) -> PathBuf {
    let folder = rig.folder(&[]);
    for (path, content) in files_below(&rig.dist) {
        let copy = folder.join(path.strip_prefix(&rig.dist).expect("below it"));
        fs::create_dir_all(copy.parent().expect("below the folder")).expect("writable");
        fs::write(copy, content).expect("writable");
    }
    folder
}

#[track_caller]
fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("there");
    assert!(text.contains(from), "no {from} in {}", file.display());
    fs::write(file, text.replace(from, to)).expect("writable");
}

fn integrity(file: &Path) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(fs::read(file).expect("there"))))
}

/// The page of a server, with all that it loads.
#[track_caller]
fn open(rig: &Rig, server: &Server) -> Page {
    let page = rig.blank();
    page.go(&format!("{}index.html", server.url()));
    page.wait_for_mark("coverlay:loaded");
    page
}

#[track_caller]
fn said(page: &Page, what: &str) -> String {
    let text = page.evaluate(&format!("document.querySelector('[data-said={what}]').textContent"));
    text.as_str().expect("text").to_owned()
}

/// Cache → what it has, sorted.
fn caches(page: &Page) -> Value {
    page.evaluate(
        "(async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) =>
            [name, (await (await caches.open(name)).keys()).map((each) => each.url).sort()]))))()",
    )
}

fn reopened(rig: &Rig) {
    // Below a path of its own, with a blank in it.
    let server = Server::start(&rig.dist, "/blue%20team/cover/", 0).expect("a free port");
    let page = open(rig, &server);
    assert!(said(&page, "kept").contains("opens without the network"), "{}", said(&page, "kept"));
    let before = server.requests().len();
    server.stop();
    for address in ["", "index.html#/matrix", "?from=a-bookmark"] {
        page.go("about:blank");
        page.go(&format!("{}{address}", server.url()));
        page.wait_for_mark("coverlay:loaded");
    }
    let folder = copy_of_the_sample(rig);
    drop_on(&page, &[&folder.join("sample")]);
    agree(&page, &report(&folder, &["sample"]));
    for (action, start) in
        [("export-xlsx", &b"PK"[..]), ("export-png", b"\x89PNG"), ("export-csv", b"title")]
    {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        let bytes = page.download().bytes;
        let head = String::from_utf8_lossy(&bytes[..8]).into_owned();
        assert!(bytes.starts_with(start) || head.contains("title"), "{action}: {head:?}");
    }
    assert_eq!(page.evaluate("document.querySelectorAll('header select option').length"), json!(6));
    assert_eq!(page.count("[data-requests=\"0\"]"), 1, "{}", page.text("[data-requests]"));
    assert_eq!(server.requests().len(), before, "nobody was there");
    // That sw.js cannot be looked at again is no error of the page's.
    let errors = page.take_errors();
    assert!(errors.iter().all(|error| error.contains("sw.js")), "{errors:?}");
}

fn only_listed(rig: &Rig) {
    let page = rig.open();
    page.wait_for_mark("coverlay:loaded");
    drop_on(&page, &[&copy_of_the_sample(rig).join("sample")]);
    open_menu(&page, "export");
    page.click("[data-action=export-csv]");
    drop(page.download());
    let kept = caches(&page);
    let kept = kept.as_object().expect("caches");
    assert_eq!(kept.len(), 1, "{kept:?}");
    let (name, files) = kept.iter().next().expect("one");
    let url = rig.server.url();
    assert!(name.starts_with(&format!("coverlay {url} ")), "{name}");
    let files: Vec<_> =
        files.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let mut wanted: Vec<_> = files_below(&rig.dist)
        .into_iter()
        .map(|(path, _)| path.strip_prefix(&rig.dist).expect("below").display().to_string())
        .filter(|path| {
            !path.ends_with(".txt") && !["sw.js", "coverlay.html"].contains(&path.as_str())
        })
        .map(|path| if path == "index.html" { url.clone() } else { format!("{url}{path}") })
        .collect();
    wanted.sort();
    assert_eq!(files, wanted);
}

fn newer(rig: &Rig) {
    let folder = copy_of_the_page(rig);
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = open(rig, &server);
    assert_eq!(page.count("[data-strip=newer]"), 0);
    let first = caches(&page);
    // Another build: its page is another one, and so is its list.
    let index = folder.join("index.html");
    let before = integrity(&index);
    change(&index, "What your detection rules", "Newer: what your detection rules");
    change(&folder.join("sw.js"), &before, &integrity(&index));
    change(&folder.join("sw.js"), "version: \"", "version: \"b");
    page.reload();
    page.wait_until("document.querySelector('[data-strip=newer]')");
    // What is shown is still whole, of the first build, and nothing was counted as a request since.
    let described = "document.querySelector('meta[name=description]').content.slice(0, 5)";
    assert_eq!(page.evaluate(described), json!("What "));
    page.wait_for_mark("coverlay:loaded");
    assert_eq!(caches(&page).as_object().map(|all| all.len()), Some(2));
    assert!(page.text("[data-strip=newer]").contains("A new version is ready"));
    page.awaiting_load(|| page.click("[data-action=open-newer]"));
    page.wait_for_mark("coverlay:loaded");
    assert_eq!(page.evaluate(described), json!("Newer"));
    assert_eq!(page.count("[data-strip=newer]"), 0);
    let (first, second) = (first.as_object().expect("caches"), caches(&page));
    let second = second.as_object().expect("caches");
    assert_eq!(second.len(), 1, "{second:?}");
    assert_ne!(first.keys().next(), second.keys().next());
}

fn hosted(rig: &Rig) {
    let folder = copy_of_the_page(rig);
    let say = |title: &str| {
        fs::write(folder.join("coverlay.json"), json!({ "title": title }).to_string())
            .expect("writable");
    };
    say("First");
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = open(rig, &server);
    say("Second");
    page.reload();
    page.wait_for_mark("coverlay:loaded");
    assert_eq!(page.text(".header-title"), "Second");
    server.stop();
    page.reload();
    page.wait_for_mark("coverlay:loaded");
    assert_eq!(page.text(".header-title"), "Second");
    page.take_errors(); // sw.js and coverlay.json, which nobody gives any more
}

fn refused(rig: &Rig) {
    for (script, reason) in [
        ("delete Navigator.prototype.serviceWorker", "this browser keeps no pages"),
        (
            "ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('Not by policy.'))",
            "Not by policy.",
        ),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "neither https"),
    ] {
        let page = rig.blank();
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
        page.go(&rig.server.url());
        page.wait_for_mark("coverlay:loaded");
        let kept = said(&page, "kept");
        assert!(
            kept.contains("does not open without the network") && kept.contains(reason),
            "{kept}"
        );
    }
    // A file that the list names and the host does not have.
    let folder = copy_of_the_page(rig);
    fs::remove_file(folder.join("icon/192.png")).expect("there");
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = open(rig, &server);
    assert!(said(&page, "kept").contains("not all of its files"), "{}", said(&page, "kept"));
    assert_eq!(caches(&page), json!({}));
    page.take_errors(); // the browser's own, of the file that was not found
}

fn damaged(rig: &Rig) {
    // One byte of the press: the page works, says what is missing, and keeps nothing of it.
    let folder = copy_of_the_page(rig);
    let file = folder.join("press.js");
    let mut bytes = fs::read(&file).expect("there");
    bytes.push(b'\n');
    fs::write(&file, bytes).expect("writable");
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = rig.blank();
    page.go(&server.url());
    page.wait_for_mark("coverlay:whole");
    page.wait_until("document.querySelector('.requests')?.dataset.state === 'incomplete'");
    assert!(said(&page, "since").contains("Not everything could be fetched"));
    assert_eq!(caches(&page), json!({}));
    page.take_errors(); // the browser's own, of the hash

    // The page's own script: it does not start, and says so.
    let folder = copy_of_the_page(rig);
    let script = files_below(&folder)
        .into_iter()
        .map(|(path, _)| path)
        .find(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
            name.starts_with("page-") && name.ends_with(".js")
        })
        .expect("a script");
    let text = fs::read_to_string(&script).expect("text");
    fs::write(&script, format!("{text}\n// more\n")).expect("writable");
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = rig.blank();
    page.go(&server.url());
    page.wait_until(
        "document.querySelector('[data-start=message]').textContent.includes('could not start')",
    );
    page.take_errors(); // the browser's own, of the hash
}

/// In the browser's own opinion, of which a private window has none.
fn installable(rig: &Rig) {
    let lacks = |folder: &Path| {
        let server = Server::start(folder, "/below/", 0).expect("a port");
        let page = Page::ordinary(&rig.browser);
        page.go(&server.url());
        page.wait_for_mark("coverlay:loaded");
        let answer = page.call("Page.getInstallabilityErrors", json!({}));
        page.close_alone();
        answer["installabilityErrors"].clone()
    };
    assert_eq!(lacks(&rig.dist), json!([]));
    let folder = copy_of_the_page(rig);
    change(&folder.join("manifest.webmanifest"), "\"icons\"", "\"pictures\"");
    assert_ne!(lacks(&folder), json!([]), "without icons nothing can be installed");
}
