#!/bin/sh
# Installs rkeygen from its release files. Nothing is installed unless the archive has the checksum of SHA256SUMS. Needs no root.
set -eu

repository=https://github.com/rkeygen/rkeygen

usage() {
    cat <<END
usage: install.sh [OPTION]...

  --prefix DIR       install below DIR: bin, share/man and completions (default ~/.local)
  --version VERSION  this release (default: the latest)
  --from PLACE       the release files: a URL (https, file, or http on this machine) or a directory
                     (default $repository/releases)
  --checksums FILE   a copy of SHA256SUMS that you trust, instead of the one next to the archive
  --help             show this
END
}

fail() {
    echo "install.sh: $1" >&2
    [ $# = 1 ] || echo "hint: $2" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The systems whose archive runs here, the best first.
systems() {
    case $(uname -s)/$(uname -m) in
        Linux/x86_64 | Linux/amd64) echo x86_64-unknown-linux-musl ;;
        Linux/aarch64 | Linux/arm64) echo aarch64-unknown-linux-musl ;;
        Darwin/arm64) echo aarch64-apple-darwin ;;
        Darwin/x86_64) echo x86_64-apple-darwin ;;
        MINGW*/x86_64 | MSYS*/x86_64 | CYGWIN*/x86_64) echo x86_64-pc-windows-msvc x86_64-pc-windows-gnu ;;
        *) fail "there is no release for $(uname -s) on $(uname -m)" "build it: cargo install --locked rkeygen" ;;
    esac
}

# A place that no one on the way can change, unless the checksums come from elsewhere.
check_place() {
    case $from in
        http://*@*) fail "$from: not a plain URL" ;;
        http://localhost[:/]* | http://127.0.0.1[:/]* | 'http://[::1]'[:/]*) ;;
        http://*) [ -n "$checksums" ] || fail "$from: anyone on the way can change the files" "use https, or --checksums FILE" ;;
        https://* | file://*) ;;
        *://*) fail "$from: not a URL of https or file" ;;
        *) [ -d "$from" ] || fail "$from: not a directory" ;;
    esac
}

# fetch NAME: copies or downloads one release file to the working directory.
fetch() {
    case $from in
        file://*)
            if have curl; then
                curl --fail --silent --show-error --output "$work/$1" "$from/$1"
            else
                cp "${from#file://}/$1" "$work/$1"
            fi
            ;;
        *://*)
            protocols='=https'
            [ "${from#http://}" = "$from" ] || protocols='=http,https'
            if have curl; then
                curl --proto "$protocols" --tlsv1.2 --fail --silent --show-error --location --retry 3 --output "$work/$1" "$from/$1"
            elif have wget; then
                wget --quiet --output-document="$work/$1" "$from/$1"
            else
                fail 'neither curl nor wget is here'
            fi
            ;;
        *) cp "$from/$1" "$work/$1" ;;
    esac || fail "cannot get $1 from $from"
}

# sum_of FILE: its SHA-256.
sum_of() {
    if have sha256sum; then
        sha256sum <"$1"
    elif have shasum; then
        shasum -a 256 <"$1"
    elif have openssl; then
        openssl dgst -sha256 -r <"$1"
    else
        fail 'no program for checksums is here' 'install coreutils, perl or openssl'
    fi | cut -d' ' -f1
}

