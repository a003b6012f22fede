#!/bin/sh
# OpenSSH's own test scripts, with rkeygen in place of ssh-keygen. All other programs are those of the newest OpenSSH
# (tests/scripts/newest-openssh.sh), or else of the system's packages openssh-server and openssh-tests.
# usage: tests/scripts/openssh.sh [fast|all|SCRIPT...]   (default: all; t1 to t12 are targets of the suite's Makefile)
# KEYGEN=PROGRAM runs them with another program, to see whether a failure is rkeygen's. RKEYGEN_ORACLE=/usr takes the system's OpenSSH.
#
# The lists have every script that calls ssh-keygen, except
#   hostbased        changes the machine's own host keys and configuration
#   ssh-com*         compare with a commercial program that no one distributes any more
# and some that call it only to make the keys that every script starts with.
set -eu
cd "$(dirname "$0")/../.."

fast='t1 t2 t3 t4 t5 t7 t9 t10 t11 t12 keygen-change keygen-comment keygen-convert keygen-knownhosts keygen-sshfp
keygen-moduli sshsig limit-keytype multipubkey cert-file agent pubkey-priority'
slow='krl cert-hostkey cert-userkey principals-command keytype agent-restrict knownhosts knownhosts-command keys-command
sshfp-connect agent-subprocess hostkey-agent hostkey-rotate agent-pkcs11-cert agent-pkcs11-restrict agent-pkcs11 ssh-pkcs11'

# What rkeygen does not do yet. Each line is a key type that the suite does without.
missing_types=''

case ${1:-all} in
    fast) scripts=$fast ;;
    all) scripts="$fast $slow" ;;
    *) scripts=$* ;;
esac

# Where the programs are: $bin for those of users, $server for sshd, $libexec for their helpers.
if [ -n "${RKEYGEN_ORACLE:-}" ] || ! sh tests/scripts/newest-openssh.sh >/dev/null; then
    bin=${RKEYGEN_ORACLE:-/usr}/bin server=${RKEYGEN_ORACLE:-/usr}/sbin libexec=${RKEYGEN_ORACLE:-/usr}/lib/openssh helpers=
    suite=$libexec/regress
    if [ ! -d "$suite" ] || [ ! -x "$server/sshd" ]; then
        echo "tests/scripts/openssh.sh: installing openssh-tests"
        apt-get update -qq || true
        apt-get install -y -qq --no-install-recommends openssh-tests openssh-server openssl >/dev/null
    fi
else
    bin=$PWD/target/oracle/bin
    server=$bin libexec=$bin helpers=$bin
    suite=$PWD/target/oracle/root/usr/lib/openssh/regress
fi
# sshd as root becomes this user before anyone has logged in.
if [ "$(id -u)" = 0 ] && ! id sshd >/dev/null 2>&1; then
    echo "tests/scripts/openssh.sh: adding the user sshd"
    useradd --system --home-dir /run/sshd --shell /usr/sbin/nologin sshd
fi
mkdir -p /run/sshd 2>/dev/null || true
if [ -z "${KEYGEN:-}" ]; then
    cargo build --locked --quiet --release
    KEYGEN=$PWD/target/release/rkeygen
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cp -r "$suite" "$work/regress"
# The suite's PKCS#11 scripts want SoftHSM.
if ! command -v softhsm2-util >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "tests/scripts/openssh.sh: installing softhsm2"
    apt-get update -qq || true
    apt-get install -y -qq --no-install-recommends softhsm2 >/dev/null || true
fi

# The suite makes a key of each type that ssh knows. Some scripts ask the ssh of the PATH.
cat >"$work/ssh" <<END
#!/bin/sh
case " \$* " in
    *' -Q '*) "$bin/ssh" "\$@" | grep -v -e ssh-dss $(for type in $missing_types; do echo "-e $type"; done) ;;
    *) exec "$bin/ssh" "\$@" ;;
esac
END
# The log shows that the suite runs the program under test and no other.
cat >"$work/keygen" <<END
#!/bin/sh
echo "\$*" >>"$work/calls"
exec "$KEYGEN" "\$@"
END
chmod +x "$work/ssh" "$work/keygen"

