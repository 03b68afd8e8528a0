//! The list of rules: filters, picks, long lists, and the rules' own text.
use crate::Test;
use crate::marks::with_faulty_press;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, choose, drop_on, files_below, with_sample};
use crate::support::{Entry, zip};
use crate::truth::{data, sample_report};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(crate) const TESTS: &[Test] = &[
    ("rules: a filter shows what its number says, and its address does, too", filters),
    ("rules: a link to a filter holds before anything was dropped", linked_before_a_drop),
    ("rules: formats that cannot name techniques are not counted as gaps", no_mapping),
    ("rules: only these rules count in the matrix, and undo takes it back", only_these),
    ("rules: picks are forgotten when the rules change, whatever view is open", picks),
    ("rules: the shown rows leave as a table", csv),
    ("rules: of a rule in one long line the tags are marked and in reach", long_line),
    ("rules: a rule's text opens with its tags marked, also out of an archive", text),
    ("rules: the doctor's codes lead to their rules, and its patch applies", doctor),
    ("rules: 5,000 rows are scrolled with few of them in the document", long_list),
];

const ROWS: &str = ".rules-table tr[data-row]";
const TEXT: &str = "aside[data-panel=rule]";

#[track_caller]
fn go(page: &Page, hash: &str) {
    page.evaluate(&format!("location.hash = {}", json!(hash)));
}

