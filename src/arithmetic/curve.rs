//! Multiples of the base points of the NIST curves P-256, P-384 and P-521 (SP 800-186), in constant time.
//!
//! The scalar is cut into digits of five bits, each odd, with a sign. Each is looked up in a row of multiples, which is read
//! whole. What is found is added up for many scalars together ([`sums`]), or for one by formulas that have no exceptions
//! (J. Renes, C. Costello, L. Batina, "Complete addition formulas for prime order elliptic curves", EUROCRYPT 2016,
//! algorithms 5 and 6, for a = -3).

mod constants;
mod sums;

use zeroize::{Zeroize, Zeroizing};

use super::residue::{Modulus, Residue};
use super::words::{Words, add_masked, bits_at, from_big_endian, is_below, mask, one_of, shift_right, zero};

pub(crate) use constants::{P256, P384, P521};

/// A curve y^2 = x^3 - 3 x + b over a prime field of `N` words, and of prime order.
pub(crate) trait Curve<const N: usize>: Copy + 'static {
    /// The prime of the field.
    type Field: Modulus<N> + 'static;
    /// The order of the group.
    type Order: Modulus<N> + 'static;
    /// The length of the order in bits.
    const BITS: usize;
    /// b, and the coordinates of the base point.
    const NUMBERS: [[u64; N]; 3];

    /// Multiples of the base point for few scalars, computed once.
    fn narrow_table() -> &'static Table<Self, N>;
    /// Multiples of the base point for many scalars, computed once.
    fn wide_table() -> &'static Table<Self, N>;
}

/// A number modulo the prime of the curve's field.
type Coordinate<C, const N: usize> = Residue<<C as Curve<N>>::Field, N>;
/// A number modulo the order of the curve.
pub(crate) type Scalar<C, const N: usize> = Residue<<C as Curve<N>>::Order, N>;

/// The number with these bytes, most significant first, if it is above 0 and below the order.
pub(crate) fn scalar<C: Curve<N>, const N: usize>(bytes: &[u8]) -> Option<Zeroizing<[u64; N]>> {
    let words = from_big_endian(bytes, bytes.len().div_ceil(8).max(N));
    let (low, high) = words.split_at(N);
    let is_sound = high.iter().all(|&word| word == 0)
        && low.iter().any(|&word| word != 0)
        && is_below(low, &C::Order::WORDS);
    is_sound.then(|| Zeroizing::new(std::array::from_fn(|index| low[index])))
}

/// The affine coordinates of the scalars' multiples of the base point; the scalars are not 0.
pub(crate) fn multiples<C: Curve<N>, const N: usize>(scalars: &[Scalar<C, N>]) -> Vec<[[u64; N]; 2]> {
    if scalars.len() >= MANY {
        let points = multiples_together::<C, N>(scalars);
        if points.iter().all(|point| *point != [[0; N]; 2]) {
            return points;
        }
    }
    multiples_apart::<C, N>(scalars)
}

/// The same, each for itself.
pub(crate) fn multiples_apart<C: Curve<N>, const N: usize>(scalars: &[Scalar<C, N>]) -> Vec<[[u64; N]; 2]> {
    let points = scalars.iter().map(|scalar| C::narrow_table().multiply(&Digits::of::<C, N>(scalar)));
    numbers(&affine(&Zeroizing::new(points.collect::<Vec<_>>())))
}

/// The same, all at the same time, with fewer multiplications. Instead of the multiples there may be (0, 0), which is not
/// on the curve, if one of the scalars has parts that [`sums`] cannot add up: no one ever meets one by chance.
pub(crate) fn multiples_together<C: Curve<N>, const N: usize>(
    scalars: &[Scalar<C, N>],
) -> Vec<[[u64; N]; 2]> {
    let digits: Vec<_> = scalars.iter().map(Digits::of::<C, N>).collect();
    let rows = C::wide_table().rows.iter().enumerate();
    let choose = |(place, row)| digits.iter().map(move |digits| digits.choose(row, place));
    let mut points = Zeroizing::new(Vec::with_capacity(scalars.len() * Table::<C, N>::DIGITS));
    points.extend(rows.flat_map(choose));
    sums::add_up(&mut points, scalars.len());
    numbers(&points)
}

