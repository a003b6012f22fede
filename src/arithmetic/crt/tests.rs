//! Private operations against crypto-bigint's powers, on every arithmetic.

use chacha20::ChaCha20Rng;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{ConcatenatingMul, Resize};
use crypto_primes::{Flavor, random_prime};
use rand_core::{Rng, SeedableRng};

use super::*;

/// A key of primes of these lengths with this public exponent; the first prime is p, the larger one or not.
struct Made {
    n: BoxedUint,
    e: BoxedUint,
    d: BoxedUint,
    p: BoxedUint,
    q: BoxedUint,
}

impl Made {
    fn new([p, q]: [u32; 2], e: u64, random: &mut ChaCha20Rng) -> Self {
        loop {
            let [p, q] = [p, q].map(|bits| random_prime::<BoxedUint, _>(random, Flavor::Any, bits));
            let less = |prime: &BoxedUint| prime.wrapping_sub(BoxedUint::one());
            let order = NonZero::new(less(&p).concatenating_mul(&less(&q))).expect("not 0");
            let e = BoxedUint::from(e).resize(order.bits_precision());
            if let Some(d) = e.invert_mod(&order).into_option() {
                return Self { n: p.concatenating_mul(&q), e, d, p, q };
            }
        }
    }

    fn key(&self) -> Option<CrtKey> {
        let [n, e, d, p, q] = [&self.n, &self.e, &self.d, &self.p, &self.q].map(BoxedUint::to_be_bytes);
        CrtKey::new(&Numbers { n: &n, e: &e, d: &d, p: &p, q: &q })
    }

    /// The power to the private exponent, as slowly as can be.
    fn power(&self, message: &[u8]) -> Vec<u8> {
        let bits = self.n.bit_width_vartime().next_multiple_of(64);
        let n = self.n.clone().resize(bits);
        let params = BoxedMontyParams::new_vartime(Odd::new(n).expect("odd"));
        let message = BoxedUint::from_be_slice_vartime(message).resize(bits);
        let power = BoxedMontyForm::new(message, &params).pow(&self.d).retrieve().to_be_bytes();
        power[power.len() - usize::try_from(self.n.bit_width_vartime().div_ceil(8)).expect("small")..]
            .to_vec()
    }
}

/// Numbers below the modulus: 0, 1, one less than it, and random ones, some with leading zeros.
fn messages(n: &BoxedUint, count: usize, random: &mut ChaCha20Rng) -> Vec<Vec<u8>> {
    let length = usize::try_from(n.bit_width_vartime().div_ceil(8)).expect("small");
    let bytes = |number: &BoxedUint| {
        let bytes = number.to_be_bytes();
        bytes[bytes.len() - length..].to_vec()
    };
    let mut some = vec![vec![0; length], bytes(n), vec![0; length]];
    some[1][length - 1] -= 1;
    some[2][length - 1] = 1;
    while some.len() < count {
        let mut message = vec![0; length];
        let zeros = some.len() % 4 + 1;
        random.fill_bytes(&mut message[zeros..]);
        some.push(message);
    }
    some.truncate(count);
    some
}

fn engines() -> Vec<Engine> {
    let mut engines = vec![Engine::Portable];
    engines.extend(Adx::detect().map(Engine::Adx));
    engines.extend(Avx2::detect().map(Engine::Avx2));
    engines.extend(Avx512Vl::detect().map(Engine::Avx512Vl));
    engines.extend(Avx512::detect().map(Engine::Avx512));
    engines
}

#[test]
fn powers_are_those_of_the_private_exponent() {
    let mut random = ChaCha20Rng::from_seed([3; 32]);
    let lengths = [[512, 512], [512, 512], [513, 516], [400, 640], [640, 400], [521, 512], [768, 768]];
    for (lengths, e) in lengths.into_iter().zip([65537, 3, 4_294_967_311, 17, 65537, 8_589_934_583, 35]) {
        let made = Made::new(lengths, e, &mut random);
        let key = made.key().expect("a key");
        for (engine, count) in
            engines().into_iter().flat_map(|engine| [1, 2, 3, 4, 5, 9].map(|n| (engine, n)))
        {
            let messages = messages(&made.n, count, &mut random);
            let powers = key.apply_on(&messages, |_| engine, &mut random).expect("powers");
            let wanted: Vec<_> = messages.iter().map(|message| made.power(message)).collect();
            assert_eq!(powers, wanted, "{lengths:?} {e} {count}");
        }
    }
}

#[test]
fn numbers_that_do_not_belong_together_give_no_result() {
    let mut random = ChaCha20Rng::from_seed([4; 32]);
    let one = BoxedUint::one();
    let made = || Made::new([512, 512], 65537, &mut ChaCha20Rng::from_seed([5; 32]));
    let wrong: [fn(&mut Made); 7] = [
        |made| made.n = made.n.concatenating_add(BoxedUint::from(2_u8)),
        |made| made.p = made.q.clone(),
        |made| made.q = BoxedUint::one(),
        |made| std::mem::swap(&mut made.n, &mut made.p),
        |made| made.e = BoxedUint::from(65536_u32),
        |made| made.e = BoxedUint::one(),
        |made| made.e = BoxedUint::from((1_u64 << 33) + 1),
    ];
    for (case, change) in wrong.into_iter().enumerate() {
        let mut made = made();
        change(&mut made);
        assert!(made.key().is_none(), "{case}");
    }
    // Of these numbers a key can be made, but no signature leaves it.
    let wrong: [fn(&mut Made); 2] =
        [|made| made.d = made.d.wrapping_sub(BoxedUint::from(2_u8)), |made| made.e = BoxedUint::from(17_u8)];
    for change in wrong {
        let mut made = made();
        change(&mut made);
        let messages = messages(&made.n, 5, &mut random);
        let key = made.key().expect("a key");
        for engine in engines() {
            assert_eq!(key.apply_on(&messages, |_| engine, &mut random), Err(Fault));
        }
    }
    let composite = Made { p: made().p.concatenating_mul(&one), ..made() };
    assert!(composite.key().is_some());
}

#[test]
fn the_inverse_of_q_is_one() {
    let mut random = ChaCha20Rng::from_seed([6; 32]);
    let made = Made::new([513, 512], 65537, &mut random);
    let (p, q) = (NonZero::new(made.p.clone()).expect("a prime"), &made.q);
    let coefficient = made.key().expect("a key").coefficient();
    assert_eq!(large(&coefficient).concatenating_mul(q).rem(&p), BoxedUint::one());
}
