//! The engine's one error type.
//!
//! A message is lower case, has no full stop, and says what was expected, what was found and where. Each face adds the
//! remedy: the command line names flags, which a service does not have. Callers that branch on the kind of an error
//! match on the variant. A message never names a flag or a command.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::progress::Progress;
use crate::schema::Column;

/// The result type of the engine.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation of the engine failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to read or write something.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried: `read`, `create`, `replace`.
        action: &'static str,
        /// The file or folder it was tried on.
        path: String,
        /// What the system said.
        source: io::Error,
    },

    /// An input is not a table of tracks that can be read.
    #[error("{input}: {problem}")]
    Input {
        /// The input as the user named it.
        input: String,
        /// What was expected and what was found.
        problem: String,
    },

    /// An input lacks columns that are needed.
    #[error("{}", missing_columns(input, layout, missing, others, header))]
    MissingColumns {
        /// The input as the user named it.
        input: String,
        /// The kind of file that its columns were recognised as.
        layout: &'static str,
        /// The columns that are missing.
        missing: Vec<Column>,
        /// The columns beside the known ones that a profile needs.
        others: Vec<String>,
        /// The columns that the input has.
        header: Vec<String>,
    },

    /// More rows were rejected than allowed.
    #[error("{rejected} of {rows} rows cannot be read, more than the {limit} allowed; the first is {first}")]
    TooManyRejects {
        /// How many rows were rejected.
        rejected: u64,
        /// How many rows were read.
        rows: u64,
        /// The limit, as the user would write it.
        limit: String,
        /// The first reject.
        first: String,
    },

    /// No track is left after cleaning.
    #[error("{inputs}: no track is left of {rows} rows{}; an index needs at least one track", no_tracks(*rejected, *incomplete, empty, missing, first))]
    NoTracks {
        /// The inputs as the user named them.
        inputs: String,
        /// How many rows were read.
        rows: u64,
        /// How many rows were rejected.
        rejected: u64,
        /// How many distinct tracks lack a required value.
        incomplete: u64,
        /// The columns to blame, which are there, but without any value.
        empty: Vec<String>,
        /// How many of the incomplete tracks lack each column.
        missing: BTreeMap<String, u64>,
        /// The first reject, or an empty text.
        first: String,
    },

    /// There is no index.
    #[error("{path}: {problem}; an index was expected")]
    NoIndex {
        /// Where it was looked for.
        path: String,
        /// What is there instead.
        problem: String,
        /// Whether there is nothing at all.
        is_missing: bool,
    },

    /// The place of an index that is to be written holds something else.
    #[error("{path}: {problem}")]
    Occupied {
        /// The place.
        path: String,
        /// What is there, and what was expected.
        problem: String,
    },

    /// An index that is damaged, or one that this version cannot use.
    #[error("{path}: {problem}")]
    Index {
        /// The file that is wrong.
        path: String,
        /// What was expected and what was found.
        problem: String,
    },

    /// The index is being built by another process.
    #[error("{path} is being built by another process")]
    Busy {
        /// The index.
        path: String,
    },

    /// The operation was stopped by its [`Progress`]; nothing has changed.
    #[error("stopped")]
    Stopped,

    /// A profile that the index has no vectors of.
    #[error("this index has no vectors of the profile {profile}, it has {}", known.join(" and "))]
    NoProfile {
        /// The profile that was asked for.
        profile: String,
        /// The profiles that it has.
        known: Vec<String>,
    },

    /// An invalid profile.
    #[error("{problem}")]
    Profile {
        /// What is wrong with it.
        problem: String,
    },

    /// A text that cannot be parsed as a value, such as an argument of a command.
    #[error("{wanted} was wanted, found {found:?}")]
    Value {
        /// What was expected.
        wanted: String,
        /// The text.
        found: String,
    },

    /// A query that is invalid in any catalogue: it contradicts itself or a value is out of range.
    #[error("{problem}")]
    Query {
        /// What is wrong with it, and what was expected.
        problem: String,
    },

    /// A valid query that this catalogue has no answer to.
    #[error("{problem}")]
    NoAnswer {
        /// Why there is none.
        problem: String,
    },

    /// An artist or a genre that no track has.
    #[error("no track of this catalogue has the {what} {name:?}")]
    UnknownName {
        /// `artist` or `genre`.
        what: &'static str,
        /// The name.
        name: String,
    },

    /// A numeric column that the catalogue does not have.
    #[error("{}; this catalogue has {columns}", unknown_column(name, purpose))]
    UnknownColumn {
        /// The name.
        name: String,
        /// What needs it: `harmonic mixing`; empty if the query names it.
        purpose: &'static str,
        /// The numeric and vector columns that there are.
        columns: String,
    },

    /// A track id that the catalogue does not have.
    #[error("unknown track id {id:?}: not in this catalogue of {} tracks", grouped(*tracks))]
    UnknownTrack {
        /// The id.
        id: String,
        /// How many tracks there are.
        tracks: usize,
    },

    /// A row that the catalogue does not have.
    #[error("unknown row {row}: this catalogue has {} tracks", grouped(*tracks))]
    UnknownRow {
        /// The row.
        row: u32,
        /// How many tracks there are.
        tracks: usize,
    },

    /// A title that no track has.
    #[error("no track matches {:?} among {} titles{}", clipped(text), grouped(*tracks), suggestion(nearest))]
    NoMatch {
        /// What was asked for.
        text: String,
        /// How many tracks there are.
        tracks: usize,
        /// The most similar titles, with their artists.
        nearest: Vec<String>,
    },
}

fn unknown_column(name: &str, purpose: &str) -> String {
    match purpose {
        "" => format!("unknown numeric column {name:?}"),
        purpose => format!("{purpose} needs the numeric column {name}"),
    }
}

