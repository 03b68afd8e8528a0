//! The browser's storage as it may be: refused, full, cleared, of another version, shared, in use.
use crate::Test;
use crate::hostile::rule;
use crate::page::Page;
use crate::rig::Rig;
use crate::states::layer;
use crate::steps::{click_text, drop_on, open_menu, read, with_sample};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("storage: settings that another version wrote stay, and are told", newer_settings),
    ("storage: settings of an older version are read", older_settings),
    ("storage: two tabs keep their settings side by side", two_tabs),
    ("storage: full or refused, settings last for the visit, and it is said", refused_settings),
    ("storage: a private window without any storage does everything else", private),
    ("storage: a workspace of a later version is left alone", newer_workspace),
    ("storage: a workspace of an older version is carried over", older_workspace),
    ("storage: cleared meanwhile, all is kept anew", cleared),
    ("storage: an upgrade that another tab blocks is told and tried again", blocked),
    ("storage: a change in the last moment is there after a reload", last_moment),
    ("storage: a library of another version is left alone", newer_library),
];

const SETTINGS: &str = "coverlay.settings.1";
const NOTICE: &str = "[data-panel=workspace-notice]";
const RESTORED: &str = "document.querySelector('[data-panel=workspace-notice]')?.innerText.includes('Restored what was open')";

/// Opens or changes a database as another version or another tab would: `request` is what opens it.
const OPEN: &str = "globalThis.opened = (name, version, upgrade) => new Promise((done, failed) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => upgrade?.(request.result);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
}); globalThis.answer = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result); request.onerror = () => failed(request.error);
}); 0";

#[track_caller]
fn stored(page: &Page) -> Value {
    let text = page.evaluate(&format!("localStorage.getItem('{SETTINGS}')"));
    text.as_str().map_or(Value::Null, |text| serde_json::from_str(text).expect("JSON"))
}

#[track_caller]
fn store(page: &Page, settings: &Value) {
    page.evaluate(&format!("localStorage.setItem('{SETTINGS}', {})", json!(settings.to_string())));
}

/// Name and version of every database.
#[track_caller]
fn databases(page: &Page) -> Value {
    page.evaluate("(async () => (await indexedDB.databases()).map((each) => [each.name, each.version]).sort())()")
}

/// Switches what cells print, by the name of the switch.
#[track_caller]
fn switch(page: &Page, name: &str) {
    page.wait_until("document.querySelector('.toolbar-group .check')?.checkVisibility()");
    click_text(page, ".toolbar-group .check", name);
}

#[track_caller]
fn is_on(page: &Page, name: &str) -> bool {
    page.evaluate(&format!(
        "[...document.querySelectorAll('.toolbar-group .check')].find((each) => each.innerText.trim() === '{name}').control?.checked
            ?? [...document.querySelectorAll('.toolbar-group .check')].find((each) => each.innerText.trim() === '{name}').querySelector('input').checked"
    )) == true
}

#[track_caller]
fn pause(page: &Page, milliseconds: u32) {
    page.evaluate(&format!("new Promise((ok) => setTimeout(() => ok(0), {milliseconds}))"));
}

/// Loaded once more, with the sample.
#[track_caller]
fn again(page: &Page) {
    page.reload();
    page.wait_for_mark("coverlay:whole");
}

fn newer_settings(rig: &Rig) {
    let page = rig.open();
    store(
        &page,
        &json!({"show_ids": true, "theme": "sepia", "score_threshold": 70, "later": {"a": [1]}}),
    );
    again(&page);
    page.wait_until("document.querySelector('.toast')?.innerText.includes('theme')");
    let told = page.text(".toast");
    assert!(told.contains("Another version") && told.contains("stay as they are"), "{told}");
    read(&page, || page.click("[data-action=try-sample]"));
    assert!(is_on(&page, "IDs"), "what can be read is used");
    switch(&page, "Scores");
    page.wait_until(&format!(
        "JSON.parse(localStorage.getItem('{SETTINGS}')).show_scores === false"
    ));
    let now = stored(&page);
    assert_eq!(
        (&now["theme"], &now["later"], &now["score_threshold"], &now["show_ids"]),
        (&json!("sepia"), &json!({"a": [1]}), &json!(70), &json!(true)),
        "nothing of the other version is lost"
    );
    // Chosen here, it is one's own.
    page.click("header [aria-label^=\"Colours\"]");
    page.wait_until(&format!("JSON.parse(localStorage.getItem('{SETTINGS}')).theme === 'light'"));
    assert_eq!(stored(&page)["later"], json!({"a": [1]}));
}

