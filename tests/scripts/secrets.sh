#!/bin/sh
# Looks for passphrases and private numbers in core images of rkeygen: see secrets.py. Wants root, since
# rkeygen lets no one else trace it.
set -eu
cd "$(dirname "$0")/../.."
if ! command -v gcore >/dev/null; then
    apt-get install -y -qq --no-install-recommends gdb >/dev/null
fi
cargo build --locked --quiet
exec python3 tests/scripts/secrets.py target/debug/rkeygen
