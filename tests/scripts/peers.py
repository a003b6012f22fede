"""Which keys of rkeygen other programs read, as a table, and which signatures git does.

usage: peers.py RKEYGEN     (tests/all.sh installs the programs; sshpk is fetched with npm where there is npm)
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PASSPHRASE = "horse staple 9"
TYPES = ["ed25519", "ecdsa", "rsa"]
FORMATS = [
    ("OpenSSH", ["openssh"]),
    ("PKCS8", ["pkcs8"]),
    ("PKCS8, `--fips`", ["pkcs8", "--fips"]),
    ("PEM", ["pem"]),
    ("PPK 3", ["ppk"]),
    ("PPK 2", ["ppk", "--ppk-version", "2"]),
]


def succeeds(words, **options):
    try:
        done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, **options)
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def version(words, place):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    text = (done.stdout + done.stderr).strip()
    line = text.splitlines()[place] if text else "?"
    words = line.replace("_", " ").replace(",", " ").replace("/", " ").split()
    return next((word for word in words if word[0].isdigit()), "?")


class Peers:
    """Each reads a key file whose passphrase is known; an empty one means that there is none."""

    def __init__(self, directory):
        self.directory = directory
        self.secret = os.path.join(directory, "secret")
        with open(self.secret, "w") as file:
            file.write(PASSPHRASE)
        self.all = [
            (f"OpenSSH {version(['ssh', '-V'], 0)}", self.openssh),
            (f"OpenSSL {version(['openssl', 'version'], 0)}", self.openssl),
            (f"PuTTY {version(['puttygen', '--version'], 0)}", self.putty),
            (f"Dropbear {version(['dpkg-query', '-W', '-f', '${Version}', 'dropbear-bin'], 0)}", self.dropbear),
        ]
        import cryptography
        import paramiko

        self.paramiko_module = paramiko
        self.all.append((f"paramiko {paramiko.__version__}", self.paramiko))
        self.all.append((f"cryptography {cryptography.__version__}", self.cryptography))
        if self.fetch_sshpk():
            self.all.append(("sshpk 1.18", self.sshpk))
        if os.geteuid() == 0 and self.start_server():
            self.all.append((f"libssh2 {self.libssh2_version()}, a login by curl", self.libssh2))

    def openssh(self, key, passphrase):
        return succeeds(["ssh-keygen", "-y", "-P", passphrase, "-f", key])

    def openssl(self, key, passphrase):
        return succeeds(["openssl", "pkey", "-in", key, "-passin", f"pass:{passphrase}", "-noout"])

    def putty(self, key, passphrase):
        old = ["--old-passphrase", self.secret] if passphrase else []
        return succeeds(["puttygen", key, *old, "-O", "public-openssh", "-o", os.path.join(self.directory, "out")])

    def dropbear(self, key, passphrase):
        return succeeds(["dropbearconvert", "openssh", "dropbear", key, os.path.join(self.directory, "out")])

    def paramiko(self, key, passphrase):
        module = self.paramiko_module
        for kind in (module.Ed25519Key, module.ECDSAKey, module.RSAKey):
            try:
                kind.from_private_key_file(key, password=passphrase or None)
                return True
            except Exception:  # whatever it says, it does not read the key
                continue
        return False

    def cryptography(self, key, passphrase):
        from cryptography.hazmat.primitives import serialization

        with open(key, "rb") as file:
            text = file.read()
        for load in (serialization.load_ssh_private_key, serialization.load_pem_private_key):
            try:
                load(text, passphrase.encode() or None)
                return True
            except Exception:
                continue
        return False

    def fetch_sshpk(self):
        npm = shutil.which("npm")
        return npm and succeeds([npm, "install", "--silent", "--prefix", self.directory, "sshpk@1.18"])

    def sshpk(self, key, passphrase):
        script = "require('sshpk').parsePrivateKey(require('fs').readFileSync(process.argv[1]),'auto',{passphrase:process.argv[2]||undefined})"
        return succeeds(["node", "-e", script, key, passphrase], cwd=self.directory)

    def start_server(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        host = os.path.join(self.directory, "host")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host], check=True)
        self.authorized = os.path.join(self.directory, "authorized")
        os.makedirs("/run/sshd", exist_ok=True)
        config = os.path.join(self.directory, "config")
        with open(config, "w") as file:
            file.write(
                f"ListenAddress 127.0.0.1:{self.port}\nHostKey {host}\nAuthorizedKeysFile {self.authorized}\n"
                "StrictModes no\nUsePAM no\nPermitRootLogin yes\nSubsystem sftp internal-sftp\nPubkeyAcceptedAlgorithms +ssh-rsa\n"
            )
        self.server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", config], stderr=subprocess.DEVNULL)
        for _ in range(50):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return True
            except OSError:
                time.sleep(0.1)
        return False

    def libssh2_version(self):
        text = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
        return next((word.split("/")[1] for word in text.split() if word.startswith("libssh2/")), "?")

    def libssh2(self, key, passphrase):
        shutil.copy(f"{key}.pub", self.authorized)
        words = ["curl", "-sS", "--insecure", "--key", key, "--pubkey", f"{key}.pub", "-u", "root:"]
        words += ["--pass", passphrase] if passphrase else []
        return succeeds([*words, f"sftp://127.0.0.1:{self.port}/etc/hostname"])


def row(rkeygen, directory, peers, name, options, passphrase):
    cells = {peer: [] for peer, _ in peers}
    made = []
    for kind in TYPES:
        source, key = os.path.join(directory, f"source_{kind}"), os.path.join(directory, "key")
        if not os.path.exists(source):
            subprocess.run([rkeygen, "-q", "-t", kind, "-f", source, "--no-passphrase"], check=True)
        words = [rkeygen, "convert", source, "--to", *options, "--if-exists", "replace", "-o", key]
        words += ["-N", passphrase] if passphrase else ["--no-passphrase"]
        if not succeeds(words):
            continue
        shutil.copy(f"{source}.pub", f"{key}.pub")
        made.append(kind)
        for peer, reads in peers:
            if reads(key, passphrase):
                cells[peer].append(kind)
    show = lambda kinds: "all" if kinds == made else ", ".join(kinds) or "-"
    encrypted = ", with a passphrase" if passphrase else ""
    print(f"| {name}{encrypted} | {', '.join(made)} | {' | '.join(show(cells[peer]) for peer, _ in peers)} |")


def commits(rkeygen, directory):
    """Which keys sign commits, by rkeygen, that git finds good with OpenSSH's ssh-keygen."""
    place = os.path.join(directory, "repository")
    signers = os.path.join(directory, "signers")
    subprocess.run(["git", "init", "-q", place], check=True)
    good = []
    for kind in TYPES:
        key = os.path.join(directory, f"source_{kind}")
        with open(f"{key}.pub") as public, open(signers, "w") as file:
            file.write("me@example.org " + public.read())
        settings = {
            "user.name": "me", "user.email": "me@example.org", "gpg.format": "ssh", "user.signingkey": key,
            "gpg.ssh.allowedSignersFile": signers,
        }
        git = ["git", "-C", place]
        for name, value in settings.items():
            git += ["-c", f"{name}={value}"]
        sign = [*git, "-c", f"gpg.ssh.program={rkeygen}", "commit", "-q", "-S", "--allow-empty", "-m", kind]
        if succeeds(sign) and succeeds([*git, "verify-commit", "HEAD"]):
            good.append(kind)
    return good


def main(rkeygen):
    with tempfile.TemporaryDirectory() as directory:
        peers = Peers(directory)
        print(f"| format | written for | {' | '.join(name for name, _ in peers.all)} |")
        print(f"| --- | --- | {' | '.join('---' for _ in peers.all)} |")
        for name, options in FORMATS:
            for passphrase in ["", PASSPHRASE]:
                if passphrase or "--fips" not in options:
                    row(rkeygen, directory, peers.all, name, options, passphrase)
        if hasattr(peers, "server"):
            peers.server.kill()
        good = ", ".join(commits(rkeygen, directory))
        print(f"\ngit {version(['git', '--version'], 0)}, with OpenSSH, finds commits good that rkeygen signed with: {good}.")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
