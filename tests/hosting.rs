//! What hosts are given: examples of headers that say what the page itself says, a manifest whose icons are what it
//! says they are.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn place(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(place(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The policy within the page.
fn policy() -> String {
    let html = text("index.html");
    let from = html.find("default-src").expect("a policy");
    html[from..].split('"').next().expect("an end").to_owned()
}

#[test]
fn headers_of_the_examples_have_the_policy_of_the_page_and_who_may_frame_it() {
    let wanted = format!("{}; frame-ancestors 'none'", policy());
    // How often each says it: nginx once a location.
    for (file, times) in [("_headers", 1), ("nginx.conf", 3), ("htaccess", 1), ("Caddyfile", 1)] {
        let text = text(&format!("docs/hosted/{file}"));
        let said: Vec<_> = text
            .lines()
            .filter(|line| line.contains("Content-Security-Policy"))
            .map(|line| &line[line.find("default-src").expect("a policy")..])
            .map(|rest| rest.split('"').next().unwrap_or(rest).trim())
            .collect();
        assert_eq!(said, vec![wanted.as_str(); times], "{file}");
        for (name, value) in [
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-cache"),
        ] {
            let is_said = |line: &str| line.contains(name) && line.contains(value);
            let count = text.lines().filter(|line| is_said(line)).count();
            // Not where a name has a hash.
            let wanted = if name == "Cache-Control" { times.div_ceil(2) } else { times };
            assert_eq!(count, wanted, "{file}: {name}");
        }
    }
}

#[test]
fn the_policy_starts_from_nothing_and_lets_nothing_inline_run() {
    let policy = policy();
    let directives: Vec<_> = policy.split("; ").collect();
    assert_eq!(directives[0], "default-src 'none'");
    for loophole in ["unsafe-inline", "'unsafe-eval'", "http:", "https:", "*", "strict-dynamic"] {
        assert!(!policy.contains(loophole), "{loophole} in {policy}");
    }
    for wanted in ["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "base-uri 'none'"]
    {
        assert!(directives.contains(&wanted), "{wanted} is not in {policy}");
    }
}

#[test]
fn what_is_kept_for_ever_has_a_hash_in_its_name() {
    for file in ["nginx.conf", "htaccess", "Caddyfile"] {
        let text = text(&format!("docs/hosted/{file}"));
        assert!(text.contains("immutable") && text.contains("-[0-9a-f]{12,}(_bg)?"), "{file}");
    }
}

#[test]
fn the_manifest_is_relative_and_its_icons_are_what_it_says() {
    let manifest: Value = serde_json::from_str(&text("public/manifest.webmanifest")).expect("JSON");
    for key in ["id", "start_url", "scope"] {
        assert_eq!(manifest[key], "./", "{key}");
    }
    let icons = manifest["icons"].as_array().expect("icons");
    let of = |purpose: &str| icons.iter().filter(|icon| icon["purpose"] == purpose).count();
    assert_eq!((icons.len(), of("maskable")), (3, 1));
    for icon in icons {
        let source = icon["src"].as_str().expect("an address");
        let file = fs::File::open(place("public").join(source)).expect("there");
        let mut reader =
            png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("small")];
        let info = reader.next_frame(&mut bytes).expect("a picture");
        assert_eq!(icon["sizes"], format!("{0}x{0}", info.width), "{source}");
        assert_eq!((info.width, info.color_type), (info.height, png::ColorType::Rgb));
        // The four squares of the favicon, in the middle of their quarters; paper in the corners.
        let field = if icon["purpose"] == "maskable" { 0.56 } else { 0.875 };
        let pixel = |x: f64, y: f64| {
            let place = |at: f64| ((at / 16.0 - 0.5) * field + 0.5) * f64::from(info.width);
            let at = (place(y) as usize * info.width as usize + place(x) as usize) * 3;
            format!("{:02x}{:02x}{:02x}", bytes[at], bytes[at + 1], bytes[at + 2])
        };
        let seen = [
            pixel(4.0, 4.0),
            pixel(12.0, 4.0),
            pixel(1.5, 12.0),
            pixel(4.0, 12.0),
            pixel(12.0, 12.0),
        ];
        assert_eq!(seen, ["b3d1ec", "4a88c4", "8a919e", "ffffff", "0b3c6f"], "{source}");
        assert_eq!(pixel(0.1, 0.1), "ffffff", "{source}");
        let html = text("index.html");
        assert!(
            seen.iter()
                .filter(|one| *one != "ffffff")
                .all(|one| html.contains(&format!("%23{one}")))
        );
    }
}
