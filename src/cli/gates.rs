//! The gates: all of them are asked, and each that fails says why.

use super::args::InputArgs;
use super::exit::Failure;
use super::lint;
use super::run::Analysis;
use crate::coverage::TechniqueState;
use crate::date::Date;
use crate::lint::Lint;

/// How many techniques a message names.
const NAMED: usize = 5;

/// The gates, after the output is written.
pub(super) fn gates(args: &InputArgs, analysis: &Analysis) -> Result<(), Failure> {
    if args.fail_on.is_empty() {
        return gates_with(args, analysis, &Lint::default());
    }
    gates_with(args, analysis, &lint::examine(analysis))
}

/// The same where the findings are known.
pub(super) fn gates_with(
    args: &InputArgs,
    analysis: &Analysis,
    lint: &Lint,
) -> Result<(), Failure> {
    let failed =
        [fail_under(args, analysis), fail_on(args, analysis, lint), max_age(args, analysis)];
    let failed: Vec<String> = failed.into_iter().flatten().collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::Gate(failed.join("\n"))) }
}

/// `--fail-under`.
fn fail_under(args: &InputArgs, analysis: &Analysis) -> Option<String> {
    let s = &analysis.coverage.summary;
    let percent = s.percent_techniques();
    let least = args.fail_under.filter(|least| percent < *least)?;
    Some(format!(
        "{} of {} techniques are covered, {percent:.2} %; --fail-under asks for {least} %",
        s.techniques_covered, s.techniques_total
    ))
}

/// `--fail-on`.
fn fail_on(args: &InputArgs, analysis: &Analysis, lint: &Lint) -> Option<String> {
    let found = || lint.counts.iter().filter(|(code, _)| args.fail_on.contains(code));
    let findings: usize = found().map(|(_, count)| count.findings).sum();
    if findings == 0 {
        return None;
    }
    let each: Vec<_> =
        found().map(|(code, count)| format!("{} {}", count.findings, code.as_str())).collect();
    Some(format!(
        "{findings} findings in {} files: {}; --fail-on asks for 0",
        analysis.intake.report.counts().files,
        each.join(", ")
    ))
}

/// `--max-age`: what is covered, and by no rule that changed within so many days.
fn max_age(args: &InputArgs, analysis: &Analysis) -> Option<String> {
    let days = args.max_age?;
    let covered = || {
        analysis.catalogue.indices().filter_map(|index| {
            let technique = analysis.coverage.technique(index);
            let counts = technique.in_scope && technique.state != TechniqueState::None;
            counts
                .then_some((analysis.catalogue.technique(index).id, technique.upkeep.last_changed))
        })
    };
    let old: Vec<_> = covered()
        .filter_map(|(id, day)| {
            day.filter(|day| is_older(*day, days, analysis.today)).map(|day| (id, day))
        })
        .collect();
    if old.is_empty() {
        return None;
    }
    let mut named: Vec<_> =
        old.iter().take(NAMED).map(|(id, day)| format!("{id} ({day})")).collect();
    if old.len() > NAMED {
        named.push("…".to_owned());
    }
    let undated = match covered().filter(|(_, day)| day.is_none()).count() {
        0 => String::new(),
        count => format!("; {count} have only rules without a date and are not judged"),
    };
    Some(format!(
        "{} of {} covered techniques and sub-techniques have no rule that changed in the last {days} days: {}{undated}; --max-age asks for 0",
        old.len(),
        covered().count(),
        named.join(", ")
    ))
}

/// What changed that many days ago is not older.
fn is_older(day: Date, days: u32, today: Date) -> bool {
    i64::from(today.unix_days()) - i64::from(day.unix_days()) > i64::from(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_in_days() {
        let day = |text| Date::parse(text).expect("a day");
        let today = day("2026-03-01");
        let older = |changed, days| is_older(day(changed), days, today);
        assert!(!older("2026-02-28", 1) && older("2026-02-27", 1));
        assert!(!older("2026-03-01", 0) && older("2026-02-28", 0));
        assert!(!older("2030-01-01", 0), "dates ahead of today are young");
        assert!(!older("1990-01-01", u32::MAX));
    }
}
