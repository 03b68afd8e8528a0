//! Values of JSON by their path. Lists are looked through; a list of pairs (`key`, `value`, as
//! labels are written) is as good as an object.

use serde_json::Value;

/// Every value at a path, in order; keys may hold dots themselves.
pub(super) fn each_at(value: &Value, path: &str, see: &mut dyn FnMut(&Value)) {
    match value {
        Value::Array(items) => {
            for item in items {
                match pair(item) {
                    Some((key, inner)) => {
                        if let Some(rest) = after(path, key) {
                            each_at(inner, rest, see);
                        }
                    }
                    None => each_at(item, path, see),
                }
            }
        }
        _ if path.is_empty() => see(value),
        Value::Object(map) => {
            // The whole of it, then what is before each dot.
            let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
            for end in ends {
                if let Some(inner) = path.get(..end).and_then(|key| map.get(key)) {
                    each_at(inner, path.get(end + 1..).unwrap_or_default(), see);
                }
            }
        }
        _ => {}
    }
}

/// What is left of a path behind a key.
fn after<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(key)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

/// `{"key": "technique", "value": "T1059"}`.
fn pair(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() <= 3)?;
    let key = map.get("key").and_then(Value::as_str).filter(|key| !key.is_empty())?;
    Some((key, map.get("value")?))
}

/// A value as text; nothing for null, lists and objects.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// All paths to texts of a value, with each text.
pub(super) fn leaves(value: &Value, path: &str, depth: usize, see: &mut dyn FnMut(&str, String)) {
    /// Deeper ones are raw events.
    const DEEPEST: usize = 8;
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        _ if depth > DEEPEST => {}
        Value::Object(map) => {
            for (key, inner) in map {
                leaves(inner, &below(key), depth + 1, see);
            }
        }
        Value::Array(items) => {
            for item in items {
                match pair(item) {
                    Some((key, inner)) => leaves(inner, &below(key), depth + 1, see),
                    None => leaves(item, path, depth + 1, see),
                }
            }
        }
        _ => {
            if let Some(text) = text(value).filter(|_| !path.is_empty()) {
                see(path, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_through_lists_dots_and_pairs() {
        let value: Value = serde_json::from_str(
            r#"{"a.b": {"c": 1}, "a": {"b": [{"c": 2}, {"c": [3, "x"]}]},
                "labels": [{"key": "technique", "value": "T1"}, {"key": "a.b", "value": {"c": null}}]}"#,
        )
        .expect("JSON");
        let at = |path: &str| {
            let mut found = Vec::new();
            each_at(&value, path, &mut |value| found.extend(text(value)));
            found.join(" ")
        };
        assert_eq!(at("a.b.c"), "2 3 x 1");
        assert_eq!(at("labels.technique"), "T1");
        assert_eq!((at("labels"), at("x"), at("a.b.c.d")), Default::default());
        let mut paths = Vec::new();
        leaves(&value, "", 0, &mut |path, text| paths.push(format!("{path}={text}")));
        assert_eq!(paths, ["a.b.c=2", "a.b.c=3", "a.b.c=x", "a.b.c=1", "labels.technique=T1"]);
    }
}
