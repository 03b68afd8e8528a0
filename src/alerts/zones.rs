//! The rules of named zones, `data/zones.txt`.

const TABLE: &str = include_str!("../../data/zones.txt");

/// The rule of a zone by its name in the tz database, in any case.
pub(super) fn rule_of(name: &str) -> Option<&'static str> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ')).find_map(|mut words| {
        let rule = words.next()?;
        words.any(|own| own.eq_ignore_ascii_case(name)).then_some(rule)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Zone;

    #[test]
    fn every_rule_can_be_read() {
        let mut names = 0;
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let rule = words.next().expect("a rule");
            assert!(rule.parse::<Zone>().is_ok(), "{rule}");
            names += words.inspect(|name| assert!(name.parse::<Zone>().is_ok(), "{name}")).count();
        }
        assert!(names > 400, "{names}");
        assert_eq!(rule_of("europe/berlin"), Some("CET-1CEST,M3.5.0,M10.5.0/3"));
        assert_eq!(rule_of("Europe"), None);
    }
}
