//! The part of CBOR (RFC 8949) that CTAP2 uses. A token is not trusted: depth and length are bounded.

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// An integer.
    Int(i64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text string.
    Text(String),
    /// A list.
    Array(Vec<Value>),
    /// Pairs, in the order given: the caller keeps the canonical order of CTAP2.
    Map(Vec<(Value, Value)>),
    /// A truth value.
    Bool(bool),
    /// `null`.
    Null,
}

use Value::{Array, Bool, Bytes, Int, Map, Null, Text};

/// No value is nested deeper; CTAP2 allows four levels.
const MAX_DEPTH: u8 = 8;

impl Value {
    /// A text string.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Text(text.to_owned())
    }

    /// Reads one value, which must be all of the input; `None` if it is not CBOR of the known kinds.
    #[must_use]
    pub fn decode(input: &[u8]) -> Option<Self> {
        let (value, rest) = Self::decode_first(input)?;
        rest.is_empty().then_some(value)
    }

    /// Reads one value, and gives what follows it.
    #[must_use]
    pub fn decode_first(input: &[u8]) -> Option<(Self, &[u8])> {
        item(input, MAX_DEPTH)
    }

    /// Appends the value.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Int(number) => match u64::try_from(*number) {
                Ok(number) => head(out, 0, number),
                // -1 - n is the bitwise complement of n.
                Err(_) => head(out, 1, (!*number).unsigned_abs()),
            },
            Bytes(bytes) => {
                head(out, 2, length(bytes.len()));
                out.extend_from_slice(bytes);
            }
            Text(text) => {
                head(out, 3, length(text.len()));
                out.extend_from_slice(text.as_bytes());
            }
            Array(items) => {
                head(out, 4, length(items.len()));
                items.iter().for_each(|item| item.encode(out));
            }
            Map(pairs) => {
                head(out, 5, length(pairs.len()));
                for (key, value) in pairs {
                    key.encode(out);
                    value.encode(out);
                }
            }
            Bool(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
            Null => out.push(0xf6),
        }
    }

    /// The value under a number in a map.
    #[must_use]
    pub fn at(&self, key: i64) -> Option<&Self> {
        let Map(pairs) = self else { return None };
        pairs.iter().find(|(known, _)| *known == Int(key)).map(|(_, value)| value)
    }

    /// The value under a name in a map.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Self> {
        let Map(pairs) = self else { return None };
        pairs.iter().find(|(known, _)| known.as_text() == Some(name)).map(|(_, value)| value)
    }

    /// The bytes, if it is a byte string.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        if let Int(number) = self { Some(*number) } else { None }
    }

    /// The text, if it is a text string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Text(text) = self { Some(text) } else { None }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Array(items) = self { Some(items) } else { None }
    }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn head(out: &mut Vec<u8>, major: u8, number: u64) {
    let major = major << 5;
    let bytes = number.to_be_bytes();
    let skipped = match number {
        0..24 => return out.push(major | bytes[7]),
        24..0x100 => 7,
        0x100..0x1_0000 => 6,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 0,
    };
    out.push(
        major
            | match skipped {
                7 => 24,
                6 => 25,
                4 => 26,
                _ => 27,
            },
    );
    out.extend_from_slice(&bytes[skipped..]);
}

fn item(input: &[u8], depth: u8) -> Option<(Value, &[u8])> {
    let depth = depth.checked_sub(1)?;
    let (&first, rest) = input.split_first()?;
    let (number, mut rest) = match first & 0x1f {
        small @ 0..24 => (u64::from(small), rest),
        size @ 24..28 => {
            let (bytes, rest) = rest.split_at_checked(1 << (size - 24))?;
            (bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), rest)
        }
        _ => return None,
    };
    let value = match first >> 5 {
        0 => Int(i64::try_from(number).ok()?),
        1 => Int(!i64::try_from(number).ok()?),
        kind @ (2 | 3) => {
            let bytes;
            (bytes, rest) = rest.split_at_checked(usize::try_from(number).ok()?)?;
            if kind == 2 { Bytes(bytes.to_vec()) } else { Text(String::from_utf8(bytes.to_vec()).ok()?) }
        }
        4 => {
            let items;
            (items, rest) = repeated(number, rest, |rest| item(rest, depth))?;
            Array(items)
        }
        5 => {
            let pairs;
            (pairs, rest) = repeated(number, rest, |rest| {
                let (key, rest) = item(rest, depth)?;
                let (value, rest) = item(rest, depth)?;
                Some(((key, value), rest))
            })?;
            Map(pairs)
        }
        7 if first == 0xf4 || first == 0xf5 => Bool(first == 0xf5),
        7 if first == 0xf6 => Null,
        _ => return None,
    };
    Some((value, rest))
}

/// `count` items, one after the other. Each takes a byte of the input at least, so a hostile count ends with it.
fn repeated<T>(
    count: u64,
    mut rest: &[u8],
    read: impl Fn(&[u8]) -> Option<(T, &[u8])>,
) -> Option<(Vec<T>, &[u8])> {
    let mut items = Vec::new();
    for _ in 0..count {
        let item;
        (item, rest) = read(rest)?;
        items.push(item);
    }
    Some((items, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
        (0..text.len()).step_by(2).map(digit).collect()
    }

    /// RFC 8949 appendix A.
    #[test]
    fn examples_of_the_standard() {
        let examples = [
            ("00", Int(0)),
            ("17", Int(23)),
            ("1818", Int(24)),
            ("1903e8", Int(1000)),
            ("1a000f4240", Int(1_000_000)),
            ("1b000000e8d4a51000", Int(1_000_000_000_000)),
            ("20", Int(-1)),
            ("3863", Int(-100)),
            ("3903e7", Int(-1000)),
            ("f4", Bool(false)),
            ("f5", Bool(true)),
            ("f6", Null),
            ("4401020304", Bytes(vec![1, 2, 3, 4])),
            ("6449455446", Value::text("IETF")),
            ("62c3bc", Value::text("\u{fc}")),
            ("83010203", Array(vec![Int(1), Int(2), Int(3)])),
            ("a201020304", Map(vec![(Int(1), Int(2)), (Int(3), Int(4))])),
            (
                "826161a161626163",
                Array(vec![Value::text("a"), Map(vec![(Value::text("b"), Value::text("c"))])]),
            ),
        ];
        for (hex, value) in examples {
            assert_eq!(Value::decode(&unhex(hex)).as_ref(), Some(&value), "{hex}");
            let mut out = Vec::new();
            value.encode(&mut out);
            assert_eq!(out, unhex(hex), "{hex}");
            for end in 0..out.len() {
                assert_eq!(Value::decode(&out[..end]), None, "{hex} truncated at {end}");
            }
        }
    }

    #[test]
    fn hostile_values_are_refused() {
        for hex in [
            "1bffffffffffffffff",   // does not fit
            "3bffffffffffffffff",   // does not fit
            "5bffffffffffffffff00", // longer than the input
            "9bffffffffffffffff00", // more items than bytes
            "bbffffffffffffffff00",
            "5f4100ff", // indefinite length
            "9f01ff",
            "62c328",             // not UTF-8
            "f97e00",             // a float
            "c000",               // a tag
            "0000",               // bytes left over
            "818181818181818100", // too deep
            "f814",               // false, in a longer form
        ] {
            assert_eq!(Value::decode(&unhex(hex)), None, "{hex}");
        }
    }
}
