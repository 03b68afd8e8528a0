//! Forced colours, reduced motion, and patterns instead of colours.
use crate::Test;
use crate::focus::walk;
use crate::page::{Page, Picture};
use crate::rig::Rig;
use crate::states::{STATES, settle, show, with_everything};
use crate::steps::{click_text, open_menu, with_sample};
use crate::truth::sample_coverage;
use coverlay::heatmap::{Painter, Palette, PaletteName, Step, Theme};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const TESTS: &[Test] = &[
    ("modes: forced colours, dark: states are told apart, the focus is seen", |rig| {
        forced(rig, "dark")
    }),
    ("modes: forced colours, light: states are told apart, the focus is seen", |rig| {
        forced(rig, "light")
    }),
    ("modes: with reduced motion nothing moves", still),
    ("modes: patterns tell steps apart, are kept, and are in pictures", patterns),
    ("modes: colours of one's own that somebody mistakes are told", mistaken),
];

/// Texts of cells and swatches that cannot be read, and current things that look like the others.
const FORCED: &str = r#"(() => {
    const wrong = [];
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const parse = (text) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = '#0000'; canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
    const contrast = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
    for (const cell of document.querySelectorAll('[data-technique]')) {
        if (!cell.checkVisibility()) continue;
        const style = getComputedStyle(cell);
        const ground = parse(style.backgroundColor);
        if (ground[3] < 255) { wrong.push('no ground of its own: ' + cell.outerHTML.slice(0, 90)); break; }
        if (contrast(parse(style.color), ground) < 4.5) { wrong.push(`text ${style.color} on ${style.backgroundColor}: ` + cell.dataset.technique); break; }
        if (contrast(parse(style.outlineColor), ground) < 3) { wrong.push(`edge ${style.outlineColor} on ${style.backgroundColor}: ` + cell.dataset.technique); break; }
    }
    // A state has a look or a mark of its own that is no colour: number, half disc, nothing.
    const marks = {};
    for (const cell of document.querySelectorAll('[data-technique][data-coverage]'))
        (marks[cell.dataset.coverage] ??= new Set()).add(`${cell.dataset.score ? 'number' : ''} ${cell.dataset.mark === 'via' ? 'half' : ''}`);
    for (const [state, looks] of Object.entries(marks)) for (const [other, more] of Object.entries(marks))
        if (state < other) for (const look of looks) if (more.has(look)) wrong.push(`${state} and ${other} look the same: ${look}`);
    const differs = (current, other, what) => {
        if (!current || !other) { wrong.push('nothing to compare: ' + what); return; }
        const look = (each) => { const s = getComputedStyle(each); return [s.borderTopColor, s.borderBottomColor, s.borderTopWidth, s.borderBottomWidth, s.outlineStyle, s.fontWeight].join(); };
        if (look(current) === look(other)) wrong.push(what + ' looks like the others');
    };
    differs(document.querySelector('.tab[aria-current]'), document.querySelector('.tab:not([aria-current])'), 'the current view');
    differs(document.querySelector('.toolbar .button[aria-pressed=true]'), document.querySelector('.toolbar .button[aria-pressed=false]'), 'a pressed button');
    return wrong;
})()"#;

