//! Slides: what the page saves is what the library lays out, with the logo where it should be.
use crate::Test;
use crate::deck;
use crate::logos;
use crate::page::{Page, Picture};
use crate::rig::Rig;
use crate::steps::{choose, read, with_sample};
use coverlay::heatmap::slide::SlideKind;
use coverlay::heatmap::{Mark, Rgb, Scene, Theme};
use serde_json::json;
use std::path::PathBuf;

pub(crate) const TESTS: &[Test] = &[
    ("slides: one saved has title, logo and every bar in its place", saved),
    ("slides: all as zip, dark and large", zipped),
    ("slides: copied as a picture, and told where that cannot be", copied),
    ("slides: a logo that is none is refused by name and goes no further", refused),
    ("slides: what is missing says why and what to do", missing),
    ("slides: without rules they say what they need", without_rules),
    ("slides: accessible in both themes, and on a phone", accessible),
];

/// The view, with all previews drawn.
#[track_caller]
fn open(page: &Page) {
    page.click("[data-view=report]");
    page.wait_until("document.querySelector('[data-part=slides]')");
    page.click("[data-part=slides]");
    page.wait_until("document.querySelector('.slides canvas')");
    drawn(page);
}

/// Every preview was in sight and is drawn.
#[track_caller]
fn drawn(page: &Page) {
    for kind in SlideKind::ALL {
        let slide = format!("[data-slide={}]", kind.as_str());
        page.wait_until(&format!(
            "(() => {{ const slide = document.querySelector('{slide}'); slide.scrollIntoView({{block: 'center'}});
                return slide.querySelector('.slide-none') || !slide.querySelector('.export-actions').hidden; }})()"
        ));
    }
}

