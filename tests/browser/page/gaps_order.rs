//! Gaps in order, and where they lie: every row and every file is the library's.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, choose, open_menu, read, texts, with_sample};
use crate::truth::{coverlay, data, newest, sample_rules};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::{Coverage, Policy};
use coverlay::gaps::{
    GapCount, GapFilter, GapList, GapState, GapsAsked, PriorityPolicy, Profile, UNLOCKS,
    by_platform, by_tactic, unlock,
};
use coverlay::rule::Intake;
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("gaps: rows, counts and sums are the library's", rows),
    ("gaps: state, tactic, platform and words narrow; the address keeps them", narrowed),
    ("gaps: every file is the command's", files),
    ("gaps: a technique is accepted, counts again, and all can be undone", accepted),
    ("gaps: policies, weights and threshold reach the list", policies),
    ("gaps: by tactic, platform and log source they are the library's", spread),
    ("gaps: as a layer, and dimming all others", in_the_matrix),
    ("gaps: accessible in light", |rig| accessible(rig, "light")),
    ("gaps: accessible in dark", |rig| accessible(rig, "dark")),
];

fn asked<'a>(
    (intake, coverage): &'a (Intake, Coverage),
    profile: &'a Profile,
    policy: PriorityPolicy,
) -> GapsAsked<'a> {
    let (catalogue, enrichment, threshold) = (newest(), None, 80);
    GapsAsked { catalogue, intake, coverage, profile, enrichment, policy, threshold }
}

fn list(of: &(Intake, Coverage), profile: &Profile, policy: PriorityPolicy) -> GapList {
    GapList::of(&asked(of, profile, policy))
}

fn plain(of: &(Intake, Coverage)) -> GapList {
    list(of, &Profile::default(), PriorityPolicy::default())
}

fn opened(rig: &Rig) -> Page {
    let page = with_sample(rig);
    page.click("[data-view=gaps]");
    page.wait_until("document.querySelector('.gaps-table tr[data-row]')");
    page
}

fn id(index: TechniqueIndex) -> String {
    newest().technique(index).id.to_string()
}

/// The first rows as they are marked for scripts.
fn marked(list: &GapList, filter: &GapFilter, most: usize) -> Vec<String> {
    let gaps = filter.gaps(newest(), list).into_iter().take(most);
    let row = gaps.map(|gap| {
        format!("{} {} {} {:.2}", id(gap.technique), gap.rank, gap.state.as_str(), gap.priority)
    });
    row.collect()
}

/// Waits until the table shows this list.
#[track_caller]
fn shows(page: &Page, list: &GapList, filter: &GapFilter) {
    let wanted = marked(list, filter, 50);
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('.gaps-table tr[data-row]')].slice(0, 50).map((row) => row.dataset.row + ' ' + row.dataset.value)) === {}",
        json!(json!(wanted).to_string())
    ));
}

fn rows(rig: &Rig) {
    let page = opened(rig);
    let of = sample_rules();
    let profile = Profile::default();
    let asked = asked(&of, &profile, PriorityPolicy::default());
    let list = GapList::of(&asked);
    shows(&page, &list, &GapFilter::default());
    let relevant = list.assessments.iter().filter(|one| one.relevance.is_in()).count();
    assert_eq!(
        attributes(&page, "[data-figure=gaps]", "data-value"),
        [format!("{} {relevant}", list.gaps.len())]
    );
    let states = GapFilter::default().states(newest(), &list);
    let mut chips = vec![list.gaps.len().to_string()];
    chips.extend(states.map(|number| number.to_string()));
    assert_eq!(attributes(&page, ".gaps-filters [data-state]", "data-value"), chips);
    // The chart has the first ten, the longest bar the first.
    let ten: Vec<String> = list.top(10).iter().map(|gap| id(gap.technique)).collect();
    assert_eq!(attributes(&page, ".top-gaps [data-row]", "data-row"), ten);
    // All sums and all reasons of the third, as the library has them.
    let third = &list.gaps[2];
    let one = list.assessment(third.technique);
    page.click(&format!("[data-gap=\"{}\"]", id(third.technique)));
    page.wait_until("document.querySelector('.gap-open')");
    assert_eq!(texts(&page, ".gap-sum"), [one.terms.arithmetic()]);
    let terms = list.terms(&asked, &Policy::default(), third.technique);
    let values: Vec<String> = terms.iter().map(|term| term.value.clone()).collect();
    assert_eq!(texts(&page, ".gap-terms b"), values);
    let sources: Vec<String> = terms.into_iter().map(|term| term.source).collect();
    assert_eq!(texts(&page, ".gap-terms .muted"), sources);
    let mut why = vec![list.shortfall(&of.1, third.technique).expect("it is a gap")];
    why.extend(one.relevance.why.iter().map(|why| why.sentence(newest(), &list.threat)));
    assert_eq!(texts(&page, ".gap-open .gap-why li"), why);
    assert_eq!(
        attributes(&page, ".gap-logs [data-has=false]", "data-component").len(),
        one.observability.missing.len()
    );
    // The drawer says the same of it.
    page.click(&format!(".gaps-table [data-row=\"{}\"] th a", id(third.technique)));
    page.wait_until("document.querySelector('aside [data-figure=gap]')");
    assert_eq!(page.attribute("aside [data-figure=gap]", "data-value").as_deref(), Some("3"));
    assert_eq!(texts(&page, "aside .gap-why li"), why);
    // What is in it no more is told of no more.
    open_menu(&page, "platforms");
    crate::steps::click_text(&page, "#platforms label", "Linux");
    page.key("Escape");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=gaps]').dataset.value.split(' ')[0] < {}",
        list.gaps.len()
    ));
    page.wait_until("document.querySelector('aside [data-figure=gap]')");
}

