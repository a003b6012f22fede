//! Against arithmetic on 128 bits, and against crypto-bigint.

use crypto_bigint::{BoxedUint, NonZero};

use super::*;

const SAMPLES: [u128; 7] = [
    0,
    1,
    0xffff_ffff_ffff_ffff,
    0x1_0000_0000_0000_0000,
    0x1234_5678_9abc_def0_0fed_cba9_8765_4321,
    u128::MAX - 1,
    u128::MAX,
];

fn words(value: u128) -> Words {
    Words::new(vec![low(value), low(value >> 64)])
}

fn low(value: u128) -> u64 {
    u64::try_from(value & u128::from(u64::MAX)).expect("masked")
}

fn value(words: &[u64]) -> u128 {
    u128::from(words[0]) | u128::from(words[1]) << 64
}

#[test]
fn sums_and_differences_are_those_of_128_bits() {
    for a in SAMPLES {
        for b in SAMPLES {
            let mut difference = words(a);
            let borrow = subtract(&mut difference, &words(b));
            assert_eq!((value(&difference), borrow), a.overflowing_sub(b));
            assert_eq!(is_below(&words(a), &words(b)), a < b);
            let mut once = words(a);
            subtract_once(&mut once, false, &words(b));
            assert_eq!(value(&once), if a >= b { a - b } else { a });
            let mut sum = words(a);
            let carry = add_small(&mut sum, low(b));
            assert_eq!((value(&sum), carry), a.overflowing_add(u128::from(low(b))));
        }
        let mut doubled = words(a);
        let carry = double(&mut doubled);
        assert_eq!((value(&doubled), carry), (a << 1, a >> 127 == 1));
    }
}

#[test]
fn a_carry_above_the_top_word_is_subtracted_from() {
    let mut value = words(3);
    subtract_once(&mut value, true, &words(u128::MAX));
    assert_eq!(super::tests::value(&value), 4);
}

#[test]
fn products_are_those_of_128_bits() {
    for a in SAMPLES.map(low) {
        for b in SAMPLES.map(low) {
            let (low, high) = multiply_add(b, a, b, a);
            let wide = u128::from(a) * u128::from(b) + u128::from(a) + u128::from(b);
            assert_eq!(value(&[low, high]), wide);
        }
    }
}

#[test]
fn bits_are_those_of_128_bits() {
    for a in SAMPLES {
        for index in 0..128 {
            assert_eq!(bit(&words(a), index), a >> index & 1 == 1);
            assert_eq!(value(&shift_right(&words(a), index)), a >> index);
            for count in [1, 4, 27, 28, 64] {
                let wanted = low(a >> index) & (u64::MAX >> (64 - count));
                assert_eq!(bits_at(&words(a), index, count), wanted);
            }
        }
        assert_eq!(bits_at(&words(a), 128, 64), 0);
        let zeros = usize::try_from(a.trailing_zeros()).expect("small");
        assert_eq!(trailing_zeros(&words(a)), zeros);
        assert_eq!(*to_big_endian(&words(a), 16), a.to_be_bytes());
        assert_eq!(*to_big_endian(&words(a), 3), a.to_be_bytes()[13..]);
        for divisor in [3, 65537, u32::MAX] {
            assert_eq!(u128::from(remainder(&words(a), divisor)), a % u128::from(divisor));
        }
    }
}

#[test]
fn inverses_invert() {
    for odd in [1, 3, 5, 0xdead_beef, u64::MAX, 1 << 63 | 1] {
        assert_eq!(odd.wrapping_mul(negative_inverse(odd)), u64::MAX);
    }
}

#[test]
fn powers_of_two_are_those_of_crypto_bigint() {
    for bits in [65, 127, 128] {
        let modulus = (u128::MAX >> (128 - bits)) - 58;
        for exponent in (bits..200).step_by(23) {
            let divisor = NonZero::new(BoxedUint::from(modulus)).expect("not zero");
            let power = BoxedUint::one_with_precision(256).shl(u32::try_from(exponent).expect("small"));
            let wanted = power.rem(&divisor).to_be_bytes();
            let ours = power_of_two(&words(modulus), bits, exponent);
            assert_eq!(to_big_endian(&ours, 16)[..], wanted[wanted.len() - 16..]);
        }
    }
}

#[test]
fn masks_are_all_or_nothing() {
    assert_eq!((mask(true), mask(false)), (u64::MAX, 0));
}

#[test]
fn quotients_and_products_are_those_of_128_bits() {
    for value in [0, 1, 65536, 65537, u128::MAX, 1 << 64, 0x1234_5678_9abc_def0_0fed_cba9_8765_4321] {
        for divisor in [1, 3, 65537, u32::MAX] {
            let mut words = from_big_endian(&value.to_be_bytes(), 2);
            divide(&mut words, divisor);
            assert_eq!(*to_big_endian(&words, 16), (value / u128::from(divisor)).to_be_bytes());
        }
        let halves =
            [value >> 64, value & u128::from(u64::MAX)].map(|half| from_big_endian(&half.to_be_bytes(), 1));
        let wanted = (value >> 64) * (value & u128::from(u64::MAX));
        assert_eq!(*to_big_endian(&product(&halves[0], &halves[1]), 16), wanted.to_be_bytes());
        let length = usize::try_from(128 - value.leading_zeros()).expect("small");
        assert_eq!(bit_length(&from_big_endian(&value.to_be_bytes(), 3)), length);
    }
}
