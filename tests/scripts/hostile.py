"""Hostile files of up to 1 MiB through every command that reads them, and every option with hostile values.

No run may end by a signal, panic, take 20 seconds or more than 64 MiB of memory, or change a key that is there. What a
PuTTY key asks for (Argon2, at most 64 MiB) comes on top; input without end may take 320 MiB. Prints the slowest runs,
and as its last line how many passed.

With --only WORD: the runs whose name has the word.
"""

import base64
import itertools
import json
import math
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
SECONDS = 20


def string(body):
    return struct.pack(">I", len(body)) + body


def mpint(number):
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


def der(tag, body):
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if len(body) < 128 else bytes([0x80 | len(length)]) + length) + body


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(text):
    first, second, *rest = map(int, text.split("."))
    out = bytes([40 * first + second])
    for number in rest:
        digits = [number & 127]
        while number := number >> 7:
            digits.append(number & 127 | 128)
        out += bytes(reversed(digits))
    return der(6, out)


def pem(label, body, headers=""):
    text = base64.b64encode(body).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{headers}{lines}\n-----END {label}-----\n".encode()


POINT = bytes(range(32))
KEY = string(b"ssh-ed25519") + string(POINT)
LINE = "ssh-ed25519 " + base64.b64encode(KEY).decode()
random.seed(1)


def noise(length):
    return random.randbytes(length)


def odd(bits):
    return random.getrandbits(bits) | 1 | 1 << bits - 1


MODULUS = odd(16384)


def openssh(cipher=b"none", kdf=b"none", options=b"", count=1, public=KEY, private=b""):
    parts = b"openssh-key-v1\0" + string(cipher) + string(kdf) + string(options) + struct.pack(">I", count)
    return pem("OPENSSH PRIVATE KEY", parts + string(public) + string(private))


def padded(body):
    body = b"\1\2\3\4" * 2 + body
    return body + bytes(range(1, 8))[: -len(body) % 8]


def ppk(memory, passes, lanes, lines=1):
    public, private = (base64.b64encode(part).decode() for part in (KEY, noise(48)))
    return (
        f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\nComment: c\nPublic-Lines: {lines}\n{public}\n"
        f"Key-Derivation: Argon2id\nArgon2-Memory: {memory}\nArgon2-Passes: {passes}\nArgon2-Parallelism: {lanes}\n"
        f"Argon2-Salt: {'00' * 16}\nPrivate-Lines: 1\n{private}\nPrivate-MAC: {'00' * 32}\n"
    ).encode()


