//! Peers and actors as the command line names them.

use super::exit::Failure;
use super::read;
use super::run::say;
use crate::attack::{Actor, ActorKind, Catalogue};
use crate::gaps::peers::{Peer, PeersRead};
use crate::pipeline;
use crate::source::Bucket;
use std::path::PathBuf;

/// `--peer FILE…`: layers and reports, in files, folders and zips. What holds none is said.
pub(super) fn peers(paths: &[PathBuf], quiet: bool) -> Result<Vec<Peer>, Failure> {
    let is_stdin = |path: &&PathBuf| path.as_os_str() == "-";
    if let Some(path) = paths.iter().find(|path| !is_stdin(path) && !path.exists()) {
        let reason = format!("{}: no such file or folder", path.display());
        return Err(Failure::NothingReadable(reason));
    }
    let mut files = Vec::new();
    if paths.iter().any(|path| is_stdin(&path)) {
        files.push(read::stdin()?);
    }
    for path in paths {
        // Zips are opened on the way.
        read::again(std::slice::from_ref(path), |file, _| files.push(file.clone()));
    }
    let PeersRead { peers, refused } = pipeline::read_peers_within(files, &read::limits());
    for file in refused.iter().filter(|_| !quiet) {
        if let Bucket::Skipped { reason, .. } | Bucket::Failed { reason, .. } = &file.bucket {
            say(&format!("{}: {reason}", file.path));
        }
    }
    if peers.is_empty() && !paths.is_empty() {
        let reason = "no coverage of a peer among the files of --peer".to_owned();
        return Err(Failure::NothingReadable(reason));
    }
    Ok(peers)
}

/// `--actors NAME…`: by id, name or alias; all groups and campaigns if none is named.
pub(super) fn actors(catalogue: &Catalogue, names: &[String]) -> Result<Vec<Actor>, Failure> {
    if names.is_empty() {
        let kinds = [ActorKind::Group, ActorKind::Campaign];
        return Ok(kinds.into_iter().flat_map(|kind| catalogue.actors(kind)).collect());
    }
    let mut actors = Vec::new();
    for name in names {
        let found = catalogue.actors_named(name);
        if found.is_empty() {
            let near = catalogue.search_actors(name, &ActorKind::ALL, 3);
            let near: Vec<String> = near
                .into_iter()
                .map(|actor| catalogue.actor_name(actor))
                .map(|near| format!("{} {}", near.id, near.name))
                .collect();
            let hint = match near.as_slice() {
                [] => String::new(),
                near => format!("; there is {}", near.join(", ")),
            };
            return Err(Failure::Usage(format!(
                "--actors: no group, campaign or software is called '{name}'{hint}"
            )));
        }
        actors.extend(found);
    }
    Ok(actors)
}
