//! CTAPHID (CTAP 2.1, section 11.2): one message in, one message out.

use std::io::{Read, Result, Write};

const CHANNEL: u32 = 0x0101_0101;

/// Answers until the client goes away.
pub fn serve(mut peer: impl Read + Write, call: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Result<()> {
    loop {
        let report = receive(&mut peer)?;
        let (channel, command) = (&report[..4], report[4]);
        let length = usize::from(u16::from_be_bytes([report[5], report[6]]));
        let mut message = report[7..].to_vec();
        while message.len() < length {
            message.extend_from_slice(&receive(&mut peer)?[5..]);
        }
        message.truncate(length);
        let (command, answer) = match command {
            0x86 => (0x86, [&message[..], &CHANNEL.to_be_bytes(), &[2, 0, 0, 0, 4]].concat()),
            0x90 => {
                // As a real token, it reports that it waits for a touch.
                send(&mut peer, &[channel, &[0xbb, 0, 1, 2]])?;
                (0x90, call(&message))
            }
            // By now the command has been answered.
            0x91 => {
                eprintln!("canceled");
                continue;
            }
            _ => (0xbf, vec![0x01]),
        };
        let length = u16::try_from(answer.len()).expect("a short answer").to_be_bytes();
        let (first, rest) = answer.split_at(answer.len().min(57));
        // A client that went away may have canceled before.
        let _ = send(&mut peer, &[channel, &[command], &length, first]);
        for (number, part) in (0u8..).zip(rest.chunks(59)) {
            let _ = send(&mut peer, &[channel, &[number], part]);
        }
    }
}

/// A report, without the number in front.
fn receive(peer: &mut impl Read) -> Result<[u8; 64]> {
    let mut report = [0; 65];
    peer.read_exact(&mut report)?;
    Ok(report[1..].try_into().expect("64 bytes"))
}

fn send(peer: &mut impl Write, parts: &[&[u8]]) -> Result<()> {
    let mut report = parts.concat();
    report.resize(64, 0);
    peer.write_all(&report)
}
