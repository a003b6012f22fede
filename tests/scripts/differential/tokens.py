"""Command lines about keys in tokens, and the tokens: a FIDO provider with a PIN and resident keys, and SoftHSM."""

import os
import pathlib
import shutil
import subprocess

from kit import PASSPHRASE
from lines import COMMENTS, FORMATS, HASHES, IDS, NAMES, PASS, TIMES, Generator, Line

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "support/sktest.c"
LIBRARIES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
             "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"]
PIN = "1234"
# Name, type, options, passphrase.
KEYS = [("sk", "ed25519-sk", [], ""), ("sk_ec", "ecdsa-sk", [], ""), ("sk_pin", "ed25519-sk", ["verify-required"], ""),
        ("sk_still", "ecdsa-sk", ["no-touch-required"], ""), ("sk_pw", "ed25519-sk", [], PASSPHRASE),
        ("sk_app", "ecdsa-sk", ["application=ssh:app", "user=bob", "verify-required"], PASSPHRASE)]
RESIDENT = [("ed25519-sk", []), ("ecdsa-sk", ["application=ssh:app", "user=bob"]), ("ed25519-sk", ["application=ssh:app", "user=../x"]),
            ("ecdsa-sk", ["application=ssh:x", "verify-required"])]
SLOTS = [("rsa:2048", "01", "an RSA key"), ("EC:prime256v1", "02", "ec"), ("EC:secp384r1", "03", ""), ("EC:edwards25519", "04", "ed")]
ENROLLMENT = ["resident", "resident", "verify-required", "no-touch-required", "application=ssh:app", "application=ssh:", "application=x",
              "user=bob", "user=", "user=../x", "challenge=challenge", "challenge=empty", "challenge=missing", "device=none", "device=x",
              "write-attestation=attestation", "write-attestation=directory", "x", "", "RESIDENT", "Application=ssh:y", "touch-required",
              "resident=", "user", "application", "challenge", "no-verify-required", "write-attestation", "application=" + "ssh:" + "a" * 300]


class Tokens:
    """What the tokens hold, the same before each line."""

    def __init__(self, kit, where):
        self.kit, self.fresh, self.now, self.log = kit, where / "fresh-token", where / "token", where / "requests"
        self.fresh.mkdir()
        self.now.mkdir()
        self.provider = where / "sktest.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", f'-DSK_DUMMY="{kit.provider}"', "-o", str(self.provider), str(SOURCE), "-ldl"], check=True)
        kit.environment.update(SSH_SK_PROVIDER=str(self.provider), SKTEST_DIR=str(self.fresh))
        for name, kind, options, passphrase in KEYS:
            self.enroll(kind, options, passphrase, name)
        for number, (kind, options) in enumerate(RESIDENT):
            self.enroll(kind, ["resident", *options], "", f"resident{number}")
        kit.write("challenge", "CHALLENGE", 0o600)
        kit.run("-q", "-s", "ca", "-I", "token", "-n", "me", "-V", "20200101:20400101", "sk.pub")
        self.slots(where)
        kit.names = sorted(it.name for it in kit.path.iterdir())
        del kit.environment["SKTEST_DIR"]

    def enroll(self, kind, options, passphrase, name):
        chosen = [word for it in options for word in ("-O", it)]
        self.kit.run("-q", "-a", "1", "-t", kind, *chosen, "-N", passphrase, "-C", f"{name} comment", "-f", name)

    def slots(self, where):
        """A SoftHSM token with a key in each of a few types, and their public keys as files."""
        self.library = next((it for it in LIBRARIES if os.path.exists(it)), None)
        if not self.library:
            raise SystemExit("no SoftHSM here")
        (where / "slots").mkdir()
        self.configuration = where / "softhsm2.conf"
        self.configuration.write_text(f"directories.tokendir = {where}/slots\nobjectstore.backend = file\nlog.level = ERROR\n", encoding="utf-8")
        environment = {**os.environ, "SOFTHSM2_CONF": str(self.configuration)}
        quiet = {"check": True, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "t", "--pin", PIN, "--so-pin", "5678"], **quiet)
        for kind, number, label in SLOTS:
            subprocess.run(["pkcs11-tool", "--module", self.library, "--login", "--pin", PIN, "--keypairgen", "--key-type", kind, "--id", number,
                            *(["--label", label] if label else [])], **quiet)
        self.kit.environment["SOFTHSM2_CONF"] = str(self.configuration)
        self.names = []
        for number, key in enumerate(self.kit.run("-D", self.library).decode().splitlines()):
            self.names.append(f"slot{number}.pub")
            self.kit.write(self.names[-1], key + "\n")

    def reset(self):
        shutil.rmtree(self.now)
        shutil.copytree(self.fresh, self.now)
        self.log.unlink(missing_ok=True)

    def state(self):
        """What the provider was asked, and which resident keys there are; a new one is known by its name only."""
        asked = self.log.read_text(errors="replace") if self.log.exists() else ""
        keys = {it.name: (it.read_bytes() == (self.fresh / it.name).read_bytes() if (self.fresh / it.name).exists() else "new")
                for it in sorted(self.now.iterdir())}
        return {"requests": asked, "resident keys": str(keys)}


