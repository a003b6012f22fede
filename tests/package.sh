#!/bin/sh
# Builds the Debian package, installs it, uses what is in it, and removes it. Wants root, and changes the machine while
# it runs.
set -eu
cd "$(dirname "$0")/.."
command -v cargo-deb >/dev/null || cargo install --quiet --locked cargo-deb
cargo build --locked --quiet --release
mkdir -p target/completions
for shell in bash zsh fish; do
    target/release/rkeygen completions "$shell" >"target/completions/rkeygen.$shell"
done
package=$(cargo deb --no-build --quiet | tail -n 1)
dpkg -i "$package" >/dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"; dpkg -r rkeygen >/dev/null' EXIT
dpkg -L rkeygen | grep -E 'bin/|/man1/|completion|vendor' | while read -r file; do
    [ -d "$file" ] || [ -s "$file" ] || { echo "$file is missing"; exit 1; }
done
/usr/bin/rkeygen -q -t ed25519 -f "$folder/key" --no-passphrase
[ "$(ssh-keygen -y -f "$folder/key")" = "$(cat "$folder/key.pub")" ]
echo "$package: installed, and ssh-keygen opens the key that it made"
