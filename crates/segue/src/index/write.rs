//! Writing an index so that a reader sees the old one or the new one, whole, whatever happens meanwhile.
//!
//! A build locks the index, writes a new generation beside the old one, syncs it to the disk, and then
//! replaces the manifest by a rename. Only then are the old files removed. What a killed build left behind
//! is removed by the next one.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use serde::Serialize;
use twox_hash::XxHash3_64;

use super::manifest::{FileEntry, MANIFEST, Manifest, folder, generation_of, hex};
use super::{
    GENRES, IDS, Index, SONGS, TEXT, TRACKS, TREE, VECTORS, arrow_file, space_file, text_file, tree_file,
};
use crate::error::{Error, Result};
use crate::progress::{Progress, Stage};
use crate::search::TextIndex;

const LOCK: &str = "build.lock";
const NEW_MANIFEST: &str = "manifest.json.new";

/// The right to write one index: no other process has it at the same time.
#[derive(Debug)]
pub struct IndexWriter {
    path: PathBuf,
    /// Held for as long as the writer lives; the system lets go of it if the process dies.
    _lock: File,
    /// The folders that were made for the index, the innermost first.
    created: Vec<PathBuf>,
    written: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The number of this build of the index, from 1.
    pub generation: u64,
    /// The bytes of its files, without the manifest.
    pub bytes: u64,
}

impl IndexWriter {
    /// Locks the index at `path`, which need not exist yet, and removes what a killed build left there.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process builds it, [`Error::Index`] if `path` is something else,
    /// [`Error::Io`] if it cannot be written to.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self> {
        let path: PathBuf = path.into();
        let mut tries = 0..100;
        let (lock, created) = loop {
            match make_folder(&path).and_then(|created| Ok((lock(&path, &created)?, created))) {
                // A file system that never tells what is where is taken at its word in the end.
                Ok((lock, created)) if is_at(&lock, &path.join(LOCK)) || tries.next().is_none() => {
                    break (lock, created);
                }
                // Another build has failed meanwhile and taken the folder that it had made away with it.
                Ok(_) => {}
                Err(Error::Io { source, .. }) if came_and_went(&source) && tries.next().is_some() => {}
                Err(error) => return Err(error),
            }
        };
        let writer = Self { path, _lock: lock, created, written: false };
        match Manifest::read(&writer.path) {
            Ok(manifest) => writer.remove_all_but(Some(manifest.generation)),
            Err(_) if !writer.path.join(MANIFEST).exists() => writer.remove_all_but(None),
            // An unreadable manifest may be mended by hand: its files stay until a new one stands.
            Err(_) => {}
        }
        Ok(writer)
    }

    /// Writes the index and puts it in place of the old one.
    ///
    /// # Errors
    /// [`Error::Io`] if something cannot be written; the old index is then as it was.
    pub fn write(mut self, index: &Index, progress: &dyn Progress) -> Result<Written> {
        let last = self.generations().into_iter().chain(self.manifest_generation()).max().unwrap_or(0);
        let generation = last.checked_add(1).ok_or_else(|| {
            Error::index(&self.path, format!("has a generation {last}, after which there is no other"))
        })?;
        let written = self.write_generation(index, generation, progress);
        match written {
            Ok(_) => {
                self.written = true;
                self.remove_all_but(Some(generation));
            }
            // The manifest may have been replaced before the failure: then its files stay, old and new.
            Err(_) if self.manifest_generation() == Some(generation) => {}
            Err(_) => {
                _ = fs::remove_dir_all(self.path.join(folder(generation)));
                _ = fs::remove_file(self.path.join(NEW_MANIFEST));
            }
        }
        written
    }

    fn write_generation(&self, index: &Index, generation: u64, progress: &dyn Progress) -> Result<Written> {
        let directory = self.path.join(folder(generation));
        fs::create_dir(&directory).map_err(|error| Error::io("create", &directory, error))?;
        let text = || match index.text.index.get() {
            Some(text) => Ok(text.clone()),
            None => TextIndex::build(&index.catalogue, progress),
        };
        let (text, batches) = rayon::join(text, || batches(index, &directory));
        let mut batches = batches?;
        batches.push((
            TEXT.to_owned(),
            text_file::to_batch(&text?).map_err(|error| invalid(&directory, error))?,
        ));
        let columns = batches.iter().flat_map(|(_, batch)| batch.columns());
        let total = columns.filter_map(|column| column.to_data().get_slice_memory_size().ok()).sum::<usize>();
        progress.start(Stage::Writing, Some(total as u64));
        let mut files = BTreeMap::new();
        let folders: Vec<PathBuf> = index.spaces.iter().map(|space| directory.join(space.name())).collect();
        for folder in &folders {
            fs::create_dir(folder).map_err(|error| Error::io("create", folder, error))?;
        }
        for (name, batch) in batches {
            let entry = write_batch(&directory.join(&name), &batch, progress)?;
            files.insert(name, entry);
        }
        folders.iter().try_for_each(|folder| sync_directory(folder))?;
        sync_directory(&directory)?;
        let bytes = files.values().map(|file| file.bytes).sum();
        let manifest = Manifest::new(generation, index.len(), index.catalogue.counts(), &index.spaces, files);
        self.replace_manifest(&manifest)?;
        Ok(Written { generation, bytes })
    }

    fn replace_manifest(&self, manifest: &Manifest) -> Result<()> {
        let (new, path) = (self.path.join(NEW_MANIFEST), self.path.join(MANIFEST));
        let failed = |action| move |error| Error::io(action, self.path.join(MANIFEST), error);
        let text = manifest.to_text().map_err(|error| failed("write")(error.into()))?;
        let mut file = File::create(&new).map_err(failed("write"))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed("write"))?;
        fs::rename(&new, &path).map_err(failed("replace"))?;
        sync_directory(&self.path)
    }

    fn manifest_generation(&self) -> Option<u64> {
        Manifest::read(&self.path).ok().map(|manifest| manifest.generation)
    }

    /// The generations that have a folder, whole or not.
    fn generations(&self) -> Vec<u64> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        entries.filter_map(|entry| generation_of(entry.file_name().to_str()?)).collect()
    }

    /// Removes what is no part of the index: all generations but one. What cannot be removed now (a file
    /// that another system still holds open) is removed by the next build.
    fn remove_all_but(&self, kept: Option<u64>) {
        for generation in self.generations() {
            if Some(generation) != kept {
                _ = fs::remove_dir_all(self.path.join(folder(generation)));
            }
        }
        _ = fs::remove_file(self.path.join(NEW_MANIFEST));
    }
}

