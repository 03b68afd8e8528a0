//! Options for alerts among the inputs.

use crate::alerts::{Alerts, DayOrder, Moment, Window, WrittenTime, Zone};
use crate::cli::exit::Failure;
use crate::date::Date;
use clap::Args;

#[derive(Clone, Debug, Default, Args)]
pub(in crate::cli) struct AlertArgs {
    /// Count alerts from this day or time on, for example `2026-01-01`.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Count alerts before this time, or to the end of this day.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// The zone of times that state none, in alerts and in `--since` and `--until`: an offset
    /// (`+02:00`), a name (`Europe/Berlin`) or a rule of POSIX (`CET-1CEST,M3.5.0,M10.5.0/3`).
    /// Names follow the rules of today.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = |text: &str| text.parse::<Zone>())]
    pub(in crate::cli) assume_zone: Zone,
}

impl AlertArgs {
    /// What `--since` and `--until` are, before anything is read.
    ///
    /// # Errors
    /// If one is no time, or both are the wrong way round.
    pub(in crate::cli) fn bounds(&self) -> Result<(Option<Moment>, Option<Moment>), Failure> {
        let read = |name: &str, text: &Option<String>, whole_day: bool| {
            let Some(text) = text else { return Ok(None) };
            let days = i64::from(whole_day && Date::parse(text).is_some());
            match WrittenTime::read(text, &self.assume_zone, DayOrder::MonthFirst) {
                Ok(time) => Ok(Some(Moment(time.moment.0 + days * Moment::DAY))),
                Err(error) => Err(Failure::Usage(format!("--{name} {text}: {error}"))),
            }
        };
        let (since, until) =
            (read("since", &self.since, false)?, read("until", &self.until, true)?);
        match (since, until) {
            (Some(since), Some(until)) if since >= until => {
                Err(Failure::Usage("--since is not before --until".to_owned()))
            }
            bounds => Ok(bounds),
        }
    }
}

/// The window between bounds; an open end is that of the alerts.
pub(in crate::cli) fn window(
    (since, until): (Option<Moment>, Option<Moment>),
    alerts: &Alerts,
) -> Option<Window> {
    if since.is_none() && until.is_none() {
        return None;
    }
    let all = alerts.span().map(Window::of_span);
    let since = since.or(all.map(|all| all.since)).or(until)?;
    let until = until.or(all.map(|all| all.until)).unwrap_or(since);
    Some(Window { since, until: until.max(since) })
}
