//! What the doctor found, code by code, and its corrections as a patch.

use crate::coverage::RuleQuery;
use crate::diagnostic::{Code, Severity};
use crate::lint::Count;
use crate::web::address::{Address, View};
use crate::web::doctor::{Doctor, Examined};
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::{count, counted};
use crate::web::{download, patch};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the patch.
const FILE: &str = "coverlay-tags.patch";

/// A line that says how much there is, and on request what.
pub(super) fn findings(state: AppState, doctor: Doctor, query: Memo<RuleQuery>) -> AnyView {
    let is_open = RwSignal::new(query.with_untracked(|query| query.code.is_some()));
    let content = move || match doctor.get() {
        Some(examined) => listed(state, &examined, query, is_open),
        None if state.is_empty() => ().into_any(),
        None => view! { <p class="doctor-wait muted">"The tag doctor is at work"</p> }.into_any(),
    };
    view! { <div class="doctor">{content}</div> }.into_any()
}

fn listed(
    state: AppState,
    examined: &Arc<Examined>,
    query: Memo<RuleQuery>,
    is_open: RwSignal<bool>,
) -> AnyView {
    let lint = &examined.lint;
    if lint.findings.is_empty() {
        return view! { <p class="doctor-wait muted">"Tag doctor: nothing to say."</p> }.into_any();
    }
    let mut severities: BTreeMap<Code, Severity> = BTreeMap::new();
    for finding in &lint.findings {
        let known = severities.entry(finding.diagnostic.code).or_insert(Severity::Note);
        *known = (*known).max(finding.diagnostic.severity);
    }
    let fixes = lint.findings.iter().filter(|finding| finding.fix.is_some()).count();
    let mut rows: Vec<(Severity, Code, Count)> = Vec::new();
    for (code, count) in &lint.counts {
        rows.push((severities.get(code).copied().unwrap_or(Severity::Note), *code, *count));
    }
    // What matters most first, then what is there most often.
    crate::sorted::sort_by(&mut rows, |a, b| {
        (b.0, b.2.findings, a.1).cmp(&(a.0, a.2.findings, b.1))
    });
    let kinds = counted(rows.len(), "kind", "kinds");
    // Made when someone opens them.
    let rows = move || {
        let rows = if is_open.get() { rows.as_slice() } else { &[] };
        let rows =
            rows.iter().map(|(severity, code, number)| row(*severity, *code, *number, query));
        rows.collect_view()
    };
    let toggled = move |event: web_sys::Event| {
        is_open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    };
    let summary = format!("{} of {kinds}", counted(lint.findings.len(), "finding", "findings"));
    let save = {
        let examined = examined.clone();
        move |_| save(state, examined.clone())
    };
    view! {
        <details class="doctor-list" open=is_open.get_untracked() on:toggle=toggled>
            <summary>"Tag doctor: "{summary}</summary>
            <ul class="doctor-codes">{rows}</ul>
            {(fixes > 0).then(|| view! {
                <p class="doctor-patch">
                    <button class="button" type="button" data-action="export-patch" on:click=save>"Corrected tags as a patch"</button>
                    <span class="muted">{format!("{} beyond doubt, for ", counted(fixes, "correction", "corrections"))}<code>"git apply"</code>"; nothing but tags changes"</span>
                </p>
            })}
        </details>
    }
    .into_any()
}

fn row(severity: Severity, code: Code, number: Count, query: Memo<RuleQuery>) -> AnyView {
    let weight = match severity {
        Severity::Error => "failed",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let Count { findings, rules } = number;
    let text = match rules {
        0 => format!("{} beside rules", count(findings)),
        _ if findings == rules => counted(rules, "rule", "rules"),
        _ => format!("{} in {}", count(findings), counted(rules, "rule", "rules")),
    };
    let of_code =
        Address { filters: vec![("code".to_owned(), code.as_str())], ..Address::view(View::Rules) };
    // What is in no rule stands in the import report.
    let href = if rules == 0 { Address::showing(View::Import, "notes") } else { of_code };
    let href = href.to_string();
    view! {
        <li>
            <a
                href=href
                data-code=code.as_str()
                data-value=findings.to_string()
                aria-current=move || query.with(|query| query.code == Some(code)).then_some("true")
            >
                <span class="badge" data-weight=weight>{weight}</span>
                <span class="doctor-name">{code.heading()}</span>
                <span class="count">{text}</span>
                <code class="muted">{code.as_str()}</code>
            </a>
        </li>
    }
    .into_any()
}

fn save(state: AppState, examined: Arc<Examined>) {
    state.toast.set(Some(Toast { text: "Making the patch".to_owned(), undo: false }));
    spawn_local(async move {
        let made = patch::make(&examined).await;
        if made.files == 0 {
            let text = "No patch: the files cannot be read any more; drop them again".to_owned();
            state.toast.set(Some(Toast { text, undo: false }));
            return;
        }
        download::save(FILE, "text/x-diff", made.text.as_bytes());
        let text = format!(
            "Saved {FILE}: {} of {} in {}",
            count(made.placed),
            counted(made.all, "correction", "corrections"),
            counted(made.files, "file", "files"),
        );
        state.toast.set(Some(Toast { text, undo: false }));
    });
}
