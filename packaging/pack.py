#!/usr/bin/env python3
"""Packs release files. The same input gives the same archive, byte for byte, on every system.

usage: pack.py archive PROGRAM TARGET COMPLETIONS OUT   the program with its manual pages, completions, README and LICENSE
       pack.py sums DIRECTORY                           SHA256SUMS of all files in the directory
"""

import gzip
import hashlib
import io
import os
import pathlib
import re
import sys
import tarfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The oldest time that zip knows.
OLDEST = 315532800


def version():
    text = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    return re.search(r'^version = "(.+)"$', text, re.MULTILINE).group(1)


def contents(program, completions):
    """Each file: its name in the archive, its bytes and its mode."""
    yield program.name, program.read_bytes(), 0o755
    for name in ("CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"):
        yield name, (ROOT / name).read_bytes(), 0o644
    for page in sorted((ROOT / "man").glob("*.1")):
        yield f"man/{page.name}", page.read_bytes(), 0o644
    for script in sorted(completions.iterdir()):
        yield f"completions/{script.name}", script.read_bytes(), 0o644


def write_tar(path, top, files, when):
    with open(path, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=9, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, data, mode in files:
                entry = tarfile.TarInfo(f"{top}/{name}")
                entry.size, entry.mode, entry.mtime = len(data), mode, when
                archive.addfile(entry, io.BytesIO(data))


def write_zip(path, top, files, when):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data, mode in files:
            entry = zipfile.ZipInfo(f"{top}/{name}", time.gmtime(when)[:6])
            entry.external_attr, entry.create_system = (0o100000 | mode) << 16, 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def archive(program, target, completions, out):
    top = f"rkeygen-{version()}-{target}"
    when = max(int(os.environ.get("SOURCE_DATE_EPOCH", OLDEST)), OLDEST)
    files = list(contents(pathlib.Path(program), pathlib.Path(completions)))
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    if "windows" in target:
        write_zip(out / f"{top}.zip", top, files, when)
    else:
        write_tar(out / f"{top}.tar.gz", top, files, when)


def sums(directory):
    lines = []
    for path in sorted(pathlib.Path(directory).iterdir()):
        if path.is_file() and path.name != "SHA256SUMS":
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (pathlib.Path(directory) / "SHA256SUMS").write_bytes("".join(lines).encode())


def main():
    match sys.argv[1:]:
        case ["archive", program, target, completions, out]:
            archive(program, target, completions, out)
        case ["sums", directory]:
            sums(directory)
        case _:
            sys.exit(__doc__)


main()
