//! What the command draws of layers, of changes and of time.
#![cfg(feature = "cli")]

mod command;
mod moving;

use command::{coverlay, folder};
use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::Scope;
use coverlay::date::Date;
use coverlay::heatmap::{
    Expansion, Palette, PaletteName, PictureOptions, SceneCell, Shot, Size, State, Theme, film,
};
use coverlay::layer::{Gradient, Standing, compare};
use moving::{Shown, show};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

/// A layer of techniques with one score each.
fn layer(name: &str, scores: &[(&str, u32)]) -> String {
    let entry = |(id, score): &(&str, u32)| format!(r#"{{"techniqueID":"{id}","score":{score}}}"#);
    let entries: Vec<_> = scores.iter().map(entry).collect();
    format!(
        r##"{{"name":"{name}","versions":{{"attack":"19","navigator":"5.3.2","layer":"4.5"}},"domain":"enterprise-attack","techniques":[{}],"gradient":{{"colors":["#ff6666","#ffe766","#8ec843"],"minValue":0,"maxValue":100}}}}"##,
        entries.join(",")
    )
}

const OLD: [(&str, u32); 4] = [("T1047", 50), ("T1059", 30), ("T1110", 80), ("T1566", 20)];
const NEW: [(&str, u32); 4] = [("T1047", 50), ("T1059", 90), ("T1105", 40), ("T1566", 20)];

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path.to_string_lossy().into_owned()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn enterprise() -> &'static Catalogue {
    bundled::find(Domain::Enterprise, None).expect("built in").expect("there")
}

fn standing(scores: &[(&str, u32)]) -> Standing {
    let id = |text: &str| text.parse().expect("an id");
    let scores = scores.iter().map(|(text, score)| (id(text), Some(f64::from(*score))));
    Standing::new(scores, enterprise())
}

/// Where the cells stand in a film of moments, or of two and what changed between them.
fn cells(moments: &[Standing], has_change: bool) -> Vec<SceneCell> {
    let names = [String::new(), String::new()];
    let (first, last) = (&moments[0], &moments[moments.len() - 1]);
    let change = compare(first, last, names, 50.0, enterprise(), &|_| true);
    let gradient = Gradient::default();
    let state = |standing| {
        let convention = coverlay::history::LAYER_CONVENTION;
        Shot::State(String::new(), State { standing, gradient: &gradient, caption: "", convention })
    };
    let change = has_change.then(|| Shot::Change(String::new(), &change));
    let shots: Vec<_> = moments.iter().map(state).chain(change).collect();
    let options = PictureOptions {
        theme: Theme::Light,
        palette: Palette::new(PaletteName::Blue, Theme::Light),
        size: Size::Wide1280,
        sub_techniques: Expansion::None,
        title: String::new(),
        date: Date::new(2026, 1, 1).expect("a day"),
        show_scores: true,
        show_ids: false,
    };
    film(enterprise(), &shots, &Scope::default(), &options).remove(0).cells
}

/// A pixel of a cell's ground in every frame: between its outline and its text.
fn grounds(shown: &Shown, cell: &SceneCell) -> Vec<String> {
    let (x, y) = ((cell.x + 2.0) as usize, (cell.y + cell.h / 2.0) as usize);
    let pixels = shown.frames.iter().map(|(pixels, ..)| pixels[y * shown.width + x]);
    pixels.map(|[red, green, blue]| format!("#{red:02x}{green:02x}{blue:02x}")).collect()
}

fn cell<'a>(cells: &'a [SceneCell], id: &str) -> &'a SceneCell {
    cells.iter().find(|cell| cell.technique.to_string() == id).expect("shown")
}

