//! Colours for several moments that are compared.

use super::palette::Palette;
use crate::coverage::Scale;
use crate::layer::{Gradient, Layer};
use serde_json::Number;

/// The colours that all moments can share: those of the layers if they have the same, else the
/// palette over all scores that any of them has a colour for. `of_rules` is what the scores of
/// rules are read on, if some of the moments are rules.
pub fn shared_gradient(layers: &[&Layer], of_rules: Option<Scale>, palette: &Palette) -> Gradient {
    if let ([first, rest @ ..], false) = (layers, of_rules.is_some())
        && rest.iter().all(|layer| layer.gradient == first.gradient)
    {
        return first.gradient.clone();
    }
    let bound = |number: &Number| number.as_f64().filter(|bound| bound.is_finite());
    let bounds = layers.iter().map(|layer| &layer.gradient);
    let bounds = bounds.filter_map(|g| Some((bound(&g.min_value)?, bound(&g.max_value)?)));
    let of_rules = of_rules.or_else(|| layers.is_empty().then_some(Scale::HUNDRED));
    let of_rules = of_rules.map(|scale| (0.0, f64::from(scale.top.max(1))));
    let (min, max) = bounds
        .chain(of_rules)
        .reduce(|(min, max), (other_min, other_max)| (min.min(other_min), max.max(other_max)))
        .unwrap_or((0.0, 100.0));
    let number = |bound: f64| Number::from_f64(bound).unwrap_or_else(|| 0.into());
    Gradient {
        colors: palette.stops().iter().map(ToString::to_string).collect(),
        min_value: number(min),
        max_value: number(max),
        ..Gradient::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heatmap::{PaletteName, Theme};

    #[test]
    fn moments_share_their_colours() {
        let palette = Palette::new(PaletteName::Blue, Theme::Light);
        let layer = |max: u32, colour: &str| {
            let text = format!(
                r##"{{"name":"x","domain":"enterprise-attack","techniques":[],"gradient":{{"colors":["{colour}","#00ff00"],"minValue":0,"maxValue":{max}}}}}"##
            );
            crate::layer::read("x", &text).expect("a layer").value.remove(0)
        };
        let (red, red_again, large) =
            (layer(5, "#ff0000"), layer(5, "#ff0000"), layer(400, "#ff0000"));
        let shared = shared_gradient(&[&red, &red_again], None, &palette);
        assert_eq!(shared, red.gradient);
        let span = |gradient: &Gradient| (gradient.min_value.as_f64(), gradient.max_value.as_f64());
        let shared = shared_gradient(&[&red, &large], None, &palette);
        assert_eq!(span(&shared), (Some(0.0), Some(400.0)));
        assert_eq!(shared.colors.len(), 6);
        let shared = shared_gradient(&[&red], Some(Scale::HUNDRED), &palette);
        assert_eq!(span(&shared), (Some(0.0), Some(100.0)));
    }
}
