//! As much of a runner of GitHub's as the files here need: steps, outputs, conditions. What it
//! does not know is a panic, so that a misspelt name is no empty text.

use coverlay::import::yaml::{Node, NodeKind, load};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A YAML file as a value; all scalars are texts.
pub(crate) fn yaml(path: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let loaded = load(&text, &|_| true);
    assert!(loaded.error.is_none() && loaded.duplicate_keys.is_empty(), "{path}: no YAML");
    assert_eq!(loaded.documents.len(), 1, "{path}");
    value(&loaded.documents[0].root)
}

fn value(node: &Node<'_>) -> Value {
    match &node.kind {
        NodeKind::Scalar(text, _) => Value::String(text.to_string()),
        NodeKind::Sequence(items) => items.iter().map(value).collect(),
        NodeKind::Mapping(entries) => {
            let entry = |(key, inner): &(Node<'_>, Node<'_>)| {
                (key.text().expect("keys are texts").to_owned(), value(inner))
            };
            Value::Object(entries.iter().map(entry).collect::<Map<_, _>>())
        }
        other => panic!("{other:?} where all is wanted"),
    }
}

pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Steps of an action or a job.
pub(crate) fn steps(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Steps that speak to somebody, or build for long, are left out.
pub(crate) fn is_left_out(step: &Value) -> bool {
    let name = text(step, "name");
    name.ends_with("(network)") || name.ends_with("(builds)")
}

pub(crate) struct Runner {
    /// Where the steps run.
    pub(crate) here: PathBuf,
    temp: PathBuf,
    /// `github.base_ref` and the like, and outputs of steps.
    pub(crate) context: BTreeMap<String, String>,
    ids: BTreeSet<String>,
}

impl Runner {
    pub(crate) fn new(here: &Path, temp: &Path) -> Self {
        std::fs::create_dir_all(temp).expect("writable");
        Self {
            here: here.to_owned(),
            temp: temp.to_owned(),
            context: BTreeMap::new(),
            ids: BTreeSet::new(),
        }
    }

    pub(crate) fn know(&mut self, name: &str, value: &str) {
        self.context.insert(name.to_owned(), value.to_owned());
    }

    /// Runs the steps that have a `run` and whose condition holds, until one fails; the exit code
    /// of each by its name.
    pub(crate) fn run(&mut self, all: &[Value]) -> Vec<(String, i32, String)> {
        self.ids.extend(all.iter().map(|step| text(step, "id").to_owned()));
        let mut done = Vec::new();
        for step in all.iter().filter(|step| step["run"].is_string()) {
            let condition = text(step, "if");
            let wanted = condition.is_empty() || is_true(&self.expression(condition));
            let environment: Vec<(String, String)> = step["env"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), self.filled(value.as_str().expect("a text"))))
                .collect();
            if is_left_out(step) || !wanted {
                continue;
            }
            let output = self.shell(text(step, "run"), &environment);
            let code = output.status.code().unwrap_or(-1);
            let said = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            self.take_outputs(text(step, "id"));
            done.push((text(step, "name").to_owned(), code, said));
            if code != 0 {
                break;
            }
        }
        done
    }

    /// As the runner starts a step with `shell: bash`.
    pub(crate) fn shell(&self, script: &str, environment: &[(String, String)]) -> Output {
        let file = self.temp.join("step.sh");
        std::fs::write(&file, script).expect("writable");
        let binary = Path::new(env!("CARGO_BIN_EXE_coverlay")).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(&file)
            .current_dir(&self.here)
            .env("PATH", format!("{}:{path}", binary.display()))
            .env("RUNNER_TEMP", &self.temp)
            .env("GITHUB_OUTPUT", self.temp.join("output"))
            .env("GITHUB_STEP_SUMMARY", self.temp.join("summary.md"))
            .envs(environment.iter().cloned())
            .output()
            .expect("bash starts")
    }

    pub(crate) fn summary(&self) -> String {
        std::fs::read_to_string(self.temp.join("summary.md")).unwrap_or_default()
    }

    fn take_outputs(&mut self, id: &str) {
        let file = self.temp.join("output");
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let _ = std::fs::remove_file(file);
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            self.know(&format!("steps.{id}.outputs.{name}"), value);
        }
    }

    /// A text with what stands in `${{ }}` filled in.
    pub(crate) fn filled(&self, text: &str) -> String {
        match text.split_once("${{") {
            None => text.to_owned(),
            Some((before, rest)) => {
                let (inner, after) = rest.split_once("}}").expect("it is closed");
                format!("{before}{}{}", self.expression(inner.trim()), self.filled(after))
            }
        }
    }

    fn expression(&self, text: &str) -> String {
        if let Some((left, right)) = text.split_once(" || ") {
            let left = self.expression(left);
            return if is_true(&left) { left } else { self.expression(right) };
        }
        if let Some((left, right)) = text.split_once(" && ") {
            let left = self.expression(left);
            return if is_true(&left) { self.expression(right) } else { left };
        }
        if let Some((left, right)) = text.split_once(" == ") {
            return (self.expression(left) == self.expression(right)).to_string();
        }
        if let Some((left, right)) = text.split_once(" != ") {
            return (self.expression(left) != self.expression(right)).to_string();
        }
        let text = text.trim();
        if let Some(literal) = text.strip_prefix('\'') {
            return literal.trim_end_matches('\'').to_owned();
        }
        if text == "always()" {
            return "true".to_owned();
        }
        let of_step = text.strip_prefix("steps.").and_then(|rest| rest.split_once('.'));
        match (self.context.get(text), of_step) {
            (Some(value), _) => value.clone(),
            // A step that did not run has no outputs.
            (None, Some((id, _))) if self.ids.contains(id) => String::new(),
            _ => panic!("nothing is called {text}"),
        }
    }
}

fn is_true(text: &str) -> bool {
    !matches!(text, "" | "false")
}
