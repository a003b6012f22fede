#!/bin/sh
# Makes the private keys of this folder again, with ssh-keygen and openssl; the passphrase of the
# encrypted ones is "correct horse". The tests read what is committed, not what this makes.
set -eu
cd "$(dirname "$0")"
rm -f ./*.key
make_key() { name=$1; shift; ssh-keygen -q -C "$name" -f "$name.key" "$@"; rm "$name.key.pub"; }

make_key openssh-ed25519 -t ed25519 -N ''
make_key openssh-ecdsa -t ecdsa -b 521 -N ''
make_key openssh-rsa -t rsa -b 1024 -N ''
make_key openssh-ed25519-ctr -t ed25519 -a 1 -N 'correct horse'
make_key openssh-ed25519-gcm -t ed25519 -a 1 -Z aes256-gcm@openssh.com -N 'correct horse'
make_key openssh-ed25519-chacha -t ed25519 -a 1 -Z chacha20-poly1305@openssh.com -N 'correct horse'
make_key pem-rsa -t rsa -b 1024 -m PEM -N ''
make_key pem-ecdsa -t ecdsa -b 384 -m PEM -N ''
make_key pem-rsa-encrypted -t rsa -b 1024 -m PEM -N 'correct horse'
make_key pkcs8-rsa -t rsa -b 1024 -m PKCS8 -N ''
make_key pkcs8-ecdsa -t ecdsa -b 256 -m PKCS8 -N ''
make_key pkcs8-ecdsa-encrypted -t ecdsa -b 256 -m PKCS8 -N 'correct horse'
openssl genpkey -algorithm ed25519 -out pkcs8-ed25519.key
openssl genpkey -algorithm ed25519 -aes256 -pass 'pass:correct horse' -out pkcs8-ed25519-encrypted.key
for key in ./*.key; do
    case $key in
    ./pkcs8-ed25519*)
        # ssh-keygen before 10.3 does not read these.
        point=$(openssl pkey -in "$key" -passin 'pass:correct horse' -pubout -outform DER | tail -c 32 | xxd -p -c 64)
        blob=$(printf '0000000b%s00000020%s' "$(printf ssh-ed25519 | xxd -p)" "$point" | xxd -r -p | base64 -w 0)
        echo "ssh-ed25519 $blob" >"${key%.key}.pub"
        ;;
    *) ssh-keygen -y -P 'correct horse' -f "$key" | cut -d' ' -f1,2 >"${key%.key}.pub" ;;
    esac
done
chmod 644 ./*.key
