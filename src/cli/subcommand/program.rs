//! Subcommands about the program itself.

use super::{Count, HELP, Operand, Subcommand, one};
use crate::cli::values::Kind;
use crate::cli::{completions, help, manual, version};
use crate::commands::Command;

/// Shells with completions.
pub(super) const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "powershell"];

/// In the order of the help.
pub(super) const ALL: &[Subcommand] = &[
    Subcommand {
        name: "completions",
        about: "Print completions for a shell",
        operands: &[
            one("SHELL", Kind::Words(&SHELLS)),
            Operand { name: "WORD", kind: Kind::Text, count: Count::Any },
        ],
        options: &[HELP],
        ssh_keygen: "",
        details: "bash: write them to ~/.local/share/bash-completion/completions/rkeygen. zsh: to a file _rkeygen in a \
                  directory of fpath. fish: to ~/.config/fish/completions/rkeygen.fish.",
        examples: &["rkeygen completions fish >~/.config/fish/completions/rkeygen.fish"],
        command: completions::command,
    },
    Subcommand {
        name: "man",
        about: "Show the manual page",
        operands: &[Operand { name: "COMMAND", kind: Kind::Text, count: Count::Any }],
        options: &[HELP],
        ssh_keygen: "",
        details: "On a terminal it is shown by man(1); otherwise its source is printed. With COMMAND, the page of one \
                  command or group.",
        examples: &["rkeygen man", "rkeygen man known-hosts"],
        command: |flags| manual::command(&flags.operands),
    },
    Subcommand {
        name: "help",
        about: "Show help on a command, an option or a topic",
        operands: &[Operand { name: "TOPIC", kind: Kind::Text, count: Count::Any }],
        options: &[HELP],
        ssh_keygen: "",
        details: "",
        examples: &["rkeygen help convert", "rkeygen help -s", "rkeygen help options"],
        command: |flags| help::topic(&flags.operands).map(|text| Command::Show(text.into())),
    },
    Subcommand {
        name: "version",
        about: "Show the version, and the commit of a release build",
        operands: &[],
        options: &[HELP],
        ssh_keygen: "",
        details: "",
        examples: &[],
        command: |_| Ok(Command::Show(version().into())),
    },
];
