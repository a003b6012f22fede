#!/bin/sh
# Makes the corpora that the fuzz targets start from, in fuzz/corpus: the files of tests/vectors, and what rkeygen
# itself writes of each kind. Called by run.sh; needs target/release/rkeygen.
set -eu
cd "$(dirname "$0")/.."
rkeygen=$PWD/target/release/rkeygen
corpus=$PWD/fuzz/corpus
vectors=$PWD/tests/vectors
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
for target in $(cd fuzz/fuzz_targets && ls | sed 's/[.]rs$//'); do mkdir -p "$corpus/$target"; done
cd "$work"

# A seed for a target from standard input; its name is the hash of its bytes.
seed() {
    cat >seed
    cp seed "$corpus/$1/seed-$(sha256sum <seed | cut -c1-16)"
}

quiet() { "$rkeygen" -q "$@" >/dev/null 2>&1; }
new() { quiet "$@" --no-passphrase; }

# Keys in every format, open and encrypted with little work.
new -t ed25519 -f ed25519 -C me@host
new -t ecdsa -b 256 -f ecdsa256
new -t ecdsa -b 384 -f ecdsa384
new -t ecdsa -b 521 -f ecdsa521
new -t rsa -b 1024 -f rsa
for key in ed25519 ecdsa256 ecdsa384 ecdsa521 rsa; do
    for to in jwk der "pem --der"; do
        # shellcheck disable=SC2086 # two words
        quiet convert "$key" --to $to -o exchanged --if-exists replace && seed exchange <exchanged
        quiet convert "$key.pub" --to $to -o exchanged.pub --if-exists replace && seed exchange <exchanged.pub
    done
    seed private_key <$key
    seed public_key <$key.pub
    for to in openssh pkcs8 pem ppk; do
        "$rkeygen" convert $key --to $to -o - 2>/dev/null | seed private_key || true
    done
    "$rkeygen" convert $key --to ppk --ppk-version 2 -o - | seed private_key
    for to in rfc4716 spki; do "$rkeygen" convert $key --to $to -o - 2>/dev/null | seed public_key || true; done
    for format in RFC4716 PKCS8 PEM; do "$rkeygen" -e -m $format -f $key 2>/dev/null | seed public_key || true; done
    for format in RFC4716 PKCS8 PEM; do
        cp $key locked
        "$rkeygen" -q -p -P '' -N 'correct horse' -a 1 -m $format -f locked >/dev/null 2>&1 && seed locked_key <locked
    done
    for version in '--ppk-version 2' '--argon2-memory 8 --argon2-passes 1'; do
        "$rkeygen" convert $key --to ppk $version -N 'correct horse' -o - | seed locked_key
    done
