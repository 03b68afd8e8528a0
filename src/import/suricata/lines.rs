//! Where signatures begin and end, and their options.

/// What a signature may do (Suricata, Snort 2 and 3).
const ACTIONS: [&str; 15] = [
    "alert",
    "drop",
    "pass",
    "reject",
    "rejectsrc",
    "rejectdst",
    "rejectboth",
    "sdrop",
    "log",
    "block",
    "react",
    "rewrite",
    "config",
    "activate",
    "dynamic",
];

/// First words of lines of Snort's configuration, which may stand among signatures.
const DIRECTIVES: [&str; 10] = [
    "var",
    "ipvar",
    "portvar",
    "include",
    "config",
    "output",
    "preprocessor",
    "ruletype",
    "event_filter",
    "suppress",
];

/// One signature in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature<'t> {
    /// Byte offset of its action.
    pub(super) at: usize,
    /// Byte offset of what follows it.
    pub(super) end: usize,
    /// Behind a `#`.
    pub(super) is_disabled: bool,
    /// Action, protocol, addresses and ports.
    pub(super) header: &'t str,
    /// What is between the parentheses.
    pub(super) options: &'t str,
    /// Byte offset of that.
    pub(super) options_at: usize,
    pub(super) is_closed: bool,
}

/// A signature, or the byte offset of a line that is nothing known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Signature(Signature<'t>),
    Other(usize),
}

/// The signatures of a text, one by one; comments and configuration are passed over.
pub(super) struct Pieces<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Pieces<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The end of the line that begins here, with its line break.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.find('\n').map_or(rest.len(), |at| at + 1)
    }

    /// The same, with the lines that a backslash adds, up to one that begins another signature.
    fn logical_end(&self, from: usize) -> usize {
        let mut end = self.line_end(from);
        while end < self.text.len() && self.text[from..end].trim_end().ends_with('\\') {
            let next = self.line_end(end);
            if begins(self.text[end..next].trim_start_matches(['#', ' ', '\t'])) {
                break;
            }
            end = next;
        }
        end
    }

    /// Snort 3 needs no backslashes: up to the line that closes, if one does before the next
    /// signature begins.
    fn closing_end(&self, from: usize) -> Option<usize> {
        let mut end = from;
        while end < self.text.len() {
            let start = end;
            end = self.line_end(start);
            let line = self.text[start..end].trim();
            if begins(line.trim_start_matches(['#', ' ', '\t'])) {
                return None;
            }
            if line.ends_with(')') {
                return Some(end);
            }
        }
        None
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        while self.at < self.text.len() {
            let start = self.at;
            self.at = self.line_end(start);
            let line = &self.text[start..self.at];
            let is_disabled = line.trim_start().starts_with('#');
            let content = line.trim_start_matches(['#', ' ', '\t', '\r', '\n']);
            let at = self.at - content.len();
            let Some(word) = content.split_ascii_whitespace().next() else { continue };
            let mut is_signature = begins(content);
            if is_signature {
                self.at = self.logical_end(start);
            } else if ACTIONS.contains(&word) && !content.contains('(') {
                // Snort 3: the parenthesis may stand below the header.
                let end = self.line_end(self.at);
                is_signature = self.text[self.at..end].trim_start().starts_with('(')
                    && begins(&self.text[at..end]);
                if is_signature {
                    self.at = self.logical_end(self.at);
                }
            }
            if !is_signature || is_disabled && !looks_whole(&self.text[at..self.at]) {
                // Only the first line: a signature may follow the backslash of a comment.
                self.at = self.line_end(start);
                if is_disabled || DIRECTIVES.contains(&word) {
                    continue;
                }
                return Some(Piece::Other(at));
            }
            let content = &self.text[at..self.at];
            let is_whole = content.rfind(')') > content.rfind(';');
            if !is_whole
                && !is_disabled
                && let Some(end) = self.closing_end(self.at)
            {
                self.at = end;
            }
            let content = self.text[at..self.at].trim_end();
            let open = content.find('(').unwrap_or(content.len());
            // A `)` before the last `;` stands in an option.
            let close = content.rfind(')').filter(|close| {
                *close > open && content.rfind(';').is_none_or(|last| last < *close)
            });
            let options_at = (open + 1).min(content.len());
            return Some(Piece::Signature(Signature {
                at,
                end: at + content.len(),
                is_disabled,
                header: content[..open].trim_end(),
                options: &content[options_at..close.unwrap_or(content.len())],
                options_at: at + options_at,
                is_closed: close.is_some(),
            }));
        }
        None
    }
}

