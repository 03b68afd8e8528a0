//! One format, one file, and the ladder that recognises them by content.
