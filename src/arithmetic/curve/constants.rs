//! The numbers of the curves (SP 800-186 section 3.2.1).

use std::sync::LazyLock;

use super::{Curve, Table};
use crate::arithmetic::residue::{Modulus, mersenne};

/// A curve, the prime of its field, with what is special about it, and the order of its group.
macro_rules! curve {
    (
        $(#[$doc:meta])* $curve:ident, $field:ident $({ $($special:item)* })?, $order:ident,
        $words:literal, $bits:literal, $numbers:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $curve;

        /// The prime of the field.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $field;

        /// The order of the group.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $order;

        impl Modulus<$words> for $field {
            const WORDS: [u64; $words] = words($numbers[0]);
            $($($special)*)?
        }

        impl Modulus<$words> for $order {
            const WORDS: [u64; $words] = words($numbers[1]);
        }

        impl Curve<$words> for $curve {
            type Field = $field;
            type Order = $order;
            const BITS: usize = $bits;
            const NUMBERS: [[u64; $words]; 3] = [words($numbers[2]), words($numbers[3]), words($numbers[4])];

            fn narrow_table() -> &'static Table<Self, $words> {
                static TABLE: LazyLock<Table<$curve, $words>> = LazyLock::new(|| Table::new(4));
                &TABLE
            }

            fn wide_table() -> &'static Table<Self, $words> {
                static TABLE: LazyLock<Table<$curve, $words>> = LazyLock::new(|| Table::new(1));
                &TABLE
            }
        }
    };
}

curve!(
    /// P-256.
    P256, Field256, Order256, 4, 256, NUMBERS_256
);
curve!(
    /// P-384.
    P384, Field384, Order384, 6, 384, NUMBERS_384
);
curve!(
    /// P-521.
    P521,
    Field521 {
        const ONE: [u64; 9] = [1, 0, 0, 0, 0, 0, 0, 0, 0];

        fn hold(number: [u64; 9]) -> [u64; 9] {
            mersenne::hold(number)
        }

        fn release(held: [u64; 9]) -> [u64; 9] {
            mersenne::release(held)
        }

        #[inline(always)]
        fn add(a: &[u64; 9], b: &[u64; 9]) -> [u64; 9] {
            mersenne::add(a, b)
        }

        #[inline(always)]
        fn subtract(a: &[u64; 9], b: &[u64; 9]) -> [u64; 9] {
            mersenne::subtract(a, b)
        }

        #[inline]
        fn multiply(a: &[u64; 9], b: &[u64; 9]) -> [u64; 9] {
            mersenne::multiply(a, b)
        }

        #[inline]
        fn square(a: &[u64; 9]) -> [u64; 9] {
            mersenne::square(a)
        }
    },
    Order521, 9, 521, NUMBERS_521
);

/// The number with these hexadecimal digits.
const fn words<const N: usize>(digits: &str) -> [u64; N] {
    let digits = digits.as_bytes();
    assert!(digits.len() == 16 * N);
    let (mut words, mut index) = ([0; N], 0);
    while index < digits.len() {
        let digit = match digits[index] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit => digit - b'a' + 10,
        };
        let word = N - 1 - index / 16;
        words[word] = words[word] << 4 | widened(digit);
        index += 1;
    }
    words
}

#[allow(clippy::as_conversions, reason = "`u64::from` is not for constants")]
const fn widened(digit: u8) -> u64 {
    digit as u64
}

/// The prime, the order, b, and the coordinates of the base point of P-256.
const NUMBERS_256: [&str; 5] = [
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
];
/// The prime, the order, b, and the coordinates of the base point of P-384.
const NUMBERS_384: [&str; 5] = [
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff\
     0000000000000000ffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db2\
     48b0a77aecec196accc52973",
    "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d\
     8a2ed19d2a85c8edd3ec2aef",
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25d\
     bf55296c3a545e3872760ab7",
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce\
     1d7e819d7a431d7c90ea0e5f",
];
/// The prime, the order, b, and the coordinates of the base point of P-521.
const NUMBERS_521: [&str; 5] = [
    "00000000000001ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
     ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "00000000000001ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
     fffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    "0000000000000051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b48991\
     8ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    "00000000000000c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af60\
     6b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
    "000000000000011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17\
     273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
];