/// So many scalars share the inversions of [`multiples_together`] that it takes less time. Those of a call that makes so
/// many signatures at a time are several times as many, and pay for the table as well.
const MANY: usize = 16;

/// The coordinates as numbers.
fn numbers<C: Curve<N>, const N: usize>(points: &[Affine<C, N>]) -> Vec<[[u64; N]; 2]> {
    points.iter().map(|point| [point.x.words(), point.y.words()]).collect()
}

/// The number of which the digits of a scalar `k` are made. With `k` odd, as it is or with the order added, and `D` digits
/// of `w` bits, the digits of `(k - 1) / 2 + 2^(w D - 1)` are such that `2 b + 1 - 2^w` for each digit `b` are odd, and add
/// up to `k` (M. Joye, M. Tunstall, "Exponent recoding and regular exponentiation algorithms", AFRICACRYPT 2009).
struct Digits(Words);

impl Digits {
    fn of<C: Curve<N>, const N: usize>(scalar: &Scalar<C, N>) -> Self {
        let mut words = zero(N + 1);
        words[..N].copy_from_slice(&Zeroizing::new(scalar.words())[..]);
        let is_even = mask(words[0] & 1 == 0);
        add_masked(&mut words, &C::Order::WORDS, is_even);
        let mut words = shift_right(&words, 1);
        let highest = WIDTH * Table::<C, N>::DIGITS - 1;
        words[highest / 64] += 1 << (highest % 64);
        Self(words)
    }

    /// The multiple for the digit at `place`, by reading all of the row.
    fn choose<C: Curve<N>, const N: usize>(
        &self,
        row: &[Affine<C, N>; ENTRIES],
        place: usize,
    ) -> Affine<C, N> {
        let digit = bits_at(&self.0, WIDTH * place, WIDTH);
        let is_negative = mask(digit < POSITIVE);
        let size = (digit ^ is_negative) & (POSITIVE - 1);
        let mut point = Affine::<C, N> { x: Residue::ZERO, y: Residue::ZERO };
        for (chosen, entry) in one_of::<ENTRIES>(size).into_iter().zip(row) {
            point.x.fill(&entry.x, chosen);
            point.y.fill(&entry.y, chosen);
        }
        Affine { x: point.x, y: point.y.or(-point.y, is_negative) }
    }
}

/// The length of a digit in bits.
const WIDTH: usize = 5;
/// The multiples for digits below this are the negatives of those for the others.
const POSITIVE: u64 = 1 << (WIDTH - 1);
/// How many multiples a row has.
const ENTRIES: usize = 1 << (WIDTH - 1);

/// Multiples of the base point: for every so many-th digit, 1, 3, 5 and so on times what its lowest bit stands for.
pub(crate) struct Table<C: Curve<N>, const N: usize> {
    b: Coordinate<C, N>,
    rows: Vec<[Affine<C, N>; ENTRIES]>,
    /// One digit of so many has a row.
    spacing: usize,
}

impl<C: Curve<N>, const N: usize> Table<C, N> {
    /// How many digits scalars have, with one bit more for the order that is added to them.
    const DIGITS: usize = (C::BITS + 1).div_ceil(WIDTH);

    /// Computes the table.
    pub(crate) fn new(spacing: usize) -> Self {
        let [b, x, y] = C::NUMBERS.map(Residue::of);
        let next = |point: &Point<C, N>| Some(point.double(b));
        let powers = std::iter::successors(Some(Point { x, y, z: Residue::ONE }), next);
        let has_row = |(bit, _): &(usize, _)| (bit / WIDTH).is_multiple_of(spacing);
        let powers = powers.take(WIDTH * Self::DIGITS).enumerate().filter(has_row).map(|(_, point)| point);
        let powers = affine(&powers.collect::<Vec<_>>());
        let (powers, _) = powers.as_chunks::<WIDTH>();
        // In the order of the multiples: 1 of all rows, 3 of all rows, and so on.
        let mut multiples: Vec<_> = powers.iter().map(|powers| powers[0]).collect();
        for bit in 1..WIDTH {
            let next = powers.iter().map(|powers| powers[bit]).cycle();
            let pairs = multiples.iter().zip(next).flat_map(|(&multiple, power)| [multiple, power]);
            let mut pairs = pairs.collect();
            sums::add_pairs(&mut pairs, 1);
            multiples.extend(pairs);
        }
        let row = |row| std::array::from_fn(|entry| multiples[entry * powers.len() + row]);
        Self { b, rows: (0..powers.len()).map(row).collect(), spacing }
    }

