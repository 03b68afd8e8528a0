//! What `coverlay gaps` is asked.

use super::InputArgs;
use crate::cli::scoring::weight;
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
    /// campaigns, threat, accepted, incidents, frequency_from, only.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) profile: Option<PathBuf>,
    /// Only the first gaps.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) top: Option<usize>,
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
    /// Where to; standard output if absent.
    #[arg(long, short)]
    pub(in crate::cli) output: Option<PathBuf>,
}
