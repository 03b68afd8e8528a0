//! Files of alerts and their columns, the list of rows, and what a technique's drawer says of them.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, choose, drop_on, read, texts, with_sample};
use crate::truth::{newest, sample_rules, today};
use coverlay::alerts::{Alerts, Selection};
use coverlay::coverage::detections::{
    AlertFilter, AlertList, Detections, Listed, NameFilter, TechniqueAlerts,
};
use coverlay::pipeline::{AlertOptions, AlertReader};
use coverlay::sample;
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    (
        "alert files: a table with odd columns is read by those chosen, and its like at once",
        odd_columns,
    ),
    ("alert files: zones and the order of day and month are shown before they count", zones),
    ("alert files: bad rows are told, file by file; a file can be removed and come back", bad_rows),
    (
        "alert files: an opened file that says what it is is read, another is asked about",
        opened_files,
    ),
    ("alert files: a cancelled table leaves what was there", cancelled),
    ("alert files: names are never markup", names),
    ("alert rows: the list is the library's, newest first, and narrows", rows),
    ("alert rows: ticked rows become a pick, shown rows a CSV", picked),
    ("alert drawer: the numbers of a technique are the library's", drawer),
    ("alert files: accessible in light", |rig| accessible(rig, "light")),
    ("alert files: accessible in dark", |rig| accessible(rig, "dark")),
];

/// Neither names nor values say what it is, but for the time.
const ODD: &str = "wann;was;wo;wer\n\
    03/04/2024 01:30:00;Odd rule;H-1;ann\n\
    03/04/2024 02:30:00;Odd rule;H-2;bob\n\
    03/05/2024 02:30:00;Other rule;H-1;ann\n";

/// The sample's alerts as the page has them.
fn sample_alerts() -> Alerts {
    let mut reader = AlertReader::new(sample::ALERTS, AlertOptions::default());
    reader.push(sample::alerts(today()).as_bytes());
    reader.finish().expect("alerts")
}

fn sample_detections(alerts: &Alerts) -> Detections {
    let (intake, coverage) = sample_rules();
    Detections::of(newest(), &intake, &coverage.claims, alerts, &Selection::default())
}

fn go(page: &Page, hash: &str) {
    page.evaluate(&format!("location.hash = {}", json!(hash)));
}

/// The question about a file of the import report.
fn ask(page: &Page, part: &str) {
    go(page, &format!("#/import?show={part}"));
    page.wait_until("document.querySelector('[data-action=read-as-alerts]')");
    page.click("[data-action=read-as-alerts]");
    page.wait_until("document.querySelector('#columns .columns-fields')");
}

fn choose_column(page: &Page, field: &str, column: &str) {
    choose(page, &format!("[data-column=\"{field}\"]"), column);
}

/// Name and `read rows left-out` of every file.
fn files(page: &Page) -> Vec<(String, String)> {
    go(page, "#/alerts?show=files");
    page.wait_until("document.querySelector('[data-file], [data-empty]')");
    let of = |name| attributes(page, "[data-file]", name);
    of("data-file").into_iter().zip(of("data-value")).collect()
}

fn odd_columns(rig: &Rig) {
    let folder = rig.folder(&[("odd.csv", ODD), ("again.csv", &ODD.replace("Odd", "Third"))]);
    let page = with_sample(rig);
    drop_on(&page, &[&folder.join("odd.csv")]);
    ask(&page, "skipped");
    // The time is seen by its values; what was seen is not.
    assert!(page.text("#columns-title").contains("odd.csv"));
    assert!(page.text("[data-figure=columns-fault]").contains("stands nowhere on the matrix"));
    let is_off = "document.querySelector('[data-action=read-alerts]').disabled";
    assert_eq!(page.evaluate(is_off), json!(true));
    choose_column(&page, "rule name", "was");
    choose_column(&page, "host", "wo");
    // The first choice gives a preview of its own.
    page.wait_until(
        "document.querySelectorAll('.preview-table [data-row=\"1\"] td')[5]?.innerText === 'H-1'",
    );
    assert_eq!(page.count(".preview-table [data-row]"), 3);
    assert_eq!(page.text("[data-figure=columns-fault]"), "");
    assert!(page.text("[data-figure=preview]").starts_with("3 rows"));
    let first = texts(&page, ".preview-table [data-row='1'] td");
    assert_eq!(&first[..2], ["2024-03-04T01:30:00Z", "Odd rule"]);
    read(&page, || page.click("[data-action=read-alerts]"));
    assert_eq!(page.count("dialog[open]"), 0);
    let now = files(&page);
    assert_eq!(now[0], ("odd.csv".to_owned(), "3 3 0".to_owned()));
    assert_eq!(now[1].0, sample::ALERTS);
    go(&page, "#/alerts?show=rows&host=%3DH-2");
    page.wait_until("document.querySelectorAll('tr[data-alert]').length === 1");
    assert_eq!(texts(&page, "tr[data-alert] .at-rule"), ["Odd rule"]);
    // Its like is read without a question.
    drop_on(&page, &[&folder.join("again.csv")]);
    assert_eq!(files(&page)[0].0, "again.csv");
    page.wait_until("document.querySelector('[data-action=forget-columns]')");
    page.click("[data-action=forget-columns]");
    page.wait_until("!document.querySelector('[data-action=forget-columns]')");
}