fn forced(rig: &Rig, theme: &str) {
    let page = with_everything(rig, theme);
    page.set_media(&[
        ("forced-colors", "active"),
        ("prefers-color-scheme", theme),
        ("prefers-reduced-motion", "reduce"),
    ]);
    let mut wrong = Vec::new();
    show(&page, &STATES[0]);
    page.evaluate("document.querySelector('[data-action=expand-annotated]').click()");
    settle(&page);
    assert_eq!(page.evaluate("matchMedia('(forced-colors: active)').matches"), json!(true));
    for each in page.evaluate(FORCED).as_array().into_iter().flatten() {
        wrong.push(each.to_string());
    }
    for state in
        STATES.iter().filter(|state| matches!(state.name, "matrix" | "gaps" | "alerts" | "rules"))
    {
        show(&page, state);
        walk(&page, state.name, &mut wrong);
    }
    // The theme that was chosen need not be the one of the forced colours.
    page.evaluate("location.hash = '#/matrix'");
    page.wait_until("document.querySelector('[data-technique][data-score]')");
    page.click("header [aria-label^=\"Colours\"]");
    settle(&page);
    for each in page.evaluate(FORCED).as_array().into_iter().flatten() {
        wrong.push(format!("other theme: {each}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn still(rig: &Rig) {
    let page = with_everything(rig, "light");
    let moving = "[...document.querySelectorAll('body *')].flatMap((each) => ['', '::before', '::after'].map((part) => [each, getComputedStyle(each, part || undefined)]))
        .filter(([, style]) => style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0) || style.animationName !== 'none' || style.scrollBehavior === 'smooth')
        .map(([each]) => each.outerHTML.slice(0, 100))";
    for state in STATES
        .iter()
        .filter(|state| matches!(state.name, "matrix" | "gaps" | "alerts" | "report" | "technique"))
    {
        show(&page, state);
        assert_eq!(page.evaluate(moving), json!([]), "{}", state.name);
        page.evaluate("document.querySelector('.toolbar .button, .button')?.focus()");
        assert_eq!(page.evaluate("document.getAnimations().length"), json!(0), "{}", state.name);
    }
    // And where motion is welcome it is short.
    page.set_media(&[("prefers-reduced-motion", "no-preference")]);
    settle(&page);
    let longest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('body *')].flatMap((each) => getComputedStyle(each).transitionDuration.split(', ').map(parseFloat)))",
    );
    assert!(longest.as_f64().is_some_and(|seconds| seconds > 0.0 && seconds <= 0.15), "{longest}");
}

/// Turns patterns on or off.
#[track_caller]
fn switch(page: &Page) {
    open_menu(page, "palettes");
    page.click("[data-input=patterns]");
    page.key("Escape");
    settle(page);
}

/// Steps of the cells on screen, by technique.
#[track_caller]
fn steps(page: &Page) -> BTreeMap<String, Option<String>> {
    let read = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-technique]')].map((cell) => [cell.dataset.technique, cell.dataset.step ?? null]))",
    );
    serde_json::from_value(read).expect("texts")
}

