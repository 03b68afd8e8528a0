//! Logos, honest and not, made by hand or by the `png` crate.
#![allow(dead_code, reason = "each test file uses its part")]

/// 16 × 8 pixels, left red and right blue, as Chromium encodes them.
pub(crate) const JPEG: &[u8] = include_bytes!("red-blue.jpg");

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn part(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("small").to_be_bytes();
    let named = [&name[..], body].concat();
    [&length[..], &named, &rawzip::crc32(&named).to_be_bytes()].concat()
}

/// RGBA, red at the left and clear at the right.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut rows = Vec::new();
    for _ in 0..height {
        let pixel = |x| if x < width / 2 { [200, 0, 0, 255] } else { [0; 4] };
        rows.extend([0].into_iter().chain((0..width).flat_map(pixel)));
    }
    packed(width, height, &rows)
}

fn head(width: u32, height: u32) -> Vec<u8> {
    part(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat())
}

/// With these bytes as rows of pixels.
pub(crate) fn packed(width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
    let data = miniz_oxide::deflate::compress_to_vec_zlib(rows, 6);
    [SIGNATURE, &head(width, height), &part(b"IDAT", &data), &part(b"IEND", b"")].concat()
}

/// A size, and next to no pixels.
pub(crate) fn header(width: u32, height: u32) -> Vec<u8> {
    packed(width, height, &[0; 10])
}

/// With a part before the last.
pub(crate) fn with_part(sound: &[u8], name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let (before, end) = sound.split_at(sound.len() - 12);
    [before, &part(name, body), end].concat()
}

/// By another encoder.
pub(crate) fn encoded(
    width: u32,
    height: u32,
    colour: png::ColorType,
    depth: png::BitDepth,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let bits = colour.samples() * depth as usize * width as usize;
    let mut writer = encoder.write_header().expect("written");
    writer.write_image_data(&vec![0x55; bits.div_ceil(8) * height as usize]).expect("written");
    writer.finish().expect("written");
    bytes
}

/// 5 × 3 grey pixels in the passes of Adam7: 1 × 1, 1 × 1, none, 1 × 1, 3 × 1, 2 × 2, 5 × 1.
pub(crate) fn interlaced() -> Vec<u8> {
    let passes: [(usize, usize); 6] = [(1, 1), (1, 1), (1, 1), (3, 1), (2, 2), (5, 1)];
    let rows: usize = passes.iter().map(|(width, height)| (width + 1) * height).sum();
    let data = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; rows], 6);
    let head = [&5_u32.to_be_bytes()[..], &3_u32.to_be_bytes(), &[8, 0, 0, 0, 1]].concat();
    [SIGNATURE, &part(b"IHDR", &head), &part(b"IDAT", &data), &part(b"IEND", b"")].concat()
}

/// What says the size, and no more than a shell around it.
pub(crate) fn jpeg_frame(width: u16, height: u16, components: u8) -> Vec<u8> {
    let mut frame = vec![0xff, 0xd8, 0xff, 0xc0];
    frame.extend((8 + 3 * u16::from(components)).to_be_bytes());
    frame.push(8);
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.push(components);
    frame.extend((0..components).flat_map(|at| [at + 1, 0x11, 0]));
    frame.extend([0xff, 0xd9]);
    frame
}

/// Ten thousand passes over 16 × 8 pixels.
pub(crate) fn many_scans() -> Vec<u8> {
    let frame = jpeg_frame(16, 8, 3);
    let (before, end) = frame.split_at(frame.len() - 2);
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x55];
    [before, &scan.repeat(10_000), end].concat()
}
