use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use chacha20::ChaCha20Rng;
use ed25519_dalek::{Signer as _, SigningKey};
use rand_core::SeedableRng;
use sha2::{Digest, Sha256};

use super::*;
use crate::device::fido::cbor::Value::{Int, Map};
use crate::device::fido::hid::{REPORT_BYTES, ReportBytes};
use crate::key::{Comment, PrivateKey, TokenAlgorithm};

/// A token in software, of CTAP 2.0: no PIN, no resident keys, one Ed25519 key.
#[derive(Default)]
struct Simulated {
    received: Vec<u8>,
    expected: usize,
    channel: [u8; 4],
    answers: VecDeque<ReportBytes>,
    /// Changes the answer to a command before it is sent.
    damage: Option<(u8, Vec<u8>)>,
    /// A token of CTAP 2.1 with protected resident keys: whether a PIN is set, and the user IDs that it shows without.
    resident: Option<(bool, Vec<&'static str>)>,
    /// The next user ID of the list.
    next: Cell<usize>,
    made: Rc<Cell<usize>>,
}

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

fn auth_data(application: &str, flags: u8, rest: &[u8]) -> Vec<u8> {
    [&Sha256::digest(application)[..], &[flags], &[0, 0, 0, 9], rest].concat()
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode(&mut out);
    out
}

fn created() -> Value {
    let key = Map(vec![
        (Int(1), Int(1)),
        (Int(3), Int(-8)),
        (Int(-1), Int(6)),
        (Int(-2), Value::Bytes(signing_key().verifying_key().to_bytes().to_vec())),
    ]);
    let rest = [&[0; 16][..], &[0, 3], b"abc", &encoded(&key)].concat();
    Map(vec![
        (Int(1), Value::text("packed")),
        (Int(2), Value::Bytes(auth_data("ssh:", 0x41, &rest))),
        (Int(3), Map(vec![(Value::text("alg"), Int(-8)), (Value::text("sig"), Value::Bytes(vec![1, 2]))])),
    ])
}

fn asserted(request: &Value) -> Value {
    let hash = request.at(2).and_then(Value::as_bytes).expect("a hash");
    let data = auth_data("ssh:", 1, &[]);
    let signature = signing_key().sign(&[&data[..], hash].concat()).to_bytes().to_vec();
    Map(vec![(Int(2), Value::Bytes(data)), (Int(3), Value::Bytes(signature))])
}

impl Simulated {
    fn answer(&mut self, command: u8, body: &[u8]) {
        let message = match command {
            0x86 => [body, &[0, 0, 0, 5], &[2, 0, 0, 0, 4]].concat(),
            _ => self.command(body),
        };
        let length = u16::try_from(message.len()).expect("a short answer").to_be_bytes();
        let (first, rest) = message.split_at(message.len().min(57));
        let head = [&self.channel[..], &[command], &length, first].concat();
        let rest =
            (0_u8..).zip(rest.chunks(59)).map(|(number, part)| [&self.channel[..], &[number], part].concat());
        for bytes in std::iter::once(head).chain(rest.collect::<Vec<_>>()) {
            let mut report = [0; REPORT_BYTES];
            report[..bytes.len()].copy_from_slice(&bytes);
            self.answers.push_back(report);
        }
    }

    fn command(&self, body: &[u8]) -> Vec<u8> {
        let (&command, rest) = body.split_first().expect("a command");
        if let Some((_, damaged)) = self.damage.as_ref().filter(|(of, _)| *of == command) {
            return damaged.clone();
        }
        let request = Value::decode(rest).unwrap_or(Value::Null);
        let value = match command {
            GET_INFO => self.info(),
            MAKE_CREDENTIAL => {
                self.made.set(self.made.get() + 1);
                created()
            }
            GET_ASSERTION | NEXT_ASSERTION if request.at(3).is_none() => {
                self.next.set(if command == GET_ASSERTION { 0 } else { self.next.get() + 1 });
                match self.shown() {
                    Some(shown) => shown,
                    None => return vec![0x2e],
                }
            }
            GET_ASSERTION => asserted(&request),
            _ => return vec![1],
        };
        [&[0][..], &encoded(&value)].concat()
    }
}

impl Simulated {
    fn info(&self) -> Value {
        let mut info = vec![(Int(1), Value::Array(vec![Value::text("FIDO_2_0")]))];
        if let Some((pin, _)) = self.resident {
            info.push((Int(2), Value::Array(vec![Value::text("credProtect")])));
            let option = |name, value| (Value::text(name), Value::Bool(value));
            info.push((
                Int(4),
                Map(vec![option("rk", true), option("clientPin", pin), option("makeCredUvNotRqd", true)]),
            ));
        }
        Map(info)
    }

