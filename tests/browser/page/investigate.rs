//! Investigations: what is picked is the library's pick, and every number that follows from it.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, drop_on, open_menu, read, texts, with_sample};
use crate::truth::{newest, sample_rules, today};
use coverlay::alerts::{Alerts, Selection};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::detections::Joined;
use coverlay::coverage::{Coverage, Policy};
use coverlay::export::investigation_layer;
use coverlay::export::investigation_md::{self, InvestigationOf, MOST_NEXT};
use coverlay::export::layer_json::to_json;
use coverlay::gaps::{GapList, GapsAsked, PriorityPolicy, Profile};
use coverlay::investigate::{Asked, Investigation, InvestigationPolicy, Pick};
use coverlay::pipeline::{AlertOptions, AlertReader};
use coverlay::rule::Intake;
use coverlay::sample;
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("investigation: the sample's incident, number by number", incident),
    ("investigation: typed techniques need no alerts", typed),
    ("investigation: names are searched, picked by keys, and taken out", by_keys),
    ("investigation: rows unfold into who stands behind them", unfolded),
    ("investigation: a time is brushed, undone in one step, and linked", time),
    ("investigation: weights count and are kept", weights),
    ("investigation: related alerts join the pick", related),
    ("investigation: Markdown, layers, pictures and the matrix are the library's", carried),
    ("investigation: names of alerts are never markup", hostile),
    ("investigation: accessible in light", |rig| accessible(rig, "light")),
    ("investigation: accessible in dark", |rig| accessible(rig, "dark")),
];

/// Page and library of one day.
struct Truth {
    intake: Intake,
    coverage: Coverage,
    gaps: GapList,
    alerts: Alerts,
    joined: Joined,
}

impl Truth {
    fn new(with_alerts: bool) -> Self {
        let (intake, coverage) = sample_rules();
        let gaps = GapList::of(&GapsAsked {
            catalogue: newest(),
            intake: &intake,
            coverage: &coverage,
            profile: &Profile::default(),
            enrichment: None,
            policy: PriorityPolicy::default(),
            threshold: 80,
        });
        let alerts = if with_alerts {
            let mut reader = AlertReader::new(sample::ALERTS, AlertOptions::default());
            reader.push(sample::alerts(today()).as_bytes());
            reader.finish().expect("alerts")
        } else {
            Alerts::default()
        };
        let joined = Joined::of(newest(), &intake, &coverage.claims, &alerts);
        Self { intake, coverage, gaps, alerts, joined }
    }

    fn with<T>(
        &self,
        pick: &Pick,
        policy: &InvestigationPolicy,
        take: impl FnOnce(&InvestigationOf<'_>) -> T,
    ) -> T {
        let asked = Asked {
            catalogue: newest(),
            intake: &self.intake,
            coverage: &self.coverage,
            gaps: &self.gaps,
            alerts: &self.alerts,
            joined: &self.joined,
            selection: &Selection::default(),
            pick,
            policy,
        };
        let found = Investigation::of(&asked);
        let scoring = &Policy::default();
        take(&InvestigationOf { asked, found: &found, scoring, date: today(), most: MOST_NEXT })
    }

    fn of(&self, pick: &Pick) -> Investigation {
        self.with(pick, &InvestigationPolicy::default(), |of| of.found.clone())
    }
}

fn incident_pick() -> Pick {
    Pick { incidents: vec!["INC-0061".to_owned()], ..Pick::default() }
}

fn id(index: TechniqueIndex) -> String {
    newest().technique(index).id.to_string()
}

fn go(page: &Page, hash: &str) {
    page.evaluate(&format!("location.hash = {}", json!(hash)));
}

fn opened(page: &Page) {
    go(page, "#/alerts?show=investigate");
    page.wait_until("document.querySelector('[data-empty=investigation]')");
}

/// Waits until the likely next techniques are those of an investigation; their rows are the last
/// thing that is asked here, and all sections change at once.
#[track_caller]
fn shows(page: &Page, found: &Investigation) {
    let wanted: Vec<String> = found
        .next
        .steps
        .iter()
        .take(MOST_NEXT)
        .map(|step| {
            let because = &step.because;
            let (support, with) = (because.support(), because.with);
            format!(
                "{} {support} {with} {:.4} {:.4}",
                id(step.technique),
                because.lift(),
                step.rank
            )
        })
        .collect();
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('.likely-table [data-row]')].map((each) => each.dataset.row + ' ' + each.dataset.value)) === {} && document.querySelector('[data-figure=picked-alerts]').dataset.value === '{}'",
        json!(json!(wanted).to_string()),
        found.rows.len()
    ));
}

