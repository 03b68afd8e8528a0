//! What a layer shows, against the rules of the Navigator as they are written down
//! (`../shared/reference/navigator-layers.md`, 2.3 to 2.6) and samples of its own code.

mod toy;

use coverlay::attack::Catalogue;
use coverlay::heatmap::{GradientShades, LayerPainter, Rgb, Theme};
use coverlay::layer::{Gradient, Layer, LayerCell, LayerMatrix};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Two tactics; T1001 with three sub-techniques in both, T1002 and T1003 in the first.
fn catalogue() -> Catalogue {
    let mut catalogue = toy::catalogue(
        &[("first", "First"), ("second", "Second")],
        &[
            ("T1001", "Beta", &[0, 1]),
            ("T1001.001", "Delta", &[0, 1]),
            ("T1001.002", "Alpha", &[0, 1]),
            ("T1001.003", "Gamma", &[0, 1]),
            ("T1002", "Alpha", &[0]),
            ("T1003", "Gamma", &[0]),
        ],
    );
    // T1003 and T1001.003 are for Windows, everything else for Linux.
    catalogue.techniques[3].platforms = vec![1];
    catalogue.techniques[5].platforms = vec![1];
    catalogue
}

fn layer(value: Value) -> Layer {
    let mut all = json!({"name": "l", "domain": "enterprise-attack", "versions": {"layer": "4.5"}});
    for (key, value) in value.as_object().expect("an object") {
        all[key] = value.clone();
    }
    let text = all.to_string();
    coverlay::layer::read("l.json", &text).expect("a layer").value.remove(0)
}

fn shown(value: Value) -> LayerMatrix {
    LayerMatrix::of(&layer(value), &catalogue())
}

/// Ids of the visible cells of a column from top to bottom, those of sub-techniques only where
/// they are unfolded.
fn ids(matrix: &LayerMatrix, tactic: usize) -> Vec<String> {
    let catalogue = catalogue();
    let mut ids = Vec::new();
    for row in &matrix.columns[tactic] {
        let subs = row.subs.iter().filter(|_| row.is_open);
        let cells = std::iter::once(&row.cell).chain(subs).filter(|cell| cell.visible);
        ids.extend(cells.map(|cell| catalogue.technique(cell.technique).id.to_string()));
    }
    ids
}

fn cell(matrix: &LayerMatrix, tactic: u8, id: &str) -> LayerCell {
    let index = catalogue().find(toy::id(id)).expect("a technique");
    *matrix.cells().find(|cell| cell.technique == index && cell.tactic == tactic).expect("a cell")
}

fn entry(id: &str, rest: Value) -> Value {
    let mut all = json!({"techniqueID": id});
    for (key, value) in rest.as_object().expect("an object") {
        all[key] = value.clone();
    }
    all
}

#[test]
fn samples_of_the_navigators_own_colours() {
    let default = GradientShades::new(&Gradient::default());
    let samples = [
        (0.0, "#ff6666"),
        (1.0, "#ff6966"),
        (25.0, "#ffa866"),
        (50.0, "#fde665"),
        (75.0, "#c4d754"),
        (99.0, "#8ec843"),
        (100.0, "#8ec843"),
        (-5.0, "#ff6666"),
        (150.0, "#8ec843"),
        // Here the Navigator fails.
        (99.7, "#8ec843"),
    ];
    for (score, colour) in samples {
        assert_eq!(default.colour(score).to_string(), colour, "{score}");
    }
    let to_five = layer(json!({"gradient":
        {"colors": ["#ff6666", "#ffe766", "#8ec843"], "minValue": 0, "maxValue": 5}}));
    let to_five = GradientShades::new(&to_five.gradient);
    for (score, colour) in [(1.0, "#ff9b66"), (2.0, "#ffcf66"), (3.0, "#e6e05e"), (4.0, "#b9d450")]
    {
        assert_eq!(to_five.colour(score).to_string(), colour, "{score} of 5");
    }
}

