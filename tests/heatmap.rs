//! Colours, legend and pictures of matrices made by hand.

mod toy;

use coverlay::attack::Catalogue;
use coverlay::coverage::{Coverage, LevelScore, Policy, Scale, Scope, Score};
use coverlay::export::svg;
use coverlay::heatmap::{
    CellPaint, Expansion, LegendKind, Mark, Painter, Palette, PaletteName, PictureOptions, Scene,
    Size, Theme, legend, picture,
};
use coverlay::rule::Intake;

fn options(size: Size, sub_techniques: Expansion) -> PictureOptions {
    PictureOptions {
        theme: Theme::Light,
        palette: Palette::new(PaletteName::Blue, Theme::Light),
        size,
        sub_techniques,
        title: "Coverage of the toy rules".to_owned(),
        date: toy::date(),
        show_scores: true,
        show_ids: false,
    }
}

fn draw(catalogue: &Catalogue, intake: &Intake, options: &PictureOptions) -> Scene {
    let coverage = toy::covered(catalogue, intake);
    picture(catalogue, &coverage, &Policy::default(), &Scope::default(), options)
}

fn paint(text: &str) -> CellPaint {
    let catalogue = toy::three_tactics();
    let coverage = toy::covered(&catalogue, &toy::rules());
    let palette = Palette::new(PaletteName::Blue, Theme::Light);
    Painter::new(&palette, Theme::Light).cell(&catalogue, &coverage, toy::index(&catalogue, text))
}

#[test]
fn cells_say_how_a_technique_is_covered() {
    let blue = Palette::new(PaletteName::Blue, Theme::Light);
    let colour = |score| Some(blue.colour(Score::new(score), Scale::HUNDRED));

    let none = paint("T1071");
    assert_eq!((none.fill, none.lower_edge, none.score), (None, None, None));
    assert!(!none.via_subtechnique && !none.single_rule && none.edge.is_some());

    let single = paint("T1047");
    assert_eq!(single.fill, colour(50));
    assert!(single.single_rule && !single.single_log_source && single.lower_edge.is_none());

    let one_source = paint("T1053");
    assert_eq!(one_source.fill, colour(30));
    assert!(one_source.single_log_source && !one_source.single_rule);

    let parent = paint("T1003");
    assert!(parent.fill.is_none() && parent.via_subtechnique);
    let edge = parent.lower_edge.expect("an edge");
    assert_eq!((Some(edge.colour), edge.covered, edge.total), (colour(80), 1, 2));

    let both = paint("T1059");
    assert_eq!(both.fill, colour(80));
    assert!(!both.via_subtechnique && !both.single_rule && !both.single_log_source);
    assert_eq!(both.lower_edge.map(|edge| (edge.covered, edge.total)), Some((1, 3)));
}

#[test]
fn stale_and_experimental_cells_have_a_dashed_edge() {
    for (id, dashed) in
        [("T1047", true), ("T1003", true), ("T1003.001", true), ("T1053", false), ("T1071", false)]
    {
        let paint = paint(id);
        assert_eq!(paint.dashed, dashed, "{id}");
        let ground = Theme::Light.tokens().ground;
        let contrast = paint.edge.map(|edge| edge.contrast(paint.fill.unwrap_or(ground)));
        // It must be seen on fill and ground; hairlines need not.
        assert_eq!(contrast.is_some_and(|contrast| contrast >= 3.0), dashed, "{id}");
    }
    let catalogue = toy::three_tactics();
    let scene = draw(&catalogue, &toy::rules(), &options(Size::Wide1920, Expansion::All));
    let at = |id: &str| {
        let cell = scene.cells.iter().find(|cell| cell.technique == toy::id(id)).expect("drawn");
        scene.marks.iter().find_map(|mark| match mark {
            Mark::Rect { x, y, dashed, stroke, .. } if (*x, *y) == (cell.x, cell.y) => {
                Some((*dashed, stroke.is_some()))
            }
            _ => None,
        })
    };
    assert_eq!((at("T1047"), at("T1003.001")), (Some((true, true)), Some((true, true))));
    assert_eq!(at("T1053"), Some((false, false)));
    // Two cells of techniques, one of a sub-technique, and two samples of the legend.
    let svg = svg::write(&scene, None);
    assert_eq!(svg.matches("stroke-dasharray").count(), 3 + 2);
    assert!(svg.contains("no rule changed in 2 years · 1"));
    assert!(svg.contains("experimental rules only · 2"));
}

