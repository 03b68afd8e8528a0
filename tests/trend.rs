//! Pictures of trends.
#![cfg(feature = "cli")]

mod toy;

use coverlay::attack::Catalogue;
use coverlay::coverage::Scope;
use coverlay::date::Date;
use coverlay::heatmap::{Mark, Scene, Theme, TrendOptions, TrendSize, trend};
use coverlay::history::{NoDate, Snapshot, Trend, Undated, When};
use coverlay::layer::Standing;

fn options(theme: Theme, size: TrendSize) -> TrendOptions {
    TrendOptions { theme, size, title: "Toy → over time".to_owned() }
}

fn snapshot(catalogue: &Catalogue, at: When, ids: &[&str]) -> Snapshot {
    let covered = ids.iter().map(|id| (toy::id(id), Some(50.0)));
    let standing = Standing::new(covered, catalogue);
    let totals = standing.totals(catalogue, &|_| true);
    Snapshot { at, name: at.to_string(), standing, totals }
}

fn day(text: &str) -> When {
    When::Day(Date::parse(text).expect("a day"))
}

fn texts(scene: &Scene) -> Vec<&str> {
    let texts = scene.marks.iter().filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// The corners of the lines of one colour.
fn lines(scene: &Scene, colour: coverlay::heatmap::Rgb) -> Vec<Vec<(f64, f64)>> {
    let lines = scene.marks.iter().filter_map(|mark| match mark {
        Mark::Path { points, fill: None, stroke: Some((stroke, _)) } if *stroke == colour => {
            // Arrows of titles are short.
            Some(points.clone()).filter(|points| points[0].1 > 100.0)
        }
        _ => None,
    });
    lines.collect()
}

fn inside(scene: &Scene) {
    for mark in &scene.marks {
        let (left, top, right, bottom) = mark.bounds();
        let fits = left >= -0.01 && top >= -0.01;
        let fits = fits && right <= scene.width + 0.01 && bottom <= scene.height + 0.01;
        assert!(fits, "{mark:?}");
    }
}

/// 1, 3 and 2 of 7 techniques on days 0, 30 and 120: heights and places are measured.
#[test]
fn lines_stand_where_the_numbers_say() {
    let catalogue = toy::three_tactics();
    let points = vec![
        snapshot(&catalogue, day("2026-01-01"), &["T1047"]),
        snapshot(&catalogue, day("2026-01-31"), &["T1047", "T1053", "T1003.001"]),
        snapshot(&catalogue, day("2026-05-01"), &["T1047", "T1110"]),
    ];
    let course = Trend::of_snapshots(points, vec!["As the toy has it.".to_owned()]);
    for theme in [Theme::Light, Theme::Dark] {
        let scene =
            trend(&catalogue, &course, &Scope::default(), &options(theme, TrendSize::Wide1280));
        inside(&scene);
        assert_eq!((scene.width, scene.height), (1280.0, 720.0));
        let tokens = theme.tokens();
        let overall = lines(&scene, tokens.accent);
        let [line] = &overall[..] else { panic!("one line: {overall:?}") };
        // The axis: the lines of 0 and of 100 %.
        let level = |wanted: &str| {
            let label = scene.marks.iter().find_map(|mark| match mark {
                Mark::Text { text, y, .. } if text == wanted => Some(y - 4.0),
                _ => None,
            });
            label.expect("a label")
        };
        let (zero, all) = (level("0\u{2009}%"), level("100\u{2009}%"));
        let heights: Vec<_> = line.iter().map(|(_, y)| (zero - y) / (zero - all) * 7.0).collect();
        for (height, covered) in heights.iter().zip([1.0, 3.0, 2.0]) {
            assert!((height - covered).abs() < 1e-6, "{heights:?}");
        }
        let share = (line[1].0 - line[0].0) / (line[2].0 - line[0].0);
        assert!((share - 30.0 / 120.0).abs() < 1e-9, "{share}");
        // Execution 1, 2, 1 of 3; Credential Access 0, 1, 1 of 2; Command and Control 0, 1, 0 of 3.
        let tactics = lines(&scene, tokens.ink);
        assert_eq!(tactics.len(), 3);
        let back = lines(&scene, tokens.strong_line);
        for ((line, behind), shares) in tactics.iter().zip(&back).zip([
            [1.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0],
            [0.0, 0.5, 0.5],
            [0.0, 1.0 / 3.0, 0.0],
        ]) {
            // Behind each stands the line of all, which gives the scale.
            let unit = (behind[0].1 - behind[1].1) / (2.0 / 7.0);
            let zero = behind[0].1 + unit / 7.0;
            for ((_, y), share) in line.iter().zip(shares) {
                assert!(((zero - y) / unit - share).abs() < 1e-6);
            }
        }
        let texts = texts(&scene);
        for told in [
            "2 of 7",
            "techniques covered, 29\u{2009}%",
            "2 of 7 techniques",
            "29\u{2009}%",
            "1 of 3 · 33\u{2009}%",
            "1 of 2 · 50\u{2009}%",
            "0 of 3 · 0\u{2009}%",
            "Command and Control",
            "Q1 2026",
            "2026-05-01",
            "points since Q1 2026",
            "As the toy has it.",
        ] {
            assert!(texts.contains(&told), "{told}: {texts:?}");
        }
        assert!(texts.contains(&"14.3"), "43 % to 29 %, with a ▼ drawn before it");
        assert!(scene.description.contains("▼ 14.3 points since Q1 2026"));
    }
}

#[test]
fn every_trend_fits_the_picture() {
    let (large, _) = toy::large();
    let small = toy::three_tactics();
    let empty = toy::catalogue(&[("execution", "Execution")], &[]);
    let sprint = |number| When::Sprint { year: 2026, number };
    let quarters = |count: i32| {
        (0..count).map(|at| When::Day(Date::from_unix_days(11_000 + 91 * at as u32))).collect()
    };
    let moments: [Vec<When>; 8] = [
        Vec::new(),
        vec![day("2026-03-31")],
        vec![day("2026-03-31"); 3],
        (1..27).map(sprint).collect(),
        vec![day("2026-03-31"), sprint(1)],
        vec![day("2026-02-02"), day("2026-02-03")],
        quarters(40),
        quarters(120),
    ];
    for catalogue in [&large, &small, &empty] {
        for moments in &moments {
            let ids = ["T1047", "T1000", "T1001"];
            let points = moments.iter().map(|at| snapshot(catalogue, *at, &ids)).collect();
            let mut course = Trend::of_snapshots(points, vec!["Long sentence. ".repeat(99)]);
            course.undated =
                vec![Undated { name: "\u{202e}<x> ".repeat(99), reason: NoDate::None }; 40];
            for size in [TrendSize::Wide1280, TrendSize::Wide1920] {
                let mut options = options(Theme::Light, size);
                options.title = "Titel → \u{202e}<&>\u{0} 日本語 ".repeat(99);
                let scope = Scope { platforms: vec!["Linux".repeat(99)], ..Scope::default() };
                let scene = trend(catalogue, &course, &scope, &options);
                inside(&scene);
                let wide = if size == TrendSize::Wide1280 { 1280.0 } else { 1920.0 };
                assert_eq!((scene.width, scene.height), (wide, wide / 16.0 * 9.0));
            }
        }
    }
}

/// Labels of dates never touch.
#[test]
fn dates_keep_apart() {
    let catalogue = toy::three_tactics();
    for count in [2, 3, 9, 17, 40, 59, 120] {
        let points = (0..count)
            .map(|at| When::Day(Date::from_unix_days(11_000 + 91 * at).end_of_quarter()))
            .map(|at| snapshot(&catalogue, at, &["T1047"]))
            .collect();
        let course = Trend::of_snapshots(points, Vec::new());
        let options = options(Theme::Light, TrendSize::Wide1280);
        let scene = trend(&catalogue, &course, &Scope::default(), &options);
        let mut labels: Vec<_> = scene
            .marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Text { text, .. } if text.starts_with('Q')))
            .map(Mark::bounds)
            .collect();
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(labels.len() >= 2, "{count}");
        assert!(labels.windows(2).all(|pair| pair[0].2 + 6.0 <= pair[1].0), "{count}: {labels:?}");
    }
}
