//! Alerts in numbers, rule health and evidence: every number is the library's.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, click_text, drop_on, open_menu, read, texts, with_sample};
use crate::truth::{newest, sample_rules, today};
use coverlay::alerts::{Alerts, Selection, Severity, Verdict, Window};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::Coverage;
use coverlay::coverage::detections::{
    Detections, Evidence, EvidenceStep, HealthWeights, RuleHealth, loudness, rule_health,
    techniques_seen,
};
use coverlay::date::Date;
use coverlay::export::rule_health_csv;
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::pace::Unpaced;
use coverlay::rule::Intake;
use coverlay::sample;
use serde_json::json;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub(crate) const TESTS: &[Test] = &[
    ("alerts overview: numbers and tactics are the library's", numbers),
    ("alerts overview: the window is brushed by mouse, and undone in one step", by_mouse),
    ("alerts overview: the window is moved by keys, dates and lengths", by_keys),
    ("alerts overview: severities and verdicts narrow; the address keeps them", narrowed),
    ("alerts overview: the window before is compared", compared),
    ("alerts overview: what stands nowhere is counted and listed", elsewhere),
    ("alerts overview: rule health is the library's, and its weights count", health),
    ("alerts overview: the ladder of evidence opens its lists", ladder),
    ("alerts overview: tests are told, failed ones and those of nothing known", tests),
    ("alerts overview: tactics and the headline tell of alerts", beside),
    ("alerts overview: accessible in light", |rig| accessible(rig, "light")),
    ("alerts overview: accessible in dark", |rig| accessible(rig, "dark")),
];

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        let polled = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(value) = polled {
            return value;
        }
    }
}

/// The sample by the library.
pub(crate) struct Truth {
    pub(crate) intake: Intake,
    pub(crate) coverage: Coverage,
    pub(crate) alerts: Alerts,
}

impl Truth {
    pub(crate) fn new() -> Self {
        let (intake, coverage) = sample_rules();
        let mut reader = AlertReader::new(sample::ALERTS, AlertOptions::default());
        reader.push(sample::alerts(today()).as_bytes());
        let alerts = reader.finish().expect("alerts");
        Self { intake, coverage, alerts }
    }

    pub(crate) fn of(&self, selection: &Selection) -> Detections {
        let claims = &self.coverage.claims;
        Detections::of(newest(), &self.intake, claims, &self.alerts, selection)
    }

    /// From this many days before the last day to that many.
    pub(crate) fn window(&self, from: i32, to: i32) -> Window {
        let last = self.alerts.span().expect("rows").1.day();
        let day = |before: i32| Date::from_unix_days(u32::try_from(last - before).expect("later"));
        Window::of_days(day(from), day(to))
    }

    fn days(&self) -> i32 {
        let (first, last) = self.alerts.span().expect("rows");
        last.day() - first.day() + 1
    }

    fn health(
        &self,
        selection: &Selection,
        weights: &HealthWeights,
    ) -> (Evidence, Vec<RuleHealth>) {
        let claims = &self.coverage.claims;
        let evidence =
            self.of(selection).evidence(newest(), &self.intake, claims, &self.alerts, &[], weights);
        let health = rule_health(&self.intake, &self.coverage, &evidence, weights);
        (evidence, health)
    }
}

const COMPLETE: &str = "document.querySelector('[data-figure=alerts]') && document.querySelectorAll('[data-stat=alerts-by-tactic] tbody tr').length";

fn opened(rig: &Rig) -> Page {
    let page = with_sample(rig);
    page.evaluate("location.hash = '#/alerts'");
    page.wait_until(COMPLETE);
    page
}

/// The numbers above all others, as scripts read them.
fn figures(found: &Detections, truth: &Truth) -> Vec<String> {
    let seen = techniques_seen(&truth.coverage, &found.volume);
    let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
    vec![
        found.volume.alerts.to_string(),
        found.volume.placed.to_string(),
        (seen.seen + seen.beside).to_string(),
        number(found.latency.all.median),
        number(found.latency.all.p90),
        truth.rules_fired(found),
    ]
}

