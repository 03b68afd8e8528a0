//! Moving pictures, read back with the crate's own reader.
#![cfg(feature = "cli")]

mod moving;

use coverlay::export::gif::{Animation, DELAY, GifError};
use moving::show;

fn frame(width: usize, height: usize, paint: impl Fn(usize, usize) -> [u8; 3]) -> Vec<u8> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels = places.flat_map(|(x, y)| {
        let [red, green, blue] = paint(x, y);
        [red, green, blue, 255]
    });
    pixels.collect()
}

fn rgb(rgba: &[u8]) -> Vec<[u8; 3]> {
    rgba.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

#[test]
fn what_is_read_is_what_was_written() {
    let paper = [0xfb, 0xfb, 0xfa];
    let frames = [
        frame(60, 40, |x, y| if x < 30 { [200, 100, y as u8] } else { paper }),
        frame(60, 40, |x, y| {
            let cell = (10..14).contains(&x) && (20..23).contains(&y);
            if cell {
                [1, 2, 3]
            } else if x < 30 {
                [200, 100, y as u8]
            } else {
                paper
            }
        }),
        frame(60, 40, |x, y| if x < 30 { [200, 100, y as u8] } else { paper }),
        frame(60, 40, |x, y| if x < 30 { [200, 100, y as u8] } else { paper }),
    ];
    let mut animation = Animation::new(60, 40).expect("a size");
    for frame in &frames {
        animation.add(frame, DELAY).expect("a frame");
    }
    let bytes = animation.write().expect("a GIF");
    assert_eq!(bytes, animation.write().expect("a GIF"), "the same bytes again");
    let shown = show(&bytes);
    assert_eq!(shown.repeat, gif::Repeat::Infinite);
    let parts: Vec<_> = shown.frames.iter().map(|(_, part, _)| *part).collect();
    assert_eq!(parts, [[0, 0, 60, 40], [10, 20, 4, 3], [10, 20, 4, 3], [0, 0, 1, 1]]);
    for ((pixels, _, delay), frame) in shown.frames.iter().zip(&frames) {
        assert_eq!((pixels, *delay), (&rgb(frame), 150));
    }
}

/// Thousands of tones: areas stay exact, tones near.
#[test]
fn too_many_colours() {
    let paint = |x: usize, y: usize| {
        if y < 10 { [0xc8, 0x72, 0x1c] } else { [(x * 3) as u8, (y * 5) as u8, (x ^ y) as u8] }
    };
    let rgba = frame(80, 50, paint);
    let mut animation = Animation::new(80, 50).expect("a size");
    animation.add(&rgba, 1).expect("a frame");
    let shown = show(&animation.write().expect("a GIF"));
    let pixels = &shown.frames[0].0;
    assert!(pixels[..800].iter().all(|pixel| *pixel == [0xc8, 0x72, 0x1c]));
    let worst = pixels.iter().zip(rgb(&rgba)).map(|(shown, drawn)| {
        shown.iter().zip(drawn).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
    });
    assert!(worst.max() < Some(48));
}

#[test]
fn what_is_no_picture_is_refused() {
    assert!(matches!(Animation::new(0, 5), Err(GifError::Size { .. })));
    assert!(matches!(Animation::new(70_000, 5), Err(GifError::Size { .. })));
    let mut animation = Animation::new(2, 2).expect("a size");
    assert!(matches!(animation.write(), Err(GifError::Frames(0))));
    assert!(matches!(animation.add(&[0; 15], 1), Err(GifError::Size { .. })));
    for _ in 0..coverlay::limits::MAX_GIF_FRAMES {
        animation.add(&[0; 16], 1).expect("a frame");
    }
    assert!(matches!(animation.add(&[0; 16], 1), Err(GifError::Frames(_))));
    assert!(animation.write().is_ok());
}
