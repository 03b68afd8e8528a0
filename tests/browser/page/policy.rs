//! Policies on the page: chosen, turned, kept and explained as the library has it.
use crate::Test;
use crate::drawer::{DRAWER, wait_for};
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{click_text, open_menu, read, with_sample};
use crate::truth::{agree, alerted_sample_report, sample_report, technique};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("policy: each scores the cells as the library does", all_policies),
    ("policy: a weight is turned, kept for the next visit, undone and reset", weights),
    ("policy: the drawer's product is the score, with depth one click away", why),
    ("policy: nothing wrong for screen readers, light and dark", accessible),
];

const MENU: &str = "[popovertarget=level-table]";

/// Chooses a policy by the first words of its label.
#[track_caller]
pub(crate) fn colour_by(page: &Page, label: &str) {
    open_menu(page, "level-table");
    page.evaluate("document.querySelector('.policies details').open = true");
    click_text(page, "#level-table .policy", label);
}

/// What the button says.
fn chosen(page: &Page) -> String {
    page.text(MENU).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn all_policies(rig: &Rig) {
    let page = with_sample(rig);
    for (label, name) in [
        ("Depth", "depth"),
        ("Rule count", "count"),
        ("sigma-cli 3.1.0, count", "sigma-cli-count"),
        ("countermap", "countermap"),
        ("Kibana", "kibana"),
        ("Precision", "precision"),
    ] {
        colour_by(&page, label);
        let report = alerted_sample_report(&["--score", name]);
        agree(&page, &report);
        let sentence = report["policy"]["sentence"].as_str().expect("a sentence");
        assert_eq!(page.text(".legend-policy"), sentence, "the legend says how");
    }
    assert!(page.text("#level-table").contains("No table of precision was read"));
    // What countermap calls partial is coloured, though no rule names it.
    colour_by(&page, "countermap");
    agree(&page, &sample_report(&["--score", "countermap"]));
    let partial = "[data-technique][data-score=\"1\"]";
    page.wait_until(&format!("document.querySelector('{partial}').style.backgroundColor"));
    page.key("Escape");
    assert_eq!(chosen(&page), "Colour by countermap");
}

/// Sets a slider as a drag does: several times before it is let go.
#[track_caller]
fn drag(page: &Page, key: &str, values: &[&str]) {
    page.evaluate(&format!(
        "(() => {{
            const slider = document.getElementById({key});
            for (const value of {values}) {{
                slider.value = value;
                slider.dispatchEvent(new Event('input', {{bubbles: true}}));
            }}
            slider.dispatchEvent(new Event('change', {{bubbles: true}}));
        }})()",
        key = json!(key),
        values = json!(values),
    ));
}

fn weights(rig: &Rig) {
    let page = with_sample(rig);
    colour_by(&page, "Depth");
    let depth = alerted_sample_report(&["--score", "depth"]);
    agree(&page, &depth);
    assert_eq!(chosen(&page), "Colour by Depth");
    drag(&page, "weight.specificity", &["0.6", "0.3", "0.25"]);
    let turned =
        alerted_sample_report(&["--score", "depth", "--weight", "weight.specificity=0.25"]);
    assert_ne!(turned["techniques"], depth["techniques"]);
    agree(&page, &turned);
    assert_eq!(chosen(&page), "Colour by Depth, edited");
    // By key, as far as it goes.
    page.evaluate("document.getElementById('freshness.half_life').focus()");
    page.key("Home");
    let both = alerted_sample_report(&[
        "--score",
        "depth",
        "--weight",
        "weight.specificity=0.25",
        "--weight",
        "freshness.half_life=0.25",
    ]);
    agree(&page, &both);
    // Another policy and back: what was turned is still so.
    colour_by(&page, "Level");
    agree(&page, &sample_report(&[]));
    page.reload();
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    agree(&page, &sample_report(&[]));
    colour_by(&page, "Depth");
    agree(&page, &both);
    page.reload();
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    agree(&page, &both);
    // A drag is one step.
    open_menu(&page, "level-table");
    drag(&page, "status.test", &["0.5", "0.4", "0.1"]);
    page.wait_until("document.querySelector('output[for=\"status.test\"]').innerText === '0.1'");
    page.key("Escape");
    page.click("[data-action=undo]");
    agree(&page, &both);
    open_menu(&page, "level-table");
    page.click("[aria-label^=\"Reset Freshness halves\"]");
    agree(&page, &turned);
    page.click("[data-action=reset-weights]");
    agree(&page, &depth);
}

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).expect("a number")
}

