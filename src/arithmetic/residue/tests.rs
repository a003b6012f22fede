use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero};

use super::super::curve::{Curve, P256, P384, P521};
use super::*;

/// Numbers of `N` words: the ends, the modulus and its neighbors, and some between.
fn numbers<const N: usize>(modulus: [u64; N]) -> Vec<[u64; N]> {
    let mut word = 1_u64;
    let mut next = || {
        word = word.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x7f4a_7c15);
        word
    };
    let mut numbers: Vec<[u64; N]> = (0..40).map(|_| std::array::from_fn(|_| next())).collect();
    let (mut less, mut more) = (modulus, modulus);
    (less[0], more[0]) = (modulus[0] - 1, modulus[0].wrapping_add(1));
    numbers.extend([[0; N], [u64::MAX; N], [1; N], modulus, less, more]);
    numbers
}

fn large(words: &[u64]) -> BoxedUint {
    BoxedUint::from_words(words.iter().copied())
}

/// The same number with room for a carry.
fn wide(number: &BoxedUint) -> BoxedUint {
    BoxedUint::from_words(number.as_words().iter().copied().chain([0]))
}

fn square(number: &BoxedUint) -> BoxedUint {
    number.concatenating_mul(number)
}

fn operations_are_those_of_crypto_bigint<M: Modulus<N>, const N: usize>() {
    let modulus = NonZero::new(large(&M::WORDS)).expect("not zero");
    let rest = |number: &BoxedUint| number.rem_vartime(&modulus);
    let is = |residue: Residue<M, N>, number: &BoxedUint| assert_eq!(large(&residue.words()), rest(number));
    let numbers = numbers(M::WORDS);
    for a in &numbers {
        let (one, first) = (Residue::<M, N>::of(*a), rest(&large(a)));
        is(one, &first);
        is(-one, &modulus.as_ref().wrapping_sub(first.clone()));
        is(one.invert() * one, &BoxedUint::from(u64::from(!one.is_zero())));
        for b in &numbers {
            let (other, second) = (Residue::of(*b), rest(&large(b)));
            is(one * other, &first.concatenating_mul(&second));
            is((one + other).square(), &square(&rest(&wide(&first).wrapping_add(wide(&second)))));
            is(one + other, &wide(&first).wrapping_add(wide(&second)));
            is(one + other - other, &first);
            assert_eq!(one.is(other), first == second);
            assert!(one.or(other, u64::MAX).is(other) && one.or(other, 0).is(one));
        }
    }
    digits_stay_small::<M, N>(&numbers);
    let mut all: Vec<_> = numbers.iter().map(|&number| Residue::<M, N>::of(number)).collect();
    all.retain(|number| !number.is_zero());
    let before = all.clone();
    Residue::invert_all(&mut all);
    assert!(all.iter().zip(before).all(|(&inverse, number)| (inverse * number).is(Residue::ONE)));
}

/// Long chains of operations, which have to reduce enough at every step, give what the numbers themselves give.
fn digits_stay_small<M: Modulus<N>, const N: usize>(numbers: &[[u64; N]]) {
    let again = |residue: Residue<M, N>| Residue::of(residue.words());
    let (mut held, mut renewed) = (Residue::<M, N>::ONE, Residue::ONE);
    for &number in numbers.iter().cycle().take(1000) {
        let next = |value: Residue<M, N>| {
            let other = Residue::of(number);
            -((value.triple() - other) * value.double() - (value + other).square()).double() + other
        };
        (held, renewed) = (next(held), again(next(renewed)));
        assert!(held.is(renewed));
    }
}

#[test]
fn operations_of_each_curve_are_those_of_crypto_bigint() {
    operations_are_those_of_crypto_bigint::<<P256 as Curve<4>>::Field, 4>();
    operations_are_those_of_crypto_bigint::<<P256 as Curve<4>>::Order, 4>();
    operations_are_those_of_crypto_bigint::<<P384 as Curve<6>>::Field, 6>();
    operations_are_those_of_crypto_bigint::<<P384 as Curve<6>>::Order, 6>();
    operations_are_those_of_crypto_bigint::<<P521 as Curve<9>>::Field, 9>();
    operations_are_those_of_crypto_bigint::<<P521 as Curve<9>>::Order, 9>();
}
