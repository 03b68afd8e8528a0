//! The steps of the library, natively, on SigmaHQ: `cargo bench --profile cli --bench core`.
//!
//! Needs the rule sets in `COVERLAY_SHARED`; without them it says so and measures nothing.
#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{
    Claims, Coverage, Grouping, Panel, PanelAsked, Policy, Scope, Switchboard, WhatIf, difference,
    platform_views, tactic_views, weakest,
};
use coverlay::date::Date;
use coverlay::export::gaps_json::GapsOf;
use coverlay::export::report::{ReportAsked, csv_set, html, markdown, parts, report, report_paced};
use coverlay::export::report_json::ReportOf;
use coverlay::export::{layer_json, png, svg, xlsx};
use coverlay::gaps::{GapList, GapsAsked, PriorityPolicy, Profile};
use coverlay::heatmap::{
    Expansion, Painter, Palette, PaletteName, PictureOptions, Size, Theme, picture,
};
use coverlay::layer::{self, Edit, Expression, Layer, Placement};
use coverlay::lint::{Subject, examine};
use coverlay::pace::{Pace, Unpaced};
use coverlay::pipeline;
use coverlay::rule::{Intake, Measured, Rule, Share};
use coverlay::source::SourceFile;
use criterion::{Criterion, Throughput};
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

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
    policies(&mut criterion, catalogue, &intake);
    drawing(&mut criterion, catalogue, &intake);
    layers(&mut criterion, catalogue);
    reports(&mut criterion, catalogue, &intake);
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
    let log_sources = intake.rules.iter().take(9).map(|rule| rule.log_source.clone()).collect();
    let what_if = WhatIf { log_sources, ..WhatIf::default() };
    let without = Scope { what_if, ..Scope::default() };
    let scopes =
        [("everything", &scope), ("one platform", &windows), ("without log sources", &without)];
    for (name, scope) in scopes {
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| Coverage::compute(catalogue, black_box(intake), &policy, scope, today()));
        });
    }
    let real = Coverage::compute(catalogue, intake, &policy, &scope, today());
    let other = Coverage::compute(catalogue, intake, &policy, &without, today());
    group.bench_function("difference", |bencher| {
        bencher.iter(|| difference(&real, black_box(&other)))
    });
    group.bench_function("panel", |bencher| {
        bencher.iter(|| Panel::of(catalogue, black_box(&real), &PanelAsked::default()));
    });
    group.bench_function("weakest log sources", |bencher| {
        bencher.iter(|| weakest(catalogue, intake, black_box(&real), &policy));
    });
    group.bench_function("switches", |bencher| {
        bencher.iter(|| Switchboard::of(catalogue, intake, black_box(&real)));
    });
    group.bench_function("platforms", |bencher| {
        bencher.iter(|| platform_views(catalogue, intake, black_box(&real), Grouping::Families));
    });
    group.bench_function("tactics", |bencher| {
        bencher.iter(|| tactic_views(catalogue, black_box(&real)));
    });
    group.finish();
}

/// Runs what never waits.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing waits"),
    }
}

const RULES: usize = 50_000;

/// 50,000 rules: the same ones again and again under other names.
fn many_rules(intake: &Intake) -> Intake {
    let rules = intake.rules.iter().cycle().take(RULES).enumerate().map(|(at, rule)| Rule {
        id: Some(at.to_string()),
        path: format!("{at}/{}", rule.path),
        ..Rule::clone(rule)
    });
    let mut many: Intake = rules.collect();
    many.settle();
    many
}

