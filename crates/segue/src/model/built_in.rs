//! The built-in profiles: their aspects and weights, and what `segue` does without where a catalogue lacks columns.

use serde::Serialize;

use super::aspect::Aspect;
use super::profile::Profile;
use crate::catalogue::{Attribute, Catalogue, Column, TextField};
use crate::error::{Error, Result};

/// The aspects of `classic`, in the notebook's order.
pub(super) const CLASSIC: [&str; 16] = [
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "duration_ms",
    "popularity",
    "mode",
    "key",
    "time_signature",
    "energy_valence",
    "tempo_loudness_ratio",
];

/// The weights of `segue`; see [`Profile::segue`].
pub(super) const SEGUE: [(&str, f64); 25] = [
    ("danceability", 1.0),
    ("energy", 1.058),
    ("log_loudness", 1.3),
    ("log_speechiness", 0.67),
    ("log_acousticness", 0.67),
    ("log_instrumentalness", 0.67),
    ("log_liveness", 0.7),
    ("valence", 0.67),
    ("log_tempo", 0.6),
    ("log_duration_ms", 0.5),
    ("popularity:cube", 3.0),
    ("mode", 0.15),
    ("explicit", 0.185),
    ("key_in_fifths", 0.15),
    ("genres", 3.3),
    ("artist_words", 0.9),
    ("artist_fame", 1.0),
    ("artist_popularity", 0.4),
    ("artist_danceability", 0.6),
    ("artist_energy", 0.6),
    ("artist_acousticness", 0.6),
    ("artist_valence", 0.6),
    ("artist_explicit", 0.6),
    ("artist_speechiness", 0.6),
    ("artist_instrumentalness", 0.6),
];

/// By how many percent precision@10 of `segue` is lower without a column, with the playlists of `docs/profile.md`, which
/// has the command. Below 0 it is higher.
const COSTS: [(Column, f64); 16] = [
    (Column::Attribute(Attribute::Popularity), 30.7),
    (Column::Attribute(Attribute::DurationMs), 7.5),
    (Column::Attribute(Attribute::Danceability), 1.5),
    (Column::Attribute(Attribute::Energy), 1.4),
    (Column::Attribute(Attribute::Loudness), 1.1),
    (Column::Attribute(Attribute::Speechiness), 0.4),
    (Column::Attribute(Attribute::Acousticness), 1.9),
    (Column::Attribute(Attribute::Instrumentalness), 1.1),
    (Column::Attribute(Attribute::Liveness), -3.2),
    (Column::Attribute(Attribute::Valence), 1.6),
    (Column::Attribute(Attribute::Tempo), 0.5),
    (Column::Attribute(Attribute::Key), -0.1),
    (Column::Attribute(Attribute::Mode), 0.0),
    (Column::Explicit, 3.4),
    (Column::Text(TextField::TrackGenre), 41.2),
    (Column::Text(TextField::AlbumName), -1.0),
];

/// What a profile does without where a catalogue lacks a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Lack {
    /// The name of the column.
    pub column: &'static str,
    /// The aspects that are left out.
    pub aspects: Vec<String>,
    /// By how many percent precision@10 is lower without the column, with the playlists of `docs/profile.md`, where it was
    /// measured; below 0 it is higher.
    #[serde(rename = "precision_at_10_lower_by_percent")]
    pub cost: Option<f64>,
}

impl Profile {
    const ADAPTS: &str = "segue";

    /// Whether it is the built-in profile that leaves out aspects of which a catalogue lacks the columns.
    pub(super) fn adapts(&self) -> bool {
        self.name() == Self::ADAPTS
    }

    /// What it does without where a catalogue lacks a column; `None` if the profile is not `segue`, or does not use the
    /// column.
    pub fn lack(&self, column: Column) -> Option<Lack> {
        let recipe = Self::segue();
        let is_made_from = |aspect: &Aspect| aspect.columns().contains(&column);
        let aspects = recipe.aspects().iter().filter(|(aspect, _)| is_made_from(aspect));
        let aspects: Vec<String> = aspects.map(|(aspect, _)| aspect.name()).collect();
        let is_used = !aspects.is_empty() || column == Column::Text(TextField::AlbumName);
        let cost = COSTS.iter().find(|(known, _)| *known == column).map(|(_, cost)| *cost);
        (self.adapts() && is_used).then_some(Lack { column: column.name(), aspects, cost })
    }

    /// The names of the aspects of the recipe that were left out of it, as the catalogue that it is fitted to lacks their
    /// columns; of `segue` only.
    pub fn left_out(&self) -> Vec<String> {
        let recipe = Self::segue();
        let has = |aspect: &Aspect| self.aspects().iter().any(|(own, _)| own == aspect);
        let left_out = recipe.aspects().iter().filter(|(aspect, _)| !has(aspect));
        match self.adapts() && self.version() == recipe.version() {
            true => left_out.map(|(aspect, _)| aspect.name()).collect(),
            false => Vec::new(),
        }
    }

    /// The profile without some aspects, by their names.
    pub(crate) fn without(self, left_out: &[String]) -> Self {
        let is_kept = |aspect: &Aspect| !left_out.contains(&aspect.name());
        let aspects = self.aspects().iter().filter(|(aspect, _)| is_kept(aspect)).cloned().collect();
        self.with_aspects(aspects)
    }

    /// The aspects that can be made from a catalogue's columns: of `segue` those whose columns it has, of others all.
    ///
    /// # Errors
    /// [`Error::Profile`] if `segue` would have no feature of the sound, [`Error::Index`] if the file is damaged.
    pub(super) fn adapted(&self, catalogue: &Catalogue) -> Result<Vec<(Aspect, f64)>> {
        if !self.adapts() {
            return Ok(self.aspects().to_vec());
        }
        if !Attribute::AUDIO.iter().any(|attribute| catalogue.numbers(*attribute).is_some()) {
            let audio = Attribute::AUDIO.map(Attribute::name).join(", ");
            return Err(Error::profile(format!(
                "the profile segue needs one of the columns {audio}, and this catalogue has none of them; it has {}",
                catalogue.fields().listed()
            )));
        }
        let mut kept = Vec::new();
        for (aspect, weight) in self.aspects() {
            let mut has = true;
            for column in aspect.columns() {
                has &= catalogue.has(column)?;
            }
            if has {
                kept.push((aspect.clone(), *weight));
            }
        }
        Ok(kept)
    }
}
