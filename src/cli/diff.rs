//! `coverlay diff`.

use super::args::{DiffArgs, DiffFormat, InputArgs};
use super::exit::Failure;
use super::read;
use super::run::{analyse, known_platforms, release, say, write};
use crate::attack::{Catalogue, Domain};
use crate::coverage::{Scope, TechniqueState};
use crate::export::diff;
use crate::layer::{self, Layer, Placement, Standing};
use crate::limits::MAX_LAYER_BYTES;
use crate::pipeline::Options;
use crate::source::SourceFile;
use crate::source::decode::decode;
use std::path::{Path, PathBuf};

pub(super) fn diff(args: &DiffArgs, quiet: bool) -> Result<(), Failure> {
    let paths = [&args.old, &args.new];
    let mut sides = Vec::new();
    for path in paths {
        sides.push(Side::read(path, quiet)?);
    }
    let said = sides.iter().flat_map(|side| &side.layers).find_map(Layer::attack_domain);
    let domain = args.domain.or(said).unwrap_or(Domain::Enterprise);
    let catalogue = release(domain, args.attack.as_deref())?;
    known_platforms(&args.platform, &catalogue)?;
    let mut standings = Vec::new();
    for side in &sides {
        standings.push(side.standing(args, &catalogue, quiet)?);
    }
    let scope = Scope { platforms: args.platform.clone(), ..Scope::default() };
    let comparison = layer::compare(
        &standings[0],
        &standings[1],
        paths.map(|path| path.display().to_string()),
        args.threshold,
        &catalogue,
        &|index| scope.includes(&catalogue, catalogue.technique(index)),
    );
    let bytes = match args.format {
        DiffFormat::Text => diff::text(&comparison, &catalogue).into_bytes(),
        DiffFormat::Json => diff::json(&comparison),
        DiffFormat::Md => diff::markdown(&comparison, &catalogue).into_bytes(),
        DiffFormat::Slack => diff::slack(&comparison, &catalogue),
    };
    write(args.output.as_deref(), &bytes)?;
    match comparison.lost.len() {
        lost @ 1.. if args.fail_on_lost => Err(Failure::Gate(format!(
            "{lost} techniques are covered no more; --fail-on-lost asks for none"
        ))),
        _ => Ok(()),
    }
}

/// One side: a path and the layers in it.
struct Side {
    path: PathBuf,
    layers: Vec<Layer>,
}

impl Side {
    fn read(path: &Path, quiet: bool) -> Result<Self, Failure> {
        if !path.exists() {
            let reason = format!("{}: no such file or folder", path.display());
            return Err(Failure::NothingReadable(reason));
        }
        let mut layers = Vec::new();
        read::again(&[path.to_owned()], |file, _| match layers_of(file) {
            Ok(found) => layers.extend(found),
            Err(reason) if !quiet => say(&format!("{}: {reason}", file.path)),
            Err(_) => {}
        });
        Ok(Self { path: path.to_owned(), layers })
    }

    /// Its rules if there are any, else its layers: a folder of rules may well hold a layer that
    /// was made from them.
    fn standing(
        &self,
        args: &DiffArgs,
        catalogue: &Catalogue,
        quiet: bool,
    ) -> Result<Standing, Failure> {
        let layers: Vec<Layer> = self
            .layers
            .iter()
            .filter(|layer| layer.attack_domain() == Some(catalogue.domain))
            .cloned()
            .collect();
        if self.layers.is_empty() || self.path.is_dir() || is_zip(&self.path) {
            match analyse(&self.input(args, catalogue.domain), Options::default(), quiet) {
                Ok(analysis) => {
                    let covered = analysis.catalogue.indices().filter_map(|index| {
                        let technique = analysis.coverage.technique(index);
                        let score = technique.score.map(|score| f64::from(score.get()));
                        let id = analysis.catalogue.technique(index).id;
                        (technique.state == TechniqueState::Direct).then_some((id, score))
                    });
                    return Ok(Standing::new(covered, catalogue));
                }
                Err(Failure::NothingReadable(_)) if !self.layers.is_empty() => {}
                Err(failure) => return Err(failure),
            }
        }
        if layers.is_empty() {
            let (path, domain) = (self.path.display(), catalogue.domain);
            return Err(Failure::Usage(format!("{path}: no layer in it is of {domain}")));
        }
        if !quiet {
            for layer in &layers {
                let path = self.path.display().to_string();
                for remark in Placement::of(layer, catalogue).diagnostics(&path, catalogue) {
                    say(&format!("{}: {}", remark.path, remark.message));
                }
            }
        }
        Ok(Standing::of_layers(&layers, catalogue))
    }

    fn input(&self, args: &DiffArgs, domain: Domain) -> InputArgs {
        InputArgs {
            inputs: vec![self.path.clone()],
            domain,
            attack: args.attack.clone(),
            score: args.score.clone(),
            levels: args.levels.clone(),
            platform: args.platform.clone(),
            include_status: args.include_status.clone(),
            fail_under: None,
            fail_on: Vec::new(),
        }
    }
}

fn is_zip(path: &Path) -> bool {
    use std::io::Read as _;
    let mut start = [0; 2];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == *b"PK"
}

/// The layers of a file; none if it is something else.
fn layers_of(file: &SourceFile) -> Result<Vec<Layer>, String> {
    // Only JSON can be one; rules are many, and mostly not.
    let starts = file.bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if !starts.is_some_and(|byte| b"{[\xEF\xFF\xFE\0".contains(byte))
        || file.bytes.len() > MAX_LAYER_BYTES
    {
        return Ok(Vec::new());
    }
    match decode(&file.bytes) {
        Ok(text) if layer::may_be_layer(&text) => {
            layer::read(&file.path, &text).map(|read| read.value).map_err(|e| e.to_string())
        }
        _ => Ok(Vec::new()),
    }
}