fn file(rig: &Rig, name: &str, bytes: &[u8]) -> PathBuf {
    let path = rig.folder(&[]).join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

/// Files a title into its field.
#[track_caller]
fn type_into(page: &Page, input: &str, text: &str) {
    page.click(&format!("[data-input={input}]"));
    page.type_text(text);
}

/// The bars of a scene, each in the middle of what the next ones leave of it.
fn bars(scene: &Scene) -> Vec<((u32, u32), Rgb)> {
    let filled = scene.marks.iter().filter_map(|mark| match mark {
        Mark::Rect { x, y, w, h, fill: Some(fill), .. } if *w >= 6.0 => {
            Some((*x, *y, *w, *h, *fill))
        }
        _ => None,
    });
    let all: Vec<_> = filled.collect();
    let mut places = Vec::new();
    for (at, (x, y, w, h, fill)) in all.iter().enumerate() {
        // A part drawn over a track begins where it does.
        let over = all[at + 1..].iter().filter(|next| (next.0, next.1) == (*x, *y));
        let from = over.map(|next| next.2).fold(0.0, f64::max);
        if w - from >= 6.0 {
            places.push((((x + f64::midpoint(from, *w)) as u32, (y + h / 2.0) as u32), *fill));
        }
    }
    places
}

#[track_caller]
fn shows_bars(picture: &Picture, scene: &Scene, what: &str) {
    let bars = bars(scene);
    assert!(bars.len() > 20, "{what}: {} bars", bars.len());
    for ((x, y), Rgb(red, green, blue)) in bars {
        let [r, g, b, _] = picture.pixel(x, y);
        assert_eq!([r, g, b], [red, green, blue], "{what} at {x}, {y}");
    }
}

fn saved(rig: &Rig) {
    let page = with_sample(rig);
    open(&page);
    type_into(&page, "slide-title", "Example Ltd");
    page.set_file_input(
        "[data-input=slide-logo]",
        &[&file(rig, "logo.png", &logos::png(400, 100))],
    );
    page.wait_until("document.querySelector('.slides-logo').innerText.includes('400 × 100')");
    page.click("[data-slide=tactics] [data-action=save-slide]");
    let download = page.download();
    assert!(download.name.ends_with("_slide-2-tactics.png"), "{}", download.name);
    let picture = Picture::decode(&download.bytes);
    assert_eq!((picture.width, picture.height), (1920, 1080));
    let mut look = deck::looks(None).remove(0);
    look.title = "Example Ltd".to_owned();
    let scene = deck::sample(&look).remove(1).1.expect("made");
    shows_bars(&picture, &scene, "tactics");
    // 260 × 65 of red and nothing, in the box of 260 × 84.
    assert_eq!(picture.pixel(1610, 78), [200, 0, 0, 255]);
    assert_eq!(picture.pixel(1720, 78), [200, 0, 0, 255]);
    let ground = Theme::Light.tokens().ground;
    assert_eq!(picture.pixel(1745, 78), [ground.0, ground.1, ground.2, 255]);
    // The preview says in words what it shows.
    let label = page.attribute("[data-slide=tactics] canvas", "aria-label").unwrap_or_default();
    assert!(label.starts_with("Example Ltd · Coverage by tactic."), "{label}");
    // Title and footer are kept, the logo is for the visit; it can be removed.
    page.click("[data-action=remove-logo]");
    page.wait_until("document.querySelector('[data-action=remove-logo]').hidden");
    page.click("[data-slide=tactics] [data-action=save-slide]");
    let picture = Picture::decode(&page.download().bytes);
    assert_eq!(picture.pixel(1610, 78), [ground.0, ground.1, ground.2, 255]);
    page.click("[data-view=matrix]");
    page.wait_until("document.querySelector('main [data-technique]')");
    page.click("[data-view=report]");
    page.wait_until("document.querySelector('[data-part=slides]')");
    page.click("[data-part=slides]");
    page.wait_until("document.querySelector('[data-input=slide-title]')?.value === 'Example Ltd'");
}

fn zipped(rig: &Rig) {
    let page = with_sample(rig);
    open(&page);
    choose(&page, "[data-input=slide-size]", "3840 × 2160");
    choose(&page, "[data-input=slide-theme]", "Dark");
    page.click("[data-action=export-slides]");
    page.wait_until(
        "document.querySelector('.slides-zip [role=status]').innerText.includes('of 6')",
    );
    let download = page.download();
    assert!(download.name.ends_with("_slides.zip"), "{}", download.name);
    page.wait_until("document.querySelector('.toast')?.innerText.includes('_slides.zip')");
    let files = deck::entries(&download.bytes);
    let expected: Vec<String> =
        SlideKind::ALL.iter().map(|kind| format!("{}.png", kind.file_stem())).collect();
    assert_eq!(files.keys().cloned().collect::<Vec<_>>(), expected);
    let Rgb(red, green, blue) = Theme::Dark.tokens().ground;
    for (name, bytes) in &files {
        let picture = Picture::decode(bytes);
        assert_eq!((picture.width, picture.height), (3840, 2160), "{name}");
        assert_eq!(picture.pixel(4, 4), [red, green, blue, 255], "{name}");
        assert!(picture.colours() > 8, "{name}: {} colours", picture.colours());
    }
    let mut look = deck::looks(None).remove(3);
    look.palette = coverlay::heatmap::Palette::default();
    look.size = coverlay::heatmap::slide::SlideSize::Wide3840;
    for at in [1, 2] {
        let (kind, scene) = deck::sample(&look).remove(at);
        let picture = Picture::decode(&files[&expected[at]]);
        shows_bars(&picture, &scene.expect("made"), kind.as_str());
    }
}

fn copied(rig: &Rig) {
    let page = with_sample(rig);
    open(&page);
    page.grant(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    page.call("Emulation.setFocusEmulationEnabled", json!({"enabled": true}));
    page.click("[data-slide=gaps] [data-action=copy-slide]");
    page.wait_until("document.querySelector('.toast')?.innerText.includes('Top ten gaps copied')");
    let size = page.evaluate(
        "(async () => { const [item] = await navigator.clipboard.read();
            const picture = await createImageBitmap(await item.getType('image/png'));
            return [picture.width, picture.height]; })()",
    );
    assert_eq!(size, json!([1920, 1080]));
    // A browser that cannot.
    page.evaluate("delete window.ClipboardItem; 0");
    page.click("[data-slide=gaps] [data-action=copy-slide]");
    page.wait_until("document.querySelector('.toast')?.innerText.includes('save the PNG instead')");
}