#[test]
fn the_legend_counts_what_is_shown_and_nothing_else() {
    let catalogue = toy::three_tactics();
    let coverage = toy::covered(&catalogue, &toy::rules());
    let palette = Palette::new(PaletteName::Blue, Theme::Light);
    let count = |shown: Vec<_>| {
        legend(&catalogue, &coverage, &palette, Theme::Light, shown)
            .into_iter()
            .map(|entry| (entry.label, entry.count))
            .collect::<Vec<_>>()
    };
    let techniques: Vec<_> =
        catalogue.indices().filter(|index| catalogue.technique(*index).parent.is_none()).collect();
    // T1053 stands in two columns and counts once.
    let twice = [techniques.clone(), techniques].concat();
    let expected = [
        ("no rule", 3),
        ("score 30", 1),
        ("score 50", 1),
        ("score 80", 1),
        ("only via sub-techniques", 1),
        ("edge: share of sub-techniques", 2),
        ("single rule", 1),
        ("several rules, one log source", 1),
        ("no rule changed in 2 years", 1),
        ("experimental rules only", 1),
    ];
    assert_eq!(count(twice), expected.map(|(label, count)| (label.to_owned(), count)));
    assert_eq!(count(Vec::new()), []);
}

#[test]
fn many_scores_share_bands() {
    let catalogue = toy::three_tactics();
    let mut table = coverlay::coverage::LevelTable::default();
    let levels = ["", "informational", "low", "medium", "high", "critical"];
    let mut coverages = Vec::new();
    for (at, level) in levels.iter().enumerate() {
        let score = LevelScore::new(5 + at as u8 * 19).expect("a score");
        table.set(coverlay::rule::Written::level(level).value, score);
        coverages.push(catalogue.techniques[at].id);
    }
    let rules = coverages
        .iter()
        .zip(levels)
        .map(|(id, level)| {
            toy::rule(&id.to_string(), level, "test", "x", &[&format!("attack.{id}")])
        })
        .collect();
    let policy = Policy::Level { table };
    let mut coverage =
        Coverage::compute(&catalogue, &toy::intake(rules), &policy, &Scope::default(), toy::date());
    // Six scores from the levels; a seventh as another policy would give it.
    coverage.techniques[11].score = Some(Score::new(99));
    coverage.techniques[11].state = coverlay::coverage::TechniqueState::Direct;
    let palette = Palette::new(PaletteName::Blue, Theme::Light);
    let entries = legend(&catalogue, &coverage, &palette, Theme::Light, catalogue.indices());
    let bands: Vec<_> = entries
        .iter()
        .filter(|entry| matches!(entry.kind, LegendKind::Score(..)))
        .map(|entry| (entry.label.as_str(), entry.count))
        .collect();
    let expected = [
        ("score 0–19", 1),
        ("score 20–39", 1),
        ("score 40–59", 1),
        ("score 60–79", 1),
        ("score 80–100", 3),
    ];
    assert_eq!(bands, expected);
}

#[test]
fn pictures_of_the_toy_matrix() {
    let catalogue = toy::three_tactics();
    let scene = draw(&catalogue, &toy::rules(), &options(Size::Whole, Expansion::Annotated));
    insta::assert_snapshot!("toy_light", svg::write(&scene, None));
    let dark = PictureOptions {
        theme: Theme::Dark,
        palette: Palette::new(PaletteName::BlueYellowBlack, Theme::Dark),
        show_scores: false,
        show_ids: true,
        ..options(Size::Wide1920, Expansion::Some(vec![toy::id("T1059")]))
    };
    let scene = draw(&catalogue, &toy::rules(), &dark);
    insta::assert_snapshot!("toy_dark", svg::write(&scene, None));
}

