//! Strings that occur again and again, each kept once.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Strings that are taken over into a larger table with each new one.
const MOVED_AT_ONCE: u32 = 3;

fn hash(name: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() as usize
}

/// Distinct strings, numbered from 1 in the order they came; 0 is "none", the empty string.
/// A string costs its bytes, four for its end and about eight to find it.
#[derive(Clone, Default)]
pub struct Names {
    text: String,
    /// Where each ends in `text`.
    ends: Vec<u32>,
    /// Open addressing, a power of two in size: numbers, 0 where free.
    places: Vec<u32>,
    /// What `places` was before it grew last, until all are in the new one: moving hundreds of
    /// thousands at once would take long.
    old_places: Vec<u32>,
    /// Numbers up to this are in `places`; those above and not there in `old_places`.
    moved: u32,
}

impl Names {
    /// The number of a string; it is kept if it is new. 0 for the empty string, and for a new one
    /// once 4 GiB are full.
    pub fn number(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        // At most half full, so that there is always a free place and few collisions.
        if self.places.len() < 2 * (self.ends.len() + 1) {
            self.grow();
        }
        self.move_some(MOVED_AT_ONCE);
        let hash = hash(name);
        let place = match self.look(&self.places, hash, name) {
            Ok(number) => return number,
            Err(place) => place,
        };
        if let Ok(number) = self.look(&self.old_places, hash, name) {
            return number;
        }
        let (Ok(end), Ok(number)) =
            (u32::try_from(self.text.len() + name.len()), u32::try_from(self.ends.len() + 1))
        else {
            return 0;
        };
        let Some(place) = self.places.get_mut(place) else { return 0 };
        *place = number;
        self.text.push_str(name);
        self.ends.push(end);
        number
    }

    /// The number of a string that is kept.
    pub fn find(&self, name: &str) -> Option<u32> {
        if self.places.is_empty() {
            // Read from bytes: mostly looked at by number only.
            return self.iter().find(|(_, own)| *own == name).map(|(number, _)| number);
        }
        let hash = hash(name);
        let found = self.look(&self.places, hash, name);
        found.or_else(|_| self.look(&self.old_places, hash, name)).ok()
    }

    /// The string of a number; empty for 0 and for numbers that were not given.
    pub fn get(&self, number: u32) -> &str {
        let Some(at) = (number as usize).checked_sub(1) else { return "" };
        let Some(end) = self.ends.get(at) else { return "" };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).unwrap_or(&0);
        self.text.get(*start as usize..*end as usize).unwrap_or_default()
    }

    /// How many there are; their numbers are 1 to this.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All with their numbers, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (1..=u32::try_from(self.ends.len()).unwrap_or(u32::MAX)).map(|n| (n, self.get(n)))
    }

    /// Bytes it holds, for what is said about memory.
    pub fn bytes(&self) -> usize {
        let places = self.places.capacity() + self.old_places.capacity();
        self.text.capacity() + 4 * (self.ends.capacity() + places)
    }

    /// The number of a string, or the free place where it would stand.
    fn look(&self, places: &[u32], hash: usize, name: &str) -> Result<u32, usize> {
        let mask = places.len().wrapping_sub(1);
        let mut at = hash & mask;
        while let Some(number) = places.get(at) {
            match *number {
                0 => break,
                number if self.get(number) == name => return Ok(number),
                _ => at = (at + 1) & mask,
            }
        }
        Err(at)
    }

    fn grow(&mut self) {
        // Long done: it grows again only after many more than it takes.
        self.move_some(u32::MAX);
        let size = (4 * self.ends.len().max(4)).next_power_of_two();
        self.old_places = std::mem::replace(&mut self.places, vec![0; size]);
        self.moved = 0;
        if self.old_places.is_empty() {
            self.move_some(u32::MAX);
        }
    }

    /// Takes the next ones over into the places that there are now.
    fn move_some(&mut self, most: u32) {
        if self.moved == u32::MAX {
            return;
        }
        let last = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let end = self.moved.saturating_add(most).min(last);
        for number in self.moved + 1..=end {
            let name = self.get(number);
            // What is new has its place there already.
            if let Err(place) = self.look(&self.places, hash(name), name)
                && let Some(place) = self.places.get_mut(place)
            {
                *place = number;
            }
        }
        self.moved = end;
        if end == last {
            self.old_places = Vec::new();
            self.moved = u32::MAX;
        }
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(_, name)| name)).finish()
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.ends == other.ends
    }
}

impl Eq for Names {}

/// Text and ends; the rest is built anew when a string is added.
impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.text, &self.ends).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (text, ends) = <(String, Vec<u32>)>::deserialize(deserializer)?;
        let mut start = 0;
        for end in &ends {
            let part = text.get(start as usize..*end as usize);
            if part.is_none_or(str::is_empty) {
                return Err(D::Error::custom("names that do not fit their text"));
            }
            start = *end;
        }
        Ok(Self { text, ends, ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn numbers_as_a_map_does(words in prop::collection::vec("[a-c]{0,3}|ä", 0..300)) {
            let mut names = Names::default();
            let mut map: BTreeMap<String, u32> = BTreeMap::new();
            for word in &words {
                let number = names.number(word);
                if word.is_empty() {
                    prop_assert_eq!(number, 0);
                    continue;
                }
                let next = u32::try_from(map.len() + 1).expect("few");
                prop_assert_eq!(number, *map.entry(word.clone()).or_insert(next));
                prop_assert_eq!(names.get(number), word);
            }
            prop_assert_eq!(names.len(), map.len());
            prop_assert_eq!(names.find("zz"), None);
            let bytes = postcard::to_stdvec(&names).expect("it serialises");
            let read: Names = postcard::from_bytes(&bytes).expect("it reads");
            prop_assert_eq!(&read, &names);
            for (word, number) in &map {
                prop_assert_eq!(read.find(word), Some(*number));
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for wrong in [("ab", vec![1_u32, 1]), ("ab", vec![3]), ("ä", vec![1]), ("ab", vec![2, 1])]
        {
            let bytes = postcard::to_stdvec(&wrong).expect("it serialises");
            assert!(postcard::from_bytes::<Names>(&bytes).is_err(), "{wrong:?}");
        }
        assert_eq!(Names::default().get(7), "");
        assert_eq!(Names::default().find("a"), None);
    }
}