fn older_settings(rig: &Rig) {
    let page = rig.open();
    // Before there were patterns, profiles, slides or alerts.
    store(
        &page,
        &json!({"show_ids": true, "palette": {"name": "red-yellow-green", "stops": ["#ff6666", "#ffe766", "#8ec843"]}}),
    );
    again(&page);
    read(&page, || page.click("[data-action=try-sample]"));
    assert!(is_on(&page, "IDs") && is_on(&page, "Scores"));
    assert!(page.text("[popovertarget=palettes]").contains("RYG"));
    assert!(!page.text(".toast").contains("Another version"));
}

fn two_tabs(rig: &Rig) {
    let one = with_sample(rig);
    let two = one.beside();
    two.go(&rig.server.url());
    two.wait_for_mark("coverlay:whole");
    read(&two, || two.click("[data-action=try-sample]"));
    one.call("Page.bringToFront", json!({}));
    switch(&one, "IDs");
    one.wait_until(&format!("JSON.parse(localStorage.getItem('{SETTINGS}'))?.show_ids === true"));
    two.call("Page.bringToFront", json!({}));
    switch(&two, "Scores");
    two.wait_until(&format!(
        "JSON.parse(localStorage.getItem('{SETTINGS}'))?.show_scores === false"
    ));
    assert_eq!(stored(&two)["show_ids"], json!(true), "the other tab's choice is still there");
    let three = one.beside();
    three.go(&rig.server.url());
    three.wait_for_mark("coverlay:whole");
    read(&three, || three.click("[data-action=try-sample]"));
    assert!(is_on(&three, "IDs") && !is_on(&three, "Scores"));
}

fn refused_settings(rig: &Rig) {
    let page = rig.blank();
    let script = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }";
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    switch(&page, "IDs");
    page.wait_until("document.querySelector('.toast')?.innerText.includes('stores nothing more')");
    assert!(is_on(&page, "IDs"), "it is in use all the same");
    // Once is enough.
    page.wait_until("document.querySelector('.toast').hidden");
    switch(&page, "Scores");
    pause(&page, 700);
    assert_eq!(page.evaluate("document.querySelector('.toast').hidden"), json!(true));
}

fn private(rig: &Rig) {
    let page = rig.blank();
    let script = "for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
        Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });";
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    assert!(page.figure("rules") > 50.0);
    switch(&page, "IDs");
    page.wait_until("document.querySelector('.toast')?.innerText.includes('stores nothing more')");
    open_menu(&page, "workspace");
    page.click("[data-action=keep-workspace]");
    page.wait_until(
        "document.querySelector('[data-note=keep]')?.textContent.includes('switched off')",
    );
    page.key("Escape");
    page.evaluate("location.hash = '#/gaps'");
    page.wait_until("document.querySelector('.gaps-table [data-gap]')");
    page.click("[data-action=undo]");
    page.wait_until("document.querySelector('[data-figure=rules]')");
}

/// Makes a database that a later version left there, with the mark that it is asked for.
#[track_caller]
fn leave_newer(page: &Page, name: &str, mark: &str) {
    page.evaluate(OPEN);
    page.evaluate(&format!(
        "(async () => {{
            const database = await opened('{name}', 99, (it) => it.createObjectStore('later'));
            const work = database.transaction('later', 'readwrite');
            await answer(work.objectStore('later').put('precious', 'key'));
            database.close();
            localStorage.setItem('{name}', {});
        }})()",
        json!(mark)
    ));
}

/// It is there as it was.
#[track_caller]
fn is_untouched(page: &Page, name: &str) {
    assert_eq!(databases(page), json!([[name, 99]]));
    page.evaluate(OPEN);
    let precious = page.evaluate(&format!(
        "(async () => {{
            const database = await opened('{name}');
            const found = await answer(database.transaction('later').objectStore('later').get('key'));
            database.close();
            return found;
        }})()"
    ));
    assert_eq!(precious, json!("precious"));
    assert!(page.evaluate(&format!("localStorage.getItem('{name}')")).is_string());
}

