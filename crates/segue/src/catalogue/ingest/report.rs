//! The report of ingestion: counts of rows by outcome, and the rejects.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::conversions::Conversion;
use super::scale::Unusual;
use crate::error::{Error, listed};

/// The outcome of ingestion.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Each input and what it was recognised as, in the order of reading.
    pub inputs: Vec<InputReport>,
    /// The counts over all inputs.
    pub counts: Counts,
    /// How many rows were rejected, by reason.
    pub rejected_by_reason: BTreeMap<&'static str, u64>,
    /// The first few rejects.
    pub first_rejects: Vec<Reject>,
    /// For each column, how many of the incomplete tracks lack its value.
    pub missing_by_column: BTreeMap<String, u64>,
    /// For each column that tracks may lack, how many of the tracks kept lack a value of it, where others have one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lacking_by_column: BTreeMap<String, u64>,
    /// The known columns of which no track has a value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_columns: Vec<MissingColumn>,
    /// For each column, how many missing values were filled with the mean.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub filled_by_column: BTreeMap<String, u64>,
    /// What was converted, by column and form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conversions: Vec<Conversion>,
    /// Values out of the range of Spotify's, by column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unusual: Vec<Unusual>,
}

/// A column of which no track has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MissingColumn {
    /// Its name in a catalogue.
    pub column: &'static str,
    /// Whether an input has it, but without any value; otherwise no input has it.
    #[serde(rename = "empty")]
    pub is_empty: bool,
}

impl From<Counts> for Report {
    /// A report of the counts alone, as an index keeps them.
    fn from(counts: Counts) -> Self {
        Self { counts, ..Self::default() }
    }
}

/// What was read of one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InputReport {
    /// The input as the user named it.
    pub input: String,
    /// How it is encoded: `CSV`, `CSV (gzip)`, `Parquet`; of the files of a folder [`SEVERAL_FORMATS`].
    pub format: &'static str,
    /// The kind of file that its columns were recognised as; of the files of a folder [`SEVERAL_KINDS`].
    pub layout: &'static str,
    /// Its data rows.
    pub rows: u64,
    /// How many files it has, if it is a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<usize>,
    /// If the files of a folder do not all have the same columns: the first that differs, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

/// The format of a folder whose files have different ones, and the kind of file if they are of different kinds.
pub const SEVERAL_FORMATS: &str = "several formats";
/// Likewise.
pub const SEVERAL_KINDS: &str = "files of several kinds";

impl InputReport {
    /// Adds what was read of a file of a folder; nothing before is `None`.
    pub(crate) fn add(whole: Option<Self>, part: Self) -> Self {
        let Some(mut whole) = whole else { return part };
        whole.rows += part.rows;
        if whole.format != part.format {
            whole.format = SEVERAL_FORMATS;
        }
        if whole.layout != part.layout {
            whole.layout = SEVERAL_KINDS;
        }
        whole
    }
}

/// How the columns of a file differ from those of another, both with their names; `None` if they do not.
pub(crate) fn difference(
    (first, wanted): (&str, &[String]),
    (part, found): (&str, &[String]),
) -> Option<String> {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|name| !those.contains(name)).cloned().collect()
    };
    let differences = [("lacks", only(wanted, found)), ("has", only(found, wanted))];
    let told = differences.iter().filter(|(_, names)| !names.is_empty());
    let told: Vec<String> = told.map(|(verb, names)| format!("{verb} {}", listed(names))).collect();
    (!told.is_empty()).then(|| format!("{part} {}, other than {first}", told.join(" and ")))
}

/// The number of rows by outcome: `rows = rejected + repeated + unique`, `unique = incomplete + tracks`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Data rows read.
    pub rows: u64,
    /// Rows that cannot be read; one with the wrong number of fields counts as the lines that it spans.
    pub rejected: u64,
    /// Readable rows whose track id occurred before; their genres are kept.
    pub repeated: u64,
    /// Distinct track ids.
    pub unique: u64,
    /// Of these, tracks dropped because a required value is missing.
    pub incomplete: u64,
    /// Tracks kept.
    pub tracks: u64,
}

/// A row that cannot be read, with its place and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reject {
    /// The input as the user named it.
    pub input: String,
    /// Where the row is.
    #[serde(flatten)]
    pub place: Place,
    /// The column's name in the input, if one value is to blame.
    pub column: Option<String>,
    /// That value, cut to its first 200 characters.
    pub value: Option<String>,
    /// What is wrong.
    #[serde(serialize_with = "serialize_display")]
    pub reason: Reason,
}

/// The maximum number of characters of a value in a message.
const SHOWN_OF_VALUE: usize = 60;

impl Reject {
    /// The number of rows it counts as: for a wrong number of fields its lines, as an open quote may have joined rows.
    pub(crate) fn rows(&self) -> u64 {
        match self.reason {
            Reason::FieldCount { lines, .. } => lines,
            _ => 1,
        }
    }
}

/// Where a row is in its input, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The line on which it begins.
    Line(u64),
    /// Its number, in Parquet and Arrow files.
    Row(u64),
}

impl Place {
    /// The number of the line or row.
    pub const fn number(self) -> u64 {
        match self {
            Self::Line(number) | Self::Row(number) => number,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Row(number) => write!(f, "row {number}"),
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.input, self.place)?;
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.reason)?;
        match &self.value {
            Some(value) => match value.char_indices().nth(SHOWN_OF_VALUE) {
                Some((cut, _)) => write!(f, ", found {:?}…", value.get(..cut).unwrap_or_default()),
                None => write!(f, ", found {value:?}"),
            },
            None => Ok(()),
        }
    }
}