impl Truth {
    fn rules_fired(&self, found: &Detections) -> String {
        found.rules_fired(&self.coverage, &found.volume).seen.to_string()
    }
}

/// Waits until the page shows the alerts of a selection.
#[track_caller]
fn shows(page: &Page, truth: &Truth, selection: &Selection) {
    let found = truth.of(selection);
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('.alert-figures [data-figure]')].map((each) => each.dataset.value ?? '')) === {}",
        json!(json!(figures(&found, truth)).to_string())
    ));
}

fn of_window(window: Window) -> Selection {
    Selection { window: Some(window), ..Selection::default() }
}

fn numbers(rig: &Rig) {
    let (page, truth) = (opened(rig), Truth::new());
    let all = Selection::default();
    shows(&page, &truth, &all);
    let found = truth.of(&all);
    let tactics = found.tactics(newest(), &truth.coverage);
    let wanted: Vec<String> = tactics
        .iter()
        .zip(&found.volume.tactics)
        .zip(&found.latency.tactics)
        .map(|((tactic, alerts), latency)| {
            format!("{alerts} {} {} {}", tactic.rules.seen, tactic.rules.total, latency.n)
        })
        .collect();
    assert_eq!(attributes(&page, ".alert-tactics [data-row]", "data-value"), wanted);
    // Latencies that say nothing are linked to their rows.
    let latency = found.latency.all;
    assert!(page.text("[data-kind=missing-latency]").starts_with(&latency.missing.to_string()));
    assert!(page.text("[data-kind=negative-latency]").starts_with(&latency.negative.to_string()));
    // A tactic unfolds into its techniques, most alerts first.
    let at = tactics.iter().position(|tactic| tactic.seen.len() > 1).expect("one has several");
    let name = &newest().tactics[at].shortname;
    page.click(&format!("[data-unfolds={name}]"));
    page.wait_until("document.querySelector('.alert-techniques')");
    let ids: Vec<String> = tactics[at]
        .seen
        .iter()
        .map(|(index, _)| newest().technique(*index).id.to_string())
        .collect();
    assert_eq!(texts(&page, ".alert-techniques li > a"), ids);
    page.click(&format!("[data-unfolds={name}]"));
    page.wait_until("!document.querySelector('.alert-techniques')");
    // Its number opens its alerts.
    page.click(&format!(".alert-tactics [data-row={name}] .opener"));
    page.wait_until(&format!("location.hash === '#/alerts?show=rows&tactic={name}'"));
}

/// The middle of a day of the plot.
fn place(page: &Page, day: i32, days: i32) -> (f64, f64) {
    page.evaluate("document.querySelector('[data-brush=days]').scrollIntoView({block: 'center', behavior: 'instant'})");
    let at = page.evaluate(&format!(
        "(() => {{ const box = document.querySelector('[data-brush=days]').getBoundingClientRect();
            return [box.x + box.width * ({day} + 0.5) / {days}, box.y + 30]; }})()"
    ));
    (at[0].as_f64().expect("x"), at[1].as_f64().expect("y"))
}

fn mouse(page: &Page, kind: &str, (x, y): (f64, f64)) {
    page.call(
        "Input.dispatchMouseEvent",
        json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}),
    );
}

fn drag(page: &Page, from: (f64, f64), by: &[(f64, f64)]) {
    mouse(page, "mousePressed", from);
    by.iter().for_each(|to| mouse(page, "mouseMoved", *to));
    mouse(page, "mouseReleased", *by.last().unwrap_or(&from));
}

