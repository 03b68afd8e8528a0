//! axe-core finds nothing wrong in anything the page shows: light and dark, wide and narrow.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::states::{
    LAYER_MENUS, MENUS, STATES, layer, rules_tab, settle, show, show_menu, with_everything,
};
use crate::steps::{drop_on, open_menu};
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("accessibility: every view, light and wide", |rig| all_views(rig, "light", 1280)),
    ("accessibility: every view, light and narrow", |rig| all_views(rig, "light", 390)),
    ("accessibility: every view, dark and wide", |rig| all_views(rig, "dark", 1280)),
    ("accessibility: every view, dark and narrow", |rig| all_views(rig, "dark", 390)),
    ("accessibility: every menu and dialog, light and wide", |rig| all_menus(rig, "light", 1280)),
    ("accessibility: every menu and dialog, light and narrow", |rig| all_menus(rig, "light", 390)),
    ("accessibility: every menu and dialog, dark and wide", |rig| all_menus(rig, "dark", 1280)),
    ("accessibility: every menu and dialog, dark and narrow", |rig| all_menus(rig, "dark", 390)),
    ("accessibility: what a screen reader hears of a cell", names),
    ("accessibility: progress and result are spoken, and little else", spoken),
    ("accessibility: the matrix is a grid that counts its rows and columns", grid),
];

/// What was found wrong where, one line each.
struct Found<'a> {
    page: &'a Page,
    /// A dark theme changes colours only.
    colours_only: bool,
    wrong: Vec<String>,
    looked_at: usize,
}

impl<'a> Found<'a> {
    fn new(page: &'a Page, theme: &str) -> Self {
        Self { page, colours_only: theme == "dark", wrong: Vec::new(), looked_at: 0 }
    }

    #[track_caller]
    fn check(&mut self, state: &str, selector: &str) {
        let Some(violations) = self.page.axe_of(selector, self.colours_only) else { return };
        self.looked_at += 1;
        for violation in violations {
            let (rule, impact, times) = (violation.rule, violation.impact, violation.places.len());
            let first = violation.places.first().map(String::as_str).unwrap_or_default();
            self.wrong.push(format!("{state}: {rule} ({impact}), {times} times, first {first}"));
        }
    }

    #[track_caller]
    fn end(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        println!("    {} states looked at", self.looked_at);
    }
}

fn all_views(rig: &Rig, theme: &str, width: u32) {
    let blank = rig.blank();
    blank.set_media(&[("prefers-color-scheme", theme)]);
    blank.go(&rig.server.url());
    blank.wait_for_mark("coverlay:whole");
    blank.set_viewport(width, 844, 1.0);
    settle(&blank);
    let mut empty = Found::new(&blank, theme);
    empty.check("empty", "body");

    let page = with_everything(rig, theme);
    let mut found =
        Found { wrong: empty.wrong, looked_at: empty.looked_at, ..Found::new(&page, theme) };
    for (at, state) in STATES.iter().enumerate() {
        page.set_viewport(width, 844, 1.0);
        show(&page, state);
        // What stands around every view is looked at with the first.
        let scope = match at {
            0 => "body",
            _ if state.place.starts_with("technique") || state.name == "rule" => "aside",
            _ => "main",
        };
        found.check(state.name, scope);
        if state.name == "rule" {
            page.key("Escape");
        }
    }
    page.evaluate("location.hash = '#/gaps'");
    found
        .page
        .evaluate("document.querySelector('[data-layer-tab]:not([data-layer-tab=rules])').click()");
    page.evaluate("location.hash = '#/matrix'");
    page.wait_until("document.querySelector('[popovertarget=layer-select]')");
    settle(&page);
    found.check("a layer", "body");
    page.evaluate("location.hash = '#/technique/T1003'");
    page.wait_until("document.querySelector('aside .layer-said')");
    settle(&page);
    found.check("a layer's technique", "aside");
    found.end();
}

