//! RSA private operations by the Chinese remainder theorem (RFC 8017 section 5.1.2), several messages at once.
//!
//! The powers modulo p and q of several messages fill the lanes of the machine's arithmetic. Messages are
//! blinded, exponents are read in windows through a table that is read whole, and every result is raised to
//! the public exponent before it is given out: a result that is wrong modulo one prime reveals it (D. Boneh,
//! R. DeMillo, R. Lipton, "On the importance of checking cryptographic protocols for faults", 1997).
//!
//! Not hidden are the lengths of the numbers of the key, and how often a blinding factor is drawn again.

mod blinding;

use std::convert::Infallible;
use std::panic::resume_unwind;
use std::thread;

use crypto_bigint::{BoxedUint, NonZero, Odd};
use rand_core::CryptoRng;

use self::blinding::Blinding;
use super::power::{raise_publicly, two_to_the};
use super::words::{
    Words, add_masked, bit_length, bits_at, from_big_endian, is_below, mask, power_of_two, product,
    shift_right, subtract, subtract_once, to_big_endian, words_for, zero,
};
use super::{Adx, Avx2, Avx512, Avx512Vl, Engine, Lanes, Montgomery, Plain, Portable, Scalar, power};
use crate::secret::wipe_stack;

/// The numbers of an RSA key, most significant byte first.
pub(crate) struct Numbers<'a> {
    /// The modulus.
    pub(crate) n: &'a [u8],
    /// The public exponent.
    pub(crate) e: &'a [u8],
    /// The private exponent.
    pub(crate) d: &'a [u8],
    /// One prime.
    pub(crate) p: &'a [u8],
    /// The other prime.
    pub(crate) q: &'a [u8],
}

/// An RSA private key, ready for private operations. Its secret numbers are wiped when it is dropped.
pub(crate) struct CrtKey {
    modulus: Words,
    bits: usize,
    public_exponent: u64,
    /// p and q, p the larger one, in as many words as p needs.
    primes: [Prime; 2],
    /// The length of p in bits.
    prime_bits: usize,
    /// The inverse of q modulo p, in Montgomery form for [`Portable`].
    coefficient: Words,
}

struct Prime {
    number: Words,
    /// The private exponent modulo the prime less one.
    exponent: Words,
}

/// A private operation gave a wrong result: the key's numbers do not belong together, or the machine erred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault;

impl CrtKey {
    /// Prepares a key; `None` when p q is not n, or n or e cannot be those of an RSA key.
    pub(crate) fn new(numbers: &Numbers<'_>) -> Option<Self> {
        let words = |bytes: &[u8]| from_big_endian(bytes, bytes.len().div_ceil(8).max(1));
        let (modulus, [p, q]) = (words(numbers.n), [numbers.p, numbers.q].map(words));
        let (bits, prime_bits) = (bit_length(&modulus), bit_length(&p).max(bit_length(&q)));
        let [modulus, p, q] = [(modulus, bits), (p, prime_bits), (q, prime_bits)].map(|(number, bits)| {
            from_big_endian(&to_big_endian(&number, 8 * number.len()), words_for(bits))
        });
        let exponent = words(numbers.e);
        let public_exponent = bits_at(&exponent, 0, 64);
        let is_sound = (3..MAX_EXPONENT).contains(&public_exponent)
            && bit_length(&exponent) <= 64
            && public_exponent & modulus[0] & 1 == 1
            && is_equal(&product(&p, &q), &modulus)
            && !is_equal(&p, &q);
        if !is_sound {
            return None;
        }
        let [p, q] = if is_below(&p, &q) { [q, p] } else { [p, q] };
        let primes = [Prime::new(p, numbers.d)?, Prime::new(q, numbers.d)?];
        let coefficient = coefficient(&primes, prime_bits)?;
        Some(Self { modulus, bits, public_exponent, primes, prime_bits, coefficient })
    }

