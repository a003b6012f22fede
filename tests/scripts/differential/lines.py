"""Command lines: a mode with its options, good, odd and wrong values, in any order, with any input."""

import random

from kit import PASSPHRASE

PRIVATE = ["ed", "ec", "ec384", "ec521", "rsa", "rsa2", "ml", "ed_pw", "ec_pw", "rsa_pw", "ml_pw", "ec_pem", "rsa_pem", "rsa_pem_pw",
           "ec_pem_pw", "rsa_pkcs8", "ec384_pkcs8_pw", "ed_pkcs8", "ed_pkcs8_pw", "edsk", "ecsk", "ca", "ca_rsa", "lone", "mismatch",
           "link", "open", "both", "key_crlf", "key_cut"]
PUBLIC = ["ed.pub", "ec.pub", "ec384.pub", "ec521.pub", "rsa.pub", "rsa2.pub", "ml.pub", "ca.pub", "edsk.pub", "ecsk.pub",
          "ed-cert.pub", "ec-cert.pub", "rsa-cert.pub", "ec384-cert.pub", "crlf.pub", "spaces.pub", "nul.pub", "hash.pub",
          "bare.pub", "cut.pub", "dsa.pub", "two.pub", "long.pub", "sha1.pub", "only.pub", "mismatch.pub"]
OTHER = ["authorized", "hosts", "hashed", "hosts_bad", "certs", "krl", "krl_cut", "ed.sig", "rsa.rfc4716", "rsa.pkcs8", "rsa.pem",
         "ec.rfc4716", "ec.pkcs8", "ed.rfc4716", "empty", "garbage", "binary", "directory", "dangling", "missing", "allowed", "moduli",
         "msg", "nowhere/x", "", "-", "/dev/null"]
FRESH = ["new", "new", "new", "new", "ed", "directory/x", "directory", "link", "dangling", "nowhere/x", "only", "ec.pub", "new.pub", "./new"]
PASS = [PASSPHRASE, PASSPHRASE, "", "wrong", "new one", "1234", "12345", "naïve ☃", "x" * 600]
NUMBERS = ["0", "1", "2", "16", "-1", "+3", " 3", "3 ", "0x10", "1e3", "", "x", "99999999999999999999", "4294967296", "007", "1.5"]
NAMES = ["me", "me,you", "", "a b", "*", "me,", ",me", "ünï", "!me", "me,me", "a" * 300]
TIMES = ["+52w", "+1d", "-1d:+1d", "always:forever", "20200101:20300101", "20200101:20300101Z", "20200101120000:20300101", "+1s1",
         "+1.", "+.5s", "+1m.5s", "+1h30m", "+1y", "forever:always", "20300101:20200101", "99991231:forever", "always:99991231",
         "19690101:20300101", "2020 101:forever", "", ":", "x", "20200101", "20200101:", ":20300101", "-1w:forever", "0x10:0x20",
         "+", "20200231:20300101", "always:20370101000000", "20200101:+52w", "+1w:-1w", "00000101:forever", "20200101:20300101UTC"]
CERT_OPTIONS = ["clear", "no-pty", "permit-pty", "no-port-forwarding", "no-agent-forwarding", "no-x11-forwarding", "no-user-rc",
                "permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding", "permit-user-rc", "no-touch-required",
                "verify-required", "force-command=echo hi", "force-command=", "source-address=10.0.0.0/8", "source-address=1.2.3",
                "source-address=::1,10.1.1.1", "source-address=x", "source-address=", "critical:a=b", "critical:a", "extension:a@b",
                "extension:a=b", "CLEAR", "bogus", "", "critical:", "extension:", "source-address=10.0.0.1/8", "no-PTY"]
HOSTS = ["host1", "HOST1", "host3", "10.0.0.1", "[host1]:2222", "a.example", "b.example", "x.ca", "host2", "nope", "", "host*", "*",
         "host1,10.0.0.1", "[host1]:22", "host4", "a b", "::1"]
