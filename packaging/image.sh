#!/bin/sh
# Lays out what packaging/Containerfile copies: the static program, its licence, and a directory for keys.
# usage: packaging/image.sh ARCHIVE DIRECTORY
set -eu
[ $# = 2 ] || { echo 'usage: packaging/image.sh ARCHIVE DIRECTORY' >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$1" -C "$work" --strip-components=1
rm -rf "$2/root"
mkdir -p "$2/root/usr/bin" "$2/root/usr/share/licenses/rkeygen" "$2/root/keys" "$2/root/tmp"
cp "$work/rkeygen" "$2/root/usr/bin/rkeygen"
cp "$work/LICENSE" "$2/root/usr/share/licenses/rkeygen/LICENSE"
# Any user may run it and write there, like /tmp.
chmod 755 "$2/root" "$2/root/usr/bin/rkeygen"
chmod 1777 "$2/root/keys" "$2/root/tmp"
