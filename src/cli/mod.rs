//! The command `coverlay`.

pub mod catalogue;
