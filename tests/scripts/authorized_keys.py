"""Compares rkeygen and ssh-keygen on made-up lines of authorized_keys (see authorized_keys.sh).

All lines go into one file, a marker line before each, so that one run of each program judges them all.
"""

import base64
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

rkeygen, ssh_keygen, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
dice = random.Random(seed)


def string(data):
    return struct.pack(">I", len(data)) + data


def number(value):
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def line(name, *fields):
    return name + " " + base64.b64encode(string(name.encode()) + b"".join(fields)).decode()


def ed25519():
    return line("ssh-ed25519", string(dice.randbytes(32)))


def rsa(name="ssh-rsa"):
    # Shorter ones rkeygen shows, and ssh-keygen of OpenSSH 10 does not: docs/differences.md.
    bits = dice.choice([1024, 2048, 3072, 4096])
    modulus = dice.getrandbits(bits) | 1 | 1 << bits - 1
    return name + " " + line("ssh-rsa", number(65537), number(modulus)).split(" ")[1]


POINT = base64.b64decode("BLB6b/wbgMxgPqxtWwRrQarMscqsb6Wt040MvespjrBdfTtLhcvn1NuMZeOTeUxuVShjagqHabftys+e7QInA2g=")


def ecdsa():
    return line("ecdsa-sha2-nistp256", string(b"nistp256"), string(POINT))


def damaged(key):
    at = dice.randrange(len(key))
    return dice.choice([key[:at], key[:at] + " " + key[at:], key[:at] + "*" + key[at + 1:], key.replace(" ", "", 1), key + "=",
                        key.replace("ssh-", "SSH-"), key.replace("AAAA", "AAAB", 1), key.replace("ssh-ed25519", "ssh-rsa")])


def key():
    made = dice.choice([ed25519, ed25519, rsa, ecdsa, lambda: rsa("rsa-sha2-512"), lambda: rsa("rsa-sha2-256")])()
    return damaged(made) if dice.random() < 0.15 else made


WORDS = ["no-pty", "restrict", "cert-authority", "no-ptty", "pty", "command=", "from=", "environment=", "permitopen=", "x",
         "principals=", "expiry-time=", "tunnel=", "No-Agent-Forwarding", "", ",", "\\", "12", "-1", "0", "@revoked", "host"]
VALUES = ['"a b"', '"a\\"b"', '"a\\\\"', '"', '""', "a", '"ssh-ed25519 AAAA"', '"x,y"', "'a b'", '"\t"', '"a" b', '\\"', '"a\\" b"',
          '"#"', '"$(x)"', '"\u00e9"']


def options():
    made = ",".join(word + dice.choice(VALUES) if word.endswith("=") or dice.random() < 0.1 else word
                    for word in dice.choices(WORDS, k=dice.randint(1, 4)))
    return made


COMMENTS = ["", " me@host", " # comment", "  two  words ", "\tme", " \u00e9", " a\\nb", ' "quoted"', " " + "x" * 300, "#", " 12"]


def made_up():
    kind = dice.random()
    blank = dice.choice([" ", " ", " ", "  ", "\t", " \t", ""])
    start = dice.choice(["", "", "", "", " ", "\t", "  \t"])
    end = dice.choice(["", "", "", " ", "\t", "\r", " \r"])
    if kind < 0.35:
        return start + key() + dice.choice(COMMENTS) + end
    if kind < 0.75:
        return start + options() + blank + key() + dice.choice(COMMENTS) + end
    if kind < 0.85:
        return start + options() + blank + options() + blank + key() + end
    if kind < 0.9:
        return start + "#" + key() + end
    if kind < 0.95:
        return key() + dice.choice(["", " ", ","]) + key() + end
    return dice.choice(["", " ", "\t", "#", "ssh-rsa", options(), "\r", key().split(" ")[-1]])


def shown(program, path):
    made = subprocess.run([program, "-l", "-f", path], capture_output=True, stdin=subprocess.DEVNULL)
    return made.returncode, made.stdout


def by_line(output, lines):
    """The output after each marker."""
    parts = output.split(MARK_SHOWN)
    return parts[1:] if len(parts) == len(lines) + 1 else None


MARK = line("ssh-ed25519", string(bytes(32))) + " marker"
with tempfile.TemporaryDirectory() as directory:
    path = pathlib.Path(directory) / "authorized_keys"
    path.write_text(MARK + "\n")
    MARK_SHOWN = shown(ssh_keygen, path)[1]
    lines = [made_up() for _ in range(count)]
    path.write_text("".join(f"{MARK}\n{text}\n" for text in lines), newline="")
    theirs, ours = shown(ssh_keygen, path), shown(rkeygen, path)
    keys = theirs[1].count(b"\n") - count
    different = 0
    if theirs != ours:
        pairs = zip(lines, by_line(theirs[1], lines) or lines, by_line(ours[1], lines) or lines)
        for text, one, other in pairs:
            if one != other:
                different += 1
                print(repr(text), "ssh-keygen:", one, "rkeygen:", other)
        different = different or 1
print(f"{count} lines, {keys} with a key for ssh-keygen, {different} different")
sys.exit(1 if different else 0)