fn narrowed(rig: &Rig) {
    let page = opened(rig);
    let list = plain(&sample_rules());
    let weak = GapFilter { state: Some(GapState::Weak), ..GapFilter::default() };
    page.click(".gaps-filters [data-state=weak]");
    shows(&page, &list, &weak);
    choose(&page, "[data-filter=tactic]", "Execution");
    let tactic = GapFilter { tactic: Some("execution".to_owned()), ..weak };
    shows(&page, &list, &tactic);
    choose(&page, "[data-filter=platform]", "Windows");
    let platform = GapFilter { platform: Some("Windows".to_owned()), ..tactic };
    shows(&page, &list, &platform);
    let rows = platform.gaps(newest(), &list);
    let word = newest().technique(rows[0].technique).id.to_string();
    page.click("[data-filter=words]");
    page.type_text(&word);
    let words = GapFilter { words: word.clone(), ..platform };
    shows(&page, &list, &words);
    page.key("Enter");
    page.wait_until(&format!("location.hash.includes('words={word}')"));
    // A link to it shows the same.
    page.reload();
    page.wait_for_mark("coverlay:whole");
    read(&page, || {
        page.evaluate("location.hash = ''");
        page.click("[data-action=try-sample]");
    });
    page.evaluate("history.back()");
    shows(&page, &list, &words);
    page.click("[data-action=clear-filters]");
    shows(&page, &list, &GapFilter::default());
    // What an address asks for and is not there shows nothing, and says so.
    page.evaluate("location.hash = '#/gaps?tactic=%3Cb%3E&state=%00'");
    page.wait_until("document.querySelector('.list-none')");
    assert_eq!(page.count("main option b"), 0);
}

fn files(rig: &Rig) {
    let page = opened(rig);
    let list = plain(&sample_rules());
    shows(&page, &list, &GapFilter::default());
    for top in [None, Some("10")] {
        if let Some(top) = top {
            page.click("[data-action=backlog-top]");
            page.type_text(top);
        }
        for format in ["csv", "md", "json", "layer"] {
            let mut arguments = vec!["gaps", "--quiet", "sample", "--format", format];
            arguments.extend(top.into_iter().flat_map(|top| ["--top", top]));
            page.click(&format!("[data-action=export-backlog-{format}]"));
            let saved = page.download();
            assert!(
                saved.bytes == coverlay(data(), &arguments),
                "{format} {top:?}: {}",
                saved.name
            );
        }
    }
}

