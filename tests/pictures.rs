//! Pictures of layers, of changes and of moments: made by hand, counted by hand.

mod toy;

use coverlay::attack::{Catalogue, TechniqueId};
use coverlay::coverage::Scope;
use coverlay::export::svg;
use coverlay::heatmap::{
    CellChange, ChangePainter, Expansion, LayerPainter, Mark, Palette, PictureOptions, Rgb, Scene,
    Shot, Size, State, Theme, change_picture, film, layer_picture, state_picture,
};
use coverlay::layer::{Comparison, Gradient, Layer, LayerMatrix, Standing, compare, read};
use std::collections::BTreeMap;

fn options(theme: Theme, size: Size, sub_techniques: Expansion) -> PictureOptions {
    PictureOptions {
        theme,
        palette: Palette::default(),
        size,
        sub_techniques,
        title: String::new(),
        date: toy::date(),
        show_scores: true,
        show_ids: false,
    }
}

fn standing(catalogue: &Catalogue, covered: &[(&str, Option<f64>)]) -> Standing {
    Standing::new(covered.iter().map(|(id, score)| (toy::id(id), *score)), catalogue)
}

/// Before and now of the toy matrix: T1047 lost, T1053 gained, T1059 from 30 to 80, T1059.001
/// gained, T1059.003 lost, T1110 from 80 to 75, T1001 as before, T1003.001 gained.
fn before(catalogue: &Catalogue) -> Standing {
    let covered = [
        ("T1047", Some(50.0)),
        ("T1059", Some(30.0)),
        ("T1059.003", None),
        ("T1110", Some(80.0)),
        ("T1001", Some(30.0)),
    ];
    standing(catalogue, &covered)
}

fn now(catalogue: &Catalogue) -> Standing {
    let covered = [
        ("T1053", None),
        ("T1059", Some(80.0)),
        ("T1059.001", Some(50.0)),
        ("T1110", Some(75.0)),
        ("T1001", Some(30.0)),
        ("T1003.001", Some(80.0)),
    ];
    standing(catalogue, &covered)
}

fn comparison(catalogue: &Catalogue) -> Comparison {
    let names = ["old <set>", "new\u{202e} set"].map(str::to_owned);
    compare(&before(catalogue), &now(catalogue), names, 50.0, catalogue, &|_| true)
}

/// The fill of every cell's ground.
fn fills(scene: &Scene) -> BTreeMap<(TechniqueId, usize), Option<Rgb>> {
    let fill = |x: f64, y: f64| {
        scene.marks.iter().find_map(|mark| match mark {
            Mark::Rect { x: left, y: top, fill, .. } if (*left, *top) == (x, y) => Some(*fill),
            _ => None,
        })
    };
    let cells = scene.cells.iter();
    cells.map(|c| ((c.technique, c.tactic), fill(c.x, c.y).expect("a cell"))).collect()
}

/// All words that stand in a cell, from left to right.
fn words(scene: &Scene, id: &str) -> String {
    let cell = scene.cells.iter().find(|cell| cell.technique == toy::id(id)).expect("shown");
    let mut inside: Vec<(f64, String)> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { x, y, text, .. }
                if (cell.y..=cell.y + cell.h).contains(y)
                    && (cell.x..=cell.x + cell.w).contains(x) =>
            {
                Some((mark.bounds().0, text.clone()))
            }
            _ => None,
        })
        .collect();
    inside.sort_by(|a, b| a.0.total_cmp(&b.0));
    inside.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

fn inside(scene: &Scene, what: &str) {
    for mark in &scene.marks {
        let (left, top, right, bottom) = mark.bounds();
        let fits = left >= -0.01 && top >= -0.01;
        let fits = fits && right <= scene.width + 0.01 && bottom <= scene.height + 0.01;
        assert!(fits, "{what}: {mark:?}");
    }
    assert!(scene.cells.iter().all(|cell| cell.w > 0.0 && cell.h > 0.0), "{what}");
}

