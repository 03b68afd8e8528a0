//! Alerts on the matrix: cells, legend, pictures, layer and table, by hand on the toy matrix.

mod toy;

use coverlay::alerts::{Alerts, Moment, NewAlert, Selection, ShadingScale, Window};
use coverlay::attack::{Catalogue, TechniqueIndex};
use coverlay::coverage::detections::{Blank, Detections};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::export::alerts_layer::{self, AlertsOf};
use coverlay::export::layer_json::LayerOptions;
use coverlay::export::{alert_counts_csv, svg};
use coverlay::heatmap::{
    AlertLook, AlertPainter, AlertsShown, Expansion, HatchPattern, Mark, Painter, Palette,
    PaletteName, PictureOptions, Size, Theme, alert_label, alert_picture,
};
use coverlay::rule::Intake;

fn day(day: u8) -> Moment {
    Moment::start_of(Date::new(2026, 11, day).expect("a day"))
}

/// The toy matrix with a technique nobody can see.
fn catalogue() -> Catalogue {
    let mut catalogue = toy::three_tactics();
    catalogue.platforms.push("PRE".to_owned());
    let unseen = toy::index(&catalogue, "T1071");
    catalogue.techniques[usize::from(unseen.0)].platforms = vec![2];
    catalogue
}

/// On day 10, the second window: 3 of the rule for T1047, 12 on T1059.001, 1 on T1110, which no
/// rule covers. On day 5: 5 on T1047, 12 on T1059.001 and 2 on T1001.
fn alerts() -> Alerts {
    let mut alerts = Alerts::default();
    let mut push = |at, count: u32, rule_name: &str, technique: &str| {
        let ids = [technique].into_iter().filter(|id| !id.is_empty()).map(toy::id);
        let techniques: Vec<_> = ids.collect();
        for _ in 0..count {
            let techniques = techniques.as_slice().into();
            alerts.push(&NewAlert { time: at, rule_name, techniques, ..NewAlert::default() });
        }
    };
    push(day(10), 3, "b wmi", "");
    push(day(10), 12, "somebody's", "T1059.001");
    push(day(10), 1, "somebody's", "T1110");
    push(day(5), 5, "B WMI", "");
    push(day(5), 12, "somebody's", "T1059.001");
    push(day(5), 2, "somebody's", "T1001");
    alerts
}

struct World {
    catalogue: Catalogue,
    intake: Intake,
    coverage: Coverage,
    alerts: Alerts,
    detections: Detections,
}

impl World {
    fn new(window: Option<(u8, u8)>) -> Self {
        let (catalogue, intake, alerts) = (catalogue(), toy::rules(), alerts());
        let coverage = toy::covered(&catalogue, &intake);
        let window = window.map(|(since, until)| Window { since: day(since), until: day(until) });
        let selection = Selection { window, ..Selection::default() };
        let detections = Detections::of(&catalogue, &intake, &coverage.claims, &alerts, &selection);
        Self { catalogue, intake, coverage, alerts, detections }
    }

    fn at(&self, id: &str) -> TechniqueIndex {
        toy::index(&self.catalogue, id)
    }

    fn painter(&self, look: AlertLook, theme: Theme) -> AlertPainter {
        let palette = Palette::new(PaletteName::Blue, theme);
        AlertPainter::new(&self.catalogue, &self.coverage, &self.detections, look, &palette, theme)
    }

    fn of(&self) -> AlertsOf<'_> {
        AlertsOf {
            catalogue: &self.catalogue,
            coverage: &self.coverage,
            intake: &self.intake,
            alerts: &self.alerts,
            detections: &self.detections,
        }
    }

    fn svg(&self, look: AlertLook, options: &PictureOptions) -> String {
        let shown = AlertsShown { alerts: &self.alerts, detections: &self.detections, look };
        let (policy, scope) = (Policy::default(), Scope::default());
        let scene = alert_picture(&self.catalogue, &self.coverage, &policy, &scope, shown, options);
        for mark in &scene.marks {
            let (left, top, right, bottom) = mark.bounds();
            let inside = left >= -1.0 && top >= -1.0 && right <= scene.width + 1.0;
            // Hatches end at edges, with half their width beyond.
            assert!(inside && bottom <= scene.height + 1.0, "{mark:?}");
        }
        svg::write(&scene, None)
    }
}