/// Mostly signatures, or nothing but signatures that are switched off.
pub(super) fn recognises(text: &str) -> bool {
    /// So many lines tell.
    const ENOUGH: usize = 64;
    let (mut signatures, mut disabled, mut others) = (0, 0, 0);
    for piece in Pieces::new(text) {
        match piece {
            Piece::Signature(signature) if signature.is_disabled => disabled += 1,
            Piece::Signature(_) => signatures += 1,
            Piece::Other(_) => others += 1,
        }
        if signatures + others >= ENOUGH {
            break;
        }
    }
    signatures > 0 && signatures >= others || others == 0 && disabled > 0
}

/// Whether a line begins as a signature does: `alert tcp any any -> any any (`, `alert http (`
/// of Snort 3, or `alert (msg:` of its preprocessors.
fn begins(line: &str) -> bool {
    let header = line.split('(').next().unwrap_or_default();
    // A header has seven words; lists of ports may have blanks.
    let mut words = header.split_ascii_whitespace();
    if !words.next().is_some_and(|word| ACTIONS.contains(&word)) {
        return false;
    }
    let is_protocol = |word: &str| {
        word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    match (words.next(), words.next()) {
        (Some(protocol), Some(_)) => {
            is_protocol(protocol) && words.any(|word| matches!(word, "->" | "<>" | "<-" | "=>"))
        }
        (protocol, None) => {
            let rest = line.get(header.len()..).unwrap_or_default();
            let rest = rest.strip_prefix('(').map(str::trim);
            protocol.is_none_or(is_protocol)
                && rest.is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with("msg:") || rest.contains("sid:")
                })
        }
        (None, Some(_)) => false,
    }
}

/// Rather a signature that is switched off than a remark about one.
fn looks_whole(content: &str) -> bool {
    let options = content.find('(').and_then(|open| content.get(open..)).unwrap_or_default();
    options.contains(')') && options.contains(';') && options.contains("sid:")
}

/// Without the blanks, line ends, backslashes and `#` that break one signature over lines.
pub(super) fn trimmed(text: &str) -> &str {
    let mut text = text;
    loop {
        text = text.trim_start().trim_start_matches('\\').trim_start();
        match text.strip_prefix('#') {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

/// The options with their byte offsets. A `;` in quotes or behind a backslash ends none; a line
/// that begins with `#` is a comment, unless all lines do as the signature is switched off.
pub(super) fn options(text: &str, is_disabled: bool) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        while start < text.len() {
            let rest = text.get(start..)?;
            let option = trimmed(rest);
            let before = rest.trim_start();
            if before.starts_with('#') && !is_disabled {
                start = text.len() - before.len() + before.find('\n').unwrap_or(before.len());
                continue;
            }
            let at = text.len() - option.len();
            let length = option_length(option);
            start = at + length + 1;
            let option = option[..length].trim_end();
            if !option.is_empty() {
                return Some((at, option));
            }
        }
        None
    })
}

fn option_length(text: &str) -> usize {
    let mut in_quotes = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => in_quotes = !in_quotes,
            b';' if !in_quotes => return at,
            _ => {}
        }
    }
    // A quote that is not closed ends with its option, so that the rest is read.
    if in_quotes { text.find(';').unwrap_or(text.len()) } else { text.len() }
}

