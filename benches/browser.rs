//! The budgets of the page, in a real Chromium: `scripts/bench`.
//!
//! Needs `COVERLAY_DIST`; the rule sets come from `COVERLAY_SHARED`. Each number is the median of
//! several runs, each in a page of its own with nothing cached; the spread stands beside it.
#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

#[allow(dead_code, reason = "shared with the browser tests")]
#[path = "../tests/browser/cdp.rs"]
mod cdp;
#[allow(dead_code, reason = "shared with the browser tests")]
#[path = "../tests/browser/page.rs"]
mod page;
#[allow(dead_code, reason = "shared with the browser tests")]
#[path = "../tests/browser/rig.rs"]
mod rig;
#[allow(dead_code, reason = "shared with the browser tests")]
#[path = "../tests/browser/server.rs"]
mod server;
#[allow(dead_code, reason = "shared with the tests of hostile archives")]
#[path = "../tests/support/mod.rs"]
mod support;

mod curve;
mod generated;
mod layers;

use coverlay::source::archive::Archive;
use curve::{Point, SIZES};
use page::Page;
use rig::Rig;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

const RUNS: usize = 5;
const RUNS_OF_THE_LARGEST: usize = 3;

fn main() {
    let Some(dist) = std::env::var_os("COVERLAY_DIST").map(PathBuf::from) else {
        println!("not measured: COVERLAY_DIST names no built page (scripts/bench sets it)");
        return;
    };
    let rig = Rig::start(&dist);
    println!("{:<52} {:>10}   spread, note", "in the browser", "median");
    cold_load(&rig);
    layers::layers(&rig);
    many_rules(&rig);
    let Some(zip) = rig.corpus("sigmahq.zip") else { return };
    drop_zip(&rig, &zip);
    let folder = unpacked(&rig, &zip);
    drop_folder(&rig, &folder);
    controls(&rig, &zip);
    memory(&rig, &zip);
}

/// Prints one line: the median and the range.
fn report(name: &str, unit: &str, mut values: Vec<f64>, note: &str) -> f64 {
    values.sort_by(f64::total_cmp);
    let median = values[values.len() / 2];
    let (first, last) = (values[0], values[values.len() - 1]);
    println!("{name:<52} {median:>7.1} {unit:<2}   {first:.1}–{last:.1}  {note}");
    median
}

fn repeated(rig: &Rig, mut run: impl FnMut() -> f64) -> Vec<f64> {
    let once = |_| {
        let value = run();
        rig.close_pages();
        value
    };
    (0..RUNS).map(once).collect()
}

/// From navigation to the mark `coverlay:ready`, with an empty cache and a local server.
fn cold_load(rig: &Rig) {
    let values = repeated(rig, || {
        let page = rig.blank();
        page.go(&rig.server.url());
        page.wait_for_mark("coverlay:ready")
    });
    report("cold load to ready", "ms", values, "");
}

/// What one drop costs.
struct Load {
    /// From the mark `coverlay:intake` to the first frame that shows the result.
    painted: f64,
    /// Processor time of the page's process, its workers' included.
    cpu: f64,
    /// Durations of the main thread's tasks over 50 ms.
    tasks: Vec<f64>,
    /// Durations of the animation frames over 50 ms: tasks, style, layout and paint together.
    frames: Vec<f64>,
}

/// Drops a file or a folder, and waits for the first frame with the result.
fn dropped(page: &Page, path: &Path) -> Load {
    page.evaluate(
        "globalThis.slow = {longtask: [], 'long-animation-frame': []};
        for (const type of Object.keys(slow))
            new PerformanceObserver((list) => slow[type].push(...list.getEntries().map((each) => each.duration)))
                .observe({type}); 0",
    );
    page.call("Performance.enable", json!({}));
    let before = metric(page, &["ProcessTime"]);
    page.drop_files(&[path], 640.0, 500.0);
    let painted = page.wait_for_mark("coverlay:painted");
    let cpu = metric(page, &["ProcessTime"]) - before;
    // What is observed arrives a moment later.
    let slow = page.evaluate("new Promise((ok) => setTimeout(() => ok(slow), 100))");
    let durations = |kind: &str| {
        slow[kind].as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect()
    };
    Load {
        painted: painted - page.wait_for_mark("coverlay:intake"),
        cpu: cpu * 1e3,
        tasks: durations("longtask"),
        frames: durations("long-animation-frame"),
    }
}

