//! Tab through everything: the focus is seen, in sight, in reading order, and never caught.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::states::{MENUS, STATES, settle, show, with_everything};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("focus: visible, in sight and in order, in every view", |rig| all_views(rig, 1280, 800)),
    ("focus: visible, in sight and in order, on a phone", |rig| all_views(rig, 390, 844)),
    ("focus: menus take it, keep it visible and give it back", menus),
    ("focus: a dialog keeps it and gives it back", dialog),
];

/// So many stops of a view are walked; what comes behind is more rows of the same table.
const MOST_STOPS: usize = 160;

/// What is to be known of the focused element. Its indicator is an outline of at least two pixels
/// whose colour has 3 : 1 to what lies around it (1.4.11, 2.4.7, 2.4.13), and a part of it is in
/// sight and not covered (2.4.11).
const LOOK: &str = r#"(() => {
    const el = document.activeElement;
    if (!el || el === document.body || el === document.documentElement) return null;
    // Hidden inputs show the focus on their label.
    const seen = el.matches('.visually-hidden') ? el.labels?.[0] ?? el : el;
    // Small things may show it on what they draw.
    const style = [getComputedStyle(seen), getComputedStyle(seen, '::before')].find((each) => each.outlineStyle !== 'none') ?? getComputedStyle(seen);
    const parse = (text) => {
        const canvas = globalThis.probe ??= new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = '#0000'; canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
    const contrast = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
    const behind = (from) => {
        for (let each = from; each; each = each.parentElement) {
            const colour = parse(getComputedStyle(each).backgroundColor);
            if (colour[3] > 250) return colour;
        }
        return parse('Canvas');
    };
    const width = parseFloat(style.outlineWidth);
    const inside = parseFloat(style.outlineOffset) < 0;
    const wrong = [];
    if (style.outlineStyle === 'none' || width < 2) wrong.push(`outline ${style.outlineStyle} ${style.outlineWidth}`);
    else {
        const ratio = contrast(parse(style.outlineColor), behind(inside ? seen : seen.parentElement));
        if (ratio < 3) wrong.push(`outline contrast ${ratio.toFixed(2)}`);
    }
    const box = seen.getClientRects()[0] ?? seen.getBoundingClientRect();
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (right - left < Math.min(8, box.width - 1) || bottom - top < Math.min(8, box.height - 1)) wrong.push('out of sight ' + [box.left, box.top, box.right, box.bottom].map(Math.round));
    else {
        const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]].map(([x, y]) => [left + (right - left) * x, top + (bottom - top) * y]);
        const hit = points.map(([x, y]) => document.elementFromPoint(x, y));
        const own = hit.filter((each) => each && (seen.contains(each) || each.contains(seen) && !each.matches('body, html, main, .body, .app') || each.closest('label')?.control === el));
        if (own.length === 0) wrong.push('covered by ' + hit[0]?.outerHTML.slice(0, 80));
    }
    if (!el.matches(':focus-visible')) wrong.push('not :focus-visible');
    if (el.tabIndex > 0) wrong.push('a tab index of its own');
    const bar = seen.closest('.header, .headline, .toolbar, .tabs, .list-bar, .list-filters, .list-actions-bar, .drawer-head');
    globalThis.stops ??= []; 
    let at = globalThis.stops.indexOf(el);
    if (at < 0) at = globalThis.stops.push(el) - 1;
    return {at, wrong, what: el.outerHTML.slice(0, 140), bar: bar?.className ?? '', x: Math.round(box.left), y: Math.round(box.top + box.height / 2), h: Math.round(box.height), top: scrollY};
})()"#;

/// Walks from the first stop of the document on; what is wrong, and how many stops there were.
pub(crate) fn walk(page: &Page, state: &str, wrong: &mut Vec<String>) -> usize {
    page.evaluate(
        "globalThis.stops = []; document.querySelector('.skip').focus(); scrollTo(0, 0); 0",
    );
    let mut last: Option<Value> = None;
    let mut again = 0;
    let mut most = 0;
    for _ in 0..MOST_STOPS {
        page.key("Tab");
        let mut seen = page.evaluate(LOOK);
        let wrong_now = seen["wrong"].to_string();
        if wrong_now.contains("out of sight") || wrong_now.contains("covered by") {
            // What is laid out only now may have moved it; it has two frames to come back.
            page.evaluate("new Promise((ok) => { let left = 4; const next = () => (left -= 1) ? requestAnimationFrame(next) : ok(0); next(); })");
            seen = page.evaluate(LOOK);
        }
        let Some(at) = seen["at"].as_u64() else { break };
        if most > 0 && at == 0 && last.as_ref().is_some_and(|last| last["at"] != 0) {
            break;
        }
        most = most.max(at as usize);
        if let Some(last) = &last {
            if last["at"] == seen["at"] {
                again += 1;
                // A date has several parts, each a stop.
                if again > 8 {
                    wrong.push(format!("{state}: the focus is caught in {}", seen["what"]));
                    break;
                }
                continue;
            }
            again = 0;
            let number = |of: &Value, key: &str| of[key].as_f64().unwrap_or_default();
            let same_bar = seen["bar"] != "" && last["bar"] == seen["bar"];
            let same_scroll = number(last, "top") == number(&seen, "top");
            let higher = number(&seen, "y") + 12.0 < number(last, "y");
            let left_of = (number(&seen, "y") - number(last, "y")).abs() < 6.0
                && number(&seen, "x") < number(last, "x");
            if same_bar && same_scroll && (higher || left_of) {
                wrong.push(format!(
                    "{state}: out of order: {} after {}",
                    seen["what"], last["what"]
                ));
            }
        }
        for each in seen["wrong"].as_array().into_iter().flatten() {
            wrong.push(format!("{state}: {each}: {}", seen["what"]));
        }
        last = Some(seen);
    }
    most + 1
}

