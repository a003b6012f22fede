//! Figures without a tail: the time of single tests, and candidates per key. Run in release mode:
//! `cargo test --release timings -- --ignored --nocapture`.
#![allow(clippy::print_stdout, reason = "prints timings")]

use std::time::{Duration, Instant};

use super::*;

/// The shortest of some runs.
fn best(repeats: u32, mut work: impl FnMut()) -> Duration {
    let mut run = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..repeats).map(|_| run()).min().unwrap_or_default()
}

/// How many candidates are tested until a prime is found, on average over some windows.
fn candidates_per_prime(range: Range, sieve: &Sieve, random: &mut ChaCha20Rng) -> f64 {
    let (engine, stop) = (Engine::fastest_for(range.bits()), Stop::default());
    let (mut tested, mut found) = (0, 0);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) {
        let mut window = Window::draw(range, sieve, random);
        let batch: Vec<Words> = std::iter::from_fn(|| window.next()).take(100).collect();
        for batch in batch.chunks(engine.width()) {
            let passed = engine.filter(batch, range.bits(), &stop).expect("not stopped");
            tested += u32::try_from(batch.len()).expect("few");
            found += u32::try_from(passed.iter().filter(|&&passed| passed).count()).expect("few");
        }
    }
    f64::from(tested) / f64::from(found)
}

#[test]
#[ignore = "prints timings"]
fn timings() {
    for bits in [1024, 2048, 3072, 4096, 8192, 16384] {
        let range = Range::of_modulus(bits);
        let mut random = ChaCha20Rng::from_seed([7; 32]);
        let stop = Stop::default();
        let sieve = Sieve::for_bits(range.bits());
        let table = best(3, || drop(Sieve::for_bits(range.bits())));
        let mut window = Window::draw(range, &sieve, &mut random);
        let sieving = best(3, || drop(Window::draw(range, &sieve, &mut ChaCha20Rng::from_seed([7; 32]))));
        let batch: Vec<Words> = std::iter::from_fn(|| window.next()).take(8).collect();
        let repeats = (400_000 / bits).pow(2).clamp(4, 100);
        let [fastest, portable] = [Engine::fastest_for(range.bits()), Engine::Portable].map(|engine| {
            let width = engine.width();
            let time = best(repeats, || {
                engine.filter(&batch[..width], range.bits(), &stop).expect("not stopped");
            });
            time / u32::try_from(width).expect("small")
        });
        let candidates = 2.0 * candidates_per_prime(range, &sieve, &mut random);
        println!(
            "{bits}: {fastest:?} a candidate, portable {portable:?}; {candidates:.0} candidates a key; \
             table {table:?}, window {sieving:?}"
        );
    }
}
