//! The index: the catalogue, its songs and text index, and for each profile ([`Space`]) a model, vectors and the
//! tree over them, in memory or in files.
//!
//! `space` has the vectors of a profile, `manifest` lists the files, `arrow_file` and `map` open them without reading them, `write` replaces an index
//! atomically, and `verify` checks every byte. What the parts of the tree mean is not known here.

mod arrow_file;
mod build;
mod manifest;
mod map;
mod map_file;
#[cfg(unix)]
mod sigbus;
mod space;
mod space_file;
mod text_file;
mod tracks_file;
mod tree_file;
mod verify;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{ArrayRef, RecordBatch, UInt8Array, UInt32Array};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use rayon::prelude::*;

pub use build::IndexBuilder;
#[cfg(unix)]
pub use sigbus::catch_sigbus;
pub use space::Space;
pub use verify::{Verified, VerifiedFile, verify};
pub use write::{IndexWriter, Written};

use self::arrow_file::RawBatch;
use self::manifest::Manifest;
use self::map::{FileBytes, Files, Storage};
use crate::catalogue::{Catalogue, Malformed, Row, TextField, head, scalars};
use crate::error::{Error, Result};
use crate::layout::{TrackMap, lay_out};
use crate::made_once::MadeOnce;
use crate::model::GenreSpace;
use crate::neighbours::{Neighbours, Vectors};
use crate::progress::Progress;
use crate::search::{TermScan, Terms, TextIndex};
use crate::songs::Songs;

/// The files of a generation.
const TRACKS: &str = "tracks.arrow";
const VECTORS: &str = "vectors.arrow";
const TREE: &str = "tree.arrow";
const GENRES: &str = "genres.arrow";
const IDS: &str = "ids.arrow";
const SONGS: &str = "songs.arrow";
const TEXT: &str = "text.arrow";
const MAP: &str = "map.arrow";
/// The column names of `ids.arrow` and `songs.arrow`.
const ROW: &str = "row";
const SONG: &str = "song";
const WORK: &str = "work";
const KINDS: &str = "kinds";

/// Catalogue, songs, text index, and for each profile model, vectors and tree. An index opened from files gives the
/// same answers as one built in memory, to the last bit.
#[derive(Debug, Clone)]
pub struct Index {
    catalogue: Catalogue,
    /// One per profile, at least one.
    spaces: Vec<Space>,
    /// The rows in the order of their track ids.
    rows_by_id: ScalarBuffer<u32>,
    /// Computed on first use.
    songs: Arc<MadeOnce<Songs>>,
    /// The songs as numbers, of an index from before there were works.
    song_numbers: Option<ScalarBuffer<u32>>,
    text: Arc<TextSearch>,
    map: Option<TrackMap>,
    /// The files that it was opened from; `None` if it was built in memory.
    opened: Option<Arc<Opened>>,
}

/// The build and the files that an index was opened from.
#[derive(Debug)]
struct Opened {
    generation: u64,
    checksum: String,
    files: Files,
}

/// The data for text search, made on first use.
#[derive(Debug, Default)]
struct TextSearch {
    index: MadeOnce<TextIndex>,
    scan: MadeOnce<TermScan>,
    searches: AtomicUsize,
}

/// The number of searches of an index in memory that scan its folded texts before a text index is built.
const SEARCHES_BEFORE_INDEXING: usize = 16;

impl Index {
    /// A builder of indexes, with the default profile.
    pub fn builder<'a>() -> IndexBuilder<'a> {
        IndexBuilder::default()
    }