/// The rules of 2.5 once more, for gradients of two colours, where the table is simply
/// `lerp(i / 99)`.
fn by_the_rules(from: Rgb, to: Rgb, min: f64, max: f64, score: f64) -> Rgb {
    let at = if score >= max {
        99.0
    } else if score <= min {
        0.0
    } else {
        ((score - min) / (max - min) * 100.0).round().min(99.0)
    };
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * at / 99.0).round();
    Rgb(channel(from.0, to.0) as u8, channel(from.1, to.1) as u8, channel(from.2, to.2) as u8)
}

proptest! {
    /// Also against a second reckoning, to one step of a channel (a half may fall either way).
    #[test]
    fn two_colours_by_the_rules(
        from in any::<[u8; 3]>(), to in any::<[u8; 3]>(),
        min in -100_i32..100, span in 1_i32..300, score in -200_i32..500,
    ) {
        let (from, to) = (Rgb(from[0], from[1], from[2]), Rgb(to[0], to[1], to[2]));
        let layer = layer(json!({"gradient": {"colors": [from.to_string(), to.to_string()],
            "minValue": min, "maxValue": min + span}}));
        let found = GradientShades::new(&layer.gradient).colour(f64::from(score));
        let wanted = by_the_rules(from, to, f64::from(min), f64::from(min + span), f64::from(score));
        for (a, b) in [(found.0, wanted.0), (found.1, wanted.1), (found.2, wanted.2)] {
            prop_assert!(a.abs_diff(b) <= 1, "{found} {wanted}");
        }
    }
}

#[test]
fn many_colours_are_thinned_and_alpha_is_thrown_away() {
    let colors: Vec<String> = (0..250).map(|at| format!("#{at:02x}{at:02x}{at:02x}80")).collect();
    let gradient = Gradient { colors, ..Gradient::default() };
    let shades = GradientShades::new(&gradient);
    assert_eq!(shades.colour(0.0).to_string(), "#000000");
    assert_eq!(shades.colour(100.0).to_string(), "#f9f9f9");
    assert_eq!(
        GradientShades::new(&Gradient { colors: vec![], ..gradient }).colour(0.0),
        GradientShades::new(&Gradient::default()).colour(0.0)
    );
}

#[test]
fn a_colour_by_hand_beats_an_aggregate_beats_a_score_and_disabled_has_none() {
    let techniques = |colour: Value, enabled: bool| {
        json!({"layout": {"showAggregateScores": true}, "techniques": [
            entry("T1001", json!({"score": 0, "color": colour, "enabled": enabled})),
            entry("T1001.001", json!({"score": 100})),
        ]})
    };
    let fill = |value: Value, theme| {
        let layer = layer(value);
        let matrix = LayerMatrix::of(&layer, &catalogue());
        let cell = cell(&matrix, 0, "T1001");
        let entry = cell.entry.and_then(|at| layer.techniques.entries.get(at));
        LayerPainter::new(&layer.gradient, theme).cell(&cell, entry).fill.map(|c| c.to_string())
    };
    let light = |value| fill(value, Theme::Light);
    assert_eq!(light(techniques(json!("#123456"), true)).as_deref(), Some("#123456"));
    // The mean of 0 and 100.
    assert_eq!(light(techniques(Value::Null, true)).as_deref(), Some("#fde665"));
    assert_eq!(light(techniques(json!("#123456"), false)), None);
    // Half of black on white, and on the Navigator's dark ground #2e2e3f.
    let half = techniques(json!("#00000080"), true);
    assert_eq!(light(half.clone()).as_deref(), Some("#7f7f7f"));
    assert_eq!(fill(half, Theme::Dark).as_deref(), Some("#17171f"));
}

