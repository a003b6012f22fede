//! The SSH encoding by hand, and damage to it.

use crate::support::dice::Dice;

/// Fields in the SSH encoding.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(pub(super) Vec<u8>);

impl Fields {
    pub(super) fn string(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.0.extend(u32::try_from(bytes.len()).expect("a short string").to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn u64(mut self, number: u64) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn u32(mut self, number: u32) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn u8(mut self, number: u8) -> Self {
        self.0.push(number);
        self
    }

    pub(super) fn raw(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.extend_from_slice(bytes.as_ref());
        self
    }
}

/// One of them.
pub(super) fn any<'a, T: ?Sized>(dice: &mut Dice, of: &[&'a T]) -> &'a T {
    of[dice.below(of.len())]
}

/// A text, at times with what C strings do not have or drop.
pub(super) fn c_text(dice: &mut Dice, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    match dice.below(24) {
        0 => bytes.push(0),
        1 => bytes.extend([0, 0]),
        2 => bytes.insert(dice.below(bytes.len() + 1), 0),
        _ => {}
    }
    bytes
}

/// Changes a byte or some, in one of eight cases.
pub(super) fn damaged(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    if !dice.one_in(8) || bytes.is_empty() {
        return bytes;
    }
    for _ in 0..=dice.below(2) {
        let place = dice.below(bytes.len());
        let byte = any(dice, &[&[0][..], b"\xff", b"\x01", b"\"", b"\n", b" ", b",", b"!", b"\x80"])[0];
        match dice.below(5) {
            0 => bytes[place] = byte,
            1 => bytes.insert(place, byte),
            2 => bytes[place] ^= 1 << dice.below(8),
            3 if bytes.len() > 1 => {
                bytes.remove(place);
            }
            _ => bytes.truncate(place.max(1)),
        }
    }
    bytes
}

/// A time of day and date as options write them, mostly sound.
pub(super) fn date(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        "20200101",
        "20400101Z",
        "20300101",
        "202001011200",
        "20200101120000UTC",
        "20200101120061z",
        "19691231",
        "19000101Z",
        "00000101",
        "19700101Z",
        "19700101000001",
        "99991231",
        "99991231235959Z",
        "99991231235961",
        "20200231",
        "2020 1 1",
        "   1 1 1",
        "20201301",
        "20200100",
        "202001011260",
        "2020010112",
        "1",
        "",
        "z",
        "20200101 ",
        "-2020101",
        "20200101zz",
    ])
}