const COMPARE: AlertLook = AlertLook { scale: ShadingScale::Log, with_rules: false, compare: true };
const WITH_RULES: AlertLook =
    AlertLook { scale: ShadingScale::Log, with_rules: true, compare: false };

fn options() -> PictureOptions {
    PictureOptions {
        theme: Theme::Light,
        palette: Palette::new(PaletteName::Blue, Theme::Light),
        size: Size::Whole,
        sub_techniques: Expansion::Annotated,
        title: "Alerts of the toy rules".to_owned(),
        date: toy::date(),
        show_scores: true,
        show_ids: false,
    }
}

#[test]
fn a_cell_has_the_shade_of_its_own_alerts_only() {
    let world = World::new(Some((10, 11)));
    let painter = world.painter(AlertLook::default(), Theme::Light);
    let cell = |id: &str| painter.cell(&world.catalogue, &world.coverage, world.at(id));
    let stops = Palette::alerts(Theme::Light);
    // The highest count has the last colour; log 4 ÷ log 13 = 54 of 100 is between.
    assert_eq!(cell("T1059.001").fill, stops.stops().last().copied());
    let some = cell("T1047").fill.expect("a fill");
    assert!(!stops.stops().contains(&some));
    assert!(
        cell("T1110").fill.expect("a fill").luminance() > some.luminance(),
        "1 is lighter than 3"
    );

    let parent = cell("T1059");
    assert!(parent.fill.is_none() && parent.via_subtechnique && parent.hatch.is_none());
    let edge = parent.lower_edge.expect("an edge");
    assert_eq!((Some(edge.colour), edge.covered, edge.total), (cell("T1059.001").fill, 1, 3));

    let pattern = |id: &str| cell(id).hatch.map(|hatch| hatch.pattern);
    assert_eq!(pattern("T1053"), Some(HatchPattern::Diagonal), "two rules, no alert");
    assert_eq!(pattern("T1003"), Some(HatchPattern::Diagonal), "a rule on a sub-technique");
    assert_eq!(pattern("T1001"), None, "no rule");
    assert_eq!(pattern("T1071"), Some(HatchPattern::Crossed), "nobody sees it");
    assert_eq!((pattern("T1110"), pattern("T1047")), (None, None));
    for id in ["T1053", "T1001", "T1071"] {
        assert!(cell(id).fill.is_none() && cell(id).lower_edge.is_none(), "{id}");
    }
}

#[test]
fn corners_and_labels() {
    let world = World::new(Some((10, 15)));
    let said = |look| {
        let painter = world.painter(look, Theme::Dark);
        ["T1047", "T1059.001", "T1059", "T1110", "T1001", "T1053"]
            .map(|id| painter.corner(world.at(id)).unwrap_or_default())
    };
    assert_eq!(said(AlertLook::default()), ["3", "12", "(12)", "1", "", ""]);
    // Five days before: 5, 12, 12, none, 2, none.
    assert_eq!(said(COMPARE), ["▼2", "=", "(=)", "▲1", "▼2", ""]);
    let painter = world.painter(COMPARE, Theme::Dark);
    let label = |id: &str| {
        let index = world.at(id);
        alert_label(&painter.facts(index), world.coverage.technique(index))
    };
    assert_eq!(
        label("T1047"),
        "3 alerts in the window, 2 fewer than before; 1 rule, covered directly"
    );
    assert_eq!(label("T1110"), "1 alert in the window, 1 more than before; no rule");
    assert_eq!(
        label("T1003"),
        "no alert in the window, nor before; 1 rule, covered via sub-techniques"
    );
    assert_eq!(label("T1071"), "no alert in the window, nor before; no rule; not observable");
    // Without a window there is nothing to compare with.
    let all = World::new(None);
    let painter = all.painter(COMPARE, Theme::Dark);
    assert_eq!(painter.corner(all.at("T1047")).as_deref(), Some("8"));
    let label =
        alert_label(&painter.facts(all.at("T1047")), all.coverage.technique(all.at("T1047")));
    assert_eq!(label, "8 alerts; 1 rule, covered directly");
}

