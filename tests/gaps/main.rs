//! Gaps: the formula by hand, laws, files of profiles, the command, and SigmaHQ against an
//! independent count.
#![cfg(feature = "cli")]

mod among_others;
mod by_hand;
#[path = "../command/mod.rs"]
mod command;
mod command_line;
mod failed_tests;
mod files;
mod laws;
mod recommended;
mod sigmahq;
mod toy;
