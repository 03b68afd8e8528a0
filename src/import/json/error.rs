//! Why JSON could not be read, and what to do about it.

use crate::diagnostic::Code;
use crate::import::found::split_or_raise;
use crate::limits::Limit;

/// Why a document could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) struct JsonError {
    /// 1-based.
    pub(in crate::import) line: u32,
    /// 1-based, in characters.
    pub(in crate::import) column: u32,
    pub(super) why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It is no JSON: in words.
    Syntax(&'static str),
    /// It goes beyond a limit of this value.
    Beyond(Limit, u64),
}

impl JsonError {
    /// [`Code::Syntax`] or [`Code::TooLarge`].
    pub(in crate::import) fn code(&self) -> Code {
        match self.why {
            Why::Syntax(_) => Code::Syntax,
            Why::Beyond(..) => Code::TooLarge,
        }
    }

    /// Why, in words.
    pub(in crate::import) fn reason(&self) -> String {
        match self.why {
            Why::Syntax(reason) => reason.to_owned(),
            Why::Beyond(limit, most) => match limit.is_bytes() {
                true => format!("one document of more than {}", limit.written(most)),
                false => format!("more than {most} values"),
            },
        }
    }

    /// What to do about it, and where it is no JSON this.
    pub(in crate::import) fn remedy(&self, syntax: &str) -> String {
        match self.why {
            Why::Syntax(_) => syntax.to_owned(),
            Why::Beyond(limit, _) => split_or_raise(limit),
        }
    }
}
