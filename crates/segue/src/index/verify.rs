//! Verification of every byte of an index.

use std::path::Path;

use serde::Serialize;
use twox_hash::XxHash3_64;

use super::manifest::{FileEntry, Manifest, hex};
use super::map::{Files, Storage};
use super::{IDS, Index, MAP, Opening, SONGS, Space, TEXT, TRACKS, TREE, VECTORS, manifest};
use crate::catalogue::{Malformed, Row, TextField};
use crate::error::{Error, Result};

/// A verified index: every byte is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verified {
    /// The number of the build that wrote it.
    pub generation: u64,
    /// Its tracks.
    pub tracks: usize,
    /// Its files.
    pub files: Vec<VerifiedFile>,
}

/// A verified file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VerifiedFile {
    /// Its name in the generation's folder.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its XXH3 hash of 64 bits, in hexadecimal digits.
    pub xxh3_64: String,
}

/// Checks the hash of every file of the index at `path`, and the invariants of their content: valid texts, sorted
/// ids, songs numbered by their first row, sorted terms, unit vectors, a tree over exactly these vectors, a map in its order. The cost is
/// linear in the size of the index.
///
/// # Errors
/// [`Error::NoIndex`] if there is no index; [`Error::Index`] names the first file that is wrong, what was expected and
/// what was found.
pub fn verify(path: impl AsRef<Path>) -> Result<Verified> {
    verified(path.as_ref(), Storage::Mapped).map(|(_, verified)| verified)
}

impl Index {
    /// Opens the index at `path` by mapping, after checking every byte as [`verify()`] does.
    ///
    /// # Errors
    /// As [`Self::open`] and [`verify()`].
    pub fn open_verified(path: impl AsRef<Path>) -> Result<Self> {
        verified(path.as_ref(), Storage::Mapped).map(|(index, _)| index)
    }

    /// Reads the index at `path` into memory and checks every byte; later changes to its files have no effect. The cost
    /// in time and in memory is linear in the size of the index.
    ///
    /// # Errors
    /// As [`Self::open`] and [`verify()`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        verified(path.as_ref(), Storage::InMemory).map(|(index, _)| index)
    }
}

fn verified(path: &Path, storage: Storage) -> Result<(Index, Verified)> {
    Manifest::with(path, |manifest| verify_generation(path, manifest, storage))
}

fn verify_generation(path: &Path, manifest: &Manifest, storage: Storage) -> Result<(Index, Verified)> {
    let folder = path.join(manifest.folder());
    let mut opening = Opening { path, manifest, files: Files::new(storage) };
    // The hashes are those of the bytes in memory that the index then uses.
    let mut files = Vec::new();
    for (name, FileEntry { bytes, xxh3_64 }) in &manifest.files {
        let (file, content) = opening.bytes(name)?;
        let found = hex(XxHash3_64::oneshot(&content));
        if found != *xxh3_64 {
            return Err(Error::index(file, manifest::damaged(&found, xxh3_64)));
        }
        files.push(VerifiedFile { name: name.clone(), bytes: *bytes, xxh3_64: found });
    }
    let index = Index::open_generation(opening)?;
    let wrong = |name: &str, problem: String| Error::index(folder.join(name), problem);
    index.catalogue.to_batch().map_err(|error| wrong(TRACKS, error.to_string()))?;
    check_ids(&index).map_err(|problem| wrong(IDS, problem))?;
    index.songs()?.check().map_err(|problem| wrong(SONGS, problem))?;
    for space in &index.spaces {
        let file = |name| format!("{}/{name}", space.name());
        check_vectors(space).map_err(|problem| wrong(&file(VECTORS), problem))?;
        space.neighbours.check_tree().map_err(|problem| wrong(&file(TREE), problem))?;
    }
    index.text_index()?.check().map_err(|Malformed(problem)| wrong(TEXT, problem))?;
    if let Some(map) = &index.map {
        map.check().map_err(|problem| wrong(MAP, problem))?;
    }
    index.check_unchanged()?;
    let verified = Verified { generation: manifest.generation, tracks: index.len(), files };
    Ok((index, verified))
}

/// Checks that the ids are strictly ascending.
fn check_ids(index: &Index) -> std::result::Result<(), String> {
    let mut last: Option<&str> = None;
    for &row in index.rows_by_id.iter() {
        let id =
            index.catalogue.required_text(TextField::TrackId, Row(row)).map_err(|error| error.to_string())?;
        if last.is_some_and(|last| last >= id) {
            return Err(format!("the ids are not sorted at {id:?}"));
        }
        last = Some(id);
    }
    Ok(())
}

/// Checks that every vector has length 1 or 0, or at most 1 where hubs are levelled.
fn check_vectors(space: &Space) -> std::result::Result<(), String> {
    let vectors = space.neighbours.vectors();
    for row in (0..vectors.len() as u32).map(Row) {
        let vector = vectors.get(row).unwrap_or_default();
        let square: f64 = vector.iter().map(|value| f64::from(*value).powi(2)).sum();
        let is_shorter = square < 1.0 && (square == 0.0 || space.model.profile().levels_hubs());
        if !(is_shorter || (square - 1.0).abs() < 1e-5) {
            return Err(format!(
                "the vector of row {} has the squared length {square}, 1 was expected",
                row.0
            ));
        }
    }
    Ok(())
}
