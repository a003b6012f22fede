#!/bin/sh
# Type checks for systems on which nothing can be run from here. About three minutes.
set -eu
. "$(dirname "$0")/common.sh"
for name in x86_64-apple-darwin aarch64-apple-darwin; do
    target "$name"
    cargo clippy --locked --target "$name" --all-targets -- -D warnings
done
# The tests' terminal library does not know the BSDs.
for name in x86_64-unknown-freebsd x86_64-unknown-netbsd; do
    target "$name"
    cargo clippy --locked --target "$name" -- -D warnings
done
echo "macOS, FreeBSD, NetBSD: the types fit"