    /// The scalar's multiple of the base point: for the highest of the digits that share a row, then for those below.
    fn multiply(&self, digits: &Digits) -> Point<C, N> {
        let mut sum = Point::ZERO;
        for step in (0..self.spacing).rev() {
            for _ in (0..WIDTH).filter(|_| step + 1 < self.spacing) {
                sum = sum.double(self.b);
            }
            let places = (step..Self::DIGITS).step_by(self.spacing);
            for (place, row) in places.zip(&self.rows) {
                sum = sum.add_affine(digits.choose(row, place), self.b);
            }
        }
        sum
    }
}

/// A point that is not the neutral element.
#[derive(Clone, Copy)]
struct Affine<C: Curve<N>, const N: usize> {
    x: Coordinate<C, N>,
    y: Coordinate<C, N>,
}

impl<C: Curve<N>, const N: usize> Zeroize for Affine<C, N> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
    }
}

/// A point: x / z and y / z.
#[derive(Clone, Copy)]
struct Point<C: Curve<N>, const N: usize> {
    x: Coordinate<C, N>,
    y: Coordinate<C, N>,
    z: Coordinate<C, N>,
}

impl<C: Curve<N>, const N: usize> Zeroize for Point<C, N> {
    fn zeroize(&mut self) {
        for number in [&mut self.x, &mut self.y, &mut self.z] {
            number.zeroize();
        }
    }
}

/// The points, none of which is the neutral element, by one inversion.
fn affine<C: Curve<N>, const N: usize>(points: &[Point<C, N>]) -> Vec<Affine<C, N>> {
    let mut inverses: Zeroizing<Vec<_>> = Zeroizing::new(points.iter().map(|point| point.z).collect());
    Residue::invert_all(&mut inverses);
    let divide = |(point, &inverse): (&Point<C, N>, &Coordinate<C, N>)| Affine {
        x: point.x * inverse,
        y: point.y * inverse,
    };
    points.iter().zip(inverses.iter()).map(divide).collect()
}

impl<C: Curve<N>, const N: usize> Point<C, N> {
    /// The neutral element.
    const ZERO: Self = Self { x: Residue::ZERO, y: Residue::ONE, z: Residue::ZERO };

    /// Algorithm 5.
    fn add_affine(self, other: Affine<C, N>, b: Coordinate<C, N>) -> Self {
        let (xx, yy) = (self.x * other.x, self.y * other.y);
        let xy = (self.x + self.y) * (other.x + other.y) - (xx + yy);
        let yz = other.y * self.z + self.y;
        let xz = other.x * self.z + self.x;
        Self::sum([xx, yy, self.z], [xy, yz, xz], b)
    }

    /// The end of algorithm 5: from the products of equal coordinates, and the sums of those of different ones.
    fn sum(
        [xx, yy, zz]: [Coordinate<C, N>; 3],
        [xy, yz, xz]: [Coordinate<C, N>; 3],
        b: Coordinate<C, N>,
    ) -> Self {
        let first = (xz - b * zz).triple();
        let (less, more) = (yy - first, yy + first);
        let zz3 = zz.triple();
        let second = (b * xz - (zz3 + xx)).triple();
        let third = xx.triple() - zz3;
        Self { x: more * xy - yz * second, y: more * less + third * second, z: less * yz + xy * third }
    }

    /// Algorithm 6.
    fn double(self, b: Coordinate<C, N>) -> Self {
        let (xx, yy, zz) = (self.x.square(), self.y.square(), self.z.square());
        let (xy2, xz2) = ((self.x * self.y).double(), (self.x * self.z).double());
        let first = (b * zz - xz2).triple();
        let (less, more) = (yy - first, yy + first);
        let zz3 = zz.triple();
        let second = (b * xz2 - (zz3 + xx)).triple();
        let third = xx.triple() - zz3;
        let yz2 = (self.y * self.z).double();
        Self {
            x: less * xy2 - second * yz2,
            y: more * less + third * second,
            z: (yz2 * yy).double().double(),
        }
    }
}

#[cfg(test)]
mod tests;
