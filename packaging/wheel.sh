#!/bin/sh
# Builds the wheel for TARGET in target/release-files. The static program for Linux runs with every C library, and its wheel says so.
# usage: packaging/wheel.sh TARGET [OPTION OF MATURIN...]      (default --release)
set -eu
cd "$(dirname "$0")/.."
target=$1
shift
[ $# -gt 0 ] || set -- --release
out=$PWD/target/release-files
export CARGO_TARGET_DIR=target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. packaging/flags.sh
maturin build --locked --target "$target" "$@" --out "$work"
case $target in
    *-linux-musl)
        processor=${target%%-*}
        wheel tags --remove --platform-tag "manylinux_2_17_$processor.manylinux2014_$processor.musllinux_1_1_$processor" "$work"/*.whl
        ;;
esac
mkdir -p "$out"
mv "$work"/*.whl "$out/"
