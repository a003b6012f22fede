//! Safe primes of openssl, and numbers made from them.

use rand_core::SeedableRng;

use super::*;

/// Safe primes, from `openssl prime -generate -safe`: of generators 2, 2 and 5; of 512, 512 and 513 bits.
const SAFE: [&str; 3] = [
    "F956D8D3FCF950B08769534B005A73E8CA635F95C54F5F7839817212ED60C49D3165F955C0AA355B3A4F1F62B625B7BE47D50AA3B373B961F02BD65036F33AAB",
    "FE5F8FF66A33542BC813CED1FAD7A6031AF95F96539A2C245046DC92530A24815DBB954ECABDAAC44ABA6C9438CA109D950FC462105251633BF5AFB56CD4995B",
    "1EE05CE95B4FDEAE65B3747EBD27037BDA696B45CD57768DFA618FBE246822D3A1139E49A9A6567D9E10EEB9C402D0386283EB040AB8D04A02566A127BA19A7C7",
];

fn number(index: usize) -> Natural {
    Natural::from_hex(SAFE[index].as_bytes()).expect("digits")
}

/// The lines that come of these lines, without their times.
fn screened(lines: &[String], asked: Screening) -> Vec<String> {
    let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    let screened = screen(&lines, asked, &mut ChaCha20Rng::from_seed([3; 32]));
    assert_eq!(screened.unreadable, None);
    screened.safe.iter().map(|line| line.at("")).collect()
}

fn few() -> Screening {
    Screening { tests: PrimeTests::new(4).expect("enough"), generator: None }
}

#[test]
fn safe_primes_are_found_in_order_whatever_their_length() {
    let [first, second, third] = [0, 1, 2].map(number);
    let lines = [
        format!("20160301052556 4 2 203277289 511 0 {}\n", third.half()),
        format!("20160301052556 2 6 100 511 2 {first}\n"),
        format!("20160301052556 4 2 203277289 510 0 {}\n", second.half()),
        format!("20160301052556 4 2 203277289 510 0 {}\n", first.half()),
    ];
    let found = [
        format!(" 2 6 4 512 5 {third}\n"),
        format!(" 2 6 104 511 2 {first}\n"),
        format!(" 2 6 4 511 2 {second}\n"),
        format!(" 2 6 4 511 2 {first}\n"),
    ];
    assert_eq!(screened(&lines, few()), found);
    let five = Screening { generator: Some(5), ..few() };
    assert_eq!(screened(&lines, five), found[..1]);
    assert!(screened(&lines, Screening { generator: Some(3), ..few() }).is_empty());
}

#[test]
fn what_is_no_safe_prime_is_left_out() {
    let p = number(0);
    let q = p.half();
    let line = |kind, size, number: &Natural| format!("20160301052556 {kind} 2 1 {size} 0 {number}\n");
    for (kind, size, number) in [
        (2, 511, p.plus(2)), // composite
        (2, 511, p.plus(1)), // even
        (4, 510, q.plus(2)), // q composite
        (4, 510, q.plus(1)), // q even
        (2, 510, p.clone()), // not so long
        (2, 512, p.clone()),
        (4, 511, q.clone()),
        (4, 511, p.clone()), // prime, but 2 p + 1 is not
        (2, u32::MAX, p.clone()),
        (4, u32::MAX, q.clone()),
        (2, 510, q.clone()), // too short
        (2, 0, Natural::from_words(vec![])),
        (4, 0, Natural::from_words(vec![])),
        (4, 0, Natural::from_words(vec![3])),
        (2, 2, Natural::from_words(vec![7])),
    ] {
        assert_eq!(screened(&[line(kind, size, &number)], few()), [""; 0], "{kind} {size} {number}");
    }
    assert_eq!(screened(&[line(2, 511, &p)], few()).len(), 1);
    assert_eq!(screened(&[line(0, 511, &p)], few()).len(), 1);
}

#[test]
fn what_a_line_says_is_kept_or_added_to() {
    let p = number(0);
    let line = |words: &str| screened(&[format!("20160301052556 {words} {p}")], few());
    assert_eq!(line("2 4 4294967294 511 1f"), [format!(" 2 4 2 511 1f {p}\n")]);
    assert_eq!(line("5 8 50 511 0"), [format!(" 2 12 4 511 2 {p}\n")]);
    assert_eq!(line("5 30 50 511 0"), [format!(" 2 30 54 511 2 {p}\n")]);
}

#[test]
fn the_lines_before_one_that_cannot_be_read_count() {
    let good = format!("20160301052556 2 6 100 511 2 {}", number(0));
    let lines = [&good[..], "20160301052556 2 6 100 511 2 none", &good];
    let found = screen(&lines, few(), &mut ChaCha20Rng::from_seed([3; 32]));
    assert_eq!((found.tested, found.safe.len(), found.unreadable), (1, 1, Some(1)));
}

#[test]
fn too_few_tests_are_refused() {
    assert_eq!((PrimeTests::new(3), PrimeTests::new(4).is_some()), (None, true));
}
