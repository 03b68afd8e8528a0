//! Arithmetic over layers: `a`, `b`, … stand for the scores of the first, second … layer.
//!
//! `+ - * / % ^`, `== != < <= > >=`, `and or xor not` (also `&& || !`), `x ? y : z`, `min max avg
//! abs round floor ceil`. It binds as in the Navigator's layer operations (math.js): `not` and
//! the minus sign more than a comparison, `^` more than these and from the right. True is 1.

use crate::float::float;
use crate::limits::{MAX_EXPRESSION_BYTES, MAX_EXPRESSION_DEPTH};

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at character {column}")]
pub struct ExpressionError {
    /// Where, 1-based, in characters.
    pub column: usize,
    /// Why, in words.
    pub reason: String,
}

/// One step of a machine with a stack: no expression is so deep that it could not be computed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Number(f64),
    Layer(usize),
    Negate,
    Not,
    Two(Two),
    /// Condition, then, else.
    Choose,
    Call(Function, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Two {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    And,
    Or,
    Xor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Min,
    Max,
    Average,
    Abs,
    Round,
    Floor,
    Ceil,
}

/// An expression that can be computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    steps: Vec<Step>,
    used: Vec<usize>,
}

/// What the layer at a place is called: `a` to `z`, then `aa`, `ab` …
pub fn layer_letter(mut at: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'a' + u8::try_from(at % 26).unwrap_or(0)));
        if at < 26 {
            break;
        }
        at = at / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// The inverse of [`layer_letter`].
fn layer_place(letters: &str) -> Option<usize> {
    let mut place = 0_usize;
    for byte in letters.bytes() {
        let digit = byte.checked_sub(b'a').filter(|digit| *digit < 26)?;
        place = place.checked_mul(26)?.checked_add(usize::from(digit) + 1)?;
    }
    place.checked_sub(1)
}

impl Expression {
    /// Reads an expression over so many layers.
    ///
    /// # Errors
    /// With the place of the first thing that is wrong.
    pub fn parse(text: &str, layers: usize) -> Result<Self, ExpressionError> {
        if text.len() > MAX_EXPRESSION_BYTES {
            let reason = format!("more than {MAX_EXPRESSION_BYTES} bytes");
            return Err(ExpressionError { column: 1, reason });
        }
        let text = text.to_ascii_lowercase();
        let mut parser = Parser { text: &text, at: 0, layers, depth: 0, steps: Vec::new() };
        parser.choice()?;
        if !parser.rest().is_empty() {
            return Err(parser.error("an operator is missing"));
        }
        let layer = |step: &Step| match step {
            Step::Layer(at) => Some(*at),
            _ => None,
        };
        let used = crate::sorted::set(parser.steps.iter().filter_map(layer)).into_iter().collect();
        Ok(Self { steps: parser.steps, used })
    }

    /// The layers that occur in it, sorted, each once.
    pub fn used(&self) -> &[usize] {
        &self.used
    }

    /// Its value; a layer beyond `scores` has 0. Not finite if it divides by 0 or grows too much.
    pub fn value(&self, scores: &[f64]) -> f64 {
        let mut stack: Vec<f64> = Vec::new();
        for step in &self.steps {
            let mut pop = || stack.pop().unwrap_or_default();
            let value = match *step {
                Step::Number(number) => number,
                Step::Layer(at) => scores.get(at).copied().unwrap_or_default(),
                Step::Negate => -pop(),
                Step::Not => truth(pop() == 0.0),
                Step::Two(two) => {
                    let (right, left) = (pop(), pop());
                    two.of(left, right)
                }
                Step::Choose => {
                    let (otherwise, then, condition) = (pop(), pop(), pop());
                    if condition == 0.0 { otherwise } else { then }
                }
                Step::Call(function, count) => {
                    let values = stack.split_off(stack.len().saturating_sub(count));
                    function.of(&values)
                }
            };
            stack.push(value);
        }
        stack.pop().unwrap_or_default()
    }
}

fn truth(is_true: bool) -> f64 {
    if is_true { 1.0 } else { 0.0 }
}

impl Two {
    fn of(self, a: f64, b: f64) -> f64 {
        let (is_a, is_b) = (a != 0.0, b != 0.0);
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            // Has the sign of the divisor, as in math.js.
            Self::Remainder => a - b * (a / b).floor(),
            Self::Power => a.powf(b),
            Self::Equal => truth(a == b),
            Self::Unequal => truth(a != b),
            Self::Less => truth(a < b),
            Self::AtMost => truth(a <= b),
            Self::More => truth(a > b),
            Self::AtLeast => truth(a >= b),
            Self::And => truth(is_a && is_b),
            Self::Or => truth(is_a || is_b),
            Self::Xor => truth(is_a != is_b),
        }
    }
}

