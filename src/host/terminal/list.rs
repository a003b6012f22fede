//! A list as JSON, written item by item: each item on a line of its own.

use serde_json::{Map, Value};

use super::{BETWEEN_ITEMS, Error, List, on_stdout};

/// How much of a list is on standard output.
#[derive(Debug, Default)]
pub(super) enum Written {
    /// No list was begun, or it is ended.
    #[default]
    None,
    /// The members before the items.
    Head,
    /// Some items.
    Items,
}

impl Written {
    /// Writes the members before the items.
    pub(super) fn begin(&mut self, list: &List) -> Result<(), Error> {
        let mut text = format!("{{\n  \"schema\": {}", Value::from(list.schema));
        for (name, value) in &list.members {
            text.push_str(&format!(",\n  {}: {value}", Value::from(name.as_str())));
        }
        text.push_str(&format!(",\n  {}: [", Value::from(list.name)));
        *self = Self::Head;
        on_stdout(|out| out.write_all(text.as_bytes()))
    }

    /// Writes items, all at once.
    pub(super) fn items(&mut self, items: &[Value]) -> Result<(), Error> {
        let items: Vec<_> = items.iter().map(|item| item.to_string().into_bytes()).collect();
        self.rendered(&items.join(BETWEEN_ITEMS))
    }

    /// Writes items that are text already, with [`BETWEEN_ITEMS`] between them.
    pub(super) fn rendered(&mut self, items: &[u8]) -> Result<(), Error> {
        if items.is_empty() {
            return Ok(());
        }
        let before: &[u8] = if matches!(self, Self::Items) { BETWEEN_ITEMS } else { b"\n    " };
        *self = Self::Items;
        on_stdout(|out| out.write_all(before).and_then(|()| out.write_all(items)))
    }

    /// Ends the list, if one was begun.
    pub(super) fn end(&mut self, members: &Map<String, Value>) -> Result<(), Error> {
        let mut text = match std::mem::take(self) {
            Self::None => return Ok(()),
            Self::Head => "]".to_owned(),
            Self::Items => "\n  ]".to_owned(),
        };
        for (name, value) in members {
            text.push_str(&format!(",\n  {}: {value}", Value::from(name.as_str())));
        }
        text.push_str("\n}\n");
        on_stdout(|out| out.write_all(text.as_bytes()))
    }
}
