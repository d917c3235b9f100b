//! The text index: the terms of all tracks in files, so that no search has to look at every track.
//!
//! tantivy writes and reads it: one segment, whose documents are the rows, in their order. What the terms are
//! is said in `terms`. tantivy believes its files, so whoever opens an index from a disk checks their hashes
//! first.
//!
//! The writer of a single segment is no promised part of tantivy's interface, but the only one that starts no
//! thread and keeps the documents in their order: look at it first when tantivy is to be updated.

use std::collections::BTreeMap;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;
use tantivy::directory::error::{DeleteError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, FileHandle, OwnedBytes, RamDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::indexer::SingleSegmentIndexWriter;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::{Field as SchemaField, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::store::Compressor;
use tantivy::{
    Index, IndexSettings, InvertedIndexReader, SegmentReader, TantivyDocument, TantivyError, Term,
};

use super::terms::{Field, FoldedTrack, Terms};
use crate::blocks::BLOCK;
use crate::catalogue::{Catalogue, Row};
use crate::error::{Error, Result};
use crate::progress::{Progress, Stage};

/// The files of an index, by name: tantivy's, with the one segment called `segment`.
pub(crate) type TextFiles = BTreeMap<String, OwnedBytes>;
const META: &str = "meta.json";
/// The names of all files.
pub(crate) const FILES: [&str; 7] = [
    META,
    "segment.fast",
    "segment.fieldnorm",
    "segment.idx",
    "segment.pos",
    "segment.store",
    "segment.term",
];
/// Stands for the random name that tantivy gives a segment, so that equal catalogues have equal files.
const SEGMENT_ID: &str = "00000000-0000-0000-0000-000000000000";
/// From this, tantivy takes the first size of its table of terms.
const MEMORY_BUDGET: usize = 64 << 20;
/// Blocks of rows whose texts are folded at a time.
const FOLDED: usize = 64;

/// A text index, open.
pub(crate) struct TextIndex {
    fields: [Arc<InvertedIndexReader>; Field::ALL.len()],
    rows: usize,
}

impl std::fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextIndex").field("rows", &self.rows).finish()
    }
}

/// Makes the files of the text index of a catalogue; equal catalogues have equal files.
///
/// Cost is linear in the texts, on one thread but for the folding; the files are held in memory.
///
/// # Errors
/// [`crate::Error::Index`] if the catalogue's file is damaged.
pub(crate) fn build(catalogue: &Catalogue, progress: &dyn Progress) -> Result<TextFiles> {
    progress.start(Stage::Texts, Some(catalogue.len() as u64));
    write(catalogue, progress).map_err(|error| match error {
        Failure::Catalogue(error) => error,
        Failure::Text(error) => failed(error),
    })
}

/// What can go wrong while the text index is made.
enum Failure {
    Catalogue(Error),
    Text(TantivyError),
}

impl<E: Into<TantivyError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Text(error.into())
    }
}

/// Does what makes tantivy read its files: it panics where they are forged, hash and all.
fn contained<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    panic::catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Error::index("the text index", "is damaged; build the index anew")))
}

fn failed(error: impl Into<TantivyError>) -> Error {
    Error::index("the text index", error.into().to_string())
}

fn write(catalogue: &Catalogue, progress: &dyn Progress) -> std::result::Result<TextFiles, Failure> {
    let (schema, fields) = schema();
    let ram = RamDirectory::create();
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let mut writer: SingleSegmentIndexWriter = Index::builder()
        .schema(schema)
        .settings(settings)
        .single_segment_index_writer(ram.clone(), MEMORY_BUDGET)?;
    let rows = catalogue.len() as u32;
    for start in (0..rows).step_by(FOLDED * BLOCK) {
        let end = start.saturating_add((FOLDED * BLOCK) as u32).min(rows);
        let folded: Vec<FoldedTrack> = (start..end)
            .into_par_iter()
            .with_min_len(BLOCK)
            .map(|row| FoldedTrack::new(catalogue, Row(row)))
            .collect::<Result<_>>()
            .map_err(Failure::Catalogue)?;
        for block in folded.chunks(BLOCK) {
            for FoldedTrack(texts) in block {
                let mut document = TantivyDocument::default();
                for (field, text) in fields.iter().zip(texts) {
                    if !text.is_empty() {
                        document.add_text(*field, text);
                    }
                }
                writer.add_document(document)?;
            }
            progress.advance(block.len() as u64);
        }
    }
    let index = writer.finalize()?;
    let segment = index.searchable_segment_metas()?.into_iter().next();
    let segment = segment.map(|segment| segment.id().uuid_string()).unwrap_or_default();
    let mut files = TextFiles::new();
    for name in FILES {
        let bytes = match name.strip_prefix("segment") {
            Some(extension) => ram.open_read(Path::new(&format!("{segment}{extension}")))?.read_bytes()?,
            None => OwnedBytes::new(renamed(&ram.open_read(Path::new(META))?.read_bytes()?)?),
        };
        files.insert(name.to_owned(), bytes);
    }
    Ok(files)
}

