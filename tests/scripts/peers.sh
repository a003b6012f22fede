#!/bin/sh
# Prints the table of docs/peers.md of which programs read which keys of rkeygen: see peers.py. As root it logs in to a server too.
set -eu
cd "$(dirname "$0")/../.."
cargo build --locked --quiet --release
exec /usr/bin/python3 -W ignore tests/scripts/peers.py target/release/rkeygen
