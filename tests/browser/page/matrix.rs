//! What cells say beside their colour, and that what floats above them says the same.
use crate::Test;
use crate::drawer::{DRAWER, wait_for};
use crate::rig::Rig;
use crate::steps::{click_text, copy_of_the_sample, open_menu, read, texts, with_sample};
use crate::truth::{newest, sample_coverage};
use coverlay::coverage::Upkeep;
use coverlay::heatmap::{LegendKind, Painter, Palette, PaletteName, Theme, legend};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("matrix: stale and experimental cells have a dashed edge and say why", upkeep),
    ("matrix: a tip that is open follows the data", tip_follows),
    ("matrix: what changes while cells are out of scope is seen when they are back", back_in_scope),
    ("matrix: unfolded, all that is in sight is there with the first frame", unfolded),
];

fn upkeep(rig: &Rig) {
    let page = with_sample(rig);
    let (catalogue, coverage) = (newest(), sample_coverage());
    let palette = Palette::new(PaletteName::Blue, Theme::Light);
    let painter = Painter::new(&palette, Theme::Light);
    // The cell under the pointer has another edge.
    page.call("Input.dispatchMouseEvent", json!({"type": "mouseMoved", "x": 1, "y": 1}));
    let shown = page.evaluate(
        "[...document.querySelectorAll('[data-technique]')].map((cell) => ({
            id: cell.dataset.technique, label: cell.ariaLabel,
            edge: getComputedStyle(cell).outlineStyle, colour: getComputedStyle(cell).outlineColor }))",
    );
    let mut stale = Vec::new();
    for cell in shown.as_array().expect("a list") {
        let text = |field: &str| cell[field].as_str().unwrap_or_default();
        let index = catalogue.find(text("id").parse().expect("an id")).expect("live");
        let upkeep = coverage.technique(index).upkeep;
        assert_eq!(text("edge"), if upkeep.is_good() { "solid" } else { "dashed" }, "{cell}");
        if let Some(edge) = painter.cell(catalogue, &coverage, index).edge {
            assert_eq!(
                text("colour"),
                format!("rgb({}, {}, {})", edge.0, edge.1, edge.2),
                "{cell}"
            );
        }
        for (is_so, remark) in [
            (upkeep.stale, Upkeep::stale_label()),
            (upkeep.experimental_only, Upkeep::experimental_label()),
        ] {
            assert_eq!(text("label").contains(&remark), is_so, "{cell}");
        }
        if upkeep.stale && catalogue.technique(index).parent.is_none() {
            stale.push((text("id").to_owned(), upkeep.last_changed));
        }
    }
    // The sample is uneven on purpose.
    assert!(stale.len() >= 5, "{stale:?}");

    let techniques = catalogue.indices().filter(|at| catalogue.technique(*at).parent.is_none());
    let entries = legend(catalogue, &coverage, &palette, Theme::Light, techniques);
    let told = texts(&page, ".legend li");
    for kind in [LegendKind::Stale, LegendKind::ExperimentalOnly] {
        let entry = entries.iter().find(|entry| entry.kind == kind);
        let entry = entry.unwrap_or_else(|| panic!("the sample has no {kind:?}"));
        let line = told.iter().find(|line| line.contains(&entry.label));
        let line = line.unwrap_or_else(|| panic!("{} is not in {told:?}", entry.label));
        assert!(line.ends_with(&entry.count.to_string()), "{line}: {}", entry.count);
    }
    let dashed = page.evaluate("[...document.querySelectorAll('.swatch[data-dashed]')].map((each) => getComputedStyle(each).outlineStyle)");
    assert_eq!(dashed, json!(["dashed", "dashed"]));

    let (id, day) = &stale[0];
    page.hover(&format!("[data-technique=\"{id}\"]"));
    page.wait_until("document.querySelector('.tip')?.checkVisibility()");
    assert!(page.text(".tip").contains(&Upkeep::stale_label()), "{}", page.text(".tip"));
    page.click(&format!("[data-technique=\"{id}\"]"));
    wait_for(&page, id);
    let since = format!("no rule has changed since {}", day.expect("a stale one has a day"));
    assert!(page.text(DRAWER).contains(&since), "{since}: {}", page.text(DRAWER));
    page.evaluate("location.hash = '#/table?show=covered'");
    page.wait_until("document.querySelector('.techniques-table tbody tr')");
    assert!(page.text(".techniques-table").contains(&Upkeep::stale_label()));
}

