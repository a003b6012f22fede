#!/bin/sh
# Checks that many new RSA keys are what they should be, with GMP (gmpy2) and badkeys: see rsa_keys.py.
# usage: tests/scripts/rsa_keys.sh [KEYS [BITS]]   (default 200 keys of 2048 bits; the full check: 10000)
set -eu
cd "$(dirname "$0")/../.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install -q gmpy2 badkeys
cargo build --locked --quiet --release
"$tools/bin/python" tests/scripts/rsa_keys.py target/release/rkeygen "${1:-200}" "${2:-2048}"
