//! Nothing is cut off or pushed out of the window, from a phone to a wide screen.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::with_sample;
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("layout: every control is in the window and can be pressed, at every width", every_width),
    ("layout: the toolbar is one row from 1024 on", one_row),
    ("layout: menus open within the window", menus),
];

const WIDTHS: [u32; 15] =
    [360, 390, 430, 520, 600, 721, 768, 900, 1024, 1100, 1181, 1280, 1440, 1600, 1920];

#[track_caller]
fn resize(page: &Page, width: u32) {
    page.set_viewport(width, 800, 1.0);
    page.evaluate("new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))");
    // A phone makes room for what is too wide, by zooming out.
    assert_eq!(
        page.evaluate("[innerWidth, document.scrollingElement.scrollWidth]"),
        json!([width, width])
    );
}

fn every_width(rig: &Rig) {
    let page = with_sample(rig);
    for width in WIDTHS {
        resize(&page, width);
        // Nor is anything a bar holds reached only by scrolling the bar.
        let cut = page.evaluate(
            "[...document.querySelectorAll('.header, .headline, .toolbar, .tabs')]
                .filter((bar) => bar.scrollWidth > bar.clientWidth).map((bar) => bar.className)",
        );
        assert_eq!(cut, json!([]), "at {width}");
        let hidden = page.evaluate(
            "[...document.querySelectorAll('.header :is(button, select, #search, label), .headline a, .headline button.link, .toolbar > button, .toolbar label, .toolbar-group button, .tabs a')]
                .filter((each) => each.checkVisibility() && !each.classList.contains('visually-hidden'))
                .filter((each) => {
                    each.scrollIntoView({block: 'center', behavior: 'instant'});
                    const box = each.getBoundingClientRect();
                    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                    return box.left < 0 || box.right > innerWidth + 0.5 || !(each.contains(top) || top?.contains(each));
                })
                .map((each) => each.outerHTML.slice(0, 120))",
        );
        assert_eq!(hidden, json!([]), "at {width}");
        let apart = page.evaluate(
            "(() => {
                const boxes = [...document.querySelectorAll('.toolbar > *')]
                    .filter((each) => each.checkVisibility() && !each.matches('[popover]'))
                    .map((each) => each.getBoundingClientRect());
                return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) =>
                    a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5)).length;
            })()",
        );
        assert_eq!(apart, json!(0), "controls overlap at {width}");
    }
}

/// What a line holds fits it: no single control alone on a second row where a screen is wide.
fn one_row(rig: &Rig) {
    let page = with_sample(rig);
    for width in [1024, 1181, 1280, 1920] {
        resize(&page, width);
        let height = page.evaluate("document.querySelector('.toolbar').offsetHeight");
        assert!(height.as_f64().is_some_and(|height| height <= 42.0), "{height} at {width}");
    }
}

fn menus(rig: &Rig) {
    let page = with_sample(rig);
    for width in [360, 390, 768, 1024, 1280, 1920] {
        resize(&page, width);
        for menu in ["level-table", "platforms", "palettes", "export", "convention"] {
            page.evaluate("window.scrollTo(0, 0)");
            page.click(&format!("[popovertarget={menu}]"));
            page.wait_until(&format!("document.getElementById('{menu}').matches(':popover-open')"));
            page.evaluate(
                "new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))",
            );
            let fits = page.evaluate(&format!(
                "(() => {{ const box = document.getElementById('{menu}').getBoundingClientRect();
                    return box.width > 100 && box.left >= 0 && box.right <= innerWidth + 0.5 && box.top >= 0 && box.bottom <= innerHeight + 0.5; }})()"
            ));
            assert_eq!(fits, json!(true), "{menu} at {width}");
            page.key("Escape");
        }
    }
}
