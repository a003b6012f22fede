#!/usr/bin/env python3
"""Records the terminal session of the README with the real program, in an empty home directory.

usage: session.py PROGRAM [--check]   (writes README.md, or with --check fails if the README shows something else)
"""

import os
import pathlib
import pty
import re
import select
import signal
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- generated: session -->\n", "<!-- end -->\n"
# Each command, and what is typed at its prompts.
SESSION = [
    ("rkeygen new -C me@laptop", [("(/root/.ssh/id_ed25519): ", ""), ("passphrase): ", "secret"), ("again: ", "secret")]),
    ("rkeygen fingerprint ~/.ssh/id_ed25519.pub", []),
    ("rkeygen convert ~/.ssh/id_ed25519 --to ppk -o key.ppk", [("id_ed25519\": ", "secret")]),
    ("rkeygen fingerprnt key.ppk", []),
]
# What differs between two runs.
FINGERPRINT, SHOWN = re.compile(r"SHA256:\S{43}"), "SHA256:vKgrpTTYxyTEIDqPbt4KpMxKcsrK6WRiAGp3jEvBsbk"


def run(program, command, answers, home):
    """The command in a terminal, with a mount that puts `home` in place of root's home directory."""
    inner = f'mount --bind {home} /root; cd /root; HOME=/root; rkeygen() {{ {program} "$@"; }}; {command}'
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "dumb"
        os.execvp("unshare", ["unshare", "-rm", "sh", "-c", inner])
    seen = ""
    answers = list(answers)
    at = 0
    while True:
        ready, _, _ = select.select([terminal], [], [], 20)
        try:
            piece = os.read(terminal, 4096) if ready else b""
        except OSError:
            piece = b""
        if not piece:
            break
        seen += piece.decode()
        if answers and answers[0][0] in seen[at:]:
            at = len(seen)
            # A prompt for a passphrase discards what was typed before it.
            time.sleep(0.5)
            os.write(terminal, answers.pop(0)[1].encode() + b"\n")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return seen.replace("\r\n", "\n")


def record(program):
    out = ""
    with tempfile.TemporaryDirectory() as home:
        for command, answers in SESSION:
            shown = run(program, command, answers, home)
            shown = re.sub(r"The key's randomart image is:\n(\+.*\n(?:\|.*\n)+\+.*\n)", "", shown)
            out += f"$ {command}\n" + FINGERPRINT.sub(SHOWN, shown).replace("/root", "/home/me")
    return "```text\n" + re.sub(r" +\n", "\n", out) + "```\n"


def main():
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    part, after = rest.split(END, 1)
    new = record(str(pathlib.Path(sys.argv[1]).resolve()))
    if "--check" in sys.argv:
        if part != new:
            sys.exit(f"README.md shows another session; run tests/scripts/session.py PROGRAM\n{new}")
    else:
        readme.write_text(before + BEGIN + new + END + after, encoding="utf-8")


main()
