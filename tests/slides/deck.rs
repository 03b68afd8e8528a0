//! What slides are drawn of: the sample, all three domains, a scope with remarks, and, where it is at
//! hand, SigmaHQ.

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{Coverage, Grouping, Policy, Scope, platform_views};
use coverlay::date::Date;
use coverlay::gaps::{GapList, GapsAsked, PriorityPolicy, Profile};
use coverlay::heatmap::slide::{
    Changed, Counted, Course, Deck, NoSlide, SlideKind, SlideOptions, SlideSize, since_last_quarter,
};
use coverlay::heatmap::{Logo, Palette, PaletteName, Scene, Theme};
use coverlay::history::{Step, Trend, of_rules};
use coverlay::pipeline;
use coverlay::rule::{Intake, Tag, parse_tag};
use coverlay::source::SourceFile;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The slides of one state.
pub(crate) type Made = Vec<(SlideKind, Result<Scene, NoSlide>)>;

pub(crate) fn today() -> Date {
    Date::new(2026, 11, 29).expect("a day")
}

/// Both themes at both sizes, with and without words and logo of one's own.
pub(crate) fn looks(logo: Option<Logo>) -> Vec<SlideOptions> {
    let logo = logo.map(Arc::new);
    let look = |theme, palette, size, own: bool| SlideOptions {
        theme,
        palette: Palette::new(palette, theme),
        size,
        title: if own { "Example Ltd, security operations".to_owned() } else { String::new() },
        footer: if own { "Internal · board of 29 November".to_owned() } else { String::new() },
        logo: logo.clone().filter(|_| own),
        date: today(),
    };
    vec![
        look(Theme::Light, PaletteName::Blue, SlideSize::Wide1920, false),
        look(Theme::Dark, PaletteName::Blue, SlideSize::Wide1920, true),
        look(Theme::Light, PaletteName::RedYellowGreen, SlideSize::Wide3840, true),
        look(Theme::Dark, PaletteName::BlueYellowBlack, SlideSize::Wide1920, false),
    ]
}

/// All slides of all states.
#[allow(dead_code, reason = "each test file uses its part")]
pub(crate) fn all(look: &SlideOptions) -> Vec<(&'static str, Made)> {
    let sample = folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample")));
    let many = Scope {
        platforms: ["Windows", "Linux", "macOS", "IaaS", "SaaS", "Containers"]
            .map(str::to_owned)
            .to_vec(),
        observable_only: true,
        count_disabled: true,
        ..Scope::default()
    };
    let plain = Scope::default();
    let mut made = vec![
        ("sample", slides(Domain::Enterprise, &sample, &plain, look)),
        ("scoped", slides(Domain::Enterprise, &sample, &many, look)),
        ("mobile", slides(Domain::Mobile, &retagged(&sample, "t1398"), &plain, look)),
        ("ics", slides(Domain::Ics, &retagged(&sample, "t0807"), &plain, look)),
    ];
    if let Some(intake) = sigmahq() {
        made.push(("sigmahq", slides(Domain::Enterprise, &intake, &plain, look)));
    }
    made
}

/// The slides of the sample.
#[allow(dead_code, reason = "each test file uses its part")]
pub(crate) fn sample(look: &SlideOptions) -> Made {
    let sample = folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample")));
    slides(Domain::Enterprise, &sample, &Scope::default(), look)
}

/// The files of a zip, read by the crate that reads what people drop.
pub(crate) fn entries(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let archive = rawzip::ZipArchive::from_slice(bytes).expect("a zip");
    let mut files = BTreeMap::new();
    for entry in archive.entries() {
        let entry = entry.expect("an entry");
        let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        let data = archive.get_entry(entry.wayfinder()).expect("its data").data().to_vec();
        files.insert(name, data);
    }
    files
}

fn slides(domain: Domain, intake: &Intake, scope: &Scope, look: &SlideOptions) -> Made {
    let catalogue: &Catalogue = bundled::find(domain, None).expect("whole").expect("built in");
    let (policy, today) = (Policy::default(), today());
    let coverage = Coverage::compute(catalogue, intake, &policy, scope, today);
    let list = GapList::of(&GapsAsked {
        catalogue,
        intake,
        coverage: &coverage,
        profile: &Profile::default(),
        enrichment: None,
        policy: PriorityPolicy::default(),
        threshold: 80,
    });
    let platforms = platform_views(catalogue, intake, &coverage, Grouping::Families);
    let counted = (&policy, scope);
    let history = of_rules(catalogue, intake, &coverage, counted, today, Step::Quarter);
    let trend = Trend::of_rules(history);
    let comparison = since_last_quarter(&trend, catalogue, scope);
    let deck = Deck {
        counted: Counted { catalogue, coverage: &coverage, policy: &policy, scope },
        platforms: &platforms,
        gaps: &list,
        changed: comparison.as_ref().map(|comparison| Changed {
            catalogue,
            scope,
            comparison,
            remarks: &trend.remarks[..1],
        }),
        course: Some(Course { catalogue, scope, trend: &trend }),
    };
    SlideKind::ALL.map(|kind| (kind, deck.slide(kind, look))).to_vec()
}

fn folder(folder: &Path) -> Intake {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("readable").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => files.push(path),
            }
        }
    }
    files.sort();
    let read = |path: PathBuf| SourceFile {
        bytes: std::fs::read(&path).expect("readable"),
        path: path.to_string_lossy().into_owned(),
    };
    let (mut intake, _) = pipeline::import_files(files.into_iter().map(read));
    intake.settle();
    intake
}

/// The rules with another tag, for a domain that the sample has none of.
fn retagged(intake: &Intake, id: &str) -> Intake {
    let mut intake = intake.clone();
    for rule in &mut intake.rules {
        let written = format!("attack.{id}");
        Arc::make_mut(rule).tags =
            vec![Tag { claims: parse_tag(&written), written, line: 1, column: 1 }];
    }
    intake.settle();
    intake
}

#[allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]
fn sigmahq() -> Option<Intake> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join("corpora/sigmahq.zip");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there (set COVERLAY_SHARED)", path.display());
        return None;
    };
    let (mut intake, _) = pipeline::import_files([SourceFile { path: String::new(), bytes }]);
    intake.settle();
    Some(intake)
}
