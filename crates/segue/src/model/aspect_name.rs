//! The names of aspects: how columns, and what is done to them, are written in profiles.

use super::aspect::{Aspect, Scaling, VectorAspect};
use super::feature::{Feature, Transform};
use crate::error::{Error, Result};

/// Follows the name of a column whose mean over the artists' tracks is meant.
const OF_ARTISTS: &str = "artist";
/// Follows the name of a column that comes round, before its period.
const CIRCLE: &str = "circle";

impl Aspect {
    /// A known aspect by its name, or a numeric column and what is done to it: `bpm`, `bpm:log`, `hour:circle:24`,
    /// `bpm:log:artist` (the mean over the artist's tracks), or a pattern for several columns, `mfcc_*`.
    ///
    /// Transforms are `log`, `sqrt`, `cube`, `rank` and `circle:PERIOD`; see [`Transform`].
    ///
    /// # Errors
    /// [`Error::Profile`] if nothing is named, or the period is not a positive number.
    pub fn column(text: &str) -> Result<Self> {
        Self::named(text).map_or_else(|| Self::own_column(text), Ok)
    }

    /// A numeric column and what is done to it, whatever aspects are known.
    ///
    /// # Errors
    /// As [`Self::column`].
    pub(crate) fn own_column(text: &str) -> Result<Self> {
        let (rest, of_artists) = match text.rsplit_once(':') {
            Some((rest, OF_ARTISTS)) => (rest, true),
            _ => (text, false),
        };
        let refuse = |problem: &str| Err(Error::profile(format!("the feature {text:?} {problem}")));
        if let Some((rest, period)) = rest.rsplit_once(':')
            && let Some((name, CIRCLE)) = rest.rsplit_once(':')
        {
            return match period.parse() {
                _ if of_artists => refuse("comes round, so it has no mean over tracks"),
                Ok(period) if (f64::MIN_POSITIVE..=1e9).contains(&period) && !name.is_empty() => {
                    Ok(Self::Circle(name.into(), period))
                }
                _ => refuse("has no period; such as hour:circle:24 was wanted"),
            };
        }
        let (name, transform) = match rest.rsplit_once(':') {
            Some((name, word)) => match Transform::named(word) {
                Some(transform) => (name, transform),
                None => (rest, Transform::Identity),
            },
            None => (rest, Transform::Identity),
        };
        if name.is_empty() {
            return refuse("names no column");
        }
        let feature = match (Self::named(name), transform) {
            (Some(Self::Feature(known)), Transform::Identity) => known,
            _ => Feature::Column(name.into(), transform),
        };
        Ok(if of_artists { Self::Artist(feature) } else { Self::Feature(feature) })
    }

    /// A vector column and how it is scaled: `clap` ([`Scaling::Scaled`]), `clap:centred`, `clap:raw`, or
    /// `clap:artist`, the mean over the artist's tracks.
    ///
    /// # Errors
    /// [`Error::Profile`] if nothing is named.
    pub fn vector(text: &str) -> Result<Self> {
        let (rest, of_artists) = match text.rsplit_once(':') {
            Some((rest, OF_ARTISTS)) => (rest, true),
            _ => (text, false),
        };
        let scaling = rest.rsplit_once(':').and_then(|(name, word)| {
            let found = Scaling::ALL.into_iter().find(|(known, _)| *known == word && !known.is_empty())?;
            Some((name, found.1))
        });
        let (column, scaling) = scaling.unwrap_or((rest, Scaling::Scaled));
        if column.is_empty() {
            return Err(Error::profile(format!("the vector {text:?} names no column")));
        }
        Ok(Self::Vector(VectorAspect { column: column.into(), dimension: 0, scaling, of_artists }))
    }

    /// Its name in profiles, which [`Self::column`] or [`Self::vector`] reads.
    pub fn name(&self) -> String {
        let of_column = |name: &str, transform: Transform| match transform.name() {
            Some(transform) => format!("{name}:{transform}"),
            None => name.to_owned(),
        };
        match self {
            Self::Feature(Feature::Column(name, transform)) => of_column(name, *transform),
            Self::Artist(Feature::Column(name, transform)) => {
                format!("{}:{OF_ARTISTS}", of_column(name, *transform))
            }
            Self::Circle(name, period) => format!("{name}:{CIRCLE}:{period}"),
            Self::Vector(VectorAspect { column, scaling, of_artists, .. }) => {
                let scaling = Scaling::ALL.into_iter().find(|(_, known)| known == scaling);
                let scaling = scaling.map(|(name, _)| name).filter(|name| !name.is_empty());
                let parts = [Some(&**column), scaling, of_artists.then_some(OF_ARTISTS)];
                parts.into_iter().flatten().collect::<Vec<_>>().join(":")
            }
            known => match Self::all().find(|(_, aspect)| aspect == known) {
                Some((name, _)) => name.to_owned(),
                // Means over artists of features that have no name of their own.
                None => match known {
                    Self::Artist(feature) => {
                        format!("{}:{OF_ARTISTS}", Self::Feature(feature.clone()).name())
                    }
                    _ => String::new(),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::aspect::stem;

    #[test]
    fn an_aspect_of_any_column_is_read_as_it_is_written() {
        for text in [
            "bpm",
            "bpm:log",
            "bpm:rank:artist",
            "hour:circle:24",
            "Beats per min.",
            "a:b",
            "mfcc_*",
            "popularity:cube",
            "energy",
            "genres",
            "log_tempo",
            "artist_energy",
        ] {
            assert_eq!(Aspect::column(text).unwrap().name(), text);
        }
        for text in ["clap", "clap:centred", "clap:raw", "clap:artist", "clap:raw:artist", "a:b"] {
            assert_eq!(Aspect::vector(text).unwrap().name(), text);
        }
        for wrong in
            ["", ":log", "hour:circle:0", "hour:circle:x", ":circle:4", "hour:circle:24:artist", ":artist"]
        {
            assert!(matches!(Aspect::column(wrong), Err(Error::Profile { .. })), "{wrong}");
        }
        assert_eq!(stem("mfcc_*"), "mfcc");
        assert_eq!((stem("*"), stem("clap")), ("*", "clap"));
    }
}
