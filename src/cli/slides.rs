//! `coverlay render --slide`.

use super::args::{RenderArgs, SizeArg, SlideArg, SlideArgs};
use super::exit::Failure;
use super::gaps::profile_file;
use super::gates::gates;
use super::render::Kind;
use super::run::{Analysis, analyse, say, write};
use super::side::Side;
use crate::coverage::{Grouping, platform_views};
use crate::export::rules_zip;
use crate::gaps::{GapList, GapsAsked, PriorityPolicy, Profile};
use crate::heatmap::slide::{
    Changed, Counted, Course, Deck, NoSlide, SlideKind, SlideOptions, SlideSize, since_last_quarter,
};
use crate::heatmap::{Logo, Palette};
use crate::history::{Step, Trend, of_rules, standing};
use crate::layer::{Comparison, compare};
use crate::limits::MAX_LOGO_BYTES;
use crate::pipeline::Options;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// The score below which a technique is weak, as in `coverlay gaps`.
const WEAK: u8 = 80;

/// Where they go.
enum Output {
    /// One, as a picture.
    Picture(Kind),
    /// Any number, as PNGs.
    Zip,
}

pub(super) fn slides(args: &RenderArgs, quiet: bool) -> Result<(), Failure> {
    let kinds = kinds(&args.slides.slide);
    let output = output(&args.output, &kinds)?;
    let size = size(args.size)?;
    if args.slides.old.is_some() && !kinds.contains(&SlideKind::Changes) {
        return Err(Failure::Usage("--old is for the slide 'changes'".to_owned()));
    }
    // What is wrong with these is told before anything large is read.
    let logo = args.slides.logo.as_deref().map(logo).transpose()?;
    let profile = profile_file(args.slides.profile.as_deref())?;

    let analysis = analyse(&args.input, Options::default(), quiet)?;
    let theme = args.theme.into();
    let options = SlideOptions {
        theme,
        palette: Palette::new(args.palette.into(), theme).with_patterns(args.patterns),
        size,
        title: args.title.clone().unwrap_or_default(),
        footer: args.slides.footer.clone().unwrap_or_default(),
        logo: logo.map(Arc::new),
        date: analysis.today,
    };
    let states = States::of(args, &analysis, &kinds, quiet)?;
    let scenes = scenes(&analysis, &profile, &states, &kinds, &options);

    let mut files = Vec::new();
    let count = scenes.len();
    for (kind, scene) in scenes {
        match (scene, &output) {
            (Ok(scene), Output::Picture(picture)) => {
                write(Some(&args.output), &picture.bytes(&scene)?)?;
            }
            (Ok(scene), Output::Zip) => {
                files.push((format!("{}.png", kind.file_stem()), Kind::Png.bytes(&scene)?));
            }
            (Err(reason), Output::Picture(_)) => return Err(none(kind, reason)),
            (Err(reason), Output::Zip) if count == 1 => return Err(none(kind, reason)),
            (Err(reason), Output::Zip) => {
                if !quiet {
                    say(&none(kind, reason).to_string());
                }
            }
        }
    }
    if let Output::Zip = output {
        if files.is_empty() {
            return Err(Failure::Usage("none of the slides has anything to show".to_owned()));
        }
        let zip = rules_zip::write(files).map_err(|error| Failure::Usage(error.to_string()))?;
        write(Some(&args.output), &zip)?;
    }
    gates(&args.input, &analysis)
}

/// Each once, in the order they are shown in.
fn kinds(asked: &[SlideArg]) -> Vec<SlideKind> {
    let is_asked = |kind: &SlideKind| {
        asked.iter().any(|asked| match asked {
            SlideArg::All => true,
            SlideArg::Matrix => *kind == SlideKind::Matrix,
            SlideArg::Tactics => *kind == SlideKind::Tactics,
            SlideArg::Platforms => *kind == SlideKind::Platforms,
            SlideArg::Gaps => *kind == SlideKind::Gaps,
            SlideArg::Changes => *kind == SlideKind::Changes,
            SlideArg::Trend => *kind == SlideKind::Trend,
        })
    };
    SlideKind::ALL.into_iter().filter(is_asked).collect()
}

fn output(path: &Path, kinds: &[SlideKind]) -> Result<Output, Failure> {
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let output = match extension.as_deref() {
        Some("zip") => return Ok(Output::Zip),
        Some("png") => Output::Picture(Kind::Png),
        Some("svg") => Output::Picture(Kind::Svg),
        _ => {
            let path = path.display();
            let reason = format!("{path}: a slide is .png or .svg, several are a .zip");
            return Err(Failure::Usage(reason));
        }
    };
    match kinds {
        [_] => Ok(output),
        several => Err(Failure::Usage(format!(
            "{}: {} slides are a .zip; one is a picture",
            path.display(),
            several.len()
        ))),
    }
}

