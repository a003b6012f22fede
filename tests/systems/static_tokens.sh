#!/bin/sh
# A static program, which loads no library, with tokens: FIDO through ssh-sk-helper, PKCS#11 through ssh-pkcs11-helper of
# OpenSSH 10.1 or later, from target/oracle or RKEYGEN_ORACLE. The tokens are in software: sk-dummy and sktest, SoftHSM 2.
#
# Usage: tests/systems/static_tokens.sh PROGRAM
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
oracle=${RKEYGEN_ORACLE:-$PWD/target/oracle}
for name in ssh-keygen ssh-sk-helper ssh-pkcs11-helper; do
    [ -x "$oracle/bin/$name" ] || { echo "static_tokens.sh: no $name in $oracle/bin; run tests/scripts/newest-openssh.sh" >&2; exit 1; }
done
ssh_keygen=$oracle/bin/ssh-keygen
export SSH_SK_HELPER="$oracle/bin/ssh-sk-helper" SSH_PKCS11_HELPER="$oracle/bin/ssh-pkcs11-helper"
unset SSH_AUTH_SOCK SSH_ASKPASS DISPLAY || true
dummy=$(find "$oracle/" -name sk-dummy.so | head -1)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cc -O1 -shared -fPIC "-DSK_DUMMY=\"$dummy\"" -o "$directory/sktest.so" tests/support/sktest.c -ldl
mkdir "$directory/resident" "$directory/tokens"
cd "$directory"
echo hello >message
"$ssh_keygen" -q -t ed25519 -N '' -C user -f user

# rk INPUT ARGUMENT...: the program, without a terminal; its words go to the file `words`.
rk() {
    input=$1
    shift
    status=0
    # shellcheck disable=SC2059 # the input has escapes
    printf "$input" | timeout 60 setsid "$program" "$@" >words 2>&1 || status=$?
}

# is STATUS WORDS: what the call before gave.
is() {
    if [ "$status" != "$1" ] || { [ -n "$2" ] && ! grep -qF -- "$2" words; }; then
        echo "static_tokens.sh: status $status, expected $1 and: $2" >&2
        cat words >&2
        exit 1
    fi
}

# signs KEY TYPE ARGUMENT...: a file and a certificate, which OpenSSH reads.
signs() {
    key=$1 type=$2
    shift 2
    rk '1234\n' -Y sign -n file -f "$key" "$@" message
    is 0 'Write signature'
    "$ssh_keygen" -Y check-novalidate -n file -s message.sig <message >/dev/null
    rk '1234\n' -q -s "$key" -I id -n me "$@" user.pub
    is 0 ''
    "$ssh_keygen" -L -f user-cert.pub >listing
    grep -q "Signing CA: $type " listing
    rm message.sig user-cert.pub
}

for type in ed25519-sk ecdsa-sk; do
    rk '' -t "$type" -N '' -C c -f "$type" -w "$dummy" -O write-attestation="$type.attestation"
    is 0 "Your public key has been saved in $type.pub"
    [ -s "$type.attestation" ]
    [ "$("$ssh_keygen" -y -f "$type" | cut -d' ' -f2)" = "$(cut -d' ' -f2 "$type.pub")" ]
    signs "$type" "$(echo "$type" | tr '[:lower:]' '[:upper:]')" -w "$dummy"
done

