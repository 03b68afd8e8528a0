//! Holds the house to its plan: which module may use which (`TABLE`), and how long a file may be.
//!
//! Only `crate::` paths count. Left out: comments, and what stands below a file's `#[cfg(test)]`.
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every module may use these.
const EVERYONE: &[&str] = &["date", "diagnostic", "float", "limits", "lowercase", "pace", "sorted"];

/// What coverage is made of.
const FACTS: &[&str] = &["attack", "rule", "layer", "alerts", "source"];

/// What is concluded from coverage.
const FINDINGS: &[&str] = &["coverage", "gaps", "history", "investigate"];

/// Module, then what it may use besides itself and [`EVERYONE`]. The longest prefix decides; a
/// module that is not here may use nothing.
const TABLE: &[(&str, &[&[&str]])] = &[
    ("attack", &[]),
    ("source", &[]),
    ("rule", &[&["attack", "source"]]),
    ("import", &[&["attack", "rule", "source", "alerts"]]),
    ("layer", &[&["attack"]]),
    ("alerts", &[&["attack", "source"]]),
    ("sample", &[&["source", "alerts"]]),
    ("coverage", &[FACTS]),
    ("lint", &[FACTS, &["coverage"]]),
    ("gaps", &[FACTS, &["coverage"]]),
    ("history", &[FACTS, &["coverage"]]),
    ("investigate", &[FACTS, &["coverage", "gaps"]]),
    ("workspace", &[FACTS, &["gaps", "investigate"]]),
    ("heatmap", &[FACTS, FINDINGS]),
    ("export", &[FACTS, FINDINGS, &["heatmap", "lint"]]),
    ("hosted", &[FACTS, &["coverage", "heatmap", "lint"]]),
    ("link", &[]),
    (
        "pipeline",
        &[FACTS, FINDINGS, &["heatmap", "export", "lint", "import", "sample", "workspace"]],
    ),
    ("worker", &[]),
    ("worker::protocol", &[FACTS, &["gaps"]]),
    ("worker::pieces", &[]),
    ("worker::post", &[&["worker::protocol"]]),
    ("worker::warm", &[FACTS, &["pipeline", "worker::post"]]),
    (
        "worker::tables",
        &[FACTS, &["pipeline", "workspace", "worker::pieces", "worker::protocol", "worker::post"]],
    ),
    (
        "worker::run",
        &[
            FACTS,
            FINDINGS,
            &["pipeline", "workspace", "worker::protocol", "worker::post"],
            &["worker::tables", "worker::warm"],
        ],
    ),
    (
        "worker::client",
        &[
            FACTS,
            FINDINGS,
            &["worker::protocol", "worker::boot", "worker::files", "worker::ledger"],
            &["worker::content"],
        ],
    ),
    ("worker::content", &[&["worker::protocol"]]),
    ("worker::boot", &[&["worker::files"]]),
    ("worker::files", &[]),
    ("worker::jobs", &[FACTS, &["gaps", "worker::protocol", "worker::client", "worker::content"]]),
    ("worker::ledger", &[FACTS, &["worker::protocol"]]),
    ("press", &[]),
    ("press::protocol", &[&["export", "gaps", "limits", "lint", "source", "workspace"]]),
    (
        "press::run",
        &[
            &["export", "source", "workspace", "press::protocol", "press::saved", "press::fixes"],
            &["worker::pieces", "worker::protocol"],
        ],
    ),
    ("press::fixes", &[&["lint", "press::protocol"]]),
    ("press::saved", &[&["layer", "source", "workspace", "press::protocol"]]),
    ("press::client", &[&["press::protocol", "worker::protocol", "worker::boot", "worker::files"]]),
    ("cli", &[FACTS, FINDINGS, &["heatmap", "export", "lint", "import", "sample", "pipeline"]]),
    (
        "web",
        &[
            FACTS,
            FINDINGS,
            &["heatmap", "export", "lint", "sample", "worker::protocol", "worker::client"],
            &["hosted", "link", "workspace"],
            &["press::protocol", "press::client", "worker::boot", "worker::files"],
        ],
    ),
    ("bin::coverlay", &[&["cli"]]),
    ("bin::page", &[&["web"]]),
    ("bin::worker", &[&["worker::run"]]),
    ("bin::press", &[&["press::run"]]),
];

/// `path` is `prefix` itself or something in it.
fn within(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// `coverage/score.rs` → `coverage::score`; `coverage/mod.rs` → `coverage`.
fn module_of(file: &str) -> String {
    let path = file.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).replace('/', "::")
}

/// The paths of a `use` tree or an expression that begins here: `a::{b, c::d}` → `a::b`, `a::c::d`.
/// Returns how many bytes it took.
fn read_tree(text: &str, prefix: &str, paths: &mut Vec<String>) -> usize {
    let mut path = prefix.to_owned();
    let mut position = 0;
    loop {
        let rest = &text[position..];
        position += rest.len() - rest.trim_start().len();
        let rest = &text[position..];
        if rest.starts_with('{') {
            position += 1;
            while !text[position..].starts_with('}') && position < text.len() {
                position += read_tree(&text[position..], &path, paths);
                let rest = &text[position..];
                position += rest.len()
                    - rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace()).len();
                // `as name`, or something that is no tree at all: step over it.
                if !text[position..].starts_with('}') && text[position..].starts_with("as ") {
                    position += text[position..].find([',', '}']).unwrap_or(text.len() - position);
                }
            }
            return (position + 1).min(text.len());
        }
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if length == 0 {
            paths.push(path);
            return (position + usize::from(!rest.is_empty())).min(text.len());
        }
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(&rest[..length]);
        position += length;
        match text[position..].strip_prefix("::") {
            Some(_) => position += 2,
            None => {
                paths.push(path);
                return position;
            }
        }
    }
}

