#!/bin/sh
# Signs certificates and messages with each type of key, has OpenSSH verify every certificate, and compares the signatures
# of messages with OpenSSH's own where the type has one signature only for a message (Ed25519, RSA).
# usage: RKEYGEN=PROGRAM SSH_KEYGEN=PROGRAM tests/scripts/signatures.sh [COUNT]   (default 1000 of each; the full proof: 10000)
# Needs the release build, or RKEYGEN, and target/oracle, or SSH_KEYGEN. RSA 4096 takes about 10 ms for each signature.
set -eu
cd "$(dirname "$0")/../.."
rkeygen=$(realpath "${RKEYGEN:-target/release/rkeygen}")
openssh=$(realpath "${SSH_KEYGEN:-target/oracle/bin/ssh-keygen}")
count=${1:-1000}
directory=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$directory"' EXIT
cd "$directory"
fail() { echo "signatures.sh: $*" >&2; exit 1; }

"$openssh" -q -t ed25519 -N '' -f user
mkdir ours theirs
seq "$count" | while read -r number; do
    cp user.pub "ours/$number.pub"
    echo "message $number" | tee "ours/$number" >"theirs/$number"
done
sign() { # PROGRAM DIRECTORY: signs all messages there, at most 500 in a call
    (cd "$2" && rm -f ./*.sig && seq "$count" | xargs -n 500 "$1" -q -Y sign -n file -f ../ca 2>/dev/null)
}

for type in ed25519: ecdsa:256 ecdsa:384 ecdsa:521 rsa:1024 rsa:2048 rsa:3072 rsa:4096; do
    rm -f ca ca.pub ours/*-cert.pub
    # shellcheck disable=SC2046 # no word, or two
    "$openssh" -q -t "${type%:*}" $([ -z "${type#*:}" ] || echo -b "${type#*:}") -N '' -f ca
    (cd ours && seq -f %.0f.pub "$count" | xargs -n 500 "$rkeygen" -q -s ../ca -I id -n me)
    cat ours/*-cert.pub >certificates
    # OpenSSH checks the signature of every certificate that it shows.
    verified=$("$openssh" -L -f certificates | grep -c '^        Type: ') || true
    [ "$verified" = "$count" ] || fail "$type: OpenSSH verified $verified of $count certificates"
    same='one of many signatures for a message: not compared'
    case $type in
        ecdsa:*) ;;
        *)
            sign "$rkeygen" ours
            sign "$openssh" theirs
            for number in $(seq "$count"); do
                cmp -s "ours/$number.sig" "theirs/$number.sig" || fail "$type: the signature of message $number is not OpenSSH's"
            done
            same="$count signatures of messages are byte for byte OpenSSH's"
            ;;
    esac
    echo "$type $verified certificates verified by OpenSSH; $same"
done
