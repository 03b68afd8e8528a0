//! Coverage over time, for `coverlay render`: as a moving picture and as a trend.

use super::args::{RenderArgs, SizeArg};
use super::diff::convention;
use super::exit::Failure;
use super::film::gif;
use super::render::{Kind, no_gates, one_layer, options};
use super::run::{known_platforms, release, say, today, write};
use super::side::{Known, Side, moment};
use crate::attack::Catalogue;
use crate::coverage::{Scope, Summary};
use crate::heatmap::{self, Palette, Shot, State, TrendOptions, TrendSize, shared_gradient};
use crate::history::{RuleHistory, Snapshot, Trend, Undated, of_rules};
use crate::layer::{Gradient, Layer};
use crate::limits::MAX_GIF_FRAMES;

/// Moments and what they have in common.
struct Series {
    catalogue: Catalogue,
    scope: Scope,
    trend: Trend,
    gradient: Gradient,
    convention: String,
}

/// What the inputs are.
enum Inputs {
    /// Several moments.
    Series(Box<Series>),
    /// One layer, which has no course.
    OneLayer(Box<Layer>),
}

/// `--trend`.
pub(super) fn trend(args: &RenderArgs, kind: Kind, quiet: bool) -> Result<(), Failure> {
    if kind == Kind::Gif {
        let reason =
            "a trend is one picture, .svg or .png; without --trend a .gif shows its moments";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let series = match read(args, quiet)? {
        Inputs::Series(series) => series,
        Inputs::OneLayer(layer) => {
            return Err(Failure::Usage(format!("'{}' alone has no course", layer.name)));
        }
    };
    let options = TrendOptions {
        theme: args.theme.into(),
        size: match args.size {
            Some(SizeArg::Wide1280) => TrendSize::Wide1280,
            Some(SizeArg::Wide3840) => TrendSize::Wide3840,
            Some(SizeArg::Wide1920 | SizeArg::Whole) | None => TrendSize::Wide1920,
        },
        title: args.title.clone().unwrap_or_else(|| "Coverage over time".to_owned()),
    };
    let scene = heatmap::trend(&series.catalogue, &series.trend, &series.scope, &options);
    write(Some(&args.output), &kind.bytes(&scene)?)
}

/// A frame a moment.
pub(super) fn film(args: &RenderArgs, quiet: bool) -> Result<(), Failure> {
    let series = match read(args, quiet)? {
        Inputs::Series(series) => series,
        Inputs::OneLayer(layer) => return one_layer(args, Kind::Gif, &[*layer], quiet),
    };
    let Series { catalogue, scope, trend, gradient, convention } = &*series;
    let count = trend.snapshots.len();
    let subject = args.title.as_deref().unwrap_or("Detection coverage");
    // The latest are the most telling.
    let shown = trend.snapshots.iter().skip(count.saturating_sub(MAX_GIF_FRAMES));
    let captions: Vec<(&Snapshot, String)> = shown
        .zip(count.saturating_sub(MAX_GIF_FRAMES) + 1..)
        .map(|(snapshot, at)| (snapshot, format!("{subject} · {} · {at} of {count}", snapshot.at)))
        .collect();
    let shots: Vec<Shot<'_>> = captions
        .iter()
        .map(|(snapshot, caption)| {
            let standing = &snapshot.standing;
            let state = State { standing, gradient, caption, convention };
            Shot::State(snapshot.name.clone(), state)
        })
        .collect();
    let options = options(args, "", Kind::Gif, today());
    let bytes = gif(&heatmap::film(catalogue, &shots, scope, &options))?;
    write(Some(&args.output), &bytes)
}

fn read(args: &RenderArgs, quiet: bool) -> Result<Inputs, Failure> {
    no_gates(args)?;
    let mut sides = Vec::new();
    for input in &args.input.inputs {
        sides.push(Side::read(input, quiet)?);
    }
    let domain = sides.iter().find_map(Side::domain).unwrap_or(args.input.domain);
    let catalogue = release(domain, args.input.attack.as_deref())?;
    known_platforms(&args.input.platform, &catalogue)?;
    let scope = Scope {
        platforms: args.input.platform.clone(),
        observable_only: args.input.observable_only,
        ..Scope::default()
    };
    let mut known = Vec::new();
    for side in &sides {
        known.push((side, side.know(&args.input, &catalogue, quiet)?));
    }
    let theme = args.theme.into();
    let palette = Palette::new(args.palette.into(), theme);
    if let [(_, Known::Rules(analysis))] = &known[..] {
        let counted = (&analysis.policy, &analysis.scope);
        let (intake, coverage) = (&analysis.intake, &analysis.coverage);
        let step = args.step.into();
        let history =
            of_rules(&analysis.catalogue, intake, coverage, counted, analysis.today, step);
        let convention = format!("{} {}", history.sentence(), Summary::CONVENTION);
        some_dated(&history)?;
        return Ok(Inputs::Series(Box::new(Series {
            catalogue: analysis.catalogue.clone(),
            scope,
            trend: Trend::of_rules(history),
            gradient: shared_gradient(&[], Some(analysis.policy.scale()), &palette),
            convention,
        })));
    }
    let layers: Vec<&Layer> = known
        .iter()
        .flat_map(|(_, known)| match known {
            Known::Layers(layers) => layers.iter().map(|(_, layer)| layer).collect(),
            Known::Rules(_) => Vec::new(),
        })
        .collect();
    let of_rules = known.iter().find_map(|(_, known)| known.scale());
    if let ([only], None) = (&layers[..], of_rules) {
        return Ok(Inputs::OneLayer(Box::new((*only).clone())));
    }
    let gradient = shared_gradient(&layers, of_rules, &palette);
    let trend = of_several(&known, &catalogue, &scope);
    for undated in trend.undated.iter().filter(|_| !quiet) {
        say(&format!("'{}' is left out: {}", undated.name, undated.reason));
    }
    if trend.snapshots.is_empty() {
        return Err(Failure::Usage("none of the inputs has a date".to_owned()));
    }
    let convention = trend.remarks.join(" ");
    Ok(Inputs::Series(Box::new(Series { catalogue, scope, trend, gradient, convention })))
}

fn some_dated(history: &RuleHistory) -> Result<(), Failure> {
    match (history.snapshots.is_empty(), history.undated) {
        (false, _) => Ok(()),
        (true, 0) => Err(Failure::Usage(
            "these rules have no course: nothing is known of what they cover".to_owned(),
        )),
        (true, rules) => {
            Err(Failure::Usage(format!("none of the {rules} counted rules carries a date")))
        }
    }
}

/// Layers each for itself, every set of rules as one moment.
fn of_several(known: &[(&Side, Known)], catalogue: &Catalogue, scope: &Scope) -> Trend {
    let in_scope = |index| scope.includes(catalogue, catalogue.technique(index));
    let (mut snapshots, mut undated) = (Vec::new(), Vec::new());
    for (side, known) in known {
        match known {
            Known::Layers(layers) => {
                for (file, layer) in layers {
                    match Snapshot::of_layer(layer, file, catalogue, &in_scope) {
                        Ok(snapshot) => snapshots.push(snapshot),
                        Err(none) => undated.push(none),
                    }
                }
            }
            Known::Rules(analysis) => {
                let file = side.file_name();
                match moment(analysis, &file) {
                    Ok((at, told)) => {
                        let standing = known.standing(catalogue);
                        let totals = standing.totals(catalogue, &in_scope);
                        let name =
                            if file.contains(&told) { file } else { format!("{file}, {told}") };
                        snapshots.push(Snapshot { at, name, standing, totals });
                    }
                    Err(reason) => undated.push(Undated { name: file, reason }),
                }
            }
        }
    }
    let mut remarks: Vec<String> = Vec::new();
    for (_, known) in known {
        let sentence = convention(known);
        if !remarks.iter().any(|known| known == sentence) {
            remarks.push(sentence.to_owned());
        }
    }
    Trend { undated, ..Trend::of_snapshots(snapshots, remarks) }
}