/// The crate's own paths that a source text uses.
fn used_paths(file: &str, text: &str) -> Vec<String> {
    let root = if file.starts_with("bin/") { "coverlay::" } else { "crate::" };
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""))
        .collect::<Vec<_>>()
        .join("\n");
    let mut paths = Vec::new();
    for (position, _) in code.match_indices(root) {
        let before = code[..position].chars().next_back();
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
            read_tree(&code[position + root.len()..], "", &mut paths);
        }
    }
    paths
}

/// What a file of `src/` uses and may not, in words.
fn violations(file: &str, text: &str) -> Vec<String> {
    let module = module_of(file);
    let row =
        TABLE.iter().filter(|(name, _)| within(&module, name)).max_by_key(|(name, _)| name.len());
    let (unit, allowed) = row.copied().unwrap_or((module.as_str(), &[]));
    used_paths(file, text)
        .into_iter()
        .filter(|path| {
            let mut fine = allowed.iter().copied().flatten().chain(EVERYONE);
            !within(path, unit) && !fine.any(|name| within(path, name))
        })
        .map(|path| format!("src/{file}: {unit} may not use {path}"))
        .collect()
}

fn sources() -> BTreeMap<String, String> {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    visit(&root, &mut files);
    let name =
        |path: &Path| path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).expect("UTF-8"))).collect()
}

#[test]
fn modules_use_only_what_the_plan_allows() {
    let found: Vec<_> = sources()
        .iter()
        .filter(|(file, _)| *file != "lib.rs")
        .flat_map(|(file, text)| violations(file, text))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn files_stay_readable() {
    let long: Vec<_> = sources()
        .iter()
        .map(|(file, text)| (file.clone(), text.lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .collect();
    assert!(long.is_empty(), "more than 500 lines; which two things are they? {long:?}");
}

#[test]
fn every_module_stands_in_the_table() {
    let known = |module: &str| {
        module == "lib"
            || EVERYONE
                .iter()
                .chain(TABLE.iter().map(|(name, _)| name))
                .any(|name| within(module, name))
    };
    let unknown: Vec<_> = sources().into_keys().filter(|file| !known(&module_of(file))).collect();
    assert!(unknown.is_empty(), "say in TABLE what these may use: {unknown:?}");
}

/// The checker checked: each made-up line is one mistake that must be found.
#[test]
fn forbidden_uses_are_found() {
    let wrong = [
        ("attack/mod.rs", "use crate::rule::Rule;"),
        ("coverage/compute.rs", "fn f() { let x = crate::heatmap::paint(); }"),
        ("coverage/mod.rs", "use crate::{attack::Catalogue, web::state};"),
        (
            "rule/mod.rs",
            "use crate::{\n    attack::{TechniqueId, TacticId as Id},\n    import::yaml,\n};",
        ),
        ("web/state.rs", "pub(crate) use crate::import::sigma;"),
        ("web/view/matrix.rs", "use crate::worker::run;"),
        ("worker/client.rs", "use crate::pipeline::import_files;"),
        ("export/svg.rs", "use crate::pipeline;"),
        ("diagnostic.rs", "use crate::attack::TechniqueId;"),
        ("bin/page.rs", "fn main() { coverlay::import::start() }"),
        ("somewhere/new.rs", "use crate::attack::Catalogue;"),
    ];
    for (file, text) in wrong {
        assert_eq!(violations(file, text).len(), 1, "{file}: {text}");
    }
}

/// And the other way: none of these is a mistake.
#[test]
fn allowed_uses_pass() {
    let right = [
        (
            "rule/intake.rs",
            "use crate::source::{FileOutcome, ImportReport};\nuse crate::diagnostic::Code;",
        ),
        ("coverage/mod.rs", "use crate::{attack::{self, Catalogue as C}, rule::*, date};"),
        (
            "attack/mod.rs",
            "// as crate::rule has it\n/// [`crate::coverage`]\nuse crate::attack::id;",
        ),
        (
            "source/mod.rs",
            "use crate::limits;\n#[cfg(test)]\nmod tests { use crate::import::sigma; }",
        ),
        ("web/app.rs", "use crate::worker::client::Client;\nuse crate::sample::FILES;"),
        ("worker/run.rs", "use crate::{pipeline, worker::protocol::{Request, Response}};"),
        ("bin/worker.rs", "fn main() { coverlay::worker::run::start() }"),
        ("import/sigma.rs", "macro_rules! m { () => { $crate::import::x } }"),
    ];
    for (file, text) in right {
        assert_eq!(violations(file, text), Vec::<String>::new(), "{file}: {text}");
    }
}
