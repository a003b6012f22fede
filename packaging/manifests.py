#!/usr/bin/env python3
"""Writes the manifests of Homebrew (rkeygen.rb) and Scoop (rkeygen.json) next to release files, with their real checksums.

usage: manifests.py DIRECTORY
"""

import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CARGO = (ROOT / "Cargo.toml").read_text(encoding="utf-8")

FORMULA = """\
class Rkeygen < Formula
  desc "Drop-in replacement for ssh-keygen that never loses a key"
  homepage "{homepage}"
  version "{version}"
  license "{license}"

{systems}
  def install
    bin.install "rkeygen"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/rkeygen.bash" => "rkeygen"
    zsh_completion.install "completions/_rkeygen"
    fish_completion.install "completions/rkeygen.fish"
  end

  test do
    assert_match "rkeygen #{{version}}", shell_output("#{{bin}}/rkeygen --version")
    system bin/"rkeygen", "new", "-q", "key", "--no-passphrase"
    assert_path_exists testpath/"key.pub"
  end
end
"""
SYSTEMS = [
    ("macos", "arm", "aarch64-apple-darwin"),
    ("macos", "intel", "x86_64-apple-darwin"),
    ("linux", "arm", "aarch64-unknown-linux-musl"),
    ("linux", "intel", "x86_64-unknown-linux-musl"),
]


def cargo(name):
    return re.search(rf'^{name} = "(.+)"$', CARGO, re.MULTILINE).group(1)


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def url(path):
    return f"{cargo('repository')}/releases/download/v{cargo('version')}/{path.name}"


def formula(directory):
    """Homebrew's formula of the archives that are there, or none."""
    blocks = ""
    for system in ("macos", "linux"):
        inner = ""
        for where, processor, target in SYSTEMS:
            archive = directory / f"rkeygen-{cargo('version')}-{target}.tar.gz"
            if where == system and archive.exists():
                inner += f"    on_{processor} do\n      url \"{url(archive)}\"\n      sha256 \"{checksum(archive)}\"\n    end\n"
        if inner:
            blocks += f"  on_{system} do\n{inner}  end\n\n"
    if not blocks:
        return None
    return FORMULA.format(
        homepage=cargo("homepage"), version=cargo("version"), license=cargo("license"), systems=blocks.removesuffix("\n")
    )


def scoop(directory):
    """Scoop's manifest of the archive that is there, or none."""
    for target in ("x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"):
        archive = directory / f"rkeygen-{cargo('version')}-{target}.zip"
        if archive.exists():
            break
    else:
        return None
    name = f"rkeygen-$version-{target}"
    source = f"{cargo('repository')}/releases/download/v$version"
    manifest = {
        "version": cargo("version"),
        "description": cargo("description"),
        "homepage": cargo("homepage"),
        "license": cargo("license"),
        "architecture": {"64bit": {"url": url(archive), "hash": checksum(archive), "extract_dir": archive.stem}},
        "bin": "rkeygen.exe",
        "checkver": "github",
        "autoupdate": {
            "architecture": {"64bit": {"url": f"{source}/{name}.zip", "extract_dir": name}},
            "hash": {"url": f"{source}/SHA256SUMS"},
        },
    }
    return json.dumps(manifest, indent=4) + "\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    directory = pathlib.Path(sys.argv[1])
    for name, text in (("rkeygen.rb", formula(directory)), ("rkeygen.json", scoop(directory))):
        if text is None:
            print(f"manifests.py: skipped {name}: no archive for it in {directory}", file=sys.stderr)
        else:
            (directory / name).write_text(text, encoding="utf-8")


main()
