//! Reads ATT&CK as MITRE publishes it: STIX 2.0 (`mitre/cti`) and 2.1 (`attack-stix-data`)
//! bundles of any of the three domains, or several in one file.

mod assemble;
mod object;

use super::catalogue::Catalogue;
use super::draft::TooMany;
use super::id::{CampaignId, GroupId};
use crate::diagnostic::{Code, Diagnostic, Severity, Warned};
use crate::limits::{Limit, Limits};
use object::{Bundle, Collected};

/// Why a file gives no catalogue. The message says what was found, [`StixError::hint`] what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StixError {
    /// Larger than [`Limit::StixBytes`].
    #[error("{bytes} bytes are more than the {most} allowed for a STIX bundle")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit, in bytes.
        most: u64,
    },
    /// Not JSON, or cut off.
    #[error("not valid JSON: {message}")]
    Syntax {
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
        /// The parser's words.
        message: String,
    },
    /// JSON, but a field has another type than STIX gives it.
    #[error("not shaped like STIX: {message}")]
    Shape {
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
        /// The parser's words.
        message: String,
    },
    /// JSON, but not a STIX bundle.
    #[error("not a STIX bundle: its type is '{found}'")]
    NotABundle {
        /// The value of `type`, shortened; empty if it has none.
        found: String,
    },
    /// A bundle without a live matrix of a known domain.
    #[error("the bundle holds no live x-mitre-matrix of a known domain")]
    NoMatrix,
    /// A bundle whose matrices are empty.
    #[error("the bundle holds no live technique that stands in its matrix")]
    NoTechniques,
    /// More objects than a catalogue can number.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

impl StixError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "give the bundle of one domain at a time",
            Self::Syntax { .. } => "download the file again; it may be cut off",
            Self::Shape { .. } => "use MITRE's own bundle, or mend the field at this place",
            Self::NotABundle { .. } => {
                "expected MITRE's file, for example enterprise-attack-18.1.json"
            }
            Self::NoMatrix => {
                "use a whole release (enterprise-attack, mobile-attack or ics-attack), not a part"
            }
            Self::NoTechniques => {
                "kill_chain_phases must name the x_mitre_shortname of a tactic of the matrix"
            }
            Self::TooMany(_) => "leave out custom objects; MITRE's releases are far below",
        }
    }

    /// The same as a diagnostic about the file at `path`.
    pub fn diagnostic(&self, path: impl Into<String>) -> Diagnostic {
        let diagnostic = Diagnostic::new(Severity::Error, Code::StixBundle, path, self.to_string())
            .hint(self.hint());
        match self {
            Self::Syntax { line, column, .. } | Self::Shape { line, column, .. } => {
                diagnostic.at(*line, Some(*column))
            }
            _ => diagnostic,
        }
    }
}

/// Reads a bundle: one catalogue per domain that has a live matrix in it, in the order of
/// [`super::Domain::ALL`]. The release comes from the bundle's `x-mitre-collection`, else from
/// `version`, else it is told by its last change (`as of 2025-11-12`).
///
/// # Errors
/// If the bytes are not a usable bundle; see [`StixError`].
pub fn read_bundle(bytes: &[u8], version: Option<&str>) -> Result<Vec<Catalogue>, StixError> {
    let collected = collect(bytes, &Limits::default())?;
    Ok(assemble::assemble(&collected, version)?.0)
}

/// The same for a file: takes the release from its name where the bundle does not say it, and
/// tells what was left out as diagnostics about `path`.
///
/// # Errors
/// As [`read_bundle`].
pub fn read_file(path: &str, bytes: &[u8]) -> Result<Warned<Vec<Catalogue>>, StixError> {
    read_file_within(path, bytes, &Limits::default())
}

