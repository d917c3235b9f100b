//! Files that appear only when they are complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::Path;

/// Writes a file beside its place and moves it there once it is synced; if that fails, what was there stays.
/// What is there already and is no plain file, such as a pipe, is written to as it is.
///
/// Returns what `write` returns, and the number of bytes.
pub(crate) fn write<T, E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, E>,
) -> Result<(T, u64), E> {
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    // A link stays one: the file that it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let partial = match target.file_name() {
        Some(name) if !is_special => {
            let mut partial = OsString::from(".");
            partial.push(name);
            partial.push(".partial");
            target.with_file_name(partial)
        }
        _ => target.clone(),
    };
    let write = || {
        let mut file = Counted { out: BufWriter::with_capacity(1 << 20, File::create(&partial)?), bytes: 0 };
        let written = write(&mut file)?;
        let bytes = file.bytes;
        let file = file.out.into_inner().map_err(IntoInnerError::into_error)?;
        if !is_special {
            file.sync_all()?;
            fs::rename(&partial, &target)?;
        }
        Ok((written, bytes))
    };
    let written = write();
    if written.is_err() && !is_special {
        _ = fs::remove_file(&partial);
    }
    written
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