fn zones(rig: &Rig) {
    let folder = rig.folder(&[("odd.csv", ODD)]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("odd.csv")]);
    ask(&page, "skipped");
    choose_column(&page, "rule name", "was");
    choose(&page, "[data-action=day-order]", "3 April");
    let first = |wanted: &str| {
        page.wait_until(&format!(
            "document.querySelector(\".preview-table [data-row='1'] td\")?.innerText === {}",
            json!(wanted)
        ));
    };
    first("2024-04-03T01:30:00Z");
    let set_zone = |zone: &str| {
        page.evaluate(&format!(
            "(() => {{ const field = document.querySelector('[data-action=zone]'); field.value = {};
            field.dispatchEvent(new Event('input', {{bubbles: true}})); }})()",
            json!(zone)
        ));
    };
    set_zone("Europe/Berlin");
    first("2024-04-02T23:30:00Z");
    set_zone("Europe/Nowhere");
    page.wait_until("document.querySelector('[data-action=read-alerts]').disabled");
    assert!(page.text("[data-figure=columns-fault]").contains("is no zone"));
    assert_eq!(page.attribute("[data-action=zone]", "aria-invalid").as_deref(), Some("true"));
    set_zone("EST5EDT,M3.2.0,M11.1.0");
    first("2024-04-03T05:30:00Z");
    read(&page, || page.click("[data-action=read-alerts]"));
    files(&page);
    assert!(
        page.text("[data-file='odd.csv']")
            .contains("taken as EST5EDT,M3.2.0,M11.1.0; 03/04/2024 as 3 April")
    );
    // By other columns it is another table; undone it is as before.
    page.click("[data-file='odd.csv'] [data-action=columns]");
    page.wait_until("document.querySelector('#columns .columns-fields')");
    assert!(page.text("#columns").contains("chosen before"));
    page.key("Escape");
    page.wait_until("!document.querySelector('dialog[open]')");
    assert!(
        page.evaluate("document.activeElement.dataset.action === 'columns'") == true,
        "the focus is back"
    );
}

fn bad_rows(rig: &Rig) {
    let table = "time,rule,technique,severity,host\n\
        2024-03-04T01:30:00Z,A,T1059.001,high,H\n\
        never,A,T1059.001,high,H\n\
        ,A,,low,H\n\
        2024-03-05T01:30:00Z,,,low,H\n\
        2024-03-05T01:30:00Z,B,nothing,odd,H\n";
    let folder = rig.folder(&[("bad.csv", table)]);
    let page = rig.open();
    drop_on(&page, &[&folder]);
    let path = files(&page)[0].clone();
    assert!(path.0.ends_with("bad.csv"), "{path:?}");
    assert_eq!(path.1, "2 5 3");
    let faults: Vec<(String, String)> = attributes(&page, ".alert-faults [data-row]", "data-row")
        .into_iter()
        .zip(attributes(&page, ".alert-faults [data-row]", "data-value"))
        .collect();
    let kinds = ["NoTime", "BadTime", "NoSubject", "BadTechnique", "BadSeverity"];
    assert_eq!(faults, kinds.map(|kind| (kind.to_owned(), "1".to_owned())));
    let places = texts(&page, ".alert-faults [data-row=BadTime] li");
    assert_eq!(places, ["row 2, line 3: never"]);
    page.click("[data-action=remove-file]");
    page.wait_until("document.querySelector('[data-empty=alert-files]')");
    page.key("Control+z");
    page.wait_until("document.querySelector('[data-file]')");
}

