//! `coverlay gaps`.

use super::args::{GapsArgs, GapsFormat};
use super::exit::Failure;
use super::gates::gates;
use super::library;
use super::peers;
use super::read;
use super::run::{Analysis, analyse_within, say, write};
use crate::attack::{Actor, Catalogue};
use crate::export::actors::{self as actors_export, ActorsReport, actors_report};
use crate::export::gaps_advice::AdviceOf;
use crate::export::gaps_json::{self, GapsOf};
use crate::export::layer_json::{LayerOptions, to_json};
use crate::export::peers::{self as peers_export, PeersReport, peers_report};
use crate::export::{gaps_csv, gaps_layer, gaps_md};
use crate::gaps::peers::{Peer, Threshold};
use crate::gaps::{
    Enrichment, GapList, GapState, GapsAsked, Grounds, LogsAtHand, PriorityPolicy, Profile,
    Recommendations, UNLOCKS, actor_named, unlock,
};
use crate::heatmap::Palette;
use crate::limits::Limit;
use crate::pipeline::Options;
use crate::pipeline::profile::{
    ProfileFileError, read_assets, read_enrichment, read_incidents, read_profile, read_threat,
};
use serde::Serialize;
use std::path::Path;

/// What was asked for beside the gaps.
struct Beside {
    /// Empty if nothing was.
    peers: Vec<Peer>,
    actors: Option<Vec<Actor>>,
}

/// The same in JSON; `null` if it was not asked for.
#[derive(Serialize)]
struct BesideReport<'a> {
    peers: Option<PeersReport<'a>>,
    actors: Option<ActorsReport<'a>>,
}

pub(super) fn gaps(args: &GapsArgs, quiet: bool) -> Result<(), Failure> {
    let has_more = !args.peer.is_empty() || args.actors.is_some();
    if has_more && matches!(args.format, GapsFormat::Csv | GapsFormat::Layer) {
        return Err(Failure::Usage("--peer and --actors are written as json or md".to_owned()));
    }
    // What is wrong with these is told before anything large is read.
    let bounds = args.alerts.bounds()?;
    let policy = policy(args)?;
    let mut profile = profile(args, quiet)?;
    let enrichment = enrichment(args)?;
    library::check(&args.library)?;
    let peers = peers::peers(&args.peer, quiet)?;
    let options = Options { zone: args.alerts.assume_zone, ..Options::default() };
    let analysis = analyse_within(&args.input, options, bounds, quiet)?;
    let Analysis { catalogue, intake, coverage, .. } = &analysis;
    choose(&mut profile, catalogue, &args.used_by)?;
    let actors = args.actors.as_ref().map(|names| peers::actors(catalogue, names)).transpose()?;
    let beside = Beside { peers, actors };
    let library = library::read(&args.library, quiet)?;
    let list = GapList::of(&GapsAsked {
        catalogue,
        intake,
        coverage,
        profile: &profile,
        enrichment: enrichment.as_ref(),
        policy,
        threshold: args.threshold,
    });
    let gaps = list.top(args.top.unwrap_or(usize::MAX));
    let grounds = Grounds {
        catalogue,
        intake,
        coverage,
        policy: &analysis.policy,
        scope: &analysis.scope,
        telemetry: &LogsAtHand { catalogue, logs: &list.logs },
        library: &library,
    };
    let asked = args.next.asked();
    let techniques: Vec<_> = gaps.iter().map(|gap| gap.technique).collect();
    let found = Recommendations::new(&grounds, &list.stakes(), &asked, &techniques);
    let advice = AdviceOf::new(grounds, &asked, &found);
    let unlock = unlock(catalogue, &list, UNLOCKS);
    let of = GapsOf {
        catalogue,
        coverage,
        scoring: &analysis.policy,
        profile: &profile,
        enrichment: enrichment.as_ref(),
        list: &list,
        gaps,
        unlock: &unlock,
        advice: Some(&advice),
    };
    let bytes = bytes_of(args.format, &of, &beside);
    if !quiet {
        say_list(&list);
        if advice.has_library() {
            library::sum_up(&library, &found);
        }
    }
    write(args.output.as_deref(), &bytes)?;
    if let Some(zip) = &args.next.next_zip {
        library::write_zip(zip, &args.library, &library, &found.next.chosen())?;
    }
    gates(&args.input, &analysis)
}

fn bytes_of(format: GapsFormat, of: &GapsOf<'_>, beside: &Beside) -> Vec<u8> {
    let GapsOf { catalogue, coverage, .. } = *of;
    let Beside { peers, actors } = beside;
    let threshold = Threshold::default();
    match format {
        GapsFormat::Json => {
            let report = || peers_report(catalogue, coverage, peers, threshold);
            let actors = actors.as_ref().map(|chosen| actors_report(catalogue, coverage, chosen));
            let peers = (!peers.is_empty()).then(report);
            gaps_json::write_with(of, BesideReport { peers, actors })
        }
        GapsFormat::Csv => gaps_csv::write(of).into_bytes(),
        GapsFormat::Md => {
            let mut sections = Vec::new();
            if let Some(chosen) = actors {
                sections.push(actors_export::markdown(catalogue, coverage, chosen));
            }
            if !peers.is_empty() {
                sections.push(peers_export::markdown(catalogue, coverage, peers, threshold));
            }
            gaps_md::write_with(of, &sections).into_bytes()
        }
        GapsFormat::Layer => {
            let options = LayerOptions {
                name: String::new(),
                description: String::new(),
                palette: Palette::priority(),
                date: coverage.today,
            };
            to_json(&gaps_layer::layer(of, &options)).into_bytes()
        }
    }
}