/// The first four partition what is shown; every cell has exactly one of them.
#[test]
fn the_legend_counts_every_look() {
    let world = World::new(Some((10, 15)));
    let palette = Palette::new(PaletteName::Blue, Theme::Light);
    let legend = |look| -> Vec<(String, usize)> {
        let painter = world.painter(look, Theme::Light);
        let shown = world.catalogue.indices().chain(world.catalogue.indices());
        let colours = (&palette, Theme::Light);
        let entries = painter.legend(&world.catalogue, &world.coverage, colours, shown);
        entries.into_iter().map(|entry| (entry.label, entry.count)).collect()
    };
    let is = |entries: &[(&str, usize)]| -> Vec<(String, usize)> {
        entries.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect()
    };
    let alone = is(&[
        // T1001, T1003.002, T1059.003, T1059.004, T1071
        ("no rule, no alert", 5),
        // T1003, T1003.001, T1053
        ("a rule, but no alert", 3),
        ("1 alert", 1),
        ("3 alerts", 1),
        ("12 alerts", 1),
        ("alerts on sub-techniques only, in brackets", 1),
        ("edge: share of sub-techniques with alerts", 1),
        ("more than in the window before", 1),
        ("as many as in the window before", 2),
        ("fewer than in the window before", 2),
        ("not observable (PRE)", 1),
    ]);
    assert_eq!(legend(COMPARE), alone);
    let standing: usize = alone[..6].iter().map(|(_, count)| count).sum();
    assert_eq!(standing, world.catalogue.techniques.len());
    let both = legend(WITH_RULES);
    let count = |label: &str| both.iter().find(|entry| entry.0 == label).map(|entry| entry.1);
    assert_eq!(count("no rule"), Some(6), "T1110 too");
    assert_eq!(count("band: 12 alerts"), Some(1));
    assert_eq!((count("a rule, but no alert"), count("no rule, no alert")), (Some(3), None));
    assert_eq!(count("not observable (PRE)"), Some(1));
}

#[test]
fn two_parts_are_the_rules_cell_with_a_band() {
    let world = World::new(None);
    let painter = world.painter(WITH_RULES, Theme::Light);
    let rules = Painter::new(&Palette::new(PaletteName::Blue, Theme::Light), Theme::Light);
    let alone = world.painter(AlertLook::default(), Theme::Light);
    for index in world.catalogue.indices() {
        let both = painter.cell(&world.catalogue, &world.coverage, index);
        let of_rules = rules.cell(&world.catalogue, &world.coverage, index);
        let of_alerts = alone.cell(&world.catalogue, &world.coverage, index);
        assert_eq!(
            (both.fill, both.text, both.score),
            (of_rules.fill, of_rules.text, of_rules.score)
        );
        assert_eq!(both.second, of_alerts.fill);
        let is_silent = painter.facts(index).blank == Some(Blank::NoMatch);
        let is_diagonal = both.hatch.is_some_and(|h| h.pattern == HatchPattern::Diagonal);
        assert_eq!(is_silent, is_diagonal);
    }
}

#[test]
fn pictures_of_alerts() {
    let world = World::new(Some((10, 15)));
    insta::assert_snapshot!("alerts_light", world.svg(COMPARE, &options()));
    let dark = PictureOptions {
        theme: Theme::Dark,
        palette: Palette::new(PaletteName::Blue, Theme::Dark),
        sub_techniques: Expansion::All,
        ..options()
    };
    insta::assert_snapshot!("alerts_and_rules_dark", world.svg(WITH_RULES, &dark));
}

