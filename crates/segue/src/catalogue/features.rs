//! A track that the catalogue does not have.

use serde_json::{Map, Value};

use super::Attribute;

/// What is known of a track that is not in the catalogue. What is not known counts as average.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// Its attributes, in their usual units.
    pub attributes: Vec<(Attribute, f64)>,
    /// Its genres.
    pub genres: Vec<String>,
    /// Whether its lyrics are explicit.
    pub explicit: Option<bool>,
}

impl Features {
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let attributes =
            self.attributes.iter().map(|(attribute, value)| (attribute.name().into(), (*value).into()));
        let genres = (!self.genres.is_empty()).then(|| ("genres".into(), self.genres.clone().into()));
        let explicit = self.explicit.map(|explicit| ("explicit".into(), explicit.into()));
        attributes.chain(genres).chain(explicit).collect()
    }
}
