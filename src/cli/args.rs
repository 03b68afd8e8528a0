//! What may stand on the command line.

mod alerts;
mod gaps;
mod render;

pub(super) use alerts::{AlertArgs, window};
pub(super) use gaps::{GapsArgs, GapsFormat};
pub(super) use render::{
    PaletteArg, RenderArgs, SizeArg, SlideArg, SlideArgs, StepArg, SubTechniquesArg, ThemeArg,
};

use super::name::{self, NameTemplate};
use super::scoring::ScoringArgs;
use crate::attack::Domain;
use crate::coverage::DEFAULT_THRESHOLD;
use crate::coverage::convention::Convention;
use crate::diagnostic::Code;
use crate::limits::Limit;
use crate::lint::distance;
use crate::rule::Status;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What detection rules really cover of MITRE ATT&CK. Reads files, folders and zips; nothing
/// leaves this machine.
#[derive(Debug, Parser)]
#[command(
    name = "coverlay",
    version,
    after_help = "Exit codes: 0 done, 1 a gate failed, 2 wrong usage, 3 nothing readable.\n\nATT&CK® is a registered trademark of The MITRE Corporation. © 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// No messages on standard error.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Reads more or less than by default, for example `rule-file-bytes=16M` or `yaml-depth=100`; may be
    /// repeated. What is refused says which limit it met; docs/limits.md lists all.
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = limit)]
    pub(super) limit: Vec<(Limit, u64)>,
    /// Take options from this file, not from the `coverlay.toml` of this folder or the nearest
    /// above it.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Take options from no file.
    #[arg(long, global = true, conflicts_with = "config")]
    pub(super) no_config: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Rules to an ATT&CK Navigator layer (format 4.5).
    Layer(LayerArgs),
    /// Coverage summary, per tactic, per platform, per technique, and the import report.
    Report(ReportArgs),
    /// Rules or a layer as a picture or an Excel workbook, dated ones as a moving picture or a trend.
    Render(RenderArgs),
    /// What is wrong with the tags of rules, and a patch that puts it right.
    Lint(LintArgs),
    /// What is missing, what matters first and which rules of a library to deploy next, as table or
    /// backlog.
    Gaps(Box<GapsArgs>),
    /// What changed between two layers or rule sets, also as a moving picture.
    Diff(DiffArgs),
    /// Several layers to one, by an expression over their scores.
    Combine(CombineArgs),
    /// A layer of one ATT&CK release as one of another, and what had to change.
    Migrate(MigrateArgs),
    /// ATT&CK data.
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Completions of commands and options for a shell, to standard output.
    Completions {
        /// The shell.
        shell: ShellArg,
    },
    /// The manual as a man page, to standard output.
    Man {
        /// Of one command; of the whole if absent.
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShellArg {
    /// Bash 4.4 or newer.
    Bash,
    /// Zsh.
    Zsh,
    /// fish.
    Fish,
    /// PowerShell.
    Powershell,
}

#[derive(Clone, Debug, Args)]
pub(super) struct InputArgs {
    /// Files, folders or zips, also as patterns (`rules/**/*.yml`); `-` for standard input.
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// The ATT&CK domain.
    #[arg(long, default_value = "enterprise-attack", value_parser = |text: &str| text.parse::<Domain>())]
    pub(super) domain: Domain,
    /// An ATT&CK release built in (see `coverlay catalogue list`), or a STIX bundle.
    #[arg(long, value_name = "VERSION|STIX-FILE")]
    pub(super) attack: Option<String>,
    #[command(flatten)]
    pub(super) scoring: ScoringArgs,
    /// Only techniques of these platforms count, for example `Windows,Linux`.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) platform: Vec<String>,
    /// Also count rules of these statuses: `deprecated`, `unsupported`.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status)]
    pub(super) include_status: Vec<Status>,
    /// Also count rules that say themselves that they are switched off.
    #[arg(long)]
    pub(super) include_disabled: bool,
    /// Leave out techniques whose only platform is PRE: nothing of one's own can show them.
    #[arg(long)]
    pub(super) observable_only: bool,
    /// Exit 1 if fewer techniques than this are covered, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(super) fail_under: Option<f64>,
    /// Exit 1 if one of these is found, for example `tag/unknown,tag/revoked` (see `coverlay
    /// lint`).
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = code)]
    pub(super) fail_on: Vec<Code>,
    /// Exit 1 if a technique or sub-technique is covered and none of its counted rules has changed
    /// in the last so many days. Where no rule has a date, its age is not known, and it passes.
    #[arg(long, value_name = "DAYS")]
    pub(super) max_age: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct LayerArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Where to; standard output if absent. In a folder the file is called as `--name-template`
    /// says.
    #[arg(long, short)]
    pub(super) output: Option<PathBuf>,
    /// A folder for the layer, made if it is not there; the file is called as `--name-template`
    /// says.
    #[arg(long, value_name = "FOLDER", conflicts_with = "output")]
    pub(super) output_dir: Option<PathBuf>,
    /// What a file in a folder is called: text and `{quarter}`, `{year}`, `{sprint}`, `{date}`,
    /// `{domain}`, `{version}` (of ATT&CK).
    #[arg(long, value_name = "TEMPLATE", default_value = name::USUAL, value_parser = |text: &str| text.parse::<NameTemplate>())]
    pub(super) name_template: NameTemplate,
    /// What `{sprint}` stands for, for example `12`.
    #[arg(long, value_name = "NAME", value_parser = name::sprint)]
    pub(super) sprint: Option<String>,
    /// The layer's name.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// The layer's description.
    #[arg(long)]
    pub(super) description: Option<String>,
    /// The layer's gradient.
    #[arg(long, value_enum, default_value_t)]
    pub(super) palette: PaletteArg,
    /// Only ids and scores, to be given to others and compared with theirs: no titles, comments,
    /// names or numbers of rules, and no date but the quarter.
    #[arg(long, conflicts_with_all = ["name", "description", "palette"])]
    pub(super) share: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// Everything, with stable keys.
    Json,
    /// One row a rule and technique: title, attack_id, level, status, … With `--reconcile`, one
    /// row a difference.
    Csv,
    /// The report for people as Markdown: tables, the long ones with their first rows.
    Md,
    /// The same as one page that needs nothing else, with the matrix; made to be printed.
    Html,
    /// A workbook with a sheet for each table, all rows: summary, tactics, platforms, techniques,
    /// gaps, rules, diagnostics, import, alerts. Not to a terminal.
    Xlsx,
    /// The same tables as CSV files in a zip. Not to a terminal.
    CsvSet,
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// The format.
    #[arg(long, value_enum, default_value = "json")]
    pub(super) format: ReportFormat,
    /// Also look for technique ids in texts that are no rules (Markdown, queries). They are
    /// listed apart, under `sightings`, and count for nothing.
    #[arg(long)]
    pub(super) scan_text: bool,
    /// The score that techniques are asked to reach; below it a gap is weak.
    #[arg(long, value_name = "SCORE", default_value_t = DEFAULT_THRESHOLD)]
    pub(super) threshold: u32,
    /// A threat profile: groups, campaigns and software by id or name, for example
    /// `APT29,S0154`. What they use is one of the report's denominators, and weighs in its gaps.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) used_by: Vec<String>,
    /// Who one is, as `coverlay gaps` reads it: what the gaps of md, html, xlsx and csv-set are
    /// ranked by.
    #[arg(long, value_name = "FILE")]
    pub(super) profile: Option<PathBuf>,
    /// Rules one could deploy: a folder, a zip or a file; may be repeated. Those that help are
    /// named at the gaps of md, html, xlsx and csv-set.
    #[arg(long, value_name = "PATH")]
    pub(super) library: Vec<PathBuf>,
    /// Instead of the report: why another tool's number differs, id by id. One of
    /// sigma-cli-count, sigma-cli-max, sigma-cli-level, rsigma, dettect, countermap, detect-forge,
    /// kibana, attack-mapper, detkit.
    #[arg(long, value_name = "NAME", value_parser = convention)]
    pub(super) reconcile: Option<Convention>,
    #[command(flatten)]
    pub(super) alerts: AlertArgs,
    /// Where to; standard output if absent.
    #[arg(long, short)]
    pub(super) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// One line a finding, then a count per code.
    Text,
    /// Everything, with stable keys.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for build servers.
    Junit,
}

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// The format.
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: LintFormat,
    /// Where to; standard output if absent.
    #[arg(long, short)]
    pub(super) output: Option<PathBuf>,
    /// Where to write the corrections of tags as a diff for `git apply`; `-` for standard output,
    /// where it takes the place of the findings. Paths in it are relative to this folder, or to
    /// the input if that is elsewhere; those of files in a zip are their paths in the zip.
    #[arg(long, value_name = "FILE")]
    pub(super) patch: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For a terminal or a mail.
    Text,
    /// Everything, with stable keys.
    Json,
    /// Markdown, for pull requests.
    Md,
    /// A message for Slack, in Block Kit.
    Slack,
    /// A moving picture: before, what changed, now.
    Gif,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// A layer or rules: a file, folder or zip; `-` for standard input.
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// The same, newer; a layer may be compared with rules.
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// What the old side is called in what is written; its path if absent.
    #[arg(long, value_name = "NAME")]
    pub(super) old_name: Option<String>,
    /// What the new side is called.
    #[arg(long, value_name = "NAME")]
    pub(super) new_name: Option<String>,
    /// The format.
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: DiffFormat,
    /// Name the techniques that fell below this score.
    #[arg(long, value_name = "SCORE", default_value = "50", value_parser = threshold)]
    pub(super) threshold: f64,
    /// Where to; standard output if absent (a picture only if that is no terminal).
    #[arg(long, short)]
    pub(super) output: Option<PathBuf>,
    /// Light or dark, for a picture.
    #[arg(long, value_enum, default_value_t)]
    pub(super) theme: ThemeArg,
    /// Which sub-techniques a picture shows; many of them have room for words only in `--size
    /// whole`.
    #[arg(long, value_enum, default_value_t)]
    pub(super) subtechniques: SubTechniquesArg,
    /// Width in pixels of a 16:9 picture, or the whole matrix.
    #[arg(long, value_enum, default_value = "1280")]
    pub(super) size: SizeArg,
    /// The ATT&CK domain; that of the layers if absent.
    #[arg(long, value_parser = |text: &str| text.parse::<Domain>())]
    pub(super) domain: Option<Domain>,
    /// The ATT&CK release both are seen on: one built in (see `coverlay catalogue list`), or a
    /// STIX bundle.
    #[arg(long, value_name = "VERSION|STIX-FILE")]
    pub(super) attack: Option<String>,
    #[command(flatten)]
    pub(super) scoring: ScoringArgs,
    /// Only techniques of these platforms count, for example `Windows,Linux`.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) platform: Vec<String>,
    /// Also count rules of these statuses: `deprecated`, `unsupported`.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status)]
    pub(super) include_status: Vec<Status>,
    /// Also count rules that say themselves that they are switched off.
    #[arg(long)]
    pub(super) include_disabled: bool,
    /// Exit 1 if a technique is covered no more.
    #[arg(long)]
    pub(super) fail_on_lost: bool,
}

