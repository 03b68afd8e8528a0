//! `coverlay render -o FILE.xlsx`.

use super::args::RenderArgs;
use super::exit::Failure;
use super::run::{analyse, gates, write};
use crate::export::workbook::{WorkbookOptions, of_coverage};
use crate::export::xlsx;
use crate::heatmap::Palette;
use crate::pipeline::Options;

/// The coverage as a workbook, with those of the picture's options that concern it.
pub(super) fn render(args: &RenderArgs, quiet: bool) -> Result<(), Failure> {
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
    let bytes = xlsx::write(&workbook).map_err(|error| Failure::Usage(error.to_string()))?;
    write(Some(&args.output), &bytes)?;
    gates(&args.input, &analysis)
}
