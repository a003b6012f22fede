//! JSON lines: one object per line, each member once.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::options;
use super::{Member, Request, RequestError, check_text, principals, serial};

/// Reads an object. A member that is `null` is one that is not there.
pub(super) fn read(line: &str) -> Result<Request, RequestError> {
    let Members(members) = serde_json::from_str(line).map_err(|error| {
        RequestError::Json(error.to_string().replace(" at line 1 column ", " at column "))
    })?;
    let mut request = Request::default();
    let mut seen = Vec::new();
    for (name, value) in &members {
        let member = Member::from_name(name)?;
        if seen.contains(&member) {
            return Err(RequestError::Twice(member.name()));
        }
        seen.push(member);
        set(&mut request, member, value)?;
    }
    request.checked()
}

fn set(request: &mut Request, member: Member, value: &Value) -> Result<(), RequestError> {
    match (member, value) {
        (_, Value::Null) => Ok(()),
        (_, Value::String(text)) => request.set(member, text),
        (Member::Serial, Value::Number(number)) => {
            request.serial = Some(serial(&number.to_string())?);
            Ok(())
        }
        (Member::Principals, Value::Array(_)) => {
            let names = texts(member, value)?;
            request.principals = Some(principals(names.iter().copied())?).filter(|names| !names.is_empty());
            Ok(())
        }
        (Member::Options, Value::Array(_)) => {
            request.options = texts(member, value)?.iter().map(|text| text.as_bytes().to_vec()).collect();
            options::check(&request.options)
        }
        (Member::Serial, _) => Err(RequestError::Type(member.name(), "a number or a string")),
        (Member::Principals | Member::Options, _) => {
            Err(RequestError::Type(member.name(), "a string or an array of strings"))
        }
        _ => Err(RequestError::Type(member.name(), "a string")),
    }
}

/// The strings of an array.
fn texts(member: Member, value: &Value) -> Result<Vec<&str>, RequestError> {
    let wrong = || RequestError::Type(member.name(), "a string or an array of strings");
    let array = value.as_array().ok_or_else(wrong)?;
    let text = |item| {
        let text = Value::as_str(item).ok_or_else(wrong)?;
        check_text(member, text).map(|()| text)
    };
    array.iter().map(text).collect()
}

/// The members of an object. Of two with the same name, serde_json's own map would keep the last.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Collector)
    }
}

struct Collector;

impl<'de> Visitor<'de> for Collector {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