    /// Writes the index to the folder `path`, which is created if missing; an existing index is replaced atomically, or
    /// left unchanged if writing fails.
    ///
    /// [`IndexWriter`] does the same in two steps: it locks the folder before the index is built, and reports progress.
    ///
    /// # Errors
    /// Those of [`IndexWriter::create`] and [`IndexWriter::write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<Written> {
        IndexWriter::create(path.as_ref())?.write(self, &())
    }

    /// Opens the index at `path` by mapping its files into memory.
    ///
    /// Checks the manifest, and the sizes and the metadata of the files, but not their content: the cost
    /// does not depend on the number of tracks. [`verify()`] checks every byte.
    ///
    /// A build replaces an index by new files and does not affect an open one. Files that are changed in place, for
    /// example by `cp` over the folder, give wrong answers, which [`Self::check_unchanged`] detects, and a truncated
    /// file ends the process by SIGBUS unless it has called [`catch_sigbus`]. If others write to the folder, use
    /// [`Self::read`].
    ///
    /// # Errors
    /// [`Error::NoIndex`] if there is no index; [`Error::Index`] names the file that is missing, cut off, foreign, or
    /// of another version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Manifest::with(path, |manifest| {
            Self::open_generation(Opening { path, manifest, files: Files::new(Storage::Mapped) })
        })
    }

    fn open_generation(mut opening: Opening<'_>) -> Result<Self> {
        let manifest = opening.manifest;
        let rows = Some(manifest.tracks);
        let fields = &manifest.columns;
        let catalogue = opening.file(TRACKS, &fields.schema(), rows, |raw, file| {
            let columns = tracks_file::columns(raw, fields)?;
            Ok(Catalogue::new(&file.display().to_string(), raw.rows, columns, manifest.rows))
        })?;
        let spaces =
            manifest.models().iter().map(|entry| open_space(&mut opening, entry)).collect::<Result<_>>()?;
        let rows_by_id = opening.file(IDS, &ids_schema(), rows, |raw, _| {
            raw.column_of_rows(false)?;
            scalars(raw.buffer()?, raw.rows)
        })?;
        let least = if manifest.has_works() { songs_schema().fields().len() } else { 1 };
        let (songs, song_numbers) =
            opening.leading_columns(SONGS, &songs_schema(), least, rows, |raw, _| {
                let numbers = |raw: &mut RawBatch| {
                    raw.column_of_rows(false)?;
                    scalars(raw.buffer()?, raw.rows)
                };
                let songs = numbers(raw)?;
                if raw.columns == 1 {
                    return Ok((MadeOnce::default(), Some(songs)));
                }
                let works = numbers(raw)?;
                raw.column_of_rows(false)?;
                let kinds = scalars(raw.buffer()?, raw.rows)?;
                Ok((Songs::from_numbers(songs, works, kinds).into(), None))
            })?;
        let text = opening.file(TEXT, &text_file::schema(), None, |raw, file| {
            text_file::read(raw, &file.display().to_string(), manifest.tracks)
        })?;
        let text = TextSearch { index: text.into(), ..TextSearch::default() };
        let read_map =
            |profile| opening.file(MAP, &map_file::schema(), rows, |raw, _| map_file::read(raw, profile));
        let map = manifest.map_profile().map(read_map).transpose()?;
        Ok(Self {
            catalogue,
            spaces,
            rows_by_id,
            songs: Arc::new(songs),
            song_numbers,
            text: Arc::new(text),
            map,
            opened: Some(Arc::new(Opened {
                generation: manifest.generation,
                checksum: manifest.checksum.clone(),
                files: opening.files,
            })),
        })
    }

    /// Checks that the files of the index are unchanged since it was opened, and that every read of them succeeded. An
    /// answer is right if this succeeds after it was computed. Costs one system call per file, about ten; nothing for
    /// an index in memory.
    ///
    /// # Errors
    /// [`Error::Index`] names a file that was changed in place.
    pub fn check_unchanged(&self) -> Result<()> {
        self.opened.as_ref().map_or(Ok(()), |opened| opened.files.check_unchanged())
    }

    /// The number of tracks.
    pub fn len(&self) -> usize {
        self.catalogue.len()
    }

    /// Whether there is no track; never true of an index that was opened.
    pub fn is_empty(&self) -> bool {
        self.catalogue.is_empty()
    }

    /// The tracks.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The vector spaces of the profiles, in their order.
    pub fn spaces(&self) -> &[Space] {
        &self.spaces
    }

    /// The vector space of a profile; that of the first if none is named.
    ///
    /// # Errors
    /// [`Error::NoProfile`] if the index has no vectors of that profile.
    pub fn space(&self, profile: Option<&str>) -> Result<&Space> {
        let is_meant = |space: &&Space| profile.is_none_or(|name| space.name() == name);
        self.spaces.iter().find(is_meant).ok_or_else(|| Error::NoProfile {
            profile: profile.unwrap_or_default().to_owned(),
            known: self.spaces.iter().map(|space| space.name().to_owned()).collect(),
        })
    }

    /// Which tracks are releases of one song, which are versions of one work, and of what kinds tracks are.
    ///
    /// The first call computes them by [`Songs::find`], unless the index was opened from files; if these are from before
    /// there were works, it computes works and kinds.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged.
    pub fn songs(&self) -> Result<&Songs> {
        self.songs_unless_stopped(&())
    }

    pub(crate) fn songs_unless_stopped(&self, progress: &dyn Progress) -> Result<&Songs> {
        self.songs.get_or_try_make(|| match &self.song_numbers {
            Some(songs) => Songs::with_songs(songs.clone(), &self.catalogue, progress),
            None => Songs::find_unless_stopped(&self.catalogue, progress),
        })
    }

    /// The map of the tracks, if the index has one.
    pub fn map(&self) -> Option<&TrackMap> {
        self.map.as_ref()
    }

    /// The index with a map, laid out by the profile of a space: that of the first if none is named. An old map is
    /// replaced; one made by the same profile is the same, to the last bit.
    ///
    /// In parallel. The cost is one search for the 15 neighbours of each track, and a little more than that besides.
    ///
    /// # Errors
    /// [`Error::NoProfile`] if the index has no vectors of that profile, [`Error::Stopped`].
    pub fn with_map(self, profile: Option<&str>, progress: &dyn Progress) -> Result<Self> {
        let map = Some(self.laid_out(profile, progress)?);
        Ok(Self { map, ..self })
    }

    fn laid_out(&self, profile: Option<&str>, progress: &dyn Progress) -> Result<TrackMap> {
        let space = self.space(profile)?;
        Ok(TrackMap::of(space.name(), &lay_out(&space.neighbours, progress)?))
    }

    /// The number of the build that wrote the index, if it was opened from files.
    pub fn generation(&self) -> Option<u64> {
        self.opened.as_ref().map(|opened| opened.generation)
    }

    /// A hash of the manifest, and through it of all files, that identifies the content of the index, if it was opened
    /// from files.
    pub fn checksum(&self) -> Option<&str> {
        self.opened.as_ref().map(|opened| opened.checksum.as_str())
    }

    /// The row of a track id, if there is one, by binary search.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged.
    pub fn row(&self, id: &str) -> Result<Option<Row>> {
        // Compared as bytes, which have the order of their texts, so they need not be checked to be UTF-8.
        let ids = self.catalogue.texts(TextField::TrackId);
        let (mut low, mut high) = (0, self.rows_by_id.len());
        while low < high {
            let middle = low.midpoint(high);
            let row = Row(self.rows_by_id.get(middle).copied().unwrap_or(u32::MAX));
            let other = ids.bytes(row.index()).map_err(|what| self.catalogue.damaged("track_id", what))?;
            let other = other.ok_or_else(|| self.catalogue.no_such_row("track_id", row))?;
            match other.cmp(id.as_bytes()) {
                std::cmp::Ordering::Equal => return Ok(Some(row)),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    /// The rows of many track ids, in their order; `None` for those that there are not. In parallel, and in the order of the
    /// ids, since near ones are found in the same part of the index: several times as fast as one by one.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged.
    pub fn rows<S: AsRef<str> + Sync>(&self, ids: &[S]) -> Result<Vec<Option<Row>>> {
        const TOGETHER: usize = 512;
        let id = |place: usize| ids.get(place).map_or("", AsRef::as_ref);
        let mut order: Vec<(u64, usize)> =
            (0..ids.len()).map(|place| (head(id(place).as_bytes()), place)).collect();
        order.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1))));
        let row = |(_, place): &(u64, usize)| self.row(id(*place));
        let found: Vec<Option<Row>> =
            order.par_iter().with_min_len(TOGETHER).map(row).collect::<Result<_>>()?;
        let mut rows = vec![None; ids.len()];
        for ((_, place), found) in order.iter().zip(found) {
            if let Some(row) = rows.get_mut(*place) {
                *row = found;
            }
        }
        Ok(rows)
    }

    /// The terms for text search. An index in memory folds all texts at the first call, and builds the text index after
    /// [`SEARCHES_BEFORE_INDEXING`] calls.
    ///
    /// # Errors
    /// [`Error::Index`] if a file is damaged.
    pub(crate) fn terms(&self) -> Result<&dyn Terms> {
        let TextSearch { index, scan, searches } = &*self.text;
        // Only the call that reaches the limit builds the text index; concurrent ones use the folded texts meanwhile.
        let is_worth_making =
            index.get().is_some() || searches.fetch_add(1, Ordering::Relaxed) == SEARCHES_BEFORE_INDEXING;
        match is_worth_making {
            true => Ok(self.text_index()?),
            false => Ok(scan.get_or_try_make(|| TermScan::new(&self.catalogue))?),
        }
    }

    fn text_index(&self) -> Result<&TextIndex> {
        self.text.index.get_or_try_make(|| TextIndex::build(&self.catalogue, &()))
    }

    /// Makes everything that is otherwise made on first use: the text index, the songs, and the trees.
    ///
    /// # Errors
    /// [`Error::Index`] if a file is damaged.
    pub(crate) fn prepare(&self) -> Result<()> {
        self.spaces.iter().for_each(|space| space.neighbours.plant());
        self.songs()?;
        self.text_index().map(|_| ())
    }

    fn ids_batch(&self) -> std::result::Result<RecordBatch, ArrowError> {
        let rows: ArrayRef = Arc::new(UInt32Array::new(self.rows_by_id.clone(), None));
        RecordBatch::try_new(Arc::new(ids_schema()), vec![rows])
    }

    fn songs_batch(songs: &Songs) -> std::result::Result<RecordBatch, ArrowError> {
        let numbers = [songs.song_numbers(), songs.work_numbers()];
        let column =
            |numbers: &ScalarBuffer<u32>| Arc::new(UInt32Array::new(numbers.clone(), None)) as ArrayRef;
        let mut columns = numbers.map(column).to_vec();
        columns.push(Arc::new(UInt8Array::new(songs.kind_bits().clone(), None)));
        RecordBatch::try_new(Arc::new(songs_schema()), columns)
    }
}

