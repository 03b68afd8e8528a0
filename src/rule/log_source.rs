//! Where a rule's events come from.

use crate::lowercase::lowercase;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Product, category and service, lower case; empty where a rule does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogSource {
    /// For example `windows`.
    pub product: String,
    /// For example `process_creation`.
    pub category: String,
    /// For example `sysmon`.
    pub service: String,
}

impl LogSource {
    /// Normalises case and blanks.
    pub fn new(product: &str, category: &str, service: &str) -> Self {
        let normal = |text: &str| lowercase(text.trim());
        Self { product: normal(product), category: normal(category), service: normal(service) }
    }

    /// Whether the rule names none.
    pub fn is_empty(&self) -> bool {
        self.product.is_empty() && self.category.is_empty() && self.service.is_empty()
    }
}

impl fmt::Display for LogSource {
    /// `windows / process_creation / sysmon`, without what is empty; `not stated` if all is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.product, &self.category, &self.service];
        let mut first = true;
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if !first {
                f.write_str(" / ")?;
            }
            f.write_str(part)?;
            first = false;
        }
        if first { f.write_str("not stated") } else { Ok(()) }
    }
}
