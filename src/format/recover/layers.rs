//! What lies around the text of a key, one layer at a time: encodings, markup, and marks at the ends of each line.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{Damage, dump, encoding, escapes, joined, labels, marks, markup};
use crate::format::armor;

/// Text that may hold a key.
pub(super) type Text = Zeroizing<String>;
/// Undoes a layer. `None` where the text does not have it.
type Layer = fn(&str) -> Option<Text>;

/// What can be undone, the most telling first.
pub(super) const LAYERS: [(Layer, Damage); 15] = [
    (markup::rich_text, Damage::RichText),
    (escapes::unescaped, Damage::EscapedNewlines),
    (escapes::percent_decoded, Damage::UrlEncoded),
    (one_character_a_line, Damage::OneCharacterALine),
    (escapes::quoted_printable, Damage::QuotedPrintable),
    (markup::without_markup, Damage::Markup),
    (marks::without_marks, Damage::TextAround),
    (labels::with_dashes, Damage::Dashes),
    (labels::spelled, Damage::Label),
    (joined::lines, Damage::Joined),
    (joined::plus_signs, Damage::LostPlus),
    (labels::exchanged, Damage::Label),
    (of_hexadecimal, Damage::Hexadecimal),
    (dump::text, Damage::Dump),
    (of_base64, Damage::EncodedTwice),
];

fn one_character_a_line(text: &str) -> Option<Text> {
    let is_short = |line: &str| line.trim_end_matches('\r').chars().count() <= 1;
    let is_so = text.len() > 120 && text.lines().all(is_short);
    is_so.then(|| Zeroizing::new(text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect()))
}

fn of_hexadecimal(text: &str) -> Option<Text> {
    inner(text).iter().find_map(|digits| text_of(armor::unhex(digits)?))
}

fn of_base64(text: &str) -> Option<Text> {
    inner(text).iter().find_map(|digits| text_of(decode_base64(digits)?))
}

/// The text that these bytes are, if they are text.
pub(super) fn text_of(bytes: Vec<u8>) -> Option<Text> {
    let bytes = Zeroizing::new(bytes);
    let text = encoding::decoded(&bytes, &mut Vec::new());
    let is_text = |c: char| c != '\u{fffd}' && (!c.is_control() || c.is_whitespace());
    (text.len() > 60 && text.chars().all(is_text)).then_some(text)
}

/// What in a text can be the digits of another text: all of it, its longest block of lines, and its longest word, such as
/// after NAME= or "name":.
fn inner(text: &str) -> [Text; 3] {
    let lines = || text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    let all: Text = Zeroizing::new(lines().flat_map(str::split_whitespace).collect());
    let (mut longest, mut block) = (Text::default(), Text::default());
    for line in lines() {
        let word = last_word(line);
        let is_whole = line.trim_matches(QUOTES) == word;
        if !is_whole || word.is_empty() {
            block.clear();
        }
        block.push_str(word);
        if block.len() > longest.len() {
            longest.clone_from(&block);
        }
    }
    let word = text.split(|c: char| !is_digit(c)).max_by_key(|word| word.len()).unwrap_or_default();
    [all, longest, Zeroizing::new(word.to_owned())]
}

/// Marks of strings and of lines that go on.
const QUOTES: [char; 6] = ['"', '\'', '`', ',', '\\', ' '];

/// The digits at the end of a line.
fn last_word(line: &str) -> &str {
    let line = line.trim_end_matches(QUOTES);
    let padding = line.len() - line.trim_end_matches('=').len();
    let digits = line[..line.len() - padding].trim_end_matches(is_digit);
    &line[digits.len()..]
}

/// Whether base64 of either alphabet has this digit, without its padding.
fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/-_".contains(c)
}

/// Decodes base64 of either alphabet, whose padding may be missing.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut base64 = Zeroizing::new(text.trim_end_matches('=').replace('-', "+").replace('_', "/"));
    while !base64.len().is_multiple_of(4) {
        base64.push('=');
    }
    if base64.len() < 4 { None } else { Base64::decode_vec(&base64).ok() }
}
