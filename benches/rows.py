#!/usr/bin/env python3
"""Every row of docs/performance.md: rkeygen and the newest ssh-keygen as whole processes, in turn.

usage: benches/rows.py [--oracle DIRECTORY] [--system PROGRAM] [--rkeygen PATH] [--runs N] [WORD...]

Prints, for each row, the middle of the times on the clock and of processor time in milliseconds, the quarters of the
runs around it, and the ratio of the middles. The middle is the median; where times have a long tail (new RSA keys), it is
the mean. WORDs choose the rows that have one of them in their names. DIRECTORY is what tests/scripts/newest-openssh.sh
unpacks, target/oracle by default; its programs are started without their wrappers. PROGRAM is a second rival, the
system's ssh-keygen; it gets a quarter of the runs, and "" leaves it out. All rows take eight minutes on two quiet cores.
Needs python3 and the programs, nothing else.
"""

import argparse
import os
import pathlib
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from row_files import CAS, prepare  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Row:
    """One comparison: `words` for all programs; `{out}` names a file that does not exist, `{copy:F}` a copy of F."""

    def __init__(self, name, words, runs, input=None, status=0, middle=statistics.median, only=(), memory=False, links="", pause=0):
        self.name, self.words, self.runs, self.input, self.status = name, words, runs, input, status
        self.middle, self.only, self.memory = middle, only, memory
        # Each run has a new directory, with links to the files of these patterns.
        self.links = links.split()
        # ext4 gives no inode away in the first five seconds after its file was deleted, and looks past all of these: who measures
        # replaced files at once after others measures that.
        self.pause = pause


def keys():
    mean = {"middle": statistics.fmean}
    yield Row("RSA 1024", "-q -t rsa -b 1024 -N '' -f {out}", 100, **mean)
    yield Row("RSA 2048", "-q -t rsa -b 2048 -N '' -f {out}", 80, **mean)
    yield Row("RSA 3072", "-q -t rsa -b 3072 -N '' -f {out}", 60, **mean)
    yield Row("RSA 4096", "-q -t rsa -b 4096 -N '' -f {out}", 40, **mean)
    yield Row("RSA 8192", "-q -t rsa -b 8192 -N '' -f {out}", 8, only=["newest", "rkeygen"], **mean)
    yield Row("Ed25519 key, on disk", "-q -t ed25519 -N '' -f {out}", 100)
    yield Row("Ed25519 key, 24 rounds", "-q -t ed25519 -N x -a 24 -f {out}", 10)
    yield Row("-p, old and new passphrase", "-p -P x -N x -a 24 -f {copy:locked}", 6)


def certificates():
    users = " ".join(f"u{number}.pub" for number in range(1000))
    for name in CAS:
        words = f"-q -s ca-{name} -I id -n me -V +1d {users}"
        yield Row(f"-s, 1000 keys, {name} CA", words, 5, links="u*[0-9].pub ca-*")
        if name in ("ed25519", "p256"):
            yield Row(f"-s, 1000 keys again, {name} CA", words, 3, pause=6)
    yield Row("-L, 10,000 certificates", "-L -f certificates", 5)
    yield Row("-k, 25,000 hashes", "-q -k -f {out} hashes", 5)
    yield Row("-Q, 100,000 keys", "-Q -f list.krl " + f"{users} " * 100, 5)


def bulk():
    yield Row("-l, one key", "-l -f u0.pub", 200)
    yield Row("-lf, 100,000 keys", "-lf keys", 7)
    yield Row("-F, 200,000 plain lines", "-F host199999.example.org -f plain", 7)
    yield Row("-F, 200,000 hashed lines", "-F host199999.example.org -f hashed", 7)
    yield Row("-H, 200,000 lines", "-H -f {copy:plain}", 7)
    yield Row("-R, 200,000 hashed lines", "-R host199999.example.org -f {copy:hashed}", 7)


