//! Completions: a short script for each shell, which asks rkeygen what may stand where the user presses TAB.

use std::borrow::Cow;

use super::Error;
use super::flags::Flags;
use super::subcommand::{self, Count, Subcommand};
use super::suggest::nearest;
use super::values::Kind;
use super::vocabulary::{Entry, Vocabulary};
use crate::commands::Command;

/// The scripts.
const SCRIPTS: [(&str, &str); 4] = [
    ("bash", include_str!("completions/rkeygen.bash")),
    ("zsh", include_str!("completions/rkeygen.zsh")),
    ("fish", include_str!("completions/rkeygen.fish")),
    ("powershell", include_str!("completions/rkeygen.ps1")),
];

/// `rkeygen completions SHELL`, and `rkeygen completions query -- WORDS` for the scripts.
pub(super) fn command(flags: Flags) -> Result<Command, Error> {
    let mut words = flags.operands.iter().map(|word| word.to_string_lossy());
    let shell = words.next().unwrap_or_default();
    if shell == "query" {
        let words: Vec<_> = words.collect();
        return Ok(Command::Show(answer(&words).into()));
    }
    if words.next().is_some() {
        return Err(Error::usage("Too many arguments.", "see rkeygen completions --help"));
    }
    let script = SCRIPTS.iter().find(|(name, _)| *name == shell);
    script.map(|(_, script)| Command::Show((*script).into())).ok_or_else(|| {
        let known = SCRIPTS.map(|(name, _)| name);
        let hint = match nearest(&shell, known) {
            Some(near) => format!("did you mean {near}?"),
            None => "use the one that is nearest to your shell".to_owned(),
        };
        let shell = crate::text::visible(&shell);
        Error::usage(format!("\"{shell}\" is not one of: {}", known.join(", ")), hint)
    })
}

