//! What a host lays beside the page: taken at load, from its own origin alone, told where it is wrong.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::server::Server;
use crate::steps::{
    click_text, copy_of_the_sample, files_below, open_menu, texts, zip_of_the_sample,
};
use crate::support::Entry;
use crate::truth::{agree, report, sample_report};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

pub(crate) const TESTS: &[Test] = &[
    ("hosted: title, banner, settings, rules, layers, library, peers, profile", all_of_it),
    ("hosted: only its own origin is asked, only at load", own_origin),
    ("hosted: what is wrong is told in place", problems),
    ("hosted: without the file, and with a broken one", without),
    ("hosted: one's own choices come first", own_choices),
    ("hosted: what is kept of one's own work does not get the host's files again", kept_work),
];

const LAYER: &str = r#"{"name": "Hosted layer", "domain": "enterprise-attack", "versions": {"attack": "19"}, "techniques": [{"techniqueID": "T1059", "score": 7}]}"#;

/// The built page with these files beside it.
pub(crate) fn host(rig: &Rig, files: &[(&str, &[u8])]) -> Server {
    let folder = rig.folder(&[]);
    for (path, content) in files_below(&rig.dist) {
        write(&folder.join(path.strip_prefix(&rig.dist).expect("below it")), &content);
    }
    for (path, content) in files {
        write(&folder.join(path), content);
    }
    Server::start(&folder, "/a/b/", 0).expect("a free port")
}

fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().expect("in a folder")).expect("writable");
    fs::write(path, content).expect("writable");
}

pub(crate) fn open(rig: &Rig, server: &Server) -> Page {
    let page = rig.blank();
    page.go(&server.url());
    page.wait_for_mark("coverlay:whole");
    page.wait_for_mark("coverlay:hosted");
    page
}

fn strip(page: &Page) -> String {
    page.wait_until("document.querySelector('[data-strip=host]')");
    page.text("[data-strip=host]")
}

fn all_of_it(rig: &Rig) {
    let defaults = json!({
        "title": "Blue team",
        "banner": "Renewed <b>every</b> Monday.",
        "policy": {"score": "level", "levels": {"high": 100}},
        "platforms": ["Linux"],
        "rules": ["rules.zip"],
        "layers": ["layers/a.json"],
        "library": ["./library.zip"],
        "peers": ["peers/one.json"],
        "profile": "profile.yml",
    });
    let zip = zip_of_the_sample(true, Vec::new());
    // Above 64 KiB the workers share an archive.
    let notes = vec![b'-'; 80_000];
    let large = zip_of_the_sample(false, vec![Entry::new("notes.txt", &notes, false)]);
    assert!(zip.len() < 64 << 10 && large.len() > 64 << 10);
    let server = host(
        rig,
        &[
            ("coverlay.json", defaults.to_string().as_bytes()),
            ("rules.zip", &large),
            ("library.zip", &zip),
            ("layers/a.json", LAYER.as_bytes()),
            ("peers/one.json", LAYER.as_bytes()),
            ("profile.yml", b"platforms: [Linux]\nservices: [aws]\n"),
        ],
    );
    let page = rig.blank();
    page.go(&server.url());
    page.wait_for_mark("coverlay:whole");
    page.wait_for_mark("coverlay:hosted");
    page.wait_for_mark("coverlay:painted");
    let options = ["--levels", "high=100", "--platform", "Linux"];
    agree(&page, &sample_report(&options));
    assert_eq!(page.text(".header-title"), "Blue team");
    assert_eq!(page.evaluate("document.title"), json!("Matrix · Blue team · Coverlay"));
    // Plain text, whatever it looks like.
    assert_eq!(page.text("[data-banner]"), "Renewed <b>every</b> Monday.");
    assert_eq!(page.count("[data-problems]"), 0, "{}", strip(&page));
    if let Some(found) = page.axe() {
        assert!(found.is_empty(), "{found:#?}");
    }
    // The layer has a tab; the rules are what is shown.
    assert!(texts(&page, "[data-layer-tab]").iter().any(|tab| tab.contains("Hosted layer")));
    page.evaluate("location.hash = '#/gaps?show=peers'");
    page.wait_until("document.querySelector('[data-action=remove-peers]:not([disabled])')");
    page.evaluate("location.hash = '#/gaps?show=profile'");
    page.wait_until("document.querySelector('[data-list=services]')?.innerText.includes('aws')");
    page.wait_until("JSON.parse(localStorage.getItem('coverlay.settings.1')).own_profile.services?.[0] === 'aws'");
    page.evaluate("location.hash = '#/gaps?show=next'");
    page.wait_until("document.querySelector('[data-action=remove-library]:not([disabled])')");
    // Closed, and the focus is somewhere.
    page.click("[data-action=close-strip]");
    page.wait_until(
        "!document.querySelector('[data-strip=host]') && document.activeElement?.id === 'main'",
    );
    // Like what was dropped: it can be removed, and brought back.
    page.evaluate("location.hash = '#/matrix'");
    page.click("[data-action=clear]");
    page.wait_until("document.querySelector('[data-action=try-sample]')?.checkVisibility()");
    page.click("[data-action=undo]");
    agree(&page, &sample_report(&options));
}