def signatures():
    for name in CAS:
        yield Row(f"-Y sign, {name}", f"-q -Y sign -f ca-{name} -n file", 60, input="message")
    for name in CAS:
        yield Row(f"-Y verify, {name}", f"-q -Y verify -f signers -I {name} -n file -s {name}.sig", 60, input="message")
    yield Row("-Y sign, 256 MiB", "-q -Y sign -f ca-ed25519 -n file", 5, input="large")
    yield Row("-Y sign, 1 GiB", "-q -Y sign -f ca-ed25519 -n file", 3, input="huge")
    words = "-q -Y check-novalidate -n file -s large.sig"
    yield Row("-Y check-novalidate, 256 MiB", words, 5, input="large")


def audits():
    own = {"only": ["rkeygen"], "memory": True}
    yield Row("doctor, 1,000 RSA keys in authorized_keys", "doctor rsa/1000", 3, **own)
    yield Row("doctor, 10,000 RSA keys in authorized_keys", "doctor rsa/10000", 1, **own)
    yield Row("known-hosts lint, a million lines", "known-hosts lint -f million", 1, **own)


def rows():
    for some in [keys, certificates, bulk, signatures, audits]:
        yield from some()


class Programs:
    """The programs by name, each as the words that start it."""

    def __init__(self, arguments):
        self.commands = {"newest": unwrapped(pathlib.Path(arguments.oracle))}
        self.commands["rkeygen"] = [arguments.rkeygen]
        if arguments.system:
            self.commands["system"] = [arguments.system]

    def of(self, row):
        return {name: words for name, words in self.commands.items() if not row.only or name in row.only}


def unwrapped(oracle):
    """How the unpacked ssh-keygen is started without the shell of its wrapper; PATH's if none is unpacked."""
    root = oracle / "root"
    loader = [*root.glob("usr/lib*/ld-linux-*.so.*"), *root.glob("lib*/ld-linux-*.so.*")]
    libraries = [*root.glob("usr/lib/*/libc.so.6"), *root.glob("lib/*/libc.so.6")]
    if not loader or not libraries:
        print(f"{oracle}: no OpenSSH is unpacked there; the rival is the system's", file=sys.stderr)
        return [shutil.which("ssh-keygen")]
    program = str(root / "usr/bin/ssh-keygen")
    return [str(loader[0]), "--argv0", "ssh-keygen", "--library-path", str(libraries[0].parent), program]


def run(command, row, directory, turn):
    """Milliseconds on the clock and of the processors, and the largest memory in MB."""
    words = []
    time.sleep(row.pause)
    if row.links:
        own = directory / f"{abs(hash((row.name, turn)))}"
        own.mkdir()
        for path in [path for pattern in row.links for path in directory.glob(pattern)]:
            os.link(path, own / path.name)
        os.chdir(own)
    for word in shlex.split(row.words):
        if word.startswith("{copy:"):
            shutil.copyfile(directory / word[6:-1], directory / f"copy-{turn}")
            os.chmod(directory / f"copy-{turn}", 0o600)
            word = f"copy-{turn}"
        words.append(word.replace("{out}", f"out-{turn}"))
    source = os.open(directory / row.input if row.input else os.devnull, os.O_RDONLY)
    errors = os.open(directory / "errors", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    output = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, number, place) for place, number in enumerate([source, output, errors])]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], [*command, *words], os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    clock = time.perf_counter() - start
    os.chdir(directory)
    for number in [source, errors, output]:
        os.close(number)
    if os.waitstatus_to_exitcode(status) not in [row.status, 1 if "rkeygen" in row.only else row.status]:
        raise SystemExit(f"{row.name}: {command[0]}: status {status}: {(directory / 'errors').read_text()[-300:]}")
    for name in [f"out-{turn}", f"out-{turn}.pub", f"copy-{turn}", f"copy-{turn}.old"]:
        (directory / name).unlink(missing_ok=True)
    return clock * 1000, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024