/// The list of segments with the fixed name in it.
fn renamed(meta: &[u8]) -> serde_json::Result<Vec<u8>> {
    let mut meta: Value = serde_json::from_slice(meta)?;
    if let Some(id) = meta.pointer_mut("/segments/0/segment_id") {
        *id = SEGMENT_ID.into();
    }
    serde_json::to_vec_pretty(&meta)
}

fn schema() -> (Schema, [SchemaField; Field::ALL.len()]) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let options = TextOptions::default().set_indexing_options(indexing);
    let fields = Field::ALL.map(|field| schema.add_text_field(field.name(), options.clone()));
    (schema.build(), fields)
}

impl TextIndex {
    /// Opens what [`build`] made.
    ///
    /// # Errors
    /// [`Error::Index`] if the files do not belong together.
    pub(crate) fn open(files: TextFiles) -> Result<Self> {
        contained(|| Self::read(files).map_err(failed))
    }

    fn read(files: TextFiles) -> tantivy::Result<Self> {
        let index = Index::open(Files(Arc::new(files)))?;
        let segments = index.searchable_segments()?;
        let segment = segments.first().ok_or_else(|| TantivyError::InternalError("no segment".into()))?;
        let reader = SegmentReader::open(segment)?;
        let (schema, fields) = schema();
        if index.schema() != schema {
            return Err(TantivyError::SchemaError("the fields are not those that were expected".into()));
        }
        let fields = fields.into_iter().map(|field| reader.inverted_index(field));
        let fields: Vec<_> = fields.collect::<tantivy::Result<_>>()?;
        let fields =
            fields.try_into().map_err(|_| TantivyError::InternalError("a field is missing".into()))?;
        Ok(Self { fields, rows: reader.max_doc() as usize })
    }

    fn reader(&self, field: Field) -> &InvertedIndexReader {
        // The discriminants of the seven fields are 0 to 6.
        #[allow(clippy::indexing_slicing)]
        &self.fields[field as usize]
    }
}

impl Terms for TextIndex {
    fn rows(&self) -> usize {
        self.rows
    }

    fn with_term(&self, field: Field, term: &str, take: &mut dyn FnMut(u32)) -> Result<()> {
        let reader = self.reader(field);
        contained(|| match reader.terms().get(term).map_err(failed)? {
            Some(found) => for_each_row(reader, &found, take),
            None => Ok(()),
        })
    }

    fn with_prefix(&self, field: Field, prefix: &str, take: &mut dyn FnMut(u32)) -> Result<()> {
        let reader = self.reader(field);
        let mut end = prefix.as_bytes().to_vec();
        // No byte of UTF-8 is 255.
        let Some(last) = end.last_mut() else { return Ok(()) };
        *last += 1;
        contained(|| {
            let terms = reader.terms().range().ge(prefix.as_bytes()).lt(&end);
            let mut terms = terms.into_stream().map_err(failed)?;
            while terms.advance() {
                for_each_row(reader, terms.value(), take)?;
            }
            Ok(())
        })
    }

    fn with_typos(
        &self,
        fields: &[Field],
        term: &str,
        distance: u8,
        take: &mut dyn FnMut(Field, u32),
    ) -> Result<()> {
        // The automaton, which costs the most, is for any field.
        let term = Term::from_field_text(SchemaField::from_field_id(0), term);
        let automaton = FuzzyTermQuery::new(term, distance, true).automaton().map_err(failed)?;
        contained(|| {
            for field in fields {
                let reader = self.reader(*field);
                let mut terms = reader.terms().search(&automaton).into_stream().map_err(failed)?;
                while terms.advance() {
                    for_each_row(reader, terms.value(), &mut |row| take(*field, row))?;
                }
            }
            Ok(())
        })
    }
}

fn for_each_row(
    reader: &InvertedIndexReader,
    term: &tantivy::postings::TermInfo,
    take: &mut dyn FnMut(u32),
) -> Result<()> {
    let mut postings =
        reader.read_block_postings_from_terminfo(term, IndexRecordOption::Basic).map_err(failed)?;
    while !postings.docs().is_empty() {
        postings.docs().iter().for_each(|row| take(*row));
        postings.advance();
    }
    Ok(())
}

/// The files as the directory that tantivy wants; nothing can be written there.
#[derive(Clone)]
struct Files(Arc<TextFiles>);

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Files {
    fn get(&self, path: &Path) -> Option<&OwnedBytes> {
        let name = path.to_str()?;
        match name.split_once('.') {
            Some((_, extension)) if name != META => self.0.get(&format!("segment.{extension}")),
            _ => self.0.get(name),
        }
    }

    fn read(&self, path: &Path) -> std::result::Result<OwnedBytes, OpenReadError> {
        self.get(path).cloned().ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }
}

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> std::result::Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.read(path)?))
    }

    fn exists(&self, path: &Path) -> std::result::Result<bool, OpenReadError> {
        Ok(self.get(path).is_some())
    }

    fn atomic_read(&self, path: &Path) -> std::result::Result<Vec<u8>, OpenReadError> {
        Ok(self.read(path)?.to_vec())
    }

    fn delete(&self, path: &Path) -> std::result::Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> std::result::Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_owned() })
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

fn read_only() -> io::Error {
    io::ErrorKind::ReadOnlyFilesystem.into()
}