fn opened_files(rig: &Rig) {
    let told = "time,rule,technique\n2024-03-04T01:30:00Z,A,T1059.001\n";
    let folder =
        rig.folder(&[("told.csv", told), ("odd.csv", ODD), ("none.csv", "nothing at all")]);
    let page = rig.open();
    read(&page, || page.set_file_input("#open-alerts", &[&folder.join("told.csv")]));
    assert_eq!(files(&page), [("told.csv".to_owned(), "1 1 0".to_owned())]);
    page.set_file_input("#open-alerts", &[&folder.join("odd.csv")]);
    page.wait_until("document.querySelector('#columns[open] .columns-fields')");
    page.click("[data-action=close-columns]");
    page.wait_until("!document.querySelector('dialog[open]')");
    page.set_file_input("#open-alerts", &[&folder.join("none.csv")]);
    page.wait_until("document.querySelector('.toast')?.innerText.includes('is no table')");
    assert_eq!(files(&page).len(), 1);
}

/// So many rows that reading them takes a while.
fn many(host: &str, rows: usize) -> String {
    let mut table = "time,rule,technique,host,raw\n".to_owned();
    for row in 0..rows {
        let time = 1_700_000_000 + row;
        table.push_str(&format!("{time},Rule,T1059.001,{host},{:0200}\n", row));
    }
    table
}

fn cancelled(rig: &Rig) {
    let folder = rig.folder(&[("many.csv", &many("A", 40_000))]);
    let path = folder.join("many.csv");
    let page = rig.open();
    drop_on(&page, &[&path]);
    let whole = [("many.csv".to_owned(), "40000 40000 0".to_owned())];
    assert_eq!(files(&page), whole);
    // Read again by other columns, and stopped half way.
    page.click("[data-action=columns]");
    page.wait_until("document.querySelector('#columns .columns-fields')");
    choose_column(&page, "host", "—");
    page.evaluate(
        "window.stopped = new Promise((done) => new MutationObserver(() => {
            const bar = document.querySelector('.progress:not([hidden]) .progress-text');
            if (bar && /[1-9].* alert/.test(bar.innerText)) { bar.querySelector('button').click(); done(bar.innerText); }
        }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true})); 0",
    );
    read(&page, || page.click("[data-action=read-alerts]"));
    assert_eq!(files(&page), whole);
    go(&page, "#/alerts?show=rows&host=%3DA");
    page.wait_until("document.querySelector('.list-number')?.innerText.replaceAll('\\u202f', '').startsWith('40000 of 40000')");
}

fn names(rig: &Rig) {
    let evil = "<img src=x onerror=document.title='run'><b>x</b>";
    let table = format!(
        "time,rule,technique,host,user,incident,severity\n\
         2024-03-04T01:30:00Z,{evil},T1059.001,{evil},{evil},{evil},{evil}\n\
         {evil},{evil},{evil},a,b,c,d\n"
    );
    let folder = rig.folder(&[("b.csv", &table), ("<b>.csv", &table)]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("b.csv"), &folder.join("<b>.csv")]);
    files(&page);
    page.click("[data-action=columns]");
    page.wait_until("document.querySelector('.preview-table [data-row]')");
    page.key("Escape");
    go(&page, "#/alerts?show=rows");
    page.wait_until("document.querySelector('tr[data-alert]')");
    assert_eq!(texts(&page, "tr[data-alert] .at-rule")[0], evil);
    go(&page, "#/technique/T1059.001");
    page.wait_until("document.querySelector('[data-figure=technique-alerts]')");
    assert_eq!(page.count("main img, main b b, .drawer img, #columns img, main bdi b"), 0);
    assert!(!page.evaluate("document.title").as_str().unwrap_or_default().contains("run"));
}

/// Places of the rows in the document.
fn shown(page: &Page) -> Vec<u32> {
    let all = attributes(page, "tr[data-alert]", "data-alert");
    all.iter().map(|row| row.parse().expect("a number")).collect()
}