/// Everything inside the picture; cells in no other cell.
fn check_geometry(scene: &Scene, what: &str) {
    for mark in &scene.marks {
        let (left, top, right, bottom) = mark.bounds();
        assert!(
            left >= -0.01
                && top >= -0.01
                && right <= scene.width + 0.01
                && bottom <= scene.height + 0.01,
            "{what}: {mark:?} leaves {} × {}",
            scene.width,
            scene.height
        );
    }
    for (at, a) in scene.cells.iter().enumerate() {
        assert!(a.w > 0.0 && a.h > 0.0, "{what}: {a:?}");
        for b in &scene.cells[at + 1..] {
            let apart = a.x + a.w <= b.x + 1e-6
                || b.x + b.w <= a.x + 1e-6
                || a.y + a.h <= b.y + 1e-6
                || b.y + b.h <= a.y + 1e-6;
            assert!(apart, "{what}: {a:?} and {b:?} overlap");
        }
    }
    // Text that stands in a cell stays in it.
    for cell in &scene.cells {
        for mark in scene.marks.iter().filter(|mark| matches!(mark, Mark::Text { .. })) {
            let (left, top, right, bottom) = mark.bounds();
            let starts_inside = left >= cell.x
                && left < cell.x + cell.w
                && bottom > cell.y + 0.3
                && bottom <= cell.y + cell.h;
            assert!(
                !starts_inside || (right <= cell.x + cell.w + 0.02 && top >= cell.y - 0.01),
                "{what}: {mark:?} leaves {cell:?}"
            );
        }
    }
}

#[test]
fn everything_fits_whatever_is_shown() {
    let (large, many) = toy::large();
    let small = (toy::three_tactics(), toy::rules());
    for (name, catalogue, rules) in [("toy", &small.0, &small.1), ("large", &large, &many)] {
        for size in [Size::Wide1280, Size::Wide1920, Size::Wide3840, Size::Whole] {
            for expansion in [Expansion::None, Expansion::Annotated, Expansion::All] {
                let mut options = options(size, expansion.clone());
                options.show_ids = true;
                options.title = "Titel \u{202e}<&>\u{0} 日本語 ".repeat(99);
                let scene = draw(catalogue, rules, &options);
                let what = format!("{name} {size:?} {expansion:?}");
                check_geometry(&scene, &what);
                match size {
                    Size::Wide1280 => assert_eq!((scene.width, scene.height), (1280.0, 720.0)),
                    Size::Wide1920 => assert_eq!((scene.width, scene.height), (1920.0, 1080.0)),
                    Size::Wide3840 => assert_eq!((scene.width, scene.height), (3840.0, 2160.0)),
                    Size::Whole => assert!(scene.cells.iter().all(|cell| cell.h == 34.0)),
                }
                assert!(!scene.title.contains(['\u{202e}', '\0']));
            }
        }
    }
}

#[test]
fn the_tallest_column_shows_all_its_rows() {
    let (catalogue, rules) = toy::large();
    let scene = draw(&catalogue, &rules, &options(Size::Wide1920, Expansion::All));
    let rows = scene.cells.iter().filter(|cell| cell.tactic == 6).count();
    assert_eq!(rows, 30 + 118);
    assert_eq!(scene.cells.len(), catalogue.techniques.len());
    // And every one of them still has its name, or its beginning.
    let names = |part: &str| {
        scene
            .marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Text { text, .. } if text.starts_with(part)))
            .count()
    };
    assert_eq!(names("Unreasonably") + names("Even Longer"), scene.cells.len());
}

#[test]
fn an_empty_matrix_is_a_picture_too() {
    let catalogue = toy::catalogue(&[("execution", "Execution")], &[]);
    for size in [Size::Wide1920, Size::Whole] {
        let scene = draw(&catalogue, &toy::intake(Vec::new()), &options(size, Expansion::All));
        check_geometry(&scene, "empty");
        assert!(scene.cells.is_empty() && scene.width >= 960.0);
    }
}

#[test]
fn what_is_out_of_scope_is_not_drawn() {
    let mut catalogue = toy::three_tactics();
    for technique in &mut catalogue.techniques {
        technique.platforms = vec![u8::from(technique.tactics == [1])];
    }
    let scope = Scope { platforms: vec!["Windows".to_owned()], ..Scope::default() };
    let policy = Policy::default();
    let coverage = Coverage::compute(&catalogue, &toy::rules(), &policy, &scope, toy::date());
    let scene =
        picture(&catalogue, &coverage, &policy, &scope, &options(Size::Wide1920, Expansion::None));
    let shown: Vec<_> = scene.cells.iter().map(|cell| cell.technique.to_string()).collect();
    assert_eq!(shown, ["T1110", "T1003"]);
    assert!(scene.description.contains("Windows"), "{}", scene.description);
}

