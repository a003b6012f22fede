#!/bin/sh
# Runs the arithmetic of ECDSA and RSA under valgrind, with secrets marked as uninitialised: valgrind then reports every branch
# and every address that depends on them. Compiled with optimization, as the program is.
# usage: tests/scripts/constant_time.sh
# Needs valgrind and an x86-64 processor.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
crate=$root/target/constant-time
mkdir -p "$crate/src"
ln -sfn "$root/src/arithmetic" "$crate/src/arithmetic"
cp tests/scripts/constant_time.rs "$crate/src/main.rs"
{
    printf 'pub(crate) mod %s;\n' adx curve montgomery portable power residue words
    printf 'pub(crate) use %s;\n' adx::Adx montgomery::Montgomery 'portable::{Plain, Rows, Scalar}'
} >"$crate/src/arithmetic.rs"
cat >"$crate/Cargo.toml" <<'TOML'
[package]
name = "constant-time"
version = "0.0.0"
edition = "2024"

[dependencies]
zeroize = "1"

[workspace]
TOML
cargo build --quiet --release --manifest-path "$crate/Cargo.toml"
program=$crate/target/release/constant-time
valgrind --quiet --error-exitcode=9 "$program" >/dev/null
# Proof that it would have been seen.
if valgrind --quiet --error-exitcode=9 "$program" leak >/dev/null 2>&1; then
    echo "constant_time.sh: valgrind does not see a branch on a secret" >&2
    exit 1
fi
echo "no branch and no address depends on the scalars of P-256, P-384 and P-521, nor on the numbers of powers"
