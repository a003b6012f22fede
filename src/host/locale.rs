//! Whether the terminal takes UTF-8.

/// As `setlocale(3)` would find it: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set names
/// UTF-8. Windows consoles take it always.
#[must_use]
pub fn is_utf8() -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let named = named.unwrap_or_default().to_ascii_lowercase();
    cfg!(windows) || named.ends_with("utf-8") || named.ends_with("utf8")
}
