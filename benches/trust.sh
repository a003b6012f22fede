#!/bin/sh
# Revocation lists, certificates and file signatures: ssh-keygen and rkeygen in turn. Prints seconds and
# megabytes for each, and how many times faster rkeygen is.
# usage: benches/trust.sh [KEYS [MEGABYTES]]   (default 10000 keys, 256 MB; the full figures: 100000 1024)
set -eu
. "$(dirname "$0")/measure.sh"
keys=${1:-10000}
megabytes=${2:-256}

ssh-keygen -q -t ed25519 -N '' -f ca
ssh-keygen -q -t ed25519 -N '' -f user
python3 - "$keys" <<'PYTHON'
import base64, os, random, struct, sys
count = int(sys.argv[1])
random.seed(7)
with open("hashes", "w") as hashes, open("keys", "w") as keys, open("serials", "w") as serials:
    for _ in range(count):
        digest = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        hashes.write(f"hash: SHA256:{digest}\n")
        blob = struct.pack(">I", 11) + b"ssh-ed25519" + struct.pack(">I", 32) + os.urandom(32)
        keys.write(f"key: ssh-ed25519 {base64.b64encode(blob).decode()}\n")
        serials.write(f"serial: {random.randrange(1, 1 << 40)}\n")
PYTHON

measure "-k, $keys hash: lines" -q -k -f hashes%P.krl hashes
measure "-Q of one key in it" -Q -f hashest.krl user.pub
measure "-k -u adding one" -q -k -u -f hashes%P.krl user.pub
measure "-k, $keys key: lines" -q -k -f keys%P.krl keys
measure "-Q of one key in it" -Q -f keyst.krl user.pub
measure "-k, $keys serials" -q -k -f serials%P.krl -s ca.pub serials
ls -l hashest.krl hasheso.krl keyst.krl keyso.krl serialst.krl serialso.krl | awk '{ print $9, $5 }'

list=
for number in $(seq 1000); do
    cp user.pub "u$number.pub"
    list="$list u$number.pub"
done
measure "-s, 1000 keys" -q -s ca -I id -n me -V +1d $list

head -c "${megabytes}M" /dev/zero | openssl enc -aes-128-ctr -pass pass:x -nosalt 2>/dev/null >large
for round in 1 2 3; do
    rm -f large.sig
    measure "-Y sign, $megabytes MB, run $round" -Y sign -f ca -n file large </dev/null
    stdin=large measure "-Y check-novalidate, run $round" -Y check-novalidate -n file -s large.sig
done
