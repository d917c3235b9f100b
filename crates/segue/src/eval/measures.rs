//! The measures of recommendations, and their values.

use serde::Serialize;

/// A measure of recommendations; greater is better, except for distances, hubs, never recommended and repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// With each song of a playlist as the seed: the share of the first 10 that are other songs of the playlist.
    PrecisionAt10,
    /// The same of the first 50.
    PrecisionAt50,
    /// The same of the first 10 that are not by artists of the seed.
    ArtistFilteredPrecisionAt10,
    /// The same of the first 50.
    ArtistFilteredPrecisionAt50,
    /// Precision at 10 of the seeds in the head, the most popular third of all songs of the playlists: see
    /// [`PopularityParts`](super::PopularityParts).
    HeadPrecisionAt10,
    /// The same of the seeds in the middle.
    MiddlePrecisionAt10,
    /// The same of the seeds in the tail.
    TailPrecisionAt10,
    /// With every second song of a playlist as the seeds: the share of the other songs that are among the first 100.
    Recall,
    /// With the same seeds: the share of the other songs, `n` of them, that are among the first `n`.
    RPrecision,
    /// With the same seeds: the normalised discounted cumulative gain of the first 100.
    Ndcg,
    /// With each artist who is in at least 3 playlists as the seed: the share of the first 10 other artists of the list
    /// who share a playlist with the artist.
    ArtistSeeds,
    /// The same with the mean of all tracks of the artist as the seed, instead of those that stand for the artist.
    ArtistCentres,
    /// With a sample of the catalogue as seeds: the share of the first 10 by other artists that share a genre with the
    /// seed.
    Genre,
    /// With the same sample: the mean distance of the first 10 from the seed, which is the mean absolute difference in
    /// nine audio attributes, in standard deviations.
    SonicDistance,
    /// The same with each song of a playlist as the seed: hits sound different from the rest of a catalogue.
    PlaylistSonicDistance,
    /// With the sample of the catalogue: the mean of the same distance between any two of the first 10.
    IntraListDiversity,
    /// With each song of a playlist as the seed: the share of neighbouring places among the first 20 whose tracks have
    /// the same first artist.
    SameArtistInARow,
    /// With the same seeds: the share of the first 20 that are another version of the seed's work or of an earlier
    /// track's. Lists of profiles that list all releases have one release of each song here, and all versions.
    RepeatedVersions,
    /// With the same seeds: the share of the first 20 that are songs of a season, though the seed is not.
    OutOfSeason,
    /// The share of the 10 nearest that are a release of the seed's song or of an earlier one; 0 if the profile lists
    /// each song once.
    RepeatedReleases,
    /// The skewness of the 10-occurrence, the number of tracks among whose 10 nearest a track is.
    HubSkewness,
    /// The largest 10-occurrence of a track.
    LargestHub,
    /// The share of tracks whose 10-occurrence is 0.
    NeverRecommended,
    /// The share of all songs that are among the first 10 for some song of a playlist.
    Coverage,
}

