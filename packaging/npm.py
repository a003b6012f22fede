#!/usr/bin/env python3
"""Makes npm packages of release archives: one for each system and `rkeygen`, which starts the one that fits.

usage: npm.py DIRECTORY    reads rkeygen-VERSION-TARGET.* there, and lets npm pack the packages into it
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CARGO = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
# Node's names of system and processor, and the targets whose program runs there, the best first.
SYSTEMS = {
    ("linux", "x64"): ["x86_64-unknown-linux-musl"],
    ("linux", "arm64"): ["aarch64-unknown-linux-musl"],
    ("darwin", "arm64"): ["aarch64-apple-darwin"],
    ("darwin", "x64"): ["x86_64-apple-darwin"],
    ("win32", "x64"): ["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"],
}


def cargo(name):
    return re.search(rf'^{name} = "(.+)"$', CARGO, re.MULTILINE).group(1)


def common(name):
    return {
        "name": name,
        "version": cargo("version"),
        "description": cargo("description"),
        "license": cargo("license"),
        "homepage": cargo("homepage"),
        "repository": {"type": "git", "url": f"git+{cargo('repository')}.git"},
    }


def program_of(archive):
    """The bytes of the program in an archive."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            return opened.read(f"{archive.stem}/rkeygen.exe")
    with tarfile.open(archive) as opened:
        return opened.extractfile(f"{archive.name.removesuffix('.tar.gz')}/rkeygen").read()


def pack(directory, out, package):
    (directory / "package.json").write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
    shutil.copy(ROOT / "LICENSE", directory)
    npm = shutil.which("npm") or sys.exit("npm.py: no npm here")
    subprocess.run([npm, "pack", "--silent", "--pack-destination", str(out.resolve())], cwd=directory, check=True)


def for_system(system, processor, archive, out):
    name = f"@rkeygen/{system}-{processor}"
    with tempfile.TemporaryDirectory() as work:
        directory = pathlib.Path(work)
        program = directory / "bin" / ("rkeygen.exe" if system == "win32" else "rkeygen")
        program.parent.mkdir()
        program.write_bytes(program_of(archive))
        program.chmod(0o755)
        (directory / "README.md").write_text(f"The program of [rkeygen]({cargo('homepage')}) for {system} on {processor}.\n", encoding="utf-8")
        pack(directory, out, common(name) | {"os": [system], "cpu": [processor], "files": ["bin"], "preferUnplugged": True})
    return name


def launcher(names, out):
    with tempfile.TemporaryDirectory() as work:
        directory = pathlib.Path(work)
        (directory / "bin").mkdir()
        shutil.copy(ROOT / "packaging/npm/rkeygen.js", directory / "bin/rkeygen.js")
        (directory / "bin/rkeygen.js").chmod(0o755)
        shutil.copy(ROOT / "README.md", directory)
        more = {
            "bin": {"rkeygen": "bin/rkeygen.js"},
            "files": ["bin"],
            "engines": {"node": ">=18"},
            "optionalDependencies": {name: cargo("version") for name in names},
        }
        pack(directory, out, common("rkeygen") | more)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    names = []
    for (system, processor), targets in SYSTEMS.items():
        found = [path for target in targets for path in sorted(out.glob(f"rkeygen-{cargo('version')}-{target}.*")) if path.suffix in (".gz", ".zip")]
        if found:
            names.append(for_system(system, processor, found[0], out))
        else:
            print(f"npm.py: skipped {system} on {processor}: no archive for it in {out}", file=sys.stderr)
    if not names:
        sys.exit(f"npm.py: no archives in {out}")
    launcher(names, out)


main()