/// The number at the end of `High (12)`.
fn number(label: &str) -> u64 {
    let digits = label.rsplit('(').next().unwrap_or_default();
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

fn filters(rig: &Rig) {
    let page = with_sample(rig);
    go(&page, "#/rules");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length > 20"));
    // As many as there are at rest.
    frames(&page, 20);
    let all = page.count(ROWS);
    for key in ["level", "status", "source", "tactic", "technique"] {
        let list = format!("select[data-filter={key}]");
        // Long ones are filled when someone comes to them.
        page.evaluate(&format!("document.querySelector('{list}').focus()"));
        page.wait_until(&format!("document.querySelector('{list}').options.length > 1"));
        let options = page.evaluate(&format!(
            "[...document.querySelector('{list}').options].map((each) => each.text)"
        ));
        let options: Vec<String> = serde_json::from_value(options).expect("texts");
        let label = &options[1];
        choose(&page, &list, label);
        page.wait_until(&format!(
            "document.querySelectorAll('{ROWS}').length === {}",
            number(label)
        ));
        assert!(number(label) < all, "{label} narrows");
        let hash = page.evaluate("location.hash");
        assert!(hash.as_str().is_some_and(|hash| hash.contains(&format!("{key}="))), "{hash}");
        // The keyboard may go on from where it is.
        let focus = page.evaluate("document.activeElement.dataset.filter");
        assert_eq!(focus, json!(key));
        page.evaluate("history.back()");
        page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === {all}"));
        // The list says so, too, though someone chose in it.
        page.wait_until(&format!("document.querySelector('{list}').value === ''"));
    }
    // Two filters at once, by their address.
    go(&page, "#/rules?show=mapped&level=high&tactic=TA0002");
    page.wait_until("document.querySelectorAll('.list-select-on').length === 2");
    let levels: BTreeSet<_> =
        attributes(&page, &format!("{ROWS} [data-level]"), "data-level").into_iter().collect();
    assert_eq!(levels, BTreeSet::from(["high".to_owned()]));
    // What the report says of the same.
    let report = sample_report(&[]);
    let tactic = &report["tactics"].as_array().expect("a list")[3];
    assert_eq!(tactic["id"], "TA0002");
    go(&page, "#/rules?show=mapped&tactic=TA0002");
    page.wait_until("document.querySelectorAll('.list-select-on').length === 1");
    assert_eq!(json!(all_rows(&page)), tactic["rules"]);
    // What cannot be read narrows nothing, and nothing says it did.
    go(&page, "#/rules?format=bogus&code=no/such&level=high&level=loud");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === {all}"));
    assert_eq!(page.count(".list-select-on"), 0);
    // What can be read but is not there shows nothing, and can be taken back.
    go(&page, "#/rules?technique=T9999");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === 0"));
    assert!(page.text(".list-none").contains("No rule answers"));
    assert_eq!(page.text(".list-select-on option:checked"), "T9999 (0)");
    page.click(".list-filters button");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === {all}"));
}

fn linked_before_a_drop(rig: &Rig) {
    let page = rig.blank();
    let place = "#/rules?level=low&code=tag/revoked";
    page.go(&format!("{}{place}", rig.server.url()));
    page.wait_for_mark("coverlay:whole");
    page.wait_until("document.querySelector('.list-none')?.innerText.includes('No rules yet')");
    let rule = |id: &str, level: &str, tag: &str| {
        format!(
            "title: Rule {id}\nid: {id}\nlevel: {level}\ntags: [{tag}]\nlogsource: {{product: windows}}\ndetection: {{s: {{a: {id}}}, condition: s}}\n"
        )
    };
    let (one, two, three) = (
        rule("1", "low", "attack.t1562.001, attack.t1562.006"),
        rule("2", "low", "attack.t1059"),
        rule("3", "high", "attack.t1562.001"),
    );
    let folder = rig.folder(&[("set/1.yml", &one), ("set/2.yml", &two), ("set/3.yml", &three)]);
    drop_on(&page, &[&folder.join("set")]);
    // By the doctor, who takes a moment.
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === 1"));
    assert_eq!(attributes(&page, ROWS, "data-rule"), ["1"]);
    assert_eq!(page.evaluate("location.hash"), json!(place));
    assert_eq!(page.count(".doctor-codes a[aria-current=true]"), 1);
    // Each technique once, whatever the rule calls it.
    let named: Vec<String> = attributes(&page, &format!("{ROWS} .technique-links a"), "href");
    let once: BTreeSet<&String> = named.iter().collect();
    assert_eq!(once.len(), named.len(), "{named:?}");
}

fn no_mapping(rig: &Rig) {
    let page = rig.open();
    let rule = "name: Urgent request\ntype: rule\nseverity: high\nsource: |\n  type.inbound and strings.icontains(subject.subject, 'urgent')\nid: 7b3d5a52-1111-4c8e-9f00-000000000001\n";
    drop_on(&page, &[&rig.folder(&[("urgent.yml", rule)]).join("urgent.yml")]);
    let strip = page.text(".headline");
    assert!(strip.contains("no ATT&CK mapping in this format"), "{strip}");
    // Nothing is known to be uncovered.
    assert!(!strip.contains('%'), "{strip}");
    let heads = crate::steps::texts(&page, ".column-percent").concat();
    assert!(!heads.is_empty() && !heads.contains('%'), "{heads}");
    go(&page, "#/table");
    page.wait_until("document.querySelector('.techniques-table caption')");
    let caption = page.text(".techniques-table caption");
    assert!(caption.contains("no ATT&CK mapping in this format"), "{caption}");
    go(&page, "#/rules");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === 1"));
    assert_eq!(page.text(&format!("{ROWS} .technique-links")), "no mapping in this format");
}

/// Rows come in a few frames; waits for the last.
#[track_caller]
fn all_rows(page: &Page) -> u64 {
    page.wait_until(&format!(
        "document.querySelectorAll('{ROWS}').length === document.querySelector('.rules-table').ariaRowCount - 1"
    ));
    page.count(ROWS)
}

fn only_these(rig: &Rig) {
    let page = with_sample(rig);
    let (rules, covered) = (page.figure("rules"), page.figure("techniques-covered"));
    go(&page, "#/rules?show=counted");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length > 20"));
    page.click(&format!("{ROWS}:nth-child(2) .pick input"));
    page.click(&format!("{ROWS}:nth-child(3) .pick input"));
    page.click("[data-action=only-these-rules]");
    page.wait_until("document.querySelector('[data-figure=rules]').dataset.value === '2'");
    assert!(page.figure("techniques-covered") < covered);
    assert!(page.text(".picked-bar").contains("2 of"));
    page.wait_until("location.hash === '#/matrix'");
    // The bar takes its own height and no more.
    page.wait_until("document.querySelector('main').clientHeight > innerHeight / 2");
    page.wait_until(
        "document.querySelector('.cell')?.getBoundingClientRect().top < innerHeight / 2",
    );
    page.key("Control+z");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]').dataset.value === '{rules}'"
    ));
    assert_eq!(page.count(".picked-bar"), 0);
    // What is dropped later does not count either, and the bar says why.
    go(&page, "#/rules?show=mapped");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length > 20"));
    page.click(&format!("{ROWS}:nth-child(2) .pick input"));
    page.click("[data-action=only-these-rules]");
    page.wait_until("document.querySelector('[data-figure=rules]').dataset.value === '1'");
    let before = page.text(".picked-bar span");
    let more = "title: More\nid: more\ntags: [attack.t1059]\nlogsource: {product: linux}\ndetection: {s: {a: 1}, condition: s}\n";
    drop_on(&page, &[&rig.folder(&[("more.yml", more)]).join("more.yml")]);
    assert_eq!(page.figure("rules"), 1.0);
    let after = page.text(".picked-bar span");
    assert!(after.starts_with("Only 1 of") && after != before, "{before}, then {after}");
    page.click("[data-action=all-rules]");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]').dataset.value === '{}'",
        rules + 1.0
    ));
    page.key("Control+z");
    page.key("Control+z");
    page.key("Control+z");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]').dataset.value === '{rules}'"
    ));
    // The whole of a filtered list, and back by the bar's own button.
    go(&page, "#/rules?show=mapped&level=high");
    page.wait_until("document.querySelectorAll('.list-select-on').length === 1");
    let high = all_rows(&page);
    page.click("[data-action=only-these-rules]");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]').dataset.value === '{high}'"
    ));
    page.click("[data-action=all-rules]");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]').dataset.value === '{rules}'"
    ));
}