/// Everything else of it, in the tables.
#[track_caller]
fn agrees(page: &Page, truth: &Truth, found: &Investigation) {
    shows(page, found);
    let extent = &found.extent;
    let of = |figure: &str| {
        let read = page.attribute(&format!("[data-figure={figure}]"), "data-value");
        read.expect("a figure").parse::<usize>().expect("a number")
    };
    assert_eq!(of("picked-hosts"), extent.hosts.named.len());
    assert_eq!(of("picked-users"), extent.users.named.len());
    assert_eq!(of("picked-rules"), extent.rules.named.len());
    assert_eq!(of("picked-techniques"), extent.techniques.len());
    let hosts: Vec<String> = extent
        .hosts
        .named
        .iter()
        .map(|each| truth.alerts.hosts().get(each.number).to_owned())
        .take(10)
        .collect();
    assert_eq!(attributes(page, "[data-list=host] [data-row]", "data-row"), hosts);
    let tactic = |at: u8| newest().tactics[usize::from(at)].shortname.clone();
    let lanes: Vec<String> = found
        .progression
        .tactics
        .iter()
        .map(|time| {
            let alerts = time.seen.map_or(0, |seen| seen.alerts);
            format!("{} {alerts} {}", tactic(time.tactic), time.techniques)
        })
        .collect();
    let rows = attributes(page, ".lanes [data-row]", "data-row");
    let values = attributes(page, ".lanes [data-row]", "data-value");
    let shown: Vec<String> =
        rows.iter().zip(values).map(|(row, value)| format!("{row} {value}")).collect();
    assert_eq!(shown, lanes);
    let steps: Vec<String> =
        found.progression.steps.iter().map(|step| step.is_backward.to_string()).collect();
    assert_eq!(attributes(page, "[data-step]", "data-back"), steps);
    let matches: Vec<String> = found
        .matches
        .iter()
        .take(10)
        .map(|each| {
            format!("{} {} {} {}", each.shared.len(), each.picked, each.used, each.uncovered.len())
        })
        .collect();
    assert_eq!(attributes(page, ".matches-table [data-row]", "data-value"), matches);
    let also: Vec<String> =
        found.also_used.iter().take(10).map(|each| id(each.technique)).collect();
    assert_eq!(attributes(page, ".also-table [data-row]", "data-row"), also);
    let related: Vec<String> = found
        .related
        .alerts
        .iter()
        .take(10)
        .map(|each| format!("{} {}", each.seen.alerts, each.of_picked_users))
        .collect();
    assert_eq!(attributes(page, ".related-table [data-row]", "data-value"), related);
}

fn incident(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new(true));
    opened(&page);
    page.click("[data-action=try-name]");
    let found = truth.of(&incident_pick());
    assert_eq!(found.rows.len(), 10);
    agrees(&page, &truth, &found);
    page.wait_until("location.hash === '#/alerts?show=investigate&incident=INC-0061'");
    assert_eq!(page.text("[data-figure=picked]"), incident_pick().sentence());
    let furthest = page.text("[data-stat=progression]");
    assert!(furthest.contains("Furthest tactic of the matrix: Impact"), "{furthest}");
    let left = found.next.left_out;
    let says = page.text("[data-figure=left-out]");
    assert!(says.contains(&format!("{} for little support", left.little_support)), "{says}");
    // Its numbers open its alerts, narrowed by the incident as well.
    page.click("[data-list=host] [data-row='NW-WS-0142'] .opener");
    page.wait_until(
        "location.hash.startsWith('#/alerts?show=rows&host=%3DNW-WS-0142&incident=%3DINC-0061')",
    );
    page.wait_until("document.querySelectorAll('tr[data-alert]').length === 7");
    // It is still picked when one comes back; undone it is not.
    go(&page, "#/alerts?show=investigate");
    shows(&page, &found);
    page.key("Control+z");
    page.wait_until("document.querySelector('[data-empty=investigation]') && location.hash === '#/alerts?show=investigate'");
    page.key("Control+Shift+z");
    shows(&page, &found);
    // Not kept beyond the visit, but the address is.
    page.evaluate("new Promise((ok) => setTimeout(ok, 400))");
    let kept = page.evaluate("Object.values(localStorage).join(' ')");
    assert!(!kept.as_str().expect("text").contains("INC-0061"));
}