/// An index while its files are opened.
struct Opening<'a> {
    path: &'a Path,
    manifest: &'a Manifest,
    files: Files,
}

impl Opening<'_> {
    /// The path and the bytes of a file, by its name in the manifest.
    fn bytes(&mut self, name: &str) -> Result<(PathBuf, FileBytes)> {
        let path = self.path.join(self.manifest.folder()).join(name);
        let entry = self.manifest.file(self.path, name)?;
        let bytes = self.files.open(&path, entry.bytes)?;
        Ok((path, bytes))
    }

    /// Opens an Arrow file and converts its buffers by `read`; `rows` is the number of rows it must have, if fixed.
    fn file<T>(
        &mut self,
        name: &str,
        schema: &Schema,
        rows: Option<usize>,
        read: impl FnOnce(&mut RawBatch, &Path) -> std::result::Result<T, Malformed>,
    ) -> Result<T> {
        self.leading_columns(name, schema, schema.fields().len(), rows, read)
    }

    /// Like [`Self::file`] for a file that older versions wrote with only the first `least` columns.
    fn leading_columns<T>(
        &mut self,
        name: &str,
        schema: &Schema,
        least: usize,
        rows: Option<usize>,
        read: impl FnOnce(&mut RawBatch, &Path) -> std::result::Result<T, Malformed>,
    ) -> Result<T> {
        let (path, bytes) = self.bytes(name)?;
        let malformed = |Malformed(what)| Error::index(&path, format!("{what}; build the index anew"));
        let mut raw = RawBatch::read(&bytes.into_buffer(), schema, least).map_err(malformed)?;
        if let Some(rows) = rows.filter(|rows| raw.rows != *rows) {
            let problem = format!("has {} rows, {rows} were expected; build the index anew", raw.rows);
            return Err(Error::index(&path, problem));
        }
        read(&mut raw, &path).map_err(malformed)
    }
}

