//! Atomic Red Team (<https://github.com/redcanaryco/atomic-red-team>): tests of techniques, never
//! rules; nothing here covers anything.
//!
//! The project's index files (`Indexes/*-index.yaml`, up to 4 MB each) repeat every test below
//! tactic and technique: recognised by their first lines, and not read.

use super::fields::Fields;
use super::found::{Found, TextFormat};
use super::ladder::{YamlFormat, YamlText};
use super::lines::Lines;
use super::yaml::{Document, Node};
use crate::attack::TechniqueId;
use crate::diagnostic::Code;
use crate::rule::Test;

/// The rung of the ladder for a technique's tests.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "Atomic Red Team",
    keys: &["attack_technique:"],
    is_read: |key| matches!(key, "atomic_tests" | "<<"),
    recognises: |root| root.get("attack_technique").is_some() && root.get("atomic_tests").is_some(),
    import,
};

/// The rung of the ladder for an index.
pub(super) const INDEX: TextFormat = TextFormat {
    name: "Atomic Red Team index",
    recognises: is_index,
    import: |_, _, _| {
        let reason = "an index of Atomic Red Team: it repeats the tests of the other files";
        Ok(Found { aside: Some((Code::NotARule, reason)), ..Found::default() })
    },
};

/// A tactic, below it a technique, below that its entry of ATT&CK and its tests.
fn is_index(text: &str) -> bool {
    let mut lines =
        text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with(['#', '-', '%']));
    let name = |line: Option<&str>, indent: &str| -> Option<String> {
        let name = line?.strip_prefix(indent)?.trim_end().strip_suffix(':')?;
        (!name.is_empty() && !name.starts_with(' ')).then(|| name.to_owned())
    };
    let tactic = name(lines.next(), "");
    let technique = name(lines.next(), "  ").map(|id| id.parse::<TechniqueId>());
    tactic.is_some()
        && matches!(technique, Some(Ok(_)))
        && name(lines.next(), "    ").is_some_and(|key| key == "technique")
        && text.contains("\n    atomic_tests:")
}

fn import(file: &YamlText<'_>) -> Found {
    let reason = "Atomic Red Team, but without a test of a technique id that can be read";
    let mut found = Found { aside: Some((Code::NotARule, reason)), ..Found::default() };
    for document in file.loaded.documents.iter().filter(|d| (YAML.recognises)(&d.root)) {
        read(file.path, file.lines, document, &mut found);
    }
    found
}

fn read(path: &str, lines: &Lines<'_>, document: &Document<'_>, found: &mut Found) {
    let root = &document.root;
    let mut fields = Fields::new(path, lines, root);
    let technique = fields.text("attack_technique").and_then(|(id, node)| {
        let technique = id.to_ascii_uppercase().parse::<TechniqueId>();
        if technique.is_err() {
            let message = format!("'{id}' is no technique id; its tests are left out");
            fields.warn(Some(node), message, "write it as T1059 or T1059.001");
        }
        technique.ok()
    });
    if let Some(technique) = technique {
        for test in root.get("atomic_tests").map(Node::items).unwrap_or_default() {
            let Some(name) = test.text_of("name") else {
                let message = "a test has no 'name'".to_owned();
                fields.warn(Some(test), message, "name it; it is left out");
                continue;
            };
            let platforms = test.scalars_of("supported_platforms").filter_map(Node::text);
            let platforms = platforms.map(|platform| platform.trim().to_owned());
            found.tests.push(Test {
                path: path.to_owned(),
                line: test.line,
                technique,
                name: name.to_owned(),
                id: test.text_of("auto_generated_guid").map(str::to_owned),
                platforms: crate::sorted::set(platforms).into_iter().collect(),
            });
        }
    }
    found.diagnostics.extend(fields.into_list());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_told_by_its_first_lines() {
        let index = "---\ncredential-access:\n  T1003.001:\n    technique:\n      id: x\n    atomic_tests: []\n";
        assert!(is_index(index));
        assert!(is_index(&index.replace("---", "# made by a script")));
        assert!(!is_index("attack_technique: T1003\natomic_tests:\n- name: x\n"));
        assert!(!is_index(&index.replace("T1003.001", "windows")));
        assert!(!is_index(""));
    }
}
