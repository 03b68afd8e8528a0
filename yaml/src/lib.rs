//! The events of a YAML text. The crate behind them is generic in its input, and so is compiled where
//! it is used: here, where all is for speed, while what reads the events is for size (`Cargo.toml` of
//! the package above).

pub use saphyr_parser::{Event, Marker, ScalarStyle, ScanError, Span};
use saphyr_parser::{Parser, StrInput};

/// The events of a text, one after another.
pub struct Events<'a>(Parser<'a, StrInput<'a>>);

impl<'a> Events<'a> {
    /// Of a text.
    // Not inlined, or it would be compiled where it is used after all.
    #[inline(never)]
    pub fn of(text: &'a str) -> Self {
        Self(Parser::new_from_str(text))
    }

    /// The next event and its place; `None` behind the last.
    ///
    /// # Errors
    /// If the text is no YAML. The same error comes again for ever.
    #[inline(never)]
    pub fn next_event(&mut self) -> Option<Result<(Event<'a>, Span), ScanError>> {
        self.0.next_event()
    }
}
