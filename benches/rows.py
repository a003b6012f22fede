#!/usr/bin/env python3
"""Every row of the table in docs/performance.md: rkeygen and a rival ssh-keygen as whole processes, in turn.

usage: benches/rows.py [--rival COMMAND] [--rkeygen PATH] [--runs N] [WORD...]

Prints for each row the median, the smallest and the largest time on the clock and of the processors, in
milliseconds, and the ratio of the medians. WORDs choose the rows that have one of them in their names. The rival is
one string of words: `--rival "LOADER --library-path LIBRARIES SSH-KEYGEN"` spares an unpacked OpenSSH its wrapper.
Needs python3, and nothing else but the two programs.
"""

import argparse
import base64
import hmac
import os
import pathlib
import random
import resource
import shlex
import statistics
import struct
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Row:
    """One comparison: `words` for both programs; `{out}` names a file that does not exist, `{copy:F}` a copy of F."""

    def __init__(self, name, words, runs, input=None, status=0):
        self.name, self.words, self.runs = name, words, runs
        self.input, self.status = input, status


def string(data):
    return struct.pack(">I", len(data)) + data


def encoded(data):
    return base64.b64encode(data).decode()


def ed25519_key(random_bytes):
    return encoded(string(b"ssh-ed25519") + string(random_bytes))