fn number_is(page: &Page, rows: usize) {
    page.wait_until(&format!(
        "document.querySelector('.list-number')?.innerText.replaceAll('\\u202f', '').startsWith('{rows} of')"
    ));
}

fn rows(rig: &Rig) {
    let page = with_sample(rig);
    let alerts = sample_alerts();
    let detections = sample_detections(&alerts);
    let list = |filter: &AlertFilter| AlertList::of(&alerts, &detections, filter).rows;
    let check = |hash: &str, filter: &AlertFilter| {
        go(&page, hash);
        let rows = list(filter);
        assert!(!rows.is_empty(), "{hash}");
        number_is(&page, rows.len());
        page.wait_until("document.querySelector('tr[data-alert]')");
        let seen = shown(&page);
        assert_eq!(seen, rows[..seen.len()], "{hash}");
    };
    let all = AlertFilter::default();
    check("#/alerts?show=rows", &all);
    let mut listed = list(&all).into_iter().filter_map(|row| alerts.get(row as usize));
    let first = listed.find(|alert| alert.host != 0).expect("a row with a host");
    let host = alerts.hosts().get(first.host);
    let of_host = AlertFilter { host: NameFilter::Is(host.to_owned()), ..all.clone() };
    // A name in a row narrows the list to it.
    page.click("tr[data-alert] .at-host a");
    number_is(&page, list(&of_host).len());
    let technique = newest().indices().find(|index| detections.volume.on(*index) > 3);
    let technique = technique.expect("a technique with alerts");
    let id = newest().technique(technique).id;
    let of_it = AlertFilter { technique: Some((technique, true)), ..all.clone() };
    check(&format!("#/alerts?show=rows&technique={id}"), &of_it);
    let tactic = u8::try_from(detections.volume.tactics.iter().position(|n| *n > 0).expect("one"))
        .expect("few");
    let name = &newest().tactics[usize::from(tactic)].shortname;
    check(
        &format!("#/alerts?show=rows&tactic={name}"),
        &AlertFilter { tactic: Some(tactic), ..all.clone() },
    );
    let rule = alerts.rule(first.rule).label().to_owned();
    let word = rule.split(' ').next().unwrap_or_default().to_lowercase();
    check(
        &format!("#/alerts?show=rows&rule={word}"),
        &AlertFilter { rule: NameFilter::Has(word), ..all.clone() },
    );
    go(&page, "#/alerts?show=rows&technique=T9999");
    page.wait_until(
        "document.querySelector('.list-none')?.innerText.includes('T9999 is no technique')",
    );
    page.click("[data-action=clear-filters]");
    number_is(&page, alerts.len());
    // Only what is in sight is in the document, and scrolling brings the rest.
    assert!(page.count("tr[data-alert]") < 80);
    page.evaluate("document.getElementById('main').scrollTop = 1e9");
    let last = list(&all).last().copied().expect("a row");
    page.wait_until(&format!("document.querySelector('tr[data-alert=\"{last}\"]')"));
}

fn picked(rig: &Rig) {
    let page = with_sample(rig);
    go(&page, "#/alerts?show=rows");
    page.wait_until("document.querySelector('tr[data-alert]')");
    page.click("tr[data-alert] .pick input");
    page.wait_until("document.querySelector('.list-number').innerText.startsWith('1 ticked')");
    page.click("[data-action=tick-all]");
    let alerts = sample_alerts();
    page.wait_until(&format!(
        "document.querySelector('.list-number').innerText.replaceAll('\\u202f', '').startsWith('{} ticked')",
        alerts.len()
    ));
    page.click("[data-action=tick-all]");
    page.click("[data-action=export-alert-rows]");
    let file = page.download();
    let lines = String::from_utf8_lossy(&file.bytes).lines().count();
    assert_eq!(lines, alerts.len() + 1);
    page.click("tr[data-alert] .pick input");
    page.click("[data-action=investigate-rows]");
    page.wait_until("location.hash.startsWith('#/alerts?show=investigate&')");
    page.wait_until(
        "Number(document.querySelector('[data-figure=picked-alerts]')?.dataset.value) >= 1",
    );
}

