//! What a file is by its first bytes, before anything is parsed: names and extensions lie.

/// A kind of content, told cheaply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A zip archive: its entries can be read.
    Zip,
    /// Another archive or compressed file, by name; it must be unpacked first.
    Packed(&'static str),
    /// A STIX 2 bundle, such as a release of ATT&CK.
    Stix,
    /// Some other JSON.
    Json,
    /// Neither text nor anything above; by name where it is known.
    Binary(&'static str),
    /// Presumably text.
    Text,
}

/// How far into a file one looks for NULs and for the keys of a STIX bundle. MITRE's bundles
/// have `"type": "bundle"` in the first 60 bytes; with sorted keys it would come last, so the
/// end is looked at, too.
const WINDOW: usize = 1024;

/// First bytes of formats that are not text, each with its name.
const MAGIC: [(&[u8], Kind); 17] = [
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"PK\x07\x08", Kind::Zip),
    (b"\x1F\x8B", Kind::Packed("gzip")),
    (b"7z\xBC\xAF\x27\x1C", Kind::Packed("7-Zip")),
    (b"Rar!\x1A\x07", Kind::Packed("RAR")),
    (b"BZh", Kind::Packed("bzip2")),
    (b"\xFD7zXZ\0", Kind::Packed("xz")),
    (b"\x28\xB5\x2F\xFD", Kind::Packed("Zstandard")),
    (b"%PDF-", Kind::Binary("a PDF")),
    (b"\x89PNG\r\n\x1A\n", Kind::Binary("a PNG picture")),
    (b"\xFF\xD8\xFF", Kind::Binary("a JPEG picture")),
    (b"GIF8", Kind::Binary("a GIF picture")),
    (b"\x7FELF", Kind::Binary("a program")),
    (b"MZ\x90\0", Kind::Binary("a program")),
    (b"ElfFile\0", Kind::Binary("a Windows event log")),
    (b"SQLite format 3\0", Kind::Binary("a database")),
];

/// Looks at the beginning, and for JSON at the end; never at all of it.
pub fn sniff(bytes: &[u8]) -> Kind {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return *kind;
    }
    // POSIX tar has its magic behind the first entry's name and numbers.
    if bytes.get(257..262) == Some(b"ustar".as_slice()) {
        return Kind::Packed("tar");
    }
    let head = &bytes[..bytes.len().min(WINDOW)];
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'{') if is_bundle(head) || is_bundle(tail(bytes)) => Kind::Stix,
        _ if is_json(text) => Kind::Json,
        _ if head.contains(&0) && !is_utf16(head) => Kind::Binary("binary"),
        _ => Kind::Text,
    }
}

fn tail(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(WINDOW)..]
}

/// Whether the window holds the key `"type"` with the value `"bundle"`.
fn is_bundle(window: &[u8]) -> bool {
    let key = b"\"type\"";
    window.windows(key.len()).enumerate().any(|(at, found)| {
        found == key
            && window[at + key.len()..]
                .trim_ascii_start()
                .strip_prefix(b":")
                .is_some_and(|value| value.trim_ascii_start().starts_with(b"\"bundle\""))
    })
}

/// An object or a list, by what follows its bracket: `[metadata]` is TOML, `{{ x }}` a template.
fn is_json(text: &[u8]) -> bool {
    let follows = |rest: &[u8], possible: &[u8]| {
        rest.trim_ascii_start().first().is_some_and(|next| possible.contains(next))
    };
    match text {
        [b'{', rest @ ..] => follows(rest, b"\"}"),
        [b'[', rest @ ..] => follows(rest, b"{\"]-0123456789"),
        _ => false,
    }
}

/// UTF-16 of mostly Latin text has a NUL in every pair, and begins with a mark or a letter.
fn is_utf16(head: &[u8]) -> bool {
    matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])
        || matches!(head, [letter, 0, next, ..] | [0, letter, _, next, ..]
            if letter.is_ascii() && *letter != 0 && *next != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let cases: &[(&[u8], Kind)] = &[
            (b"", Kind::Text),
            (b"title: x\n", Kind::Text),
            (b"PK\x03\x04rest", Kind::Zip),
            (b"PK\x05\x06", Kind::Zip),
            (b"\x1F\x8B\x08", Kind::Packed("gzip")),
            (b"{\"type\": \"bundle\", \"id\": 1}", Kind::Stix),
            (b"\xEF\xBB\xBF\n{\n  \"type\" :\n\"bundle\"}", Kind::Stix),
            (b"{\"objects\": [{\"type\": \"x\"}], \"type\": \"bundle\"}", Kind::Stix),
            (b"{\"type\": \"indicator\"}", Kind::Json),
            (b"[\"type\", \"bundle\"]", Kind::Json),
            (b"[\n  {\"a\": 1}]", Kind::Json),
            (b"[metadata]\nmaturity = 1", Kind::Text),
            (b"{{ template }}", Kind::Text),
            (b"a\0b\0c\0", Kind::Text),
            (b"\xFF\xFEa\0", Kind::Text),
            (b"\0a\0b\0c", Kind::Text),
            (b"\0\0\0\x01abc", Kind::Binary("binary")),
            (b"\x89PNG\r\n\x1A\n", Kind::Binary("a PNG picture")),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), *kind, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn tar_is_known_by_its_middle() {
        let mut bytes = vec![b'a'; 600];
        bytes[257..262].copy_from_slice(b"ustar");
        assert_eq!(sniff(&bytes), Kind::Packed("tar"));
    }

    #[test]
    fn a_bundle_with_sorted_keys_is_known_by_its_end() {
        let filler = "x".repeat(5000);
        let bundle = format!("{{\"objects\": [\"{filler}\"], \"type\": \"bundle\"}}");
        assert_eq!(sniff(bundle.as_bytes()), Kind::Stix);
    }
}
