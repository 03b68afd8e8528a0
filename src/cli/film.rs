//! Pictures one after the other, drawn on all cores.

use super::exit::Failure;
use crate::export::gif::{Animation, DELAY};
use crate::export::png::Rasteriser;
use crate::heatmap::Scene;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_series_go_faster() {
        assert_eq!(
            (delay(1), delay(3), delay(20), delay(30), delay(120)),
            (150, 150, 150, 100, 40)
        );
    }
}
