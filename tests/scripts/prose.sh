#!/bin/sh
# Checks the prose: spelling, the manual pages, the session of the README. Installs nothing; what is missing is named.
# usage: tests/scripts/prose.sh [PROGRAM]   (default target/debug/rkeygen)
set -eu
cd "$(dirname "$0")/../.."
program=${1:-target/debug/rkeygen}
status=0

if command -v codespell >/dev/null; then
    # Words in tests of typing mistakes, names of other programs, and assembler.
    codespell -L fpr,keypair,nknown,arithmetics,caf,gost,inout,conver,fingeprint,mkae,convrt,ded,crate,ser,som,nd,te,ot,mis,ba \
        --skip '*/words.txt' README.md SECURITY.md CONTRIBUTING.md CHANGELOG.md docs man src tests/cli tests/docs tests/scripts ||
        status=1
else
    echo "tests/scripts/prose.sh: not checked, without codespell: the spelling"
fi

# Prose only: no blocks of commands, no names in the font of commands, no addresses.
prose() {
    sed -e '/^```/,/^```/d' -e 's/`[^`]*`//g' -e 's/](\([^)]*\))/]/g' -e 's/https*:[^ ]*//g' "$@"
}

if command -v aspell >/dev/null; then
    unknown=$(prose README.md SECURITY.md CONTRIBUTING.md CHANGELOG.md docs/*.md docs/tasks/*.md docs/reference/*.md |
        cat - src/cli/help/[!s]*.txt | sed 's/&[a-z]*;//g' | aspell list --lang=en_US --encoding=utf-8 | sort -u |
        grep -vxF -f tests/scripts/words.txt || true)
    if [ -n "$unknown" ]; then
        echo "tests/scripts/prose.sh: misspelled, or new words for tests/scripts/words.txt:" $unknown
        status=1
    fi
else
    echo "tests/scripts/prose.sh: not checked, without aspell: the words"
fi

if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning man/*.1 || status=1
else
    echo "tests/scripts/prose.sh: not checked, without mandoc: the manual pages"
fi

if [ ! -x "$program" ]; then
    echo "tests/scripts/prose.sh: not checked, without $program: the session of the README"
elif ! unshare -rm true 2>/dev/null; then
    echo "tests/scripts/prose.sh: not checked, without mounts in a namespace: the session of the README"
else
    python3 tests/scripts/session.py "$program" --check || status=1
fi
exit $status
