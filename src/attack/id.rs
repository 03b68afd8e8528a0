//! The ids of ATT&CK objects as small copyable types: `T1059.001`, `TA0002`, `G0016` …

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The text is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {wanted}")]
pub struct IdError {
    text: String,
    wanted: &'static str,
}

/// A technique (`T1059`) or sub-technique (`T1059.001`). Exactly four digits and, for a
/// sub-technique, exactly three (ATT&CK design and philosophy, "technique ids"); written in
/// either case, printed in upper case. Ordered as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TechniqueId {
    number: u16,
    /// 0 for a technique, 1 to 999 for a sub-technique.
    sub: u16,
}

/// As text where people read it (JSON), as one number where they do not (catalogue, worker).
impl Serialize for TechniqueId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_u32(self.code())
        }
    }
}

impl<'de> Deserialize<'de> for TechniqueId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return text.parse().map_err(D::Error::custom);
        }
        Self::from_code(u32::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom("not the number form of a technique id"))
    }
}

impl TechniqueId {
    /// As one number in the same order: `T1059.001` is 1059001.
    pub(super) fn code(self) -> u32 {
        u32::from(self.number) * 1000 + u32::from(self.sub)
    }

    /// The inverse of [`Self::code`].
    pub(super) fn from_code(code: u32) -> Option<Self> {
        match u16::try_from(code / 1000) {
            Ok(number @ 0..=9999) => Some(Self { number, sub: (code % 1000) as u16 }),
            _ => None,
        }
    }

    /// The technique a sub-technique belongs to; a technique has none.
    pub fn parent(self) -> Option<Self> {
        self.is_sub_technique().then_some(Self { number: self.number, sub: 0 })
    }

    /// Whether this is a sub-technique.
    pub fn is_sub_technique(self) -> bool {
        self.sub != 0
    }

    /// The page of this technique on MITRE's site (a link only; nothing is fetched).
    pub fn url(self) -> String {
        match self.sub {
            0 => format!("https://attack.mitre.org/techniques/T{:04}/", self.number),
            sub => format!("https://attack.mitre.org/techniques/T{:04}/{sub:03}/", self.number),
        }
    }
}

impl FromStr for TechniqueId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong =
            || IdError { text: text.to_owned(), wanted: "a technique id such as T1059.001" };
        let digits = |part: &str, count: usize| {
            (part.len() == count && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
                .ok_or_else(wrong)
        };
        let rest = text.strip_prefix(['T', 't']).ok_or_else(wrong)?;
        match rest.split_once('.') {
            None => Ok(Self { number: digits(rest, 4)?, sub: 0 }),
            Some((number, sub)) => {
                let sub = digits(sub, 3)?;
                if sub == 0 {
                    return Err(wrong());
                }
                Ok(Self { number: digits(number, 4)?, sub })
            }
        }
    }
}

impl fmt::Display for TechniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            0 => write!(f, "T{:04}", self.number),
            sub => write!(f, "T{:04}.{sub:03}", self.number),
        }
    }
}

/// An id that is a prefix and a number of four digits.
pub(super) trait Numbered: Copy {
    /// The number, 0 to 9999.
    fn number(self) -> u16;
    /// The id of a number; none has more than four digits.
    fn from_number(number: u16) -> Option<Self>;
}

/// The number of an id with this prefix, in either case.
fn four_digits(text: &str, prefix: &str) -> Option<u16> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    let good = start.eq_ignore_ascii_case(prefix)
        && rest.len() == 4
        && rest.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| rest.parse().ok()).flatten()
}

macro_rules! numbered_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $wanted:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u16);

        impl Numbered for $name {
            fn number(self) -> u16 {
                self.0
            }

            fn from_number(number: u16) -> Option<Self> {
                (number <= 9999).then_some(Self(number))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                four_digits(text, $prefix).map(Self).ok_or_else(|| IdError {
                    text: text.to_owned(),
                    wanted: $wanted,
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{:04}", $prefix, self.0)
            }
        }
    };
}

numbered_id!(
    /// A tactic, `TA0002`.
    TacticId, "TA", "a tactic id such as TA0002"
);
numbered_id!(
    /// A group, `G0016`.
    GroupId, "G", "a group id such as G0016"
);
numbered_id!(
    /// A campaign, `C0014`.
    CampaignId, "C", "a campaign id such as C0014"
);
numbered_id!(
    /// Software, malware or tool, `S0154`.
    SoftwareId, "S", "a software id such as S0154"
);
numbered_id!(
    /// A mitigation, `M1031`.
    MitigationId, "M", "a mitigation id such as M1031"
);
numbered_id!(
    /// A detection strategy (ATT&CK 18 and later), `DET0053`.
    StrategyId, "DET", "a detection strategy id such as DET0053"
);
numbered_id!(
    /// An analytic (ATT&CK 18 and later), `AN0010`.
    AnalyticId, "AN", "an analytic id such as AN0010"
);
numbered_id!(
    /// A data component (ids since ATT&CK 18), `DC0032`.
    DataComponentId, "DC", "a data component id such as DC0032"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn technique_ids_round_trip() {
        for text in ["T1059", "T1059.001", "T0800", "T1685.006"] {
            assert_eq!(text.parse::<TechniqueId>().map(|id| id.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(
            "t1059.001".parse::<TechniqueId>().map(|id| id.to_string()).as_deref(),
            Ok("T1059.001")
        );
        for text in [
            "",
            "T",
            "T105",
            "T10591",
            "T1059.1",
            "T1059.0001",
            "T1059.000",
            "TA0001",
            "T1059.",
            "T١٠٥٩",
            "X1059",
        ] {
            assert!(text.parse::<TechniqueId>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_number_form_refuses_what_is_no_id() {
        let bytes = postcard::to_stdvec(&70_000_000_u32).expect("a number serialises");
        assert!(postcard::from_bytes::<TechniqueId>(&bytes).is_err());
        let id: TechniqueId = "T1685.006".parse().expect("an id");
        let bytes = postcard::to_stdvec(&id).expect("an id serialises");
        assert_eq!(postcard::from_bytes::<TechniqueId>(&bytes), Ok(id));
    }

    #[test]
    fn order_is_that_of_the_text() {
        let id = |text: &str| text.parse::<TechniqueId>().expect("an id");
        assert!(id("T1059") < id("T1059.001") && id("T1059.009") < id("T1068"));
    }

    #[test]
    fn other_ids_keep_their_prefix_apart() {
        assert_eq!("ta0002".parse::<TacticId>().map(|id| id.to_string()).as_deref(), Ok("TA0002"));
        assert!("T0002".parse::<TacticId>().is_err());
        assert_eq!(
            "DET0053".parse::<StrategyId>().map(|id| id.to_string()).as_deref(),
            Ok("DET0053")
        );
    }
}
