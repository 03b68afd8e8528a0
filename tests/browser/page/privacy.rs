//! Nothing leaves the tab: the page loads its own files, and then asks for nothing any more.
use crate::Test;
use crate::rig::{MOUNT, Rig};
use crate::server::Server;
use crate::steps::{choose, click_text, copy_of_the_sample, drop_on, open_menu, read};
use crate::truth::{agree, report, sample_report};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(crate) const TESTS: &[Test] = &[
    ("privacy: once ready, a whole session asks for nothing", whole_session),
    ("privacy: with the server gone everything works", offline),
    ("privacy: the policy refuses other origins", other_origins),
    ("privacy: storage holds settings and nothing of the rules", storage),
    ("privacy: it runs below any path", any_path),
];

fn whole_session(rig: &Rig) {
    let before = rig.server.requests().len();
    let page = rig.open();
    let ready = page.wait_for_mark("coverlay:ready");
    let origin = rig.server.url();
    let loaded = page.requests();
    let foreign: Vec<_> = loaded.iter().filter(|url| !url.starts_with(&origin)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    let once: BTreeSet<_> = loaded.iter().collect();
    assert_eq!(once.len(), loaded.len(), "asked for twice: {loaded:#?}");

    read(&page, || page.click("[data-action=try-sample]"));
    drop_on(&page, &[&copy_of_the_sample(rig).join("sample")]);
    for view in ["table", "rules", "import", "matrix"] {
        page.click(&format!("[data-view={view}]"));
        page.wait_until(&format!("location.hash === '#/{view}'"));
    }
    page.wait_until("document.querySelector('[data-technique=T1059]')");
    for action in ["expand-all", "expand-annotated", "collapse-all"] {
        page.click(&format!("[data-action={action}]"));
    }
    page.click("[data-technique=T1059]");
    page.wait_until("document.querySelector('aside[data-panel=technique]')");
    page.key("Escape");
    for palette in ["Green", "Custom", "Blue"] {
        open_menu(&page, "palettes");
        click_text(&page, "#palettes label", palette);
    }
    for action in ["export-layer", "export-csv", "export-svg", "export-png"] {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        assert!(!page.download().bytes.is_empty());
    }
    page.key("Escape");
    choose(&page, "header select", "ICS 19.0");
    choose(&page, "header select", "Enterprise 18.1");
    page.key("?");
    page.key("Escape");
    page.click("header [aria-label^=\"Colours\"]");
    page.click("[data-action=clear]");
    page.wait_until("document.querySelector('[data-action=try-sample]')");
    page.click("[data-action=undo]");
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value !== '0'");

    // A layer, which may name addresses of its own: nobody asks for them.
    let layer = "{\"name\": \"L\", \"domain\": \"enterprise-attack\", \"versions\": {\"attack\": \"19\"}, \
                 \"customDataURL\": \"https://example.com/stix.json\", \
                 \"links\": [{\"label\": \"a\", \"url\": \"https://example.com/\"}], \
                 \"techniques\": [{\"techniqueID\": \"T1059\", \"score\": 7}]}";
    drop_on(&page, &[&rig.folder(&[("layer.json", layer)])]);
    click_text(&page, "[data-layer-tab]", "a");
    page.wait_until("document.querySelector('[data-technique=T1059]')?.dataset.score === '7'");
    for menu in ["layer-about", "combine", "export"] {
        open_menu(&page, menu);
    }
    page.click("[data-action=export-layer]");
    assert!(!page.download().bytes.is_empty());
    page.key("Escape");
    page.click("[data-view=changes]");
    page.wait_until("location.hash.startsWith('#/changes')");

    // Three witnesses: the browser's network log, the page's own timeline, the server.
    let later: Vec<_> = page.requests().split_off(loaded.len());
    assert!(later.is_empty(), "asked for during the session: {later:?}");
    let late = page.evaluate(&format!(
        "performance.getEntriesByType('resource').filter((each) => each.name.startsWith('http') && each.startTime > {ready}).map((each) => each.name)"
    ));
    assert_eq!(late, json!([]), "asked for after coverlay:ready");
    assert_eq!(rig.server.requests().len() - before, loaded.len());
}

fn offline(rig: &Rig) {
    let server = Server::start(&rig.dist, "/", 0).expect("a free port");
    let page = rig.blank();
    page.go(&server.url());
    // All that was asked for by then has to arrive.
    page.wait_for_mark("coverlay:loaded");
    assert_eq!(page.count("header select option"), 6);
    assert!(page.evaluate("[...document.fonts].length >= 2") == json!(true));
    server.stop();
    read(&page, || page.click("[data-action=try-sample]"));
    agree(&page, &sample_report(&[]));
    for (action, start) in
        [("export-svg", "<svg"), ("export-png", "\u{fffd}PNG"), ("export-csv", "title,")]
    {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        let bytes = page.download().bytes;
        assert!(String::from_utf8_lossy(&bytes).contains(start), "{action}");
        // The pictures' own font, not whatever the system has.
        assert!(action != "export-svg" || String::from_utf8_lossy(&bytes).contains("@font-face"));
    }
}

fn other_origins(rig: &Rig) {
    let page = rig.open();
    let policy =
        page.attribute("meta[http-equiv=Content-Security-Policy]", "content").expect("a policy");
    for part in
        ["default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'"]
    {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    for loophole in ["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"] {
        assert!(
            !policy.split([' ', ';']).any(|word| word == loophole),
            "{loophole} is in {policy}"
        );
    }
    // A server that would answer: only the policy stands between.
    let other = Server::start(&rig.folder(&[("index.html", "here")]), "/", 0).expect("a free port");
    let refused = page.evaluate(&format!(
        "(async () => {{
            const violated = [];
            document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
            const url = {};
            const fetched = await fetch(url, {{mode: 'no-cors'}}).then(() => 'answered', () => 'refused');
            const drawn = await new Promise((ok) => {{ const image = new Image(); image.onload = image.onerror = (event) => ok(event.type); image.src = url + 'a.png'; }});
            const sent = navigator.sendBeacon(url, 'rules');
            await new Promise((ok) => setTimeout(ok, 50));
            return [fetched, drawn, [...new Set(violated)].sort()];
        }})()",
        json!(other.url())
    ));
    assert_eq!(refused, json!(["refused", "error", ["connect-src", "img-src"]]));
    assert_eq!(other.requests(), Vec::<String>::new());
    page.take_errors(); // the violations, meant to be
}

