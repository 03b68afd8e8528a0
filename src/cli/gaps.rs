//! `coverlay gaps`.

use super::args::{GapsArgs, GapsFormat};
use super::exit::Failure;
use super::run::{Analysis, analyse, gates, say, write};
use crate::attack::Catalogue;
use crate::export::gaps_json::{self, GapsOf};
use crate::export::layer_json::{LayerOptions, to_json};
use crate::export::{gaps_csv, gaps_layer, gaps_md};
use crate::gaps::{
    Enrichment, GapList, GapState, GapsAsked, PriorityPolicy, Profile, UNLOCKS, actor_named, unlock,
};
use crate::heatmap::Palette;
use crate::limits::MAX_LAYER_BYTES;
use crate::pipeline::Options;
use crate::pipeline::profile::{
    ProfileFileError, read_assets, read_enrichment, read_incidents, read_profile, read_threat,
};
use std::io::Read as _;
use std::path::Path;

pub(super) fn gaps(args: &GapsArgs, quiet: bool) -> Result<(), Failure> {
    // What is wrong with these is told before anything large is read.
    let policy = policy(args)?;
    let mut profile = profile(args, quiet)?;
    let enrichment = enrichment(args)?;
    let analysis = analyse(&args.input, Options::default(), quiet)?;
    let Analysis { catalogue, intake, coverage, .. } = &analysis;
    choose(&mut profile, catalogue, &args.used_by)?;
    let list = GapList::of(&GapsAsked {
        catalogue,
        intake,
        coverage,
        profile: &profile,
        enrichment: enrichment.as_ref(),
        policy,
        threshold: args.threshold,
    });
    let unlock = unlock(catalogue, &list, UNLOCKS);
    let of = GapsOf {
        catalogue,
        coverage,
        scoring: &analysis.policy,
        profile: &profile,
        enrichment: enrichment.as_ref(),
        list: &list,
        gaps: list.top(args.top.unwrap_or(usize::MAX)),
        unlock: &unlock,
        advice: None,
    };
    let bytes = match args.format {
        GapsFormat::Json => gaps_json::write(&of),
        GapsFormat::Csv => gaps_csv::write(&of).into_bytes(),
        GapsFormat::Md => gaps_md::write(&of).into_bytes(),
        GapsFormat::Layer => {
            let options = LayerOptions {
                name: String::new(),
                description: String::new(),
                palette: Palette::priority(),
                date: analysis.today,
            };
            to_json(&gaps_layer::layer(&of, &options)).into_bytes()
        }
    };
    if !quiet {
        say_list(&list);
    }
    write(args.output.as_deref(), &bytes)?;
    gates(&args.input, &analysis)
}

fn say_list(list: &GapList) {
    let of = |state: GapState| list.gaps.iter().filter(|gap| gap.state == state).count();
    let states = GapState::ALL.map(|state| format!("{} {}", of(state), state.as_str()));
    say(&format!("{} gaps: {}", list.gaps.len(), states.join(", ")));
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

/// The profile with what other options add to it; each takes the place of what the file has.
fn profile(args: &GapsArgs, quiet: bool) -> Result<Profile, Failure> {
    let mut profile = match &args.profile {
        Some(path) => read_profile(&bytes(path)?).map_err(|error| unusable(path, &error))?,
        None => Profile::default(),
    };
    let name = |path: &Path| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let say_rows = |path: &Path, rows: &[(u32, String)]| {
        for (line, reason) in rows.iter().filter(|_| !quiet) {
            say(&format!("{}:{line}: {reason}; passed over", path.display()));
        }
    };
    if let Some(path) = &args.assets {
        let read = read_assets(&bytes(path)?).map_err(|error| unusable(path, &error))?;
        say_rows(path, &read.passed_over);
        profile.assets = read.value;
        profile.sources.insert("assets".to_owned(), name(path));
    }
    if let Some(path) = &args.incidents {
        let read = read_incidents(&bytes(path)?).map_err(|error| unusable(path, &error))?;
        say_rows(path, &read.passed_over);
        profile.incidents = read.value;
        profile.sources.insert("incidents".to_owned(), name(path));
    }
    if let Some(path) = &args.threat {
        let read = read_threat(&path.to_string_lossy(), &bytes(path)?);
        profile.threat = read.map_err(|error| unusable(path, &error))?;
        profile.sources.insert("threat".to_owned(), name(path));
    }
    Ok(profile)
}

fn enrichment(args: &GapsArgs) -> Result<Option<Enrichment>, Failure> {
    let Some(path) = &args.enrichment else { return Ok(None) };
    read_enrichment(&bytes(path)?).map(Some).map_err(|error| unusable(path, &error))
}

/// `--used-by`: groups, campaigns and software by what they are.
fn choose(profile: &mut Profile, catalogue: &Catalogue, names: &[String]) -> Result<(), Failure> {
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

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_LAYER_BYTES).unwrap_or(u64::MAX);
    std::fs::File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    Ok(bytes)
}

fn unusable(path: &Path, error: &ProfileFileError) -> Failure {
    Failure::Usage(format!("{}: {error}", path.display()))
}
