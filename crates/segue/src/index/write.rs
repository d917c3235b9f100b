//! Replaces an index atomically: a reader sees either the old or the new one, also after a crash.
//!
//! A build locks the index, writes a new generation beside the old one, syncs it to the disk, and then
//! replaces the manifest by a rename. Only then are the old files removed. What a killed build left behind
//! is removed by the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use serde::Serialize;
use twox_hash::XxHash3_64;

use super::manifest::{FileEntry, MANIFEST, Manifest, folder, generation_of, hex};
use super::{
    GENRES, IDS, Index, MAP, SONGS, TEXT, TRACKS, TREE, VECTORS, arrow_file, map_file, space_file, text_file,
    tree_file,
};
use crate::catalogue::ingest::INDEX_LOCK;
use crate::error::{Error, Result, unless_stopped};
use crate::layout::TrackMap;
use crate::progress::{Progress, Stage};
use crate::search::TextIndex;

const LOCK: &str = INDEX_LOCK;
const NEW_MANIFEST: &str = "manifest.json.new";

/// An exclusive lock on an index, to write it.
#[derive(Debug)]
pub struct IndexWriter {
    path: PathBuf,
    /// Held as long as the writer lives; the system releases it if the process dies.
    _lock: File,
    /// The folders that were created for the index, the innermost first.
    created: Vec<PathBuf>,
    written: bool,
}

/// A summary of what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Written {
    /// The number of this build of the index, from 1.
    pub generation: u64,
    /// The total size of its files in bytes, without the manifest.
    pub bytes: u64,
}

