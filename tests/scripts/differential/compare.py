"""Runs a command line through a program, and states what came of it without what chance decides."""

import base64
import os
import pathlib
import re
import shutil
import stat
import struct
import subprocess

TIME = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\b")
LIMIT = 30


class Outcome:
    def __init__(self, status, stdout, stderr, files):
        self.status, self.stdout, self.stderr, self.files = status, stdout, stderr, files


def copy_kit(kit, line, where):
    """The files that the line names, with what stands next to them."""
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir()
    text = "\0".join(line.words)
    for name in kit.names:
        stem = name.removesuffix(".pub").removesuffix("-cert").removesuffix(".sig")
        if stem in text or name in text:
            source, to = kit.path / name, where / name
            if source.is_symlink():
                to.symlink_to(os.readlink(source))
            elif source.is_dir():
                to.mkdir()
            else:
                shutil.copy(source, to)
                to.chmod(source.stat().st_mode & 0o7777)
    if "link" in text and not (where / "ed").exists():
        shutil.copy(kit.path / "ed", where / "ed")
        (where / "ed").chmod(0o600)


def state(where):
    found = {}
    for root, directories, names in os.walk(where):
        for name in names + directories:
            path = pathlib.Path(root) / name
            at = str(path.relative_to(where))
            info = path.lstat()
            if stat.S_ISLNK(info.st_mode):
                found[at] = ("link", os.readlink(path), b"")
            elif stat.S_ISREG(info.st_mode):
                found[at] = ("file", oct(info.st_mode & 0o7777), path.read_bytes())
            else:
                found[at] = ("other", oct(info.st_mode), b"")
    return found


def run(program, kit, line, where, ssh):
    copy_kit(kit, line, where)
    for private in (ssh, "/etc/ssh"):
        for entry in pathlib.Path(private).iterdir():
            remove(entry)
    before = state(where)
    environment = {"PATH": os.environ["PATH"], "HOME": "/root", "TZ": "UTC", "LC_ALL": "C.UTF-8", **line.environment}
    if kit.tokens:
        kit.tokens.reset()
    asked = where.parent / "asked"
    asked.unlink(missing_ok=True)
    if line.answers is not None:
        ask = where.parent / "ask"
        (where.parent / "answers").write_text("".join(f"{it}\n" for it in line.answers), encoding="utf-8")
        ask.write_text(f'#!/bin/sh\ncd "${{0%/*}}"\nsed -n 1p answers\nsed -i 1d answers\nprintf "%s\\n" "$1" >>asked\n')
        ask.chmod(0o700)
        environment.update(SSH_ASKPASS=str(ask), SSH_ASKPASS_REQUIRE="force")
    else:
        environment.setdefault("SSH_ASKPASS_REQUIRE", "never")
    stdin = {"null": subprocess.DEVNULL}.get(line.stdin)
    arguments = {"input": line.stdin} if isinstance(line.stdin, bytes) else {"stdin": stdin}
    closed = (lambda: (os.setsid(), os.umask(line.umask), os.close(0))) if line.stdin == "closed" else (
        lambda: (os.setsid(), os.umask(line.umask)))
    try:
        done = subprocess.run([*program, *line.words], capture_output=True, cwd=where, env=environment, timeout=LIMIT,
                              preexec_fn=closed, check=False, **arguments)
        status, out, err = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as expired:
        status, out, err = "timeout", expired.stdout or b"", expired.stderr or b""
    after = state(where)
    files = {f"~/.ssh/{name}": what for name, what in state(pathlib.Path(ssh)).items()}
    files.update((f"/etc/ssh/{name}", what) for name, what in state(pathlib.Path("/etc/ssh")).items())
    shapes = {}
    for name, what in {**after, **files}.items():
        if before.get(name) != what:
            path = pathlib.Path(name.replace("~/.ssh", ssh)) if name.startswith(("~", "/etc")) else where / name
            shapes[name] = (what[0], what[1], shape(kit, path, what[2], line) if what[0] == "file" else "")
    shapes.update((name, "gone") for name in before if name not in after)
    if asked.exists():
        questions = asked.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        # The program that shows this is ended when the token has been touched, perhaps before it has written a line.
        shapes["questions"] = "".join(it for it in questions if not it.startswith("Confirm user presence")) or None
    if kit.tokens:
        shapes.update(kit.tokens.state())
    return Outcome(status, without_chance(out.decode(errors="replace")), err.decode(errors="replace"), shapes)


def remove(path):
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def known_blobs(kit):
    if not hasattr(kit, "blobs"):
        kit.blobs = {line.split(" ")[1] for name in kit.names if name.endswith(".pub") and "cert" not in name
                     for line in (kit.path / name).read_text(errors="replace").splitlines() if line.startswith(("ssh", "ec", "sk"))
                     and " " in line}
    return kit.blobs


