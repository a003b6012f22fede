#!/bin/sh
# Builds the Debian package, installs it, uses what is in it, and removes it. Changes the machine while it runs, as root
# or with sudo.
# usage: tests/scripts/package.sh [TARGET]   (x86_64-unknown-linux-musl: a static program, for every version of Debian)
set -eu
cd "$(dirname "$0")/../.."
as_root=
[ "$(id -u)" = 0 ] || as_root='sudo -n'
fail() { echo "tests/scripts/package.sh: $*" >&2; exit 1; }
[ -z "$(dpkg-query -W rkeygen 2>/dev/null)" ] || fail 'rkeygen is installed already; remove it first'

command -v cargo-deb >/dev/null || cargo install --quiet --locked cargo-deb@3.8.0
target=$(rustc -vV | sed -n 's/^host: //p')
[ $# = 0 ] || target=$1
cargo build --locked --quiet --release --target "$target"
mkdir -p target/completions
"target/$target/release/rkeygen" completions bash >target/completions/rkeygen.bash
"target/$target/release/rkeygen" completions zsh >target/completions/_rkeygen
"target/$target/release/rkeygen" completions fish >target/completions/rkeygen.fish
package=$(cargo deb --no-build --quiet --target "$target" | tail -n 1)

directory=$(mktemp -d)
trap 'rm -rf "$directory"; $as_root dpkg -P rkeygen >/dev/null 2>&1 || true' EXIT
$as_root dpkg -i "$package" >/dev/null

dpkg -L rkeygen >"$directory/files"
for file in /usr/bin/rkeygen /usr/share/man/man1/rkeygen.1.gz /usr/share/bash-completion/completions/rkeygen \
    /usr/share/zsh/vendor-completions/_rkeygen /usr/share/fish/vendor_completions.d/rkeygen.fish; do
    grep -qx "$file" "$directory/files" || fail "$file is not in the package"
    # Small machines are set up to leave manual pages out.
    [ -s "$file" ] || [ "$file" = /usr/share/man/man1/rkeygen.1.gz ] || fail "$file is not installed"
done

/usr/bin/rkeygen -q -t ed25519 -f "$directory/key" -C me --no-passphrase
[ "$(ssh-keygen -y -f "$directory/key")" = "$(cat "$directory/key.pub")" ] || fail 'ssh-keygen does not open the key'

dpkg --fsys-tarfile "$package" | tar -xO ./usr/share/man/man1/rkeygen.1.gz | gunzip >"$directory/rkeygen.1"
rendered='the manual page was not rendered: no man here'
if command -v man >/dev/null; then
    MANWIDTH=80 LC_ALL=C man --warnings -l "$directory/rkeygen.1" >"$directory/page" 2>"$directory/complaints"
    grep -q 'EXIT STATUS' "$directory/page" || fail 'man does not render the page'
    [ ! -s "$directory/complaints" ] || fail "man says of the page: $(cat "$directory/complaints")"
    rendered='man renders the page'
fi

$as_root dpkg -P rkeygen >/dev/null
while read -r file; do
    [ -d "$file" ] || [ ! -e "$file" ] || fail "$file is left after removal"
done <"$directory/files"
echo "$package: installed; ssh-keygen opens the key that it made; $rendered; removed"