fn typed(rig: &Rig) {
    let (page, truth) = (rig.open(), Truth::new(false));
    drop_on(&page, &[&crate::truth::data().join("sample")]);
    go(&page, "#/alerts?show=investigate&techniques=T1003.001,T1021.002");
    let techniques =
        ["T1003.001", "T1021.002"].iter().map(|id| id.parse().expect("an id")).collect();
    let pick = Pick { techniques, ..Pick::default() };
    let found = truth.of(&pick);
    agrees(&page, &truth, &found);
    let hash = newest().find("T1550.002".parse().expect("an id")).expect("known");
    assert!(found.next.steps.iter().any(|step| step.technique == hash), "the facts' example");
    // Its gap is one click away.
    let step = found.next.steps.iter().take(MOST_NEXT).find(|step| step.outlook.is_gap());
    let id = id(step.expect("one is a gap").technique);
    page.click(&format!(".likely-table [data-row='{id}'] [data-action=to-gap]"));
    page.wait_until(&format!("location.hash === '#/gaps?words={id}' && document.querySelector('.gaps-table [data-row=\"{id}\"]')"));
    // Several ids at once, also one that is not in the release.
    opened_again(&page, &found);
    page.click("[data-action=clear-pick]");
    page.wait_until("document.querySelector('[data-empty=investigation]')");
    page.click("#pick-search");
    page.type_text("T1003.001 T1021.002");
    page.wait_until("document.querySelector('#pick-match-0')");
    page.key("Enter");
    shows(&page, &found);
    page.click("#pick-search");
    page.type_text("T9999");
    page.key("Enter");
    page.wait_until("document.querySelector('[data-figure=missing]')?.innerText.includes('does not have T9999')");
}

fn opened_again(page: &Page, found: &Investigation) {
    go(page, "#/alerts?show=investigate");
    shows(page, found);
}

fn by_keys(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new(true));
    opened(&page);
    page.evaluate("document.getElementById('pick-search').focus()");
    page.type_text("nw-");
    page.wait_until("document.querySelector('#pick-match-1')");
    page.key("ArrowDown");
    page.wait_until(
        "document.activeElement.getAttribute('aria-activedescendant') === 'pick-match-1'",
    );
    page.key("ArrowUp");
    page.key("Escape");
    page.key("Escape");
    page.wait_until("document.activeElement.value === ''");
    page.type_text("nw-fs");
    page.wait_until("document.querySelectorAll('#pick-matches [role=option]').length === 1");
    assert!(texts(&page, "#pick-matches [role=option]")[0].contains("nw-fs-01"));
    page.key("Enter");
    let host = Pick { hosts: vec!["nw-fs-01".to_owned()], ..Pick::default() };
    shows(&page, &truth.of(&host));
    page.type_text("inc-0061");
    page.wait_until("document.querySelector('#pick-match-0')?.innerText.includes('INC-0061')");
    page.key("Enter");
    let both = Pick { hosts: host.hosts.clone(), ..incident_pick() };
    let found = truth.of(&both);
    assert_eq!(found.rows.len(), 3, "kinds restrict one another");
    agrees(&page, &truth, &found);
    page.click("[data-removes='nw-fs-01']");
    shows(&page, &truth.of(&incident_pick()));
    assert!(page.evaluate("document.activeElement.id === 'pick-search'") == true);
    // Two changes at once: the address follows a moment later, and takes neither back.
    page.evaluate(
        "(async () => {
            for (const action of ['clear-pick', 'try-name', 'clear-pick', 'try-techniques']) {
                document.querySelector(`[data-action=${action}]`).click();
                await new Promise((ok) => requestAnimationFrame(ok));
            }
        })()",
    );
    page.wait_until(
        "location.hash === '#/alerts?show=investigate&techniques=T1003.001%2CT1021.002'",
    );
    assert_eq!(page.count(".pick-chips [data-removes]"), 2);
    page.evaluate("document.getElementById('pick-search').focus()");
    page.type_text("no such thing");
    page.wait_until("document.querySelector('.search-none')");
    page.key("Escape");
    page.wait_until("document.getElementById('pick-matches').hidden");
}

