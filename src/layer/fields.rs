//! The fields of one object of a layer, taken out one by one; what is left is unknown.

use super::model::Extra;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::float::float;
use crate::limits::MAX_FILE_DIAGNOSTICS;
use serde_json::{Map, Number, Value};
use std::fmt;

/// Longest part of a text that a remark quotes, in characters.
const LONGEST_QUOTE: usize = 60;

/// What was noticed in one file, under its cap.
pub(super) struct Remarks {
    path: String,
    all: Vec<Diagnostic>,
    unlisted: usize,
}

impl Remarks {
    pub(super) fn new(path: &str) -> Self {
        Self { path: path.to_owned(), all: Vec::new(), unlisted: 0 }
    }

    pub(super) fn add(
        &mut self,
        severity: Severity,
        code: Code,
        message: impl FnOnce() -> String,
        hint: &str,
    ) {
        if self.all.len() < MAX_FILE_DIAGNOSTICS {
            self.all.push(Diagnostic::new(severity, code, &self.path, message()).hint(hint));
        } else {
            self.unlisted += 1;
        }
    }

    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        if self.unlisted > 0 {
            let message = format!("{} more remarks on this file are not listed", self.unlisted);
            let rest = Diagnostic::new(Severity::Note, Code::LayerField, &self.path, message);
            self.all.push(rest);
        }
        self.all
    }
}

/// A value for a remark, cut where it is long.
pub(super) fn quoted(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => shortened(&other.to_string()),
    }
}

pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Where a value stands, such as `[2].techniques[3].metadata[0]`; put into words only where a
/// remark is made.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) parent: Option<&'p Place<'p>>,
    pub(super) key: &'static str,
    /// In a list.
    pub(super) at: Option<usize>,
}

impl Place<'_> {
    /// The file.
    pub(super) const TOP: Self = Self { parent: None, key: "", at: None };

    /// The value of a key of this.
    pub(super) fn key(&self, key: &'static str) -> Place<'_> {
        Place { parent: Some(self), key, at: None }
    }

    /// An item of the list that is the value of a key of this.
    pub(super) fn item(&self, key: &'static str, at: usize) -> Place<'_> {
        Place { parent: Some(self), key, at: Some(at) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            let is_top = parent.parent.is_none() && parent.at.is_none();
            if !is_top {
                write!(f, "{parent}.")?;
            }
        }
        f.write_str(self.key)?;
        self.at.map_or(Ok(()), |at| write!(f, "[{at}]"))
    }
}

/// One object. `null` is as good as absent everywhere.
pub(super) struct Fields<'r> {
    map: Map<String, Value>,
    place: &'r Place<'r>,
    remarks: &'r mut Remarks,
}

impl<'r> Fields<'r> {
    pub(super) fn new(
        map: Map<String, Value>,
        place: &'r Place<'r>,
        remarks: &'r mut Remarks,
    ) -> Self {
        Self { map, place, remarks }
    }

    /// What nobody asked for.
    pub(super) fn rest(self) -> Extra {
        self.map
    }

    pub(super) fn remark(&mut self, key: &'static str, what: impl FnOnce() -> String) {
        let place = self.place.key(key);
        let message = || format!("{place}: {}", what());
        self.remarks.add(Severity::Warning, Code::LayerField, message, "");
    }

    fn ignored(&mut self, key: &'static str, value: &Value, wanted: &str) {
        self.remark(key, || format!("{} is not {wanted}; ignored", quoted(value)));
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<Value> {
        self.map.remove(key).filter(|value| !value.is_null())
    }

    /// A text; a number in its place is taken as its digits.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            other => {
                self.ignored(key, &other, "a text");
                None
            }
        }
    }

    /// A text that says something.
    pub(super) fn filled(&mut self, key: &'static str) -> Option<String> {
        self.text(key).filter(|text| !text.trim().is_empty())
    }

    /// `true` or `false`, also in quotes.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        match self.take(key)? {
            Value::Bool(flag) => Some(flag),
            Value::String(text) if text == "true" || text == "false" => Some(text == "true"),
            other => {
                self.ignored(key, &other, "true or false");
                None
            }
        }
    }

    /// A number, also in quotes, without a fraction of zero.
    pub(super) fn number(&mut self, key: &'static str) -> Option<Number> {
        let value = self.take(key)?;
        let number = match &value {
            Value::Number(number) => Some(number.clone()),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => match text.trim().parse::<i64>() {
                Ok(whole) => Some(whole.into()),
                Err(_) => float(text.trim()).and_then(Number::from_f64),
            },
            _ => None,
        };
        if number.is_none() {
            self.ignored(key, &value, "a number");
        } else if value.is_string() {
            self.remark(key, || format!("{} is a text; read as a number", quoted(&value)));
        }
        number.map(whole)
    }

    pub(super) fn object(&mut self, key: &'static str) -> Option<Map<String, Value>> {
        match self.take(key)? {
            Value::Object(map) => Some(map),
            other => {
                self.ignored(key, &other, "an object");
                None
            }
        }
    }

    pub(super) fn list(&mut self, key: &'static str) -> Vec<Value> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.ignored(key, &other, "a list");
                Vec::new()
            }
        }
    }

    /// The one of `known` that the text is, in any case.
    pub(super) fn choice(
        &mut self,
        key: &'static str,
        known: &[&'static str],
    ) -> Option<&'static str> {
        let text = self.filled(key)?;
        let found = known.iter().find(|name| name.eq_ignore_ascii_case(text.trim())).copied();
        if found.is_none() {
            self.ignored(key, &text.into(), &format!("one of {}", known.join(", ")));
        }
        found
    }

    /// A colour in the one form we write.
    pub(super) fn colour(&mut self, key: &'static str) -> Option<String> {
        let text = self.filled(key)?;
        let colour = super::colour::normal(&text);
        if colour.is_none() {
            self.ignored(key, &text.into(), "a colour");
        }
        colour
    }
}

/// `50.0` is 50: the Python library cuts what is written with a fraction.
pub(super) fn whole(number: Number) -> Number {
    match number.as_f64() {
        // Below 2^53 every whole number has its own f64.
        Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() < 9e15 => {
            Number::from(value as i64)
        }
        _ => number,
    }
}