fn picks(rig: &Rig) {
    let page = with_sample(rig);
    go(&page, "#/rules");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length > 20"));
    page.click(&format!("{ROWS}:nth-child(2) .pick input"));
    page.wait_until("document.querySelector('.list-number').innerText.startsWith('1 picked')");
    // Places in a list mean other rules after this.
    go(&page, "#/matrix");
    page.wait_until("!document.querySelector('.rules-table')");
    let more = "title: More\nid: more\ntags: [attack.t1059]\nlogsource: {product: linux}\ndetection: {s: {a: 1}, condition: s}\n";
    drop_on(&page, &[&rig.folder(&[("0/a.yml", more)]).join("0")]);
    go(&page, "#/rules");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length > 20"));
    assert_eq!(page.count(&format!("{ROWS} .pick input:checked")), 0);
    assert!(!page.text(".list-number").contains("picked"));
}

fn long_line(rig: &Rig) {
    let query = "process where process.name == \\\"a.exe\\\" or ".repeat(200);
    let rule = format!(
        "{{\"rule_id\":\"one\",\"risk_score\":47,\"severity\":\"medium\",\"type\":\"eql\",\"language\":\"eql\",\"name\":\"One line\",\"query\":\"{query}\",\"threat\":[{{\"framework\":\"MITRE ATT&CK\",\"tactic\":{{\"id\":\"TA0002\",\"name\":\"Execution\"}},\"technique\":[{{\"id\":\"T1059\",\"name\":\"x\"}}]}}]}}\n"
    );
    let page = rig.open();
    drop_on(&page, &[&rig.folder(&[("e/export.ndjson", &rule)]).join("e")]);
    go(&page, "#/rules");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === 1"));
    page.click(&format!("{ROWS} a.rule-link"));
    page.wait_until(&format!("document.querySelector('{TEXT} mark')"));
    let marks = crate::steps::texts(&page, &format!("{TEXT} mark[data-tag=technique]"));
    assert_eq!(marks, ["T1059"]);
    // Broken, not far to the right.
    let reach = page.evaluate(&format!(
        "(() => {{ const mark = document.querySelector('{TEXT} mark[data-tag=technique]').getBoundingClientRect(); return [mark.left >= 0, mark.right <= innerWidth]; }})()"
    ));
    assert_eq!(reach, json!([true, true]));
}