fn by_mouse(rig: &Rig) {
    let (page, truth) = (opened(rig), Truth::new());
    let days = truth.days();
    let last = days - 1;
    let at = |day: i32| place(&page, day, days);
    // Drawn anew, over several days.
    drag(&page, at(20), &[at(22), at(30), at(41)]);
    let drawn = of_window(truth.window(last - 20, last - 41));
    shows(&page, &truth, &drawn);
    // An end is drawn further: while it is, the numbers follow.
    let (x, y) = at(41);
    let edge = page.evaluate("(() => { const box = document.querySelector('[data-handle=last]').getBoundingClientRect(); return box.x + box.width / 2; })()");
    mouse(&page, "mousePressed", (edge.as_f64().expect("x"), y));
    mouse(&page, "mouseMoved", (x + 1.0, y));
    mouse(&page, "mouseMoved", at(50));
    shows(&page, &truth, &of_window(truth.window(last - 20, last - 50)));
    mouse(&page, "mouseMoved", at(60));
    mouse(&page, "mouseReleased", at(60));
    let wider = of_window(truth.window(last - 20, last - 60));
    shows(&page, &truth, &wider);
    // All of it is moved, and stays as long as it is.
    drag(&page, at(30), &[at(25), at(5)]);
    shows(&page, &truth, &of_window(truth.window(last, last - 40)));
    // A click is a day.
    drag(&page, at(70), &[]);
    shows(&page, &truth, &of_window(truth.window(last - 70, last - 70)));
    // Each was one step.
    page.key("Control+z");
    page.key("Control+z");
    shows(&page, &truth, &wider);
    page.key("Control+z");
    shows(&page, &truth, &drawn);
    page.key("Control+z");
    shows(&page, &truth, &Selection::default());
}

fn by_keys(rig: &Rig) {
    let (page, truth) = (opened(rig), Truth::new());
    let last = truth.days() - 1;
    page.evaluate("document.querySelector('[data-handle=first]').focus()");
    page.key("PageUp");
    page.key("ArrowRight");
    shows(&page, &truth, &of_window(truth.window(last - 8, 0)));
    let text = |which: &str| {
        let selector = format!("[data-handle={which}]");
        attributes(&page, &selector, "aria-valuetext").remove(0)
    };
    let (first, _) = truth.window(last - 8, 0).days().expect("whole days");
    assert_eq!(text("first"), first.to_string());
    page.evaluate("document.querySelector('[data-handle=last]').focus()");
    page.key("ArrowLeft");
    shows(&page, &truth, &of_window(truth.window(last - 8, 1)));
    // Neither passes the other.
    page.key("Home");
    shows(&page, &truth, &of_window(truth.window(last - 8, last - 8)));
    // Lengths, up to the last day.
    page.click("[data-window='30']");
    let month = truth.window(29, 0);
    shows(&page, &truth, &of_window(month));
    assert_eq!(page.evaluate("document.querySelector(\"[data-window='30']\").ariaPressed"), "true");
    let (since, until) = month.days().expect("whole days");
    page.wait_until(&format!("location.hash === '#/alerts?since={since}&until={until}'"));
    // A date; one beyond the days is the last of them.
    let set = |name: &str, to: &str| {
        page.evaluate(&format!(
            "(() => {{ const field = document.querySelector('input[data-filter={name}]'); field.value = '{to}'; field.dispatchEvent(new Event('change', {{bubbles: true}})); }})()"
        ));
    };
    let (tenth, _) = truth.window(10, 10).days().expect("whole days");
    set("since", &tenth.to_string());
    shows(&page, &truth, &of_window(truth.window(10, 0)));
    set("until", "1999-01-01");
    shows(&page, &truth, &of_window(truth.window(last, 10)));
    page.click("[data-window=all]");
    shows(&page, &truth, &Selection::default());
    page.wait_until("location.hash === '#/alerts'");
}

