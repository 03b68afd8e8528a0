//! The profile: what the form says is the library's, and every change and file takes effect.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{choose, click_text, drop_on, read, texts, with_sample};
use crate::truth::{newest, sample_rules};
use coverlay::gaps::{
    Accepted, Assets, Enrichment, FrequencyFrom, GapList, GapsAsked, OwnLogs, PriorityPolicy,
    Profile, ThreatTechnique,
};
use serde_json::json;
use std::path::Path;

pub(crate) const TESTS: &[Test] = &[
    (
        "profile: platforms and services count, say where they are from, and can be taken back",
        ticks,
    ),
    ("profile: log sources are guessed as the library does, and corrected", log_sources),
    ("profile: files are taken where they are given, or refused with place and remedy", files),
    ("profile: files that are dropped anywhere are read and take effect", dropped),
    ("profile: industry and country choose groups by the enrichment", enrichment),
    ("profile: accepted techniques, with reason and day", accepted),
    ("profile: saved, cleared, loaded; kept when the page is loaded again", kept),
    ("profile: names are never markup", names),
    ("profile: accessible in light", |rig| accessible(rig, "light")),
    ("profile: accessible in dark", |rig| accessible(rig, "dark")),
];

const ENRICHMENT: &str = r#"{"note": "made up", "group_sectors": {"source": "ours", "licence": "CC0-1.0",
    "version": 3, "groups": {
        "G0016": {"sectors": ["Energy", "Water"], "countries": ["NO", "US"]},
        "G0007": {"sectors": ["Energy"], "countries": []},
        "G0032": {"sectors": ["Banks"], "countries": ["NO"]}}},
    "kev": {"source": "theirs", "as_of": "2026-01-02", "techniques": {"T1190": 7, "nothing": 1}}}"#;

fn gaps(profile: &Profile, enrichment: Option<&Enrichment>) -> GapList {
    let (intake, coverage) = sample_rules();
    GapList::of(&GapsAsked {
        catalogue: newest(),
        intake: &intake,
        coverage: &coverage,
        profile,
        enrichment,
        policy: PriorityPolicy::default(),
        threshold: 80,
    })
}

fn opened(rig: &Rig) -> Page {
    let page = with_sample(rig);
    page.evaluate("location.hash = '#/gaps?show=profile'");
    page.wait_until("document.querySelector('[data-figure=relevant]') && document.querySelector('[data-component]')");
    page
}

/// Waits until the page keeps this profile and shows what the library makes of it.
#[track_caller]
fn shows(page: &Page, profile: &Profile, enrichment: Option<&Enrichment>) {
    // Kept with its keys sorted.
    let written = serde_json::to_value(profile).expect("plain values").to_string();
    page.wait_until(&format!(
        "JSON.stringify(JSON.parse(localStorage.getItem('coverlay.settings.1') ?? '{{\"own_profile\":{{}}}}').own_profile) === {}",
        json!(written)
    ));
    let list = gaps(profile, enrichment);
    let relevant = list.assessments.iter().filter(|one| one.relevance.is_in()).count();
    let value = format!("{relevant} {} {}", list.assessments.len(), list.gaps.len());
    page.wait_until(&format!(
        "document.querySelector('[data-figure=relevant]').dataset.value === {}",
        json!(value)
    ));
    let remarks: Vec<String> = list.remarks.iter().map(|remark| remark.sentence()).collect();
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('[data-list=remarks] li')].map((each) => each.innerText)) === {}",
        json!(json!(remarks).to_string())
    ));
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

fn tick(name: &str) -> String {
    format!("[data-tick=\"{name}\"]")
}

#[track_caller]
fn is_ticked(page: &Page, name: &str) -> (bool, bool) {
    let of = |what: &str| {
        let script = format!("document.querySelector({}).{what}", json!(tick(name)));
        page.evaluate(&script).as_bool().expect("a flag")
    };
    (of("checked"), of("disabled"))
}

