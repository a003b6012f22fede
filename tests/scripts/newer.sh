#!/bin/sh
# Newer programs than this machine's: OpenSSH 10.0, OpenSSL 3.5 with its FIPS provider, and libssh2 1.11, from Debian 13 in
# target/newer. Runs the fast half of OpenSSH's scripts there, and logs in, in FIPS mode, with keys made by --fips and by
# convert --fips. Wants root; four minutes and 600 MB the first time.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD/target/newer
if [ ! -e "$root/done" ]; then
    command -v debootstrap >/dev/null || apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
    # The mirror that this machine uses.
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' -e 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' | head -n 1)
    packages=openssl,openssl-provider-fips,openssh-server,openssh-client,make,curl,procps
    rm -rf "$root"
    debootstrap --variant=minbase --include="$packages" trixie "$root" "$mirror" >target/newer.log
    # The scripts alone: what the package depends on is for others of them.
    cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/"
    cp /etc/resolv.conf "$root/etc/"
    chroot "$root" sh -c 'cd /var/tmp && apt-get update -qq && apt-get download -qq openssh-tests && dpkg-deb -x openssh-tests_*.deb /'
    touch "$root/done"
fi
cargo build --locked --quiet --release
cp target/release/rkeygen "$root/usr/local/bin/rkeygen"
mkdir -p "$root/tests/scripts"
cp tests/scripts/openssh.sh tests/scripts/fips_login.sh "$root/tests/scripts/"
# The mounts end with the namespace.
unshare --mount sh -c '
    mount --bind /dev "$1/dev" && mount -t proc none "$1/proc" && mount -t tmpfs none "$1/tmp" || exit
    chroot "$1" env KEYGEN=/usr/local/bin/rkeygen RKEYGEN_ORACLE=/usr sh /tests/scripts/openssh.sh fast
    exec chroot "$1" sh /tests/scripts/fips_login.sh
' sh "$root"
