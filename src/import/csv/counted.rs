//! Tables a profile is made from: an inventory (`host,platform,service`) and incidents
//! (`technique,count`). Columns in any order, by their usual names; other columns do not matter.

use super::head::separators;
use super::rows::{Cell, Rows};
use crate::attack::TechniqueId;
use crate::limits::{Limit, Limits};
use crate::lowercase::lowercase;

/// Heads without case, blanks and punctuation.
const PLATFORM: &[&str] =
    &["platform", "platforms", "os", "operatingsystem", "osname", "system", "systemtype", "ostype"];
const SERVICE: &[&str] = &[
    "service",
    "services",
    "technology",
    "technologies",
    "product",
    "application",
    "app",
    "software",
    "role",
    "tag",
    "tags",
];
const TECHNIQUE: &[&str] = &[
    "technique",
    "techniques",
    "techniqueid",
    "attackid",
    "attacktechnique",
    "attacktechniqueid",
    "mitre",
    "mitreid",
    "mitreattack",
    "mitretechnique",
    "mitretechniqueid",
    "ttp",
    "id",
];
const COUNT: &[&str] =
    &["count", "counts", "incidents", "incidentcount", "number", "n", "total", "cases", "events"];

/// Why a table cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Longer than [`Limit::ProfileBytes`], which is written like this.
    #[error("longer than the {0} allowed for a table")]
    TooLarge(String),
    /// No column of that kind.
    #[error("no column {wanted} in its head")]
    NoColumn {
        /// Which names it may have.
        wanted: &'static str,
    },
    /// A head and nothing that can be used below it.
    #[error("no row that can be used")]
    NoRow,
}

/// What the rows of a table say, and which of them say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<T> {
    /// In the order of the text.
    pub rows: Vec<T>,
    /// Lines that were passed over, and why.
    pub passed_over: Vec<(u32, String)>,
}

/// Platform and service of each host of an inventory, as written; several services of one host,
/// separated by `;` or `|`, are a row each. Hosts are read over.
///
/// # Errors
/// If it has neither a column of platforms nor one of services, or no row.
pub fn inventory(text: &str, limits: &Limits) -> Result<Table<(String, String)>, TableError> {
    let is_head = |head: &[Cell<'_>]| place(head, PLATFORM).or(place(head, SERVICE));
    let (head, mut rows) = read(text, limits, is_head)?
        .ok_or(TableError::NoColumn { wanted: "platform or service" })?;
    let (platform, service) = (place(&head, PLATFORM), place(&head, SERVICE));
    let mut table = Table { rows: Vec::new(), passed_over: Vec::new() };
    while let Some(row) = rows.next() {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).map(Cell::text);
        let (platform, services) = (cell(platform).unwrap_or_default(), cell(service));
        let services = services.unwrap_or_default();
        let before = table.rows.len();
        for service in services.split([';', '|']).map(str::trim).filter(|text| !text.is_empty()) {
            table.rows.push((platform.trim().to_owned(), service.to_owned()));
        }
        if table.rows.len() > before {
            continue;
        }
        if platform.trim().is_empty() {
            let line = row.first().map_or(0, |cell| cell.line);
            table.passed_over.push((line, "neither a platform nor a service".to_owned()));
        } else {
            table.rows.push((platform.trim().to_owned(), String::new()));
        }
    }
    if table.rows.is_empty() { Err(TableError::NoRow) } else { Ok(table) }
}

