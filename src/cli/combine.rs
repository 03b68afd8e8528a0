//! `coverlay combine`.

use super::args::CombineArgs;
use super::exit::Failure;
use super::migrate::read;
use super::run::{release, say, write};
use crate::layer::{self, Expression, Layer};

pub(super) fn combine(args: &CombineArgs, quiet: bool) -> Result<(), Failure> {
    let mut layers: Vec<Layer> = Vec::new();
    for path in &args.layers {
        let read = read(path)?;
        for remark in read.diagnostics.iter().filter(|_| !quiet) {
            say(&format!("{}: {}", remark.path, remark.message));
        }
        layers.extend(read.value);
    }
    let domain = layers
        .iter()
        .find_map(Layer::attack_domain)
        .ok_or_else(|| Failure::Usage("none of the layers is of a domain of ATT&CK".to_owned()))?;
    if let Some(other) = layers.iter().find(|layer| layer.attack_domain() != Some(domain)) {
        return Err(Failure::Usage(format!(
            "'{}' is of {}, others are of {domain}; layers of one domain can be combined",
            other.name, other.domain
        )));
    }
    let catalogue = release(domain, args.attack.as_deref())?;
    let expression = Expression::parse(&args.expression, layers.len())
        .map_err(|error| Failure::Usage(format!("'{}': {error}", args.expression)))?;
    let name = args.name.clone().unwrap_or_else(|| args.expression.clone());
    let combined = layer::combine(&expression, &args.expression, &layers, &name, &catalogue);
    let entries = combined.layer.techniques.entries.len();
    let (json, notes) = layer::written(vec![combined.layer], Some(&catalogue), false);
    if !quiet {
        say(&format!("{} layers to one of {entries} entries", layers.len()));
        if combined.no_result > 0 {
            let cells = combined.no_result;
            say(&format!("{cells} cells have no result: divided by 0, or beyond a billion"));
        }
        notes.iter().for_each(|(_, note)| say(&note.to_string()));
    }
    write(args.output.as_deref(), json.as_bytes())
}
