#!/bin/sh
# Compares rkeygen and ssh-keygen on COUNT (10000) made-up lines of authorized_keys: what `-l` shows of each. See
# authorized_keys.py. RK is the program, K the ssh-keygen to compare with, SEED the start of the random numbers.
set -eu
cd "$(dirname "$0")/../.."
exec python3 tests/scripts/authorized_keys.py "${RK:-target/release/rkeygen}" "${K:-ssh-keygen}" "${COUNT:-10000}" "${SEED:-1}"
