//! argv in, exit status out; the only place that prints an error.

use std::process::ExitCode;

use rkeygen::cli;
use rkeygen::commands::failure::Failure;
use rkeygen::commands::{self, Context};
use rkeygen::host::allocator::{HEAP, Heap};
use rkeygen::host::terminal::{self, Terminal};
use rkeygen::host::{entropy, process};
use rkeygen::secret::wipe_used_stack;
use zeroizing_alloc::ZeroAlloc;

/// Freed memory is wiped: libraries free copies of private numbers that only they know of.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<Heap> = ZeroAlloc(HEAP);

fn main() -> ExitCode {
    process::harden();
    process::with_large_stack(work)
}

fn work() -> ExitCode {
    let status = run();
    wipe_used_stack();
    ExitCode::from(status)
}

/// Runs the program, and gives its exit status.
fn run() -> u8 {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let style = cli::error_style(&arguments);
    let invocation = match cli::parse(arguments) {
        Ok(invocation) => invocation,
        Err(error) => {
            terminal::print_error(&error.report(), style);
            return error.status();
        }
    };
    let mut ui = Terminal::new(invocation.manners);
    let run = |rng| commands::run(invocation.command, &mut Context { ui: &mut ui, rng });
    match entropy::generator().map_err(Failure::from).and_then(run) {
        Ok(outcome) => outcome.status(),
        Err(failure) => {
            ui.fail(&failure.report());
            failure.status()
        }
    }
}
