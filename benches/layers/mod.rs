//! Many layers in the page: opening them, going from tab to tab, combining.

use crate::page::Page;
use crate::rig::Rig;
use crate::{dropped, report, report_loads};
use coverlay::attack::{Domain, bundled};
use serde_json::json;
use std::fs;

/// As many as a year of weekly layers, and some.
const LAYERS: usize = 60;
const RUNS: usize = 5;

/// A layer with a score in every cell of Enterprise, nearly nine hundred.
fn layer(number: usize) -> String {
    let catalogue = bundled::find(Domain::Enterprise, None).expect("it reads").expect("built in");
    let cells = catalogue.techniques.iter().flat_map(|technique| {
        let tactics = technique.tactics.iter();
        tactics.map(|at| (technique.id, &catalogue.tactics[usize::from(*at)].shortname))
    });
    let entry = |(at, (id, tactic)): (usize, (_, &String))| {
        let id: coverlay::attack::TechniqueId = id;
        json!({"techniqueID": id.to_string(), "tactic": tactic, "score": (at * 37 + number * 11) % 101,
            "color": "", "comment": format!("rule {at}; rule {number}"), "enabled": true,
            "metadata": [], "links": [], "showSubtechniques": false})
    };
    let techniques: Vec<_> = cells.enumerate().map(entry).collect();
    json!({"name": format!("Layer {number}"), "domain": "enterprise-attack", "description": "",
        "versions": {"attack": "19", "navigator": "5.1.0", "layer": "4.5"},
        "gradient": {"colors": ["#ff6666", "#ffe766", "#8ec843"], "minValue": 0, "maxValue": 100},
        "techniques": techniques})
    .to_string()
}

/// From a click to the frame that shows what it did, in milliseconds.
fn painted_after(page: &Page, action: &str) -> f64 {
    let script = format!(
        "new Promise((ok) => {{
            const begun = performance.now();
            {action};
            requestAnimationFrame(() => setTimeout(() => ok(performance.now() - begun)));
        }})"
    );
    page.evaluate(&script).as_f64().expect("a time")
}

/// Opening, switching, combining.
pub(crate) fn layers(rig: &Rig) {
    let folder = rig.folder(&[]);
    for number in 0..LAYERS {
        fs::write(folder.join(format!("{number:02}.json")), layer(number)).expect("writable");
    }
    let (mut loads, mut switches, mut combines) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let page = rig.open();
        loads.push(dropped(&page, &folder));
        assert_eq!(page.count(".layer-tab-name"), LAYERS as u64);
        for number in [3, 17, 42] {
            let click = format!("document.querySelectorAll('[data-layer-tab]')[{number}].click()");
            switches.push(painted_after(&page, &click));
            // What nobody sees is drawn after it.
            page.evaluate("new Promise((ok) => setTimeout(ok, 300))");
        }
        page.click("[popovertarget=combine]");
        page.evaluate("new Promise((ok) => setTimeout(ok, 500))");
        for expression in ["a - b", "max(a, b, c)", "a > 50 and not (b > 50)"] {
            let typed = format!(
                "const field = document.getElementById('combine-expression');
                field.value = {};
                field.dispatchEvent(new Event('input', {{bubbles: true}}))",
                json!(expression)
            );
            combines.push(painted_after(&page, &typed));
        }
        rig.close_pages();
    }
    report_loads("60 layers of 880 entries", &loads, "budget 1500");
    report("  to another tab, painted", "ms", switches, "budget 50");
    report("  another expression, with its picture, painted", "ms", combines, "budget 50");
}
