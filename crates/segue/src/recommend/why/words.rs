//! The words of reasons: one table over aspects, by the names of what they are made from.

use crate::model::{Aspect, Feature, Profile};

/// What it means to a listener that two tracks are close in an aspect.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    /// What a track below the mean is, compared with most, and one above it: `slower`, `faster`.
    Scale(&'static str, &'static str),
    /// What both tracks are if they lie below the mean, and above it: `both in a minor key`.
    Both(&'static str, &'static str),
    /// How well known they are.
    Fame,
    /// How well known their artists are.
    ArtistFame,
    /// They have genres in common, or genres whose artists make both.
    Genres,
    /// The tracks of their artists are alike on the average.
    Style,
    /// Their keys go together.
    Keys,
    /// A reason that is said as it is.
    Plain(&'static str),
    /// A column or an aspect that has a name of its own.
    Close(String),
}

/// The words for each aspect. The logarithm of an attribute and its other transforms have its words (`log_tempo`,
/// `popularity:cube`). Aspects of artists that are not listed say that their style is similar, others the name of
/// their column.
const WORDS: [(&str, Meaning); 22] = [
    ("danceability", Meaning::Scale("less danceable", "more danceable")),
    ("energy", Meaning::Scale("calmer", "more energetic")),
    ("loudness", Meaning::Scale("quieter", "louder")),
    ("speechiness", Meaning::Scale("less spoken", "more spoken")),
    ("acousticness", Meaning::Scale("less acoustic", "more acoustic")),
    ("instrumentalness", Meaning::Scale("more vocal", "more instrumental")),
    ("liveness", Meaning::Scale("less live-sounding", "more live-sounding")),
    ("valence", Meaning::Scale("darker", "brighter")),
    ("tempo", Meaning::Scale("slower", "faster")),
    ("duration_ms", Meaning::Scale("shorter", "longer")),
    ("energy_valence", Meaning::Scale("more subdued", "more exuberant")),
    ("tempo_loudness_ratio", Meaning::Scale("gentler", "more driving")),
    ("popularity", Meaning::Fame),
    ("artist_popularity", Meaning::ArtistFame),
    ("artist_fame", Meaning::ArtistFame),
    ("explicit", Meaning::Both("without explicit lyrics", "explicit")),
    ("mode", Meaning::Both("in a minor key", "in a major key")),
    ("time_signature", Meaning::Both("in an unusual metre", "in an unusual metre")),
    ("key", Meaning::Keys),
    ("key_in_fifths", Meaning::Keys),
    ("genres", Meaning::Genres),
    ("artist_words", Meaning::Plain("artists who use similar words")),
];

impl Meaning {
    pub(super) fn of(aspect: &Aspect, profile: &Profile) -> Self {
        let name = aspect.name();
        let listed = || {
            let stem = name.split_once(':').map_or(name.as_str(), |(stem, _)| stem);
            let stem = stem.strip_prefix("log_").unwrap_or(stem);
            WORDS.iter().find(|(known, _)| *known == stem).map(|(_, meaning)| meaning.clone())
        };
        let known = match aspect {
            _ if profile.labels().contains_key(&name) => None,
            Aspect::Vector(_) | Aspect::Circle(..) | Aspect::Artist(Feature::Column(..)) => None,
            Aspect::Artist(_) => listed().or(Some(Self::Style)),
            _ => listed(),
        };
        known.unwrap_or_else(|| Self::Close(profile.label_of(aspect)))
    }

    /// Whether it matters on which side of the mean both tracks lie.
    pub(super) fn has_sides(&self) -> bool {
        matches!(self, Self::Scale(..) | Self::Both(..)) || self.is_fame()
    }

    /// Whether it is about how well known the tracks or their artists are, of which only one is said.
    pub(super) fn is_fame(&self) -> bool {
        matches!(self, Self::Fame | Self::ArtistFame)
    }

    /// How a track differs from the seed of which it has far more, or far less.
    pub(super) fn contrast(&self, has_more: bool) -> Option<String> {
        let word = match (self, has_more) {
            (Self::Scale(low, _), false) => low,
            (Self::Scale(_, high), true) => high,
            (Self::Fame, false) => "less known",
            (Self::Fame, true) => "better known",
            _ => return None,
        };
        Some(format!("much {word}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_aspect_of_the_built_in_profiles_has_words() {
        for profile in Profile::built_ins() {
            for (aspect, _) in profile.aspects() {
                let meaning = Meaning::of(aspect, &profile);
                assert!(!matches!(meaning, Meaning::Close(_)), "{}", aspect.name());
            }
        }
    }

    #[test]
    fn transforms_have_the_words_of_their_attribute_and_labels_come_first() {
        let words = |name: &str| {
            Meaning::of(&Aspect::column(name).unwrap(), &Profile::classic().label("energy:rank", "drive"))
        };
        assert_eq!(words("popularity:cube"), Meaning::Fame);
        assert_eq!(words("log_tempo"), Meaning::Scale("slower", "faster"));
        assert_eq!(words("artist_energy"), Meaning::Style);
        assert_eq!(words("energy:rank"), Meaning::Close("drive".into()));
        assert_eq!(words("bpm:log"), Meaning::Close("bpm".into()));
        assert_eq!(words("bpm:artist"), Meaning::Close("the artist's bpm".into()));
    }
}
