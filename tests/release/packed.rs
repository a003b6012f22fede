//! What is made of archives: the same bytes from the same input, and manifests with real checksums.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::kit::{archive, copy, release, root, succeed, value};
use crate::support::missing::needs;

fn python(script: &str, words: &[&Path]) -> String {
    succeed(Command::new("python3").arg(root(script)).args(words))
}

fn pack(target: &str, place: &Path) {
    let completions = Path::new(env!("CARGO_TARGET_TMPDIR")).join("completions");
    let program = place.join(if target.contains("windows") { "rkeygen.exe" } else { "rkeygen" });
    fs::write(&program, target).expect("a program");
    python("packaging/pack.py", &[Path::new("archive"), &program, Path::new(target), &completions, place]);
    fs::remove_file(program).expect("the program");
}

#[test]
fn the_same_input_gives_the_same_archive() {
    needs!("python3");
    release();
    let (first, second) =
        (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    for target in ["aarch64-apple-darwin", "x86_64-pc-windows-msvc"] {
        pack(target, first.path());
        pack(target, second.path());
    }
    for entry in fs::read_dir(first.path()).expect("archives") {
        let path = entry.expect("an entry").path();
        let other = second.path().join(path.file_name().expect("a name"));
        assert!(fs::read(&path).expect("one") == fs::read(other).expect("the other"), "{}", path.display());
    }
}

#[test]
fn manifests_have_the_checksums_of_the_archives() {
    needs!("python3");
    let place = copy();
    for target in ["aarch64-apple-darwin", "aarch64-unknown-linux-musl", "x86_64-pc-windows-msvc"] {
        pack(target, place.path());
    }
    python("packaging/manifests.py", &[place.path()]);
    python("packaging/pack.py", &[Path::new("sums"), place.path()]);
    let sums = fs::read_to_string(place.path().join("SHA256SUMS")).expect("sums");
    let sum =
        |name: &str| sums.lines().find_map(|line| line.strip_suffix(name)).expect("a sum").trim().to_owned();
    let url = |name: &str| {
        format!(
            "{}/releases/download/v{}/{name}",
            value("Cargo.toml", "repository"),
            env!("CARGO_PKG_VERSION")
        )
    };

    let formula = fs::read_to_string(place.path().join("rkeygen.rb")).expect("a formula");
    let mac = archive().replace(&crate::kit::target(), "aarch64-apple-darwin");
    for name in [archive(), mac] {
        let wanted = format!("url \"{}\"\n      sha256 \"{}\"", url(&name), sum(&name));
        assert!(formula.contains(&wanted), "{name}: {formula}");
    }

    let manifest = fs::read(place.path().join("rkeygen.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let name = format!("rkeygen-{}-x86_64-pc-windows-msvc.zip", env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["architecture"]["64bit"]["url"], url(&name));
    assert_eq!(manifest["architecture"]["64bit"]["hash"], sum(&name));
    assert_eq!(manifest["architecture"]["64bit"]["extract_dir"], name.trim_end_matches(".zip"));
}