/// Techniques and how many incidents they were seen in. A table without a head has the technique
/// first and the number second.
///
/// # Errors
/// If it has no column of techniques or none of numbers, or no row.
pub fn incidents(text: &str, limits: &Limits) -> Result<Table<(TechniqueId, u64)>, TableError> {
    let bare = |head: &[Cell<'_>]| {
        let is_id = |cell: &Cell<'_>| cell.text().trim().parse::<TechniqueId>().is_ok();
        head.len() > 1 && head.first().is_some_and(is_id)
    };
    let is_head = |head: &[Cell<'_>]| bare(head).then_some(0).or(place(head, TECHNIQUE));
    let (head, mut rows) =
        read(text, limits, is_head)?.ok_or(TableError::NoColumn { wanted: "technique" })?;
    let (technique, count, mut next) = if bare(&head) {
        (0, 1, Some(head))
    } else {
        let technique = place(&head, TECHNIQUE);
        let technique = technique.ok_or(TableError::NoColumn { wanted: "technique" })?;
        let count = place(&head, COUNT).ok_or(TableError::NoColumn { wanted: "count" })?;
        (technique, count, None)
    };
    let mut table = Table { rows: Vec::new(), passed_over: Vec::new() };
    while let Some(row) = next.take().or_else(|| rows.next()) {
        let text = |at: usize| row.get(at).map(Cell::text).unwrap_or_default();
        let (id, number) = (text(technique), text(count));
        let (id, number) = (id.trim(), number.trim());
        match (id.parse(), number.parse()) {
            (Ok(id), Ok(count)) => table.rows.push((id, count)),
            (Err(_), _) => {
                let line = row.first().map_or(0, |cell| cell.line);
                table.passed_over.push((line, format!("'{}' is no technique id", cut(id))));
            }
            (_, Err(_)) => {
                let line = row.first().map_or(0, |cell| cell.line);
                let reason = format!("'{}' is no whole number from 0", cut(number));
                table.passed_over.push((line, reason));
            }
        }
    }
    if table.rows.is_empty() { Err(TableError::NoRow) } else { Ok(table) }
}

/// A quotation that stays short.
fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The first row and those below it, by the separator with which the first row is a head.
fn read<'t>(
    text: &'t str,
    limits: &Limits,
    is_head: impl Fn(&[Cell<'t>]) -> Option<usize>,
) -> Result<Option<(Vec<Cell<'t>>, Rows<'t>)>, TableError> {
    let most = limits.of(Limit::ProfileBytes);
    if text.len() as u64 > most {
        return Err(TableError::TooLarge(Limit::ProfileBytes.written(most)));
    }
    let text = text.trim_start_matches(['\u{FEFF}', '\n', '\r', ' ']);
    let (separators, is_stated) = separators(text.lines().next().unwrap_or_default());
    Ok(separators.into_iter().find_map(|separator| {
        let mut rows = Rows::new(text, separator);
        if is_stated {
            rows.skip_line();
        }
        let head = rows.next()?;
        is_head(&head)?;
        Some((head, rows))
    }))
}

fn place(head: &[Cell<'_>], names: &[&str]) -> Option<usize> {
    head.iter().position(|cell| {
        let text = lowercase(&cell.text());
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        names.contains(&plain.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_inventory_in_any_shape() {
        let pairs = |text: &str| inventory(text, &Limits::default()).expect("a table").rows;
        let of = |platform: &str, service: &str| (platform.to_owned(), service.to_owned());
        let text = "host,platform,service\na,Windows,AD; IIS\nb,Linux,\nc,,okta\n,,\n";
        let table = inventory(text, &Limits::default()).expect("a table");
        let expected = [of("Windows", "AD"), of("Windows", "IIS"), of("Linux", ""), of("", "okta")];
        assert_eq!(table.rows, expected);
        assert_eq!(table.passed_over.len(), 1);
        let text = "\u{FEFF}sep=;\r\nService;Owner;Operating System\r\nnginx;me;\"Ubuntu; 24\"\r\n";
        assert_eq!(pairs(text), [of("Ubuntu; 24", "nginx")]);
        assert_eq!(pairs("OS\nWindows\n"), [of("Windows", "")]);
        let wrong = inventory("host,owner\na,b\n", &Limits::default());
        assert_eq!(wrong, Err(TableError::NoColumn { wanted: "platform or service" }));
        assert_eq!(inventory("host,platform\n", &Limits::default()), Err(TableError::NoRow));
    }

    #[test]
    fn incidents_with_and_without_a_head() {
        let pairs = |text: &str| {
            let rows = incidents(text, &Limits::default()).expect("a table").rows;
            rows.into_iter().map(|(id, n)| (id.to_string(), n)).collect::<Vec<_>>()
        };
        let expected = [("T1059.001".to_owned(), 12), ("T1003".to_owned(), 0)];
        assert_eq!(pairs("technique,count\nT1059.001,12\nt1003,0\n"), expected);
        assert_eq!(pairs("T1059.001,12\nT1003,0\n"), expected);
        assert_eq!(pairs("Cases\tName\tTechnique ID\n12\tx\tT1059.001\n0\ty\tT1003\n"), expected);
        let table = incidents(
            "technique,count\nT1003,2\nPowerShell,4\nT1003,-1\nT1059\n",
            &Limits::default(),
        );
        let table = table.expect("a table");
        assert_eq!(table.rows.len(), 1);
        let lines: Vec<u32> = table.passed_over.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5]);
        assert_eq!(
            incidents("technique\nT1003\n", &Limits::default()),
            Err(TableError::NoColumn { wanted: "count" })
        );
        assert_eq!(
            incidents("", &Limits::default()),
            Err(TableError::NoColumn { wanted: "technique" })
        );
        assert_eq!(incidents("technique,count\nx,1\n", &Limits::default()), Err(TableError::NoRow));
    }

    proptest! {
        #[test]
        fn any_text_is_a_table_or_none(text in prop_oneof![any::<String>(), "[a-zT0-9,;\"\n\t.]{0,60}"]) {
            let _ = inventory(&text, &Limits::default());
            let _ = incidents(&text, &Limits::default());
            let _ = inventory(&format!("platform,service\n{text}"), &Limits::default());
            let _ = incidents(&format!("technique,count\n{text}"), &Limits::default());
        }
    }
}
