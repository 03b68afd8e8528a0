//! Moving pictures read back with the crate's own reader.
#![allow(dead_code, reason = "each test file uses its part")]

/// Frames as a viewer shows them, with the rectangle each was written in and its time.
pub(crate) struct Shown {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) frames: Vec<(Vec<[u8; 3]>, [u16; 4], u16)>,
    pub(crate) repeat: gif::Repeat,
}

pub(crate) fn show(bytes: &[u8]) -> Shown {
    let mut decoder = gif::DecodeOptions::new();
    decoder.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = decoder.read_info(bytes).expect("a GIF");
    let width = usize::from(decoder.width());
    let mut canvas = vec![[9, 9, 9]; width * usize::from(decoder.height())];
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().expect("a frame") {
        for (at, pixel) in frame.buffer.chunks_exact(4).enumerate() {
            let (x, y) = (at % usize::from(frame.width), at / usize::from(frame.width));
            let place = (y + usize::from(frame.top)) * width + x + usize::from(frame.left);
            if pixel[3] > 0 {
                canvas[place] = [pixel[0], pixel[1], pixel[2]];
            }
        }
        let part = [frame.left, frame.top, frame.width, frame.height];
        frames.push((canvas.clone(), part, frame.delay));
    }
    let height = usize::from(decoder.height());
    Shown { width, height, frames, repeat: decoder.repeat() }
}
