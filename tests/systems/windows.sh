#!/bin/sh
# The tests on Windows, under wine: keys, command lines, the home directory. About ten minutes. Wine maps access lists to
# modes of Unix, so it shows who is let in, and not that Windows keeps others out.
set -eu
. "$(dirname "$0")/common.sh"
need gcc-mingw-w64-x86-64-posix mingw-w64-x86-64-dev wine64 wine
target x86_64-pc-windows-gnu
. tests/systems/wine.sh
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER="$wine"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
# No OpenSSH of Linux.
export RKEYGEN_ORACLE=/nonexistent
cargo test --locked --target x86_64-pc-windows-gnu --lib --test windows --test cli
echo "Windows: the library's tests, those of the command line and those of Windows' own pass under wine"