fn refused(rig: &Rig) {
    let page = with_sample(rig);
    open(&page);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.hacked = 1'/>";
    for (name, bytes, why) in [
        ("evil.svg", &svg[..], "a PNG or a JPEG"),
        ("bomb.png", &logos::header(65_535, 65_535), "65535"),
        ("cut.png", &logos::png(60, 60)[..90], "damaged"),
    ] {
        page.set_file_input("[data-input=slide-logo]", &[&file(rig, name, bytes)]);
        page.wait_until(&format!(
            "document.querySelector('.slides-logo [role=alert]')?.innerText.startsWith('{name}: ')"
        ));
        let told = page.text(".slides-logo [role=alert]");
        assert!(told.contains(why), "{told}");
        assert_eq!(
            page.evaluate("document.querySelector('[data-action=remove-logo]').hidden"),
            json!(true)
        );
    }
    assert_eq!(page.evaluate("typeof window.hacked"), json!("undefined"));
    // A sound one takes the words away.
    page.set_file_input("[data-input=slide-logo]", &[&file(rig, "photo.jpg", logos::JPEG)]);
    page.wait_until("document.querySelector('.slides-logo').innerText.includes('16 × 8')");
    assert_eq!(page.count(".slides-logo [role=alert]"), 0);
}

fn missing(rig: &Rig) {
    let page = rig.open();
    let rule = "title: A\nid: 5d0f4c3e-3f5e-4a70-9c57-9f7b7f0f2a11\nlogsource:\n  product: windows\ndetection:\n  a:\n    b: c\n  condition: a\ntags:\n  - attack.t1059\n";
    let folder = rig.folder(&[("undated.yml", rule)]);
    read(&page, || page.drop_files(&[&folder], 300.0, 300.0));
    open(&page);
    for (kind, why) in [("changes", "no second state"), ("trend", "nothing has a date")] {
        let slide = format!("[data-slide={kind}]");
        let told = page.text(&format!("{slide} .slide-none"));
        assert!(told.to_lowercase().contains(why), "{told}");
        assert!(
            page.attribute(&format!("{slide} .slide-none a"), "href")
                .is_some_and(|to| to.starts_with("#/changes"))
        );
        assert_eq!(
            page.evaluate(&format!("document.querySelector('{slide} canvas').hidden")),
            json!(true)
        );
    }
    page.click("[data-action=export-slides]");
    let download = page.download();
    assert_eq!(deck::entries(&download.bytes).len(), 4);
    page.wait_until("document.querySelector('.toast')?.innerText.includes('without trend')");
}

fn without_rules(rig: &Rig) {
    let page = rig.open_at("#/report?show=slides");
    page.wait_until("document.querySelector('.slides-lead')");
    assert!(page.text(".slides").contains("Drop some anywhere"));
    assert_eq!(page.evaluate("document.querySelector('.slides-all').hidden"), json!(true));
}

fn accessible(rig: &Rig) {
    let page = with_sample(rig);
    open(&page);
    let mut wrong = Vec::new();
    for theme in ["light", "dark"] {
        page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
        page.wait_until(&format!("document.documentElement.dataset.theme === '{theme}'"));
        drawn(&page);
        let found = page.axe().unwrap_or_default();
        wrong.extend(
            found.into_iter().map(|each| format!("{theme}: {} {:?}", each.rule, each.places)),
        );
    }
    page.set_viewport(390, 844, 2.0);
    page.evaluate("new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))");
    assert_eq!(
        page.evaluate("[innerWidth, document.scrollingElement.scrollWidth]"),
        json!([390, 390])
    );
    let wide = page.evaluate(
        "[...document.querySelectorAll('.slides *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5).map((each) => each.outerHTML.slice(0, 80))",
    );
    assert_eq!(wide, json!([]));
    let found = page.axe().unwrap_or_default();
    wrong.extend(found.into_iter().map(|each| format!("phone: {} {:?}", each.rule, each.places)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