export SSH_SK_PROVIDER="$directory/sktest.so" SKTEST_DIR="$directory/resident" SKTEST_BLIND=1
rk '' -t ed25519-sk -N '' -C c -f a -O resident -O user=bob
is 0 'Your public key has been saved in a.pub'
rk 'n\n' -t ed25519-sk -N '' -C c -f b -O resident -O user=bob
is 255 "A resident key scoped to 'ssh:' with user id 'bob' already exists."
rk 'y\n' -t ed25519-sk -N '' -C c -f b -O resident -O user=bob
is 0 'Your public key has been saved in b.pub'
export SKTEST_PIN=1234
rk 'bad\n1234\n' -t ecdsa-sk -N '' -C c -f c -O resident -O verify-required
is 0 'PIN incorrect'
rk 'bad\nworse\n' -t ecdsa-sk -N '' -C c -f d
is 255 'Too many incorrect PINs'
rk '1234\n' -K -N ''
is 0 'Saved ED25519-SK key ssh: to id_ed25519_sk_rk_bob'
cut -d' ' -f2 b.pub >expected
cut -d' ' -f2 id_ed25519_sk_rk_bob.pub | cmp - expected
signs c ECDSA-SK
rk 'bad\n' -Y sign -n file -f c message
is 255 'incorrect passphrase'
for failure in "-1 invalid format" "-2 requested feature not supported" "-4 device not found"; do
    export SKTEST_FAIL="${failure%% *}"
    rk '' -t ed25519-sk -N '' -C c -f d
    is 255 "Key enrollment failed: "
    rk '' -Y sign -n file -f a message
    is 255 "Signing message failed: "
done
unset SKTEST_FAIL SKTEST_PIN SKTEST_BLIND SSH_SK_PROVIDER
rk '' -t ed25519-sk -N '' -C c -f d -w "$directory/nothing.so"
is 255 'Key enrollment failed: '
[ ! -e d ]
echo "FIDO through ssh-sk-helper: keys, resident keys, PINs, signatures, errors"

library=
for path in /usr/lib/softhsm /usr/lib/x86_64-linux-gnu/softhsm /usr/lib/aarch64-linux-gnu/softhsm /usr/lib64/pkcs11; do
    [ ! -e "$path/libsofthsm2.so" ] || library=$path/libsofthsm2.so
done
[ -n "$library" ] || { echo "static_tokens.sh: no SoftHSM 2 (Debian: softhsm2)" >&2; exit 1; }
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$directory" >softhsm2.conf
export SOFTHSM2_CONF="$directory/softhsm2.conf"
softhsm2-util --init-token --free --label token1 --pin 1234 --so-pin 5678 >/dev/null
number=1
for type in rsa:2048 EC:prime256v1 EC:secp384r1 EC:secp521r1 EC:edwards25519; do
    pkcs11-tool --module "$library" --token-label token1 --login --pin 1234 --keypairgen --key-type "$type" \
        --id "0$number" --label "key $number" >/dev/null 2>&1
    number=$((number + 1))
done
rk '' -D "$library" -P 1234
is 0 'ecdsa-sha2-nistp521 '
cut -d' ' -f1,2 words | sort >ours
"$ssh_keygen" -D "$library" 2>/dev/null | cut -d' ' -f1,2 | sort >theirs
cmp ours theirs
number=0
while read -r type blob; do
    number=$((number + 1))
    echo "$type $blob" >ca.pub
    case $type in
    ssh-rsa) name=RSA ;;
    ssh-ed25519) name=ED25519 ;;
    *) name=ECDSA ;;
    esac
    signs ca.pub "$name" -D "$library" -P 1234
done <ours
[ "$number" = 5 ]
rk '' -s ca.pub -D "$library" -P 9999 -I id -n me user.pub
is 255 ''
[ ! -e user-cert.pub ]
rk '1234\n' -s ca.pub -D "$library" -I id -n me user.pub
is 255 ''
rk '' -s user.pub -D "$library" -P 1234 -I id -n me user.pub
is 255 'No PKCS#11 key matching user.pub found'
rk '' -D "$directory/nothing.so"
is 255 ''
echo "PKCS#11 through ssh-pkcs11-helper: listing, signatures, certificates, errors"

export SSH_SK_HELPER=/nonexistent SSH_PKCS11_HELPER=/nonexistent
rk '' -t ed25519-sk -N '' -f d -w "$dummy"
is 255 '/nonexistent: '
rk '' -D "$library"
is 255 '/nonexistent: '
echo "tests/systems/static_tokens.sh: passed"
