//! The link of a view: it opens the same view with the same settings elsewhere, and holds nothing of
//! what was read.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{click_text, drop_on, open_menu, read, with_sample};
use crate::truth::{agree, sample_report};
use coverlay::link;
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("links: a fresh browser shows the same view and settings", elsewhere),
    ("links: nothing of rules, profile or what was typed", nothing_else),
    ("links: one's own settings are not written over", own_settings),
    ("links: damaged, newer and partly unknown ones are told", damaged),
];

/// What the button copies; taken instead of the system's clipboard.
fn copied(page: &Page) -> String {
    page.evaluate(
        "Clipboard.prototype.writeText = (text) => { window.copied = text; return Promise.resolve(); }; window.copied = ''; 0",
    );
    open_menu(page, "export");
    page.click("[data-action=copy-link]");
    let text = page.wait_until("window.copied");
    page.key("Escape");
    text.as_str().expect("text").to_owned()
}

fn kept(page: &Page) -> Value {
    let text = page.evaluate("localStorage.getItem('coverlay.settings.1')");
    text.as_str().map_or(Value::Null, |text| serde_json::from_str(text).expect("JSON"))
}

fn choose_some(page: &Page) {
    open_menu(page, "platforms");
    click_text(page, "#platforms label", "Linux");
    page.key("Escape");
    open_menu(page, "palettes");
    click_text(page, "#palettes label", "Green");
    page.key("Escape");
    open_menu(page, "level-table");
    page.click("#level-high");
    page.evaluate("document.getElementById('level-high').select()");
    page.type_text("95");
    page.key("Enter");
    page.key("Escape");
}

fn elsewhere(rig: &Rig) {
    let page = with_sample(rig);
    choose_some(&page);
    let report = sample_report(&["--platform", "Linux", "--levels", "high=95"]);
    agree(&page, &report);
    page.click("[data-view=gaps]");
    page.wait_until("location.hash.startsWith('#/gaps')");
    page.click("[data-view=table]");
    page.wait_until("location.hash.startsWith('#/table')");
    let address = copied(&page);
    assert!(address.starts_with(&rig.server.url()) && address.contains("#/table?settings=1."));
    // No mark of it stays in the sender's own address.
    assert_eq!(page.evaluate("location.hash"), json!("#/table"));

    let other = rig.blank();
    other.go(&address);
    other.wait_for_mark("coverlay:whole");
    assert_eq!(other.evaluate("location.hash"), json!("#/table"));
    other.wait_until("document.querySelector('[data-strip=link]')");
    if let Some(found) = other.axe() {
        assert!(found.is_empty(), "{found:#?}");
    }
    other.click("[data-view=matrix]");
    other.wait_until("document.querySelector('[data-action=try-sample]')");
    read(&other, || other.click("[data-action=try-sample]"));
    agree(&other, &report);
    let palette = |page: &Page| {
        page.evaluate("(() => { const cell = document.querySelector('[data-technique][data-score=\"95\"]'); return getComputedStyle(cell).backgroundColor; })()")
    };
    page.click("[data-view=matrix]");
    page.wait_until("document.querySelector('[data-technique][data-score=\"95\"]')");
    other.wait_until("document.querySelector('[data-technique][data-score=\"95\"]')");
    assert_eq!(palette(&other), palette(&page));
    // Undo is back at one's own, which are the defaults here.
    other.click("[data-action=leave-link]");
    agree(&other, &sample_report(&[]));
    other.wait_until("!document.querySelector('[data-strip=link]')");
    // That can be undone as well.
    other.key("Control+z");
    agree(&other, &report);
    other.wait_until("document.querySelector('[data-strip=link]')");

    // Into a page that is open.
    let hash = address.split_once('#').expect("a hash").1;
    let third = with_sample(rig);
    third.evaluate(&format!("location.hash = {}", json!(format!("#{hash}"))));
    third.wait_until("document.querySelector('[data-strip=link]')");
    third.evaluate("location.hash = '#/matrix'");
    agree(&third, &report);
}

