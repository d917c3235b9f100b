//! The files of an index as bytes: mapped, or read into memory.
//!
//! Mapping and its signal (`sigbus`) are, beside the SIMD kernels, the places of the engine that may be `unsafe`.

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
pub(super) enum Held {
    /// Mapped: opening costs nothing, memory is shared with other processes, and the files must stay as they are.
    Mapped,
    /// Read: what happens to the files afterwards does not matter.
    InMemory,
}

/// A file that is mapped, and how it was when it was opened.
#[derive(Debug)]
pub(super) struct MappedFile {
    path: PathBuf,
    file: File,
    stamp: Stamp,
    #[cfg(unix)]
    guard: Guard,
    /// Unmapped after the guard is gone.
    map: Mmap,
}

/// What changes when a file's content is changed.
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
    /// That the file is what it was when it was mapped, and all that was read of it could be read.
    ///
    /// # Errors
    /// [`Error::Index`] if it was changed.
    fn check_unchanged(&self) -> Result<()> {
        let changed = |what: &str| {
            let remedy = "an index is replaced by segue build, or by renaming whole folders, never in place";
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
/// [`Error::Index`] if it is not there, is no file, or has another size.
fn open(path: &Path, bytes: u64) -> Result<File> {
    let cannot = |error: std::io::Error| {
        Error::index(
            path,
            format!("cannot be opened ({error}), a file of {bytes} bytes was expected; build the index anew"),
        )
    };
    // Asked before it is opened: opening a pipe would wait for somebody to write to it.
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

/// Maps a file that should have `bytes` bytes, read-only; cost does not depend on its size.
///
/// # Errors
/// Those of [`open`], and [`Error::Io`] if it cannot be mapped.
fn map(path: &Path, bytes: u64) -> Result<MappedFile> {
    let file = open(path, bytes)?;
    let failed = |error| Error::io("map", path, error);
    let stamp = Stamp::of(&file).map_err(failed)?;
    // SAFETY: the map is read-only, and a file of an index is never changed once its manifest names it: a
    // build writes new files beside the old ones and then removes the old ones, whose mapped pages live on.
    // Who changes the files of an index by other means breaks this; content is never trusted, so every value is checked
    // when it is read, answers are given away only after `check_unchanged`, and a program may catch the signal of
    // a file that was cut off (`sigbus`).
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
    // Aligned as the files are, for whatever their numbers are read as.
    let mut buffer = MutableBuffer::from_len_zeroed(len);
    file.read_exact(buffer.as_slice_mut()).map_err(failed)?;
    Ok(buffer.into())
}

/// The bytes of a file, as long as anybody holds them.
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

// SAFETY: the bytes are in a mapping or on the heap, and stay there when the pointer to them is moved or cloned.
unsafe impl StableDeref for FileBytes {}

impl FileBytes {
    /// As a buffer of Arrow, without copying.
    pub(super) fn into_buffer(self) -> Buffer {
        match self {
            Self::Mapped(_) => Buffer::from(Bytes::from_owner(self)),
            Self::Read(buffer) => buffer,
        }
    }
}

/// The files of a generation, opened when they are first asked for.
#[derive(Debug)]
pub(super) struct Files {
    held: Held,
    open: BTreeMap<PathBuf, FileBytes>,
}

impl Files {
    pub(super) fn new(held: Held) -> Self {
        Self { held, open: BTreeMap::new() }
    }

    /// The bytes of a file that should have `bytes` of them.
    ///
    /// # Errors
    /// Those of [`open`], and [`Error::Io`] if it cannot be mapped or read.
    pub(super) fn open(&mut self, path: &Path, bytes: u64) -> Result<FileBytes> {
        if let Some(known) = self.open.get(path) {
            return Ok(known.clone());
        }
        let file = match self.held {
            Held::Mapped => FileBytes::Mapped(Arc::new(map(path, bytes)?)),
            Held::InMemory => FileBytes::Read(read(path, bytes)?),
        };
        self.open.insert(path.to_owned(), file.clone());
        Ok(file)
    }

    /// That every mapped file is as it was when it was opened; costs a system call a file.
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