/// Every policy on 50,000 rules.
fn policies(criterion: &mut Criterion, catalogue: &Catalogue, intake: &Intake) {
    let mut many = many_rules(intake);
    let measured = (0..RULES).step_by(3).map(|at| Measured {
        path: "precision.csv".to_owned(),
        line: 1,
        rule: at.to_string(),
        precision: Share::new((at % 100) as f64 / 100.0),
        false_positives: None,
    });
    many.measured = measured.collect();
    many.settle();
    let scope = Scope::default();
    let claims = Arc::new(at_once(Claims::of(catalogue, &many, &Unpaced)));
    let mut group = criterion.benchmark_group("policy");
    group.throughput(Throughput::Elements(RULES as u64));
    group.bench_function("what the rules claim (once an import)", |bencher| {
        bencher.iter(|| at_once(Claims::of(catalogue, black_box(&many), &Unpaced)));
    });
    for policy in Policy::all() {
        let name = format!("{}, {RULES} rules (budget 40 ms)", policy.name());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let (claims, many) = (claims.clone(), black_box(&many));
                at_once(Coverage::compute_paced(
                    catalogue,
                    many,
                    claims,
                    &policy,
                    &scope,
                    today(),
                    &Unpaced,
                ))
            });
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

/// A layer of 900 cells as the Navigator writes it: one entry a cell, with what an entry can say.
fn layer_text(catalogue: &Catalogue, number: usize) -> String {
    let cells = catalogue.indices().flat_map(|index| {
        let technique = catalogue.technique(index);
        technique.tactics.iter().map(move |tactic| (technique.id, usize::from(*tactic)))
    });
    let cells: Vec<_> = cells.collect();
    // The matrix has 872; the first stand twice, as in merged files.
    let entries = cells.iter().cycle().take(900).enumerate().map(|(at, (id, tactic))| {
        serde_json::json!({
            "techniqueID": id.to_string(), "tactic": catalogue.tactics[*tactic].shortname,
            "score": (at * 7 + number * 13) % 101, "color": "", "enabled": at % 50 != 0,
            "comment": format!("Rule {at} of the team; another rule; a third one with a long name"),
            "metadata": [{"name": "owner", "value": "blue team"}], "links": [],
            "showSubtechniques": false,
        })
    });
    let layer = serde_json::json!({
        "name": format!("layer {number}"), "domain": catalogue.domain.as_str(),
        "versions": {"attack": "19", "navigator": "5.3.2", "layer": "4.5"},
        "techniques": entries.collect::<Vec<_>>(),
        "gradient": {"colors": ["#ff6666", "#ffe766", "#8ec843"], "minValue": 0, "maxValue": 100},
    });
    layer.to_string()
}

/// Layers opened, combined, edited and written.
fn layers(criterion: &mut Criterion, catalogue: &Catalogue) {
    let texts: Vec<String> = (0..60).map(|number| layer_text(catalogue, number)).collect();
    let read = || -> Vec<Layer> {
        let read = texts.iter().map(|text| layer::read("layer.json", text).expect("a layer"));
        read.flat_map(|read| read.value).collect()
    };
    let layers = read();
    let entries: usize = layers.iter().map(|layer| layer.techniques.entries.len()).sum();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} layers: {entries} entries, {bytes} bytes", layers.len());
    let mut group = criterion.benchmark_group("layers");
    group.bench_function("read 60 of 900 entries (budget 1.5 s)", |bencher| bencher.iter(read));
    group.bench_function("place one", |bencher| {
        bencher.iter(|| Placement::of(black_box(&layers[0]), catalogue));
    });
    let average: Vec<String> = (0..26).map(layer::layer_letter).collect();
    for (count, text) in [(2, "a - b".to_owned()), (26, format!("avg({})", average.join(", ")))] {
        let expression = Expression::parse(&text, count).expect("an expression");
        group.bench_function(format!("combine {count} (budget 50 ms)"), |bencher| {
            bencher.iter(|| {
                layer::combine(&expression, &text, black_box(&layers[..count]), "x", catalogue)
            });
        });
    }
    let all = Placement::of(&layers[0], catalogue).cells.into_keys().collect();
    group.bench_function("edit all cells", |bencher| {
        let edit = Edit::Score(Some(5.into()));
        bencher.iter(|| black_box(&layers[0]).edited(&all, &edit, catalogue));
    });
    group.bench_function("write one", |bencher| {
        bencher.iter(|| layer::written(vec![black_box(&layers[0]).clone()], Some(catalogue), true));
    });
    group.finish();
}

