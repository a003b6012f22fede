#!/bin/sh
# Runs every fuzz target, or those named, for a while each: SECONDS_EACH, 60 by default. Not part of
# CI. Needs a nightly toolchain and cargo-fuzz (cargo install cargo-fuzz). Starts from the keys in
# tests/vectors; ends with an error when a target finds something.
set -eu
cd "$(dirname "$0")/.."
for target in ${*:-$(cd fuzz/fuzz_targets && ls | sed 's/[.]rs$//')}; do
    corpus=fuzz/corpus/$target
    mkdir -p "$corpus"
    cp tests/vectors/* "$corpus"/
    cargo +nightly fuzz run --target x86_64-unknown-linux-gnu "$target" -- \
        -max_total_time="${SECONDS_EACH:-60}" -rss_limit_mb=512 -timeout=5 -max_len=20000 -print_final_stats=1
done
