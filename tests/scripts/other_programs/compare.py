"""Makes keys with other programs, opens them, and prints what opens (see ../other_programs.sh).

A key is a file PROGRAM.TYPE.FORMAT.open or .locked; its public key, as the program itself sees it, is in a file with
.public after that name (a line), or .spki (PEM).
"""

import collections
import os
import pathlib
import shutil
import subprocess
import sys
import warnings

import asyncssh
import ecdsa
import jwcrypto.jwk
import paramiko
import rsa
from Crypto.PublicKey import ECC, RSA
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric import rsa as rsa_keys

warnings.simplefilter("ignore")
PASSPHRASE = "correct horse"
rkeygen, ssh_keygen, work = sys.argv[1:]
here = pathlib.Path(__file__).parent
os.chdir(pathlib.Path(work) / "keys")
environment = {**os.environ, "PASSPHRASE": PASSPHRASE}
missing = []


def run(*command, **options):
    return subprocess.run(command, capture_output=True, env=environment, stdin=subprocess.DEVNULL, **options)


def put(program, kind, form, is_locked, data, public):
    name = f"{program}.{kind}.{form}.{'locked' if is_locked else 'open'}"
    pathlib.Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
    pathlib.Path(name + ".public").write_text(public)


def line_of(key):
    form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    return key.public_key().public_bytes(*form).decode()


curves = {"256": ec.SECP256R1(), "384": ec.SECP384R1(), "521": ec.SECP521R1()}
plain = {"rsa": rsa_keys.generate_private_key(65537, 2048), "ed25519": ed25519.Ed25519PrivateKey.generate()}
plain.update({"ecdsa" + bits: ec.generate_private_key(curve) for bits, curve in curves.items()})
pem, none = serialization.Encoding.PEM, serialization.NoEncryption()


def of_cryptography():
    secret = PASSPHRASE.encode()
    for kind, key in plain.items():
        forms = serialization.PrivateFormat
        for form in (forms.TraditionalOpenSSL, forms.PKCS8, forms.OpenSSH):
            for is_locked in (False, True):
                lock = serialization.BestAvailableEncryption(secret) if is_locked else none
                try:
                    data = key.private_bytes(pem, form, lock)
                except (TypeError, ValueError):
                    continue  # it writes no such format
                put("cryptography", kind, str(form).rpartition(".")[2].lower(), is_locked, data, line_of(key))


