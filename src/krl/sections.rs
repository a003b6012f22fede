//! Serial numbers as the sections of PROTOCOL.krl section 5: in as few bytes as there are.
//!
//! Each run of numbers goes into a list, a range or a bitmap; the cheapest way through all runs is
//! found by dynamic programming. A bitmap's bytes depend on its length in bits modulo eight, hence
//! one state for each.

use super::Serials;
use crate::wire::{put_string, put_u64};

/// The sections and their types.
pub(super) const LIST: u8 = 0x20;
pub(super) const RANGE: u8 = 0x21;
pub(super) const BITMAP: u8 = 0x22;
pub(super) const KEY_ID: u8 = 0x23;

/// OpenSSH reads no longer bitmap; its own ssh-keygen writes some that it then cannot read.
pub(super) const MAX_BITMAP_BITS: u64 = 16384;

/// A type and a length.
const HEADER: u64 = 5;
const SERIAL: u64 = 8;
const BITMAP_HEADER: u64 = HEADER + SERIAL + 4;

/// The ways to have encoded the last run; `BITMAPS + n` is a bitmap of n bits modulo eight.
const IN_LIST: usize = 0;
const IN_RANGE: usize = 1;
const BITMAPS: usize = 2;
const STATES: usize = BITMAPS + 8;

/// The cheapest way to have encoded the runs so far that ends in some state.
#[derive(Clone, Copy)]
struct Way {
    cost: u64,
    /// The first number of the bitmap that is open.
    start: u64,
}

/// How a run got into its state.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    from: u8,
    opens: bool,
}

/// Writes the sections.
pub(super) fn encode(serials: &Serials, out: &mut Vec<u8>) {
    let runs: Vec<_> = serials.runs().collect();
    let mut open: Option<Section> = None;
    for ((first, last), (state, opens)) in runs.iter().copied().zip(plan(&runs)) {
        if opens && let Some(section) = open.take() {
            section.write(out);
        }
        open.get_or_insert_with(|| Section::new(state, first)).add(first, last);
    }
    if let Some(section) = open {
        section.write(out);
    }
}

/// For each run the state it is encoded in, and whether a new section starts with it.
fn plan(runs: &[(u64, u64)]) -> Vec<(usize, bool)> {
    let mut ways: [Option<Way>; STATES] = [None; STATES];
    let mut steps: Vec<[Step; STATES]> = Vec::with_capacity(runs.len());
    for (index, &(first, last)) in runs.iter().enumerate() {
        let previous = index.checked_sub(1).map(|before| runs[before].1);
        let (next, taken) = advance(&ways, previous, first, last);
        ways = next;
        steps.push(taken);
    }
    let cheapest = (0..STATES).min_by_key(|&state| ways[state].map_or(u64::MAX, |way| way.cost));
    let mut state = cheapest.unwrap_or(IN_LIST);
    let mut plan = Vec::with_capacity(runs.len());
    for taken in steps.iter().rev() {
        let step = taken[state];
        plan.push((state, step.opens));
        state = usize::from(step.from);
    }
    plan.reverse();
    plan
}

/// One more run: the cheapest way into each state.
fn advance(
    ways: &[Option<Way>; STATES],
    previous: Option<u64>,
    first: u64,
    last: u64,
) -> ([Option<Way>; STATES], [Step; STATES]) {
    let mut next: [Option<Way>; STATES] = [None; STATES];
    let mut steps = [Step { from: 0, opens: true }; STATES];
    let mut offer = |state: usize, way: Way, from: usize, opens: bool| {
        if next[state].is_none_or(|known| way.cost < known.cost) {
            next[state] = Some(way);
            steps[state] = Step { from: u8::try_from(from).unwrap_or(0), opens };
        }
    };
    let length = (last - first).saturating_add(1);
    let count = length.saturating_mul(SERIAL);
    let (bits, residue) = (length, usize_of(length % 8));

    let (from, base) = match previous {
        None => (0, 0),
        Some(_) => {
            let cheapest = (0..STATES).min_by_key(|&state| ways[state].map_or(u64::MAX, |way| way.cost));
            let cheapest = cheapest.unwrap_or(0);
            (cheapest, ways[cheapest].map_or(0, |way| way.cost))
        }
    };
    let opened = |cost: u64| Way { cost: base.saturating_add(cost), start: first };
    offer(IN_RANGE, opened(HEADER + 2 * SERIAL), from, true);
    offer(IN_LIST, opened(count.saturating_add(HEADER)), from, true);
    if bits <= MAX_BITMAP_BITS {
        offer(BITMAPS + residue, opened(BITMAP_HEADER + number_bytes(bits)), from, true);
    }
    if let Some(way) = ways[IN_LIST] {
        offer(IN_LIST, Way { cost: way.cost.saturating_add(count), ..way }, IN_LIST, false);
    }
    for (state, way) in ways.iter().enumerate().skip(BITMAPS) {
        let (Some(way), Some(previous)) = (way, previous) else { continue };
        let (before, after) = (previous - way.start + 1, (last - way.start).saturating_add(1));
        if after <= MAX_BITMAP_BITS {
            let cost = way.cost + number_bytes(after) - number_bytes(before);
            offer(BITMAPS + usize_of(after % 8), Way { cost, ..*way }, state, false);
        }
    }
    (next, steps)
}

/// The bytes of an `mpint` of so many bits: one more where its top bit would be a sign.
fn number_bytes(bits: u64) -> u64 {
    bits / 8 + 1
}

fn usize_of(small: u64) -> usize {
    usize::try_from(small).unwrap_or(0)
}

enum Section {
    List(Vec<u8>),
    Range(u64, u64),
    /// The first number, and the bits from it, the lowest first.
    Bitmap(u64, Vec<u8>),
}

impl Section {
    fn new(state: usize, first: u64) -> Self {
        match state {
            IN_LIST => Self::List(Vec::new()),
            IN_RANGE => Self::Range(first, first),
            _ => Self::Bitmap(first, Vec::new()),
        }
    }

    fn add(&mut self, first: u64, last: u64) {
        match self {
            Self::List(bytes) => (first..=last).for_each(|serial| put_u64(bytes, serial)),
            Self::Range(_, end) => *end = last,
            Self::Bitmap(start, bits) => {
                for serial in first..=last {
                    let place = usize_of(serial - *start);
                    if bits.len() <= place / 8 {
                        bits.resize(place / 8 + 1, 0);
                    }
                    bits[place / 8] |= 1 << (place % 8);
                }
            }
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        let (kind, body) = match self {
            Self::List(bytes) => (LIST, bytes),
            Self::Range(first, last) => {
                let mut body = Vec::new();
                put_u64(&mut body, first);
                put_u64(&mut body, last);
                (RANGE, body)
            }
            Self::Bitmap(start, mut bits) => {
                let mut body = Vec::new();
                put_u64(&mut body, start);
                if bits.last().is_some_and(|top| top & 0x80 != 0) {
                    bits.push(0);
                }
                bits.reverse();
                put_string(&mut body, &bits);
                (BITMAP, body)
            }
        };
        out.push(kind);
        put_string(out, &body);
    }
}