impl Function {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "min" => Self::Min,
            "max" => Self::Max,
            "avg" | "mean" => Self::Average,
            "abs" => Self::Abs,
            "round" => Self::Round,
            "floor" => Self::Floor,
            "ceil" => Self::Ceil,
            _ => return None,
        })
    }

    /// `values` has at least one.
    fn of(self, values: &[f64]) -> f64 {
        let first = values.first().copied().unwrap_or_default();
        match self {
            Self::Min => values.iter().copied().fold(first, f64::min),
            Self::Max => values.iter().copied().fold(first, f64::max),
            Self::Average => values.iter().sum::<f64>() / values.len().max(1) as f64,
            Self::Abs => first.abs(),
            Self::Round => first.round(),
            Self::Floor => first.floor(),
            Self::Ceil => first.ceil(),
        }
    }
}

/// Operators of two values by how they bind, the loosest first; of those that begin alike the
/// longer first.
const LEVELS: [&[(&str, Two)]; 6] = [
    &[("or", Two::Or), ("||", Two::Or)],
    &[("xor", Two::Xor)],
    &[("and", Two::And), ("&&", Two::And)],
    &[
        ("==", Two::Equal),
        ("!=", Two::Unequal),
        ("<=", Two::AtMost),
        (">=", Two::AtLeast),
        ("<", Two::Less),
        (">", Two::More),
    ],
    &[("+", Two::Add), ("-", Two::Subtract)],
    &[("*", Two::Multiply), ("/", Two::Divide), ("%", Two::Remainder), ("mod", Two::Remainder)],
];

struct Parser<'t> {
    text: &'t str,
    at: usize,
    layers: usize,
    depth: usize,
    steps: Vec<Step>,
}

impl<'t> Parser<'t> {
    /// What follows, without blanks before it.
    fn rest(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    fn error(&self, reason: impl Into<String>) -> ExpressionError {
        let column = self.text[..self.at].chars().count() + 1;
        ExpressionError { column, reason: reason.into() }
    }

    /// Steps over a word or sign; a word must not go on.
    fn take(&mut self, sign: &str) -> bool {
        let Some(after) = self.rest().strip_prefix(sign) else { return false };
        let is_word = sign.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_word && after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return false;
        }
        self.at += sign.len();
        true
    }

    fn wanted(&mut self, sign: &str) -> Result<(), ExpressionError> {
        if self.take(sign) { Ok(()) } else { Err(self.error(format!("'{sign}' is missing"))) }
    }