fn ticks(rig: &Rig) {
    let page = opened(rig);
    shows(&page, &Profile::default(), None);
    assert!(page.text("[data-stat=profile-platforms]").contains("None is ticked: all "));
    page.click(&tick("Linux"));
    let mut profile = Profile { platforms: strings(&["Linux"]), ..Profile::default() };
    shows(&page, &profile, None);
    page.click("[data-action=service]");
    page.type_text("AD");
    page.key("Enter");
    page.click("[data-action=service]");
    page.type_text("mainframe");
    page.click("[data-action=add-service]");
    profile.services = strings(&["AD", "mainframe"]);
    shows(&page, &profile, None);
    // It follows from the service, and only there it can be taken out.
    assert_eq!(is_ticked(&page, "Windows"), (true, true));
    assert_eq!(is_ticked(&page, "Linux"), (true, false));
    assert!(page.text("[data-stat=profile-platforms]").contains("by service: AD"));
    assert!(page.text("[data-removes=mainframe]").contains("not known to us"));
    // The same again is no step.
    page.click("[data-action=service]");
    page.type_text("ad");
    page.key("Enter");
    page.click("[data-action=undo]");
    shows(&page, &Profile { services: strings(&["AD"]), ..profile.clone() }, None);
    page.click("[data-removes=AD]");
    profile.services.clear();
    shows(&page, &profile, None);
    assert_eq!(is_ticked(&page, "Windows"), (false, false));
    page.click(&tick("only-available"));
    profile.demands.available_log_sources = true;
    shows(&page, &profile, None);
    page.click(&tick("Linux"));
    profile.platforms.clear();
    shows(&page, &profile, None);
}

/// What each component of a list of logs is, in the page's words.
fn standings(logs: &OwnLogs) -> Vec<(String, String)> {
    let components = newest().data_components.iter().zip(&logs.components);
    let mut all: Vec<(String, String)> = components
        .map(|(component, one)| {
            let word = match (one.correction, one.is_guessed()) {
                (Some(true), _) => "have",
                (Some(false), _) => "have-not",
                (None, true) => "guessed",
                (None, false) => "not-guessed",
            };
            (component.id.to_string(), word.to_owned())
        })
        .collect();
    all.sort();
    all
}

#[track_caller]
fn shows_logs(page: &Page, profile: &Profile) {
    shows(page, profile, None);
    let (intake, coverage) = sample_rules();
    let logs = OwnLogs::of(newest(), &intake, &coverage, profile);
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('[data-component]')].map((each) => [each.dataset.component, each.dataset.standing]).sort()) === {}",
        json!(json!(standings(&logs)).to_string())
    ));
    let ticked: Vec<String> = newest()
        .data_components
        .iter()
        .zip(&logs.components)
        .filter(|(_, one)| one.is_available())
        .map(|(component, _)| component.id.to_string())
        .collect();
    let shown = page.evaluate(
        "[...document.querySelectorAll('[data-component] input:checked')].map((each) => each.dataset.tick).sort()",
    );
    assert_eq!(shown, json!(ticked));
}

fn log_sources(rig: &Rig) {
    let page = opened(rig);
    let mut profile = Profile::default();
    shows_logs(&page, &profile);
    let (intake, coverage) = sample_rules();
    let logs = OwnLogs::of(newest(), &intake, &coverage, &profile);
    // Who is guessed says by which rules.
    let at = newest().data_components.iter().position(|one| one.id.to_string() == "DC0032");
    let process = &logs.components[at.expect("it is there")];
    assert!(process.rules > 0);
    page.click("[data-action=filter-components]");
    page.type_text("process creation");
    let row = "[data-component=DC0032]";
    page.wait_until(&format!("document.querySelector('{row}').checkVisibility()"));
    assert!(
        !page
            .evaluate("document.querySelector('[data-component=DC0055]').checkVisibility()")
            .as_bool()
            .unwrap_or(true)
    );
    let says = page.text(row);
    assert!(says.contains(&format!("guessed by {} rules of ", process.rules)), "{says}");
    assert!(says.contains(&process.log_sources[0].to_string()), "{says}");
    page.click(&tick("DC0032"));
    profile.log_sources.insert("DC0032".to_owned(), false);
    shows_logs(&page, &profile);
    assert!(page.text(row).contains("by hand: have not"));
    // Ticked again it is by hand still, and as guessed again only by the way back.
    page.click(&tick("DC0032"));
    profile.log_sources.insert("DC0032".to_owned(), true);
    shows_logs(&page, &profile);
    page.click(&format!("{row} [data-action=as-guessed]"));
    profile.log_sources.clear();
    shows_logs(&page, &profile);
    page.click(&tick("DC0032"));
    page.click("[data-action=all-as-guessed]");
    shows_logs(&page, &profile);
    page.click("[data-action=undo]");
    profile.log_sources.insert("DC0032".to_owned(), false);
    shows_logs(&page, &profile);
    let unplaced = texts(&page, "[data-list=unplaced] summary");
    assert_eq!(unplaced.is_empty(), logs.unrecognised.is_empty());
}