fn serialize_display<S: serde::Serializer>(
    value: &impl fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The row has more or fewer fields than the header.
    FieldCount {
        /// The fields of the header.
        wanted: usize,
        /// The fields of the row.
        found: usize,
        /// The lines that it spans; many if a quote was left open.
        lines: u64,
    },
    /// A text that is not UTF-8.
    NotUtf8,
    /// A text longer than [`MAX_TEXT`] bytes.
    TooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// A value of a type that the column cannot be read from: booleans for texts, dates for numbers.
    WrongType {
        /// What belongs there.
        wanted: &'static str,
    },
    /// A text that is not a number.
    NotANumber,
    /// NaN or an infinity, or beyond the range of a 32-bit float.
    NotFinite,
    /// A number with a fraction, or outside the range of a 32-bit integer, where a whole number belongs.
    NotWhole,
    /// Neither true nor false.
    NotABoolean,
    /// A list with more or fewer numbers than the others of its column.
    VectorLength {
        /// The numbers of the others.
        wanted: usize,
        /// The numbers of this one.
        found: usize,
    },
}

/// The maximum length of a text in bytes; a longer one comes from a quote that was left open.
pub const MAX_TEXT: usize = 65_536;

impl Reason {
    /// The reason without details, for counting.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FieldCount { .. } => "wrong number of fields",
            Self::NotUtf8 => "not UTF-8",
            Self::TooLong { .. } => "text too long",
            Self::WrongType { .. } => "column of another type",
            Self::NotANumber => "not a number",
            Self::NotFinite => "not a finite number",
            Self::NotWhole => "not a whole number",
            Self::NotABoolean => "neither true nor false",
            Self::VectorLength { .. } => "vector of another length",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldCount { wanted, found, lines } => {
                write!(f, "{wanted} fields were wanted as in the header, found {found}")?;
                match lines {
                    1 => Ok(()),
                    lines => write!(f, " over {lines} lines (is a quote left open?)"),
                }
            }
            Self::NotUtf8 => f.write_str("text in UTF-8 was wanted"),
            Self::TooLong { bytes } => {
                write!(
                    f,
                    "a text of at most {MAX_TEXT} bytes was wanted, it has {bytes} (is a quote left open?)"
                )
            }
            Self::WrongType { wanted } => write!(f, "{wanted} was wanted, the column has another type"),
            Self::NotANumber => f.write_str("a number was wanted"),
            Self::NotFinite => f.write_str("a finite number was wanted, at most 3.4e38 in size"),
            Self::NotWhole => f.write_str("a whole number of 32 bits was wanted"),
            Self::NotABoolean => f.write_str("true or false was wanted"),
            Self::VectorLength { wanted, found } => {
                write!(f, "a list of {wanted} numbers was wanted, found {found}")
            }
        }
    }
}

/// How many rows may be rejected before ingestion fails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RejectLimit {
    /// At most this share of the rows, 0 to 1.
    Share(f64),
    /// At most this many rows.
    Rows(u64),
}

impl Default for RejectLimit {
    /// One per cent of the rows.
    fn default() -> Self {
        Self::Share(0.01)
    }
}

impl RejectLimit {
    pub(crate) fn allows(self, rejected: u64, rows: u64) -> bool {
        match self {
            Self::Share(share) => rejected as f64 <= share * rows as f64,
            Self::Rows(limit) => rejected <= limit,
        }
    }
}

impl fmt::Display for RejectLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{} %", share * 100.0),
            Self::Rows(limit) => write!(f, "{limit}"),
        }
    }
}

impl FromStr for RejectLimit {
    type Err = Error;

    /// Reads `1%` or `250`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wanted = || Error::Value {
            wanted: "a share such as 1% or a number of rows such as 250".into(),
            found: text.into(),
        };
        match text.strip_suffix('%') {
            Some(percent) => match percent.trim().parse::<f64>() {
                Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(Self::Share(percent / 100.0)),
                _ => Err(wanted()),
            },
            None => text.parse().map(Self::Rows).map_err(|_| wanted()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reject_says_where_what_and_why() {
        let reject = Reject {
            input: "songs.csv".into(),
            place: Place::Line(7),
            column: Some("energy".into()),
            value: Some("loud".into()),
            reason: Reason::NotANumber,
        };
        assert_eq!(
            reject.to_string(),
            "songs.csv, line 7, column energy: a number was wanted, found \"loud\""
        );
        let reject = Reject {
            column: None,
            value: None,
            reason: Reason::FieldCount { wanted: 21, found: 20, lines: 1 },
            ..reject
        };
        assert_eq!(reject.to_string(), "songs.csv, line 7: 21 fields were wanted as in the header, found 20");
    }

    #[test]
    fn limits_are_read_as_they_are_written() {
        let read = |text: &str| text.parse::<RejectLimit>().unwrap();
        assert_eq!((read("1%"), read("0")), (RejectLimit::Share(0.01), RejectLimit::Rows(0)));
        assert_eq!(RejectLimit::default().to_string(), "1 %");
        for wrong in ["", "%", "-1%", "101%", "NaN%", "half", "-3", "1.5"] {
            assert!(wrong.parse::<RejectLimit>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_reject_in_a_hundred_rows_is_allowed_and_two_are_not() {
        let limit = RejectLimit::default();
        assert!(limit.allows(0, 0) && limit.allows(1, 100) && !limit.allows(2, 100) && !limit.allows(1, 99));
    }
}
