//! Pictures one after the other, drawn on all cores.

use super::exit::Failure;
use crate::export::gif::{Animation, delay};
use crate::export::png::Rasteriser;
use crate::heatmap::Scene;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use std::io::IsTerminal as _;
use std::path::Path;

/// The scenes as a GIF; all have one size.
pub(super) fn gif(scenes: &[Scene]) -> Result<Vec<u8>, Failure> {
    let refused = |reason: String| Failure::Usage(reason);
    let first = scenes.first().ok_or_else(|| refused("there is nothing to show".to_owned()))?;
    let (width, height) = (first.width.ceil() as u32, first.height.ceil() as u32);
    let mut animation = Animation::new(width, height).map_err(|e| refused(e.to_string()))?;
    let rasteriser = &Rasteriser::default();
    let mut at = 0;
    // So many at a time, that the pixels of all never are in memory.
    for some in scenes.chunks(rayon::current_num_threads()) {
        let draw = |scene| rasteriser.pixels(scene);
        for pixels in some.par_iter().map(draw).collect::<Vec<_>>() {
            let (_, _, pixels) = pixels.map_err(|error| refused(error.to_string()))?;
            animation
                .add(&pixels, delay(at, scenes.len()))
                .map_err(|error| refused(error.to_string()))?;
            at += 1;
        }
    }
    animation.write().map_err(|error| refused(error.to_string()))
}

/// Nothing that is no text to a terminal; `what` is what it is, for example `a picture`.
pub(super) fn not_to_a_terminal(what: &str, output: Option<&Path>) -> Result<(), Failure> {
    if output.is_none() && std::io::stdout().is_terminal() {
        let reason = format!("{what} is no text for a terminal; say where to with -o, or pipe it");
        return Err(Failure::Usage(reason));
    }
    Ok(())
}
