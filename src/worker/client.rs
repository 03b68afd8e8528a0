//! Page side.
