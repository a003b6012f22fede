#!/usr/bin/env bash
# The steps of the GitHub Action (action.yml): install, generate or load a key, pin hosts. Its inputs are variables.
set +xv
set -feuo pipefail
umask 077

# Secrets are variables of this shell from here on: only who needs one gets it.
private_key=${RKEYGEN_PRIVATE_KEY:-}
passphrase=${RKEYGEN_PASSPHRASE:-}
unset RKEYGEN_PRIVATE_KEY RKEYGEN_PASSPHRASE

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}
# native FILE: its name for programs that are not of this shell; Windows has two kinds of names.
native() { echo "$1"; }
if command -v cygpath >/dev/null; then
    temporary=$(cygpath -u "$temporary")
    native() { cygpath -m "$1"; }
fi
work=$(mktemp -d "$temporary/rkeygen-XXXXXXXX")
new=
trap 'rm -rf "$work" ${new:+"$new"}' EXIT
trap 'exit 1' HUP INT TERM

# A comment or file name in the output must not be a command to the runner.
quiet=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
aloud() {
    local status=0
    echo "::stop-commands::$quiet"
    "$@" 2>&1 || status=$?
    echo "::$quiet::"
    return "$status"
}

# The text has one line, and no name or file name of the user's.
fail() {
    echo "::error title=rkeygen::$1"
    exit 1
}

output() {
    local end
    end=end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"${GITHUB_OUTPUT:-/dev/null}"
}

install() {
    local version=${RKEYGEN_VERSION:-} arguments=()
    [ -n "$version" ] || version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../Cargo.toml" | head -n 1)
    arguments=(--prefix "$temporary/rkeygen" --version "$version")
    [ -z "${RKEYGEN_FROM:-}" ] || arguments+=(--from "$RKEYGEN_FROM")
    if [ -n "${RKEYGEN_CHECKSUMS:-}" ]; then
        printf '%s\n' "$RKEYGEN_CHECKSUMS" >"$work/SHA256SUMS"
        arguments+=(--checksums "$work/SHA256SUMS")
    fi
    PATH="$temporary/rkeygen/bin:$PATH"
    aloud sh "$here/install.sh" "${arguments[@]}" || fail 'rkeygen was not installed'
    native "$temporary/rkeygen/bin" >>"${GITHUB_PATH:-/dev/null}"
    output version "$(rkeygen --version)"
}

# with_passphrase OPTION COMMAND...: the passphrase reaches this command alone, and not by its command line.
with_passphrase() {
    local option=$1
    shift
    if [ -n "$passphrase" ]; then
        KEY_PASSPHRASE=$passphrase "$@" "$option" env:KEY_PASSPHRASE
    elif [ "$option" = --new-passphrase-from ]; then
        "$@" --no-passphrase
    else
        "$@"
    fi
}

# public FILE: its public key, read with the passphrase.
public() { with_passphrase --passphrase-from rkeygen public "$1" --no-input; }

choose_path() {
    path=${RKEYGEN_PATH:-$temporary/rkeygen-key/id}
    case $path in
        /* | [A-Za-z]:*) ;;
        \~/*) path=$HOME/${path#\~/} ;;
        *) path=$PWD/$path ;;
    esac
    mkdir -p "$(dirname "$path")"
}

make() {
    with_passphrase --new-passphrase-from rkeygen new "$path" -q -t "${RKEYGEN_TYPE:-ed25519}" \
        -C "${RKEYGEN_COMMENT:-${GITHUB_REPOSITORY:-}}" --if-exists "$1" --no-input
}

generate() {
    [ -z "$private_key" ] || fail 'private-key is only for key: load'
    aloud make keep && return
    [ "$if_exists" = replace ] || fail 'the key was not generated; the lines above say why'
    aloud make replace || fail 'the key was not replaced; the lines above say why'
}

load() {
    [ -n "$private_key" ] || fail 'private-key is empty: is the secret set? Pull requests from forks get none'
    local loaded=$work/key public=$work/key.public
    printf '%s\n' "$private_key" >"$loaded"
    # Findings are no failure: what counts is whether the key can be read in the end.
    (cd "$work" && aloud rkeygen doctor --fix key) || true
    [ ! -s "$loaded.repaired" ] || loaded=$loaded.repaired
    if ! public "$loaded" >"$public" 2>"$work/errors"; then
        aloud cat "$work/errors"
        fail 'private-key is no private key that the passphrase opens; the lines above say why'
    fi
    if [ -e "$path" ] && ! same "$public"; then
        [ "$if_exists" = replace ] || fail 'path has a different key: choose another, or if-exists: replace'
    fi
    new=$path.new-$$
    cp "$loaded" "$new"
    mv -f "$new" "$path"
    cp "$public" "$new"
    chmod 644 "$new"
    mv -f "$new" "$path.pub"
    new=
}

# same PUBLIC: whether the key at the path is this one; comments do not count.
same() {
    local there
    there=$(public "$path" 2>/dev/null) || return
    [ "$(cut -d' ' -f1,2 <<<"$there")" = "$(cut -d' ' -f1,2 "$1")" ]
}

# Only the user may read the key: by its mode, and on Windows by its access list, which ssh looks at there.
restrict() {
    chmod 600 "$path"
    case $(uname -s) in
        MINGW* | MSYS* | CYGWIN*)
            MSYS2_ARG_CONV_EXCL='*' icacls "$(cygpath -w "$path")" /inheritance:r /grant:r "$USERNAME:F" >/dev/null ||
                fail 'the access list of the key was not set'
            ;;
    esac
}

key() {
    choose_path
    "$1"
    restrict
    output path "$(native "$path")"
    output public-key "$(cat "$path.pub")"
    output fingerprint "$(rkeygen fingerprint "$path.pub" | cut -d' ' -f2)"
    aloud rkeygen fingerprint "$path.pub"
}

pin() {
    local line hosts rest host file=()
    [ -z "${RKEYGEN_KNOWN_HOSTS_FILE:-}" ] || file=(-f "$RKEYGEN_KNOWN_HOSTS_FILE")
    while read -r line; do
        line=${line%$'\r'}
        case $line in
            '' | '#'*) continue ;;
            *' '*) ;;
            *) fail 'a line of known-hosts is not HOST[:PORT] KEYTYPE KEY' ;;
        esac
        hosts=${line%% *} rest=${line#* }
        case ,$hosts in
            *,-*) fail 'a host of known-hosts starts with -' ;;
        esac
        for host in ${hosts//,/ }; do
            printf '%s\n' "$rest" | aloud rkeygen known-hosts add "$host" --key - ${file[@]+"${file[@]}"} --no-input ||
                fail 'a host was not pinned'
        done
    done <<<"${RKEYGEN_KNOWN_HOSTS:-}"
}

if_exists=${RKEYGEN_IF_EXISTS:-fail} action=${RKEYGEN_KEY:-none}
case $if_exists in
    fail | replace) ;;
    *) fail 'if-exists is neither fail nor replace' ;;
esac
case $action in
    none) [ -z "$private_key$passphrase" ] || fail 'private-key or passphrase without key: load or key: generate' ;;
    generate | load) ;;
    *) fail 'key is none of none, generate and load' ;;
esac
install
[ "$action" = none ] || key "$action"
[ -z "${RKEYGEN_KNOWN_HOSTS:-}" ] || pin
