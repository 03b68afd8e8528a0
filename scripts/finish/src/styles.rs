//! One style sheet of all: packed together they are a third smaller, and one request instead of many.

use crate::listing::Dist;
use crate::markup::tags;
use sha2::{Digest, Sha256};

/// What had to be done.
pub struct Joined {
    /// `index.html` with one link.
    pub html: String,
    /// Name and content of the one style sheet.
    pub sheet: (String, String),
    /// The files that it takes the place of.
    pub gone: Vec<String>,
}

/// Joins the style sheets of a document in their order; `None` where it has no more than one.
pub fn join(html: &str, dist: &Dist) -> Result<Option<Joined>, String> {
    let links = tags(html, &["link"]);
    let links: Vec<_> = links.iter().filter(|link| link.rel() == "stylesheet").collect();
    let [first, _, ..] = links[..] else { return Ok(None) };
    let (mut text, mut gone) = (String::new(), Vec::new());
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
        text.push_str(sheet.trim_end());
        text.push('\n');
        gone.push(file.to_owned());
    }
    let hash: String =
        Sha256::digest(text.as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let name = format!("style-{hash}.css");
    let mut html = html.to_owned();
    for link in links.iter().rev() {
        let is_first = link.place == first.place;
        let tag = if is_first {
            format!("<link rel=\"stylesheet\" href=\"./{name}\">")
        } else {
            String::new()
        };
        html.replace_range(link.place.clone(), &tag);
    }
    Ok(Some(Joined { html, sheet: (name, text), gone }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dist(files: &[(&str, &str)]) -> Dist {
        Dist::of(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())))
    }

    #[test]
    fn all_become_one_in_their_order() {
        let html = "<title>x</title><link rel=stylesheet href=./a.css><link rel=icon href=i.svg><link href=\"b.css\" rel=\"stylesheet\" integrity=\"old\"><p>";
        let files = dist(&[("b.css", "b { c: d }"), ("a.css", "a{}\n"), ("i.svg", "")]);
        let Joined { html, sheet: (name, text), gone } =
            join(html, &files).expect("valid").expect("two");
        assert_eq!(text, "a{}\nb { c: d }\n");
        assert_eq!(
            html,
            format!(
                "<title>x</title><link rel=\"stylesheet\" href=\"./{name}\"><link rel=icon href=i.svg><p>"
            )
        );
        assert_eq!(gone, ["a.css", "b.css"]);
        let again = join(&html, &dist(&[(&name, &text)])).expect("valid");
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