#[test]
fn a_change_is_told_by_colour_sign_and_number() {
    let catalogue = toy::three_tactics();
    let comparison = comparison(&catalogue);
    let painter = ChangePainter::new(&comparison, Theme::Light);
    for (id, change) in [
        ("T1047", CellChange::Lost(Some(50.0))),
        ("T1053", CellChange::Gained(None)),
        ("T1059", CellChange::Raised(50.0)),
        ("T1059.001", CellChange::Gained(Some(50.0))),
        ("T1059.003", CellChange::Lost(None)),
        ("T1110", CellChange::Lowered(5.0)),
        ("T1001", CellChange::Kept),
        ("T1071", CellChange::Uncovered),
    ] {
        assert_eq!(painter.change(toy::id(id)), change, "{id}");
    }
    let parent = toy::index(&catalogue, "T1059");
    let subs = painter.subs(&catalogue, parent, &|_| true);
    assert_eq!((subs.gained, subs.lost, subs.raised, subs.total), (1, 1, 0, 3));

    let scene = change_picture(
        &catalogue,
        &comparison,
        &Scope::default(),
        &options(Theme::Light, Size::Whole, Expansion::Annotated),
    );
    inside(&scene, "change");
    let fills = fills(&scene);
    let fill = |id: &str, tactic| fills[&(toy::id(id), tactic)].map(|fill| fill.to_string());
    assert_eq!(fill("T1047", 0).as_deref(), Some("#7f3b08"));
    assert_eq!(fill("T1053", 0).as_deref(), Some("#0b3c6f"));
    assert_eq!(fill("T1053", 2).as_deref(), Some("#0b3c6f"), "in every column");
    assert_eq!(fill("T1059", 0).as_deref(), Some("#2f6fb0"));
    assert_eq!(fill("T1110", 1).as_deref(), Some("#f2b872"), "5 is less than a quarter of 80");
    assert_eq!(fill("T1001", 2).as_deref(), Some("#f4f4f4"));
    assert_eq!(fill("T1071", 2), None);
    assert_eq!(words(&scene, "T1059.001"), "PowerShell +50");
    // The minus and the triangles are drawn, not written.
    assert!(words(&scene, "T1047").ends_with(" 50"), "{}", words(&scene, "T1047"));
    assert!(words(&scene, "T1110").ends_with(" 5"));

    let svg = svg::write(&scene, None);
    for told in [
        "techniques covered, 57\u{2009}% ",
        ">+3<",
        "gained",
        "score lower by less than 20 · 1",
        "score higher by 20 or more · 1",
        "lost · 2",
        "gained · 3",
        "covered as before · 1",
        // T1071, T1003, T1003.002 and T1059.004.
        "not covered · 4",
    ] {
        assert!(svg.contains(told), "{told}");
    }
    assert_eq!(scene.title, "old <set> → new set");
    assert!(scene.description.contains("4 → 5 of 7"), "{}", scene.description);
    let signs = ['→', '−', '▲', '▼'];
    let is_text = |mark: &Mark| matches!(mark, Mark::Text { text, .. } if text.contains(signs));
    assert!(!scene.marks.iter().any(is_text), "the font has none of them");
}

#[test]
fn folded_sub_techniques_show_at_the_edge() {
    let catalogue = toy::three_tactics();
    let scene = change_picture(
        &catalogue,
        &comparison(&catalogue),
        &Scope::default(),
        &options(Theme::Light, Size::Whole, Expansion::None),
    );
    assert_eq!(words(&scene, "T1003"), "OS Credential Dumping +1");
    assert!(words(&scene, "T1059").ends_with("50"), "its own change goes before");
    assert!(svg::write(&scene, None).contains("edge: folded sub-techniques that changed · 2"));
}