fn narrowed(rig: &Rig) {
    let (page, truth) = (opened(rig), Truth::new());
    let number = |of: &dyn Fn(&coverlay::alerts::Alert<'_>) -> bool| {
        truth.alerts.iter().filter(|alert| of(alert)).count().to_string()
    };
    let value = |key: &str, is: &str| {
        attributes(&page, &format!("[data-filter={key}][data-is={is}]"), "data-value").remove(0)
    };
    assert_eq!(value("severity", "high"), number(&|alert| alert.severity == Some(Severity::High)));
    assert_eq!(value("verdict", "none"), number(&|alert| alert.verdict == Verdict::None));
    page.click("[data-filter=severity][data-is=high]");
    page.click("[data-filter=severity][data-is=critical]");
    let two = Selection {
        severities: vec![Some(Severity::High), Some(Severity::Critical)],
        ..Selection::default()
    };
    shows(&page, &truth, &two);
    page.click("[data-filter=verdict][data-is=false_positive]");
    let three = Selection { verdicts: vec![Verdict::FalsePositive], ..two.clone() };
    shows(&page, &truth, &three);
    let is_high = |alert: &coverlay::alerts::Alert<'_>| two.has(alert);
    page.wait_until(&format!(
        "document.querySelector('[data-filter=verdict][data-is=benign]').dataset.value === '{}'",
        number(&|alert| is_high(alert) && alert.verdict == Verdict::Benign)
    ));
    page.wait_until("location.hash === '#/alerts?severity=high%2Ccritical&verdict=false_positive'");
    // The matrix and its cells are one click away, and what they show is kept.
    page.click("[data-choice=cells][data-is=both]");
    page.click("[data-choice=scale][data-is=quantile]");
    assert_eq!(
        attributes(&page, "[data-choice][aria-pressed=true]", "data-is"),
        ["both", "quantile"]
    );
    // A link is taken; going there can be undone.
    page.evaluate("location.hash = '#/alerts?severity=low,none&since=nonsense'");
    let low = Selection { severities: vec![Some(Severity::Low), None], ..Selection::default() };
    shows(&page, &truth, &low);
    page.key("Control+z");
    shows(&page, &truth, &three);
    // Other parts are of the same alerts, without keys in their links.
    page.click("[data-part=rules]");
    page.wait_until("location.hash.startsWith('#/alerts?show=rules&severity=high')");
    page.evaluate("location.hash = '#/alerts?since=1999-01-01&until=1999-01-02'");
    page.wait_until("document.querySelector('[data-empty=selection]')");
    page.click("[data-action=select-all]");
    shows(&page, &truth, &Selection::default());
}

fn compared(rig: &Rig) {
    let (page, truth) = (opened(rig), Truth::new());
    assert_eq!(
        page.evaluate("document.querySelector('[data-action=compare-windows]').disabled"),
        true
    );
    page.click("[data-window='30']");
    page.wait_until("!document.querySelector('[data-action=compare-windows]').disabled");
    page.click("[data-action=compare-windows]");
    page.wait_until("document.querySelector('.alert-tactics .alert-change')");
    let found = truth.of(&of_window(truth.window(29, 0)));
    let before = found.before.as_ref().expect("a window");
    let told = |now: u32, then: u32| match now.cmp(&then) {
        std::cmp::Ordering::Greater => format!("▲+{}", now - then),
        std::cmp::Ordering::Less => format!("▼−{}", then - now),
        std::cmp::Ordering::Equal => "±0".to_owned(),
    };
    let shown: Vec<String> = texts(&page, ".alert-tactics .alert-change")
        .iter()
        .map(|text| text.replace(['\u{202f}', '\n', ' '], ""))
        .collect();
    let wanted: Vec<String> = found
        .volume
        .tactics
        .iter()
        .zip(&before.tactics)
        .map(|(now, then)| told(*now, *then))
        .collect();
    assert_eq!(shown, wanted);
    assert_eq!(
        page.text(".alert-figures .alert-change").replace(['\u{202f}', '\n', ' '], ""),
        told(found.volume.alerts, before.alerts)
    );
    page.click("[data-action=compare-windows]");
    page.wait_until("!document.querySelector('.alert-change')");
}

