//! The numeric and vector columns of an index being served, with the range of their values.

use segue::{Attribute, Catalogue};
use serde::Serialize;
use utoipa::ToSchema;

/// A numeric or vector column of the catalogue
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Column)]
pub(crate) struct ColumnFacts {
    /// Its name in filters, targets and features.
    pub(crate) name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub(crate) kind: ColumnType,
    /// The known attribute that it is, by which tracks are mixed, searched and told apart.
    #[schema(required = true)]
    pub(crate) role: Option<&'static str>,
    /// The number of components of a vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub(crate) dimension: Option<usize>,
    /// The number of tracks without a value.
    #[schema(minimum = 0)]
    pub(crate) missing: usize,
    /// The least value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min: Option<f64>,
    /// The greatest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max: Option<f64>,
}

/// The type of a column
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ColumnType {
    /// Numbers.
    Number,
    /// Whole numbers.
    Integer,
    /// Lists of numbers, all of one length.
    Vector,
}

/// Whether a numeric column is this attribute; a vector column of its name is not.
pub(crate) fn has(columns: &[ColumnFacts], attribute: Attribute) -> bool {
    columns.iter().any(|column| column.role == Some(attribute.name()))
}

/// The columns of a catalogue; reads all numbers once.
pub(crate) fn of(catalogue: &Catalogue) -> Result<Vec<ColumnFacts>, segue::Error> {
    let fields = catalogue.fields();
    let mut columns = Vec::new();
    for field in fields.numbers {
        let (mut missing, mut range) = (0, None);
        for value in catalogue.values(&field.name)? {
            match value {
                None => missing += 1,
                Some(value) => {
                    let (min, max) = range.unwrap_or((value, value));
                    range = Some((value.min(min), value.max(max)));
                }
            }
        }
        let (min, max) = range.unzip();
        let kind = if field.whole { ColumnType::Integer } else { ColumnType::Number };
        let role = field.role().map(Attribute::name);
        columns.push(ColumnFacts { name: field.name, kind, role, dimension: None, missing, min, max });
    }
    for field in fields.vectors {
        let (kind, dimension) = (ColumnType::Vector, Some(field.dimension));
        columns.push(ColumnFacts {
            name: field.name,
            kind,
            role: None,
            dimension,
            missing: 0,
            min: None,
            max: None,
        });
    }
    Ok(columns)
}