# Prints "SUM NAME" of the one archive for this system. A line that is not a sum and the name of an archive does not count.
choose() {
    all=$(systems) || exit 1
    for system in $all; do
        lines=$(awk -v end="-$system" -v version="$version" '
            NF != 2 || length($1) != 64 || $1 ~ /[^0-9a-f]/ { next }
            {
                name = $2
                sub(/^\*/, "", name)
                stem = name
                if (!sub(/\.tar\.gz$/, "", stem) && !sub(/\.zip$/, "", stem)) next
                middle = substr(stem, 9, length(stem) - 8 - length(end))
                if (stem != "rkeygen-" middle end || middle !~ /^[0-9][0-9A-Za-z.+-]*$/) next
                if (version == "" || middle == version) print $1, name
            }' "$work/SHA256SUMS")
        [ -z "$lines" ] || break
    done
    [ -n "$lines" ] || fail "SHA256SUMS has no archive for $system${version:+ of version $version}"
    [ "$(printf '%s\n' "$lines" | wc -l)" -eq 1 ] || fail "SHA256SUMS has several archives for $system" 'choose one with --version'
    printf '%s\n' "$lines"
}

# unpack ARCHIVE: into the working directory.
unpack() {
    case $1 in
        *.tar.gz) (cd "$work" && tar -xzf "$1") ;;
        *)
            if have unzip; then
                (cd "$work" && unzip -q "$1")
            else
                # That of Windows reads zip files.
                (cd "$work" && tar -xf "$1")
            fi
            ;;
    esac || fail "cannot unpack $1"
}

# put FILE TARGET MODE: under another name first, so that TARGET is never part of a file.
put() {
    [ ! -d "$2" ] || fail "$2: is a directory"
    if ! { mkdir -p "$(dirname "$2")" && cp "$1" "$2.new-$$" && chmod "$3" "$2.new-$$" && mv -f "$2.new-$$" "$2"; }; then
        rm -f "$2.new-$$"
        fail "cannot write $2" 'choose a directory of yours with --prefix'
    fi
}

put_all() {
    program=rkeygen
    [ -e "$1/rkeygen" ] || program=rkeygen.exe
    shown=$("$1/$program" --version) || fail 'the program does not run on this system'
    for page in "$1"/man/*.1; do
        put "$page" "$prefix/share/man/man1/${page##*/}" 644
    done
    put "$1/completions/rkeygen.bash" "$prefix/share/bash-completion/completions/rkeygen" 644
    put "$1/completions/_rkeygen" "$prefix/share/zsh/site-functions/_rkeygen" 644
    put "$1/completions/rkeygen.fish" "$prefix/share/fish/vendor_completions.d/rkeygen.fish" 644
    put "$1/$program" "$prefix/bin/$program" 755
    echo "$shown: $prefix/bin/$program"
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) echo "hint: add $prefix/bin to your PATH" >&2 ;;
    esac
}

# value OPTION [VALUE]: fails if there is none.
value() { [ $# -gt 1 ] || fail "$1 needs a value" 'see install.sh --help'; }

main() {
    prefix=${HOME:-}/.local
    version='' from='' checksums=''
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix) value "$@"; prefix=$2; shift ;;
            --version) value "$@"; version=${2#v}; shift ;;
            --from) value "$@"; from=${2%/}; shift ;;
            --checksums) value "$@"; checksums=$2; shift ;;
            --help) usage; exit 0 ;;
            *) fail "unknown option $1" 'see install.sh --help' ;;
        esac
        shift
    done
    case $version in
        *[!0-9A-Za-z.+-]*) fail "$version: not a version" ;;
    esac
    case $prefix in
        /* | [A-Za-z]:*) ;;
        *) prefix=$PWD/$prefix ;;
    esac
    if [ -z "$from" ]; then
        from=$repository/releases/${version:+download/v$version}
        [ -n "$version" ] || from=$repository/releases/latest/download
    fi
    check_place

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    if [ -n "$checksums" ]; then
        cp "$checksums" "$work/SHA256SUMS" || fail "cannot read $checksums"
    else
        fetch SHA256SUMS
    fi
    chosen=$(choose)
    sum=${chosen%% *} archive=${chosen#* }
    fetch "$archive"
    found=$(sum_of "$work/$archive")
    [ "$found" = "$sum" ] ||
        fail "$archive: wrong checksum: it is $found, SHA256SUMS has $sum" 'the file is damaged or is not the one of the release; nothing was installed'
    unpack "$archive"
    archive=${archive%.zip}
    put_all "$work/${archive%.tar.gz}"
}

# All of the script is here before anything runs.
main "$@"
