//! Profiles: named, versioned recipes of features.

use super::feature::Feature;
use crate::catalogue::Attribute;

/// A named, versioned recipe: which features, in which order.
///
/// A profile never changes under its name and version, so what was built by one can be compared for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    name: &'static str,
    version: u32,
    features: &'static [Feature],
}

const CLASSIC: Profile = Profile {
    name: "classic",
    version: 1,
    features: &[
        Feature::Attribute(Attribute::Danceability),
        Feature::Attribute(Attribute::Energy),
        Feature::Attribute(Attribute::Loudness),
        Feature::Attribute(Attribute::Speechiness),
        Feature::Attribute(Attribute::Acousticness),
        Feature::Attribute(Attribute::Instrumentalness),
        Feature::Attribute(Attribute::Liveness),
        Feature::Attribute(Attribute::Valence),
        Feature::Attribute(Attribute::Tempo),
        Feature::Attribute(Attribute::DurationMs),
        Feature::Attribute(Attribute::Popularity),
        Feature::Attribute(Attribute::Mode),
        Feature::Attribute(Attribute::Key),
        Feature::Attribute(Attribute::TimeSignature),
        Feature::EnergyValence,
        Feature::TempoLoudnessRatio,
    ],
};

impl Profile {
    /// All profiles, the default first.
    pub const ALL: [Self; 1] = [CLASSIC];

    /// The notebook's recipe: 14 audio features and two interactions, standardised, none weighted.
    pub const fn classic() -> Self {
        CLASSIC
    }

    /// The profile of that name and version.
    pub fn find(name: &str, version: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name == name && profile.version == version)
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its version, from 1.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Its features, in the order of a vector's dimensions.
    pub const fn features(&self) -> &'static [Feature] {
        self.features
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::classic()
    }
}