fn size(asked: Option<SizeArg>) -> Result<SlideSize, Failure> {
    match asked {
        None | Some(SizeArg::Wide1920) => Ok(SlideSize::Wide1920),
        Some(SizeArg::Wide3840) => Ok(SlideSize::Wide3840),
        Some(SizeArg::Wide1280 | SizeArg::Whole) => {
            Err(Failure::Usage("slides are of --size 1920 or 3840".to_owned()))
        }
    }
}

fn logo(path: &Path) -> Result<Logo, Failure> {
    let mut bytes = Vec::new();
    // One more than allowed tells that it is too large.
    let most = u64::try_from(MAX_LOGO_BYTES).unwrap_or(u64::MAX).saturating_add(1024);
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| Failure::Usage(format!("--logo {}: {error}", path.display())))?;
    Logo::read(&path.display().to_string(), &bytes)
        .map_err(|error| Failure::Usage(format!("--logo {error}")))
}

/// Other moments than now.
struct States {
    trend: Option<Trend>,
    changed: Option<(Comparison, Vec<String>)>,
}

impl States {
    fn of(
        args: &RenderArgs,
        analysis: &Analysis,
        kinds: &[SlideKind],
        quiet: bool,
    ) -> Result<Self, Failure> {
        let SlideArgs { old, .. } = &args.slides;
        let Analysis { catalogue, intake, coverage, policy, scope, today, .. } = analysis;
        let wants = |kind| kinds.contains(&kind);
        let needs_past = wants(SlideKind::Trend) || wants(SlideKind::Changes) && old.is_none();
        let trend = needs_past.then(|| {
            let counted = (policy, scope);
            Trend::of_rules(of_rules(catalogue, intake, coverage, counted, *today, Step::Quarter))
        });
        let changed = match old {
            _ if !wants(SlideKind::Changes) => None,
            Some(old) => Some(since(args, old, analysis, quiet)?),
            None => trend.as_ref().and_then(|trend| {
                let comparison = since_last_quarter(trend, catalogue, scope)?;
                Some((comparison, trend.remarks.iter().take(1).cloned().collect()))
            }),
        };
        Ok(Self { trend, changed })
    }
}

/// Against `--old`.
fn since(
    args: &RenderArgs,
    old: &Path,
    analysis: &Analysis,
    quiet: bool,
) -> Result<(Comparison, Vec<String>), Failure> {
    let Analysis { catalogue, coverage, scope, .. } = analysis;
    let side = Side::read(old, quiet)?;
    let before = side.know(&args.input, catalogue, quiet)?.standing(catalogue);
    let now = standing(coverage, catalogue, catalogue);
    let new = match args.input.inputs.as_slice() {
        [one] => file_name(one),
        several => format!("{} inputs", several.len()),
    };
    let in_scope = |index| scope.includes(catalogue, catalogue.technique(index));
    let names = [side.file_name(), new];
    Ok((compare(&before, &now, names, 50.0, catalogue, &in_scope), Vec::new()))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

type Made = Vec<(SlideKind, Result<crate::heatmap::Scene, NoSlide>)>;

fn scenes(
    analysis: &Analysis,
    profile: &Profile,
    states: &States,
    kinds: &[SlideKind],
    options: &SlideOptions,
) -> Made {
    let Analysis { catalogue, intake, coverage, policy, scope, .. } = analysis;
    let gaps = GapList::of(&GapsAsked {
        catalogue,
        intake,
        coverage,
        profile,
        enrichment: None,
        policy: PriorityPolicy::default(),
        threshold: WEAK,
    });
    let platforms = platform_views(catalogue, intake, coverage, Grouping::Families);
    let deck = Deck {
        counted: Counted { catalogue, coverage, policy, scope },
        platforms: &platforms,
        gaps: &gaps,
        changed: states.changed.as_ref().map(|(comparison, remarks)| Changed {
            catalogue,
            scope,
            comparison,
            remarks,
        }),
        course: states.trend.as_ref().map(|trend| Course { catalogue, scope, trend }),
    };
    kinds.iter().map(|kind| (*kind, deck.slide(*kind, options))).collect()
}

/// Why a slide is not made, and what would help.
fn none(kind: SlideKind, reason: NoSlide) -> Failure {
    let remedy = match reason {
        NoSlide::NoSecondState => "; give one with --old, or rules with dates",
        NoSlide::NoDates => "; give the rules dates (`date: 2026-01-31`)",
        NoSlide::NothingInScope => "; look at --platform",
        NoSlide::SaysNothing | NoSlide::NoGaps | NoSlide::NoPlatforms => "",
    };
    Failure::Usage(format!("no slide '{}': {reason}{remedy}", kind.as_str()))
}