/// Rules of a format without a mapping: nobody knows what they cover.
#[test]
fn no_mapping_is_not_0_percent() {
    let catalogue = toy::three_tactics();
    let all = toy::rules();
    let rules = all.rules.iter().map(|rule| coverlay::rule::Rule {
        format: coverlay::rule::Format::Sublime,
        tags: Vec::new(),
        ..(**rule).clone()
    });
    let scene =
        draw(&catalogue, &toy::intake(rules.collect()), &options(Size::Whole, Expansion::None));
    let svg = svg::write(&scene, None);
    assert!(svg.contains("– of 7") && svg.contains("no mapping in this format"));
    assert!(!svg.contains("0\u{2009}%"), "{svg}");
}

/// As T1021.007 in Enterprise 19.2, which runs on SaaS where T1021 does not.
#[test]
fn a_sub_technique_in_scope_without_its_technique_is_drawn() {
    let mut catalogue = toy::three_tactics();
    let sub = toy::index(&catalogue, "T1059.001");
    catalogue.techniques[usize::from(sub.0)].platforms = vec![1];
    let scope = Scope { platforms: vec!["Windows".to_owned()], ..Scope::default() };
    let policy = Policy::default();
    let coverage = Coverage::compute(&catalogue, &toy::rules(), &policy, &scope, toy::date());
    for expansion in [Expansion::All, Expansion::Annotated] {
        let options = options(Size::Whole, expansion);
        let scene = picture(&catalogue, &coverage, &policy, &scope, &options);
        let shown: Vec<_> = scene.cells.iter().map(|cell| cell.technique.to_string()).collect();
        assert_eq!(shown, ["T1059.001"]);
        let first = |mark: &&Mark| matches!(mark, Mark::Text { text, .. } if text.starts_with("Command and Scripting"));
        assert_eq!(scene.marks.iter().filter(first).count(), 1);
    }
}

#[cfg(feature = "cli")]
mod pixels {
    use super::*;
    use coverlay::export::png::{PngError, render};

    struct Picture {
        width: u32,
        height: u32,
        bytes: Vec<u8>,
    }

    impl Picture {
        fn of(scene: &Scene) -> Self {
            let bytes = render(scene).expect("a picture");
            let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
            let mut reader = decoder.read_info().expect("a PNG");
            let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
            let info = reader.next_frame(&mut bytes).expect("pixels");
            assert_eq!(info.color_type, png::ColorType::Rgba);
            Self { width: info.width, height: info.height, bytes }
        }

        fn at(&self, x: f64, y: f64) -> coverlay::heatmap::Rgb {
            let at = (y as usize * self.width as usize + x as usize) * 4;
            assert_eq!(self.bytes[at + 3], 255, "opaque");
            coverlay::heatmap::Rgb(self.bytes[at], self.bytes[at + 1], self.bytes[at + 2])
        }
    }

    /// Cells have the colour the page gives them: a pixel near the corner, clear of text, and
    /// one of the lower edge.
    #[test]
    fn cells_have_their_colours() {
        let catalogue = toy::three_tactics();
        let coverage = toy::covered(&catalogue, &toy::rules());
        for theme in [Theme::Light, Theme::Dark] {
            let options = PictureOptions {
                theme,
                palette: Palette::new(PaletteName::Blue, theme),
                ..options(Size::Wide1920, Expansion::All)
            };
            let scene = draw(&catalogue, &toy::rules(), &options);
            let picture = Picture::of(&scene);
            let painter = Painter::new(&options.palette, theme);
            for cell in &scene.cells {
                let index = catalogue.find(cell.technique).expect("live");
                let paint = painter.cell(&catalogue, &coverage, index);
                let expected = paint.fill.unwrap_or(theme.tokens().ground);
                assert_eq!(
                    picture.at(cell.x + cell.w / 2.0, cell.y + 2.5),
                    expected,
                    "{} {theme:?}",
                    cell.technique
                );
                let Some(edge) = paint.lower_edge else { continue };
                let y = cell.y + cell.h - 2.0;
                let filled = picture.at(cell.x + cell.w * edge.share() - 3.0, y);
                assert_eq!(filled == edge.colour, edge.covered > 0, "{}", cell.technique);
                let rest = picture.at(cell.x + cell.w * edge.share() + 3.0, y);
                assert_eq!(rest, expected, "{}", cell.technique);
            }
        }
    }

