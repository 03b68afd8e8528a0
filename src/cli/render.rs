//! `coverlay render`.

use super::args::{
    InputArgs, PaletteArg, RenderArgs, SizeArg, StepArg, SubTechniquesArg, ThemeArg,
};
use super::exit::Failure;
use super::film;
use super::gates::gates;
use super::run::{analyse, release, say, today, write};
use super::series;
use super::side::{Side, is_plain_file};
use crate::date::Date;
use crate::export::{png, svg};
use crate::heatmap::{
    Expansion, Palette, PaletteName, PictureOptions, Scene, Size, Theme, layer_picture, picture,
};
use crate::history::Step;
use crate::layer::{Layer, Placement};
use crate::pipeline::Options;
use std::path::Path;

/// What the file name asks for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Png,
    Svg,
    Gif,
}

impl Kind {
    fn of(path: &Path) -> Result<Self, Failure> {
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        match extension.as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            Some("gif") => Ok(Self::Gif),
            _ => {
                let path = path.display();
                Err(Failure::Usage(format!(
                    "{path}: a picture is .svg, .png or .gif, a workbook .xlsx"
                )))
            }
        }
    }

    /// One scene as a file.
    pub(super) fn bytes(self, scene: &Scene) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Svg => Ok(svg::write(scene, Some(svg::FONTS)).into_bytes()),
            Self::Png => png::render(scene).map_err(|error| Failure::Usage(error.to_string())),
            Self::Gif => film::gif(std::slice::from_ref(scene)),
        }
    }
}

pub(super) fn render(args: &RenderArgs, quiet: bool) -> Result<(), Failure> {
    if !args.slides.slide.is_empty() {
        return super::slides::slides(args, quiet);
    }
    let extension = args.output.extension().and_then(|extension| extension.to_str());
    if extension.is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) {
        return super::xlsx::render(args, quiet);
    }
    let kind = Kind::of(&args.output)?;
    if args.trend {
        return series::trend(args, kind, quiet);
    }
    if kind == Kind::Gif {
        return series::film(args, quiet);
    }
    // Single files that all are layers need not be read as rules first.
    if let Some(layers) = only_layers(args, quiet)? {
        return one_layer(args, kind, &layers, quiet);
    }
    let analysis = match analyse(&args.input, Options::default(), quiet) {
        Ok(analysis) => analysis,
        Err(Failure::NothingReadable(reason)) => {
            return match layers_of(sides(args, quiet)?) {
                layers if layers.is_empty() => Err(Failure::NothingReadable(reason)),
                layers => one_layer(args, kind, &layers, quiet),
            };
        }
        Err(failure) => return Err(failure),
    };
    let title = "Detection coverage";
    let scene = picture(
        &analysis.catalogue,
        &analysis.coverage,
        &analysis.policy,
        &analysis.scope,
        &options(args, title, kind, analysis.today),
    );
    write(Some(&args.output), &kind.bytes(&scene)?)?;
    gates(&args.input, &analysis)
}

/// The layers of the inputs, if these are single files that hold nothing else.
pub(super) fn only_layers(args: &RenderArgs, quiet: bool) -> Result<Option<Vec<Layer>>, Failure> {
    if !args.input.inputs.iter().all(|input| is_plain_file(input)) {
        return Ok(None);
    }
    let sides = sides(args, quiet)?;
    let all = sides.iter().all(|side| !side.layers.is_empty());
    Ok(all.then(|| layers_of(sides)))
}

/// The inputs one by one, standard input left out.
fn sides(args: &RenderArgs, quiet: bool) -> Result<Vec<Side>, Failure> {
    let files = args.input.inputs.iter().filter(|input| input.as_os_str() != "-");
    files.map(|input| Side::read(input, quiet)).collect()
}

fn layers_of(sides: Vec<Side>) -> Vec<Layer> {
    sides.into_iter().flat_map(|side| side.layers).map(|(_, layer)| layer).collect()
}

/// A layer as the Navigator shows it.
pub(super) fn one_layer(
    args: &RenderArgs,
    kind: Kind,
    layers: &[Layer],
    quiet: bool,
) -> Result<(), Failure> {
    no_gates(args)?;
    let [layer] = layers else {
        let names: Vec<_> = layers.iter().map(|layer| format!("'{}'", layer.name)).collect();
        return Err(Failure::Usage(format!(
            "there are {} layers, a picture shows one: {}; a .gif shows them one after the other, --trend their course",
            layers.len(),
            names.join(", ")
        )));
    };
    let domain = layer.attack_domain().ok_or_else(|| {
        Failure::Usage(format!("'{}' is of '{}', no domain of ATT&CK", layer.name, layer.domain))
    })?;
    let catalogue = release(domain, args.input.attack.as_deref())?;
    for remark in Placement::of(layer, &catalogue).diagnostics(&layer.name, &catalogue) {
        if !quiet {
            say(&format!("{}: {}", remark.path, remark.message));
        }
    }
    let scene = layer_picture(&catalogue, layer, &options(args, "", kind, today()));
    write(Some(&args.output), &kind.bytes(&scene)?)
}

/// Gates look at rules.
pub(super) fn no_gates(args: &RenderArgs) -> Result<(), Failure> {
    let InputArgs { fail_under, fail_on, max_age, .. } = &args.input;
    if fail_under.is_some() || !fail_on.is_empty() || max_age.is_some() {
        let reason =
            "--fail-under, --fail-on and --max-age look at rules in one picture of their coverage";
        return Err(Failure::Usage(reason.to_owned()));
    }
    Ok(())
}

/// With the title of the arguments, else this one.
pub(super) fn options(args: &RenderArgs, title: &str, kind: Kind, date: Date) -> PictureOptions {
    let theme = args.theme.into();
    let usual = if kind == Kind::Gif { SizeArg::Wide1280 } else { SizeArg::Wide1920 };
    PictureOptions {
        theme,
        palette: Palette::new(args.palette.into(), theme).with_patterns(args.patterns),
        size: args.size.unwrap_or(usual).into(),
        sub_techniques: args.subtechniques.into(),
        title: args.title.clone().unwrap_or_else(|| title.to_owned()),
        date,
        show_scores: true,
        show_ids: false,
    }
}

impl From<StepArg> for Step {
    fn from(step: StepArg) -> Self {
        match step {
            StepArg::Quarter => Self::Quarter,
            StepArg::Month => Self::Month,
        }
    }
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
            SizeArg::Wide1280 => Self::Wide1280,
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
