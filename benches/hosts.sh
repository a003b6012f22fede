#!/bin/sh
# known_hosts files: ssh-keygen and rkeygen in turn. Prints seconds and megabytes for each, and how many times
# faster rkeygen is.
# usage: benches/hosts.sh [LINES]   (default 200000; the full figures: 1000000, and 10000000 for the memory)
set -eu
. "$(dirname "$0")/measure.sh"
lines=${1:-200000}

python3 - "$lines" <<'PYTHON'
import base64, hashlib, hmac, os, random, struct, sys
random.seed(7)
key = base64.b64encode(struct.pack(">I", 11) + b"ssh-ed25519" + struct.pack(">I", 32) + os.urandom(32)).decode()
encode = lambda data: base64.b64encode(data).decode()
with open("plain", "w") as plain, open("hashed", "w") as hashed:
    for number in range(int(sys.argv[1])):
        name = f"host{number}.example.org"
        salt = random.randbytes(20)
        plain.write(f"{name},10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255} ssh-ed25519 {key}\n")
        hashed.write(f"|1|{encode(salt)}|{encode(hmac.digest(salt, name.encode(), 'sha1'))} ssh-ed25519 {key}\n")
PYTHON

last=host$((lines - 1)).example.org
measure "-F, $lines plain lines" -F "$last" -f plain
measure "-F, $lines hashed lines" -F "$last" -f hashed
for letter in t o; do cp plain plain$letter; cp hashed hashed$letter; done
measure "-R, $lines plain lines" -R "$last" -f plain%P
measure "-R, $lines hashed lines" -R "$last" -f hashed%P
for letter in t o; do cp plain plain$letter; done
measure "-H, $lines lines" -H -f plain%P
