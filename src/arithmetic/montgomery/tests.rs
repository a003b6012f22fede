//! Every arithmetic against crypto-bigint, at every kind of length.

use chacha20::ChaCha20Rng;
use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero, Resize};
use rand_core::{Rng, SeedableRng};

use super::super::Adx;
use super::super::portable::{Plain, Portable, Scalar};
use super::super::vector::{Avx2, Avx512, Avx512Vl, Lanes};
use super::super::words::{is_below, to_big_endian, words_for, zero};
use super::*;

/// Lengths at which the number or the size of the digits changes, and the usual ones.
const LENGTHS: [usize; 21] = [
    512, 513, 527, 528, 529, 575, 619, 621, 640, 1000, 1023, 1024, 1025, 1032, 1033, 1536, 2048, 3496, 3497,
    4096, 8192,
];

fn large(value: &[u64]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(&to_big_endian(value, 8 * value.len()))
}

/// A number of exactly `bits` bits: all ones, a power of two and one, or random; odd.
fn modulus(bits: usize, kind: u64, random: &mut ChaCha20Rng) -> Words {
    let mut value = zero(words_for(bits));
    for word in value.iter_mut() {
        *word = match kind {
            0 => u64::MAX,
            1 => 0,
            _ => random.next_u64(),
        };
    }
    let top = value.len() - 1;
    value[top] &= u64::MAX >> (64 * value.len() - bits);
    value[top] |= 1 << ((bits - 1) % 64);
    value[0] |= 1;
    value
}

/// A number below `modulus`: as large as can be, or random.
fn residue(modulus: &[u64], kind: u64, random: &mut ChaCha20Rng) -> Words {
    let mut value = Words::new(modulus.to_vec());
    match kind {
        0 => value[0] -= 1,
        _ => loop {
            let top = value.len() - 1;
            value.iter_mut().for_each(|word| *word = random.next_u64());
            value[top] &= u64::MAX >> modulus[top].leading_zeros();
            if is_below(&value, modulus) {
                break;
            }
        },
    }
    value
}

/// Numbers, one for each lane, and the same loaded.
type Loaded<M, const LANES: usize> = ([Words; LANES], <M as Montgomery<LANES>>::Residues);

/// An arithmetic under test, with its moduli.
struct Subject<M, const LANES: usize> {
    field: M,
    moduli: [Words; LANES],
}

impl<M: Montgomery<LANES>, const LANES: usize> Subject<M, LANES> {
    fn new(machine: M::Machine, bits: usize, kinds: [u64; LANES]) -> Self {
        let moduli = kinds.map(|kind| modulus(bits, kind, &mut generator(bits)));
        let field = M::new(machine, moduli.each_ref().map(|n| n.as_slice()), bits);
        Self { field, moduli }
    }

    /// Numbers below the moduli; they come back as they were.
    fn load(&self, kind: u64, random: &mut ChaCha20Rng) -> Loaded<M, LANES> {
        let values = self.moduli.each_ref().map(|n| residue(n, kind, random));
        let loaded = self.field.load(values.each_ref().map(|value| value.as_slice()));
        for (lane, value) in values.iter().enumerate() {
            assert_eq!(self.field.store(&loaded, lane), *value);
        }
        (values, loaded)
    }

    /// Whether `result R = a b 2^twice mod n` in every lane.
    fn is_product(&self, result: &M::Residues, [a, b]: [&[Words; LANES]; 2], twice: [bool; LANES]) -> bool {
        let radix = u32::try_from(self.field.radix_bits()).expect("small");
        (0..LANES).all(|lane| {
            let n = NonZero::new(large(&self.moduli[lane])).expect("not zero");
            let result = large(&self.field.store(result, lane)).resize(2 * radix + 64);
            let product = large(&a[lane]).concatenating_mul(large(&b[lane])).resize(2 * radix + 64);
            result.shl(radix).rem(&n) == product.shl(u32::from(twice[lane])).rem(&n)
        })
    }
}

