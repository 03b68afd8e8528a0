//! Coverage, layers and scenes as bytes.
