//! The files of `dist/`, their hashes, and the service worker's list of them.

use crate::markup::Page;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What this program writes itself, or what is not the program's.
const NO_PART: &[&str] = &["index.html", "coverlay.html", "coverlay.json", "sw.js"];

/// Path with `/` → content.
pub struct Dist(BTreeMap<String, Vec<u8>>);

impl Dist {
    /// Reads everything below a folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut files = BTreeMap::new();
        below(folder, "", &mut files)?;
        Ok(Self(files))
    }

    /// Files that are in memory.
    #[cfg(test)]
    pub fn of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self(files.into_iter().collect())
    }

    /// Adds a file.
    pub fn add(&mut self, path: String, content: Vec<u8>) {
        self.0.insert(path, content);
    }

    /// Takes one away.
    pub fn remove(&mut self, path: &str) {
        self.0.remove(path);
    }

    /// The content of a file.
    pub fn bytes(&self, path: &str) -> Result<&[u8], String> {
        let found = self.0.get(path.trim_start_matches("./"));
        found.map(Vec::as_slice).ok_or_else(|| format!("there is no dist/{path}"))
    }

    /// The content of a text.
    pub fn text(&self, path: &str) -> Result<String, String> {
        String::from_utf8(self.bytes(path)?.to_vec()).map_err(|_| format!("{path} is no UTF-8"))
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// `sha384-…` of a file, as `integrity` has it.
    pub fn integrity(&self, path: &str) -> Result<String, String> {
        Ok(integrity(self.bytes(path)?))
    }
}

fn below(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let name =
            name.to_str().ok_or_else(|| format!("a name in {} is no UTF-8", folder.display()))?;
        let path = format!("{prefix}{name}");
        // Names stand in a list that is parted by blanks, in addresses and in JSON as they are.
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Err(format!(
                "dist/{path}: the name needs more than letters, digits, -, _ and ."
            ));
        }
        match entry.path().is_dir() {
            true => below(&entry.path(), &format!("{path}/"), files)?,
            false => drop(files.insert(path, fs::read(entry.path()).map_err(failed)?)),
        }
    }
    Ok(())
}

/// `sha384-…`, as the attribute `integrity` has it.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// `sha256-…`, as a policy has it.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

/// The address a file is asked for by: with something of its hash where nothing in `index.html` links it.
/// `public/files.js` makes the same.
fn address(path: &str, integrity: &str, is_by_name: bool) -> String {
    let end = &integrity[integrity.len() - 16..];
    let end: String = end.chars().filter(char::is_ascii_alphanumeric).collect();
    if is_by_name { format!("{path}?v={end}") } else { path.to_owned() }
}

/// `public/sw.js` with its list: all that is needed without a server.
pub fn service_worker(
    template: &str,
    page: &Page,
    dist: &Dist,
    finished: &str,
) -> Result<String, String> {
    const PLACE: &str = "const LIST = null;";
    let by_name: Vec<_> =
        page.by_name(dist).into_iter().filter(|name| *name != page.wasm).collect();
    let mut files = vec![(String::from("./"), integrity(finished.as_bytes()))];
    for path in dist.paths() {
        let is_text = [".txt", ".md", ".map", ".br", ".gz"].iter().any(|end| path.ends_with(end));
        if !is_text && !NO_PART.contains(&path) {
            let hash = dist.integrity(path)?;
            files.push((address(path, &hash, by_name.contains(&path)), hash));
        }
    }
    let lines: Vec<_> =
        files.iter().map(|(path, hash)| format!("  [\"{path}\", \"{hash}\"]")).collect();
    let lines = lines.join(",\n");
    let version: String = Sha256::digest(format!("{template}{lines}").as_bytes())[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if template.matches(PLACE).count() != 1 {
        return Err(format!("public/sw.js has not one '{PLACE}'"));
    }
    let list = format!("const LIST = {{ version: \"{version}\", files: [\n{lines}\n] }};");
    Ok(template.replace(PLACE, &list))
}
