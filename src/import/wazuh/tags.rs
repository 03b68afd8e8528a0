//! The tags of a text that is nearly XML. Elements of other names are text, so that a raw `<` in
//! a pattern swallows nothing.

/// The elements of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Group,
    Rule,
    Description,
    Mitre,
    Id,
    Decoder,
    /// An end tag of any other name: where the text before it ends.
    Other,
}

impl Element {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "group" => Self::Group,
            "rule" => Self::Rule,
            "description" => Self::Description,
            "mitre" => Self::Mitre,
            "id" => Self::Id,
            "decoder" => Self::Decoder,
            _ => return None,
        })
    }
}

/// One tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'t> {
    pub(super) element: Element,
    pub(super) is_end: bool,
    /// From `<` to `>`.
    pub(super) text: &'t str,
    /// Byte offset of the `<`.
    pub(super) at: usize,
}

impl Tag<'_> {
    /// Byte offset of what follows it.
    pub(super) fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// Finds tags one by one, outside of comments.
pub(super) struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tags<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        loop {
            let at = self.at + self.text.get(self.at..)?.find('<')?;
            let rest = &self.text[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                // One that is not closed hides the rest, as in XML.
                self.at = at + 4 + comment.find("-->")? + 3;
                continue;
            }
            self.at = at + 1;
            // `\<` is how OSSEC writes the character itself.
            if self.text[..at].ends_with('\\') {
                continue;
            }
            let is_end = rest.starts_with("</");
            let name = &rest[if is_end { 2 } else { 1 }..];
            let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (name, after) = name.split_at(length.unwrap_or(name.len()));
            let element = match Element::of(name) {
                Some(element) => element,
                None if is_end && !name.is_empty() => Element::Other,
                None => continue,
            };
            let Some(length) = closing(after) else { continue };
            let text = &rest[..rest.len() - after.len() + length];
            self.at = at + text.len();
            return Some(Tag { element, is_end, text, at });
        }
    }
}

/// Bytes up to and with the `>` of a tag; `None` if another tag begins before.
fn closing(after: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in after.bytes().enumerate() {
        match (byte, quote) {
            (b'<', _) => return None,
            (b'>', None) => return Some(at + 1),
            (b'"' | b'\'', None) => quote = Some(byte),
            _ if quote == Some(byte) => quote = None,
            _ => {}
        }
    }
    None
}

/// The value of an attribute.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    while let Some(equals) = rest.find('=') {
        let key = rest[..equals].trim_end();
        let value = rest[equals + 1..].trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = &value[1..];
        let length = value.find(quote)?;
        let is_it =
            key.strip_suffix(name).is_some_and(|before| before.ends_with(char::is_whitespace));
        if is_it {
            return Some(&value[..length]);
        }
        rest = &value[length + 1..];
    }
    None
}

/// The five entities of XML, and OSSEC's `\<`.
pub(super) fn unescaped(text: &str) -> String {
    if !text.contains(['&', '\\']) {
        return text.to_owned();
    }
    let replacements = [
        ("\\<", "<"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        // Last, so that nothing is replaced twice.
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (from, to) in replacements {
        text = text.replace(from, to);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<&str> {
        Tags::new(text).map(|tag| tag.text).collect()
    }

    #[test]
    fn only_known_tags_outside_of_comments() {
        let text = "<!-- <rule> --><group name=\"a>b\"><rule id='1'>\n<match>a < b <c> & \\<id></match>\
                    <regex><rule <id>x</id></rule >";
        assert_eq!(
            found(text),
            ["<group name=\"a>b\">", "<rule id='1'>", "</match>", "<id>", "</id>", "</rule >"]
        );
    }

    #[test]
    fn what_is_not_closed() {
        assert_eq!(found("<rule id=\"1"), [""; 0]);
        assert_eq!(found("<rule id=\"1>\n<id>"), ["<id>"]);
        assert_eq!(found("<id><!-- <id>"), ["<id>"]);
    }

    #[test]
    fn attributes() {
        let tag = "<rule  xid=\"9\" id = '1' level=\"a='b'\"/>";
        assert_eq!(attribute(tag, "id"), Some("1"));
        assert_eq!(attribute(tag, "level"), Some("a='b'"));
        assert_eq!(attribute(tag, "name"), None);
        assert_eq!(attribute("<rule id=1>", "id"), None);
    }

    #[test]
    fn entities() {
        assert_eq!(unescaped("a &amp;lt; &lt;b&gt; \\<c"), "a &lt; <b> <c");
    }

    proptest! {
        #[test]
        fn tags_are_pieces_of_the_text(text in "(<|</|>|<!--|-->|rule|id|[a\"'= ä\\\\]){0,40}") {
            let mut last = 0;
            for tag in Tags::new(&text) {
                prop_assert!(tag.at >= last);
                prop_assert_eq!(&text[tag.at..tag.end()], tag.text);
                last = tag.end();
                attribute(tag.text, "id");
            }
        }
    }
}
