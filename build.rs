//! Embeds `data/sample` and stamps the build, so that a page and a worker of different builds
//! refuse each other.
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));

    let sample = root.join("data/sample");
    let mut files = Vec::new();
    files_below(&sample, &mut files);
    files.sort();
    let mut text = String::from(
        "/// Path below `sample/` and content of every file, sorted by path.\npub static FILES: &[(&str, &[u8])] = &[\n",
    );
    for file in &files {
        let path =
            file.strip_prefix(&sample).expect("found below").to_string_lossy().replace('\\', "/");
        writeln!(text, "    ({:?}, include_bytes!({:?})),", format!("sample/{path}"), file)
            .expect("a string");
    }
    text.push_str("];\n");
    fs::write(out.join("sample.rs"), text).expect("OUT_DIR is writable");

    // FNV-1a over the sources: any change gives another stamp, the same tree the same one.
    let mut sources = Vec::new();
    files_below(&root.join("src"), &mut sources);
    files_below(&root.join("yaml/src"), &mut sources);
    sources.push(root.join("Cargo.lock"));
    sources.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in &sources {
        for byte in fs::read(file).unwrap_or_default() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=COVERLAY_BUILD={hash:016x}");
    // The page's wasm is taken apart after it is linked (scripts/split).
    if env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bin=page=--emit-relocs");
    }
    for watched in ["src", "yaml/src", "data/sample", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
}
