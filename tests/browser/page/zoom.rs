//! Enlarged to 200 and 400 %, and with the widest text spacing that a reader may set: nothing is
//! lost, cut off or out of reach, and what sticks leaves room to read.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::states::{MENUS, STATES, settle, show, show_menu, with_everything};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const TESTS: &[Test] = &[
    ("zoom: 200 % of 1280 by 800 loses nothing", |rig| zoomed(rig, 640, 400)),
    ("zoom: 400 % of 1280 by 1024 loses nothing", |rig| zoomed(rig, 320, 256)),
    ("zoom: menus and the help at 400 % can be read to their end", menus),
    ("zoom: text spacing loses nothing, wide", |rig| spaced(rig, 1280, 800)),
    ("zoom: text spacing loses nothing, narrow", |rig| spaced(rig, 390, 844)),
];

/// What is wrong with what is shown: the page scrolls sideways, something ends outside of it, or a
/// text is cut off where nothing tells the rest. A cell of the matrix says its whole name in its
/// tip, its label and its drawer; what is only for screen readers is one pixel wide.
const LOST: &str = r#"(() => {
    const wrong = [];
    const page = document.scrollingElement;
    if (page.scrollWidth > innerWidth) wrong.push(`the page is ${page.scrollWidth} wide`);
    const main = document.getElementById('main');
    // On a wide screen a broad table may scroll in its view; on a narrow one everything flows.
    if (innerWidth < 1000 && main.scrollWidth > main.clientWidth + 1) wrong.push(`main is ${main.scrollWidth} wide, of ${main.clientWidth}`);
    const unseen = (each) => each.closest('thead') && getComputedStyle(each.closest('thead')).clipPath !== 'none';
    const hidden = (each) => !each.checkVisibility() || unseen(each) || each.closest('.visually-hidden, .skip, [popover]:not(:popover-open), dialog:not([open]), canvas, svg, .preview-table, .doc');
    for (const each of document.querySelectorAll('.app *, aside *, .toast *')) {
        if (hidden(each) || each.matches('option')) continue;
        const box = each.getBoundingClientRect();
        if (box.width < 2) continue;
        // In a box of its own that scrolls, as wide tables may be (1.4.10).
        const scroller = (() => { for (let up = each.parentElement; up && (up !== main || innerWidth >= 1000); up = up.parentElement) { const how = getComputedStyle(up).overflowX; if (how === 'auto' || how === 'scroll') return up; } })();
        if (!scroller && (box.right > innerWidth + 1 || box.left < -1) && each.matches('a, button, input, select, textarea, label, p, li, th, td, h1, h2, h3, dt, dd, summary'))
            wrong.push(`outside, to ${Math.round(box.right)}: ${each.outerHTML.slice(0, 110)}`);
        const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || each.closest('[data-technique], .column-name, pre, textarea, select')) continue;
        const style = getComputedStyle(each);
        for (let up = each; up && up !== document.body; up = up.parentElement) {
            const clips = getComputedStyle(up);
            if (!['hidden', 'clip'].includes(clips.overflowX) && !['hidden', 'clip'].includes(clips.overflowY)) { if (up.matches('td, th, li, tr, section, main')) break; continue; }
            const range = document.createRange();
            range.selectNodeContents(each);
            const text = range.getBoundingClientRect();
            const clip = up.getBoundingClientRect();
            const cut = text.right > clip.right + 1.5 || text.bottom > clip.bottom + 2.5 || text.left < clip.left - 1.5 || text.top < clip.top - 2.5;
            // The whole text is in a title there, or in the name of what it is in.
            const told = each.closest('[title]') || each.querySelector('[title]') || up.querySelector(':scope [title]') || each.closest('[aria-label]:not(main, section, table, aside, nav, ul, div[role=group])') || each.closest('[data-row], [data-rule], [data-alert]');
            if (cut && !told) wrong.push(`cut off: “${range.toString().slice(0, 40)}” in ${up.outerHTML.slice(0, 110)}`);
            break;
        }
    }
    return wrong.slice(0, 40);
})()"#;

