//! The user at a terminal, or a script around the program.

mod answer;
mod list;
mod shown;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use self::answer::read_line;
use super::askpass::Askpass;
use super::process;
use super::question::Question;
use super::ui::{BETWEEN_ITEMS, Error, ErrorReport, List, Progress, Report, Ui};
use crate::secret::{Passphrase, Secret};
use crate::text::{visible, without_numbers};

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
    list: list::Written,
}

impl Terminal {
    /// Talks with those manners.
    #[must_use]
    pub fn new(manners: Manners) -> Self {
        Self { manners, askpass: Askpass::from_environment(), list: list::Written::default() }
    }

    /// Ends a failed run: closes a list that was begun, and prints the error.
    pub fn fail(&mut self, error: &ErrorReport) {
        // An empty map asks the system for random numbers, which may be what failed.
        if self.manners.style == Style::Json {
            // The error is what counts, even where standard output cannot be written.
            let _ = self.list.end(&Map::new());
        }
        print_error(error, self.manners.style);
    }
}

impl Ui for Terminal {
    fn check_question(&self, question: &Question) -> Result<(), Error> {
        if self.manners.no_input { Err(Error::NoInput(question.clone())) } else { Ok(()) }
    }

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

    fn begin(&mut self, list: List) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => self.list.begin(&list),
            Style::Text | Style::KeyOnStdout => Ok(()),
        }
    }

    fn item(&mut self, item: &dyn Report) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => self.list.items(&[item.json()]),
            Style::Text | Style::KeyOnStdout => self.print(item),
        }
    }

    fn items(&mut self, items: &dyn Report) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => match items.rendered() {
                Some(rendered) => self.list.rendered(rendered),
                None => match items.json() {
                    Value::Array(items) => self.list.items(&items),
                    item => self.list.items(&[item]),
                },
            },
            Style::Text | Style::KeyOnStdout => self.print(items),
        }
    }

    fn end(&mut self, members: Map<String, Value>) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => self.list.end(&members),
            Style::Text | Style::KeyOnStdout => Ok(()),
        }
    }

    fn print(&mut self, report: &dyn Report) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => print_json(report),
            Style::Text | Style::KeyOnStdout => on_stdout(|out| report.write_text(out)),
        }
    }

    fn prints_json(&self) -> bool {
        self.manners.style == Style::Json
    }

    fn print_text(&mut self, text: &[u8]) -> Result<(), Error> {
        match self.manners.style {
            Style::Json => Ok(()),
            Style::Text | Style::KeyOnStdout => to_stdout(text),
        }
    }

    fn print_private(&mut self, file: &Secret, mut object: Value) -> Result<(), Error> {
        let json;
        let bytes = match self.manners.style {
            Style::Text | Style::KeyOnStdout => file.expose(),
            Style::Json => {
                object["private_key"] = String::from_utf8_lossy(file.expose()).into();
                json = Zeroizing::new(format!("{object:#}\n").into_bytes());
                &json
            }
        };
        // A reader that went away has not got the key: that is a failure.
        let mut stdout = io::stdout();
        stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(Error::Output)
    }

    fn inform(&mut self, text: &str) {
        if !self.manners.quiet {
            to_stderr(format!("{}\n", visible(text)).as_bytes());
        }
    }

    fn warn(&mut self, text: &str) {
        to_stderr(format!("{}\n", visible(&without_numbers(text))).as_bytes());
    }

    fn remark(&mut self, text: &[u8]) -> Result<(), Error> {
        match self.manners.style {
            Style::Text => to_stdout(text)?,
            Style::Json | Style::KeyOnStdout => to_stderr(text),
        }
        Ok(())
    }

    fn show_secret(&mut self, text: &str, secret: &Passphrase) -> Result<(), Error> {
        shown::show(text, secret)
    }

    fn ask(&mut self, question: &Question) -> Result<Vec<u8>, Error> {
        self.check_question(question)?;
        self.remark(&question.prompt())?;
        let line = read_line(question);
        // Ctrl-D leaves the cursor behind the question.
        if matches!(line, Err(Error::EndOfInput(_))) && io::stdin().is_terminal() {
            self.remark(b"\n")?;
        }
        Ok(line?.to_vec())
    }

    fn ask_secret(&mut self, question: &Question) -> Result<Passphrase, Error> {
        self.check_question(question)?;
        let prompt = question.prompt();
        let tty = tty::open().filter(|_| question.spares_stdin());
        if tty.map_or_else(|| self.askpass.wanted(&io::stdin()), |tty| self.askpass.wanted(&tty)) {
            return Ok(self.askpass.ask(&String::from_utf8_lossy(&prompt))?);
        }
        if tty::exists() || question.spares_stdin() {
            return tty::ask_secret(question);
        }
        to_stderr(&prompt);
        let line = read_line(question);
        to_stderr(b"\n");
        let line = line?;
        // What was made on Windows ends in two characters.
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        Passphrase::given(line.to_vec()).map_err(|error| Error::Input(io::Error::other(error)))
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
    to_stdout(format!("{:#}\n", report.json()).as_bytes())
}

fn to_stdout(text: &[u8]) -> Result<(), Error> {
    on_stdout(|out| out.write_all(text))
}

/// A reader that went away (`rkeygen | true`) is no failure of the work.
fn on_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
        _ => Ok(()),
    }
}

/// Prints an error on standard error: as a line with its hint on the next one, or as one object of JSON.
pub fn print_error(error: &ErrorReport, style: Style) {
    let text = match style {
        Style::Text | Style::KeyOnStdout => {
            let hint = error.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            visible(&format!("{}{hint}", without_numbers(&error.message)))
        }
        Style::Json => format!("{:#}", error.json()),
    };
    to_stderr(format!("{text}\n").as_bytes());
}

/// Nothing can be said about a standard error that cannot be written.
fn to_stderr(text: &[u8]) {
    let _ = io::stderr().write_all(text);
}

#[cfg(unix)]
mod tty;
#[cfg(not(unix))]
#[path = "terminal/console.rs"]
mod tty;
