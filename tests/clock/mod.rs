//! Time that other programs cannot lengthen.

use std::time::{Duration, Instant};

/// How long this thread was on a processor; wall time since `start` where the system does not say.
pub(crate) fn on_processor(start: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<u64> = stat.split(' ').next().and_then(|field| field.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}
