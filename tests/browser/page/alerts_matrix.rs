//! Alerts in the cells of the matrix: shades, both blanks, two parts, legend, table, pictures and
//! the layer are the library's.
use crate::Test;
use crate::alerts_overview::Truth;
use crate::exports::{export, has_colours};
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, open_menu, read, with_sample};
use crate::truth::{newest, today};
use coverlay::alerts::{Selection, ShadingScale};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::detections::{CellAlerts, Detections};
use coverlay::coverage::{Policy, Scope};
use coverlay::export::alerts_layer::AlertsOf;
use coverlay::export::{alert_counts_csv, file_stem};
use coverlay::heatmap::{
    AlertLook, AlertPainter, AlertsShown, CellPaint, Expansion, HatchPattern, Palette, PaletteName,
    PictureOptions, Size, Theme, alert_picture,
};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("alerts matrix: cells have the shade, the corner and the pattern of the library", shades),
    ("alerts matrix: two parts show rules and alerts", two_parts),
    ("alerts matrix: without rules alerts are what cells show", alone),
    ("alerts matrix: the table tells the two blanks apart", table),
    ("alerts matrix: the PNG has every cell in its shade", png),
    ("alerts matrix: layer, tab and table of counts are the library's", files),
    ("alerts matrix: accessible in light", |rig| accessible(rig, "light")),
    ("alerts matrix: accessible in dark", |rig| accessible(rig, "dark")),
];

fn choose(page: &Page, what: &str) {
    open_menu(page, "level-table");
    page.click(&format!("input[name=cells-show][value={what}]"));
    page.key("Escape");
    page.wait_until("document.querySelector('.cell[data-alerts]')");
}

fn look(with_rules: bool, scale: ShadingScale) -> AlertLook {
    AlertLook { scale, with_rules, compare: false }
}

fn painter(truth: &Truth, found: &Detections, look: AlertLook) -> AlertPainter {
    let palette = Palette::new(PaletteName::Blue, Theme::Light);
    AlertPainter::new(newest(), &truth.coverage, found, look, &palette, Theme::Light)
}

/// Waits until every cell looks as the painter has it.
#[track_caller]
fn looks(page: &Page, truth: &Truth, painter: &AlertPainter) {
    // The cell under the pointer has another edge.
    page.call("Input.dispatchMouseEvent", json!({"type": "mouseMoved", "x": 1, "y": 1}));
    let rgb = |colour: Option<coverlay::heatmap::Rgb>| match colour {
        Some(colour) => format!("rgb({}, {}, {})", colour.0, colour.1, colour.2),
        None => String::new(),
    };
    let said = |index: TechniqueIndex| {
        let paint: CellPaint = painter.cell(newest(), &truth.coverage, index);
        let hatch = paint.hatch.map_or("", |hatch| match hatch.pattern {
            HatchPattern::Diagonal => "diagonal",
            HatchPattern::Crossed => "crossed",
        });
        let facts: CellAlerts = painter.facts(index);
        json!([
            newest().technique(index).id.to_string(),
            facts.count.own.to_string(),
            painter.corner(index).unwrap_or_default(),
            rgb(paint.fill),
            rgb(paint.second),
            hatch,
        ])
    };
    let wanted: Vec<Value> = newest()
        .indices()
        .filter(|index| newest().technique(*index).parent.is_none())
        .map(said)
        .collect();
    let shown = "(() => { const seen = new Map();
        for (const cell of document.querySelectorAll('.cell[data-technique]')) {
            if (cell.dataset.technique.includes('.')) continue;
            const second = cell.style.getPropertyValue('--second');
            const probe = document.createElement('i'); probe.style.color = second;
            seen.set(cell.dataset.technique, [cell.dataset.technique, cell.dataset.alerts,
                cell.querySelector('.cell-score').textContent, cell.style.backgroundColor,
                second && probe.style.color, cell.dataset.hatched ?? '']);
        }
        return [...seen.values()].sort((a, b) => a[0] < b[0] ? -1 : 1); })()";
    page.wait_until("!document.querySelector('.progress:not([hidden])')");
    let mut wanted = wanted;
    wanted.sort_by_key(|each| each[0].as_str().unwrap_or_default().to_owned());
    let (mut last, mut tries) = (json!(null), 0);
    while tries < 40 {
        last = page.evaluate(shown);
        if last == json!(wanted) {
            return;
        }
        tries += 1;
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let last = last.as_array().cloned().unwrap_or_default();
    let differ = last.iter().zip(&wanted).filter(|(shown, wanted)| shown != wanted);
    let differ: Vec<_> = differ.take(5).collect();
    panic!("{} cells, {} wanted; shown and wanted: {differ:?}", last.len(), wanted.len());
}

