//! An address that leads to no technique says so, and what to do next.
use crate::Test;
use crate::drawer::{DRAWER, wait_for};
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{click_text, with_sample};
use crate::truth::{newest, sample_report};
use coverlay::attack::{Fate, TechniqueId};
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("missing: a revoked id leads to its successor", revoked),
    ("missing: an id of another domain or release offers to show it", elsewhere),
    ("missing: a deprecated id says where its rules are", deprecated),
    ("missing: an unknown id offers those near it", unknown),
    ("missing: what is no id offers what fits it", no_id),
];

/// Goes to a technique's address as a link would; what the drawer says.
#[track_caller]
fn ask(page: &Page, text: &str, title: &str) -> String {
    page.evaluate(&format!("location.hash = '#/technique/{text}'"));
    wait_for(page, title);
    assert_eq!(page.count(&format!("{DRAWER} [data-rule]")), 0);
    // A keyboard or a screen reader is where the answer is.
    page.wait_until("document.activeElement.id === 'drawer-title'");
    page.text(DRAWER)
}

#[track_caller]
fn links(page: &Page) -> Vec<String> {
    crate::steps::attributes(page, &format!("{DRAWER} .subs a"), "href")
}

fn successor_of(id: &str) -> TechniqueId {
    let id: TechniqueId = id.parse().expect("an id");
    let retired = newest().retired.iter().find(|retired| retired.id == id).expect("retired");
    match retired.fate {
        Fate::RevokedBy(successor) => successor,
        Fate::Deprecated => panic!("{id} has no successor"),
    }
}

fn revoked(rig: &Rig) {
    let page = with_sample(rig);
    // Revoked long ago; and with the split of Defense Evasion in release 19.
    for id in ["T1086", "T1562.001"] {
        let told = ask(&page, id, id);
        let successor = successor_of(id);
        assert!(told.contains("revoked") && told.contains(&successor.to_string()), "{told}");
        assert_eq!(links(&page), [format!("#/technique/{successor}")]);
        assert!(page.evaluate("document.title").as_str().is_some_and(|t| t.contains("No such")));
        page.click(&format!("{DRAWER} .subs a"));
        wait_for(&page, &successor.to_string());
        page.wait_until(&format!("document.querySelector('{DRAWER} .standing')"));
    }
    // The release before still has it.
    ask(&page, "T1562.001", "T1562.001");
    click_text(&page, &format!("{DRAWER} button"), "Show Enterprise 18.1");
    page.wait_until(&format!("document.querySelector('{DRAWER} .standing')"));
    assert!(page.text(DRAWER).contains("T1562.001"));
    page.click("[data-action=undo]");
    page.wait_until(&format!("document.querySelector('{DRAWER} .drawer-missing')"));
}

fn elsewhere(rig: &Rig) {
    let page = with_sample(rig);
    let told = ask(&page, "T0800", "T0800");
    assert!(told.contains("Enterprise 19.2 has no T0800, but ICS 19.0 has"), "{told}");
    click_text(&page, &format!("{DRAWER} button"), "Show ICS 19.0");
    page.wait_until(&format!("document.querySelector('{DRAWER} .standing')"));
    page.wait_until(
        "document.querySelector('header select').selectedOptions[0].text === 'ICS 19.0'",
    );
}

fn deprecated(rig: &Rig) {
    let page = with_sample(rig);
    let all = &newest().retired;
    let retired = all.iter().find(|retired| retired.fate == Fate::Deprecated).expect("one");
    let id = retired.id.to_string();
    let told = ask(&page, &id, &id);
    assert!(told.contains("deprecated"), "{told}");
    page.click(&format!("{DRAWER} a[href=\"#/import?show=notes\"]"));
    page.wait_until("document.querySelector('section[aria-label=\"Import report\"]')");
    assert_eq!(page.count(DRAWER), 0);
}

fn unknown(rig: &Rig) {
    let page = with_sample(rig);
    let told = ask(&page, "T9999", "T9999");
    assert!(told.contains("has no T9999") && told.contains("STIX bundle"), "{told}");
    assert!(links(&page).is_empty());
    click_text(&page, &format!("{DRAWER} button"), "Close");
    page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
    assert_eq!(page.evaluate("location.hash"), json!("#/matrix"));
    ask(&page, "T1059.099", "T1059.099");
    assert_eq!(links(&page)[0], "#/technique/T1059");
    // The numbers beside it are those of before.
    assert_eq!(page.figure("rules"), sample_report(&[])["summary"]["rules"]);
}

fn no_id(rig: &Rig) {
    // On an empty page as well, and whatever was typed.
    let page = rig.open_at("#/technique/nonsense");
    wait_for(&page, "nonsense");
    assert!(page.text(DRAWER).contains("no id of an ATT&CK technique"));
    page.wait_until("document.querySelectorAll('[data-technique]').length > 800");
    page.key("Escape");
    page.wait_until("document.querySelector('[data-action=try-sample]')?.checkVisibility()");

    let page = with_sample(rig);
    ask(&page, "powershell", "powershell");
    assert_eq!(links(&page)[0], "#/technique/T1059.001");
    page.click(&format!("{DRAWER} .subs a"));
    wait_for(&page, "T1059.001");
    page.evaluate("history.back()");
    wait_for(&page, "powershell");
    let told = ask(&page, "%3Cimg%20src=x%3E", "<img src=x>");
    assert!(told.contains("no id"), "{told}");
    assert_eq!(page.count("img"), 0);
    ask(&page, "%E0%A4%A", "%E0%A4%A");
    page.click(&format!("{DRAWER} button[aria-label=Close]"));
    page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
    // As MITRE's own addresses write it.
    page.evaluate("location.hash = '#/technique/T1059/001/'");
    wait_for(&page, "PowerShell");
}