    #[test]
    fn scale_two_is_the_same_picture_twice_as_large() {
        let catalogue = toy::three_tactics();
        let scene = |size| draw(&catalogue, &toy::rules(), &options(size, Expansion::Annotated));
        let (small, large) = (scene(Size::Wide1920), scene(Size::Wide3840));
        assert_eq!(small.clone().scaled(2.0), large);
        let (small, large) = (Picture::of(&small), Picture::of(&large));
        assert_eq!((small.width, small.height), (1920, 1080));
        assert_eq!((large.width, large.height), (3840, 2160));
    }

    /// Text is drawn, with our font: without one resvg would leave it out.
    #[test]
    fn titles_are_drawn() {
        let catalogue = toy::three_tactics();
        let title = |title: &str| {
            let mut options = options(Size::Wide1920, Expansion::None);
            options.title = title.to_owned();
            let picture = Picture::of(&draw(&catalogue, &toy::rules(), &options));
            let ink = Theme::Light.tokens().ink;
            let (top, bottom) = (20, 48);
            (top..bottom)
                .flat_map(|y| (20..600).map(move |x| (x, y)))
                .filter(|(x, y)| picture.at(f64::from(*x), f64::from(*y)) == ink)
                .count()
        };
        assert_eq!(title(""), 0);
        let (short, long) = (title("Coverage"), title("Coverage Coverage"));
        assert!(short > 200 && long > 2 * short - 40 && long < 2 * short + 40, "{short} {long}");
    }

    #[test]
    fn too_large_a_picture_is_refused() {
        let catalogue = toy::three_tactics();
        let mut scene = draw(&catalogue, &toy::rules(), &options(Size::Wide1920, Expansion::None));
        scene.height = 1e9;
        assert!(matches!(render(&scene), Err(PngError::TooLarge { .. })));
    }
}

/// Each fifth has a pattern of its own, over its colour and under its name; the legend shows it.
#[test]
fn patterns_tell_steps_without_colour() {
    let (catalogue, rules) = (toy::three_tactics(), toy::rules());
    let plain = options(Size::Wide1920, Expansion::All);
    let palette = plain.palette.clone().with_patterns(true);
    let patterned = PictureOptions { palette: palette.clone(), ..plain.clone() };
    let (without, with) = (draw(&catalogue, &rules, &plain), draw(&catalogue, &rules, &patterned));
    assert_eq!(without.cells, with.cells, "nothing moves");
    assert!(with.marks.len() > without.marks.len());

    let coverage = toy::covered(&catalogue, &rules);
    let painter = Painter::new(&palette, Theme::Light);
    let mut seen = std::collections::BTreeSet::new();
    for cell in &with.cells {
        let index = catalogue.find(cell.technique).expect("of the picture");
        let paint = painter.cell(&catalogue, &coverage, index);
        let score = coverage.technique(index).score.map(|score| score.get());
        let wanted = score.filter(|_| paint.fill.is_some());
        let step = paint.pattern.map(|pattern| u32::from(pattern.step.number()));
        assert_eq!(step, wanted.map(|score| (score / 20 + 1).min(5)), "{}", cell.technique);
        let Some(pattern) = paint.pattern else { continue };
        seen.insert(pattern.step.number());
        // Its dots or lines are within the cell, and of its colour.
        let inside = with.marks.iter().filter(|mark| {
            let (left, top, right, bottom) = mark.bounds();
            let of_pattern = match mark {
                Mark::Rect { fill, .. } => *fill == Some(pattern.colour),
                Mark::Line { stroke, .. } => *stroke == pattern.colour,
                _ => false,
            };
            of_pattern
                && left >= cell.x - 1.0
                && top >= cell.y - 1.0
                && right <= cell.x + cell.w + 1.0
                && bottom <= cell.y + cell.h + 1.0
        });
        assert!(inside.count() >= 3, "{}", cell.technique);
    }
    assert!(seen.len() >= 3, "{seen:?}");
    let shown = with.cells.iter().filter_map(|cell| catalogue.find(cell.technique));
    let entries = legend(&catalogue, &coverage, &palette, Theme::Light, shown);
    let told = entries.iter().filter_map(|entry| entry.sample.pattern).map(|p| p.step.number());
    assert_eq!(told.collect::<std::collections::BTreeSet<_>>(), seen);
}
