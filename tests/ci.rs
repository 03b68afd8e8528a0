//! The files for build servers hold what they must, and their commands do what they are for: every
//! `run` that needs neither network nor a long build is run as it is, with the command in PATH.
#![cfg(all(feature = "cli", unix))]

#[path = "ci/runner.rs"]
mod runner;

mod command;

use command::{folder, sample};
use runner::{Runner, is_left_out, steps, text, yaml};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const ACTION: &str = "action.yml";
const WORKFLOW: &str = "docs/ci/coverlay.yml";
const RELEASE: &str = ".github/workflows/release.yml";
const GITLAB: &str = "docs/ci/gitlab-ci.yml";

/// All steps with the file they stand in.
fn all_steps() -> Vec<(&'static str, Value)> {
    let mut all: Vec<(&str, Value)> =
        steps(&yaml(ACTION)["runs"]["steps"]).iter().map(|step| (ACTION, step.clone())).collect();
    for file in [WORKFLOW, RELEASE] {
        for job in yaml(file)["jobs"].as_object().expect("jobs").values() {
            all.extend(steps(&job["steps"]).iter().map(|step| (file, step.clone())));
        }
    }
    all
}

fn git(here: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(here)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[allow(clippy::print_stdout, reason = "a test that is skipped says why")]
/// A repository of rules on a server, and a clone of it in which a branch has one rule less.
fn repository(name: &str) -> Option<PathBuf> {
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: there is no git");
        return None;
    }
    let top = folder(name);
    let server = top.join("server");
    std::fs::create_dir_all(server.join("rules")).expect("writable");
    for (at, entry) in std::fs::read_dir(format!("{}/linux", sample())).expect("there").enumerate()
    {
        let file = entry.expect("readable").path();
        std::fs::copy(&file, server.join(format!("rules/{at}.yml"))).expect("writable");
    }
    let rule = "title: One\nid: 00000000-0000-4000-8000-0000000000aa\nstatus: stable\ntags:\n  - attack.t1217\nlogsource:\n  product: linux\ndetection:\n  selection:\n    Image: x\n  condition: selection\nlevel: high\n";
    std::fs::write(server.join("rules/only.yml"), rule).expect("writable");
    // A gate of the project's own must not stop what is made before the gates.
    std::fs::write(server.join("coverlay.toml"), "fail-under = 0.1\n").expect("writable");
    git(&server, &["init", "--quiet", "-b", "main"]);
    git(&server, &["add", "."]);
    git(&server, &["commit", "--quiet", "-m", "rules"]);
    git(&top, &["clone", "--quiet", "server", "clone"]);
    let clone = top.join("clone");
    git(&clone, &["checkout", "--quiet", "-b", "less"]);
    git(&clone, &["rm", "--quiet", "rules/only.yml"]);
    git(&clone, &["commit", "--quiet", "-m", "less"]);
    Some(clone)
}

/// A runner that knows the action's inputs by their defaults.
fn with_inputs(here: &Path, event: &str) -> Runner {
    let mut runner = Runner::new(here, &here.join("../temp"));
    for (name, value) in [
        ("github.token", "none"),
        ("github.event_name", event),
        ("github.base_ref", "main"),
        ("github.ref_name", "main"),
        ("github.workflow", "ATT&CK coverage"),
        ("github.action_ref", "v0.1.0"),
        ("github.action_repository", "OWNER/coverlay"),
        ("runner.os", "Linux"),
        ("runner.arch", "X64"),
        ("steps.changes.outcome", "success"),
    ] {
        runner.know(name, value);
    }
    for (name, input) in yaml(ACTION)["inputs"].as_object().expect("inputs") {
        let default = runner.filled(text(input, "default"));
        runner.know(&format!("inputs.{name}"), &default);
    }
    runner
}