fn shades(rig: &Rig) {
    let page = with_sample(rig);
    let truth = Truth::new();
    let found = truth.of(&Selection::default());
    assert_eq!(page.count(".cell[data-alerts]"), 0, "at first cells show the score of the rules");
    choose(&page, "alerts");
    looks(&page, &truth, &painter(&truth, &found, look(false, ShadingScale::Log)));
    for kind in ["diagonal", "crossed"] {
        assert!(page.count(&format!(".cell[data-hatched={kind}][data-technique]")) > 0, "{kind}");
    }
    let legend = page.text(".legend");
    for said in ["a rule, but no alert", "no rule, no alert", "not observable"] {
        assert!(legend.contains(said), "{said}: {legend}");
    }
    open_menu(&page, "level-table");
    page.click("input[name=alert-scale][value=quantile]");
    page.key("Escape");
    looks(&page, &truth, &painter(&truth, &found, look(false, ShadingScale::Quantile)));
    // A narrower window is other shades; undone, they are as before.
    let week = Selection::default().within(truth.window(6, 0));
    page.evaluate("location.hash = '#/alerts'");
    page.wait_until("document.querySelector('[data-figure=alerts]')");
    page.click("[data-window=\"7\"]");
    page.evaluate("location.hash = '#/matrix'");
    page.wait_until("document.querySelector('.cell[data-alerts]')");
    let narrowed = truth.of(&week);
    looks(&page, &truth, &painter(&truth, &narrowed, look(false, ShadingScale::Quantile)));
    page.key("Control+z");
    looks(&page, &truth, &painter(&truth, &found, look(false, ShadingScale::Quantile)));
}

fn two_parts(rig: &Rig) {
    let page = with_sample(rig);
    let truth = Truth::new();
    let found = truth.of(&Selection::default());
    choose(&page, "both");
    looks(&page, &truth, &painter(&truth, &found, look(true, ShadingScale::Log)));
    let both = ".cell[data-second][data-technique]";
    assert!(page.count(both) > 5);
    let label = page.attribute(both, "aria-label").unwrap_or_default();
    assert!(label.contains("alert") && label.contains("is the score"), "{label}");
    choose_rules(&page);
}

fn choose_rules(page: &Page) {
    open_menu(page, "level-table");
    page.click("input[name=cells-show][value=rules]");
    page.wait_until("!document.querySelector('.cell[data-alerts]')");
    assert_eq!(page.count(".cell[data-second]"), 0, "nothing of alerts is left");
}

fn alone(rig: &Rig) {
    let told = "time,rule,technique\n2024-03-04T01:30:00Z,A,T1059\n2024-03-04T02:30:00Z,A,T1059\n";
    let folder = rig.folder(&[("told.csv", told)]);
    let page = rig.open();
    read(&page, || page.set_file_input("#open-files", &[&folder.join("told.csv")]));
    page.wait_until("document.querySelector('[data-technique=T1059][data-alerts=\"2\"]')");
    // There is nothing to choose, until rules come; then it is as ever.
    open_menu(&page, "level-table");
    assert_eq!(
        page.evaluate("document.querySelector('input[name=cells-show]').checkVisibility()"),
        json!(false)
    );
    page.key("Escape");
    let rule = rig.folder(&[("rule.yml", "title: A\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}\ntags: [attack.t1059]\nlevel: high\n")]);
    read(&page, || page.set_file_input("#open-files", &[&rule.join("rule.yml")]));
    page.wait_until("document.querySelector('[data-technique=T1059][data-score=\"80\"]')");
    page.wait_until("!document.querySelector('.cell[data-alerts]')");
}

