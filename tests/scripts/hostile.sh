#!/bin/sh
# Hostile files and arguments: see hostile.py. With a program's path, that one instead of the release build.
set -eu
cd "$(dirname "$0")/../.."
if [ $# = 0 ]; then
    cargo build --release --locked --quiet
    set -- target/release/rkeygen
fi
exec python3 tests/scripts/hostile.py "$@"