impl Drop for IndexWriter {
    /// Folders that were made for an index that never came go away again, unless something else is in them.
    fn drop(&mut self) {
        if self.written || self.created.is_empty() {
            return;
        }
        let mut entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        if entries.all(|entry| entry.file_name() == LOCK) {
            _ = fs::remove_file(self.path.join(LOCK));
            remove_folders(&self.created);
        }
    }
}

/// Makes the folder of an index unless it is there; returns the folders that had to be made, the innermost
/// first.
fn make_folder(path: &Path) -> Result<Vec<PathBuf>> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            Err(Error::index(path, "is a file, a folder was wanted for the index; choose another: -o DIR"))
        }
        Ok(_) => Ok(Vec::new()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
            let missing: Vec<PathBuf> = path.ancestors().take_while(is_missing).map(Path::to_owned).collect();
            fs::create_dir_all(path).map_err(|error| {
                remove_folders(&missing);
                Error::io("create", path, error)
            })?;
            // The name of a folder is in the folder around it.
            for folder in &missing {
                let around = folder.parent().filter(|around| !around.as_os_str().is_empty());
                sync_directory(around.unwrap_or(Path::new(".")))?;
            }
            Ok(missing)
        }
        Err(error) => Err(Error::io("read", path, error)),
    }
}

/// Removes folders as far as they are empty.
fn remove_folders(folders: &[PathBuf]) {
    for folder in folders {
        _ = fs::remove_dir(folder);
    }
}

/// Locks the index; if that fails, the folders that were just made go away again.
fn lock(path: &Path, created: &[PathBuf]) -> Result<File> {
    let lock_path = path.join(LOCK);
    let lock = refuse_other_folders(path).and_then(|()| {
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path);
        lock.map_err(|error| Error::io("create", &lock_path, error))
    });
    if lock.is_err() {
        remove_folders(created);
    }
    let lock = lock?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::Busy { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(Error::io("lock", &lock_path, error)),
    }
}

