#!/bin/sh
# Builds the release archives in target/release-files, with SHA256SUMS: for each TARGET, or for those that this machine can build.
# usage: packaging/release.sh [TARGET...]
# Paths and times of this machine stay out of them. CARGO_PROFILE_RELEASE_LTO=off is quicker, for tries; RELEASE_BUILD=no packs
# the programs that are in target/TARGET/release.
set -eu
cd "$(dirname "$0")/.."
out=target/release-files
export CARGO_TARGET_DIR=target
python=$(command -v python3 || command -v python)

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 315532800)}
export SOURCE_DATE_EPOCH

host=$(rustc -vV | sed -n 's/^host: //p')
if [ $# = 0 ]; then
    case $host in
        x86_64-*-linux-* | aarch64-*-linux-*) set -- "${host%%-*}-unknown-linux-musl" ;;
        *) set -- "$host" ;;
    esac
    if command -v x86_64-w64-mingw32-gcc >/dev/null; then
        set -- "$@" x86_64-pc-windows-gnu
    else
        echo 'packaging/release.sh: skipped x86_64-pc-windows-gnu: no x86_64-w64-mingw32-gcc' >&2
    fi
fi

for target; do
    [ -d "$(rustc --print target-libdir --target "$target")" ] || rustup target add "$target"
    . packaging/flags.sh
    [ "${RELEASE_BUILD:-yes}" = no ] || cargo build --locked --release --target "$target"
done

# The completions are the same on every system; the first program that runs here prints them.
rm -rf target/completions
mkdir -p target/completions "$out"
for target; do
    program=target/$target/release/rkeygen
    [ ! -e "$program.exe" ] || program=$program.exe
    if [ ! -e target/completions/rkeygen.bash ] && "$program" --version >/dev/null 2>&1; then
        "$program" completions bash >target/completions/rkeygen.bash
        "$program" completions zsh >target/completions/_rkeygen
        "$program" completions fish >target/completions/rkeygen.fish
        "$program" completions powershell >target/completions/_rkeygen.ps1
    fi
done
[ -s target/completions/rkeygen.bash ] || { echo 'packaging/release.sh: no program runs here to print completions' >&2; exit 1; }

for target; do
    program=target/$target/release/rkeygen
    [ ! -e "$program.exe" ] || program=$program.exe
    "$python" packaging/pack.py archive "$program" "$target" target/completions "$out"
done
"$python" packaging/pack.py sums "$out"
cat "$out/SHA256SUMS"
