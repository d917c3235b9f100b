//! Files that appear only when they are complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use crate::unfinished::RemovedOnSignal;

/// Writes a file beside its place, under a name that no other writer has, and moves it there once it is synced: of
/// several writers the last whole file stays. If that fails, or a signal ends the process, what was there stays.
/// What is there already and is no plain file, such as a pipe, is written to as it is.
///
/// Returns what `write` returns, and the number of bytes.
pub(crate) fn write<T, E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, E>,
) -> Result<(T, u64), E> {
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_special {
        let (written, bytes, _) = filled(File::options().write(true).open(path)?, write)?;
        return Ok((written, bytes));
    }
    // A link stays one: the file that it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let partial = partial_name(&target)?;
    let _removed_on_signal = RemovedOnSignal::file(&partial);
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

/// A hidden name beside a file, at random: processes of different containers may have the same number.
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
