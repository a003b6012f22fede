#!/bin/sh
# A binary for Linux that needs no library of the machine. About two minutes.
set -eu
. "$(dirname "$0")/common.sh"
need file openssh-client
target x86_64-unknown-linux-musl
cargo build --locked --release --target x86_64-unknown-linux-musl
program=target/x86_64-unknown-linux-musl/release/rkeygen
file "$program" | grep -E 'statically linked|static-pie linked'
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cp "$program" "$directory/"

for kind in ed25519 ecdsa rsa; do
    "$directory/rkeygen" -q -t "$kind" -f "$directory/$kind" --no-passphrase
    [ "$(ssh-keygen -y -f "$directory/$kind" | cut -d' ' -f2)" = "$(cut -d' ' -f2 "$directory/$kind.pub")" ]
done
if [ "$(id -u)" = 0 ]; then
    chroot "$directory" /rkeygen -q -t ed25519 -C me -f /alone --no-passphrase
    [ -s "$directory/alone.pub" ]
    echo "it makes a key in a directory with nothing else in it"
fi
sh tests/scripts/newest-openssh.sh >/dev/null
need softhsm2 opensc
sh tests/systems/static_tokens.sh "$program"
echo "$(wc -c <"$program") bytes, static"