fn patterns(rig: &Rig) {
    let page = with_sample(rig);
    assert!(steps(&page).values().all(Option::is_none));
    switch(&page);
    page.wait_until("document.querySelector('[data-technique][data-step]')");
    let coverage = sample_coverage();
    let catalogue = crate::truth::newest();
    let palette = Palette::new(PaletteName::Blue, Theme::Light).with_patterns(true);
    let painter = Painter::new(&palette, Theme::Light);
    let mut seen = BTreeSet::new();
    for (id, step) in steps(&page) {
        let index = catalogue.find(id.parse().expect("an id")).expect("live");
        let paint = painter.cell(catalogue, &coverage, index);
        let wanted = paint.pattern.map(|pattern| pattern.step.number().to_string());
        assert_eq!(step, wanted, "{id}");
        // By the score alone, as legends have it.
        let score = coverage.technique(index).score.map(|score| (score.get() / 20).min(4) + 1);
        assert_eq!(step.as_deref().map(str::parse), score.map(Ok), "{id}");
        seen.extend(step);
    }
    assert!(seen.len() >= 3, "{seen:?}");
    // Each is drawn in another way, in cells and in the legend.
    let looks = page.evaluate(
        "['.cell', '.legend .swatch'].map((kind) => [...document.querySelectorAll(kind + '[data-step]:not([data-hatched])')].map((each) =>
            [each.dataset.step, getComputedStyle(each, '::before').backgroundImage.replace(/rgb\\([^)]*\\)/g, 'c') + getComputedStyle(each, '::before').backgroundSize]))",
    );
    for kind in looks.as_array().expect("two") {
        let mut by_step = BTreeMap::<&str, BTreeSet<&str>>::new();
        for pair in kind.as_array().expect("a list") {
            let (step, look) = (pair[0].as_str().expect("text"), pair[1].as_str().expect("text"));
            assert!(look.contains("gradient"), "{look}");
            by_step.entry(step).or_default().insert(look);
        }
        let all: BTreeSet<_> = by_step.values().flatten().collect();
        assert!(by_step.values().all(|looks| looks.len() == 1), "{by_step:?}");
        assert_eq!((all.len(), by_step.len()), (seen.len(), seen.len()), "{by_step:?}");
    }
    assert_eq!(Step::ALL.len(), 5);
    // In pictures as well: the PNG has more colours in a cell than fill and text.
    open_menu(&page, "export");
    page.click("[data-action=export-png]");
    let with = Picture::decode(&page.download().bytes);
    page.click("[data-action=export-svg]");
    let svg = String::from_utf8(page.download().bytes).expect("UTF-8");
    page.key("Escape");
    let line = painter.cell(
        catalogue,
        &coverage,
        catalogue.find("T1110".parse().expect("an id")).expect("live"),
    );
    let colour = line.pattern.expect("scored").colour.to_string();
    assert!(svg.matches(&colour).count() > 10, "{colour}");
    // Kept, in the link, and taken back in one step.
    open_menu(&page, "export");
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
    page.evaluate("document.querySelector('[data-action=copy-link]').click()");
    let link = page.wait_until("window.copied");
    page.key("Escape");
    page.wait_until(
        "JSON.parse(localStorage.getItem('coverlay.settings.1'))?.palette.patterns === true",
    );
    page.reload();
    page.wait_for_mark("coverlay:whole");
    crate::steps::read(&page, || page.click("[data-action=try-sample]"));
    page.wait_until("document.querySelector('[data-technique][data-step]')");
    let other = rig.blank();
    other.go(link.as_str().expect("a link"));
    other.wait_for_mark("coverlay:whole");
    crate::steps::read(&other, || {
        other.evaluate("document.querySelector('[data-action=try-sample]').click()");
    });
    other.wait_until("document.querySelector('[data-technique][data-step]')");
    switch(&page);
    page.wait_until("!document.querySelector('[data-technique][data-step]')");
    open_menu(&page, "export");
    page.click("[data-action=export-png]");
    let without = Picture::decode(&page.download().bytes);
    page.key("Escape");
    assert_eq!((with.width, with.height), (without.width, without.height));
    assert!(with.colours() > without.colours());
    page.click("[data-action=undo]");
    page.wait_until("document.querySelector('[data-technique][data-step]')");
    // Alerts have shades, layers gradients: with patterns, too.
    page.evaluate("location.hash = '#/alerts'");
    page.wait_until("document.querySelector('.alert-tactics tbody tr')");
    click_text(&page, "main .check, main label, main button", "Alerts");
    page.evaluate("location.hash = '#/matrix'");
    page.wait_until("document.querySelector('[data-technique][data-step]')");
}

fn mistaken(rig: &Rig) {
    let page = with_sample(rig);
    open_menu(&page, "palettes");
    click_text(&page, "#palettes label", "Custom");
    page.wait_until("document.querySelector('.stops input')");
    let warning = || page.evaluate("document.querySelector('.stops-warning').innerText");
    assert_eq!(warning(), Value::from(""), "six blues are told apart");
    let set = |at: usize, colour: &str| {
        page.evaluate(&format!(
            "(() => {{ const input = document.querySelectorAll('.stops input')[{at}]; input.value = '{colour}'; input.dispatchEvent(new Event('change', {{bubbles: true}})); return 0; }})()"
        ));
        settle(&page);
    };
    // Red and green of one lightness.
    set(0, "#c25b3f");
    set(1, "#7f8031");
    page.wait_until(
        "document.querySelector('.stops-warning').innerText.includes('look much the same')",
    );
    let told = warning();
    let told = told.as_str().unwrap_or_default();
    assert!(told.contains("Colours 1 and 2") && told.contains("anopia"), "{told}");
    set(1, "#fff3c0");
    page.wait_until("!document.querySelector('.stops-warning').innerText.includes('1 and 2')");
}
