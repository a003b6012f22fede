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

# emulated TARGET GNU-NAME QEMU: runs the tests that need no other programs of that system under emulation.
emulated() {
    upper=$(echo "$1" | tr 'a-z-' 'A-Z_')
    runner="qemu-$3 -L /usr/$2"
    target "$1"
    export "CARGO_TARGET_${upper}_LINKER=$2-gcc" "CARGO_TARGET_${upper}_RUNNER=$runner" TEST_RUNNER="$runner"
    cargo test --locked --target "$1" --lib --test cli -- --skip moduli --skip two_at_once
    echo "$1: the library's tests and those of the command line pass under emulation"
}
