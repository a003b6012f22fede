#!/bin/sh
# Opens private keys that other programs made with rkeygen and with ssh-keygen, and fails when rkeygen refuses one that
# ssh-keygen opens, or finds a public key that is not the program's own. Prints a table. Not part of CI: it installs from
# PyPI and npm. RK is the program, K the ssh-keygen to compare with.
set -eu
cd "$(dirname "$0")/../.."
rk=$(realpath "${RK:-target/release/rkeygen}")
k=$(command -v "${K:-ssh-keygen}")
here=$(realpath tests/scripts/other_programs)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install asyncssh bcrypt cryptography ecdsa jwcrypto paramiko pycryptodome rsa
if command -v npm > "$work/log" && command -v node > "$work/log"; then
    (cd "$work" && npm init -y > log && npm install --silent --no-audit --no-fund node-forge sshpk > log)
fi
# Node.js looks for packages beside the script, else there.
export NODE_PATH="$work/node_modules"
mkdir "$work/keys"
exec "$work/venv/bin/python" -W ignore "$here/compare.py" "$rk" "$k" "$work"
