//! The range at its ends, and the drawing of windows.

use super::*;

fn generator() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([3; 32])
}

#[test]
fn the_range_ends_at_the_square_root_of_two() {
    let (even, odd) = (Range::of_modulus(1024), Range::of_modulus(1023));
    assert_eq!((even.bits(), odd.bits()), (512, 512));
    let with_top = |top| {
        let mut value = vec![0; 8];
        value[7] = top;
        value
    };
    for (top, in_even, in_odd) in [
        (u64::MAX, true, false),
        (SQRT_2 + 1, true, false),
        (SQRT_2, false, false),
        (SQRT_2 - 1, false, true),
        (1 << 63, false, true),
        ((1 << 63) - 1, false, false),
    ] {
        assert_eq!((even.contains(&with_top(top)), odd.contains(&with_top(top))), (in_even, in_odd));
    }
    // The smallest number of the range, squared, needs the whole length: SQRT_2 is not too small.
    let smallest = u128::from(SQRT_2 + 1);
    assert_eq!((smallest * smallest) >> 127, 1);
    let largest = u128::from(SQRT_2);
    assert_eq!((largest * largest) >> 127, 0);
}

#[test]
fn every_start_is_odd_and_in_the_range() {
    let mut random = generator();
    for bits in [1024, 1025, 1026, 1151, 1153, 2047, 2048] {
        let range = Range::of_modulus(bits);
        for _ in 0..50 {
            let start = draw_start(range, &mut random);
            assert!(range.contains(&start) && start[0] & 1 == 1);
            assert_eq!(start.len(), range.bits().div_ceil(64));
        }
    }
}

#[test]
fn a_window_gives_every_survivor_once() {
    let (range, sieve) = (Range::of_modulus(1024), Sieve::for_bits(512));
    let mut window = Window::draw(range, &sieve, &mut generator());
    let survivors = window.offsets.clone();
    let mut order = vec![];
    while let Some(candidate) = window.next() {
        order.push((candidate[0].wrapping_sub(window.start[0])) / 2);
    }
    let sorted: Vec<u64> = survivors.iter().map(|&offset| u64::from(offset)).collect();
    assert_ne!(order, sorted);
    order.sort_unstable();
    assert_eq!(order, sorted);
}

#[test]
fn drawing_below_a_bound_is_uniform() {
    let mut random = generator();
    let mut counts = [0_u32; 7];
    for _ in 0..70_000 {
        counts[super::super::sieve::index(below(7, &mut random))] += 1;
    }
    assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 500), "{counts:?}");
    assert_eq!(below(1, &mut random), 0);
}
