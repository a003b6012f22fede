#!/bin/sh
# OpenSSH's own test scripts, from Debian's package openssh-tests, with rkeygen in ssh-keygen's place.
# usage: tests/openssh.sh [fast|all|SCRIPT...]   (default: all; t1 to t12 are targets of the suite's Makefile,
# where t6 and t8 are about DSA, which OpenSSH 10 no longer has)
# In no list: hostbased, which changes the machine's own host keys and configuration; ssh-com, ssh-com-client and
# ssh-com-keygen, which compare with a program that is not to be had; and what does not call ssh-keygen but to
# make the keys that every script starts with.
# KEYGEN=/usr/bin/ssh-keygen runs them with another program, to see whether a failure is rkeygen's.
set -eu
cd "$(dirname "$0")/.."

fast='t1 t2 t3 t4 t5 t7 t9 t10 t11 t12 keygen-change keygen-comment keygen-convert keygen-knownhosts keygen-sshfp
keygen-moduli sshsig limit-keytype multipubkey cert-file agent'
slow='krl cert-hostkey cert-userkey principals-command keytype agent-restrict knownhosts
knownhosts-command keys-command sshfp-connect agent-subprocess hostkey-agent hostkey-rotate'

case ${1:-all} in
    fast) scripts=$fast ;;
    all) scripts="$fast $slow" ;;
    *) scripts=$* ;;
esac

suite=/usr/lib/openssh/regress
if [ ! -d "$suite" ] || [ ! -x /usr/sbin/sshd ]; then
    echo "tests/openssh.sh: installing openssh-tests"
    apt-get update -qq || true
    apt-get install -y -qq --no-install-recommends openssh-tests openssh-server openssl >/dev/null
fi
if [ -z "${KEYGEN:-}" ]; then
    cargo build --locked --quiet --release
    KEYGEN=$PWD/target/release/rkeygen
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cp -r "$suite" "$work/regress"
mkdir -p /run/sshd

# The suite makes a key of each type that ssh knows. DSA is gone from OpenSSH 10, and so from rkeygen. Some
# scripts ask the ssh of the PATH.
cat >"$work/ssh" <<'END'
#!/bin/sh
case " $* " in
    *' -Q '*) /usr/bin/ssh "$@" | grep -v dss ;;
    *) exec /usr/bin/ssh "$@" ;;
esac
END
# That the suite runs the program under test and no other. But what needs a token, here one of the suite's own that
# is software, is OpenSSH's: making a key in it, and signing with that. rkeygen does all the rest with such keys.
cat >"$work/keygen" <<END
#!/bin/sh
case "\$*" in
    *'t sk-'* | *'-t '*-sk* | *'-Y sign '*'/sk-'* | *'-s '*key_sk-*' -I '*) exec /usr/bin/ssh-keygen "\$@" ;;
esac
echo "\$*" >>"$work/calls"
exec "$KEYGEN" "\$@"
END
chmod +x "$work/ssh" "$work/keygen"

export PATH="$work:$PATH" TEST_SSH_SSHKEYGEN="$work/keygen" TEST_SSH_SSH="$work/ssh" TEST_SSH_SSHD=/usr/sbin/sshd
export TEST_SSH_SSHAGENT=/usr/bin/ssh-agent TEST_SSH_SSHADD=/usr/bin/ssh-add TEST_SSH_SFTP=/usr/bin/sftp
export TEST_SSH_SCP=/usr/bin/scp TEST_SSH_SSHKEYSCAN=/usr/bin/ssh-keyscan
export TEST_SSH_SFTPSERVER=/usr/lib/openssh/sftp-server TEST_SSH_UNSAFE_PERMISSIONS=1
# From OpenSSH 9.8 on, sshd is three programs.
export TEST_SSH_SSHD_SESSION=/usr/lib/openssh/sshd-session TEST_SSH_SSHD_AUTH=/usr/lib/openssh/sshd-auth
export TEST_SHELL=sh AWK=awk EGREP='grep -E' OPENSSL_BIN=openssl SUDO=

run() {
    # Not named after the script: two of them take each line with "hostkey" out of sshd's configuration.
    export OBJ="$work/obj" BUILDDIR="$work/regress"
    rm -rf "$OBJ"
    mkdir "$OBJ"
    ln -s "$work"/regress/misc "$OBJ"/misc 2>/dev/null || true
    for helper in netcat modpipe setuid-allowed mkdtemp check-perm timestamp valgrind-out; do
        [ ! -e "$work/regress/$helper" ] || ln -s "$work/regress/$helper" "$OBJ/$helper"
    done
    case $1 in
        t[0-9]*) make -s -C "$work/regress" -f Makefile ".OBJDIR=$OBJ" ".CURDIR=$work/regress" OBJ="$OBJ" "$1" ;;
        *) (cd "$work/regress" && sh ./test-exec.sh "$OBJ" "$work/regress/$1.sh") ;;
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
        tail -n 20 "$work/log"
    elif grep -q '^SKIPPED' "$work/log" || [ ! -s "$work/calls" ]; then
        skipped=$((skipped + 1))
        echo "skipped $script: $(grep '^SKIPPED' "$work/log" || echo "it did not run the program")"
    else
        passed=$((passed + 1))
        echo "ok      $script ($took)"
    fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
