//! JSON under the limits: a text becomes a value whose size is known before it is built up.
//!
//! The values of a key that stands twice are read and the last one is used, as in the Navigator.

use crate::limits::{Limit, Limits};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::map::{Entry, Map};
use std::cell::{Cell, RefCell};
use std::fmt;

/// What an object costs, in values: a map takes so much even with one key.
const OBJECT: usize = 10;
/// Keys that stand twice of which is told; the rest is like them.
const MOST_DOUBLED: usize = 20;

/// Why a text is not usable JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// More bytes or values than a limit.
    #[error("{} {most}", match .limit { Limit::LayerValues => "more values than", _ => "larger than" })]
    TooLarge {
        /// Which.
        limit: Limit,
        /// Its value, written.
        most: String,
    },
    /// Not JSON.
    #[error("not valid JSON: {reason}")]
    Syntax {
        /// 1-based.
        line: u32,
        /// 1-based, in bytes.
        column: u32,
        /// Why, in words.
        reason: String,
    },
}

/// A value, and the keys that stood twice in one object, each once.
pub(super) fn read(text: &str, limits: &Limits) -> Result<(Value, Vec<String>), TreeError> {
    let beyond =
        |limit: Limit| TreeError::TooLarge { limit, most: limit.written(limits.of(limit)) };
    if text.len() > limits.count(Limit::LayerBytes) {
        return Err(beyond(Limit::LayerBytes));
    }
    let left = Cell::new(limits.count(Limit::LayerValues));
    let doubled = RefCell::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Seed { left: &left, doubled: &doubled };
    let value = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(value) => Ok((value, doubled.into_inner())),
        Err(_) if left.get() == 0 => Err(beyond(Limit::LayerValues)),
        Err(error) => {
            let place = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            let (line, column) = (place(error.line()), place(error.column()));
            let told = error.to_string();
            let reason = told.split(" at line ").next().unwrap_or_default().to_owned();
            Err(TreeError::Syntax { line, column, reason })
        }
    }
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    left: &'a Cell<usize>,
    doubled: &'a RefCell<Vec<String>>,
}

impl Seed<'_> {
    fn take<E: Error>(&self, cost: usize) -> Result<(), E> {
        let left = self.left.get().saturating_sub(cost);
        self.left.set(left);
        if left == 0 { Err(E::custom("too many values")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.take(1)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.take(OBJECT)?;
        let mut map = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            let value = object.next_value_seed(self)?;
            match map.entry(key) {
                Entry::Vacant(place) => drop(place.insert(value)),
                Entry::Occupied(mut place) => {
                    let mut doubled = self.doubled.borrow_mut();
                    if doubled.len() < MOST_DOUBLED && !doubled.contains(place.key()) {
                        doubled.push(place.key().clone());
                    }
                    place.insert(value);
                }
            }
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_default(text: &str) -> Result<(Value, Vec<String>), TreeError> {
        read(text, &Limits::default())
    }

    #[test]
    fn the_last_of_equal_keys_is_used_and_told() {
        let (value, doubled) =
            read_default(r#"{"a": 1, "b": {"c": 1, "c": null}, "a": [2]}"#).expect("JSON");
        assert_eq!(value.to_string(), r#"{"a":[2],"b":{"c":null}}"#);
        assert_eq!(doubled, ["c", "a"]);
    }

    #[test]
    fn errors_have_a_place() {
        let place = |text| match read_default(text) {
            Err(TreeError::Syntax { line, column, reason }) => (line, column, reason),
            other => panic!("{other:?}"),
        };
        assert_eq!(place("{\n \"a\": }").0, 2);
        assert!(place("{\"a\": [1, 2").2.starts_with("EOF"), "cut off");
        assert_eq!(place("{} x").1, 4);
        assert!(place(&"[".repeat(100_000)).2.contains("recursion"));
    }

    #[test]
    fn many_small_objects_are_refused_before_they_fill_the_memory() {
        let text =
            format!("[{}0]", "{\"\":0},".repeat(Limit::LayerValues.default_value() as usize / 11));
        let hit = |text: &str| match read_default(text) {
            Err(TreeError::TooLarge { limit, .. }) => Some(limit),
            _ => None,
        };
        assert_eq!(hit(&text), Some(Limit::LayerValues));
        let long = format!("\"{}\"", "x".repeat(Limit::LayerBytes.default_value() as usize));
        assert_eq!(hit(&long), Some(Limit::LayerBytes));
    }
}
