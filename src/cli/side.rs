//! One input seen as one state of coverage: the rules in it, else the layers.

use super::args::InputArgs;
use super::exit::Failure;
use super::read;
use super::run::{Analysis, analyse, say};
use crate::attack::{Catalogue, Domain};
use crate::coverage::Scale;
use crate::date::Date;
use crate::history::{NoDate, When, standing};
use crate::layer::{self, Layer, Placement, Standing};
use crate::limits::Limit;
use crate::pipeline::Options;
use crate::source::SourceFile;
use crate::source::decode::decode;
use std::path::{Path, PathBuf};

/// A path and the layers in it.
pub(super) struct Side {
    pub(super) path: PathBuf,
    /// With the files they come from.
    pub(super) layers: Vec<(String, Layer)>,
}

/// What a side turned out to be.
pub(super) enum Known {
    /// Rules, whatever else there was.
    Rules(Box<Analysis>),
    /// Layers of the catalogue's domain, at least one, with their files.
    Layers(Vec<(String, Layer)>),
}

impl Side {
    pub(super) fn read(path: &Path, quiet: bool) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            let file = read::stdin()?;
            // What is no layer may be rules.
            let layers = layers_of(&file).unwrap_or_else(|reason| {
                if !quiet {
                    say(&format!("{}: {reason}", file.path));
                }
                Vec::new()
            });
            let layers = layers.into_iter().map(|layer| (file.path.clone(), layer)).collect();
            return Ok(Self { path: path.to_owned(), layers });
        }
        if !path.exists() {
            let reason = format!("{}: no such file or folder", path.display());
            return Err(Failure::NothingReadable(reason));
        }
        let mut layers = Vec::new();
        read::again(&[path.to_owned()], |file, _| match layers_of(file) {
            Ok(found) => layers.extend(found.into_iter().map(|layer| (file.path.clone(), layer))),
            Err(reason) if !quiet => say(&format!("{}: {reason}", file.path)),
            Err(_) => {}
        });
        Ok(Self { path: path.to_owned(), layers })
    }

    /// The domain its first layer says.
    pub(super) fn domain(&self) -> Option<Domain> {
        self.layers.iter().find_map(|(_, layer)| layer.attack_domain())
    }

    /// Its rules if there are any, else its layers: a folder of rules may well hold a layer that
    /// was made from them. `input` is how rules are read; its own inputs do not count.
    pub(super) fn know(
        &self,
        input: &InputArgs,
        catalogue: &Catalogue,
        quiet: bool,
    ) -> Result<Known, Failure> {
        if self.layers.is_empty() || self.path.is_dir() || is_zip(&self.path) {
            let domain = catalogue.domain;
            let input = InputArgs { inputs: vec![self.path.clone()], domain, ..input.clone() };
            match analyse(&input, Options::default(), quiet) {
                Ok(analysis) => return Ok(Known::Rules(Box::new(analysis))),
                Err(Failure::NothingReadable(_)) if !self.layers.is_empty() => {}
                Err(failure) => return Err(failure),
            }
        }
        let of_domain = self.layers.iter();
        let of_domain = of_domain.filter(|(_, l)| l.attack_domain() == Some(catalogue.domain));
        let layers: Vec<_> = of_domain.cloned().collect();
        let (path, domain) = (self.path.display().to_string(), catalogue.domain);
        if layers.is_empty() {
            return Err(Failure::Usage(format!("{path}: no layer in it is of {domain}")));
        }
        for (_, layer) in layers.iter().filter(|_| !quiet) {
            for remark in Placement::of(layer, catalogue).diagnostics(&path, catalogue) {
                say(&format!("{}: {}", remark.path, remark.message));
            }
        }
        Ok(Known::Layers(layers))
    }

    /// The name of its file or folder.
    pub(super) fn file_name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

impl Known {
    /// What the scores of rules are read on.
    pub(super) fn scale(&self) -> Option<Scale> {
        match self {
            Self::Rules(analysis) => Some(analysis.policy.scale()),
            Self::Layers(_) => None,
        }
    }

    /// What is covered, several layers taken together.
    pub(super) fn standing(&self, catalogue: &Catalogue) -> Standing {
        match self {
            Self::Rules(analysis) => standing(&analysis.coverage, &analysis.catalogue, catalogue),
            Self::Layers(layers) => {
                let layers: Vec<Layer> = layers.iter().map(|(_, layer)| layer.clone()).collect();
                Standing::of_layers(&layers, catalogue)
            }
        }
    }
}

/// When a rule set was as it is: the moment its file's name tells, else the day of its newest
/// rule, which is said to be that.
pub(super) fn moment(analysis: &Analysis, file: &str) -> Result<(When, String), NoDate> {
    match When::of_name(file) {
        Ok(when) => Ok((when, when.to_string())),
        Err(reason) => {
            let days = analysis.intake.rules.iter().filter_map(|rule| rule.modified.max(rule.date));
            let newest: Option<Date> = days.filter(|date| *date <= analysis.today).max();
            newest.map(|date| (When::Day(date), format!("newest rule {date}"))).ok_or(reason)
        }
    }
}

/// Whether a path is a file that is no zip, and so may be nothing but layers.
pub(super) fn is_plain_file(path: &Path) -> bool {
    path.is_file() && !is_zip(path)
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
        || file.bytes.len() > read::limits().count(Limit::LayerBytes)
    {
        return Ok(Vec::new());
    }
    match decode(&file.bytes) {
        Ok(text) if layer::may_be_layer(&text) => {
            layer::read_within(&file.path, &text, &read::limits())
                .map(|read| read.value)
                .map_err(|e| e.to_string())
        }
        _ => Ok(Vec::new()),
    }
}
