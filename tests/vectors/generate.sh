#!/bin/sh
# Makes the private keys of this directory again, with ssh-keygen and openssl; the passphrase of the
# encrypted ones is "correct horse". The tests read what is committed, not what this makes.
set -eu
cd "$(dirname "$0")"
rm -f ./*.key token-ed25519
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

# Forms that OpenSSL reads besides those that it writes today.
openssl ecparam -name secp521r1 -genkey -noout -param_enc explicit -out pem-ecdsa-explicit.key
openssl ec -in pem-ecdsa-explicit.key -aes128 -passout 'pass:correct horse' -out pem-ecdsa-explicit-encrypted.key
openssl ecparam -name prime256v1 -genkey -noout | openssl ec -conv_form compressed -out pem-ecdsa-compressed.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -pkeyopt ec_param_enc:explicit -out pkcs8-ecdsa-explicit.key
openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout 'pass:correct horse' -in pem-rsa.key -out pkcs8-rsa-3des-encrypted.key
openssl pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA512 -passout 'pass:correct horse' -in pem-rsa.key \
    -out pkcs8-rsa-sha512-encrypted.key
python3 - <<'PYTHON'
import base64, re

def der(tag, body):
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if len(body) < 128 else bytes([0x80 | len(length)]) + length) + body

def parts(body):
    while body:
        size, head = body[1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(body[2:head], "big")
        yield body[head : head + size]
        body = body[head + size :]

def write(name, label, bytes_):
    text = base64.b64encode(bytes_).decode()
    lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    open(name, "w").write(f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")

def read(name):
    return base64.b64decode("".join(re.findall("^[^-].*$", open(name).read(), re.M)))

numbers = list(parts(next(parts(read("pem-rsa.key")))))
# Without the numbers that follow from the others; without leading zeros; with bytes after the whole.
write("pem-rsa-zero-crt.key", "RSA PRIVATE KEY", der(0x30, b"".join(der(2, n) for n in numbers[:6] + [b"\0"] * 3)))
bare = [n.lstrip(b"\0") or b"\0" for n in numbers]
write("pem-rsa-bare.key", "RSA PRIVATE KEY", der(0x30, b"".join(der(2, n) for n in bare)) + bytes(3))
write("pkcs8-rsa-label.key", "RSA PRIVATE KEY", read("pkcs8-rsa.key"))
PYTHON
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

# OpenSSH 10 has no DSA.
! ssh -Q key-plain | grep -q ssh-dss || {
    rm -f dsa dsa.pub
    ssh-keygen -q -t dsa -N '' -C 'me and you' -f dsa
    chmod 644 dsa
}

# A key in a token, as the token of OpenSSH's tests makes it (Debian: openssh-tests).
SSH_SK_PROVIDER=/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so \
    ssh-keygen -q -t ed25519-sk -N '' -C token -f token-ed25519

# Certificates and signatures; their keys are not kept.
work=$(mktemp -d)
printf 'hello\n' >"$work/message"
ssh-keygen -q -t ed25519 -N '' -C user@host -f "$work/user"
for kind in ed25519 ecdsa rsa; do
    # shellcheck disable=SC2046 # two words or none
    ssh-keygen -q -t $kind $([ $kind = rsa ] && echo -b 1024) -N '' -C ca -f "$work/ca-$kind"
    ssh-keygen -q -s "$work/ca-$kind" -I "user $kind" -n me,you -z 7 -V 20260101z:20360101z -O force-command='echo hi' \
        -O source-address=10.0.0.0/8 -O critical:flag -O extension:a@b=c "$work/user.pub"
    mv "$work/user-cert.pub" "certificate-$kind.pub"
    ssh-keygen -q -Y sign -n file -f "$work/ca-$kind" "$work/message"
    mv "$work/message.sig" "sshsig-$kind.sig"
done
ssh-keygen -q -s "$work/ca-rsa" -t ssh-rsa -h -I host "$work/user.pub"
mv "$work/user-cert.pub" certificate-host-rsa-sha1.pub

rm -r "$work"

# Keys, a certificate and a signature of ML-DSA-44 with Ed25519, which OpenSSH 10.6 has: MLDSA_KEYGEN names that
# ssh-keygen. The known answers are OpenSSH's (regress/unittests/crypto/testdata in OPENSSH_REGRESS): the vector of
# draft-ietf-lamps-pq-composite-sigs as it is, and the first 25 of NIST's for ML-DSA-44.
keygen=${MLDSA_KEYGEN:-ssh-keygen}
work=$(mktemp -d)
printf 'hello\n' >"$work/message"
rm -f openssh-mldsa44-ed25519*
"$keygen" -q -t mldsa44-ed25519 -N '' -C openssh-mldsa44-ed25519 -f openssh-mldsa44-ed25519.key
cut -d' ' -f1,2 openssh-mldsa44-ed25519.key.pub >openssh-mldsa44-ed25519.pub
rm openssh-mldsa44-ed25519.key.pub
chmod 644 openssh-mldsa44-ed25519.key
for name in user ca; do "$keygen" -q -t mldsa44-ed25519 -N '' -C $name@host -f "$work/$name"; done
"$keygen" -q -s "$work/ca" -I "user mldsa44-ed25519" -n me,you -z 7 -V 20260101z:20360101z -O force-command='echo hi' \
    -O source-address=10.0.0.0/8 -O critical:flag -O extension:a@b=c "$work/user.pub"
mv "$work/user-cert.pub" certificate-mldsa44-ed25519.pub
"$keygen" -q -Y sign -n file -f "$work/ca" "$work/message"
mv "$work/message.sig" sshsig-mldsa44-ed25519.sig
rm -r "$work"
answers=${OPENSSH_REGRESS:-/usr/lib/openssh/regress}/unittests/crypto/testdata
cp "$answers/draft-ietf-lamps-pq-composite-sigs.json" mldsa44-ed25519-composite.json
python3 - "$answers/nistkats-44.json" >mldsa44-kat.json <<'PYTHON'
import json, sys
answers = json.load(open(sys.argv[1]))[:25]
for answer in answers:
    del answer["sha3_256_hash_of_signing_key"]
print(json.dumps(answers, indent=1))
PYTHON

# The longest RSA key, without the minutes that its primes would take: those of RFC 3526 section 7 and RFC 7919
# appendix A.5, which come from the digits of pi and e.
python3 - >rsa-16384.pem <<'PYTHON'
import base64

def der(tag, body):
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if len(body) < 128 else bytes([0x80 | len(length)]) + length) + body

def arctan_inverse(x, one):
    power = total = one // x
    n, sign = 3, -1
    while power:
        power //= x * x
        total += sign * (power // n)
        n, sign = n + 2, -sign
    return total

guard = 64
one = 1 << (8062 + guard)
pi = 4 * (4 * arctan_inverse(5, one) - arctan_inverse(239, one)) >> guard
term, e, n = one, one, 1
while term:
    term //= n
    e, n = e + term, n + 1
e >>= guard
p = 2**8192 - 2**8128 - 1 + 2**64 * (pi + 4743158)
q = 2**8192 - 2**8128 - 1 + 2**64 * (e + 10965728)
exponent = 65537
d = pow(exponent, -1, (p - 1) * (q - 1))
numbers = [0, p * q, exponent, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
body = b"".join(der(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers)
text = base64.encodebytes(der(0x30, body)).decode().replace("\n", "")
print("-----BEGIN RSA PRIVATE KEY-----")
print("\n".join(text[i : i + 64] for i in range(0, len(text), 64)))
print("-----END RSA PRIVATE KEY-----")
PYTHON
chmod 600 rsa-16384.pem
ssh-keygen -q -t ed25519 -N '' -C 'me and you' -f putty
puttygen putty -O private -o putty-ed25519.ppk
rm putty putty.pub
