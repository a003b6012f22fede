//! User interaction: all output and answers go through [`Ui`].

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::host::askpass;
use crate::host::question::Question;
use crate::secret::{Passphrase, Secret};
use crate::text::without_numbers;

/// A result of a command: as ssh-keygen's text, and as JSON.
pub trait Report {
    /// The bytes that ssh-keygen prints. File names and comments need not be UTF-8.
    fn text(&self) -> Vec<u8>;
    /// The same for programs: one object.
    fn json(&self) -> Value;

    /// The items of a list as JSON with [`BETWEEN_ITEMS`] between them, if they are at hand in this form.
    fn rendered(&self) -> Option<&[u8]> {
        None
    }

    /// Writes the text; a report that may be long does it piece by piece.
    ///
    /// # Errors
    /// Those of writing.
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.text())
    }
}

/// What is between two items of a list of JSON: each is on a line of its own.
pub const BETWEEN_ITEMS: &[u8] = b",\n    ";

/// A result that is a list: one object of JSON around its items. As text, the items are all there is.
#[derive(Debug, Clone)]
pub struct List {
    /// The schema of the object.
    pub schema: &'static str,
    /// The member that holds the items.
    pub name: &'static str,
    /// The members before the items.
    pub members: Map<String, Value>,
}

impl List {
    /// A list without other members.
    #[must_use]
    pub fn new(schema: &'static str, name: &'static str) -> Self {
        Self { schema, name, members: Map::new() }
    }

    /// With a member before the items.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }
}

/// An error as it is shown: one line, or one object of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReport {
    /// A name for programs that stays the same.
    pub id: &'static str,
    /// What is wrong.
    pub message: String,
    /// What the user can do about it.
    pub hint: Option<String>,
    /// The exit status.
    pub status: u8,
    /// The file that it is about.
    pub file: Option<PathBuf>,
}

impl ErrorReport {
    /// The object of JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut object = json!({
            "schema": "rkeygen/error/1",
            "id": self.id,
            "message": without_numbers(&self.message),
            "status": self.status,
        });
        if let Some(hint) = &self.hint {
            object["hint"] = hint.as_str().into();
        }
        if let Some(file) = &self.file {
            object["file"] = file.to_string_lossy().into();
        }
        object
    }
}

/// A question that got no answer, or a result that could not be shown.
#[derive(Debug, Error)]
pub enum Error {
    /// `--no-input` forbids the question.
    #[error("--no-input forbids this prompt: {0}")]
    NoInput(Question),
    /// Only a terminal or an askpass program may answer, and there is neither.
    #[error("no terminal for this prompt: {0}")]
    NoTerminal(Question),
    /// The input ended where an answer was expected.
    #[error("end of input at prompt: {0}")]
    EndOfInput(Question),
    /// Nothing came for too long, from an input that is not a terminal.
    #[error("no answer within {seconds} seconds at prompt: {question}")]
    Silence {
        /// What was asked.
        question: Question,
        /// How long rkeygen waited.
        seconds: u64,
    },
    /// There is no terminal for what only the user may see.
    #[error("no terminal to show the generated passphrase on")]
    NowhereToShow,
    /// The askpass program failed.
    #[error(transparent)]
    Askpass(#[from] askpass::Error),
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// The terminal or standard input cannot be read.
    #[error("cannot read the answer: {0}")]
    Input(io::Error),
}

/// How the program talks with the user.
pub trait Ui {
    /// Says how far the work is; silent under `-q` and `--json`.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn say(&mut self, text: &[u8]) -> Result<(), Error>;

    /// Ends a command: its text is silent under `-q`, its JSON never is.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn conclude(&mut self, report: &dyn Report) -> Result<(), Error>;

    /// Checks, before any work, that a result that goes to standard output has a place to go to.
    ///
    /// # Errors
    /// [`Error::Output`] when standard output is closed.
    fn check_output(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Checks, before any work, that a later question may be asked.
    ///
    /// # Errors
    /// [`Error::NoInput`].
    fn check_question(&self, _question: &Question) -> Result<(), Error> {
        Ok(())
    }

    /// Whether results are printed as JSON: one that takes much memory as JSON is else not made.
    fn prints_json(&self) -> bool {
        false
    }

    /// Begins a list.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn begin(&mut self, list: List) -> Result<(), Error>;

    /// Prints an item of the list that was begun, at once: `-q` does not silence it.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn item(&mut self, item: &dyn Report) -> Result<(), Error>;

    /// Prints several items at once, whose JSON is an array.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn items(&mut self, items: &dyn Report) -> Result<(), Error>;

    /// Ends the list, with the members after its items.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn end(&mut self, members: Map<String, Value>) -> Result<(), Error>;

    /// Prints the result of a command that exists for its result: `-q` does not silence it.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn print(&mut self, report: &dyn Report) -> Result<(), Error>;

    /// Prints a part of a result as text: the JSON of the whole has it too.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn print_text(&mut self, text: &[u8]) -> Result<(), Error>;

    /// Prints a private key: the file alone, or as the member `private_key` of the object that describes it.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn print_private(&mut self, file: &Secret, object: Value) -> Result<(), Error>;

    /// Tells of something beside the output, on standard error; silent under `-q`.
    fn inform(&mut self, text: &str);

    /// Warns on standard error, in any case.
    fn warn(&mut self, text: &str);

    /// Says something that belongs to a question, where questions are put.
    ///
    /// # Errors
    /// [`Error::Output`].
    fn remark(&mut self, text: &[u8]) -> Result<(), Error>;

    /// Shows a secret, after a line of text, on the terminal and nowhere else.
    ///
    /// # Errors
    /// [`Error::NowhereToShow`], [`Error::Output`].
    fn show_secret(&mut self, text: &str, secret: &Passphrase) -> Result<(), Error>;

    /// Asks for a line.
    ///
    /// # Errors
    /// [`enum@Error`] when there is none.
    fn ask(&mut self, question: &Question) -> Result<Vec<u8>, Error>;

    /// Asks for a passphrase without showing it. An empty answer is an answer.
    ///
    /// # Errors
    /// [`enum@Error`] when there is none; end of input is never an empty passphrase.
    fn ask_secret(&mut self, question: &Question) -> Result<Passphrase, Error>;

    /// Shows that the program works on something long, until the returned value is dropped.
    fn progress(&self, label: String) -> Progress;

    /// Asks a question of yes and no; only `y` and `Y` mean yes.
    ///
    /// # Errors
    /// [`enum@Error`] when there is no answer.
    fn confirm(&mut self, question: &Question) -> Result<bool, Error> {
        let answer = self.ask(question)?;
        Ok(matches!(answer.first(), Some(b'y' | b'Y')))
    }
}

/// A line that shows the program at work; gone when dropped.
#[derive(Debug)]
pub struct Progress(Option<indicatif::ProgressBar>);

impl Progress {
    /// Shows `bar` while the value lives, or nothing.
    #[must_use]
    pub fn new(bar: Option<indicatif::ProgressBar>) -> Self {
        Self(bar)
    }

    /// Changes what is shown. Says whether anything is.
    pub fn show(&self, label: String) -> bool {
        let bar = self.0.as_ref();
        bar.inspect(|bar| bar.set_message(label)).is_some()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