#[track_caller]
fn give(page: &Page, what: &str, file: &Path) {
    page.set_file_input(&format!("[data-input={what}]"), &[file]);
}

fn threat(id: &str, score: Option<f64>) -> ThreatTechnique {
    ThreatTechnique { technique: id.parse().expect("an id"), score }
}

fn files(rig: &Rig) {
    let layer = json!({
        "name": "Their layer", "domain": "enterprise-attack", "versions": {"layer": "4.5"},
        "techniques": [{"techniqueID": "T1003", "score": 5.5}, {"techniqueID": "T1059", "score": 0}],
    });
    let folder = rig.folder(&[
        ("seen.csv", "technique,count\nT1059.001,3\nPowerShell,4\nT1003,2\n"),
        ("hosts.csv", "host,platform,service\na,Windows,\nb,Windows,aws\n,,\n"),
        ("layer.json", &layer.to_string()),
        ("other.csv", "name,number\na,1\n"),
        ("wrong.json", "{\"platforms\": [\"Windows\"], \"grups\": []}"),
        ("cut.json", "{\"platforms\": [\n"),
    ]);
    let page = opened(rig);
    let mut profile = Profile::default();
    give(&page, "incidents", &folder.join("seen.csv"));
    profile.incidents =
        [("T1059.001", 3), ("T1003", 2)].map(|(id, n)| (id.parse().expect("an id"), n)).into();
    profile.sources.insert("incidents".to_owned(), "seen.csv".to_owned());
    shows(&page, &profile, None);
    let part = "[data-stat=profile-incidents]";
    assert!(page.text(part).contains("seen.csv: counts of 2 techniques, 5 together."));
    page.click(&format!("{part} [data-list=passed-over] summary"));
    assert_eq!(
        texts(&page, "[data-list=passed-over] li"),
        ["Line 3: 'PowerShell' is no technique id"]
    );
    page.click(&tick("frequency-incidents"));
    profile.frequency_from = Some(FrequencyFrom::Incidents);
    shows(&page, &profile, None);
    assert!(page.text(part).contains("share of 5 incidents"));
    give(&page, "assets", &folder.join("hosts.csv"));
    profile.assets = Assets::count([("Windows", ""), ("Windows", "aws")]);
    profile.sources.insert("assets".to_owned(), "hosts.csv".to_owned());
    shows(&page, &profile, None);
    assert!(page.text("[data-stat=profile-platforms]").contains("by inventory: Windows"));
    give(&page, "threat", &folder.join("layer.json"));
    profile.threat = vec![threat("T1003", Some(5.5))];
    profile.sources.insert("threat".to_owned(), "layer.json".to_owned());
    shows(&page, &profile, None);
    // What is none changes nothing and says why and what to do.
    for (what, file, said) in [
        (
            "incidents",
            "other.csv",
            "other.csv: no column technique in its head. What to do: let the first line be technique,count.",
        ),
        ("profile", "wrong.json", "wrong.json: grups: there is no such key"),
        ("profile", "cut.json", "cut.json, line 2, column "),
        ("enrichment", "layer.json", "it has none of group_sectors, top_attack_techniques and kev"),
    ] {
        give(&page, what, &folder.join(file));
        page.wait_until(&format!(
            "[...document.querySelectorAll('[data-refused]')].some((each) => each.innerText.includes({}))",
            json!(said)
        ));
    }
    shows(&page, &profile, None);
    // Removed, and back.
    page.click(&format!("{part} [data-action=remove-file]"));
    let without = Profile {
        incidents: Default::default(),
        frequency_from: None,
        sources: profile
            .sources
            .clone()
            .into_iter()
            .filter(|(key, _)| key != "incidents")
            .collect(),
        ..profile.clone()
    };
    shows(&page, &without, None);
    page.click("[data-action=undo]");
    shows(&page, &profile, None);
    // An open layer is as good as a file.
    drop_on(&page, &[&folder.join("layer.json")]);
    page.evaluate("location.hash = '#/gaps?show=profile'");
    page.wait_until("document.querySelector('[data-action=use-open-layer]')");
    page.click("[data-action=use-open-layer]");
    profile.sources.insert("threat".to_owned(), "Their layer".to_owned());
    shows(&page, &profile, None);
}