#[derive(Debug, Args)]
pub(super) struct CombineArgs {
    /// For example `max(a, b)`, `a - b`, `b > 0 and not (a > 50)`, `a > 0 ? a : b`; the layers are
    /// `a`, `b`, … in their order.
    #[arg(value_name = "EXPRESSION", allow_hyphen_values = true)]
    pub(super) expression: String,
    /// Layers of one domain, or lists of them.
    #[arg(required = true, value_name = "LAYER")]
    pub(super) layers: Vec<PathBuf>,
    /// Where to; standard output if absent.
    #[arg(long, short)]
    pub(super) output: Option<PathBuf>,
    /// The ATT&CK release of the result: one built in (see `coverlay catalogue list`), or a STIX
    /// bundle.
    #[arg(long, value_name = "VERSION|STIX-FILE")]
    pub(super) attack: Option<String>,
    /// The layer's name; the expression if absent.
    #[arg(long)]
    pub(super) name: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// A layer of any format version, or a list of them; `-` for standard input.
    #[arg(value_name = "LAYER")]
    pub(super) input: PathBuf,
    /// The release to go to: one built in (see `coverlay catalogue list`), or a STIX bundle.
    #[arg(long, value_name = "VERSION|STIX-FILE")]
    pub(super) to: String,
    /// The release that the layer was made for, if it does not say; only with it are new
    /// techniques and new names told.
    #[arg(long, value_name = "VERSION|STIX-FILE")]
    pub(super) from: Option<String>,
    /// Where to; standard output if absent.
    #[arg(long, short)]
    pub(super) output: Option<PathBuf>,
    /// Where to write the report as JSON; without it, it goes to standard error.
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Leave out what the layer format does not know (MITRE's Python library refuses a layer with
    /// it).
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum CatalogueCommand {
    /// Write a catalogue of facts from STIX bundles.
    Build {
        /// STIX 2.0 or 2.1 bundles.
        #[arg(required = true, value_name = "STIX")]
        inputs: Vec<PathBuf>,
        /// Where to.
        #[arg(long, short)]
        output: PathBuf,
    },
    /// List the releases built in.
    List,
}

fn status(text: &str) -> Result<Status, String> {
    Status::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
        let all: Vec<_> = Status::ALL.into_iter().map(Status::as_str).collect();
        format!("'{text}' is not one of {}", all.join(", "))
    })
}