/// A cell (from 0) of a line of CSV.
fn cell(line: &str, wanted: usize) -> String {
    let mut quoted = false;
    let cells = line.split(|c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    cells.into_iter().nth(wanted).unwrap_or_default().to_owned()
}

fn csv(rig: &Rig) {
    let page = with_sample(rig);
    go(&page, "#/rules?show=mapped&level=high");
    page.wait_until("document.querySelectorAll('.list-select-on').length === 1");
    all_rows(&page);
    let shown: BTreeSet<_> = attributes(&page, ROWS, "data-rule").into_iter().collect();
    page.click("[data-action=export-rules-csv]");
    let file = page.download();
    let text = String::from_utf8(file.bytes).expect("UTF-8");
    let mut lines = text.lines();
    assert!(lines.next().is_some_and(|head| head.starts_with("title,attack_id,level,status,id,")));
    let ids: BTreeSet<_> = lines.map(|line| cell(line, 4)).collect();
    assert_eq!(ids, shown);
}

/// The lines of the open text.
#[track_caller]
fn lines(page: &Page) -> Vec<String> {
    page.wait_until(&format!("document.querySelectorAll('{TEXT} .source-line').length > 3"));
    let lines = page.evaluate(&format!(
        "[...document.querySelectorAll('{TEXT} .source-line code')].map((each) => each.textContent)"
    ));
    serde_json::from_value(lines).expect("texts")
}

fn text(rig: &Rig) {
    let page = rig.open();
    let rule = "title: Tagged\nid: 1\ntags:\n    # attack.t1003\n    - attack.t1059.001 # why\n    - 'attack.execution'\nlogsource: {product: windows}\ndetection:\n    s: {a: '<b>x</b>'}\n    condition: s\n";
    let folder = rig.folder(&[("a/one.yml", rule)]);
    drop_on(&page, &[&folder.join("a")]);
    go(&page, "#/rules");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === 1"));
    // Anywhere in the row.
    page.click(&format!("{ROWS} td[data-label='Log source']"));
    assert_eq!(lines(&page), rule.lines().collect::<Vec<_>>());
    let marks = page.evaluate(&format!(
        "[...document.querySelectorAll('{TEXT} mark')].map((each) => [each.textContent, each.dataset.tag])"
    ));
    assert_eq!(marks, json!([["attack.t1059.001", "technique"], ["attack.execution", "other"]]));
    page.key("Escape");
    page.wait_until(&format!("!document.querySelector('{TEXT}')"));
    // A file that is gone says so and what to do.
    std::fs::remove_file(folder.join("a/one.yml")).expect("it was there");
    page.click(&format!("{ROWS} a.rule-link"));
    page.wait_until(&format!(
        "document.querySelector('{TEXT}')?.innerText.includes('Drop it again')"
    ));
    // Out of an archive, by its address.
    let archive = rig.folder(&[]).join("two.zip");
    let entry = Entry::new("b/two.yml", rule.as_bytes(), true);
    std::fs::write(&archive, zip(&[entry])).expect("writable");
    drop_on(&page, &[&archive]);
    go(&page, "#/rule/0/two.zip%2Fb%2Ftwo.yml");
    assert_eq!(lines(&page), rule.lines().collect::<Vec<_>>());
    // And the sample's.
    let page = with_sample(rig);
    let path = page.evaluate("(location.hash = '#/rules', new Promise((ok) => setTimeout(() => ok(document.querySelector('a.rule-link').getAttribute('href')), 500)))");
    let path = path.as_str().expect("an address").to_owned();
    go(&page, &path);
    let name = path.rsplit("%2F").next().unwrap_or_default().to_owned();
    let shown = lines(&page).join("\n");
    let files = files_below(&data().join("sample"));
    let file = files.iter().find(|(path, _)| path.ends_with(&name)).expect("one of the sample");
    let text = String::from_utf8_lossy(&file.1).replace('\r', "");
    assert_eq!(shown.trim_end(), text.trim_end());
}

fn doctor(rig: &Rig) {
    let rule = |title: &str, id: &str, tag: &str| {
        format!(
            "title: {title}\nid: {id}\nstatus: test\nlevel: low\ndate: 2026-05-01\ntags:\n    - {tag} # kept\n    - attack.execution\nlogsource: {{product: windows}}\ndetection: {{s: {{a: {id}}}, condition: s}}\n"
        )
    };
    let (one, two) = (rule("One", "1", "attack.T1059.001"), rule("Two", "2", "attack.t1059.003"));
    let folder = rig.folder(&[("set/one.yml", &one), ("set/two.yml", &two)]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("set")]);
    go(&page, "#/rules");
    page.wait_until("document.querySelector('.doctor-list')");
    page.click(".doctor-list summary");
    let code = ".doctor-codes [data-code='tag/spelling']";
    page.wait_until(&format!("document.querySelector(\"{code}\")"));
    assert_eq!(page.attribute(code, "data-value").as_deref(), Some("1"));
    page.click(code);
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length === 1"));
    assert_eq!(attributes(&page, ROWS, "data-rule"), ["1"]);
    // What is wrong stands above the rule's text.
    page.click(&format!("{ROWS} a.rule-link"));
    page.wait_until(&format!(
        "document.querySelector('{TEXT} .doctor-said')?.innerText.includes('attack.t1059.001')"
    ));
    page.key("Escape");
    page.click("[data-action=export-patch]");
    let patch = page.download();
    assert_eq!(patch.name, "coverlay-tags.patch");
    let file = folder.join("tags.patch");
    std::fs::write(&file, &patch.bytes).expect("writable");
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .args(arguments)
            .current_dir(&folder)
            .output()
            .expect("git is there: this is a repository");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["apply", "tags.patch"]);
    let now = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it is there");
    assert_eq!(now("set/one.yml"), one.replace("attack.T1059.001", "attack.t1059.001"));
    assert_eq!(now("set/two.yml"), two);
    // From an archive, where files are called as in it.
    let packed = zip(&[
        Entry::new("set/two.yml", two.as_bytes(), true),
        Entry::new("set/one.yml", one.as_bytes(), true),
    ]);
    let file = folder.join("packed.zip");
    std::fs::write(&file, packed).expect("writable");
    let page = with_faulty_press(rig);
    drop_on(&page, &[&file]);
    go(&page, "#/rules");
    page.wait_until("document.querySelector('.doctor-list')");
    page.click(".doctor-list summary");
    page.wait_until(&format!("document.querySelector(\"{code}\")"));
    // One that cannot be made is told, and can be asked for again.
    page.evaluate("window.faulty = true");
    page.click("[data-action=export-patch]");
    page.wait_until("document.querySelector('.toast')?.innerText.includes('No patch')");
    page.evaluate("window.faulty = false");
    page.take_errors();
    page.click("[data-action=export-patch]");
    let again = page.download();
    assert_eq!(String::from_utf8_lossy(&again.bytes), String::from_utf8_lossy(&patch.bytes));
}