#[test]
fn the_pictures_of_a_film_do_not_jump() {
    let (large, _) = toy::large();
    let small = toy::three_tactics();
    for catalogue in [&small, &large] {
        let (old, new) = (before(&small), now(&small));
        let (old, new) = if catalogue.techniques.len() > 20 {
            let all = |step: usize| {
                let ids = large.techniques.iter().step_by(step);
                Standing::new(ids.map(|t| (t.id, Some(step as f64))), &large)
            };
            (all(5), all(3))
        } else {
            (old, new)
        };
        let names = ["a", "b"].map(str::to_owned);
        let change = compare(&old, &new, names, 50.0, catalogue, &|_| true);
        let gradient = Gradient::default();
        let state = |standing| State {
            standing,
            gradient: &gradient,
            caption: "Then",
            convention: "As it is.",
        };
        let long = "A title that is far too long for any picture. ".repeat(20);
        let shots = [
            Shot::State("old".to_owned(), state(&old)),
            Shot::Change(long, &change),
            Shot::State("new".to_owned(), state(&new)),
        ];
        for size in [Size::Wide1280, Size::Wide1920, Size::Whole] {
            for expansion in [Expansion::None, Expansion::Annotated, Expansion::All] {
                let options = options(Theme::Dark, size, expansion);
                let scenes = film(catalogue, &shots, &Scope::default(), &options);
                assert_eq!(scenes.len(), 3);
                for scene in &scenes {
                    inside(scene, "film");
                    assert_eq!(scene.cells, scenes[0].cells);
                    let same = (scene.width, scene.height) == (scenes[0].width, scenes[0].height);
                    assert!(same);
                }
            }
        }
    }
}

#[test]
fn moments_have_the_colours_of_their_gradient() {
    let catalogue = toy::three_tactics();
    let standing = now(&catalogue);
    let gradient = Gradient::default();
    let state =
        State { standing: &standing, gradient: &gradient, caption: "Q3 2026", convention: "So." };
    let options = options(Theme::Light, Size::Whole, Expansion::None);
    let scene = state_picture(&catalogue, &state, &Scope::default(), &options);
    inside(&scene, "state");
    let fills = fills(&scene);
    let fill = |id: &str, tactic| fills[&(toy::id(id), tactic)].map(|fill| fill.to_string());
    // The reference's sample of the default gradient at 75.
    assert_eq!(fill("T1110", 1).as_deref(), Some("#c4d754"));
    assert_eq!(fill("T1003", 1), None, "only through a sub-technique");
    assert_eq!(fill("T1047", 0), None);
    assert_eq!(fill("T1053", 0), Some(Theme::Light.tokens().hairline.to_string()), "no score");
    let svg = svg::write(&scene, None);
    for told in [
        "Q3 2026 · Enterprise ATT&amp;CK 19.2 · all platforms",
        "5 of 7",
        "score 0 to 100 · 3",
        "covered, without a score · 1",
        "only via sub-techniques · 1",
        "not covered · 2",
    ] {
        assert!(svg.contains(told), "{told}");
    }
}

fn layer(text: &str) -> Layer {
    read("layer.json", text).expect("a layer").value.remove(0)
}

const LAYER: &str = r##"{"name":"Red <team>","description":"What the exercise of May showed.",
    "versions":{"attack":"17","navigator":"5.1.0","layer":"4.5"},"domain":"enterprise-attack",
    "sorting":3,"hideDisabled":true,
    "layout":{"layout":"side","showID":true,"showName":true,"expandedSubtechniques":"annotated"},
    "techniques":[
        {"techniqueID":"T1047","score":75},
        {"techniqueID":"T1053","tactic":"execution","color":"#123456","score":3},
        {"techniqueID":"T1059.003","score":-5,"comment":"x"},
        {"techniqueID":"T1110","enabled":false,"score":9},
        {"techniqueID":"T1071","enabled":false}],
    "gradient":{"colors":["#ff6666","#ffe766","#8ec843"],"minValue":0,"maxValue":100},
    "legendItems":[{"label":"by hand","color":"#123456"},{"label":"never","color":"#00ff00"}],
    "showTacticRowBackground":true,"tacticRowBackground":"#205b8f"}"##;