#[test]
fn a_change_moves_only_what_changed() {
    let folder = folder("diff_gif");
    let old = write(&folder, "old.json", &layer("May", &OLD));
    let new = write(&folder, "new.json", &layer("June 2026-06-30", &NEW));
    let output = coverlay(&["diff", &old, &new, "--format", "gif", "-q"]);
    assert_eq!(code(&output), Some(0), "{}", errors(&output));
    let again = coverlay(&["diff", &old, &new, "--format", "gif", "-q"]);
    assert_eq!(output.stdout, again.stdout, "the same bytes");

    let shown = show(&output.stdout);
    assert_eq!((shown.width, shown.height, shown.frames.len()), (1280, 720, 3));
    assert_eq!(shown.repeat, gif::Repeat::Infinite);
    let delays: Vec<_> = shown.frames.iter().map(|(_, _, delay)| *delay).collect();
    assert_eq!(delays, [150, 150, 300]);
    let cells = cells(&[standing(&OLD), standing(&NEW)], true);
    assert!(cells.len() > 200);
    let mut moved = BTreeSet::new();
    for cell in &cells {
        let grounds = grounds(&shown, cell);
        if grounds[0] != grounds[2] {
            moved.insert(cell.technique.to_string());
        }
    }
    assert_eq!(moved.into_iter().collect::<Vec<_>>(), ["T1059", "T1105", "T1110"]);
    // Of the default gradient the reference has a sample at 50; the middle is the scale of changes.
    let paper = "#fbfbfa";
    let of = |id: &str| grounds(&shown, cell(&cells, id));
    assert_eq!(of("T1047"), ["#fde665", "#f4f4f4", "#fde665"]);
    assert_eq!(of("T1110")[1..], ["#7f3b08", paper]);
    assert_eq!(of("T1105")[..2], [paper, "#0b3c6f"]);
    assert_eq!(of("T1059")[1], "#2f6fb0");
    assert_eq!(of("T1595"), [paper; 3]);
}

#[test]
fn layers_are_shown_in_the_order_of_time() {
    let folder = folder("series");
    write(&folder, "c.json", &layer("coverage_q1_2026", &NEW));
    write(&folder, "2025-12-31.json", &layer("the first", &OLD));
    write(&folder, "a.json", &layer("nobody knows when", &NEW));
    write(&folder, "b.json", &layer("2026-02-01", &[]));
    let input = folder.to_string_lossy().into_owned();
    let gif = folder.join("out.gif");
    let output = coverlay(&["render", &input, "-o", &gif.to_string_lossy()]);
    assert_eq!(code(&output), Some(0), "{}", errors(&output));
    assert!(errors(&output).contains("'nobody knows when' is left out"), "{}", errors(&output));
    let shown = show(&std::fs::read(&gif).expect("written"));
    assert_eq!((shown.width, shown.height, shown.frames.len()), (1280, 720, 3));
    // T1110 stands in the first only, T1105 in the last only: the order is that of time.
    let cells = cells(&[standing(&OLD), standing(&[]), standing(&NEW)], false);
    let shows = |id: &str| {
        let grounds = grounds(&shown, cell(&cells, id));
        grounds.iter().map(|ground| ground != "#fbfbfa").collect::<Vec<_>>()
    };
    assert_eq!(shows("T1110"), [true, false, false]);
    assert_eq!(shows("T1105"), [false, false, true]);
    assert_eq!(shows("T1047"), [true, false, true]);

    let svg = folder.join("trend.svg");
    let output = coverlay(&["render", &input, "--trend", "-q", "-o", &svg.to_string_lossy()]);
    assert_eq!(code(&output), Some(0), "{}", errors(&output));
    let svg = std::fs::read_to_string(&svg).expect("written");
    for told in ["2025-12-31 to 2026-03-31", "Without a date: nobody knows when.", "4 of 222"] {
        assert!(svg.contains(told), "{told}");
    }
}