/// The times between two pauses.
struct Watch(Cell<Instant>, RefCell<Vec<Duration>>);

impl Watch {
    fn new() -> Self {
        Self(Cell::new(Instant::now()), RefCell::default())
    }

    /// The four longest, the one that nobody ended with a pause among them.
    fn longest(&self) -> Vec<Duration> {
        let mut all = self.1.borrow().clone();
        all.push(self.0.get().elapsed());
        all.sort_by(|a, b| b.cmp(a));
        all.truncate(4);
        all
    }
}

impl Pace for Watch {
    async fn pause(&self) {
        self.1.borrow_mut().push(self.0.get().elapsed());
        self.0.set(Instant::now());
    }
}

/// The report as a document and as each of its files.
fn reports(criterion: &mut Criterion, catalogue: &Catalogue, intake: &Intake) {
    let (policy, scope, profile) = (Policy::default(), Scope::default(), Profile::default());
    let many = many_rules(intake);
    for (name, intake) in [("SigmaHQ", intake), ("50,000 rules", &many)] {
        let coverage = Coverage::compute(catalogue, intake, &policy, &scope, today());
        let list = GapList::of(&GapsAsked {
            catalogue,
            intake,
            coverage: &coverage,
            profile: &profile,
            enrichment: None,
            policy: PriorityPolicy::default(),
            threshold: 80,
        });
        let lint = examine(&Subject {
            intake,
            catalogue,
            others: &[],
            claims: &coverage.claims,
            today: today(),
        });
        let asked = |all_rows| ReportAsked {
            of: ReportOf {
                catalogue,
                coverage: &coverage,
                intake,
                policy: &policy,
                scope: &scope,
                asked: PanelAsked::default(),
                detections: None,
            },
            gaps: Some(GapsOf {
                catalogue,
                coverage: &coverage,
                scoring: &policy,
                profile: &profile,
                enrichment: None,
                list: &list,
                gaps: &list.gaps,
                unlock: &[],
                advice: None,
            }),
            lint: Some(&lint),
            all_rows,
        };
        for (what, all_rows) in [("shown", false), ("all", true)] {
            let watch = Watch::new();
            let made = at_once(report_paced(&asked(all_rows), &watch));
            let longest = watch.longest();
            let rows: usize = made.sections.iter().map(|section| section.rows.len()).sum();
            println!("report, {name}, {what} rows: {rows}; longest pieces {longest:?}");
        }
        let (few, all) = (report(&asked(false)), report(&asked(true)));
        let watch = Watch::new();
        let mut head = all.clone();
        watch.0.set(Instant::now());
        let pieces = at_once(parts::parted(&mut head, &watch)).expect("it can be said");
        let bytes: usize = pieces.iter().map(Vec::len).sum();
        println!("report, {name}, in parts: {bytes} bytes; longest pieces {:?}", watch.longest());
        let mut group = criterion.benchmark_group(format!("report of {name}"));
        group.bench_function("document, rows that are shown", |bencher| {
            bencher.iter(|| report(black_box(&asked(false))));
        });
        group.bench_function("document, all rows", |bencher| {
            bencher.iter(|| report(black_box(&asked(true))));
        });
        group.bench_function("HTML", |bencher| bencher.iter(|| html::write(&few, None)));
        group.bench_function("Markdown", |bencher| bencher.iter(|| markdown::write(&few)));
        group.bench_function("CSV files", |bencher| {
            bencher.iter(|| csv_set::write(&all).expect("it fits"));
        });
        group.bench_function("workbook", |bencher| {
            bencher.iter(|| xlsx::report::write(&all).expect("it fits"));
        });
        group.finish();
    }
}