fn own_origin(rig: &Rig) {
    // A server that would answer, and one's own that sends on to it.
    let other = Server::start(&rig.folder(&[("x.json", LAYER)]), "/", 0).expect("a free port");
    let elsewhere = format!("{}x.json", other.url());
    let host_part = other.url().replace("http:", "");
    let defaults = json!({
        "layers": ["layers/a.json", elsewhere, format!("{host_part}x.json"), "javascript:alert(1)",
                   "data:application/json,{}", "\\\\127.0.0.1\\x"],
        "rules": "https://example.com/rules.zip",
        "peers": ["sent/elsewhere.json", "sent/here.json"],
    });
    let server = host(
        rig,
        &[
            ("coverlay.json", defaults.to_string().as_bytes()),
            ("layers/a.json", LAYER.as_bytes()),
            ("sent/elsewhere.json.sends-on", elsewhere.as_bytes()),
            ("sent/here.json.sends-on", b"../layers/a.json"),
        ],
    );
    let page = open(rig, &server);
    page.wait_for_mark("coverlay:painted");
    let said = strip(&page);
    assert!(said.contains("8 problems in coverlay.json"), "{said}");
    let errors = page.take_errors();
    // The browser names where it was to be sent; nobody there was asked, see below.
    assert!(errors.len() == 2 && errors.iter().all(|e| e.contains("ERR_FAILED")), "{errors:?}");
    page.wait_for_mark("coverlay:loaded");
    let asked = page.requests();
    let origin = server.url();
    let foreign: Vec<_> = asked.iter().filter(|url| !url.starts_with(&origin)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    assert_eq!(other.requests(), Vec::<String>::new());
    let wanted = asked.iter().filter(|url| url.ends_with("layers/a.json")).count();
    assert_eq!(
        (wanted, asked.iter().filter(|url| url.ends_with("/coverlay.json")).count()),
        (1, 1)
    );
    // And then no more.
    open_menu(&page, "export");
    page.click("[data-action=export-layer]");
    assert!(!page.download().bytes.is_empty());
    page.key("Escape");
    for view in ["table", "gaps", "import", "matrix"] {
        page.evaluate(&format!("location.hash = '#/{view}'"));
        page.wait_until(&format!("document.querySelector('[data-view={view}][aria-current]')"));
    }
    assert_eq!(page.requests().split_off(asked.len()), Vec::<String>::new());
    assert_eq!(other.requests(), Vec::<String>::new());
}

fn problems(rig: &Rig) {
    let defaults = "{\n \"titel\": \"x\",\n \"attack\": \"17.1\",\n \"platforms\": [\"Windos\"],\n \"policy\": \"dept\",\n \"layers\": [\"gone.json\"],\n \"profile\": \"p.yml\"\n}";
    let server =
        host(rig, &[("coverlay.json", defaults.as_bytes()), ("p.yml", b"platfroms: [Windows]\n")]);
    let page = open(rig, &server);
    page.wait_until("document.querySelector('[data-problems=\"6\"]')");
    // A file that is named and not there is the host's fault, and the browser says so, too.
    let errors = page.take_errors();
    assert!(errors.iter().all(|error| error.contains("404")), "{errors:?}");
    assert_eq!(page.count("dialog[open]"), 0, "in place");
    page.click("[data-problems] summary");
    let said = strip(&page);
    for part in [
        "titel, line 2: unknown key, passed over. What to do: 'title' may have been meant.",
        "attack, line 3: Enterprise 17.1 is not beside this page",
        "'Windows' may have been meant",
        "policy, line 5: no policy 'dept'. What to do: 'depth' may have been meant.",
        "layers.0, line 6: gone.json: no such file.",
        "profile, line 7: p.yml: ",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    // The page works as without.
    page.click("[data-action=try-sample]");
    page.wait_for_mark("coverlay:painted");
}

fn without(rig: &Rig) {
    // Shipped, it says nothing and nothing is said of it.
    let page = rig.open();
    page.wait_for_mark("coverlay:hosted");
    assert_eq!(page.count(".strip"), 0);
    assert_eq!(page.evaluate("localStorage.length"), json!(0), "nothing is written");
    assert!(page.requests().iter().any(|url| url.ends_with("/coverlay.json")));
    // Broken.
    let server = host(rig, &[("coverlay.json", b"{\n \"title\": ")]);
    let page = open(rig, &server);
    let said = strip(&page);
    assert!(said.contains("1 problem in coverlay.json"), "{said}");
    page.click("[data-problems] summary");
    assert!(strip(&page).contains("coverlay.json, line 2: no JSON"), "{}", strip(&page));
}

fn own_choices(rig: &Rig) {
    let defaults = |policy: &str, platforms: &[&str]| {
        json!({"policy": policy, "platforms": platforms, "rules": ["rules.zip"]}).to_string()
    };
    let zip = zip_of_the_sample(true, Vec::new());
    let first = defaults("count", &["Linux"]);
    let folder = rig.folder(&[]);
    for (path, content) in files_below(&rig.dist) {
        write(&folder.join(path.strip_prefix(&rig.dist).expect("below it")), &content);
    }
    write(&folder.join("coverlay.json"), first.as_bytes());
    write(&folder.join("rules.zip"), &zip);
    let server = Server::start(&folder, "/", 0).expect("a free port");
    let page = open(rig, &server);
    page.wait_for_mark("coverlay:painted");
    agree(&page, &sample_report(&["--score", "count", "--platform", "Linux"]));
    // Somebody chooses platforms, and nothing else.
    open_menu(&page, "platforms");
    click_text(&page, "#platforms label", "macOS");
    page.key("Escape");
    let chosen = ["--score", "count", "--platform", "Linux,macOS"];
    agree(&page, &sample_report(&chosen));
    page.wait_until("localStorage.getItem('coverlay.settings.1')?.includes('macOS')");
    // The host changes its mind: the policy follows, the platforms stay.
    write(&folder.join("coverlay.json"), defaults("depth", &["Windows"]).as_bytes());
    page.reload();
    page.wait_for_mark("coverlay:hosted");
    page.wait_for_mark("coverlay:painted");
    agree(&page, &sample_report(&["--score", "depth", "--platform", "Linux,macOS"]));
    // And says nothing any more.
    write(&folder.join("coverlay.json"), json!({"rules": "rules.zip"}).to_string().as_bytes());
    page.reload();
    page.wait_for_mark("coverlay:hosted");
    page.wait_for_mark("coverlay:painted");
    agree(&page, &sample_report(&["--platform", "Linux,macOS"]));
    let kept: Value = serde_json::from_str(
        page.evaluate("localStorage.getItem('coverlay.settings.1')").as_str().expect("text"),
    )
    .expect("JSON");
    assert_eq!(kept["scope"]["platforms"], json!(["Linux", "macOS"]));
    // The rules themselves are never kept.
    let folder = copy_of_the_sample(rig);
    assert!(report(&folder, &["sample"])["summary"]["rules"].as_u64() > Some(5));
    assert!(!kept.to_string().contains("rules.zip"));
}

fn kept_work(rig: &Rig) {
    let zip = zip_of_the_sample(true, Vec::new());
    let defaults = br#"{"rules": ["rules.zip"], "layers": ["a.json"]}"#;
    let files: &[(&str, &[u8])] =
        &[("coverlay.json", defaults), ("rules.zip", &zip), ("a.json", LAYER.as_bytes())];
    let server = host(rig, files);
    let page = open(rig, &server);
    page.wait_for_mark("coverlay:painted");
    agree(&page, &sample_report(&[]));
    assert_eq!(page.count("[data-left]"), 0);
    let files = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name.split('/').pop()).filter((name) => ['rules.zip', 'a.json'].includes(name)).sort()");
    assert_eq!(files, json!(["a.json", "rules.zip"]));
    open_menu(&page, "workspace");
    page.click("[data-action=keep-workspace]");
    page.wait_until(
        "document.querySelector('[data-note=keep]')?.textContent.startsWith('Kept at')",
    );
    page.reload();
    page.wait_for_mark("coverlay:hosted");
    page.wait_until("document.querySelector('[data-panel=workspace-notice]')?.innerText.includes('Restored what was open')");
    // Neither asked for nor there twice, and said.
    page.wait_until("document.querySelector('[data-left]')?.dataset.left === '2'");
    agree(&page, &sample_report(&[]));
    assert_eq!(page.count("[data-layer-tab]"), 2, "the rules, and the layer once");
    let files = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name.split('/').pop()).filter((name) => ['rules.zip', 'a.json'].includes(name))");
    assert_eq!(files, json!([]));
}
