//! Names of files from a template, for example `coverage_{quarter}_{year}.json`.

use crate::attack::Catalogue;
use crate::date::Date;
use std::str::FromStr;

/// What a layer is called where nothing else is asked for.
pub(super) const USUAL: &str = "coverage_{quarter}_{year}.json";

/// What may stand in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placeholder {
    /// `Q4`.
    Quarter,
    /// `2026`.
    Year,
    /// As `--sprint` says.
    Sprint,
    /// `2026-11-29`.
    Date,
    /// `enterprise-attack`.
    Domain,
    /// `19.2`: the release of ATT&CK.
    Version,
}

impl Placeholder {
    const ALL: [(&'static str, Self); 6] = [
        ("quarter", Self::Quarter),
        ("year", Self::Year),
        ("sprint", Self::Sprint),
        ("date", Self::Date),
        ("domain", Self::Domain),
        ("version", Self::Version),
    ];
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Filled(Placeholder),
}

/// A template that can be filled in, unless it names a sprint and none is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NameTemplate(Vec<Part>);

impl NameTemplate {
    /// The name; an error if it asks for a sprint and there is none.
    pub(super) fn fill(
        &self,
        catalogue: &Catalogue,
        date: Date,
        sprint: Option<&str>,
    ) -> Result<String, String> {
        let mut name = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => name.push_str(text),
                Part::Filled(Placeholder::Quarter) => {
                    name.push_str(&format!("Q{}", date.quarter()));
                }
                Part::Filled(Placeholder::Year) => name.push_str(&date.year().to_string()),
                Part::Filled(Placeholder::Date) => name.push_str(&date.to_string()),
                Part::Filled(Placeholder::Domain) => name.push_str(catalogue.domain.as_str()),
                Part::Filled(Placeholder::Version) => name.push_str(&file_part(&catalogue.version)),
                Part::Filled(Placeholder::Sprint) => name.push_str(
                    sprint.ok_or("the name asks for a {sprint}; say which with --sprint")?,
                ),
            }
        }
        Ok(name)
    }
}

/// The version of a STIX bundle is a text of somebody else's.
fn file_part(text: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.chars().map(|c| if fits(c) { c } else { '_' }).collect()
}

impl FromStr for NameTemplate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| format!("'{text}': a '{{' is never closed"))?;
            let found = Placeholder::ALL.into_iter().find(|(known, _)| *known == name);
            let (_, placeholder) = found.ok_or_else(|| {
                let known = Placeholder::ALL.map(|(known, _)| format!("{{{known}}}"));
                format!("'{text}': there is no {{{name}}}; there are {}", known.join(", "))
            })?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Filled(placeholder));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        let mut texts = parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Filled(_) => None,
        });
        if texts.any(|text| text.contains(['/', '\\', '}', ':', '\0'])) {
            return Err(format!("'{text}' is not the name of a file"));
        }
        if matches!(text, "" | "." | "..") {
            return Err("a name needs letters".to_owned());
        }
        Ok(Self(parts))
    }
}

/// The number or name of a sprint, as part of a file's name.
pub(super) fn sprint(text: &str) -> Result<String, String> {
    if text.is_empty() || file_part(text) != text {
        return Err(format!("'{text}': a sprint is letters, digits, '.', '-' and '_'"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};

    fn filled(template: &str, sprint: Option<&str>) -> Result<String, String> {
        let catalogue = bundled::find(Domain::Ics, Some("18.1")).expect("readable");
        let date = Date::new(2026, 11, 9).expect("a day");
        NameTemplate::from_str(template)?.fill(catalogue.expect("built in"), date, sprint)
    }

    #[test]
    fn every_placeholder_is_filled() {
        assert_eq!(filled(USUAL, None).as_deref(), Ok("coverage_Q4_2026.json"));
        assert_eq!(
            filled("coverage_sprint_{sprint}_{year}.json", Some("12")).as_deref(),
            Ok("coverage_sprint_12_2026.json")
        );
        assert_eq!(
            filled("{domain}-{version}-{date}", None).as_deref(),
            Ok("ics-attack-18.1-2026-11-09")
        );
        assert_eq!(filled("{date}{date}", None).as_deref(), Ok("2026-11-092026-11-09"));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let error = filled("{month}.json", None).expect_err("no such placeholder");
        assert_eq!(
            error,
            "'{month}.json': there is no {month}; there are {quarter}, {year}, {sprint}, {date}, {domain}, {version}"
        );
        assert!(filled("{sprint}.json", None).expect_err("no sprint").contains("--sprint"));
        for template in ["", "..", "a/b", "..\\{year}", "{year", "year}", "{}", "c:{year}"] {
            assert!(NameTemplate::from_str(template).is_err(), "{template}");
        }
        assert!(sprint("12").is_ok() && sprint("24.2-b").is_ok());
        assert!(sprint("").is_err() && sprint("../x").is_err() && sprint("a b").is_err());
    }
}
