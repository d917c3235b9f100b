//! Ingestion: reads files of many kinds into a clean catalogue.
//!
//! `folder` lists the files of a folder, `input` opens streams of bytes, and `table` turns them into rows of raw values:
//! by `csv`, or by `columnar` and `arrow`, after the checks of `parquet_guard`, `parquet_pages`, `ipc_guard` and
//! `batches`. `layout` knows what the names of columns mean, `needs` and `wanted` say which columns the catalogue
//! is to have, `binding` finds them, `rows` parses their values in the forms of `forms` and `names`, `scale` has what only a
//! whole column shows, `clean` keeps the first row of each track if it is
//! complete, and `report` counts what became of the rows. Nothing here knows what columns are compared for.

mod arrow;
mod batches;
mod binding;
mod clean;
mod column_set;
mod columnar;
mod conversions;
mod csv;
mod folder;
mod forms;
mod input;
mod ipc_guard;
mod layout;
mod listings;
mod names;
mod needs;
#[cfg(feature = "parquet")]
mod parquet_guard;
#[cfg(feature = "parquet")]
mod parquet_pages;
mod report;
mod rows;
mod scale;
mod table;
mod value;
mod wanted;

use std::io;
use std::sync::mpsc;

use rayon::prelude::*;

pub(crate) use folder::INDEX_LOCK;
pub use input::Input;
pub use needs::{Fill, Needs, Notebook};
pub(crate) use needs::{matches_pattern, named};
pub(crate) use report::difference;
pub use report::{
    Counts, InputReport, MAX_TEXT, MissingColumn, Place, Reason, Reject, RejectLimit, Report,
    SEVERAL_FORMATS, SEVERAL_KINDS,
};

pub use conversions::{Conversion, Form};
pub(crate) use layout::kind_of;
pub use scale::Unusual;

pub(crate) use table::Table;
pub(crate) use value::Raw;

use self::binding::Binding;
use self::clean::{Cleaner, MAX_TRACKS};
use self::conversions::Conversions;
use self::input::Parts;
use self::rows::{Reading, TrackRows};
use self::table::{Chunk, Origin};
use self::wanted::Wanted;
use crate::catalogue::{Attribute, Catalogue, Column};
use crate::error::{Error, Result, unless_stopped};
use crate::progress::{Progress, Stage};

/// A callback for rejected rows; its error stops the reading.
pub type OnReject<'a> = dyn FnMut(&Reject) -> io::Result<()> + Send + 'a;

/// Settings for reading inputs, and [`Self::read`].
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let csv = String::from_utf8(csv)?.replacen("loudness", "Loudness in dB", 1) + "7,not,a,row\n";
/// use segue::{Attribute, Column, Ingest, Input};
///
/// let mut rejected = Vec::new();
/// let ingest = Ingest::new()
///     .map("Loudness in dB", Column::Attribute(Attribute::Loudness))
///     .on_reject(|reject| Ok(rejected.push(reject.to_string())));
/// let (catalogue, report) = ingest.read([Input::bytes("mine.csv", csv)])?;
/// assert_eq!((catalogue.len(), report.counts.rejected), (300, 1));
/// assert!(rejected[0].contains("fields were wanted"), "{rejected:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[non_exhaustive]
pub struct Ingest<'a> {
    /// The inputs' own names for some of our columns, where they are not recognised.
    pub map: Vec<(String, Column)>,
    /// Descriptive columns that an input may lack; see [`Column::is_descriptive`].
    pub allow_missing: Vec<Column>,
    /// The columns that are needed; without any, all those of the notebook's file.
    pub needs: Vec<Needs>,
    /// Other columns to keep, by their names or patterns such as `mfcc_*`: numbers, or lists of numbers as vectors.
    pub keep: Vec<String>,
    /// What becomes of tracks that lack a number that is needed; by default they are left out.
    pub fill: Fill,
    /// Whether the vectors that are kept have half precision (16 bits).
    pub half: bool,
    /// How many rows may be rejected.
    pub max_rejects: RejectLimit,
    /// Called with every rejected row, in order.
    pub on_reject: Option<Box<OnReject<'a>>>,
    /// Receives the progress of reading.
    pub progress: &'a dyn Progress,
}

