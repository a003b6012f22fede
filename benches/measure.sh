# To be sourced: ssh-keygen and rkeygen in turn, with the same words. Sets $rkeygen, works in a directory of its own.
rkeygen=$(cd "$(dirname "$0")/.." && pwd)/target/release/rkeygen
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

# timed FILE COMMAND...: leaves seconds, megabytes and the exit status in the file; $stdin names the input, if any.
timed() {
    file=$1
    shift
    python3 -c '
import resource, subprocess, sys, time
start = time.monotonic()
source = open(sys.argv[1]) if sys.argv[1] else subprocess.DEVNULL
status = subprocess.run(sys.argv[2:], stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{time.monotonic() - start:.3f} {usage.ru_maxrss // 1024} {status}")
' "${stdin:-}" "$@" >"$file"
}

# measure NAME COMMAND...: runs ssh-keygen, then rkeygen, with the same words; %P in a word is the program's letter.
measure() {
    name=$1
    shift
    for program in ssh-keygen "$rkeygen"; do
        letter=$([ "$program" = ssh-keygen ] && echo t || echo o)
        line=$(echo "$*" | sed "s/%P/$letter/g")
        # A revoked key ends with status 1.
        # shellcheck disable=SC2086 # several words
        timed "$letter.time" "$program" $line
    done
    awk -v name="$name" 'NR == 1 { t = $1; m = $2; s = $3 } NR == 2 {
        printf "%-34s ssh-keygen %8.3f s %4d MB   rkeygen %8.3f s %4d MB   x %.1f (status %s %s)\n", name, t, m, $1, $2, t / $1, s, $3
    }' t.time o.time
}
