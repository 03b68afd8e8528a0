//! The command `coverlay`.
