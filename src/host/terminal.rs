//! The user at a terminal, or a script around the program.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::askpass::Askpass;
use super::question::Question;
use super::ui::{Error, Progress, Report, Ui, visible};
use super::{batches, process};
use crate::secret::{Passphrase, Secret};

/// How long an input that is neither a terminal nor closed may stay silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest line that is taken for an answer, in bytes. What a passphrase cannot hold of it is left out.
const LONGEST_ANSWER: u64 = 1 << 16;

/// Where progress and questions go, and in what form the result is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// As ssh-keygen: all on standard output.
    #[default]
    Text,
    /// One JSON object on standard output; questions on standard error.
    Json,
    /// A private key on standard output; progress and questions on standard error.
    KeyOnStdout,
}

/// What the command line says about talking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manners {
    /// The form of the result.
    pub style: Style,
    /// `-q`.
    pub quiet: bool,
    /// `--no-input`.
    pub no_input: bool,
}

/// The real [`Ui`].
#[derive(Debug)]
pub struct Terminal {
    manners: Manners,
    askpass: Askpass,
}

impl Terminal {
    /// Talks with those manners.
    #[must_use]
    pub fn new(manners: Manners) -> Self {
        Self { manners, askpass: Askpass::from_environment() }
    }

    fn check_input(&self, question: &Question) -> Result<(), Error> {
        if self.manners.no_input { Err(Error::NoInput(question.clone())) } else { Ok(()) }
    }
}

impl Ui for Terminal {
    fn say(&mut self, text: &[u8]) -> Result<(), Error> {
        match self.manners.style {
            _ if self.manners.quiet => Ok(()),
            Style::Json => Ok(()),
            Style::Text | Style::KeyOnStdout => self.remark(text),
        }
    }

    fn conclude(&mut self, report: &dyn Report) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => print_json(report),
            Style::Text | Style::KeyOnStdout => self.say(&report.text()),
        }
    }

    fn check_output(&self) -> Result<(), Error> {
        let wanted = self.manners.style != Style::Text;
        if wanted && process::stdout_is_closed() {
            return Err(Error::Output(io::Error::other("it is closed")));
        }
        Ok(())
    }

    fn wants_json(&self) -> bool {
        self.manners.style == Style::Json
    }

    fn print(&mut self, report: &dyn Report) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => print_json(report),
            Style::Text | Style::KeyOnStdout => on_stdout(|out| report.write_text(out)),
        }
    }

    fn print_secret(&mut self, secret: &Secret) -> Result<(), Error> {
        let mut stdout = io::stdout();
        stdout.write_all(secret.expose()).and_then(|()| stdout.flush()).map_err(Error::Output)
    }

    fn inform(&mut self, text: &str) {
        if !self.manners.quiet {
            to_stderr(format!("{}\n", visible(text)).as_bytes());
        }
    }

    fn warn(&mut self, text: &str) {
        to_stderr(format!("{}\n", visible(text)).as_bytes());
    }

    fn remark(&mut self, text: &[u8]) -> Result<(), Error> {
        match self.manners.style {
            Style::Text => to_stdout(text)?,
            Style::Json | Style::KeyOnStdout => to_stderr(text),
        }
        Ok(())
    }

    fn ask(&mut self, question: &Question) -> Result<Vec<u8>, Error> {
        self.check_input(question)?;
        self.remark(&question.prompt())?;
        let line = read_line(question)?;
        Ok(line.to_vec())
    }

    fn ask_secret(&mut self, question: &Question) -> Result<Passphrase, Error> {
        self.check_input(question)?;
        let prompt = question.prompt();
        if self.askpass.wanted(io::stdin().is_terminal()) {
            return Ok(self.askpass.ask(&String::from_utf8_lossy(&prompt))?);
        }
        if tty::exists() {
            return tty::ask_secret(question);
        }
        to_stderr(&prompt);
        let line = read_line(question);
        to_stderr(b"\n");
        let line = line?;
        // What was made on Windows ends in two characters.
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        Ok(Passphrase::typed(line.to_vec()))
    }

    fn progress(&self, label: String) -> Progress {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        if self.manners.quiet || dumb || !io::stderr().is_terminal() {
            return Progress::new(None);
        }
        let bar = indicatif::ProgressBar::new_spinner().with_message(label);
        if let Ok(style) = indicatif::ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress::new(Some(bar))
    }
}

fn print_json(report: &dyn Report) -> Result<(), Error> {
    on_stdout(|out| {
        report.write_json(out)?;
        out.write_all(b"\n")
    })
}

fn to_stdout(text: &[u8]) -> Result<(), Error> {
    on_stdout(|out| out.write_all(text))
}

/// A reader that went away (`rkeygen | true`) is no failure of the work, and nobody is left to
/// tell.
fn on_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
        _ => Ok(()),
    }
}

/// Prints an error on standard error, and what to do about it on a line of its own.
pub fn print_error(message: &str, hint: Option<&str>) {
    let hint = hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    to_stderr(format!("{}\n", visible(&format!("{message}{hint}"))).as_bytes());
}

/// Nothing can be said about a standard error that cannot be written.
fn to_stderr(text: &[u8]) {
    let _ = io::stderr().write_all(text);
}

/// Reads a line without its line feed. A silent pipe is given up after a while, so that a job in
/// CI ends; a person at a terminal may take any time.
fn read_line(question: &Question) -> Result<Zeroizing<Vec<u8>>, Error> {
    let read = || {
        let mut line = Zeroizing::new(Vec::with_capacity(Passphrase::MAX_BYTES + 1));
        batches::read_line(&mut io::stdin().lock(), &mut line, LONGEST_ANSWER).map(|_| line)
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
    Ok(line)
}

#[cfg(unix)]
mod tty;
#[cfg(not(unix))]
#[path = "terminal/console.rs"]
mod tty;
