# Sourced by what builds releases, after `target` is set, in the directory of the project: RUSTFLAGS that keep
# paths of this machine out of the program. On Windows the C library is in the program, as on Linux.
# shellcheck shell=sh
RUSTFLAGS="--remap-path-prefix=$PWD=/rkeygen --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
case ${target:?} in
    *-windows-msvc) RUSTFLAGS="$RUSTFLAGS -C target-feature=+crt-static" ;;
esac
export RUSTFLAGS
