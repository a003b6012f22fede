//! What to do about a key that was not converted.

use crate::commands::convert::Error;

/// What to do about it.
pub(super) fn of_convert(error: &Error) -> &'static str {
    match error {
        Error::NoOutput => "use -o FILE, -o - for standard output, or --in-place",
        Error::PublicInPlace => "use -o FILE for a new file",
        Error::OtherType(..) => "use --to pkcs8, which holds all of these types",
        Error::PublicAlready => "omit --write-public: the input is a public key",
        Error::OneWay(_) => "use -o FILE for a new file",
        Error::SameFile(_) => "use another -o FILE: the input would be lost",
    }
}