def public(kit, line):
    """A public key line: the whole of one of the kit, type and comment of a new one."""
    words = line.split(" ", 2)
    if len(words) < 2 or words[1] in known_blobs(kit):
        return line
    return f"{words[0]} NEW {len(words[1])} {words[2:]}"


def shape(kit, path, content, line):
    text = content.decode("latin-1")
    if "PRIVATE KEY-----" in text[:80]:
        return private(kit, path, text, line)
    if path.name.endswith("-cert.pub") or "-cert-v01@openssh.com " in text:
        shown = kit.run("-L", "-f", str(path), check=False).decode(errors="replace").replace(str(path), "PATH")
        return shown, text.split(" ")[2:]
    if text.startswith("SSHKRL\n\0"):
        return repr(content[:20] + content[28:])
    if text.startswith("-----BEGIN SSH SIGNATURE"):
        return signature(text)
    if text.startswith(("ssh-", "ecdsa-", "sk-")) and text.count("\n") == 1:
        return public(kit, text)
    return without_chance(text)


def private(kit, path, text, line):
    passes = ["", PASS := "horse staple", *line.passphrases, *(line.answers or [])]
    first = text.splitlines()[0]
    opened = "unopened"
    copy = path.parent.parent / "probe"
    copy.write_text(text, encoding="latin-1")
    copy.chmod(0o600)
    for word in dict.fromkeys(passes):
        done = subprocess.run([str(kit.oracle / "bin/ssh-keygen"), "-y", "-P", word, "-f", str(copy)], capture_output=True,
                              env=kit.environment, check=False)
        if done.returncode == 0:
            opened = f"opens with {word!r}: {public(kit, done.stdout.decode(errors='replace').strip())}"
            break
    head = ""
    if "OPENSSH" in first:
        try:
            blob = base64.b64decode("".join(text.splitlines()[1:-1]))
            names, at = [], 15
            for _ in range(3):
                size = struct.unpack(">I", blob[at:at + 4])[0]
                names.append(blob[at + 4:at + 4 + size])
                at += 4 + size
            rounds = names[2][-4:] if names[1] == b"bcrypt" else b""
            head = f"{names[0]} {names[1]} {rounds} {len(names[2])}"
        except (ValueError, struct.error, IndexError):
            head = "damaged"
    elif "DEK-Info" in text:
        head = text.split("DEK-Info: ")[1].split(",")[0]
    return f"{first} | {head} | {opened}"


def signature(text):
    """Its fields; the signature itself where that is the same each time."""
    blob = base64.b64decode("".join(text.splitlines()[1:-1]))
    fields, at = [blob[:10]], 10
    while at + 4 <= len(blob):
        size = struct.unpack(">I", blob[at:at + 4])[0]
        fields.append(blob[at + 4:at + 4 + size])
        at += 4 + size
    if b"ecdsa" in fields[-1] or b"sk-" in fields[-1] or b"mldsa" in fields[-1]:
        fields[-1] = fields[-1][:19]
    return repr(fields)


def without_chance(text):
    if text.startswith("-----BEGIN SSH SIGNATURE"):
        return signature(text)
    made = "Generating public/private" in text
    out = []
    for line in text.split("\n"):
        if made and line.startswith(("|", "+-")):
            line = f"randomart {len(line)}"
        elif made and re.match(r"(SHA\d+|MD5):", line):
            line = "FINGERPRINT " + line.split(" ", 1)[-1]
        line = re.sub(r"\|1\|[A-Za-z0-9+/=]{28}\|[A-Za-z0-9+/=]{28}", "|1|RANDOM", line)
        out.append(line)
    return "\n".join(out)


def same_text(one, other):
    """Whether two texts are equal, with times of the clock up to half a minute apart."""
    if one == other:
        return True
    first, second = TIME.findall(one), TIME.findall(other)
    if len(first) != len(second) or TIME.sub("TIME", one) != TIME.sub("TIME", other):
        return False
    seconds = lambda it: ((int(it[0]) * 372 + int(it[1]) * 31 + int(it[2])) * 24 + int(it[3])) * 3600 + int(it[4]) * 60 + int(it[5])
    return all(abs(seconds(a) - seconds(b)) <= 60 for a, b in zip(first, second))


def shown(one, other):
    """Both texts, from a little before the place where they start to differ."""
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    start = max(0, at - 60)
    return f"{one[start:start + 300]!r}\n   not {other[start:start + 300]!r}"


def differences(ours, theirs):
    found = []
    if ours.status != theirs.status:
        found.append(("status", f"{ours.status}, not {theirs.status}"))
    if not same_text(ours.stdout, theirs.stdout):
        found.append(("stdout", shown(ours.stdout, theirs.stdout)))
    for name in sorted({*ours.files, *theirs.files}):
        one, other = ours.files.get(name), theirs.files.get(name)
        if not same_text(repr(one), repr(other)):
            found.append(("file " + name, shown(str(one), str(other))))
    return found