#[test]
fn one_layer_is_shown_as_it_is() {
    let folder = folder("one_layer");
    let path = write(&folder, "layer.json", &layer("Purple & co", &OLD));
    for name in ["out.svg", "out.png", "out.gif"] {
        let out = folder.join(name).to_string_lossy().into_owned();
        let output = coverlay(&["render", &path, "-o", &out, "--theme", "dark"]);
        assert_eq!((code(&output), errors(&output)), (Some(0), String::new()));
        let bytes = std::fs::read(&out).expect("written");
        match name {
            "out.svg" => {
                let svg = String::from_utf8(bytes).expect("text");
                assert!(svg.contains("Purple &amp; co") && svg.contains("score 0 to 100 · 4"));
            }
            "out.png" => assert!(bytes.starts_with(b"\x89PNG")),
            _ => assert_eq!(show(&bytes).frames.len(), 1),
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_wrong_usage() {
    let folder = folder("wrong");
    let one = write(&folder, "one.json", &layer("one", &OLD));
    let two = write(&folder, "two.json", &layer("two", &NEW));
    let foreign =
        write(&folder, "foreign.json", &layer("x", &OLD).replace("enterprise-attack", "mine"));
    let out = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (svg, gif) = (out("o.svg"), out("o.gif"));
    for (arguments, told) in [
        (vec!["render", &one, &two, "-o", &svg], "there are 2 layers, a picture shows one"),
        (vec!["render", &one, &two, "-o", &gif], "none of the inputs has a date"),
        (vec!["render", &one, "-o", &svg, "--trend"], "alone has no course"),
        (vec!["render", &one, &two, "-o", &gif, "--trend"], "a trend is one picture"),
        (vec!["render", &one, "-o", &svg, "--fail-under", "3"], "--fail-under"),
        (vec!["render", &foreign, "-o", &svg], "no domain of ATT&CK"),
        (vec!["render", &one, "-o", "o.bmp"], ".svg, .png or .gif"),
        (vec!["render", "data/sample", "-o", &gif, "--size", "7"], "--size"),
    ] {
        let output = coverlay(&arguments);
        assert_eq!(code(&output), Some(2), "{arguments:?}: {}", errors(&output));
        assert!(errors(&output).contains(told), "{arguments:?}: {}", errors(&output));
    }
    for name in ["o.svg", "o.gif"] {
        assert!(!folder.join(name).exists(), "{name}");
    }
    let missing = coverlay(&["render", "nowhere", "-o", &gif]);
    assert_eq!(code(&missing), Some(3));
}

#[test]
fn the_past_of_the_sample() {
    let folder = folder("quarters");
    let gif = folder.join("out.gif").to_string_lossy().into_owned();
    let output = coverlay(&["render", "data/sample", "-o", &gif, "-q"]);
    assert_eq!(code(&output), Some(0), "{}", errors(&output));
    let quarters = show(&std::fs::read(&gif).expect("written")).frames.len();
    assert!(quarters > 2, "{quarters}");
    let trend = |step: &str| {
        let svg = folder.join("out.svg").to_string_lossy().into_owned();
        let arguments = ["render", "data/sample", "-o", &svg, "--trend", "-q", "--step", step];
        assert_eq!(code(&coverlay(&arguments)), Some(0));
        std::fs::read_to_string(&svg).expect("written")
    };
    let (quarters, months) = (trend("quarter"), trend("month"));
    assert!(quarters.contains("Coverage over time"));
    assert!(quarters.contains("Each point counts the rules of today"));
    assert!(months.len() > quarters.len(), "more points");
}

/// The pictures asked for must stay small enough for a mail.
#[test]
fn moving_pictures_of_sigmahq_are_small() {
    const LARGEST: usize = 3_000_000;
    let corpora = "/work/shared/corpora";
    let sets = ["sigmahq-2022", "sigmahq"].map(|name| format!("{corpora}/{name}.zip"));
    if !sets.iter().all(|path| Path::new(path).exists()) {
        println!("skipped: {corpora} is not there");
        return;
    }
    let folder = folder("sigmahq");
    let gif = folder.join("out.gif").to_string_lossy().into_owned();
    let [second, last] = &sets;
    let layers = [second, last].map(|set| {
        let path = folder.join(format!("{}.json", set.len())).to_string_lossy().into_owned();
        assert_eq!(code(&coverlay(&["layer", set, "-q", "-o", &path])), Some(0));
        path
    });
    for (arguments, frames) in [
        (vec!["diff", second, last, "--format", "gif"], 3),
        (vec!["diff", &layers[0], &layers[1], "--format", "gif", "--theme", "dark"], 3),
        (vec!["render", last], 59),
    ] {
        let start = Instant::now();
        let output = coverlay(&[&arguments[..], &["-q", "-o", &gif]].concat());
        assert_eq!(code(&output), Some(0), "{arguments:?}: {}", errors(&output));
        let bytes = std::fs::read(&gif).expect("written");
        let took = start.elapsed().as_secs_f64();
        println!("{} bytes, {took:.1} s: {}", bytes.len(), arguments.join(" "));
        assert!(bytes.len() <= LARGEST, "{arguments:?}");
        let shown = show(&bytes).frames.len();
        // The past of a rule set grows by a quarter every quarter.
        assert!(if frames == 59 { shown >= 59 } else { shown == frames }, "{shown}");
    }
}
