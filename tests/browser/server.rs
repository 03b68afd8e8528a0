//! A static file server on the loopback address: plain std, shared by `scripts/serve` and the
//! browser tests.
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// Serves one folder until it is stopped or dropped.
pub(crate) struct Server {
    shared: Arc<Shared>,
    port: u16,
}

struct Shared {
    folder: PathBuf,
    mount: String,
    stopped: AtomicBool,
    requests: Mutex<Vec<String>>,
    /// Targets with this in them get no answer for now.
    held: Mutex<Option<String>>,
    released: Condvar,
}

#[allow(dead_code, reason = "scripts/serve needs only a part")]
impl Server {
    /// Serves `folder` below the path `mount` (`"/"` or `"/some/where/"`); port 0 takes a free one.
    pub(crate) fn start(folder: &Path, mount: &str, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            folder: folder.canonicalize()?,
            mount: mount.to_owned(),
            stopped: AtomicBool::new(false),
            requests: Mutex::default(),
            held: Mutex::default(),
            released: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.stopped.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    let shared = Arc::clone(&accepting);
                    thread::spawn(move || shared.converse(stream));
                }
            }
        });
        Ok(Self { shared, port })
    }

    /// The address of the folder, with a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.shared.mount)
    }

    /// The request targets so far, in the order of their arrival.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().map(|log| log.clone()).unwrap_or_default()
    }

    /// Lets those wait who ask for a target with `part` in it, until [`Self::release`].
    pub(crate) fn hold(&self, part: &str) {
        if let Ok(mut held) = self.shared.held.lock() {
            *held = Some(part.to_owned());
        }
    }

    /// Answers them.
    pub(crate) fn release(&self) {
        if let Ok(mut held) = self.shared.held.lock() {
            *held = None;
        }
        self.shared.released.notify_all();
    }

    /// Answers nothing from now on, as if the network had gone.
    pub(crate) fn stop(&self) {
        if !self.shared.stopped.swap(true, Ordering::SeqCst) {
            // The accepting thread waits for a connection: give it one, so that it sees the flag.
            drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.release();
        self.stop();
    }
}

impl Shared {
    /// Answers the requests of one connection, one after the other.
    fn converse(&self, mut stream: TcpStream) {
        let Ok(reading) = stream.try_clone() else { return };
        let mut lines = BufReader::new(reading).lines();
        while let Some(Ok(request)) = lines.next() {
            while let Some(Ok(header)) = lines.next() {
                if header.is_empty() {
                    break;
                }
            }
            if self.stopped.load(Ordering::SeqCst) || self.answer(&request, &mut stream).is_err() {
                return;
            }
        }
    }

    fn answer(&self, request: &str, stream: &mut TcpStream) -> io::Result<()> {
        let mut words = request.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        if let Ok(mut log) = self.requests.lock() {
            log.push(target.to_owned());
        }
        if let Ok(held) = self.held.lock() {
            let waits = |held: &mut Option<String>| {
                held.as_ref().is_some_and(|part| target.contains(part.as_str()))
            };
            // Poisoned only if another thread panicked, which the test then tells.
            drop(self.released.wait_while(held, waits));
        }
        // Beside a file `NAME.sends-on`, `NAME` is at the address that stands in it.
        let beside = format!("{}.sends-on", target.split(['?', '#']).next().unwrap_or(""));
        if let Some(place) = self.find(&beside).and_then(|path| fs::read_to_string(path).ok()) {
            let answer =
                format!("HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n");
            return stream.write_all(answer.as_bytes());
        }
        let (status, kind, body) = match (method, self.find(target)) {
            ("GET" | "HEAD", Some(path)) => match fs::read(&path) {
                Ok(bytes) => ("200 OK", media_type(&path), bytes),
                Err(_) => ("404 Not Found", "text/plain", b"no such file\n".to_vec()),
            },
            ("GET" | "HEAD", None) => ("404 Not Found", "text/plain", b"no such file\n".to_vec()),
            _ => ("405 Method Not Allowed", "text/plain", Vec::new()),
        };
        let mut answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n\r\n",
            body.len()
        )
        .into_bytes();
        if method != "HEAD" {
            answer.extend(body);
        }
        stream.write_all(&answer)
    }

    /// The file a request target names; `None` outside the mount or the folder.
    fn find(&self, target: &str) -> Option<PathBuf> {
        let path = target.split(['?', '#']).next()?.strip_prefix(self.mount.as_str())?;
        let path = percent_decoded(path)?;
        let mut file = self.folder.join(path.trim_start_matches('/'));
        if file.is_dir() {
            file.push("index.html");
        }
        // After links and `..` are followed, it must still lie in the folder.
        file.canonicalize().ok().filter(|found| found.starts_with(&self.folder))
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
