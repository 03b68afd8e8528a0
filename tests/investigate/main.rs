//! Investigations: by hand in a small matrix, laws, an independent count of support, confidence
//! and lift, and the exports.
#![cfg(feature = "cli")]

mod by_hand;
mod exports;
mod independent;
mod laws;
mod sample;
mod toy;
