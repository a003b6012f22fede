//! The blocks of SHA-512 with AVX2 and BMI2.
//!
//! Words of two blocks are scheduled side by side, two of each in a register; the rounds of the first block are done
//! among that, those of the second behind it. A round is assembly: what a compiler makes of it has two more instructions,
//! and an order of them that is a tenth slower.
#![allow(unsafe_code, reason = "assembly, functions compiled for AVX2, memory that both share")]

use core::arch::asm;
use core::arch::x86_64::{
    __m256i, _mm256_add_epi64 as add, _mm256_alignr_epi8 as behind, _mm256_or_si256 as or,
    _mm256_set_epi64x as words, _mm256_setzero_si256 as zero, _mm256_slli_epi64 as left,
    _mm256_srli_epi64 as right, _mm256_xor_si256 as xor,
};

/// AVX2 and BMI2 were found on this machine.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// Looks for both, at run time.
    pub(super) fn detect() -> Option<Self> {
        let found = std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2");
        found.then_some(Self(()))
    }

    /// Takes pairs of blocks into the state (FIPS 180-4, section 6.4.2).
    pub(super) fn compress(self, state: &mut [u64; 8], pairs: &[[[u8; 128]; 2]]) {
        // SAFETY: a value of this type is only made where the processor has what the function is compiled for.
        unsafe { compress(state, pairs) }
    }
}

/// One round, with the sum of word and constant that lies so many bytes behind a pointer. Each round the variables move
/// on by one name; here they stay, and the names are given in another order.
///
/// `Maj(a, b, c)` is `b ^ ((a ^ b) & (b ^ c))`, and `Ch(e, f, g)` is `g ^ (e & (f ^ g))`: what is `a ^ b` and `e ^ f` in one
/// round is `b ^ c` and `f ^ g` in the next. The order was found by trying hundreds on Zen 3.
macro_rules! round {
    ($sums:ident, $offset:expr, $bc:ident, $fg:ident,
        $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
        let differing: u64;
        asm!(
            "rorx {up}, {a}, 28",
            "rorx {ab}, {e}, 14",
            "and {fg}, {e}",
            "rorx {part}, {e}, 18",
            "xor {fg}, {g}",
            "xor {ab}, {part}",
            "add {h}, qword ptr [{sums} + {offset}]",
            "add {h}, {fg}",
            "rorx {fg}, {e}, 41",
            "rorx {part}, {a}, 34",
            "xor {ab}, {fg}",
            "mov {fg}, {e}",
            "xor {fg}, {f}",
            "xor {up}, {part}",
            "add {h}, {ab}",
            "mov {ab}, {a}",
            "rorx {part}, {a}, 39",
            "add {d}, {h}",
            "xor {ab}, {b}",
            "and {bc}, {ab}",
            "xor {up}, {part}",
            "xor {bc}, {b}",
            "add {h}, {bc}",
            "add {h}, {up}",
            sums = in(reg) $sums,
            offset = const $offset,
            a = in(reg) $a,
            b = in(reg) $b,
            d = inout(reg) $d,
            e = in(reg) $e,
            f = in(reg) $f,
            g = in(reg) $g,
            h = inout(reg) $h,
            bc = inout(reg) $bc => _,
            fg = inout(reg) $fg,
            ab = out(reg) differing,
            up = out(reg) _,
            part = out(reg) _,
            options(nostack, readonly),
        );
        $bc = differing;
    };
}

