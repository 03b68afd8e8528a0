//! A real rule set in the page counts as the command counts it.
use crate::Test;
use crate::rig::Rig;
use crate::steps::drop_on;
use crate::truth::{agree, report};

pub(crate) const TESTS: &[Test] = &[
    ("corpus: SigmaHQ counts as the command counts it", sigmahq),
    ("corpus: a STIX bundle becomes the release shown", bundle),
];

/// 203 techniques: MITRE's own count of Enterprise 16.1.
fn bundle(rig: &Rig) {
    let Some(archive) = rig.corpus("sigmahq.zip") else { return };
    let shared = archive.ancestors().nth(2).expect("corpora is in a folder");
    let bundle = shared.join("attack/enterprise-attack-16.1.json");
    let page = rig.open();
    drop_on(&page, &[&archive]);
    drop_on(&page, &[&bundle]);
    page.wait_until(
        "document.querySelector('[data-figure=techniques-total]').dataset.value === '203'",
    );
    page.wait_until(
        "[...document.querySelectorAll('select')].some(s => s.selectedOptions[0]?.textContent.includes('16.1'))",
    );
    // The rules are still there, and counted against it; undo returns to the release before.
    assert!(page.count("[data-technique][data-score]") > 100);
    page.click("[data-action=undo]");
    page.wait_until(
        "document.querySelector('[data-figure=techniques-total]').dataset.value === '222'",
    );
}

fn sigmahq(rig: &Rig) {
    let Some(archive) = rig.corpus("sigmahq.zip") else { return };
    let page = rig.open();
    drop_on(&page, &[&archive]);
    let report = report(archive.parent().expect("in a folder"), &["sigmahq.zip"]);
    assert!(report["summary"]["rules"].as_u64() > Some(3000));
    agree(&page, &report);
    page.click("[data-view=rules]");
    page.wait_until("document.querySelectorAll('tr[data-rule]').length >= 20");
    page.click("[data-view=import]");
    page.wait_until("document.querySelector('nav[aria-label=\"Which part of the report\"]')");
    // Thin spaces part the thousands.
    let told = page.text("nav[aria-label=\"Which part of the report\"]");
    let digits: String = told.chars().filter(|c| !('\u{2000}'..='\u{202f}').contains(c)).collect();
    for part in ["files", "read", "skipped", "failed"] {
        let number = report["import"][part].to_string();
        assert!(digits.contains(&number), "{number} {part} is not in {digits}");
    }
}
