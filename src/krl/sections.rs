//! Serial numbers as the sections of PROTOCOL.krl section 5, each run where OpenSSH puts it: it estimates what a list, a
//! range, and a bitmap would take, and keeps to the section that is open if that is not worse.

use super::Serials;
use crate::wire::{put_nested, put_string, put_u64};

/// The sections and their types.
pub(super) const LIST: u8 = 0x20;
pub(super) const RANGE: u8 = 0x21;
pub(super) const BITMAP: u8 = 0x22;
pub(super) const KEY_ID: u8 = 0x23;

/// OpenSSH reads no longer bitmap; its own ssh-keygen writes some that it then cannot read.
pub(super) const MAX_BITMAP_BITS: u64 = 16384;

/// Writes the sections.
pub(super) fn encode(serials: &Serials, out: &mut Vec<u8>) {
    let mut open: Option<Section> = None;
    let mut runs = serials.runs().peekable();
    while let Some((first, last)) = runs.next() {
        let run = Run {
            length: (last - first).saturating_add(1),
            gap_before: open.as_ref().map_or(0, |section| first - section.last()),
            gap_after: runs.peek().map(|&(next, _)| next - last),
        };
        let (kind, restart) = run.choose(open.as_ref().map(Section::kind));
        let goes_on = |section: &Section| !restart && section.kind() == kind && section.has_room(last);
        match open.take() {
            Some(section) if goes_on(&section) => open = Some(section),
            Some(section) => section.write(out),
            None => {}
        }
        open.get_or_insert_with(|| Section::new(kind, first)).add(first, last);
    }
    if let Some(section) = open {
        section.write(out);
    }
}

/// A run of numbers to be written.
struct Run {
    length: u64,
    /// From the last number before it.
    gap_before: u64,
    /// To the first number after it, if there is one.
    gap_after: Option<u64>,
}

/// The estimates of OpenSSH, in bits.
const HEADER: u64 = 8;
const SERIAL: u64 = 64;

impl Run {
    /// The section for it, given the one that is open, and whether a new bitmap starts with it.
    fn choose(&self, open: Option<u8>) -> (u8, bool) {
        let most = |number: u64| number.min(1 << 31);
        let (length, before) = (most(self.length), most(self.gap_before));
        let (new_list, new_bitmap) = (HEADER, HEADER + SERIAL);
        let (list, bitmap, restart) = match open {
            Some(LIST) => (0, new_bitmap, new_bitmap),
            Some(BITMAP) => (new_list, 0, new_bitmap),
            _ => (new_list, new_bitmap, new_bitmap),
        };
        // What follows has to be reached: by another section, or in a bitmap by its bits.
        let (next, next_bits) = match self.gap_after {
            Some(gap) => (HEADER + SERIAL, most(gap).min(HEADER + SERIAL)),
            None => (0, 0),
        };
        let bytes = |bits: u64| bits.div_ceil(8);
        let mut best = (BITMAP, false);
        let mut cost = bytes(bitmap + before + length + next_bits);
        for (choice, bits) in [
            ((RANGE, false), HEADER + 2 * SERIAL + next),
            ((LIST, false), list + SERIAL * length + next),
            ((BITMAP, true), restart + length + next_bits),
        ] {
            if bytes(bits) < cost {
                (best, cost) = (choice, bytes(bits));
            }
        }
        best
    }
}

enum Section {
    /// The numbers.
    List(Vec<u64>),
    /// The first number and the last.
    Range(u64, u64),
    /// The first number, the last, and the bits from the first, the lowest first.
    Bitmap(u64, u64, Vec<u8>),
}

impl Section {
    fn new(kind: u8, first: u64) -> Self {
        match kind {
            LIST => Self::List(Vec::new()),
            RANGE => Self::Range(first, first),
            _ => Self::Bitmap(first, first, Vec::new()),
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Self::List(_) => LIST,
            Self::Range(..) => RANGE,
            Self::Bitmap(..) => BITMAP,
        }
    }

    fn last(&self) -> u64 {
        match self {
            Self::List(numbers) => numbers.last().copied().unwrap_or(0),
            Self::Range(_, last) | Self::Bitmap(_, last, _) => *last,
        }
    }

    /// Whether numbers up to this one fit into it; a range has one run only.
    fn has_room(&self, last: u64) -> bool {
        match self {
            Self::List(_) => true,
            Self::Range(..) => false,
            Self::Bitmap(start, ..) => last - start < MAX_BITMAP_BITS,
        }
    }

    fn add(&mut self, first: u64, last: u64) {
        match self {
            Self::List(numbers) => numbers.extend(first..=last),
            Self::Range(_, end) => *end = last,
            Self::Bitmap(start, end, bits) => {
                *end = last;
                for serial in first..=last {
                    let place = usize::try_from(serial - *start).unwrap_or(0);
                    if bits.len() <= place / 8 {
                        bits.resize(place / 8 + 1, 0);
                    }
                    bits[place / 8] |= 1 << (place % 8);
                }
            }
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        out.push(self.kind());
        put_nested(out, |body| match self {
            Self::List(numbers) => numbers.into_iter().for_each(|number| put_u64(body, number)),
            Self::Range(first, last) => {
                put_u64(body, first);
                put_u64(body, last);
            }
            Self::Bitmap(start, _, mut bits) => {
                put_u64(body, start);
                if bits.last().is_some_and(|top| top & 0x80 != 0) {
                    bits.push(0);
                }
                bits.reverse();
                put_string(body, &bits);
            }
        });
    }
}
