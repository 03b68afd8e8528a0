//! The examples of `docs/hosted/` under the servers they are for: real nginx, Apache and Caddy answer with the headers
//! that the files ask for. What is not installed is skipped, and says so.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A file of each kind that a built page has; names as the build gives them.
const FILES: [&str; 7] = [
    "index.html",
    "coverlay.html",
    "sw.js",
    "manifest.webmanifest",
    "base-7e058ace2b9a8ce8.css",
    "page-b5d7bf01ae4166b.js",
    "page-b5d7bf01ae4166b_bg.wasm",
];

/// A running server; killed with its folder.
struct Served {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hosted").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Where a program is: servers are often installed where only their administrator looks.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let found =
        std::env::split_paths(&path).chain(more).map(|at| at.join(name)).find(|at| at.is_file());
    if found.is_none() {
        println!("skipped: no {name} in PATH");
    }
    found
}

/// A folder with a site in it, and a port that is free.
fn site(name: &str) -> (PathBuf, u16) {
    let folder = std::env::temp_dir().join(format!("coverlay-{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("site")).expect("writable");
    for file in FILES {
        fs::write(folder.join("site").join(file), file).expect("writable");
    }
    let free = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    (folder, free.local_addr().expect("bound").port())
}

fn start(mut command: Command, folder: PathBuf, port: u16) -> Served {
    let said = fs::File::create(folder.join("said")).expect("writable");
    let process = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        .spawn()
        .expect("it is executable");
    let mut served = Served { process, folder, port };
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = served.process.try_wait().expect("a child");
        let said = fs::read_to_string(served.folder.join("said")).unwrap_or_default();
        assert!(ended.is_none(), "it ended: {said}");
        assert!(begun.elapsed() < Duration::from_secs(20), "no answer: {said}");
        std::thread::sleep(Duration::from_millis(50));
    }
    served
}

impl Served {
    /// The headers of a file, their names in small letters, and its body.
    fn get(&self, file: &str) -> (BTreeMap<String, String>, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it runs");
        let ask = format!("GET /{file} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{file}: {head}");
        let pair = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        (head.lines().filter_map(pair).collect(), body.to_owned())
    }

    /// What all of them owe.
    #[track_caller]
    fn answers_as_documented(&self) {
        let html =
            fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/index.html")).expect("it");
        let at = html.find("default-src").expect("a policy");
        let policy = html[at..].split('"').next().expect("an end");
        for file in FILES {
            let (headers, body) = self.get(file);
            assert_eq!(body, file);
            let of = |name: &str| headers.get(name).map_or("", String::as_str);
            for (name, value) in [
                ("content-security-policy", &*format!("{policy}; frame-ancestors 'none'")),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
            ] {
                assert_eq!(of(name), value, "{file}: {name}");
            }
            let kept = match file.contains('-') {
                true => "max-age=31536000, immutable",
                false => "no-cache",
            };
            assert_eq!(of("cache-control"), kept, "{file}");
            let kinds: &[_] = match file.rsplit_once('.').map(|(_, end)| end) {
                Some("html") => &["text/html"],
                Some("js") => &["text/javascript", "application/javascript"],
                Some("css") => &["text/css"],
                Some("wasm") => &["application/wasm"],
                _ => &["application/manifest+json"],
            };
            let kind = of("content-type").split(';').next().unwrap_or_default().to_owned();
            assert!(kinds.contains(&&*kind), "{file} is {kind:?}");
            // Shown under this policy, its script would not run.
            let saved = if file == "coverlay.html" { "attachment" } else { "" };
            assert_eq!(of("content-disposition"), saved, "{file}");
        }
        assert_eq!(self.get("").1, "index.html", "the folder itself");
    }
}

#[test]
fn nginx_answers_as_its_example_says() {
    let Some(program) = program("nginx") else { return };
    let (folder, port) = site("nginx");
    let at = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {at}/{kind};\n"))
        .concat();
    let inside = example("nginx.conf").replace("/srv/coverlay", &format!("{at}/site"));
    let text = format!(
        "daemon off; pid {at}/pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off;\n{temporary}
         server {{ listen 127.0.0.1:{port};\n{inside}\n}} }}\n"
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, text).expect("writable");
    let mut command = Command::new(program);
    // Master and worker in one, so that to kill it is to end it.
    command.arg("-c").arg(&path).args(["-g", "master_process off;"]);
    start(command, folder, port).answers_as_documented();
}

#[test]
fn caddy_answers_as_its_example_says() {
    let Some(program) = program("caddy") else { return };
    let (folder, port) = site("caddy");
    let inside = example("Caddyfile")
        .replace("/srv/coverlay", &format!("{}/site", folder.display()))
        .replace("coverage.example.org", &format!("http://localhost:{port}"));
    let path = folder.join("Caddyfile");
    fs::write(&path, format!("{{\n admin off\n auto_https off\n}}\n{inside}")).expect("writable");
    let mut command = Command::new(program);
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&path).env("HOME", &folder);
    start(command, folder, port).answers_as_documented();
}

#[test]
fn apache_answers_as_its_example_says() {
    let Some(program) = program("apache2") else { return };
    let modules = Path::new("/usr/lib/apache2/modules");
    if !modules.join("mod_headers.so").is_file() {
        println!("skipped: no modules in {}", modules.display());
        return;
    }
    let (folder, port) = site("apache");
    let at = folder.display();
    fs::write(folder.join("site/.htaccess"), example("htaccess")).expect("writable");
    let load: String = ["mpm_event", "authz_core", "dir", "mime", "headers"]
        .map(|name| format!("LoadModule {name}_module {}/mod_{name}.so\n", modules.display()))
        .concat();
    let text = format!(
        "ServerRoot {at}\nServerName localhost\nPidFile {at}/pid\nErrorLog {at}/log\nListen 127.0.0.1:{port}\n{load}
         TypesConfig /etc/mime.types\n<IfFile /etc/apache2>\nUser www-data\nGroup www-data\n</IfFile>
         DocumentRoot {at}/site\n<Directory {at}/site>\nRequire all granted\nAllowOverride FileInfo\n</Directory>\n"
    );
    let path = folder.join("apache.conf");
    fs::write(&path, text).expect("writable");
    let mut command = Command::new(program);
    command.arg("-X").arg("-f").arg(&path);
    start(command, folder, port).answers_as_documented();
}