fn newer_workspace(rig: &Rig) {
    let page = rig.open();
    leave_newer(&page, "coverlay.workspace", "abc 2030-01-01T00:00:00Z");
    again(&page);
    page.wait_until(&format!(
        "document.querySelector('{NOTICE}')?.innerText.includes('a later version of Coverlay')"
    ));
    // Whatever is done meanwhile takes the place of nothing.
    read(&page, || page.click("[data-action=try-sample]"));
    switch(&page, "IDs");
    pause(&page, 1500);
    is_untouched(&page, "coverlay.workspace");
    open_menu(&page, "workspace");
    assert_eq!(
        page.evaluate("document.querySelector('[data-action=keep-workspace]').checked"),
        json!(false)
    );
    page.click("[data-action=keep-workspace]");
    page.wait_until(
        "document.querySelector('[data-note=keep]')?.textContent.includes('a later version')",
    );
    page.wait_until("!document.querySelector('[data-action=keep-workspace]').checked");
    pause(&page, 500);
    is_untouched(&page, "coverlay.workspace");
    again(&page);
    page.wait_until(&format!(
        "document.querySelector('{NOTICE}')?.innerText.includes('a later version of Coverlay')"
    ));
    is_untouched(&page, "coverlay.workspace");
}

/// Ticks that it is to be kept, and waits until it is.
#[track_caller]
fn keep(page: &Page) {
    open_menu(page, "workspace");
    page.click("[data-action=keep-workspace]");
    page.wait_until(
        "document.querySelector('[data-note=keep]')?.textContent.startsWith('Kept at')",
    );
    page.key("Escape");
}