fn unfolded(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new(true));
    go(&page, "#/alerts?show=investigate&incident=INC-0061");
    let found = truth.of(&incident_pick());
    shows(&page, &found);
    let step = &found.next.steps[0];
    let key = id(step.technique);
    page.click(&format!(".likely-table [data-unfolds='{key}']"));
    page.wait_until("document.querySelector('.likely-table [data-opened]')");
    let supporters = page.count(&format!(".likely-table [data-opened='{key}'] .supporters li"));
    assert_eq!(supporters, step.because.support() as u64);
    let says = page.text(&format!(".likely-table [data-opened='{key}']"));
    assert!(says.contains(&step.because.sentence(newest())), "{says}");
    let who = newest().actor_name(step.because.supporters[0]);
    assert!(says.contains(who.name) && says.contains(&who.id));
    page.click(&format!(".likely-table [data-unfolds='{key}']"));
    page.wait_until("!document.querySelector('.likely-table [data-opened]')");
    let each = &found.matches[0];
    let actor = newest().actor_name(each.actor).id;
    page.click(&format!(".matches-table [data-unfolds={actor}]"));
    page.wait_until("document.querySelector('.matches-table [data-opened]')");
    let uncovered: Vec<String> =
        each.uncovered.iter().take(60).map(|(index, _)| id(*index)).collect();
    assert_eq!(texts(&page, ".also-list .opener"), uncovered);
    // Into the profile, which is undone.
    page.click(&format!(".matches-table [data-profile={actor}]"));
    let says = format!("document.querySelector('.matches-table [data-profile={actor}]').innerText");
    page.wait_until(&format!("{says}.startsWith('In the profile')"));
    page.key("Control+z");
    page.wait_until(&format!("{says} === 'To the profile'"));
    let number = page.count(".matches-table [data-row]");
    page.click("[data-more=matches]");
    page.wait_until(&format!(
        "document.querySelectorAll('.matches-table [data-row]').length === {}",
        number + 10
    ));
}

fn time(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new(true));
    opened(&page);
    page.click(".pick-time > summary");
    page.wait_until("document.querySelector('[data-handle=first]')");
    page.evaluate("document.querySelector('[data-handle=first]').focus()");
    page.key("End");
    let last = truth.alerts.span().expect("rows").1.date();
    let window = coverlay::alerts::Window::of_days(last, last);
    let pick = Pick { window: Some(window), ..Pick::default() };
    let found = truth.of(&pick);
    assert!(!found.rows.is_empty());
    agrees(&page, &truth, &found);
    page.wait_until(&format!(
        "location.hash === '#/alerts?show=investigate&from={last}&to={last}'"
    ));
    // What counts in the overview is another matter.
    let all = truth.alerts.len();
    go(&page, "#/alerts");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=alerts]')?.dataset.value === '{all}'"
    ));
    page.key("Control+z");
    go(&page, "#/alerts?show=investigate");
    page.wait_until("document.querySelector('[data-empty=investigation]')");
}

fn weights(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new(true));
    go(&page, "#/alerts?show=investigate&incident=INC-0061");
    let pick = incident_pick();
    shows(&page, &truth.of(&pick));
    open_menu(&page, "investigation");
    page.evaluate(
        "const slider = document.getElementById('lift.least'); slider.value = 4;
         slider.dispatchEvent(new Event('input', {bubbles: true})); slider.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    let mut policy = InvestigationPolicy::default();
    policy.weights.set("lift.least", 4.0).expect("in range");
    let lifted = truth.with(&pick, &policy, |of| of.found.clone());
    assert_ne!(lifted.next.steps.len(), truth.of(&pick).next.steps.len());
    shows(&page, &lifted);
    page.click("[data-action=with-parents]");
    policy.with_parents = true;
    let with_parents = truth.with(&pick, &policy, |of| of.found.clone());
    agrees(&page, &truth, &with_parents);
    // Kept for the next visit.
    page.evaluate("new Promise((ok) => setTimeout(ok, 400))");
    let kept = page.evaluate("Object.values(localStorage).join(' ')");
    assert!(kept.as_str().expect("text").contains("\"with_parents\":true"));
    page.click("[data-action=with-parents]");
    page.click("[data-action=reset-investigation]");
    shows(&page, &truth.of(&pick));
}

fn related(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new(true));
    go(&page, "#/alerts?show=investigate&incident=INC-0061");
    let found = truth.of(&incident_pick());
    shows(&page, &found);
    let each = &found.related.alerts[0];
    page.click(".related-table [data-row] [data-action=add-related]");
    page.wait_until(&format!(
        "Number(document.querySelector('[data-figure=picked-alerts]').dataset.value) >= {}",
        found.rows.len() + each.rows.len()
    ));
    page.key("Control+z");
    shows(&page, &found);
}

