//! A [`Ui`] for tests: answers from a list, everything said is kept.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::question::Question;
use super::ui::{Error, List, Progress, Report, Ui};
use crate::secret::{Passphrase, Secret};

/// Answers in order; an exhausted list is the end of the input.
#[derive(Debug, Default)]
pub struct Scripted {
    answers: VecDeque<&'static str>,
    /// Everything that was said or printed.
    pub output: String,
    /// Every question that was asked.
    pub questions: Vec<String>,
}

impl Scripted {
    /// Will answer with `answers`.
    pub fn new(answers: &[&'static str]) -> Self {
        Self { answers: answers.iter().copied().collect(), ..Self::default() }
    }
}

impl Ui for Scripted {
    fn say(&mut self, text: &[u8]) -> Result<(), Error> {
        self.output.push_str(&String::from_utf8_lossy(text));
        Ok(())
    }

    fn conclude(&mut self, report: &dyn Report) -> Result<(), Error> {
        self.say(&report.text())
    }

    fn begin(&mut self, _: List) -> Result<(), Error> {
        Ok(())
    }

    fn item(&mut self, item: &dyn Report) -> Result<(), Error> {
        self.say(&item.text())
    }

    fn items(&mut self, items: &dyn Report) -> Result<(), Error> {
        self.say(&items.text())
    }

    fn end(&mut self, _: Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }

    fn print(&mut self, report: &dyn Report) -> Result<(), Error> {
        self.say(&report.text())
    }

    fn print_text(&mut self, text: &[u8]) -> Result<(), Error> {
        self.say(text)
    }

    fn print_private(&mut self, file: &Secret, _: Value) -> Result<(), Error> {
        self.say(file.expose())
    }

    fn inform(&mut self, text: &str) {
        self.output.push_str(text);
    }

    fn warn(&mut self, text: &str) {
        self.output.push_str(text);
    }

    fn remark(&mut self, text: &[u8]) -> Result<(), Error> {
        self.say(text)
    }

    fn show_secret(&mut self, text: &str, secret: &Passphrase) -> Result<(), Error> {
        self.say(text.as_bytes())?;
        self.say(secret.expose())
    }

    fn ask(&mut self, question: &Question) -> Result<Vec<u8>, Error> {
        self.questions.push(String::from_utf8_lossy(&question.prompt()).into_owned());
        let answer = self.answers.pop_front().ok_or_else(|| Error::EndOfInput(question.clone()))?;
        Ok(answer.as_bytes().to_vec())
    }

    fn ask_secret(&mut self, question: &Question) -> Result<Passphrase, Error> {
        self.ask(question).map(Passphrase::new)
    }

    fn progress(&self, _: String) -> Progress {
        Progress::new(None)
    }
}
