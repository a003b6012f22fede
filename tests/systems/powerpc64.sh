#!/bin/sh
# The tests on a machine with the most significant byte first, under emulation. About twenty minutes.
set -eu
. "$(dirname "$0")/common.sh"
need libc6-dev-ppc64-cross
emulated powerpc64-unknown-linux-gnu powerpc64-linux-gnu ppc64
