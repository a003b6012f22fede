use std::collections::VecDeque;

use super::*;

/// Gives the prepared reports, and keeps those that it is sent.
#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<ReportBytes>,
    sent: Vec<ReportBytes>,
}

impl Reports for Script {
    fn send(&mut self, report: &ReportBytes) -> io::Result<()> {
        self.sent.push(*report);
        Ok(())
    }

    fn receive(&mut self, _within: Duration) -> io::Result<ReportBytes> {
        self.answers.pop_front().ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

fn report(channel: u32, rest: &[u8]) -> ReportBytes {
    let mut report = [0; REPORT_BYTES];
    report[..4].copy_from_slice(&channel.to_be_bytes());
    report[4..4 + rest.len()].copy_from_slice(rest);
    report
}

fn initialized(nonce: [u8; 8], channel: u32) -> ReportBytes {
    let rest = [&[INIT, 0, 17][..], &nonce, &channel.to_be_bytes(), &[2, 0, 0, 0, 0]].concat();
    report(BROADCAST, &rest)
}

fn channel(answers: impl IntoIterator<Item = ReportBytes>) -> Channel<Script> {
    let answers = [initialized([7; 8], 5)].into_iter().chain(answers).collect();
    Channel::open(Script { answers, sent: Vec::new() }, [7; 8]).expect("a channel")
}

#[test]
fn another_programs_answers_are_left_out() {
    let answers =
        VecDeque::from([report(3, &[CBOR, 0, 1, 9]), initialized([6; 8], 4), initialized([7; 8], 5)]);
    let opened = Channel::open(Script { answers, sent: Vec::new() }, [7; 8]).expect("a channel");
    assert_eq!(opened.id, 5);
}

#[test]
fn long_messages_are_split_and_joined() {
    let message: Vec<u8> = (0..=255).cycle().take(200).collect();
    let mut touched = 0;
    let mut channel = channel([
        report(5, &[KEEPALIVE, 0, 1, 1]),
        report(5, &[KEEPALIVE, 0, 1, TOUCH_NEEDED]),
        report(5, &[&[CBOR, 0, 100][..], &message[..57]].concat()),
        report(6, &[0, 1, 2, 3]),
        report(5, &[&[0][..], &message[57..100]].concat()),
    ]);
    let answer = channel.cbor(&message, &mut || touched += 1).expect("an answer");
    assert_eq!((answer, touched), (message[..100].to_vec(), 1));
    let sent = &channel.reports.sent[1..];
    assert_eq!(sent.len(), 4);
    assert_eq!(sent[0][..7], [0, 0, 0, 5, CBOR, 0, 200]);
    assert_eq!((sent[1][4], sent[3][4]), (0, 2));
    let parts = [&sent[0][7..], &sent[1][5..], &sent[2][5..], &sent[3][5..]].concat();
    assert_eq!(parts[..200], message[..]);
    assert_eq!(
        channel.cbor(&[0; MAX_MESSAGE + 1], &mut || ()).map_err(|it| it.kind()),
        Err(io::ErrorKind::InvalidInput)
    );
}

#[test]
fn what_breaks_the_protocol_is_an_error() {
    use io::ErrorKind::{InvalidData, TimedOut};
    let rows = [
        (vec![], TimedOut),
        (vec![report(5, &[CBOR, 0xff, 0xff])], InvalidData),
        (vec![report(5, &[CBOR, 0, 60]), report(5, &[1])], InvalidData),
        (vec![report(5, &[CBOR, 0, 60]), report(5, &[CBOR, 0, 60])], InvalidData),
        (vec![report(5, &[CBOR, 0, 60])], TimedOut),
        (vec![report(5, &[FAILED, 0, 1, 1])], InvalidData),
        (vec![report(5, &[0])], InvalidData),
    ];
    for (answers, expected) in rows {
        let answer = channel(answers.clone()).cbor(&[4], &mut || ());
        assert_eq!(answer.map_err(|error| error.kind()), Err(expected), "{answers:?}");
    }
}

#[test]
fn a_command_is_canceled_when_the_wait_ends() {
    let mut channel = channel([report(5, &[KEEPALIVE, 0, 1, TOUCH_NEEDED])]);
    assert!(channel.cbor(&[1], &mut || ()).is_err());
    assert_eq!(channel.reports.sent.last().map(|report| report[4]), Some(CANCEL));
}

#[test]
fn a_busy_token_is_asked_again() {
    let mut channel = channel([report(5, &[FAILED, 0, 1, CHANNEL_BUSY]), report(5, &[CBOR, 0, 1, 7])]);
    assert_eq!(channel.cbor(&[4], &mut || ()).ok(), Some(vec![7]));
}