class TokenGenerator(Generator):
    def __init__(self, seed, kit, agent=None):
        super().__init__(seed, kit, agent)
        self.tokens = kit.tokens

    def line(self):
        modes = [(self.enroll, 8), (self.download, 3), (self.sign_with, 4), (self.certify_with, 4), (self.change, 4), (self.read, 3),
                 (self.list, 3), (self.certify_in_slot, 3)]
        mode = self.dice.choices([it for it, _ in modes], [weight for _, weight in modes])[0]
        chunks, operands = mode()
        line = Line(self.words(chunks, operands), mode.__name__)
        line.passphrases = [it for word, it in zip(line.words, line.words[1:]) if word in ("-N", "-P")]
        line.in_token = True
        self.surroundings(line)
        return line

    def surroundings(self, line):
        line.environment = {"SSH_SK_PROVIDER": str(self.tokens.provider), "SKTEST_DIR": str(self.tokens.now), "SKTEST_LOG": str(self.tokens.log),
                            "SOFTHSM2_CONF": str(self.tokens.configuration)}
        if self.dice.random() < 0.4:
            line.environment["SKTEST_PIN"] = PIN
        if self.dice.random() < 0.12:
            line.environment["SKTEST_FAIL"] = self.pick(["-1", "-2", "-3", "-4", "-5", "-9", "7"])
        if self.dice.random() < 0.03:
            line.environment["SKTEST_API"] = self.pick(["0x00090000", "0x000b0000", "0x000a0001", "0"])
        if self.dice.random() < 0.03:
            line.environment["SSH_SK_PROVIDER"] = self.pick(["", "/nowhere.so", "nothing.so", str(SOURCE)])
        roll = self.dice.random()
        if roll < 0.7:
            line.answers = [self.pick([PIN, PIN, PIN, "bad", "", PASSPHRASE, "y", "n"]) for _ in range(self.pick([1, 2, 3, 5, 7]))]
        elif roll < 0.8:
            line.stdin = self.pick([b"", b"y\n", b"n\n", b"1234\n", b"1234\ny\n", b"bad\n1234\n"])
        if line.mode == "sign_with" and self.dice.random() < 0.5:
            line.stdin = b"hello\n"

    def key(self):
        return self.pick([name for name, *_ in KEYS])

    def provider(self):
        return self.maybe(0.06, "-w", self.pick(["", "internal", "/nowhere.so", str(self.tokens.provider), str(SOURCE), "x"]))

    def locked(self, name):
        is_locked = next((it[3] for it in KEYS if it[0] == name), "")
        return self.maybe(0.7, "-P", self.pick([PASSPHRASE, PASSPHRASE, "wrong"])) if is_locked else self.maybe(0.1, "-P", self.pick(PASS))

    def enroll(self):
        kind = self.pick(["ed25519-sk", "ecdsa-sk"] * 4 + ["sk-ssh-ed25519@openssh.com", "ECDSA-SK", "sk-ecdsa-sha2-nistp256@openssh.com", "ed25519"])
        options = [["-O", self.pick(ENROLLMENT)] for _ in range(self.pick([0, 1, 1, 2, 3]))]
        return ([["-t", kind], ["-f", self.pick(["new"] * 8 + ["sk", "ed", "directory/x", "nowhere/x"])], *options, ["-a", "1"],
                 *self.maybe(0.8, "-N", self.pick(["", "", "", *PASS[:4]])), *self.maybe(0.8, "-C", self.pick(COMMENTS)), *self.maybe(0.4, "-q"),
                 *self.maybe(0.1, "-b", self.pick(["256", "521", "0", "x"])), *self.maybe(0.15, "-m", self.pick(FORMATS)), *self.maybe(0.1, "-v"),
                 *self.maybe(0.1, "-E", self.pick(HASHES)), *self.provider()], [])

    def download(self):
        options = [["-O", self.pick(["device=x", "device=none", "resident", "x", "", "challenge=challenge", "device"])] for _ in range(self.pick([0, 0, 0, 1]))]
        return ([["-K"], *options, ["-a", "1"], *self.maybe(0.7, "-N", self.pick(["", "", PASSPHRASE, "1234", "new one"])), *self.maybe(0.3, "-q"),
                 *self.maybe(0.1, "-C", self.pick(COMMENTS)), *self.maybe(0.1, "-f", self.pick(["new", "directory"])), *self.maybe(0.1, "-v"),
                 *self.provider()], self.pick([[], [], [], [], ["x"]]))

    def sign_with(self):
        name = self.pick([self.key(), self.key(), self.key(), "sk.pub", "sk-cert.pub", "resident0"])
        return ([["-Y", "sign"], ["-f", name], ["-n", self.pick(["file", "file", "git", ""])], *self.locked(name), *self.maybe(0.2, "-q"),
                 *self.maybe(0.15, "-O", self.pick(["hashalg=sha256", "hashalg=x", "x"])), *self.provider()],
                self.pick([["msg"], ["msg"], ["msg"], [], ["msg", "challenge"], ["missing"], ["empty"]]))

    def certify_with(self):
        name = self.pick([self.key(), self.key(), self.key(), "sk.pub", "ca", "resident1"])
        return ([["-s", name], ["-I", self.pick(IDS)], *self.maybe(0.7, "-n", self.pick(NAMES)), *self.maybe(0.5, "-V", self.pick(TIMES)),
                 *self.maybe(0.2, "-h"), *self.locked(name), *self.maybe(0.3, "-q"), *self.maybe(0.1, "-v"),
                 *self.maybe(0.2, "-O", self.pick(["no-touch-required", "verify-required", "clear", "x"])), *self.provider()],
                [self.pick(["ed.pub", "ec.pub", "sk.pub", "sk_ec.pub", "rsa.pub", "missing", "garbage"]) for _ in range(self.pick([1, 1, 2, 3]))])

    def change(self):
        name = self.key()
        options = [["-O", self.pick(["verify-required", "no-verify-required", "touch-required", "no-touch-required", "x", "", "resident",
                                     "TOUCH-REQUIRED", "touch-required=1"])] for _ in range(self.pick([0, 1, 1, 2]))]
        mode = self.pick(["-p", "-p", "-p", "-c"])
        return ([[mode], ["-f", name], *options, ["-a", "1"], *self.locked(name), *self.maybe(0.8, "-N", self.pick(["", "new one", "1234"])),
                 *self.maybe(0.2, "-m", self.pick(FORMATS)), *self.maybe(0.2, "-C", self.pick(COMMENTS)), *self.maybe(0.2, "-q")], [])

    def read(self):
        name = self.key()
        file = self.pick([name, name + ".pub", "sk-cert.pub", "resident2", "resident3.pub"])
        mode = self.pick([[["-l"]], [["-y"]], [["-e"]], [["-B"]], [["-L"]], [["-r", "host"]], [["-l"], ["-v"]], [["-i"]]])
        return ([*mode, ["-f", file], *self.locked(name), *self.maybe(0.2, "-m", self.pick(FORMATS)), *self.maybe(0.2, "-E", self.pick(HASHES))], [])

    def list(self):
        library = self.pick([self.tokens.library] * 8 + ["/nowhere.so", str(self.tokens.provider), "", "x.so"])
        return ([["-D", library], *self.maybe(0.4, "-l"), *self.maybe(0.2, "-B"), *self.maybe(0.2, "-v"), *self.maybe(0.3, "-E", self.pick(HASHES)),
                 *self.maybe(0.2, "-q"), *self.maybe(0.1, "-e"), *self.maybe(0.1, "-m", self.pick(FORMATS)), *self.maybe(0.1, "-f", "ed"),
                 *self.maybe(0.1, "-P", self.pick([PIN, "bad"])), *self.maybe(0.05, "-C", "c")], self.pick([[], [], [], ["x"]]))

    def certify_in_slot(self):
        ca = self.pick([*self.tokens.names, *self.tokens.names, "ed.pub", "missing", "ed", "garbage"])
        return ([["-s", ca], ["-D", self.pick([self.tokens.library] * 6 + ["/nowhere.so"])], ["-I", self.pick(IDS)], *self.maybe(0.6, "-n", self.pick(NAMES)),
                 *self.maybe(0.5, "-V", self.pick(TIMES)), *self.maybe(0.2, "-h"), *self.maybe(0.3, "-q"), *self.maybe(0.2, "-P", self.pick([PIN, "bad", ""])),
                 *self.maybe(0.15, "-t", self.pick(["rsa-sha2-256", "rsa-sha2-512", "ssh-rsa", "x"])), *self.maybe(0.1, "-v")],
                [self.pick(["ed.pub", "ec.pub", "sk.pub", "rsa.pub", "missing"]) for _ in range(self.pick([1, 1, 2]))])
