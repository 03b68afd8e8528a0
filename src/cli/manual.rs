//! Completions and man pages, from the same description as the help.

use super::args::ShellArg;
use super::examples;
use super::exit::Failure;
use clap_complete::{Shell, generate};

const NAME: &str = "coverlay";

/// A script for the shell.
pub(super) fn completions(shell: ShellArg) -> Vec<u8> {
    let shell = match shell {
        ShellArg::Bash => Shell::Bash,
        ShellArg::Zsh => Shell::Zsh,
        ShellArg::Fish => Shell::Fish,
        ShellArg::Powershell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    generate(shell, &mut examples::command(), NAME, &mut script);
    script
}

/// A man page of the whole, or of one command.
///
/// # Errors
/// If there is no such command.
pub(super) fn page(name: Option<&str>) -> Result<Vec<u8>, Failure> {
    let whole = examples::command();
    let command = match name {
        None => whole,
        Some(name) => {
            // Built already, so that its page is called `coverlay-report`.
            whole.find_subcommand(name).cloned().ok_or_else(|| {
                let all: Vec<_> = whole.get_subcommands().map(clap::Command::get_name).collect();
                Failure::Usage(format!("no command '{name}'; there are {}", all.join(", ")))
            })?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .source(concat!("coverlay ", env!("CARGO_PKG_VERSION")))
        .manual("Coverlay")
        .render(&mut page)
        .map_err(|source| Failure::Output { path: "the page".to_owned(), source })?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_knows_every_command_and_a_gate() {
        for shell in [ShellArg::Bash, ShellArg::Zsh, ShellArg::Fish, ShellArg::Powershell] {
            let script = String::from_utf8(completions(shell)).expect("text");
            for word in ["report", "migrate", "fail-under", "max-age", "completions"] {
                assert!(script.contains(word), "{shell:?}: {word}");
            }
            // Of PowerShell's the crate writes no values.
            assert!(
                shell == ShellArg::Powershell || script.contains("sigma-cli-count"),
                "{shell:?}"
            );
        }
    }

    #[test]
    fn a_page_has_options_and_examples() {
        let page = |name| String::from_utf8(page(name).expect("a page")).expect("text");
        let whole = page(None);
        assert!(whole.contains(".TH coverlay 1") && whole.contains("combine"), "{whole}");
        let report = page(Some("report"));
        assert!(report.contains(".TH coverlay-report 1"), "{report}");
        assert!(report.contains("\\-\\-fail\\-under") && report.contains("Examples"), "{report}");
        assert!(super::page(Some("nothing")).is_err());
    }
}