impl IndexWriter {
    /// Locks the index at `path`, which need not exist yet, and removes what a killed build left there.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process is building it, [`Error::Occupied`] if `path` is a file or a folder with
    /// other files, [`Error::Io`] if it cannot be written to.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self> {
        let path: PathBuf = path.into();
        let mut tries = 0..100;
        let (lock, created) = loop {
            match make_folder(&path).and_then(|created| Ok((lock(&path, &created)?, created))) {
                // After 100 tries the lock counts as valid: the file system has no stable inode numbers.
                Ok((lock, created)) if is_at(&lock, &path.join(LOCK)) || tries.next().is_none() => {
                    break (lock, created);
                }
                // Another build has failed meanwhile, and has removed the folder that it had created.
                Ok(_) => {}
                Err(Error::Io { source, .. }) if came_and_went(&source) && tries.next().is_some() => {}
                Err(error) => return Err(error),
            }
        };
        let writer = Self { path, _lock: lock, created, written: false };
        match Manifest::read(&writer.path) {
            Ok(manifest) => writer.remove_all_but(Some(manifest.generation)),
            Err(_) if !writer.path.join(MANIFEST).exists() => writer.remove_all_but(None),
            // An unreadable manifest may be repaired by hand, so its files stay until a new one is written.
            Err(_) => {}
        }
        Ok(writer)
    }

    /// Writes the index and replaces the old one.
    ///
    /// # Errors
    /// [`Error::Io`] if something cannot be written; the old index is then unchanged. [`Error::Index`] if the catalogue
    /// is damaged or the vectors have too many dimensions. [`Error::Stopped`]; the old index is then unchanged too.
    pub fn write(self, index: &Index, progress: &dyn Progress) -> Result<Written> {
        self.replace(|writer, generation| writer.write_generation(index, generation, progress))
    }

    /// Adds a map to the index, laid out by a profile of it, that of the first if none is named; an old map is replaced. The
    /// other files stay as they are: in the new generation they are links to those of the old one, or copies where the
    /// file system has no links. The index is verified first, and replaced as [`Self::write`] does.
    ///
    /// # Errors
    /// Those of [`Index::open_verified`], [`Index::with_map`] and [`Self::write`].
    pub fn add_map(self, profile: Option<&str>, progress: &dyn Progress) -> Result<Written> {
        let index = Index::open_verified(&self.path)?;
        let map = index.laid_out(profile, progress)?;
        let old = Manifest::read(&self.path)?;
        self.replace(|writer, generation| writer.link_generation((&index, old), &map, generation, progress))
    }

    /// Replaces the index by a new generation.
    fn replace(mut self, write: impl FnOnce(&Self, u64) -> Result<Written>) -> Result<Written> {
        let last = self.generations().into_iter().chain(self.manifest_generation()).max().unwrap_or(0);
        let generation = last.checked_add(1).ok_or_else(|| {
            Error::index(&self.path, format!("has a generation {last}, after which there is no other"))
        })?;
        let written = write(&self, generation);
        match written {
            Ok(_) => {
                self.written = true;
                self.remove_all_but(Some(generation));
            }
            // If the manifest was replaced before the failure, old and new files stay.
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
        let (text, batches) = rayon::join(text, || batches(index, &directory, progress));
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
        // The last time: from here on there is a new index.
        unless_stopped(progress)?;
        let bytes = files.values().map(|file| file.bytes).sum();
        let catalogue = (index.catalogue.counts(), index.catalogue.kept_fields());
        let manifest = Manifest::new(generation, index.len(), catalogue, &index.spaces, files);
        let manifest = match &index.map {
            Some(map) => manifest.with_map(map.profile()),
            None => manifest,
        };
        self.replace_manifest(&manifest)?;
        Ok(Written { generation, bytes })
    }

    /// Writes a generation with the files of an old one, which was opened as `index`, and a map.
    fn link_generation(
        &self,
        (index, old): (&Index, Manifest),
        map: &TrackMap,
        generation: u64,
        progress: &dyn Progress,
    ) -> Result<Written> {
        let (from, directory) = (self.path.join(old.folder()), self.path.join(folder(generation)));
        fs::create_dir(&directory).map_err(|error| Error::io("create", &directory, error))?;
        let mut files = old.files.clone();
        files.remove(MAP);
        let folders = files.keys().filter_map(|name| name.split_once('/')).map(|(folder, _)| folder);
        let folders: Vec<PathBuf> =
            folders.collect::<BTreeSet<_>>().into_iter().map(|name| directory.join(name)).collect();
        for folder in &folders {
            fs::create_dir(folder).map_err(|error| Error::io("create", folder, error))?;
        }
        for name in files.keys() {
            unless_stopped(progress)?;
            link(&from.join(name), &directory.join(name))?;
        }
        let batch = map_file::to_batch(map).map_err(|error| invalid(&directory, error))?;
        progress.start(Stage::Writing, None);
        files.insert(MAP.to_owned(), write_batch(&directory.join(MAP), &batch, progress)?);
        folders.iter().try_for_each(|folder| sync_directory(folder))?;
        sync_directory(&directory)?;
        index.check_unchanged()?;
        unless_stopped(progress)?;
        let bytes = files.values().map(|file| file.bytes).sum();
        self.replace_manifest(&old.succeeded_by(generation, files).with_map(map.profile()))?;
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

    /// The generations that have a folder, complete or not.
    fn generations(&self) -> Vec<u64> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        entries.filter_map(|entry| generation_of(entry.file_name().to_str()?)).collect()
    }

    /// Removes all generations but one. What cannot be removed now (on some systems a file that is still open) is
    /// removed by the next build.
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
    /// If nothing was written, removes the folders that were created for the index, unless they hold other files.
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

/// Creates the folder of an index unless it exists; returns the folders that were created, the innermost first.
fn make_folder(path: &Path) -> Result<Vec<PathBuf>> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            Err(occupied(path, "is a file, a folder was wanted for the index"))
        }
        Ok(_) => Ok(Vec::new()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
            let missing: Vec<PathBuf> = path.ancestors().take_while(is_missing).map(Path::to_owned).collect();
            fs::create_dir_all(path).map_err(|error| {
                remove_folders(&missing);
                Error::io("create", path, error)
            })?;
            // A folder's entry is in its parent, which must be synced.
            for folder in &missing {
                let around = folder.parent().filter(|around| !around.as_os_str().is_empty());
                sync_directory(around.unwrap_or(Path::new(".")))?;
            }
            Ok(missing)
        }
        Err(error) => Err(Error::io("read", path, error)),
    }
}

/// Removes those of the folders that are empty.
fn remove_folders(folders: &[PathBuf]) {
    for folder in folders {
        _ = fs::remove_dir(folder);
    }
}

/// Locks the index; if the lock file cannot be created, removes the folders that were just created.
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