impl Measure {
    /// All measures, in display order.
    pub const ALL: [Self; 24] = [
        Self::PrecisionAt10,
        Self::PrecisionAt50,
        Self::ArtistFilteredPrecisionAt10,
        Self::ArtistFilteredPrecisionAt50,
        Self::HeadPrecisionAt10,
        Self::MiddlePrecisionAt10,
        Self::TailPrecisionAt10,
        Self::Recall,
        Self::RPrecision,
        Self::Ndcg,
        Self::ArtistSeeds,
        Self::ArtistCentres,
        Self::Genre,
        Self::SonicDistance,
        Self::PlaylistSonicDistance,
        Self::IntraListDiversity,
        Self::SameArtistInARow,
        Self::RepeatedVersions,
        Self::OutOfSeason,
        Self::RepeatedReleases,
        Self::HubSkewness,
        Self::LargestHub,
        Self::NeverRecommended,
        Self::Coverage,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::PrecisionAt10 => "precision@10",
            Self::PrecisionAt50 => "precision@50",
            Self::ArtistFilteredPrecisionAt10 => "artist_filtered_precision@10",
            Self::ArtistFilteredPrecisionAt50 => "artist_filtered_precision@50",
            Self::HeadPrecisionAt10 => "head_precision@10",
            Self::MiddlePrecisionAt10 => "middle_precision@10",
            Self::TailPrecisionAt10 => "tail_precision@10",
            Self::Recall => "continuation_recall@100",
            Self::RPrecision => "continuation_r_precision",
            Self::Ndcg => "continuation_ndcg@100",
            Self::ArtistSeeds => "artist_seeds@10",
            Self::ArtistCentres => "artist_centres@10",
            Self::Genre => "genre_precision@10",
            Self::SonicDistance => "sonic_distance",
            Self::PlaylistSonicDistance => "playlist_sonic_distance",
            Self::IntraListDiversity => "intra_list_diversity",
            Self::SameArtistInARow => "same_artist_in_a_row@20",
            Self::RepeatedVersions => "repeated_versions@20",
            Self::OutOfSeason => "out_of_season@20",
            Self::RepeatedReleases => "repeated_releases",
            Self::HubSkewness => "hub_skewness",
            Self::LargestHub => "largest_hub",
            Self::NeverRecommended => "never_recommended",
            Self::Coverage => "coverage",
        }
    }

    /// Its name for display.
    pub fn plain_name(self) -> &'static str {
        match self {
            Self::ArtistFilteredPrecisionAt10 => "precision@10, other artists",
            Self::ArtistFilteredPrecisionAt50 => "precision@50, other artists",
            Self::HeadPrecisionAt10 => "precision@10, head",
            Self::MiddlePrecisionAt10 => "precision@10, middle",
            Self::TailPrecisionAt10 => "precision@10, tail",
            Self::Recall => "continuation recall@100",
            Self::RPrecision => "continuation R-precision",
            Self::Ndcg => "continuation NDCG@100",
            Self::ArtistSeeds => "artist seeds, artists@10",
            Self::ArtistCentres => "artist centres, artists@10",
            Self::Genre => "genre@10, other artists",
            Self::SonicDistance => "sonic distance",
            Self::PlaylistSonicDistance => "sonic distance, playlists",
            Self::IntraListDiversity => "diversity within a list",
            Self::SameArtistInARow => "same artist in a row@20",
            Self::RepeatedVersions => "versions repeated@20",
            Self::OutOfSeason => "out of season@20",
            Self::RepeatedReleases => "releases repeated in a list",
            Self::HubSkewness => "skewness of 10-occurrence",
            Self::LargestHub => "largest hub",
            Self::NeverRecommended => "never recommended",
            other => other.name(),
        }
    }

    /// Whether its values are shares, 0 to 1.
    pub fn is_share(self) -> bool {
        use Measure::{HubSkewness, IntraListDiversity, LargestHub, PlaylistSonicDistance, SonicDistance};
        !matches!(self, HubSkewness | IntraListDiversity | LargestHub | PlaylistSonicDistance | SonicDistance)
    }
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A measured value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Value {
    /// The measure.
    pub measure: Measure,
    /// Its value.
    pub value: f64,
    /// Its 95 % bootstrap interval over playlists, or over artists if these are the seeds; `None` if it is no mean over
    /// them.
    pub interval: Option<(f64, f64)>,
}

/// The measured values of one profile or baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// The profile or the baseline.
    pub profile: String,
    /// The values; baselines lack those about hubs, repeated releases and artists' centres.
    pub values: Vec<Value>,
}

impl Evaluation {
    /// The value of a measure.
    pub fn get(&self, measure: Measure) -> Option<f64> {
        self.values.iter().find(|value| value.measure == measure).map(|value| value.value)
    }
}
