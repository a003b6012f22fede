"""Makes RSA keys and checks each number of each with GMP, then the numbers of all for chance.

usage: rsa_keys.py RKEYGEN KEYS BITS
"""

import base64
import math
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import gmpy2

E = 65537
# Of so many primes, how often each bit is set may be this many standard deviations from a half.
SIGMAS = 5.0
PUBLIC_KEYS_FOR_BADKEYS = 1000
# All but its list of leaked keys, which is a download, and the comparison with it.
CHECKS = "fermat,roca,rsainvalid,rsapoly,smalld,smallfactors,rsawarnings,rsabias,pattern,xzbackdoor"


def integers(der):
    """The integers of an RSAPrivateKey (RFC 8017 appendix A.1.2)."""

    def header(at):
        length = der[at + 1]
        if length < 0x80:
            return at + 2, length
        size = length & 0x7F
        return at + 2 + size, int.from_bytes(der[at + 2 : at + 2 + size], "big")

    at, _ = header(0)
    numbers = []
    while at < len(der):
        assert der[at] == 2, "an integer"
        start, length = header(at)
        numbers.append(int.from_bytes(der[start : start + length], "big"))
        at = start + length
    return numbers


def make(rkeygen, directory, number, bits):
    path = os.path.join(directory, str(number))
    words = [rkeygen, "-q", "-t", "rsa", "-b", str(bits), "-m", "PEM", "-N", "", "-C", "", "-f", path]
    subprocess.run(words, check=True)
    with open(path) as file:
        text = file.read()
    assert text.startswith("-----BEGIN RSA PRIVATE KEY-----")
    os.remove(path)
    return integers(base64.b64decode("".join(text.split("\n")[1:-2])))


def check(numbers, bits):
    version, n, e, d, p, q, dp, dq, qinv = numbers
    assert (version, e) == (0, E)
    assert n == p * q and n.bit_length() == bits and n >> (bits - 1) == 1
    for prime in (p, q):
        assert gmpy2.is_strong_bpsw_prp(prime) and gmpy2.is_prime(prime, 40)
        assert math.gcd(prime - 1, E) == 1
        # FIPS 186-5 appendix A.1.3: at least the square root of 2, times 2^(bits / 2 - 1).
        assert prime * prime >= 1 << (bits - 1), "a prime too small"
    assert p > q and p - q > 1 << (bits // 2 - 100)
    assert d == pow(E, -1, math.lcm(p - 1, q - 1)) and d > 1 << (bits // 2)
    assert (dp, dq, qinv) == (d % (p - 1), d % (q - 1), pow(q, -1, p))


def sigmas(count, total, chance=0.5):
    return abs(count - total * chance) / math.sqrt(total * chance * (1 - chance))


def bits_are_even(primes, half):
    """The lowest bits but the last, which is 1, and the bits below the top ones that the length fixes."""
    worst = 0.0
    for place in [*range(1, 33), *range(half - 48, half - 16)]:
        worst = max(worst, sigmas(sum(prime >> place & 1 for prime in primes), len(primes)))
    return worst


def halves_are_independent(pairs, half):
    """How often a bit of p and the same bit of q are equal."""
    worst = 0.0
    for place in [*range(1, 33), *range(half - 48, half - 16)]:
        equal = sum((p >> place & 1) == (q >> place & 1) for p, q in pairs)
        worst = max(worst, sigmas(equal, len(pairs)))
    return worst


def top_is_spread(primes, half):
    """Between the bounds that a key's length sets, tenths of the range hold tenths of the primes."""
    low = math.isqrt(1 << (2 * half - 1))
    tenths = [0] * 10
    for prime in primes:
        assert prime >= low, "below the range"
        tenths[(prime - low) * 10 // ((1 << half) - low)] += 1
    return max(sigmas(count, len(primes), 0.1) for count in tenths)


def residues_are_spread(primes):
    """Modulo small primes all residues but 0 and, for 65537's sake, 1 of it, come up as often."""
    worst = 0.0
    for modulus in (3, 5, 7, 11, 13):
        for residue in range(1, modulus):
            count = sum(prime % modulus == residue for prime in primes)
            worst = max(worst, sigmas(count, len(primes), 1 / (modulus - 1)))
    return worst


def badkeys(directory):
    files = sorted(name for name in os.listdir(directory) if name.endswith(".pub"))[:PUBLIC_KEYS_FOR_BADKEYS]
    program = shutil.which("badkeys", path=os.path.dirname(sys.executable)) or "badkeys"
    done = subprocess.run([program, "-c", CHECKS, "-w", "-a", "-j", *files], cwd=directory, capture_output=True, text=True)
    print(f"badkeys on {len(files)} keys: status {done.returncode}", done.stderr.strip()[:500])
    lines = [line for line in done.stdout.splitlines() if '"results": {}' not in line]
    print(*lines[:5], sep="\n")
    return done.returncode == 0 and not lines


def main(rkeygen, count, bits):
    half = bits // 2
    with tempfile.TemporaryDirectory() as directory:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            keys = list(pool.map(lambda number: make(rkeygen, directory, number, bits), range(count)))
        for numbers in keys:
            check(numbers, bits)
        pairs = [(numbers[4], numbers[5]) for numbers in keys]
        primes = [prime for pair in pairs for prime in pair]
        assert len(set(primes)) == len(primes), "a prime came up twice"
        print(f"{count} keys of {bits} bits: every number is right, all {len(primes)} primes differ")
        sound = True
        for name, worst in [
            ("bits of the primes", bits_are_even(primes, half)),
            ("p and q", halves_are_independent(pairs, half)),
            ("tenths of the range", top_is_spread(primes, half)),
            ("residues modulo small primes", residues_are_spread(primes)),
        ]:
            print(f"{name}: at most {worst:.1f} standard deviations from chance")
            sound &= worst < SIGMAS
        sound &= badkeys(directory)
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
