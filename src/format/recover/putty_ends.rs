//! PuTTY's files without their first or their last line, where the rest shows what these said.

use zeroize::Zeroizing;

use super::layers::{Text, decode_base64};
use crate::format::Damage;
use crate::format::ppk::{self, START};
use crate::wire::Reader;

/// The text from its first line on, with the lines that follow from the others, and which were missing.
pub(super) fn completed(text: &str) -> Option<(Text, Vec<Damage>)> {
    let mut causes = Vec::new();
    let mut whole = match text.find(START) {
        Some(at) => Zeroizing::new(text[at..].to_owned()),
        None => {
            causes.push(Damage::NoStart);
            with_first_line(text)?
        }
    };
    if !whole.contains("Private-MAC") {
        causes.insert(0, Damage::Cut);
        whole = ppk::with_mac(&whole)?;
    }
    Some((whole, causes))
}

/// The first line names the version, which the digest shows, and the type, which the public key does.
fn with_first_line(text: &str) -> Option<Text> {
    let rest = &text[text.find("Encryption:")?..];
    let (_, public) = rest.split_once("Public-Lines:")?;
    let mut words = public.split_whitespace().skip(1);
    let blob = decode_base64(words.next()?.get(..60)?)?;
    let name = std::str::from_utf8(Reader::new(&blob).string().ok()?).ok()?;
    let mac = rest.split_once("Private-MAC:").map_or("", |(_, mac)| mac.trim_start());
    let digits = mac.bytes().take_while(u8::is_ascii_hexdigit).count();
    let version = if digits == 40 { 2 } else { 3 };
    Some(Zeroizing::new(format!("{START}{version}: {name}\n{rest}")))
}
