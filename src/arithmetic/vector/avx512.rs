//! Eight numbers at once, or four, with the 52-bit multiplications of AVX-512 (IFMA): squares and products,
//! and their Montgomery reduction.
//!
//! `madd52lo` and `madd52hi` multiply the low 52 bits of each lane and add
//! the lower or the upper 52 bits of the product to a column. The rows of a product are taken two at
//! a time, so that a column is loaded and stored once for four of them. Nothing here branches on, or
//! addresses by, the value of a digit.
//!
//! A column gets at most two halves of products for each digit from the product and two from the
//! reduction, and twice the former when a square is doubled: far below 2^64 for 1022 digits.
//!
//! Four numbers, in registers of 256 bits, take up to 50% less time than eight: many processors multiply 512 bits in two steps.
#![allow(unsafe_code, reason = "functions compiled for AVX-512, and conversions of registers")]

pub(crate) use eight::Avx512;
pub(crate) use four::Avx512Vl;

/// The kernel of one length of registers: its type, the lanes, the register, and the feature that it is looked for by and compiled
/// for, with IFMA. The instructions are in scope under the same names.
macro_rules! kernel {
    ($(#[$said:meta])* $proof:ident, $lanes:literal, $register:ident, $feature:tt) => {
        use super::super::Kernel;

        type Modulus = super::super::Modulus<$register>;

        $(#[$said])*
        #[derive(Clone, Copy)]
        pub(crate) struct $proof(());

        impl $proof {
            /// Looks for the registers and their 52-bit multiplications, at run time.
            pub(crate) fn detect() -> Option<Self> {
                let found = std::arch::is_x86_feature_detected!($feature)
                    && std::arch::is_x86_feature_detected!("avx512ifma");
                found.then_some(Self(()))
            }
        }

        impl Kernel<$lanes> for $proof {
            type Register = $register;

            /// 1022 digits of 52 bits, and 4 bits to spare.
            const MAX_BITS: usize = 1022 * 52 - 4;

            /// Digits of 52 bits, by twos.
            fn shape(self, bits: usize) -> (usize, u8) {
                ((bits + 4).div_ceil(52).next_multiple_of(2), 52)
            }

            fn pack(self, lanes: [u64; $lanes]) -> $register {
                pack(lanes)
            }

            fn unpack(self, register: $register) -> [u64; $lanes] {
                // SAFETY: both types are as many bytes of plain integers, and every bit pattern is valid in both.
                unsafe { core::mem::transmute::<$register, [u64; $lanes]>(register) }
            }

            fn square(
                self,
                value: &mut [$register],
                modulus: &Modulus,
                scratch: &mut [$register],
                twice: $register,
            ) {
                // SAFETY: the value is the proof that this processor has these registers.
                unsafe { square(value, modulus, scratch, twice) }
            }

            fn multiply(
                self,
                value: &mut [$register],
                factor: &[$register],
                modulus: &Modulus,
                scratch: &mut [$register],
            ) {
                // SAFETY: the value is the proof that this processor has these registers.
                unsafe { multiply(value, factor, modulus, scratch) }
            }

            fn gather(self, chosen: &mut [$register], entry: &[$register], mask: $register) {
                // SAFETY: the value is the proof that this processor has these registers.
                unsafe { gather(chosen, entry, mask) }
            }
        }

        /// One number per lane.
        fn pack(lanes: [u64; $lanes]) -> $register {
            // SAFETY: both types are as many bytes of plain integers, and every bit pattern is valid in both.
            unsafe { core::mem::transmute::<[u64; $lanes], $register>(lanes) }
        }

        #[target_feature(enable = $feature, enable = "avx512ifma")]
        fn square(value: &mut [$register], modulus: &Modulus, columns: &mut [$register], twice: $register) {
            let columns = &mut columns[..2 * value.len() + 2];
            columns.fill(pack([0; $lanes]));
            for first in (0..value.len()).step_by(2) {
                let (pair, rest) = value[first..].split_first_chunk::<2>().expect("digits come by twos");
                columns[2 * first + 1] = low(columns[2 * first + 1], pair[0], pair[1]);
                columns[2 * first + 2] = high(columns[2 * first + 2], pair[0], pair[1]);
                if !rest.is_empty() {
                    two_rows(&mut columns[2 * first + 2..], pair, rest);
                }
            }
            for (pair, &digit) in columns.as_chunks_mut::<2>().0.iter_mut().zip(value.iter()) {
                pair[0] = low(add(pair[0], pair[0]), digit, digit);
                pair[1] = high(add(pair[1], pair[1]), digit, digit);
            }
            reduce(value, modulus, columns, twice);
        }

        #[target_feature(enable = $feature, enable = "avx512ifma")]
        fn multiply(
            value: &mut [$register],
            factor: &[$register],
            modulus: &Modulus,
            columns: &mut [$register],
        ) {
            let columns = &mut columns[..2 * value.len() + 2];
            columns.fill(pack([0; $lanes]));
            for (index, pair) in value.as_chunks::<2>().0.iter().enumerate() {
                two_rows(&mut columns[2 * index..], pair, factor);
            }
            reduce(value, modulus, columns, pack([0; $lanes]));
        }

        #[target_feature(enable = $feature, enable = "avx512ifma")]
        fn gather(chosen: &mut [$register], entry: &[$register], mask: $register) {
            for (chosen, &entry) in chosen.iter_mut().zip(entry) {
                *chosen = or(*chosen, and(entry, mask));
            }
        }

        /// Adds the product of two digits and `b`, which has at least two.
        #[target_feature(enable = $feature, enable = "avx512ifma")]
        #[inline]
        fn two_rows(columns: &mut [$register], a: &[$register; 2], b: &[$register]) {
            columns[0] = low(columns[0], a[0], b[0]);
            columns[1] = low(high(low(columns[1], a[0], b[1]), a[0], b[0]), a[1], b[0]);
            full_columns(columns, a, b, 2, b.len());
            last_columns(columns, a, b);
        }

        /// The columns `from..to`, at least 2 and at most `b.len()`, of two rows: four parts of products each.
        #[target_feature(enable = $feature, enable = "avx512ifma")]
        #[inline]
        fn full_columns(
            columns: &mut [$register],
            a: &[$register; 2],
            b: &[$register],
            from: usize,
            to: usize,
        ) {
            let (mut b1, mut b2) = (b[from - 1], b[from - 2]);
            for (column, &b0) in columns[from..to].iter_mut().zip(&b[from..to]) {
                *column = add(
                    low(high(*column, a[0], b1), a[0], b0),
                    low(high(pack([0; $lanes]), a[1], b2), a[1], b1),
                );
                (b1, b2) = (b0, b1);
            }
        }

        /// The two columns above `b.len()` of two rows.
        #[target_feature(enable = $feature, enable = "avx512ifma")]
        #[inline]
        fn last_columns(columns: &mut [$register], a: &[$register; 2], b: &[$register]) {
            let (&[.., b2, b1], Some([c0, c1])) = (b, columns[b.len()..].first_chunk_mut::<2>()) else {
                unreachable!("there are two digits and their columns");
            };
            *c0 = low(high(high(*c0, a[0], b1), a[1], b2), a[1], b1);
            *c1 = high(*c1, a[1], b1);
        }

        /// `value = 2^twice columns / R mod modulus`; uses up the columns.
        ///
        /// The digits of the quotient are found two at a time; the next two as soon as their columns are
        /// complete, so that the processor can overlap the two chains of work.
        #[target_feature(enable = $feature, enable = "avx512ifma")]
        #[inline]
        fn reduce(value: &mut [$register], modulus: &Modulus, columns: &mut [$register], twice: $register) {
            let n: &[$register] = &modulus.digits;
            let length = n.len();
            let mut quotient = quotients(columns, modulus);
            for first in (0..length).step_by(2) {
                let columns = &mut columns[first..];
                let soon = length.min(4);
                full_columns(columns, &quotient, n, 2, soon);
                let next = match first + 2 < length {
                    true => quotients(&mut columns[2..], modulus),
                    false => quotient,
                };
                full_columns(columns, &quotient, n, soon, length);
                last_columns(columns, &quotient, n);
                quotient = next;
            }
            carry(value, modulus, &columns[length..], twice);
        }

        /// The next two digits of the quotient; their columns become zero, in effect, and their carry is
        /// added to the column after them.
        #[target_feature(enable = $feature, enable = "avx512ifma")]
        #[inline]
        fn quotients(columns: &mut [$register], modulus: &Modulus) -> [$register; 2] {
            let (n, zero, digit_bits) = (&modulus.digits, pack([0; $lanes]), modulus.digit_bits);
            let first = low(zero, columns[0], *modulus.inverse);
            let carry = shift_right(low(columns[0], first, n[0]), digit_bits);
            let column = low(high(add(columns[1], carry), first, n[0]), first, n[1]);
            let second = low(zero, column, *modulus.inverse);
            columns[2] = add(columns[2], shift_right(low(column, second, n[0]), digit_bits));
            [first, second]
        }

        /// Carries between the columns, and doubles the lanes where `twice` is 1.
        #[target_feature(enable = $feature, enable = "avx512ifma")]
        #[inline]
        fn carry(value: &mut [$register], modulus: &Modulus, columns: &[$register], twice: $register) {
            let (mask, digit_bits) = (modulus.mask, modulus.digit_bits);
            let back = sub(digit_bits, twice);
            let mut carry = pack([0; $lanes]);
            let mut below = carry;
            for (digit, &column) in value.iter_mut().zip(columns) {
                let sum = add(column, carry);
                let kept = and(sum, mask);
                carry = shift_right(sum, digit_bits);
                *digit = or(and(shift_left(kept, twice), mask), shift_right(below, back));
                below = kept;
            }
        }
    };
}

mod eight {
    use core::arch::x86_64::{
        __m512i, _mm512_add_epi64 as add, _mm512_and_si512 as and, _mm512_madd52hi_epu64 as high,
        _mm512_madd52lo_epu64 as low, _mm512_or_si512 as or, _mm512_sllv_epi64 as shift_left,
        _mm512_srlv_epi64 as shift_right, _mm512_sub_epi64 as sub,
    };

    kernel!(
        /// AVX-512 with 52-bit multiplications was found on this machine.
        Avx512, 8, __m512i, "avx512f"
    );
}

mod four {
    use core::arch::x86_64::{
        __m256i, _mm256_add_epi64 as add, _mm256_and_si256 as and, _mm256_madd52hi_epu64 as high,
        _mm256_madd52lo_epu64 as low, _mm256_or_si256 as or, _mm256_sllv_epi64 as shift_left,
        _mm256_srlv_epi64 as shift_right, _mm256_sub_epi64 as sub,
    };

    kernel!(
        /// AVX-512 with 52-bit multiplications, in shorter registers too (VL), was found on this machine.
        Avx512Vl, 4, __m256i, "avx512vl"
    );
}
