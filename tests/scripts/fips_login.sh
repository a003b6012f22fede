#!/bin/sh
# Logs in by sftp, with a client in FIPS mode, with keys of rkeygen. To be run by newer.sh, in its directory.
set -eu
work=$(mktemp -d)
cd "$work"
port=2299
module=$(find /usr/lib -name fips.so | head -n 1)
openssl fipsinstall -quiet -module "$module" -out fipsmodule.cnf
cat >fips.cnf <<END
openssl_conf = start
.include $work/fipsmodule.cnf
[start]
providers = providers
alg_section = algorithms
[providers]
fips = fips_sect
base = base
[base]
activate = 1
[algorithms]
default_properties = fips=yes
END
if echo x | OPENSSL_CONF=fips.cnf openssl dgst -md5 >/dev/null 2>&1; then
    echo "FIPS mode is not on: MD5 works"
    exit 1
fi

ssh-keygen -q -t ecdsa -N '' -f host
cat >config <<END
ListenAddress 127.0.0.1:$port
HostKey $work/host
AuthorizedKeysFile $work/authorized
StrictModes no
UsePAM no
PermitRootLogin yes
Subsystem sftp internal-sftp
KexAlgorithms ecdh-sha2-nistp256
Ciphers aes256-ctr
MACs hmac-sha2-256
END
mkdir -p /run/sshd
/usr/sbin/sshd -D -f config 2>/dev/null &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
sleep 1

# login KEY: whether the client in FIPS mode logs in with it; its passphrase is "horse staple 9".
login() {
    cp "$1.pub" authorized
    OPENSSL_CONF=fips.cnf curl -sS --insecure --key "$1" --pubkey "$1.pub" --pass "horse staple 9" -u root: \
        "sftp://127.0.0.1:$port/etc/hostname" >/dev/null 2>"$1.error"
}

failed=0
for kind in rsa ecdsa; do
    rkeygen -q -t "$kind" --fips -N "horse staple 9" -f "made_$kind"
    rkeygen -q -t "$kind" -N "horse staple 9" -f "old_$kind"
    rkeygen convert "old_$kind" --to pkcs8 --fips -P "horse staple 9" -o "converted_$kind" >/dev/null
    cp "old_$kind.pub" "converted_$kind.pub"
    for key in "made_$kind" "converted_$kind"; do
        if login "$key"; then
            echo "ok      login in FIPS mode with $key"
        else
            echo "FAILED  login in FIPS mode with $key: $(cat "$key.error")"
            failed=1
        fi
    done
    # What the profile is for: the key of old is refused there, or FIPS mode is not on.
    rkeygen convert "old_$kind" --to pem -P "horse staple 9" -o "pem_$kind" >/dev/null
    cp "old_$kind.pub" "pem_$kind.pub"
    if login "pem_$kind"; then
        echo "FAILED  a key that FIPS mode has to refuse logs in"
        failed=1
    fi
done
exit $failed
