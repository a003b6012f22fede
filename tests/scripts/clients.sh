#!/bin/sh
# Programs that call ssh-keygen, with rkeygen in its place: first in the PATH, under its name.
# usage: tests/scripts/clients.sh [fast|all [PROGRAM]]   (default: all, the release build; fast leaves asyncssh out)
# git signs and verifies; Ansible's modules and asyncssh's own tests come from PyPI, into target/clients; cloud-init's and the
# distributions' lines at the first boot are run as they are written there. paramiko's tests do not call ssh-keygen.
# What cannot be had here is skipped, and named in the last line but one. Half a minute for fast; one more the first time, for
# PyPI; one more for all.
set -u
cd "$(dirname "$0")/../.." || exit
which=${1:-all}
if [ $# -lt 2 ]; then
    cargo build --locked --quiet --release || exit
fi
program=$(realpath "${2:-target/release/rkeygen}")
tools=$PWD/target/clients
sources=$PWD/tests/scripts/clients
oracle=/usr/bin
! sh tests/scripts/newest-openssh.sh >/dev/null || oracle=$PWD/target/oracle/bin

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/home"
printf '#!/bin/sh\necho "$*" >>"%s/calls"\nexec "%s" "$@"\n' "$work" "$program" >"$work/bin/ssh-keygen"
for name in ssh ssh-add ssh-agent; do
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$oracle/$name" >"$work/bin/$name"
done
chmod +x "$work/bin"/*
export PATH="$work/bin:$PATH" HOME="$work/home" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C.UTF-8
unset SSH_AUTH_SOCK SSH_ASKPASS DISPLAY

passed=0 failed=0 skipped=''
# check NAME COMMAND...: the command succeeds, and has called the program.
check() {
    name=$1
    shift
    : >"$work/calls"
    # Not as a condition, where the shell would ignore `set -e`.
    ("$@") >"$work/log" 2>&1
    if [ $? = 0 ] && [ -s "$work/calls" ]; then
        passed=$((passed + 1))
        echo "ok      $name ($(wc -l <"$work/calls") calls)"
    else
        failed=$((failed + 1))
        echo "FAILED  $name ($(wc -l <"$work/calls") calls)"
        tail -n 30 "$work/log"
    fi
}

# The key may be a file, or only in the agent: then git calls `-Y sign -U`.
git_signs() {
    set -e
    rm -rf "$work/git"
    mkdir "$work/git"
    cd "$work/git"
    ssh-keygen -q -t ed25519 -N '' -C me -f key
    echo "me@example.org namespaces=\"git\" $(cat key.pub)" >allowed
    eval "$(ssh-agent -s)" >/dev/null
    trap 'ssh-agent -k >/dev/null' EXIT
    ssh-add -q key
    git init -q -b main .
    git config user.name Me
    git config user.email me@example.org
    git config gpg.format ssh
    git config gpg.ssh.allowedSignersFile "$PWD/allowed"
    git config gpg.ssh.defaultKeyCommand "ssh-add -L"
    for key in "$PWD/key" "$PWD/key.pub" "key::$(cat key.pub)" ''; do
        if [ -n "$key" ]; then git config user.signingkey "$key"; else git config --unset user.signingkey; fi
        git commit -q --allow-empty -S -m "signed with $key"
        git verify-commit HEAD
        git tag -f -s -m tag tag
        git verify-tag tag
        [ "$(git log -1 --format='%G?')" = G ]
    done
    git checkout -q -b side
    git commit -q --allow-empty -S -m side
    git checkout -q main
    git merge -q --no-ff --verify-signatures -m merge side
    # A push certificate, checked by the receiving side.
    git init -q --bare server
    git -C server config receive.certNonceSeed seed
    git -C server config gpg.ssh.allowedSignersFile "$PWD/allowed"
    printf '#!/bin/sh\nenv >%s/pushed\n' "$PWD" >server/hooks/post-receive
    chmod +x server/hooks/post-receive
    git push -q --signed=yes server main
    grep -qx GIT_PUSH_CERT_STATUS=G pushed
    # A key that is revoked, and one that is no one's.
    ssh-keygen -q -k -f revoked key.pub
    git config gpg.ssh.revocationFile "$PWD/revoked"
    if git verify-commit HEAD~1 2>/dev/null; then false; fi
    git config --unset gpg.ssh.revocationFile
    ssh-keygen -q -t ed25519 -N '' -f other
    git config user.signingkey "$PWD/other"
    git commit -q --allow-empty -S -m other
    if git verify-commit HEAD 2>/dev/null; then false; fi
    [ "$(git log -1 --format='%G?')" = U ]
}

# From cloudinit/config/cc_ssh.py and cc_keys_to_console, the sshd-keygen@ units of Fedora, Debian's openssh-server.postinst,
# and the services that call -A (Alpine, Arch, FreeBSD, OpenBSD).
first_boot() {
    set -e
    rm -rf "${work:?}/boot"
    mkdir -p "$work/boot/cloud" "$work/boot/fedora" "$work/boot/debian" "$work/boot/a/etc/ssh"
    cd "$work/boot"
    for type in rsa ecdsa ed25519; do
        ssh-keygen -t $type -N '' -f cloud/ssh_host_${type}_key >cloud/out
        grep -q 'The key fingerprint is:' cloud/out
        ssh-keygen -l -E sha256 -f cloud/ssh_host_${type}_key.pub | grep -q '^[0-9]* SHA256:'
        ssh-keygen -q -t $type -f fedora/ssh_host_${type}_key -C '' -N '' >/dev/null
        ssh-keygen -q -f debian/ssh_host_${type}_key -N '' -t $type
        ssh-keygen -l -f debian/ssh_host_${type}_key.pub >/dev/null
    done
    ssh-keygen -A -f a >/dev/null
    cksum a/etc/ssh/* >before
    ssh-keygen -A -f a >again
    [ ! -s again ]
    cksum a/etc/ssh/* | cmp - before
    for place in cloud fedora debian a/etc/ssh; do
        for key in "$place"/ssh_host_*_key; do echo "HostKey $PWD/$key"; done >config
        if [ "$oracle" != /usr/bin ]; then
            printf 'SshdSessionPath %s/sshd-session\nSshdAuthPath %s/sshd-auth\n' "$oracle" "$oracle" >>config
        fi
        "$sshd" -t -f "$PWD/config"
    done
}

# Twice; the second run finds everything as it should be.
ansible_plays() {
    set -e
    rm -rf "$work/ansible"
    mkdir "$work/ansible"
    cd "$work/ansible"
    export ANSIBLE_COLLECTIONS_PATH="$tools/collections" ANSIBLE_HOME="$work/ansible/home" ANSIBLE_LOCALHOST_WARNING=False
    play() {
        "$tools/venv/bin/ansible-playbook" -i localhost, -e "dir=$PWD ansible_python_interpreter=$tools/venv/bin/python" \
            "$sources/ansible.yml"
    }
    play
    play >second
    cat second
    grep -q ' changed=0 .* failed=0 ' second
    "$oracle/ssh-keygen" -L -f user-cert.pub | grep -q 'Serial: 7'
    "$oracle/ssh-keygen" -y -P 'correct horse' -f locked >/dev/null
}

asyncssh_tests() {
    set -e
    # Its tests with openssl fail with OpenSSL 3, and say nothing of ssh-keygen.
    mkdir -p "$work/without-openssl"
    printf '#!/bin/sh\nexit 127\n' >"$work/without-openssl/openssl"
    chmod +x "$work/without-openssl/openssl"
    cd "$tools/asyncssh"
    PATH="$work/without-openssl:$PATH" "$tools/venv/bin/python" -m pytest -q -p no:cacheprovider tests/test_public_key.py
}

# What comes from PyPI: Ansible's collection alone out of its package of all collections.
python_tools() {
    set -e
    [ -e "$tools/done-2" ] && return
    echo "tests/scripts/clients.sh: getting Ansible and asyncssh from PyPI, into target/clients"
    rm -rf "$tools"
    mkdir -p "$tools/download"
    python3 -m venv "$tools/venv"
    pip="$tools/venv/bin/pip --disable-pip-version-check -q"
    $pip install ansible-core cryptography pytest asyncssh bcrypt pyOpenSSL
    $pip download --no-deps -d "$tools/download" ansible
    "$tools/venv/bin/python" - "$tools" <<'END'
import glob, sys, zipfile
tools = sys.argv[1]
with zipfile.ZipFile(glob.glob(f"{tools}/download/ansible-*.whl")[0]) as wheel:
    wheel.extractall(f"{tools}/collections", [name for name in wheel.namelist() if "/community/crypto/" in name])
END
    version=$("$tools/venv/bin/python" -c 'import asyncssh; print(asyncssh.__version__)')
    $pip download --no-deps --no-binary :all: -d "$tools/download" "asyncssh==$version"
    mkdir "$tools/asyncssh"
    tar -xzf "$tools"/download/asyncssh-*.tar.gz -C "$tools/asyncssh" --strip-components 1
    rm -rf "$tools/download"
    touch "$tools/done-2"
}

if command -v git >/dev/null; then check 'git signs and verifies' git_signs; else skipped="$skipped git"; fi
sshd=$oracle/sshd
[ -x "$sshd" ] || sshd=/usr/sbin/sshd
if [ -x "$sshd" ]; then check 'host keys at the first boot' first_boot; else skipped="$skipped sshd"; fi
(python_tools) >"$work/pypi" 2>&1
if [ $? = 0 ]; then
    check "Ansible's openssh_keypair and openssh_cert, twice" ansible_plays
    [ "$which" = fast ] || check "asyncssh's tests of keys" asyncssh_tests
else
    tail -n 5 "$work/pypi"
    skipped="$skipped ansible asyncssh"
fi
echo "skipped:${skipped:- nothing}"
echo "$passed passed, $failed failed, $(echo "$skipped" | wc -w) skipped"
[ "$failed" = 0 ] && { [ -z "${RKEYGEN_NO_SKIP:-}" ] || [ -z "$skipped" ]; }
