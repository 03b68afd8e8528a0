//! Slides: legible, tidy, with the numbers of the report; and logos, of which most are hostile.
#![cfg(feature = "cli")]

mod clock;
mod command;

use command::{coverlay, folder, sample};
use coverlay::export::{png as picture, svg};
use coverlay::heatmap::slide::{NoSlide, SMALLEST, SlideKind};
use coverlay::heatmap::{Logo, LogoError, LogoKind, Mark, Scene};
use coverlay::limits::{MAX_LOGO_BYTES, MAX_LOGO_PIXELS};

use std::path::Path;
use std::time::{Duration, Instant};

mod slides {
    pub(crate) mod deck;
    pub(crate) mod logos;
}
use slides::{deck, logos};

/// Left, top, right, bottom.
type Bounds = (f64, f64, f64, f64);

/// Text marks with their bounds.
fn texts(scene: &Scene) -> Vec<(&str, Bounds)> {
    let texts = scene.marks.iter().filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some((text.as_str(), mark.bounds())),
        _ => None,
    });
    texts.collect()
}

fn overlap(a: Bounds, b: Bounds) -> bool {
    a.0 + 0.5 < b.2 && b.0 + 0.5 < a.2 && a.1 + 0.5 < b.3 && b.1 + 0.5 < a.3
}

/// What must hold of every slide, whatever it is of.
fn tidy(scene: &Scene, what: &str) {
    let by = scene.scale;
    assert_eq!((scene.width, scene.height), (1920.0 * by, 1080.0 * by), "{what}");
    let mut logos = Vec::new();
    for mark in &scene.marks {
        let (left, top, right, bottom) = mark.bounds();
        let fits = left >= -0.01 && top >= -0.01;
        let fits = fits && right <= scene.width + 0.01 && bottom <= scene.height + 0.01;
        assert!(fits, "{what}: {mark:?}");
        match mark {
            Mark::Text { size, fill, text, .. } => {
                assert!(*size >= SMALLEST * by, "{what}: {size} px: {text}");
                assert!(fill.contrast(scene.background) >= 4.5, "{what}: {fill}: {text}");
            }
            Mark::Image { .. } => logos.push(mark.bounds()),
            _ => {}
        }
    }
    let texts = texts(scene);
    for (at, (text, bounds)) in texts.iter().enumerate() {
        for (other, others) in &texts[at + 1..] {
            assert!(!overlap(*bounds, *others), "{what}: “{text}” and “{other}” overlap");
        }
        assert!(logos.iter().all(|logo| !overlap(*bounds, *logo)), "{what}: {text}");
        // Text stands on the ground, never on a colour whose contrast nobody looked at.
        let filled = scene.marks.iter().filter(|mark| match mark {
            Mark::Rect { fill: Some(_), .. } => overlap(mark.bounds(), *bounds),
            _ => false,
        });
        assert_eq!(filled.count(), 0, "{what}: “{text}” stands on a fill");
    }
}

#[test]
fn all_slides_are_legible_and_tidy() {
    let logo = Logo::read("logo.png", &logos::png(600, 200)).expect("sound");
    for look in deck::looks(Some(logo)) {
        for (name, made) in deck::all(&look) {
            for (kind, scene) in made {
                if (name, kind) == ("ics", SlideKind::Platforms) {
                    assert_eq!(scene, Err(NoSlide::NoPlatforms));
                    continue;
                }
                let scene = scene.unwrap_or_else(|reason| panic!("{name} {kind:?}: {reason}"));
                tidy(&scene, &format!("{name} {kind:?} {:?}", look.theme));
                let told = texts(&scene);
                assert!(told.iter().any(|(text, _)| text.contains("ATT&CK")), "{name} {kind:?}");
                assert!(told.iter().any(|(text, _)| text.contains("© 2026 The MITRE")));
            }
        }
    }
}

/// What each slide of the sample says, from top to bottom as it is drawn.
#[test]
fn words_of_the_sample() {
    let mut all = String::new();
    for (kind, scene) in deck::sample(&deck::looks(None)[0]) {
        let scene = scene.unwrap_or_else(|reason| panic!("{kind:?}: {reason}"));
        all.push_str(&format!("=== {kind:?}: {}\n{}\n", scene.title, scene.description));
        for (text, (left, top, ..)) in texts(&scene) {
            all.push_str(&format!("{left:.0} {top:.0} {text}\n"));
        }
    }
    insta::assert_snapshot!(all);
}