fn say_list(list: &GapList) {
    let of = |state: GapState| list.gaps.iter().filter(|gap| gap.state == state).count();
    let states = GapState::ALL.map(|state| format!("{} {}", of(state), state.as_str()));
    say(&format!("{} gaps: {}", list.gaps.len(), states.join(", ")));
    let failed = list.gaps.iter().filter(|gap| list.assessment(gap.technique).test_failed).count();
    if failed > 0 {
        say(&format!("the last test of {failed} of them failed"));
    }
    say(&list.threat.sentence());
    for remark in &list.remarks {
        say(&remark.sentence());
    }
}

fn policy(args: &GapsArgs) -> Result<PriorityPolicy, Failure> {
    let named = PriorityPolicy::named(&args.priority);
    let mut policy =
        named.ok_or_else(|| Failure::Usage(format!("no priority policy '{}'", args.priority)))?;
    for (key, value) in &args.priority_weight {
        let set = policy.set_weight(key, *value);
        set.map_err(|error| Failure::Usage(format!("--priority-weight {key}={value}: {error}")))?;
    }
    Ok(policy)
}

/// `--profile`.
pub(super) fn profile_file(path: Option<&Path>) -> Result<Profile, Failure> {
    match path {
        Some(path) => {
            read_profile(&bytes(path)?, &read::limits()).map_err(|error| unusable(path, &error))
        }
        None => Ok(Profile::default()),
    }
}

/// The profile with what other options add to it; each takes the place of what the file has.
fn profile(args: &GapsArgs, quiet: bool) -> Result<Profile, Failure> {
    let mut profile = profile_file(args.profile.as_deref())?;
    let name = |path: &Path| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let say_rows = |path: &Path, rows: &[(u32, String)]| {
        for (line, reason) in rows.iter().filter(|_| !quiet) {
            say(&format!("{}:{line}: {reason}; passed over", path.display()));
        }
    };
    if let Some(path) = &args.assets {
        let read =
            read_assets(&bytes(path)?, &read::limits()).map_err(|error| unusable(path, &error))?;
        say_rows(path, &read.passed_over);
        profile.assets = read.value;
        profile.sources.insert("assets".to_owned(), name(path));
    }
    if let Some(path) = &args.incidents {
        let read = read_incidents(&bytes(path)?, &read::limits())
            .map_err(|error| unusable(path, &error))?;
        say_rows(path, &read.passed_over);
        profile.incidents = read.value;
        profile.sources.insert("incidents".to_owned(), name(path));
    }
    if let Some(path) = &args.threat {
        let read = read_threat(&path.to_string_lossy(), &bytes(path)?, &read::limits());
        profile.threat = read.map_err(|error| unusable(path, &error))?;
        profile.sources.insert("threat".to_owned(), name(path));
    }
    Ok(profile)
}

fn enrichment(args: &GapsArgs) -> Result<Option<Enrichment>, Failure> {
    let Some(path) = &args.enrichment else { return Ok(None) };
    read_enrichment(&bytes(path)?, &read::limits())
        .map(Some)
        .map_err(|error| unusable(path, &error))
}

/// `--used-by`: groups, campaigns and software by what they are.
pub(super) fn choose(
    profile: &mut Profile,
    catalogue: &Catalogue,
    names: &[String],
) -> Result<(), Failure> {
    for name in names {
        let list = match () {
            () if actor_named(&catalogue.groups, name) => &mut profile.groups,
            () if actor_named(&catalogue.campaigns, name) => &mut profile.campaigns,
            () if actor_named(&catalogue.software, name) => &mut profile.software,
            () => {
                let reason = format!("no group, campaign or software is called '{name}'");
                return Err(Failure::Usage(format!("--used-by: {reason}")));
            }
        };
        list.push(name.clone());
    }
    Ok(())
}

/// As much as any of these files may have; a profile may be in a workspace.
fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let limits = read::limits();
    let all = [Limit::LayerBytes, Limit::ProfileBytes, Limit::WorkspaceBytes];
    let most = all.map(|limit| limits.count(limit)).into_iter().max();
    read::file(path, most.unwrap_or_default())
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

fn unusable(path: &Path, error: &ProfileFileError) -> Failure {
    let remedy = error.limit().map(|_| format!("; {}", error.remedy())).unwrap_or_default();
    Failure::Usage(format!("{}: {error}{remedy}", path.display()))
}