    /// The length of the modulus in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bits.div_ceil(8)
    }

    /// The inverse of the smaller prime modulo the larger one.
    pub(crate) fn coefficient(&self) -> Words {
        let mut coefficient = self.coefficient.clone();
        let p = &self.primes[0].number;
        Portable::new(Plain, [p], self.prime_bits).multiply(&mut coefficient, &unit(p.len()));
        coefficient
    }

    /// The private operation on each of the messages, numbers below the modulus of [`bytes`](Self::bytes) bytes.
    ///
    /// # Errors
    /// [`Fault`] when a result is wrong.
    pub(crate) fn apply(
        &self,
        messages: &[Vec<u8>],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Vec<u8>>, Fault> {
        let engine = |bits| Engine::fastest_for_count(bits, 2 * messages.len());
        self.apply_on(messages, engine, rng)
    }

    /// [`apply`](Self::apply), calculating with what `engine` says for each length of moduli.
    fn apply_on(
        &self,
        messages: &[Vec<u8>],
        engine: impl Fn(usize) -> Engine,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Vec<u8>>, Fault> {
        let numbers: Vec<Words> =
            messages.iter().map(|message| from_big_endian(message, self.modulus.len())).collect();
        let mut blinding = Blinding::draw(self, rng).ok_or(Fault)?;
        let (blinded, factors): (Vec<_>, Vec<_>) =
            numbers.iter().map(|number| blinding.blind(number)).unzip();
        let powers = match engine(self.prime_bits) {
            Engine::Portable => self.private_powers::<Portable, 1>(Plain, &blinded),
            Engine::Adx(adx) => self.private_powers::<Scalar<Adx>, 1>(adx, &blinded),
            Engine::Avx2(avx2) => self.private_powers::<Lanes<Avx2, 4>, 4>(avx2, &blinded),
            Engine::Avx512Vl(avx512) => self.private_powers::<Lanes<Avx512Vl, 4>, 4>(avx512, &blinded),
            Engine::Avx512(avx512) => self.private_powers::<Lanes<Avx512, 8>, 8>(avx512, &blinded),
        };
        let results: Vec<Words> = powers
            .as_chunks()
            .0
            .iter()
            .zip(&factors)
            .map(|(powers, factor)| blinding.unblind(self.combine(powers), factor))
            .collect();
        let again = match engine(self.bits) {
            Engine::Portable => self.public_powers::<Portable, 1>(Plain, &results),
            Engine::Adx(adx) => self.public_powers::<Scalar<Adx>, 1>(adx, &results),
            Engine::Avx2(avx2) => self.public_powers::<Lanes<Avx2, 4>, 4>(avx2, &results),
            Engine::Avx512Vl(avx512) => self.public_powers::<Lanes<Avx512Vl, 4>, 4>(avx512, &results),
            Engine::Avx512(avx512) => self.public_powers::<Lanes<Avx512, 8>, 8>(avx512, &results),
        };
        if again != numbers {
            return Err(Fault);
        }
        Ok(results.iter().map(|result| to_big_endian(result, self.bytes()).to_vec()).collect())
    }

    /// The powers of each value modulo p and modulo q, in turn.
    fn private_powers<M, const LANES: usize>(&self, machine: M::Machine, values: &[Words]) -> Vec<Words>
    where
        M: Montgomery<LANES, Residues: Send> + Send,
    {
        // One lane takes p and q in turn; several have p in the even ones and q in the odd ones.
        let mut fields: Vec<PrimeField<'_, M, LANES>> = (0..2_usize.div_ceil(LANES))
            .map(|first| {
                let primes = std::array::from_fn(|lane| &self.primes[(first + lane) % 2]);
                PrimeField::new(machine, primes, self.prime_bits)
            })
            .collect();
        if let ([by_p, by_q], [value]) = (&mut fields[..], values)
            && let Some(powers) =
                both(|| by_p.private_powers([value; LANES]), || by_q.private_powers([value; LANES]))
        {
            return powers.into_iter().flatten().collect();
        }
        let (turns, twice) =
            (fields.len(), values.iter().flat_map(|value| [value, value]).collect::<Vec<_>>());
        let mut powers = Vec::with_capacity(twice.len());
        for (turn, some) in twice.chunks(LANES).enumerate() {
            let lanes = std::array::from_fn(|lane| some[lane % some.len()]);
            powers.extend(fields[turn % turns].private_powers(lanes).into_iter().take(some.len()));
        }
        powers
    }

    /// The number below n that is the first power modulo p and the second modulo q.
    fn combine(&self, [by_p, by_q]: &[Words; 2]) -> Words {
        let [p, q] = &self.primes;
        let mut quotient = by_p.clone();
        let borrow = subtract(&mut quotient, by_q);
        add_masked(&mut quotient, &p.number, mask(borrow));
        Portable::new(Plain, [&p.number], self.prime_bits).multiply(&mut quotient, &self.coefficient);
        let mut result = product(&quotient, &q.number);
        add_masked(&mut result, by_q, u64::MAX);
        result.truncate(self.modulus.len());
        result
    }

    /// The powers to the public exponent, modulo n.
    fn public_powers<M: Montgomery<LANES>, const LANES: usize>(
        &self,
        machine: M::Machine,
        values: &[Words],
    ) -> Vec<Words> {
        let mut field = M::new(machine, [&self.modulus; LANES], self.bits);
        let radix = field.radix_bits();
        let one = field.load([&power_of_two(&self.modulus, self.bits, radix); LANES]);
        let square = two_to_the(&mut field, &one, radix);
        let unit = field.load([&unit(self.modulus.len()); LANES]);
        let mut powers = Vec::with_capacity(values.len());
        for some in values.chunks(LANES) {
            let mut base = field.load(std::array::from_fn(|lane| some[lane % some.len()].as_slice()));
            field.multiply(&mut base, &square);
            let mut power = raise_publicly(&mut field, &base, self.public_exponent);
            field.multiply(&mut power, &unit);
            powers.extend((0..some.len()).map(|lane| field.store(&power, lane)));
        }
        powers
    }
}

/// What both give, the second on another thread; `None` when the system has none, and then neither is begun.
fn both<T: Send>(first: impl FnOnce() -> T, second: impl FnOnce() -> T + Send) -> Option<[T; 2]> {
    thread::scope(|scope| {
        let second = move || {
            let second = second();
            // The system may keep the stack for another thread.
            wipe_stack();
            second
        };
        let second = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, second).ok()?;
        let first = first();
        Some([first, second.join().unwrap_or_else(|panic| resume_unwind(panic))])
    })
}