fn dropped(rig: &Rig) {
    let folder = rig.folder(&[
        ("all/seen.csv", "technique,count\nT1059.001,3\nbad,1\n"),
        ("all/hosts.csv", "Host;Platform;Service\na;Windows;\n"),
        ("all/enrichment.json", ENRICHMENT),
        ("all/rule.yml", &crate::hostile::rule("A rule", "t1003")),
        ("profile.json", "{\"groups\": [\"APT29\"]}"),
        ("profile.yml", "groups: [APT28]\nplatforms:\n  - Linux\n"),
        ("broken-profile.json", "{\"groups\": 7}"),
    ]);
    let page = opened(rig);
    drop_on(&page, &[&folder.join("all")]);
    let kept = |page: &Page, key: &str| {
        page.wait_until(&format!(
            "JSON.parse(localStorage.getItem('coverlay.settings.1'))?.own_profile.{key}"
        ))
    };
    assert_eq!(kept(&page, "incidents"), json!({"T1059.001": 3}));
    assert_eq!(kept(&page, "assets"), json!([{"platform": "Windows", "service": "", "hosts": 1}]));
    assert_eq!(kept(&page, "sources"), json!({"assets": "hosts.csv", "incidents": "seen.csv"}));
    page.wait_until("document.querySelectorAll('.form-enrichment tbody tr').length === 2");
    assert!(page.text(".toast").contains("seen.csv (incidents for the profile)"));
    // Undone with the rules they came with.
    page.click("[data-action=undo]");
    page.wait_until("!document.querySelector('.form-enrichment')");
    page.wait_until(
        "!JSON.parse(localStorage.getItem('coverlay.settings.1'))?.own_profile.incidents",
    );
    drop_on(&page, &[&folder.join("profile.yml")]);
    assert_eq!(kept(&page, "groups"), json!(["APT28"]));
    drop_on(&page, &[&folder.join("profile.json"), &folder.join("broken-profile.json")]);
    page.wait_until("JSON.stringify(JSON.parse(localStorage.getItem('coverlay.settings.1'))?.own_profile) === '{\"groups\":[\"APT29\"]}'");
    page.evaluate("location.hash = '#/import?show=failed'");
    page.wait_until(
        "document.querySelector('.cause')?.innerText.includes('groups: expected a list, found 7')",
    );
}

fn enrichment(rig: &Rig) {
    let folder = rig.folder(&[("e.json", ENRICHMENT)]);
    let page = opened(rig);
    let read = Enrichment::read(ENRICHMENT).expect("an enrichment");
    // Without it the words are free and choose nobody.
    page.click("[data-action=industry]");
    page.type_text("energy");
    page.key("Enter");
    let mut profile = Profile { industry: Some("energy".to_owned()), ..Profile::default() };
    shows(&page, &profile, None);
    give(&page, "enrichment", &folder.join("e.json"));
    shows(&page, &profile, Some(&read));
    let rows = texts(&page, ".form-enrichment tbody tr");
    assert_eq!(rows.len(), 2);
    assert!(
        rows[0].contains("ours") && rows[0].contains("version 3") && rows[0].contains("CC0-1.0"),
        "{rows:?}"
    );
    assert!(rows[1].contains("of 2026-01-02") || rows[1].contains("2026-01-02"), "{rows:?}");
    assert!(rows[1].contains("not stated"), "{rows:?}");
    page.click("[data-list=unreadable] summary");
    assert_eq!(texts(&page, "[data-list=unreadable] li"), ["nothing"]);
    let groups = |page: &Page, wanted: &[&str]| {
        page.wait_until(&format!(
            "JSON.stringify([...document.querySelectorAll('[data-list=targeting] li')].map((each) => each.textContent)) === {}",
            json!(json!(wanted).to_string())
        ));
    };
    groups(&page, &["G0007 APT28", "G0016 APT29"]);
    assert_eq!(
        page.evaluate(
            "document.querySelector('select[data-action=industry]').selectedOptions[0].text"
        ),
        json!("Energy")
    );
    choose(&page, "select[data-action=country]", "NO");
    profile.country = Some("NO".to_owned());
    shows(&page, &profile, Some(&read));
    choose(&page, "select[data-action=industry]", "Any");
    profile.industry = None;
    shows(&page, &profile, Some(&read));
    groups(&page, &["G0016 APT29", "G0032 Lazarus Group"]);
    page.click("[data-stat=profile-enrichment] [data-action=remove-file]");
    shows(&page, &profile, None);
    page.click("[data-action=undo]");
    shows(&page, &profile, Some(&read));
    // For this visit only.
    page.reload();
    page.wait_for_mark("coverlay:whole");
    page.evaluate("location.hash = '#/gaps?show=profile'");
    page.wait_until("document.querySelector('input[data-action=country]')?.value === 'NO'");
}

