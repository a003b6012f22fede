# Sourced by what builds releases, after `target` is set, in the directory of the project: RUSTFLAGS without paths of this machine, so
# that the same commit and compiler give the same program everywhere. On Windows the C library is in the program, as on Linux.
# shellcheck shell=sh
RUSTFLAGS="--remap-path-prefix=$PWD=/rkeygen --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
case ${target:?} in
    *-windows-msvc) RUSTFLAGS="$RUSTFLAGS -C target-feature=+crt-static" ;;
esac
export RUSTFLAGS
