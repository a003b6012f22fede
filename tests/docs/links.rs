//! Links between pages lead to files and headings that exist, and the README stays short.

use std::path::Path;

use crate::blocks::pages;

/// The anchors of a page, as GitHub makes them from headings.
fn anchors(page: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let Some(heading) = line.strip_prefix('#').filter(|_| !fenced) else { continue };
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept =
            heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        found.push(kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect());
    }
    found
}

/// The targets of the links of a page.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

#[test]
fn links_and_anchors_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for (name, page) in pages() {
        for link in links(&page).filter(|link| !link.contains("://") && !link.contains(' ')) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let from = root.join(&name);
            let target =
                if file.is_empty() { from.clone() } else { from.parent().expect("a parent").join(file) };
            assert!(target.exists(), "{name} links to {link}");
            checked += 1;
            if !anchor.is_empty() {
                let page = std::fs::read_to_string(&target).expect("a page");
                assert!(anchors(&page).iter().any(|known| known == anchor), "{name} links to {link}");
            }
        }
    }
    assert!(checked > 50, "only {checked} links found");
}

#[test]
fn each_page_and_each_schema_is_linked() {
    let pages = pages();
    let linked = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or(name);
        pages.iter().any(|(page, text)| {
            page != name && links(text).any(|link| link.split('#').next().unwrap_or("").ends_with(file))
        })
    };
    for (name, _) in &pages {
        assert!(name == "README.md" || linked(name), "no page links to {name}");
    }
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    for entry in std::fs::read_dir(schemas).expect("the schemas") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(linked(&name), "docs/reference/json.md does not link to {name}");
    }
}

#[test]
fn the_readme_is_short() {
    let readme = include_str!("../../README.md");
    assert!(readme.lines().count() <= 150, "{} lines", readme.lines().count());
    assert!(readme.contains("## License") && readme.contains("[License](#license)"));
}