fn accepted(rig: &Rig) {
    let page = opened(rig);
    let add = |technique: &str, reason: &str, until: &str| {
        page.click("[data-action=accept-technique]");
        page.type_text(technique);
        page.click("[data-action=accept-reason]");
        page.type_text(reason);
        page.evaluate(&format!(
            "(() => {{ const field = document.querySelector('[data-action=accept-until]'); field.value = {}; field.dispatchEvent(new Event('input', {{bubbles: true}})); }})()",
            json!(until)
        ));
        page.click("[data-action=accept]");
    };
    let one = |id: &str, reason: &str, until: Option<&str>| Accepted {
        technique: id.parse().expect("an id"),
        reason: reason.to_owned(),
        until: until.and_then(coverlay::date::Date::parse),
    };
    add("T1091", "no removable media", "2099-12-31");
    let mut profile = Profile {
        accepted: vec![one("T1091", "no removable media", Some("2099-12-31"))],
        ..Profile::default()
    };
    shows(&page, &profile, None);
    // By name; and one whose day is over counts again.
    add("PowerShell", "<b>once</b>", "2001-01-01");
    profile.accepted.insert(0, one("T1059.001", "<b>once</b>", Some("2001-01-01")));
    shows(&page, &profile, None);
    let rows = texts(&page, ".form-accepted tbody tr");
    assert!(
        rows[0].contains("2001-01-01, over: it counts again") && rows[0].contains("<b>once</b>")
    );
    add("T9999", "why not", "");
    page.wait_until(
        "document.querySelector('[data-refused]')?.innerText.includes('has no such technique')",
    );
    add("", "", "");
    page.evaluate("document.querySelector('[data-action=accept-technique]').select()");
    page.type_text("T1091");
    page.evaluate("document.querySelector('[data-action=accept-reason]').select()");
    page.key("Delete");
    page.click("[data-action=accept]");
    page.wait_until("document.querySelector('[data-refused]')?.innerText.includes('Say why')");
    shows(&page, &profile, None);
    page.click("[data-row=\"T1059.001\"] [data-action=remove-accepted]");
    profile.accepted.remove(0);
    shows(&page, &profile, None);
    page.click(".toast .link");
    profile.accepted.insert(0, one("T1059.001", "<b>once</b>", Some("2001-01-01")));
    shows(&page, &profile, None);
}