/// The sum of some of the page's metrics.
fn metric(page: &Page, names: &[&str]) -> f64 {
    let metrics = page.call("Performance.getMetrics", json!({}));
    let all = metrics["metrics"].as_array().into_iter().flatten();
    all.filter(|each| names.iter().any(|name| each["name"] == *name))
        .filter_map(|each| each["value"].as_f64())
        .sum()
}

/// Prints what several drops of the same thing cost; the median time until painted.
fn report_loads(name: &str, loads: &[Load], note: &str) -> f64 {
    let of = |value: fn(&Load) -> f64| loads.iter().map(value).collect::<Vec<_>>();
    let longest = |durations: &[f64]| durations.iter().copied().fold(0.0, f64::max);
    let painted = report(&format!("{name}, drop to painted"), "ms", of(|load| load.painted), note);
    report("  processor time, with the workers'", "ms", of(|load| load.cpu), "");
    report(
        "  longest task on the main thread",
        "ms",
        loads.iter().map(|load| longest(&load.tasks)).collect(),
        "budget 50; 0 = none over 50",
    );
    report("  tasks over 50 ms", "", of(|load| load.tasks.len() as f64), "budget 0");
    report(
        "  longest animation frame",
        "ms",
        loads.iter().map(|load| longest(&load.frames)).collect(),
        "0 = none over 50",
    );
    report("  animation frames over 50 ms", "", of(|load| load.frames.len() as f64), "");
    painted
}

fn drop_zip(rig: &Rig, zip: &Path) {
    let mut rules = 0.0;
    let loads: Vec<_> = (0..RUNS)
        .map(|_| {
            let page = rig.open();
            let load = dropped(&page, zip);
            rules = page.figure("rules");
            rig.close_pages();
            load
        })
        .collect();
    let painted = report_loads("SigmaHQ zip", &loads, &format!("{rules} rules"));
    // `scripts/bench` has timed them a moment ago on the rules of the same archive.
    let peers = std::env::var("COVERLAY_PEERS").unwrap_or_default();
    for (name, seconds) in peers.lines().filter_map(|line| line.rsplit_once('=')) {
        if let Ok(seconds) = seconds.parse::<f64>() {
            println!("{:<52} {:>7.2} ×", format!("  {name} against it"), seconds * 1e3 / painted);
        }
    }
}

