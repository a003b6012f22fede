//! Multiplies the base points of the NIST curves by scalars that valgrind takes for secret: uninitialised, in its words.
//! Raises a secret number to a secret power modulo another one, as RSA does, with and without ADX.
//! With an argument it branches on one of them too, which valgrind has to report. Built by constant_time.sh.

#![allow(dead_code)]

mod arithmetic;

use arithmetic::curve::{Curve, P256, P384, P521, Scalar, multiples_apart, multiples_together};
use arithmetic::residue::Residue;
use arithmetic::{Adx, Montgomery, Plain, Rows, Scalar as OneNumber, power};

/// Requests of valgrind's memcheck: `VALGRIND_MAKE_MEM_UNDEFINED` and `VALGRIND_MAKE_MEM_DEFINED`.
const SECRET: usize = 0x4d43_0001;
const PUBLIC: usize = 0x4d43_0002;

/// Makes words secret or public. Outside of valgrind this does nothing.
fn mark(request: usize, words: &mut [u64]) {
    let request = [request, words.as_mut_ptr().addr(), size_of_val(words), 0, 0, 0];
    // SAFETY: the instructions change nothing; valgrind knows them, and reads the six words of the request.
    unsafe {
        core::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") request.as_ptr(),
            inout("rdx") 0_u64 => _,
            options(nostack),
        );
    }
}

fn run<C: Curve<N>, const N: usize>(leaks: bool) {
    let mut scalar: [u64; N] = std::array::from_fn(|index| 0x9e37_79b9_7f4a_7c15 << index);
    scalar[N - 1] &= 0xff;
    let of = Scalar::<C, N>::of;
    // With the tables of multiples, which are not secret.
    let mut points = multiples_apart::<C, N>(&[of(scalar)]);
    points.extend(multiples_together::<C, N>(&[of(scalar)]));
    mark(SECRET, &mut scalar);
    let mut scalars = [of(scalar), of(scalar) * of(scalar) + of(scalar)];
    points.extend(multiples_apart::<C, N>(&scalars));
    points.extend(multiples_together::<C, N>(&scalars));
    Residue::invert_all(&mut scalars);
    let mut inverses = scalars.map(Residue::words);
    if leaks && inverses[0][0] & 1 == 1 {
        println!("odd");
    }
    points.iter_mut().flatten().chain(&mut inverses).for_each(|words| mark(PUBLIC, words));
    assert!([1, 2, 4].iter().all(|&index| points[index] == points[0]) && points[3] == points[5]);
    println!("{:x?} {:x?}", points[3], inverses);
}

fn raise<R: Rows, const N: usize>(rows: R) {
    let mut numbers = [1, 2, 3].map(|seed| [0x9e37_79b9_7f4a_7c15 * seed | 1; N]);
    numbers.iter_mut().for_each(|number| mark(SECRET, number));
    let [modulus, base, exponent] = &numbers;
    let mut field = OneNumber::new(rows, [modulus], 64 * N);
    let base = field.load([base]);
    let go_on = || Ok::<(), std::convert::Infallible>(());
    let Ok(mut result) = power::power(&mut field, base.clone(), &base, ([exponent], 64 * N), go_on);
    mark(PUBLIC, &mut result);
    println!("{:x?}", *result);
}

fn main() {
    let leaks = std::env::args().count() > 1;
    run::<P256, 4>(leaks);
    run::<P384, 6>(leaks);
    run::<P521, 9>(leaks);
    raise::<_, 8>(Plain);
    raise::<_, 9>(Plain);
    if let Some(adx) = Adx::detect() {
        raise::<_, 8>(adx);
        raise::<_, 13>(adx);
        raise::<_, 18>(adx);
        raise::<_, 32>(adx);
    }
}
