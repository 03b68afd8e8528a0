//! Numbers as people read them.

/// Between groups of three digits and before the per cent sign: a thin space that does not
/// break the line.
const THIN: char = '\u{202f}';

/// Above this many things, one of them is less than a per cent.
const DECIMALS_FROM: usize = 100;

/// `3780` as `3 780`.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 6);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

/// `1 rule`, `3 780 rules`.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `part` of `whole` in per cent: without decimals under a hundred things, with one otherwise.
/// Only nothing reads as 0 and only everything as 100.
pub fn percent(part: usize, whole: usize) -> String {
    let decimals = usize::from(whole >= DECIMALS_FROM);
    let step = if decimals == 1 { 0.1 } else { 1.0 };
    let exact = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    let shown = match part {
        0 => 0.0,
        _ if part >= whole => 100.0,
        _ => exact.clamp(step, 100.0 - step),
    };
    if shown == 0.0 || shown == 100.0 {
        return format!("{shown:.0}{THIN}%");
    }
    format!("{shown:.decimals$}{THIN}%")
}

/// A share as scripts read it: rounded to two decimals, no trailing zeros.
pub fn plain_percent(percent: f64) -> String {
    ((percent * 100.0).round() / 100.0).to_string()
}

/// `45 s`, `12 min 5 s`, `2 h 5 min`, `3 d 4 h`: two units at most, and tenths only of seconds
/// below ten. Not for times below 0.
pub fn duration(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round();
    if tenths < 100.0 {
        return format!("{}{THIN}s", tenths / 10.0);
    }
    let whole = seconds.round() as u64;
    // From the larger unit on, the smaller one is rounded.
    let (number, per, units) = match whole {
        0..60 => return format!("{whole}{THIN}s"),
        60..3600 => (whole, 60, ["min", "s"]),
        3600..86_400 => ((whole + 30) / 60, 60, ["h", "min"]),
        _ => ((whole + 1800) / 3600, 24, ["d", "h"]),
    };
    let (large, small) = (number / per, number % per);
    match small {
        0 => format!("{large}{THIN}{}", units[0]),
        _ => format!("{large}{THIN}{} {small}{THIN}{}", units[0], units[1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(3780), "3\u{202f}780");
        assert_eq!(count(1_000_000), "1\u{202f}000\u{202f}000");
        assert_eq!(counted(1, "rule", "rules"), "1 rule");
        assert_eq!(counted(0, "rule", "rules"), "0 rules");
    }

    #[test]
    fn decimals_follow_the_number_of_things() {
        let text = |part, whole| percent(part, whole).replace(THIN, " ");
        assert_eq!(text(7, 9), "78 %");
        assert_eq!(text(171, 222), "77.0 %");
        assert_eq!(text(0, 222), "0 %");
        assert_eq!(text(0, 0), "0 %");
        assert_eq!(text(222, 222), "100 %");
    }

    #[test]
    fn rounding_never_says_nothing_or_everything() {
        let text = |part, whole| percent(part, whole).replace(THIN, " ");
        assert_eq!(text(1, 10_000), "0.1 %");
        assert_eq!(text(9_999, 10_000), "99.9 %");
        assert_eq!(text(98, 99), "99 %");
    }

    #[test]
    fn durations_have_two_units_at_most() {
        let text = |seconds| duration(seconds).replace(THIN, " ");
        assert_eq!(text(0.0), "0 s");
        assert_eq!(text(0.25), "0.3 s");
        assert_eq!(text(9.96), "10 s");
        assert_eq!(text(59.4), "59 s");
        assert_eq!(text(59.6), "1 min");
        assert_eq!(text(725.0), "12 min 5 s");
        assert_eq!(text(3600.0), "1 h");
        assert_eq!(text(7509.0), "2 h 5 min");
        assert_eq!(text(86_399.0), "24 h");
        assert_eq!(text(273_600.0), "3 d 4 h");
    }

    #[test]
    fn scripts_get_two_decimals() {
        assert_eq!(plain_percent(77.027_027), "77.03");
        assert_eq!(plain_percent(50.0), "50");
    }
}