/// More rules must not take much longer a rule, nor fill the memory.
fn many_rules(rig: &Rig) {
    let folder = rig.folder(&[]);
    let archives = SIZES.map(|size| {
        let path = folder.join(format!("{size}.zip"));
        let (archive, unpacked) = generated::archive(size);
        fs::write(&path, &archive).expect("writable");
        let note =
            format!("{:.1} MB packed, {:.1} MB", mib(archive.len() as f64), mib(unpacked as f64));
        (size, path, note)
    });
    let mut loads = SIZES.map(|_| Vec::new());
    let mut memory = SIZES.map(|_| [const { Vec::new() }; 4]);
    // Taking turns, so that a busy moment of the machine meets all.
    for run in 0..RUNS {
        for (at, (size, path, _)) in archives.iter().enumerate() {
            if *size > 50_000 && run >= RUNS_OF_THE_LARGEST {
                continue;
            }
            let page = rig.open();
            loads[at].push(dropped(&page, path));
            let counted = page.figure("rules");
            assert!(counted == *size as f64, "{counted} of {size} generated rules were counted");
            // The peak first, as the next figures collect. The page's process has the largest by far.
            let peak = rig.browser.renderer_peaks().into_iter().max().unwrap_or(0) as f64;
            let script = page.script_heap() as f64;
            let wasm = page.wasm_memory() as f64;
            let processes = rig.browser.renderer_memory().iter().sum::<u64>() as f64;
            for (figures, bytes) in
                memory[at].iter_mut().zip([script + wasm, wasm, processes, peak])
            {
                figures.push(mib(bytes));
            }
            rig.close_pages();
        }
    }
    let names = [
        ("  memory: script heap and wasm of the page", ""),
        ("    of which wasm", ""),
        ("    renderer process, the workers in it", "budget 400 at 50,000; Linux, proportional"),
        ("    the process at its peak", "Linux, resident, without mapped files"),
    ];
    let mut points = Vec::new();
    for (at, (size, _, note)) in archives.iter().enumerate() {
        let painted = report_loads(&format!("{size} rules in one zip"), &loads[at], note);
        let figures: Vec<f64> = names
            .iter()
            .zip(&memory[at])
            .map(|((name, note), figures)| report(name, "MB", figures.clone(), note))
            .collect();
        let mut longest: Vec<f64> =
            loads[at].iter().map(|load| load.tasks.iter().copied().fold(0.0, f64::max)).collect();
        longest.sort_by(f64::total_cmp);
        let mut more = vec![format!("{:.0}", longest[longest.len() / 2])];
        more.extend([0, 2, 3].map(|at| format!("{:.0}", figures[at])));
        points.push(Point { rules: *size, seconds: painted / 1e3, more });
    }
    let columns = [
        "longest task over 50 ms",
        "script heap and wasm, MB",
        "process afterwards, MB",
        "process at its peak, MB",
    ];
    curve::print("In the page, one zip, drop to painted, median", &columns, &points);
}

fn mib(bytes: f64) -> f64 {
    bytes / (1 << 20) as f64
}

/// The same rules as single files.
fn unpacked(rig: &Rig, zip: &Path) -> PathBuf {
    let bytes = fs::read(zip).expect("readable");
    let archive = Archive::open("sigmahq", &bytes)
        .unwrap_or_else(|_| panic!("{} does not open", zip.display()));
    let folder = rig.folder(&[]).join("sigmahq");
    for file in archive.part(0, 1, 0).flatten() {
        // `sigmahq/…` as the archive names it: the prefix goes, the rest stays below the folder.
        let path =
            folder.join(file.path.trim_start_matches("sigmahq").trim_start_matches(['!', '/']));
        fs::create_dir_all(path.parent().expect("below the folder")).expect("writable");
        fs::write(path, file.bytes).expect("writable");
    }
    folder
}

/// The page against the floor: the same walk and the same reads, with nothing done to the bytes. And
/// against the walk that every browser has, by entries alone.
fn drop_folder(rig: &Rig, folder: &Path) {
    let snippet = snippet(&rig.dist, "drop.js").expect("the page's walk is a snippet in dist/");
    let module = format!("{}{snippet}", rig.server.url());
    let bare = |before: &str| {
        let page = rig.blank();
        page.go(&format!("{}worker.js", rig.server.url()));
        page.evaluate(before);
        page.evaluate(&floor_script(&module));
        page.drop_files(&[folder], 100.0, 100.0);
        let done = page.wait_until("globalThis.done");
        page.close();
        (done["ms"].as_f64().expect("a time"), done["files"].as_u64().expect("a count"))
    };
    let (mut floors, mut by_entries, mut loads) = (Vec::new(), Vec::new(), Vec::new());
    let mut files = 0;
    // Taking turns, so that a busy moment of the machine meets all.
    for _ in 0..RUNS {
        by_entries.push(bare("DataTransferItem.prototype.getAsFileSystemHandle = undefined").0);
        let (time, number) = bare("0");
        floors.push(time);
        files = number;
        loads.push(dropped(&rig.open(), folder));
        rig.close_pages();
    }
    let note = format!("{files} files");
    let by_entries =
        report("SigmaHQ folder, bare walk by entries and read", "ms", by_entries, &note);
    let floor = report("SigmaHQ folder, bare walk and read", "ms", floors, &note);
    let page = report_loads("SigmaHQ folder", &loads, "");
    println!("{:<52} {:>7.2} ×    budget 1.3", "  against the bare walk and read", page / floor);
    println!("{:<52} {:>7.2} ×", "  against that by entries", page / by_entries);
}

