#!/usr/bin/env bash
# Coverlay beside rsigma and sigma-cli in one run: the command, then the page on the same rules. What is
# not in PATH is said to be not measured; docs/benchmarks.md says how both are had.
exec "$(dirname "${BASH_SOURCE[0]}")/../scripts/bench" peers browser
