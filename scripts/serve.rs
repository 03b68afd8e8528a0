//! `serve FOLDER PORT`: the page on this machine only; the next free port where PORT is taken.
//!
//! Plain std, compiled by `scripts/serve` with rustc alone: no download, ready in two seconds.
#[path = "../tests/browser/server.rs"]
mod server;

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(first)) =
        (arguments.next(), arguments.next().and_then(|port| port.parse::<u16>().ok()))
    else {
        eprintln!("usage: serve FOLDER PORT");
        std::process::exit(2);
    };
    let folder = PathBuf::from(folder);
    for port in first..first.saturating_add(50) {
        if let Ok(server) = server::Server::start(&folder, "/", port) {
            println!("Coverlay is at {} (Ctrl+C stops it)", server.url());
            loop {
                std::thread::park();
            }
        }
    }
    eprintln!("no free port from {first} on");
    std::process::exit(1);
}
