//! The command.

fn main() -> std::process::ExitCode {
    coverlay::cli::run()
}