done
for file in "$vectors"/*.key; do seed private_key <"$file"; seed locked_key <"$file"; done
for file in "$vectors"/*.pub; do seed public_key <"$file"; done

# The bytes inside those files, behind the byte that chooses a label or a version.
armored() { grep -v -e '^-' -e ':' "$1" | base64 -d 2>/dev/null; }
for file in "$corpus"/private_key/seed-* "$corpus"/locked_key/seed-*; do
    case $(head -n 1 "$file" | tr -d '\r') in
        *'BEGIN OPENSSH PRIVATE KEY-----') label='\000' ;;
        *'BEGIN PRIVATE KEY-----') label='\001' ;;
        *'BEGIN ENCRYPTED PRIVATE KEY-----') label='\002' ;;
        *'BEGIN RSA PRIVATE KEY-----') label='\003' ;;
        *'BEGIN EC PRIVATE KEY-----') label='\004' ;;
        PuTTY-User-Key-File-2*) tail -c +24 "$file" >rest && { printf '\000' && cat rest; } | seed ppk; continue ;;
        PuTTY-User-Key-File-3*) tail -c +24 "$file" >rest && { printf '\001' && cat rest; } | seed ppk; continue ;;
        *) continue ;;
    esac
    armored "$file" >blob && { printf '%b' "$label" && cat blob; } | seed private_blob
done
for file in "$corpus"/public_key/seed-*; do
    cut -d' ' -f2 "$file" 2>/dev/null | base64 -d 2>/dev/null >blob && seed public_blob <blob
    armored "$file" >blob && seed public_blob <blob
    seed authorized_keys <"$file"
done
for options in 'command="echo \"hi there\"",no-pty' host1,host2 'environment="A=b c",from="*.example,!x"'; do
    printf '%s %s' "$options" "$(cat ed25519.pub)" | seed authorized_keys
done
armored "$vectors/token-ed25519" | tail -c +120 | seed token_file

# Certificates as bytes.
for key in ed25519 ecdsa256 ecdsa521 rsa; do
    quiet -s $key -I "id $key" -n me,you -z 7 -V 20260101z:20360101z -O force-command='echo hi' \
        -O source-address=10.0.0.0/8,2001:db8::/32 -O verify-required -O critical:flag -O extension:a@b=c ed25519.pub
    cut -d' ' -f2 ed25519-cert.pub | base64 -d | seed certificate
    seed public_key <ed25519-cert.pub
    quiet -s $key -I host -h -n host.example -V always:forever rsa.pub
    cut -d' ' -f2 rsa-cert.pub | base64 -d | seed certificate
done
for file in "$vectors"/certificate-*.pub; do cut -d' ' -f2 "$file" | base64 -d | seed certificate; done

# Lists of what is revoked, and what says so.
{
    echo 'serial: 1'; echo 'serial: 10-400'; echo 'serial: 0x1000'; echo 'id: somebody'
    printf 'key: '; cat rsa.pub
    printf 'sha1: '; cat ecdsa256.pub
    printf 'sha256: '; cat ecdsa384.pub
    printf 'hash: %s\n' "$("$rkeygen" -l -f ed25519.pub | cut -d' ' -f2)"
} >specification
seed krl_specification <specification
split -l 1 specification line-
for line in line-*; do seed krl_specification <"$line"; done
quiet -k -f list -s rsa.pub -z 3 specification
seed krl <list
for file in ed25519.pub ed25519-cert.pub line-aa line-ab line-ad line-ah; do
    quiet -k -f one -s rsa.pub "$file" && seed krl <one
done
quiet -k -f empty /dev/null && seed krl <empty
seq 1 3 5000 | sed 's/^/serial: /' >serials && quiet -k -f bits -s rsa.pub serials && seed krl <bits

# Signatures, and who may make them.
printf 'hello\n' >message
for key in ed25519 ecdsa256 ecdsa384 ecdsa521 rsa; do
    for hash in sha256 sha512; do "$rkeygen" -Y sign -q -n file -O hashalg=$hash -f $key <message | seed sshsig; done
done
for file in "$vectors"/*.sig; do seed sshsig <"$file"; done
for file in "$corpus"/sshsig/seed-*; do armored "$file" | seed sshsig_blob; done
key=$(cut -d' ' -f1,2 ed25519.pub)
for options in '' 'cert-authority ' 'namespaces="git,file" ' 'cert-authority,namespaces="*",valid-after="20260101Z" ' \
    'valid-before="20360101120000",valid-after=20260101 ' 'namespaces="a\"b" '; do
    printf 'me@host,*.example,!bad %s%s a comment\n' "$options" "$key" | seed allowed_signers
done
printf '# comment\n\n"me too" %s\nme %s\n' "$key" "$key" | seed allowed_signers

# What an agent says of the keys it holds, and of a signature: the end of the file that holds one.
u32() { printf '%08x' "$1" | sed 's/../\\x&/g' | xargs -0 printf '%b'; }
string() { u32 "$(wc -c <"$1")" && cat "$1"; }
{
    printf '\014' && u32 3
    for key in ed25519 ecdsa256 rsa; do
        cut -d' ' -f2 $key.pub | base64 -d >blob && string blob && string message
    done
} | seed agent_answer
{ printf '\014' && u32 0; } | seed agent_answer
for length in 83,ed25519 148,rsa; do
    "$rkeygen" -Y sign -q -n file -f "${length#*,}" <message | grep -v -- - | base64 -d | tail -c "${length%,*}" >blob
    { printf '\016' && string blob; } | seed agent_answer
done
printf '\005' | seed agent_answer

# What a token says: what it can do, as CBOR; and the same in reports, after the one that opens the channel.
info='\242\001\201\150FIDO_2_0\004\241\142rk\365'
printf '%b' "$info" | seed token_answer
{
    printf '\377\377\377\377\206\000\021\000\000\000\000\000\000\000\000\000\000\000\005\002\000\000\000\004'
    head -c 40 /dev/zero
    printf "\\000\\000\\000\\005\\220\\000\\023$info"
    head -c 38 /dev/zero
} | seed token_answer

# A conversation with it: each message behind its length, the first byte of a message being its status.
{
    printf '\003\000\035\000\244\001\201\150FIDO_2_1\002\201\153credProtect\006\201\001'
    printf '\000\001\000\000\004\000\241\001\000\000\002\056\000'
} | seed token_conversation

# Hosts.
printf 'host1,10.0.0.1 %s\n[host2]:2222 %s c\n@cert-authority *.example %s\n@revoked * %s\n# no\n\n!x,host? %s\n' \
    "$key" "$key" "$key" "$key" "$key" >known_hosts
seed known_hosts <known_hosts
"$rkeygen" -H -f known_hosts >/dev/null 2>&1 || true
seed known_hosts <known_hosts

# Groups.
"$rkeygen" -q -M generate -O bits=512 candidates >/dev/null 2>&1 && head -20 candidates | seed moduli
printf '20160301052556 2 6 100 1023 5 %s\n' DCB44E7B | seed moduli
printf '20160301052556 2 4 0 31 0 DCB44E7B\n20160301052556 5 0 0 31 0 17\n' | seed moduli

# Words behind the program's name, each ended by a zero byte, and values by themselves.
while read -r line; do
    printf '%s' "$line" | xargs -n 1 printf '%s\0' | head -c -1 | seed command_line
done <<'LINES'
-t rsa -b 4096 -C me@work -f key -N "" -q -a 100 -Z aes256-ctr -m PKCS8
-t ed25519 -f deploy_key --no-passphrase --if-exists keep --json --no-input
-t ecdsa -b521 --fips --new-passphrase-from file:secret --add-to-agent --lifetime 1h
-s ca -I id -h -n a,b -V +52w -z +7 -O clear -O source-address=1.2.3.4 -U -t rsa-sha2-512 a.pub b.pub
-k -f krl -u -s ca.pub -z 3 a b
-Q -l -f krl a.pub
-Y sign -f key -n file -O hashalg=sha256 a
-Y verify -f allowed -I me -n file -s sig -r krl -O verify-time=20260101 -O print-pubkey
-F host -f known_hosts -l -H
-R host --keep-invalid
-r host -g -O hashalg=sha256
-M generate -O bits=2048 -O start=ff out
-M screen -f in -O lines=3 -O start-line=1 -O checkpoint=c -O generator=2 -O prime-tests=9 out
-p -P old -N new -f key -a 3
-lvf key -E md5
-eyf key
-A -f /tmp/x --host-key-types rsa,ed25519
convert key --to ppk --ppk-version 3 --argon2-memory 8192 --argon2-passes 13 --argon2-parallelism 1 -o -
convert key --in-place --fips --passphrase-from env:X --new-passphrase-from fd:3
doctor --fix --ask-passphrase --json a b
known-hosts lint -f file
known-hosts dedupe -f file --dry-run
completions zsh
man
-- -a b
LINES
for value in +52w 20260101:20270101 -1d:forever always:20300101120000Z 0x10:0xffffffffffffffff 1w2d3h4m5.5s clear no-pty \
    permit-X11-forwarding 'force-command=echo "hi"' source-address=10.0.0.0/8,::1 critical:a=b extension:x@y \
    verify-required 'user*,!user.bad,?x' 20260230 20260101120060UTC; do
    printf %s "$value" | seed option_value
done
