"""The rows of docs/differences.md, as far as random command lines meet them. A row is recognized by what rkeygen says, and by
what it leaves undone; no row lets rkeygen say yes to a signature, certificate or revocation where ssh-keygen says no."""

import re

# What rkeygen says on standard error when it refuses, and the row that it belongs to.
REFUSED = [
    ("end of input at prompt", "end of input at a passphrase prompt, or at another prompt"),
    ("gave no passphrase", "end of input at a passphrase prompt, or at another prompt"),
    ("create the directory first", "the directory is missing or read-only"),
    ("the passphrase is longer than 1023 bytes", "a passphrase of more than 1023 bytes"),
    ("is a symbolic link to", "FILE or FILE.pub is a symbolic link"),
    ("holds a private key; not overwritten", "-k, -s, -Y sign or a .pub file would overwrite a private key"),
    ("may hold a private key; not overwritten", "-k, -s, -Y sign or a .pub file would overwrite a private key"),
    (": is a directory", "FILE is a FIFO, a device or a directory"),
    ("-h signs host certificates, and nothing is given to sign", "-h as the only argument"),
    ("is a device", "FILE is a FIFO, a device or a directory"),
    ("not a regular file", "FILE is a FIFO, a device or a directory"),
    ("would leave the key readable without its passphrase", "-Z none with a passphrase"),
    ("Could not save your private key in", "-A cannot write a key"),
    ("OpenSSH no longer supports such keys", "DSA keys, and RSA keys under 1024 bits"),
    ("-H and -R exclude each other", "-H or -F with -R"),
    ("-F and -R exclude each other", "-H or -F with -R"),
    ("-F and -H", "-H or -F with -R"),
    ("serial out of range", "-z +N would exceed the largest number"),
    ('Saving key "" failed', "the name of a new key is empty or too long"),
    ("File name too long", "the name of a new key is empty or too long"),
    ("Empty principal name", "-n with an empty name"),
]
FORMATS = re.compile(r"\.(rfc4716|pkcs8|pem)\b")
LISTS = re.compile(r"(?:\b|-f)(authorized|hosts\w*|hashed|allowed\w*|certs|spec\w*|revoked|both|\w+\.pub|moduli)\b")
# Modes that only read a key: recognizing more of them is a row of the table.
READS = ("fingerprint", "export", "import", "print_public", "sshfp", "mixed", "comment", "passphrase", "sign", "certify", "query_krl", "show", "principals", "hash_hosts", "generate", "read",
         "sign_with", "certify_with", "certify_in_slot", "change")


def reason(line, ours, theirs, found):
    """The row that explains a difference, or None."""
    if isinstance(theirs.status, int) and theirs.status < 0:
        return "ssh-keygen crashes"
    if theirs.status == "timeout":
        return "ssh-keygen waits forever"
    if ours.status not in (0, 1, 255):
        return None
    if line.in_token:
        row = in_token(line, ours, theirs, found)
        if row:
            return row
    return refused(ours, theirs, line) or files_kept(ours, found) or recognized(line, ours, theirs, found) or other(line, ours, theirs, found)


def refused(ours, theirs, line):
    if ours.status == 0:
        return None
    for text, row in REFUSED:
        if text in ours.stderr:
            return row
    if "Invalid option" in ours.stderr and "Invalid option" in theirs.stderr:
        return "-r with an unknown -O"
    if "unknown key type" in ours.stderr and "cert" in ours.stderr and "sshkey_generate failed" in theirs.stderr:
        return "-t names the type of a certificate"
    return None


def in_token(line, ours, theirs, found):
    """Rows about keys in tokens, by what the token was asked."""
    what = {it for it, _ in found}
    asked, theirs_asked = ((it.files.get("requests") or "").splitlines() for it in (ours, theirs))
    same_words = without_touches(ours.stdout) == without_touches(theirs.stdout)
    if what <= {"file requests", "stdout"} and same_words and ours.status == theirs.status:
        if line.mode == "enroll":
            # Looks for a resident key by itself, where ssh-keygen tries to make it.
            calls = [it for it in asked if not it.startswith("load no pin")]
            if calls != asked and (calls == theirs_asked or calls == theirs_asked[1:]):
                return "a resident key of the same application and user exists in a token without a PIN"
            asked = calls
        if what == {"stdout"} and "already exists" in ours.stdout:
            return "a key in a token is to replace a file"
        if len(asked) < len(theirs_asked) and [*dict.fromkeys(asked)] == [*dict.fromkeys(theirs_asked)]:
            return "the same wrong PIN is typed again"
    if line.mode == "list" and what == {"stdout"} and sorted(ours.stdout.splitlines()) == sorted(theirs.stdout.splitlines()):
        return "SoftHSM lists keys by their place in memory"
    if asked or ours.status == 0:
        return None
    if line.mode == "enroll" and "already exists" in ours.stdout and {"status", "stdout"} & what:
        return "a key in a token is to replace a file"
    if what <= {"file requests", "file questions", "stdout"} and ours.status == theirs.status and same_words:
        return "an error that shows without a passphrase or PIN"
    return None