    /// The next stored key that is shown without a PIN.
    fn shown(&self) -> Option<Value> {
        let (_, users) = self.resident.as_ref()?;
        let mut id = users.get(self.next.get())?.as_bytes().to_vec();
        id.resize(32, 0);
        let count = i64::try_from(users.len()).ok()?;
        Some(Map(vec![
            (Int(2), Value::Bytes(auth_data("ssh:", 0, &[]))),
            (Int(3), Value::Bytes(vec![1])),
            (Int(4), Map(vec![(Value::text("id"), Value::Bytes(id))])),
            (Int(5), Int(count)),
        ]))
    }
}

impl Reports for Simulated {
    fn send(&mut self, report: &ReportBytes) -> io::Result<()> {
        if report[4] & 0x80 == 0 {
            self.received.extend_from_slice(&report[5..]);
        } else {
            self.channel.copy_from_slice(&report[..4]);
            self.expected = usize::from(u16::from_be_bytes([report[5], report[6]]));
            self.received = report[4..5].iter().chain(&report[7..]).copied().collect();
        }
        if self.received.len() > self.expected {
            let (command, body) = (self.received[0], self.received[1..=self.expected].to_vec());
            self.answer(command, &body);
        }
        Ok(())
    }

    fn receive(&mut self, _within: Duration) -> io::Result<ReportBytes> {
        self.answers.pop_front().ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

fn enrollment(flags: TokenFlags) -> Enrollment<'static> {
    Enrollment {
        algorithm: TokenAlgorithm::Ed25519,
        challenge: b"challenge",
        application: "ssh:",
        user: None,
        device: None,
        flags,
    }
}

fn token(damage: Option<(u8, Vec<u8>)>) -> Result<Token<Simulated, ChaCha20Rng>, Error> {
    Token::open(Simulated { damage, ..Simulated::default() }, ChaCha20Rng::from_seed([1; 32]))
}

#[test]
fn a_token_enrolls_and_signs() {
    let mut token = token(None).expect("a token");
    let enrolled = token.enroll(&enrollment(TokenFlags::TOUCH), None).expect("a key");
    assert_eq!(enrolled.key.handle, b"abc");
    assert_eq!(enrolled.attestation.signature, [1, 2]);
    let key = PrivateKey::of_token(&enrolled.key, Comment::default()).expect("a key");
    let signature = token.sign(&enrolled.key, b"message", None).expect("a signature");
    assert_eq!(signature.verify(key.public(), b"message"), Ok(()));
    assert!(token.has(&enrolled.key).expect("an answer"));
}

#[test]
fn what_a_token_cannot_do_is_told_before_any_touch() {
    let mut token = token(None).expect("a token");
    for flags in [TokenFlags::RESIDENT, TokenFlags::VERIFY] {
        let enrolled = token.enroll(&enrollment(TokenFlags::TOUCH.with(flags)), None);
        assert!(matches!(enrolled, Err(Error::Unsupported)), "{enrolled:?}");
    }
    assert!(matches!(token.resident_keys(None), Err(Error::Unsupported)));
}

#[test]
fn statuses_have_their_errors() {
    for (status, expected) in [
        (0x2e, TokenError::NoCredential),
        (0x2f, TokenError::NoTouch),
        (0x32, TokenError::PinBlocked),
        (0x34, TokenError::PinBlockedForNow),
        (0x7f, TokenError::Status(0x7f)),
    ] {
        let mut token = token(Some((MAKE_CREDENTIAL, vec![status]))).expect("a token");
        let enrolled = token.enroll(&enrollment(TokenFlags::TOUCH), None);
        assert!(matches!(enrolled, Err(Error::Token(error)) if error == expected), "{enrolled:?}");
    }
}

/// Each truncation and each changed byte of an answer: an error, or a key and a signature that are not for something
/// else.
#[test]
fn damaged_answers_never_panic_and_never_pass() {
    let whole = [&[0][..], &encoded(&created())].concat();
    let mut good = token(None).expect("a token");
    let key = good.enroll(&enrollment(TokenFlags::TOUCH), None).expect("a key").key;
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 8);
        for damaged in [changed, whole[..place].to_vec()] {
            let mut token = token(Some((MAKE_CREDENTIAL, damaged))).expect("a token");
            if let Ok(enrolled) = token.enroll(&enrollment(TokenFlags::TOUCH), None) {
                assert_eq!(enrolled.key.application, "ssh:");
                assert_eq!(enrolled.key.algorithm, TokenAlgorithm::Ed25519);
            }
        }
    }
    let public = PrivateKey::of_token(&key, Comment::default()).expect("a key");
    let request = Map(vec![(Int(2), Value::Bytes(Sha256::digest(b"message").to_vec()))]);
    let whole = [&[0][..], &encoded(&asserted(&request))].concat();
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 8);
        for damaged in [changed, whole[..place].to_vec()] {
            let mut token = token(Some((GET_ASSERTION, damaged))).expect("a token");
            let verdict = token.sign(&key, b"message", None).map(|it| it.verify(public.public(), b"message"));
            assert!(!matches!(verdict, Ok(Ok(()))), "byte {place}");
        }
    }
}

