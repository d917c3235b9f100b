//! The files of an index as bytes: memory-mapped, or read into memory.
//!
//! Besides the SIMD kernels, only this module and `sigbus` may use `unsafe`.

#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arrow_buffer::{Buffer, MutableBuffer};
use bytes::Bytes;
use memmap2::Mmap;
use stable_deref_trait::StableDeref;

#[cfg(unix)]
use super::sigbus::Guard;
use crate::error::{Error, Result};

/// How the files of an index are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// Memory-mapped: opening takes constant time, memory is shared between processes, and the files must not change.
    Mapped,
    /// Read into memory: later changes to the files have no effect.
    InMemory,
}

/// A mapped file, with its size and time when it was opened.
#[derive(Debug)]
pub(super) struct MappedFile {
    path: PathBuf,
    file: File,
    stamp: Stamp,
    #[cfg(unix)]
    guard: Guard,
    /// Declared after the guard, so that it is dropped after it.
    map: Mmap,
}

/// Size and modification time, by which a change of a file's content is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(file: &File) -> std::io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { bytes: metadata.len(), modified: metadata.modified().ok() })
    }
}

impl MappedFile {
    /// Checks that the file is unchanged since it was mapped, and that every read of it succeeded.
    ///
    /// # Errors
    /// [`Error::Index`] if it was changed, or could not be read.
    fn check_unchanged(&self) -> Result<()> {
        let changed = |what: &str| {
            let remedy = "an index is replaced by a build, or by renaming whole folders, never in place";
            Error::index(&self.path, format!("{what} while it was in use; {remedy}"))
        };
        #[cfg(unix)]
        if self.guard.is_broken() {
            return Err(changed("was cut off or could not be read"));
        }
        match Stamp::of(&self.file) {
            Ok(stamp) if stamp == self.stamp => Ok(()),
            Ok(_) => Err(changed("was changed")),
            Err(error) => Err(Error::io("look at", &self.path, error)),
        }
    }
}

/// Opens a file that should have `bytes` bytes.
///
/// # Errors
/// [`Error::Index`] if it does not exist, is not a file, or has another size.
fn open(path: &Path, bytes: u64) -> Result<File> {
    let cannot = |error: std::io::Error| {
        Error::index(
            path,
            format!("cannot be opened ({error}), a file of {bytes} bytes was expected; build the index anew"),
        )
    };
    // Checked before it is opened: opening a pipe would block until something writes to it.
    if !fs::metadata(path).map_err(cannot)?.is_file() {
        let problem = format!("is not a file, one of {bytes} bytes was expected; build the index anew");
        return Err(Error::index(path, problem));
    }
    let file = File::open(path).map_err(cannot)?;
    let found = file.metadata().map_err(|error| Error::io("read", path, error))?.len();
    if found != bytes {
        return Err(Error::index(
            path,
            format!(
                "has {found} bytes, {bytes} were expected; the file is cut off or foreign, build the index anew"
            ),
        ));
    }
    Ok(file)
}

/// Maps a file that should have `bytes` bytes, read-only; the cost does not depend on its size.
///
/// # Errors
/// Those of [`open`], and [`Error::Io`] if it cannot be mapped.
fn map(path: &Path, bytes: u64) -> Result<MappedFile> {
    let file = open(path, bytes)?;
    let failed = |error| Error::io("map", path, error);
    let stamp = Stamp::of(&file).map_err(failed)?;
    // SAFETY: the map is read-only, and a file of an index is never changed once its manifest names it: a
    // build writes new files beside the old ones and then removes the old ones, whose mapped pages stay valid.
    // Changing the files of an index by other means breaks this. To limit the damage, content is never trusted and
    // every value is checked when it is read, answers are returned only after `check_unchanged`, and a program may
    // catch the signal of a truncated file (`sigbus`).
    let map = unsafe { Mmap::map(&file) }.map_err(failed)?;
    Ok(MappedFile {
        path: path.to_owned(),
        file,
        stamp,
        #[cfg(unix)]
        guard: Guard::of(&map),
        map,
    })
}

/// Reads a file that should have `bytes` bytes.
fn read(path: &Path, bytes: u64) -> Result<Buffer> {
    let mut file = open(path, bytes)?;
    let failed = |error| Error::io("read", path, error);
    let len = usize::try_from(bytes).map_err(|error| failed(std::io::Error::other(error)))?;
    // Aligned to 64 bytes, as the buffers in the files are.
    let mut buffer = MutableBuffer::from_len_zeroed(len);
    file.read_exact(buffer.as_slice_mut()).map_err(failed)?;
    Ok(buffer.into())
}

/// The bytes of a file; cheap to clone.
#[derive(Debug, Clone)]
pub(super) enum FileBytes {
    Mapped(Arc<MappedFile>),
    Read(Buffer),
}

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(file) => &file.map,
            Self::Read(buffer) => buffer,
        }
    }
}

impl AsRef<[u8]> for FileBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

// SAFETY: the bytes are in a mapping or on the heap, and do not move when a `FileBytes` is moved or cloned.
unsafe impl StableDeref for FileBytes {}

impl FileBytes {
    /// Converts it to an Arrow buffer without copying.
    pub(super) fn into_buffer(self) -> Buffer {
        match self {
            Self::Mapped(_) => Buffer::from(Bytes::from_owner(self)),
            Self::Read(buffer) => buffer,
        }
    }
}

/// The files of a generation, opened on first use.
#[derive(Debug)]
pub(super) struct Files {
    storage: Storage,
    open: BTreeMap<PathBuf, FileBytes>,
}

impl Files {
    pub(super) fn new(storage: Storage) -> Self {
        Self { storage, open: BTreeMap::new() }
    }

    /// The bytes of a file that should have `bytes` of them.
    ///
    /// # Errors
    /// Those of [`open`], and [`Error::Io`] if it cannot be mapped or read.
    pub(super) fn open(&mut self, path: &Path, bytes: u64) -> Result<FileBytes> {
        if let Some(known) = self.open.get(path) {
            return Ok(known.clone());
        }
        let file = match self.storage {
            Storage::Mapped => FileBytes::Mapped(Arc::new(map(path, bytes)?)),
            Storage::InMemory => FileBytes::Read(read(path, bytes)?),
        };
        self.open.insert(path.to_owned(), file.clone());
        Ok(file)
    }

    /// Checks that every mapped file is unchanged since it was opened, by one system call per file.
    ///
    /// # Errors
    /// [`Error::Index`] names one that was changed.
    pub(super) fn check_unchanged(&self) -> Result<()> {
        self.open.values().try_for_each(|file| match file {
            FileBytes::Mapped(file) => file.check_unchanged(),
            FileBytes::Read(_) => Ok(()),
        })
    }
}
