//! The only place that wires the steps.
