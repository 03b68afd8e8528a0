//! `finish ROOT`: what is done to `ROOT/dist` after Trunk, whatever files it holds.
//!
//! - style sheets become two: that of the first picture, and that of `later.wasm`;
//! - scripts lose their comments;
//! - `index.html` gets integrity hashes for what it links, and the names and hashes of what
//!   `public/files.js` asks for;
//! - `sw.js` gets the list of files that work without a server, and its version;
//! - `coverlay.html` is written: everything in one file.
//!
//! Running it again gives the same bytes.

mod bare;
mod bundle;
mod listing;
mod markup;
mod one_file;
mod styles;

use listing::Dist;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// What `coverlay.html` may have, in bytes.
const MOST: usize = 3_500_000;

fn main() -> ExitCode {
    let Some(root) = env::args().nth(1) else {
        eprintln!("usage: finish ROOT");
        return ExitCode::from(2);
    };
    match finish(Path::new(&root)) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("dist/ could not be finished: {error}");
            ExitCode::FAILURE
        }
    }
}

fn finish(root: &Path) -> Result<String, String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let write = |path: &str, text: &str| {
        fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))
    };
    let mut dist = Dist::read(&root.join("dist"))?;
    let mut html = dist.text("index.html")?;
    if let Some(joined) = styles::join(&html, &dist)? {
        for (name, text) in joined.sheets {
            write(&format!("dist/{name}"), &text)?;
            dist.add(name, text.into_bytes());
        }
        // So that there is none without its files, should this be stopped.
        write("dist/index.html", &joined.html)?;
        for path in &joined.gone {
            fs::remove_file(root.join("dist").join(path))
                .map_err(|error| format!("{path}: {error}"))?;
            dist.remove(path);
        }
        html = joined.html;
    }
    // Those of the document stay as they are: their names tell what is in them, and are kept for good.
    let of_document = markup::tags(&html, &["script"]);
    let of_document: Vec<&str> = of_document.iter().filter_map(markup::Tag::file).collect();
    let scripts: Vec<String> = dist.paths().map(str::to_owned).collect();
    for path in scripts.iter().filter(|path| path.ends_with(".js") && *path != "sw.js") {
        if !of_document.contains(&path.as_str()) {
            let text = bare::bare(&dist.text(path)?);
            write(&format!("dist/{path}"), &text)?;
            dist.add(path.clone(), text.into_bytes());
        }
    }
    let page = markup::Page::read(&html, &dist)?;

    let finished = page.with_hashes(&dist)?;
    write("dist/index.html", &finished)?;
    let worker = listing::service_worker(&read("public/sw.js")?, &page, &dist, &finished)?;
    write("dist/sw.js", &worker)?;

    let parts = one_file::Parts {
        page: &page,
        dist: &dist,
        within: &read("public/within.js")?,
        start: &read("public/start.js")?,
    };
    let one = one_file::write(&html, &parts)?;
    if one.len() > MOST {
        return Err(format!("coverlay.html has {} bytes, more than {MOST}", one.len()));
    }
    write("dist/coverlay.html", &one)?;
    Ok(format!(
        "finished dist/: {} files by name, coverlay.html has {} bytes (at most {MOST})",
        page.by_name(&dist).len(),
        one.len()
    ))
}
