//! Sums of points in affine coordinates, many at the same time.
//!
//! A sum takes two multiplications, a square and a division, `l = (y2 - y1) / (x2 - x1)`, `x3 = l^2 - x1 - x2`,
//! `y3 = l (x1 - x3) - y1` (SEC 1 section 2.2.1), and the divisions of all of them take three multiplications each, and one
//! inversion together. Formulas without divisions take twice as long.
//!
//! These have exceptions: equal points, and a point and its negative. Multiples of the base point by two numbers, where one
//! is odd and below a power of two, and the other an odd multiple of that power, cannot be such, unless the order divides
//! the difference, or the sum, of the two numbers. Few scalars have such parts, and whoever could find one of them by
//! chance could guess a private key. They are seen by a division by 0.

use zeroize::Zeroizing;

use super::{Affine, Coordinate, Curve, Residue, mask};

/// Adds up the points of each of `count` scalars, which are given digit by digit: first the lowest of all scalars. If there
/// is an exception in one of the sums, all are (0, 0).
pub(super) fn add_up<C: Curve<N>, const N: usize>(points: &mut Vec<Affine<C, N>>, count: usize) {
    let mut excepted = 0;
    while points.len() > count {
        excepted |= add_pairs(points, count);
    }
    for Affine { x, y } in points.iter_mut() {
        (*x, *y) = (x.or(Residue::ZERO, excepted), y.or(Residue::ZERO, excepted));
    }
}

/// Adds the first `count` points to the next `count` of them, and so on; what is left over remains. Returns a mask of ones
/// if there was an exception.
pub(super) fn add_pairs<C: Curve<N>, const N: usize>(points: &mut Vec<Affine<C, N>>, count: usize) -> u64 {
    let added = points.len() / (2 * count) * count;
    let places = |index: usize| {
        let first = index / count * count + index;
        [first, first + count]
    };
    let difference = |index| {
        let [a, b] = places(index).map(|place| points[place].x);
        b - a
    };
    let mut inverses: Zeroizing<Vec<Coordinate<C, N>>> = Zeroizing::new((0..added).map(difference).collect());
    Residue::invert_all(&mut inverses);
    for (index, &inverse) in inverses.iter().enumerate() {
        let [a, b] = places(index).map(|place| points[place]);
        let slope = (b.y - a.y) * inverse;
        let x = slope.square() - a.x - b.x;
        points[index] = Affine { x, y: slope * (a.x - x) - a.y };
    }
    points.copy_within(2 * added.., added);
    points.truncate(points.len() - added);
    inverses.first().map_or(0, |inverse| mask(inverse.is_zero()))
}
