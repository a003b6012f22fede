"""The files that every command line finds, made by the oracle alone."""

import base64
import os
import pathlib
import shutil
import subprocess

PASSPHRASE = "horse staple"
TYPES = [("ed", "ed25519", "256"), ("ec", "ecdsa", "256"), ("ec384", "ecdsa", "384"), ("ec521", "ecdsa", "521"),
         ("rsa", "rsa", "1024"), ("rsa2", "rsa", "2048"), ("ml", "mldsa44-ed25519", "256"), ("ed2", "ed25519", "256")]
DSA = ("ssh-dss AAAAB3NzaC1kc3MAAACBAIbJLGdYPYxydHsEMjJXGrG010O8y0RLNKi6EE2wWrDnLh1UmO5Uv+GCTpuoF6D9ItLtnKHw0E1n8OZcaQW8J5p5p"
       "SCwfyj2x5FJ2QCE7qUXMpDoUu74s3VUXMTViUW2Fw+VLdOoRU0fre/z4+iaXuXkORSsu3gw3KNO/bqYaFht")


class Kit:
    def __init__(self, oracle, where):
        self.oracle, self.path = pathlib.Path(oracle), pathlib.Path(where)
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        self.regress = next(self.oracle.glob("**/regress/misc"), None)
        self.provider = next(self.oracle.glob("**/sk-dummy.so"), None)
        self.environment = {"PATH": os.environ["PATH"], "HOME": "/root", "SSH_ASKPASS_REQUIRE": "never", "TZ": "UTC"}
        self.keys()
        self.certificates()
        self.lists()
        self.signatures()
        self.hosts()
        self.texts()
        self.names = sorted(it.name for it in self.path.iterdir())

    def run(self, *words, stdin="", provider=False, check=True):
        environment = dict(self.environment)
        if provider:
            environment["SSH_SK_PROVIDER"] = str(self.provider)
        done = subprocess.run([str(self.oracle / "bin/ssh-keygen"), *words], input=stdin.encode(), capture_output=True,
                              cwd=self.path, env=environment, check=False)
        if check and done.returncode:
            raise SystemExit(f"{words}: {done.stderr.decode()}")
        return done.stdout

    def write(self, name, text, mode=0o644):
        path = self.path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)

    def text(self, name):
        return (self.path / name).read_text(encoding="utf-8")

    def keys(self):
        for name, kind, bits in TYPES:
            self.run("-q", "-a", "1", "-t", kind, "-b", bits, "-N", "", "-C", f"{name} comment", "-f", name)
            self.run("-q", "-a", "1", "-t", kind, "-b", bits, "-N", PASSPHRASE, "-C", f"{name} pw", "-f", f"{name}_pw")
        for name in ["ca", "ca_pw"]:
            self.run("-q", "-a", "1", "-t", "ed25519", "-N", PASSPHRASE if "pw" in name else "", "-C", "ca", "-f", name)
        self.run("-q", "-a", "1", "-t", "rsa", "-b", "2048", "-N", "", "-C", "", "-f", "ca_rsa")
        for name in ["ec", "ec384", "rsa", "rsa2", "ed"]:
            for form in ["PEM", "PKCS8"]:
                for locked in ["", "_pw"]:
                    copy = f"{name}_{form.lower()}{locked}"
                    shutil.copy(self.path / name, self.path / copy)
                    self.run("-q", "-p", "-m", form, "-N", PASSPHRASE if locked else "", "-f", copy, check=False)
        if self.provider:
            for name, kind in [("edsk", "ed25519-sk"), ("ecsk", "ecdsa-sk")]:
                self.run("-q", "-t", kind, "-N", "", "-C", f"{name} comment", "-f", name, provider=True, check=False)
        shutil.copy(self.path / "ed", self.path / "lone")
        shutil.copy(self.path / "ed2.pub", self.path / "mismatch.pub")
        shutil.copy(self.path / "ed", self.path / "mismatch")
        shutil.copy(self.path / "ed", self.path / "open")
        (self.path / "open").chmod(0o644)
        (self.path / "link").symlink_to("ed")
        (self.path / "dangling").symlink_to("nowhere")
        (self.path / "directory").mkdir()
        self.write("only.pub", self.text("ec.pub"))

    def certificates(self):
        self.run("-q", "-s", "ca", "-I", "the id", "-n", "me,you", "-V", "20200101:20400101", "-z", "7", "ed.pub")
        self.run("-q", "-s", "ca", "-I", "id two", "-n", "me", "-V", "20200101:20210101", "ec.pub")
        self.run("-q", "-h", "-s", "ca_rsa", "-I", "host", "-z", "18446744073709551615", "rsa.pub")
        self.run("-q", "-s", "ca", "-I", "all", "-O", "clear", "-O", "force-command=echo hi", "-O",
                 "source-address=10.0.0.0/8,::1", "-O", "verify-required", "-O", "critical:x@y=z", "-O", "extension:a@b",
                 "-n", "*", "ec384.pub")
        self.write("certs", self.text("ed-cert.pub") + "\n# x\n" + self.text("ec-cert.pub"))

    def lists(self):
        self.write("spec", "serial: 1\nserial: 5-9\nid: the id\nkey: " + self.text("ec.pub") + "sha256: " + self.text("rsa.pub"))
        self.write("spec_bad", "serial: x\n")
        self.write("spec_keys", self.text("ed.pub") + "# c\n\n" + self.text("ml.pub"))
        self.run("-q", "-k", "-f", "krl", "-z", "3", "-C", "a comment", "-s", "ca.pub", "spec")
        self.run("-q", "-k", "-f", "krl_empty")
        self.run("-q", "-k", "-f", "krl_keys", "ed.pub", "ec384-cert.pub")
        self.write("krl_cut", (self.path / "krl").read_bytes()[:-3])

    def signatures(self):
        self.write("msg", "hello\n")
        for name in ["ed", "ec", "rsa2", "ml", "ed-cert.pub"]:
            self.write("m", "hello\n")
            self.run("-q", "-Y", "sign", "-n", "file", "-f", name, "m")
            (self.path / "m.sig").rename(self.path / (name.split(".")[0].replace("-", "") + ".sig"))
        (self.path / "m").unlink()
        self.write("sig_bad", self.text("ed.sig").replace("A", "B", 3))
        lines = [("me,*@x", "", "ed"), ("bob", 'namespaces="git" ', "ed"), ("ml", "", "ml"), ("*", "", "ec"),
                 ("me", "cert-authority ", "ca"), ("late", 'valid-after="20300101" ', "ed"),
                 ("early", 'valid-before="20200101" ', "ed"), ("!no,*", "", "rsa2")]
        text = "# signers\n\n" + "".join(f"{who} {options}{self.text(key + '.pub')}" for who, options, key in lines)
        self.write("allowed", text)
        self.write("allowed_bad", "alone\n" + text)
        self.write("revoked", self.text("ed.pub"))

    def hosts(self):
        ed, ec, rsa = self.text("ed.pub"), self.text("ec.pub"), self.text("rsa.pub")
        hosts = (f"# hosts\n\nhost1,10.0.0.1 {ed}[host1]:2222 {ec}*.example,!b.example {rsa}@revoked host2 {rsa}"
                 f"@cert-authority *.ca {ec}HOST3 {ed}")
        self.write("hosts", hosts)
        self.write("hosts_bad", hosts + f"nonsense\nhost4 ssh-ed25519 AAAA\n|1|x|y {rsa}")
        self.write("hashed", hosts)
        self.run("-H", "-f", "hashed")
        (self.path / "hashed.old").unlink()

    def texts(self):
        ed, rsa = self.text("ed.pub"), self.text("rsa.pub")
        for form in ["RFC4716", "PKCS8", "PEM"]:
            for name in ["rsa", "ec", "ed"]:
                self.write(f"{name}.{form.lower()}", self.run("-e", "-m", form, "-f", f"{name}.pub", check=False))
        self.write("authorized", f'# x\ncommand="echo hi",no-pty {ed}\nfrom="10.0.0.0/8" {self.text("ec.pub")}  {rsa}garbage\n')
        self.write("crlf.pub", ed.replace("\n", "\r\n"))
        self.write("spaces.pub", "  " + ed.replace(" ", " \t ", 1))
        self.write("nul.pub", ed.replace("\n", "\0after\n"))
        self.write("hash.pub", " ".join(ed.split(" ")[:2]) + " #not a comment\n")
        self.write("bare.pub", " ".join(ed.split(" ")[:2]) + "\n")
        self.write("cut.pub", ed[:40] + "\n")
        self.write("dsa.pub", DSA + " dsa comment\n")
        self.write("two.pub", ed + rsa)
        self.write("both", self.text("ed") + ed, 0o600)
        self.write("empty", "")
        self.write("garbage", "garbage\n", 0o600)
        self.write("binary", bytes(range(256)), 0o600)
        self.write("long.pub", ed.rstrip("\n") + " " + "c" * 9000 + "\n")
        key = self.text("ed")
        self.write("key_crlf", key.replace("\n", "\r\n"), 0o600)
        self.write("key_cut", "".join(key.splitlines(True)[:4]), 0o600)
        self.write("moduli", "20250101000000 2 6 100 1023 2 " + "F" * 256 + "\n# x\n")
        self.write("sha1.pub", "ssh-rsa " + base64.b64encode(b"\0\0\0\7ssh-rsa").decode() + " x\n")
