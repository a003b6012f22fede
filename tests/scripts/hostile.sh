#!/bin/sh
# Hostile files and arguments: see tests/hostile. With `--program FILE` that program instead of the release build, with
# `--only WORD` only the runs whose name has the word.
set -eu
cd "$(dirname "$0")/../.."
case " $* " in
    *' --program '*) ;;
    *)
        cargo build --release --locked --quiet
        set -- --program target/release/rkeygen "$@"
        ;;
esac
exec cargo test --locked --quiet --test hostile -- --all "$@"
