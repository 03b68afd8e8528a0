//! `coverlay render`.

use super::args::{PaletteArg, RenderArgs, SizeArg, SubTechniquesArg, ThemeArg};
use super::exit::Failure;
use super::run::{analyse, gates, write};
use crate::export::{png, svg};
use crate::heatmap::{Expansion, Palette, PaletteName, PictureOptions, Size, Theme, picture};
use crate::pipeline::Options;

/// What the file name asks for.
enum Kind {
    Png,
    Svg,
}

pub(super) fn render(args: &RenderArgs, quiet: bool) -> Result<(), Failure> {
    let extension = args.output.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let kind = match extension.as_deref() {
        Some("png") => Kind::Png,
        Some("svg") => Kind::Svg,
        Some("xlsx") => return super::xlsx::render(args, quiet),
        _ => {
            let path = args.output.display();
            return Err(Failure::Usage(format!(
                "{path}: a picture is .svg or .png, a workbook .xlsx"
            )));
        }
    };
    let analysis = analyse(&args.input, Options::default(), quiet)?;
    let theme = args.theme.into();
    let options = PictureOptions {
        theme,
        palette: Palette::new(args.palette.into(), theme),
        size: args.size.into(),
        sub_techniques: args.subtechniques.into(),
        title: args.title.clone().unwrap_or_else(|| "Detection coverage".to_owned()),
        date: analysis.today,
        show_scores: true,
        show_ids: false,
    };
    let scene = picture(
        &analysis.catalogue,
        &analysis.coverage,
        &analysis.policy,
        &analysis.scope,
        &options,
    );
    let bytes = match kind {
        Kind::Svg => svg::write(&scene, Some(svg::FONTS)).into_bytes(),
        Kind::Png => png::render(&scene).map_err(|error| Failure::Usage(error.to_string()))?,
    };
    write(Some(&args.output), &bytes)?;
    gates(&args.input, &analysis)
}

impl From<PaletteArg> for PaletteName {
    fn from(palette: PaletteArg) -> Self {
        match palette {
            PaletteArg::Blue => Self::Blue,
            PaletteArg::RedYellowGreen => Self::RedYellowGreen,
            PaletteArg::GreenYellowRed => Self::GreenYellowRed,
            PaletteArg::BlueYellowBlack => Self::BlueYellowBlack,
        }
    }
}

impl From<ThemeArg> for Theme {
    fn from(theme: ThemeArg) -> Self {
        match theme {
            ThemeArg::Light => Self::Light,
            ThemeArg::Dark => Self::Dark,
        }
    }
}

impl From<SizeArg> for Size {
    fn from(size: SizeArg) -> Self {
        match size {
            SizeArg::Wide1920 => Self::Wide1920,
            SizeArg::Wide3840 => Self::Wide3840,
            SizeArg::Whole => Self::Whole,
        }
    }
}

impl From<SubTechniquesArg> for Expansion {
    fn from(sub_techniques: SubTechniquesArg) -> Self {
        match sub_techniques {
            SubTechniquesArg::None => Self::None,
            SubTechniquesArg::Annotated => Self::Annotated,
            SubTechniquesArg::All => Self::All,
        }
    }
}