/// Rules arrive below a pointer that holds still.
fn tip_follows(rig: &Rig) {
    let folder = copy_of_the_sample(rig);
    // With a drawer open the matrix is there before any rule is.
    let page = rig.open_at("#/technique/T1003");
    wait_for(&page, "T1003");
    page.wait_until("document.querySelector('[data-technique=T1110]')");
    page.hover("[data-technique=T1110]");
    page.wait_until("document.querySelector('.tip')?.innerText.includes('T1110')");
    assert!(page.text(".tip").contains("not covered"), "{}", page.text(".tip"));
    read(&page, || page.set_file_input("#open-folder", &[&folder.join("sample")]));
    page.wait_until("document.querySelector('.tip').innerText.includes('score 50')");
    assert!(page.text(".tip").contains("T1110"), "{}", page.text(".tip"));
    // What is gone again is told again.
    page.evaluate("document.querySelector('[data-action=undo]').click()");
    page.wait_until("document.querySelector('.tip').innerText.includes('not covered')");
    // A cell that is folded away takes its tip along.
    page.click("[data-technique=T1110] .cell-fold");
    page.wait_until("document.querySelector('[data-technique=\"T1110.001\"]').checkVisibility()");
    page.evaluate(
        "new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(() => ok(0))))",
    );
    page.hover("[data-technique=\"T1110.001\"]");
    page.wait_until("document.querySelector('.tip')?.innerText.includes('T1110.001')");
    page.evaluate("document.querySelector('[data-action=collapse-all]').click()");
    page.wait_until("!document.querySelector('.tip').innerText.includes('T1110.001')");
}

/// They are not painted meanwhile.
fn back_in_scope(rig: &Rig) {
    let look = "(() => Object.fromEntries([...document.querySelectorAll('.cell[data-technique]')].map((cell) =>
        [cell.dataset.technique + ' ' + cell.dataset.tactic, [getComputedStyle(cell).backgroundColor, cell.ariaLabel, cell.dataset.score, cell.innerText]])))()";
    // Labels follow when what is seen is drawn.
    let cells = |page: &crate::page::Page| {
        let mut last = Value::Null;
        for _ in 0..20 {
            page.evaluate("new Promise((ok) => setTimeout(ok, 250))");
            let now = page.evaluate(look);
            if now == last {
                break;
            }
            last = now;
        }
        last
    };
    let change = |page: &crate::page::Page| {
        open_menu(page, "palettes");
        click_text(page, "#palettes label", "Green");
        page.key("Escape");
        crate::policy::colour_by(page, "Rule count");
        page.key("Escape");
    };
    let platform = |page: &crate::page::Page, is_chosen: bool| {
        open_menu(page, "platforms");
        click_text(page, "#platforms label", "Linux");
        page.key("Escape");
        let gone =
            "[...document.querySelectorAll('.cell')].some((cell) => !cell.dataset.technique)";
        page.wait_until(&format!("({gone}) === {is_chosen}"));
    };
    let page = with_sample(rig);
    let before = cells(&page);
    change(&page);
    let expected = cells(&page);
    let changed = |all: &Value, place: &str| all[place] != before[place];
    let places: Vec<&String> = expected.as_object().expect("a map").keys().collect();
    assert!(places.iter().filter(|place| changed(&expected, place)).count() > 20);
    let page = with_sample(rig);
    platform(&page, true);
    let fewer = cells(&page);
    assert!(fewer.as_object().map(|all| all.len()) < Some(places.len()));
    change(&page);
    platform(&page, false);
    assert_eq!(cells(&page), expected);
}

