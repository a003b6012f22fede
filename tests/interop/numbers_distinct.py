# Standard input: unencrypted Ed25519 keys in OpenSSH format, one after the other.
import base64
import sys

seeds, publics, checks = set(), set(), set()
for text in sys.stdin.read().split("-----BEGIN OPENSSH PRIVATE KEY-----\n")[1:]:
    data = base64.b64decode(text.split("-----END")[0])
    at = data.index(b"\0\0\0\x40") + 4
    seeds.add(data[at : at + 32])
    publics.add(data[at + 32 : at + 64])
    private = data.rindex(b"\0\0\0\x0bssh-ed25519")
    checks.add(data[private - 4 : private])
print(f"{len(seeds)} private, {len(publics)} public, {len(checks)} check numbers")