/// The share of the window's height that fixed and sticky parts cover in the middle of the page.
const COVERED: &str = r#"(() => {
    scrollTo(0, document.scrollingElement.scrollHeight / 2);
    const main = document.getElementById('main');
    main.scrollTop = main.scrollHeight / 2;
    const rows = new Set();
    for (const each of document.querySelectorAll('body *')) {
        if (!['fixed', 'sticky'].includes(getComputedStyle(each).position) || !each.checkVisibility() || each.closest('aside, dialog, [popover]')) continue;
        const box = each.getBoundingClientRect();
        if (box.height === 0 || box.width < innerWidth / 3) continue;
        const style = getComputedStyle(each);
        if (style.position === 'sticky') {
            // What could stick but is in its own place covers nothing.
            let scroller = each.parentElement;
            while (scroller && !['auto', 'scroll'].includes(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
            const edge = scroller ? scroller.getBoundingClientRect() : {top: 0, bottom: innerHeight};
            const at_top = Math.abs(box.top - edge.top - parseFloat(style.top)) < 1.5;
            const at_bottom = Math.abs(edge.bottom - box.bottom - parseFloat(style.bottom)) < 1.5;
            if (!at_top && !at_bottom) continue;
        }
        for (let y = Math.max(0, Math.floor(box.top)); y < Math.min(innerHeight, box.bottom); y += 1) {
            const top = document.elementFromPoint(Math.min(innerWidth - 2, box.left + box.width / 2), y);
            if (top && each.contains(top)) rows.add(y);
        }
    }
    scrollTo(0, 0);
    main.scrollTop = 0;
    return rows.size / innerHeight;
})()"#;

/// Adds what is wrong in a state, each fault once.
fn look(page: &Page, state: &str, wrong: &mut BTreeMap<String, String>) {
    for each in page.evaluate(LOST).as_array().into_iter().flatten() {
        let text = each.as_str().unwrap_or_default().to_owned();
        wrong.entry(text).or_insert_with(|| state.to_owned());
    }
}

#[track_caller]
fn none(wrong: &BTreeMap<String, String>) {
    let lines: Vec<_> = wrong.iter().map(|(what, state)| format!("{state}: {what}")).collect();
    assert!(wrong.is_empty(), "{} faults\n{}", wrong.len(), lines.join("\n"));
}

fn zoomed(rig: &Rig, width: u32, height: u32) {
    let mut wrong = BTreeMap::new();
    let blank = rig.open();
    blank.set_viewport(width, height, 1.0);
    settle(&blank);
    look(&blank, "empty", &mut wrong);
    let page = with_everything(rig, "light");
    page.set_viewport(width, height, 1.0);
    for state in STATES {
        show(&page, state);
        look(&page, state.name, &mut wrong);
        let covered = page.evaluate(COVERED).as_f64().unwrap_or(1.0);
        if covered > 0.34 && !matches!(state.name, "technique" | "rule") {
            wrong.insert(
                format!("{:.0} % are covered by what sticks", covered * 100.0),
                state.name.to_owned(),
            );
        }
        if matches!(state.name, "technique" | "rule") {
            page.evaluate("document.querySelector('.drawer-close').click()");
        }
    }
    none(&wrong);
}

fn menus(rig: &Rig) {
    let page = with_everything(rig, "light");
    page.set_viewport(320, 256, 1.0);
    page.wait_until("document.querySelector('.toast').hidden");
    let mut wrong = Vec::new();
    let fits = |selector: &str| {
        page.evaluate(&format!(
            "(() => {{
                const panel = document.querySelector('{selector}');
                const box = panel.getBoundingClientRect();
                const style = getComputedStyle(panel);
                const inside = box.left >= -0.5 && box.right <= innerWidth + 0.5 && box.top >= -0.5 && box.bottom <= innerHeight + 0.5;
                const scrolls = [panel, ...panel.querySelectorAll('*')].some((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowY));
                const whole = panel.scrollHeight <= panel.clientHeight + 1 || scrolls;
                const wide = panel.scrollWidth <= panel.clientWidth + 1 || ['auto', 'scroll'].includes(style.overflowX);
                return inside && whole && wide && box.height >= 60 ? null :
                    [inside ? '' : 'outside', whole ? '' : 'cannot scroll', wide ? '' : 'too wide',
                     [box.left, box.top, box.right, box.bottom, panel.scrollWidth, panel.scrollHeight].map(Math.round)].join(' ');
            }})()"
        ))
    };
    for menu in MENUS {
        show_menu(&page, *menu);
        let said = fits(&format!("#{}", menu.1));
        if said != Value::Null {
            wrong.push(format!("{}: {said}", menu.1));
        }
        page.key("Escape");
    }
    page.evaluate("document.activeElement.blur()");
    page.key("?");
    page.wait_until("document.querySelector('dialog#help[open]')");
    let said = fits("dialog#help");
    if said != Value::Null {
        wrong.push(format!("help: {said}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// As success criterion 1.4.12 names the values.
fn spaced(rig: &Rig, width: u32, height: u32) {
    let mut wrong = BTreeMap::new();
    let page = with_everything(rig, "light");
    page.set_viewport(width, height, 1.0);
    page.evaluate(
        "(() => { const sheet = new CSSStyleSheet();
            sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }');
            document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; return 0; })()",
    );
    for state in STATES {
        show(&page, state);
        look(&page, state.name, &mut wrong);
        if matches!(state.name, "technique" | "rule") {
            page.evaluate("document.querySelector('.drawer-close').click()");
        }
    }
    none(&wrong);
}
