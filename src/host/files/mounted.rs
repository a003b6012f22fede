//! A file that is a mount point of its own, as containers have keys and known_hosts files: no other file can take its
//! name, so its content is changed.

use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use super::temporary::copy_all;
use super::{Access, Error, directory_of, system};

/// Writes the content of `new` into the file at `path`. A copy of the old content is on disk meanwhile.
pub(super) fn write(path: &Path, new: &mut File) -> Result<(), Error> {
    let failed = |copy: Option<&Path>| {
        let (path, copy) = (path.to_owned(), copy.map(Path::to_owned));
        move |cause| Error::Mounted { path, copy, cause }
    };
    let mut old = File::options().read(true).write(true).open(path).map_err(failed(None))?;
    let copy_path = copy_path(path);
    let mut copy = copy_of(&mut old, &copy_path).map_err(failed(None))?;
    if let Err(error) = overwrite(&mut old, new) {
        let restored = overwrite(&mut old, &mut copy).and_then(|()| fs::remove_file(&copy_path));
        return Err(failed(restored.is_err().then_some(&copy_path))(error));
    }
    fs::remove_file(&copy_path).map_err(failed(Some(&copy_path)))
}

fn copy_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".rkeygen-copy");
    name.into()
}

fn copy_of(old: &mut File, path: &Path) -> io::Result<File> {
    let mut copy = system::create_new(path, Access::Private, None)?;
    let copied = copy_all(old, &mut copy)
        .and_then(|()| system::sync_file(&copy))
        .and_then(|()| system::sync_directory(directory_of(path)));
    copied.map(|()| copy).inspect_err(|_| drop(fs::remove_file(path)))
}

fn overwrite(file: &mut File, new: &mut File) -> io::Result<()> {
    file.rewind()?;
    copy_all(new, file)?;
    let length = file.stream_position()?;
    file.set_len(length)?;
    system::sync_file(file)
}
