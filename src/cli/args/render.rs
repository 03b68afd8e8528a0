//! What `coverlay render` is asked, and how pictures look.

use super::InputArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PaletteArg {
    /// Sequential blue, safe for colour-blind readers.
    #[default]
    Blue,
    /// Low red, high green.
    RedYellowGreen,
    /// Low green, high red.
    GreenYellowRed,
    /// Low blue, high black.
    BlueYellowBlack,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ThemeArg {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SizeArg {
    /// 1280 × 720.
    #[value(name = "1280")]
    Wide1280,
    /// 1920 × 1080.
    #[value(name = "1920")]
    Wide1920,
    /// 3840 × 2160.
    #[value(name = "3840")]
    Wide3840,
    /// The whole matrix at its natural size.
    Whole,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SubTechniquesArg {
    /// Folded.
    #[default]
    None,
    /// Unfolded where one is covered, or changed.
    Annotated,
    /// Unfolded.
    All,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum StepArg {
    /// Ends of quarters.
    #[default]
    Quarter,
    /// Ends of months.
    Month,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SlideArg {
    /// The heatmap.
    Matrix,
    /// How much of each tactic is covered.
    Tactics,
    /// How much of each platform is.
    Platforms,
    /// The ten gaps that matter most.
    Gaps,
    /// What changed between two states.
    Changes,
    /// Coverage over time, by the dates of the rules.
    Trend,
    /// All six.
    All,
}

/// What only slides have.
#[derive(Debug, Args)]
pub(in crate::cli) struct SlideArgs {
    /// Draw slides of rules, 16:9, with no text below a forty-fifth of the height: one as `.png` or
    /// `.svg`, several or `all` as a `.zip` of PNGs.
    #[arg(long, value_enum, value_name = "SLIDE", value_delimiter = ',', conflicts_with_all = ["trend", "step", "subtechniques"])]
    pub(in crate::cli) slide: Vec<SlideArg>,
    /// A logo for the corner of slides: a PNG or JPEG of at most 1 MB.
    #[arg(long, value_name = "FILE", requires = "slide")]
    pub(in crate::cli) logo: Option<PathBuf>,
    /// A line at the foot of slides.
    #[arg(long, value_name = "TEXT", requires = "slide")]
    pub(in crate::cli) footer: Option<String>,
    /// What the slide `changes` compares with: a layer or rules; if absent, the last quarter by the
    /// dates of the rules.
    #[arg(long, value_name = "PATH", requires = "slide")]
    pub(in crate::cli) old: Option<PathBuf>,
    /// Who one is, for the slide `gaps`; see `coverlay gaps --profile`.
    #[arg(long, value_name = "FILE", requires = "slide")]
    pub(in crate::cli) profile: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RenderArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// Where to: `.svg`, `.png`, `.gif` or `.xlsx` (Excel; the size does not matter then); `.zip` for
    /// slides.
    #[arg(long, short)]
    pub(in crate::cli) output: PathBuf,
    /// Draw coverage over time as lines: of dated layers or rule sets, or of one rule set by the
    /// dates of its rules.
    #[arg(long)]
    pub(in crate::cli) trend: bool,
    /// How far the moments of one rule set lie apart, in a trend or a `.gif`.
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) step: StepArg,
    /// The title in the picture; on slides it stands before each one's own.
    #[arg(long)]
    pub(in crate::cli) title: Option<String>,
    /// The colours.
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) palette: PaletteArg,
    /// Besides the colours of scores patterns, denser from fifth to fifth of the scale.
    #[arg(long)]
    pub(in crate::cli) patterns: bool,
    /// Light or dark.
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) theme: ThemeArg,
    /// Width in pixels of a 16:9 picture, or the whole matrix; 1280 for a `.gif`, else 1920, if
    /// absent.
    #[arg(long, value_enum)]
    pub(in crate::cli) size: Option<SizeArg>,
    /// Which sub-techniques are shown.
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) subtechniques: SubTechniquesArg,
    #[command(flatten)]
    pub(in crate::cli) slides: SlideArgs,
}