/// The name of a tool's way of counting.
fn convention(text: &str) -> Result<Convention, String> {
    Convention::parse(text).ok_or_else(|| {
        let names = Convention::ALL.map(Convention::name);
        format!("'{text}' is not one of {}", names.join(", "))
    })
}

/// A code of the tag doctor or of the import; a name nearly right is suggested.
fn code(text: &str) -> Result<Code, String> {
    text.parse().map_err(|()| {
        let names = Code::ALL.map(Code::as_str);
        let near =
            |name: &String| distance(text, name, text.len() / 3).map(|far| (far, name.clone()));
        match names.iter().filter_map(near).min() {
            Some((_, name)) => format!("there is no code '{text}'; did you mean '{name}'?"),
            None => format!("there is no code '{text}'; there are {}", names.join(", ")),
        }
    })
}

fn threshold(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|value: &f64| value.is_finite());
    number.ok_or_else(|| format!("'{text}' is not a number"))
}

fn percent(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|value| (0.0..=100.0).contains(value))
        .ok_or_else(|| format!("'{text}' is not a percentage from 0 to 100"))
}

/// `rule-file-bytes=16M`
fn limit(text: &str) -> Result<(Limit, u64), String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("'{text}' is not NAME=VALUE"))?;
    let names = || Limit::ALL.map(Limit::name).join(", ");
    let limit = Limit::named(name.trim())
        .ok_or_else(|| format!("no limit '{name}'; there are {}", names()))?;
    let most = limit.written(limit.most());
    let value = limit.read(value);
    value.map(|value| (limit, value)).ok_or_else(|| {
        let unit = if limit.is_bytes() { " of bytes, also as 16M or 1G" } else { "" };
        format!("'{text}': a whole number{unit}, from 1 to {most}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
