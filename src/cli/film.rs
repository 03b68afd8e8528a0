//! Pictures one after the other, drawn on all cores.

use super::exit::Failure;
use crate::export::gif::{Animation, DELAY};
use crate::export::png::Rasteriser;
use crate::heatmap::{Palette, Scene};
use crate::layer::{Gradient, Layer};
use serde_json::Number;
use std::io::IsTerminal as _;
use std::path::Path;

/// All frames of a series together, in hundredths of a second; a series of a hundred quarters
/// would go on for minutes.
const SERIES: usize = 3000;
/// A frame that stands for less cannot be read.
const SHORTEST: u16 = 40;

/// How long each of so many frames stands, in hundredths of a second.
fn delay(frames: usize) -> u16 {
    let fair = u16::try_from(SERIES / frames.max(1)).unwrap_or(DELAY);
    fair.clamp(SHORTEST, DELAY)
}

/// The scenes as a GIF; all have one size. The last one stands twice as long as others usually.
pub(super) fn gif(scenes: &[Scene]) -> Result<Vec<u8>, Failure> {
    let refused = |reason: String| Failure::Usage(reason);
    let first = scenes.first().ok_or_else(|| refused("there is nothing to show".to_owned()))?;
    let (width, height) = (first.width.ceil() as u32, first.height.ceil() as u32);
    let mut animation = Animation::new(width, height).map_err(|e| refused(e.to_string()))?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let rasteriser = &Rasteriser::default();
    let mut left = scenes.len();
    // So many at a time, that the pixels of all never are in memory.
    for some in scenes.chunks(cores) {
        let drawn: Vec<_> = std::thread::scope(|scope| {
            let draw = |scene| scope.spawn(move || rasteriser.pixels(scene));
            let threads: Vec<_> = some.iter().map(draw).collect();
            threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
        });
        for pixels in drawn {
            let pixels = pixels.map_err(|_| refused("a picture cannot be drawn".to_owned()))?;
            let (_, _, pixels) = pixels.map_err(|error| refused(error.to_string()))?;
            left -= 1;
            let delay = if left == 0 && scenes.len() > 1 { 2 * DELAY } else { delay(scenes.len()) };
            animation.add(&pixels, delay).map_err(|error| refused(error.to_string()))?;
        }
    }
    animation.write().map_err(|error| refused(error.to_string()))
}

/// A picture is no text: not to a terminal.
pub(super) fn not_to_a_terminal(output: Option<&Path>) -> Result<(), Failure> {
    if output.is_none() && std::io::stdout().is_terminal() {
        let reason = "a picture is no text for a terminal; say where to with -o, or pipe it";
        return Err(Failure::Usage(reason.to_owned()));
    }
    Ok(())
}

/// The colours that all moments can share: those of the layers if they have the same, else the
/// palette over all scores that any of them has a colour for. Rules score from 0 to 100.
pub(super) fn shared_gradient(layers: &[&Layer], has_rules: bool, palette: &Palette) -> Gradient {
    if let ([first, rest @ ..], false) = (layers, has_rules)
        && rest.iter().all(|layer| layer.gradient == first.gradient)
    {
        return first.gradient.clone();
    }
    let bound = |number: &Number| number.as_f64().filter(|bound| bound.is_finite());
    let bounds = layers.iter().map(|layer| &layer.gradient);
    let bounds = bounds.filter_map(|g| Some((bound(&g.min_value)?, bound(&g.max_value)?)));
    let of_rules = (has_rules || layers.is_empty()).then_some((0.0, 100.0));
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
    fn long_series_go_faster() {
        assert_eq!(
            (delay(1), delay(3), delay(20), delay(30), delay(120)),
            (150, 150, 150, 100, 40)
        );
    }

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
        let shared = shared_gradient(&[&red, &red_again], false, &palette);
        assert_eq!(shared, red.gradient);
        let span = |gradient: &Gradient| (gradient.min_value.as_f64(), gradient.max_value.as_f64());
        let shared = shared_gradient(&[&red, &large], false, &palette);
        assert_eq!(span(&shared), (Some(0.0), Some(400.0)));
        assert_eq!(shared.colors.len(), 6);
        let shared = shared_gradient(&[&red], true, &palette);
        assert_eq!(span(&shared), (Some(0.0), Some(100.0)));
    }
}
