//! Multiples of the base points of the NIST curves P-256, P-384 and P-521 (SP 800-186), in constant time.
//!
//! The scalar is cut into signed digits of four bits. Each is looked up in a table of multiples, which is read whole; every
//! other digit has a table, and those between are added up apart and doubled four times. Points are added by formulas
//! that have no exceptions (J. Renes, C. Costello, L. Batina, "Complete addition formulas for prime order elliptic
//! curves", EUROCRYPT 2016, algorithms 4 to 6, for a = -3).

mod constants;

use zeroize::{Zeroize, Zeroizing};

use super::residue::{Modulus, Residue};
use super::words::{bits_at, from_big_endian, is_below, mask};

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

    /// The multiples of the base point, computed once.
    fn table() -> &'static Table<Self, N>;
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
    let table = C::table();
    let points = scalars.iter().map(|scalar| table.multiply(scalar.words())).collect();
    let points: Zeroizing<Vec<Point<C, N>>> = Zeroizing::new(points);
    affine(&points).into_iter().map(|point| [point.x.words(), point.y.words()]).collect()
}

/// Multiples of the base point: 1 to 8 times 2^(8 i) of it, for each i.
pub(crate) struct Table<C: Curve<N>, const N: usize> {
    b: Coordinate<C, N>,
    rows: Vec<[Affine<C, N>; 8]>,
}

impl<C: Curve<N>, const N: usize> Table<C, N> {
    /// Computes the table.
    pub(crate) fn new() -> Self {
        let [b, x, y] = C::NUMBERS.map(Residue::of);
        let mut base = Point { x, y, z: Residue::ONE };
        let mut points = Vec::new();
        // One digit more than the order has: the last carry.
        for _ in 0..(C::BITS / 4 + 1).div_ceil(2) {
            let mut multiple = base;
            for _ in 0..8 {
                points.push(multiple);
                multiple = multiple.add(base, b);
            }
            for _ in 0..8 {
                base = base.double(b);
            }
        }
        Self { b, rows: affine(&points).as_chunks().0.to_vec() }
    }

    /// The scalar's multiple of the base point.
    fn multiply(&self, scalar: [u64; N]) -> Point<C, N> {
        let (mut even, mut odd) = (Point::ZERO, Point::ZERO);
        let mut carry = 0;
        for (index, row) in self.rows.iter().enumerate() {
            for (place, sum) in [(2 * index, &mut even), (2 * index + 1, &mut odd)] {
                let digit = bits_at(&scalar, 4 * place, 4) + carry;
                let is_negative = mask(digit > 8);
                carry = is_negative & 1;
                let size = digit ^ ((digit ^ 16_u64.wrapping_sub(digit)) & is_negative);
                let mut point = Affine { x: Residue::ZERO, y: Residue::ZERO };
                for (number, entry) in (1..).zip(row) {
                    let chosen = mask(number == size);
                    point.x.fill(&entry.x, chosen);
                    point.y.fill(&entry.y, chosen);
                }
                point.y = point.y.or(-point.y, is_negative);
                *sum = sum.add_affine(point, self.b).or(*sum, mask(size == 0));
            }
        }
        for _ in 0..4 {
            odd = odd.double(self.b);
        }
        even.add(odd, self.b)
    }
}

/// A point that is not the neutral element.
#[derive(Clone, Copy)]
struct Affine<C: Curve<N>, const N: usize> {
    x: Coordinate<C, N>,
    y: Coordinate<C, N>,
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

    /// The point itself where `chosen` is zero, the other one where it is all ones.
    fn or(self, other: Self, chosen: u64) -> Self {
        Self { x: self.x.or(other.x, chosen), y: self.y.or(other.y, chosen), z: self.z.or(other.z, chosen) }
    }

    /// Algorithm 4.
    fn add(self, other: Self, b: Coordinate<C, N>) -> Self {
        let pair = |[a, b]: [Coordinate<C, N>; 2], [c, d]: [Coordinate<C, N>; 2], products| {
            (a + b) * (c + d) - products
        };
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z * other.z);
        let xy = pair([self.x, self.y], [other.x, other.y], xx + yy);
        let yz = pair([self.y, self.z], [other.y, other.z], yy + zz);
        let xz = pair([self.x, self.z], [other.x, other.z], xx + zz);
        Self::sum([xx, yy, zz], [xy, yz, xz], b)
    }

    /// Algorithm 5.
    fn add_affine(self, other: Affine<C, N>, b: Coordinate<C, N>) -> Self {
        let (xx, yy) = (self.x * other.x, self.y * other.y);
        let xy = (self.x + self.y) * (other.x + other.y) - (xx + yy);
        let yz = other.y * self.z + self.y;
        let xz = other.x * self.z + self.x;
        Self::sum([xx, yy, self.z], [xy, yz, xz], b)
    }

    /// The end of algorithms 4 and 5: from the products of equal coordinates, and the sums of those of different ones.
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
        let (xx, yy, zz) = (self.x * self.x, self.y * self.y, self.z * self.z);
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
