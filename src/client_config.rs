//! The files that a configuration of ssh names (ssh_config(5)).

use std::path::{Path, PathBuf};

/// A file that a line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The line, counted from 1.
    pub line: u64,
    /// The keyword, as ssh_config(5) spells it.
    pub keyword: &'static str,
    /// The file name, as it is written there.
    pub name: String,
}

/// The keywords whose value is a file that ssh reads.
const KEYWORDS: [&str; 2] = ["IdentityFile", "CertificateFile"];

/// The files that the configuration names as keys and certificates.
pub fn named_files(text: &str) -> impl Iterator<Item = Named> {
    (1..).zip(text.lines()).filter_map(|(line, text)| {
        let text = text.trim();
        let end = text.find(|c: char| c.is_whitespace() || c == '=')?;
        let (word, rest) = text.split_at(end);
        let keyword = KEYWORDS.into_iter().find(|keyword| keyword.eq_ignore_ascii_case(word))?;
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
        let name = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => rest.split_whitespace().next()?,
        };
        let is_file = !name.is_empty() && !name.eq_ignore_ascii_case("none") && !name.starts_with('#');
        is_file.then(|| Named { line, keyword, name: name.to_owned() })
    })
}

/// The path that a name stands for, where `~` and `%d` are `home`; `None` if it depends on the host, on other settings,
/// or on the directory that ssh is started in.
#[must_use]
pub fn path_of(name: &str, home: &Path) -> Option<PathBuf> {
    let (start, rest) = match name.strip_prefix("~/") {
        Some(rest) => (format!("{}/", home.display()), rest),
        None => (String::new(), name),
    };
    let mut path = start;
    let mut parts = rest.split('%');
    path.push_str(parts.next()?);
    while let Some(part) = parts.next() {
        match part.chars().next() {
            Some('d') => path.push_str(&format!("{}{}", home.display(), &part[1..])),
            // Two of them stand for one.
            None => path.push_str(&format!("%{}", parts.next()?)),
            Some(_) => return None,
        }
    }
    let path = PathBuf::from(path);
    (path.is_absolute() && !rest.contains("${")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_and_expanded() {
        let root = if cfg!(windows) { "C:" } else { "" };
        let text = format!(
            "Host *\n  IdentityFile ~/.ssh/id_a\nidentityfile=\"%d/.ssh/id b\" # x\n# IdentityFile /no\n\
             CertificateFile = {root}/etc/%%c\nIdentityFile none\nIdentityFile ~/.ssh/%h\nIdentityFile id_c\n\
             IdentityFile ${{HOME}}/x\nUser me\n"
        );
        let path = |path: &str| Some(PathBuf::from(format!("{root}{path}")));
        let home = path("/home/me").expect("a path");
        let found: Vec<_> = named_files(&text)
            .map(|named| (named.line, named.keyword, path_of(&named.name, &home)))
            .collect();
        assert_eq!(
            found,
            [
                (2, "IdentityFile", path("/home/me/.ssh/id_a")),
                (3, "IdentityFile", path("/home/me/.ssh/id b")),
                (5, "CertificateFile", path("/etc/%c")),
                (7, "IdentityFile", None),
                (8, "IdentityFile", None),
                (9, "IdentityFile", None),
            ]
        );
    }
}
