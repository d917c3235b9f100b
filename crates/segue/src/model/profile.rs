//! Profiles: named, versioned recipes of weighted aspects.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use super::aspect::Aspect;
use crate::error::{Error, Result};

/// A named, versioned recipe: which aspects, in which order, with which weights.
///
/// A profile never changes under its name and version, so results of different builds stay comparable. It serialises
/// to what [`Self::from_json`] reads: `{"profile": NAME, "version": 1, "weights": {ASPECT: WEIGHT, ...}}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    name: String,
    version: u32,
    aspects: Vec<(Aspect, f64)>,
    levels_hubs: bool,
    lists_releases: bool,
}

/// The aspects of `classic`, in the notebook's order.
const CLASSIC: [&str; 16] = [
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
const SEGUE: [(&str, f64); 23] = [
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
    ("popularity", 2.98),
    ("mode", 0.15),
    ("explicit", 0.185),
    ("key_in_fifths", 0.15),
    ("genres", 3.3),
    ("artist_popularity", 0.4),
    ("artist_danceability", 0.6),
    ("artist_energy", 0.6),
    ("artist_acousticness", 0.6),
    ("artist_valence", 0.6),
    ("artist_explicit", 0.6),
    ("artist_speechiness", 0.6),
    ("artist_instrumentalness", 0.6),
];

impl Profile {
    const MAX_NAME_LENGTH: usize = 32;

    /// The notebook's recipe: 14 attributes and two products of attributes, standardised, all of weight 1.
    pub fn classic() -> Self {
        let weights = CLASSIC.into_iter().map(|name| (name, 1.0));
        Self { levels_hubs: false, lists_releases: true, ..Self::built_in("classic", weights) }
    }

    /// The recipe for the best recommendations: features on scales on which equal steps sound alike, the embedding of
    /// genres, popularity, and means over the artists' tracks. The weights were found by `segue train`;
    /// `docs/profile.md` has the evidence.
    pub fn segue() -> Self {
        Self::built_in("segue", SEGUE.into_iter())
    }

    /// The profiles that come with this version, the default first.
    pub fn built_ins() -> [Self; 2] {
        [Self::segue(), Self::classic()]
    }

    fn built_in(name: &str, weights: impl Iterator<Item = (&'static str, f64)>) -> Self {
        let aspects = weights.filter_map(|(name, weight)| Some((Aspect::named(name)?, weight))).collect();
        Self { name: name.to_owned(), version: 1, aspects, levels_hubs: true, lists_releases: false }
    }

    /// A custom profile.
    ///
    /// The name has 1 to 32 lower-case letters, digits, `-` and `_`, and is not that of a built-in profile. Weights are
    /// 0 to 1,000,000; an aspect of weight 0 is left out, and at least one weight must be positive.
    ///
    /// # Errors
    /// [`Error::Profile`] says what is wrong.
    pub fn new(name: &str, version: u32, weights: &[(Aspect, f64)]) -> Result<Self> {
        let is_letter = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-' | '_');
        if name.is_empty() || name.len() > Self::MAX_NAME_LENGTH || !name.chars().all(is_letter) {
            return Err(Error::profile(format!(
                "the name {name:?} cannot be that of a profile: 1 to {} lower-case letters, digits, - and _ were wanted",
                Self::MAX_NAME_LENGTH
            )));
        }
        if Self::built_ins().iter().any(|built_in| built_in.name == name) {
            return Err(Error::profile(format!(
                "{name:?} is a built-in profile; give this one another name"
            )));
        }
        Self::from_weights(name, version, weights)
    }

    /// A profile read from an index; unlike [`Self::new`], it may have any name.
    pub(crate) fn from_weights(name: &str, version: u32, weights: &[(Aspect, f64)]) -> Result<Self> {
        if let Some((aspect, weight)) = weights.iter().find(|(_, weight)| !(0.0..=1e6).contains(weight)) {
            let problem = format!("{} weighs {weight}, 0 to 1,000,000 was wanted", aspect.name());
            return Err(Error::profile(problem));
        }
        let aspects: Vec<_> = weights.iter().copied().filter(|(_, weight)| *weight > 0.0).collect();
        let is_twice = |at: usize| {
            let (before, rest) = aspects.split_at_checked(at).unwrap_or_default();
            rest.first().is_some_and(|(aspect, _)| before.iter().any(|(other, _)| other == aspect))
        };
        match (0..aspects.len()).find(|at| is_twice(*at)) {
            _ if aspects.is_empty() => Err(Error::profile("no aspect weighs anything")),
            Some(_) => Err(Error::profile("an aspect has two weights")),
            None => {
                Ok(Self { name: name.to_owned(), version, aspects, levels_hubs: true, lists_releases: false })
            }
        }
    }

    /// Reads a profile from JSON. Other members of the object are ignored; `version` defaults to 1.
    ///
    /// ```
    /// use segue::Profile;
    ///
    /// let calm = Profile::from_json(r#"{"profile": "calm", "weights": {"energy": 2, "tempo": 0.5, "genres": 1}}"#)?;
    /// assert_eq!((calm.name(), calm.version(), calm.aspects().len()), ("calm", 1, 3));
    /// # Ok::<(), segue::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Profile`] says what is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let json: Value =
            serde_json::from_str(text).map_err(|error| Error::profile(format!("is not JSON: {error}")))?;
        let lacks = |what| move || Error::profile(what);
        let name = json.get("profile").and_then(Value::as_str);
        let name = name.ok_or_else(lacks("has no \"profile\", its name"))?;
        let version = json.get("version").map_or(Some(1), |version| u32::try_from(version.as_u64()?).ok());
        let version = version.ok_or_else(lacks("has a \"version\" that is no whole number"))?;
        let weights = json.get("weights").and_then(Value::as_object);
        let weights = weights.ok_or_else(lacks("has no \"weights\", an object of aspects and numbers"))?;
        if let Some(unknown) = weights.keys().find(|name| Aspect::named(name).is_none()) {
            let known: Vec<&str> = Aspect::all().map(|(name, _)| name).collect();
            let problem = format!("weighs {unknown:?}, which is none of: {}", known.join(", "));
            return Err(Error::profile(problem));
        }
        let mut found = Vec::new();
        for (name, aspect) in Aspect::all() {
            if let Some(weight) = weights.get(name) {
                let weight = weight
                    .as_f64()
                    .ok_or_else(|| Error::profile(format!("has a weight of {name} that is no number")))?;
                found.push((aspect, weight));
            }
        }
        Self::new(name, version, &found)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version, from 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Its aspects and their weights, in the order of a vector's dimensions.
    pub fn aspects(&self) -> &[(Aspect, f64)] {
        &self.aspects
    }

    /// Whether hubs are levelled; see `neighbours::hubs`.
    pub(crate) fn levels_hubs(&self) -> bool {
        self.levels_hubs
    }

    /// Whether recommendations list every release of a song unless the query says otherwise, as the notebook's do.
    pub(crate) fn lists_releases(&self) -> bool {
        self.lists_releases
    }

    /// The profile with the settings that are stored in an index.
    pub(crate) fn behaving(self, levels_hubs: bool, lists_releases: bool) -> Self {
        Self { levels_hubs, lists_releases, ..self }
    }

    pub(crate) fn compares_genres(&self) -> bool {
        self.aspects.iter().any(|(aspect, _)| *aspect == Aspect::Genres)
    }

    /// The same aspects, each with the weight 1.
    pub(super) fn unweighted(&self) -> Self {
        let aspects = self.aspects.iter().map(|(aspect, _)| (*aspect, 1.0)).collect();
        Self { aspects, ..self.clone() }
    }

    /// The number of dimensions of a vector.
    pub fn dimension(&self) -> usize {
        self.aspects.iter().map(|(aspect, _)| aspect.width()).sum()
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let weights: BTreeMap<&str, f64> =
            self.aspects.iter().map(|(aspect, weight)| (aspect.name(), *weight)).collect();
        let mut profile = serializer.serialize_struct("Profile", 3)?;
        profile.serialize_field("profile", &self.name)?;
        profile.serialize_field("version", &self.version)?;
        profile.serialize_field("weights", &weights)?;
        profile.end()
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::segue()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_have_all_their_aspects() {
        assert_eq!(Profile::classic().dimension(), 16);
        assert_eq!(Profile::segue().aspects().len(), SEGUE.len());
        assert!(Profile::segue().dimension() <= 48, "three blocks of sixteen");
    }

    #[test]
    fn a_profile_is_read_as_it_was_written() {
        let weights = [(Aspect::Genres, 2.5), (Aspect::Key, 0.1)];
        let mine = Profile::new("mine", 3, &weights).unwrap();
        let text = serde_json::to_string(&mine).unwrap();
        let read = Profile::from_json(&text).unwrap();
        assert_eq!((read.name(), read.version()), ("mine", 3));
        assert_eq!(read.aspects(), [(Aspect::Key, 0.1), (Aspect::Genres, 2.5)]);
    }

    #[test]
    fn a_wrong_profile_is_refused_with_the_reason() {
        for (text, expected) in [
            ("{", "is not JSON"),
            (r#"{"weights": {}}"#, "has no \"profile\""),
            (r#"{"profile": "mine"}"#, "has no \"weights\""),
            (r#"{"profile": "Mine", "weights": {"energy": 1}}"#, "cannot be that of a profile"),
            (r#"{"profile": "../x", "weights": {"energy": 1}}"#, "cannot be that of a profile"),
            (r#"{"profile": "segue", "weights": {"energy": 1}}"#, "is a built-in profile"),
            (r#"{"profile": "mine", "weights": {"energy": 0}}"#, "no aspect weighs anything"),
            (r#"{"profile": "mine", "weights": {"energy": -1}}"#, "energy weighs -1"),
            (r#"{"profile": "mine", "weights": {"energy": "x"}}"#, "that is no number"),
            (r#"{"profile": "mine", "weights": {"loud": 1}}"#, "weighs \"loud\", which is none of: dance"),
            (r#"{"profile": "mine", "version": -1, "weights": {"energy": 1}}"#, "\"version\" that is no"),
        ] {
            let error = Profile::from_json(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
