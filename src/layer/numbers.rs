//! Whole scores on whole bounds, as the Navigator and MITRE's Python library want them
//! (reference 2.5 and 2.9).

use super::model::{Gradient, Item, Layer, Metadata};
use super::write::Note;
use crate::sorted;
use serde_json::Number;

/// Gradients that span less show the second digit after the point: their scores are multiplied
/// by [`SCALE`], those of others rounded.
pub(super) const SMALL_SPAN: f64 = 10.0;
/// What small gradients are multiplied by.
const SCALE: u32 = 100;
/// The name of the metadata that says so.
const SCALE_NAME: &str = "score scale";
/// Larger numbers are no scores; up to here everything below is exact.
const LARGEST: f64 = 1e12;
/// MITRE's Python library makes a colour for every whole number between the bounds, 65,000 a
/// second (measured with 5.6.1).
const WIDE: i64 = 1_000_000;
/// The share of its span by which the upper bound may move, a step or two of the colour table.
const LARGEST_MOVE: i64 = 50;

/// Half goes up, also below 0.
pub(super) fn rounded(value: f64) -> f64 {
    // + 0.0 makes 0 of -0.
    (value + 0.5).floor() + 0.0
}

/// Makes all scores and both bounds whole, the upper bound higher than the lower one, and keeps
/// every score out of the top half percent of the gradient.
pub(super) fn make_whole(layer: &mut Layer, notes: &mut Vec<Note>) {
    let value = |number: &Number| number.as_f64().unwrap_or(0.0);
    let bounds = (value(&layer.gradient.min_value), value(&layer.gradient.max_value));
    let scores = || layer.techniques.entries.iter().filter_map(|entry| entry.score.as_ref());
    let has_fractions =
        scores().map(value).chain([bounds.0, bounds.1]).any(|score| score.fract() != 0.0);
    let is_small = has_fractions && bounds.1 - bounds.0 < SMALL_SPAN;
    let scale = if is_small { f64::from(SCALE) } else { 1.0 };

    let (mut cut, mut beyond) = (0, 0);
    let mut whole = Vec::new();
    for entry in &mut layer.techniques.entries {
        let Some(score) = &mut entry.score else { continue };
        let wanted = value(score) * scale;
        let found = rounded(wanted).clamp(-LARGEST, LARGEST);
        if wanted.abs() > LARGEST {
            beyond += 1;
        } else if (wanted - found).abs() > 1e-6 {
            cut += 1;
        }
        // Whole and below a thousand billion.
        let found = found as i64;
        *score = found.into();
        whole.push(found);
    }
    if is_small {
        tell_scale(&mut layer.metadata);
        notes.push(Note::Scaled { by: SCALE, cut });
    } else if cut > 0 {
        notes.push(Note::Rounded { scores: cut });
    }
    if beyond > 0 {
        notes.push(Note::Beyond { scores: beyond });
    }

    let bound = |value: f64| rounded(value * scale).clamp(-LARGEST, LARGEST) as i64;
    let (min, mut max) = (bound(bounds.0), bound(bounds.1));
    if max <= min {
        max = min + 1;
    }
    let is_moved = |value: f64, whole: i64| value * scale != whole as f64;
    if is_moved(bounds.0, min) || is_moved(bounds.1, max) {
        notes.push(Note::Bounds { min, max });
    }
    max = avoid_zone(layer, min, max, whole, notes);
    layer.gradient.min_value = min.into();
    layer.gradient.max_value = max.into();
    if max - min > WIDE {
        notes.push(Note::Wide { span: max - min });
    }
    colours(&mut layer.gradient, max - min, notes);
}

/// Says in the layer that its scores are multiplied, for those who read them later.
fn tell_scale(metadata: &mut Vec<Item<Metadata>>) {
    for item in metadata.iter_mut() {
        if let Item::Of(Metadata { name, value }) = item
            && name == SCALE_NAME
            && let Ok(before) = value.parse::<u64>()
        {
            *value = before.saturating_mul(SCALE.into()).to_string();
            return;
        }
    }
    let scale = Metadata { name: SCALE_NAME.to_owned(), value: SCALE.to_string() };
    metadata.push(Item::Of(scale));
}

/// Whether the Navigator fails on a score: it lies in the top half percent of the gradient and
/// below its end.
fn in_zone(score: i64, min: i64, max: i64) -> bool {
    score > min && score < max && 200 * (score - min) >= 199 * (max - min)
}

/// The highest upper bound with which `score` is in the zone.
fn last_bad(score: i64, min: i64) -> i64 {
    min + 200 * (score - min) / 199
}