impl Default for Ingest<'_> {
    fn default() -> Self {
        Self {
            map: Vec::new(),
            allow_missing: Vec::new(),
            needs: Vec::new(),
            keep: Vec::new(),
            fill: Fill::default(),
            half: false,
            max_rejects: RejectLimit::default(),
            on_reject: None,
            progress: &(),
        }
    }
}

const SHOWN_REJECTS: usize = 5;

impl<'a> Ingest<'a> {
    /// The defaults: all columns are required, and at most 1 % of the rows may be rejected.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the column `ours` from the inputs' column `theirs`, for names that are not recognised.
    #[must_use]
    pub fn map(mut self, theirs: impl Into<String>, ours: Column) -> Self {
        self.map.push((theirs.into(), ours));
        self
    }

    /// Allows descriptive columns to be missing; see [`Column::is_descriptive`].
    #[must_use]
    pub fn allow_missing(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        self.allow_missing.extend(columns);
        self
    }

    /// Adds the columns that a profile needs (`Profile::needs`). Once some are given, no others are required but id,
    /// title and artists; the known columns are read where an input has them.
    #[must_use]
    pub fn needs(mut self, needs: Needs) -> Self {
        self.needs.push(needs);
        self
    }

    /// Keeps another column, by its name or a pattern such as `mfcc_*`: numbers, or lists of numbers as vectors.
    #[must_use]
    pub fn keep(mut self, column: impl Into<String>) -> Self {
        self.keep.push(column.into());
        self
    }

    /// Sets what becomes of tracks that lack a number that is needed.
    #[must_use]
    pub fn fill(self, fill: Fill) -> Self {
        Self { fill, ..self }
    }

    /// Sets whether vectors are read with half precision (16 bits): half the memory, 3 significant digits.
    #[must_use]
    pub fn half(self, half: bool) -> Self {
        Self { half, ..self }
    }

    /// Sets the limit of rejected rows.
    #[must_use]
    pub fn max_rejects(self, max_rejects: RejectLimit) -> Self {
        Self { max_rejects, ..self }
    }

    /// Calls `on_reject` with every rejected row, in order; if it fails, reading stops with [`Error::Io`].
    #[must_use]
    pub fn on_reject(self, on_reject: impl FnMut(&Reject) -> io::Result<()> + Send + 'a) -> Self {
        Self { on_reject: Some(Box::new(on_reject)), ..self }
    }

    /// Reports progress in bytes.
    #[must_use]
    pub fn progress(self, progress: &'a dyn Progress) -> Self {
        Self { progress, ..self }
    }

    /// Reads and cleans the inputs into one catalogue; the cost is linear in their size.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Input`] for what cannot be read, [`Error::MissingColumns`],
    /// [`Error::TooManyRejects`], [`Error::NoTracks`], and [`Error::Stopped`].
    pub fn read(mut self, inputs: impl IntoIterator<Item = Input>) -> Result<(Catalogue, Report)> {
        let inputs: Vec<Parts> = inputs.into_iter().map(Input::parts).collect::<Result<_>>()?;
        let allow_missing = std::mem::take(&mut self.allow_missing);
        if let Some(needed) = allow_missing.iter().find(|column| !column.is_descriptive()) {
            let problem =
                format!("the column {needed} cannot be missing: the catalogue or its features need it");
            return Err(Error::input("the columns that may be missing", problem));
        }
        if inputs.is_empty() {
            return Err(Error::input("no input", "at least one was wanted"));
        }
        let mut report = Report::default();
        let settings = Wanted::new(&self.needs, &self.keep, &allow_missing, self.fill, self.half);
        let mut cleaner = Cleaner::new(settings, room_for(&inputs));
        let names = inputs.iter().map(|parts| parts.name.as_str()).collect::<Vec<_>>().join(", ");
        for parts in inputs {
            self.read_parts(parts, &mut cleaner, &mut report)?;
        }
        let Counts { rows, rejected, .. } = report.counts;
        let first = report.first_rejects.first().map(ToString::to_string).unwrap_or_default();
        if !self.max_rejects.allows(rejected, rows) {
            return Err(Error::TooManyRejects { rejected, rows, limit: self.max_rejects.to_string(), first });
        }
        cleaner.settle(&mut report)?;
        let empty = empty_columns(&report, cleaner.wanted());
        if report.counts.tracks == 0 || !empty.is_empty() {
            let (incomplete, missing) = (report.counts.incomplete, report.missing_by_column);
            return Err(Error::NoTracks { inputs: names, rows, rejected, incomplete, empty, missing, first });
        }
        unless_stopped(self.progress)?;
        let catalogue =
            cleaner.finish("memory", &mut report).map_err(|problem| Error::input(&names, problem))?;
        Ok((catalogue, report))
    }

