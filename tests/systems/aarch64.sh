#!/bin/sh
# The tests on 64-bit ARM, under emulation. About twenty minutes.
set -eu
. "$(dirname "$0")/common.sh"
need libc6-dev-arm64-cross
emulated aarch64-unknown-linux-gnu aarch64-linux-gnu aarch64
