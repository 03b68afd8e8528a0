//! What a rule's log source can show, as ids of ATT&CK data components: `data/log_sources.txt`, a
//! table of our own that says for each row where it is from.
//!
//! A row says what such a log can show, not that every event of it is collected: hence guesses,
//! to be corrected.

use crate::rule::LogSource;
use crate::sorted;
use std::sync::LazyLock;

/// Sigma's category of whatever a program writes; product and service say more.
const VAGUE: &str = "application";

/// A row of the table.
struct Row {
    words: Vec<&'static str>,
    /// What must stand in the log source as well.
    beside: Option<&'static str>,
    components: Vec<&'static str>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let text = include_str!("../../../data/log_sources.txt");
    text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

fn row(line: &'static str) -> Option<Row> {
    let mut parts = line.split('|').map(str::trim);
    let (names, components) = (parts.next()?, parts.next()?);
    let (names, beside) = match names.split_once('&') {
        Some((names, beside)) => (names, Some(beside.trim())),
        None => (names, None),
    };
    Some(Row {
        words: names.split(',').map(str::trim).collect(),
        beside,
        components: components.split(' ').collect(),
    })
}

/// The data components a log source can show, as ids, sorted, each once; none if it is not known.
///
/// What is looked at decides before where it comes from: the category, else the service, else the
/// product (`windows / process_creation / sysmon` shows processes, not all that Sysmon could).
pub fn components_of(log_source: &LogSource) -> Vec<&'static str> {
    let LogSource { product, category, service } = log_source;
    let precise = if category == VAGUE { "" } else { category };
    let fields = [precise, service, product, category];
    fields
        .into_iter()
        .map(|field| shown(field, log_source))
        .find(|s| !s.is_empty())
        .unwrap_or_default()
}

/// What the words of one field show.
fn shown(field: &str, log_source: &LogSource) -> Vec<&'static str> {
    let mut found = Vec::new();
    for name in field.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let spellings = spellings(name);
        for row in ROWS.iter() {
            let beside = row.beside.is_none_or(|word| {
                [&log_source.product, &log_source.category, &log_source.service]
                    .into_iter()
                    .any(|field| field.split(", ").any(|part| part == word))
            });
            if beside && row.words.iter().any(|word| spellings.contains(word)) {
                found.extend(row.components.iter().copied());
            }
        }
    }
    sorted::sort(&mut found);
    found.dedup();
    found
}

/// A name as it is, without the ending of custom tables (`_CL`) and what stands in brackets, and
/// what stands before its first dot (`aws.cloudtrail`).
fn spellings(name: &str) -> [&str; 3] {
    let plain = name.split(" (").next().unwrap_or(name);
    let plain = plain.strip_suffix("_cl").unwrap_or(plain);
    [name, plain, plain.split('.').next().unwrap_or(plain)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use std::collections::BTreeSet;

    fn of(product: &str, category: &str, service: &str) -> Vec<&'static str> {
        components_of(&LogSource::new(product, category, service))
    }

    #[test]
    fn the_table_is_whole_and_speaks_attacks_own_ids() {
        let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
        let text = include_str!("../../../data/log_sources.txt");
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(ROWS.len(), lines.clone().count(), "every row is read");
        for line in lines {
            let source = line.rsplit('|').next().expect("a part").trim();
            assert!(["S", "A", "C", "V"].contains(&source), "{line}");
        }
        let known = catalogue.data_components.iter().map(|component| component.id.to_string());
        let known: BTreeSet<String> = known.collect();
        let mut seen = BTreeSet::new();
        for row in ROWS.iter() {
            assert!(row.components.iter().all(|id| known.contains(*id)), "{:?}", row.words);
            for word in &row.words {
                assert_eq!(*word, crate::lowercase::lowercase(word));
                assert!(seen.insert((*word, row.beside)), "{word} stands twice");
            }
        }
    }

    #[test]
    fn what_is_looked_at_decides_before_where_it_comes_from() {
        assert_eq!(of("windows", "process_creation", "sysmon"), ["DC0032"]);
        assert!(of("windows", "", "sysmon").len() > 5);
        assert_eq!(of("azure", "", "signinlogs"), ["DC0002", "DC0067", "DC0088"]);
        assert!(of("kubernetes", "application", "audit").contains(&"DC0019"));
        assert_eq!(of("python", "application", ""), ["DC0038"]);
        assert_eq!(
            of("windows", "process/create, registry/add", ""),
            ["DC0032", "DC0056", "DC0063"]
        );
        assert_eq!(of("aws", "aws.cloudtrail", ""), of("aws", "", "cloudtrail"));
        assert_eq!(of("", "officeactivity (teams)", ""), of("m365", "", ""));
        assert_eq!(of("", "okta_cl", ""), of("okta", "", "okta"));
        // Service "system" is another thing on Windows and on Linux.
        assert_ne!(of("windows", "", "system"), of("linux", "", "system"));
        assert!(of("mainframe", "", "racf").is_empty() && of("", "", "").is_empty());
    }
}
