//! Ingestion: from files of many kinds to a clean catalogue.
//!
//! `table` opens an input and yields rows of raw values, `layout` knows which kind of file calls what how,
//! `row` reads the values of one row, `clean` keeps the first complete row of each track, `report` tells what
//! became of the rows. Nothing here knows of features or vectors.

mod arrow;
mod clean;
mod columnar;
mod csv;
mod footer;
mod ipc;
mod layout;
mod report;
mod row;
mod table;
mod value;

use std::io;
use std::sync::mpsc;

use rayon::prelude::*;

pub use report::{Counts, InputReport, MAX_TEXT, Place, Reason, Reject, RejectLimit, Report};
pub use table::Input;

pub(crate) use layout::Layout;

pub(crate) use table::Table;
pub(crate) use value::Raw;

use self::clean::{Cleaner, MAX_TRACKS};
use self::row::{Binding, ColumnNames};
use self::table::Chunk;
use crate::catalogue::{Catalogue, Column};
use crate::error::{Error, Result};
use crate::model::Profile;
use crate::progress::{Progress, Stage};

/// What is done with a row that cannot be read.
pub type OnReject<'a> = dyn FnMut(&Reject) -> io::Result<()> + 'a;

/// How inputs are read.
pub struct Ingest<'a> {
    /// The profile that the catalogue is for: its features say which columns are needed.
    pub profile: Profile,
    /// The inputs' own names for some of our columns, where they are not recognised.
    pub map: Vec<(String, Column)>,
    /// Descriptive columns that an input may lack; see [`Column::is_descriptive`].
    pub allow_missing: Vec<Column>,
    /// How many rows may be unreadable.
    pub max_rejects: RejectLimit,
    /// Called with every row that cannot be read, in order.
    pub on_reject: Option<&'a mut OnReject<'a>>,
    /// Told how far the reading has got.
    pub progress: &'a dyn Progress,
}

impl Default for Ingest<'_> {
    fn default() -> Self {
        Self {
            profile: Profile::classic(),
            map: Vec::new(),
            allow_missing: Vec::new(),
            max_rejects: RejectLimit::default(),
            on_reject: None,
            progress: &(),
        }
    }
}

/// How many rejects a report shows.
const SHOWN_REJECTS: usize = 5;

impl Ingest<'_> {
    /// Reads and cleans the inputs into one catalogue; cost is linear in their bytes.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Input`] for what cannot be read, [`Error::MissingColumns`],
    /// [`Error::TooManyRejects`], and [`Error::NoTracks`].
    pub fn read(mut self, inputs: Vec<Input>) -> Result<(Catalogue, Report)> {
        let allow_missing = std::mem::take(&mut self.allow_missing);
        if let Some(needed) = allow_missing.iter().find(|column| !column.is_descriptive()) {
            let problem =
                format!("the column {needed} cannot be missing: the catalogue or its features need it");
            return Err(Error::input("--allow-missing", problem));
        }
        let mut report = Report::default();
        let mut cleaner = Cleaner::new(&allow_missing);
        let names = inputs.iter().map(Input::name).collect::<Vec<_>>().join(", ");
        for input in inputs {
            self.read_input(input, &allow_missing, &mut cleaner, &mut report)?;
        }
        let Counts { rows, rejected, incomplete, tracks, .. } = report.counts;
        let first = report.first_rejects.first().map(ToString::to_string).unwrap_or_default();
        if !self.max_rejects.allows(rejected, rows) {
            return Err(Error::TooManyRejects { rejected, rows, limit: self.max_rejects.to_string(), first });
        }
        if tracks == 0 {
            return Err(Error::NoTracks { inputs: names, rows, rejected, incomplete, first });
        }
        let catalogue = cleaner.finish("memory").map_err(|problem| Error::index("memory", problem))?;
        Ok((catalogue, report))
    }

    fn read_input(
        &mut self,
        input: Input,
        allow_missing: &[Column],
        cleaner: &mut Cleaner<'_>,
        report: &mut Report,
    ) -> Result<()> {
        let table = Table::open(input)?;
        let names = ColumnNames { map: &self.map, allow_missing, profile: self.profile.name() };
        let binding = Binding::new(&table.name, &table.header, &names)?;
        let (name, header) = (table.name.clone(), table.header.clone());
        let consumed = table.consumed();
        self.progress.start(Stage::Reading, consumed.total);
        let rows_before = report.counts.rows;
        let mut told = 0;
        let format = table.format;
        for_each_chunk(table, |chunk| {
            // Reading the values is most of the work, and each row's is its own; cleaning needs their order.
            let read = |row: usize| chunk.row(row).map(|row| (row, binding.read(row)));
            let read: Vec<_> = (0..chunk.len()).into_par_iter().map(read).collect();
            for (row, read) in read.into_iter().flatten() {
                report.counts.rows += 1;
                match read {
                    Ok(track) => {
                        let fate = cleaner.add(&track, binding.layout);
                        Cleaner::count(&mut report.counts, &fate);
                        if matches!(fate, clean::Fate::Incomplete) {
                            note_missing(report, &track, allow_missing);
                        }
                    }
                    Err(unreadable) => self.reject(report, unreadable.reject(&name, &header, row))?,
                }
            }
            if cleaner.tracks() >= MAX_TRACKS {
                return Err(Error::input(
                    &name,
                    format!("has more than the {MAX_TRACKS} tracks that an index can hold"),
                ));
            }
            let bytes = consumed.bytes();
            self.progress.advance(bytes - told);
            told = bytes;
            Ok(())
        })?;
        let rows = report.counts.rows - rows_before;
        report.inputs.push(InputReport { input: name, format, layout: binding.layout.name, rows });
        Ok(())
    }

    fn reject(&mut self, report: &mut Report, reject: Reject) -> Result<()> {
        report.counts.rejected += 1;
        *report.rejected_by_reason.entry(reject.reason.label()).or_default() += 1;
        if let Some(on_reject) = &mut self.on_reject {
            on_reject(&reject).map_err(|error| Error::io("write", "the list of rejects", error))?;
        }
        if report.first_rejects.len() < SHOWN_REJECTS {
            report.first_rejects.push(reject);
        }
        Ok(())
    }
}

fn note_missing(report: &mut Report, track: &row::TrackRow<'_>, allow_missing: &[Column]) {
    for column in Column::ALL {
        if !track.has(column) && !allow_missing.contains(&column) {
            *report.missing_by_column.entry(column.name()).or_default() += 1;
        }
    }
}

/// Hands the chunks of a table to `take`, in order, while a thread of its own reads ahead.
pub(crate) fn for_each_chunk(mut table: Table, mut take: impl FnMut(&Chunk) -> Result<()>) -> Result<()> {
    const AHEAD: usize = 2;
    std::thread::scope(|scope| {
        let (full, chunks) = mpsc::sync_channel::<Result<Chunk>>(AHEAD);
        let (used, spare) = mpsc::channel::<Chunk>();
        scope.spawn(move || {
            loop {
                let mut chunk = spare.try_recv().unwrap_or_default();
                let read = table.read(&mut chunk);
                let last = read.is_err() || chunk.len() == 0;
                // Whoever does not listen any more has failed and says so itself.
                if full.send(read.map(|()| chunk)).is_err() || last {
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