def of_asyncssh():
    types = {"rsa": ("ssh-rsa", {"key_size": 2048}), "ed25519": ("ssh-ed25519", {})}
    types.update({"ecdsa" + bits: ("ecdsa-sha2-nistp" + bits, {}) for bits in curves})
    for kind, (name, options) in types.items():
        key = asyncssh.generate_private_key(name, comment="me", **options)
        public = key.export_public_key().decode()
        for form in ("openssh", "pkcs1-pem", "pkcs8-pem"):
            ways = [(None, {})]
            if form == "openssh":
                ways += [(PASSPHRASE, {"cipher_name": cipher, "rounds": 4}) for cipher in (
                    "aes256-cbc", "aes128-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "3des-cbc")]
            elif form == "pkcs1-pem":
                ways += [(PASSPHRASE, {"cipher_name": cipher}) for cipher in ("aes128-cbc", "aes256-cbc", "des3-cbc")]
            else:
                ways += [(PASSPHRASE, {"cipher_name": cipher, "hash_name": name}) for cipher in ("aes128-cbc", "des3-cbc")
                         for name in ("sha1", "sha256", "sha512")]
                ways += [(PASSPHRASE, {"cipher_name": "des3-cbc", "hash_name": "sha1", "pbe_version": 1})]
            for passphrase, how in ways:
                try:
                    data = key.export_private_key(form, passphrase=passphrase, **how)
                except Exception:  # it writes no such format
                    continue
                detail = "".join("-" + str(value) for value in how.values() if not isinstance(value, int))
                put("asyncssh", kind, form + detail.replace("@openssh.com", "").replace(".", ""), bool(passphrase), data, public)


def of_paramiko():
    keys = {"rsa": paramiko.RSAKey.generate(2048)}
    keys.update({"ecdsa" + bits: paramiko.ECDSAKey.generate(bits=int(bits)) for bits in curves})
    for kind, key in keys.items():
        public = f"{key.get_name()} {key.get_base64()}"
        for passphrase in (None, PASSPHRASE):
            key.write_private_key_file("paramiko", password=passphrase)
            put("paramiko", kind, "pem", bool(passphrase), pathlib.Path("paramiko").read_bytes(), public)
    os.unlink("paramiko")


def of_pycryptodome():
    schemes = ["PBKDF2WithHMAC-SHA1AndDES-EDE3-CBC", "PBKDF2WithHMAC-SHA1AndAES128-CBC",
               "PBKDF2WithHMAC-SHA512AndAES256-CBC", "PBKDF2WithHMAC-SHA1AndAES256-GCM", "scryptAndAES256-CBC"]
    key = RSA.generate(2048)
    public = key.public_key().export_key("OpenSSH").decode()
    put("pycryptodome", "rsa", "pkcs1", False, key.export_key("PEM"), public)
    put("pycryptodome", "rsa", "pkcs1", True, key.export_key("PEM", PASSPHRASE), public)
    put("pycryptodome", "rsa", "pkcs8", False, key.export_key("PEM", pkcs=8), public)
    for scheme in schemes:
        data = key.export_key("PEM", PASSPHRASE, pkcs=8, protection=scheme)
        put("pycryptodome", "rsa", "pkcs8-" + scheme, True, data, public)
    for kind, curve in {"ecdsa256": "p256", "ecdsa384": "p384", "ecdsa521": "p521", "ed25519": "ed25519"}.items():
        key = ECC.generate(curve=curve)
        public = key.public_key().export_key(format="OpenSSH")
        put("pycryptodome", kind, "pkcs8", False, key.export_key(format="PEM"), public)
        if kind != "ed25519":
            put("pycryptodome", kind, "sec1", False, key.export_key(format="PEM", use_pkcs8=False), public)
        for scheme in schemes:
            data = key.export_key(format="PEM", passphrase=PASSPHRASE, protection=scheme)
            put("pycryptodome", kind, "pkcs8-" + scheme, True, data, public)


def of_small_libraries():
    public, key = rsa.newkeys(2048)
    data = key.save_pkcs1()
    put("python-rsa", "rsa", "pkcs1", False, data, line_of(serialization.load_pem_private_key(data, None)))
    for bits, curve in {"256": ecdsa.NIST256p, "384": ecdsa.NIST384p, "521": ecdsa.NIST521p}.items():
        key = ecdsa.SigningKey.generate(curve)
        public = line_of(serialization.load_pem_private_key(key.to_pem(), None))
        for form in ("ssleay", "pkcs8"):
            put("python-ecdsa", "ecdsa" + bits, form, False, key.to_pem(format=form), public)
            data = key.to_pem(format=form, curve_parameters_encoding="explicit")
            put("python-ecdsa", "ecdsa" + bits, form + "-explicit", False, data, public)
            data = key.to_pem(format=form, point_encoding="compressed")
            put("python-ecdsa", "ecdsa" + bits, form + "-compressed", False, data, public)
    for kind, how in {"rsa": {"kty": "RSA", "size": 2048}, "ecdsa256": {"kty": "EC", "crv": "P-256"},
                      "ed25519": {"kty": "OKP", "crv": "Ed25519"}}.items():
        key = jwcrypto.jwk.JWK.generate(**how)
        data = key.export_to_pem(private_key=True, password=None)
        public = line_of(serialization.load_pem_private_key(data, None))
        put("jwcrypto", kind, "pkcs8", False, data, public)
        put("jwcrypto", kind, "pkcs8", True, key.export_to_pem(private_key=True, password=PASSPHRASE.encode()), public)


def of_puttygen():
    if not shutil.which("puttygen"):
        missing.append("puttygen")
        return
    pathlib.Path("phrase").write_text(PASSPHRASE)
    pathlib.Path("empty").write_text("")
    for kind, options in {"rsa": ["rsa", "-b", "2048"], "ed25519": ["ed25519"], "ecdsa256": ["ecdsa", "-b", "256"],
                          "ecdsa384": ["ecdsa", "-b", "384"], "ecdsa521": ["ecdsa", "-b", "521"]}.items():
        for is_locked in (False, True):
            run("puttygen", "-q", "-t", *options, "-o", "p.ppk", "--new-passphrase", "phrase" if is_locked else "empty")
            public = run("puttygen", "-L", "p.ppk").stdout.decode()
            old = ["--old-passphrase", "phrase"] if is_locked else []
            new = ["--new-passphrase", "phrase"] if is_locked else []
            formats = {"ppk3": ["-O", "private"], "ppk2": ["-O", "private", "--ppk-param", "version=2"],
                       "ppk3-argon2i": ["-O", "private", "--ppk-param", "kdf=argon2i"],
                       "ppk3-argon2d": ["-O", "private", "--ppk-param", "kdf=argon2d"],
                       "openssh": ["-O", "private-openssh"], "openssh-new": ["-O", "private-openssh-new"],
                       "sshcom": ["-O", "private-sshcom"]}
            for form, how in formats.items():
                made = run("puttygen", "p.ppk", *how, *old, *new, "-o", "out")
                if made.returncode == 0 and pathlib.Path("out").exists():
                    put("puttygen", kind, form, is_locked, pathlib.Path("out").read_bytes(), public)
                    os.unlink("out")
            os.unlink("p.ppk")


def of_dropbear():
    if not shutil.which("dropbearkey"):
        missing.append("dropbear")
        return
    for kind, options in {"rsa": ["rsa", "-s", "2048"], "ed25519": ["ed25519"], "ecdsa256": ["ecdsa", "-s", "256"],
                          "ecdsa384": ["ecdsa", "-s", "384"], "ecdsa521": ["ecdsa", "-s", "521"]}.items():
        run("dropbearkey", "-t", *options, "-f", "d")
        shown = run("dropbearkey", "-y", "-f", "d").stdout.decode().splitlines()
        public = next(line for line in shown if line.startswith(("ssh-", "ecdsa-")))
        run("dropbearconvert", "dropbear", "openssh", "d", "d.openssh")
        put("dropbear", kind, "converted", False, pathlib.Path("d.openssh").read_bytes(), public)
        put("dropbear", kind, "own", False, pathlib.Path("d").read_bytes(), public)
        for name in ("d", "d.openssh", "d.pub"):
            pathlib.Path(name).unlink(missing_ok=True)


def of_openssl():
    if not shutil.which("openssl"):
        missing.append("openssl")
        return
    secret = ["-passout", "pass:" + PASSPHRASE]
    for kind, key in plain.items():
        data = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none)
        pathlib.Path("in").write_bytes(data)
        ways = {"pkcs8": (False, ["pkcs8", "-topk8", "-nocrypt"]), "pkcs8-scrypt": (True, ["pkcs8", "-topk8", "-scrypt", *secret]),
                "pkcs8-pbe3des": (True, ["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", *secret])}
        for cipher in ("aes128", "aes192", "aes256", "des3", "camellia256", "aria128"):
            ways["pkcs8-" + cipher] = (True, ["pkcs8", "-topk8", "-v2", cipher, *secret])
        for hash_name in ("hmacWithSHA1", "hmacWithSHA224", "hmacWithSHA384", "hmacWithSHA512", "hmacWithMD5"):
            ways["pkcs8-" + hash_name] = (True, ["pkcs8", "-topk8", "-v2", "aes256", "-v2prf", hash_name, *secret])
        if kind != "ed25519":
            ways["traditional"] = (False, ["pkey", "-traditional"])
            for cipher in ("aes128", "aes192", "aes256", "des3", "camellia256"):
                ways["traditional-" + cipher] = (True, ["pkey", "-traditional", "-" + cipher, *secret])
        if kind.startswith("ecdsa"):
            ways["explicit"] = (False, ["ec", "-param_enc", "explicit"])
            ways["compressed"] = (False, ["ec", "-conv_form", "compressed"])
        for form, (is_locked, command) in ways.items():
            made = run("openssl", *command, "-in", "in")
            if made.returncode == 0:
                put("openssl", kind, form, is_locked, made.stdout, line_of(key))
    os.unlink("in")


def of_ssh_keygen():
    for kind, options in {"rsa": ["rsa", "-b", "2048"], "ed25519": ["ed25519"], "ecdsa256": ["ecdsa", "-b", "256"]}.items():
        for form in ("RFC4716", "PEM", "PKCS8"):
            for is_locked in (False, True):
                run(ssh_keygen, "-q", "-t", *options, "-m", form, "-N", PASSPHRASE if is_locked else "", "-f", "k")
                if pathlib.Path("k").exists():
                    put("ssh-keygen", kind, form, is_locked, pathlib.Path("k").read_bytes(), pathlib.Path("k.pub").read_text())
                    os.unlink("k"), os.unlink("k.pub")


def of_others():
    if shutil.which("node"):
        made = run("node", here / "keys.js", cwd=os.getcwd())
        if made.returncode:
            sys.exit(made.stderr.decode())
        print(made.stderr.decode(), end="")
    else:
        missing.append("node")
    if shutil.which("java"):
        made = run("java", here / "Keys.java")
        if made.returncode:
            sys.exit(made.stderr.decode())
        for spki in pathlib.Path(".").glob("java.*.spki"):
            key = serialization.load_pem_public_key(spki.read_bytes())
            form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
            spki.with_suffix(".public").write_bytes(key.public_bytes(*form))
            spki.unlink()
    else:
        missing.append("java")


def public_keys_of_gpg():
    """The lines of gpg --export-ssh-key, which rkeygen reads as ssh-keygen does."""
    if not shutil.which("gpg"):
        missing.append("gpg")
        return
    home = pathlib.Path("gpg")
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
    for algorithm in ("rsa2048", "ed25519", "nistp256", "nistp384", "nistp521"):
        name = f"{algorithm}@example.org"
        run(*gpg, "--quick-generate-key", name, algorithm, "sign", "never")
        found = run(*gpg, "--with-colons", "--list-keys", name).stdout.decode().splitlines()
        fingerprint = next((line.split(":")[9] for line in found if line.startswith("fpr")), None)
        if not fingerprint:
            continue
        exported = run(*gpg, "--export-ssh-key", fingerprint + "!")
        if exported.returncode:
            print("gpg exports no", algorithm)
            continue
        path = pathlib.Path(f"gpg.{algorithm}.pub")
        path.write_bytes(exported.stdout)
        theirs, ours = (run(program, "-l", "-f", str(path)) for program in (ssh_keygen, rkeygen))
        same = (theirs.returncode, theirs.stdout) == (ours.returncode, ours.stdout)
        table["gpg", "public"]["same" if same else "DIFFERENT"] += 1
        if not same:
            bad.append((str(path), theirs.stdout, ours.stdout))
        path.unlink()
    run("gpgconf", "--homedir", str(home), "--kill", "all")
    shutil.rmtree(home)


def opened(program, path):
    made = run(program, "-y", "-P", PASSPHRASE if path.name.endswith(".locked") else "", "-f", path.name)
    reason = (made.stderr.decode(errors="replace").splitlines() or [""])[0].rpartition('": ')[2]
    return " ".join(made.stdout.decode().split()[:2]) if made.returncode == 0 else None, reason


table, refused, bad = collections.defaultdict(collections.Counter), [], []
for make in (of_cryptography, of_asyncssh, of_paramiko, of_pycryptodome, of_small_libraries, of_puttygen, of_dropbear,
             of_openssl, of_ssh_keygen, of_others):
    make()
for path in sorted(pathlib.Path(".").glob("*.open")) + sorted(pathlib.Path(".").glob("*.locked")):
    path.chmod(0o600)
    expected = " ".join(pathlib.Path(path.name + ".public").read_text().split()[:2])
    pathlib.Path(path.name + ".public").unlink()
    program, _, form, _ = path.name.split(".")
    (theirs, _), (ours, reason) = opened(ssh_keygen, path), opened(rkeygen, path)
    row = table[program, "private"]
    row["keys"] += 1
    row["ssh-keygen"] += theirs is not None
    row["rkeygen"] += ours is not None
    if ours and ours != expected:
        bad.append((path.name, "another public key", ours))
    if not ours:
        refused.append((path.name, "ssh-keygen opens it" if theirs else "ssh-keygen refuses it", reason))
public_keys_of_gpg()
print("program         keys  ssh-keygen  rkeygen")
for (program, what), row in sorted(table.items()):
    if what == "private":
        print(f"{program:<15} {row['keys']:>4}  {row['ssh-keygen']:>10}  {row['rkeygen']:>7}")
    else:
        print(f"{program:<15} public keys: " + ", ".join(f"{count} {name}" for name, count in row.items()))
for name, theirs, reason in refused:
    print(f"refused: {name}: {reason} ({theirs})")
for name in missing:
    print(f"not here: {name}")
for found in bad:
    print("WRONG", *found)
# What ssh-keygen opens and rkeygen does not is named above; all of it is of ciphers and hashes that SSH's own formats lack.
UNSUPPORTED = ("unsupported", "exceeds the limit")
unexplained = [row for row in refused if row[1] == "ssh-keygen opens it" and not any(word in row[2] for word in UNSUPPORTED)]
sys.exit(1 if bad or unexplained else 0)