    /// Everything that calls itself comes through here.
    fn deeper(
        &mut self,
        part: fn(&mut Self) -> Result<(), ExpressionError>,
    ) -> Result<(), ExpressionError> {
        if self.depth == MAX_EXPRESSION_DEPTH {
            return Err(self.error(format!("nested deeper than {MAX_EXPRESSION_DEPTH} levels")));
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    fn choice(&mut self) -> Result<(), ExpressionError> {
        self.level(0)?;
        if self.take("?") {
            self.deeper(Self::choice)?;
            self.wanted(":")?;
            self.deeper(Self::choice)?;
            self.steps.push(Step::Choose);
        }
        Ok(())
    }

    /// Operators of one level, from the left. Calls itself as often as there are levels.
    fn level(&mut self, level: usize) -> Result<(), ExpressionError> {
        let Some(operators) = LEVELS.get(level) else { return self.signed() };
        self.level(level + 1)?;
        while let Some((_, two)) = operators.iter().find(|(sign, _)| self.take(sign)) {
            self.level(level + 1)?;
            self.steps.push(Step::Two(*two));
        }
        Ok(())
    }

    fn signed(&mut self) -> Result<(), ExpressionError> {
        let sign = if self.take("-") {
            Some(Step::Negate)
        } else if self.take("not") || self.take("!") {
            Some(Step::Not)
        } else if self.take("+") {
            None
        } else {
            return self.power();
        };
        self.deeper(Self::signed)?;
        self.steps.extend(sign);
        Ok(())
    }

    fn power(&mut self) -> Result<(), ExpressionError> {
        self.operand()?;
        if self.take("^") {
            self.deeper(Self::signed)?;
            self.steps.push(Step::Two(Two::Power));
        }
        Ok(())
    }

    fn operand(&mut self) -> Result<(), ExpressionError> {
        let rest = self.rest();
        if self.take("(") {
            self.deeper(Self::choice)?;
            return self.wanted(")");
        }
        let is_digit = |c: char| c.is_ascii_digit() || c == '.';
        if rest.starts_with(is_digit) {
            let digits = &rest[..rest.find(|c| !is_digit(c)).unwrap_or(rest.len())];
            let number = float(digits).ok_or_else(|| self.error("not a number"))?;
            self.at += digits.len();
            self.steps.push(Step::Number(number));
            return Ok(());
        }
        let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let known = match word {
            "true" => Some(Step::Number(1.0)),
            "false" => Some(Step::Number(0.0)),
            _ => layer_place(word).filter(|at| *at < self.layers).map(Step::Layer),
        };
        if let Some(step) = known {
            self.at += word.len();
            self.steps.push(step);
            return Ok(());
        }
        match Function::named(word) {
            Some(function) => {
                self.at += word.len();
                self.call(function)
            }
            None if word.is_empty() => Err(self.error("a layer or number is missing")),
            None => {
                let last = layer_letter(self.layers.saturating_sub(1));
                Err(self.error(format!("'{word}' is no layer; there are a to {last}")))
            }
        }
    }

    fn call(&mut self, function: Function) -> Result<(), ExpressionError> {
        self.wanted("(")?;
        let mut count = 1;
        self.deeper(Self::choice)?;
        while self.take(",") {
            self.deeper(Self::choice)?;
            count += 1;
        }
        let takes_one = !matches!(function, Function::Min | Function::Max | Function::Average);
        if takes_one && count > 1 {
            return Err(self.error("one value too many"));
        }
        self.wanted(")")?;
        self.steps.push(Step::Call(function, count));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> f64 {
        Expression::parse(text, 3).expect(text).value(&[80.0, 30.0])
    }

    #[test]
    fn values() {
        // a is 80, b is 30, c has no score.
        let cases = [
            ("a - b", 50.0),
            ("A+B*2", 140.0),
            ("(a+b)*2", 220.0),
            ("a - b - 1", 49.0),
            ("2^3^2", 512.0),
            ("-2^2", -4.0),
            ("2^-1", 0.5),
            ("a % 7", 3.0),
            ("-1 mod 3", 2.0),
            ("a > b and not (b > a)", 1.0),
            ("a > b && b > a || c", 0.0),
            ("1 xor 1", 0.0),
            ("not a == 0", 1.0),
            ("a >= 80 ? 1 : 2", 1.0),
            ("0 ? 1 : 0 ? 2 : 3", 3.0),
            ("max(a, b, 90)", 90.0),
            ("min(a,b)", 30.0),
            ("avg(a, b)", 55.0),
            ("mean(a, b, c)", 110.0 / 3.0),
            ("round(a/b)", 3.0),
            ("abs(b-a) + floor(.9) + ceil(0.1)", 51.0),
            ("!a != true", 1.0),
            ("c", 0.0),
        ];
        for (text, wanted) in cases {
            assert!((value(text) - wanted).abs() < 1e-9, "{text}: {}", value(text));
        }
        assert!(!value("a / c").is_finite());
        assert_eq!(Expression::parse("b + b", 2).expect("fine").used(), [1]);
    }

    #[test]
    fn errors_have_a_place() {
        let error = |text: &str| Expression::parse(text, 2).expect_err(text).to_string();
        assert_eq!(error("a +"), "a layer or number is missing at character 4");
        assert_eq!(error("a b"), "an operator is missing at character 3");
        assert_eq!(error("a + d"), "'d' is no layer; there are a to b at character 5");
        assert_eq!(error("(a"), "')' is missing at character 3");
        assert_eq!(error("a ? b"), "':' is missing at character 6");
        assert_eq!(error("1.2.3"), "not a number at character 1");
        assert_eq!(error("abs(a, b)"), "one value too many at character 9");
        assert_eq!(error("ä"), "a layer or number is missing at character 1");
        for deep in ["(", "-", "not ", "1^", "1?", "min("] {
            assert!(error(&deep.repeat(900)).contains("deeper"), "{deep}");
        }
        assert!(error(&"a+".repeat(9000)).contains("bytes"));
        assert!(Expression::parse(&format!("a{}", "+a".repeat(2000)), 1).is_ok());
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 27, 701, 702].map(layer_letter),
            ["a", "z", "aa", "ab", "zz", "aaa"]
        );
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[abz0-9.+*/%^()?:<>=!&|, \\-]{0,40}|\\PC{0,12}") {
            if let Ok(expression) = Expression::parse(&text, 2) {
                expression.value(&[1.0, 2.0]);
            }
        }
    }
}
