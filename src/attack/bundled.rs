//! The catalogues built in.
