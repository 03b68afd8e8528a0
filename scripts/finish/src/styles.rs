//! Two style sheets of all: packed together they are a third smaller, and few requests instead of many; and
//! most of them are of what is not seen at first.

use crate::listing::Dist;
use crate::markup::{LATER, Tag, tags};
use sha2::{Digest, Sha256};

/// The files of `style/` that the first picture needs: its code is not in `later.wasm`.
const FIRST: &[&str] = &["tokens", "base", "shell", "hosted", "requests", "empty"];

/// What had to be done.
pub struct Joined {
    /// `index.html` with two links.
    pub html: String,
    /// Names and contents of the two style sheets.
    pub sheets: [(String, String); 2],
    /// The files that they take the place of.
    pub gone: Vec<String>,
}

/// Joins the style sheets of a document in their order, those of the first picture before the
/// others; `None` where it has no more than one.
pub fn join(html: &str, dist: &Dist) -> Result<Option<Joined>, String> {
    let links = tags(html, &["link"]);
    let links: Vec<&Tag> = links.iter().filter(|link| link.rel() == "stylesheet").collect();
    let [first, _, ..] = links[..] else { return Ok(None) };
    let mut texts = [String::new(), String::new()];
    let mut gone = Vec::new();
    for link in &links {
        let file = link.file().ok_or("a style sheet of somebody else")?;
        // Addresses in them would be of another folder, and rules for other media those of all.
        if file.contains('/') || link.get("media").is_some() {
            return Err(format!("{file} cannot be joined with others"));
        }
        let sheet = dist.text(file)?;
        if ["@import", "@charset", "@namespace"].iter().any(|rule| sheet.contains(rule)) {
            return Err(format!("{file} has a rule that only counts at the head of a file"));
        }
        // Trunk puts a hash behind the name.
        let is_first = FIRST
            .iter()
            .any(|name| file.strip_prefix(name).is_some_and(|rest| rest.starts_with(['-', '.'])));
        let text = &mut texts[usize::from(!is_first)];
        text.push_str(sheet.trim_end());
        text.push('\n');
        gone.push(file.to_owned());
    }
    let sheets = [("first", &texts[0]), ("later", &texts[1])].map(|(name, text)| {
        let hash = Sha256::digest(text.as_bytes());
        let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        (format!("{name}-{hash}.css"), text.clone())
    });
    let mut html = html.to_owned();
    for link in links.iter().rev() {
        let tag = match link.place == first.place {
            true => format!(
                "<link rel=\"stylesheet\" href=\"./{}\"><link rel=\"{LATER}\" href=\"./{}\">",
                sheets[0].0, sheets[1].0
            ),
            false => String::new(),
        };
        html.replace_range(link.place.clone(), &tag);
    }
    Ok(Some(Joined { html, sheets, gone }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dist(files: &[(&str, &str)]) -> Dist {
        Dist::of(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())))
    }

    #[test]
    fn all_become_two_in_their_order() {
        let html = "<title>x</title><link rel=stylesheet href=./tokens-1f.css><link rel=icon href=i.svg><link rel=stylesheet href=basement-2.css><link href=\"empty.css\" rel=\"stylesheet\" integrity=\"old\"><p>";
        let files = dist(&[
            ("tokens-1f.css", "a{}\n"),
            ("basement-2.css", "b { c: d }"),
            ("empty.css", "e{}"),
            ("i.svg", ""),
        ]);
        let Joined { html, sheets, gone } = join(html, &files).expect("valid").expect("several");
        let [(first, of_first), (later, of_later)] = &sheets;
        assert_eq!((of_first.as_str(), of_later.as_str()), ("a{}\ne{}\n", "b { c: d }\n"));
        assert_eq!(
            html,
            format!(
                "<title>x</title><link rel=\"stylesheet\" href=\"./{first}\"><link rel=\"later\" href=\"./{later}\"><link rel=icon href=i.svg><p>"
            )
        );
        assert_eq!(gone, ["tokens-1f.css", "basement-2.css", "empty.css"]);
        let again = join(&html, &dist(&[(first, of_first), (later, of_later)])).expect("valid");
        assert!(again.is_none(), "running it again changes nothing");
    }

    #[test]
    fn what_only_counts_at_a_files_head_is_refused() {
        let html = "<link rel=stylesheet href=a.css><link rel=stylesheet href=b.css>";
        assert!(join(html, &dist(&[("a.css", ""), ("b.css", "@import 'c.css';")])).is_err());
        let print = "<link rel=stylesheet href=a.css><link rel=stylesheet media=print href=b.css>";
        assert!(join(print, &dist(&[("a.css", ""), ("b.css", "")])).is_err());
    }
}
