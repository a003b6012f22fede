#!/bin/sh
# The way to a FIDO token over USB, with the firmware of Solo 2 and Nitrokey 3 as the token (tests/softtoken): enrol, sign,
# resident keys, PINs, touches. Builds the token; wants cargo, cc, and libclang (Debian: libclang1-14). About two minutes.
#
# Usage: tests/scripts/softtoken.sh [PROGRAM]; else target/debug/rkeygen, which must be linked dynamically.
set -eu
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-target/debug/rkeygen}")
repository=$PWD
# libclang alone has no headers of its own; those of gcc will do.
BINDGEN_EXTRA_CLANG_ARGS=${BINDGEN_EXTRA_CLANG_ARGS:--I$(cc -print-file-name=include)}
export BINDGEN_EXTRA_CLANG_ARGS
export CARGO_TARGET_DIR="${SOFTTOKEN_TARGET:-$repository/target/softtoken}"
cargo build -q --locked --manifest-path tests/softtoken/Cargo.toml
softtoken=$CARGO_TARGET_DIR/debug/softtoken

directory=$(mktemp -d)
token=
second=
trap '[ -z "$token" ] || kill $token $second; rm -rf "$directory"' EXIT
cc -Wall -Wextra -Werror -O1 -shared -fPIC -o "$directory/hidraw.so" tests/support/hidraw.c -ldl
mkdir "$directory/work"
cd "$directory/work"
echo hello >message

# plug NUMBER FLASH [PIN]: a token as /dev/hidrawNUMBER.
plug() {
    mkdir -p "$directory/class/hidraw$1/device"
    printf '\006\320\361\011\001\241\001' >"$directory/class/hidraw$1/device/report_descriptor"
    rm -f "$directory/hidraw$1"
    "$softtoken" "$directory/hidraw$1" "$directory/$2" ${3:+"$3"} >"$directory/log$1" 2>&1 &
    plugged=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ ! -S "$directory/hidraw$1" ] || return 0
        sleep 0.25
    done
    cat "$directory/log$1" >&2
    exit 1
}

# start FLASH [PIN]: the token, in the place of one before. Its tries of a PIN start again, as when it is plugged in.
start() {
    [ -z "$token" ] || { kill "$token"; wait "$token" 2>/dev/null || true; }
    plug 0 "$@"
    token=$plugged
}

# rk INPUT ARGUMENT...: rkeygen with the token on USB; its words go to the file `words`.
rk() {
    input=$1
    shift
    status=0
    # shellcheck disable=SC2059 # the input has escapes
    printf "$input" | LD_PRELOAD="$directory/hidraw.so" HIDRAW_CLASS="$directory/class" \
        HIDRAW_SOCKETS="$directory" SSH_SK_PROVIDER='' timeout 60 setsid "$program" "$@" >words 2>&1 || status=$?
}

# is STATUS WORDS: what the call before gave.
is() {
    if [ "$status" != "$1" ] || { [ -n "$2" ] && ! grep -qF -- "$2" words; }; then
        echo "softtoken.sh: status $status, expected $1 and: $2" >&2
        cat words >&2
        exit 1
    fi
}

verify() {
    rk 'hello\n' -Y check-novalidate -n file -s message.sig
    is 0 'Good "file" signature'
    rm -f message.sig
}

start plain
for type in ed25519-sk ecdsa-sk; do
    rk '' -t "$type" -N '' -C c -f "$type" -O write-attestation="$type.attestation"
    is 0 "Your public key has been saved in $type.pub"
    [ -s "$type.attestation" ]
    rk '' -Y sign -n file -f "$type" message
    is 0 'Confirm user presence'
    verify
    rk '' -q -s "$type" -I id -n me "$type.pub"
    is 0 ''
done
echo "a token without a PIN: enrols and signs"

rk 'n\n' -t ed25519-sk -N '' -C c -f unseen -O resident
is 255 'The token has no PIN, so it does not tell whether a resident key'
[ ! -e unseen ]
rk '' -t ed25519-sk -N '' -C c -f unseen -O resident --if-exists fail
is 1 'set a PIN for the token'
rk 'y\n' -t ed25519-sk -N '' -C c -f unseen -O resident
is 0 'Your public key has been saved'
rk '' -t ed25519-sk -N '' -C c -f wants-pin -O verify-required
is 0 'Your public key has been saved'
rk '1234\n' -Y sign -n file -f wants-pin message
is 255 'the token has no PIN'
rk '1234\n' -K -N ''
is 255 'the token has no PIN'
echo "a token without a PIN: asks before a resident key, and verifies no one"

