use p256::elliptic_curve::group::Group as _;
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;

use super::*;
use crate::arithmetic::words::to_big_endian;

/// The points are those of the RustCrypto crates, for digits of every kind and scalars at both ends.
macro_rules! multiples_are_those_of {
    ($test:ident, $library:ident, $curve:ty, $words:literal) => {
        #[test]
        fn $test() {
            let length = <$curve>::BITS.div_ceil(8);
            let mut order = <$curve as Curve<$words>>::Order::WORDS;
            order[0] -= 1;
            let mut scalars: Vec<Vec<u8>> = [1, 2, 8, 9, 15, 16, 17, 0x88]
                .map(|small| [vec![0; length - 1], vec![small]].concat())
                .to_vec();
            scalars.extend([0x11, 0x77, 0x88, 0x99, 0xf7, 0x80, 0x08, 0x3c].map(|byte| vec![byte; length]));
            if <$curve>::BITS % 8 != 0 {
                scalars.iter_mut().for_each(|scalar| scalar[0] &= 1);
            }
            scalars.push(to_big_endian(&order, length).to_vec());
            let sound: Vec<_> = scalars.iter().filter_map(|bytes| scalar::<$curve, $words>(bytes)).collect();
            assert_eq!(sound.len(), scalars.len());
            let sound: Vec<Scalar<$curve, $words>> = sound.iter().map(|words| Residue::of(**words)).collect();
            assert!(sound.len() >= MANY);
            let mut made = multiples::<$curve, $words>(&sound);
            made.extend(multiples_apart::<$curve, $words>(&sound));
            made.extend(multiples_together::<$curve, $words>(&sound));
            for (bytes, [x, y]) in scalars.iter().cycle().zip(made) {
                let bytes = $library::FieldBytes::try_from(&bytes[..]).expect("the length of the order");
                let point = $library::ProjectivePoint::mul_by_generator(&$library::Scalar::reduce(&bytes));
                let point = point.to_affine();
                assert_eq!(to_big_endian(&x, length)[..], point.x()[..], "{bytes:02x?}");
                assert_eq!(to_big_endian(&y, length)[..], point.to_sec1_point(false).y().expect("a y")[..]);
            }
        }
    };
}

multiples_are_those_of!(multiples_of_p256_are_those_of_the_crate_p256, p256, P256, 4);
multiples_are_those_of!(multiples_of_p384_are_those_of_the_crate_p384, p384, P384, 6);
multiples_are_those_of!(multiples_of_p521_are_those_of_the_crate_p521, p521, P521, 9);

/// Twice the difference of `2^h` and `n mod 2^(h + 1)`, modulo the order `n`, is a scalar whose digits below `2^h` add up to the same point as those above.
fn exceptions_are_found<C: Curve<N>, const N: usize>(bits: usize) {
    let (mut power, mut low) = ([0; N], C::Order::WORDS);
    power[bits / 64] = 1 << (bits % 64);
    for (index, word) in low.iter_mut().enumerate() {
        *word &= match (bits + 1).saturating_sub(64 * index) {
            left @ 0..64 => (1 << left) - 1,
            _ => u64::MAX,
        };
    }
    let scalar: Scalar<C, N> = (Residue::of(power) - Residue::of(low)).double();
    let mut scalars = [Residue::ONE; MANY];
    scalars[MANY / 2] = scalar;
    assert_eq!(multiples_together::<C, N>(&scalars), [[[0; N]; 2]; MANY]);
    assert_eq!(multiples::<C, N>(&scalars), multiples_apart::<C, N>(&scalars));
    scalars[MANY / 2] = scalar + Residue::ONE;
    assert_eq!(multiples_together::<C, N>(&scalars), multiples_apart::<C, N>(&scalars));
}

#[test]
fn scalars_that_cannot_be_added_up_together_are_multiplied_apart() {
    // The sums of the lowest 32 and 64 digits meet those of the others last.
    exceptions_are_found::<P256, 4>(32 * WIDTH);
    exceptions_are_found::<P384, 6>(64 * WIDTH);
    exceptions_are_found::<P521, 9>(64 * WIDTH);
}

#[test]
fn scalars_are_above_0_and_below_the_order() {
    let order = to_big_endian(&<P256 as Curve<4>>::Order::WORDS, 32);
    for (bytes, is_sound) in
        [(&order[..], false), (&[0; 40], false), (&[], false), (&[1], true), (&[1; 33], false)]
    {
        assert_eq!(scalar::<P256, 4>(bytes).is_some(), is_sound, "{bytes:?}");
    }
    assert!(scalar::<P256, 4>(&[&[0; 9][..], &order[..31], &[0x50]].concat()).is_some());
}
