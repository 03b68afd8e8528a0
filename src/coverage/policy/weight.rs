//! Weights as data: what can be turned, how far, what it means and where its default comes from.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// One weight of a policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// Its name in files and on the command line, for example `level.high`.
    pub key: &'static str,
    /// As people read it.
    pub label: &'static str,
    /// The value it has until someone changes it, in thousandths.
    default: u16,
    /// Least and highest, in thousandths.
    range: (u16, u16),
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// Where the default comes from.
    pub source: &'static str,
}

impl Weight {
    /// From thousandths: only whole numbers are the same everywhere.
    pub(crate) const fn new(
        (key, label): (&'static str, &'static str),
        default: u16,
        range: (u16, u16),
        meaning: &'static str,
        source: &'static str,
    ) -> Self {
        Self { key, label, default, range, meaning, source }
    }

    /// A factor, or how much one counts: 0 to 1.
    pub(crate) const fn share(
        names: (&'static str, &'static str),
        default: u16,
        meaning: &'static str,
        source: &'static str,
    ) -> Self {
        Self::new(names, default, (0, 1000), meaning, source)
    }

    /// The value it has until someone changes it.
    pub fn default(&self) -> f64 {
        number(self.default)
    }

    /// Least and highest.
    pub fn range(&self) -> (f64, f64) {
        (number(self.range.0), number(self.range.1))
    }
}

fn number(thousandths: u16) -> f64 {
    f64::from(thousandths) / 1000.0
}

/// Why a weight cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightError {
    /// The policy has no weights.
    #[error("the policy '{policy}' has no weights")]
    NoWeights {
        /// Its name.
        policy: &'static str,
    },
    /// The policy has no such weight.
    #[error("there is no weight '{key}'; there are {known}")]
    Unknown {
        /// As asked for.
        key: String,
        /// All keys.
        known: String,
    },
    /// Outside its range, or no number.
    #[error("{key} is a number from {least} to {highest}")]
    Range {
        /// The weight.
        key: &'static str,
        /// Its least value.
        least: String,
        /// Its highest.
        highest: String,
    },
}

/// The weights a policy has, in the order they are shown.
pub trait Weighted: Copy {
    /// All.
    const TABLE: &'static [Weight];
}

/// The most weights a policy has.
const MOST: usize = 48;

/// Values for the weights of a policy, each within its range, to three decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights<T> {
    /// In the order of the table; the rest is 0.
    thousandths: [u16; MOST],
    of: PhantomData<T>,
}

impl<T: Weighted> Default for Weights<T> {
    fn default() -> Self {
        const { assert!(T::TABLE.len() <= MOST) };
        let mut thousandths = [0; MOST];
        for (place, weight) in thousandths.iter_mut().zip(T::TABLE) {
            *place = weight.default;
        }
        Self { thousandths, of: PhantomData }
    }
}

impl<T: Weighted> Weights<T> {
    /// Every weight and its value, in the order they are shown.
    pub fn all(&self) -> impl Iterator<Item = (&'static Weight, f64)> + '_ {
        T::TABLE.iter().zip(self.thousandths).map(|(weight, value)| (weight, number(value)))
    }

    /// The value of a weight; `None` if there is none of this name.
    pub fn get(&self, key: &str) -> Option<f64> {
        self.all().find(|(weight, _)| weight.key == key).map(|(_, value)| value)
    }

    /// The value at a place of the table, see [`Weighted::TABLE`].
    pub(crate) fn at(&self, place: usize) -> f64 {
        self.thousandths.get(place).copied().map_or(0.0, number)
    }

    /// Sets a weight.
    ///
    /// # Errors
    /// If there is none of this name, or the value is not within its range.
    pub fn set(&mut self, key: &str, value: f64) -> Result<(), WeightError> {
        let Some(at) = T::TABLE.iter().position(|weight| weight.key == key) else {
            let known: Vec<_> = T::TABLE.iter().map(|weight| weight.key).collect();
            return Err(WeightError::Unknown { key: key.to_owned(), known: known.join(", ") });
        };
        let weight = &T::TABLE[at];
        let (least, highest) = weight.range();
        if !(least..=highest).contains(&value) {
            let (least, highest) = (least.to_string(), highest.to_string());
            return Err(WeightError::Range { key: weight.key, least, highest });
        }
        self.thousandths[at] = (value * 1000.0).round() as u16;
        Ok(())
    }

    /// `All weights are the defaults.`, or those that are not.
    pub(crate) fn sentence(&self) -> String {
        let changed: Vec<String> = self
            .all()
            .filter(|(weight, value)| *value != weight.default())
            .map(|(weight, value)| format!("{} {value}", weight.key))
            .collect();
        match changed.is_empty() {
            true => "All weights are the defaults.".to_owned(),
            false => format!("Weights changed: {}.", changed.join(", ")),
        }
    }
}

impl<T: Weighted> Serialize for Weights<T> {
    /// A map from key to number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.all().map(|(weight, value)| (weight.key, value)))
    }
}

impl<'de, T: Weighted> Deserialize<'de> for Weights<T> {
    /// Weights that are not there have their defaults; what is no weight (any more) is passed
    /// over.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut weights = Self::default();
        for (key, value) in BTreeMap::<String, f64>::deserialize(deserializer)? {
            if let Err(error @ WeightError::Range { .. }) = weights.set(&key, value) {
                return Err(D::Error::custom(error));
            }
        }
        Ok(weights)
    }
}