/// Reads the table's decisive qualities, multiplies, and compares with all that shows a score.
#[track_caller]
fn product_is_the_score(page: &Page, id: &str, report: &Value) {
    let told = technique(report, id);
    let score = number(&told["score"]);
    page.wait_until(&format!(
        "document.querySelector('{DRAWER} .standing-number').innerText === '{score}'"
    ));
    let decisive = page.evaluate(&format!(
        "[...document.querySelectorAll('{DRAWER} tbody[data-decides]')].map((each) => +each.dataset.q)"
    ));
    let decisive: Vec<f64> = serde_json::from_value(decisive).expect("numbers");
    assert_eq!(json!(decisive.len()), told["log_sources"], "{id}: one a log source");
    let product: f64 = decisive.iter().map(|quality| 1.0 - quality).product();
    let said = number(&json!(page.attribute(".why-formula", "data-product")));
    assert!((product - said).abs() < 1e-9, "{id}: {product} {said}");
    assert_eq!((100.0 * (1.0 - product) + 1e-9).round(), score, "{id}");
    assert!(page.text(".why-formula").ends_with(&format!("→ {score}")), "{id}");
    // A row's factors make its q, as far as two places tell.
    let rows = page.evaluate(&format!(
        "[...document.querySelectorAll('{DRAWER} .why-table tbody')].map((each) =>
            [...each.querySelectorAll('td > span[title]')].map((cell) => parseFloat(cell.innerText)).concat(+each.dataset.q))"
    ));
    let rows: Vec<Vec<f64>> = serde_json::from_value(rows).expect("numbers");
    for row in &rows {
        let [factors @ .., quality] = &row[..] else { panic!("{id}: no cells") };
        // Status, level, freshness, specificity and, where there are alerts, evidence.
        assert_eq!(factors.len(), 5, "{id}");
        assert!((factors.iter().product::<f64>() - quality).abs() < 0.02, "{id}: {row:?}");
    }
}

fn why(rig: &Rig) {
    let page = with_sample(rig);
    let depth = alerted_sample_report(&["--score", "depth"]);
    // Under another policy depth stands beside its score.
    page.evaluate("location.hash = '#/technique/T1059.001'");
    wait_for(&page, "T1059.001");
    let told = technique(&depth, "T1059.001");
    assert_eq!(
        json!(page.attribute(".standing-beside", "data-depth")),
        json!(told["score"].to_string())
    );
    page.click("[data-action=colour-by-depth]");
    agree(&page, &depth);
    page.wait_until("!document.querySelector('.standing-beside')");
    let several = depth["techniques"].as_array().expect("a list").iter();
    let several: Vec<_> =
        several.filter(|each| each["log_sources"].as_u64() > Some(1)).take(4).collect();
    assert!(!several.is_empty());
    for told in several.into_iter().chain([told]) {
        let id = told["id"].as_str().expect("an id");
        page.evaluate(&format!("location.hash = '#/technique/{id}'"));
        wait_for(&page, id);
        product_is_the_score(&page, id, &depth);
        let raises = page.text(&format!("{DRAWER} .why ul"));
        assert!(raises.lines().all(|line| line.contains(": +")), "{raises}");
    }
    // And as a sheet from below it is no wider than the screen.
    page.set_viewport(390, 844, 1.0);
    let wide = page.evaluate(&format!(
        "(() => {{ const body = document.querySelector('{DRAWER} .drawer-body'); return body.scrollWidth - body.clientWidth; }})()"
    ));
    assert_eq!(wide, json!(0));
    // A tool's number comes with the tool's rule, and no advice of ours.
    page.set_viewport(1280, 800, 1.0);
    page.key("Escape");
    colour_by(&page, "rsigma");
    page.key("Escape");
    page.evaluate("location.hash = '#/technique/T1059.001'");
    wait_for(&page, "T1059.001");
    page.wait_until(&format!(
        "document.querySelector('{DRAWER} .why')?.innerText.includes('rsigma gives score')"
    ));
    assert_eq!(page.count(&format!("{DRAWER} .why ul")), 0);
}

fn accessible(rig: &Rig) {
    for theme in ["light", "dark"] {
        let page = rig.blank();
        page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
        page.go(&rig.server.url());
        page.wait_for_mark("coverlay:whole");
        read(&page, || page.click("[data-action=try-sample]"));
        // The matrix has a test of its own, and takes long.
        page.click("[data-view=import]");
        colour_by(&page, "Depth");
        page.wait_until("document.querySelector('.weight')");
        let Some(menu) = page.axe() else { return };
        page.key("Escape");
        page.evaluate("location.hash = '#/technique/T1059.001'");
        page.wait_until(&format!("document.querySelector('{DRAWER} .why-table')"));
        let drawer = page.axe().unwrap_or_default();
        assert!(menu.is_empty() && drawer.is_empty(), "{theme}: {menu:?} {drawer:?}");
    }
}
