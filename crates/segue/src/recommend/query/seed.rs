//! The seeds of a query: what recommendations should be like or unlike.

use crate::catalogue::{Features, Row};

/// Something that tracks should be like or unlike.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Seed {
    /// What it is.
    pub of: SeedKind,
    /// Its weight, -1,000,000 to 1,000,000 but not 0; negative if tracks should be unlike it.
    pub weight: f64,
}

/// What a seed can be.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SeedKind {
    /// A track of the catalogue. It is never recommended.
    Track(Row),
    /// An artist: of their 64 most popular tracks at most 8 that stand for all of these (medoids), each weighing as much
    /// as the tracks that are most like it; a track weighs its popularity plus 1.
    Artist(String),
    /// A genre: as many of its tracks, chosen likewise.
    Genre(String),
    /// A track that is not in the catalogue.
    Features(Features),
    /// The vector of a track that is not in the catalogue, such as an embedding that was just computed.
    Vector(SeedVector),
}

/// A vector in one of the vector columns that a profile compares.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SeedVector {
    /// The name of the column; not needed if the profile compares one vector column of this many components.
    pub column: Option<String>,
    /// The components: finite, and not all 0.
    pub components: Vec<f32>,
}

impl Seed {
    /// A track that recommendations should be like, with weight 1.
    pub fn track(row: Row) -> Self {
        SeedKind::Track(row).into()
    }

    /// An artist that recommendations should be like, with weight 1.
    pub fn artist(name: impl Into<String>) -> Self {
        SeedKind::Artist(name.into()).into()
    }

    /// A genre that recommendations should be like, with weight 1.
    pub fn genre(name: impl Into<String>) -> Self {
        SeedKind::Genre(name.into()).into()
    }

    /// A vector that recommendations should be like, with weight 1: as many components as the profile's vector column
    /// has, finite, and not all 0. What else the profile compares counts as average.
    pub fn vector(components: impl Into<Vec<f32>>) -> Self {
        SeedKind::Vector(SeedVector { column: None, components: components.into() }).into()
    }

    /// The same in a vector column that is named, for profiles that compare several.
    pub fn vector_in(column: impl Into<String>, components: impl Into<Vec<f32>>) -> Self {
        let (column, components) = (Some(column.into()), components.into());
        SeedKind::Vector(SeedVector { column, components }).into()
    }

    /// Sets the weight, which defaults to 1; negative if tracks should be unlike the seed.
    #[must_use]
    pub fn weight(self, weight: f64) -> Self {
        Self { weight, ..self }
    }
}

impl From<SeedKind> for Seed {
    /// A seed of weight 1.
    fn from(of: SeedKind) -> Self {
        Self { of, weight: 1.0 }
    }
}

impl From<Row> for Seed {
    fn from(row: Row) -> Self {
        Self::track(row)
    }
}

impl From<Features> for Seed {
    fn from(features: Features) -> Self {
        SeedKind::Features(features).into()
    }
}
