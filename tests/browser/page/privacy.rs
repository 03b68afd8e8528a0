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
    ("privacy: what is asked for is counted, and looks different", counter),
    ("privacy: with the server gone everything works", offline),
    ("privacy: the policy refuses other origins", other_origins),
    ("privacy: storage holds settings and nothing of the rules", storage),
    ("privacy: it runs below any path", any_path),
];

fn whole_session(rig: &Rig) {
    let before = rig.server.requests().len();
    let page = rig.blank();
    page.go(&rig.server.url());
    let ready = page.wait_for_mark("coverlay:whole");
    let all_there = page.wait_for_mark("coverlay:loaded");
    assert!(ready < all_there);
    let origin = rig.server.url();
    let loaded = page.requests();
    let kept = page.service_worker_requests();
    let at_server = rig.server.requests().split_off(before);
    // Files of the build and nothing else, each once by the page, and once to be kept.
    for url in loaded.iter().chain(&kept) {
        let path = url.strip_prefix(&origin).unwrap_or_else(|| panic!("asked elsewhere: {url}"));
        let path = path.split('?').next().unwrap_or(path);
        assert!(path.is_empty() || rig.dist.join(path).is_file(), "no file of the page: {url}");
    }
    for asked in [&loaded, &kept] {
        let once: BTreeSet<_> = asked.iter().collect();
        assert_eq!(once.len(), asked.len(), "asked for twice: {asked:#?}");
        assert!(asked.len() > 20, "{asked:#?}");
    }
    assert!(loaded.iter().any(|url| url.contains("press_bg.wasm")), "{loaded:#?}");
    let mount = &origin[origin.find(MOUNT).expect("below it")..];
    assert!(at_server.iter().all(|target| target.starts_with(mount)), "{at_server:#?}");

    read(&page, || page.click("[data-action=try-sample]"));
    drop_on(&page, &[&copy_of_the_sample(rig).join("sample")]);
    for view in ["table", "tactics", "gaps", "changes", "rules", "report", "import", "matrix"] {
        page.click(&format!("[data-view={view}]"));
        page.wait_until(&format!("location.hash.startsWith('#/{view}')"));
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
    for action in ["export-layer", "export-csv", "export-svg", "export-png", "export-xlsx"] {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        assert!(!page.download().bytes.is_empty());
    }
    page.key("Escape");
    page.click("[data-view=report]");
    page.wait_until("document.querySelector('[data-section=sources]')");
    for action in ["", "-md", "-csv", "-xlsx"] {
        page.click(&format!("[data-action=export-report{action}]"));
        assert!(!page.download().bytes.is_empty());
    }
    page.click("[data-part=slides]");
    page.wait_until("document.querySelector('.slides canvas')");
    page.click("[data-action=export-slides]");
    assert!(page.download().bytes.starts_with(b"PK"));
    page.evaluate("document.querySelector('[data-action=save-workspace]').click()");
    assert!(page.download().bytes.starts_with(b"{"));
    page.key("Escape");
    page.click("[data-view=matrix]");
    choose(&page, "header select", "ICS 19.0");
    choose(&page, "header select", "Enterprise 18.1");
    page.key("?");
    page.key("Escape");
    page.click("header [aria-label^=\"Colours\"]");
    page.click("[data-action=clear]");
    page.wait_until("document.querySelector('[data-action=try-sample]')");
    page.click("[data-action=undo]");
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value !== '0'");

    // Layers, which may name addresses of their own: nobody asks for them.
    let layer = |name: &str, score: u8| {
        format!(
            "{{\"name\": \"{name}\", \"domain\": \"enterprise-attack\", \"versions\": {{\"attack\": \"19\"}}, \
             \"customDataURL\": \"https://example.com/stix.json\", \
             \"links\": [{{\"label\": \"a\", \"url\": \"https://example.com/\"}}], \
             \"techniques\": [{{\"techniqueID\": \"T1059\", \"score\": {score}}}]}}"
        )
    };
    let (one, two) = (layer("L", 7), layer("M", 9));
    drop_on(&page, &[&rig.folder(&[("layer.json", &one), ("more.json", &two)])]);
    click_text(&page, "[data-layer-tab]", "a");
    page.wait_until("document.querySelector('[data-technique=T1059]')?.dataset.score === '7'");
    for menu in ["layer-about", "combine", "export"] {
        open_menu(&page, menu);
    }
    for action in ["export-layer", "export-gif"] {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        assert!(!page.download().bytes.is_empty());
    }
    page.key("Escape");
    page.click("[data-view=changes]");
    page.wait_until("location.hash.startsWith('#/changes')");

    // Five witnesses: the browser's network log of the page with its workers, that of the service worker,
    // the page's own timeline, its counter, and the server.
    let later: Vec<_> = page.requests().split_off(loaded.len());
    assert!(later.is_empty(), "asked for during the session: {later:?}");
    let later: Vec<_> = page.service_worker_requests().split_off(kept.len());
    assert!(later.is_empty(), "asked for by the service worker: {later:?}");
    let late = page.evaluate(&format!(
        "performance.getEntriesByType('resource').filter((each) => each.name.startsWith('http') && each.startTime > {all_there}).map((each) => each.name)"
    ));
    assert_eq!(late, json!([]), "asked for after coverlay:loaded");
    assert_eq!(page.text("[data-requests]"), "0 requests since loading");
    assert_eq!(rig.server.requests().len() - before, at_server.len());
}

fn counter(rig: &Rig) {
    let page = rig.blank();
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:loaded");
    let shown = "(() => { const one = document.querySelector('[data-requests]'); const style = getComputedStyle(one); return [one.innerText, one.dataset.state, style.fontWeight, style.borderTopStyle]; })()";
    assert_eq!(page.evaluate(shown), json!(["0 requests since loading", "none", "400", "none"]));
    // What was fetched is what the browser's log has, the document among it.
    let asked = page.requests().len();
    page.click("[popovertarget=requests]");
    page.wait_until("document.querySelector('#requests').matches(':popover-open')");
    let said = page.text("[data-said=loading]");
    assert!(said.starts_with(&format!("While loading: {asked} files, ")), "{asked}, but: {said}");
    assert!(page.text("[data-said=since]").ends_with(": nothing."));
    assert_eq!(page.axe().map_or(0, |found| found.len()), 0);

    // The page's second policy refuses what the first would let through, and that is counted.
    let before = rig.server.requests().len();
    let refused = "fetch('coverlay.json').then(() => 'answered', () => 'refused')";
    assert_eq!(page.evaluate(refused), json!("refused"));
    page.wait_until("document.querySelector('[data-requests]').dataset.requests === '1'");
    assert_eq!(page.evaluate(shown), json!(["! 1 request since loading", "some", "600", "solid"]));
    assert!(page.text("#requests").contains("coverlay.json (refused by the page’s policy)"));
    assert_eq!(page.text("footer [role=status]"), "1 request since loading");
    assert_eq!(rig.server.requests().len(), before);
    page.take_errors(); // the violation, meant to be

    // Where no policy stands between, a request that is answered is counted as well.
    let page = rig.blank();
    page.call("Page.setBypassCSP", json!({"enabled": true}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:loaded");
    for (number, script) in [
        (
            1,
            "const one = document.createElement('script'); one.src = './coverlay.json?script'; document.head.append(one)",
        ),
        (2, "new Image().src = './coverlay.json?image'"),
        (3, "fetch('./coverlay.json?fetch').then(() => 0)"),
    ] {
        page.evaluate(script);
        page.wait_until(&format!(
            "document.querySelector('[data-requests]').dataset.requests === '{number}'"
        ));
    }
    assert!(page.text("[data-requests]").contains("3 requests since loading"));
    page.take_errors(); // a script that is none
}

fn offline(rig: &Rig) {
    let server = Server::start(&rig.dist, "/", 0).expect("a free port");
    let page = rig.blank();
    page.go(&server.url());
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
            databases: (await indexedDB.databases?.())?.length ?? 0 }))()",
    );
    let local = kept["local"].as_str().expect("text");
    assert!(local.contains("palette"), "no settings: {local}");
    for (path, content) in coverlay::sample::FILES {
        let title = String::from_utf8_lossy(content);
        let title = title.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or(path);
        assert!(!local.contains(path) && !local.contains(title), "{path} is kept");
    }
    // What works offline is the program: tests/browser/page/offline.rs looks into it.
    for nothing in ["session", "databases"] {
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
        page.wait_for_mark("coverlay:whole");
        page.wait_until("document.querySelector('aside[data-panel=technique]')");
        drop_on(&page, &[&folder.join("sample")]);
        agree(&page, &report);
        page.evaluate("location.hash = '#/matrix'");
        assert!(page.requests().iter().all(|url| url.starts_with(&server.url())));
        page.close();
    }
}