fn carried(rig: &Rig) {
    let (page, truth) = (with_sample(rig), Truth::new(true));
    go(&page, "#/alerts?show=investigate&incident=INC-0061");
    let pick = incident_pick();
    let policy = InvestigationPolicy::default();
    shows(&page, &truth.of(&pick));
    let saved = |action: &str| {
        page.click(&format!("[data-action={action}]"));
        let file = page.download();
        assert!(file.name.contains("-investigation."), "{}", file.name);
        file.bytes
    };
    let markdown = truth.with(&pick, &policy, investigation_md::write);
    assert_eq!(String::from_utf8(saved("investigation-md")).expect("UTF-8"), markdown);
    let layer = truth.with(&pick, &policy, |of| investigation_layer::layer(of, ""));
    let text = String::from_utf8(saved("investigation-layer")).expect("UTF-8");
    assert_eq!(text, to_json(&layer));
    let svg = String::from_utf8(saved("investigation-svg")).expect("UTF-8");
    assert!(
        svg.contains("picked")
            && svg.contains("likely next, not covered")
            && !svg.contains("<script")
    );
    let png = crate::page::Picture::decode(&saved("investigation-png"));
    assert!(png.colours() > 20);
    page.click("[data-action=investigation-in-matrix]");
    page.wait_until("location.hash.startsWith('#/matrix')");
    let picked = truth.with(&pick, &policy, |of| of.found.extent.techniques.len());
    let next = truth.with(&pick, &policy, |of| of.found.next.steps.len().min(MOST_NEXT));
    page.wait_until(&format!("document.body.innerText.includes('Investigated and likely next') && document.body.innerText.includes('{}')", picked + next));
    go(&page, "#/alerts?show=investigate");
    page.wait_until("document.querySelector('[data-action=investigation-as-layer]')");
    page.click("[data-action=investigation-as-layer]");
    page.wait_until("document.querySelector('[role=tab], .layer-tabs') && document.body.innerText.includes('Investigation Enterprise')");
}

fn hostile(rig: &Rig) {
    let evil = "<img src=x onerror=document.title='run'><b>x</b>";
    let table = format!(
        "time,rule,technique,host,user,incident,severity\n\
         2024-03-04T01:30:00Z,{evil},T1059.001,{evil},{evil},{evil},high\n\
         2024-03-04T02:30:00Z,{evil}2,T1059.003,{evil},{evil}2,,high\n"
    );
    let folder = rig.folder(&[("b.csv", &table)]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("b.csv")]);
    opened(&page);
    page.click("[data-action=try-name]");
    page.wait_until("document.querySelector('[data-figure=picked-alerts]')?.dataset.value === '1'");
    assert_eq!(attributes(&page, "[data-list=host] [data-row]", "data-row"), [evil]);
    page.wait_until("document.querySelector('.related-table [data-row]')");
    page.click("#pick-search");
    page.type_text("<img");
    page.wait_until("document.querySelector('#pick-match-0')");
    assert!(page.text("#pick-match-0").contains(evil));
    assert_eq!(page.count("main img, main bdi b"), 0);
    page.key("Escape");
    page.click("[data-action=investigation-md]");
    let text = String::from_utf8(page.download().bytes).expect("UTF-8");
    assert!(!text.contains("<img"), "escaped");
    // The address has it, and comes back with it.
    let before = page.evaluate("location.hash");
    page.reload();
    page.wait_for_mark("coverlay:whole");
    page.wait_until("document.querySelector('.pick-chips')");
    assert_eq!(page.evaluate("location.hash"), before);
    assert_eq!(page.text(".pick-chips [data-removes] bdi"), evil);
    assert!(!page.evaluate("document.title").as_str().unwrap_or_default().contains("run"));
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        let fits = "document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth";
        assert_eq!(page.evaluate(fits), json!(true), "{state}");
        let Some(found) = page.axe() else { return };
        for each in found {
            let (rule, impact) = (&each.rule, &each.impact);
            wrong.push(format!("{state}: {rule} ({impact}) {:?}", each.places.first()));
        }
    };
    opened(&page);
    check("empty");
    page.click("[data-action=try-name]");
    page.wait_until("document.querySelector('.likely-table [data-row]')");
    page.click(".likely-table [data-unfolds]");
    page.click(".matches-table [data-unfolds]");
    page.click(".pick-time > summary");
    page.wait_until("document.querySelector('[data-handle=first]')");
    for (name, width) in [("wide", 1280), ("narrow", 390)] {
        page.set_viewport(width, 844, 1.0);
        check(name);
    }
    page.set_viewport(1280, 800, 1.0);
    page.click("#pick-search");
    page.type_text("nw");
    page.wait_until("document.querySelector('#pick-match-0')");
    check("search");
    page.key("Escape");
    go(&page, "#/alerts?show=investigate&techniques=T1003.001,T1021.002");
    page.wait_until("document.querySelectorAll('.pick-chips [data-removes]').length === 2");
    page.wait_until("document.querySelector('.lane-none')");
    page.click(".matches-table [data-profile]");
    page.wait_until(
        "document.querySelector('.matches-table [data-profile]').innerText.startsWith('In')",
    );
    check("typed");
    open_menu(&page, "investigation");
    check("weights");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