def prepare(rival, folder):
    """All files that the rows read."""

    def keygen(*words):
        subprocess.run([*rival, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    chance = random.Random(7)
    for name, words in CAS.items():
        keygen("-q", "-N", "", "-f", f"ca-{name}", "-C", name, *words)
    keygen("-q", "-N", "x", "-a", "24", "-t", "ed25519", "-f", "locked")
    user = (folder / "ca-ed25519.pub").read_text()
    for number in range(1000):
        (folder / f"u{number}.pub").write_text(user)
    with open(folder / "keys", "w") as keys:
        for number in range(100_000):
            keys.write(f"ssh-ed25519 {ed25519_key(chance.randbytes(32))} key{number}\n")
    with open(folder / "plain", "w") as plain, open(folder / "hashed", "w") as hashed:
        key = ed25519_key(chance.randbytes(32))
        for number in range(200_000):
            name = f"host{number}.example.org"
            salt = chance.randbytes(20)
            digest = hmac.digest(salt, name.encode(), "sha1")
            plain.write(f"{name} ssh-ed25519 {key}\n")
            hashed.write(f"|1|{encoded(salt)}|{encoded(digest)} ssh-ed25519 {key}\n")
    with open(folder / "hashes", "w") as hashes:
        for _ in range(25_000):
            hashes.write(f"hash: SHA256:{encoded(chance.randbytes(32)).rstrip('=')}\n")
    keygen("-q", "-k", "-f", "list.krl", "hashes")
    keygen("-q", "-s", "ca-ed25519", "-I", "id", "-n", "me", "-V", "always:forever", "u0.pub")
    certificate = (folder / "u0-cert.pub").read_text()
    (folder / "certificates").write_text(certificate * 10_000)
    (folder / "large").write_bytes(chance.randbytes(1 << 20) * 256)
    (folder / "message").write_text("hello\n")
    for name in CAS:
        public = (folder / f"ca-{name}.pub").read_text()
        with open(folder / "signers", "a") as signers:
            signers.write(f"{name} {public}")
        keygen("-q", "-Y", "sign", "-f", f"ca-{name}", "-n", "file", "message")
        os.rename(folder / "message.sig", folder / f"{name}.sig")


CAS = {
    "ed25519": ["-t", "ed25519"],
    "p256": ["-t", "ecdsa", "-b", "256"],
    "p384": ["-t", "ecdsa", "-b", "384"],
    "p521": ["-t", "ecdsa", "-b", "521"],
    "rsa3072": ["-t", "rsa", "-b", "3072"],
    "rsa4096": ["-t", "rsa", "-b", "4096"],
}


def rows():
    for bits, runs in [(2048, 40), (3072, 40), (4096, 40), (8192, 3)]:
        yield Row(f"RSA {bits}", f"-q -t rsa -b {bits} -N '' -f {{out}}", runs)
    certify = "-q -I id -n me -V +1d " + " ".join(f"u{number}.pub" for number in range(1000))
    for name in CAS:
        yield Row(f"-s, 1000 keys, {name} CA", f"{certify} -s ca-{name}", 5)
    yield Row("Ed25519 key, on disk", "-q -t ed25519 -N '' -f {out}", 40)
    yield Row("Ed25519 key, 24 rounds", "-q -t ed25519 -N x -a 24 -f {out}", 10)
    yield Row("-p, old and new passphrase", "-p -P x -N x -a 24 -f {copy:locked}", 5)
    yield Row("-l, one key", "-l -f u0.pub", 40)
    yield Row("-lf, 100,000 keys", "-lf keys", 5)
    yield Row("-F, 200,000 plain lines", "-F host199999.example.org -f plain", 5)
    yield Row("-F, 200,000 hashed lines", "-F host199999.example.org -f hashed", 5)
    yield Row("-H, 200,000 lines", "-H -f {copy:plain}", 5)
    yield Row("-L, 10,000 certificates", "-L -f certificates", 3)
    yield Row("-k, 25,000 hashes", "-q -k -f {out} hashes", 5)
    yield Row("-Q, 1000 keys", "-Q -f list.krl " + " ".join(f"u{number}.pub" for number in range(1000)), 5)
    for name in CAS:
        yield Row(f"-Y sign, {name}", f"-q -Y sign -f ca-{name} -n file", 20, input="message")
    for name in CAS:
        words = f"-q -Y verify -f signers -I {name} -n file -s {name}.sig"
        yield Row(f"-Y verify, {name}", words, 20, input="message")
    yield Row("-Y sign, 256 MiB", "-q -Y sign -f ca-ed25519 -n file", 3, input="large")


def run(command, row, folder, turn):
    """Milliseconds on the clock and of the processors."""
    words = []
    for word in shlex.split(row.words):
        if word.startswith("{copy:"):
            name = word[6:-1]
            copy = folder / f"copy-{turn}"
            copy.write_bytes((folder / name).read_bytes())
            copy.chmod(0o600)
            words.append(copy.name)
        else:
            words.append(word.replace("{out}", f"out-{turn}"))
    source = open(folder / row.input, "rb") if row.input else subprocess.DEVNULL
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([*command, *words], cwd=folder, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    clock = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != row.status:
        raise SystemExit(f"{row.name}: status {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    for name in [f"out-{turn}", f"out-{turn}.pub", f"copy-{turn}", f"copy-{turn}.old"]:
        (folder / name).unlink(missing_ok=True)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return clock * 1000, processor * 1000


def shown(times):
    return f"{statistics.median(times):.1f} ({min(times):.1f} to {max(times):.1f})"


def compare(row, programs, folder, runs):
    times = {name: [] for name in programs}
    for turn in range(runs or row.runs):
        for name, command in programs.items():
            times[name].append(run(command, row, folder, f"{name}-{turn}"))
    clocks, processors = ({name: [time[place] for time in some] for name, some in times.items()} for place in (0, 1))
    ratio = [
        statistics.median(some["rival"]) / max(statistics.median(some["rkeygen"]), 0.001) for some in (clocks, processors)
    ]
    print(
        f"| {row.name} | {runs or row.runs} | {shown(clocks['rival'])} | {shown(clocks['rkeygen'])} | {ratio[0]:.2f}"
        f" | {shown(processors['rival'])} | {shown(processors['rkeygen'])} | {ratio[1]:.2f} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rival", default="ssh-keygen")
    parser.add_argument("--rkeygen", default=str(ROOT / "target/release/rkeygen"))
    parser.add_argument("--runs", type=int)
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    programs = {"rival": shlex.split(arguments.rival), "rkeygen": [arguments.rkeygen]}
    chosen = [row for row in rows() if not arguments.words or any(word in row.name for word in arguments.words)]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(programs["rival"], folder)
        print("| work | runs | rival, ms | rkeygen, ms | x | rival, processor ms | rkeygen, processor ms | x |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for row in chosen:
            compare(row, programs, folder, arguments.runs)


if __name__ == "__main__":
    main()
