//! `known_hosts` files and moduli.

use crate::bytes::{MIB, base64, line, noise};

type Files = Vec<(String, Vec<u8>)>;

fn hashed(line: &str) -> String {
    format!("|1|{}|{} {line}\n", base64(&noise(20)), base64(&noise(20)))
}

/// Names of hosts, all different and short.
fn names(count: usize) -> String {
    let digits = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let name = |at: usize| {
        let letters = [1, 36, 36 * 36].map(|place| char::from(digits[at / place % 36]));
        format!("{}{}", letters.iter().collect::<String>(), at / (36 * 36 * 36))
    };
    (0..count).map(name).collect::<Vec<_>>().join(",")
}

pub(crate) fn known_hosts() -> Files {
    let line = line();
    let stars = "*a".repeat(20) + "*b";
    let lines = |count: usize, text: &dyn Fn(usize) -> String| (0..count).map(text).collect::<String>();
    let mut files = vec![
        ("hashed".to_owned(), lines(6_500, &|_| hashed(&line))),
        ("plain".to_owned(), lines(11_000, &|at| format!("h{at} {line}\n"))),
        ("mixed".to_owned(), lines(4_000, &|at| format!("{}h{at} {line}\n", hashed(&line)))),
        ("one-host".to_owned(), format!("h {line}\n").repeat(12_000)),
        ("names".to_owned(), format!("{} {line}\n", names(180_000))),
        ("same-name".to_owned(), format!("{} {line}\n", vec!["h"; 450_000].join(","))),
        (
            "names-and-comment".to_owned(),
            format!("{} {line} {}\n", vec!["h5"; 150_000].join(","), "c".repeat(500_000)),
        ),
        ("many-stars".to_owned(), format!("{} {line}\n", vec![stars; 20_000].join(","))),
        ("longest-star".to_owned(), format!("{} {line}\n", "*a".repeat(400_000))),
        ("patterns".to_owned(), lines(5_000, &|at| format!("*{at}* {line}\nh{at} {line}\n"))),
        ("line-feeds".to_owned(), "\n".repeat(MIB)),
        ("bars".to_owned(), "|".repeat(MIB)),
        ("short-lines".to_owned(), "a b\n".repeat(260_000)),
    ];
    for (name, mark) in [("signs", "+"), ("at-signs", "@"), ("schemes", "ssh://"), ("assignments", "A=")] {
        files.push((name.to_owned(), format!("{}h {line}\n", mark.repeat(MIB / mark.len() - 200))));
    }
    for count in [120, 250] {
        let long = format!("{} {line} {}\n", vec!["h5"; count].join(","), "c".repeat(20_000));
        files.push((format!("{count}-names"), long.repeat(MIB / long.len())));
    }
    files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

pub(crate) fn moduli() -> Files {
    let composite = format!("20160301052556 2 6 100 1023 5 {}\n", "F".repeat(256));
    [
        ("long", format!("20160301052556 2 4 0 4000000 2 {}\n", "F".repeat(1_000_000))),
        ("composite", composite.repeat(3_000)),
        ("short", "20160301052556 2 4 0 31 0 DCB44E7B\n".repeat(28_000)),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .collect()
}
