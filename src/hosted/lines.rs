//! At which line each key of a JSON text stands: what a parser that yields values does not tell.

/// Keys in one another that are told apart; `policy.weight.level.high` is three.
const DEPTH: usize = 3;

/// An object or a list that is open.
struct Frame {
    is_object: bool,
    /// The key whose value is being read.
    key: Option<String>,
    /// The number of the item that is being read.
    item: usize,
    /// Its beginning was seen.
    is_seen: bool,
}

/// Paths of keys and items, joined by dots, with their lines, in the order of the text. The text is
/// JSON; of one that is not, some are wrong or missing.
pub(super) fn lines(text: &str) -> Vec<(String, u32)> {
    let bytes = text.as_bytes();
    let mut frames: Vec<Frame> = Vec::new();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(&byte) = bytes.get(at) {
        let is_end = matches!(byte, b',' | b'}' | b']' | b':') || byte.is_ascii_whitespace();
        let begins = frames.last().is_some_and(|f| !f.is_object && !f.is_seen) && !is_end;
        if begins {
            if let Some(frame) = frames.last_mut() {
                frame.is_seen = true;
            }
            add(&mut found, &frames, line);
        }
        match byte {
            b'\n' => line += 1,
            b'{' | b'[' => {
                frames.push(Frame { is_object: byte == b'{', key: None, item: 0, is_seen: false });
            }
            b'}' | b']' => {
                frames.pop();
            }
            b',' => {
                if let Some(frame) = frames.last_mut() {
                    frame.key = None;
                    frame.item += 1;
                    frame.is_seen = false;
                }
            }
            b'"' => {
                let end = end_of_text(bytes, at);
                // In an object, the text in front of the colon.
                if let Some(frame) = frames.last_mut().filter(|f| f.is_object && f.key.is_none()) {
                    let key = text.get(at..end).and_then(|key| serde_json::from_str(key).ok());
                    frame.key = Some(key.unwrap_or_default());
                    add(&mut found, &frames, line);
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn add(found: &mut Vec<(String, u32)>, frames: &[Frame], line: u32) {
    if frames.len() > DEPTH {
        return;
    }
    let steps: Vec<String> = frames
        .iter()
        .map(|frame| match (&frame.key, frame.is_object) {
            (Some(key), true) => key.clone(),
            _ => frame.item.to_string(),
        })
        .collect();
    found.push((steps.join("."), line));
}

/// Behind the text that begins at a quote.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The line of a key; of one that stands several times, the last, which is the one that counts.
pub(super) fn line_of(lines: &[(String, u32)], key: &str) -> Option<u32> {
    lines.iter().rev().find(|(name, _)| name == key).map(|(_, line)| *line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_and_items_have_the_line_they_begin_on() {
        let text = "{\n \"a\": 1, \"b,}\": [\n  \"x\",\n  {\"c\": [1,\n 2]}],\n \"d\": {\"e\":\n {\"f.g\": \"\\\"\"}}}";
        let told: Vec<String> =
            lines(text).iter().map(|(key, line)| format!("{key} {line}")).collect();
        assert_eq!(
            told,
            ["a 2", "b,} 2", "b,}.0 3", "b,}.1 4", "b,}.1.c 4", "d 6", "d.e 6", "d.e.f.g 7"]
        );
    }

    #[test]
    fn of_keys_that_stand_twice_the_last_counts() {
        let all = lines("{\"a\": 1,\n\"a\": 2}");
        assert_eq!((all.len(), line_of(&all, "a"), line_of(&all, "b")), (2, Some(2), None));
    }

    proptest! {
        #[test]
        fn any_text_is_gone_through(text in "[\\[\\]{}:,\"a\\\\\n ]{0,60}") {
            let most = 1 + text.matches('\n').count() as u32;
            prop_assert!(lines(&text).iter().all(|(_, line)| (1..=most).contains(line)));
        }
    }
}