start locked 1234
rk '1234\n' -t ed25519-sk -N '' -C c -f a -O resident -O user=bob -O application=ssh:app
is 0 'Your public key has been saved in a.pub'
rk '1234\nn\n' -t ed25519-sk -N '' -C c -f b -O resident -O user=bob -O application=ssh:app
is 255 "A resident key scoped to 'ssh:app' with user id 'bob' already exists."
rk '1234\ny\n' -t ed25519-sk -N '' -C c -f b -O resident -O user=bob -O application=ssh:app
is 0 'Your public key has been saved in b.pub'
rk '1234\n' -t ecdsa-sk -N '' -C c -f verified -O resident -O verify-required
is 0 'Your public key has been saved in verified.pub'
rk '1234\n' -K -N ''
is 0 'Saved ED25519-SK key ssh:app to id_ed25519_sk_rk_app_bob'
is 0 'Saved ECDSA-SK key to id_ecdsa_sk_rk'
cut -d' ' -f2 b.pub >expected
cut -d' ' -f2 id_ed25519_sk_rk_app_bob.pub | cmp - expected
rk '' -Y sign -n file -f id_ed25519_sk_rk_app_bob message
is 0 'Confirm user presence'
verify
rk '1234\n' -Y sign -n file -f verified message
is 0 'Enter PIN for ECDSA-SK key'
verify
rk '' -Y sign -n file -f a message
is 255 'the token does not have this key'
echo "a token with a PIN: resident keys, in its list, replaced after a question, with the PIN at each use"

rk '9999\n' -Y sign -n file -f verified message
is 255 'incorrect passphrase'
rk '1234\n' -Y sign -n file -f verified message
is 0 'Write signature'
rm message.sig
rk '9999\n9998\n' -t ed25519-sk -N '' -C c -f d -O resident -O user=d
is 255 'Too many incorrect PINs'
rk '9999\n' -Y sign -n file -f verified message
is 255 'the PIN is blocked until the token is plugged in again'
rk '1234\n' -t ed25519-sk -N '' -C c -f d -O resident -O user=d
is 255 'the PIN is blocked until the token is plugged in again'
[ ! -e d ]
start locked
rk '1234\n' -t ed25519-sk -N '' -C c -f d -O resident -O user=d
is 0 'Your public key has been saved in d.pub'
for _ in 1 2 3 4; do
    rk '9999\n9998\n' -t ed25519-sk -N '' -C c -f e -O resident -O user=e
    is 255 ''
    start locked
done
rk '1234\n' -t ed25519-sk -N '' -C c -f e -O resident -O user=e
is 255 'the PIN is blocked after too many wrong ones'
[ ! -e e ]
echo "wrong PINs: counted, blocked for now, blocked"

SOFTTOKEN_TOUCH=never
export SOFTTOKEN_TOUCH
start untouched
rk '' -t ed25519-sk -N '' -C c -f f
is 255 'no one touched the token'
[ ! -e f ]
echo "no touch: an error"

rk '' -t ed25519-sk -N '' -C c -f f -O device=/dev/hidraw7
is 255 'device not found'

# Two tokens: the one that is touched makes the key; the one that has a key signs with it, wherever it is listed.
plug 1 other
second=$plugged
rk '' -t ed25519-sk -N '' -C c -f touched
is 255 'no one touched the token'
kill "$second"
wait "$second" 2>/dev/null || true
SOFTTOKEN_TOUCH=each
plug 1 other
second=$plugged
rk '' -t ed25519-sk -N '' -C c -f touched
is 0 'Your public key has been saved in touched.pub'
rk '' -Y sign -n file -f touched message
is 0 'Confirm user presence'
verify
rk '' -t ed25519-sk -N '' -C c -f named -O device=/dev/hidraw1
is 0 'Your public key has been saved in named.pub'
rk '' -Y sign -n file -f ecdsa-sk message
is 255 'the token does not have this key'
kill "$token"
wait "$token" 2>/dev/null || true
plug 0 plain
token=$plugged
for key in touched ecdsa-sk; do
    rk '' -Y sign -n file -f "$key" message
    is 0 'Confirm user presence'
    verify
done
echo "two tokens: the one that is touched, and the one that has the key"

# Ctrl-C: ends at once with the status of the signal, tells the token, and leaves no file.
kill "$second"
wait "$second" 2>/dev/null || true
second=
rm -r "$directory/class/hidraw1"
SOFTTOKEN_TOUCH=never
SOFTTOKEN_WAIT=4000
export SOFTTOKEN_WAIT
start waits
status=0
LD_PRELOAD="$directory/hidraw.so" HIDRAW_CLASS="$directory/class" HIDRAW_SOCKETS="$directory" SSH_SK_PROVIDER='' \
    timeout --foreground -k 5 -s INT 2 "$program" -t ed25519-sk -N '' -C c -f interrupted >words 2>&1 </dev/null || status=$?
is 124 'You may need to touch'
[ ! -e interrupted ] && [ ! -e interrupted.pub ]
for _ in 1 2 3 4 5 6 7 8; do
    ! grep -q canceled "$directory/log0" || break
    sleep 1
done
grep -q canceled "$directory/log0"
echo "Ctrl-C: the command is canceled in the token, and no file is left"
echo "tests/scripts/softtoken.sh: passed"
