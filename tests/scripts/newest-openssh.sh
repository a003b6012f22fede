#!/bin/sh
# Unpacks the newest OpenSSH that Debian has, with its own C library, next to the system's, as the oracle of the tests.
# usage: tests/scripts/newest-openssh.sh [DIRECTORY [SUITE]]   (default: target/oracle, testing)
# Needs apt-get and dpkg-deb on Debian, and no root: nothing is installed. 10 to 40 s and 150 MB the first time; remove the
# directory to get a newer one. Prints the version. Status 1 if there is no way to get one: tests then use the system's.
#
# DIRECTORY/bin has a script for each program, so it may be moved. DIRECTORY/root/usr/lib/openssh/regress has OpenSSH's tests.
set -eu
dir=${1:-$(dirname "$0")/../../target/oracle}
suite=${2:-testing}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

if [ ! -e "$dir/done" ]; then
    for tool in apt-get dpkg-deb; do
        command -v "$tool" >/dev/null || { echo "newest-openssh.sh: no $tool here" >&2; exit 1; }
    done
    # The mirror that this machine uses for Debian itself.
    mirror=${DEBIAN_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' -e 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' |
        grep '/debian/*$' | head -n 1)}
    [ -n "$mirror" ] || { echo "newest-openssh.sh: no Debian mirror is set up here; DEBIAN_MIRROR names one" >&2; exit 1; }

    rm -rf "${dir:?}/apt" "$dir/debs" "$dir/root" "${dir:?}/bin"
    mkdir -p "$dir/apt/lists/partial" "$dir/apt/archives/partial" "$dir/apt/etc" "$dir/debs" "$dir/root" "$dir/bin"
    echo "deb $mirror $suite main" >"$dir/apt/etc/sources.list"
    own_apt() {
        apt-get -qq -o Dir::State="$dir/apt" -o Dir::State::lists="$dir/apt/lists" -o Dir::State::status=/dev/null \
            -o Dir::Cache="$dir/apt" -o Dir::Etc::sourcelist="$dir/apt/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null \
            -o Dir::Etc::main=/dev/null -o Dir::Etc::parts=/etc/apt/apt.conf.d -o APT::Sandbox::User="$(id -un)" \
            -o Acquire::http::Timeout=20 -o Acquire::Retries=1 "$@"
    }
    own_apt update -o APT::Update::Error-Mode=any >&2
    cd "$dir/debs"
    # The packages, and all that they need; what the system has does not count.
    packages=$(own_apt install --no-install-recommends --simulate openssh-client openssh-server libfido2-1 |
        sed -n 's/^Inst \([^ ]*\).*/\1/p')
    # shellcheck disable=SC2086 # one word a package
    own_apt download openssh-tests $packages >&2
    for deb in ./*.deb; do dpkg-deb -x "$deb" "$dir/root"; done

    cd "$dir/root"
    loader=$(ls -d usr/lib*/ld-linux-*.so.* lib*/ld-linux-*.so.* usr/lib*/ld64.so.* 2>/dev/null | head -n 1)
    libc=$(ls -d usr/lib/*/libc.so.6 lib/*/libc.so.6 2>/dev/null | head -n 1)
    libraries=${libc%/*}
    [ -n "$loader" ] && [ -n "$libraries" ] || { echo "newest-openssh.sh: no C library in the packages" >&2; exit 1; }
    regress=usr/lib/openssh/regress
    for program in usr/bin/ssh-keygen usr/bin/ssh usr/bin/ssh-agent usr/bin/ssh-add usr/bin/ssh-keyscan usr/bin/sftp usr/bin/scp \
        usr/sbin/sshd usr/lib/openssh/ssh-sk-helper usr/lib/openssh/ssh-pkcs11-helper usr/lib/openssh/sshd-session \
        usr/lib/openssh/sshd-auth usr/lib/openssh/sftp-server \
        $regress/netcat $regress/modpipe $regress/setuid-allowed $regress/mkdtemp $regress/check-perm $regress/timestamp; do
        [ -e "$program" ] || continue
        # A program knows its path: sshd starts itself again by it.
        cat >"$dir/bin/${program##*/}" <<END
#!/bin/sh
oracle=\${0%/bin/*}
: "\${SSH_SK_HELPER=\$oracle/bin/ssh-sk-helper}" "\${SSH_PKCS11_HELPER=\$oracle/bin/ssh-pkcs11-helper}"
export SSH_SK_HELPER SSH_PKCS11_HELPER
exec "\$oracle/root/$loader" --argv0 "\$0" --library-path "\$oracle/root/$libraries" "\$oracle/root/$program" "\$@"
END
        chmod +x "$dir/bin/${program##*/}"
    done
    "$dir/bin/ssh" -V 2>/dev/null
    rm -rf "$dir/apt" "$dir/debs"
    touch "$dir/done"
fi
"$dir/bin/ssh" -V 2>&1