/// Where Trunk put a JavaScript module of ours, below `dist/`.
fn snippet(dist: &Path, name: &str) -> Option<String> {
    fn find(folder: &Path, name: &str) -> Option<PathBuf> {
        fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).find_map(|path| {
            if path.is_dir() { find(&path, name) } else { path.ends_with(name).then_some(path) }
        })
    }
    let path = find(&dist.join("snippets"), name)?;
    Some(path.strip_prefix(dist).ok()?.to_str()?.replace('\\', "/"))
}

/// Batches as `src/web/intake.rs` makes them: 256 files or 1 MiB.
fn floor_script(module: &str) -> String {
    format!(
        "import({module}).then(({{dropped_roots, walk, read_together}}) => {{
            addEventListener('dragover', (event) => event.preventDefault());
            addEventListener('drop', async (event) => {{
                event.preventDefault();
                const start = performance.now();
                let batch = [], bytes = 0, files = 0, read = [];
                const send = () => {{ read.push(read_together(batch)); batch = []; bytes = 0; }};
                await walk(dropped_roots(event.dataTransfer), ['.git', 'node_modules'], (path, file) => {{
                    files += 1; bytes += file.size; batch.push(file);
                    if (batch.length === 256 || bytes >= 1 << 20) send();
                }}, () => 0, () => 0);
                if (batch.length) send();
                await Promise.all(read);
                globalThis.done = {{ms: performance.now() - start, files}};
            }});
        }})",
        module = json!(module)
    )
}

const PLATFORM: &str = "#platforms input[type=checkbox]";
const SCORES: &str = ".toolbar [aria-label=\"In cells\"] input[type=checkbox]";

/// Script, style and layout of one change, and the time until a frame shows it.
fn controls(rig: &Rig, zip: &Path) {
    let page = rig.open();
    dropped(&page, zip);
    // What is quick because it does nothing is no result.
    let everything = page.figure("percent");
    change(&page, PLATFORM);
    assert_ne!(page.figure("percent"), everything, "a platform changes nothing");
    change(&page, PLATFORM);
    let changes = [
        (
            "expand all sub-techniques",
            "[data-action=expand-all]",
            "[data-action=collapse-all]",
            "budget 50 painted",
        ),
        ("change the palette", "input[name=palette]:not(:checked)", "", "budget 16 script"),
        ("print scores in cells", SCORES, "", "budget 16 script"),
        ("restrict to a platform", PLATFORM, "", "budget 16 script"),
    ];
    for (name, there, back, note) in changes {
        if page.count(there) == 0 {
            println!("{name:<52} {:>10}   no {there}", "–");
            continue;
        }
        let runs: Vec<_> = (0..=RUNS)
            .map(|_| {
                let run = change(&page, there);
                if !back.is_empty() {
                    change(&page, back);
                }
                run
            })
            .skip(1) // the first compiles
            .collect();
        report(&format!("{name}: script"), "ms", runs.iter().map(|run| run.0).collect(), note);
        report("  style and layout", "ms", runs.iter().map(|run| run.1).collect(), "");
        report(
            "  painted, all that is in sight",
            "ms",
            runs.iter().map(|run| run.2).collect(),
            "waits for the next frame: up to 16.7 more",
        );
        report(
            "  until nothing changes any more",
            "ms",
            runs.iter().map(|run| run.3).collect(),
            "out of sight and labels included",
        );
    }
    png(&page);
    rig.close_pages();
}

