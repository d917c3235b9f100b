//! A track that is not in the catalogue.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Attribute;

/// What is known of a track that is not in the catalogue. Unknown values count as average.
///
/// Serialises to one object: the attributes by name, `genres`, and `explicit`; unknown values are omitted.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Features {
    /// Its attributes, in their usual units.
    pub attributes: Vec<(Attribute, f64)>,
    /// Its genres.
    pub genres: Vec<String>,
    /// Whether its lyrics are explicit.
    pub explicit: Option<bool>,
}

impl Features {
    /// Sets the value of an attribute, in its usual unit.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute, value: f64) -> Self {
        self.attributes.retain(|(known, _)| *known != attribute);
        self.attributes.push((attribute, value));
        self
    }

    /// Adds a genre.
    #[must_use]
    pub fn genre(mut self, name: impl Into<String>) -> Self {
        self.genres.push(name.into());
        self
    }

    /// Sets whether its lyrics are explicit; `None` if unknown.
    #[must_use]
    pub fn explicit(self, explicit: impl Into<Option<bool>>) -> Self {
        Self { explicit: explicit.into(), ..self }
    }
}

impl Serialize for Features {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (attribute, value) in &self.attributes {
            map.serialize_entry(attribute.name(), value)?;
        }
        if !self.genres.is_empty() {
            map.serialize_entry("genres", &self.genres)?;
        }
        if let Some(explicit) = self.explicit {
            map.serialize_entry("explicit", &explicit)?;
        }
        map.end()
    }
}
