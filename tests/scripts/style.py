#!/usr/bin/env python3
"""Checks sizes and words: a file has at most 300 lines, a function 40 lines of code, no parameter is a bare bool (src only),
and no text has words that docs/glossary.md replaces.

What is over today stands in style-exceptions.txt, which may only become shorter: a new row fails, and so does one that is no
longer needed. usage: style.py [--update]   (--update writes the list anew, after a fix; reasons stay)
"""

import pathlib
import re
import subprocess
import sys

FILE_LINES = 300
FUNCTION_LINES = 40
WORDS = (
    r"mend(s|ed|ing)?|hal(f|ves)|folders?|of old|for ever|(any|no|some)body|told|asked was|no doubt|wherein|whereby|likewise|anew"
    r"|line ends?|made-up"
)
LIST = pathlib.Path(__file__).with_name("style-exceptions.txt")
FUNCTION = re.compile(r'^( *)(?:pub(?:\([a-z ]+\))? )?(?:const |async |unsafe |extern "C" )*fn (\w+)')
BOOL = re.compile(r"\b\w+: (?:&(?:mut )?)?bool\s*[,)]")


def git(*words):
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.splitlines()


def functions(lines):
    """Each function: its name, its signature, and its lines of code. The code is formatted, so indentation tells the end."""
    for start, line in enumerate(lines):
        if not (match := FUNCTION.match(line)):
            continue
        indent, name = match.groups()
        signature, at = "", start
        while at < len(lines):
            signature += lines[at].strip() + " "
            if re.search(r"[{;]\s*$", lines[at]) or lines[at].rstrip().endswith("}"):
                break
            at += 1
        body = []
        if lines[at].rstrip().endswith("{"):
            for inner in lines[at + 1 :]:
                if inner == indent + "}":
                    break
                body.append(inner.strip())
        yield name, signature, sum(1 for inner in body if inner and not inner.startswith("//"))


def found():
    """What is over: (rule, where) and by how much."""
    over = {}
    for path in git("ls-files", "*.rs"):
        lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
        if len(lines) > FILE_LINES:
            over["file", path] = len(lines)
        if not path.startswith("src/") or path.endswith("tests.rs"):
            continue
        for name, signature, length in functions(lines):
            if length > FUNCTION_LINES:
                over["function", f"{path}:{name}"] = length
            parameters = signature.split(" -> ")[0]
            if count := len(BOOL.findall(parameters + ")")):
                over["bool", f"{path}:{name}"] = count
    texts = ["*.md", "man", "src/cli/help", "src/*.rs", ":!docs/glossary.md", ":!CHANGELOG.md"]
    for line in git("grep", "-cwiE", WORDS, "--", *texts):
        path, count = line.rsplit(":", 1)
        over["words", path] = int(count)
    return over


def listed():
    rows = {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            rule, where, count, *reason = line.split(maxsplit=3)
            rows[rule, where] = int(count), reason[0] if reason else ""
    return rows


def update(over, rows):
    head = "# What style.py lets pass: rule, place, how much (lines, parameters, lines with such words), and why it may stay.\n"
    lines = [f"{rule} {where} {count} {rows.get((rule, where), (0, ''))[1]}".rstrip() for (rule, where), count in sorted(over.items())]
    LIST.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def main():
    over, rows = found(), listed() if LIST.exists() else {}
    if "--update" in sys.argv:
        return update(over, rows)
    wrong = [f"{rule} {where}: {count}, {rows.get(key, (0,))[0] or 'none'} allowed" for key, count in sorted(over.items())
             if count > rows.get(key, (0,))[0] for rule, where in [key]]
    better = [f"{rule} {where}" for (rule, where), (count, _) in rows.items() if over.get((rule, where), 0) < count]
    for line in wrong:
        print(f"style: {line}")
    if better:
        print("style: better than style-exceptions.txt says; run tests/scripts/style.py --update: " + ", ".join(better))
    totals = {rule: sum(1 for key in over if key[0] == rule) for rule in ("file", "function", "bool")}
    words = sum(count for (rule, _), count in over.items() if rule == "words")
    print(f"style: {totals['file']} long files, {totals['function']} long functions, {totals['bool']} functions with bool "
          f"parameters, {words} lines with words of the glossary's other side")
    sys.exit(1 if wrong or better else 0)


main()
