//! Numeric columns as JSON objects, for example `{"energy": 0.9}`, and their OpenAPI schemas: with the columns of the
//! index being served, or else with the known attributes ([`Attribute::ALL`]).

use std::collections::HashSet;
use std::fmt;

use segue::Attribute;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::columns::{ColumnFacts, ColumnType};

/// The values of some numeric columns, known attributes in Spotify's units.
#[derive(Debug, Default)]
pub(super) struct Attributes(pub(super) Vec<(String, f64)>);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of numeric columns, such as {\"energy\": 0.9}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let (mut names, mut values) = (HashSet::new(), Vec::new());
        while let Some((name, value)) = map.next_entry::<String, Option<f64>>()? {
            values.extend(value.map(|value| (name.clone(), value)));
            if let Some(name) = names.replace(name) {
                return Err(A::Error::custom(format!("duplicate field `{name}`")));
            }
        }
        // An answer does not depend on the order of the names: known attributes come in theirs, then the others.
        let place = |name: &str| Attribute::named(name).map_or(usize::MAX, |attribute| attribute as usize);
        values.sort_by(|(a, _), (b, _)| (place(a), a).cmp(&(place(b), b)));
        Ok(Attributes(values))
    }
}

impl ToSchema for Attributes {}

impl PartialSchema for Attributes {
    fn schema() -> RefOr<Schema> {
        // Before an index is open, its other columns are not known.
        let number = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Number, Type::Null]));
        let number = number.description(Some("Any other numeric column of the catalogue.")).build();
        match attributes(&known()) {
            RefOr::T(Schema::Object(object)) => {
                ObjectBuilder::from(object).additional_properties(Some(Schema::from(number))).into()
            }
            other => other,
        }
    }
}

/// Audio features of a track: all numeric columns.
pub(crate) struct AudioFeatures;

impl ToSchema for AudioFeatures {}

impl PartialSchema for AudioFeatures {
    fn schema() -> RefOr<Schema> {
        audio_features(&known())
    }
}

/// The known attributes, as if a catalogue had just these.
fn known() -> Vec<ColumnFacts> {
    let known = Attribute::ALL.into_iter().map(|attribute| ColumnFacts {
        name: attribute.name().to_owned(),
        kind: if attribute.is_whole() { ColumnType::Integer } else { ColumnType::Number },
        role: Some(attribute.name()),
        dimension: None,
        missing: 0,
        min: None,
        max: None,
    });
    known.collect()
}

/// The schema of [`Attributes`] in a catalogue with these columns.
pub(crate) fn attributes(columns: &[ColumnFacts]) -> RefOr<Schema> {
    object("Values of numeric columns, audio attributes in Spotify's units", columns, false, |_, number| {
        number.schema_type(SchemaType::from_iter([Type::Number, Type::Null]))
    })
}

/// The schema of [`AudioFeatures`] in a catalogue with these columns.
pub(crate) fn audio_features(columns: &[ColumnFacts]) -> RefOr<Schema> {
    object("Audio features of a track", columns, true, |column, number| {
        let kind = if column.kind == ColumnType::Integer { Type::Integer } else { Type::Number };
        number.schema_type(match column.missing {
            0 => SchemaType::Type(kind),
            _ => SchemaType::from_iter([kind, Type::Null]),
        })
    })
}

/// The schema of an object with a number for each numeric column and no other properties.
fn object(
    title: &str,
    columns: &[ColumnFacts],
    required: bool,
    number: impl Fn(&ColumnFacts, ObjectBuilder) -> ObjectBuilder,
) -> RefOr<Schema> {
    let object = ObjectBuilder::new().description(Some(title));
    let object = object.additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let numbers = columns.iter().filter(|column| column.kind != ColumnType::Vector);
    let object = numbers.fold(object, |object, column| {
        let description = match column.role.and_then(Attribute::named) {
            Some(attribute) => attribute.description().to_owned(),
            None => match (column.min, column.max) {
                (Some(min), Some(max)) => format!("A column of this catalogue, {min} to {max}."),
                _ => "A column of this catalogue.".to_owned(),
            },
        };
        let value = ObjectBuilder::new().description(Some(description));
        let object = object.property(column.name.clone(), number(column, value));
        if required { object.required(column.name.clone()) } else { object }
    });
    object.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_track_has_all_attributes_and_a_request_those_that_it_names() {
        let required = |schema: RefOr<Schema>| match schema {
            RefOr::T(Schema::Object(object)) => (object.properties.len(), object.required.len()),
            _ => (0, 0),
        };
        let all = Attribute::ALL.len();
        assert_eq!(required(AudioFeatures::schema()), (all, all));
        assert_eq!(required(Attributes::schema()), (all, 0));
    }

    #[test]
    fn a_column_is_named_once_and_null_is_left_out() {
        let read = |text| serde_json::from_str::<Attributes>(text).map(|read| read.0);
        let found = read(r#"{"bpm": 120, "energy": null}"#).unwrap();
        assert_eq!(found, [("bpm".to_owned(), 120.0)]);
        let names = |text| read(text).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(r#"{"b": 1, "tempo": 2, "a": 3, "energy": 4}"#), ["energy", "tempo", "a", "b"]);
        assert!(
            read(r#"{"bpm": 120, "bpm": 100}"#).unwrap_err().to_string().contains("duplicate field `bpm`")
        );
        assert!(read(r#"{"bpm": null, "bpm": 100}"#).is_err());
        assert!(read(r#"{"bpm": 1e999}"#).is_err(), "not finite");
        assert!(read(r#"{"bpm": "fast"}"#).is_err() && read("[]").is_err());
    }
}
