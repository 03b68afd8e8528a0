//! Every choice counts as the command's option of the same meaning, and can be taken back.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{choose, click_text, open_menu, with_sample};
use crate::truth::{agree, sample_report};
use coverlay::coverage::{Scale, Score};
use coverlay::heatmap::{Palette, PaletteName, Theme};
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("settings: the level table changes scores, undo restores them", level_table),
    ("settings: platforms narrow the matrix", platforms),
    ("settings: statuses let further rules count", statuses),
    ("settings: domains and releases", releases),
    ("settings: a palette changes the cells", palettes),
    ("settings: light and dark, kept for the next visit", themes),
    ("settings: clear empties, undo brings back", clear),
];

/// Types a score for a level.
fn set_level(page: &Page, level: &str, score: &str) {
    open_menu(page, "level-table");
    page.click(&format!("#level-{level}"));
    page.evaluate(&format!("document.getElementById('level-{level}').select()"));
    page.type_text(score);
    page.key("Enter");
}

fn level_table(rig: &Rig) {
    let page = with_sample(rig);
    let report = sample_report(&[]);
    agree(&page, &report);
    set_level(&page, "high", "100");
    agree(&page, &sample_report(&["--levels", "high=100"]));
    set_level(&page, "medium", "85");
    let edited = sample_report(&["--levels", "high=100,medium=85"]);
    agree(&page, &edited);
    assert_ne!(edited["summary"]["score_at_least_80"], report["summary"]["score_at_least_80"]);
    // What is no score is not taken.
    set_level(&page, "low", "101");
    assert_eq!(page.evaluate("document.getElementById('level-low').value"), json!("30"));
    agree(&page, &edited);
    page.key("Escape");
    page.click("[data-action=undo]");
    agree(&page, &sample_report(&["--levels", "high=100"]));
    page.key("Control+z");
    agree(&page, &report);
}

fn platforms(rig: &Rig) {
    let page = with_sample(rig);
    open_menu(&page, "platforms");
    click_text(&page, "#platforms label", "Linux");
    let linux = sample_report(&["--platform", "Linux"]);
    agree(&page, &linux);
    assert!(
        page.figure("techniques-total")
            < sample_report(&[])["summary"]["techniques"]["total"].as_f64().expect("a number")
    );
    click_text(&page, "#platforms label", "macOS");
    agree(&page, &sample_report(&["--platform", "Linux,macOS"]));
    click_text(&page, "#platforms button", "All platforms");
    agree(&page, &sample_report(&[]));
    page.key("Escape");
    for _ in 0..2 {
        page.click("[data-action=undo]");
    }
    agree(&page, &linux);
}

fn statuses(rig: &Rig) {
    let page = with_sample(rig);
    open_menu(&page, "statuses");
    click_text(&page, "#statuses label", "deprecated");
    let more = sample_report(&["--include-status", "deprecated"]);
    assert_ne!(more["summary"]["rules"], sample_report(&[])["summary"]["rules"]);
    agree(&page, &more);
    click_text(&page, "#statuses label", "unsupported");
    agree(&page, &sample_report(&["--include-status", "deprecated,unsupported"]));
    click_text(&page, "#statuses button", "Reset");
    agree(&page, &sample_report(&[]));
}

fn releases(rig: &Rig) {
    let page = with_sample(rig);
    // The older release follows when the page is ready already.
    page.wait_until("[...document.querySelectorAll('header select option')].some((each) => each.text === 'Enterprise 18.1')");
    for (text, options) in [
        ("ICS 19.0", ["--domain", "ics-attack", "--attack", "19.0"]),
        ("Mobile 19.0", ["--domain", "mobile-attack", "--attack", "19.0"]),
        ("Enterprise 18.1", ["--domain", "enterprise-attack", "--attack", "18.1"]),
        ("Mobile 18.1", ["--domain", "mobile-attack", "--attack", "18.1"]),
        ("Enterprise 19.2", ["--domain", "enterprise-attack", "--attack", "19.2"]),
    ] {
        choose(&page, "header select", text);
        agree(&page, &sample_report(&options));
    }
    page.click("[data-action=undo]");
    page.click("[data-action=undo]");
    agree(&page, &sample_report(&["--attack", "18.1"]));
}

fn palettes(rig: &Rig) {
    let page = with_sample(rig);
    let cell = "[data-technique=T1003][data-score], [data-technique*=\".\"][data-score]";
    page.click("[data-action=expand-annotated]");
    let score = page.attribute(cell, "data-score").expect("a scored cell");
    let score = Score::new(score.parse().expect("a number"));
    let check = |palette: PaletteName, theme: Theme| {
        let colour = Palette::new(palette, theme).colour(score, Scale::HUNDRED);
        let wanted = format!("rgb({}, {}, {})", colour.0, colour.1, colour.2);
        page.wait_until(&format!(
            "getComputedStyle(document.querySelector({})).backgroundColor === {}",
            json!(cell),
            json!(wanted)
        ));
    };
    check(PaletteName::Blue, Theme::Light);
    for palette in
        [PaletteName::RedYellowGreen, PaletteName::GreenYellowRed, PaletteName::BlueYellowBlack]
    {
        open_menu(&page, "palettes");
        click_text(&page, "#palettes label", palette.name());
        check(palette, Theme::Light);
    }
    page.key("Escape");
    page.click("[data-action=undo]");
    check(PaletteName::GreenYellowRed, Theme::Light);
    open_menu(&page, "palettes");
    click_text(&page, "#palettes label", PaletteName::Blue.name());
    page.set_media(&[("prefers-color-scheme", "dark")]);
    check(PaletteName::Blue, Theme::Dark);
}

fn themes(rig: &Rig) {
    let page = rig.open();
    let theme = || page.attribute("html", "data-theme").unwrap_or_default();
    let button = "header [aria-label^=\"Colours\"]";
    assert_eq!(theme(), "light");
    page.click(button); // light, whatever the system has
    page.set_media(&[("prefers-color-scheme", "dark")]);
    assert_eq!(theme(), "light");
    page.set_media(&[("prefers-color-scheme", "light")]);
    page.click(button);
    assert_eq!(theme(), "dark");
    let dark = page.evaluate("getComputedStyle(document.body).backgroundColor");
    page.reload();
    page.wait_for_mark("coverlay:whole");
    assert_eq!(theme(), "dark");
    page.click(button); // as the system has it
    page.wait_until("document.documentElement.dataset.theme === 'light'");
    assert_ne!(page.evaluate("getComputedStyle(document.body).backgroundColor"), dark);
}

fn clear(rig: &Rig) {
    let page = with_sample(rig);
    let report = sample_report(&[]);
    agree(&page, &report);
    page.click("[data-action=clear]");
    page.wait_until("document.querySelector('[data-action=try-sample]')?.checkVisibility()");
    assert_eq!(page.count("[data-technique][data-score]"), 0);
    click_text(&page, ".toast button", "Undo");
    agree(&page, &report);
    // And once more by the button in the header.
    page.click("[data-action=clear]");
    page.wait_until("document.querySelector('[data-action=try-sample]')?.checkVisibility()");
    page.click("[data-action=undo]");
    agree(&page, &report);
    // Before the sample there was nothing.
    page.click("[data-action=undo]");
    page.wait_until("document.querySelector('[data-action=try-sample]')?.checkVisibility()");
}