fn kept(rig: &Rig) {
    let page = opened(rig);
    page.click(&tick("Linux"));
    page.click("[data-stat=profile-threat] .profile input");
    page.type_text("apt29");
    page.wait_until("document.querySelector('[data-adds=G0016]')");
    page.click("[data-adds=G0016]");
    let profile = Profile {
        platforms: strings(&["Linux"]),
        groups: strings(&["G0016"]),
        ..Profile::default()
    };
    shows(&page, &profile, None);
    page.click("[data-action=save-profile]");
    let saved = page.download();
    assert_eq!(saved.name, "coverlay_profile.json");
    assert_eq!(String::from_utf8_lossy(&saved.bytes), profile.to_json());
    page.click("[data-action=clear-profile]");
    shows(&page, &Profile::default(), None);
    assert_eq!(
        page.evaluate("document.querySelector('[data-action=clear-profile]').checkVisibility()"),
        false
    );
    page.click(".toast .link");
    shows(&page, &profile, None);
    page.click("[data-action=clear-profile]");
    let folder = rig.folder(&[("p.json", &profile.to_json())]);
    give(&page, "profile", &folder.join("p.json"));
    shows(&page, &profile, None);
    page.reload();
    page.wait_for_mark("coverlay:whole");
    read(&page, || {
        page.evaluate("location.hash = ''");
        page.click("[data-action=try-sample]");
    });
    page.evaluate("location.hash = '#/gaps?show=profile'");
    page.wait_until("document.querySelector('[data-figure=relevant]')");
    shows(&page, &profile, None);
    assert_eq!(is_ticked(&page, "Linux"), (true, false));
}

fn names(rig: &Rig) {
    let evil = "<img src=x onerror=\"document.title='run'\"><b>x</b>";
    let profile = Profile {
        platforms: strings(&[evil]),
        services: strings(&[evil]),
        log_sources: [(evil.to_owned(), true)].into(),
        industry: Some(evil.to_owned()),
        groups: strings(&[evil]),
        assets: Assets::count([(evil, evil)]),
        sources: [("assets".to_owned(), evil.to_owned())].into(),
        ..Profile::default()
    };
    let enrichment =
        json!({"kev": {"source": evil, "licence": evil, "techniques": {evil: 1, "T1190": 1}}});
    let folder = rig.folder(&[("p.json", &profile.to_json()), ("e.json", &enrichment.to_string())]);
    let page = opened(rig);
    give(&page, "profile", &folder.join("p.json"));
    give(&page, "enrichment", &folder.join("e.json"));
    page.wait_until("document.querySelector('.form-enrichment')");
    page.wait_until("document.querySelectorAll('[data-removes]').length === 3");
    page.evaluate(
        "document.querySelectorAll('.gaps details').forEach((each) => { each.open = true; })",
    );
    assert_eq!(page.count("main img, .gaps bdi b, .gaps li b"), 0);
    assert!(!page.evaluate("document.title").as_str().unwrap_or_default().contains("run"));
    // A name that means nothing here can be removed.
    click_text(&page, "[data-stat=profile-platforms] .chip-removes", "<img");
    click_text(&page, "[data-stat=profile-logs] .chip-removes", "<img");
    page.wait_until("document.querySelectorAll('[data-removes]').length === 1");
}

fn accessible(rig: &Rig, theme: &str) {
    let folder = rig.folder(&[
        ("e.json", ENRICHMENT),
        ("seen.csv", "technique,count\nT1059.001,3\nbad,1\n"),
        ("other.csv", "a,b\n"),
    ]);
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    page.evaluate("location.hash = '#/gaps?show=profile'");
    page.wait_until("document.querySelector('[data-component]')");
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        let Some(found) = page.axe() else { return };
        for each in found {
            wrong.push(format!(
                "{state}: {} ({}) {:?}",
                each.rule,
                each.impact,
                each.places.first()
            ));
        }
    };
    check("empty");
    give(&page, "incidents", &folder.join("seen.csv"));
    page.wait_until("document.querySelector('[data-list=passed-over]')");
    give(&page, "enrichment", &folder.join("e.json"));
    page.wait_until("document.querySelector('.form-enrichment')");
    give(&page, "assets", &folder.join("other.csv"));
    page.wait_until("document.querySelector('[data-refused]')");
    page.click("[data-action=suggested-service]");
    choose(&page, "select[data-action=industry]", "Energy");
    page.evaluate(
        "document.querySelectorAll('.gaps details').forEach((each) => { each.open = true; })",
    );
    page.click(&tick("DC0032"));
    page.wait_until(
        "document.querySelector('[data-component=DC0032]').dataset.standing === 'have-not'",
    );
    check("wide");
    page.set_viewport(390, 844, 1.0);
    check("narrow");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nothing is wider than the phone.
    assert_eq!(
        page.evaluate("document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth"),
        json!(true)
    );
}
