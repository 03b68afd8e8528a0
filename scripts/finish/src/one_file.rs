//! `coverlay.html`: everything in one document, which asks for nothing.

use crate::bundle;
use crate::listing::{Dist, sha256};
use crate::markup::{Page, tags};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lzma_rust2::{LzmaOptions, LzmaWriter};
use std::io::Write as _;

/// What it is made of.
pub struct Parts<'p> {
    /// What `index.html` links.
    pub page: &'p Page,
    /// All files.
    pub dist: &'p Dist,
    /// `public/within.js`, which gives files out of the document.
    pub within: &'p str,
    /// `public/start.js`.
    pub start: &'p str,
}

/// The document.
pub fn write(html: &str, parts: &Parts<'_>) -> Result<String, String> {
    let (style, script) = (style(parts)?, script(parts)?);
    for (text, end) in [(&style, "</style"), (&script, "</script"), (&script, "<!--")] {
        if text.to_ascii_lowercase().contains(end) {
            return Err(format!("{end} stands in what goes into the document"));
        }
    }
    let policy = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; worker-src blob:; style-src '{}'; img-src blob: data:; base-uri 'none'; form-action 'none'",
        sha256(script.as_bytes()),
        sha256(style.as_bytes())
    );
    let mut html = html.to_owned();
    let mut has_policy = false;
    for tag in tags(&html, &["link", "script", "meta"]).into_iter().rev() {
        let mut place = tag.place.clone();
        let mut instead = String::new();
        match tag.name.as_str() {
            "meta" if tag.get("http-equiv").is_some() => {
                has_policy = true;
                instead =
                    format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
            }
            "script" => {
                let end = html[place.end..].find("</script>").ok_or("a script without an end")?;
                place.end += end + "</script>".len();
            }
            "link" if tag.file().is_some() => {}
            "meta" if tag.get("data-finish").is_some() => {}
            _ => continue,
        }
        html.replace_range(place, &instead);
    }
    if !has_policy {
        return Err("index.html has no policy".to_owned());
    }
    let head = html.find("</head>").ok_or("index.html has no </head>")?;
    html.insert_str(head, &format!("<style>{style}</style>"));
    let mut blocks = String::new();
    for name in parts.page.by_name(parts.dist) {
        let bytes = parts.dist.bytes(name)?;
        let packed = packed(bytes)?;
        // Some are packed already.
        let (kind, bytes) = match packed.len() < bytes.len() * 95 / 100 {
            true => ("lzma", packed.as_slice()),
            false => ("no", bytes),
        };
        // A block of data: no browser runs it, and the policy does not ask for its hash.
        blocks.push_str(&format!(
            "<script type=\"text/plain\" data-file=\"{name}\" data-packed=\"{kind}\">{}</script>\n",
            STANDARD.encode(bytes)
        ));
    }
    let body = html.find("</body>").ok_or("index.html has no </body>")?;
    html.insert_str(body, &format!("\n{blocks}<script type=\"module\">{script}</script>"));
    Ok(html)
}

fn style(parts: &Parts<'_>) -> Result<String, String> {
    let mut style = String::new();
    for path in parts.page.styles() {
        let text = parts.dist.text(&path)?;
        let is_own =
            |at: usize| text[at + 4..].trim_start_matches(['"', '\'']).starts_with("data:");
        if text.contains("@import") || text.match_indices("url(").any(|(at, _)| !is_own(at)) {
            return Err(format!("{path} asks for another file"));
        }
        style.push_str(text.trim());
        style.push('\n');
    }
    Ok(style)
}

/// What gives the files, the page with its modules, and the start.
fn script(parts: &Parts<'_>) -> Result<String, String> {
    let mut modules = parts.page.modules.clone();
    modules.reverse();
    let mut start = parts.start.to_owned();
    for (what, instead) in [
        ("import(address(\"script\"))", "Promise.resolve(page)".to_owned()),
        ("address(\"wasm\").split(\"/\").pop()", format!("\"{}\"", parts.page.wasm)),
    ] {
        if start.matches(what).count() != 1 {
            return Err(format!("public/start.js has not one '{what}'"));
        }
        start = start.replace(what, &instead);
    }
    Ok(format!("{}\n{}{start}", parts.within, bundle::bundle(&modules, parts.dist)?))
}

/// As `public/within.js` unpacks it: LZMA with its head of 13 bytes, the length in it. A third smaller than what
/// browsers unpack themselves.
fn packed(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut options = LzmaOptions::with_preset(9);
    (options.lc, options.lp, options.pb) = (3, 0, 0);
    options.nice_len = 273;
    let failed = |error: std::io::Error| format!("it cannot be packed: {error}");
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64))
        .map_err(failed)?;
    writer.write_all(bytes).map_err(failed)?;
    writer.finish().map_err(failed)
}
