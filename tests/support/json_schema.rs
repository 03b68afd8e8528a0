//! JSON Schema, draft 4, as far as the schema of SARIF goes. A keyword that is not known here is
//! a panic, so that nothing of a schema is passed over in silence.

use serde_json::Value;

/// What is wrong with a value, each with its place; empty if nothing is.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema, schema, value, "", &mut faults);
    faults
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("type {other}"),
    }
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = schema.as_object().expect("a schema is an object");
    let add = |faults: &mut Vec<String>, text: String| faults.push(format!("{at}: {text}"));
    let none = serde_json::Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
    for (keyword, wanted) in schema {
        match keyword.as_str() {
            "description" | "default" | "title" | "id" | "$id" | "$schema" | "definitions"
            | "properties" => {}
            "$ref" => {
                let pointer = wanted.as_str().and_then(|r| r.strip_prefix('#')).expect("local");
                let target = root.pointer(pointer).expect("defined");
                check(root, target, value, at, faults);
            }
            "type" => {
                if !is_type(value, wanted.as_str().expect("one type")) {
                    add(faults, format!("not of type {wanted}"));
                }
            }
            "enum" => {
                if !wanted.as_array().expect("a list").contains(value) {
                    add(faults, format!("{value} is none of {wanted}"));
                }
            }
            "required" => {
                for key in wanted.as_array().expect("a list") {
                    if value.is_object() && value.get(key.as_str().expect("a key")).is_none() {
                        add(faults, format!("lacks {key}"));
                    }
                }
            }
            "additionalProperties" => {
                let more = value.as_object().into_iter().flatten();
                for (key, value) in more.filter(|(key, _)| !properties.contains_key(*key)) {
                    match wanted {
                        Value::Bool(true) => {}
                        Value::Bool(false) => faults.push(format!("{at}: has {key}")),
                        schema => check(root, schema, value, &format!("{at}/{key}"), faults),
                    }
                }
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, item, &format!("{at}/{number}"), faults);
                }
            }
            "minItems" => {
                let least = usize::try_from(wanted.as_u64().expect("a count")).expect("small");
                if value.as_array().is_some_and(|items| items.len() < least) {
                    add(faults, format!("fewer than {least} items"));
                }
            }
            "maxItems" => {
                let most = usize::try_from(wanted.as_u64().expect("a count")).expect("small");
                if value.as_array().is_some_and(|items| items.len() > most) {
                    add(faults, format!("more than {most} items"));
                }
            }
            "maxLength" => {
                let most = usize::try_from(wanted.as_u64().expect("a count")).expect("small");
                if value.as_str().is_some_and(|text| text.chars().count() > most) {
                    add(faults, format!("longer than {most}"));
                }
            }
            "uniqueItems" => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                let twice = |(at, item)| items[..at].contains(item);
                if *wanted == true && items.iter().enumerate().any(twice) {
                    add(faults, "an item twice".to_owned());
                }
            }
            "minimum" | "maximum" => {
                let limit = wanted.as_f64().expect("a number");
                let good = value.as_f64().is_none_or(|number| {
                    if keyword == "minimum" { number >= limit } else { number <= limit }
                });
                if !good {
                    add(faults, format!("{value} against {keyword} {limit}"));
                }
            }
            "format" => {
                let text = value.as_str().unwrap_or_default();
                let good = match wanted.as_str() {
                    // Characters of RFC 3986, and a scheme where one is asked for.
                    Some("uri" | "uri-reference") => {
                        let plain = |b: u8| {
                            b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b)
                        };
                        text.bytes().all(plain) && (*wanted != "uri" || text.contains(':'))
                    }
                    other => panic!("format {other:?} at {at}"),
                };
                if !good {
                    add(faults, format!("{value} is no {wanted}"));
                }
            }
            "anyOf" | "oneOf" => {
                let choices = wanted.as_array().expect("a list");
                let fits = choices.iter().filter(|choice| {
                    let mut faults = Vec::new();
                    check(root, choice, value, at, &mut faults);
                    faults.is_empty()
                });
                let fitting = fits.count();
                if fitting == 0 || (keyword == "oneOf" && fitting > 1) {
                    add(faults, format!("{fitting} of {keyword} fit"));
                }
            }
            other => panic!("keyword {other} at {at}"),
        }
    }
    for (key, schema) in properties {
        if let Some(value) = value.get(key) {
            check(root, schema, value, &format!("{at}/{key}"), faults);
        }
    }
}