/// Titles and footers of strangers: long, of other scripts, with signs that turn text round.
#[test]
fn whatever_is_written_stays_inside() {
    let long = "Überwachung \u{202e}日本 <b>&amp; ".repeat(40);
    let mut look = deck::looks(None).remove(0);
    (look.title, look.footer) = (long.clone(), long);
    let logo = Logo::read("tall.png", &logos::png(40, 900)).expect("sound");
    look.logo = Some(std::sync::Arc::new(logo));
    for (name, made) in deck::all(&look) {
        for (kind, scene) in made {
            let Ok(scene) = scene else { continue };
            tidy(&scene, &format!("{name} {kind:?}"));
            // What the slide is stays in its title however long one's own part is.
            let title = texts(&scene)[0].0;
            assert!(title.ends_with(kind.label()), "{title}");
            assert!(!svg::write(&scene, None).contains(['\u{202e}', '\u{0}']));
        }
    }
}

/// The numbers on slides are those of the report, which other tests hold against other readers.
#[test]
fn numbers_are_those_of_the_report() {
    let out = coverlay(&["report", &sample(), "--quiet"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let folder = folder("slides-numbers");
    let path = |kind: &str| folder.join(format!("{kind}.svg")).display().to_string();
    let slide = |kind: &str| {
        let path = path(kind);
        let out = coverlay(&["render", &sample(), "--slide", kind, "-o", &path, "--quiet"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        words(&std::fs::read_to_string(path).expect("written"))
    };
    let number = |value: &serde_json::Value| value.as_u64().expect("a number");
    let summary = &report["summary"];
    let of = |what: &serde_json::Value, part: &str| {
        format!("{} of {}", number(&what[part]), number(&what["total"]))
    };
    let techniques = of(&summary["techniques"], "covered");
    let tactics = slide("tactics");
    assert!(tactics.contains(&techniques), "{techniques} in {tactics:?}");
    assert!(tactics.contains(&of(&summary["subtechniques"], "covered")));
    assert!(
        slide("matrix")
            .iter()
            .any(|text| text.starts_with(&format!("{techniques} techniques covered")))
    );
    assert!(slide("trend").contains(&techniques));
    let mut compared = 0;
    for tactic in report["tactics"].as_array().expect("a list") {
        let name = tactic["name"].as_str().expect("a name");
        let total = number(&tactic["techniques_total"]);
        let numbers = format!("{} of {total}", number(&tactic["techniques_covered"]));
        let at = tactics.iter().position(|text| text == name).expect(name);
        assert_eq!(tactics[at + 1], numbers, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 15);

    let shown = slide("platforms");
    for family in report["platform_families"].as_array().expect("a list") {
        let name = family["name"].as_str().expect("a name");
        let at = shown.iter().position(|text| text == name).expect(name);
        let told = [(2, "covered_visible", "seen"), (4, "covered", "by any rule")];
        for (after, part, what) in told {
            assert_eq!(shown[at + after], format!("{} {what}", of(family, part)), "{name}");
        }
    }

    let out = coverlay(&["gaps", &sample(), "--quiet", "--top", "10"]);
    let gaps: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let shown = slide("gaps");
    for gap in gaps["gaps"].as_array().expect("a list") {
        let id = gap["id"].as_str().expect("an id");
        let line = shown.iter().position(|text| text.starts_with(&format!("{id} "))).expect(id);
        assert_eq!(shown[line - 2], format!("{}.", gap["rank"]), "{id}");
    }
}

/// The texts of an SVG, in order.
fn words(svg: &str) -> Vec<String> {
    let texts = svg.lines().filter(|line| line.starts_with("<text "));
    texts
        .map(|line| {
            let text =
                line.split_once('>').map_or("", |(_, rest)| rest).trim_end_matches("</text>");
            text.replace('\u{2009}', "").replace("&amp;", "&").replace("&#39;", "'")
        })
        .collect()
}

fn decoded(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!(info.color_type, png::ColorType::Rgba);
    (info.width, info.height, pixels)
}

#[test]
fn the_command_writes_pictures_and_zips() {
    let folder = folder("slides-command");
    let at = |name: &str| folder.join(name).display().to_string();
    std::fs::write(at("photo.jpg"), logos::JPEG).expect("written");
    let run = |more: &[&str]| {
        let sample = sample();
        let all = [&["render", &sample, "--quiet"], more].concat();
        let out = coverlay(&all);
        assert!(out.status.success(), "{more:?}: {}", String::from_utf8_lossy(&out.stderr));
    };
    // The logo is red at its left and clear at its right, and stands in a box of 260 × 84.
    // One six times as large as its box is halved before it is drawn.
    for (size, scale, logo) in
        [("1920", 1, (400, 100)), ("3840", 2, (400, 100)), ("1920", 1, (1600, 400))]
    {
        std::fs::write(at("logo.png"), logos::png(logo.0, logo.1)).expect("written");
        let path = at("one.png");
        run(&[
            "--slide",
            "tactics",
            "--logo",
            &at("logo.png"),
            "--size",
            size,
            "--theme",
            "dark",
            "-o",
            &path,
        ]);
        let (width, height, pixels) = decoded(&std::fs::read(&path).expect("written"));
        assert_eq!((width, height), (1920 * scale, 1080 * scale));
        let pixel = |x: u32, y: u32| {
            let at = ((y * scale * width + x * scale) * 4) as usize;
            [pixels[at], pixels[at + 1], pixels[at + 2]]
        };
        let ground = [0x10, 0x12, 0x16];
        // 260 × 65, in the middle of 36 to 120.
        assert_eq!(pixel(1604, 78), [200, 0, 0]);
        assert_eq!(pixel(1725, 78), [200, 0, 0]);
        assert_eq!(pixel(1740, 78), ground, "the right half is clear");
        assert_eq!(pixel(1596, 78), ground);
        assert_eq!((pixel(1604, 40), pixel(1604, 117)), (ground, ground));
    }
    let path = at("photo.png");
    run(&["--slide", "matrix", "--logo", &at("photo.jpg"), "-o", &path]);
    let (width, _, pixels) = decoded(&std::fs::read(&path).expect("written"));
    // 16 × 8 pixels, not enlarged: blue at the right end of the box, at its middle height.
    let at_pixel = ((78 * width + 1857) * 4) as usize;
    let [red, green, blue] = [0, 1, 2].map(|channel| pixels[at_pixel + channel]);
    assert!(blue > 150 && red < 90 && green < 90, "{red} {green} {blue}");

    let (first, second) = (at("a.zip"), at("b.zip"));
    for path in [&first, &second] {
        run(&["--slide", "all", "--title", "Example Ltd", "--footer", "Internal", "-o", path]);
    }
    let bytes = std::fs::read(&first).expect("written");
    assert!(bytes == std::fs::read(&second).expect("written"), "two runs differ");
    let files = deck::entries(&bytes);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "slide-1-matrix.png",
        "slide-2-tactics.png",
        "slide-3-platforms.png",
        "slide-4-gaps.png",
        "slide-5-changes.png",
        "slide-6-trend.png",
    ];
    assert_eq!(names, expected);
    for (name, bytes) in &files {
        assert_eq!((decoded(bytes).0, decoded(bytes).1), (1920, 1080), "{name}");
    }
    // One of them alone is the same.
    let path = at("gaps.png");
    run(&["--slide", "gaps", "--title", "Example Ltd", "--footer", "Internal", "-o", &path]);
    assert!(std::fs::read(&path).expect("written") == files["slide-4-gaps.png"]);
}

#[test]
fn what_cannot_be_shown_is_said() {
    let folder = folder("slides-none");
    let rule = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).expect("written");
        folder.join(name).display().to_string()
    };
    let undated = rule(
        "undated.yml",
        "title: A\nid: 5d0f4c3e-3f5e-4a70-9c57-9f7b7f0f2a11\nlogsource:\n  product: windows\ndetection:\n  a:\n    b: c\n  condition: a\ntags:\n  - attack.t1059\n",
    );
    let at = |name: &str| folder.join(name).display().to_string();
    let errors = |arguments: &[&str], code: i32| {
        let out = coverlay(arguments);
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(code), "{arguments:?}: {told}");
        told
    };
    let zip = at("all.zip");
    let told = errors(&["render", &undated, "--slide", "all", "-o", &zip], 0);
    assert!(told.contains("no slide 'changes': there is no second state"), "{told}");
    assert!(told.contains("no slide 'trend': nothing has a date"), "{told}");
    assert_eq!(deck::entries(&std::fs::read(&zip).expect("written")).len(), 4);
    for (slide, why) in [("trend", "nothing has a date"), ("changes", "--old")] {
        let png = at("none.png");
        let told = errors(&["render", &undated, "--slide", slide, "-o", &png], 2);
        assert!(told.contains(why), "{told}");
        assert!(!Path::new(&png).exists(), "nothing is drawn empty");
    }
    let png = at("changes.png");
    errors(&["render", &sample(), "--slide", "changes", "--old", &undated, "-o", &png, "-q"], 0);
    for (wrong, why) in [
        (vec!["--slide", "all", "-o", &png], "a .zip"),
        (vec!["--slide", "gaps", "-o", "a.gif"], ".png or .svg"),
        (vec!["--slide", "gaps", "--size", "1280", "-o", &png], "1920 or 3840"),
        (vec!["--slide", "gaps", "--old", &undated, "-o", &png], "'changes'"),
        (vec!["--slide", "gaps", "--trend", "-o", &png], "--trend"),
        (vec!["--logo", &undated, "-o", &png], "--slide"),
        (vec!["--slide", "gaps", "--logo", &undated, "-o", &png], "undated.yml: a logo is a PNG"),
        (vec!["--slide", "gaps", "--logo", "nowhere.png", "-o", &png], "nowhere.png"),
    ] {
        let told = errors(&[&["render", &undated], &wrong[..]].concat(), 2);
        assert!(told.contains(why), "{wrong:?}: {told}");
    }
}

#[test]
fn logos_are_looked_through() {
    let sound = logos::png(30, 20);
    let logo = Logo::read("a.png", &sound).expect("sound");
    assert_eq!((logo.kind(), logo.size(), logo.bytes()), (LogoKind::Png, (30, 20), &sound[..]));
    assert_eq!(logo.fit((60.0, 10.0)), (15.0, 10.0));
    assert_eq!(logo.fit((600.0, 100.0)), (30.0, 20.0), "never larger than it is");
    let jpeg = Logo::read("a.jpg", logos::JPEG).expect("sound");
    assert_eq!((jpeg.kind(), jpeg.size()), (LogoKind::Jpeg, (16, 8)));

    // What draws nothing goes: comments, places, profiles.
    let with_note = logos::with_part(&sound, b"tEXt", b"Comment\0a secret");
    assert!(with_note.len() > sound.len());
    assert_eq!(Logo::read("a.png", &with_note).expect("sound").bytes(), sound);
    let with_note = [
        &logos::JPEG[..2],
        b"\xff\xfe\x00\x0aa secret",
        b"\xff\xe1\x00\x06Exif",
        &logos::JPEG[2..],
    ]
    .concat();
    let cleaned = Logo::read("a.jpg", &with_note).expect("sound");
    assert_eq!(cleaned.bytes(), jpeg.bytes());
    // Interlaced and of few colours, as the reference encoder of another crate makes them.
    for (colour, depth) in [
        (png::ColorType::Grayscale, png::BitDepth::One),
        (png::ColorType::Rgb, png::BitDepth::Sixteen),
        (png::ColorType::GrayscaleAlpha, png::BitDepth::Eight),
    ] {
        let bytes = logos::encoded(13, 7, colour, depth);
        assert_eq!(Logo::read("b.png", &bytes).expect("sound").size(), (13, 7), "{colour:?}");
    }
    let interlaced = Logo::read("c.png", &logos::interlaced()).expect("sound");
    assert_eq!(interlaced.size(), (5, 3));
    let mut reader =
        png::Decoder::new(std::io::Cursor::new(interlaced.bytes())).read_info().expect("a PNG");
    assert!(reader.next_frame(&mut [0; 15]).is_ok(), "another reader takes it, too");
}

#[test]
fn hostile_logos_are_refused_quickly() {
    let sound = logos::png(30, 20);
    let refused = |what: &str, bytes: &[u8]| {
        let start = Instant::now();
        let error = Logo::read("evil.png", bytes).expect_err(what);
        let took = clock::on_processor(start);
        assert!(took < Duration::from_millis(200), "{what}: {took:?}");
        assert!(error.to_string().starts_with("evil.png: "), "{error}");
        error
    };
    // A hundred bytes that promise 4 billion pixels; and as many as are just too many.
    let huge = logos::header(65_535, 65_535);
    assert!(matches!(refused("bomb", &huge), LogoError::Pixels { width: 65_535, .. }));
    let most = u32::try_from(MAX_LOGO_PIXELS).expect("small");
    assert!(matches!(refused("large", &logos::header(most + 1, 1)), LogoError::Pixels { .. }));
    assert!(matches!(refused("none", &logos::header(0, 9)), LogoError::Pixels { .. }));
    // 30 × 20 pixels that unpack to 50 MB: given up after as many bytes as there are pixels.
    let bomb = logos::packed(30, 20, &vec![0; 50_000_000]);
    assert!(bomb.len() < 100_000);
    assert!(matches!(refused("zip bomb", &bomb), LogoError::Damaged { .. }));
    let few = logos::packed(30, 20, &[0; 100]);
    assert!(refused("few", &few).to_string().contains("pixels are missing"));
    for cut in 0..sound.len() {
        if let Ok(logo) = Logo::read("cut.png", &sound[..cut]) {
            panic!("cut at {cut}: {logo:?}");
        }
    }
    for cut in 0..logos::JPEG.len() {
        assert!(Logo::read("cut.jpg", &logos::JPEG[..cut]).is_err(), "cut at {cut}");
    }
    // One bit of any part turned: its sum does not fit.
    for at in 8..sound.len() {
        let mut turned = sound.clone();
        turned[at] ^= 1;
        assert!(Logo::read("turned.png", &turned).is_err(), "{at}");
    }
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (what, bytes) in [
        ("svg", &svg[..]),
        ("gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
        ("webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("nothing", b""),
        ("text", b"title: a rule"),
    ] {
        let error = refused(what, bytes);
        assert!(matches!(error, LogoError::NoPicture { .. }), "{what}: {error}");
        assert!(error.to_string().contains("save it anew as PNG"), "{error}");
    }
    let large = [&sound[..], &vec![0; MAX_LOGO_BYTES]].concat();
    assert!(matches!(refused("bytes", &large), LogoError::TooLarge { .. }));
    let cmyk = logos::jpeg_frame(16, 8, 4);
    assert!(refused("cmyk", &cmyk).to_string().contains("CMYK"));
    assert!(matches!(
        refused("jpeg bomb", &logos::jpeg_frame(65_535, 65_535, 3)),
        LogoError::Pixels { .. }
    ));
    assert!(refused("scans", &logos::many_scans()).to_string().contains("passes"));
    let unknown = logos::with_part(&sound, b"EVIL", b"1");
    assert!(matches!(refused("unknown part", &unknown), LogoError::Unusual { .. }));
}

/// A logo whose pixels are garbage in a sound shell is an error, never a slide without it.
#[test]
fn a_logo_that_no_decoder_takes_is_an_error() {
    let mut look = deck::looks(None).remove(0);
    let mut broken = logos::JPEG.to_vec();
    // The Huffman tables say that there are no codes.
    let at = broken.windows(2).position(|two| two == [0xff, 0xc4]).expect("a table");
    let length = usize::from(u16::from_be_bytes([broken[at + 2], broken[at + 3]]));
    broken[at + 5..at + 2 + length].fill(0);
    let logo = Logo::read("broken.jpg", &broken).expect("its shell is sound");
    look.logo = Some(std::sync::Arc::new(logo));
    let (_, made) = deck::all(&look).remove(0);
    let (_, scene) = made.into_iter().next().expect("a slide");
    let drawn = picture::render(&scene.expect("made"));
    assert!(drawn.is_err_and(|error| error.to_string().contains("logo")));
}

/// Each byte of a JPEG turned in several ways: looked through and drawn, or refused; never a panic.
#[test]
fn broken_jpegs_harm_nobody() {
    let rasteriser = picture::Rasteriser::default();
    let (mut drawn, mut refused) = (0, 0);
    for at in 0..logos::JPEG.len() {
        for bits in [0x01, 0x80, 0xff] {
            let mut broken = logos::JPEG.to_vec();
            broken[at] ^= bits;
            let Ok(logo) = Logo::read("broken.jpg", &broken) else {
                refused += 1;
                continue;
            };
            let (x, y, w, h) = (2.0, 2.0, 16.0, 8.0);
            let image = std::sync::Arc::new(logo);
            let scene = Scene {
                width: 20.0,
                height: 12.0,
                background: coverlay::heatmap::Rgb::WHITE,
                title: String::new(),
                description: String::new(),
                marks: vec![Mark::Image { x, y, w, h, image }],
                cells: Vec::new(),
                scale: 1.0,
            };
            match rasteriser.pixels(&scene) {
                Ok(_) => drawn += 1,
                Err(error) => {
                    assert!(error.to_string().contains("save it anew"), "{error}");
                    refused += 1;
                }
            }
        }
    }
    assert!(drawn > 50 && refused > 50, "{drawn} drawn, {refused} refused");
}

#[test]
fn kinds_have_names_of_files() {
    let names: Vec<String> = SlideKind::ALL.iter().map(|kind| kind.file_stem()).collect();
    assert_eq!(names[0], "slide-1-matrix");
    assert_eq!(names[5], "slide-6-trend");
}
