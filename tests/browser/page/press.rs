//! A press that dies.
use crate::Test;
use crate::rig::Rig;
use crate::steps::{open_menu, read, with_sample};
use serde_json::json;

pub(crate) const TESTS: &[Test] =
    &[("press: one that dies says so, and the next export works", dying_press)];

/// The fault is put into the script of the press from outside, once: as it is told what to make, it
/// runs out of memory.
fn dying_press(rig: &Rig) {
    let page = rig.blank();
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({"source": "{
            const Plain = Blob;
            window.Blob = class extends Plain {
                constructor(parts, options) {
                    const fault = `self.addEventListener('message', (event) => {
                        if (!(event.data instanceof Array)) return;
                        event.stopImmediatePropagation();
                        throw new RangeError('WebAssembly.Memory.grow(): out of memory');
                    });`;
                    super(window.faulty && options?.type === 'text/javascript' ? [fault, ...parts] : parts, options);
                }
            };
        }"}),
    );
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:ready");
    read(&page, || page.click("[data-action=try-sample]"));
    page.evaluate("window.faulty = true");
    open_menu(&page, "export");
    page.click("[data-action=export-xlsx]");
    page.wait_until(
        "document.querySelector('[data-note=xlsx]').innerText.includes('out of memory')",
    );
    page.evaluate("window.faulty = false");
    page.click("[data-action=export-xlsx]");
    let file = page.download();
    assert!(file.name.ends_with(".xlsx") && file.bytes.starts_with(b"PK"), "{}", file.name);
    page.take_errors();
    // The page is not hurt: the same from one that never died.
    let other = with_sample(rig);
    open_menu(&other, "export");
    other.click("[data-action=export-xlsx]");
    assert_eq!(other.download().bytes.len(), file.bytes.len());
}