    fn read_parts(&mut self, parts: Parts, cleaner: &mut Cleaner, report: &mut Report) -> Result<()> {
        let is_folder = parts.folder_bytes.is_some();
        cleaner.begin_input();
        if is_folder {
            self.progress.start(Stage::Reading, parts.folder_bytes);
        }
        let files = is_folder.then_some(parts.inputs.len());
        let (mut whole, mut first): (Option<InputReport>, Option<(String, Vec<String>)>) = Default::default();
        let mut different = None;
        for input in parts.inputs {
            let (part, header) = self.read_input(input, is_folder, cleaner, report)?;
            match &first {
                Some((name, columns)) if different.is_none() => {
                    different = difference((name, columns), (&part.input, &header));
                }
                Some(_) => {}
                None => first = Some((part.input.clone(), header)),
            }
            whole = Some(InputReport::add(whole, part));
        }
        report.inputs.extend(whole.map(|whole| InputReport {
            input: parts.name,
            files,
            difference: different,
            ..whole
        }));
        Ok(())
    }

    /// Reads a file, which may be one of a folder whose reading has begun; returns its columns too.
    fn read_input(
        &mut self,
        input: Input,
        in_folder: bool,
        cleaner: &mut Cleaner,
        report: &mut Report,
    ) -> Result<(InputReport, Vec<String>)> {
        unless_stopped(self.progress)?;
        let size = input.size().filter(|_| in_folder);
        let table = Table::open(input)?;
        let binding = Binding::new(&table, &self.map, cleaner.wanted_mut())?;
        if layout::escapes_commas(&binding.header) {
            cleaner.note_escaped_commas();
        }
        let (origin, consumed) = (table.origin.clone(), table.consumed());
        let reading = Reading::new(&binding, cleaner.wanted().clone(), cleaner.hasher());
        if !in_folder {
            self.progress.start(Stage::Reading, consumed.total);
        }
        let rows_before = report.counts.rows;
        let mut told = 0;
        // One chunk is cleaned while the next is read.
        let mut last = Vec::new();
        for_each_chunk(table, |chunk| {
            unless_stopped(self.progress)?;
            let read = || read_rows(&reading, chunk, &origin);
            let (cleaned, read) = rayon::join(|| self.clean(&last, &binding, cleaner, report), read);
            cleaned?;
            last = read?;
            let bytes = consumed.bytes().min(size.unwrap_or(u64::MAX));
            self.progress.advance(bytes - told);
            told = bytes;
            Ok(())
        })?;
        self.clean(&last, &binding, cleaner, report)?;
        let rows = report.counts.rows - rows_before;
        self.progress.advance(size.map_or(0, |size| size - told));
        let (input, layout) = (binding.input, binding.kind);
        let (files, difference) = (None, None);
        Ok((InputReport { input, format: origin.format, layout, rows, files, difference }, binding.header))
    }

