//! What an inventory of hosts counted.

use crate::lowercase::lowercase;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many hosts run a service on a platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AssetCount {
    /// As the inventory writes it; may be empty.
    pub platform: String,
    /// As the inventory writes it; may be empty.
    pub service: String,
    /// Rows of the inventory; a host that is listed twice with both counts twice.
    pub hosts: u64,
}

/// An inventory without its hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Assets {
    /// By platform, then service, as they were first written; no pair twice if made by
    /// [`Self::count`].
    pub counts: Vec<AssetCount>,
}

impl Assets {
    /// Counts rows of platform and service, in any order and any case.
    pub fn count<'r>(rows: impl IntoIterator<Item = (&'r str, &'r str)>) -> Self {
        let mut counts: BTreeMap<(String, String), AssetCount> = BTreeMap::new();
        for (platform, service) in rows {
            let (platform, service) = (platform.trim(), service.trim());
            if platform.is_empty() && service.is_empty() {
                continue;
            }
            let made =
                AssetCount { platform: platform.to_owned(), service: service.to_owned(), hosts: 0 };
            let count = counts.entry((lowercase(platform), lowercase(service))).or_insert(made);
            // Of spellings that differ in case one is shown, whatever the order of the rows.
            if platform < count.platform.as_str() {
                count.platform = platform.to_owned();
            }
            if service < count.service.as_str() {
                count.service = service.to_owned();
            }
            count.hosts += 1;
        }
        Self { counts: counts.into_values().collect() }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The platforms named.
    pub fn platforms(&self) -> impl Iterator<Item = &str> {
        let names = self.counts.iter().map(|count| count.platform.as_str());
        names.filter(|name| !name.is_empty())
    }

    /// The services named.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        let names = self.counts.iter().map(|count| count.service.as_str());
        names.filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_whatever_their_order_and_case() {
        let rows = [("Windows", "AD"), ("linux", ""), ("windows", "ad"), ("", " "), ("", "aws")];
        let there = Assets::count(rows);
        let back = Assets::count(rows.into_iter().rev());
        assert_eq!(there, back);
        let said: Vec<_> = there
            .counts
            .iter()
            .map(|c| (c.platform.as_str(), c.service.as_str(), c.hosts))
            .collect();
        assert_eq!(said, [("", "aws", 1), ("linux", "", 1), ("Windows", "AD", 2)]);
    }
}
