//! What was converted while reading: by column and form, with a count and an example.

use std::fmt;

use serde::Serialize;

use crate::catalogue::Column;

/// A form in which the values of a column were written, other than the catalogue's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// `3:50` or `1:02:03`.
    Clock,
    /// `68%`.
    PercentSign,
    /// `230,666`, `230 666` or `1.230.666`.
    Thousands,
    /// `0,676`.
    DecimalComma,
    /// `-6.7 dB`, `87 bpm`.
    Unit,
    /// `C#`, `Db`, `F♯m`.
    KeyName,
    /// `8A`.
    CamelotKey,
    /// `Major`, `min`.
    ModeName,
    /// `Yes`, `E`, `clean`.
    BooleanWord,
    /// The Spotify URI or URL of a track, for its id.
    Address,
    /// Spaces around an id or around the names of a list.
    Spaces,
    /// `['A', 'B']`, as Python or JSON writes it.
    List,
    /// Several names joined by commas.
    Commas,
    /// `A feat. B`.
    Featured,
    /// 0 to 100 where 0 to 1 belongs, known by the whole column.
    Percent,
    /// Seconds where milliseconds belong, known by the whole column.
    Seconds,
    /// A duration with a fraction of a millisecond.
    Fraction,
    /// No value where others say only that a track is explicit.
    Unmarked,
    /// No id: one is made from title and artists.
    MadeId,
}

impl Form {
    /// The form in words, after "values".
    pub const fn description(self) -> &'static str {
        match self {
            Self::Clock => "in hours, minutes and seconds",
            Self::PercentSign => "with a per cent sign",
            Self::Thousands => "with thousands separators",
            Self::DecimalComma => "with decimal commas",
            Self::Unit => "with a unit",
            Self::KeyName => "that are names of keys",
            Self::CamelotKey => "that are keys of the Camelot wheel",
            Self::ModeName => "that are names of modes",
            Self::BooleanWord => "that are words for true and false",
            Self::Address => "that are Spotify's URIs and URLs",
            Self::Spaces => "with spaces around them",
            Self::List => "that are lists of Python or JSON",
            Self::Commas => "that are joined by commas",
            Self::Featured => "with featured artists",
            Self::Percent => "from 0 to 100 where 0 to 1 belongs",
            Self::Seconds => "in seconds where milliseconds belong",
            Self::Fraction => "with a fraction of a millisecond",
            Self::Unmarked => "empty where only explicit tracks are marked",
            Self::MadeId => "made from title and artists",
        }
    }
}

impl Serialize for Form {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.description())
    }
}

/// Values of a column that were converted from one form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Conversion {
    /// Our name of the column.
    pub column: &'static str,
    /// The form that they had.
    pub form: Form,
    /// How many they are.
    pub values: u64,
    /// The first of them as it was, cut to 60 characters.
    pub from: String,
    /// What it became.
    pub to: String,
}

impl fmt::Display for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}, such as {:?} as {:?}",
            if self.values == 1 { "value" } else { "values" },
            self.form.description(),
            self.from,
            self.to
        )
    }
}

/// Conversions while they are collected.
#[derive(Debug, Default)]
pub(super) struct Conversions(pub(super) Vec<Conversion>);

impl Conversions {
    pub(super) fn add(&mut self, column: Column, form: Form, from: &str, to: impl FnOnce() -> String) {
        self.add_many(column, form, 1, from, to);
    }

    pub(super) fn add_many(
        &mut self,
        column: Column,
        form: Form,
        values: u64,
        from: &str,
        to: impl FnOnce() -> String,
    ) {
        const SHOWN: usize = 60;
        match self.0.iter_mut().find(|known| (known.column, known.form) == (column.name(), form)) {
            Some(known) => known.values += values,
            None => {
                let short = |text: &str| text.chars().take(SHOWN).collect::<String>();
                let (from, to) = (short(from), short(&to()));
                self.0.push(Conversion { column: column.name(), form, values, from, to });
            }
        }
    }

    /// Adds later conversions.
    pub(super) fn merge(into: &mut Vec<Conversion>, others: &[Conversion]) {
        for other in others {
            match into.iter_mut().find(|known| (known.column, known.form) == (other.column, other.form)) {
                Some(known) => known.values += other.values,
                None => into.push(other.clone()),
            }
        }
    }
}