fn elsewhere(rig: &Rig) {
    let evil = "<img src=x onerror=\"document.title='run'\">";
    let csv = format!(
        "time,rule,technique,tactic\n2026-03-01T10:00:00Z,\"{}\",,Execution\n2026-03-01T11:00:00Z,Mine,T9999,\n2026-03-02T11:00:00Z,Mine,T1003,\n2026-03-02T12:00:00Z,Mine,,No such tactic\n",
        evil.replace('"', "\"\"")
    );
    let folder = rig.folder(&[("alerts.csv", &csv)]);
    let page = rig.open();
    drop_on(&page, &[&folder]);
    page.evaluate("location.hash = '#/alerts'");
    page.wait_until(COMPLETE);
    let value =
        |name: &str| attributes(&page, &format!("[data-figure={name}]"), "data-value").remove(0);
    assert_eq!([value("alerts"), value("alerts-placed")], ["4", "1"]);
    assert_eq!([value("tactic-only"), value("nowhere")], ["1", "2"]);
    assert_eq!(texts(&page, "[data-list=unknown-ids] tbody th"), ["T9999", "No such tactic"]);
    let mut rules = texts(&page, "[data-list=unmatched-rules] tbody th");
    rules.sort();
    assert_eq!(rules, [evil.to_owned(), "Mine".to_owned()]);
    assert_eq!(page.count("main img"), 0);
    // Two days: nothing to choose a week of.
    assert_eq!(page.evaluate("document.querySelector(\"[data-window='7']\").disabled"), true);
}

fn health(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new());
    page.evaluate("location.hash = '#/alerts?show=rules'");
    page.wait_until("document.querySelector('.health-table tbody tr')");
    let weights = HealthWeights::default();
    let (evidence, health) = truth.health(&Selection::default(), &weights);
    let names = |health: &[RuleHealth]| -> Vec<String> {
        health.iter().map(|one| truth.intake.rules[one.rule as usize].name()).collect()
    };
    let shown = |wanted: &[RuleHealth]| {
        page.wait_until(&format!(
            "JSON.stringify([...document.querySelectorAll('.health-table [data-row]')].map((each) => each.dataset.row)) === {}",
            json!(json!(names(wanted)).to_string())
        ));
    };
    let some = |is: fn(&RuleHealth) -> bool, health: &[RuleHealth]| -> Vec<RuleHealth> {
        health.iter().filter(|one| is(one)).cloned().collect()
    };
    shown(&health[..50.min(health.len())]);
    for (state, is) in [
        ("silent", (|one| one.is_silent) as fn(&RuleHealth) -> bool),
        ("alone", |one| one.is_silent && !one.covers_alone.is_empty()),
        ("noisy", |one| one.is_noisy),
        ("fired", |one| one.alerts > 0),
    ] {
        let wanted = some(is, &health);
        let chip = format!("[data-state={state}]");
        assert_eq!(attributes(&page, &chip, "data-value"), [wanted.len().to_string()], "{state}");
        page.click(&chip);
        shown(&wanted[..50.min(wanted.len())]);
    }
    // The arithmetic.
    let loud = loudness(&evidence, &weights).expect("some fired");
    let says = page.text("[data-figure=noisy-from]");
    assert!(
        says.contains(&format!("{} + {} × {}", loud.median, loud.spread, loud.deviation)),
        "{says}"
    );
    // Sorted, and the file of what is shown.
    page.click("[data-state=noisy]");
    let mut noisy = some(|one| one.is_noisy, &health);
    shown(&noisy);
    click_text(&page, ".health-table .sort", "Alerts");
    noisy.sort_by_key(|one| std::cmp::Reverse(one.alerts));
    shown(&noisy);
    page.click("[data-action=export-rule-health]");
    let file = page.download();
    let found = truth.of(&Selection::default());
    let latencies =
        block_on(found.latency_of_rules(&truth.alerts, truth.intake.rules.len(), &Unpaced));
    let csv = rule_health_csv::write(newest(), &truth.intake, &evidence, &latencies, &noisy);
    assert_eq!(file.name, "rule_health.csv");
    assert_eq!(String::from_utf8_lossy(&file.bytes), csv);
    // A weight is turned: in the list, and in what is proved of rules; one step takes it back.
    open_menu(&page, "rule-health");
    page.evaluate("document.getElementById('noisy.spread').focus()");
    page.key("Home");
    let mut turned = weights;
    turned.set("noisy.spread", 0.5).expect("in range");
    let (_, by_turned) = truth.health(&Selection::default(), &turned);
    let mut wanted = some(|one| one.is_noisy, &by_turned);
    assert!(wanted.len() > noisy.len(), "the test must turn something");
    wanted.sort_by_key(|one| std::cmp::Reverse(one.alerts));
    shown(&wanted);
    page.key("Escape");
    page.click("[data-action=undo]");
    shown(&noisy);
    // The window counts here as well.
    let week = of_window(truth.window(6, 0));
    let (since, until) = week.window.and_then(Window::days).expect("whole days");
    page.evaluate(&format!(
        "location.hash = '#/alerts?show=rules&state=silent&since={since}&until={until}'"
    ));
    let (_, of_week) = truth.health(&week, &weights);
    page.wait_until(&format!(
        "document.querySelector('[data-state=silent]').dataset.value === '{}'",
        some(|one| one.is_silent, &of_week).len()
    ));
    // A rule's title opens its text.
    page.click(".health-table tbody th a");
    page.wait_until("location.hash.startsWith('#/rule/')");
}