/// What the system says of a folder that was there a moment ago, or was not.
fn came_and_went(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists)
}

/// Whether an open file is the one that has this name now; elsewhere than on Unix an open file keeps its
/// name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(named)) => identity(file) == identity(named),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// A folder that holds other things is not written into.
fn refuse_other_folders(path: &Path) -> Result<()> {
    let entries = fs::read_dir(path).map_err(|error| Error::io("read", path, error))?;
    let mut others = entries.flatten().filter(|entry| entry.file_name() != LOCK);
    let is_index = || path.join(LOCK).exists() || Manifest::read(path).is_ok();
    match others.next() {
        Some(_) if !is_index() => Err(Error::index(
            path,
            "is a folder with other files in it, an index or an empty folder was wanted; choose another: -o DIR",
        )),
        _ => Ok(()),
    }
}

/// The Arrow files of an index, by their paths in the generation's folder.
fn batches(index: &Index, directory: &Path) -> Result<Vec<(String, RecordBatch)>> {
    let invalid = |error| invalid(directory, error);
    let mut batches = vec![
        (TRACKS.to_owned(), index.catalogue.to_batch().map_err(invalid)?),
        (IDS.to_owned(), index.ids_batch().map_err(invalid)?),
        (SONGS.to_owned(), Index::songs_batch(index.songs()?).map_err(invalid)?),
    ];
    for space in &index.spaces {
        let path = |name| format!("{}/{name}", space.name());
        let tree = space
            .neighbours
            .tree()
            .ok_or_else(|| Error::index(directory, "cannot be made: the vectors have too many dimensions"))?;
        batches.push((path(VECTORS), space_file::vectors(space).map_err(invalid)?));
        batches.push((path(TREE), tree_file::to_batch(tree).map_err(invalid)?));
        if space.model.profile().compares_genres() {
            batches.push((path(GENRES), space_file::genres(space.model.genres()).map_err(invalid)?));
        }
    }
    Ok(batches)
}

fn invalid(directory: &Path, error: ArrowError) -> Error {
    Error::index(directory, format!("cannot be made: {error}"))
}

fn write_batch(path: &Path, batch: &RecordBatch, progress: &dyn Progress) -> Result<FileEntry> {
    write_file(path, progress, |out| {
        arrow_file::write(batch, out).map_err(|error| match error {
            ArrowError::IoError(_, error) => Error::io("write", path, error),
            error => Error::index(path, error.to_string()),
        })
    })
}

/// Writes a new file that lasts; `write` gives its content.
fn write_file(
    path: &Path,
    progress: &dyn Progress,
    write: impl FnOnce(&mut BufWriter<Hashed<'_>>) -> Result<()>,
) -> Result<FileEntry> {
    let failed = |error| Error::io("write", path, error);
    let file = File::create_new(path).map_err(failed)?;
    let hashed = Hashed { file, hash: XxHash3_64::new(), bytes: 0, progress };
    let mut out = BufWriter::with_capacity(1 << 20, hashed);
    write(&mut out)?;
    let hashed = out.into_inner().map_err(|error| failed(error.into_error()))?;
    hashed.file.sync_all().map_err(failed)?;
    Ok(FileEntry { bytes: hashed.bytes, xxh3_64: hex(std::hash::Hasher::finish(&hashed.hash)) })
}

/// Passes bytes on to a file, and hashes and counts them.
struct Hashed<'a> {
    file: File,
    hash: XxHash3_64,
    bytes: u64,
    progress: &'a dyn Progress,
}

impl Write for Hashed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        std::hash::Hasher::write(&mut self.hash, buffer.get(..written).unwrap_or(buffer));
        self.bytes += written as u64;
        self.progress.advance(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes the names in a folder last; only Unix needs it and can do it.
fn sync_directory(path: &Path) -> Result<()> {
    if cfg!(unix) {
        let synced = File::open(path).and_then(|directory| directory.sync_all());
        synced.map_err(|error| Error::io("sync", path, error))?;
    }
    Ok(())
}
