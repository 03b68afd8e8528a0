//! Rules as Kibana stores them in JSON: an export with one object a line, in which exception
//! lists, connectors and a summary are no rules; one rule of a Fleet package; a list of rules; an
//! answer of the rules API.

use super::{rule, threats};
use crate::diagnostic::Severity;
use crate::import::found::{Broken, Found, too_many_rules};
use crate::import::json::{JsonError, documents, may_be_json};
use crate::import::mentions::Mentions;
use crate::import::remarks::Remarks;
use crate::import::yaml::{Node, NodeKind};
use crate::limits::{Limit, Limits};
use crate::rule::Rule;

const REMEDY: &str = "export the rules again, or correct the JSON at this place";

/// How far one looks for the first rule; an export has them before everything else.
const WINDOW: usize = 1 << 20;

/// By the first rule in it. Alerts carry their rule inside, so the keys alone would not do.
pub(super) fn recognises(text: &str) -> bool {
    if !may_be_json(text) || !text.contains("\"rule_id\"") || !text.contains("\"risk_score\"") {
        return false;
    }
    let mut found = documents(text, &Limits::default());
    while found.consumed() < WINDOW
        && let Some(document) = found.next()
    {
        match document {
            Ok(root) if !rules_of(&root).is_empty() => return true,
            // What cannot be read might be one.
            Err(_) if !found.is_by_line() => return true,
            _ => {}
        }
    }
    false
}

/// The rules of one document.
fn rules_of<'n, 'a>(root: &'n Node<'a>) -> Vec<&'n Node<'a>> {
    let items = match &root.kind {
        NodeKind::Sequence(items) => items.as_slice(),
        _ => match root.get("data") {
            Some(data) if !is_rule(root) => data.items(),
            _ => std::slice::from_ref(root),
        },
    };
    items
        .iter()
        .filter_map(|item| {
            // A saved object has the rule in its attributes.
            [Some(item), item.get("attributes")].into_iter().flatten().find(|node| is_rule(node))
        })
        .collect()
}

fn is_rule(node: &Node<'_>) -> bool {
    ["rule_id", "risk_score", "type"].iter().all(|key| node.text_of(key).is_some())
}

pub(super) fn import(path: &str, text: &str, limits: &Limits) -> Result<Found, Broken> {
    let mut remarks = Remarks::new(path);
    let (most, mut too_many) = (limits.count(Limit::FileRules), None);
    let mut rules: Vec<Rule> = Vec::new();
    let mut found = documents(text, limits);
    while let Some(document) = found.next() {
        match document {
            Ok(root) => {
                for node in rules_of(&root) {
                    rules.push(of(path, node, rules.len(), &mut remarks));
                }
            }
            Err(error) if !found.is_by_line() && rules.is_empty() => return Err(broken(&error)),
            Err(error) => {
                let message = match found.is_by_line() {
                    true => format!("{}; the line was left out", error.reason()),
                    false => format!("{}; what follows was not read", error.reason()),
                };
                let place = (error.line, error.column);
                let remedy = error.remedy(REMEDY);
                remarks.add(Severity::Error, error.code(), place, message, &remedy);
            }
        }
        if rules.len() > most {
            rules.truncate(most);
            let line = rules.last().map_or(1, |rule| rule.line);
            too_many = Some(too_many_rules(path, line, limits));
            break;
        }
    }
    let mut diagnostics = remarks.into_list();
    diagnostics.extend(too_many);
    Ok(Found { rules, diagnostics, ..Found::default() })
}

fn broken(error: &JsonError) -> Broken {
    Broken {
        code: error.code(),
        line: Some(error.line),
        column: Some(error.column),
        reason: error.reason(),
        remedy: error.remedy(REMEDY),
    }
}

fn of(path: &str, node: &Node<'_>, place: usize, remarks: &mut Remarks<'_>) -> Rule {
    let integrations = node.get("related_integrations").map(Node::items).unwrap_or_default();
    let integrations: Vec<String> = integrations
        .iter()
        .filter_map(|part| {
            let package = part.text_of("package")?;
            Some(match part.text_of("integration") {
                Some(data_set) => format!("{package}.{data_set}"),
                None => package.to_owned(),
            })
        })
        .collect();
    let mut found = rule(path, node, threats(node), &integrations, remarks);
    found.id = node.text_of("rule_id").map(str::to_owned);
    found.date = remarks.date(node, "created_at");
    found.modified = remarks.date(node, "updated_at");
    found.document = u32::try_from(place).unwrap_or(u32::MAX);
    let mut seen = Mentions::default();
    seen.see_values(
        node,
        &["description", "note", "setup", "references", "false_positives", "query"],
    );
    found.mentions = seen.beside(&found.tags);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(id: usize) -> String {
        format!("{{\"rule_id\":\"{id}\",\"risk_score\":1,\"type\":\"query\",\"name\":\"x\"}}\n")
    }

    #[test]
    fn what_carries_a_rule_inside_is_none() {
        let alert = format!("{{\"signal\":{}}}\n", line(1).trim());
        for text in [
            alert.clone(),
            alert.repeat(3),
            format!("[{alert}]"),
            "\"rule_id\" \"risk_score\"".to_owned(),
        ] {
            assert!(!recognises(&text), "{text}");
        }
        for text in [
            line(1),
            format!("[{}]", line(1)),
            format!("{{\"data\":[{}]}}", line(1)),
            format!("{{\"a\n{}", line(1)),
        ] {
            assert!(recognises(&text), "{text}");
        }
    }

    proptest! {
        /// Whatever stands between them: the readable lines give their rules, in order.
        #[test]
        fn a_bad_line_never_costs_another(
            between in prop::collection::vec("[{}\\[\\]\":,a ]{0,12}", 2..6)
        ) {
            let mut text = line(0);
            for (at, junk) in between.iter().enumerate() {
                text.push_str("{\"x\": ");
                text.push_str(junk);
                text.push('\n');
                text.push_str(&line(at + 1));
            }
            prop_assert!(recognises(&text));
            let found = import("x", &text, &Limits::default()).expect("it has readable lines");
            let ids: Vec<_> = found.rules.iter().filter_map(|rule| rule.id.clone()).collect();
            prop_assert_eq!(ids, (0..=between.len()).map(|at| at.to_string()).collect::<Vec<_>>());
        }
    }
}