#[track_caller]
fn frames(page: &Page, number: u32) {
    page.evaluate(&format!(
        "(async () => {{ for (let n = 0; n < {number}; n += 1) await new Promise(requestAnimationFrame); return 0; }})()"
    ));
}

fn long_list(rig: &Rig) {
    let page = rig.open();
    let rules: String = (0..5_000)
        .map(|n| format!("title: Rule {n:05}\nid: {n}\ntags: [attack.t1059]\nlogsource: {{product: linux}}\ndetection: {{s: {{a: {n}}}, condition: s}}\n---\n"))
        .collect();
    drop_on(&page, &[&rig.folder(&[("many.yml", &rules)]).join("many.yml")]);
    go(&page, "#/rules");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length > 20"));
    let titles = || -> Vec<String> {
        let seen = page.evaluate(&format!(
            "(() => {{ const box = document.getElementById('main').getBoundingClientRect();
                return [...document.querySelectorAll('{ROWS}')].filter((row) => {{
                    const at = row.getBoundingClientRect();
                    return at.top >= box.top + 30 && at.bottom <= box.bottom;
                }}).map((row) => row.querySelector('.rule-link').innerText); }})()"
        ));
        serde_json::from_value(seen).expect("texts")
    };
    for (part, first) in [(0.5, 2_400), (1.0, 4_980), (0.1, 450), (0.0, 0)] {
        page.evaluate(&format!(
            "(() => {{ const main = document.getElementById('main'); main.scrollTop = main.scrollHeight * {part}; }})()"
        ));
        frames(&page, 2);
        let seen = titles();
        assert!(seen.len() >= 8, "{part}: what is in sight is filled: {seen:?}");
        let at: u32 = seen[0].trim_start_matches("Rule ").parse().expect("a number");
        assert!(at.abs_diff(first) < 110, "{part}: {at}");
        assert!(page.count(ROWS) < 150, "{part}: {} rows", page.count(ROWS));
    }
    // The number of rows is told to those who do not see the scroll bar.
    assert_eq!(page.attribute(".rules-table", "aria-rowcount").as_deref(), Some("5001"));
    // What is focused may leave the document; the keyboard goes on with what is in sight.
    frames(&page, 12);
    page.evaluate(&format!("document.querySelectorAll('{ROWS} a.rule-link')[5].focus()"));
    page.evaluate("document.getElementById('main').scrollTop = 40000");
    page.wait_until("document.activeElement.closest('tr[data-row]')?.ariaRowIndex > 1000");
    // Into a rule's text and back to the same rule.
    let focused = "document.activeElement.getAttribute('href')";
    let href = page.evaluate(focused);
    page.key("Enter");
    page.wait_until(&format!("document.querySelectorAll('{TEXT} .source-line').length > 3"));
    let begin = page.text(&format!("{TEXT} .source-line[data-begin] code"));
    assert_eq!(
        json!(begin),
        page.evaluate(&format!("'title: ' + document.querySelector('{TEXT} h2').innerText"))
    );
    assert!(
        page.evaluate("document.title").as_str().is_some_and(|title| title.starts_with("Rule "))
    );
    // All of a long text comes, a little at a time, and the rule's own line stays in sight.
    page.wait_until(&format!("document.querySelectorAll('{TEXT} .source-line').length === 1200"));
    let in_sight = page.evaluate(&format!(
        "(() => {{ const box = document.querySelector('{TEXT} .drawer-source').getBoundingClientRect();
            const line = document.querySelector('{TEXT} .source-line[data-begin]').getBoundingClientRect();
            return line.top >= box.top && line.bottom <= box.bottom; }})()"
    ));
    assert_eq!(in_sight, json!(true));
    // The panel scrolled for it, not the page.
    let moved = "[document.querySelector('header').getBoundingClientRect().top, document.scrollingElement.scrollTop, document.querySelector('.app').scrollTop]";
    assert_eq!(page.evaluate(moved), json!([0, 0, 0]));
    // What opens in its place begins at its top.
    let body = "document.querySelector('aside .drawer-body').scrollTop";
    assert!(page.evaluate(body).as_f64() > Some(0.0));
    go(&page, "#/technique/T1059");
    page.wait_until("document.querySelector('aside[data-panel=technique] .standing')");
    assert_eq!(page.evaluate(body), json!(0));
    page.evaluate("history.back()");
    page.wait_until(&format!("document.querySelectorAll('{TEXT} .source-line').length > 3"));
    page.key("Escape");
    page.wait_until(&format!("{focused} === {href}"));
    page.evaluate("document.getElementById('main').scrollTop = 0");
    frames(&page, 12);
    // On paper no blank stands for rows that are not there.
    page.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    let blank = page.evaluate("[...document.querySelectorAll('.rules-table .blank')].reduce((sum, each) => sum + each.offsetHeight, 0)");
    assert_eq!(blank, json!(0));
    page.call("Emulation.setEmulatedMedia", json!({"media": ""}));
    let last: Value = page.evaluate(&format!("document.querySelector('{ROWS}').ariaRowIndex"));
    assert_eq!(last, json!("2"));
}
