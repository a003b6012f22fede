"""Looks for passphrases and private numbers in core images of rkeygen.

usage: secrets.py RKEYGEN

Each run is stopped at its last prompt, where a passphrase that was typed before has to be found, or the search
itself does not work; and when it is about to end, with its files written, where nothing may be found.
"""

import base64
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile

PASSPHRASE = b"correct-horse-battery-staple-7"
NEW = b"another-unlikely-passphrase-94"
PIECE = 12  # bytes of a secret that count as a find


def take(data):
    """A string (RFC 4251 section 5), and what follows it."""
    (length,) = struct.unpack_from(">I", data)
    return data[4 : 4 + length], data[4 + length :]


def private_numbers(path):
    """The private numbers of an unencrypted key in OpenSSH's format (PROTOCOL.key)."""
    with open(path) as file:
        blob = base64.b64decode("".join(file.read().split("\n")[1:-2]))
    cipher, rest = take(blob[15:])
    assert cipher == b"none", "the key is encrypted"
    for _ in range(2):
        _, rest = take(rest)
    _public, rest = take(rest[4:])
    section = take(rest)[0][8:]
    values = []
    while len(section) > 4:
        value, section = take(section)
        values.append(value)
    kind = values[0]
    if kind == b"ssh-ed25519":
        return {"seed": values[2][:32]}
    if kind == b"ssh-rsa":
        return {name: values[place].lstrip(b"\0") for name, place in [("d", 3), ("iqmp", 4), ("p", 5), ("q", 6)]}
    return {"scalar": values[3].lstrip(b"\0")}


def found(core, secrets):
    with open(core, "rb") as file:
        image = file.read()
    names = []
    for name, secret in secrets.items():
        # Arithmetic keeps the least significant word first.
        for form, order in [(secret, ""), (secret[::-1], ", least significant byte first")]:
            pieces = {form[:PIECE], form[-PIECE:], form[len(form) // 2 - PIECE // 2 :][:PIECE]}
            count = sum(image.count(piece) for piece in pieces)
            if count:
                names.append(f"{name}{order}")
    return names


class Run:
    """A run of rkeygen on a terminal, which gdb stops before its end."""

    def __init__(self, words, directory):
        self.directory = directory
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            os.execv(words[0], words)

    def wait_for(self, text):
        seen = b""
        while text not in seen:
            try:
                part = os.read(self.terminal, 1024)
            except OSError:
                part = b""
            assert part, f"no {text!r} in {seen!r}"
            seen += part

    def type(self, text):
        os.write(self.terminal, text + b"\n")

    def core(self, name):
        path = os.path.join(self.directory, name)
        subprocess.run(["gcore", "-o", path, str(self.pid)], check=True, capture_output=True)
        return f"{path}.{self.pid}"

    def catch_end(self):
        path = os.path.join(self.directory, "end")
        commands = ["catch syscall exit_group", "continue", f"generate-core-file {path}", "kill"]
        words = ["gdb", "-nx", "-batch", "-p", str(self.pid)]
        words += [word for command in commands for word in ("-ex", command)]
        self.gdb = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        seen = b""
        while b"Catchpoint" not in seen:
            part = os.read(self.gdb.stdout.fileno(), 1024)
            assert part, f"gdb: {seen!r}"
            seen += part
        return path

    def finish(self):
        self.gdb.communicate(timeout=60)
        try:
            os.waitpid(self.pid, 0)
        except ChildProcessError:
            pass


def check(name, words, answers, key, secrets_of, keys):
    """`answers`: pairs of a prompt and what is typed. The core images are made at the last prompt. `keys`: from `prepare`."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(keys, directory, dirs_exist_ok=True)
        run = Run(words, directory)
        for prompt, answer in answers[:-1]:
            run.wait_for(prompt)
            run.type(answer)
        run.wait_for(answers[-1][0])
        if len(answers) > 1:
            at_prompt = found(run.core("prompt"), {"passphrase": answers[0][1]})
            assert at_prompt == ["passphrase"], f"{name}: the passphrase is not found where it must be"
        end = run.catch_end()
        run.type(answers[-1][1])
        run.finish()
        secrets = {f"passphrase {answer.decode()}": answer for _, answer in answers if answer}
        generated = os.path.join(directory, "words")
        if os.path.exists(generated):
            with open(generated, "rb") as file:
                secrets["the generated passphrase"] = file.read().rstrip(b"\n")
        secrets.update(secrets_of(os.path.join(directory, key)))
        left = found(end, secrets)
        print(f"{name}: {'nothing left' if not left else 'LEFT: ' + ', '.join(left)}")
        return not left


def prepare(directory):
    for kind in ["ed25519", "rsa", "ecdsa"]:
        path = os.path.join(directory, f"have_{kind}")
        subprocess.run(
            ["ssh-keygen", "-q", "-t", kind, "-f", path, "-N", PASSPHRASE.decode(), "-C", "c", "-a", "1"], check=True
        )


def opened(rkeygen, passphrase):
    def read(path):
        words_file = f"file:{os.path.join(os.path.dirname(path), 'words')}"
        source = ["-P", passphrase.decode()] if passphrase else ["--passphrase-from", words_file]
        words = [rkeygen, "-q", "-p", "-m", "RFC4716", "-f", path, *source, "-N", ""]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        return private_numbers(path)

    return read


def main(rkeygen):
    with tempfile.TemporaryDirectory() as directory:
        # gdb reads the symbols of a program at each start, and needs none.
        stripped = os.path.join(directory, "rkeygen")
        subprocess.run(["strip", "-o", stripped, rkeygen], check=True)
        keys = os.path.join(directory, "keys")
        os.mkdir(keys)
        prepare(keys)
        sys.exit(0 if check_all(stripped, keys) else 1)


def check_all(rkeygen, keys):
    first, again, old = b"Enter passphrase", b"same passphrase again", b"Enter old passphrase"
    sound = True
    for kind in ["ed25519", "ecdsa", "rsa"]:
        have = f"have_{kind}"
        new_key = [rkeygen, "-q", "-t", kind, "-f", "key", "-a", "1"]
        twice = [(first, PASSPHRASE), (again, PASSPHRASE)]
        change = [rkeygen, "-p", "-f", have, "-a", "1"]
        generate = ["--generate-passphrase", "--passphrase-to", "file:words"]
        changed = [(old, PASSPHRASE), (b"new passphrase", NEW), (again, NEW)]
        convert = [rkeygen, "convert", have, "--to", "pkcs8", "-o", "key"]
        once = [(b"passphrase", PASSPHRASE)]
        for name, words, answers, key, passphrase in [
            ("new key", new_key, twice, "key", PASSPHRASE),
            ("new key, PKCS8", [*new_key, "-m", "PKCS8"], twice, "key", PASSPHRASE),
            ("-p", change, changed, have, NEW),
            ("-p, a generated one", [*change, *generate], [(old, PASSPHRASE)], have, None),
            ("-c", [rkeygen, "-c", "-C", "new", "-f", have, "-a", "1"], once, have, PASSPHRASE),
            ("-y", [rkeygen, "-y", "-f", have], once, have, PASSPHRASE),
            ("-Y sign", [rkeygen, "-Y", "sign", "-n", "file", "-f", have, f"{have}.pub"], once, have, PASSPHRASE),
            ("convert", convert, once, "key", PASSPHRASE),
            ("doctor", [rkeygen, "doctor", "--ask-passphrase", have], once, have, PASSPHRASE),
        ]:
            sound &= check(f"{kind}: {name}", words, answers, key, opened(rkeygen, passphrase), keys)
    return sound


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
