//! known_hosts files: which keys belong to which hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).

mod entry;
mod hashed;
mod lines;
mod lint;
mod name;
mod request;

pub use entry::{Entry, Flaw, HostName, KeyOfHost, Marker};
pub use hashed::{Salt, hash, salt};
pub use lines::{Found, Hashed, Kept, Removal, find, hash_names, remove};
pub use lint::{Lint, Problem, Statement};
pub use name::{BadName, WrittenName};
pub use request::{Form, Request};
