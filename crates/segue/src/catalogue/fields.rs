//! The numeric and vector columns of one catalogue: their names, types, and roles.

use arrow_schema::{DataType, Field, Schema};
use serde::{Deserialize, Serialize};

use super::columns::{Malformed, TextListColumn, VectorColumn};
use crate::error::listed;
use crate::schema::{Attribute, Column, TextField};

/// A numeric column of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NumberField {
    /// Its name.
    pub name: String,
    /// Whether its values are whole numbers of 32 bits; otherwise they are `f64`.
    pub whole: bool,
    /// Whether some tracks may lack a value.
    pub optional: bool,
}

impl NumberField {
    pub(crate) fn of(attribute: Attribute) -> Self {
        Self { name: attribute.name().to_owned(), whole: attribute.is_whole(), optional: false }
    }

    /// The known attribute that the column holds, if it is one: what mixing by key, popularity in search and songs by
    /// duration go by.
    pub fn role(&self) -> Option<Attribute> {
        Attribute::named(&self.name)
    }
}

/// A vector column of a catalogue: a vector of the same dimension for every track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VectorField {
    /// Its name.
    pub name: String,
    /// The number of components of each vector.
    pub dimension: usize,
    /// Whether components have half precision (16 bits); otherwise single.
    pub half: bool,
}

/// The numeric and vector columns of one catalogue, in the order in which they are stored: the known attributes as in
/// the notebook's file, then the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fields {
    /// The numeric columns.
    pub numbers: Vec<NumberField>,
    /// The vector columns.
    pub vectors: Vec<VectorField>,
    /// Whether some track has an ISRC.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub isrc: bool,
}

impl Default for Fields {
    /// The columns of the notebook's file.
    fn default() -> Self {
        let known = Column::ALL.into_iter().filter_map(|column| match column {
            Column::Attribute(attribute) => Some(NumberField::of(attribute)),
            _ => None,
        });
        Self { numbers: known.collect(), vectors: Vec::new(), isrc: false }
    }
}

/// The name of the column that lists all genres of a track.
pub(crate) const GENRES: &str = "genres";

impl Fields {
    /// The greatest number of components of a vector.
    pub(crate) const MAX_DIMENSION: usize = 65_536;

    /// The Arrow schema of a catalogue with these columns: those of the notebook under their names, then the other
    /// numeric columns, `genres`, and the vectors.
    pub(crate) fn schema(&self) -> Schema {
        let number = |field: &NumberField| {
            let data_type = if field.whole { DataType::Int32 } else { DataType::Float64 };
            Field::new(&field.name, data_type, field.optional)
        };
        let mut fields: Vec<Field> = Vec::new();
        for column in Column::ALL {
            match column {
                Column::Text(field) => {
                    fields.push(Field::new(field.name(), DataType::LargeUtf8, column.is_descriptive()));
                }
                Column::Explicit => fields.push(Field::new(column.name(), DataType::Boolean, true)),
                Column::Attribute(attribute) => {
                    fields
                        .extend(self.numbers.iter().find(|field| field.name == attribute.name()).map(number));
                }
                Column::Isrc if self.isrc => {
                    fields.push(Field::new(column.name(), DataType::LargeUtf8, true));
                }
                Column::Isrc => {}
            }
        }
        fields.extend(self.numbers.iter().filter(|field| field.role().is_none()).map(number));
        fields.push(Field::new(GENRES, TextListColumn::data_type(), false));
        let vector = |field: &VectorField| {
            Field::new(&field.name, VectorColumn::data_type(field.dimension, field.half), false)
        };
        fields.extend(self.vectors.iter().map(vector));
        Schema::new(fields)
    }

    /// Whether a name is that of a column which is no number and no vector.
    pub(crate) fn is_taken(name: &str) -> bool {
        name == GENRES
            || name == Column::Explicit.name()
            || name == Column::Isrc.name()
            || TextField::ALL.iter().any(|text| text.name() == name)
    }

    /// Checks fields that were read from a file: distinct names, none of them that of another column, known attributes
    /// first and in order, and dimensions that there can be.
    pub(crate) fn check(&self) -> Result<(), Malformed> {
        let names = || {
            let numbers = self.numbers.iter().map(|field| field.name.as_str());
            numbers.chain(self.vectors.iter().map(|field| field.name.as_str()))
        };
        if let Some(name) =
            names().find(|name| Self::is_taken(name) && (self.isrc || *name != Column::Isrc.name()))
        {
            return Err(Malformed(format!("has another column {name:?}")));
        }
        let mut sorted: Vec<&str> = names().collect();
        sorted.sort_unstable();
        let names = sorted.len();
        sorted.dedup();
        if sorted.len() < names {
            return Err(Malformed("has two columns of one name".into()));
        }
        let place = |field: &NumberField| {
            let known = field.role().map(Column::Attribute);
            Column::ALL.iter().position(|column| Some(*column) == known).unwrap_or(usize::MAX)
        };
        if !self.numbers.is_sorted_by_key(place) {
            return Err(Malformed("has its columns in another order".into()));
        }
        match self.vectors.iter().find(|field| !(1..=Self::MAX_DIMENSION).contains(&field.dimension)) {
            Some(field) => {
                Err(Malformed(format!("has vectors {:?} of {} dimensions", field.name, field.dimension)))
            }
            None => Ok(()),
        }
    }

    /// The names of the numeric columns, and of the vector columns, for messages.
    pub(crate) fn listed(&self) -> String {
        let numbers: Vec<String> = self.numbers.iter().map(|field| field.name.clone()).collect();
        let vectors: Vec<String> = self.vectors.iter().map(|field| field.name.clone()).collect();
        let list = |names: &[String], what: &str| match names {
            [] => format!("no {what} column"),
            names => format!("the {what} columns {}", listed(names)),
        };
        format!("{} and {}", list(&numbers, "numeric"), list(&vectors, "vector"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_damaged_manifest_are_refused() {
        let number = |name: &str| NumberField { name: name.into(), whole: false, optional: true };
        let vector = |name: &str, dimension| VectorField { name: name.into(), dimension, half: false };
        let problem = |numbers: &[&str], vectors: Vec<VectorField>| {
            let numbers = numbers.iter().map(|name| number(name)).collect();
            Fields { numbers, vectors, isrc: false }.check().err().map(|Malformed(problem)| problem)
        };
        assert_eq!(Fields::default().check(), Ok(()));
        assert_eq!(problem(&["energy", "bpm", "a.b c"], vec![vector("clap", 512)]), None);
        for (numbers, vectors, expected) in [
            (&["bpm", "bpm"][..], vec![], "two columns of one name"),
            (&["bpm"], vec![vector("bpm", 2)], "two columns"),
            (&["genres"], vec![], "another column"),
            (&["bpm", "energy"], vec![], "another order"),
            (&[], vec![vector("clap", 0)], "of 0 dimensions"),
            (&[], vec![vector("clap", 1 << 40)], "dimensions"),
        ] {
            let problem = problem(numbers, vectors).unwrap();
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
