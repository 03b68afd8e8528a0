//! `coverlay layer`.

use super::args::LayerArgs;
use super::exit::Failure;
use super::gates::gates;
use super::run::{Analysis, analyse, write};
use crate::export::layer_json::{self, LayerOptions};
use crate::export::share;
use crate::heatmap::{Palette, Theme};
use crate::layer::Layer;
use crate::pipeline::Options;
use std::path::PathBuf;

pub(super) fn layer(args: &LayerArgs, quiet: bool) -> Result<(), Failure> {
    let analysis = analyse(&args.input, Options::default(), quiet)?;
    let layer = if args.share {
        share::layer(&analysis.catalogue, &analysis.coverage, analysis.today)
    } else {
        named(args, &analysis)
    };
    let output = place(args, &analysis)?;
    write(output.as_deref(), layer_json::to_json(&layer).as_bytes())?;
    gates(&args.input, &analysis)
}

/// The file; `None` is standard output.
fn place(args: &LayerArgs, analysis: &Analysis) -> Result<Option<PathBuf>, Failure> {
    let folder = match (&args.output_dir, &args.output) {
        (Some(folder), _) => {
            std::fs::create_dir_all(folder)
                .map_err(|source| Failure::Output { path: folder.display().to_string(), source })?;
            folder
        }
        (None, Some(path)) if path.is_dir() => path,
        (None, output) => return Ok(output.clone()),
    };
    let Analysis { catalogue, today, .. } = analysis;
    let name = args.name_template.fill(catalogue, *today, args.sprint.as_deref());
    Ok(Some(folder.join(name.map_err(Failure::Usage)?)))
}

/// With everything the layer has room for.
fn named(args: &LayerArgs, analysis: &Analysis) -> Layer {
    let options = LayerOptions {
        name: args.name.clone().unwrap_or_default(),
        description: args.description.clone().unwrap_or_default(),
        // The Navigator opens light.
        palette: Palette::new(args.palette.into(), Theme::Light),
        date: analysis.today,
    };
    layer_json::layer(
        &analysis.catalogue,
        &analysis.coverage,
        &analysis.intake,
        &analysis.policy,
        &analysis.scope,
        &options,
    )
}