#[test]
fn four_ways_to_aggregate() {
    let aggregate = |function: &str, count_unscored: bool, own: Value| {
        let mut list = vec![
            entry("T1001.001", json!({"score": 40})),
            entry("T1001.002", json!({"score": 60, "enabled": false})),
        ];
        if !own.is_null() {
            list.push(entry("T1001", json!({"score": own})));
        }
        let matrix = shown(json!({
            "layout": {"showAggregateScores": true, "aggregateFunction": function,
                "countUnscored": count_unscored},
            // Neither hiding nor a filter keeps a score out.
            "hideDisabled": true, "filters": {"platforms": ["Linux"]},
            "techniques": list,
        }));
        cell(&matrix, 0, "T1001").shown_score()
    };
    for (function, none, own) in
        [("min", 40.0, 10.0), ("max", 60.0, 60.0), ("sum", 100.0, 110.0), ("average", 50.0, 36.67)]
    {
        assert_eq!(aggregate(function, false, Value::Null), Some(none), "{function}");
        assert_eq!(aggregate(function, false, json!(10)), Some(own), "{function} with its own");
    }
    // Itself and three sub-techniques.
    assert_eq!(aggregate("average", true, Value::Null), Some(25.0));
    assert_eq!(aggregate("max", true, Value::Null), Some(60.0), "only an average counts them");
    let negative = shown(
        json!({"layout": {"showAggregateScores": true, "aggregateFunction": "max"},
        "techniques": [entry("T1001.001", json!({"score": -5})), entry("T1001.002", json!({"score": -7}))]}),
    );
    assert_eq!(cell(&negative, 0, "T1001").shown_score(), Some(-5.0));
    let off = shown(json!({"techniques": [entry("T1001.001", json!({"score": 40}))]}));
    assert_eq!(cell(&off, 0, "T1001").shown_score(), None);
    let nothing = shown(json!({"layout": {"showAggregateScores": true, "countUnscored": true}}));
    assert_eq!(cell(&nothing, 0, "T1001").shown_score(), None);
    // Scores of the other tactic stay there.
    let one = shown(json!({"layout": {"showAggregateScores": true}, "techniques":
        [entry("T1001.001", json!({"score": 40, "tactic": "second"}))]}));
    assert_eq!(cell(&one, 0, "T1001").shown_score(), None);
    assert_eq!(cell(&one, 1, "T1001").shown_score(), Some(40.0));
}

#[test]
fn disabled_is_hidden_unless_something_below_is_not() {
    let disabled = |subs: &[(&str, bool)]| {
        let mut list = vec![
            entry("T1001", json!({"enabled": false})),
            entry("T1002", json!({"enabled": false})),
        ];
        for (id, enabled) in subs {
            list.push(entry(id, json!({"enabled": enabled, "score": 1})));
        }
        list
    };
    let seen = |subs: &[(&str, bool)], hide: bool, platforms: Value| {
        ids(
            &shown(json!({"hideDisabled": hide, "filters": {"platforms": platforms},
                "layout": {"expandedSubtechniques": "all"}, "techniques": disabled(subs)})),
            0,
        )
    };
    let all = ["T1002", "T1001", "T1001.002", "T1001.001", "T1001.003", "T1003"];
    assert_eq!(seen(&[], false, json!([])), all);
    // Its sub-techniques are enabled as long as nothing is said of them.
    let off = [("T1001.001", false), ("T1001.002", false)];
    assert_eq!(seen(&off, true, json!([])), ["T1001", "T1001.003", "T1003"]);
    // The one that is left is for Windows.
    assert_eq!(seen(&off, true, json!(["Linux"])), [""; 0]);
    assert_eq!(seen(&[], true, json!(["Windows"])), ["T1003"]);
}

#[test]
fn platforms_choose_and_none_is_a_name() {
    let seen = |platforms: Value| {
        ids(
            &shown(json!({"filters": {"platforms": platforms},
            "layout": {"expandedSubtechniques": "all"}})),
            0,
        )
    };
    assert_eq!(seen(json!(["Linux"])), ["T1002", "T1001", "T1001.002", "T1001.001"]);
    assert_eq!(seen(json!(["Windows"])), ["T1003"], "what is below a hidden technique is hidden");
    assert_eq!(seen(json!(["Amiga"])), [""; 0]);
    let mut catalogue = catalogue();
    catalogue.techniques[4].platforms.clear();
    let layer = layer(json!({"filters": {"platforms": ["None"]}}));
    let matrix = LayerMatrix::of(&layer, &catalogue);
    assert_eq!((matrix.visible_in(0), matrix.visible_in(1), matrix.visible_in(9)), (1, 0, 0));
}