/// What lies further down may come later, what is seen may not; and in the end all is there.
fn unfolded(rig: &Rig) {
    let page = with_sample(rig);
    // Let what was drawn last settle.
    page.evaluate("new Promise((ok) => setTimeout(ok, 500))");
    for (width, height, down, along) in [
        (1280, 800, 0, 0),
        (1280, 800, 320, 0),
        (1000, 500, 0, 0),
        (1000, 500, 0, 400),
        (390, 844, 0, 0),
    ] {
        page.set_viewport(width, height, 1.0);
        page.evaluate("(document.querySelector('[data-action=collapse-all]')?.click(), new Promise((ok) => setTimeout(ok, 500)))");
        page.evaluate(&format!("document.querySelector('.matrix').scrollTo({along}, {down}); 0"));
        let seen = page.evaluate(
            "(async () => {
                const box = document.querySelector('.matrix').getBoundingClientRect();
                const cells = () => [...document.querySelectorAll('.cell[data-technique]')].flatMap((cell) => {
                    if (!cell.checkVisibility()) return [];
                    const {x, y, right, bottom} = cell.getBoundingClientRect();
                    const inside = right > box.left && x < box.right && bottom > box.top && y < box.bottom;
                    return inside ? [[cell.dataset.technique, cell.dataset.tactic, Math.round(x), Math.round(y)].join(' ')] : [];
                });
                // Rows stand one below the other, whatever is folded away between them.
                const pitch = () => [...new Set([...document.querySelectorAll('.column')].flatMap((column) => {
                    const tops = [...column.querySelectorAll('.cell[data-technique]')].filter((cell) => cell.checkVisibility()).map((cell) => cell.getBoundingClientRect().top).filter((top) => top < box.bottom);
                    return tops.slice(1).map((top, at) => Math.round(top - tops[at]));
                }))];
                const pitches = pitch();
                document.querySelector('[data-action=expand-all]').click();
                const grid = document.querySelector('[role=grid]');
                // What is cut off in the first frame cannot be seen.
                const missed = await new Promise((ok) => requestAnimationFrame(() => ok([...document.querySelectorAll('.cell[data-technique]')].filter((cell) => {
                    if (!cell.checkVisibility()) return false;
                    const {x, y, width, height} = cell.getBoundingClientRect();
                    const [right, down] = [x + width / 2, y + height / 2];
                    if (right < box.left || right > box.right || down < box.top || down > box.bottom) return false;
                    const top = document.elementFromPoint(right, down);
                    return !top || top === grid.parentElement || (grid.contains(top) && !cell.contains(top) && top !== cell.parentElement && !top.closest('.column-head'));
                }).map((cell) => cell.dataset.technique))));
                const is_cut = grid.style.clipPath !== '';
                await new Promise((ok) => setTimeout(ok));
                const first = cells();
                await new Promise((ok) => setTimeout(ok, 1500));
                const open = [...document.querySelectorAll('.cell[aria-expanded=true]')].filter((cell) => cell.nextElementSibling.hidden).length;
                return {first, last: cells(), folded: open, missed, pitches, unfolded: pitch(), is_cut, stays_cut: grid.style.clipPath !== '', subs: first.filter((each) => each.includes('.')).length};
            })()",
        );
        let place = format!("{width}x{height} from {down}, {along}");
        assert_eq!(seen["first"], seen["last"], "{place}");
        assert_eq!(seen["folded"], json!(0), "{place}");
        assert_eq!(seen["missed"], json!([]), "{place}");
        let pitch = if width > 720 { json!([36]) } else { json!([]) };
        assert_eq!((&seen["pitches"], &seen["unfolded"]), (&pitch, &pitch), "{place}");
        let is_cut = width > 720 && down == 0;
        assert_eq!(
            (&seen["is_cut"], &seen["stays_cut"]),
            (&json!(is_cut), &json!(false)),
            "{place}"
        );
        // On a narrow screen columns are folded themselves.
        assert_eq!(seen["subs"].as_u64() > Some(5), width > 720, "{place}: {}", seen["subs"]);
    }
}
