//! Data profiling: summaries of the columns of any table, and of the tracks of a catalogue.
//!
//! These are the numbers of the notebook's exploration; the faces format them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::catalogue::ingest::{
    Input, Raw, Reason, SEVERAL_FORMATS, SEVERAL_KINDS, Table, difference, for_each_chunk, kind_of,
};
use crate::catalogue::{Attribute, Catalogue, Column, NumberColumn, NumberField, Row, VectorField};
use crate::error::Result;

/// A summary of a table before any cleaning.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TableSummary {
    /// How it is encoded: `CSV`, `CSV (gzip)`, `Parquet`.
    pub format: &'static str,
    /// The kind of file that its columns were recognised as.
    pub layout: &'static str,
    /// Its data rows.
    pub rows: u64,
    /// Rows with more or fewer values than there are columns; the summaries of the columns leave them out.
    pub ragged: u64,
    /// Its columns, in order.
    pub columns: Vec<ColumnSummary>,
    /// How many files it has, if it is a folder. Its columns are then those of all files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<usize>,
    /// If the files of a folder do not all have the same columns: the first that differs, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

/// A summary of one column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ColumnSummary {
    /// Its name.
    pub name: String,
    /// The type of the majority of its readable values; `Text` if none has a majority.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// How many values are missing.
    pub missing: u64,
    /// How many values are present but not of that type, or not finite.
    pub unreadable: u64,
    /// The distribution of the values of a numeric column.
    pub spread: Option<Spread>,
    /// The number of components of the vectors in a column of vectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<usize>,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// All values are missing.
    Empty,
    /// Whole numbers.
    Integer,
    /// Numbers, not all of them whole.
    Number,
    /// True or false.
    Boolean,
    /// Texts.
    Text,
    /// Lists of numbers, all of one length.
    Vector,
}

/// The distribution of numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Spread {
    /// The minimum.
    pub min: f64,
    /// The median; of an even count the mean of the middle two.
    pub median: f64,
    /// The maximum.
    pub max: f64,
    /// The counts in [`BINS`] bins of equal width from `min` to `max`.
    pub histogram: Vec<u64>,
}

/// The number of bins of a histogram.
pub const BINS: usize = 12;

/// A summary of the tracks of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TracksSummary {
    /// How many there are.
    pub tracks: usize,
    /// Tracks that share the exact values of all known attributes with another track.
    pub identical_tracks: usize,
    /// The groups of identical tracks that they form.
    pub identical_groups: usize,
    /// The genres, the one with the most tracks first.
    pub genres: Vec<GenreSummary>,
}

/// A summary of one genre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GenreSummary {
    /// Its name.
    pub genre: String,
    /// The tracks listed under it.
    pub tracks: usize,
    /// Of these, the tracks that were listed under it first.
    pub first: usize,
}

/// Summarises every column of a table; holds all its numbers in memory.
///
/// # Errors
/// [`crate::Error::Io`] and [`crate::Error::Input`] for what cannot be read.
pub fn table(input: Input) -> Result<TableSummary> {
    let parts = input.parts()?;
    let files = parts.folder_bytes.map(|_| parts.inputs.len());
    let mut tables = Tables::default();
    parts.inputs.into_iter().try_for_each(|input| tables.add(input))?;
    let Tables { kind, header, columns, difference, rows, ragged, .. } = tables;
    let (format, layout) = kind.unwrap_or_default();
    let columns = header.into_iter().zip(columns).map(|(name, values)| values.summary(name)).collect();
    Ok(TableSummary { format, layout, rows, ragged, columns, files, difference })
}

/// What is known of the files of an input.
#[derive(Default)]
struct Tables {
    /// The format and the layout, if a file was read.
    kind: Option<(&'static str, &'static str)>,
    /// The columns of all files, in the order in which they are met.
    header: Vec<String>,
    columns: Vec<Values>,
    /// The name of the first file, and its columns.
    first: Option<(String, Vec<String>)>,
    difference: Option<String>,
    rows: u64,
    ragged: u64,
}

