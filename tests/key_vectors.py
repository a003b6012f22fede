"""What cryptography, ssh-keygen and rkeygen open of the private keys of cryptography_vectors (see key_vectors.sh)."""

import collections
import pathlib
import subprocess
import sys
import warnings

import cryptography_vectors
from cryptography.hazmat.primitives import serialization

warnings.simplefilter("ignore")
rkeygen, ssh_keygen, path = sys.argv[1:]
# All passphrases that the vectors use.
PASSPHRASES = [b"", b"password", b"123456", b"foobar", b"testpassword", b"passw0rd", b"test", b"baz", b"hunter42", b"asdf",
               b"cryptography", b"foo", b"secret", b"1234"]


def by_cryptography(data):
    load = serialization.load_pem_private_key
    if b"OPENSSH" in data:
        load = serialization.load_ssh_private_key
    for passphrase in PASSPHRASES:
        try:
            key = load(data, passphrase or None)
        except Exception:  # it refuses in many ways
            continue
        try:
            form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
            return " ".join(key.public_key().public_bytes(*form).decode().split()[:2])
        except Exception:  # opened, of a type that SSH does not have
            return "opened"
    return None


def by_program(program):
    reason = ""
    for passphrase in PASSPHRASES:
        run = subprocess.run([program, "-y", "-P", passphrase, "-f", path], capture_output=True, stdin=subprocess.DEVNULL)
        if run.returncode == 0:
            return " ".join(run.stdout.decode().split()[:2]), ""
        error = run.stderr.decode(errors="replace").splitlines() or [""]
        reason = error[0].rpartition('": ')[2]
        if "incorrect" not in reason and "protected" not in reason:
            break
    return None, reason


table, refused, status = collections.Counter(), [], 0
root = pathlib.Path(cryptography_vectors.__file__).parent / "asymmetric"
for vector in sorted(file for file in root.rglob("*") if file.is_file()):
    data = vector.read_bytes()
    if b"PRIVATE KEY" not in data:
        continue
    pathlib.Path(path).write_bytes(data)
    pathlib.Path(path).chmod(0o600)
    (theirs, _), (ours, reason) = by_program(ssh_keygen), by_program(rkeygen)
    python = by_cryptography(data)
    if len({key for key in (python, theirs, ours) if key and key != "opened"}) > 1:
        print("DIFFERENT", vector.relative_to(root))
        status = 1
    table[tuple("yes" if key else "no" for key in (python, theirs, ours))] += 1
    if not ours and (python or theirs):
        refused.append((str(vector.relative_to(root)), reason))
print("cryptography  ssh-keygen  rkeygen  keys")
for (python, theirs, ours), count in sorted(table.items()):
    print(f"{python:<13} {theirs:<11} {ours:<8} {count}")
for name, reason in refused:
    print(f"{name}: {reason}")
sys.exit(status)