/// Without quotes and the backslashes before `"`, `;`, `:` and `\`.
pub(super) fn unquoted(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix('"').unwrap_or(text);
    let text = text.strip_suffix('"').unwrap_or(text);
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let escaped =
            characters.next_if(|next| c == '\\' && matches!(next, '"' | ';' | ':' | '\\'));
        plain.push(escaped.unwrap_or(c));
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: &str = "alert tcp any any -> any any (msg:\"a;)\\\"\"; sid:1;)";

    fn signatures(text: &str) -> Vec<(&str, bool)> {
        Pieces::new(text)
            .filter_map(|piece| match piece {
                Piece::Signature(signature) => Some((signature.options, signature.is_disabled)),
                Piece::Other(_) => None,
            })
            .collect()
    }

    #[test]
    fn one_a_line_and_over_lines() {
        let text = format!("{PLAIN}\n#{PLAIN}\n# alert people (see sid: 1)\n  ## {PLAIN} # x\n");
        let options = "msg:\"a;)\\\"\"; sid:1;";
        assert_eq!(signatures(&text), [(options, false), (options, true), (options, true)]);
        let text = "alert tcp any any -> any any (msg:\"a\"; \\\r\n  sid:1;)\nalert http (\n msg:\"b\";\n sid:2;\n)\n";
        assert_eq!(
            signatures(text),
            [("msg:\"a\"; \\\r\n  sid:1;", false), ("\n msg:\"b\";\n sid:2;\n", false)]
        );
    }

    #[test]
    fn one_that_is_not_closed_costs_itself_only() {
        let text = format!(
            "alert tcp any any -> any any (msg:\"a (b)\"; sid:2;\n{PLAIN}\nalert tcp\n{PLAIN}"
        );
        let found: Vec<_> = Pieces::new(&text)
            .map(|piece| match piece {
                Piece::Signature(signature) => Some(signature.is_closed),
                Piece::Other(_) => None,
            })
            .collect();
        assert_eq!(found, [Some(false), Some(true), None, Some(true)]);
        assert_eq!(signatures(&text)[0].0, "msg:\"a (b)\"; sid:2;");
    }

    /// A quadratic reader would take minutes.
    #[test]
    fn lines_joined_without_end() {
        for line in
            ["x \\\n", "#alert tcp a b -> c d (x \\\n", "alert \\\n", "alert tcp a b -> c d (\n"]
        {
            let text = format!("{PLAIN}\n{}", line.repeat(50_000));
            assert_eq!(signatures(&text)[0].0, "msg:\"a;)\\\"\"; sid:1;", "{line}");
        }
    }

    #[test]
    fn options_and_their_places() {
        let text = "msg:\"a;\"; \\\n#  sid:1;; pcre:\"/a\\\"b;/\"; noalert";
        let found: Vec<_> = options(text, true).collect();
        assert_eq!(
            found,
            [(0, "msg:\"a;\""), (15, "sid:1"), (23, "pcre:\"/a\\\"b;/\""), (39, "noalert")]
        );
        assert_eq!(options("msg:\"a; sid:1;", true).count(), 2, "the quote is not closed");
        assert_eq!(unquoted(" \"a\\;b\\\\c\\d \" "), "a;b\\c\\d");
    }

    #[test]
    fn prose_is_not_recognised() {
        for text in [
            "",
            "# alert tcp any any -> any any\n",
            "Alert the team.\nlog everything -> there\n",
            "# Rules\n\nLike this:\n\n```\nalert tcp any any -> any any (sid:1;)\n```\n",
        ] {
            assert!(!recognises(text), "{text}");
        }
        assert!(recognises(PLAIN));
        assert!(recognises(&format!("# off\n\n#{PLAIN}\n")));
    }

    proptest! {
        #[test]
        fn pieces_ascend(text in "(alert|tcp| -> |any|\\(|\\)|;|\"|#|\\\\|\n|sid:1| |ä){0,60}") {
            let mut last = 0;
            for piece in Pieces::new(&text) {
                match piece {
                    Piece::Other(at) => prop_assert!(at >= last && at < text.len()),
                    Piece::Signature(found) => {
                        prop_assert!(found.at >= last);
                        for (at, option) in options(found.options, found.is_disabled) {
                            let at = found.options_at + at;
                            prop_assert_eq!(&text[at..at + option.len()], option);
                            unquoted(option);
                        }
                        last = found.end;
                    }
                }
            }
        }
    }
}