fn older_workspace(rig: &Rig) {
    let page = with_sample(rig);
    let rules = page.figure("rules");
    keep(&page);
    assert_eq!(databases(&page), json!([["coverlay.workspace", 2]]));
    // The same records as version 1 had them, put there by a page that does not write them again.
    let other = page.beside();
    other.go(&format!("{}catalogue-none", rig.server.url()));
    other.evaluate(OPEN);
    page.go("about:blank");
    other.evaluate(
        "(async () => {
            const name = 'coverlay.workspace', stores = ['state', 'packs'];
            const now = await opened(name);
            const all = {};
            for (const each of stores) {
                const from = now.transaction(each).objectStore(each);
                all[each] = [await answer(from.getAllKeys()), await answer(from.getAll())];
            }
            now.close();
            await answer(indexedDB.deleteDatabase(name));
            const old = await opened(name, 1, (it) => stores.forEach((each) => it.createObjectStore(each)));
            for (const each of stores) {
                const [keys, values] = all[each];
                const to = old.transaction(each, 'readwrite').objectStore(each);
                for (const [at, key] of keys.entries()) await answer(to.put(values[at], key));
            }
            old.close();
        })()",
    );
    assert_eq!(databases(&other), json!([["coverlay.workspace", 1]]));
    other.take_errors();
    page.call("Page.bringToFront", json!({}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    page.wait_until(RESTORED);
    page.wait_until(&format!(
        "+document.querySelector('[data-figure=rules]')?.dataset.value === {rules}"
    ));
    assert_eq!(databases(&page), json!([["coverlay.workspace", 2]]));
}

fn cleared(rig: &Rig) {
    let page = with_sample(rig);
    let rules = page.figure("rules");
    keep(&page);
    page.evaluate(OPEN);
    page.evaluate("(async () => { await answer(indexedDB.deleteDatabase('coverlay.workspace')); localStorage.clear(); })()");
    assert_eq!(databases(&page), json!([]));
    let folder = rig.folder(&[("more.yml", &rule("One more", "t1057"))]);
    drop_on(&page, &[&folder.join("more.yml")]);
    page.wait_until("(async () => (await indexedDB.databases()).length === 1)()");
    pause(&page, 700);
    again(&page);
    page.wait_until(RESTORED);
    page.wait_until(&format!(
        "+document.querySelector('[data-figure=rules]')?.dataset.value === {}",
        rules + 1.0
    ));
    // The files themselves, too: a rule's text is read from them.
    page.evaluate("location.hash = '#/rules'");
    page.wait_until("document.querySelector('main a.rule-link')");
    page.click("main a.rule-link");
    page.wait_until("document.querySelector('aside[data-panel=rule] mark')");
}

fn blocked(rig: &Rig) {
    let page = with_sample(rig);
    let rules = page.figure("rules");
    keep(&page);
    // A tab of another version holds a version 1 and does not let go.
    let other = page.beside();
    other.go(&format!("{}catalogue-none", rig.server.url()));
    other.take_errors();
    page.go("about:blank");
    other.evaluate(OPEN);
    other.evaluate(
        "(async () => {
            const name = 'coverlay.workspace', stores = ['state', 'packs'];
            const now = await opened(name);
            const all = {};
            for (const each of stores) {
                const from = now.transaction(each).objectStore(each);
                all[each] = [await answer(from.getAllKeys()), await answer(from.getAll())];
            }
            now.close();
            await answer(indexedDB.deleteDatabase(name));
            globalThis.held = await opened(name, 1, (it) => stores.forEach((each) => it.createObjectStore(each)));
            for (const each of stores) {
                const [keys, values] = all[each];
                const to = held.transaction(each, 'readwrite').objectStore(each);
                for (const [at, key] of keys.entries()) await answer(to.put(values[at], key));
            }
        })()",
    );
    page.call("Page.bringToFront", json!({}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    page.wait_until(&format!(
        "document.querySelector('{NOTICE}')?.innerText.includes('another tab of Coverlay is in the way')"
    ));
    // What is done meanwhile does not take its place.
    read(&page, || page.click("[data-action=try-sample]"));
    pause(&page, 1200);
    page.click("[data-action=clear]");
    other.evaluate("held.close()");
    page.click("[data-action=restore]");
    page.wait_until(RESTORED);
    page.wait_until(&format!(
        "+document.querySelector('[data-figure=rules]')?.dataset.value === {rules}"
    ));
}

/// While one moment is being written, something changes and the page is left.
fn last_moment(rig: &Rig) {
    let page = with_sample(rig);
    let folder = rig.folder(&[("l.json", &layer("Mine", &[("T1003", 80)]))]);
    drop_on(&page, &[&folder.join("l.json")]);
    keep(&page);
    let tab = |selected: &str| {
        page.evaluate(&format!("document.querySelector('{selected}').click()"));
        page.wait_until(&format!(
            "document.querySelector('{selected}')?.getAttribute('aria-selected') === 'true'"
        ));
    };
    tab("[data-layer-tab=rules]");
    pause(&page, 1500);
    // From here on the database never answers: a write that begins does not end.
    page.evaluate("IDBFactory.prototype.open = () => ({}); 0");
    tab("[data-layer-tab]:not([data-layer-tab=rules])");
    pause(&page, 1200);
    tab("[data-layer-tab=rules]");
    page.evaluate("document.querySelector('[data-layer-tab]:not([data-layer-tab=rules])').click()");
    page.evaluate("location.hash = '#/tactics'");
    again(&page);
    page.wait_until(RESTORED);
    page.wait_until(
        "document.querySelector('[data-layer-tab]:not([data-layer-tab=rules])')?.getAttribute('aria-selected') === 'true'",
    );
    // And once the database has it, the note is gone.
    tab("[data-layer-tab=rules]");
    page.wait_until("!localStorage.getItem('coverlay.workspace.last')");
    again(&page);
    page.wait_until(RESTORED);
    page.wait_until("document.querySelector('[data-layer-tab=rules]')?.getAttribute('aria-selected') === 'true'");
}

fn newer_library(rig: &Rig) {
    let page = rig.open();
    leave_newer(&page, "coverlay.library", "another build");
    again(&page);
    read(&page, || page.click("[data-action=try-sample]"));
    page.evaluate("location.hash = '#/gaps?show=next'");
    page.wait_until(
        "document.querySelector('main')?.innerText.includes('Another build of Coverlay')",
    );
    pause(&page, 500);
    is_untouched(&page, "coverlay.library");
    // To remember another one fails as well, and leaves it there.
    let folder = rig.folder(&[("lib/a.yml", &rule("Shelf", "t1135"))]);
    read(&page, || page.set_file_input("#library-folder", &[&folder.join("lib")]));
    page.wait_until("document.querySelector('[data-action=remember-library]')");
    page.click("[data-action=remember-library]");
    page.wait_until("document.querySelector('main')?.innerText.includes('could not be remembered: a later version')");
    pause(&page, 500);
    is_untouched(&page, "coverlay.library");
}
