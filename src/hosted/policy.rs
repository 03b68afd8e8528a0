//! The policy of `coverlay.json`: a name, or an object with the keys `coverlay.toml` has for it.

use super::read::Reader;
use crate::coverage::{LevelScore, Policy};
use crate::rule::Level;
use serde_json::Value;

/// The keys of the object.
pub(super) const KEYS: [&str; 3] = ["score", "levels", "weight"];

/// What a rule without a level is called.
const NO_LEVEL: &str = "none";

const KEY: &str = "policy";

/// The policy, as far as it can be read; `None` where not even its name can.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value) -> Option<Policy> {
    let Value::Object(object) = value else {
        return named(reader, KEY, value);
    };
    reader.known_keys(KEY, object, &KEYS);
    let mut policy = match object.get("score") {
        Some(name) => named(reader, "policy.score", name)?,
        None => Policy::default(),
    };
    if let Some(levels) = reader.object("policy.levels", object.get("levels")) {
        let name = policy.name();
        let Policy::Level { table } = &mut policy else {
            let reason = format!("the policy '{name}' looks no levels up");
            reader.wrong("policy.levels", reason, "leave them out, or use the policy 'level'");
            return Some(policy);
        };
        for (name, value) in levels {
            let key = format!("policy.levels.{name}");
            let level = Level::ALL.into_iter().find(|level| level.as_str() == name);
            if level.is_none() && name != NO_LEVEL {
                let known = Level::ALL.iter().map(|level| level.as_str()).chain([NO_LEVEL]);
                reader.unknown(&key, "no such level", known);
                continue;
            }
            let score = value.as_u64().and_then(|score| u8::try_from(score).ok());
            match score.and_then(LevelScore::new) {
                Some(score) => table.set(level, score),
                None => reader.wrong(&key, "not a score", "write a whole number from 0 to 100"),
            }
        }
    }
    if let Some(weights) = reader.object("policy.weight", object.get("weight")) {
        for (name, value) in weights {
            let key = format!("policy.weight.{name}");
            let known: Vec<&str> = policy.weights().iter().map(|(weight, _)| weight.key).collect();
            if !known.is_empty() && !known.contains(&name.as_str()) {
                reader.unknown(&key, "no such weight", known);
                continue;
            }
            let set = policy.set_weight(name, value.as_f64().unwrap_or(f64::NAN));
            if let Err(error) = set {
                let remedy = "leave it out, or write a number of its range";
                reader.wrong(&key, error.to_string(), remedy);
            }
        }
    }
    Some(policy)
}

fn named(reader: &mut Reader<'_>, key: &str, value: &Value) -> Option<Policy> {
    let found = value.as_str().and_then(Policy::named);
    if found.is_none() {
        let all = Policy::all();
        reader.unknown_value(key, value, "policy", all.iter().map(Policy::name));
    }
    found
}
