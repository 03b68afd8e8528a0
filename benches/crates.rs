//! Which crate the bytes of a wasm file come from: `scripts/bench crates`.
//!
//! Reads files with a name section (`COVERLAY_NAMED` names their folder), which `scripts/bench` builds as
//! the shipped ones but for `strip`. Code counts for the crate that wrote it: generic code of a
//! library counts for the library, also where it is made for our types. What brotli makes of the whole
//! is shared out by what it makes of each part alone.
#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

#[path = "crates/wasm.rs"]
mod wasm;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio, exit};
use std::{env, fs, thread};
use wasm::Module;

/// A dependency above this needs a line in `benches/crates/reasons.txt`.
const NEEDS_A_REASON: f64 = 60e3;
/// Crates below this share of a file are one line.
const SHOWN: f64 = 1e3;
/// What is behind each of these is no dependency: it comes with the language.
const STANDARD: [&str; 9] = [
    "core",
    "alloc",
    "std",
    "hashbrown",
    "dlmalloc",
    "compiler_builtins",
    "__rustc",
    "memchr",
    "std_detect",
];
const OWN: &str = "coverlay";
/// Our three binaries.
const BINARIES: [&str; 3] = ["page", "worker", "press"];
const DATA: &str = "(texts and tables)";
const REST: &str = "(imports, types, names of exports)";

fn main() {
    let Some(folder) = env::var_os("COVERLAY_NAMED").map(PathBuf::from) else {
        println!("not measured: COVERLAY_NAMED names no folder (scripts/bench sets it)");
        return;
    };
    let reasons = reasons(include_str!("crates/reasons.txt"));
    let mut missing = Vec::new();
    for part in BINARIES {
        let path = folder.join(format!("{part}_bg.wasm"));
        let Ok(bytes) = fs::read(&path) else {
            println!("not measured: no {}", path.display());
            continue;
        };
        let module = Module::read(&bytes).unwrap_or_else(|| panic!("{}: no wasm", path.display()));
        missing.extend(table(part, &module, &reasons));
    }
    if !missing.is_empty() {
        println!(
            "\nover {} kB without a reason in benches/crates/reasons.txt: {}",
            NEEDS_A_REASON / 1e3,
            missing.join(", ")
        );
        exit(1);
    }
}

/// `crate: why` by line.
fn reasons(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": ")).collect()
}

/// Prints the table of one file; the dependencies in it that need a reason and have none.
fn table(part: &str, module: &Module<'_>, reasons: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (name, body) in &module.functions {
        let of = match name {
            Some(name) => crate_of(name),
            None => REST.to_owned(),
        };
        parts.entry(of).or_default().extend_from_slice(body);
    }
    parts.entry(DATA.to_owned()).or_default().extend_from_slice(module.data);
    let counted: usize = parts.values().map(Vec::len).sum();
    let rest = module.shipped.len().saturating_sub(counted);
    let whole = brotli(&module.shipped);
    let alone: BTreeMap<&str, f64> =
        parts.iter().map(|(name, bytes)| (name.as_str(), brotli(bytes).unwrap_or(0.0))).collect();
    let sum: f64 = alone.values().sum();
    let share =
        |name: &str| whole.map(|whole| alone.get(name).copied().unwrap_or(0.0) / sum * whole);

    println!("\n{part}: {} bytes, {} brotli\n", module.shipped.len(), kilo(whole));
    println!("| crate | kB | brotli, kB | |\n|---|--:|--:|---|");
    let mut rows: Vec<(&str, usize)> =
        parts.iter().map(|(name, bytes)| (name.as_str(), bytes.len())).collect();
    rows.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), *name));
    let (mut small, mut small_share, mut missing) = (0, 0.0, Vec::new());
    for (name, bytes) in rows {
        let packed = share(name).unwrap_or(0.0);
        if (bytes as f64) < SHOWN {
            (small, small_share) = (small + bytes, small_share + packed);
            continue;
        }
        let is_dependency = name != OWN && name != "std" && !name.starts_with('(');
        let note = match reasons.get(name) {
            Some(reason) => reason,
            None if is_dependency && packed > NEEDS_A_REASON => {
                missing.push(format!("{name} ({part})"));
                "**no reason given**"
            }
            None => "",
        };
        println!("| {name} | {:.1} | {} | {note} |", bytes as f64 / 1e3, kilo(share(name)));
    }
    let small_share = whole.map(|_| small_share);
    println!(
        "| (crates below 1 kB, and all else) | {:.1} | {} | |",
        (small + rest) as f64 / 1e3,
        kilo(small_share)
    );
    missing
}

fn kilo(bytes: Option<f64>) -> String {
    bytes.map_or_else(|| "–".to_owned(), |bytes| format!("{:.1}", bytes / 1e3))
}

/// The crate of a function by its demangled name.
fn crate_of(name: &str) -> String {
    // What is dropped is whose it is.
    let name = name.strip_prefix("core::ptr::drop_in_place<").unwrap_or(name);
    let mut standard = false;
    for word in roots(name) {
        if STANDARD.contains(&word) {
            standard = true;
            // `<alloc::vec::Vec<T> as core::…>`: the first path says whose code it is.
            if !name.starts_with('<') {
                break;
            }
            continue;
        }
        return if BINARIES.contains(&word) { OWN } else { word }.to_owned();
    }
    if standard { "std".to_owned() } else { REST.to_owned() }
}

/// The first words of the paths in a name, in their order: `<a::B as c::D<e::F>>::g` gives a, c, e.
fn roots(name: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let bytes = name.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < name.len() {
            let rest = &name[at..];
            let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            if len == 0 {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let (word, begins) = (&rest[..len], at);
            at += len;
            // A hash in brackets may stand between a crate and what is in it.
            let after = &name[at..];
            let after = match after.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((hash, rest)) if hash.bytes().all(|b| b.is_ascii_hexdigit()) => rest,
                _ => after,
            };
            let is_first = begins < 2 || &bytes[begins - 2..begins] != b"::";
            if is_first
                && after.starts_with("::")
                && word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            {
                return Some(word);
            }
        }
        None
    })
}

/// Bytes after `brotli -q 11`, by the tool of that name or by Node; `None` where neither is there.
fn brotli(bytes: &[u8]) -> Option<f64> {
    const SCRIPT: &str = "const z=require('zlib'),c=z.constants,b=require('fs').readFileSync(0);\
        process.stdout.write(z.brotliCompressSync(b,{params:{[c.BROTLI_PARAM_QUALITY]:11,[c.BROTLI_PARAM_LGWIN]:24}}))";
    let tools: [(&str, &[&str]); 2] =
        [("brotli", &["-q", "11", "--lgwin=24", "-c", "-"]), ("node", &["-e", SCRIPT])];
    tools.iter().find_map(|(tool, arguments)| {
        let mut child = Command::new(tool)
            .args(*arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (mut input, mut output) = (child.stdin.take()?, child.stdout.take()?);
        let bytes = bytes.to_vec();
        let writing = thread::spawn(move || input.write_all(&bytes));
        let mut packed = Vec::new();
        output.read_to_end(&mut packed).ok()?;
        writing.join().ok()?.ok()?;
        child.wait().ok()?.success().then_some(packed.len() as f64)
    })
}