/// An upper bound near `max` with which no score is in the zone; where there is none near, the
/// scores in it are raised to `max`, whose colour they have.
fn avoid_zone(
    layer: &mut Layer,
    min: i64,
    max: i64,
    mut scores: Vec<i64>,
    notes: &mut Vec<Note>,
) -> i64 {
    sorted::sort(&mut scores);
    let top = scores.last().copied().unwrap_or(min);
    let mut found = max;
    if averages(layer, &scores) && top <= max && last_bad(top, min) >= max {
        // Averages may be anything below the highest score: that one comes below the zone.
        found = last_bad(top, min) + 1;
    } else if scores.iter().any(|score| in_zone(*score, min, max)) {
        let mut up = max;
        for score in &scores {
            if in_zone(*score, min, up) {
                up = last_bad(*score, min) + 1;
            }
        }
        let mut down = max;
        for score in scores.iter().rev() {
            if in_zone(*score, min, down) {
                down = *score;
            }
        }
        found = if max - down <= up - max { down } else { up };
    }
    if (found - max).abs() > (max - min) / LARGEST_MOVE + 1 {
        let mut raised = 0;
        for entry in &mut layer.techniques.entries {
            let score = entry.score.as_ref().and_then(Number::as_i64);
            if score.is_some_and(|score| in_zone(score, min, max)) {
                entry.score = Some(max.into());
                raised += 1;
            }
        }
        notes.push(Note::Raised { scores: raised, to: max });
        return max;
    }
    if found != max {
        notes.push(Note::Zone { from: max, to: found });
    }
    if layer.layout.show_aggregate_scores
        && (layer.layout.aggregate_function == "sum" || averages(layer, &scores) && top > max)
    {
        notes.push(Note::Aggregates);
    }
    found
}

/// Whether parents show averages of differing scores.
fn averages(layer: &Layer, sorted: &[i64]) -> bool {
    layer.layout.show_aggregate_scores
        && layer.layout.aggregate_function == "average"
        && sorted.first() != sorted.last()
}

/// At least two colours, without alpha (the Navigator drops it for scores), and no more than the
/// span has whole scores: with more the Python library refuses the layer.
fn colours(gradient: &mut Gradient, span: i64, notes: &mut Vec<Note>) {
    let mut has_alpha = false;
    for colour in &mut gradient.colors {
        if colour.len() > 7 && colour.is_ascii() {
            colour.truncate(7);
            has_alpha = true;
        }
    }
    if has_alpha {
        notes.push(Note::GradientAlpha);
    }
    let before = gradient.colors.len();
    match gradient.colors.as_slice() {
        [] => gradient.colors = Gradient::default().colors,
        [one] => gradient.colors = vec![one.clone(), one.clone()],
        _ => {}
    }
    let steps = usize::try_from(span).unwrap_or(usize::MAX);
    if gradient.colors.len().saturating_sub(1) > steps {
        gradient.colors = (0..=steps).map(|at| sample(&gradient.colors, at, steps)).collect();
    }
    if gradient.colors.len() != before {
        notes.push(Note::Colours { from: before, to: gradient.colors.len() });
    }
}

