//! Numbers as the page prints them.

/// Thin spaces between thousands, never broken over lines: `3 780`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// `part` of `whole` in percent: no decimals under a hundred items, one from there; never 100
/// before the last item, never 0 after the first.
pub fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let exact = part as f64 * 100.0 / whole as f64;
    let (step, decimals) = if whole < 100 { (1.0, 0) } else { (0.1, 1) };
    let shown = match part {
        0 => 0.0,
        _ if part >= whole => 100.0,
        _ => exact.clamp(step, 100.0 - step),
    };
    let text = format!("{shown:.decimals$}");
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text)).replace(' ', "\u{202f}")
}

/// `1 rule`, `2 rules`: the number and its noun.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let text = |n| thousands(n).replace('\u{202f}', " ");
        assert_eq!((text(0), text(999), text(3780)), ("0".into(), "999".into(), "3 780".into()));
        assert_eq!(text(1_234_567), "1 234 567");
    }

    #[test]
    fn percents_do_not_claim_all_or_nothing() {
        let text = |part, whole| percent(part, whole).replace('\u{202f}', " ");
        assert_eq!(text(171, 222), "77 %");
        assert_eq!(text(243, 475), "51.2 %");
        assert_eq!(text(9, 13), "69 %");
        assert_eq!(text(999, 1000), "99.9 %");
        assert_eq!(text(9999, 10000), "99.9 %");
        assert_eq!(text(1, 10000), "0.1 %");
        assert_eq!((text(0, 9), text(9, 9), text(0, 0)), ("0 %".into(), "100 %".into(), "–".into()));
    }

    #[test]
    fn nouns() {
        assert_eq!((counted(1, "rule", "rules"), counted(0, "rule", "rules")), ("1 rule".into(), "0 rules".into()));
    }
}
