//! How other tools count: the same rules, their numbers. One file a tool.
//!
//! Each convention was read in its tool's source and, where the tool runs here, checked against
//! its output (`tests/conventions.rs`). ATT&CK is always the catalogue asked about: a tool that
//! ships its own copy says the same as long as that is the same release.
//!
//! What a tool does with a file it stumbles over (stops, crashes, drops it) is said in
//! [`Tally::notes`]; counted is what it would have counted without that file.

mod attack_mapper;
mod countermap;
mod detect_forge;
mod detkit;
mod dettect;
mod kibana;
mod ledger;
mod reading;
mod rsigma;
mod sigma_cli;
mod tally;
mod wording;

pub use ledger::{Ledger, Line, ReasonTotal, Side};
pub use tally::{Count, Covers, How, Mark, Ratio, TacticTally, Tally};
pub use wording::Reason;

use crate::attack::{Catalogue, TechniqueIndex};
use crate::rule::Intake;
use reading::Reading;
use serde::{Deserialize, Serialize};

/// A tool's way of counting. Stored by its [`Self::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Convention {
    /// `sigma analyze attack count`
    SigmaCliCount,
    /// `sigma analyze attack max`
    SigmaCliMax,
    /// `sigma analyze attack level`
    SigmaCliLevel,
    /// `rsigma rule coverage`
    Rsigma,
    /// DeTT&CT's detection layer, rules added by Dettectinator.
    Dettect,
    /// `countermap rules-coverage`
    Countermap,
    /// `detect-forge coverage`
    DetectForge,
    /// Kibana's MITRE ATT&CK coverage page.
    Kibana,
    /// `attack-mapper`
    AttackMapper,
    /// `detkit navigator` and `detkit docs`
    Detkit,
}

/// Which ids a tool's number is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Universe {
    /// Techniques and sub-techniques alike.
    All,
    /// Techniques only; a sub-technique counts on the technique above it.
    Techniques,
}

/// The highest value a convention can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Top {
    /// This one.
    Fixed(u32),
    /// The highest there is: a count has no end.
    Largest,
}

impl Convention {
    /// All, in the order they are offered.
    pub const ALL: [Self; 10] = [
        Self::SigmaCliCount,
        Self::SigmaCliMax,
        Self::SigmaCliLevel,
        Self::Rsigma,
        Self::Dettect,
        Self::Countermap,
        Self::DetectForge,
        Self::Kibana,
        Self::AttackMapper,
        Self::Detkit,
    ];

    /// The name it goes by on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::SigmaCliCount => "sigma-cli-count",
            Self::SigmaCliMax => "sigma-cli-max",
            Self::SigmaCliLevel => "sigma-cli-level",
            Self::Rsigma => "rsigma",
            Self::Dettect => "dettect",
            Self::Countermap => "countermap",
            Self::DetectForge => "detect-forge",
            Self::Kibana => "kibana",
            Self::AttackMapper => "attack-mapper",
            Self::Detkit => "detkit",
        }
    }

    /// Reads [`Self::name`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|convention| convention.name() == name)
    }

    /// Which ids its number is made of.
    pub fn universe(self) -> Universe {
        match self {
            Self::Detkit => Universe::Techniques,
            _ => Universe::All,
        }
    }

    /// Whether its value is a number of rules, so that it can be held against ours rule by rule.
    pub fn counts_rules(self) -> bool {
        matches!(self, Self::SigmaCliCount | Self::Rsigma | Self::Kibana)
    }

    /// The highest value it gives.
    pub fn top(self) -> Top {
        match self {
            Self::SigmaCliCount | Self::SigmaCliLevel | Self::Rsigma => Top::Largest,
            Self::SigmaCliMax | Self::Dettect => Top::Fixed(5),
            Self::Countermap => Top::Fixed(2),
            // The palest to the fullest band; from there on all cells look alike.
            Self::Kibana => Top::Fixed(kibana::FULL),
            Self::DetectForge | Self::Detkit => Top::Fixed(100),
            Self::AttackMapper => Top::Fixed(1),
        }
    }

    /// What the tool counts in these rules. Files and formats it does not read are left out, each
    /// with its reason. Linear in the tags of all rules, but for sorting names. The intake must be
    /// settled.
    pub fn tally(self, catalogue: &Catalogue, intake: &Intake) -> Tally {
        self.read(&Reading::as_the_tool(catalogue, intake))
    }

    /// The tool's value for each technique of the catalogue, at its index, as a score of the
    /// same rules: those of formats that the tool does not read are scored by their tags, as if
    /// they were written in its own. `None` where the tool says that nothing is there: absent
    /// from its output, "uncovered", "gap" (which two tools write as 0), and DeTT&CT's -1.
    pub fn scores(self, catalogue: &Catalogue, intake: &Intake) -> Vec<Option<u32>> {
        let tally = self.read(&Reading::of_all_formats(catalogue, intake));
        let score = |mark: Option<Mark>| {
            mark.filter(|mark| mark.covers != Covers::Not)
                .and_then(|mark| u32::try_from(mark.value).ok())
        };
        tally.marks.into_iter().map(score).collect()
    }

    fn read(self, reading: &Reading<'_>) -> Tally {
        match self {
            Self::SigmaCliCount | Self::SigmaCliMax | Self::SigmaCliLevel => {
                sigma_cli::tally(self, reading)
            }
            Self::Rsigma => rsigma::tally(reading),
            Self::Dettect => dettect::tally(reading),
            Self::Countermap => countermap::tally(reading),
            Self::DetectForge => detect_forge::tally(reading),
            Self::Kibana => kibana::tally(reading),
            Self::AttackMapper => attack_mapper::tally(reading),
            Self::Detkit => detkit::tally(reading),
        }
    }
}

/// The catalogue's index as a place in a list.
fn place(index: TechniqueIndex) -> usize {
    usize::from(index.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for convention in Convention::ALL {
            assert_eq!(Convention::parse(convention.name()), Some(convention));
            let stored = serde_json::to_value(convention).expect("a name");
            assert_eq!(stored, convention.name());
        }
        assert_eq!(Convention::parse("level"), None);
    }
}
