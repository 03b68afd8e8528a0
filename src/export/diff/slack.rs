//! A comparison as a message for Slack: a Block Kit payload to post as it is
//! (<https://docs.slack.dev/reference/block-kit/blocks>).

use super::{NOTHING, groups, tactics, title, totals};
use crate::attack::Catalogue;
use crate::heatmap::wording::plain_up_to;
use crate::layer::Comparison;
use serde_json::{Value, json};

/// Blocks of one message (the same page).
const MOST_BLOCKS: usize = 50;
/// Characters of the text of a section
/// (<https://docs.slack.dev/reference/block-kit/blocks/section-block>). Counted in bytes, which
/// are never fewer.
const LONGEST_SECTION: usize = 3000;
/// Characters of a header (<https://docs.slack.dev/reference/block-kit/blocks/header-block>).
const LONGEST_HEADER: usize = 150;

/// The payload. What does not fit is counted at the end.
pub fn slack(comparison: &Comparison, catalogue: &Catalogue) -> Vec<u8> {
    let title = title(comparison);
    let totals = totals(comparison);
    let groups = groups(comparison, catalogue);
    let mut sections = vec![escaped(&totals)];
    if groups.is_empty() {
        sections.push(NOTHING.to_owned());
    }
    for group in groups {
        let lines = group.lines.into_iter().map(|[id, name, scores]| {
            let scores = if scores.is_empty() { scores } else { format!(": {scores}") };
            let url = id.parse().map(crate::attack::TechniqueId::url).unwrap_or_default();
            format!("• <{url}|{id}> {}{scores}", escaped(&name))
        });
        let heading = format!("*{}*", escaped(&group.heading).replace('*', ""));
        fill(&mut sections, &heading, lines);
    }
    let by_tactic: Vec<String> = tactics(comparison)
        .map(|[name, counts, percent]| format!("• {}: {counts}, {percent}", escaped(&name)))
        .collect();
    if !by_tactic.is_empty() {
        fill(&mut sections, "*By tactic*", by_tactic.into_iter());
    }
    // One is the header, one says what is missing.
    let room = MOST_BLOCKS - 2;
    let left_out: usize = sections.iter().skip(room).map(|text| text.lines().count()).sum();
    if left_out > 0 {
        sections.truncate(room);
        sections.push(format!("… and {left_out} more lines; see `coverlay diff --format text`"));
    }
    let header = plain_up_to(&title, LONGEST_HEADER);
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": header, "emoji": false },
    })];
    blocks.extend(sections.into_iter().map(section));
    // The text is what a notification shows.
    let message = json!({ "text": escaped(&format!("{title}. {totals}")), "blocks": blocks });
    let mut json = serde_json::to_vec_pretty(&message).unwrap_or_default();
    json.push(b'\n');
    json
}

fn section(text: String) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
}

/// A heading and its lines, in as many sections as they take. No line is longer than a section:
/// all names are cut.
fn fill(sections: &mut Vec<String>, heading: &str, lines: impl Iterator<Item = String>) {
    let mut section = heading.to_owned();
    for line in lines {
        if section.len() + 1 + line.len() > LONGEST_SECTION {
            sections.push(std::mem::take(&mut section));
        }
        if !section.is_empty() {
            section.push('\n');
        }
        section.push_str(&line);
    }
    sections.push(section);
}

/// The three characters that mean something to Slack: `<!channel>` in a name must call nobody
/// (<https://docs.slack.dev/messaging/formatting-message-text#escaping>).
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
