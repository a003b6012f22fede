//! Where symbolic links lead: those of others are not followed where anyone can make one, nor to what is not theirs.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::unistd::geteuid;

use crate::host::files::{Error, at, directory_of};

/// The path without links. Its last part need not exist.
///
/// Linux refuses such links itself where `fs.protected_symlinks` is set; elsewhere, and for the links that the system
/// follows for root, this does.
pub(in crate::host::files) fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let mut done = PathBuf::new();
    let mut rest = parts(path);
    let mut followed = 0;
    let mut foreign = Vec::new();
    while let Some(part) = rest.pop_front() {
        match Path::new(&part).components().next() {
            None | Some(Component::CurDir) => {}
            Some(Component::ParentDir) => up(&mut done),
            Some(Component::RootDir | Component::Prefix(_)) => done = PathBuf::from("/"),
            Some(Component::Normal(name)) => {
                let next = done.join(name);
                match fs::symlink_metadata(&next) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound && rest.is_empty() => {
                        done = next;
                    }
                    Ok(found) if found.is_symlink() => {
                        followed += 1;
                        if followed > MOST_LINKS {
                            return Err(at(path)(Errno::ELOOP.into()));
                        }
                        refuse_foreign(&found, &next)?;
                        if rest.is_empty() {
                            foreign.push((found.uid(), next.clone()));
                        }
                        for part in parts(&fs::read_link(&next).map_err(at(&next))?).into_iter().rev() {
                            rest.push_front(part);
                        }
                    }
                    found => {
                        found.map_err(at(path))?;
                        done = next;
                    }
                }
            }
        }
    }
    let done = if done.as_os_str().is_empty() { PathBuf::from(".") } else { done };
    refuse_astray(&foreign, &done)?;
    Ok(done)
}

/// Refuses the links at the end of a path that belong to another user, if they lead to what is not that user's: whoever
/// made them would choose which file of the user's is overwritten.
fn refuse_astray(links: &[(u32, PathBuf)], end: &Path) -> Result<(), Error> {
    let trusted = |uid: u32| uid == 0 || uid == geteuid().as_raw();
    let mut foreign = links.iter().filter(|(uid, _)| !trusted(*uid)).peekable();
    if foreign.peek().is_none() {
        return Ok(());
    }
    let found = fs::symlink_metadata(end).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => fs::metadata(directory_of(end)),
        _ => Err(error),
    });
    let owner = found.map_err(at(end))?.uid();
    match foreign.find(|(uid, _)| *uid != owner) {
        Some((_, path)) => Err(Error::ForeignLink { path: path.clone(), reason: ASTRAY }),
        None => Ok(()),
    }
}

fn parts(path: &Path) -> VecDeque<OsString> {
    path.components().map(|part| part.as_os_str().to_owned()).collect()
}

/// Goes to the parent directory. Nothing in the path is a link, so that its text can be shortened.
fn up(path: &mut PathBuf) {
    match path.components().next_back() {
        None | Some(Component::ParentDir) => path.push(".."),
        _ => drop(path.pop()),
    }
}

/// The rule of Linux's `fs.protected_symlinks`, for directories that a group can write too.
fn refuse_foreign(link: &Metadata, path: &Path) -> Result<(), Error> {
    if link.uid() == geteuid().as_raw() {
        return Ok(());
    }
    let directory = fs::metadata(directory_of(path)).map_err(at(path))?;
    let sticky_and_open = directory.mode() & 0o1000 != 0 && directory.mode() & 0o022 != 0;
    if sticky_and_open && directory.uid() != link.uid() {
        return Err(Error::ForeignLink { path: path.to_owned(), reason: OPEN });
    }
    Ok(())
}

/// What is wrong with links that are not followed.
const OPEN: &str = "in a directory that others can write";
const ASTRAY: &str = "to a file that is not theirs";

/// As many as Linux follows in one path.
const MOST_LINKS: u32 = 40;