def private_keys():
    """Name, file, and whether it takes a passphrase."""
    yield "zeros", bytes(MIB), False
    yield "ones", b"\xff" * MIB, False
    yield "line-feeds", b"\n" * MIB, False
    yield "begins", b"-----BEGIN OPENSSH PRIVATE KEY-----\n" * (MIB // 37), False
    ends = b"-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n"
    yield "begins-and-ends", ends * (MIB // len(ends)), False
    yield "no-end", b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + b"A" * (MIB - 100), False
    yield "noise", pem("OPENSSH PRIVATE KEY", b"openssh-key-v1\0" + noise(700_000)), False
    yield "lengths", pem("OPENSSH PRIVATE KEY", b"openssh-key-v1\0" + b"\xff" * 4000), False
    yield "count", openssh(count=2**32 - 1), False
    secret = string(b"ssh-ed25519") + string(POINT) + string(bytes(64))
    yield "comment", openssh(private=padded(secret + string(b"c" * 700_000))), False
    long = string(b"\x7f" * 150_000)
    half = string(b"\x7f" * 75_000)
    numbers = long + mpint(65537) + long + half * 3 + string(b"")
    rsa = string(b"ssh-rsa")
    yield "long-rsa", openssh(public=rsa + mpint(65537) + long, private=padded(rsa + numbers)), False
    p, q = odd(8192), odd(8192)
    while math.gcd(p, q) > 1:
        q = odd(8192)
    for exponent in (3, 65537, (1 << 16383) + 1):
        d = odd(16384) % (p * q)
        numbers = mpint(p * q) + mpint(exponent) + mpint(d) + mpint(pow(q, -1, p)) + mpint(p) + mpint(q)
        public = rsa + mpint(exponent) + mpint(p * q)
        size = exponent.bit_length()
        yield f"openssh-rsa-e{size}", openssh(public=public, private=padded(rsa + numbers + string(b""))), False
        numbers = [0, p * q, exponent, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
        yield f"pem-rsa-e{size}", pem("RSA PRIVATE KEY", der(0x30, b"".join(map(integer, numbers)))), False
    numbers = [0, p * q, 65537, d, 1, p * q, 0, 0, 1]
    yield "pem-rsa-factor-1", pem("RSA PRIVATE KEY", der(0x30, b"".join(map(integer, numbers)))), False
    yield "pem-rsa-long", pem("RSA PRIVATE KEY", der(0x30, integer(0) + der(2, b"\x7f" * 80_000) * 8)), False
    nest = b""
    for _ in range(30_000):
        nest = der(0x30, nest)
    yield "nest", pem("PRIVATE KEY", nest), False
    yield "nest-encrypted", pem("ENCRYPTED PRIVATE KEY", nest), False
    yield "ppk-lines", ppk(8, 1, 1, lines=2**32 - 1), False
    yield "ppk-headers", b"PuTTY-User-Key-File-2: ssh-rsa\n" + b"Comment: x\n" * 90_000, False

    def pbes2(kdf, body):
        cipher = der(0x30, oid("2.16.840.1.101.3.4.1.42") + der(4, bytes(16)))
        scheme = der(0x30, oid("1.2.840.113549.1.5.13") + der(0x30, kdf + cipher))
        return pem("ENCRYPTED PRIVATE KEY", der(0x30, scheme + der(4, body)))

    def pbkdf2(rounds):
        hmac = der(0x30, oid("1.2.840.113549.2.9") + b"\5\0")
        return der(0x30, oid("1.2.840.113549.1.5.12") + der(0x30, der(4, b"saltsalt") + integer(rounds) + hmac))

    def scrypt(n, r, p):
        numbers = integer(n) + integer(r) + integer(p)
        return der(0x30, oid("1.3.6.1.4.1.11591.4.11") + der(0x30, der(4, b"saltsalt") + numbers))

    for rounds in (10**7, 2**31 - 1, 2**63):
        yield f"pbkdf2-{rounds}", pbes2(pbkdf2(rounds), noise(64)), True
    yield "pbkdf2-long", pbes2(pbkdf2(2), noise(700_000)), True
    for n, r, p in ((2**20, 8, 1), (2**62, 8, 1), (2**14, 2**20, 1), (2, 1, 2**28)):
        yield f"scrypt-{n}-{r}-{p}", pbes2(scrypt(n, r, p), noise(64)), True
    for rounds in (10**5, 2**32 - 1):
        options = string(bytes(16)) + struct.pack(">I", rounds)
        yield f"bcrypt-{rounds}", openssh(b"aes256-ctr", b"bcrypt", options, private=noise(160)), True
    one = struct.pack(">I", 1)
    yield "bcrypt-salt", openssh(b"aes256-ctr", b"bcrypt", string(noise(700_000)) + one, private=noise(160)), True
    yield "bcrypt-long", openssh(b"aes256-ctr", b"bcrypt", string(bytes(16)) + one, private=noise(700_000)), True
    header = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{'00' * 16}\n\n"
    yield "pem-long", pem("RSA PRIVATE KEY", noise(700_000), header), True
    for memory, passes, lanes in ((65536, 1, 1), (65536, 64, 1), (8192, 512, 16), (2**32 - 1, 1, 1), (8, 2**19, 1)):
        yield f"ppk-{memory}-{passes}-{lanes}", ppk(memory, passes, lanes), True


def public_keys():
    long = base64.b64encode(string(b"ssh-rsa") + string(b"\1\0\1") + string(b"\x7f" * 700_000)).decode()
    rsa = base64.b64encode(string(b"ssh-rsa") + mpint(65537) + mpint(MODULUS)).decode()
    yield "lines", (LINE + "\n") * (MIB // (len(LINE) + 1))
    yield "rsa-lines", f"ssh-rsa {rsa}\n" * 350
    yield "long-rsa", f"ssh-rsa {long}\n"
    yield "option", f'a="{"x" * 900_000}" {LINE}\n'
    yield "options", "a," * 450_000 + f"a {LINE}\n"
    yield "quotes", '"' * MIB
    yield "commas", "," * 900_000 + f" {LINE}\n"
    yield "blanks", " " * 900_000 + LINE
    yield "types", "ssh-rsa " * (MIB // 8)
    yield "comment", f"{LINE} {'c' * 900_000}\n"
    yield "zeros", "\0" * MIB
    yield "continued", "---- BEGIN SSH2 PUBLIC KEY ----\n" + "Comment: x\\\n" * 80_000
    headers = "A: b\n" * 150_000 + base64.b64encode(KEY).decode()
    yield "headers", f"---- BEGIN SSH2 PUBLIC KEY ----\n{headers}\n---- END SSH2 PUBLIC KEY ----\n"


def certificates():
    def blob(principals=b"", critical=b"", extensions=b"", key_id=b"id", ca=KEY, signature=None):
        signature = signature or string(b"ssh-ed25519") + string(bytes(64))
        return b"".join((
            string(b"ssh-ed25519-cert-v01@openssh.com"), string(bytes(32)), string(POINT),
            struct.pack(">QI", 1, 1), string(key_id), string(principals), struct.pack(">QQ", 0, 2**64 - 1),
            string(critical), string(extensions), string(b""), string(ca), string(signature),
        ))

    def line(blob):
        return f"ssh-ed25519-cert-v01@openssh.com {base64.b64encode(blob).decode()}\n"

    yield "principals", line(blob(principals=string(b"") * 170_000))
    yield "short-principals", line(blob(principals=string(b"a") * 140_000))
    yield "critical", line(blob(critical=(string(b"a") + string(b"")) * 70_000))
    yield "extensions", line(blob(extensions=(string(b"a") + string(string(b"v"))) * 50_000))
    yield "key-id", line(blob(key_id=b"\x1b" * 700_000))
    signature = string(b"rsa-sha2-512") + string(MODULUS.to_bytes(2048, "big"))
    slow = blob(ca=string(b"ssh-rsa") + mpint((1 << 16383) + 1) + mpint(MODULUS), signature=signature)
    yield "slow-ca", line(slow) * (MIB // len(line(slow)))
    long = string(b"ssh-rsa") + string(b"\x7f" * 300_000) * 2
    yield "long-ca", line(blob(ca=long, signature=string(b"rsa-sha2-512") + string(b"\1" * 100_000)))


def revocation_lists():
    def section(kind, body):
        return bytes([kind]) + string(body)

    def of_ca(body):
        return section(1, string(KEY) + string(b"") + body)

    def run(first, last):
        return section(0x21, struct.pack(">QQ", first, last))

    def bitmap(first, bits):
        return section(0x22, struct.pack(">Q", first) + string(bits))

    lists = {
        "bitmap": of_ca(bitmap(1, b"\x55" * 900_000)),
        "bitmaps": of_ca(b"".join(bitmap(at * 100, b"\x55" * 8) for at in range(40_000))),
        "runs": of_ca(b"".join(run(10 * at, 10 * at + 5) for at in range(48_000))),
        "runs-backwards": of_ca(b"".join(run(10 * at, 10 * at + 5) for at in reversed(range(48_000)))),
        "runs-of-all": of_ca(run(0, 2**64 - 1) * 48_000),
        "serials": of_ca(section(0x20, b"".join(struct.pack(">Q", 2 * at) for at in range(130_000)))),
        "random-serials": of_ca(section(0x20, noise(8 * 130_000))),
        "ids": of_ca(section(0x23, b"".join(string(b"%d" % at) for at in range(100_000)))),
        "empty-ids": of_ca(section(0x23, string(b"") * 260_000)),
        "cas": b"".join(
            section(1, string(string(b"ssh-ed25519") + string(b"%032d" % at)) + string(b"") + run(1, 2))
            for at in range(9_000)
        ),
        "any-cas": section(1, string(b"") + string(b"")) * 79_000,
        "keys": section(2, b"".join(string(string(b"ssh-ed25519") + string(noise(32))) for _ in range(18_000))),
        "empty-keys": section(2, string(b"") * 260_000),
        "sha1": section(3, b"".join(string(noise(20)) for _ in range(43_000))),
        "sha256": section(5, b"".join(string(noise(32)) for _ in range(29_000))),
        "signatures": section(4, string(KEY) + string(b"")) * 14_000,
        "length": b"\x01\xff\xff\xff\xff",
    }
    head = b"SSHKRL\n\0" + struct.pack(">IQQQ", 1, 1, 1, 0) + string(b"") + string(b"")
    for name, body in lists.items():
        yield name, head + body


def specifications():
    yield "all", "serial: 1-18446744073709551615\n" * 30_000
    yield "every-other", "".join(f"serial: {2 * at}\n" for at in range(60_000))
    yield "random", "".join(f"serial: {random.getrandbits(63)}\n" for _ in range(36_000))
    yield "far-apart", "".join(f"serial: {at << 20}-{(at << 20) + 3}\n" for at in range(30_000))
    yield "ids", "".join(f"id: {at}\n" for at in range(90_000))
    yield "long-id", "id: " + "x" * 1_000_000
    yield "long-hash", "hash: SHA256:" + "A" * 1_000_000
    yield "keys", (LINE + "\n") * 12_000


def signatures():
    def armored(body):
        return pem("SSH SIGNATURE", body)

    def signature(key=KEY, namespace=b"file", value=string(b"ssh-ed25519") + string(bytes(64))):
        head = b"SSHSIG" + struct.pack(">I", 1) + string(key) + string(namespace) + string(b"") + string(b"sha512")
        return armored(head + string(value))

    yield "plain", signature()
    yield "noise", armored(noise(700_000))
    yield "namespace", signature(namespace=b"n" * 700_000)
    slow = string(b"ssh-rsa") + mpint((1 << 16383) + 1) + mpint(MODULUS)
    yield "slow", signature(key=slow, value=string(b"rsa-sha2-512") + string(MODULUS.to_bytes(2048, "big")))
    long = string(b"ssh-rsa") + string(b"\x7f" * 300_000) * 2
    yield "long", signature(key=long, value=string(b"rsa-sha2-512") + string(b"\1" * 90_000))


def signers():
    stars = "*a" * 20 + "*b"
    yield "stars", f"{stars} {LINE}\n"
    yield "many-stars", f"{','.join([stars] * 20_000)} {LINE}\n"
    yield "longest-star", f"{'*a' * 400_000} {LINE}\n"
    yield "wide", f"{'*' * 900_000} {LINE}\n"
    yield "lines", f"me {LINE}\n" * 11_000
    yield "quoted", f'"{"a " * 400_000}" {LINE}\n'
    yield "options", f'me {",".join(["cert-authority"] * 60_000)} {LINE}\n'
    yield "namespaces", f'me namespaces="{"*a" * 400_000}" {LINE}\n'
    yield "commas", "," * 900_000 + f" {LINE}\n"


def known_hosts():
    def hidden():
        return f"|1|{base64.b64encode(noise(20)).decode()}|{base64.b64encode(noise(20)).decode()} {LINE}\n"

    def names(count):
        digits = "abcdefghijklmnopqrstuvwxyz0123456789"
        places = (1, 36, 36**2)
        letters = lambda at: "".join(digits[at // place % 36] for place in places)
        return ",".join(f"{letters(at)}{at // 36**3}" for at in range(count))

    stars = "*a" * 20 + "*b"
    yield "hashed", "".join(hidden() for _ in range(6_500))
    yield "plain", "".join(f"h{at} {LINE}\n" for at in range(11_000))
    yield "mixed", "".join(f"{hidden()}h{at} {LINE}\n" for at in range(4_000))
    yield "one-host", f"h {LINE}\n" * 12_000
    yield "names", f"{names(180_000)} {LINE}\n"
    yield "same-name", ",".join("h" for _ in range(450_000)) + f" {LINE}\n"
    yield "names-and-comment", ",".join("h5" for _ in range(150_000)) + f" {LINE} {'c' * 500_000}\n"
    for count in (120, 250):
        names_and_comment = ",".join("h5" for _ in range(count)) + f" {LINE} {'c' * 20_000}\n"
        yield f"{count}-names", names_and_comment * (MIB // len(names_and_comment))
    yield "many-stars", ",".join([stars] * 20_000) + f" {LINE}\n"
    yield "longest-star", f"{'*a' * 400_000} {LINE}\n"
    yield "patterns", "".join(f"*{at}* {LINE}\nh{at} {LINE}\n" for at in range(5_000))
    yield "line-feeds", "\n" * MIB
    yield "bars", "|" * MIB
    yield "short-lines", "a b\n" * 260_000


def moduli():
    yield "long", "20160301052556 2 4 0 4000000 2 " + "F" * 1_000_000 + "\n"
    yield "composite", ("20160301052556 2 6 100 1023 5 " + "F" * 256 + "\n") * 3_000
    yield "short", "20160301052556 2 4 0 31 0 DCB44E7B\n" * 28_000


def hostile_files():
    """The runs over files: their names and arguments, and what they read."""
    for name, text, locked in private_keys():
        file = write(f"key-{name}", text)
        runs = [["-y", "-P", "pass", "-f", file], ["doctor", file], ["-p", "-P", "pass", "-N", "other", "-f", file]]
        if not locked:
            runs += [["-l", "-f", file], ["-e", "-f", file], ["-i", "-f", file], ["-i", "-m", "PKCS8", "-f", file]]
            runs += [["convert", file, "--to", "pkcs8", "-o", "-"], ["-Y", "sign", "-n", "n", "-f", file, "message"]]
        for arguments in runs:
            yield f"{arguments[0]} of private key {name}", arguments, None
    for name, text in public_keys():
        file = write(f"public-{name}.pub", text)
        for letters in ("-l", "-lv", "-B", "-e", "-i", "-L", "-y"):
            yield f"{letters} of public key {name}", [letters, "-f", file], None
        yield f"-r of public key {name}", ["-r", "host", "-f", file], None
        yield f"-s of public key {name}", ["-s", "ca", "-I", "id", file], None
        yield f"-Q of public key {name}", ["-Q", "-f", "list", file], None
        yield f"doctor of public key {name}", ["doctor", file], None
    for name, text in certificates():
        file = write(f"{name}-cert.pub", text)
        for letters in ("-L", "-l"):
            yield f"{letters} of certificate {name}", [letters, "-f", file], None
        yield f"-Q of certificate {name}", ["-Q", "-f", "list", file], None
    for name, text in revocation_lists():
        file = write(f"list-{name}", text)
        yield f"-Q with {name}", ["-Q", "-f", file, "ed.pub"], None
        yield f"-Q -l with {name}", ["-Q", "-l", "-f", file], None
        yield f"-k -u of {name}", ["-k", "-u", "-f", file, "-s", "ed.pub", "serial"], None
    for name, text in specifications():
        yield f"-k of {name}", ["-k", "-f", "new-list", "-s", "ed.pub", write(f"specification-{name}", text)], None
    for name, text in signatures():
        file = write(f"signature-{name}", text)
        yield f"check-novalidate of {name}", ["-Y", "check-novalidate", "-n", "file", "-s", file], "message"
    for name, text in signers():
        file = write(f"signers-{name}", text)
        long = "a" * 200
        yield f"find-principals in {name}", ["-Y", "find-principals", "-s", "signature-plain", "-f", file], None
        yield f"match-principals in {name}", ["-Y", "match-principals", "-I", long, "-f", file], None
        for who, namespace in ((long, "file"), ("me", long)):
            arguments = ["-Y", "verify", "-n", namespace, "-I", who, "-s", "signature-plain", "-f", file]
            yield f"verify with {name}", arguments, "message"
    for name, text in known_hosts():
        file = write(f"hosts-{name}", text)
        for arguments in (["-F", "a" * 200], ["-l", "-F", "h5"], ["-H", "-F", "h5"], ["-F", "h5", "--json"]):
            yield f"{arguments[0]} in {name}", [*arguments, "-f", file], None
        for arguments in (["lint"], ["lint", "--json"], ["dedupe", "--dry-run"]):
            yield f"{' '.join(arguments)} of {name}", ["known-hosts", *arguments, "-f", file], None
        yield f"-R in {name}", ["-R", "a" * 200, "-f", write(f"hosts-{name}-r", text)], None
        yield f"-H of {name}", ["-H", "--keep-invalid", "-f", write(f"hosts-{name}-h", text)], None
    yield "-l of a line without end", ["-l", "-f", "/dev/zero"], None
    yield "-l of it on standard input", ["-l", "-f", "-"], "/dev/zero"
    new = ["-t", "ed25519"]
    for letters in (new, [*new, "-f", "new"], ["-l"], ["-p", "-f", "spare"], ["-y", "-f", "locked"]):
        yield f"{' '.join(letters)} and an answer without end", letters, "/dev/zero"
    for letter in ("-y", "-i", "-e", "-L", "-r host", "-Q", "-F host", "-p -P a -N b", "-s"):
        yield f"{letter} of a file without end", [*letter.split(), "-f", "/dev/zero", "ed.pub"], None
    for arguments in (["doctor"], ["known-hosts", "lint", "-f"], ["-k", "-f", "new-list"], ["-s", "ca", "-I", "id"]):
        yield f"{arguments[0]} of a file without end", [*arguments, "/dev/zero"], None
    for name, text in moduli():
        yield f"screen of {name}", ["-M", "screen", "-f", write(f"moduli-{name}", text), "safe"], None


# Stands for an argument of 100,000 bytes.
HUGE = b"<huge>"


def hostile_arguments(program):
    """Every option, in front of every command, with values that no manual has."""
    listing = subprocess.run([program, "help", "options"], capture_output=True, check=True).stdout.decode()
    listed = "\n".join(re.findall(r"^ +-.*", listing, re.M))
    options = sorted(set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", listed)))
    assert len(options) > 70, options
    commands = {
        "new key": ["-q", "-t", "ed25519", "-f", "new", "-N", ""],
        "nothing": [],
        "-l": ["-l", "-f", "ed.pub"],
        "-y": ["-y", "-f", "ca"],
        "-p": ["-p", "-P", "", "-N", "", "-f", "spare"],
        "-c": ["-c", "-C", "c", "-f", "spare"],
        "-e": ["-e", "-f", "ed.pub"],
        "-i": ["-i", "-f", "ed.pub"],
        "-s": ["-s", "ca", "-I", "id", "ed.pub"],
        "-L": ["-L", "-f", "signed-cert.pub"],
        "-k": ["-k", "-f", "new-list", "-s", "ed.pub", "serial"],
        "-Q": ["-Q", "-f", "list", "ed.pub"],
        "-Y sign": ["-Y", "sign", "-n", "file", "-f", "ca", "message"],
        "-Y verify": ["-Y", "verify", "-n", "file", "-I", "me", "-f", "signers", "-s", "message-sig"],
        "-F": ["-F", "host", "-f", "hosts"],
        "-R": ["-R", "host", "-f", "hosts"],
        "-H": ["-H", "-f", "hosts"],
        "-r": ["-r", "host", "-f", "ed.pub"],
        "-A": ["-A", "-f", "."],
        "-M screen": ["-M", "screen", "-f", "groups", "safe"],
        "-M generate": ["-M", "generate", "-O", "bits=512", "-O", "start=ff", "groups-new"],
    }
    own = {
        "convert": ["convert", "spare", "-o", "-", "--to", "openssh"],
        "doctor": ["doctor", "ed.pub"],
        "lint": ["known-hosts", "lint", "-f", "hosts"],
        "dedupe": ["known-hosts", "dedupe", "--dry-run", "-f", "hosts"],
    }
    values = {
        "empty": [b""],
        "huge": [HUGE],
        "not UTF-8": [b"\xff\xfe\x80"],
        "negative": [b"-1"],
        "long number": [b"18446744073709551616"],
        "format": [b"%s%n%p=\n\x1b[2J"],
        "repeated": [b"a", b"b"],
        "words": [b"sha512", b"+1w", b"clear"],
    }
    for command, words in commands.items():
        for option in options:
            for value, given in values.items():
                arguments = [part for each in given for part in (option, each)]
                yield f"{command} and {option} {value}", [*words[:1], *arguments, *words[1:]], None
    subcommands = "--to --output --in-place --fips --cipher --rounds --comment --passphrase --passphrase-from " \
        "--new-passphrase --new-passphrase-from --no-passphrase --if-exists --ppk-version --argon2-memory " \
        "--argon2-passes --argon2-parallelism --json --no-input --fix --ask-passphrase --file --dry-run --help"
    for command, words in own.items():
        for option in subcommands.split():
            for value, given in values.items():
                arguments = [part for each in given for part in (option, each)]
                yield f"{command} and {option} {value}", [*words, *arguments], None


def write(name, text):
    text = text.encode() if isinstance(text, str) else text
    assert len(text) <= MIB, (name, len(text))
    with open(name, "wb") as file:
        file.write(text)
    os.chmod(name, 0o600)
    return name


def set_up(program):
    """The folder that all runs work in: keys that have to survive, and what commands need beside hostile files."""
    for name in ("ca", "spare", "kept"):
        subprocess.run([program, "-q", "-t", "ed25519", "-f", name, "--no-passphrase"], check=True)
    subprocess.run([program, "-q", "-t", "ed25519", "-f", "locked", "-N", "horse staple", "-a", "1"], check=True)
    write("ed.pub", LINE + "\n")
    write("signed.pub", LINE + "\n")
    write("serial", "serial: 5\n")
    write("message", "hello\n")
    write("hosts", f"host {LINE}\nother {LINE}\n")
    write("groups", "20160301052556 2 6 100 1023 5 " + "F" * 256 + "\n")
    subprocess.run([program, "-q", "-s", "ca", "-I", "id", "signed.pub"], check=True, stderr=subprocess.DEVNULL)
    subprocess.run([program, "-q", "-k", "-f", "list", "-s", "ed.pub", "serial"], check=True)
    with open("message", "rb") as message, open("message-sig", "wb") as signature:
        sign = [program, "-Y", "sign", "-q", "-n", "file", "-f", "ca"]
        subprocess.run(sign, stdin=message, stdout=signature, check=True)
    with open("ca.pub") as public:
        write("signers", "me " + public.read())
    shutil.rmtree(".ssh", ignore_errors=True)
    os.mkdir(".ssh", 0o700)
    for name in ("id_ed25519", "id_rsa", "known_hosts"):
        shutil.copy("kept", f".ssh/{name}")
    os.makedirs("etc/ssh", exist_ok=True)
    for kind in ("rsa", "ecdsa", "ed25519"):
        shutil.copy("kept", f"etc/ssh/ssh_host_{kind}_key")


def kept():
    """The keys that are gone or another."""
    with open("kept", "rb") as file:
        whole = file.read()
    places = [".ssh/id_ed25519", ".ssh/id_rsa"]
    places += [f"etc/ssh/ssh_host_{kind}_key" for kind in ("rsa", "ecdsa", "ed25519")]
    return [place for place in places if not os.path.exists(place) or open(place, "rb").read() != whole]


def line_of(name, arguments, stdin):
    words = [part if isinstance(part, str) else part.decode("latin-1") for part in arguments]
    return json.dumps((name, words, stdin))


def run_of(line):
    name, words, stdin = json.loads(line)
    return name, [word.encode("latin-1") for word in words], stdin


def measure(program, runs):
    """Runs one after another. In a process of its own: a child's memory counts from its parent's."""
    failed, times = 0, []
    for name, arguments, stdin in runs:
        arguments = [b"9" * 100_000 if argument == HUGE else argument for argument in arguments]
        with open(stdin or os.devnull, "rb") as given, open("out", "wb") as out, open("err", "wb") as err:
            start = time.monotonic()
            child = subprocess.Popen([program, *arguments], stdin=given, stdout=out, stderr=err, start_new_session=True)
            ended = 0
            while not ended and time.monotonic() - start < SECONDS:
                ended, status, usage = os.wait4(child.pid, os.WNOHANG)
                time.sleep(0 if ended else 0.001)
            taken = time.monotonic() - start
            if not ended:
                child.kill()
                _, status, usage = os.wait4(child.pid, 0)
        times.append((taken, name))
        with open("err", "rb") as err:
            said = err.read()
        # Revocation lists and known_hosts files may be long, so the bound for those is.
        allowed = 64 * 1024 + (65536 if "key ppk" in name else 0) + (1 << 18 if name.endswith("without end") else 0)
        wrong = []
        if not ended:
            wrong.append(f"no end after {SECONDS} seconds")
        elif os.WIFSIGNALED(status):
            wrong.append(f"signal {os.WTERMSIG(status)}")
        elif os.WEXITSTATUS(status) not in (0, 1, 210, 232, 255):
            # 210 and 232 are what ssh-keygen's -Y match-principals ends with.
            wrong.append(f"status {os.WEXITSTATUS(status)}")
        if b"panicked" in said:
            wrong.append("panic")
        if usage.ru_maxrss > allowed:
            wrong.append(f"{usage.ru_maxrss // 1024} MiB")
        changed = kept()
        if changed:
            wrong.append("changed " + " ".join(changed))
        if wrong:
            failed += 1
            print(f"FAILED {name}: {', '.join(wrong)}: {said[:200]!r}")
            if changed:
                break
    return failed, times


def main():
    program = os.path.abspath(sys.argv[1])
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    if "--measure" in sys.argv:
        with open("runs") as file:
            failed, times = measure(program, map(run_of, file))
        for taken, name in sorted(times, reverse=True)[:8]:
            print(f"{taken:6.2f} s  {name}")
        print(f"{len(times) - failed} passed, {failed} failed")
        sys.exit(failed > 0)
    folder = tempfile.mkdtemp()
    try:
        os.chdir(folder)
        os.environ.update(HOME=folder, SSH_AUTH_SOCK="", TERM="dumb")
        set_up(program)
        with open("runs", "w") as file:
            for run in itertools.chain(hostile_files(), hostile_arguments(program)):
                if only in run[0]:
                    file.write(line_of(*run) + "\n")
        here = os.path.abspath(__file__) if os.path.isabs(__file__) else os.path.join(START, __file__)
        sys.exit(subprocess.run([sys.executable, here, program, "--measure"]).returncode)
    finally:
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)


START = os.getcwd()
main()