#[test]
fn a_token_without_a_pin_is_asked_what_it_would_replace() {
    let resident = TokenFlags::TOUCH.with(TokenFlags::RESIDENT);
    let forced = resident.with(TokenFlags::FORCE);
    for (flags, pin, users, expected) in [
        (resident, false, vec![], Some(Error::Unseen)),
        (resident, false, vec!["eve"], Some(Error::Unseen)),
        (resident, false, vec!["eve", "bob"], Some(Error::Exists)),
        (resident, true, vec!["bob"], Some(Error::Pin)),
        (forced, false, vec!["bob"], None),
        (TokenFlags::TOUCH, false, vec!["bob"], None),
        (TokenFlags::TOUCH, true, vec!["bob"], None),
    ] {
        let made = Rc::new(Cell::new(0));
        let simulated =
            Simulated { resident: Some((pin, users)), made: Rc::clone(&made), ..Simulated::default() };
        let mut token = Token::open(simulated, ChaCha20Rng::from_seed([1; 32])).expect("a token");
        let enrolled = token.enroll(&Enrollment { user: Some("bob"), ..enrollment(flags) }, None);
        let error = enrolled.err().map(|error| error.to_string());
        assert_eq!(error, expected.map(|error| error.to_string()), "{flags:?} {pin}");
        assert_eq!(made.get(), usize::from(error.is_none()), "a key was replaced");
    }
}

/// A list without an end, of something else, or of nothing.
#[test]
fn hostile_lists_end() {
    let resident = TokenFlags::TOUCH.with(TokenFlags::RESIDENT);
    let listed = |value: Value| [&[0][..], &encoded(&value)].concat();
    for answer in [
        listed(Map(vec![
            (Int(4), Map(vec![(Value::text("id"), Value::Bytes(vec![0; 32]))])),
            (Int(5), Int(i64::MAX)),
        ])),
        listed(Map(vec![(Int(5), Int(-1))])),
        listed(Map(vec![(Int(4), Int(1)), (Int(5), Value::text("many"))])),
        listed(Value::Null),
        vec![0],
        vec![0x36],
    ] {
        let damage = Some((GET_ASSERTION, answer));
        let simulated = Simulated { damage, resident: Some((false, vec![])), ..Simulated::default() };
        let mut token = Token::open(simulated, ChaCha20Rng::from_seed([1; 32])).expect("a token");
        let enrolled = token.enroll(&Enrollment { user: Some("bob"), ..enrollment(resident) }, None);
        assert!(matches!(enrolled, Err(Error::Unseen)), "{enrolled:?}");
    }
}
