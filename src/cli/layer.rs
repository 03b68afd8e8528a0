//! `coverlay layer`.

use super::args::LayerArgs;
use super::exit::Failure;
use super::run::{Analysis, analyse, gates, write};
use crate::export::layer_json::{self, LayerOptions};
use crate::export::share;
use crate::heatmap::{Palette, Theme};
use crate::layer::Layer;
use crate::pipeline::Options;

pub(super) fn layer(args: &LayerArgs, quiet: bool) -> Result<(), Failure> {
    let analysis = analyse(&args.input, Options::default(), quiet)?;
    let layer = if args.share {
        share::layer(&analysis.catalogue, &analysis.coverage, analysis.today)
    } else {
        named(args, &analysis)
    };
    let output = args.output.as_ref().map(|path| {
        if path.is_dir() { path.join(layer_json::file_name(analysis.today)) } else { path.clone() }
    });
    write(output.as_deref(), layer_json::to_json(&layer).as_bytes())?;
    gates(&args.input, &analysis)
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