/// [`read_file`] under other limits.
///
/// # Errors
/// As [`read_bundle`].
pub fn read_file_within(
    path: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Warned<Vec<Catalogue>>, StixError> {
    let collected = collect(bytes, limits)?;
    let version = version_from_name(path);
    let (value, notes) = assemble::assemble(&collected, version.as_deref())?;
    let diagnostics = notes
        .into_iter()
        .map(|note| Diagnostic::new(Severity::Note, Code::StixBundle, path, note))
        .collect();
    Ok(Warned { value, diagnostics })
}

/// Which campaigns a bundle attributes to which groups, sorted; live objects only.
///
/// # Errors
/// As [`read_bundle`].
pub fn read_attributions(bytes: &[u8]) -> Result<Vec<(CampaignId, GroupId)>, StixError> {
    Ok(assemble::attributions(&collect(bytes, &Limits::default())?))
}

/// The release a file name or its folders tell: `enterprise-attack-18.1.json` → `18.1`,
/// `cti-ATT-CK-v16.1/mobile-attack/mobile-attack.json` → `16.1`.
pub fn version_from_name(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    name.rsplit(['/', '\\']).find_map(|part| {
        ["attack-", "att&ck-", "att-ck-"].iter().find_map(|mark| {
            part.match_indices(mark).find_map(|(at, _)| release(&part[at + mark.len()..]))
        })
    })
}

/// A release number (`v18.1`, `19`) at the start of a text.
fn release(text: &str) -> Option<String> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let major = digits(text);
    if !(1..=2).contains(&major) {
        return None;
    }
    let minor = text[major..].strip_prefix('.').map_or(0, digits);
    let end = if (1..=2).contains(&minor) { major + 1 + minor } else { major };
    Some(text[..end].to_owned())
}

fn collect<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Collected<'b>, StixError> {
    let (size, most) = (bytes.len() as u64, limits.of(Limit::StixBytes));
    if size > most {
        return Err(StixError::TooLarge { bytes: size, most });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bundle: Bundle<'_> =
        serde_json::from_slice(bytes).map_err(|error| json_error(bytes, &error))?;
    if &*bundle.kind != "bundle" {
        return Err(StixError::NotABundle { found: bundle.kind.chars().take(40).collect() });
    }
    Ok(bundle.objects)
}

fn json_error(bytes: &[u8], error: &serde_json::Error) -> StixError {
    // The parser counts columns in bytes; people count characters.
    let line_start = match error.line() {
        0 | 1 => 0,
        line => bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(line - 2)
            .map_or(0, |(at, _)| at + 1),
    };
    let line_bytes = bytes.get(line_start..).unwrap_or_default();
    let before = &line_bytes[..error.column().min(line_bytes.len())];
    // Bytes that continue a character do not count.
    let column = before.iter().filter(|byte| **byte & 0xc0 != 0x80).count().max(1);
    let (line, column) = (
        u32::try_from(error.line().max(1)).unwrap_or(u32::MAX),
        u32::try_from(column).unwrap_or(u32::MAX),
    );
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or_default().chars().take(200).collect();
    if error.is_data() {
        StixError::Shape { line, column, message }
    } else {
        StixError::Syntax { line, column, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_names() {
        for (name, version) in [
            ("enterprise-attack-18.1.json", Some("18.1")),
            ("downloads/ics-attack-v17.json", Some("17")),
            ("enterprise-attack-18.1 (1).json", Some("18.1")),
            ("cti-ATT-CK-v16.1/mobile-attack/mobile-attack.json", Some("16.1")),
            ("attack-stix-data/enterprise-attack/enterprise-attack.json", None),
            ("attack-2024.json", None),
            ("attack-18.json", Some("18")),
            ("attack-18.2025.json", Some("18")),
            ("attack-é.json", None),
            ("", None),
        ] {
            assert_eq!(version_from_name(name).as_deref(), version, "{name}");
        }
    }

    #[test]
    fn errors_tell_line_and_column_in_characters() {
        let error = read_bundle("{\n \"é\": nonsense}".as_bytes(), None).expect_err("no JSON");
        let StixError::Syntax { line, column, .. } = error else { panic!("{error:?}") };
        assert_eq!((line, column), (2, 8));
        let text = "{\"type\": \"bundle\",\n\"objects\": [{\"type\": 5}]}";
        let error = read_bundle(text.as_bytes(), None).expect_err("a number is no type");
        let StixError::Shape { line, message, .. } = &error else { panic!("{error:?}") };
        assert_eq!((*line, message.as_str()), (2, "invalid type: integer `5`, expected a text"));
        assert_eq!(error.diagnostic("x.json").line, Some(2));
    }

    #[test]
    fn what_is_no_bundle_says_what_it_is() {
        assert_eq!(
            read_bundle(br#"{"type": "report"}"#, None),
            Err(StixError::NotABundle { found: "report".to_owned() })
        );
        assert_eq!(
            read_bundle(br#"{"name": "a Navigator layer", "domain": "enterprise-attack"}"#, None),
            Err(StixError::NotABundle { found: String::new() })
        );
        assert_eq!(read_bundle(br#"{"type": "bundle"}"#, None), Err(StixError::NoMatrix));
    }
}
