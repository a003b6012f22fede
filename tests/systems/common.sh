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

# emulated TARGET GNU-NAME QEMU: runs the tests and the program under emulation; the peers are this machine's own.
emulated() {
    need "gcc-$2" qemu-user
    target "$1"
    upper=$(echo "$1" | tr 'a-z-' 'A-Z_')
    runner="qemu-$3 -L /usr/$2"
    export "CARGO_TARGET_${upper}_LINKER=$2-gcc" "CARGO_TARGET_${upper}_RUNNER=$runner"
    # A program that is not there is only an exit status to who starts it under qemu, so one test is left out.
    TEST_RUNNER=$runner sh tests/all.sh --target "$1" --lib --test cli --test interop --test prompts --test trust -- \
        --skip a_missing_askpass_is_a_refusal
    echo "$1: the tests pass under emulation"
}