/// What may stand in place of the last word. The first line says what kind of file is wanted besides (`files`, `public`,
/// `directories`, `hosts` or `words` for none) and, after a tab, the part of the word that stays in front. Each other line
/// is a word and, after a tab, what it means.
fn answer(words: &[Cow<'_, str>]) -> String {
    let (current, before) = match words.split_last() {
        Some((current, before)) => (current.as_ref(), before),
        None => ("", &[][..]),
    };
    let place = Place::of(before);
    let (wanted, front) = place.wanted(current);
    let mut lines = vec![format!("{}\t{front}", wanted.files)];
    let fitting = wanted.words.iter().filter(|(word, _)| word.starts_with(current));
    lines.extend(fitting.map(|(word, help)| format!("{word}\t{help}")));
    lines.join("\n") + "\n"
}

/// Where the word stands.
struct Place {
    /// The command, as far as it is known.
    command: At,
    /// The option whose value it is.
    value_of: Option<Kind>,
    /// How many operands are in front of it.
    operands: usize,
}

enum At {
    /// Nothing is there yet.
    Start,
    /// A group of subcommands.
    Group(String),
    Subcommand(&'static Subcommand),
    /// The options of ssh-keygen.
    Options,
}

/// What may stand there.
struct Wanted {
    files: &'static str,
    words: Vec<(String, String)>,
}

impl Place {
    fn of(before: &[Cow<'_, str>]) -> Self {
        let mut place = Self { command: At::Start, value_of: None, operands: 0 };
        for word in before {
            if place.value_of.take().is_some() {
                continue;
            }
            if let Some(option) = word.strip_prefix('-').filter(|option| !option.is_empty()) {
                if matches!(place.command, At::Start)
                    && !matches!(word.as_ref(), "--json" | "--no-input" | "--quiet" | "-q")
                {
                    place.command = At::Options;
                }
                place.value_of = place.expects(option);
            } else {
                place.step(word);
            }
        }
        place
    }

    /// An operand, or a part of the subcommand's name.
    fn step(&mut self, word: &str) {
        let name = match &self.command {
            At::Start => word.to_owned(),
            At::Group(group) => format!("{group} {word}"),
            At::Subcommand(_) | At::Options => {
                self.operands += 1;
                return;
            }
        };
        self.command = match subcommand::named_exactly(&name) {
            Some(subcommand) => At::Subcommand(subcommand),
            None if subcommand::group(word).next().is_some() => At::Group(name),
            None => At::Options,
        };
    }

    /// Whether the next word is the value of the option.
    fn expects(&self, option: &str) -> Option<Kind> {
        let vocabulary = self.vocabulary();
        if let Some(long) = option.strip_prefix('-') {
            return vocabulary
                .long(long)
                .filter(|entry| entry.takes_value() && entry.usual_value().is_none())
                .map(Entry::kind);
        }
        for (place, letter) in option.char_indices() {
            let entry = vocabulary.short(letter)?;
            if entry.takes_value() {
                return (place + letter.len_utf8() == option.len()).then(|| entry.kind());
            }
        }
        None
    }

    fn vocabulary(&self) -> Vocabulary {
        match self.command {
            At::Subcommand(subcommand) => Vocabulary::of(subcommand),
            At::Start | At::Group(_) | At::Options => Vocabulary::of_options(),
        }
    }

    /// What may stand there, and the part of the word that stays in front of it.
    fn wanted(&self, current: &str) -> (Wanted, String) {
        if let Some(kind) = self.value_of {
            return Wanted::value(kind, "", current);
        }
        if let Some((name, _)) = current.strip_prefix("--").and_then(|option| option.split_once('=')) {
            let vocabulary = self.vocabulary();
            let kind = vocabulary.long(name).map_or(Kind::Text, Entry::kind);
            return Wanted::value(kind, &format!("--{name}="), current);
        }
        if current.starts_with('-') && current != "-"
            || current == "-" && !matches!(self.command, At::Group(_))
        {
            return (self.options(), String::new());
        }
        match &self.command {
            At::Start => (Wanted::commands(subcommand::all(), 0), String::new()),
            At::Group(group) => (Wanted::commands(subcommand::group(group), 1), String::new()),
            At::Subcommand(subcommand) => Wanted::value(operand(subcommand, self.operands), "", current),
            At::Options => (Wanted { files: "files", words: Vec::new() }, String::new()),
        }
    }

    fn options(&self) -> Wanted {
        let vocabulary = self.vocabulary();
        let name = |entry: &Entry| match (entry.long_name(), entry.short_name()) {
            (Some(long), _) => format!("--{long}"),
            (None, short) => format!("-{}", short.unwrap_or_default()),
        };
        let long = vocabulary.entries().map(|entry| (name(entry), entry.help()));
        let short = vocabulary.entries().filter(|entry| entry.long_name().is_some());
        let short = short.filter_map(|entry| Some((format!("-{}", entry.short_name()?), entry.help())));
        Wanted { files: "words", words: long.chain(short).collect() }
    }
}

fn operand(subcommand: &Subcommand, place: usize) -> Kind {
    let last = subcommand.operands.last();
    let endless = last.filter(|operand| matches!(operand.count, Count::Some | Count::Any));
    subcommand.operands.get(place).or(endless).map_or(Kind::Text, |operand| operand.kind)
}

impl Wanted {
    /// The words of subcommands' names at `place`, each once.
    fn commands(subcommands: impl Iterator<Item = &'static Subcommand>, place: usize) -> Self {
        let mut words: Vec<(String, String)> = Vec::new();
        for subcommand in subcommands {
            let mut parts = subcommand.name.split(' ').skip(place);
            let (Some(word), rest) = (parts.next(), parts.next()) else { continue };
            match (words.iter_mut().find(|(known, _)| known == word), rest) {
                (Some((_, help)), Some(rest)) => help.push_str(&format!(", {rest}")),
                (_, Some(rest)) => words.push((word.to_owned(), rest.to_owned())),
                (_, None) => words.push((word.to_owned(), subcommand.about.to_owned())),
            }
        }
        Self { files: "words", words }
    }

    /// Values of that kind, behind what stands in front of them in the word.
    fn value(kind: Kind, front: &str, current: &str) -> (Self, String) {
        let plain = |files| (Self { files, words: Vec::new() }, front.to_owned());
        let all = |words: &[&str], front: &str| {
            let words = words.iter().map(|word| (format!("{front}{word}"), String::new())).collect();
            (Self { files: "words", words }, front.to_owned())
        };
        let typed = current.strip_prefix(front).unwrap_or_default();
        match kind {
            Kind::File => plain("files"),
            Kind::PublicKey => plain("public"),
            Kind::Directory => plain("directories"),
            Kind::Host => plain("hosts"),
            Kind::Text => plain("words"),
            Kind::Words(_) if typed.starts_with("file:") => {
                (Self { files: "files", words: Vec::new() }, format!("{front}file:"))
            }
            Kind::Words(words) => all(words, front),
            Kind::List(words) => {
                let listed = typed.rfind(',').map_or(0, |comma| comma + 1);
                all(words, &format!("{front}{}", &typed[..listed]))
            }
        }
    }
}
