#!/bin/sh
# A binary for Linux that needs no library of the machine. About two minutes.
set -eu
. "$(dirname "$0")/common.sh"
need file openssh-client
target x86_64-unknown-linux-musl
cargo build --locked --release --target x86_64-unknown-linux-musl
program=target/x86_64-unknown-linux-musl/release/rkeygen
file "$program" | grep -E 'statically linked|static-pie linked'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$program" "$folder/"

for kind in ed25519 ecdsa rsa; do
    "$folder/rkeygen" -q -t "$kind" -f "$folder/$kind" --no-passphrase
    [ "$(ssh-keygen -y -f "$folder/$kind" | cut -d' ' -f2)" = "$(cut -d' ' -f2 "$folder/$kind.pub")" ]
done
if [ "$(id -u)" = 0 ]; then
    chroot "$folder" /rkeygen -q -t ed25519 -C me -f /alone --no-passphrase
    [ -s "$folder/alone.pub" ]
    echo "it makes a key in a folder with nothing else in it"
fi
echo "$(wc -c <"$program") bytes, static"
