//! What the page hands out is what the command writes, and a picture shows what the cells show.
use crate::Test;
use crate::page::{Page, Picture};
use crate::rig::Rig;
use crate::steps::{choose, click_text, open_menu, with_sample};
use crate::truth::{coverlay, data, newest, sample_coverage, today};
use coverlay::coverage::{Policy, Scope};
use coverlay::export::file_stem;
use coverlay::heatmap::{
    Expansion, Painter, Palette, PaletteName, PictureOptions, Rgb, Scene, Size, Theme, picture,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const TESTS: &[Test] = &[
    ("exports: the layer is that of the command", layer),
    ("exports: the table of rules is that of the command", table),
    ("exports: the PNG has every cell in its colour", png),
    ("exports: the PNG follows palette, theme and size", other_png),
    ("exports: the SVG is that of the command and holds nothing that runs", svg),
];

/// Presses an export's button in its menu; the content, under the quarter's name.
#[track_caller]
pub(crate) fn export(page: &Page, action: &str, extension: &str) -> Vec<u8> {
    open_menu(page, "export");
    let before = today();
    page.click(&format!("[data-action={action}]"));
    let download = page.download();
    let names = [before, today()].map(|day| format!("{}.{extension}", file_stem(day)));
    assert!(names.contains(&download.name), "{} is not named {names:?}", download.name);
    download.bytes
}

fn layer(rig: &Rig) {
    let page = with_sample(rig);
    let mut exported: Value =
        serde_json::from_slice(&export(&page, "export-layer", "json")).expect("JSON");
    let mut written: Value =
        serde_json::from_slice(&coverlay(data(), &["layer", "sample"])).expect("JSON");
    assert!(exported["techniques"].as_array().expect("a list").len() > 40);
    let differs = |(a, b): &(&Value, &Value)| a != b;
    let both = exported["techniques"].as_array().into_iter().flatten();
    let first = both.zip(written["techniques"].as_array().into_iter().flatten()).find(differs);
    assert_eq!(first, None);
    // The page says in words where the layer comes from.
    for each in [&mut exported, &mut written] {
        each.as_object_mut().expect("an object").remove("description");
    }
    assert_eq!(exported, written);
}

fn table(rig: &Rig) {
    let page = with_sample(rig);
    let exported = export(&page, "export-csv", "csv");
    let written = coverlay(data(), &["report", "sample", "--format", "csv"]);
    assert!(written.iter().filter(|byte| **byte == b'\n').count() > 60);
    assert_eq!(
        String::from_utf8(exported).expect("UTF-8"),
        String::from_utf8(written).expect("UTF-8")
    );
}

/// The sample's picture as the library lays it out, with the colour of each of its cells.
fn expected(theme: Theme, palette: PaletteName, size: Size) -> (Scene, Vec<Rgb>) {
    let (catalogue, coverage) = (newest(), sample_coverage());
    let (policy, scope) = (Policy::default(), Scope::default());
    let options = PictureOptions {
        theme,
        palette: Palette::new(palette, theme),
        size,
        sub_techniques: Expansion::None,
        title: "ATT&CK Enterprise coverage".to_owned(),
        date: today(),
        show_scores: true,
        show_ids: false,
    };
    let scene = picture(catalogue, &coverage, &policy, &scope, &options);
    let painter = Painter::new(&options.palette, theme);
    let colour = |cell: &coverlay::heatmap::SceneCell| {
        let index = catalogue.find(cell.technique).expect("of the catalogue");
        painter.cell(catalogue, &coverage, index).fill.unwrap_or(scene.background)
    };
    let colours = scene.cells.iter().map(colour).collect();
    (scene, colours)
}

/// The colour that most pixels in the middle of a cell have: the ground its text stands on.
fn ground(picture: &Picture, scene: &Scene, cell: usize) -> [u8; 4] {
    let cell = &scene.cells[cell];
    let inset = 3.0 * scene.scale;
    let range =
        |from: f64, length: f64| (from + inset).ceil() as u32..(from + length - inset) as u32;
    let mut counts = BTreeMap::new();
    for y in range(cell.y, cell.h) {
        for x in range(cell.x, cell.w) {
            *counts.entry(picture.pixel(x, y)).or_insert(0) += 1;
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).expect("a cell has pixels").0
}

#[track_caller]
pub(crate) fn has_colours(png: &[u8], scene: &Scene, colours: &[Rgb]) {
    let picture = Picture::decode(png);
    assert_eq!((f64::from(picture.width), f64::from(picture.height)), (scene.width, scene.height));
    assert!(scene.cells.len() > 200);
    for (at, colour) in colours.iter().enumerate() {
        let wanted = [colour.0, colour.1, colour.2, 0xff];
        assert_eq!(ground(&picture, scene, at), wanted, "{:?}", scene.cells[at]);
    }
    let different: std::collections::BTreeSet<_> =
        colours.iter().map(ToString::to_string).collect();
    assert!(different.len() >= 3, "nothing to tell apart: {different:?}");
}

fn png(rig: &Rig) {
    let page = with_sample(rig);
    let png = export(&page, "export-png", "png");
    let (scene, colours) = expected(Theme::Light, PaletteName::Blue, Size::Wide1920);
    assert_eq!((scene.width, scene.height), (1920.0, 1080.0));
    has_colours(&png, &scene, &colours);
}

fn other_png(rig: &Rig) {
    let page = with_sample(rig);
    open_menu(&page, "palettes");
    click_text(&page, "#palettes label", "Red – yellow – green");
    open_menu(&page, "export");
    choose(&page, "#export .export-options label:first-of-type select", "3840 × 2160");
    choose(&page, "#export .export-options label:last-of-type select", "Dark");
    let png = export(&page, "export-png", "png");
    let (scene, colours) = expected(Theme::Dark, PaletteName::RedYellowGreen, Size::Wide3840);
    assert_eq!((scene.width, scene.height), (3840.0, 2160.0));
    has_colours(&png, &scene, &colours);
}

fn svg(rig: &Rig) {
    let page = with_sample(rig);
    let exported = String::from_utf8(export(&page, "export-svg", "svg")).expect("UTF-8");
    let folder = rig.folder(&[]);
    let path = folder.join("picture.svg").to_str().expect("plain").to_owned();
    coverlay(data(), &["render", "sample", "-o", &path, "--title", "ATT&CK Enterprise coverage"]);
    let written = std::fs::read_to_string(&path).expect("written");
    let differing = exported.lines().zip(written.lines()).find(|(a, b)| a != b);
    assert_eq!(differing, None);
    assert_eq!(exported.len(), written.len());
    // In a page without a policy: that of Coverlay forbids even parsing a style.
    let found = rig.blank().evaluate(&format!(
        "(() => {{
            const parsed = new DOMParser().parseFromString({}, 'image/svg+xml');
            const all = [...parsed.querySelectorAll('*')];
            const attributes = all.flatMap((each) => [...each.attributes]);
            return {{
                root: parsed.documentElement.localName,
                broken: parsed.querySelectorAll('parsererror').length,
                running: all.filter((each) => ['script', 'foreignObject', 'iframe', 'animate', 'set'].includes(each.localName)).length,
                handlers: attributes.filter((each) => /^on/i.test(each.name)).length,
                outside: attributes.filter((each) => /href|src/i.test(each.localName) && !/^(#|data:)/.test(each.value)).length,
            }};
        }})()",
        json!(exported)
    ));
    assert_eq!(
        found,
        json!({"root": "svg", "broken": 0, "running": 0, "handlers": 0, "outside": 0})
    );
    assert!(!exported.contains("@import") && !exported.contains("url(http"));
}