/// Clicks an element by script and waits until nothing changes any more, as the page works in
/// pieces over several frames; script, style with layout, the time until the next frame is painted,
/// which shows all that is in sight, and until the last one is, in milliseconds.
fn change(page: &Page, selector: &str) -> (f64, f64, f64, f64) {
    let sums = || {
        (
            metric(page, &["ScriptDuration"]),
            metric(page, &["RecalcStyleDuration", "LayoutDuration"]),
        )
    };
    page.call("Performance.enable", json!({}));
    let before = sums();
    let wall = page.evaluate(&format!(
        "(async () => {{
            const start = performance.now();
            let changed, first, painted = 0;
            const change = () => {{
                changed = performance.now();
                requestAnimationFrame(() => setTimeout(() => {{ painted = performance.now(); first ??= painted; }}));
            }};
            const observer = new MutationObserver(change);
            observer.observe(document, {{subtree: true, childList: true, attributes: true, characterData: true}});
            document.querySelector({}).click();
            change();
            while (painted < changed || performance.now() - changed < 200) await new Promise((ok) => setTimeout(ok, 20));
            observer.disconnect();
            return [first - start, painted - start];
        }})()",
        json!(selector)
    ));
    let after = sums();
    let wall = |at: usize| wall[at].as_f64().expect("a time");
    ((after.0 - before.0) * 1e3, (after.1 - before.1) * 1e3, wall(0), wall(1))
}

/// From the click to the finished file, at 3840 × 2160.
fn png(page: &Page) {
    if page.count("[data-action=export-png]") == 0 {
        println!("{:<52} {:>10}   no [data-action=export-png]", "PNG", "–");
        return;
    }
    page.evaluate(
        "(() => { for (const option of document.querySelectorAll('.export-options option'))
            if (option.textContent.includes('3840')) {
                option.selected = true;
                option.parentElement.dispatchEvent(new Event('change', {bubbles: true}));
            } })()",
    );
    let mut size = String::new();
    let values = (0..RUNS)
        .map(|_| {
            // Stopped at the click on the download link: writing the file is the browser's.
            page.evaluate(
                "globalThis.clicked = null; globalThis.begun = performance.now();
                HTMLAnchorElement.prototype.click = new Proxy(HTMLAnchorElement.prototype.click, {
                    apply: (click, link) => { globalThis.clicked ??= performance.now(); Reflect.apply(click, link, []); }});
                document.querySelector('[data-action=export-png]').click()",
            );
            let picture = page.download();
            let decoded = page::Picture::decode(&picture.bytes);
            size = format!("{} × {}, {} bytes", decoded.width, decoded.height, picture.bytes.len());
            page.evaluate("(clicked ?? performance.now()) - begun").as_f64().expect("a time")
        })
        .collect();
    report("PNG", "ms", values, &format!("budget 500; {size}"));
}

/// After SigmaHQ, collected: script objects and wasm memories of the page, then whole processes.
fn memory(rig: &Rig, zip: &Path) {
    let page = rig.open();
    let own = |page: &Page| mib(page.script_heap() as f64) + mib(page.wasm_memory() as f64);
    let processes = || mib(rig.browser.renderer_memory().iter().sum::<u64>() as f64);
    println!("{:<52} {:>7.1} MB", "memory, empty: script heap and wasm", own(&page));
    println!(
        "{:<52} {:>7.1} MB   (Linux, proportional set size)",
        "  renderer processes",
        processes()
    );
    dropped(&page, zip);
    println!("{:<52} {:>7.1} MB   budget 60", "memory, SigmaHQ: script heap and wasm", own(&page));
    println!("{:<52} {:>7.1} MB", "  of which wasm", mib(page.wasm_memory() as f64));
    println!("{:<52} {:>7.1} MB", "  renderer processes", processes());
    rig.close_pages();
}