/// The first 80 characters of user input.
fn clipped(text: &str) -> String {
    const MAX_CHARACTERS: usize = 80;
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn suggestion(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        nearest => format!("; near are {}", nearest.join("; ")),
    }
}

impl Error {
    /// Whether there is nothing at a path that was given, such as that of an input or of an index.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Io { source, .. } => source.kind() == io::ErrorKind::NotFound,
            Self::NoIndex { is_missing, .. } => *is_missing,
            _ => false,
        }
    }

    pub(crate) fn io(action: &'static str, path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Io { action, path: path.as_ref().display().to_string(), source }
    }

    pub(crate) fn input(input: &str, problem: impl Into<String>) -> Self {
        Self::Input { input: input.to_owned(), problem: problem.into() }
    }

    pub(crate) fn profile(problem: impl Into<String>) -> Self {
        Self::Profile { problem: problem.into() }
    }

    pub(crate) fn index(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::Index { path: path.as_ref().display().to_string(), problem: problem.into() }
    }
}

/// Fails if an operation is to stop.
pub(crate) fn unless_stopped(progress: &dyn Progress) -> Result<()> {
    if progress.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
}

/// How the rows were lost, for [`Error::NoTracks`].
fn no_tracks(
    rejected: u64,
    incomplete: u64,
    empty: &[String],
    missing: &BTreeMap<String, u64>,
    first: &str,
) -> String {
    let mut message = String::new();
    if rejected > 0 {
        message += &format!("; {rejected} cannot be read, the first is {first}");
    }
    let columns = empty.join(", ");
    match (empty.len(), incomplete) {
        (0, 0) => {}
        (0, _) => {
            let lacks = missing.iter().map(|(column, tracks)| format!("{tracks} lack {column}"));
            let lacks = lacks.collect::<Vec<_>>().join(", ");
            message += &format!("; the first rows of {incomplete} track ids lack a required value: {lacks}");
        }
        (1, _) => message += &format!("; all lack {columns}: the column is there, but empty"),
        _ => message += &format!("; all lack {columns}: the columns are there, but empty"),
    }
    message
}

/// Lists the missing columns: the required ones, then the descriptive ones.
fn missing_columns(
    input: &str,
    layout: &str,
    missing: &[Column],
    others: &[String],
    header: &[String],
) -> String {
    let (descriptive, needed): (Vec<_>, Vec<_>) = missing.iter().partition(|column| column.is_descriptive());
    let names =
        |columns: &[&Column]| columns.iter().map(|column| column.name().to_owned()).collect::<Vec<_>>();
    let mut needed = names(&needed);
    needed.extend(others.iter().map(|name| format!("{name:?}")));

    let mut message = format!("{input}: read as {layout}");
    if !needed.is_empty() {
        message += &format!(", it lacks columns that an index needs: {}", needed.join(", "));
    }
    if !descriptive.is_empty() {
        let lacks = if needed.is_empty() { ", it lacks" } else { "; it also lacks" };
        message += &format!("{lacks} {}, which an index can do without", names(&descriptive).join(", "));
    }
    if !others.is_empty() {
        message += &format!("; its columns are {}", listed(header));
    }
    message
}

/// The names of columns, quoted; of very many only the first.
pub(crate) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 40;
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("{name:?}")).collect();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join(", ")
}

/// A count with thousands separators: `89,740`.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Attribute, TextField};

    #[test]
    fn counts_are_grouped_by_thousands() {
        let texts: Vec<String> = [0, 12, 999, 1_000, 89_740, 1_234_567].map(grouped).into();
        assert_eq!(texts, ["0", "12", "999", "1,000", "89,740", "1,234,567"]);
    }

    #[test]
    fn missing_columns_are_all_named_with_the_way_out() {
        let error = Error::MissingColumns {
            input: "songs.csv".into(),
            layout: "TidyTuesday's spotify_songs.csv",
            missing: vec![
                Column::Attribute(Attribute::TimeSignature),
                Column::Explicit,
                Column::Text(TextField::AlbumName),
            ],
            others: Vec::new(),
            header: Vec::new(),
        };
        assert_eq!(
            error.to_string(),
            "songs.csv: read as TidyTuesday's spotify_songs.csv, it lacks columns that an index needs: \
             time_signature; it also lacks explicit, album_name, which an index can do \
             without"
        );
        let error = Error::MissingColumns {
            input: "songs.csv".into(),
            layout: "a table with columns of its own",
            missing: Vec::new(),
            others: vec!["bpm".into(), "mfcc_*".into()],
            header: vec!["id".into(), "clap".into()],
        };
        assert_eq!(
            error.to_string(),
            "songs.csv: read as a table with columns of its own, it lacks columns that an index needs: \"bpm\", \
             \"mfcc_*\"; its columns are \"id\", \"clap\""
        );
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told_from_all_else() {
        use crate::{Ingest, Input};
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| Ingest::new().read([Input::path(folder.path().join(name))]).unwrap_err();
        std::fs::write(folder.path().join("notes.txt"), "la la").unwrap();
        assert!(read("nothing.csv").is_not_found());
        assert!(!read("notes.txt").is_not_found());
        let denied = Error::io("read", "tracks.csv", io::ErrorKind::PermissionDenied.into());
        assert!(!denied.is_not_found());
    }

    #[test]
    fn an_unknown_id_says_where_it_was_looked_for() {
        let error = Error::UnknownTrack { id: "abc".into(), tracks: 89_740 };
        assert_eq!(error.to_string(), "unknown track id \"abc\": not in this catalogue of 89,740 tracks");
    }
}
