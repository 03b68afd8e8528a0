//! User Timing marks: what benchmarks measure by.

/// Sets a mark; the names are fixed (`coverlay:ready`, `:loaded`, `:hosted`, `:intake`, `:parsed`,
/// `:painted`).
pub fn mark(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        // Fails only for reserved names.
        let _ = performance.mark(name);
    }
}