/// Opens the files of a profile.
fn open_space(opening: &mut Opening<'_>, entry: &manifest::ModelEntry) -> Result<Space> {
    let file = |name: &str| format!("{}/{name}", entry.profile);
    let manifest_path = opening.path.join(manifest::MANIFEST);
    let wrong = |problem| Error::index(&manifest_path, problem);
    let profile = entry.profile().map_err(wrong)?;
    let genres = match profile.compares_genres() {
        true => space_file::open_genres(opening, &file(GENRES))?,
        false => GenreSpace::default(),
    };
    let model = entry.model(profile, genres).map_err(wrong)?;
    let tracks = opening.manifest.tracks;
    let schema = space_file::vectors_schema(&model);
    let vectors = opening.file(&file(VECTORS), &schema, Some(tracks), |raw, _| {
        raw.column_of_rows(false)?;
        raw.column()?;
        let len = raw.rows.checked_mul(model.dimension());
        let len = len.ok_or_else(|| Malformed("has a number of values that overflows".into()))?;
        Ok(Vectors::from_buffer(model.dimension(), scalars::<f32>(raw.buffer()?, len)?))
    })?;
    let tree = opening.file(&file(TREE), &tree_file::schema(), Some(1), |raw, _| {
        tree_file::read(raw, model.dimension(), tracks)
    })?;
    Ok(Space { model, neighbours: Neighbours::with_tree(vectors, tree, entry.sweeps()) })
}

fn ids_schema() -> Schema {
    Schema::new(vec![Field::new(ROW, DataType::UInt32, false)])
}

fn songs_schema() -> Schema {
    let mut fields = [SONG, WORK].map(|name| Field::new(name, DataType::UInt32, false)).to_vec();
    fields.push(Field::new(KINDS, DataType::UInt8, false));
    Schema::new(fields)
}
