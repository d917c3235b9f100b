//! Attributes as JSON objects, for example `{"energy": 0.9}`, and their OpenAPI schemas. The names come from
//! [`Attribute::ALL`].

use std::fmt;

use segue::Attribute;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// The values of some attributes, in Spotify's units.
#[derive(Debug, Default)]
pub(super) struct Attributes(pub(super) Vec<(Attribute, f64)>);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes, such as {\"energy\": 0.9}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut values = [None; Attribute::ALL.len()];
        while let Some(name) = map.next_key::<String>()? {
            let Some(attribute) = Attribute::named(&name) else {
                let names: Vec<&str> = Attribute::ALL.iter().map(|attribute| attribute.name()).collect();
                let problem = format!("unknown attribute {name:?}, expected one of {}", names.join(", "));
                return Err(A::Error::custom(problem));
            };
            let Some(value) = values.get_mut(attribute as usize) else { continue };
            if value.replace(map.next_value::<Option<f64>>()?).is_some() {
                return Err(A::Error::duplicate_field(attribute.name()));
            }
        }
        let given = |(attribute, value): (Attribute, Option<Option<f64>>)| Some((attribute, value??));
        Ok(Attributes(Attribute::ALL.into_iter().zip(values).filter_map(given).collect()))
    }
}

impl ToSchema for Attributes {}

impl PartialSchema for Attributes {
    fn schema() -> RefOr<Schema> {
        object("Values of audio attributes, in Spotify's units", false, |_, number| {
            number.schema_type(SchemaType::from_iter([Type::Number, Type::Null]))
        })
    }
}

/// Audio features of a track: all attributes.
pub(crate) struct AudioFeatures;

impl ToSchema for AudioFeatures {}

impl PartialSchema for AudioFeatures {
    fn schema() -> RefOr<Schema> {
        object("Audio features of a track", true, |attribute, number| {
            let kind = if attribute.is_whole() { Type::Integer } else { Type::Number };
            number.schema_type(SchemaType::Type(kind))
        })
    }
}

/// The schema of an object with a number for each attribute and no other properties.
fn object(
    title: &str,
    required: bool,
    number: impl Fn(Attribute, ObjectBuilder) -> ObjectBuilder,
) -> RefOr<Schema> {
    let object = ObjectBuilder::new().description(Some(title));
    let object = object.additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let attributes = Attribute::ALL.into_iter();
    let object = attributes.fold(object, |object, attribute| {
        let value = ObjectBuilder::new().description(Some(attribute.description()));
        let object = object.property(attribute.name(), number(attribute, value));
        if required { object.required(attribute.name()) } else { object }
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
}