/// Whether an error can come from a folder that was concurrently created or removed.
fn came_and_went(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists)
}

/// Whether an open file is still the one at this path. Always true except on Unix: elsewhere an open file keeps its
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

fn refuse_other_folders(path: &Path) -> Result<()> {
    let entries = fs::read_dir(path).map_err(|error| Error::io("read", path, error))?;
    let mut others = entries.flatten().filter(|entry| entry.file_name() != LOCK);
    let is_index = || path.join(LOCK).exists() || Manifest::read(path).is_ok();
    match others.next() {
        Some(_) if !is_index() => {
            Err(occupied(path, "is a folder with other files in it, an index or an empty folder was wanted"))
        }
        _ => Ok(()),
    }
}

fn occupied(path: &Path, problem: &str) -> Error {
    Error::Occupied { path: path.display().to_string(), problem: problem.to_owned() }
}

/// The Arrow files of an index except the text index, by their paths in the generation's folder.
fn batches(index: &Index, directory: &Path, progress: &dyn Progress) -> Result<Vec<(String, RecordBatch)>> {
    let invalid = |error| invalid(directory, error);
    let mut batches = vec![
        (TRACKS.to_owned(), index.catalogue.to_batch().map_err(invalid)?),
        (IDS.to_owned(), index.ids_batch().map_err(invalid)?),
        (SONGS.to_owned(), Index::songs_batch(index.songs_unless_stopped(progress)?).map_err(invalid)?),
    ];
    if let Some(map) = &index.map {
        batches.push((MAP.to_owned(), map_file::to_batch(map).map_err(invalid)?));
    }
    for space in &index.spaces {
        let path = |name| format!("{}/{name}", space.name());
        let tree = space
            .neighbours
            .tree_unless_stopped(progress)?
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

/// Gives a file that is never changed a second path; copies it where that is not possible.
fn link(from: &Path, to: &Path) -> Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let copied = fs::copy(from, to).and_then(|_| File::open(to)?.sync_all());
    copied.map_err(|error| Error::io("write", to, error))
}

fn write_batch(path: &Path, batch: &RecordBatch, progress: &dyn Progress) -> Result<FileEntry> {
    write_file(path, progress, |out| {
        arrow_file::write(batch, out).map_err(|error| match error {
            ArrowError::IoError(_, error) => Error::io("write", path, error),
            error => Error::index(path, error.to_string()),
        })
    })
}

/// Creates a file with the content that `write` gives, and syncs it.
fn write_file(
    path: &Path,
    progress: &dyn Progress,
    write: impl FnOnce(&mut BufWriter<Hashed<'_>>) -> Result<()>,
) -> Result<FileEntry> {
    let failed = |error| Error::io("write", path, error);
    let file = File::create_new(path).map_err(failed)?;
    let hashed = Hashed { file, hash: XxHash3_64::new(), bytes: 0, progress };
    let mut out = BufWriter::with_capacity(1 << 20, hashed);
    let written = write(&mut out);
    // A write that was stopped failed for no other reason.
    unless_stopped(progress)?;
    written?;
    let hashed = out.into_inner().map_err(|error| failed(error.into_error()))?;
    hashed.file.sync_all().map_err(failed)?;
    Ok(FileEntry { bytes: hashed.bytes, xxh3_64: hex(std::hash::Hasher::finish(&hashed.hash)) })
}

/// A writer to a file that hashes and counts the bytes.
struct Hashed<'a> {
    file: File,
    hash: XxHash3_64,
    bytes: u64,
    progress: &'a dyn Progress,
}

impl Write for Hashed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        /// So much is written between two questions whether to stop.
        const MOST: usize = 16 << 20;
        if self.progress.is_stopped() {
            return Err(io::Error::other("stopped"));
        }
        let buffer = buffer.get(..MOST).unwrap_or(buffer);
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

/// Syncs the entries of a folder to the disk; only Unix needs it and can do it.
fn sync_directory(path: &Path) -> Result<()> {
    if cfg!(unix) {
        let synced = File::open(path).and_then(|directory| directory.sync_all());
        synced.map_err(|error| Error::io("sync", path, error))?;
    }
    Ok(())
}