/// Enough for the arithmetic and for [`wipe_stack`], in bytes: where memory is locked, all of a stack is.
const STACK: usize = 512 << 10;

impl Prime {
    /// A factor of the modulus with its exponent; `None` when it is not odd.
    fn new(number: Words, d: &[u8]) -> Option<Self> {
        let mut less = number.clone();
        less[0] &= !1;
        let divisor = NonZero::new(large(&less)).into_option()?;
        let exponent = BoxedUint::from_be_slice_vartime(d).rem(&divisor);
        let exponent = from_big_endian(&exponent.to_be_bytes(), number.len());
        (number[0] & 1 == 1).then_some(Self { number, exponent })
    }
}

/// What every power modulo p and q needs.
struct PrimeField<'a, M: Montgomery<LANES>, const LANES: usize> {
    field: M,
    primes: [&'a Prime; LANES],
    bits: usize,
    /// 1, R and 2^bits R, in Montgomery form.
    one: M::Residues,
    square: M::Residues,
    shift: M::Residues,
    /// The number 1 itself.
    unit: M::Residues,
}

impl<'a, M: Montgomery<LANES>, const LANES: usize> PrimeField<'a, M, LANES> {
    fn new(machine: M::Machine, primes: [&'a Prime; LANES], bits: usize) -> Self {
        let mut field = M::new(machine, primes.map(|prime| prime.number.as_slice()), bits);
        let radix = field.radix_bits();
        let one = primes.map(|prime| power_of_two(&prime.number, bit_length(&prime.number), radix));
        let one = field.load(one.each_ref().map(|one| one.as_slice()));
        let square = two_to_the(&mut field, &one, radix);
        let shift = two_to_the(&mut field, &one, radix + bits);
        let unit = field.load([&unit(words_for(bits)); LANES]);
        Self { field, primes, bits, one, square, shift, unit }
    }

    /// The powers of numbers of up to twice the length of the primes.
    fn private_powers(&mut self, values: [&Words; LANES]) -> [Words; LANES] {
        let base = self.reduce(values);
        let exponents = self.primes.map(|prime| prime.exponent.as_slice());
        let check = || Ok::<(), Infallible>(());
        let Ok(mut power) = power(&mut self.field, self.one.clone(), &base, (exponents, self.bits), check);
        self.field.multiply(&mut power, &self.unit);
        std::array::from_fn(|lane| self.field.store(&power, lane))
    }

    /// The values modulo the primes, in Montgomery form.
    fn reduce(&mut self, values: [&Words; LANES]) -> M::Residues {
        let words = words_for(self.bits);
        let parts = |value: &Words| {
            let (mut low, mut high) = (zero(words), shift_right(value, self.bits));
            for (index, word) in low.iter_mut().enumerate() {
                *word = bits_at(value, 64 * index, (self.bits - 64 * index).min(64));
            }
            high.resize(words, 0);
            [low, high]
        };
        let parts = values.map(parts);
        let mut low = self.field.load(parts.each_ref().map(|parts| parts[0].as_slice()));
        let mut high = self.field.load(parts.each_ref().map(|parts| parts[1].as_slice()));
        self.field.multiply(&mut low, &self.square);
        self.field.multiply(&mut high, &self.shift);
        let sums: [Words; LANES] = std::array::from_fn(|lane| {
            let mut sum = self.field.store(&low, lane);
            let carry = add_masked(&mut sum, &self.field.store(&high, lane), u64::MAX);
            subtract_once(&mut sum, carry, &self.primes[lane].number);
            sum
        });
        self.field.load(sums.each_ref().map(|sum| sum.as_slice()))
    }
}

/// The inverse of q modulo p in Montgomery form; `None` when there is none.
fn coefficient([p, q]: &[Prime; 2], bits: usize) -> Option<Words> {
    let mut inverse = invert(&q.number, &p.number)?;
    let mut field = Portable::new(Plain, [&p.number], bits);
    let one = power_of_two(&p.number, bits, field.radix_bits());
    let square = two_to_the(&mut field, &one, 64 * p.number.len());
    field.multiply(&mut inverse, &square);
    Some(inverse)
}

/// The inverse of a number below an odd modulus; `None` when there is none.
fn invert(number: &[u64], modulus: &[u64]) -> Option<Words> {
    let odd = Odd::new(large(modulus)).into_option()?;
    let inverse = large(number).invert_odd_mod(&odd).into_option()?;
    Some(from_big_endian(&inverse.to_be_bytes(), modulus.len()))
}

/// The same number for crypto-bigint.
fn large(number: &[u64]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(&to_big_endian(number, 8 * number.len()))
}

/// The number 1.
fn unit(words: usize) -> Words {
    let mut unit = zero(words);
    unit[0] = 1;
    unit
}

/// Whether the numbers are equal, whatever their lengths.
fn is_equal(a: &[u64], b: &[u64]) -> bool {
    let word = |number: &[u64], index| number.get(index).copied().unwrap_or(0);
    (0..a.len().max(b.len())).fold(0, |rest, index| rest | (word(a, index) ^ word(b, index))) == 0
}

/// Public exponents are below this: the crate `rsa` verifies with no larger ones.
const MAX_EXPONENT: u64 = 1 << 33;

#[cfg(test)]
mod tests;
