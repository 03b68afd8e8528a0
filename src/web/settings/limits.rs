//! Limits that were chosen, by name: what another version knows is kept for it.

use crate::limits::{Limit, Limits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Only those that differ from the program's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChosenLimits(BTreeMap<String, u64>);

impl ChosenLimits {
    /// With the program's own beside them.
    pub fn get(&self) -> Limits {
        let mut limits = Limits::default();
        for (name, value) in &self.0 {
            if let Some(limit) = Limit::named(name) {
                limits.set(limit, *value);
            }
        }
        limits
    }

    /// Chooses one; its own value takes the choice back.
    pub fn set(&mut self, limit: Limit, value: u64) {
        if value == limit.default_value() {
            self.0.remove(limit.name());
        } else {
            self.0.insert(limit.name().to_owned(), value);
        }
    }

    /// Takes all choices back.
    pub fn reset(&mut self) {
        self.0.clear();
    }

    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_kept_and_bounded() {
        let mut chosen = ChosenLimits::default();
        chosen.set(Limit::Files, 5);
        chosen.set(Limit::YamlDepth, Limit::YamlDepth.default_value());
        assert_eq!(serde_json::to_string(&chosen).expect("JSON"), r#"{"files":5}"#);
        let text = r#"{"files":5,"of-later":1,"yaml-depth":99999}"#;
        let chosen: ChosenLimits = serde_json::from_str(text).expect("JSON");
        assert_eq!((chosen.get().of(Limit::Files), chosen.get().of(Limit::YamlDepth)), (5, 256));
        assert_eq!(serde_json::to_string(&chosen).expect("JSON"), text);
    }
}