fn nothing_else(rig: &Rig) {
    let page = rig.open();
    let rule = "title: Zebra\nid: 5d8d4b5c-0000-4000-8000-000000000001\nlogsource: {product: zebraproduct}\ndetection: {a: {b: c}, condition: a}\nlevel: high\ntags: [attack.t1003]\n";
    drop_on(&page, &[&rig.folder(&[("zebra/zebra.yml", rule)])]);
    choose_some(&page);
    // Typed: the layer's name; the profile; a filter of the rules.
    open_menu(&page, "export");
    page.evaluate("(() => { const field = document.querySelector('#export input[maxlength=\"200\"]'); field.value = 'zebra name'; field.dispatchEvent(new Event('change', {bubbles: true})); })()");
    page.key("Escape");
    page.evaluate("location.hash = '#/rules?words=zebra&source=zebraproduct'");
    page.wait_until("document.querySelector('[data-view=rules][aria-current]')");
    let code = |address: &str| address.split_once("settings=").expect("settings").1.to_owned();
    let address = copied(&page);
    assert!(address.contains("#/rules?settings="), "{address}");
    let read = link::read(&code(&address)).expect("ours");
    let keys: Vec<&str> = read.keys().map(String::as_str).collect();
    assert_eq!(keys, ["palette", "platforms", "policy"]);
    let all = format!("{address} {}", Value::Object(read)).to_lowercase();
    for secret in ["zebra", "t1003", "5d8d4b5c"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    // Where the browser refuses, the link stands in the menu.
    page.evaluate("Clipboard.prototype.writeText = () => Promise.reject(new Error('no')); 0");
    open_menu(&page, "export");
    page.click("[data-action=copy-link]");
    page.wait_until("document.querySelector('[aria-label=\"The link\"]')?.value.includes('#/rules?settings=1.')");
    page.key("Escape");
    // The rule's own text is no place for others.
    page.evaluate("location.hash = '#/rule/0/zebra%2Fzebra.yml'");
    page.wait_until("document.querySelector('aside')");
    let address = copied(&page);
    assert!(!address.contains("zebra") && address.contains("#/rules?settings="), "{address}");
}

fn own_settings(rig: &Rig) {
    let page = with_sample(rig);
    // One's own: platforms.
    open_menu(&page, "platforms");
    click_text(&page, "#platforms label", "macOS");
    page.key("Escape");
    page.wait_until("localStorage.getItem('coverlay.settings.1')?.includes('macOS')");
    let settings = json!({"platforms": ["Windows"], "policy": {"policy": "count"}}).to_string();
    let hash = format!("#/matrix?settings={}", link::write(&settings));
    page.evaluate(&format!("location.hash = {}", json!(hash)));
    agree(&page, &sample_report(&["--score", "count", "--platform", "Windows"]));
    page.wait_until("document.querySelector('[data-strip=link]')");
    // Something else is changed, and kept; what the link brought is not.
    click_text(&page, ".toolbar label", "IDs");
    page.wait_until("JSON.parse(localStorage.getItem('coverlay.settings.1')).show_ids === true");
    let stored = kept(&page);
    assert_eq!(stored["scope"]["platforms"], json!(["macOS"]));
    assert_eq!(stored["policy"]["policy"], json!("level"));
    // A setting of the link that is changed is one's own.
    open_menu(&page, "platforms");
    click_text(&page, "#platforms label", "Linux");
    page.key("Escape");
    page.wait_until("localStorage.getItem('coverlay.settings.1')?.includes('Linux')");
    assert_eq!(kept(&page)["scope"]["platforms"], json!(["Linux", "Windows"]));
    assert_eq!(kept(&page)["policy"]["policy"], json!("level"));
    page.reload();
    page.wait_for_mark("coverlay:whole");
    assert_eq!(page.count("[data-strip=link]"), 0);
    read(&page, || page.click("[data-action=try-sample]"));
    agree(&page, &sample_report(&["--platform", "Linux,Windows"]));
    // Kept as a whole.
    page.evaluate(&format!("location.hash = {}", json!(hash)));
    page.wait_until("document.querySelector('[data-strip=link]')");
    page.click("[data-action=keep-link]");
    page.wait_until(
        "JSON.parse(localStorage.getItem('coverlay.settings.1')).policy.policy === 'count'",
    );
    assert_eq!(page.count("[data-strip=link]"), 0);
}

fn damaged(rig: &Rig) {
    let good =
        link::write(&json!({"show_ids": true, "later": 1, "domain": "mars-attack"}).to_string());
    let newer = good.replacen("1.", "7.", 1);
    let cut = &good[..good.len() - 6];
    for (code, told) in
        [(newer.as_str(), "newer version"), (cut, "damaged"), ("1.%3Cb%3E", "damaged")]
    {
        let page = rig.blank();
        page.go(&format!("{}#/gaps?settings={code}&tactic=impact", rig.server.url()));
        page.wait_for_mark("coverlay:whole");
        page.wait_until(&format!(
            "document.querySelector('.toast')?.innerText.includes({})",
            json!(told)
        ));
        assert_eq!(page.evaluate("location.hash"), json!("#/gaps?tactic=impact"));
        assert_eq!(page.count("[data-strip=link]"), 0);
        page.close();
    }
    // All of it unknown: told, and nothing to undo.
    let page = rig.blank();
    let unknown = link::write("{\"later\": 1}");
    page.go(&format!("{}#/matrix?settings={unknown}", rig.server.url()));
    page.wait_for_mark("coverlay:whole");
    page.wait_until("document.querySelector('.toast')?.innerText.includes('1 setting of this link cannot be read')");
    assert_eq!(page.evaluate("document.querySelector('[data-action=undo]').disabled"), json!(true));
    page.close();
    let page = rig.blank();
    page.go(&format!("{}#/matrix?settings={good}", rig.server.url()));
    page.wait_for_mark("coverlay:whole");
    page.wait_until("document.querySelector('[data-strip=link]')?.innerText.includes('2 settings of it cannot be read')");
}