fn read(path: PathBuf) -> Vec<u8> {
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_files_hold_what_they_must() {
    let action = yaml(ACTION);
    assert!(!text(&action, "name").is_empty() && !text(&action, "description").is_empty());
    assert_eq!(action["runs"]["using"], "composite");
    for (name, input) in action["inputs"].as_object().expect("inputs") {
        assert!(input["description"].is_string() && input["default"].is_string(), "{name}");
    }
    let workflow = yaml(WORKFLOW);
    let on = workflow["on"].as_object().expect("events");
    let events: Vec<_> = on.keys().map(String::as_str).collect();
    assert_eq!(events, ["pull_request", "schedule", "workflow_dispatch"]);
    assert!(text(&workflow["on"]["schedule"][0], "cron").ends_with(" 1"), "weekly");
    // What one may do is said job by job, and is nothing else.
    for file in [WORKFLOW, RELEASE] {
        let file = yaml(file);
        assert!(file["permissions"].as_object().is_some_and(serde_json::Map::is_empty));
        for (name, job) in file["jobs"].as_object().expect("jobs") {
            assert!(job["permissions"].is_object() && job["runs-on"].is_string(), "{name}");
            assert!(!steps(&job["steps"]).is_empty(), "{name}");
        }
    }
    // What the workflow gives to the action and takes from it is there.
    let coverage = steps(&workflow["jobs"]["coverage"]["steps"]);
    let ours = coverage.iter().find(|step| text(step, "id") == "coverlay").expect("our step");
    for name in ours["with"].as_object().expect("inputs").keys() {
        assert!(action["inputs"][name].is_object(), "{name}");
    }
    let all = serde_json::to_string(coverage).expect("JSON");
    for used in all.split("steps.coverlay.outputs.").skip(1) {
        let name: String = used.chars().take_while(char::is_ascii_lowercase).collect();
        assert!(action["outputs"][&name].is_object(), "{name}");
    }
}

/// Only a release runs here, for a tag that is one.
#[test]
fn nothing_runs_in_this_repository_but_a_release() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let files: Vec<_> = std::fs::read_dir(folder).expect("there").flatten().collect();
    assert_eq!(files.len(), 1);
    let on = &yaml(RELEASE)["on"];
    assert_eq!(on.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(on["push"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(on["push"]["tags"][0], "v[0-9]+.[0-9]+.[0-9]+");
    let targets = &yaml(RELEASE)["jobs"]["binary"]["strategy"]["matrix"]["include"];
    let targets = targets.to_string();
    for target in ["x86_64-unknown-linux-musl", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"] {
        assert!(targets.contains(target), "{target}");
        assert!(yaml(ACTION).to_string().contains(target), "{target} can be installed");
    }
}

#[test]
fn every_step_is_safe_and_those_left_out_are_these() {
    let mut left_out = Vec::new();
    for (file, step) in all_steps() {
        let name = text(&step, "name").to_owned();
        let (run, uses) = (text(&step, "run"), text(&step, "uses"));
        assert!(run.is_empty() != uses.is_empty(), "{file}: {name}{uses}");
        if let Some((_, version)) = uses.split_once('@') {
            assert!(version.starts_with('v'), "{uses}");
        }
        if run.is_empty() {
            assert!(uses.contains('@'), "{uses}");
            continue;
        }
        // A branch's name or a title in a script would be part of the script.
        assert!(!run.contains("${{"), "{file}: {name}: expressions belong into env");
        assert!(!name.is_empty(), "{file}: {run}");
        if file == ACTION {
            assert_eq!(text(&step, "shell"), "bash", "{name}");
        }
        if is_left_out(&step) {
            left_out.push(name);
        } else {
            let speaks =
                ["gh ", "curl ", "rustup ", "cargo "].iter().any(|word| run.contains(word));
            assert!(!speaks, "{name} is not marked");
        }
    }
    println!("left out: {}", left_out.join(", "));
    left_out.sort_unstable();
    assert_eq!(
        left_out,
        [
            "Build (builds)",
            "Build the page (builds)",
            "Comment (network)",
            "Install (network)",
            "Release (network)",
            "Static (builds)",
            "Tell Slack (network)",
            "The layer of the last run (network)",
            "The page (network)",
        ]
    );
}

/// Also those that are left out: a step with a wrong word in it does not get so far.
#[test]
fn every_script_is_bash() {
    let mut scripts: Vec<String> =
        all_steps().iter().map(|(_, step)| text(step, "run").to_owned()).collect();
    scripts.push(gitlab());
    for script in scripts {
        let checked = Command::new("bash").args(["-n", "-c", &script]).output();
        assert!(checked.expect("bash starts").status.success(), "{script}");
    }
}

#[test]
fn actionlint_has_nothing_to_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    match Command::new("actionlint").args([WORKFLOW, RELEASE]).current_dir(root).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        Err(_) => println!("skipped: there is no actionlint"),
    }
}

#[test]
fn a_pull_request_is_compared_with_its_base_and_fails_where_it_loses() {
    let Some(clone) = repository("ci-pull-request") else { return };
    let mut runner = with_inputs(&clone, "pull_request");
    runner.know("inputs.fail-on-lost", "true");
    let done = runner.run(steps(&yaml(ACTION)["runs"]["steps"]));
    let codes: Vec<_> = done.iter().map(|(name, code, _)| (name.as_str(), *code)).collect();
    assert_eq!(
        codes,
        [
            ("The rules of the base branch", 0),
            ("Layer, report, pictures, findings", 0),
            ("What changed", 0),
            ("Summary, and text for the pull request", 0),
            ("Gates", 1),
        ],
        "{done:#?}"
    );
    assert!(done[4].2.contains("are covered no more: T1217; --fail-on-lost"), "{}", done[4].2);
    let out = clone.join("coverlay-out");
    let json =
        |name: &str| -> Value { serde_json::from_slice(&read(out.join(name))).expect("JSON") };
    assert_eq!(json("changes.json")["lost"], serde_json::json!(["T1217"]));
    assert_eq!(json("layer.json")["domain"], "enterprise-attack");
    assert_eq!(json("tags.sarif")["version"], "2.1.0");
    assert!(json("slack.json")["blocks"].is_array());
    assert!(json("report.json")["summary"]["rules"].as_u64() > Some(1));
    assert!(read(out.join("coverage.png")).starts_with(b"\x89PNG"));
    assert!(read(out.join("quarters.gif")).starts_with(b"GIF89a"));
    assert!(read(out.join("changes.gif")).starts_with(b"GIF89a"));
    let layers: Vec<_> = std::fs::read_dir(out.join("layers")).expect("there").flatten().collect();
    assert!(layers.len() == 1 && layers[0].file_name().to_string_lossy().starts_with("coverage_Q"));
    let comment =
        String::from_utf8(read(clone.join(&runner.context["steps.text.outputs.comment"])));
    let comment = comment.expect("text");
    assert!(comment.contains("main → this change"), "{comment}");
    assert!(!comment.contains("/temp/"), "no paths of the runner: {comment}");
    assert!(comment.contains("T1217") && comment.contains(" techniques, "), "{comment}");
    assert!(runner.summary().contains("# Coverage of ATT"), "{}", runner.summary());
}

#[test]
fn a_weekly_run_without_an_earlier_one_compares_nothing_and_is_published() {
    let Some(clone) = repository("ci-weekly") else { return };
    // The step for the last run is left out here, as on the first run it finds none.
    let mut runner = with_inputs(&clone, "schedule");
    let done = runner.run(steps(&yaml(ACTION)["runs"]["steps"]));
    let codes: Vec<_> = done.iter().map(|(name, code, _)| (name.as_str(), *code)).collect();
    let expected = [
        ("Layer, report, pictures, findings", 0),
        ("Summary, and text for the pull request", 0),
        ("Gates", 0),
    ];
    assert_eq!(codes, expected, "{done:#?}");
    // The next run has its layer; a gate that the file asks for and that fails comes last.
    std::fs::copy(clone.join("coverlay-out/layer.json"), clone.join("last.json")).expect("there");
    std::fs::write(clone.join("coverlay.toml"), "fail-under = 100\n").expect("writable");
    let mut next = with_inputs(&clone, "schedule");
    next.know("inputs.before", "last.json");
    let done = next.run(steps(&yaml(ACTION)["runs"]["steps"]));
    assert_eq!(done.len(), 4, "{done:#?}");
    assert!(done[3].1 == 1 && done[3].2.contains("--fail-under asks for 100"), "{done:#?}");
    let changes: Value =
        serde_json::from_slice(&read(clone.join("coverlay-out/changes.json"))).expect("JSON");
    assert_eq!(changes["lost"], serde_json::json!([]));
    // What the artifact holds goes to a host.
    next.know("github.repository_owner", "us");
    next.know("github.event.repository.name", "rules");
    let publish = steps(&yaml(WORKFLOW)["jobs"]["publish"]["steps"]).to_vec();
    let done = next.run(&publish);
    assert!(done.len() == 1 && done[0].1 == 0, "{done:#?}");
    assert!(read(clone.join("site/layers/coverage.json")).starts_with(b"{"));
    assert!(read(clone.join("site/report.html")).starts_with(b"<!"));
    // Coverlay opens it by the defaults beside the page.
    let defaults = read(clone.join("site/coverlay.json"));
    let (hosted, problems) = coverlay::hosted::Hosted::read(&defaults, "https://us.github.io");
    assert_eq!((problems, hosted.title.as_deref()), (vec![], Some("rules")));
    assert_eq!(hosted.layers.len(), 1);
    for place in &hosted.layers {
        assert!(clone.join("site").join(place.as_str()).is_file(), "{}", place.as_str());
    }
    let address = "#layerURL=https%3A%2F%2Fus.github.io%2Frules%2Flayers%2Fcoverage.json";
    assert!(next.summary().contains(address), "{}", next.summary());
}

/// The lines of its job, as its runner joins them.
fn gitlab() -> String {
    let lines = yaml(GITLAB)["coverage"]["script"].clone();
    steps(&lines).iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

#[test]
fn gitlab_runs_the_same() {
    let Some(clone) = repository("ci-gitlab") else { return };
    let runner = Runner::new(&clone, &clone.join("../temp"));
    let weekly = runner.shell(&gitlab(), &[]);
    assert!(weekly.status.success(), "{}", String::from_utf8_lossy(&weekly.stderr));
    let made = &yaml(GITLAB)["coverage"]["artifacts"];
    assert!(read(clone.join(text(&made["reports"], "junit"))).starts_with(b"<?xml"));
    assert!(clone.join(made["paths"][0].as_str().expect("a path")).join("report.md").is_file());
    let target = ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME".to_owned(), "main".to_owned());
    let request = runner.shell(&gitlab(), &[target]);
    assert_eq!(request.status.code(), Some(1), "it loses T1217");
    let changes = String::from_utf8(read(clone.join("out/changes.md"))).expect("text");
    assert!(changes.contains("T1217"), "{changes}");
}

#[test]
fn a_cron_line_runs_as_it_stands() {
    let Some(clone) = repository("ci-cron") else { return };
    let home = clone.parent().expect("a folder");
    git(&clone, &["checkout", "--quiet", "main"]);
    std::fs::rename(&clone, home.join("detections")).expect("writable");
    let file = include_str!("../docs/ci/crontab");
    let lines: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
    let [line] = lines.as_slice() else { panic!("one line: {lines:?}") };
    assert!(!line.contains('%'), "cron would make it a line's end");
    let command = line.splitn(6, ' ').nth(5).expect("five fields and a command");
    let runner = Runner::new(home, &home.join("temp"));
    let home_is = ("HOME".to_owned(), home.display().to_string());
    let output = runner.shell(command, &[home_is]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "cron would send a mail");
    assert_eq!(std::fs::read_dir(home.join("detections/layers")).expect("made").count(), 1);
    assert!(home.join("detections/coverage.html").is_file());
}

#[test]
fn a_release_is_packed_with_completions_and_manual() {
    let here = folder("ci-release").join("checkout");
    let target = "x86_64-unknown-linux-musl";
    let binary = here.join(format!("target/{target}/cli/coverlay"));
    std::fs::create_dir_all(binary.parent().expect("a folder")).expect("writable");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_coverlay"), &binary).expect("writable");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in std::fs::read_dir(root).expect("there").flatten() {
        if file.path().is_file() {
            std::fs::copy(file.path(), here.join(file.file_name())).expect("writable");
        }
    }
    let mut runner = Runner::new(&here, &here.join("../temp"));
    runner.know("runner.os", "Linux");
    runner.know("matrix.target", target);
    let job = yaml(RELEASE)["jobs"]["binary"].clone();
    // The job's own environment.
    let mut pack = steps(&job["steps"]).to_vec();
    for step in &mut pack {
        step["env"]["TARGET"] = job["env"]["TARGET"].clone();
    }
    let done = runner.run(&pack);
    assert!(done.len() == 1 && done[0].1 == 0, "{done:#?}");
    let name = format!("coverlay-{target}");
    let list = Command::new("tar")
        .args(["-tzf", &format!("{name}.tar.gz")])
        .current_dir(&here)
        .output()
        .expect("tar starts");
    let list = String::from_utf8(list.stdout).expect("text");
    for file in
        ["coverlay", "LICENSE", "NOTICE", "completions/coverlay.fish", "man/coverlay-lint.1"]
    {
        assert!(list.lines().any(|line| line == format!("{name}/{file}")), "{file}: {list}");
    }
    let sum = String::from_utf8(read(here.join(format!("{name}.tar.gz.sha256")))).expect("text");
    assert!(sum.trim_end().ends_with(&format!("{name}.tar.gz")), "{sum}");
}
