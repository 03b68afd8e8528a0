//! `coverlay diff`.

use super::args::{DiffArgs, DiffFormat, InputArgs};
use super::exit::Failure;
use super::film;
use super::run::{known_platforms, release, today, write};
use super::side::{Known, Side, moment};
use crate::attack::{Catalogue, Domain, TechniqueId};
use crate::coverage::{Scope, Summary};
use crate::export::diff;
use crate::heatmap::{
    Palette, PaletteName, PictureOptions, Shot, State, film as pictures, shared_gradient,
};
use crate::history::{LAYER_CONVENTION, Snapshot};
use crate::layer::{self, Comparison, Layer, Standing};

pub(super) fn diff(args: &DiffArgs, quiet: bool) -> Result<(), Failure> {
    if args.format == DiffFormat::Gif {
        film::not_to_a_terminal("a picture", args.output.as_deref())?;
    }
    if [&args.old, &args.new].iter().all(|path| path.as_os_str() == "-") {
        return Err(Failure::Usage("standard input can be only one of the two".to_owned()));
    }
    let sides = [Side::read(&args.old, quiet)?, Side::read(&args.new, quiet)?];
    let said = sides.iter().find_map(Side::domain);
    let domain = args.domain.or(said).unwrap_or(Domain::Enterprise);
    let catalogue = release(domain, args.attack.as_deref())?;
    known_platforms(&args.platform, &catalogue)?;
    let input = input(args, domain);
    let [old, new] = &sides;
    let known = [old.know(&input, &catalogue, quiet)?, new.know(&input, &catalogue, quiet)?];
    let [old, new] = [&known[0], &known[1]].map(|known| known.standing(&catalogue));
    let scope = Scope { platforms: args.platform.clone(), ..Scope::default() };
    let comparison = layer::compare(
        &old,
        &new,
        [(&args.old_name, &args.old), (&args.new_name, &args.new)]
            .map(|(name, path)| name.clone().unwrap_or_else(|| path.display().to_string())),
        args.threshold,
        &catalogue,
        &|index| scope.includes(&catalogue, catalogue.technique(index)),
    );
    let bytes = match args.format {
        DiffFormat::Text => diff::text(&comparison, &catalogue).into_bytes(),
        DiffFormat::Json => diff::json(&comparison),
        DiffFormat::Md => diff::markdown(&comparison, &catalogue).into_bytes(),
        DiffFormat::Slack => diff::slack(&comparison, &catalogue),
        DiffFormat::Gif => {
            let shown = [(&sides[0], &known[0], &old), (&sides[1], &known[1], &new)];
            gif(args, &catalogue, &scope, shown, &comparison)?
        }
    };
    write(args.output.as_deref(), &bytes)?;
    match comparison.lost.len() {
        lost @ 1.. if args.fail_on_lost => Err(Failure::Gate(format!(
            "{lost} of {} techniques and sub-techniques that were covered are covered no more: {}; --fail-on-lost asks for 0",
            lost + comparison.kept.len(),
            named(&comparison.lost)
        ))),
        _ => Ok(()),
    }
}

/// The first of them.
fn named(ids: &[TechniqueId]) -> String {
    let mut named: Vec<String> = ids.iter().take(5).map(TechniqueId::to_string).collect();
    if ids.len() > named.len() {
        named.push("…".to_owned());
    }
    named.join(", ")
}

/// Before, what changed, now.
fn gif(
    args: &DiffArgs,
    catalogue: &Catalogue,
    scope: &Scope,
    sides: [(&Side, &Known, &Standing); 2],
    comparison: &Comparison,
) -> Result<Vec<u8>, Failure> {
    let layers: Vec<&Layer> = sides
        .iter()
        .flat_map(|(_, known, _)| match known {
            Known::Layers(layers) => layers.iter().map(|(_, layer)| layer).collect(),
            Known::Rules(_) => Vec::new(),
        })
        .collect();
    let of_rules = sides.iter().find_map(|(_, known, _)| known.scale());
    let theme = args.theme.into();
    let palette = Palette::new(PaletteName::Blue, theme);
    let gradient = shared_gradient(&layers, of_rules, &palette);
    let mut named = sides.map(|(side, known, _)| names(side, known, catalogue));
    for (named, given) in named.iter_mut().zip([&args.old_name, &args.new_name]) {
        if let Some(given) = given {
            named.0.clone_from(given);
        }
    }
    let captions = [("Before", &named[0].1), ("Now", &named[1].1)];
    let captions = captions.map(|(what, when)| match when {
        Some(when) => format!("{what} · {when}"),
        None => what.to_owned(),
    });
    let [(_, old_known, old), (_, new_known, new)] = sides;
    let gradient = &gradient;
    let state = |standing, caption, known| State {
        standing,
        gradient,
        caption,
        convention: convention(known),
    };
    let [(old_name, _), (new_name, _)] = &named;
    let shots = [
        Shot::State(old_name.clone(), state(old, &captions[0], old_known)),
        Shot::Change(format!("{old_name} → {new_name}"), comparison),
        Shot::State(new_name.clone(), state(new, &captions[1], new_known)),
    ];
    let options = PictureOptions {
        theme,
        palette,
        size: args.size.into(),
        sub_techniques: args.subtechniques.into(),
        title: String::new(),
        date: today(),
        show_scores: true,
        show_ids: false,
    };
    film::gif(&pictures(catalogue, &shots, scope, &options))
}

/// What a side is called, and when it was.
fn names(side: &Side, known: &Known, catalogue: &Catalogue) -> (String, Option<String>) {
    let file = side.file_name();
    match known {
        Known::Rules(analysis) => {
            (file.clone(), moment(analysis, &file).ok().map(|(_, told)| told))
        }
        Known::Layers(layers) => match &layers[..] {
            [(path, layer)] => {
                let snapshot = Snapshot::of_layer(layer, path, catalogue, &|_| true);
                let name = if layer.name.trim().is_empty() { file } else { layer.name.clone() };
                (name, snapshot.ok().map(|snapshot| snapshot.at.to_string()))
            }
            several => (file, Some(format!("{} layers together", several.len()))),
        },
    }
}

/// How a side is counted.
pub(super) fn convention(known: &Known) -> &'static str {
    match known {
        Known::Rules(_) => Summary::CONVENTION,
        Known::Layers(_) => LAYER_CONVENTION,
    }
}

fn input(args: &DiffArgs, domain: Domain) -> InputArgs {
    InputArgs {
        inputs: Vec::new(),
        domain,
        attack: args.attack.clone(),
        scoring: args.scoring.clone(),
        platform: args.platform.clone(),
        include_status: args.include_status.clone(),
        include_disabled: args.include_disabled,
        observable_only: false,
        fail_under: None,
        fail_on: Vec::new(),
        max_age: None,
    }
}
