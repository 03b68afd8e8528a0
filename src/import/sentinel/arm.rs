//! ARM templates: `resources`, also those of templates inside (`properties.mainTemplate`), and
//! the lists of rules that the REST interface answers with.

use super::{body, rule};
use crate::diagnostic::Code;
use crate::import::found::{Broken, Found, too_many_rules};
use crate::import::json::{documents, may_be_json};
use crate::import::mentions::Mentions;
use crate::import::remarks::{Remarks, parts};
use crate::import::yaml::Node;
use crate::limits::{Limit, Limits};
use crate::rule::{Rule, RuleKind, Tag};

const REMEDY: &str = "export the template again, or correct the JSON at this place";

/// By the types of its resources; `A` and `a`, `S` and `s` are both in use.
pub(super) fn recognises(text: &str) -> bool {
    may_be_json(text)
        && text.contains("\"properties\"")
        && (["lertRules\"", "lertRuleTemplates\""].iter().any(|kind| text.contains(kind))
            || text.contains("avedSearches\"") && text.contains("\"tactics\""))
}

pub(super) fn import(path: &str, text: &str, limits: &Limits) -> Result<Found, Broken> {
    let root = match documents(text, limits).next() {
        Some(Err(error)) => {
            return Err(Broken {
                code: error.code(),
                line: Some(error.line),
                column: Some(error.column),
                reason: error.reason(),
                remedy: error.remedy(REMEDY),
            });
        }
        Some(Ok(root)) => root,
        None => return Ok(Found::default()),
    };
    let mut template =
        Template { path, remarks: Remarks::new(path), rules: Vec::new(), variables: Vec::new() };
    template.read(&root);
    let most = limits.count(Limit::FileRules);
    let too_many = (template.rules.len() > most).then(|| {
        template.rules.truncate(most);
        too_many_rules(path, template.rules.last().map_or(1, |rule| rule.line), limits)
    });
    let aside =
        Some((Code::NotARule, "a template of Azure, but without an analytics rule or hunt"));
    let (rules, mut diagnostics) = (template.rules, template.remarks.into_list());
    diagnostics.extend(too_many);
    Ok(Found { rules, diagnostics, aside, ..Found::default() })
}

struct Template<'p, 'n, 'a> {
    path: &'p str,
    remarks: Remarks<'p>,
    rules: Vec<Rule>,
    /// Of the templates around, the outermost first.
    variables: Vec<&'n Node<'a>>,
}

impl<'n, 'a> Template<'_, 'n, 'a> {
    /// A template, a resource, or a list of resources. Recursion ends with the tree: its depth
    /// is capped.
    fn read(&mut self, node: &'n Node<'a>) {
        let own = node.get("variables");
        self.variables.extend(own);
        for list in [Some(node), node.get("resources"), node.get("value")].into_iter().flatten() {
            list.items().iter().for_each(|item| self.read(item));
        }
        if let Some(properties) = node.get("properties") {
            if let Some(kind) = node.text_of("type") {
                self.resource(node, properties, kind);
            }
            if let Some(inner) =
                properties.get("mainTemplate").or_else(|| properties.get("template"))
            {
                self.read(inner);
            }
        }
        if own.is_some() {
            self.variables.pop();
        }
    }

    fn resource(&mut self, node: &'n Node<'a>, properties: &'n Node<'a>, kind: &str) {
        let is = |name: &str| {
            kind.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name))
        };
        let (is_template, is_search) = (is("alertRuleTemplates"), is("savedSearches"));
        let Some(query) = properties.get("query").filter(|query| query.text().is_some()) else {
            return;
        };
        if !(is_template || is_search || is("alertRules")) {
            return;
        }
        let hunt_tags = if is_search { hunt_tags(properties) } else { Vec::new() };
        let is_hunting = properties.text_of("category") == Some("Hunting Queries");
        // Other saved searches are functions and examples.
        if is_search && hunt_tags.is_empty() && !is_hunting {
            return;
        }
        let mut found = rule(self.path, properties, &mut self.remarks);
        found.kind = if is_search { RuleKind::Hunt } else { RuleKind::Detection };
        found.tags.extend(hunt_tags);
        found.enabled |= is_template;
        found.id = self.id(node);
        found.line = node.line;
        found.document = u32::try_from(self.rules.len()).unwrap_or(u32::MAX);
        found.body = body(query, &found.log_source);
        let mut seen = Mentions::default();
        seen.see_values(properties, &["description", "query"]);
        found.mentions = seen.beside(&found.tags);
        self.rules.push(found);
    }

    /// The GUID in the resource's name, or in the variable that the name consists of.
    fn id(&self, node: &Node<'_>) -> Option<String> {
        let name = node.text_of("name")?;
        if let Some(id) = guid(name) {
            return Some(id.to_owned());
        }
        let (variable, rest) = name.split_once("variables('")?.1.split_once('\'')?;
        let value = self.variables.iter().rev().find_map(|variables| variables.get(variable))?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let part = rest.trim_start_matches(|c| !is_part(c));
        let part = &part[..part.find(|c| !is_part(c)).unwrap_or(part.len())];
        let value = if part.is_empty() { value } else { value.get(part).unwrap_or(value) };
        guid(value.text()?).map(str::to_owned)
    }
}

/// The last GUID in a text.
fn guid(text: &str) -> Option<&str> {
    const WIDTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    text.split(|c| !is_part(c)).rfind(|word| {
        let widths = word.split('-').map(str::len);
        widths.eq(WIDTHS)
    })
}

/// Of a hunt: `"tags": [{"name": "tactics", "value": "InitialAccess,Execution"}, …]`.
fn hunt_tags(properties: &Node<'_>) -> Vec<Tag> {
    let mut tags = Vec::new();
    for entry in properties.get("tags").map(Node::items).unwrap_or_default() {
        let (Some(name), Some(value)) = (entry.text_of("name"), entry.get("value")) else {
            continue;
        };
        let words = parts(value);
        match name.to_ascii_lowercase().as_str() {
            "tactics" => tags.extend(words.map(|(word, line, at)| Tag::tactic(word, line, at))),
            "techniques" | "relevanttechniques" | "subtechniques" => {
                tags.extend(words.map(|(word, line, at)| Tag::technique(word, line, at)));
            }
            _ => {}
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids() {
        let id = "0a1b2c3d-0000-4000-8000-00000000000F";
        let name = format!("[concat(parameters('workspace'),'/Microsoft.SecurityInsights/{id}')]");
        assert_eq!(guid(&name), Some(id));
        assert_eq!(guid("[variables('x')]"), None);
        assert_eq!(guid("0a1b2c3d-0000-4000-8000"), None);
    }

    #[test]
    fn foreign_json_is_left_alone() {
        for text in [
            r#"{"type": "Microsoft.Logic/workflows", "properties": {"tactics": []}}"#,
            r#"{"resources": [{"type": "x/savedSearches", "properties": {}}]}"#,
            r#"resources: "x/alertRules" "properties""#,
        ] {
            assert!(!recognises(text), "{text}");
        }
    }
}
