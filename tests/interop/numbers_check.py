# Arguments: unencrypted private key files. Reads OpenSSH, PEM (RSA) and PKCS8 by hand where there is
# anything to compute, so that no library mends a number on the way.
import base64
import struct
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

CURVES = {b"nistp256": ec.SECP256R1(), b"nistp384": ec.SECP384R1(), b"nistp521": ec.SECP521R1()}
primes_seen = set()


def take(data, count):
    """So many SSH strings from the front, and the rest."""
    parts = []
    for _ in range(count):
        (length,) = struct.unpack(">I", data[:4])
        parts.append(data[4 : 4 + length])
        data = data[4 + length :]
    return parts, data


def strings(data):
    parts = []
    while data:
        (part,), data = take(data, 1)
        parts.append(part)
    return parts


def number(data):
    assert data and data[0] < 0x80, "a number is negative"
    assert len(data) == 1 or data[0] or data[1] >= 0x80, "a number is not minimal"
    return int.from_bytes(data, "big")


def der_items(data):
    """The contents of the items in a DER SEQUENCE's body."""
    while data:
        length, start = data[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
        yield data[0], data[start : start + length]
        data = data[start + length :]


def is_prime(n):
    """Miller-Rabin with fixed bases: enough for numbers that nobody chose against it."""
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29):
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def check_rsa(n, e, d, p, q, q_inverse, dp=None, dq=None):
    bits = n.bit_length()
    assert e == 65537 and n == p * q and p > q
    assert is_prime(p) and is_prime(q)
    assert p not in primes_seen and q not in primes_seen, "a prime was used before"
    primes_seen.update((p, q))
    assert e * d % (p - 1) == 1 and e * d % (q - 1) == 1
    assert d.bit_length() > bits // 2, "d is short"
    assert q_inverse == pow(q, -1, p)
    assert dp in (None, d % (p - 1)) and dq in (None, d % (q - 1))
    assert p.bit_length() == (bits + 1) // 2 and q.bit_length() in (bits // 2, (bits + 1) // 2)
    assert abs(p - q).bit_length() > bits // 2 - 100, "the primes are close"
    return bits


def rsa_of_der(der):
    ((tag, body),) = der_items(der)
    values = [number(value) for tag, value in der_items(body)]
    version, n, e, d, p, q, dp, dq, q_inverse = values
    assert version == 0
    return n, e, d, p, q, q_inverse, dp, dq


def check_openssh(data, public):
    assert data.startswith(b"openssh-key-v1\0")
    fields, rest = take(data[15:], 3)
    assert fields == [b"none", b"none", b""] and rest[:4] == b"\0\0\0\1"
    outer, private = strings(rest[4:])
    assert outer == public
    assert private[:4] == private[4:8] and len(private) % 8 == 0
    count = {b"ssh-rsa": 8, b"ssh-ed25519": 4}.get(strings(public)[0], 5)
    parts, body = take(private[8:], count)
    assert body == bytes(range(1, len(body) + 1)), "padding"
    kind = parts[0]
    if kind == b"ssh-rsa":
        n, e, d, q_inverse, p, q = map(number, parts[1:7])
        assert strings(public) == [kind, parts[2], parts[1]]
        return check_rsa(n, e, d, p, q, q_inverse)
    if kind == b"ssh-ed25519":
        point, pair = parts[1], parts[2]
        seed = ed25519.Ed25519PrivateKey.from_private_bytes(pair[:32])
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        assert pair[32:] == point == seed.public_key().public_bytes(*raw)
        assert strings(public) == [kind, point]
        return 256
    curve, point, scalar = parts[1], parts[2], number(parts[3])
    key = ec.derive_private_key(scalar, CURVES[curve])
    x962 = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    assert point == key.public_key().public_bytes(*x962)
    assert strings(public) == [kind, curve, point]
    return CURVES[curve].key_size


def check(path):
    text = open(path).read()
    line = open(path + ".pub").read()
    public = base64.b64decode(line.split()[1])
    label = text.splitlines()[0]
    body = base64.b64decode("".join(text.splitlines()[1:-1]))
    if "OPENSSH" in label:
        return check_openssh(body, public)
    if "RSA" in label:
        numbers = rsa_of_der(body)
        _, e, n = strings(public)
        assert (number(n), number(e)) == numbers[:2]
        return check_rsa(*numbers)
    key = serialization.load_pem_private_key(text.encode(), None)
    ssh = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    assert key.public_key().public_bytes(*ssh).decode() == " ".join(line.split()[:2])
    if isinstance(key, ec.EllipticCurvePrivateKey):
        again = ec.derive_private_key(key.private_numbers().private_value, key.curve)
        assert again.public_key().public_numbers() == key.public_key().public_numbers()
    if hasattr(key, "private_numbers") and hasattr(key.private_numbers(), "p"):
        # PrivateKeyInfo: version, algorithm, key.
        ((_, info),) = der_items(body)
        check_rsa(*rsa_of_der(list(der_items(info))[2][1]))
    return key.key_size if hasattr(key, "key_size") else 256


for path in sys.argv[1:]:
    try:
        check(path)
    except Exception:
        print(path, file=sys.stderr)
        raise
print(len(sys.argv) - 1, "keys are right")
