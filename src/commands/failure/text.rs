//! The text of a failure: the steps, the outermost first, then the cause and what caused that. Scripts match on parts of
//! ssh-keygen's texts, such as `Load key "FILE": No such file or directory`, so those parts stay whole: a file that a step
//! names is not named again, a cause is not repeated, and what the system says has no number.

use std::error::Error;
use std::fmt::{self, Display};

use super::Failure;
use crate::text::{shortened, without_numbers};

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for step in self.steps.iter().rev() {
            self.append(&mut text, &step.replace('\n', "\\012"));
        }
        self.append(&mut text, &self.cause.to_string());
        let mut source = self.cause.source();
        while let Some(error) = source {
            self.append(&mut text, &error.to_string());
            source = error.source();
        }
        f.write_str(&shortened(&text))
    }
}

impl Failure {
    fn append(&self, text: &mut String, part: &str) {
        let path = self.file.as_deref().or_else(|| self.cause.file());
        let name = path.map(|path| path.display().to_string()).unwrap_or_default();
        // A file name cannot forge a line.
        let one_line = name.replace('\n', "\\012");
        let part = if name == one_line { part.to_owned() } else { part.replace(&name, &one_line) };
        let part = &without_numbers(&part);
        let part = match part.strip_prefix(&one_line).and_then(|rest| rest.strip_prefix(": ")) {
            Some(rest) if text.contains(&one_line) => rest,
            _ => part,
        };
        if text.ends_with(part) {
            return;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use crate::commands::failure::{Failure, While as _};
    use crate::host::files::Unreadable;

    #[test]
    fn a_file_is_named_once_and_system_errors_have_no_number() {
        let missing = |path: &str| -> Result<(), Failure> {
            let cause = io::Error::from_raw_os_error(2);
            Err(Unreadable::System { path: PathBuf::from(path), cause }.into())
        };
        let path = PathBuf::from("key");
        let said = "No such file or directory";
        let text = |failed: Result<(), Failure>| failed.map_err(|it| it.to_string());
        assert_eq!(text(missing("key")), Err(format!("key: {said}")));
        assert_eq!(text(missing("key").loading(&path)), Err(format!("Load key \"key\": {said}")));
        assert_eq!(text(missing("other").during("reading")), Err(format!("reading: other: {said}")));
    }
}
