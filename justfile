# The tasks of a developer. `just` lists them; each line is also the command to type without just.

# List the tasks.
default:
    @just --list

# Type-check and lint, as CI does.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    python3 tests/scripts/style.py

# Run the tests that need nothing more than what is installed.
test *ARGS:
    cargo test {{ARGS}}

# Install the programs that the tests talk to, and run all tests.
test-all:
    sh tests/all.sh

# Run everything that a change has to pass.
ci:
    .ci/run

# Run OpenSSH's own scripts: fast, all, or the names of some.
openssh *SCRIPTS='fast':
    sh tests/scripts/openssh.sh {{SCRIPTS}}

# Run the programs that call ssh-keygen with rkeygen in its place: fast or all.
clients WHICH='fast':
    sh tests/scripts/clients.sh {{WHICH}}

# Compare CASES random command lines with ssh-keygen.
differential CASES='2000':
    RKEYGEN_CASES={{CASES}} cargo test --test differential

# Fuzz every reader for SECONDS each (needs a nightly toolchain and cargo-fuzz).
fuzz SECONDS='60':
    SECONDS_EACH={{SECONDS}} fuzz/run.sh

# Build the release archives for TARGETS, or for what this machine can build, in target/release-files.
release *TARGETS:
    packaging/release.sh {{TARGETS}}

# Build and try all that a release is made of: archives, packages, installer, action. STEPS are some of them.
release-check *STEPS:
    packaging/check.sh {{STEPS}}

# Measure rkeygen and its rivals.
bench:
    cargo bench

# Fetch a newer OpenSSH to compare with.
oracle:
    rm -rf target/oracle
    sh tests/scripts/newest-openssh.sh