fn accepted(rig: &Rig) {
    let page = opened(rig);
    let list = plain(&sample_rules());
    let evil = "<img src=x onerror=\"document.title='run'\"><b>x</b>";
    let first = id(list.gaps[0].technique);
    page.click(&format!("[data-gap=\"{first}\"]"));
    // The advice comes a task later, and moves what stands below it.
    page.wait_until("document.querySelector('.gap-open [data-advice] pre')");
    page.click("[data-action=accept]");
    page.wait_until("document.querySelector('.accept-form')");
    // Not without a reason.
    page.click("[data-action=accept-now]");
    page.wait_until("document.querySelector('.accept-form [role=alert]').innerText");
    page.click(".accept-form [name=reason]");
    page.type_text(evil);
    page.click("[data-action=accept-now]");
    let gone = format!("!document.querySelector('.gaps-table [data-row=\"{first}\"]')");
    page.wait_until(&gone);
    page.click("[data-action=show-out]");
    page.wait_until("document.querySelector('.out-table [data-action=count-again]')");
    let why = texts(&page, &format!(".out-table [data-row=\"{first}\"] td p"));
    assert_eq!(why, [format!("Out: accepted: {evil}.")]);
    assert_eq!(page.count("main img, main td b"), 0);
    page.click("[data-action=count-again]");
    page.wait_until(&format!("!({gone})"));
    shows(&page, &list, &GapFilter::default());
    page.click("[data-action=undo]");
    page.wait_until(&gone);
    page.click("[data-action=undo]");
    shows(&page, &list, &GapFilter::default());
}

fn policies(rig: &Rig) {
    let page = opened(rig);
    let of = sample_rules();
    let profile = Profile::default();
    let exposure = PriorityPolicy::named("exposure").expect("a policy");
    open_menu(&page, "priority");
    page.click("#priority [value=exposure]");
    shows(&page, &list(&of, &profile, exposure), &GapFilter::default());
    page.click("#priority [value=formula]");
    page.wait_until("document.querySelector('[data-weight=\"impact.collection\"]')");
    let mut edited = PriorityPolicy::default();
    edited.set_weight("impact.collection", 9.0).expect("in range");
    page.evaluate("document.querySelector('[data-weight=\"impact.collection\"]').select()");
    page.type_text("9");
    page.key("Enter");
    let raised = list(&of, &profile, edited);
    assert_ne!(raised.gaps, plain(&of).gaps);
    shows(&page, &raised, &GapFilter::default());
    // Out of its range it is not taken.
    page.evaluate("document.querySelector('[data-weight=\"impact.collection\"]').select()");
    page.type_text("11");
    page.key("Enter");
    page.wait_until("document.querySelector('[data-weight=\"impact.collection\"]').value === '9'");
    // Another policy and back: what was edited still is.
    page.click("#priority [value=groups]");
    let groups = PriorityPolicy::Groups;
    shows(&page, &list(&of, &profile, groups), &GapFilter::default());
    page.click("#priority [value=formula]");
    shows(&page, &raised, &GapFilter::default());
    page.wait_until("document.querySelector('[data-action=reset-priority]:not([disabled])')");
    page.click("[data-action=reset-priority]");
    shows(&page, &plain(&of), &GapFilter::default());
    page.key("Escape");
    page.evaluate("document.querySelector('[data-action=score-threshold]').select()");
    page.type_text("20");
    page.key("Enter");
    let lower = GapList::of(&GapsAsked { threshold: 20, ..asked(&of, &profile, edited) });
    assert_ne!(lower.gaps.len(), raised.gaps.len());
    page.wait_until(&format!(
        "document.querySelector('[data-figure=gaps]').dataset.value.startsWith('{} ')",
        lower.gaps.len()
    ));
}

