//! Words, texts and signs of YARA-L, without comments.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a number, a variable: `$e.principal.ip`, `5m`.
    Word,
    /// What stands between quotes or backquotes.
    Text,
    /// A regular expression with its slashes.
    Pattern,
    /// One character.
    Sign,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    /// Texts: without the quotes, escapes as they stand.
    pub(super) text: &'t str,
    /// Byte offset of its first character; of texts that of the quote.
    pub(super) at: usize,
}

impl Token<'_> {
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign && self.text.starts_with(sign)
    }

    /// Byte offset of what is inside the quotes.
    pub(super) fn text_at(&self) -> usize {
        self.at + usize::from(self.kind == Kind::Text)
    }
}

/// Reads tokens one by one. What is not closed ends with its line.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Whether a slash is a division: it follows a value.
    after_value: bool,
    /// Up to here no slash closes another; looked for once a line.
    no_pattern_before: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, after_value: false, no_pattern_before: 0 }
    }

    /// Over blanks and comments.
    fn skip(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let content = rest.trim_start();
            self.at += rest.len() - content.len();
            let length = if content.starts_with("//") {
                content.find('\n').unwrap_or(content.len())
            } else if let Some(comment) = content.strip_prefix("/*") {
                comment.find("*/").map_or(content.len(), |end| end + 4)
            } else {
                return;
            };
            self.at += length;
        }
    }

    fn token(&mut self, kind: Kind, length: usize) -> Token<'t> {
        let at = self.at;
        self.at += length;
        let text = &self.text[at..self.at];
        self.after_value = match kind {
            Kind::Word => !matches!(text, "in" | "and" | "or" | "not" | "nocase"),
            Kind::Text | Kind::Pattern => true,
            Kind::Sign => matches!(text, ")" | "]"),
        };
        let text = match kind {
            // One that is not closed has no quote at its end.
            Kind::Text => text[1..].strip_suffix(&text[..1]).unwrap_or(&text[1..]),
            _ => text,
        };
        Token { kind, text, at }
    }
}

impl<'t> Iterator for Lexer<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        self.skip();
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        Some(match first {
            '"' | '`' => {
                let length = closed(rest, first, first == '"').unwrap_or_else(|| line(rest));
                self.token(Kind::Text, length)
            }
            '/' if !self.after_value && self.at >= self.no_pattern_before => {
                match closed(rest, '/', true) {
                    Some(length) => self.token(Kind::Pattern, length),
                    None => {
                        self.no_pattern_before = self.at + line(rest);
                        self.token(Kind::Sign, 1)
                    }
                }
            }
            _ if is_word(first) => {
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                self.token(Kind::Word, length)
            }
            _ => self.token(Kind::Sign, first.len_utf8()),
        })
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '#' | '%')
}

/// Bytes of what stands in quotes, with them, if it closes in its line.
fn closed(rest: &str, quote: char, escapes: bool) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '\n' => return None,
            '\\' if escapes => {
                characters.next();
            }
            _ if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Bytes to the end of the line.
fn line(rest: &str) -> usize {
    rest.find(['\n', '\r']).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<&str> {
        Lexer::new(text).map(|token| token.text).collect()
    }

    #[test]
    fn comments_inside_texts_are_none() {
        let text = "a = \"//no\" // yes }\n/* } */ b = /x\\/\\*{/ nocase `c:\\` }";
        assert_eq!(tokens(text), ["a", "=", "//no", "b", "=", "/x\\/\\*{/", "nocase", "c:\\", "}"]);
    }

    #[test]
    fn a_slash_after_a_value_divides() {
        assert_eq!(tokens("$a / 2 / (3) / 4"), ["$a", "/", "2", "/", "(", "3", ")", "/", "4"]);
    }

    #[test]
    fn what_is_not_closed_ends_with_its_line() {
        assert_eq!(tokens("a = \"b }\nc"), ["a", "=", "b }", "c"]);
        assert_eq!(tokens("= /b }\nc"), ["=", "/", "b", "}", "c"]);
        assert_eq!(tokens("a /* b"), ["a"]);
        assert_eq!(tokens("\""), [""]);
    }

    /// A quadratic reader would take minutes.
    #[test]
    fn slashes_without_end() {
        assert_eq!(Lexer::new(&"\\/".repeat(500_000)).count(), 1_000_000);
    }

    proptest! {
        /// Each token is a piece of the text, further on than the one before.
        #[test]
        fn tokens_ascend(text in "[a\"`/*\\\\\n ä{}=:]{0,40}") {
            let mut last = 0;
            for token in Lexer::new(&text) {
                prop_assert!(token.at >= last);
                let at = token.text_at();
                prop_assert_eq!(&text[at..at + token.text.len()], token.text);
                last = at + token.text.len();
            }
        }
    }
}
