//! The command as a script calls it.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) fn coverlay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coverlay"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the command starts")
}

/// The same in another folder, with this as standard input.
pub(crate) fn coverlay_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_coverlay"))
        .args(arguments)
        .current_dir(folder)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the command starts");
    // A command that does not read it is no failure.
    let mut stdin = child.stdin.take().expect("it is piped");
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("the command ends")
}

/// The sample's rules, from anywhere.
pub(crate) fn sample() -> String {
    format!("{}/data/sample", env!("CARGO_MANIFEST_DIR"))
}

/// A fresh folder below the target folder.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder is writable");
    folder
}