fn ladder(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new());
    page.evaluate("location.hash = '#/alerts?show=evidence'");
    page.wait_until("document.querySelector('.ladder tbody tr')");
    let (evidence, _) = truth.health(&Selection::default(), &HealthWeights::default());
    let rules = |step: EvidenceStep| {
        let all = (0..).zip(&evidence.rules);
        all.filter(|(rule, own)| own.step == step && !truth.intake.is_duplicate(*rule)).count()
    };
    let ids =
        |is: &dyn Fn(&coverlay::coverage::detections::TechniqueEvidence) -> bool| -> Vec<String> {
            let all = (0..).zip(&evidence.techniques);
            let all = all.filter(|(at, own)| {
                is(own) && truth.coverage.technique(TechniqueIndex(*at)).in_scope
            });
            all.map(|(at, _)| newest().technique(TechniqueIndex(at)).id.to_string()).collect()
        };
    for step in EvidenceStep::ALL {
        let wanted = format!("{} {}", rules(step), ids(&|own| own.step == Some(step)).len());
        let row = format!(".ladder [data-row={}]", step.as_str());
        assert_eq!(attributes(&page, &row, "data-value"), [wanted], "{step:?}");
    }
    page.click("[data-opens='techniques.validated']");
    page.wait_until("document.querySelector('.stat-list')");
    let validated = ids(&|own| own.step == Some(EvidenceStep::Validated));
    assert_eq!(texts(&page, ".stat-list li a"), validated[..validated.len().min(60)]);
    page.click("[data-opens='rules.enabled']");
    page.wait_until("document.querySelector('.rule-list')");
    assert_eq!(page.count(".rule-list li"), rules(EvidenceStep::Enabled).min(60) as u64);
    // Ages, up to today.
    let week = ids(&|own| own.age_days(today()).is_some_and(|days| days <= 7));
    assert_eq!(attributes(&page, "[data-row='age.0']", "data-value"), [week.len().to_string()]);
    page.click("[data-opens='age.0']");
    page.wait_until(
        "document.querySelector('.stat-list') && !document.querySelector('.rule-list')",
    );
    assert_eq!(texts(&page, ".stat-list li a"), week[..week.len().min(60)]);
    page.click("[data-action=show-in-matrix]");
    page.wait_until("location.hash === '#/matrix' && document.querySelector('.cell.is-dim')");
    // Without tests it is told how to get some.
    page.evaluate("location.hash = '#/alerts?show=evidence'");
    page.wait_until("document.querySelector('[data-empty=tests]')?.innerText.includes('VECTR')");
}

