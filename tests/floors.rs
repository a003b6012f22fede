//! The import rule: a file imports its own floor or a lower one.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the top; modules of one floor may use each other.
const FLOORS: [&[&str]; 6] = [
    &["cli"],
    &["commands"],
    &["device", "host"],
    &[
        "allowed_signers",
        "authorized_keys",
        "certificate",
        "client_config",
        "date",
        "format",
        "key",
        "key_list",
        "keygen",
        "known_hosts",
        "krl",
        "ledger",
        "moduli",
        "pattern",
        "signature",
        "sshfp",
        "sshsig",
    ],
    &["primes"],
    &["arithmetic", "finding", "secret", "text", "wire"],
];

/// Modules of one floor of which the first must not use the second.
const SEPARATE: [(&str, &str); 4] =
    [("key", "certificate"), ("key", "format"), ("format", "known_hosts"), ("certificate", "krl")];

fn floor(module: &str) -> usize {
    let place = FLOORS.iter().position(|modules| modules.contains(&module));
    place.unwrap_or_else(|| panic!("the module {module} stands on no floor of tests/floors.rs"))
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a source directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_file_imports_a_higher_floor() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&source, &mut sources);
    let mut checked = 0;
    for path in sources {
        let relative = path.strip_prefix(&source).expect("a path below src");
        let module = relative.components().next().expect("a name").as_os_str().to_string_lossy();
        let module = module.trim_end_matches(".rs");
        if matches!(module, "main" | "lib") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source file");
        for import in text.split("crate::").skip(1) {
            let used: String = import.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if used.is_empty() {
                panic!("{}: write one `use crate::module` per module", path.display());
            }
            assert!(floor(&used) >= floor(module), "{}: {module} imports {used}", path.display());
            assert!(!SEPARATE.contains(&(module, &used)), "{}: {module} imports {used}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} imports found: the test does not see the sources");
}
