//! One file as what it was given for, and how it ends where it is none.

use super::{
    ProfileFileError, read_assets, read_enrichment, read_incidents, read_profile_json, read_threat,
};
use crate::diagnostic::Code;
use crate::gaps::{EnrichmentError, Part, PartKind, PartRead, ProfileError};
use crate::import::TableError;
use crate::layer::{LayerError, TreeError};
use crate::limits::{Limit, Limits};
use crate::source::{Bucket, FileOutcome, SourceFile};
use crate::workspace::WorkspaceError;
use std::borrow::Cow;

/// Reads a file as what it is meant to give.
///
/// # Errors
/// The outcome of a file that is none: place, reason and remedy.
pub fn read_part(
    kind: PartKind,
    file: &SourceFile,
    limits: &Limits,
) -> Result<PartRead, FileOutcome> {
    let (path, bytes) = (&file.path, file.bytes.as_slice());
    let mut passed_over = Vec::new();
    let part = match kind {
        PartKind::Whole => read_profile_json(bytes, limits).map(Part::Whole),
        PartKind::Assets => read_assets(bytes, limits).map(|read| {
            passed_over = read.passed_over;
            Part::Assets(read.value)
        }),
        PartKind::Incidents => read_incidents(bytes, limits).map(|read| {
            passed_over = read.passed_over;
            Part::Incidents(read.value)
        }),
        PartKind::Threat => read_threat(path, bytes, limits).map(|threat| {
            Part::Threat(threat.into_iter().map(|entry| (entry.technique, entry.score)).collect())
        }),
        PartKind::Enrichment => {
            read_enrichment(bytes, limits).map(|enrichment| Part::Enrichment(Box::new(enrichment)))
        }
    };
    match part {
        Ok(part) => Ok(PartRead { path: path.clone(), part, passed_over }),
        Err(error) => Err(FileOutcome {
            path: path.clone(),
            bytes: bytes.len() as u64,
            bucket: error.bucket(),
        }),
    }
}

impl ProfileFileError {
    /// The outcome of a file that should have been one.
    pub fn bucket(&self) -> Bucket {
        let place = |line: usize, column: usize| {
            let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
            (Some(number(line)), Some(number(column)))
        };
        let nowhere = (None, None);
        let (code, (line, column), reason) = match self {
            Self::Decode(error) => return error.bucket(),
            Self::Yaml { line, column, reason } => {
                (Code::YamlSyntax, (Some(*line), Some(*column)), reason.clone())
            }
            Self::Profile(ProfileError::Syntax { line, column, reason }) => {
                (Code::Syntax, place(*line, *column), format!("not valid JSON: {reason}"))
            }
            Self::Layer(LayerError::Tree(TreeError::Syntax { line, column, .. })) => {
                (Code::Syntax, (Some(*line), Some(*column)), self.to_string())
            }
            Self::Workspace(error) => return error.bucket(),
            _ if self.limit().is_some() => (Code::TooLarge, nowhere, self.to_string()),
            _ => (Code::Syntax, nowhere, self.to_string()),
        };
        Bucket::Failed { code, line, column, reason, remedy: self.remedy().into_owned() }
    }

    /// The limit that was met, if it was one.
    pub fn limit(&self) -> Option<Limit> {
        match self {
            Self::Profile(ProfileError::TooLarge(_))
            | Self::Table(TableError::TooLarge(_))
            | Self::Enrichment(EnrichmentError::TooLarge(_)) => Some(Limit::ProfileBytes),
            Self::Layer(LayerError::Tree(TreeError::TooLarge { limit, .. })) => Some(*limit),
            Self::Workspace(WorkspaceError::TooLarge(_)) => Some(Limit::WorkspaceBytes),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> Cow<'static, str> {
        if let Some(limit) = self.limit() {
            return format!("leave out what a profile does not need, {}", limit.remedy()).into();
        }
        Cow::Borrowed(match self {
            Self::Decode(_) => "save the file as UTF-8",
            Self::Yaml { .. } | Self::Profile(ProfileError::Syntax { .. }) => {
                "correct this place; a profile is JSON or YAML"
            }
            Self::Profile(ProfileError::Unknown { .. }) => "correct the key, or remove it",
            Self::Profile(ProfileError::Missing { .. }) => "add the key",
            Self::Profile(ProfileError::Value { .. }) => "correct the value",
            Self::Table(TableError::NoColumn { wanted: "technique" | "count" }) => {
                "let the first line be technique,count"
            }
            Self::Table(TableError::NoColumn { .. }) => {
                "let the first line be host,platform,service"
            }
            Self::Table(TableError::NoRow) => "add rows below the head",
            Self::Layer(_) => "save it as a layer in the ATT&CK Navigator",
            Self::EmptyLayer => "score, colour or comment the techniques that are a threat",
            Self::Enrichment(EnrichmentError::Share { .. }) => "write it as a share from 0 to 1",
            Self::Enrichment(_) => {
                "give JSON with at least one of group_sectors, top_attack_techniques and kev"
            }
            Self::Workspace(_) => "save the workspace again, or use a copy of it",
            // Told above.
            Self::Profile(ProfileError::TooLarge(_)) | Self::Table(TableError::TooLarge(_)) => {
                "leave out what a profile does not need"
            }
        })
    }
}
