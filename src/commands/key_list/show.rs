//! `known-hosts list` and the like: the entries of a list.

use serde_json::json;

use super::item::Item;
use super::{BATCH, Place, in_batches};
use crate::commands::failure::Failure;
use crate::commands::json::{LIST_ENTRIES, Part, Style, file, members};
use crate::commands::{Context, Outcome};
use crate::host::ui::List;
use crate::host::{clock, files};
use crate::key_list::without_ending;

/// What to show.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub place: Place,
}

/// Shows each entry, with the number of its line.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (path, kind) = (args.place.path()?, args.place.kind);
    let style = Style::of(ctx.ui);
    let source = files::open(&path)?;
    let list = List::new(LIST_ENTRIES, "entries").with("file", file(&path)).with("list", kind.file_name());
    ctx.ui.begin(list)?;
    let mut unread = 0_u64;
    let clock = clock::read();
    in_batches(
        source,
        BATCH,
        |batch| {
            let (mut part, mut unread) = (Part::new(style), 0);
            for (number, line) in batch.lines() {
                let text = without_ending(line).trim_ascii_start();
                match Item::read(kind, number, line).filter(|item| item.is_used(kind, &clock)) {
                    Some(item) => part.add(&item),
                    None => unread += u64::from(!text.is_empty() && !text.starts_with(b"#")),
                }
            }
            (part, unread)
        },
        |(part, more)| {
            unread += more;
            Ok(ctx.ui.items(&part)?)
        },
    )?;
    ctx.ui.end(members(json!({ "unread": unread })))?;
    if unread > 0 {
        let command = kind.file_name().replace('_', "-");
        ctx.ui.warn(&format!(
            "{}: {unread} lines have no entry that can be read (rkeygen {command} lint)",
            path.display()
        ));
    }
    Ok(Outcome::Done)
}
