#!/bin/sh
# Candidates for Diffie-Hellman moduli and their screening: ssh-keygen and rkeygen in turn, on the same numbers.
# Prints seconds and megabytes for each, how many times faster rkeygen is, and whether the lines are the same but
# for their times. ssh-keygen before 10.1 gets the memory=127 that later ones have fixed.
# usage: benches/moduli.sh [BITS [LINES [RUNS]]]   (default 2048 4000 1, which takes about five minutes)
set -eu
. "$(dirname "$0")/measure.sh"
bits=${1:-2048}
lines=${2:-4000}
runs=${3:-1}

# A start of as many bits as the candidates have.
start=$(python3 -c "
import random, sys
random.seed(7)
print('%X' % (random.getrandbits($bits - 1) | 3 << $bits - 3 | 1))")

# compare NAME FILE FILE: tells the times, and whether the files say the same.
compare() {
    cut -d' ' -f2- "$2" >theirs.lines
    cut -d' ' -f2- "$3" >ours.lines
    same=$(cmp -s theirs.lines ours.lines && echo same || echo DIFFERENT)
    awk -v name="$1" -v same="$same" -v lines="$(wc -l <"$3")" 'NR == 1 { t = $1; m = $2 } NR == 2 {
        printf "%-34s ssh-keygen %8.3f s %4d MB   rkeygen %8.3f s %4d MB   x %.1f (%d lines, %s)\n", name, t, m, $1, $2, t / $1, lines, same
    }' theirs.time ours.time
}

memory=
case $(ssh -V 2>&1) in OpenSSH_[1-9].* | OpenSSH_10.0*) memory="-O memory=127" ;; esac
for run in $(seq "$runs"); do
    # shellcheck disable=SC2086 # two words or none
    timed theirs.time ssh-keygen -M generate $memory -O bits="$bits" -O start="$start" theirs.candidates
    timed ours.time "$rkeygen" -M generate -O bits="$bits" -O start="$start" ours.candidates
    compare "-M generate, $bits bits, run $run" theirs.candidates ours.candidates
    head -n "$lines" ours.candidates >candidates
    rm -f theirs.safe ours.safe theirs.candidates ours.candidates
    timed theirs.time ssh-keygen -M screen -f candidates theirs.safe
    timed ours.time "$rkeygen" -M screen -f candidates ours.safe
    compare "-M screen, $lines candidates, run $run" theirs.safe ours.safe
done
