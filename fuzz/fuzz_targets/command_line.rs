//! No words behind the program's name make reading them panic: they come apart at each zero byte.
#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use libfuzzer_sys::fuzz_target;
use rkeygen::cli;

fuzz_target!(|bytes: &[u8]| {
    let words = bytes.split(|&byte| byte == 0).map(|word| OsString::from_vec(word.to_vec()));
    if let Err(error) = cli::parse(words) {
        assert!(!error.to_string().is_empty());
    }
});
