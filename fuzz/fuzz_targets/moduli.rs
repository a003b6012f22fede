//! No line of a moduli file makes its reader or the screening panic, and what is found reads back.
#![no_main]

use chacha20::ChaCha20Rng;
use libfuzzer_sys::fuzz_target;
use rand_core::SeedableRng;
use rkeygen::moduli::{Line, PrimeTests, Screening, screen};

fuzz_target!(|file: &[u8]| {
    let lines: Vec<&[u8]> = file.split_inclusive(|&byte| byte == b'\n').collect();
    for line in &lines {
        if let Ok(Some(line)) = Line::read(line) {
            let again = Line::read(line.at("20160301052556").as_bytes());
            assert_eq!(again, Ok(Some(line)));
        }
    }
    let few = PrimeTests::new(PrimeTests::MIN).expect("enough");
    let asked = Screening { tests: few, generator: None };
    // Tests of long numbers take as long as they are meant to: not here.
    let short: Vec<&[u8]> = lines.into_iter().filter(|line| line.len() < 600).take(8).collect();
    for line in screen(&short, asked, &mut ChaCha20Rng::from_seed([1; 32])).safe {
        assert!(line.kind == Line::SAFE && line.tests & Line::MILLER_RABIN != 0);
    }
});
