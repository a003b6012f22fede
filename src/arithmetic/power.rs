//! Powers, one in each lane.

use super::montgomery::Montgomery;
use super::words::bits_at;

/// `base` to the power of the exponent of each lane, numbers of at most `bits` bits; in constant time.
///
/// A few bits of the exponents at a time, with a table that is read whole for each of them. `one` and `base` are in
/// Montgomery form, as is the power. Before each squaring `check` is asked whether to go on.
///
/// # Errors
/// That of `check`.
pub(crate) fn power<M: Montgomery<LANES>, const LANES: usize, E>(
    field: &mut M,
    one: M::Residues,
    base: &M::Residues,
    (exponents, bits): ([&[u64]; LANES], usize),
    mut check: impl FnMut() -> Result<(), E>,
) -> Result<M::Residues, E> {
    let mut table = vec![one.clone()];
    let mut power = one;
    // Tables of several lanes are too large for five.
    let width = if LANES == 1 { 5 } else { 4 };
    for _ in 1..1 << width {
        field.multiply(&mut power, base);
        table.push(power.clone());
    }
    let window = |number| exponents.map(|exponent| bits_at(exponent, width * number, width));
    let windows = bits.div_ceil(width);
    let mut power = field.select(&table, window(windows - 1));
    for number in (0..windows - 1).rev() {
        for _ in 0..width {
            check()?;
            field.square(&mut power);
        }
        let factor = field.select(&table, window(number));
        field.multiply(&mut power, &factor);
    }
    Ok(power)
}

/// 2^exponent in Montgomery form, for a public exponent.
pub(crate) fn two_to_the<M: Montgomery<LANES>, const LANES: usize>(
    field: &mut M,
    one: &M::Residues,
    exponent: usize,
) -> M::Residues {
    let mut power = one.clone();
    for bit in (0..usize::BITS - exponent.leading_zeros()).rev() {
        field.square_and_double(&mut power, [exponent >> bit & 1 == 1; LANES]);
    }
    power
}

/// `base` to the power of a public exponent that is not 0, both in Montgomery form.
pub(crate) fn raise_publicly<M: Montgomery<LANES>, const LANES: usize>(
    field: &mut M,
    base: &M::Residues,
    exponent: u64,
) -> M::Residues {
    let mut power = base.clone();
    for bit in (0..u64::BITS - 1 - exponent.leading_zeros()).rev() {
        field.square(&mut power);
        if exponent >> bit & 1 == 1 {
            field.multiply(&mut power, base);
        }
    }
    power
}
