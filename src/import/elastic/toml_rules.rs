//! The TOML of detection-rules and protections-artifacts: one rule or hunt a file.

use super::{MATURITIES, rule, threats};
use crate::diagnostic::{Code, Severity};
use crate::import::found::{Broken, Found};
use crate::import::mentions::Mentions;
use crate::import::remarks::{Remarks, technique, texts};
use crate::import::toml;
use crate::import::yaml::{Node, NodeKind};
use crate::limits::Limits;
use crate::rule::{Rule, RuleKind};

const REMEDY: &str =
    "correct the TOML at this place; a missing quote or bracket is the usual cause";

/// A line that opens the table, and a key that only these rules have in it.
pub(super) fn recognises(text: &str) -> bool {
    let opens = |table: &str| {
        text.match_indices(table)
            .any(|(at, _)| at == 0 || text[..at].ends_with(['\n', '\r', '\u{FEFF}']))
    };
    (opens("[rule]") && (text.contains("rule_id") || text.contains("os_list")))
        || (opens("[hunt]") && text.contains("uuid"))
}

pub(super) fn import(path: &str, text: &str, _limits: &Limits) -> Result<Found, Broken> {
    let (root, error) = toml::load(text);
    let mut remarks = Remarks::new(path);
    let found = root.as_ref().and_then(|root| of(path, root, &mut remarks));
    let rules = match (found, error) {
        (None, Some(error)) => {
            return Err(Broken {
                code: error.code,
                line: Some(error.line),
                column: Some(error.column),
                reason: error.reason,
                remedy: REMEDY.to_owned(),
            });
        }
        (None, None) => Vec::new(),
        (Some(mut rule), error) => {
            if let Some(error) = error {
                rule.is_damaged = true;
                let message = format!("{}; the rule was read without this part", error.reason);
                let place = (error.line, error.column);
                remarks.add(Severity::Error, error.code, place, message, REMEDY);
            }
            // The mappings of other releases are no prose.
            let mut others = Vec::new();
            if let Some(part) =
                root.as_ref().and_then(|root| root.get("rule")?.get("threat_mappings"))
            {
                texts(part, &mut others);
            }
            let mut seen = Mentions::default();
            seen.see(text, (1, 1));
            rule.mentions = seen.beside(&rule.tags);
            rule.mentions.retain(|tag| !others.contains(&tag.written.as_str()));
            vec![rule]
        }
    };
    let aside =
        Some((Code::NotARule, "TOML with a table [rule] or [hunt], but no rule of Elastic's"));
    Ok(Found { rules, diagnostics: remarks.into_list(), aside, ..Found::default() })
}

/// By the keys that say what it is.
fn of(path: &str, root: &Node<'_>, remarks: &mut Remarks<'_>) -> Option<Rule> {
    if let Some(hunt) = root.get("hunt").filter(|hunt| hunt.text_of("uuid").is_some()) {
        let integrations = texts_of(hunt, "integration");
        let mut found = rule(path, hunt, None, &integrations, remarks);
        found.kind = RuleKind::Hunt;
        found.id = remarks.text(hunt, "uuid").map(str::to_owned);
        found.tags = hunt.scalars_of("mitre").filter_map(technique).collect();
        return Some(found);
    }
    let part = root.get("rule")?;
    if part.text_of("rule_id").is_some() {
        let nothing = Node { kind: NodeKind::SkippedMapping, ..*part };
        let metadata = root.get("metadata").unwrap_or(&nothing);
        let integrations = texts_of(metadata, "integration");
        let mut found = rule(path, part, threats(part), &integrations, remarks);
        found.id = remarks.text(part, "rule_id").map(str::to_owned);
        found.status = remarks.on_scale(metadata, "maturity", MATURITIES);
        found.date = remarks.date(metadata, "creation_date");
        found.modified = remarks.date(metadata, "updated_date");
        return Some(found);
    }
    if part.text_of("id").is_some() && part.get("os_list").is_some() {
        let mut found = rule(path, part, threats(root), &["endpoint".to_owned()], remarks);
        found.id = remarks.text(part, "id").map(str::to_owned);
        return Some(found);
    }
    None
}

fn texts_of(root: &Node<'_>, key: &str) -> Vec<String> {
    root.scalars_of(key).filter_map(Node::text).map(|text| text.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_toml_is_left_alone() {
        for text in [
            "[project]\nname = \"x\"\n",
            "[rules]\nrule_id = 1\n",
            "[[rule]]\nrule_id = 1\n",
            "[rule]\nname = \"x\"\n",
            "see [rule] and rule_id\n",
            "[hunt]\nname = \"x\"\n",
        ] {
            assert!(!recognises(text), "{text}");
        }
        assert!(recognises("x = 1\r\n[rule]\r\nrule_id = \"1\"\r\n"));
        assert!(recognises("[hunt]\nuuid = \"1\"\n"));
    }
}
