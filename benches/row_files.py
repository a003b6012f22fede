"""The files that the rows of benches/rows.py read."""

import base64
import hmac
import math
import os
import random
import struct
import subprocess

CAS = {
    "ed25519": ["-t", "ed25519"],
    "p256": ["-t", "ecdsa", "-b", "256"],
    "p384": ["-t", "ecdsa", "-b", "384"],
    "p521": ["-t", "ecdsa", "-b", "521"],
    "rsa3072": ["-t", "rsa", "-b", "3072"],
    "rsa4096": ["-t", "rsa", "-b", "4096"],
}


def string(data):
    return struct.pack(">I", len(data)) + data


def encoded(data):
    return base64.b64encode(data).decode()


def ed25519_key(random_bytes):
    return encoded(string(b"ssh-ed25519") + string(random_bytes))


def prepare(rival, directory, rows):
    """Makes what the rows need."""
    words = " ".join(f"{row.words} {row.input or ''}" for row in rows)
    chance = random.Random(7)

    def keygen(*words):
        subprocess.run([*rival, *words], cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    small(directory, keygen)
    if "keys" in words or "list.krl" in words:
        lists(directory, keygen, chance)
    if "plain" in words or "hashed" in words:
        hosts(directory, chance)
    if "large" in words or "huge" in words:
        (directory / "large").write_bytes(chance.randbytes(1 << 20) * 256)
        with open(directory / "huge", "wb") as huge:
            for _ in range(4):
                huge.write((directory / "large").read_bytes())
        keygen("-q", "-Y", "sign", "-f", "ca-ed25519", "-n", "file", "large")
    for count in [1000, 10_000]:
        if f"rsa/{count}" in words:
            rsa_keys(directory, count, chance)
    if "million" in words:
        million(directory, chance)


def small(directory, keygen):
    """Keys, signatures and certificates."""
    for name, words in CAS.items():
        keygen("-q", "-N", "", "-f", f"ca-{name}", "-C", name, *words)
    keygen("-q", "-N", "x", "-a", "24", "-t", "ed25519", "-f", "locked")
    user = (directory / "ca-ed25519.pub").read_text()
    for number in range(1000):
        (directory / f"u{number}.pub").write_text(user)
    keygen("-q", "-s", "ca-ed25519", "-I", "id", "-n", "me", "-V", "always:forever", "u0.pub")
    (directory / "certificates").write_text((directory / "u0-cert.pub").read_text() * 10_000)
    (directory / "message").write_text("hello\n")
    with open(directory / "signers", "a") as signers:
        for name in CAS:
            signers.write(f"{name} {(directory / f'ca-{name}.pub').read_text()}")
            keygen("-q", "-Y", "sign", "-f", f"ca-{name}", "-n", "file", "message")
            os.rename(directory / "message.sig", directory / f"{name}.sig")


def lists(directory, keygen, chance):
    """A file of many keys, and a list of revoked ones."""
    with open(directory / "keys", "w") as keys:
        for number in range(100_000):
            keys.write(f"ssh-ed25519 {ed25519_key(chance.randbytes(32))} key{number}\n")
    with open(directory / "hashes", "w") as hashes:
        for _ in range(25_000):
            hashes.write(f"hash: SHA256:{encoded(chance.randbytes(32)).rstrip('=')}\n")
    keygen("-q", "-k", "-f", "list.krl", "hashes")


def hosts(directory, chance):
    """known_hosts files."""
    key = ed25519_key(chance.randbytes(32))
    with open(directory / "plain", "w") as plain, open(directory / "hashed", "w") as hashed:
        for number in range(200_000):
            name = f"host{number}.example.org"
            salt = chance.randbytes(20)
            digest = hmac.digest(salt, name.encode(), "sha1")
            plain.write(f"{name} ssh-ed25519 {key}\n")
            hashed.write(f"|1|{encoded(salt)}|{encoded(digest)} ssh-ed25519 {key}\n")


def million(directory, chance):
    """A known_hosts file with a key of its own for each of a million hosts."""
    with open(directory / "million", "w") as million:
        for number in range(1_000_000):
            million.write(f"host{number}.example.org ssh-ed25519 {ed25519_key(chance.randbytes(32))}\n")


def rsa_keys(directory, count, chance):
    """RSA keys of 2048 bits that have no small factor, as moduli have none; the first two have a prime in common."""
    primes = [number for number in range(2, 1 << 16) if all(number % by for by in range(2, math.isqrt(number) + 1))]
    # A multiple of the first primes, and one, is free of them; about two in three of those are free of the others.
    first, others = math.prod(primes[:220]), math.prod(primes[220:])
    least, most = (1 << 2047) // first + 1, (1 << 2048) // first - 1
    (directory / "rsa").mkdir(exist_ok=True)
    with open(directory / "rsa" / str(count), "w") as keys:
        for number in range(count):
            modulus = MERSENNE * ((1 << 768) + 1 + 2 * number) if number < 2 else 0
            while not modulus:
                drawn = chance.randint(least, most) * first + 1
                modulus = drawn if math.gcd(others % drawn, drawn) == 1 else 0
            blob = string(b"ssh-rsa") + string(b"\1\0\1") + string(b"\0" + modulus.to_bytes(256, "big"))
            keys.write(f"ssh-rsa {encoded(blob)} key{number}\n")


# A prime.
MERSENNE = 2**1279 - 1