#[test]
fn a_layer_looks_as_the_navigator_shows_it() {
    let catalogue = toy::three_tactics();
    let layer = layer(LAYER);
    for theme in [Theme::Light, Theme::Dark] {
        let options = options(theme, Size::Whole, Expansion::All);
        let scene = layer_picture(&catalogue, &layer, &options);
        inside(&scene, "layer");
        // By score, descending; disabled cells are hidden; T1059 is open for its annotated one.
        let column = |tactic| {
            let cells = scene.cells.iter().filter(|cell| cell.tactic == tactic);
            cells.map(|cell| cell.technique.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(column(0), "T1047 T1053 T1059 T1059.001 T1059.004 T1059.003");
        assert_eq!(column(1), "T1003");
        assert_eq!(column(2), "T1001 T1053");
        // Every cell as the page shows it.
        let matrix = LayerMatrix::of(&layer, &catalogue);
        let painter = LayerPainter::new(&layer.gradient, theme);
        let fills = fills(&scene);
        for cell in matrix.cells() {
            let id = catalogue.technique(cell.technique).id;
            let Some(fill) = fills.get(&(id, usize::from(cell.tactic))) else { continue };
            let entry = cell.entry.and_then(|at| layer.techniques.entries.get(at));
            assert_eq!(*fill, painter.cell(cell, entry).fill, "{id}");
        }
        let fill = |id: &str, tactic| fills[&(toy::id(id), tactic)].map(|fill| fill.to_string());
        assert_eq!(fill("T1047", 0).as_deref(), Some("#c4d754"));
        assert_eq!(fill("T1059.003", 0).as_deref(), Some("#ff6666"), "below the gradient");
        assert_eq!((fill("T1053", 0).as_deref(), fill("T1053", 2)), (Some("#123456"), None));
        assert!(words(&scene, "T1047").starts_with("T1047 Windows"), "ids are on");
        assert!(words(&scene, "T1047").contains("75"));

        let svg = svg::write(&scene, None);
        for told in [
            "Red &lt;team&gt;",
            "Enterprise ATT&amp;CK 19.2, made for 17 · layer format 4.5 · all platforms",
            "What the exercise of May showed.",
            "score 0 to 100 · 2",
            "by hand · 1",
            "never · 0",
            "no colour · 6",
            "cells coloured by score",
            "3 techniques",
            "1 technique<",
        ] {
            assert!(svg.contains(told), "{told}");
        }
        assert_eq!(svg.matches(r##"fill="#205b8f""##).count(), 3, "behind each tactic's name");
    }
}

#[test]
fn a_mini_layer_has_no_words_in_its_cells() {
    let catalogue = toy::three_tactics();
    let layer = layer(&LAYER.replace(r#""side""#, r#""mini""#));
    let options = options(Theme::Light, Size::Wide1280, Expansion::None);
    let scene = layer_picture(&catalogue, &layer, &options);
    assert_eq!(words(&scene, "T1047"), "");
}

#[test]
fn odd_layers_are_pictures_too() {
    let (large, _) = toy::large();
    let entries: Vec<_> = large
        .techniques
        .iter()
        .enumerate()
        .map(|(at, t)| format!(r##"{{"techniqueID":"{}","color":"#{:06x}"}}"##, t.id, at * 7919))
        .collect();
    let legend: Vec<_> = (0..200)
        .map(|at| format!(r##"{{"label":"{}","color":"#{at:06x}"}}"##, "long ".repeat(90)))
        .collect();
    let hostile = format!(
        r##"{{"name":"{0}","description":"{0}","domain":"enterprise-attack","techniques":[{1}],"legendItems":[{2}],"filters":{{"platforms":["Linux","{0}"]}}}}"##,
        "\\u202e<script>alert(1)</script> ".repeat(400),
        entries.join(","),
        legend.join(",")
    );
    let empty = r#"{"name":"","domain":"enterprise-attack","techniques":[]}"#;
    let nothing = r#"{"name":"x","domain":"enterprise-attack","techniques":[],"filters":{"platforms":["none of these"]}}"#;
    for text in [hostile.as_str(), empty, nothing] {
        let layer = layer(text);
        for size in [Size::Wide1280, Size::Wide1920, Size::Wide3840, Size::Whole] {
            let scene = layer_picture(&large, &layer, &options(Theme::Light, size, Expansion::All));
            inside(&scene, text.get(..40).unwrap_or_default());
            let svg = svg::write(&scene, None);
            assert!(!svg.contains("<script") && !svg.contains('\u{202e}'));
        }
    }
}