TYPES = ["ed25519", "ed25519", "ecdsa", "rsa", "mldsa44-ed25519", "ed25519-sk", "dsa", "ssh-ed25519", "ecdsa-sha2-nistp384", "ED25519",
         "RSA", "rsa1", "", "x", "ssh-rsa", "rsa-sha2-512", "ecdsa-sk", "ssh-ed25519-cert-v01@openssh.com", "mldsa"]
BITS = ["256", "384", "521", "1024", "2048", "0", "1", "1023", "512", "255", "", "x", "-1", "99999", " 1024", "+1024", "0x400"]
HASHES = ["sha256", "md5", "sha1", "sha384", "sha512", "SHA256", "MD5", "", "x", "sha224", "sha-256"]
FORMATS = ["RFC4716", "PKCS8", "PEM", "rfc4716", "pkcs8", "pem", "", "x", "OPENSSH"]
CIPHERS = ["aes256-ctr", "aes128-cbc", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "none", "3des-cbc", "", "x"]
COMMENTS = ["c", "", "two words", "#hash", "ünï", "a\tb", "'q\"", " lead", "x" * 1500, "\x1b[31m"]
IDS = ["the id", "id", "", "ünï", "a\tb", "x" * 300, "\"q\"", "a,b"]
SPECS = ["serial: 1\n", "serial: 5-9\nid: x\n", "id: \n", "serial: -1\n", "serial: 0\n", "serial:7\n", "key: x\n", "hash: SHA256:x\n",
         "# c\n\n", "bogus\n", "serial: 9-5\n", "SERIAL: 3\n", "serial: 0x10\n", "serial: 010\n", " serial: 1\n", "id: x\r\n", "", "\n",
         "serial: 18446744073709551615\n", "serial: 18446744073709551616\n", "serial: 1-\n", "serial: 1 2\n", "id: a # b\n"]
INPUTS = [b"", b"\n", b"y\n", b"n\n", b"yes\n", b"Y\n", b"new\n", b"ed\n", b"hello\n", b"\0\n", b"y", b"ed\ny\n", b"x" * 5000 + b"\n"]


class Line:
    def __init__(self, words, mode):
        self.words, self.mode = words, mode
        self.stdin, self.answers, self.environment, self.umask = "null", None, {}, 0o22
        self.passphrases = []
        self.in_token = False

    def __str__(self):
        extra = f" <<< {self.stdin!r}" if self.stdin != "null" else ""
        extra += f" ??? {self.answers}" if self.answers is not None else ""
        extra += f" env {self.environment}" if self.environment else ""
        return f"{self.mode}: {[it if len(it) < 80 else it[:60] + f'...{len(it)}' for it in self.words]}{extra[:500]}"