export PATH="$work:$PATH" TEST_SSH_SSHKEYGEN="$work/keygen" TEST_SSH_SSH="$work/ssh" TEST_SSH_SSHD="$server/sshd"
for program in ssh-agent ssh-add ssh-keyscan sftp scp; do
    export "TEST_SSH_$(echo "$program" | tr -d - | tr a-z A-Z)=$bin/$program"
done
export TEST_SSH_SFTPSERVER="$libexec/sftp-server" TEST_SSH_UNSAFE_PERMISSIONS=1
# From OpenSSH 9.8 on, sshd is three programs.
export TEST_SSH_SSHD_SESSION="$libexec/sshd-session" TEST_SSH_SSHD_AUTH="$libexec/sshd-auth"
export TEST_SSH_SK_HELPER="$libexec/ssh-sk-helper" TEST_SSH_SSHPKCS11HELPER="$libexec/ssh-pkcs11-helper"
export TEST_SHELL=sh AWK=awk EGREP='grep -E' OPENSSL_BIN=openssl SUDO=

# Runs a script that wants these keys in the home directory of the user who runs it.
in_home_with_keys() {
    mkdir -p "$work/home/.ssh"
    for type in rsa ecdsa ecdsa_sk ed25519; do
        rm -f "$work/home/.ssh/id_$type"
        SSH_SK_PROVIDER="$OBJ/misc/sk-dummy/sk-dummy.so" SSH_SK_HELPER="$TEST_SSH_SK_HELPER" \
            "$work/keygen" -q -t "$(echo $type | tr _ -)" -N '' -f "$work/home/.ssh/id_$type"
    done
    # The mount ends with the namespace.
    unshare --mount sh -c 'mount --bind "$1" ~ && shift && exec "$@"' sh "$work/home" "$@"
}

run() {
    # Not named after the script: two of them take each line with "hostkey" out of sshd's configuration.
    export OBJ="$work/obj" BUILDDIR="$work/regress"
    rm -rf "$OBJ"
    mkdir "$OBJ"
    ln -s "$work"/regress/misc "$OBJ"/misc 2>/dev/null || true
    for helper in netcat modpipe setuid-allowed mkdtemp check-perm timestamp; do
        for place in ${helpers:+"$helpers"} "$work/regress"; do
            [ ! -x "$place/$helper" ] || { printf '#!/bin/sh\nexec "%s" "$@"\n' "$place/$helper" >"$OBJ/$helper"; break; }
        done
    done
    chmod +x "$OBJ"/* 2>/dev/null || true
    case $1 in
        t[0-9]*) make -s -C "$work/regress" -f Makefile ".OBJDIR=$OBJ" ".CURDIR=$work/regress" OBJ="$OBJ" "$1" ;;
        pubkey-priority) (cd "$work/regress" && in_home_with_keys sh ./test-exec.sh "$OBJ" "$work/regress/$1.sh") ;;
        *) (cd "$work/regress" && timeout 600 sh ./test-exec.sh "$OBJ" "$work/regress/$1.sh") ;;
    esac
}

passed=0 failed=0 skipped=0
for script in $scripts; do
    start=$(date +%s)
    : >"$work/calls"
    status=0
    run "$script" >"$work/log" 2>&1 || status=$?
    took="$(($(date +%s) - start)) s, $(wc -l <"$work/calls") calls"
    if [ $status -ne 0 ]; then
        failed=$((failed + 1))
        echo "FAILED  $script ($took)"
        tail -n "${LINES_SHOWN:-20}" "$work/log"
    elif grep -q '^SKIPPED' "$work/log" || [ ! -s "$work/calls" ]; then
        skipped=$((skipped + 1))
        echo "skipped $script: $(grep '^SKIPPED' "$work/log" || echo "it did not run the program")"
    else
        passed=$((passed + 1))
        echo "ok      $script ($took)"
    fi
done
echo "OpenSSH's scripts with $("$bin/ssh" -V 2>&1 | cut -d, -f1); key types left out: ${missing_types:-none}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
