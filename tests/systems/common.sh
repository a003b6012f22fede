# To be sourced by the scripts beside it, with set -eu. They want Debian or Ubuntu, rustup, and root for packages.
cd "$(dirname "$0")/../.."

# need PACKAGE...: installs what is missing.
need() {
    missing=
    for package in "$@"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
    done
    # shellcheck disable=SC2086 # several packages
    [ -z "$missing" ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# target NAME: the standard library for another system.
target() {
    rustup target list --installed | grep -qx "$1" || rustup target add "$1"
}

# emulated TARGET GNU-NAME QEMU: runs the library's tests under emulation, and has ssh-keygen open new keys.
emulated() {
    need openssh-client "gcc-$2" qemu-user
    target "$1"
    upper=$(echo "$1" | tr 'a-z-' 'A-Z_')
    runner="qemu-$3 -L /usr/$2"
    export "CARGO_TARGET_${upper}_LINKER=$2-gcc" "CARGO_TARGET_${upper}_RUNNER=$runner"
    cargo test --locked --target "$1" --lib
    cargo build --locked --target "$1" --bin rkeygen
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    for kind in ed25519 ecdsa rsa; do
        # shellcheck disable=SC2086 # the runner is several words
        $runner "target/$1/debug/rkeygen" -q -t "$kind" -a 1 -N "a horse" -C me -f "$folder/$kind"
        [ "$(ssh-keygen -y -P "a horse" -f "$folder/$kind")" = "$(cat "$folder/$kind.pub")" ]
    done
    echo "$1: the library's tests pass under emulation, and ssh-keygen opens the keys"
}
