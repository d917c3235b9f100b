//! A track that is not in the catalogue.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// What is known of a track that is not in the catalogue. Unknown values count as average.
///
/// Serialises to one object: the numbers by name, `genres`, and `explicit`; unknown values are omitted.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Features {
    /// Its numbers by the names of their columns, in their usual units.
    pub attributes: Vec<(String, f64)>,
    /// Its genres.
    pub genres: Vec<String>,
    /// Whether its lyrics are explicit.
    pub explicit: Option<bool>,
}

impl Features {
    /// Sets a number by the name of its column or as a known [`Attribute`](super::Attribute), in its usual unit.
    #[must_use]
    pub fn attribute(mut self, column: impl Into<String>, value: f64) -> Self {
        let column = column.into();
        self.attributes.retain(|(known, _)| *known != column);
        self.attributes.push((column, value));
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
            map.serialize_entry(attribute, value)?;
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