class Generator:
    def __init__(self, seed, kit, agent=None):
        self.dice, self.kit, self.agent = random.Random(seed), kit, agent

    def pick(self, values):
        return self.dice.choice(values)

    def maybe(self, chance, *chunk):
        return [list(chunk)] if self.dice.random() < chance else []

    def private(self):
        return self.pick(PRIVATE) if self.dice.random() < 0.85 else self.pick(PUBLIC + OTHER)

    def public(self):
        return self.pick(PUBLIC) if self.dice.random() < 0.8 else self.pick(PRIVATE + OTHER)

    def any(self):
        return self.pick(self.pick([PRIVATE, PUBLIC, OTHER]))

    def line(self):
        modes = [(self.generate, 14), (self.fingerprint, 14), (self.print_public, 7), (self.passphrase, 9), (self.comment, 5),
                 (self.export, 7), (self.import_, 6), (self.certify, 14), (self.show, 4), (self.make_krl, 8), (self.query_krl, 7),
                 (self.sign, 7), (self.verify, 8), (self.principals, 6), (self.find_host, 5), (self.remove_host, 4), (self.hash_hosts, 3),
                 (self.sshfp, 5), (self.host_keys, 1), (self.moduli, 1), (self.mixed, 8)]
        mode = self.dice.choices([it for it, _ in modes], [weight for _, weight in modes])[0]
        chunks, operands = mode()
        line = Line(self.words(chunks, operands), mode.__name__.strip("_"))
        line.passphrases = [it for word, it in zip(line.words, line.words[1:]) if word in ("-N", "-P")]
        self.surroundings(line)
        return line

    def words(self, chunks, operands):
        """Options in any order, joined or with their values attached, at times one too many or too few, then operands."""
        chunks = [list(it) for it in chunks]
        if self.dice.random() < 0.08 and chunks:
            chunks.remove(self.pick(chunks))
        if self.dice.random() < 0.12:
            chunks.append(self.stray())
        if self.dice.random() < 0.05 and chunks:
            chunks.append(list(self.pick(chunks)))
        if self.dice.random() < 0.5:
            self.dice.shuffle(chunks)
        out = []
        for chunk in chunks:
            if len(chunk) == 1 and out and self.dice.random() < 0.15 and len(out[-1]) == 2 and out[-1][0] == "-" \
                    and out[-1][1] in "ceghiklpqvyABHLQUu":
                out[-1] += chunk[0][1:]
            elif len(chunk) == 2 and self.dice.random() < 0.12 and chunk[1]:
                out.append(chunk[0] + chunk[1])
            else:
                out.extend(chunk)
        if operands and self.dice.random() < 0.06:
            out.append("--")
        if self.dice.random() < 0.04:
            operands = [*operands, self.any()]
        if operands and self.dice.random() < 0.04:
            return [*operands, *out]
        return out + list(operands)

    def stray(self):
        return self.pick([["-q"], ["-v"], ["-vv"], ["-l"], ["-e"], ["-i"], ["-y"], ["-p"], ["-c"], ["-B"], ["-L"], ["-k"], ["-Q"], ["-h"],
                          ["-u"], ["-g"], ["-X"], ["-o"], ["-?"], ["-a", self.pick(NUMBERS)], ["-b", self.pick(BITS)],
                          ["-C", self.pick(COMMENTS)], ["-E", self.pick(HASHES)], ["-F", self.pick(HOSTS)], ["-I", self.pick(IDS)],
                          ["-m", self.pick(FORMATS)], ["-N", self.pick(PASS)], ["-n", self.pick(NAMES)], ["-O", self.pick(CERT_OPTIONS)],
                          ["-P", self.pick(PASS)], ["-r", self.pick(HOSTS)], ["-s", self.private()], ["-t", self.pick(TYPES)],
                          ["-V", self.pick(TIMES)], ["-w", self.pick(["", "internal", "/nowhere"])], ["-Z", self.pick(CIPHERS)],
                          ["-z", self.pick(NUMBERS)], ["-R", self.pick(HOSTS)], ["-f", self.any()], ["-U"]])

    def surroundings(self, line):
        roll = self.dice.random()
        if line.stdin == "null":
            if roll < 0.12:
                line.stdin = "closed"
            elif roll < 0.55:
                line.stdin = self.pick(INPUTS)
        if line.mode in ("sign", "verify", "principals") and self.dice.random() < 0.8:
            line.stdin = self.pick([b"hello\n", b"hello\n", b"hello\n", b"hallo\n"])
        if line.mode in ("make_krl", "mixed") and "-" in line.words:
            line.stdin = "".join(self.pick(SPECS) for _ in range(self.dice.randrange(4))).encode()
        if self.dice.random() < 0.25:
            old, new = self.pick([PASSPHRASE, PASSPHRASE, "wrong", ""]), self.pick(["new one", "", "12345", "ünï", "abc"])
            answers = [old, new, self.pick([new, new, "other"]), new, new]
            line.answers = answers if self.dice.random() < 0.6 else answers[1:]
        if self.dice.random() < 0.05:
            line.environment["TZ"] = self.pick(["CET-1CEST,M3.5.0,M10.5.0/3", "XXX-25", "America/New_York", "EST5EDT", ":x", ""])
        if self.dice.random() < 0.1:
            line.umask = self.pick([0o77, 0o2, 0, 0o177])
        if self.agent and ("-U" in line.words or self.dice.random() < 0.1):
            line.environment["SSH_AUTH_SOCK"] = self.agent
        if self.kit.provider and self.dice.random() < 0.2:
            line.environment["SSH_SK_PROVIDER"] = str(self.kit.provider)

    def generate(self):
        kind = self.pick(TYPES)
        bits = ["-b", "1024"] if kind.lower() in ("rsa", "ssh-rsa") and self.dice.random() < 0.8 else ["-b", self.pick(BITS)]
        needs_bits = kind.lower() in ("rsa", "ssh-rsa", "")
        return ([["-t", kind], ["-f", self.pick(FRESH)], *self.maybe(1 if needs_bits else 0.25, *bits), *self.maybe(0.8, "-N", self.pick(PASS)),
                 *self.maybe(0.7, "-C", self.pick(COMMENTS)), *self.maybe(0.5, "-q"), *self.maybe(0.9, "-a", self.pick(["1", "1", "1", *NUMBERS[:6]])),
                 *self.maybe(0.25, "-m", self.pick(FORMATS)), *self.maybe(0.15, "-Z", self.pick(CIPHERS)), *self.maybe(0.1, "-v"),
                 *self.maybe(0.1, "-E", self.pick(HASHES)), *self.maybe(0.05, "-O", self.pick(["resident", "application=ssh:x", "user=x", "x"]))], [])

    def fingerprint(self):
        return ([[self.pick(["-l", "-l", "-l", "-B"])], ["-f", self.any()], *self.maybe(0.3, "-v"), *self.maybe(0.4, "-E", self.pick(HASHES)),
                 *self.maybe(0.1, "-q"), *self.maybe(0.03, "-h")], [])

    def print_public(self):
        return ([["-y"], ["-f", self.private()], *self.maybe(0.6, "-P", self.pick(PASS)), *self.maybe(0.1, "-C", self.pick(COMMENTS)),
                 *self.maybe(0.1, "-N", self.pick(PASS)), *self.maybe(0.1, "-q"), *self.maybe(0.1, "-m", self.pick(FORMATS))], [])

    def passphrase(self):
        return ([["-p"], ["-f", self.private()], *self.maybe(0.7, "-P", self.pick(PASS)), *self.maybe(0.8, "-N", self.pick(PASS)),
                 *self.maybe(0.95, "-a", self.pick(["1", "1", "1", "2"])), *self.maybe(0.4, "-m", self.pick(FORMATS)),
                 *self.maybe(0.2, "-Z", self.pick(CIPHERS)), *self.maybe(0.2, "-q"),
                 *self.maybe(0.15, "-O", self.pick(["verify-required", "no-verify-required", "touch-required", "no-touch-required", "x", "",
                                                    "TOUCH-required", "resident"]))], [])

    def comment(self):
        return ([["-c"], ["-f", self.private()], *self.maybe(0.8, "-C", self.pick(COMMENTS)), *self.maybe(0.6, "-P", self.pick(PASS)),
                 ["-a", "1"], *self.maybe(0.15, "-m", self.pick(FORMATS)), *self.maybe(0.1, "-Z", self.pick(CIPHERS)), *self.maybe(0.1, "-q"),
                 *self.maybe(0.05, "-N", self.pick(PASS))], [])

    def export(self):
        return ([["-e"], ["-f", self.any()], *self.maybe(0.7, "-m", self.pick(FORMATS)), *self.maybe(0.2, "-P", self.pick(PASS)),
                 *self.maybe(0.1, "-C", self.pick(COMMENTS))], [])

    def import_(self):
        file = self.pick(["rsa.rfc4716", "ec.rfc4716", "ed.rfc4716", "rsa.pkcs8", "rsa.pem", "ec.pkcs8", "ec.pem", "ed.pkcs8"])
        return ([[self.pick(["-i", "-i", "-i", "-X"])], ["-f", file if self.dice.random() < 0.7 else self.any()],
                 *self.maybe(0.7, "-m", self.pick(FORMATS)), *self.maybe(0.1, "-P", self.pick(PASS))], [])

    def certify(self):
        options = [["-O", self.pick(CERT_OPTIONS)] for _ in range(self.pick([0, 0, 0, 1, 1, 2, 3]))]
        ca = self.pick(["ca", "ca", "ca", "ca_rsa", "ca_pw", "rsa", "ml", "ec", "~/ca"]) if self.dice.random() < 0.85 else self.private()
        return ([["-s", ca], *self.maybe(0.96, "-I", self.pick(IDS)), *self.maybe(0.7, "-n", self.pick(NAMES)), *self.maybe(0.7, "-V", self.pick(TIMES)),
                 *self.maybe(0.3, "-z", self.pick(["+1", "+5", "18446744073709551615", *NUMBERS])), *self.maybe(0.15, "-h"), *options,
                 *self.maybe(0.25, "-P", self.pick(PASS)), *self.maybe(0.1, "-t", self.pick(["rsa-sha2-256", "rsa-sha2-512", *TYPES])),
                 *self.maybe(0.3, "-q"), *self.maybe(0.06, "-U"), *self.maybe(0.05, "-v"), *self.maybe(0.03, "-N", "x"), *self.maybe(0.03, "-C", "x")],
                [self.public() for _ in range(self.pick([1, 1, 1, 1, 2, 3, 0]))])

    def show(self):
        file = self.pick(["ed-cert.pub", "ec-cert.pub", "rsa-cert.pub", "ec384-cert.pub", "certs"])
        return ([["-L"], ["-f", file if self.dice.random() < 0.7 else self.any()], *self.maybe(0.1, "-v"), *self.maybe(0.1, "-E", self.pick(HASHES))], [])

    def make_krl(self):
        inputs = [self.pick(["spec", "spec_bad", "spec_keys", "ed.pub", "ec-cert.pub", "ed-cert.pub", "ml.pub", "-", "-", self.any()])
                  for _ in range(self.pick([0, 1, 1, 1, 2, 3]))]
        return ([["-k"], ["-f", self.pick(["krl", "krl_empty", "new", "new", "krl_keys", self.any()])], *self.maybe(0.3, "-u"),
                 *self.maybe(0.6, "-s", self.pick(["ca.pub", "ca", "none", "NONE", "~/ca", "ca_rsa.pub", self.public()])),
                 *self.maybe(0.4, "-z", self.pick(NUMBERS)), *self.maybe(0.3, "-C", self.pick(COMMENTS)), *self.maybe(0.4, "-q")], inputs)

    def query_krl(self):
        return ([["-Q"], ["-f", self.pick(["krl", "krl", "krl_keys", "krl_empty", "krl_cut", self.any()])], *self.maybe(0.4, "-l"),
                 *self.maybe(0.1, "-q"), *self.maybe(0.05, "-v")], [self.public() for _ in range(self.pick([0, 1, 1, 2, 3]))])

    def sign(self):
        files = self.pick([["msg"], ["msg"], ["msg"], [], ["-"], ["missing"], ["directory"], ["msg", "spec"], ["msg", "-"], ["empty"]])
        return ([["-Y", self.pick(["sign", "sign", "sign", "sig", "signature", "SIGN", ""])],
                 ["-f", self.pick([self.private(), self.public(), "ed", "ed-cert.pub"])], *self.maybe(0.95, "-n", self.pick(["file", "file", "", "git", "a b"])),
                 *self.maybe(0.2, "-O", self.pick(["hashalg=sha256", "hashalg=sha512", "hashalg=SHA256", "hashalg=sha1", "hashalg=", "x", "HASHALG=sha256",
                                                   "print-pubkey"])),
                 *self.maybe(0.3, "-P", self.pick(PASS)), *self.maybe(0.2, "-q"), *self.maybe(0.06, "-U")], files)

    def verify(self):
        signature = self.pick(["ed.sig", "ed.sig", "ec.sig", "rsa2.sig", "ml.sig", "edcert.sig", "sig_bad", self.any()])
        options = [["-O", self.pick(["verify-time=20200601", "verify-time=20300601", "verify-time=x", "verify-time=", "print-pubkey", "x", "hashalg=sha256",
                                     "Verify-Time=20200601Z", "verify-time=+1d", "verify-time=19000101"])] for _ in range(self.pick([0, 0, 0, 1, 2]))]
        kind = self.pick(["verify", "verify", "check-novalidate", "verif", "check-novalidates"])
        return ([["-Y", kind], *self.maybe(0.97, "-n", self.pick(["file", "file", "file", "git", ""])), ["-s", signature],
                 *self.maybe(0.9 if kind.startswith("ver") else 0.1, "-f", self.pick(["allowed", "allowed", "allowed_bad", self.any()])),
                 *self.maybe(0.9 if kind.startswith("ver") else 0.1, "-I", self.pick(["me", "bob", "ml", "a@x", "late", "no", "", "*", "x"])),
                 *self.maybe(0.25, "-r", self.pick(["krl", "krl_keys", "revoked", "krl_empty", self.any()])), *options, *self.maybe(0.15, "-q"),
                 *self.maybe(0.05, "-v")], [])

    def principals(self):
        options = self.maybe(0.3, "-O", self.pick(["verify-time=20200601", "verify-time=20350601Z", "x", "", "print-pubkey"]))
        allowed = ["-f", self.pick(["allowed", "allowed", "allowed_bad", "hosts", self.any()])]
        if self.dice.random() < 0.5:
            return ([["-Y", self.pick(["find-principals", "find-principals", "find-p"])], ["-s", self.pick(["ed.sig", "ec.sig", "ml.sig", "edcert.sig", self.any()])],
                     allowed, *options, *self.maybe(0.1, "-q")], [])
        return ([["-Y", "match-principals"], ["-I", self.pick(["me", "bob", "a@x", "*", "", "no", "A@X", "x"])], allowed, *options], [])

    def find_host(self):
        return ([["-F", self.pick(HOSTS)], ["-f", self.pick(["hosts", "hosts", "hashed", "hosts_bad", self.any()])], *self.maybe(0.3, "-l"),
                 *self.maybe(0.2, "-H"), *self.maybe(0.15, "-v"), *self.maybe(0.2, "-E", self.pick(HASHES)), *self.maybe(0.1, "-q")], [])

    def remove_host(self):
        return ([["-R", self.pick(HOSTS)], ["-f", self.pick(["hosts", "hosts", "hashed", "hosts_bad", self.any()])], *self.maybe(0.2, "-q"),
                 *self.maybe(0.1, "-v")], [])

    def hash_hosts(self):
        return ([["-H"], ["-f", self.pick(["hosts", "hashed", "hosts_bad", self.any()])], *self.maybe(0.2, "-q"), *self.maybe(0.1, "-v")], [])

    def sshfp(self):
        return ([["-r", self.pick(HOSTS)], *self.maybe(0.9, "-f", self.any()), *self.maybe(0.3, "-g"), *self.maybe(0.2, "-E", self.pick(HASHES)),
                 *self.maybe(0.3, "-O", self.pick(["hashalg=sha1", "hashalg=sha256", "HASHALG=sha1", "hashalg=SHA256", "hashalg=md5", "x", ""]))], [])

    def host_keys(self):
        return ([["-A"], ["-f", self.pick([".", "directory", "nowhere"])], *self.maybe(0.3, "-q"), *self.maybe(0.2, "-a", "1")], [])

    def moduli(self):
        return ([["-M", self.pick(["screen", "screen", "generate", "x", ""])], ["-O", self.pick(["lines=1", "start-line=1", "x", "lines=x", "prime-tests=4"])],
                 *self.maybe(0.3, "-f", self.pick(["moduli", "empty", "garbage", "missing"]))], self.pick([["new"], [], ["new", "x"]]))

    def mixed(self):
        """Options of every mode, thrown together."""
        chunks = [self.stray() for _ in range(self.dice.randrange(1, 5))]
        return ([*chunks, ["-f", self.any()]], [self.any() for _ in range(self.pick([0, 0, 1]))])
