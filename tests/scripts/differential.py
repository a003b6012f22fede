#!/usr/bin/env python3
"""Random command lines through the newest ssh-keygen and rkeygen: standard output, exit status, and the files that they make,
with their modes, are the same, or differ as a row of README's "Where rkeygen differs on purpose" says.

usage: differential.py [--count N] [--seed N] [--rkeygen PROGRAM] [--oracle DIRECTORY] [--only NUMBER] [--tokens]

With --tokens the lines are about keys in tokens: FIDO, by the provider of tests/support/sktest.c, and PKCS#11, by SoftHSM.
What the provider was asked is compared too. Wants cc, softhsm2-util and pkcs11-tool.

Runs as root in mount namespaces of its own, so that nothing outside its temporary directory changes. A process for each
processor takes a part of the lines. Slow: 20,000 lines take about half an hour on two processors.
"""

import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).with_suffix("")))

from compare import differences, run  # noqa: E402
from kit import Kit  # noqa: E402
from known import reason  # noqa: E402
from lines import Generator  # noqa: E402
from tokens import TokenGenerator, Tokens  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=int(os.environ.get("RKEYGEN_CASES", "20000")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("RKEYGEN_SEED", "1")))
    parser.add_argument("--rkeygen", default=str(ROOT / "target/release/rkeygen"))
    parser.add_argument("--oracle", default=os.environ.get("RKEYGEN_ORACLE", str(ROOT / "target/oracle")))
    parser.add_argument("--only", type=int, help="show one line in full")
    parser.add_argument("--tokens", action="store_true", help="lines about keys in tokens")
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--parts", type=int, default=os.cpu_count())
    return parser.parse_args()


def start_agent(kit, where):
    socket = where / "agent"
    agent = subprocess.Popen([str(kit.oracle / "bin/ssh-agent"), "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    environment = {**kit.environment, "SSH_AUTH_SOCK": str(socket)}
    for _ in range(50):
        if socket.exists():
            break
        subprocess.run(["sleep", "0.1"], check=False)
    for key in ["ed", "ca", "rsa2", "ec"]:
        subprocess.run([str(kit.oracle / "bin/ssh-add"), "-q", str(kit.path / key)], env=environment, check=False)
    return agent, str(socket)


def hide_devices(where):
    """Puts a directory over /dev, of which each file is a mount point: ssh-keygen replaces and adds files there if asked to."""
    where.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", str(where)], check=True)
    for name in ["null", "zero", "full", "random", "urandom", "tty"]:
        (where / name).touch()
        subprocess.run(["mount", "--bind", f"/dev/{name}", str(where / name)], check=True)
    (where / "fd").symlink_to("/proc/self/fd")
    subprocess.run(["mount", "--rbind", str(where), "/dev"], check=True)


def part(given):
    """The lines of one process; prints what differs and returns how often each row of the table was met."""
    where = pathlib.Path(tempfile.mkdtemp(prefix="rkeygen-differential-"))
    ssh = "/root/.ssh"
    for private in [ssh, "/etc/ssh"]:
        os.makedirs(private, mode=0o700, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700", "none", private], check=True)
    hide_devices(where / "dev")
    kit = Kit(given.oracle, where / "kit")
    kit.tokens = Tokens(kit, where) if given.tokens else None
    generator = TokenGenerator if given.tokens else Generator
    agent, socket = start_agent(kit, where)
    rows, unknown, count = collections.Counter(), 0, 0
    work = where / "work"
    try:
        for number in range(given.part, given.count, given.parts):
            if given.only is not None and number != given.only:
                continue
            line = generator(f"{given.seed}/{number}", kit, socket).line()
            theirs = run(["stdbuf", "-oL", str(kit.oracle / "bin/ssh-keygen")], kit, line, work, ssh)
            ours = run([given.rkeygen], kit, line, work, ssh)
            count += 1
            found = differences(ours, theirs)
            if found and theirs.status == 255:
                # Into a pipe, ssh-keygen loses what it has printed when it fails. rkeygen may do either.
                piped = run([str(kit.oracle / "bin/ssh-keygen")], kit, line, work, ssh)
                found, theirs = min((found, theirs), (differences(ours, piped), piped), key=lambda it: len(it[0]))
            if "panicked" in ours.stderr or ours.status in (101, 134, "timeout") and theirs.status != "timeout":
                found.append(("panic", ours.stderr))
            if not found and given.only is None:
                continue
            row = reason(line, ours, theirs, found)
            if row:
                rows[row] += 1
            if row and given.only is None:
                continue
            unknown += not row
            print(f"#{number} {line}", *(f"  {what}: {text}" for what, text in found),
                  f"  ours said: {ours.stderr[:400]!r}", f"  theirs said: {theirs.stderr[:400]!r}", sep="\n", flush=True)
    finally:
        agent.kill()
        agent.wait()
        subprocess.run(["umount", "-R", "/dev", str(where / "dev")], check=False)
        shutil.rmtree(where, ignore_errors=True)
    print(f"PART {count} lines, {unknown} differ without a row")
    for row, times in rows.most_common():
        print(f"ROW {times} {row}")


def main():
    given = options()
    if given.part is not None:
        return part(given)
    words = [sys.executable, __file__, *(["--tokens"] if given.tokens else []),
             *(f"--{name}={value}" for name, value in vars(given).items() if value is not None and name not in ("part", "tokens"))]
    parts = [subprocess.Popen(["unshare", "-m", *words, f"--part={number}"], stdout=subprocess.PIPE, text=True)
             for number in range(given.parts)]
    rows, lines, unknown = collections.Counter(), 0, 0
    for process in parts:
        for text in process.stdout:
            if text.startswith("ROW "):
                _, times, row = text.rstrip("\n").split(" ", 2)
                rows[row] += int(times)
            elif text.startswith("PART "):
                words = text.split(" ")
                lines, unknown = lines + int(words[1]), unknown + int(words[3])
            else:
                print(text, end="")
        if process.wait():
            raise SystemExit("a part failed")
    print(f"{lines} lines: {lines - unknown - sum(rows.values())} the same, {sum(rows.values())} as a row of the table says, {unknown} differ")
    for row, times in rows.most_common():
        print(f"{times:6} {row}")
    raise SystemExit(1 if unknown else 0)


if __name__ == "__main__":
    main()
