# Arguments: type, file and passphrase of each key. Prints its public key, or the error, as a line.
import sys

import paramiko

CLASSES = {"rsa": paramiko.RSAKey, "ecdsa": paramiko.ECDSAKey, "ed25519": paramiko.Ed25519Key}

words = iter(sys.argv[1:])
for kind, path, passphrase in zip(words, words, words):
    try:
        key = CLASSES[kind].from_private_key_file(path, password=passphrase or None)
        print(key.get_name(), key.get_base64())
    except Exception as error:
        print(repr(error))