fn storage(rig: &Rig) {
    let page = rig.open();
    read(&page, || page.click("[data-action=try-sample]"));
    click_text(&page, ".toolbar label", "IDs");
    page.wait_until("localStorage.length > 0");
    let kept = page.evaluate(
        "(async () => ({
            local: Object.values(localStorage).join('\\n'), session: sessionStorage.length, cookies: document.cookie,
            databases: (await indexedDB.databases?.())?.length ?? 0,
            caches: typeof caches === 'undefined' ? 0 : (await caches.keys()).length,
            workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0 }))()",
    );
    let local = kept["local"].as_str().expect("text");
    assert!(local.contains("palette"), "no settings: {local}");
    for (path, content) in coverlay::sample::FILES {
        let title = String::from_utf8_lossy(content);
        let title = title.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or(path);
        assert!(!local.contains(path) && !local.contains(title), "{path} is kept");
    }
    for nothing in ["session", "databases", "caches", "workers"] {
        assert_eq!(kept[nothing], json!(0), "{nothing}");
    }
    assert_eq!(kept["cookies"], Value::from(""));
}

fn any_path(rig: &Rig) {
    assert!(rig.server.url().ends_with(MOUNT) && MOUNT.len() > 2);
    let folder = copy_of_the_sample(rig);
    let report = report(&folder, &["sample"]);
    for mount in ["/", "/a%20b/c/"] {
        let server = Server::start(&rig.dist, mount, 0).expect("a free port");
        let page = rig.blank();
        page.go(&format!("{}index.html#/technique/T1059", server.url()));
        page.wait_for_mark("coverlay:ready");
        page.wait_until("document.querySelector('aside[data-panel=technique]')");
        drop_on(&page, &[&folder.join("sample")]);
        agree(&page, &report);
        page.evaluate("location.hash = '#/matrix'");
        assert!(page.requests().iter().all(|url| url.starts_with(&server.url())));
        page.close();
    }
}
