//! The report as a document and as files: snapshots, the numbers against the JSON, hostile texts,
//! the workbook in the eyes of two other readers, the page in those of a validator.
#![cfg(feature = "cli")]
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

#[path = "../command/mod.rs"]
mod command;
mod documents;
mod formats;
mod hostile;
mod numbers;
mod subject;
#[path = "../toy/mod.rs"]
mod toy;
mod validator;
mod workbook;