/// Sixteen rounds of the first block (0) or the second (1) with the sums from a pointer on; something else is done among
/// each two, for the places 0 to 7.
macro_rules! sixteen_rounds {
    ($variables:ident, $sums:ident, $block:literal, |$at:ident| $among:block) => {
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = $variables.a_to_h;
        let (mut bc, mut fg) = ($variables.bc, $variables.fg);
        sixteen_rounds!(@two $at 0 $among, $sums $block, bc fg, a b c d e f g h);
        sixteen_rounds!(@two $at 1 $among, $sums $block, bc fg, g h a b c d e f);
        sixteen_rounds!(@two $at 2 $among, $sums $block, bc fg, e f g h a b c d);
        sixteen_rounds!(@two $at 3 $among, $sums $block, bc fg, c d e f g h a b);
        sixteen_rounds!(@two $at 4 $among, $sums $block, bc fg, a b c d e f g h);
        sixteen_rounds!(@two $at 5 $among, $sums $block, bc fg, g h a b c d e f);
        sixteen_rounds!(@two $at 6 $among, $sums $block, bc fg, e f g h a b c d);
        sixteen_rounds!(@two $at 7 $among, $sums $block, bc fg, c d e f g h a b);
        $variables = Variables { a_to_h: [a, b, c, d, e, f, g, h], bc, fg };
    };
    (@two $at:ident $place:literal $among:block, $sums:ident $block:literal, $bc:ident $fg:ident,
        $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
        round!($sums, 32 * $place + 16 * $block, $bc, $fg, $a $b $c $d $e $f $g $h);
        let $at = $place;
        $among;
        round!($sums, 32 * $place + 16 * $block + 8, $bc, $fg, $h $a $b $c $d $e $f $g);
    };
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn compress(state: &mut [u64; 8], pairs: &[[[u8; 128]; 2]]) {
    // Sums of words and constants, two of the first block, then two of the second; behind them the constants, so that
    // one register leads to both: the rounds take all others.
    let mut table = [zero(); 2 * SUMS];
    for (place, [low, high]) in table[SUMS..].iter_mut().zip(K.map(|two| two.map(u64::cast_signed))) {
        *place = words(high, low, high, low);
    }
    let start = table.as_mut_ptr();
    for [first, second] in pairs {
        let (first, second) = (first.as_chunks::<8>().0, second.as_chunks::<8>().0);
        let word = |block: &[[u8; 8]], at: usize| i64::from_be_bytes(block[at]);
        let mut schedule: [__m256i; 8] = core::array::from_fn(|at| {
            let (low, high) = (2 * at, 2 * at + 1);
            words(word(second, high), word(second, low), word(first, high), word(first, low))
        });
        // SAFETY: every place that is written or read lies in the table, which only these pointers use.
        unsafe {
            for (at, &register) in schedule.iter().enumerate() {
                store(start.add(at), register);
            }
            let (mut now, mut variables) = (start, Variables::of(*state));
            for _ in 0..4 {
                now = in_register(now);
                sixteen_rounds!(variables, now, 0, |at| {
                    schedule[at] = next(&schedule, at);
                    store(now.add(8 + at), schedule[at]);
                });
                now = now.add(8);
            }
            sixteen_rounds!(variables, now, 0, |_at| {});
            variables.add_to(state);
            let (mut now, mut variables) = (start, Variables::of(*state));
            for _ in 0..5 {
                now = in_register(now);
                sixteen_rounds!(variables, now, 1, |_at| {});
                now = now.add(8);
            }
            variables.add_to(state);
        }
    }
}

/// How many sums there are: of 80 words, by twos.
const SUMS: usize = 40;

/// The words 16 behind those at `at`, of both blocks.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
fn next(schedule: &[__m256i; 8], at: usize) -> __m256i {
    let of = |ahead: usize| schedule[(at + ahead) % 8];
    let one = behind::<8>(of(1), of(0));
    let nine = behind::<8>(of(5), of(4));
    let fourteen = of(7);
    let small =
        xor(xor(or(right::<1>(one), left::<63>(one)), or(right::<8>(one), left::<56>(one))), right::<7>(one));
    let large = xor(
        xor(or(right::<19>(fourteen), left::<45>(fourteen)), or(right::<61>(fourteen), left::<3>(fourteen))),
        right::<6>(fourteen),
    );
    add(add(of(0), nine), add(small, large))
}

/// The pointer itself. To the compiler it is a new one, so that it is not put together from others at each use.
#[inline(always)]
fn in_register(mut pointer: *mut __m256i) -> *mut __m256i {
    // SAFETY: nothing is done.
    unsafe { asm!("/* {0} */", inout(reg) pointer, options(pure, readonly, nostack, preserves_flags)) };
    pointer
}

/// Leaves the sums of a register and its constants in their place.
///
/// # Safety
/// `place` is one of the first forty of the table.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
unsafe fn store(place: *mut __m256i, register: __m256i) {
    // SAFETY: the constants lie as far behind as there are sums.
    unsafe { place.write(add(register, place.add(SUMS).read())) }
}

/// The working variables `a` to `h`.
struct Variables {
    a_to_h: [u64; 8],
    /// `b ^ c`, which was `a ^ b` a round before.
    bc: u64,
    /// `f ^ g`, which was `e ^ f` a round before.
    fg: u64,
}

impl Variables {
    fn of(state: [u64; 8]) -> Self {
        let [_, b, c, _, _, f, g, _] = state;
        Self { a_to_h: state, bc: b ^ c, fg: f ^ g }
    }

    fn add_to(&self, state: &mut [u64; 8]) {
        for (word, variable) in state.iter_mut().zip(self.a_to_h) {
            *word = word.wrapping_add(variable);
        }
    }
}

/// The constants of FIPS 180-4, section 4.2.3, by twos.
const K: [[u64; 2]; 40] = [
    [0x428A_2F98_D728_AE22, 0x7137_4491_23EF_65CD],
    [0xB5C0_FBCF_EC4D_3B2F, 0xE9B5_DBA5_8189_DBBC],
    [0x3956_C25B_F348_B538, 0x59F1_11F1_B605_D019],
    [0x923F_82A4_AF19_4F9B, 0xAB1C_5ED5_DA6D_8118],
    [0xD807_AA98_A303_0242, 0x1283_5B01_4570_6FBE],
    [0x2431_85BE_4EE4_B28C, 0x550C_7DC3_D5FF_B4E2],
    [0x72BE_5D74_F27B_896F, 0x80DE_B1FE_3B16_96B1],
    [0x9BDC_06A7_25C7_1235, 0xC19B_F174_CF69_2694],
    [0xE49B_69C1_9EF1_4AD2, 0xEFBE_4786_384F_25E3],
    [0x0FC1_9DC6_8B8C_D5B5, 0x240C_A1CC_77AC_9C65],
    [0x2DE9_2C6F_592B_0275, 0x4A74_84AA_6EA6_E483],
    [0x5CB0_A9DC_BD41_FBD4, 0x76F9_88DA_8311_53B5],
    [0x983E_5152_EE66_DFAB, 0xA831_C66D_2DB4_3210],
    [0xB003_27C8_98FB_213F, 0xBF59_7FC7_BEEF_0EE4],
    [0xC6E0_0BF3_3DA8_8FC2, 0xD5A7_9147_930A_A725],
    [0x06CA_6351_E003_826F, 0x1429_2967_0A0E_6E70],
    [0x27B7_0A85_46D2_2FFC, 0x2E1B_2138_5C26_C926],
    [0x4D2C_6DFC_5AC4_2AED, 0x5338_0D13_9D95_B3DF],
    [0x650A_7354_8BAF_63DE, 0x766A_0ABB_3C77_B2A8],
    [0x81C2_C92E_47ED_AEE6, 0x9272_2C85_1482_353B],
    [0xA2BF_E8A1_4CF1_0364, 0xA81A_664B_BC42_3001],
    [0xC24B_8B70_D0F8_9791, 0xC76C_51A3_0654_BE30],
    [0xD192_E819_D6EF_5218, 0xD699_0624_5565_A910],
    [0xF40E_3585_5771_202A, 0x106A_A070_32BB_D1B8],
    [0x19A4_C116_B8D2_D0C8, 0x1E37_6C08_5141_AB53],
    [0x2748_774C_DF8E_EB99, 0x34B0_BCB5_E19B_48A8],
    [0x391C_0CB3_C5C9_5A63, 0x4ED8_AA4A_E341_8ACB],
    [0x5B9C_CA4F_7763_E373, 0x682E_6FF3_D6B2_B8A3],
    [0x748F_82EE_5DEF_B2FC, 0x78A5_636F_4317_2F60],
    [0x84C8_7814_A1F0_AB72, 0x8CC7_0208_1A64_39EC],
    [0x90BE_FFFA_2363_1E28, 0xA450_6CEB_DE82_BDE9],
    [0xBEF9_A3F7_B2C6_7915, 0xC671_78F2_E372_532B],
    [0xCA27_3ECE_EA26_619C, 0xD186_B8C7_21C0_C207],
    [0xEADA_7DD6_CDE0_EB1E, 0xF57D_4F7F_EE6E_D178],
    [0x06F0_67AA_7217_6FBA, 0x0A63_7DC5_A2C8_98A6],
    [0x113F_9804_BEF9_0DAE, 0x1B71_0B35_131C_471B],
    [0x28DB_77F5_2304_7D84, 0x32CA_AB7B_40C7_2493],
    [0x3C9E_BE0A_15C9_BEBC, 0x431D_67C4_9C10_0D4C],
    [0x4CC5_D4BE_CB3E_42B6, 0x597F_299C_FC65_7E2A],
    [0x5FCB_6FAB_3AD6_FAEC, 0x6C44_198C_4A47_5817],
];