    fn clean(
        &mut self,
        read: &[TrackRows],
        binding: &Binding,
        cleaner: &mut Cleaner,
        report: &mut Report,
    ) -> Result<()> {
        for rows in read {
            cleaner.add(rows, report);
            Conversions::merge(&mut report.conversions, &rows.conversions.0);
            for reject in &rows.rejects {
                report.counts.rows += reject.rows();
                self.reject(report, reject)?;
            }
        }
        match cleaner.tracks() {
            0..=MAX_TRACKS => Ok(()),
            _ => {
                let problem = format!("has more than the {MAX_TRACKS} tracks that an index can hold");
                Err(Error::input(&binding.input, problem))
            }
        }
    }

    fn reject(&mut self, report: &mut Report, reject: &Reject) -> Result<()> {
        report.counts.rejected += reject.rows();
        *report.rejected_by_reason.entry(reject.reason.label()).or_default() += reject.rows();
        if let Some(on_reject) = &mut self.on_reject {
            on_reject(reject).map_err(|error| Error::io("write", "the list of rejects", error))?;
        }
        if report.first_rejects.len() < SHOWN_REJECTS {
            report.first_rejects.push(reject.clone());
        }
        Ok(())
    }
}

/// The columns to blame if no track can be kept: needed by all, and without any value.
fn empty_columns(report: &Report, wanted: &Wanted) -> Vec<String> {
    let Counts { unique, tracks, .. } = report.counts;
    if tracks == 0 {
        let of_none = report.missing_by_column.iter().filter(|(_, lacking)| **lacking == unique);
        return of_none.map(|(column, _)| column.clone()).collect();
    }
    let is_empty = |name: &str| report.missing_columns.iter().any(|missing| missing.column == name);
    let audio = Attribute::AUDIO.map(Attribute::name);
    match wanted.needs_audio && audio.into_iter().all(is_empty) {
        true => {
            let empty = report.missing_columns.iter().filter(|missing| missing.is_empty);
            empty
                .map(|missing| missing.column.to_owned())
                .filter(|name| audio.contains(&name.as_str()))
                .collect()
        }
        false => Vec::new(),
    }
}

/// An estimate of the number of tracks from the sizes of the inputs, for allocation; bounded, since sizes can mislead.
fn room_for(inputs: &[Parts]) -> usize {
    const ROW_BYTES: u64 = 160;
    const MAX_ROOM: u64 = 1 << 20;
    let bytes: u64 = inputs.iter().flat_map(|parts| &parts.inputs).filter_map(Input::size).sum();
    (bytes / ROW_BYTES).min(MAX_ROOM) as usize
}

/// Parses the rows of a chunk, in parallel; the result is in their order.
fn read_rows(reading: &Reading<'_>, chunk: &Chunk, origin: &Origin) -> Result<Vec<TrackRows>> {
    let parts = (0..chunk.parts()).into_par_iter();
    let read: Vec<_> = parts.map(|part| TrackRows::read(reading, chunk.part(part), origin)).collect();
    // Collected first, so that the error is that of the first row, not of the fastest thread.
    read.into_iter().collect()
}

/// Calls `take` with the chunks of a table, in order, while a separate thread reads ahead.
pub(crate) fn for_each_chunk(mut table: Table, mut take: impl FnMut(&Chunk) -> Result<()>) -> Result<()> {
    const AHEAD: usize = 2;
    std::thread::scope(|scope| {
        let (full, chunks) = mpsc::sync_channel::<Result<Chunk>>(AHEAD);
        let (used, spare) = mpsc::channel::<Chunk>();
        scope.spawn(move || {
            loop {
                let mut chunk = spare.try_recv().unwrap_or_default();
                let read = match table.read(&mut chunk) {
                    Ok(true) => Ok(chunk),
                    Ok(false) => return,
                    Err(error) => Err(error),
                };
                let failed = read.is_err();
                // If the receiver is gone, `take` has failed; its error is returned below.
                if full.send(read).is_err() || failed {
                    return;
                }
            }
        });
        for chunk in chunks {
            let chunk = chunk?;
            take(&chunk)?;
            _ = used.send(chunk);
        }
        Ok(())
    })
}
