//! The steps of the library, natively, on SigmaHQ: `cargo bench --profile cli --bench core`.
//!
//! Needs the rule sets in `COVERLAY_SHARED`; without them it says so and measures nothing.
#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::export::{layer_json, png, svg};
use coverlay::heatmap::{
    Expansion, Painter, Palette, PaletteName, PictureOptions, Size, Theme, picture,
};
use coverlay::pipeline;
use coverlay::rule::Intake;
use coverlay::source::SourceFile;
use criterion::{Criterion, Throughput};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

fn main() {
    let Some(shared) = std::env::var_os("COVERLAY_SHARED") else {
        println!("not measured: COVERLAY_SHARED names no rule sets (scripts/bench sets it)");
        return;
    };
    let path = Path::new(&shared).join("corpora/sigmahq.zip");
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            println!("not measured: {}: {error}", path.display());
            return;
        }
    };
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let intake = reading(&mut criterion, &bytes);
    let catalogue = bundled::find(Domain::Enterprise, None).expect("readable").expect("built in");
    scoring(&mut criterion, catalogue, &intake);
    drawing(&mut criterion, catalogue, &intake);
    criterion.final_summary();
}

/// From a zip to rules.
fn reading(criterion: &mut Criterion, bytes: &[u8]) -> Intake {
    let read = || {
        let file = SourceFile { path: "sigmahq.zip".to_owned(), bytes: bytes.to_vec() };
        let (mut intake, _) = pipeline::import_files([file]);
        intake.settle();
        intake
    };
    let intake = read();
    println!("sigmahq.zip: {} rules, {} bytes", intake.rules.len(), bytes.len());
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Elements(intake.rules.len() as u64));
    group.bench_function("sigmahq.zip, rules", |bencher| bencher.iter(read));
    group.finish();
    intake
}

/// A fixed day, so that the work is always the same.
fn today() -> Date {
    Date::new(2026, 1, 1).expect("a day")
}

/// What every change of a control computes anew.
fn scoring(criterion: &mut Criterion, catalogue: &Catalogue, intake: &Intake) {
    let (policy, scope) = (Policy::default(), Scope::default());
    let windows = Scope { platforms: vec!["Windows".to_owned()], ..Scope::default() };
    let mut group = criterion.benchmark_group("score");
    for (name, scope) in [("everything", &scope), ("one platform", &windows)] {
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| Coverage::compute(catalogue, black_box(intake), &policy, scope, today()));
        });
    }
    group.finish();
}

/// From coverage to colours, marks and files.
fn drawing(criterion: &mut Criterion, catalogue: &Catalogue, intake: &Intake) {
    let (policy, scope) = (Policy::default(), Scope::default());
    let coverage = Coverage::compute(catalogue, intake, &policy, &scope, today());
    let theme = Theme::Light;
    let palette = Palette::new(PaletteName::Blue, theme);
    let options = PictureOptions {
        theme,
        palette: palette.clone(),
        size: Size::Wide3840,
        sub_techniques: Expansion::None,
        title: "SigmaHQ".to_owned(),
        date: today(),
        show_scores: false,
        show_ids: true,
    };
    let scene = picture(catalogue, &coverage, &policy, &scope, &options);
    let layer_options = layer_json::LayerOptions {
        name: "SigmaHQ".to_owned(),
        description: String::new(),
        palette: palette.clone(),
        date: options.date,
    };

    let mut group = criterion.benchmark_group("draw");
    group.bench_function("colours of all cells", |bencher| {
        bencher.iter(|| {
            let painter = Painter::new(&palette, theme);
            catalogue
                .indices()
                .map(|index| painter.cell(catalogue, &coverage, index))
                .collect::<Vec<_>>()
        });
    });
    group.bench_function("picture 3840", |bencher| {
        bencher.iter(|| picture(catalogue, &coverage, &policy, &scope, black_box(&options)));
    });
    group
        .bench_function("SVG 3840", |bencher| bencher.iter(|| svg::write(black_box(&scene), None)));
    group.bench_function("PNG 3840", |bencher| {
        bencher.iter(|| png::render(black_box(&scene)).expect("a picture"))
    });
    group.bench_function("layer JSON", |bencher| {
        bencher.iter(|| {
            layer_json::to_json(&layer_json::layer(
                catalogue,
                &coverage,
                intake,
                &policy,
                &scope,
                &layer_options,
            ))
        });
    });
    group.finish();
}
