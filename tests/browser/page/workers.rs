//! Workers that die or hang: their job goes on in another, one file is lost and told, and the
//! import ends. The faults are put into the workers' script from outside, before the page loads;
//! nothing in the product knows of them.
use crate::Test;
use crate::hostile::{listed, rule};
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::drop_on;
use crate::support::{Entry, zip};
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub(crate) const TESTS: &[Test] = &[
    ("workers: a panic loses one file and the next worker goes on", panic),
    ("workers: one that dies without a word is found out", silent_death),
    ("workers: one that dies in an archive is found out", death_in_an_archive),
    ("workers: an archive that is gone when some of them read it is told", gone),
    ("workers: one that hangs is replaced", hang),
    ("workers: one that reads an archive from a slow drive is not", slow_drive),
    ("workers: where none starts the import still ends", no_start),
];

/// A file that holds it sets the fault off.
const TRIGGER: &str = "sets the fault off";

/// Runs in every worker before its own script; `FAULT` is an expression on `bytes`, what the
/// worker is about to read, and `made`, the array that holds it.
const WHEN_READING: &str = "{
    const Plain = Uint8Array;
    self.Uint8Array = new Proxy(Plain, {
        construct(target, args) {
            const made = Reflect.construct(target, args);
            // Only the bytes of one file are taken out of a buffer by offset and length.
            if (args.length === 3 && new TextDecoder().decode(made).includes(TRIGGER)) FAULT;
            return made;
        },
    });
}
";

/// The page with a script put before that of its workers, and its clock for intervals sped up.
fn with_fault(rig: &Rig, script: &str) -> Page {
    with_fault_among(rig, None, script)
}

/// The same on a machine of so many cores, if not on this one.
fn with_fault_among(rig: &Rig, cores: Option<u32>, script: &str) -> Page {
    let page = rig.blank();
    if let Some(cores) = cores {
        let cores = json!({"hardwareConcurrency": cores});
        page.call("Emulation.setHardwareConcurrencyOverride", cores);
    }
    let script = script.replace("TRIGGER", &json!(TRIGGER).to_string());
    let source = format!(
        "{{
            const Plain = Blob;
            window.Blob = class extends Plain {{
                constructor(parts, options) {{
                    super(options?.type === 'text/javascript' ? [{script}, ...parts] : parts, options);
                }}
            }};
            const interval = window.setInterval;
            window.setInterval = (run, time, ...rest) => interval(run, time / 20, ...rest);
            window.uncaught = [];
            window.addEventListener('error', (event) => window.uncaught.push(event.message));
        }}",
        script = json!(script)
    );
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": source}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    page
}

/// Seventy good files, one in the middle that sets the fault off, and two after it.
fn files(rig: &Rig) -> PathBuf {
    let folder = rig.folder(&[]);
    fs::create_dir_all(folder.join("rules")).expect("writable");
    for (number, id) in (0..72).zip(["t1003", "t1047", "t1082", "t1110"].into_iter().cycle()) {
        let text = rule(&format!("Rule {number}"), id);
        fs::write(folder.join(format!("rules/{number:02}.yml")), text).expect("writable");
    }
    let text = format!("# {TRIGGER}\n{}", rule("Killer", "t1049"));
    fs::write(folder.join("rules/69-killer.yml"), text).expect("writable");
    folder.join("rules")
}

/// All but one file are read, that one is told with its reason, and the page goes on.
#[track_caller]
fn lost_only(page: &Page, rig: &Rig, path: &str, reason: &str) {
    assert_eq!(page.figure("rules"), 72.0);
    assert_eq!(listed(page, "failed"), [path]);
    let told = page.text("section[aria-label=\"Import report\"]");
    assert!(told.contains(reason), "{told}");
    assert_eq!(listed(page, "read").len(), 72);
    page.click("[data-view=matrix]");
    let more = rig.folder(&[("more.yml", &rule("More", "t1057"))]);
    drop_on(page, &[&more.join("more.yml")]);
    assert_eq!(page.figure("rules"), 73.0);
    // What happens in a worker is dealt with, and no error of the page.
    assert_eq!(page.evaluate("window.uncaught"), json!([]));
    // The workers' own consoles have it.
    page.take_errors();
}

/// A length that no vector can have: Rust panics as it makes one.
fn panic(rig: &Rig) {
    let fault = "Object.defineProperty(made, 'length', { value: 4e9 })";
    let page = with_fault(rig, &WHEN_READING.replace("FAULT", fault));
    drop_on(&page, &[&files(rig)]);
    lost_only(&page, rig, "rules/69-killer.yml", "capacity overflow");
}

/// As a stack overflow looks: an exception that leaves the wasm without its panic hook.
fn silent_death(rig: &Rig) {
    let fault = "throw new RangeError('Maximum call stack size exceeded')";
    let page = with_fault(rig, &WHEN_READING.replace("FAULT", fault));
    drop_on(&page, &[&files(rig)]);
    lost_only(&page, rig, "rules/69-killer.yml", "Maximum call stack size exceeded");
}