fn drawer(rig: &Rig) {
    let page = with_sample(rig);
    let alerts = sample_alerts();
    let detections = sample_detections(&alerts);
    let (_, coverage) = sample_rules();
    let listed = Listed { names: 5, rows: 10 };
    let seen = newest().indices().filter(|index| detections.volume.on(*index) > 0).take(4);
    for index in seen {
        let id = newest().technique(index).id;
        let of = TechniqueAlerts::of(&coverage, &alerts, &detections, (index, true), listed);
        go(&page, &format!("#/technique/{id}"));
        page.wait_until(&format!(
            "document.querySelector('#drawer-title') && document.querySelector('.drawer-ids').innerText.includes('{id}') && document.querySelector('[data-figure=technique-alerts]')?.dataset.value === '{}'",
            of.alerts
        ));
        let top =
            |part: &str| attributes(&page, &format!("[data-part={part}] [data-row]"), "data-value");
        let counts =
            |all: &[(u32, u32)]| all.iter().map(|(_, n)| n.to_string()).collect::<Vec<_>>();
        assert_eq!(top("hosts"), counts(&of.hosts.first), "{id}");
        assert_eq!(top("alert-rules"), counts(&of.alert_rules.first), "{id}");
        let latest: Vec<String> = of.latest.iter().map(ToString::to_string).collect();
        assert_eq!(attributes(&page, ".latest-alerts [data-row]", "data-row"), latest, "{id}");
        let number = |part: &str| {
            let read = attributes(&page, &format!(".drawer-fired[data-part={part}]"), "data-value");
            read.first().map_or(0, |n| n.parse::<usize>().expect("a number"))
        };
        assert_eq!(number("fired"), of.fired().count(), "{id}");
        assert_eq!(number("never-fired"), of.never_fired().count(), "{id}");
    }
    // Without alerts the two reasons are told apart.
    let blank = |has_rule: bool| {
        let index = newest().indices().find(|index| {
            detections.volume.with_sub_techniques(*index) == 0
                && coverage.technique(*index).covering().is_empty() != has_rule
        });
        let id = newest().technique(index.expect("there is one")).id;
        go(&page, &format!("#/technique/{id}"));
        let says = if has_rule { "Blank: a rule, but no match." } else { "Blank: no rule." };
        page.wait_until(&format!(
            "document.querySelector('.drawer-ids')?.innerText.includes('{id}') && document.querySelector('.drawer-alerts')?.innerText.includes('{says}')"
        ));
    };
    blank(true);
    blank(false);
    let index = newest().indices().find(|index| detections.volume.on(*index) > 0).expect("one");
    let id = newest().technique(index).id;
    go(&page, &format!("#/technique/{id}"));
    page.wait_until("document.querySelector('[data-action=technique-rows]')");
    page.click("[data-action=technique-rows]");
    page.wait_until(&format!("location.hash === '#/alerts?show=rows&technique={id}'"));
}

fn accessible(rig: &Rig, theme: &str) {
    let bad =
        "time,rule,technique,severity,host\n2024-03-04T01:30:00Z,A,T1059.001,high,H\nnever,A,,,\n";
    let folder = rig.folder(&[("odd.csv", ODD), ("bad.csv", bad)]);
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    drop_on(&page, &[&folder.join("odd.csv"), &folder.join("bad.csv")]);
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        let Some(found) = page.axe() else { return };
        for each in found {
            let (rule, impact) = (&each.rule, &each.impact);
            wrong.push(format!("{state}: {rule} ({impact}) {:?}", each.places.first()));
        }
    };
    ask(&page, "skipped");
    choose_column(&page, "rule name", "was");
    page.wait_until("document.querySelector('.preview-table [data-row]')");
    check("dialog");
    page.click("[data-action=read-alerts]");
    page.wait_until("document.querySelector('.progress[hidden]')");
    for (name, width) in [("wide", 1280), ("narrow", 390)] {
        page.set_viewport(width, 844, 1.0);
        files(&page);
        check(&format!("files, {name}"));
        let fits = "document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth";
        assert_eq!(page.evaluate(fits), json!(true), "files, {name}");
        go(&page, "#/alerts?show=rows");
        page.wait_until("document.querySelector('tr[data-alert]')");
        check(&format!("rows, {name}"));
        assert_eq!(page.evaluate(fits), json!(true), "rows, {name}");
        go(&page, "#/technique/T1059.001");
        page.wait_until("document.querySelector('[data-figure=technique-alerts]')");
        check(&format!("drawer, {name}"));
        go(&page, "#/alerts?show=rows");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
