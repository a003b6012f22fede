#!/bin/sh
# Opens every private key of the PyPI package cryptography_vectors with cryptography, ssh-keygen and rkeygen, and fails
# when two of them find different public keys. Prints a table of what each opens, and why rkeygen refuses a key. Not part
# of CI: it installs from PyPI. RK is the program, K the ssh-keygen to compare with.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install bcrypt cryptography cryptography_vectors
"$work/venv/bin/python" tests/key_vectors.py "${RK:-target/release/rkeygen}" "${K:-ssh-keygen}" "$work/key"
