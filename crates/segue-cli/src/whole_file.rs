//! Writes files atomically: they appear only when they are complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use crate::unfinished::CleanupOnSignal;

/// Writes a temporary file with a unique name in the same folder, syncs it, and renames it to `path`; of concurrent
/// writers the last one wins. On failure, or if a signal ends the process, the old file stays. If `path` exists and is
/// not a regular file, for example a pipe, it is written directly.
///
/// Returns what `write` returns, and the number of bytes written.
pub(crate) fn write<T, E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, E>,
) -> Result<(T, u64), E> {
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_special {
        let (written, bytes, _) = filled(File::options().write(true).open(path)?, write)?;
        return Ok((written, bytes));
    }
    // Follow a symbolic link: its target is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let partial = partial_name(&target)?;
    let _cleanup = CleanupOnSignal::file(&partial);
    let fill = || {
        let (written, bytes, file) = filled(File::create_new(&partial)?, write)?;
        file.sync_all()?;
        fs::rename(&partial, &target)?;
        Ok((written, bytes))
    };
    let written = fill();
    if written.is_err() {
        _ = fs::remove_file(&partial);
    }
    written
}

/// A hidden temporary name beside a file; random, since processes in different containers may share a PID.
fn partial_name(target: &Path) -> io::Result<PathBuf> {
    let random = getrandom::u64().map_err(io::Error::other)?;
    let mut partial = OsString::from(".");
    partial.push(target.file_name().unwrap_or_default());
    partial.push(format!(".{random:016x}.partial"));
    Ok(target.with_file_name(partial))
}

fn filled<T, E: From<io::Error>>(
    file: File,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, E>,
) -> Result<(T, u64, File), E> {
    let mut counted = Counted { out: BufWriter::with_capacity(1 << 20, file), bytes: 0 };
    let written = write(&mut counted)?;
    let bytes = counted.bytes;
    let file = counted.out.into_inner().map_err(IntoInnerError::into_error)?;
    Ok((written, bytes, file))
}

struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