fn spread(rig: &Rig) {
    let page = opened(rig);
    let list = plain(&sample_rules());
    page.click("[data-part=spread]");
    page.wait_until("document.querySelector('[data-stat=unlock] tr[data-row]')");
    let row = |count: &GapCount| {
        let states = count.states.map(|number| number.to_string()).join(" ");
        format!("{}: {} {} {states}", count.name, count.gaps.len(), count.relevant)
    };
    let shown = |part: &str| -> Vec<String> {
        let names = attributes(&page, &format!("[data-stat={part}] tr[data-row]"), "data-row");
        let values = attributes(&page, &format!("[data-stat={part}] tr[data-row]"), "data-value");
        names.iter().zip(values).map(|(name, value)| format!("{name}: {value}")).collect()
    };
    let tactics = by_tactic(newest(), &list);
    assert_eq!(shown("gaps-by-tactic"), tactics.iter().map(row).collect::<Vec<_>>());
    let platforms = by_platform(newest(), &list);
    assert_eq!(shown("gaps-by-platform"), platforms.iter().map(row).collect::<Vec<_>>());
    let unlocks = unlock(newest(), &list, UNLOCKS);
    let wanted: Vec<String> = unlocks
        .iter()
        .map(|one| {
            let component = &newest().data_components[usize::from(one.component)];
            format!("{}: {} {:.2}", component.id, one.techniques.len(), one.gain)
        })
        .collect();
    assert_eq!(shown("unlock"), wanted);
    let opens: Vec<String> = unlocks[0].techniques.iter().map(|index| id(*index)).collect();
    page.click("[data-action=unlock-opens]");
    page.wait_until("document.querySelector('[data-stat=unlock] .technique-links')");
    assert_eq!(texts(&page, "[data-stat=unlock] .technique-links a"), opens);
    // A number leads to what it counts.
    let linux = platforms.iter().find(|count| count.name == "Linux").expect("it is one");
    page.click("[data-stat=gaps-by-platform] [data-row=Linux] [data-label=Uncovered] a");
    let filter = GapFilter {
        platform: Some("Linux".to_owned()),
        state: Some(GapState::Uncovered),
        ..GapFilter::default()
    };
    shows(&page, &list, &filter);
    assert_eq!(filter.gaps(newest(), &list).len(), linux.states[0]);
}

fn in_the_matrix(rig: &Rig) {
    let page = opened(rig);
    let list = plain(&sample_rules());
    page.evaluate("location.hash = '#/gaps?state=fragile'");
    let fragile = GapFilter { state: Some(GapState::Fragile), ..GapFilter::default() };
    shows(&page, &list, &fragile);
    let mut ids: Vec<String> =
        fragile.gaps(newest(), &list).iter().map(|gap| id(gap.technique)).collect();
    ids.sort();
    ids.retain(|id| !id.contains('.'));
    page.click("[data-action=show-in-matrix]");
    let bright = "[...new Set([...document.querySelectorAll('.column-cells > .cell[data-technique]:not(.is-dim)')].map((each) => each.dataset.technique))].sort()";
    page.wait_until(&format!(
        "document.querySelector('.cell.is-dim') && JSON.stringify({bright}) === {}",
        json!(json!(ids).to_string())
    ));
    page.click("[data-view=gaps]");
    page.wait_until("document.querySelector('.gaps-table tr[data-row]')");
    shows(&page, &list, &GapFilter::default());
    page.click("[data-action=gaps-as-layer]");
    page.wait_until("location.hash === '#/matrix' && document.querySelector('.layer-tab[aria-selected=true]:not([data-layer-tab=rules])')");
    let first = &list.gaps[0];
    page.wait_until(&format!(
        "document.querySelector('.cell[data-technique=\"{}\"][data-score=\"100\"]')",
        id(first.technique)
    ));
    // Gaps are of rules: who goes to them leaves the layer.
    page.click("[data-view=gaps]");
    shows(&page, &list, &GapFilter::default());
    page.wait_until("document.querySelector('[data-layer-tab=rules][aria-selected=true]')");
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        for each in page.axe().unwrap_or_default() {
            let place = each.places.first().cloned().unwrap_or_default();
            wrong.push(format!("{state}: {} ({}) {place}", each.rule, each.impact));
        }
        // Nothing is wider than the phone.
        assert_eq!(
            page.evaluate("document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth"),
            json!(true),
            "{state}"
        );
    };
    page.evaluate("location.hash = '#/gaps?out=1&state=uncovered'");
    page.wait_until("document.querySelector('.out-table tr[data-row]')");
    page.click(".gaps-table [data-gap]");
    // The advice comes a task later, and moves what stands below it.
    page.wait_until("document.querySelector('.gap-open [data-advice] pre')");
    page.click("[data-action=accept]");
    page.wait_until("document.querySelector('.accept-form')");
    check("in order");
    open_menu(&page, "priority");
    page.wait_until("document.querySelector('[data-weight]')");
    check("weights");
    page.key("Escape");
    page.set_viewport(390, 844, 1.0);
    check("in order, narrow");
    page.evaluate("location.hash = '#/gaps?show=spread'");
    page.wait_until("document.querySelector('[data-stat=unlock] tr[data-row]')");
    page.click("[data-action=unlock-opens]");
    check("spread, narrow");
    page.set_viewport(1280, 800, 1.0);
    check("spread");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