fn tests(rig: &Rig) {
    let csv = "technique,rule,result,time,name\nT1003.001,,failed,2026-03-01,<b>Dump</b>\nT1059.001,,passed,2026-03-01,Shell\nT1059.001,,failed,2026-02-01,Older\nT9999,,failed,2026-03-01,Nowhere\n";
    let folder = rig.folder(&[("tests.csv", csv)]);
    let page = rig.open();
    drop_on(&page, &[&folder]);
    page.evaluate("location.hash = '#/alerts?show=evidence'");
    page.wait_until("document.querySelector('[data-list=failed-tests] tbody tr')");
    let value =
        |name: &str| attributes(&page, &format!("[data-figure={name}]"), "data-value").remove(0);
    assert_eq!(
        ["passed", "failed", "ran", "skipped"].map(|each| value(&format!("tests-{each}"))),
        ["1", "3", "0", "0"]
    );
    let mut rows: Vec<(String, String)> =
        texts(&page, "[data-list=failed-tests] td[data-label=Test]")
            .into_iter()
            .zip(texts(&page, "[data-list=failed-tests] td[data-label=Now]"))
            .collect();
    rows.sort();
    let row = |test: &str, now: &str| (test.to_owned(), now.to_owned());
    assert_eq!(
        rows,
        [
            row("<b>Dump</b>", "fails"),
            row("Nowhere", "not known here"),
            row("Older", "passed since")
        ]
    );
    assert!(page.text("[data-list=failed-tests] td.path").contains("tests.csv"));
    assert_eq!(texts(&page, "[data-list=unplaced-tests] td[data-label=Test]"), ["Nowhere"]);
    // Alone, they are no alerts.
    page.evaluate("location.hash = '#/alerts'");
    page.wait_until("document.querySelector('[data-stat=alerts] .stats-notice')");
    assert_eq!(page.count("[data-figure=median-latency]"), 0);
}

fn beside(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new());
    let found = truth.of(&Selection::default());
    let median = found.latency.all.median.expect("some say");
    page.wait_until(
        "document.querySelector('.headline [data-figure=median-latency]')?.dataset.value",
    );
    assert_eq!(page.figure("median-latency"), median);
    page.evaluate("location.hash = '#/tactics'");
    page.wait_until("document.querySelector('[data-stat=by-tactic] tbody [data-label=Alerts] a')");
    let shown = texts(&page, "[data-stat=by-tactic] tbody [data-label=Alerts]");
    let shown: Vec<String> = shown.iter().map(|text| text.replace('\u{202f}', "")).collect();
    let wanted: Vec<String> = found.volume.tactics.iter().map(u32::to_string).collect();
    assert_eq!(shown, wanted);
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    let mut wrong = Vec::new();
    let mut check = |page: &Page, state: &str| {
        for each in page.axe().unwrap_or_default() {
            wrong.push(format!(
                "{state}: {} ({}) {:?}",
                each.rule,
                each.impact,
                each.places.first()
            ));
        }
    };
    let narrow = "document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth";
    page.evaluate("location.hash = '#/alerts'");
    page.wait_until(COMPLETE);
    page.click("[data-window='30']");
    page.click("[data-action=compare-windows]");
    page.wait_until("document.querySelector('.alert-tactics .alert-change')");
    page.click(".unfold");
    page.click(".days-as-table > summary");
    page.wait_until("document.querySelector('.days-table tbody tr')");
    let parts = [
        ("#/alerts", COMPLETE),
        ("#/alerts?show=rules", "document.querySelector('.health-table tbody tr')"),
        ("#/alerts?show=evidence&list=techniques.fired", "document.querySelector('.stat-list')"),
    ];
    for (hash, is_there) in parts {
        page.set_viewport(1280, 800, 1.0);
        page.evaluate(&format!("location.hash = '{hash}'"));
        page.wait_until(is_there);
        check(&page, &format!("{hash} wide"));
        page.set_viewport(390, 844, 1.0);
        check(&page, &format!("{hash} narrow"));
        assert_eq!(page.evaluate(narrow), json!(true), "{hash} is wider than a phone");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
