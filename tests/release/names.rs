//! Names that several files have to agree on, and versions of other programs that are pinned.

use std::fs;
use std::path::Path;

use crate::kit::{archive, root, target, text, value};

#[test]
fn the_address_of_the_project_is_the_same_everywhere() {
    let address = value("Cargo.toml", "repository");
    assert_eq!(value("Cargo.toml", "homepage"), address);
    assert_eq!(value("pyproject.toml", "Repository"), address);
    assert!(text("packaging/install.sh").contains(&format!("\nrepository={address}\n")));
    for entry in [".", "docs", "docs/tasks", "packaging", ".github/workflows"] {
        for file in fs::read_dir(root(entry)).into_iter().flatten().flatten() {
            let Ok(text) = fs::read_to_string(file.path()) else { continue };
            for (_, rest) in
                text.match_indices("github.com/").map(|(at, found)| text.split_at(at + found.len()))
            {
                let owner = rest.split('/').next().unwrap_or_default();
                let ours = !rest.starts_with(&format!("{owner}/rkeygen"))
                    || address.ends_with(&format!("/{owner}/rkeygen"));
                assert!(ours, "{}: {}", file.path().display(), rest.lines().next().unwrap_or_default());
            }
        }
    }
    let action = text("docs/tasks/ci.md");
    let slug = address.trim_start_matches("https://github.com/");
    assert!(action.contains(&format!("uses: {slug}@v{}", env!("CARGO_PKG_VERSION"))), "docs/tasks/ci.md");
}

/// `cargo binstall` finds the archives by these templates.
#[test]
fn binstall_looks_for_the_archives_that_are_packed() {
    let repository = value("Cargo.toml", "repository");
    let fill = |template: &str, suffix: &str| {
        let pairs = [
            ("{ repo }", repository.as_str()),
            ("{ name }", "rkeygen"),
            ("{ version }", env!("CARGO_PKG_VERSION")),
            ("{ target }", &target()),
            ("{ archive-suffix }", suffix),
            ("{ bin }", "rkeygen"),
            ("{ binary-ext }", ""),
        ];
        pairs.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
    };
    let wanted = format!("{repository}/releases/download/v{}/{}", env!("CARGO_PKG_VERSION"), archive());
    assert_eq!(fill(&value("Cargo.toml", "pkg-url"), ".tar.gz"), wanted);
    let inside = archive().replace(".tar.gz", "/rkeygen");
    assert_eq!(fill(&value("Cargo.toml", "bin-dir"), ""), inside);
}

/// The words after `what` on the lines of a file that have it.
fn after<'a>(text: &'a str, what: &str) -> Vec<&'a str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.filter_map(|line| line.split_once(what)).map(|(_, rest)| rest).collect()
}

#[test]
fn tools_of_others_are_pinned() {
    let mut checked = 0;
    let places = [".github/workflows", "packaging", "tests/scripts", "."];
    for file in places.iter().flat_map(|place| fs::read_dir(root(place)).into_iter().flatten().flatten()) {
        let Ok(text) = fs::read_to_string(file.path()) else { continue };
        let name = file.path().display().to_string();
        if !matches!(file.path().extension().and_then(|end| end.to_str()), Some("sh" | "yml" | "py")) {
            continue;
        }
        for rest in after(&text, "cargo install ") {
            let tools = rest.split([';', '&', '|']).next().unwrap_or_default().split_whitespace();
            for tool in tools.filter(|word| !word.starts_with('-') && *word != "." && !word.contains('/')) {
                assert!(tool.contains('@') || !tool.starts_with("cargo-"), "{name}: {tool} has no version");
                checked += 1;
            }
        }
        for used in after(&text, "uses: ").into_iter().filter(|used| !used.starts_with("./")) {
            let commit = used.split('@').nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|digit| digit.is_ascii_hexdigit());
            assert!(is_commit, "{name}: {used} is not pinned to a commit");
            checked += 1;
        }
        for rest in after(&text, "pip install ").into_iter().filter(|_| !name.contains("tests/scripts")) {
            let first = rest.split_whitespace().find(|word| !word.starts_with('-')).unwrap_or_default();
            assert!(first.contains("==") || first.contains(['/', '$', '"']), "{name}: pip install {rest}");
            checked += 1;
        }
    }
    // The packed crate has no workflows.
    assert!(checked > 8 || !root(".github").exists(), "only {checked} found");
}

/// Cargo warns whoever builds or installs the crate of a profile for a package that is not there.
#[test]
fn packages_with_a_profile_are_there() {
    let (manifest, lock) = (text("Cargo.toml"), text("Cargo.lock"));
    let names = after(&manifest, "[profile.release.package.");
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(lock.contains(&format!("\nname = \"{}\"\n", name.trim_end_matches(']'))), "{name}");
    }
}

/// A secret or a name in the text of a script would be run; as a variable it is data.
#[test]
fn the_action_puts_no_input_in_a_script() {
    let (action, script) = (text("action.yml"), text("packaging/action.sh"));
    let runs = after(&action, "run: ");
    assert_eq!(runs, [r#"bash "$GITHUB_ACTION_PATH/packaging/action.sh""#]);
    let inputs: Vec<_> = action.lines().filter_map(|line| line.trim().strip_prefix("RKEYGEN_")).collect();
    assert!(inputs.len() > 10);
    for input in inputs {
        let (name, value) = input.split_once(": ").expect("a variable and its value");
        let wanted = format!("${{{{ inputs.{} }}}}", name.to_lowercase().replace('_', "-"));
        assert_eq!(value, wanted);
        assert!(script.contains(&format!("RKEYGEN_{name}")), "{name} is not used");
    }
    for word in script.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
        let known = !word.starts_with("RKEYGEN_") || action.contains(&format!("{word}: "));
        assert!(known, "{word} is no input of action.yml");
    }
    for name in ["version", "path", "public-key", "fingerprint"] {
        assert!(
            script.contains(&format!("output {name} ")) && action.contains(&format!("outputs.{name} }}}}")),
            "{name}"
        );
    }
}

#[test]
fn the_crate_has_all_that_its_tests_read() {
    let include = text("Cargo.toml");
    for name in ["action.yml", "build.rs", "docs", "man", "packaging", "pyproject.toml", "src", "tests"] {
        assert!(
            include.contains(&format!("    \"/{name}\",\n")) && Path::new(&root(name)).exists(),
            "{name}"
        );
    }
}
