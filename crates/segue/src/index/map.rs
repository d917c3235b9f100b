//! Memory-mapping: the one place of the engine, beside the SIMD kernels, that may be `unsafe`.

#![allow(unsafe_code)]

use std::fs::{self, File};
use std::path::Path;

use arrow_buffer::Buffer;
use memmap2::Mmap;

use crate::error::{Error, Result};

/// Opens a file that should have `bytes` bytes.
///
/// # Errors
/// [`Error::Index`] if it is not there, is no file, or has another size.
pub(super) fn open(path: &Path, bytes: u64) -> Result<File> {
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
pub(super) fn map(path: &Path, bytes: u64) -> Result<Mmap> {
    let file = open(path, bytes)?;
    // SAFETY: the map is read-only, and a file of an index is never changed once its manifest names it: a
    // build writes new files beside the old ones and then removes the old ones, whose mapped pages live on.
    // Who changes or cuts the files of an index by other means breaks this and may be stopped by the system
    // (SIGBUS). Content is never trusted: every value is checked when it is read.
    unsafe { Mmap::map(&file) }.map_err(|error| Error::io("map", path, error))
}

/// A mapped file as a buffer of Arrow.
pub(super) fn buffer(map: Mmap) -> Buffer {
    Buffer::from(bytes::Bytes::from_owner(map))
}
