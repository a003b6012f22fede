#!/bin/sh
# Runs every fuzz target, or those named, for a while each: SECONDS_EACH, 60 by default; JOBS of them at a time, 1 by
# default. Not part of CI. Needs a nightly toolchain and cargo-fuzz (cargo install cargo-fuzz). Starts from the corpora
# of seeds.sh and of the last run. A table with runs and findings comes at the end; a finding makes its status 1, and
# the input lies in fuzz/artifacts.
set -eu
cd "$(dirname "$0")/.."
system=x86_64-unknown-linux-gnu
targets=${*:-$(cd fuzz/fuzz_targets && ls | sed 's/[.]rs$//')}
cargo build --release --locked
sh fuzz/seeds.sh
cargo +nightly fuzz build --target $system
logs=$(mktemp -d)
trap 'rm -r "$logs"' EXIT
export SECONDS_EACH="${SECONDS_EACH:-60}" logs system
one() {
    mkdir -p "fuzz/artifacts/$1"
    "fuzz/target/$system/release/$1" -max_total_time="$SECONDS_EACH" -rss_limit_mb=512 -malloc_limit_mb=64 -timeout=10 \
        -max_len=20000 -print_final_stats=1 -verbosity=0 -artifact_prefix="fuzz/artifacts/$1/" "fuzz/corpus/$1" \
        >"$logs/$1" 2>&1 && touch "$logs/$1.done" || true
}
running=0
for target in $targets; do
    one "$target" &
    running=$((running + 1))
    if [ $running -ge "${JOBS:-1}" ]; then wait; running=0; fi
done
wait
status=0
printf '%-20s %12s %8s\n' target runs finding
for target in $targets; do
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$target")
    if [ -e "$logs/$target.done" ]; then finding=none; else finding=YES; status=1; fi
    printf '%-20s %12s %8s\n' "$target" "${runs:-?}" $finding
    [ $finding = none ] || tail -40 "$logs/$target"
done
exit $status