/// Squares, doublings, products and selections of numbers of `bits` bits.
fn check<M: Montgomery<LANES>, const LANES: usize>(machine: M::Machine, bits: usize) {
    let all: Vec<[u64; LANES]> = match LANES {
        1 => (0..3).map(|kind| [kind; LANES]).collect(),
        _ => vec![std::array::from_fn(|lane| [2, 0, 1, 3][lane % 4])],
    };
    for kinds in all {
        let mut subject = Subject::<M, LANES>::new(machine, bits, kinds);
        let mut random = generator(bits);
        let numbers = [0, 1, 1].map(|kind| subject.load(kind, &mut random));
        for (index, (values, loaded)) in numbers.iter().enumerate() {
            let twice = std::array::from_fn(|lane| (lane + index) % 2 == 0);
            let mut square = loaded.clone();
            subject.field.square_and_double(&mut square, twice);
            assert!(subject.is_product(&square, [values, values], twice), "{bits} bits");
            for (factors, factor) in &numbers {
                let mut product = loaded.clone();
                subject.field.multiply(&mut product, factor);
                let same = subject.is_product(&product, [values, factors], [false; LANES]);
                assert!(same, "{bits} bits");
            }
        }
        let table = numbers.map(|(_, loaded)| loaded);
        for (index, entry) in (0_u64..).zip(&table) {
            let chosen = subject.field.select(&table, [index; LANES]);
            for lane in 0..LANES {
                assert_eq!(subject.field.store(&chosen, lane), subject.field.store(entry, lane));
            }
        }
    }
}

/// Random numbers, other ones for every length.
fn generator(bits: usize) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([u8::try_from(bits % 251).expect("small"); 32])
}

/// Long runs of squarings, in which numbers stay unreduced: the arithmetics must agree.
fn run<M: Montgomery<LANES>, const LANES: usize>(machine: M::Machine, n: &[u64], bits: usize) -> Words {
    let mut field = M::new(machine, [n; LANES], bits);
    let mut value = field.load([&super::super::words::power_of_two(n, bits, field.radix_bits()); LANES]);
    for step in 0..300 {
        field.square_and_double(&mut value, [step % 3 != 0; LANES]);
        if step % 50 == 49 {
            let copy = value.clone();
            field.multiply(&mut value, &copy);
        }
    }
    let mut one = zero(n.len());
    one[0] = 1;
    let one = field.load([&one; LANES]);
    field.multiply(&mut value, &one);
    field.store(&value, LANES - 1)
}

#[test]
fn portable_is_right() {
    for bits in LENGTHS {
        check::<Portable, 1>(Plain, bits);
    }
}

#[test]
fn adx_is_right() {
    for bits in LENGTHS {
        if let Some(adx) = Adx::detect() {
            check::<Scalar<Adx>, 1>(adx, bits);
        }
    }
}

#[test]
fn avx2_is_right() {
    for bits in LENGTHS {
        if let Some(avx2) = Avx2::detect() {
            check::<Lanes<Avx2, 4>, 4>(avx2, bits);
        }
    }
}

#[test]
fn avx512_is_right() {
    for bits in LENGTHS {
        if let Some(avx512) = Avx512Vl::detect() {
            check::<Lanes<Avx512Vl, 4>, 4>(avx512, bits);
        }
        if let Some(avx512) = Avx512::detect() {
            check::<Lanes<Avx512, 8>, 8>(avx512, bits);
        }
    }
}

#[test]
fn long_runs_agree() {
    let mut random = ChaCha20Rng::from_seed([1; 32]);
    for bits in LENGTHS {
        for kind in 0..3 {
            let n = modulus(bits, kind, &mut random);
            let portable = run::<Portable, 1>(Plain, &n, bits);
            if let Some(adx) = Adx::detect() {
                assert_eq!(portable, run::<Scalar<Adx>, 1>(adx, &n, bits), "{bits} bits");
            }
            if let Some(avx2) = Avx2::detect() {
                assert_eq!(portable, run::<Lanes<Avx2, 4>, 4>(avx2, &n, bits), "{bits} bits");
            }
            if let Some(avx512) = Avx512Vl::detect() {
                assert_eq!(portable, run::<Lanes<Avx512Vl, 4>, 4>(avx512, &n, bits), "{bits} bits");
            }
            if let Some(avx512) = Avx512::detect() {
                assert_eq!(portable, run::<Lanes<Avx512, 8>, 8>(avx512, &n, bits), "{bits} bits");
            }
        }
    }
}
