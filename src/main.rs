//! argv in, exit status out; the only place that prints an error.

use std::alloc::System;
use std::io::Write;
use std::process::ExitCode;

use rkeygen::allowed_signers::LineError;
use rkeygen::cli;
use rkeygen::commands::{
    self, Command, Context, change_comment, change_passphrase, convert, doctor, generate, host_keys,
    known_hosts, match_principals, passphrase, query_krl, show_certificate,
};
use rkeygen::hint::hint;
use rkeygen::host::terminal::Terminal;
use rkeygen::host::{entropy, files, process, ui};
use rkeygen::secret::wipe_stack;
use zeroizing_alloc::ZeroAlloc;

/// ssh-keygen's status for usage errors, for questions answered no, and for keys not saved.
const NO: u8 = 1;
/// ssh-keygen's status for everything else that goes wrong.
const FAILURE: u8 = 255;
/// ssh-keygen's internal -46, -24 and -4, which it lets out where `-Y match-principals` finds nothing.
const NO_PRINCIPAL: u8 = 210;
const NOT_READ: u8 = 232;
const BAD_LINE: u8 = 252;

/// Freed memory is wiped: libraries free copies of private numbers that only they know of.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    process::harden();
    let mut unsaved = NO;
    let result = run(&mut unsaved);
    wipe_stack();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&error);
            ExitCode::from(status(&error, unsaved))
        }
    }
}

/// Runs the program, and says which status it is when a file cannot be saved.
fn run(unsaved: &mut u8) -> anyhow::Result<()> {
    let invocation = cli::parse(std::env::args_os().skip(1))?;
    *unsaved = match invocation.command {
        Command::Sign(_)
        | Command::SignCertificate(_)
        | Command::MakeKrl(_)
        | Command::RewriteKnownHosts(_)
        | Command::DedupeKnownHosts(_) => FAILURE,
        _ => NO,
    };
    let mut ui = Terminal::new(invocation.manners);
    let mut context = Context { ui: &mut ui, rng: entropy::generator()? };
    commands::run(invocation.command, &mut context)
}

fn status(error: &anyhow::Error, unsaved: u8) -> u8 {
    if error.is::<passphrase::Locked>() {
        return FAILURE;
    }
    if error.chain().any(|cause| cause.is::<files::Error>()) {
        return unsaved;
    }
    let is_no = error.chain().any(|cause| {
        matches!(cause.downcast_ref(), Some(cli::Error::Usage(_) | cli::Error::NoValue(_)))
            || cause.is::<ui::Error>()
            || cause.is::<generate::Error>()
            || cause.is::<known_hosts::Error>()
            || cause.is::<host_keys::Error>()
            || cause.is::<change_passphrase::NoMatch>()
            || cause.is::<convert::Error>()
            || matches!(cause.downcast_ref(), Some(doctor::Error::Findings))
            || cause.is::<change_comment::NoComments>()
            || cause.is::<show_certificate::NoneFound>()
            || matches!(cause.downcast_ref(), Some(query_krl::Error::Revoked))
            || matches!(
                cause.downcast_ref(),
                Some(rkeygen::format::Error::TypeNotSupported | rkeygen::format::Error::ShortPassphrase)
            )
    });
    if is_no {
        NO
    } else if error.is::<match_principals::NoMatch>() {
        NO_PRINCIPAL
    } else if error.is::<match_principals::NotRead>() {
        NOT_READ
    } else if error.is::<LineError>() {
        BAD_LINE
    } else {
        FAILURE
    }
}

/// One line for the error and its causes, one for the hint.
fn print(error: &anyhow::Error) {
    let mut text = format!("{error:#}");
    if text.is_empty() {
        return;
    }
    if let Some(hint) = hint(error) {
        text.push_str("\nhint: ");
        text.push_str(&hint);
    }
    let mut line = ui::visible(&text);
    line.push('\n');
    // Nothing can be said about a standard error that cannot be written.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
