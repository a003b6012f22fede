#!/bin/sh
# Type checks for other systems: all of them, or those named. About a minute each.
set -eu
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- x86_64-apple-darwin aarch64-apple-darwin x86_64-unknown-freebsd x86_64-unknown-netbsd x86_64-pc-windows-gnu
for name; do
    target "$name"
    # The tests' terminal library does not know the BSDs and Windows.
    case $name in
        *-apple-*) what='--all-targets' ;;
        *-windows-*) what='--lib --bins --test windows' ;;
        *) what='--lib --bins' ;;
    esac
    # shellcheck disable=SC2086 # several options
    cargo clippy --locked --target "$name" $what -- -D warnings
done
echo "the types fit: $*"
