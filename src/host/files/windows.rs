//! Files on Windows: a protected access-control list at creation.
//!
//! The list lets in the user, SYSTEM and Administrators and inherits nothing, which is what
//! Win32-OpenSSH asks of a private key.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::{Path, PathBuf};
use std::ptr;

use tempfile::TempPath;
use windows_sys::Win32::Foundation::{
    CloseHandle, ERROR_SHARING_VIOLATION, GENERIC_READ, GENERIC_WRITE, HANDLE, INVALID_HANDLE_VALUE,
    LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_NORMAL,
    FILE_FLAG_DELETE_ON_CLOSE, FILE_SHARE_DELETE, FILE_SHARE_READ, GetFileInformationByHandle,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use super::lock::Attempt;
use super::temporary::{SUFFIX, temporary_name, unwrapped};
use super::version::Identity;
use super::{Access, Error, Owner};

/// Creates a file that does not exist yet, with its final permissions.
pub(super) fn create_new(path: &Path, access: Access, _: Option<&Metadata>) -> io::Result<File> {
    match access {
        Access::Public | Access::Shared | Access::Plain => {
            File::options().read(true).write(true).create_new(true).open(path)
        }
        Access::Private => create_protected(path),
    }
}

fn create_protected(path: &Path) -> io::Result<File> {
    let descriptor = Descriptor::of_owner()?;
    let attributes = descriptor.attributes();
    let name = wide(path);
    // SAFETY: `name` is a string with a final zero, and `attributes` points to `descriptor`; both
    // live until the call returns.
    let handle = unsafe {
        CreateFileW(
            name.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_DELETE,
            &attributes,
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle was opened just now and belongs to no one else.
    Ok(File::from(unsafe { OwnedHandle::from_raw_handle(handle) }))
}

/// Whether files can be created in a directory: the lists of rights are many, so one is created.
pub(super) fn check_writable(directory: &Path) -> io::Result<()> {
    temporary_name(SUFFIX)
        .make_in(directory, |path| create_new(path, Access::Private, None))
        .map(drop)
        .map_err(unwrapped)
}

/// Windows hands no numbered files on.
pub(super) fn descriptor(_: u32) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn create_private_directory(path: &Path) -> io::Result<()> {
    let descriptor = Descriptor::of_owner()?;
    let attributes = descriptor.attributes();
    let name = wide(path);
    // SAFETY: as for CreateFileW above.
    check(unsafe { CreateDirectoryW(name.as_ptr(), &attributes) })
}

/// Windows has no files without a name.
pub(super) fn create_unnamed(_: &Path, _: Access, _: Option<&Metadata>) -> io::Result<Option<File>> {
    Ok(None)
}

/// As above.
pub(super) fn link_unnamed(_: &File, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Moves a file to a name that is free.
pub(super) fn rename_new(from: TempPath, path: &Path) -> io::Result<()> {
    from.persist_noclobber(path).map_err(|failed| failed.error)
}

/// A new private file has its own protected list; a public one takes after its directory.
pub(super) fn take_after(_: &File, _: &Metadata, _: Access, _: Owner) -> io::Result<()> {
    Ok(())
}

/// Access lists are another matter.
#[allow(clippy::unnecessary_wraps, reason = "the same signature on every system")]
pub(super) fn check_trusted(_: &Path, _: &[&Path], _: Option<&Path>) -> Result<(), super::Untrusted> {
    Ok(())
}

/// Where links lead. A path whose last part does not exist is itself.
#[allow(clippy::unnecessary_wraps, reason = "the same signature on every system")]
pub(super) fn resolve(path: &Path) -> Result<PathBuf, Error> {
    Ok(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
}

/// Links of other users are not distinguished: only administrators make any, unless the machine says otherwise.
pub(super) fn untrusted_owner(_: &Path) -> Option<u32> {
    None
}

/// Temporary files are gone with their handles' process, or left: whose they are is not distinguished.
pub(super) fn is_own(_: &Metadata) -> bool {
    false
}

/// Not distinguished yet.
pub(super) fn names_of(_: &Path) -> u64 {
    1
}

/// Not distinguished yet: the lists of key files made elsewhere are not read.
pub(super) fn too_open(_: &Metadata) -> Option<u32> {
    None
}

/// Not distinguished yet, as above.
pub(super) fn others_can_write(_: &Path) -> Option<Identity> {
    None
}

/// Nothing is found that would ask for it.
pub(super) fn restrict(_: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The numbers are those of an open file, not of what a directory says.
pub(super) fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Whether two paths lead to one file: the numbers of its volume and of the file there are the same.
pub(super) fn same_file(one: &Path, other: &Path) -> io::Result<bool> {
    let numbers = |path: &Path| -> io::Result<(u32, u32, u32)> {
        let file = File::open(path)?;
        let mut found = BY_HANDLE_FILE_INFORMATION::default();
        // SAFETY: the handle is open, and `found` is as long as the call wants it.
        check(unsafe { GetFileInformationByHandle(file.as_raw_handle(), &mut found) })?;
        Ok((found.dwVolumeSerialNumber, found.nFileIndexHigh, found.nFileIndexLow))
    };
    Ok(numbers(one)? == numbers(other)?)
}

/// Nothing is mounted at files.
pub(super) fn is_mounted(_: &io::Error) -> bool {
    false
}

/// Opens what is at a path.
pub(super) fn open_to_look(path: &Path) -> io::Result<File> {
    open(path)
}

/// Opens a file for reading. Windows only says that a directory may not be opened.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let named = || io::Error::new(io::ErrorKind::IsADirectory, "Is a directory");
    File::open(path).map_err(|error| if path.is_dir() { named() } else { error })
}

/// As above: named pipes have paths of their own.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    open(path)
}

/// Waits until a file is on disk.
pub(super) fn sync_file(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Windows has no fsync of directories; renaming is journalled by NTFS.
pub(super) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Tries to keep other processes of this program from the directory: by a file that only one of them can have open, and
/// that is gone with its last handle, even after a crash.
pub(super) fn try_lock(directory: &Path) -> Attempt {
    let path = directory.join(super::lock::NAME);
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .share_mode(0)
        .custom_flags(FILE_FLAG_DELETE_ON_CLOSE)
        .open(&path);
    match lock {
        Ok(file) => Attempt::Held(file, path),
        Err(error) => match error.raw_os_error().and_then(|code| u32::try_from(code).ok()) {
            Some(ERROR_SHARING_VIOLATION) => Attempt::Busy,
            _ => Attempt::Unavailable,
        },
    }
}

/// A security descriptor that Windows allocated.
struct Descriptor(*mut c_void);

impl Descriptor {
    fn of_owner() -> io::Result<Self> {
        let owner = owner_sid()?;
        let text = format!("O:{owner}D:P(A;OICI;FA;;;{owner})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)");
        let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut descriptor = ptr::null_mut();
        // SAFETY: `text` has a final zero; the descriptor is freed on drop.
        check(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &mut descriptor,
                ptr::null_mut(),
            )
        })?;
        Ok(Self(descriptor))
    }

    fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or(0),
            lpSecurityDescriptor: self.0,
            bInheritHandle: 0,
        }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the descriptor came from the function that says to free it like this.
        unsafe { LocalFree(self.0) };
    }
}

/// The security identifier of the user who runs the process, as text: `S-1-5-21-...`.
fn owner_sid() -> io::Result<String> {
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: the pseudo handle of the process needs no closing; `token` is closed below.
    check(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) })?;
    // u64 aligns the buffer for TOKEN_USER; a SID has at most 68 bytes.
    let mut buffer = [0_u64; 32];
    let mut length = 0;
    // SAFETY: the buffer is as long as said.
    let asked =
        check(unsafe { GetTokenInformation(token, TokenUser, buffer.as_mut_ptr().cast(), 256, &mut length) });
    // SAFETY: `token` was opened above.
    unsafe { CloseHandle(token) };
    asked?;
    let mut text = ptr::null_mut();
    // SAFETY: the buffer holds a TOKEN_USER, whose SID points into the buffer.
    check(unsafe { ConvertSidToStringSidW((*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid, &mut text) })?;
    // SAFETY: `text` is a string with a final zero, freed once it is copied.
    let sid = unsafe {
        let length = (0..).take_while(|&index| *text.add(index) != 0).count();
        let sid = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        sid
    };
    Ok(sid)
}

fn wide(path: &Path) -> Vec<u16> {
    path.as_os_str().encode_wide().chain([0]).collect()
}

fn check(success: i32) -> io::Result<()> {
    if success == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// A console ends its lines with CR LF.
pub(super) fn path_from_bytes(bytes: Vec<u8>) -> io::Result<PathBuf> {
    let text =
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    Ok(text.trim_end_matches('\r').into())
}