/// One direction or both, and never what the other means.
#[test]
fn hatches_differ_in_their_lines() {
    let world = World::new(None);
    let shown = AlertsShown {
        alerts: &world.alerts,
        detections: &world.detections,
        look: AlertLook::default(),
    };
    let (policy, scope) = (Policy::default(), Scope::default());
    let scene =
        alert_picture(&world.catalogue, &world.coverage, &policy, &scope, shown, &options());
    // Lines that rise and lines that fall in a technique's cell.
    let lines = |id: &str| {
        let cell = scene.cells.iter().find(|cell| cell.technique == toy::id(id)).expect("drawn");
        let (mut rising, mut falling) = (0, 0);
        for mark in &scene.marks {
            let Mark::Line { x1, y1, x2, y2, .. } = mark else { continue };
            let (left, top) = (x1.min(*x2), y1.min(*y2));
            let is_in = left >= cell.x - 0.1
                && top >= cell.y - 0.1
                && x1.max(*x2) <= cell.x + cell.w + 0.1
                && y1.max(*y2) <= cell.y + cell.h + 0.1;
            if is_in && (x2 - x1) * (y2 - y1) < 0.0 {
                rising += 1;
            } else if is_in {
                falling += 1;
            }
        }
        (rising > 0, falling > 0)
    };
    assert_eq!(lines("T1053"), (true, false));
    assert_eq!(lines("T1071"), (true, true));
    assert_eq!(lines("T1110"), (false, false));
}

#[test]
fn the_layer_and_the_table_have_the_same_counts() {
    let world = World::new(Some((10, 15)));
    let csv = alert_counts_csv::write(&world.of());
    let row = |id: &str| csv.lines().find(|row| row.starts_with(&format!("{id},"))).expect("a row");
    assert_eq!(csv.lines().count(), 1 + 12);
    let wmi = "T1047,Windows Management Instrumentation,execution,3,3,5,5,1,,yes";
    assert_eq!(row("T1047"), wmi);
    assert_eq!(row("T1059"), "T1059,Command and Scripting Interpreter,execution,0,12,0,12,2,,yes");
    assert!(row("T1053").ends_with(",0,0,0,0,2,no_match,yes"), "{}", row("T1053"));
    assert!(row("T1071").ends_with(",0,0,0,0,0,no_rule,no"), "{}", row("T1071"));

    let options = LayerOptions {
        name: String::new(),
        description: String::new(),
        palette: Palette::alerts(Theme::Light),
        date: toy::date(),
    };
    let layer = |scale| alerts_layer::layer(&world.of(), scale, &options);
    let told = layer(ShadingScale::Linear).techniques.entries.into_iter().map(|entry| {
        let score = entry.score.map(|score| score.to_string());
        (entry.technique_id.to_string(), score, entry.color)
    });
    let entry = |id: &str, score: Option<&str>| (id.to_owned(), score.map(str::to_owned), None);
    let expected = [
        entry("T1003", None),
        entry("T1003.001", None),
        entry("T1047", Some("3")),
        entry("T1053", None),
        entry("T1059.001", Some("12")),
        entry("T1110", Some("1")),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let log = layer(ShadingScale::Log);
    let darkest = log.techniques.entries.iter().find(|entry| entry.score == Some(12.into()));
    assert_eq!(darkest.and_then(|entry| entry.color.as_deref()), Some("#743a06"));
    assert_eq!(log.name, "Alerts Enterprise ATT&CK 19.2 2026-11-10 to 2026-11-14");
    let comment = log.techniques.entries[2].comment.as_str();
    assert_eq!(
        comment,
        "3 alerts in the window, 2 fewer than before; 1 rule, covered directly: b wmi"
    );
}