fn all_menus(rig: &Rig, theme: &str, width: u32) {
    let page = with_everything(rig, theme);
    page.set_viewport(width, 844, 1.0);
    let mut found = Found::new(&page, theme);
    for menu in MENUS {
        show_menu(&page, *menu);
        found.check(menu.1, &format!("#{}", menu.1));
        page.key("Escape");
    }
    page.evaluate("location.hash = '#/matrix'");
    page.wait_until("document.querySelector('[data-technique]')");
    page.evaluate("document.getElementById('search').focus()");
    page.type_text("power");
    page.wait_until("document.querySelector('#search-matches [role=option]')");
    found.check("search", "header");
    page.key("Escape");
    page.evaluate("document.activeElement.blur()");
    page.key("?");
    page.wait_until("document.querySelector('dialog#help[open]')");
    found.check("help", "dialog#help");
    page.key("Escape");

    page.set_viewport(1280, 844, 1.0);
    page.evaluate("document.querySelector('[data-layer-tab]:not([data-layer-tab=rules])').click()");
    page.wait_until("document.querySelector('[popovertarget=layer-select]')");
    // Selected, a cell can be edited.
    page.wait_until("document.querySelector('[data-technique=\"T1003\"]')?.checkVisibility()");
    page.click("[data-technique=\"T1003\"]");
    page.wait_until("document.querySelector('[popovertarget=edit-colour]')?.checkVisibility()");
    if page.evaluate("!!document.querySelector('.drawer-close')") == true {
        page.click(".drawer-close");
    }
    page.set_viewport(width, 844, 1.0);
    settle(&page);
    for menu in LAYER_MENUS {
        page.wait_until(&format!(
            "document.querySelector('[popovertarget={menu}]')?.checkVisibility()"
        ));
        open_menu(&page, menu);
        settle(&page);
        found.check(menu, &format!("#{menu}"));
        page.key("Escape");
    }
    rules_tab(&page);
    let odd = "wann;was;wo;wer\n03/04/2024 01:30:00;Odd rule;H-1;ann\n03/05/2024 02:30:00;Other rule;H-1;ann\n";
    let folder = rig.folder(&[("odd.csv", odd), ("l.json", &layer("l.json", &[("T1003", 1)]))]);
    page.set_viewport(1280, 800, 1.0);
    drop_on(&page, &[&folder.join("odd.csv")]);
    page.set_viewport(width, 844, 1.0);
    page.evaluate("location.hash = '#/import?show=skipped'");
    page.wait_until("document.querySelector('[data-action=read-as-alerts]')");
    page.click("[data-action=read-as-alerts]");
    page.wait_until("document.querySelector('#columns .columns-fields')");
    settle(&page);
    found.check("columns", "dialog#columns");
    found.end();
}
fn names(rig: &Rig) {
    let page = crate::steps::with_sample(rig);
    let label = page
        .attribute("[data-technique=T1059][data-tactic=execution]", "aria-label")
        .expect("a label");
    let report = crate::truth::sample_report(&[]);
    let told = crate::truth::technique(&report, "T1059");
    for part in
        ["T1059", "Command and Scripting Interpreter", "Execution", "sub-techniques covered"]
    {
        assert!(label.contains(part), "{part} is not in {label}");
    }
    let score = match told["score"].as_u64() {
        Some(score) => format!("{score} is the score"),
        None => "no score".to_owned(),
    };
    assert!(label.contains(&score), "{score} is not in {label}");
    // A state is told in words, not by colour alone.
    let unlabelled = page.evaluate(
        "[...document.querySelectorAll('[data-technique]')].filter((cell) => !/covered/.test(cell.ariaLabel)).length",
    );
    assert_eq!(unlabelled, serde_json::json!(0));
}

/// A row a tactic, its head the first of its columns.
fn grid(rig: &Rig) {
    let page = crate::steps::with_sample(rig);
    page.click("[data-action=expand-all]");
    let catalogue = crate::truth::newest();
    let longest = (0..catalogue.tactics.len()).map(|column| {
        catalogue
            .column(column)
            .iter()
            .map(|parent| 1 + catalogue.sub_column(*parent, column).len())
            .sum::<usize>()
    });
    let longest: Vec<usize> = longest.collect();
    let counts = page.evaluate(
        "['aria-rowcount', 'aria-colcount'].map((name) => document.querySelector('[role=grid]').getAttribute(name))",
    );
    let (rows, columns) = (longest.len(), longest.iter().max().expect("some") + 1);
    assert_eq!(counts, json!([rows.to_string(), columns.to_string()]));
    let told = page.evaluate(
        "[...document.querySelectorAll('[role=grid] [role=row]')].map((row) => [
            row.getAttribute('aria-rowindex'), row.querySelector('[role=rowheader]').getAttribute('aria-colindex'),
            [...row.querySelectorAll('[role=gridcell]')].map((cell) => +cell.getAttribute('aria-colindex'))])",
    );
    for (at, row) in told.as_array().expect("rows").iter().enumerate() {
        let wanted: Vec<usize> = (2..longest[at] + 2).collect();
        assert_eq!(*row, json!([(at + 1).to_string(), "1", wanted]), "{at}");
    }
}

/// All that the live region of an import says while the sample is read.
fn spoken(rig: &Rig) {
    let page = rig.open();
    page.evaluate(
        "(() => { globalThis.said = []; const region = document.querySelector('[data-said=progress]');
            new MutationObserver(() => { const text = region.innerText.trim(); if (text) said.push(text); })
                .observe(region, {childList: true, characterData: true, subtree: true}); return 0; })()",
    );
    crate::steps::read(&page, || page.click("[data-action=try-sample]"));
    let report = crate::truth::sample_report(&[]);
    let techniques = &report["summary"]["techniques"];
    let result = format!("{} of {} techniques covered", techniques["covered"], techniques["total"]);
    page.wait_until(&format!("said.at(-1)?.includes({})", json!(result)));
    let said: Vec<String> = serde_json::from_value(page.evaluate("said")).expect("texts");
    assert!(said.len() <= 13, "{said:?}");
    assert_eq!(said.iter().filter(|text| text.contains("covered")).count(), 1, "{said:?}");
    let region = "document.querySelector('[data-said=progress]')";
    assert_eq!(
        page.evaluate(&format!("[{region}.getAttribute('role'), {region}.ariaLive]")),
        json!(["status", "polite"])
    );
}