fn table(rig: &Rig) {
    let page = with_sample(rig);
    let truth = Truth::new();
    let found = truth.of(&Selection::default());
    page.evaluate("location.hash = '#/table'");
    page.wait_until("document.querySelector('td[data-blank]')");
    // All rows are there once one has scrolled to the end; the first ones are enough.
    let ids = attributes(&page, ".techniques-table tbody tr td.id a", "href");
    let shown = page.evaluate(
        "[...document.querySelectorAll('.techniques-table tbody tr td[data-label=Alerts]')].map((cell) => cell.dataset.blank ?? '')",
    );
    let wanted: Vec<&str> = ids
        .iter()
        .map(|href| {
            let id = href.rsplit('/').next().unwrap_or_default();
            let index = newest().find(id.parse().expect("an id")).expect("live");
            let cell = CellAlerts::of(newest(), &truth.coverage, &found, index);
            cell.blank.map_or("", |blank| blank.as_str())
        })
        .collect();
    assert_eq!(shown, json!(wanted));
    assert!(wanted.contains(&"") && wanted.contains(&"no_rule"));
}

fn png(rig: &Rig) {
    let page = with_sample(rig);
    let truth = Truth::new();
    let found = truth.of(&Selection::default());
    choose(&page, "alerts");
    let png = export(&page, "export-png", "png");
    let look = look(false, ShadingScale::Log);
    let options = PictureOptions {
        theme: Theme::Light,
        palette: Palette::new(PaletteName::Blue, Theme::Light),
        size: Size::Wide1920,
        sub_techniques: Expansion::None,
        title: "ATT&CK Enterprise alerts".to_owned(),
        date: today(),
        show_scores: true,
        show_ids: false,
    };
    let shown = AlertsShown { alerts: &truth.alerts, detections: &found, look };
    let (policy, scope) = (Policy::default(), Scope::default());
    let scene = alert_picture(newest(), &truth.coverage, &policy, &scope, shown, &options);
    let painter = painter(&truth, &found, look);
    let colours: Vec<_> = scene
        .cells
        .iter()
        .map(|cell| {
            let index = newest().find(cell.technique).expect("of the catalogue");
            let paint = painter.cell(newest(), &truth.coverage, index);
            paint.fill.unwrap_or(scene.background)
        })
        .collect();
    has_colours(&png, &scene, &colours);
}

fn files(rig: &Rig) {
    let page = with_sample(rig);
    let truth = Truth::new();
    let found = truth.of(&Selection::default());
    let of = AlertsOf {
        catalogue: newest(),
        coverage: &truth.coverage,
        intake: &truth.intake,
        alerts: &truth.alerts,
        detections: &found,
    };
    open_menu(&page, "export");
    page.click("[data-action=export-alerts-csv]");
    let download = page.download();
    let stem = file_stem(today());
    let stem = format!("alerts_{}", stem.trim_start_matches("coverage_"));
    assert_eq!(download.name, format!("{stem}.csv"));
    assert_eq!(String::from_utf8(download.bytes).expect("UTF-8"), alert_counts_csv::write(&of));
    page.click("[data-action=export-alerts-layer]");
    let layer: Value = serde_json::from_slice(&page.download().bytes).expect("JSON");
    let scores: u64 = layer["techniques"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|entry| entry["tactic"].is_null() || entry["score"].is_number())
        .filter_map(|entry| entry["score"].as_u64())
        .max()
        .expect("a score");
    let most = newest().indices().map(|index| found.volume.on(index)).max().expect("one");
    assert_eq!(scores, u64::from(most));
    page.click("[data-action=alerts-as-layer]");
    page.wait_until("document.querySelector('[data-layer-tab]')");
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    for what in ["both", "alerts"] {
        choose(&page, what);
        // What screen readers hear follows a few frames later.
        page.wait_until(
            "[...document.querySelectorAll('.cell[data-alerts]')].every((cell) => cell.ariaLabel.includes('alert'))",
        );
        let found = page.axe().unwrap_or_default();
        assert!(found.is_empty(), "{what}: {found:?}");
    }
}
