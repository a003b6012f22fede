//! Dumps of bytes, as xxd, hexdump and od print them, and lists of numbers, as programs write arrays of bytes.

use zeroize::Zeroizing;

use super::layers::{Text, text_of};

/// The text whose bytes a dump or a list of numbers shows.
pub(super) fn text(text: &str) -> Option<Text> {
    const FORMS: [Form; 7] = [
        Form { digits: 2, bytes: 1, radix: 16, order: Order::Big },
        Form { digits: 4, bytes: 2, radix: 16, order: Order::Big },
        Form { digits: 4, bytes: 2, radix: 16, order: Order::Little },
        Form { digits: 8, bytes: 4, radix: 16, order: Order::Big },
        Form { digits: 8, bytes: 4, radix: 16, order: Order::Little },
        Form { digits: 3, bytes: 1, radix: 8, order: Order::Big },
        Form { digits: 6, bytes: 2, radix: 8, order: Order::Little },
    ];
    let lines = || FORMS.iter().find_map(|form| key_text(form.bytes_of(text)?));
    lines().or_else(|| key_text(characters(text)?)).or_else(|| key_text(numbers(text)?))
}

/// The text of these bytes, if it has marks of a key: numbers can be read in more than one way.
fn key_text(mut bytes: Vec<u8>) -> Option<Text> {
    // Dumps of wider numbers fill the last one up.
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    text_of(bytes).filter(|text| {
        ["BEGIN ", "PuTTY-User", "ssh-", "ecdsa-", "b3BlbnNzaC1"].iter().any(|mark| text.contains(mark))
    })
}

/// How a dump shows numbers.
struct Form {
    digits: usize,
    bytes: usize,
    radix: u32,
    order: Order,
}

#[derive(PartialEq, Eq)]
enum Order {
    Big,
    Little,
}

impl Form {
    /// The bytes of lines of such numbers, after an offset or without one.
    fn bytes_of(&self, text: &str) -> Option<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(text.len() / 2));
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            // The same bytes as characters follow a bar, or two blanks in xxd.
            let line = line.trim().split('|').next()?;
            let (offset, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
            let is_xxd = offset.ends_with(':');
            let is_offset = is_xxd || (offset.len() >= 6 && offset.len() != self.digits);
            let rest = if is_offset { rest } else { line };
            let rest = if is_xxd { rest.split("  ").next()? } else { rest };
            for number in rest.split_whitespace() {
                self.add(number, &mut out)?;
            }
        }
        Some(std::mem::take(&mut *out))
    }

    fn add(&self, number: &str, out: &mut Vec<u8>) -> Option<()> {
        // The last number of xxd may have fewer bytes.
        let short = self.order == Order::Big && number.len() < self.digits && number.len().is_multiple_of(2);
        let (digits, bytes) =
            if short { (number.len(), number.len() / 2) } else { (self.digits, self.bytes) };
        let value = u32::from_str_radix(number, self.radix).ok().filter(|_| number.len() == digits)?;
        let all = value.to_be_bytes();
        let (zeros, shown) = all.split_at(all.len() - bytes);
        if zeros.iter().any(|&byte| byte != 0) {
            return None;
        }
        match self.order {
            Order::Big => out.extend(shown),
            Order::Little => out.extend(shown.iter().rev()),
        }
        Some(())
    }
}

/// The bytes of `od -c`: columns of four characters after the offset.
fn characters(text: &str) -> Option<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() / 4));
    for line in text.lines() {
        let (offset, rest) = line.split_at_checked(line.find(' ').unwrap_or(line.len()))?;
        if offset.len() < 6 || !offset.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        for column in rest.as_bytes().chunks(4) {
            out.push(match column {
                [b' ', b' ', b' ', byte] => *byte,
                [b' ', b' ', b'\\', b'n'] => b'\n',
                [b' ', b' ', b'\\', b'r'] => b'\r',
                _ => return None,
            });
        }
    }
    Some(std::mem::take(&mut *out))
}

/// The bytes of a list of numbers: `[45, 45]`, `{0x2d, 0x2d}`.
fn numbers(text: &str) -> Option<Vec<u8>> {
    let (start, end) = (text.find(['[', '{', '('])?, text.rfind([']', '}', ')'])?);
    // An object of JSON around it, as Node.js writes buffers.
    let inside = text.get(start + 1..end)?;
    let inside = inside.rsplit(['[', '{']).next()?.split([']', '}']).next()?;
    let number = |word: &str| {
        let word = word.trim();
        match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
            Some(digits) => u8::from_str_radix(digits, 16).ok(),
            None => word.parse().ok(),
        }
    };
    inside.trim().trim_end_matches(',').split(',').map(number).collect()
}