#[test]
fn what_is_unfolded() {
    let seen = |mode: &str, list: Value| {
        let matrix = shown(json!({"layout": {"expandedSubtechniques": mode}, "techniques": list}));
        [0, 1].map(|tactic| matrix.columns[tactic].iter().any(|row| row.is_open))
    };
    let flag = json!([entry("T1001", json!({"showSubtechniques": true, "tactic": "second"}))]);
    let below = json!([entry("T1001.001", json!({"comment": "x", "tactic": "first"}))]);
    let silent = json!([entry("T1001.001", json!({"comment": ""}))]);
    assert_eq!(seen("none", flag.clone()), [false, true]);
    assert_eq!(seen("none", below.clone()), [false, false]);
    // In all tactics, whichever it is annotated in.
    assert_eq!(seen("annotated", below), [true, true]);
    assert_eq!(seen("annotated", flag), [false, true]);
    assert_eq!(seen("annotated", silent), [false, false]);
    assert_eq!(seen("all", json!([])), [true, true]);
}

#[test]
fn four_orders() {
    let seen = |sorting: u8, aggregate: bool| {
        ids(
            &shown(json!({"sorting": sorting,
            "layout": {"expandedSubtechniques": "all", "showAggregateScores": aggregate},
            "techniques": [
                entry("T1001", json!({"score": 5})),
                entry("T1003", json!({"score": -5})),
                entry("T1001.001", json!({"score": 70})),
                entry("T1001.003", json!({"score": -70})),
            ]})),
            0,
        )
    };
    // By name: Alpha T1002, Beta T1001, Gamma T1003; below Alpha .002, Delta .001, Gamma .003.
    assert_eq!(seen(0, false), ["T1002", "T1001", "T1001.002", "T1001.001", "T1001.003", "T1003"]);
    assert_eq!(seen(1, false), ["T1003", "T1001", "T1001.003", "T1001.001", "T1001.002", "T1002"]);
    // Unscored before -5, but the unscored sub-technique between -70 and 70.
    assert_eq!(seen(2, false), ["T1002", "T1003", "T1001", "T1001.003", "T1001.002", "T1001.001"]);
    assert_eq!(seen(3, false), ["T1001", "T1001.001", "T1001.002", "T1001.003", "T1003", "T1002"]);
    // (5 + 70 - 70) / 3 = 1.67: still above -5.
    assert_eq!(seen(2, true)[0..3], ["T1002", "T1003", "T1001"]);
}

#[test]
fn the_later_entry_counts_and_tactics_stand_apart() {
    let matrix = shown(json!({"techniques": [
        entry("T1001", json!({"score": 1, "tactic": "first"})),
        entry("T1001", json!({"comment": "no score any more"})),
        entry("T1001", json!({"score": 3, "tactic": "second"})),
        entry("T9999", json!({"score": 4})),
    ]}));
    assert_eq!(cell(&matrix, 0, "T1001").score, None);
    assert_eq!(cell(&matrix, 0, "T1001").entry, Some(1));
    assert_eq!(cell(&matrix, 1, "T1001").score, Some(3.0));
    assert_eq!(matrix.placement.nowhere.len(), 1);
}

#[test]
fn bounds_go_around_what_is_shown() {
    let bounds = |value: Value| shown(value).score_bounds().map(|(a, b)| (a.as_i64(), b.as_i64()));
    assert_eq!(bounds(json!({})), None);
    let of = |scores: &[f64]| {
        let ids = ["T1001.001", "T1001.002"];
        let entries = ids.iter().zip(scores).map(|(id, score)| entry(id, json!({"score": score})));
        entries.collect::<Vec<_>>()
    };
    assert_eq!(bounds(json!({"techniques": of(&[-2.5, 7.2])})), Some((Some(-3), Some(8))));
    assert_eq!(bounds(json!({"techniques": of(&[4.0, 4.0])})), Some((Some(4), Some(5))));
    let aggregate = json!({"layout": {"showAggregateScores": true, "aggregateFunction": "sum"},
        "techniques": of(&[30.0, 40.0])});
    assert_eq!(bounds(aggregate), Some((Some(30), Some(70))), "the sum is shown, too");
    let huge = bounds(json!({"techniques": of(&[1e300, -1e300])})).expect("bounds");
    assert!(huge.0 < huge.1, "{huge:?}");
}
