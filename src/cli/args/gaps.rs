//! What `coverlay gaps` is asked.

use super::{AlertArgs, InputArgs, status};
use crate::cli::scoring::weight;
use crate::gaps::NextAsked;
use crate::rule::{Level, Status};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GapsFormat {
    /// Everything, with stable keys.
    Json,
    /// One row a gap, as Jira, GitHub and GitLab import it.
    Csv,
    /// Tables and a list of tasks in Markdown.
    Md,
    /// A Navigator layer with priorities as scores.
    Layer,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GapsArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// The format.
    #[arg(long, value_enum, default_value = "json")]
    pub(in crate::cli) format: GapsFormat,
    /// Who one is, in YAML or JSON: platforms, log_sources, services, industry, country, groups,
    /// campaigns, software, threat, accepted, incidents, assets, frequency_from, only.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) profile: Option<PathBuf>,
    /// Only the first gaps.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) top: Option<usize>,
    /// Rules one could deploy: a folder, a zip or a file, of any format that is read; may be
    /// repeated. Those that are not deployed yet are recommended for each gap, and the next ones
    /// chosen that buy most priority. Without it there is guidance for those who write rules.
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) library: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) next: NextArgs,
    /// Another organisation's coverage, for one's place among peers: a Navigator layer or a report
    /// of Coverlay's, a folder or a zip of them; may be repeated. Only ids and scores of it are
    /// used. Adds `peers` to JSON and a section to Markdown.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) peer: Vec<PathBuf>,
    /// Groups, campaigns and software by id or name against one's coverage, for example
    /// `--actors=APT29,S0154`; all groups and campaigns if none is named (then it stands last).
    /// Adds `actors` to JSON and a section to Markdown; it changes no priority, see `--used-by`.
    #[arg(long, value_name = "NAME", value_delimiter = ',', num_args = 0..=1)]
    pub(in crate::cli) actors: Option<Vec<String>>,
    /// How gaps are put in order: `formula` (impact weight × tactic criticality + threat weight ×
    /// adversary frequency − coverage score / 10), `groups` or `exposure`.
    #[arg(long, value_name = "POLICY", default_value = "formula")]
    pub(in crate::cli) priority: String,
    /// A weight of that policy, for example `threat=20` or `impact.exfiltration=5`; may be
    /// repeated. The JSON names all with their values.
    #[arg(long, value_name = "KEY=VALUE", value_parser = weight)]
    pub(in crate::cli) priority_weight: Vec<(String, f64)>,
    /// The score, 0 to 100, below which a technique is weak.
    #[arg(long, value_name = "SCORE", default_value_t = 80, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(in crate::cli) threshold: u8,
    /// The threat: groups, campaigns and software by id or name, for example `APT29,S0154`.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(in crate::cli) used_by: Vec<String>,
    /// The threat as a Navigator layer.
    #[arg(long, value_name = "LAYER")]
    pub(in crate::cli) threat: Option<PathBuf>,
    /// One's own incidents, as a table `technique,count`.
    #[arg(long, value_name = "CSV")]
    pub(in crate::cli) incidents: Option<PathBuf>,
    /// An inventory, as a table `host,platform,service`; hosts are only counted.
    #[arg(long, value_name = "CSV")]
    pub(in crate::cli) assets: Option<PathBuf>,
    /// Who targets which industry, choke points, known exploitation, in JSON.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) enrichment: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) alerts: AlertArgs,
    /// Where to; standard output if absent.
    #[arg(long, short)]
    pub(in crate::cli) output: Option<PathBuf>,
}

/// Which rules of a library are chosen next.
#[derive(Debug, Args)]
pub(in crate::cli) struct NextArgs {
    /// How many rules of the library to choose.
    #[arg(long, value_name = "N", default_value_t = 10, requires = "library")]
    next: usize,
    /// Choose only rules whose log source is at hand.
    #[arg(long, requires = "library")]
    available_only: bool,
    /// Choose only rules of these levels, for example `high,critical`; `none` is for rules that
    /// state no level.
    #[arg(long, value_name = "LEVEL", value_delimiter = ',', value_parser = level, requires = "library")]
    level: Vec<Chosen>,
    /// Choose only rules of these statuses, for example `stable,test`.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status, requires = "library")]
    status: Vec<Status>,
    /// Where to write the files of the chosen rules, as a zip.
    #[arg(long, value_name = "FILE", requires = "library")]
    pub(in crate::cli) next_zip: Option<PathBuf>,
}

/// A level, or that none is stated.
#[derive(Clone, Copy, Debug)]
struct Chosen(Option<Level>);

impl NextArgs {
    /// As the library is asked.
    pub(in crate::cli) fn asked(&self) -> NextAsked {
        NextAsked {
            most: self.next,
            available_only: self.available_only,
            levels: self.level.iter().map(|Chosen(level)| *level).collect(),
            statuses: self.status.iter().copied().collect(),
        }
    }
}

fn level(text: &str) -> Result<Chosen, String> {
    if text == "none" {
        return Ok(Chosen(None));
    }
    let found = Level::ALL.into_iter().find(|level| level.as_str() == text);
    found.map(|level| Chosen(Some(level))).ok_or_else(|| {
        format!("'{text}' is not one of {}, none", Level::ALL.map(Level::as_str).join(", "))
    })
}