impl Tables {
    fn add(&mut self, input: Input) -> Result<()> {
        let table = Table::open(input)?;
        let (origin, header, fields) = (table.origin.clone(), table.header.clone(), table.fields);
        let places = self.places(&header);
        let (before, ragged) = (self.rows, self.ragged);
        for_each_chunk(table, |chunk| {
            for part in 0..chunk.parts() {
                chunk.part(part).for_each_row(&origin, |row| {
                    self.rows += 1;
                    if row.fields() != fields {
                        self.ragged += 1;
                        return;
                    }
                    for (column, place) in places.iter().enumerate() {
                        if let Some(values) = self.columns.get_mut(*place) {
                            values.add(row.value(column));
                        }
                    }
                })?;
            }
            Ok(())
        })?;
        let whole = self.rows - before - (self.ragged - ragged);
        let is_lacking = |(place, _): &(usize, &mut Values)| !places.contains(place);
        self.columns.iter_mut().enumerate().filter(is_lacking).for_each(|(_, values)| values.absent += whole);
        let (format, layout) = (origin.format, kind_of(&header));
        self.kind = Some(match self.kind {
            None => (format, layout),
            Some((known, kind)) => (
                if known == format { known } else { SEVERAL_FORMATS },
                if kind == layout { kind } else { SEVERAL_KINDS },
            ),
        });
        match &self.first {
            None => self.first = Some((origin.name, header)),
            Some((name, columns)) if self.difference.is_none() => {
                self.difference = difference((name, columns), (&origin.name, &header));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Where the columns of a file are among those of all; new ones are added. Of several of one name the first is the
    /// first of the others, and so on.
    fn places(&mut self, header: &[String]) -> Vec<usize> {
        let mut places: Vec<usize> = Vec::with_capacity(header.len());
        for name in header {
            let known = self.header.iter().enumerate().filter(|(_, known)| *known == name);
            let known = known.map(|(place, _)| place).find(|place| !places.contains(place));
            let place = known.unwrap_or_else(|| {
                self.header.push(name.clone());
                self.columns.push(Values { absent: self.rows - self.ragged, ..Values::default() });
                self.columns.len() - 1
            });
            places.push(place);
        }
        places
    }
}

/// Summarises the columns of a catalogue, in the order in which they are stored.
///
/// # Errors
/// [`crate::Error::Index`] if the catalogue's file is damaged.
pub fn columns(catalogue: &Catalogue) -> Result<Vec<ColumnSummary>> {
    let descriptive = |column: Column| {
        let mut values = Values::default();
        for row in catalogue.rows() {
            values.add(match column {
                Column::Text(field) => catalogue.text(field, row)?.map_or(Raw::Missing, Raw::text_or_missing),
                Column::Isrc => catalogue.isrc(row)?.map_or(Raw::Missing, Raw::text_or_missing),
                _ => catalogue.explicit(row).map_or(Raw::Missing, Raw::Boolean),
            });
        }
        let name = column.name().to_owned();
        Ok(match column {
            Column::Text(_) | Column::Isrc => values.text_summary(name),
            _ => values.summary(name),
        })
    };
    let number = |field: &NumberField| {
        let mut values = Values::default();
        for value in catalogue.values(&field.name)? {
            values.add(value.map_or(Raw::Missing, Raw::Number));
        }
        let summary = values.summary(field.name.clone());
        // A column of `f64` is one of numbers even if all its values are whole.
        Ok(if field.whole { summary } else { ColumnSummary { kind: ColumnKind::Number, ..summary } })
    };
    let vector = |field: &VectorField| {
        let (name, kind) = (field.name.clone(), ColumnKind::Vector);
        let dimension = Some(field.dimension);
        ColumnSummary { name, kind, missing: 0, unreadable: 0, spread: None, dimension }
    };
    let fields = catalogue.fields();
    let known = |column: &Column| match column {
        Column::Attribute(attribute) => {
            fields.numbers.iter().find(|field| field.name == attribute.name()).map(number)
        }
        Column::Isrc if !catalogue.has_isrc() => None,
        column => Some(descriptive(*column)),
    };
    let mut columns = Column::ALL.par_iter().filter_map(known).collect::<Result<Vec<_>>>()?;
    let others = fields.numbers.par_iter().filter(|field| field.role().is_none());
    columns.extend(others.map(number).collect::<Result<Vec<_>>>()?);
    columns.extend(fields.vectors.iter().map(vector));
    Ok(columns)
}

/// Summarises the tracks of a catalogue; the cost is that of sorting them by their attributes.
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
/// let summary = segue::inspect::tracks(&catalogue)?;
/// println!("{} tracks, most of them {}", summary.tracks, summary.genres[0].genre);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`crate::Error::Index`] if the catalogue's file is damaged.
pub fn tracks(catalogue: &Catalogue) -> Result<TracksSummary> {
    let (identical_tracks, identical_groups) = identical(catalogue);
    let mut genres: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in catalogue.rows() {
        let track = catalogue.track(row)?;
        for genre in &track.genres {
            let (tracks, first) = genres.entry(genre).or_default();
            *tracks += 1;
            *first += usize::from(track.track_genre == Some(genre));
        }
    }
    let mut genres: Vec<GenreSummary> = genres
        .into_iter()
        .map(|(genre, (tracks, first))| GenreSummary { genre: genre.to_owned(), tracks, first })
        .collect();
    genres.sort_by_key(|genre| std::cmp::Reverse(genre.tracks));
    Ok(TracksSummary { tracks: catalogue.len(), identical_tracks, identical_groups, genres })
}

/// How many tracks share all attributes with another one, and how many groups they form.
fn identical(catalogue: &Catalogue) -> (usize, usize) {
    let columns: Vec<&NumberColumn> =
        Attribute::ALL.into_iter().filter_map(|attribute| catalogue.numbers(attribute)).collect();
    if columns.is_empty() {
        return (0, 0);
    }
    let compare = |a: &Row, b: &Row| {
        let value = |column: &NumberColumn, row: &Row| column.get(row.index()).unwrap_or_default();
        let orders = columns.iter().map(|column| value(column, a).total_cmp(&value(column, b)));
        orders.fold(Ordering::Equal, Ordering::then)
    };
    let mut rows: Vec<Row> = catalogue.rows().collect();
    rows.par_sort_unstable_by(compare);
    let groups = rows.chunk_by(|a, b| compare(a, b).is_eq()).filter(|group| group.len() > 1);
    groups.fold((0, 0), |(tracks, groups), group| (tracks + group.len(), groups + 1))
}

/// The values of one column, counted by type.
#[derive(Default)]
struct Values {
    /// Empty, or null.
    absent: u64,
    /// Words such as `NA`: missing in a column of numbers, texts in a column of texts.
    missing_words: u64,
    numbers: Vec<f64>,
    booleans: u64,
    not_finite: u64,
    others: u64,
    /// Lists of numbers, and their lengths.
    vectors: u64,
    shortest: Option<usize>,
    longest: usize,
}

impl Values {
    fn add(&mut self, value: Raw<'_>) {
        match (value, value.number()) {
            (Raw::Missing, _) => self.absent += 1,
            (Raw::Vector(numbers), _) => {
                self.vectors += 1;
                self.shortest = Some(self.shortest.unwrap_or(numbers.len()).min(numbers.len()));
                self.longest = self.longest.max(numbers.len());
            }
            (Raw::Boolean(_), _) => self.booleans += 1,
            (_, Ok(Some(number))) => self.numbers.push(number),
            (_, Ok(None)) => self.missing_words += 1,
            (_, Err(Reason::NotFinite)) => self.not_finite += 1,
            (_, Err(_)) if matches!(value.boolean(), Ok(Some(_))) => self.booleans += 1,
            (_, Err(_)) => self.others += 1,
        }
    }

    fn text_summary(self, name: String) -> ColumnSummary {
        let kind = match self.present() {
            0 => ColumnKind::Empty,
            _ => ColumnKind::Text,
        };
        ColumnSummary { name, kind, missing: self.absent, unreadable: 0, spread: None, dimension: None }
    }

    /// The values that are present if words such as `NA` are texts.
    fn present(&self) -> u64 {
        self.numbers.len() as u64 + self.missing_words + self.booleans + self.not_finite + self.others
    }

    fn summary(mut self, name: String) -> ColumnSummary {
        if self.vectors > 0 {
            let dimension = self.shortest.filter(|shortest| *shortest == self.longest);
            let (kind, missing, unreadable) = (ColumnKind::Vector, self.absent, self.present());
            return ColumnSummary { name, kind, missing, unreadable, spread: None, dimension };
        }
        let numbers = self.numbers.len() as u64;
        let readable = self.present() - self.missing_words;
        let mostly = |count: u64| count * 2 > readable;
        let kind = match () {
            () if mostly(numbers) && self.numbers.iter().all(|number| number.fract() == 0.0) => {
                ColumnKind::Integer
            }
            () if mostly(numbers) => ColumnKind::Number,
            () if mostly(self.booleans) => ColumnKind::Boolean,
            () => return self.text_summary(name),
        };
        let of_kind = if kind == ColumnKind::Boolean { self.booleans } else { numbers };
        let missing = self.absent + self.missing_words;
        let spread = (kind != ColumnKind::Boolean).then(|| spread(&mut self.numbers)).flatten();
        ColumnSummary { name, kind, missing, unreadable: readable - of_kind, spread, dimension: None }
    }
}

/// The distribution of numbers; `None` if there are none. Sorts them.
fn spread(numbers: &mut [f64]) -> Option<Spread> {
    numbers.sort_unstable_by(f64::total_cmp);
    let (&min, &max) = (numbers.first()?, numbers.last()?);
    let middle = numbers.len() / 2;
    let median = match numbers.len() % 2 {
        1 => *numbers.get(middle)?,
        _ => (numbers.get(middle - 1)? + numbers.get(middle)?) / 2.0,
    };
    let mut histogram = vec![0; BINS];
    for number in numbers.iter() {
        let share = if max > min { (number - min) / (max - min) } else { 0.0 };
        let bin = ((share * BINS as f64) as usize).min(BINS - 1);
        if let Some(count) = histogram.get_mut(bin) {
            *count += 1;
        }
    }
    Some(Spread { min, median, max, histogram })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(column: &str) -> ColumnSummary {
        let table =
            table(Input::bytes("x.csv", format!("a,b\n{}", column.replace('|', ",\n") + ",\n"))).unwrap();
        table.columns[0].clone()
    }

    #[test]
    fn columns_are_what_most_of_their_values_are() {
        for (column, kind, missing, unreadable) in [
            ("1|2|3", ColumnKind::Integer, 0, 0),
            ("1|2.5|NA|", ColumnKind::Number, 2, 0),
            ("True|false|", ColumnKind::Boolean, 1, 0),
            ("1989|Comedy|None|Joy", ColumnKind::Text, 0, 0),
            ("||", ColumnKind::Empty, 3, 0),
            ("1|2|loud", ColumnKind::Integer, 0, 1),
            ("1|2|inf", ColumnKind::Integer, 0, 1),
        ] {
            let found = summary(column);
            assert_eq!(
                (found.kind, found.missing, found.unreadable),
                (kind, missing, unreadable),
                "{column}"
            );
        }
    }

    #[test]
    fn the_spread_is_that_of_the_numbers() {
        let found = summary("4|1|2|3").spread.unwrap();
        assert_eq!((found.min, found.median, found.max), (1.0, 2.5, 4.0));
        assert_eq!(found.histogram.iter().sum::<u64>(), 4);
        assert_eq!((found.histogram[0], found.histogram[BINS - 1]), (1, 1));
        let equal = summary("5|5|5").spread.unwrap();
        assert_eq!((equal.median, equal.histogram[0]), (5.0, 3));
    }

    #[test]
    fn ragged_rows_are_counted_apart() {
        let found = table(Input::bytes("x.csv", "a,b\n1,2\n1\n1,2,3\n")).unwrap();
        assert_eq!((found.rows, found.ragged), (3, 2));
    }
}