fn all_views(rig: &Rig, width: u32, height: u32) {
    let mut wrong = Vec::new();
    let blank = rig.open();
    blank.set_viewport(width, height, 1.0);
    settle(&blank);
    let mut stops = walk(&blank, "empty", &mut wrong);
    let page = with_everything(rig, "light");
    page.set_viewport(width, height, 1.0);
    for state in STATES {
        show(&page, state);
        stops += walk(&page, state.name, &mut wrong);
        if matches!(state.name, "technique" | "rule") {
            page.evaluate("document.querySelector('.drawer-close').click()");
        }
    }
    page.set_media(&[("prefers-color-scheme", "dark")]);
    settle(&page);
    stops += walk(&page, "dark", &mut wrong);
    // The same control fails in every view.
    let mut told = std::collections::BTreeMap::<String, (String, usize)>::new();
    for line in wrong {
        let (state, what) = line.split_once(": ").expect("a name before");
        let entry = told.entry(what.to_owned()).or_insert((state.to_owned(), 0));
        entry.1 += 1;
    }
    let lines: Vec<_> = told
        .into_iter()
        .map(|(what, (state, times))| format!("{state} ({times}): {what}"))
        .collect();
    assert!(lines.is_empty(), "{} of {stops} stops\n{}", lines.len(), lines.join("\n"));
    println!("    {stops} stops looked at");
    assert!(stops > 600, "{stops}");
}

/// Opens each by the keyboard, walks through it and leaves it.
fn menus(rig: &Rig) {
    let page = with_everything(rig, "light");
    let mut wrong = Vec::new();
    for (place, menu) in MENUS {
        page.evaluate(&format!("location.hash = '#/{place}'"));
        page.wait_until(&format!(
            "document.querySelector('[popovertarget={menu}]')?.checkVisibility()"
        ));
        settle(&page);
        page.evaluate(&format!(
            "globalThis.stops = []; document.querySelector('[popovertarget={menu}]').focus(); 0"
        ));
        page.key("Enter");
        page.wait_until(&format!("document.getElementById('{menu}').matches(':popover-open')"));
        settle(&page);
        let stops = page.evaluate(&format!(
            "document.querySelectorAll('#{menu} :is(a[href], button, input, select, textarea, summary, [tabindex]):not([disabled])').length"
        ));
        if stops == 0 {
            // Nothing to be pressed: the focus stays on its button.
            page.key("Escape");
            let back = page.evaluate(&format!("document.activeElement.getAttribute('popovertarget') === '{menu}' && !document.getElementById('{menu}').matches(':popover-open')"));
            if back != true {
                wrong.push(format!("{menu}: Esc does not close it"));
            }
            continue;
        }
        let mut inside = 0;
        for _ in 0..60 {
            page.key("Tab");
            let seen = page.evaluate(LOOK);
            if page.evaluate(&format!("!!document.activeElement.closest('#{menu}')")) != true {
                break;
            }
            inside += 1;
            for each in seen["wrong"].as_array().into_iter().flatten() {
                wrong.push(format!("{menu}: {each}: {}", seen["what"]));
            }
        }
        if inside == 0 {
            wrong.push(format!("{menu}: the next stop behind its button is not in it"));
        }
        page.evaluate(&format!(
            "(document.getElementById('{menu}').querySelector('a, button, input, select, textarea') ?? document.body).focus(); 0"
        ));
        page.key("Escape");
        let back = page.evaluate(&format!(
            "document.activeElement.getAttribute('popovertarget') === '{menu}'"
        ));
        let open =
            page.evaluate(&format!("document.getElementById('{menu}').matches(':popover-open')"));
        if (back.clone(), open.clone()) != (json!(true), json!(false)) {
            wrong.push(format!(
                "{menu}: after Esc the focus is back: {back}, open: {open}, at {}",
                page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn dialog(rig: &Rig) {
    let page = with_everything(rig, "light");
    let button = "header [aria-label=Help], header [title=\"Help\"], header [aria-label^=Help]";
    page.evaluate(&format!("document.querySelector({}).focus(); 0", json!(button)));
    page.key("Enter");
    page.wait_until("document.querySelector('dialog#help[open]')");
    let mut wrong = Vec::new();
    for _ in 0..25 {
        page.key("Tab");
        let seen = page.evaluate(LOOK);
        // Between last and first the browser's own controls have it.
        let outside = page.evaluate(
            "document.activeElement !== document.body && !document.activeElement.closest('dialog')",
        );
        if outside == true {
            wrong.push(format!("behind the dialog: {}", seen["what"]));
        }
        for each in seen["wrong"].as_array().into_iter().flatten() {
            wrong.push(format!("{each}: {}", seen["what"]));
        }
    }
    page.key("Escape");
    page.wait_until("!document.querySelector('dialog#help[open]')");
    let back = page.evaluate(&format!("document.activeElement.matches({})", json!(button)));
    assert_eq!(back, json!(true), "the focus returns");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
