//! Which characters the terminal takes.

use std::sync::LazyLock;

use crate::text::Charset;

/// As `setlocale(3)` would find it: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set names
/// UTF-8, or does not. Windows consoles take it always.
#[must_use]
pub fn charset() -> Charset {
    *CHARSET
}

static CHARSET: LazyLock<Charset> = LazyLock::new(|| {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let named = named.unwrap_or_default().to_ascii_lowercase();
    let utf8 = cfg!(windows) || named.ends_with("utf-8") || named.ends_with("utf8");
    if utf8 { Charset::Utf8 } else { Charset::Ascii }
});