/// The colour at `at` of `steps` steps through `colours`, linear in gamma-encoded sRGB.
fn sample(colours: &[String], at: usize, steps: usize) -> String {
    let segments = colours.len().saturating_sub(1);
    let place = at as f64 * segments as f64 / steps.max(1) as f64;
    let first = (place.floor() as usize).min(segments.saturating_sub(1));
    let share = place - first as f64;
    let channels = |at: usize| {
        let digits = colours.get(at).and_then(|colour| colour.strip_prefix('#'));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0);
        number.to_be_bytes().map(f64::from)
    };
    let (from, to) = (channels(first), channels(first + 1));
    let [_, red, green, blue] = [0, 1, 2, 3].map(|channel: usize| {
        let ends = (from.get(channel).unwrap_or(&0.0), to.get(channel).unwrap_or(&0.0));
        rounded(ends.0 + (ends.1 - ends.0) * share) as u8
    });
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::TechniqueEntry;
    use proptest::prelude::*;

    fn layer_of(scores: &[f64], min: f64, max: f64) -> Layer {
        let mut layer = Layer::new("x", "enterprise-attack");
        let number =
            |value: f64| crate::layer::fields::whole(Number::from_f64(value).expect("a number"));
        layer.techniques.entries = scores
            .iter()
            .map(|score| TechniqueEntry {
                score: Some(number(*score)),
                ..TechniqueEntry::new("T1059".parse().expect("an id"))
            })
            .collect();
        layer.gradient.min_value = number(min);
        layer.gradient.max_value = number(max);
        layer
    }

    fn made(scores: &[f64], min: f64, max: f64) -> (Vec<i64>, i64, i64, Vec<Note>) {
        let mut layer = layer_of(scores, min, max);
        let mut notes = Vec::new();
        make_whole(&mut layer, &mut notes);
        let whole = |number: &Number| number.as_i64().expect("whole");
        let entries = layer.techniques.entries.iter();
        let scores = entries.map(|entry| whole(entry.score.as_ref().expect("a score"))).collect();
        (scores, whole(&layer.gradient.min_value), whole(&layer.gradient.max_value), notes)
    }

    #[test]
    fn what_is_whole_stays() {
        assert_eq!(made(&[0.0, 99.0, 100.0], 0.0, 100.0), (vec![0, 99, 100], 0, 100, vec![]));
    }

    #[test]
    fn fractions_are_rounded_on_wide_gradients_and_scaled_on_small_ones() {
        let (scores, min, max, notes) = made(&[12.5, -2.5, 3.0], 0.0, 10.0);
        assert_eq!((scores, min, max), (vec![13, -2, 3], 0, 10));
        assert_eq!(notes, [Note::Rounded { scores: 2 }]);
        let (scores, min, max, notes) = made(&[3.33, 1.005, 2.0], 0.0, 5.0);
        assert_eq!((scores, min, max), (vec![333, 100, 200], 0, 500));
        assert_eq!(notes, [Note::Scaled { by: 100, cut: 1 }]);
        let (_, min, max, notes) = made(&[], 0.001, 0.002);
        assert_eq!((min, max), (0, 1));
        assert_eq!(notes.get(1), Some(&Note::Bounds { min: 0, max: 1 }));
    }

    #[test]
    fn the_scale_is_told_in_the_layer_and_multiplies() {
        let mut layer = layer_of(&[0.5], 0.0, 1.0);
        for told in ["100", "10000"] {
            make_whole(&mut layer, &mut Vec::new());
            let item = Metadata { name: SCALE_NAME.to_owned(), value: told.to_owned() };
            assert_eq!(layer.metadata, [Item::Of(item)]);
            layer.gradient.max_value = 1.into();
            layer.techniques.entries[0].score = Number::from_f64(0.5);
        }
    }

    /// 995 of 1000 is in the zone, 994 is not.
    #[test]
    fn the_nearest_bound_is_taken() {
        assert_eq!(made(&[994.0], 0.0, 1000.0).2, 1000);
        assert_eq!(made(&[995.0], 0.0, 1000.0).2, 1001);
        assert_eq!(made(&[999.0], 0.0, 1000.0).2, 999);
        let dense: Vec<f64> = (0..=3000).map(f64::from).collect();
        let (scores, _, max, notes) = made(&dense, 0.0, 1000.0);
        assert_eq!((max, scores[994], scores[995], scores[1001]), (1000, 994, 1000, 1001));
        assert_eq!(notes, [Note::Raised { scores: 5, to: 1000 }]);
    }

    #[test]
    fn averages_stay_out_of_the_zone_too() {
        let mut layer = layer_of(&[100.0, 99.0], 0.0, 100.0);
        layer.layout.show_aggregate_scores = true;
        let mut notes = Vec::new();
        make_whole(&mut layer, &mut notes);
        assert_eq!(layer.gradient.max_value, 101.into());
        assert_eq!(notes, [Note::Zone { from: 100, to: 101 }]);
    }

    #[test]
    fn no_more_colours_than_scores() {
        let mut layer = layer_of(&[1.0], 0.0, 1.0);
        let mut notes = Vec::new();
        make_whole(&mut layer, &mut notes);
        assert_eq!(layer.gradient.colors, ["#ff6666", "#8ec843"]);
        assert_eq!(notes, [Note::Colours { from: 3, to: 2 }]);
        let five = ["#000000", "#400000", "#800000", "#c00000", "#ff0000"].map(str::to_owned);
        assert_eq!(sample(&five, 1, 3), "#550000", "a third of the way is 1.33 of 4");
    }

    proptest! {
        /// The Navigator's own arithmetic finds a colour for every score, whatever was given.
        #[test]
        fn the_navigator_finds_a_colour_for_every_score(
            scores in prop::collection::vec(prop_oneof![-2e3..2e3, -1e15..1e15, Just(1.0)], 0..20),
            min in -1e3..1e3,
            span in prop_oneof![0.0..20.0, 0.0..5e3, Just(1e14)],
        ) {
            let (scores, min, max, _) = made(&scores, min, min + span);
            prop_assert!(min < max);
            for score in scores.into_iter().filter(|score| (min..max).contains(score)) {
                let share = (score - min) as f64 / (max - min) as f64;
                prop_assert!((share * 100.0 + 0.5).floor() < 100.0, "{} of {} to {}", score, min, max);
            }
        }
    }
}
