#!/bin/sh
# Runs all tests. First installs the programs that the keys are tested against, where it can.
set -eu
cd "$(dirname "$0")/.."

# Each program, and the Debian package it is in.
peers='ssh-keygen=openssh-client ssh=openssh-client ssh-agent=openssh-client git=git /usr/sbin/sshd=openssh-server openssl=openssl curl=curl
setsid=util-linux setpriv=util-linux unshare=util-linux getent=libc-bin stty=coreutils mkfifo=coreutils
softhsm2-util=softhsm2 pkcs11-tool=opensc strace=strace puttygen=putty-tools dropbearconvert=dropbear-bin xxd=xxd age=age /usr/bin/python3=python3'
modules='paramiko cryptography jsonschema jwcrypto'

missing_packages() {
    for peer in $peers; do
        command -v "${peer%%=*}" >/dev/null 2>&1 || echo "${peer#*=}"
    done
    for module in $modules; do
        /usr/bin/python3 -W ignore -c "import $module" >/dev/null 2>&1 || echo "python3-$module"
    done
}

missing=$(missing_packages | sort -u | tr '\n' ' ')
if [ -n "$missing" ]; then
    echo "tests/all.sh: installing $missing"
    as_root=
    [ "$(id -u)" = 0 ] || as_root='sudo -n'
    if command -v apt-get >/dev/null && { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; then
        $as_root apt-get update -qq || true
        # shellcheck disable=SC2086 # several packages
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing ||
            true
    fi
    missing=$(missing_packages | sort -u | tr '\n' ' ')
    if [ -n "$missing" ]; then
        echo "tests/all.sh: not installed, and not to be installed from here: $missing" >&2
        echo "tests/all.sh: these are Debian's names; install them, then run this again" >&2
        exit 1
    fi
fi

if [ -n "${RKEYGEN_ORACLE:-}" ]; then
    oracle="the OpenSSH in $RKEYGEN_ORACLE"
else
    echo "tests/all.sh: unpacking the newest OpenSSH in target/oracle, to compare with"
    oracle=$(sh tests/scripts/newest-openssh.sh | cut -d, -f1) ||
        oracle="$(ssh -V 2>&1 | cut -d, -f1) of this system: there was no way to get the newest"
fi

# As root nothing is left out; for others, what only root can do.
[ "$(id -u)" != 0 ] || export RKEYGEN_NO_SKIP=1
status=0
cargo test --locked "$@" || status=$?
echo "tests/all.sh: compared with $oracle"
exit $status
