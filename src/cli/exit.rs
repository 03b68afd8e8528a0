//! Exit codes and the errors behind them.

use super::catalogue::CatalogueError;
use std::process::ExitCode;

/// A gate such as `--fail-under` said no.
pub(super) const GATE_FAILED: u8 = 1;
/// Wrong usage.
pub(super) const WRONG_USAGE: u8 = 2;
/// Nothing among the inputs could be read.
pub(super) const NOTHING_READABLE: u8 = 3;

/// Why a command ends without doing its work, or with a gate failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Exit 1.
    #[error("{0}")]
    Gate(String),
    /// Exit 2.
    #[error("{0}")]
    Usage(String),
    /// Exit 3.
    #[error("{0}")]
    NothingReadable(String),
    /// Exit 2: ATT&CK data that was asked for cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Exit 2: the output cannot be written.
    #[error("cannot write {path}: {source}")]
    Output {
        /// Where to.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl Failure {
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Gate(_) => GATE_FAILED,
            Self::Usage(_) | Self::Catalogue(_) | Self::Output { .. } => WRONG_USAGE,
            Self::NothingReadable(_) => NOTHING_READABLE,
        })
    }
}
