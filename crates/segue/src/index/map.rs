//! Memory-mapping: the one place of the engine, beside the SIMD kernels, that may be `unsafe`.

#![allow(unsafe_code)]

use std::fs::File;
use std::path::Path;

use arrow_buffer::Buffer;
use memmap2::Mmap;

use crate::error::{Error, Result};

/// Maps a file that should have `bytes` bytes, read-only; cost does not depend on its size.
///
/// # Errors
/// [`Error::Index`] if it is not there or has another size, [`Error::Io`] if it cannot be mapped.
pub(super) fn map(path: &Path, bytes: u64) -> Result<Buffer> {
    let file = File::open(path).map_err(|error| {
        Error::index(
            path,
            format!("cannot be opened ({error}), a file of {bytes} bytes was expected; build the index anew"),
        )
    })?;
    let found = file.metadata().map_err(|error| Error::io("read", path, error))?.len();
    if found != bytes {
        return Err(Error::index(
            path,
            format!(
                "has {found} bytes, {bytes} were expected; the file is cut off or foreign, build the index anew"
            ),
        ));
    }
    // SAFETY: the map is read-only, and a file of an index is never changed once its manifest names it: a
    // build writes new files beside the old ones and then removes the old ones, whose mapped pages live on.
    // Who changes or cuts the files of an index by other means breaks this and may be stopped by the system
    // (SIGBUS). Content is never trusted: every value is checked when it is read.
    let map = unsafe { Mmap::map(&file) }.map_err(|error| Error::io("map", path, error))?;
    Ok(Buffer::from(bytes::Bytes::from_owner(map)))
}