/// A zip of 72 good rules and one that sets the fault off; above 64 KiB, so that the workers share it.
fn archive(rig: &Rig) -> PathBuf {
    let filler = format!("# {}\n", "-".repeat(1200));
    let mut entries: Vec<_> = (0..72)
        .map(|number| {
            let text = format!("{filler}{}", rule(&format!("Rule {number}"), "t1003"));
            Entry::new(&format!("{number:02}.yml"), text.as_bytes(), false)
        })
        .collect();
    entries.insert(50, Entry::new("killer.yml", rule(TRIGGER, "t1049").as_bytes(), false));
    let bytes = zip(&entries);
    assert!(bytes.len() > 64 << 10);
    let path = rig.folder(&[]).join("rules.zip");
    fs::write(&path, bytes).expect("writable");
    path
}

/// What one worker reads another may find gone. It is told once, and what the first read counts.
fn gone(rig: &Rig) {
    let page = with_fault_among(
        rig,
        Some(4),
        "// Of an order for a part the last three bytes are the part, how many there are, and what is done.
        addEventListener('message', ({ data: [order] = [] }) => { self.part = order?.at?.(-3); });
        self.FileReaderSync = class extends FileReaderSync {
            readAsArrayBuffer(file) {
                if (self.part > 0) throw new DOMException('moved away', 'NotFoundError');
                return super.readAsArrayBuffer(file);
            }
        };
",
    );
    let good = rig.folder(&[("good.yml", &rule("Good", "t1057"))]);
    drop_on(&page, &[&archive(rig), &good.join("good.yml")]);
    // Every third of 73.
    assert_eq!(page.figure("rules"), 25.0 + 1.0);
    assert_eq!(listed(&page, "failed"), ["rules.zip"]);
    let told = page.text("section[aria-label=\"Import report\"]");
    assert!(told.contains("moved away"), "{told}");
    page.take_errors();
}

/// In an archive nothing is taken out of a buffer from outside, so the fault lies in the answer.
fn death_in_an_archive(rig: &Rig) {
    let page = with_fault(
        rig,
        "{
            const Plain = Uint8Array;
            self.Uint8Array = new Proxy(Plain, {
                construct(target, args) {
                    const made = Reflect.construct(target, args);
                    if (args[0] instanceof Plain && new TextDecoder().decode(made).includes(TRIGGER))
                        throw new RangeError('out of memory');
                    return made;
                },
            });
        }
",
    );
    let path = archive(rig);
    drop_on(&page, &[&path]);
    lost_only(&page, rig, "rules.zip/killer.yml", "out of memory");
}

fn hang(rig: &Rig) {
    let page = with_fault(rig, &WHEN_READING.replace("FAULT", "for (;;);"));
    drop_on(&page, &[&files(rig)]);
    lost_only(&page, rig, "rules/69-killer.yml", "said nothing for 60 seconds");
}

/// Each piece of it takes a second, of three in which a worker must say something here; all of it takes
/// longer.
fn slow_drive(rig: &Rig) {
    let page = with_fault(
        rig,
        "self.FileReaderSync = class extends FileReaderSync {
            readAsArrayBuffer(file) {
                for (const end = Date.now() + 1000; Date.now() < end;);
                return super.readAsArrayBuffer(file);
            }
        };
",
    );
    let filler = vec![b'-'; 4 << 20];
    let good = rule("Good", "t1057");
    let mut entries: Vec<_> =
        (0..5).map(|number| Entry::new(&format!("notes-{number}.txt"), &filler, false)).collect();
    entries.push(Entry::new("good.yml", good.as_bytes(), false));
    let path = rig.folder(&[]).join("rules.zip");
    fs::write(&path, zip(&entries)).expect("writable");
    let begun = Instant::now();
    drop_on(&page, &[&path]);
    assert!(begun.elapsed() > Duration::from_secs(4), "the drive was not slow");
    assert_eq!(page.figure("rules"), 1.0);
    assert_eq!(listed(&page, "failed"), [] as [&str; 0]);
    page.take_errors();
}

fn no_start(rig: &Rig) {
    let page = with_fault(rig, "throw new Error('not today');\n");
    let folder = rig.folder(&[("a.yml", &rule("A", "t1003")), ("b.yml", &rule("B", "t1047"))]);
    drop_on(&page, &[&folder.join("a.yml"), &folder.join("b.yml")]);
    assert_eq!(page.figure("rules"), 0.0);
    assert_eq!(listed(&page, "failed"), ["a.yml", "b.yml"]);
    assert!(page.text("section[aria-label=\"Import report\"]").contains("no worker starts"));
    assert_eq!(page.evaluate("window.uncaught"), json!([]));
    page.take_errors();
}