def without_touches(text):
    return re.sub(r"You may need to touch your authenticator.*\n", "", text)


def files_kept(ours, found):
    """Rows about files: a kept .pub, a mode."""
    what = [it for it, _ in found]
    if all(it.startswith("file ") and it.endswith(".pub.old") for it in what):
        return "only FILE.pub exists"
    texts = [text for it, text in found if it.startswith("file ")]
    keys = all("PRIVATE KEY" in text for text in texts)
    if keys and len(texts) == len(found) and all(re.sub(r"0o6[0-7]{2}", "MODE", a) == re.sub(r"0o6[0-7]{2}", "MODE", b)
                                        for a, b in (text.split("\n   not ") for text in texts)):
        return "an existing file of mode 0644 is overwritten" if ours.status == 0 else None
    return None


def recognized(line, ours, theirs, found):
    """rkeygen reads a file that ssh-keygen does not."""
    words = " ".join(line.words)
    if "incorrect passphrase" in ours.stderr and "No such file or directory" in theirs.stderr and re.search(r"_(pem|pkcs8)_pw\b", words):
        return "-Y sign, -l and -Q on a private key in PEM or PKCS#8 without its .pub file"
    if ours.status == 0 and "agent refused operation" in theirs.stderr and "cert" in words:
        return "-Y sign with a certificate whose key alone is in the agent"
    if line.mode == "certify" and re.search(r'"key_crlf": (No such file|invalid format)', theirs.stderr):
        return "a private key with Windows line endings"
    if ours.status not in (0, 1) or theirs.status != 255 or line.mode not in READS:
        return None
    if "key_crlf" in words:
        return "a private key with Windows line endings"
    if "pkcs8: unsupported key type ED25519" in theirs.stderr:
        return "-e -m PKCS8 on an Ed25519 key"
    if {it for it, _ in found} <= {"status", "stdout"} and line.mode in ("fingerprint", "print_public", "export", "import", "sshfp", "mixed", "principals", "passphrase", "comment", "hash_hosts", "generate", "read"):
        if FORMATS.search(words):
            return "-i without the right -m, -l or -e of a public key in another format"
        if LISTS.search(words) and "-i" in words or re.search(r"-\w*X", words):
            return "-i without the right -m, -l or -e of a public key in another format"
        if LISTS.search(words) and re.search(r"-\w*e", words):
            return "-e and the like on a file whose keys all have options or follow host names"
    if re.search(r"(_pem|_pkcs8)(_pw)?\b|_pw\b|open|both", words) and line.mode in ("sign", "fingerprint", "certify", "query_krl"):
        return "-Y sign, -l and -Q on a private key in PEM or PKCS#8 without its .pub file"
    return None


def other(line, ours, theirs, found):
    words = " ".join(line.words)
    said = [sorted(text for text in it.stdout.splitlines() if "touch" not in text) for it in (ours, theirs)]
    is_order = said[0] == said[1] and all(it == "stdout" or it.endswith(".pub.old") for it, _ in found)
    if re.search(r"(ed25519|ecdsa)-sk\b", words) and is_order:
        return "a key in a token: the file name, overwriting and the passphrase come first"
    if re.search(r"(ed25519|ecdsa)-sk\b", words) and "Key enrollment failed" in theirs.stderr + ours.stderr:
        return "a key in a token: the file name, overwriting and the passphrase come first"
    if "-f - " in words + " " or "-f-" in words:
        return "-f - for a new key" if "PRIVATE KEY" in ours.stdout else None
    if ours.status == 255 and line.mode == "make_krl" and ": Is a directory" in ours.stderr:
        return "a specification of -k is a directory"
    if line.mode == "make_krl" and re.search(r"-s ?\w+-cert\.pub", words) and all(it.startswith("file ") for it, _ in found):
        return "-k -s names a certificate as the CA"
    if line.mode.startswith("certify") and "(null)" in str(theirs.files):
        return "-s on a private key without its .pub file"
    if words.count("-m") > 1:
        return "-m PKCS8 -m RFC4716"
    return None