def shown(times, middle):
    """The middle, and the first and the third quarter."""
    few = sorted(times)
    low, high = few[(len(few) - 1) // 4], few[-1 - (len(few) - 1) // 4]
    return f"{middle(few):.1f}" if len(few) == 1 else f"{middle(few):.1f} ({low:.1f} to {high:.1f})"


def ratio(times, name, middle):
    if "rkeygen" not in times or name not in times:
        return ""
    rkeygen, rival = ([run[1] for run in times[key]] for key in ("rkeygen", name))
    clocks = [[run[0] for run in times[key]] for key in (name, "rkeygen")]
    return f"{middle(clocks[0]) / middle(clocks[1]):.2f} / {middle(rival) / max(middle(rkeygen), 0.001):.2f}"


def compare(row, programs, directory, runs):
    times = {name: [] for name in programs}
    count = runs or row.runs
    for turn in range(count):
        for name, command in programs.items():
            if name != "system" or turn % 4 == 0:
                times[name].append(run(command, row, directory, f"{name}-{turn}"))

    def cell(name, place):
        return shown([run[place] for run in times[name]], row.middle) if name in times else ""

    memory = f", {max(run[2] for run in times['rkeygen']):.0f} MB" if row.memory else ""
    cells = [row.name, str(count), cell("newest", 0), cell("rkeygen", 0) + memory]
    cells += [cell("newest", 1), cell("rkeygen", 1), ratio(times, "newest", row.middle), cell("system", 0)]
    print("| " + " | ".join(cells + [ratio(times, "system", row.middle)]) + " |", flush=True)


def machine(programs):
    """The processor, the system and the versions, as lines of Markdown."""
    models = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    flags = next(line.split() for line in open("/proc/cpuinfo") if line.startswith("flags"))
    vectors = [name for name in ["avx2", "adx", "sha_ni", "avx512f", "avx512ifma"] if name in flags]
    print(f"{os.cpu_count()} processors {models[0]} ({', '.join(vectors)}), {os.uname().sysname} {os.uname().release}; load")
    print(f"{os.getloadavg()[0]:.1f} at the start.\n")
    for name, command in programs.commands.items():
        ask = [*command, "--version"] if name == "rkeygen" else [*command[:-1], command[-1].removesuffix("-keygen"), "-V"]
        done = subprocess.run(ask, capture_output=True, text=True)
        print(f"- {name}: {(done.stdout + done.stderr).strip()}")
    print()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--oracle", default=str(ROOT / "target/oracle"))
    parser.add_argument("--system", default=shutil.which("ssh-keygen"))
    parser.add_argument("--rkeygen", default=str(ROOT / "target/release/rkeygen"))
    parser.add_argument("--runs", type=int)
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    arguments.rkeygen = str(pathlib.Path(arguments.rkeygen).resolve())
    arguments.oracle = str(pathlib.Path(arguments.oracle).resolve())
    programs = Programs(arguments)
    chosen = [row for row in rows() if not arguments.words or any(word in row.name for word in arguments.words)]
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        os.chdir(directory)
        # In a process of its own: the memory of a child is at least what its parent had when it started it.
        if (maker := os.fork()) == 0:
            prepare(programs.commands["newest"], directory, chosen)
            os._exit(0)
        if os.waitpid(maker, 0)[1] != 0:
            raise SystemExit("the files could not be made")
        machine(programs)
        head = ["work", "runs", "OpenSSH, ms", "rkeygen, ms", "OpenSSH, processor ms", "rkeygen, processor ms", "x, clock / processor"]
        print("| " + " | ".join(head + ["system's, ms", "x, clock / processor"]) + " |")
        print("|" + " --- |" * (len(head) + 2))
        start = time.monotonic()
        for row in chosen:
            compare(row, programs.of(row), directory, arguments.runs)
        print(f"\n{time.monotonic() - start:.0f} s; load {os.getloadavg()[0]:.1f} at the end; largest child "
              f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB.")
        os.chdir(ROOT)


if __name__ == "__main__":
    main()
