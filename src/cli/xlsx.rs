//! `coverlay render -o FILE.xlsx`.

use super::args::RenderArgs;
use super::exit::Failure;
use super::gates::gates;
use super::render::{no_gates, only_layers};
use super::run::{analyse, release, today, write};
use crate::export::layer_workbook::of_layers;
use crate::export::workbook::{Workbook, WorkbookOptions, of_coverage};
use crate::export::xlsx;
use crate::heatmap::Palette;
use crate::layer::Layer;
use crate::pipeline::Options;

fn save(args: &RenderArgs, workbook: &Workbook) -> Result<(), Failure> {
    let bytes = xlsx::write(workbook).map_err(|error| Failure::Usage(error.to_string()))?;
    write(Some(&args.output), &bytes)
}

/// Layers, a sheet each; all of one domain.
fn layers(args: &RenderArgs, layers: &[Layer]) -> Result<(), Failure> {
    no_gates(args)?;
    let domain = layers.iter().find_map(Layer::attack_domain);
    let domain =
        domain.filter(|domain| layers.iter().all(|layer| layer.attack_domain() == Some(*domain)));
    let domain = domain.ok_or_else(|| {
        Failure::Usage("the layers are not all of one domain of ATT&CK".to_owned())
    })?;
    let catalogue = release(domain, args.input.attack.as_deref())?;
    save(args, &of_layers(&catalogue, layers, today(), true))
}

/// The coverage as a workbook, with those of the picture's options that concern it.
pub(super) fn render(args: &RenderArgs, quiet: bool) -> Result<(), Failure> {
    if let Some(found) = only_layers(args, quiet)? {
        return layers(args, &found);
    }
    let analysis = analyse(&args.input, Options::default(), quiet)?;
    let options = WorkbookOptions {
        title: args.title.clone().unwrap_or_else(|| "Detection coverage".to_owned()),
        palette: Palette::new(args.palette.into(), args.theme.into()),
        sub_techniques: args.subtechniques.into(),
        date: analysis.today,
        show_scores: true,
        show_ids: false,
    };
    let workbook = of_coverage(
        &analysis.catalogue,
        &analysis.coverage,
        &analysis.intake,
        &analysis.policy,
        &analysis.scope,
        &options,
    );
    save(args, &workbook)?;
    gates(&args.input, &analysis)
}
