//! The line that answers a question, on standard input.

use std::io::{self, BufRead as _, IsTerminal, Read as _};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::host::question::Question;
use crate::host::ui::Error;
use crate::secret::Passphrase;

/// How long an input that is neither a terminal nor closed may stay silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest line that is taken for an answer, in bytes.
const LONGEST_ANSWER: u64 = 1 << 16;

/// Reads a line without its line feed. A silent pipe is given up after a while, so that a job in
/// CI ends; a person at a terminal may take any time.
pub(super) fn read_line(question: &Question) -> Result<Zeroizing<Vec<u8>>, Error> {
    let read = || {
        let mut line = Zeroizing::new(Vec::with_capacity(Passphrase::MAX_BYTES + 1));
        io::stdin().lock().take(LONGEST_ANSWER).read_until(b'\n', &mut line).map(|_| line)
    };
    let result = if io::stdin().is_terminal() {
        read()
    } else {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(read()));
        receiver
            .recv_timeout(PATIENCE)
            .map_err(|_| Error::Silence { question: question.clone(), seconds: PATIENCE.as_secs() })?
    };
    let mut line = result.map_err(Error::Input)?;
    if line.is_empty() {
        return Err(Error::EndOfInput(question.clone()));
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        // What is typed or piped on Windows ends in two characters.
        if cfg!(windows) && line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    // To ssh-keygen a NUL ends the answer: `cat /dev/zero | ssh-keygen` takes each default.
    if let Some(end) = line.iter().position(|&byte| byte == 0) {
        line.truncate(end);
    }
    Ok(line)
}
