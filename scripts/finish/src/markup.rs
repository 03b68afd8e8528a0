//! `index.html` as Trunk wrote it, minified or not: its tags are found, read and changed; everything else stays.

use crate::bundle;
use crate::listing::Dist;
use std::ops::Range;

/// A start tag.
pub struct Tag {
    /// Where it stands, `<` and `>` included.
    pub place: Range<usize>,
    /// `link`, `script` …
    pub name: String,
    /// In order, names in lower case; a value is as it is written.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// The path of the file it links, within `dist/`.
    pub fn file(&self) -> Option<&str> {
        let address = match self.name.as_str() {
            "script" => self.get("src"),
            "link" => self.get("href"),
            _ => None,
        }?;
        let is_own = !address.contains(':');
        is_own.then(|| address.trim_start_matches("./"))
    }

    /// What kind of link it is.
    pub fn rel(&self) -> &str {
        self.get("rel").unwrap_or("")
    }

    fn text(&self) -> String {
        let mut text = format!("<{}", self.name);
        for (name, value) in &self.attributes {
            let quote = if value.contains('"') { '\'' } else { '"' };
            text.push_str(&match value.as_str() {
                "" => format!(" {name}"),
                value => format!(" {name}={quote}{value}{quote}"),
            });
        }
        text + ">"
    }
}

/// The start tags of a document that are of these kinds.
pub fn tags(html: &str, kinds: &[&str]) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = html[at..].find('<') {
        let from = at + next;
        at = from + 1;
        if html[from..].starts_with("<!--") {
            at = html[from..].find("-->").map_or(html.len(), |end| from + end);
            continue;
        }
        let length = html[at..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(0);
        let name = html[at..at + length].to_ascii_lowercase();
        if kinds.contains(&name.as_str()) {
            let (attributes, end) = attributes(html, at + length);
            found.push(Tag { place: from..end, name, attributes });
            at = end;
        }
    }
    found
}

/// The attributes from `at` on, and where the tag ends.
fn attributes(html: &str, mut at: usize) -> (Vec<(String, String)>, usize) {
    let mut all = Vec::new();
    loop {
        at += html[at..].len() - html[at..].trim_start().len();
        let rest = &html[at..];
        if rest.is_empty() || rest.starts_with('>') {
            return (all, (at + 1).min(html.len()));
        }
        if rest.starts_with('/') {
            at += 1;
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || "=>".contains(c)).unwrap_or(rest.len());
        let name = rest[..end.max(1)].to_ascii_lowercase();
        at += end.max(1);
        let mut value = String::new();
        if let Some(after) = html[at..].strip_prefix('=') {
            let quote = after.chars().next().filter(|c| "\"'".contains(*c));
            let (from, length) = match quote {
                Some(quote) => (1, after[1..].find(quote).unwrap_or(after.len() - 1)),
                None => {
                    (0, after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len()))
                }
            };
            value = after[from..from + length].to_owned();
            at += 1 + length + 2 * from;
        }
        all.push((name, value));
    }
}

/// What `index.html` links.
pub struct Page {
    html: String,
    /// The page's wasm.
    pub wasm: String,
    /// Its script, and then the modules that it imports, all paths within `dist/`.
    pub modules: Vec<String>,
    linked: Vec<String>,
}

/// What kind of link a style sheet is that is not loaded until a script makes it one
/// (`scripts/split/later.js`).
pub const LATER: &str = "later";
/// What this program adds to the head, and takes away before it does so again.
const LIST: &str = "coverlay-files";
const MARK: &str = "data-finish";

impl Page {
    /// Reads it; what an earlier run has added is not part of it.
    pub fn read(html: &str, dist: &Dist) -> Result<Self, String> {
        let mut html = html.to_owned();
        for tag in tags(&html, &["link", "meta"]).iter().rev() {
            if tag.get(MARK).is_some() {
                html.replace_range(tag.place.clone(), "");
            }
        }
        let all = tags(&html, &["link", "script"]);
        let part = |name: &str| {
            let found = all.iter().find(|tag| tag.get("data-start") == Some(name));
            let file = found.and_then(Tag::file).map(str::to_owned);
            file.ok_or_else(|| format!("index.html has no link with data-start={name}"))
        };
        let (script, wasm) = (part("script")?, part("wasm")?);
        let modules = bundle::graph(&script, dist)?.into_iter().rev().collect();
        let linked = all.iter().filter_map(Tag::file).map(str::to_owned).collect();
        Ok(Self { html, wasm, modules, linked })
    }

    /// The files that scripts ask for by name: what runs or is read, and is neither linked nor imported;
    /// and the page's wasm.
    pub fn by_name<'d>(&self, dist: &'d Dist) -> Vec<&'d str> {
        let kinds = [".wasm", ".js", ".catalogue", ".woff2"];
        let is_by_name = |path: &&str| {
            kinds.iter().any(|kind| path.ends_with(kind))
                && *path != "sw.js"
                && (*path == self.wasm || !self.linked.iter().any(|linked| linked == path))
                && !self.modules.iter().any(|module| module == path)
        };
        dist.paths().filter(is_by_name).collect()
    }

    /// The style sheets in order.
    pub fn styles(&self) -> Vec<String> {
        let links = tags(&self.html, &["link"]);
        let styles = links.iter().filter(|link| ["stylesheet", LATER].contains(&link.rel()));
        styles.filter_map(Tag::file).map(str::to_owned).collect()
    }

    /// The document with the hashes of everything it leads to.
    pub fn with_hashes(&self, dist: &Dist) -> Result<String, String> {
        let mut html = self.html.clone();
        for mut tag in tags(&html, &["link", "script"]).into_iter().rev() {
            let is_checked =
                tag.name == "script" || ["stylesheet", LATER, "modulepreload"].contains(&tag.rel());
            let Some(file) = tag.file().filter(|_| is_checked).map(str::to_owned) else { continue };
            tag.attributes.retain(|(name, _)| name != "integrity");
            tag.attributes.push(("integrity".to_owned(), dist.integrity(&file)?));
            html.replace_range(tag.place.clone(), &tag.text());
        }
        // Browsers know a module's hash from its preload only; and all come at once.
        let mut head = String::new();
        for module in &self.modules[1..] {
            let hash = dist.integrity(module)?;
            head.push_str(&format!(
                "<link rel=\"modulepreload\" href=\"./{module}\" crossorigin integrity=\"{hash}\" {MARK}>"
            ));
        }
        let mut list = Vec::new();
        for name in self.by_name(dist) {
            list.push(format!("{name} {}", dist.integrity(name)?));
        }
        head.push_str(&format!("<meta name=\"{LIST}\" content=\"{}\" {MARK}>", list.join(" ")));
        let end = html.find("</head>").ok_or("index.html has no </head>")?;
        html.insert_str(end, &head);
        Ok(html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_minified_or_not() {
        let html = "<!-- <link href=no> --><LINK rel=\"a b\" href='./x.css'  crossorigin /><p><script src=y.js type=module></script>";
        let found = tags(html, &["link", "script"]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].rel(), found[0].file()), ("a b", Some("x.css")));
        assert_eq!(found[0].get("crossorigin"), Some(""));
        assert_eq!(&html[found[1].place.clone()], "<script src=y.js type=module>");
        assert_eq!(found[1].text(), "<script src=\"y.js\" type=\"module\">");
        assert_eq!(tags("<link href=data:x,y>", &["link"])[0].file(), None);
    }
}
